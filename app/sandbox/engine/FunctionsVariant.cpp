// SQL_VARIANT_PROPERTY.
#include "app/sandbox/engine/Functions.h"

#include "app/sandbox/engine/FunctionArguments.h"
#include "driver/types/Collation.h"
#include "driver/types/DecimalMath.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"
#include "driver/types/Variant.h"

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

// What SQL Server counts for the base type's own facts; a collation is one byte less here than on the wire.
std::int64_t propertyBytes(TypeId id)
{
    if (types::isText(id)) return 6;
    if (types::isBinary(id) || types::isDecimal(id)) return 2;
    return id == TypeId::kTime || id == TypeId::kDateTime2 || id == TypeId::kDateTimeOffset ? 1 : 0;
}

Result<Value> asVariant(Value value, const SqlType& type)
{
    ES_TRY(auto variant, types::makeVariant(value, type));
    return Value(std::move(variant));
}

Result<Value> variantProperty(const CallFrame& f)
{
    const auto* variant = std::get_if<types::Variant>(&f.args[0]);
    const std::string property = upperAscii(text(f, 1));
    ES_TRY(const types::TypedValue content, types::variantContent(*variant));
    const SqlType& type = content.type;
    const auto number = [](std::int64_t n) { return asVariant(Value(n), types::makeType(TypeId::kInt)); };
    const auto word = [&](std::string name) {
        return asVariant(Value(std::move(name)), types::makeSized(TypeId::kNVarChar, 128, f.call.argTypes[1].collation));
    };
    if (property == "BASETYPE") return word(std::string(types::baseTypeName(type.id)));
    if (property == "PRECISION") return number(types::precisionColumn(type));
    if (property == "SCALE") return number(types::scaleColumn(type));
    if (property == "COLLATION" && types::isText(type.id)) return word(types::collationName(type.collation));
    ES_TRY(const std::int64_t size, storedBytes(content.value, type));
    if (property == "TOTALBYTES") return number(2 + propertyBytes(type.id) + size);
    if (property == "MAXLENGTH") return number(types::isDecimal(type.id) ? size : types::maxLengthColumn(type));
    return Value(types::Null{});
}

Result<BoundExpr> bindVariantProperty(FunctionArgs& a)
{
    const SqlType variant = types::makeType(TypeId::kSqlVariant);
    ES_TRY(a.args[0], a.binder.assignTo(std::move(a.args[0]), variant, a.line, ""));
    ES_TRY(a.args[1], a.binder.castTo(std::move(a.args[1]), types::makeSized(TypeId::kNVarChar, 4000, a.binder.catalog().collation), a.line));
    return make(a, variantProperty, variant);
}

constexpr FunctionSpec kVariant[] = {
    {"SQL_VARIANT_PROPERTY", 2, 2, bindVariantProperty},
};

} // namespace

Result<std::int64_t> storedBytes(const Value& value, const SqlType& type)
{
    if (const auto* variant = std::get_if<types::Variant>(&value)) {
        ES_TRY(const types::TypedValue content, types::variantContent(*variant));
        return storedBytes(content.value, content.type);
    }
    if (const auto* decimal = std::get_if<types::Decimal>(&value)) {
        const auto bits = decimal->magnitude;
        return std::int64_t{bits >> 32 == 0 ? 5 : bits >> 64 == 0 ? 9 : bits >> 96 == 0 ? 13 : 17};
    }
    ES_TRY(const base::Bytes bytes, types::encodeRowForm(value, type));
    return static_cast<std::int64_t>(bytes.size());
}

std::span<const FunctionSpec> variantFunctions()
{
    return kVariant;
}

} // namespace es::sandbox
