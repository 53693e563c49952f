// Binder: types, conversions, collations, calls.
#include "app/sandbox/engine/Functions.h"
#include "app/sandbox/engine/LiteralDigits.h"
#include "app/sandbox/engine/StorageCodec.h"
#include "driver/tsql/TypeResolve.h"
#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

Result<Value> castFunction(const CallFrame& frame)
{
    auto result = types::convertValue(frame.args[0], frame.call.argTypes[0], frame.call.resultType, static_cast<int>(frame.call.constants[0]));
    // A number that is written down is an expression, one from a column or variable a numeric.
    if (!result && frame.call.constants.size() > 1 && result.error().server && result.error().server->number == 8115) {
        base::Error error = std::move(result).error();
        error.server->message
            = "Arithmetic overflow error converting expression to data type " + std::string(types::baseTypeName(frame.call.resultType.id)) + ".";
        return error;
    }
    return result;
}

// INSERT and UPDATE: text too long becomes 2628, which names table and column.
Result<Value> assignFunction(const CallFrame& frame)
{
    Result<Value> result = types::assignValue(frame.args[0], frame.call.argTypes[0], frame.call.resultType);
    if (result || !result.error().server || result.error().server->number != 8152 || frame.call.text.empty()) return result;
    base::Error error = std::move(result).error();
    error.server->number = 2628;
    error.server->message = "String or binary data would be truncated in " + frame.call.text + ".";
    return error;
}

// Shorter binary compares as if padded with 00: equal values need equal keys.
Result<Value> binaryKeyFunction(const CallFrame& frame)
{
    base::Bytes bytes = std::get<base::Bytes>(frame.args[0]);
    while (!bytes.empty() && bytes.back() == 0)
        bytes.pop_back();
    return Value(std::move(bytes));
}

// SQLite asks a collation about text alone.
Result<Value> variantKeyFunction(const CallFrame& frame)
{
    return Value(base::toHex(std::get<types::Variant>(frame.args[0]).bytes));
}

int integerWidth(TypeId id)
{
    switch (id) {
    case TypeId::kBit: return 0;
    case TypeId::kTinyInt: return 1;
    case TypeId::kSmallInt: return 2;
    case TypeId::kInt: return 4;
    default: return 8;
    }
}

bool lengthFits(const SqlType& from, const SqlType& to)
{
    const std::uint32_t wanted = types::declaredLength(to);
    const std::uint32_t given = types::declaredLength(from);
    return wanted == types::kMaxLength || (given != types::kMaxLength && given <= wanted);
}

// No value of `from` looks different as `to`.
bool isFree(const SqlType& from, const SqlType& to)
{
    if (types::isInteger(from.id) && types::isInteger(to.id)) return integerWidth(from.id) <= integerWidth(to.id);
    if (types::isDecimal(from.id) && types::isDecimal(to.id)) return from.scale == to.scale && from.precision <= to.precision;
    if (from.id == TypeId::kSmallMoney && to.id == TypeId::kMoney) return true;
    if (from.id == TypeId::kReal && to.id == TypeId::kFloat) return true;
    if ((from.id == to.id) && (from.id == TypeId::kTime || from.id == TypeId::kDateTime2 || from.id == TypeId::kDateTimeOffset))
        return from.scale <= to.scale;
    if (types::isText(from.id) && types::isText(to.id)) {
        if (types::isFixedLength(to.id)) return from.id == to.id && from.lengthBytes == to.lengthBytes;
        const bool narrows = types::isUnicode(from.id) && !types::isUnicode(to.id);
        return !narrows && lengthFits(from, to) && (types::isUnicode(to.id) || from.collation == to.collation);
    }
    if (types::isBinary(from.id) && types::isBinary(to.id))
        return types::isFixedLength(to.id) ? from.id == to.id && from.lengthBytes == to.lengthBytes : lengthFits(from, to);
    return from == to;
}

} // namespace

SqlType typeBeside(const BoundExpr& expr, const SqlType& other)
{
    if (!expr.literal || !expr.constant || !types::isDecimal(other.id) || !types::isInteger(expr.type.id)) return expr.type;
    const auto* value = std::get_if<std::int64_t>(&*expr.constant);
    if (!value) return expr.type;
    const std::string digits = std::to_string(*value);
    return types::makeDecimal(static_cast<std::uint8_t>(digits.size() - (digits[0] == '-')), 0);
}

void sizeLiterals(const Binder& binder, std::vector<BoundExpr>& values)
{
    const auto decimal = std::find_if(values.begin(), values.end(), [](const BoundExpr& value) { return types::isDecimal(value.type.id); });
    if (decimal == values.end()) return;
    const SqlType other = decimal->type;
    for (BoundExpr& value : values) {
        const SqlType sized = typeBeside(value, other);
        if (sized == value.type) continue;
        const auto folded = types::convertValue(*value.constant, value.type, sized);
        if (!folded) continue;
        BoundExpr number = binder.constant(*folded, sized);
        number.literal = true;
        value = std::move(number);
    }
}

Result<SqlType> Binder::typeOf(const tsql::DataType& type, std::optional<types::Collation> collation, bool cast) const
{
    return tsql::resolveType(
        type, collation.value_or(m_catalog.collation), cast ? tsql::LengthDefault::kCast : tsql::LengthDefault::kDeclaration);
}

BoundExpr Binder::constant(Value value, const SqlType& type) const
{
    BoundExpr out;
    out.sql = sqlLiteral(toStored(value, type));
    out.type = type;
    out.nullable = types::isNull(value);
    out.constant = std::move(value);
    return out;
}

BoundExpr Binder::call(ScalarFunction function, std::vector<BoundExpr> args, const SqlType& result, std::int32_t line,
    std::vector<std::int64_t> constants, bool nullIfAnyNull, bool perRow, std::string text)
{
    ScalarCall scalar;
    scalar.function = function;
    scalar.resultType = result;
    scalar.constants = std::move(constants);
    scalar.nullIfAnyNull = nullIfAnyNull;
    scalar.line = line;
    scalar.text = std::move(text);
    BoundExpr out;
    out.type = result;
    out.label = CollationLabel::kCoercible;
    std::string sqlArgs;
    for (const BoundExpr& arg : args) {
        scalar.argTypes.push_back(arg.type);
        sqlArgs += ", " + arg.sql;
        if (types::isText(arg.type.id) && types::isText(result.id) && arg.label > out.label) out.label = arg.label;
        if (!arg.undeclared) continue;
        noteMeeting(out, arg, false, line);
        out.undeclared = arg.undeclared;
    }
    out.sql = (perRow ? "es_fv(" : "es_f(") + std::to_string(m_context.program.add(std::move(scalar))) + sqlArgs + ")";
    return out;
}

Result<void> Binder::checkConvertible(const BoundExpr& expr, const SqlType& type, std::int32_t line) const
{
    const bool large = type.id == TypeId::kSqlVariant && types::isLarge(expr.type);
    if (large && !expr.isNullLiteral())
        return sqlError(
            529, "Explicit conversion from data type " + types::typeName(expr.type) + " to sql_variant is not allowed.", line);
    if (types::isConvertible(expr.type.id, type.id) || expr.type.id == TypeId::kNull || expr.isNullLiteral()) return {};
    return sqlError(529,
        "Explicit conversion from data type " + std::string(types::baseTypeName(expr.type.id)) + " to "
            + std::string(types::baseTypeName(type.id)) + " is not allowed.",
        line, 2);
}

Result<BoundExpr> Binder::castTo(BoundExpr expr, const SqlType& type, std::int32_t line, int style)
{
    ES_CHECK(requirePlain(expr, line, types::typeName(type)));
    const bool noStyle = style == types::kNoStyle;
    noteConversion(expr, type);
    if (expr.constant) {
        // What cannot be converted fails when it runs, as on SQL Server.
        if (auto folded = types::convertValue(*expr.constant, expr.type, type, style)) {
            BoundExpr out = constant(*folded, type);
            out.literal = expr.literal;
            out.label = expr.label;
            out.undeclared = expr.undeclared;
            return out;
        }
    }
    if (noStyle && isFree(expr.type, type)) {
        expr.type = type;
        return expr;
    }
    ES_CHECK(checkConvertible(expr, type, line));
    const CollationLabel label = expr.label;
    const bool nullable = expr.nullable;
    std::vector<std::int64_t> constants{style};
    if (expr.literal && types::isDecimal(expr.type.id) && types::isInteger(type.id)) constants.push_back(1);
    std::vector<BoundExpr> args;
    args.push_back(std::move(expr));
    BoundExpr out = call(castFunction, std::move(args), type, line, std::move(constants));
    out.label = label;
    out.nullable = nullable;
    return out;
}

Result<BoundExpr> Binder::alignTo(BoundExpr expr, const SqlType& type, std::int32_t line)
{
    if (sameStorage(expr.type, type) || (expr.type.id == TypeId::kBit && types::isInteger(type.id)) || expr.isNullLiteral()) {
        noteConversion(expr, type);
        const types::Collation own = expr.type.collation;
        expr.type = type;
        if (types::isText(type.id)) expr.type.collation = own;
        return expr;
    }
    return castTo(std::move(expr), type, line);
}

Result<BoundExpr> Binder::assignTo(BoundExpr expr, const SqlType& type, std::int32_t line, const std::string& target)
{
    noteConversion(expr, type);
    if (expr.isNullLiteral()) return constant(types::Null{}, type);
    if (expr.constant) {
        if (auto folded = types::assignValue(*expr.constant, expr.type, type)) return constant(*folded, type);
    }
    if (type.id == TypeId::kSqlVariant && types::isLarge(expr.type))
        return sqlError(206, "Operand type clash: " + types::typeName(expr.type) + " is incompatible with sql_variant", line, 2);
    if (!types::isImplicitlyConvertible(expr.type.id, type.id)) {
        if (types::isConvertible(expr.type.id, type.id))
            return sqlError(257,
                "Implicit conversion from data type " + std::string(types::baseTypeName(expr.type.id)) + " to "
                    + std::string(types::baseTypeName(type.id)) + " is not allowed. Use the CONVERT function to run this query.",
                line, 3);
        return sqlError(206,
            "Operand type clash: " + std::string(types::baseTypeName(expr.type.id)) + " is incompatible with "
                + std::string(types::baseTypeName(type.id)),
            line, 2);
    }
    if (isFree(expr.type, type)) {
        expr.type = type;
        return expr;
    }
    const bool nullable = expr.nullable;
    std::vector<BoundExpr> args;
    args.push_back(std::move(expr));
    BoundExpr out = call(assignFunction, std::move(args), type, line, {}, true, false, target);
    out.nullable = nullable;
    return out;
}

Result<SqlType> Binder::common(const BoundExpr& a, const BoundExpr& b, std::int32_t line) const
{
    if (a.isNullLiteral()) return b.type;
    if (b.isNullLiteral()) return a.type;
    if (auto type = types::commonType(a.type, b.type)) {
        for (const BoundExpr* side : {&a, &b})
            if (type->id == TypeId::kSqlVariant && types::isLarge(side->type))
                return sqlError(206, "Operand type clash: " + types::typeName(side->type) + " is incompatible with sql_variant", line, 2);
        if (types::isText(type->id) && types::isText(a.type.id) && types::isText(b.type.id))
            type->collation = b.label > a.label ? b.type.collation : a.type.collation;
        return *type;
    }
    return sqlError(206, "Operand type clash: " + typeText(a) + " is incompatible with " + typeText(b), line, 2);
}

Result<types::Collation> Binder::collationOf(const BoundExpr& a, const BoundExpr& b, std::int32_t line, std::string_view operation) const
{
    const types::Collation left = a.type.collation;
    const types::Collation right = b.type.collation;
    if (!types::isText(b.type.id) || a.label > b.label || left == right) return left;
    if (!types::isText(a.type.id) || b.label > a.label) return right;
    if (a.label == CollationLabel::kCoercible) return m_catalog.collation;
    return sqlError(468,
        "Cannot resolve the collation conflict between \"" + types::collationName(left) + "\" and \"" + types::collationName(right)
            + "\" in the " + std::string(operation) + " operation.",
        line, 9);
}

Result<std::string> Binder::comparable(const BoundExpr& expr)
{
    if (isIncomparable(expr.type.id) && !expr.isNullLiteral()) return incomparable(expr.type.id, 0);
    if (types::isText(expr.type.id)) return "(" + expr.sql + " COLLATE " + collationSqlName(expr.type) + ")";
    if (types::isBinary(expr.type.id)) {
        std::vector<BoundExpr> args{expr};
        return call(binaryKeyFunction, std::move(args), types::makeSized(TypeId::kVarBinary, types::kMaxLength), 0).sql;
    }
    if (expr.type.id == TypeId::kSqlVariant) {
        std::vector<BoundExpr> args{expr};
        return "(" + call(variantKeyFunction, std::move(args), types::makeSized(TypeId::kVarChar, types::kMaxLength), 0).sql + " COLLATE "
            + std::string(kVariantCollation) + ")";
    }
    if (expr.type.id == TypeId::kDateTimeOffset) return "substr(" + expr.sql + ", 1, 8)";
    return expr.sql;
}

} // namespace es::sandbox
