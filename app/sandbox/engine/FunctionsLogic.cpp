// Functions that choose among their arguments, and NEWID.
#include "app/sandbox/engine/Functions.h"
#include "app/sandbox/engine/LiteralDigits.h"

#include "driver/types/Compare.h"
#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"

#include <algorithm>
#include <random>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

Result<Value> newId(const CallFrame&)
{
    static thread_local std::random_device device;
    types::Guid guid;
    for (base::Byte& byte : guid.bytes)
        byte = static_cast<base::Byte>(device());
    guid.bytes[7] = static_cast<base::Byte>((guid.bytes[7] & 0x0F) | 0x40); // version 4
    guid.bytes[8] = static_cast<base::Byte>((guid.bytes[8] & 0x3F) | 0x80);
    return Value(guid);
}

// [sign and currency sign in either order] digits with one point, and either commas among them or an exponent behind them.
// A lone sign, point, comma or currency sign counts as a number, blanks alone do not. What the server makes of control characters,
// of the no-break space and of the other currency signs is not documented.
Result<Value> looksNumeric(std::string_view word)
{
    const auto isOdd = [](char c) { return c == '\\' || (c >= '\t' && c <= '\r'); };
    if (std::any_of(word.begin(), word.end(), isOdd)) return notSupported("ISNUMERIC of a control character or backslash", 0);
    while (!word.empty() && word.front() == ' ')
        word.remove_prefix(1);
    while (!word.empty() && word.back() == ' ')
        word.remove_suffix(1);
    if (word.empty()) return Value(std::int64_t{0});
    const std::string_view whole = word;
    bool sign = false, currency = false, point = false, comma = false;
    for (;;) {
        const bool coin = word.starts_with('$') || word.starts_with("\xC2\xA3") || word.starts_with("\xC2\xA5") || word.starts_with("\xE2\x82\xAC");
        if (!sign && (word.starts_with('+') || word.starts_with('-'))) {
            sign = true;
            word.remove_prefix(1);
        } else if (!currency && coin) {
            currency = true;
            word.remove_prefix(word[0] == '$' ? 1 : word[0] == '\xC2' ? 2 : 3);
        } else
            break;
    }
    std::size_t digits = 0;
    for (; !word.empty(); word.remove_prefix(1)) {
        const char c = word.front();
        if (c >= '0' && c <= '9')
            ++digits;
        else if (c == '.' && !point)
            point = true;
        else if (c == ',')
            comma = true;
        else
            break;
    }
    if (word.empty()) return Value(std::int64_t{1});
    if (digits == 0 || comma || currency || std::string_view("eEdD").find(word.front()) == std::string_view::npos) return Value(std::int64_t{0});
    const SqlType from = types::makeSized(TypeId::kVarChar, types::kMaxLength);
    return Value(std::int64_t{types::convertValue(Value(std::string(whole)), from, types::makeType(TypeId::kFloat)).has_value()});
}

Result<Value> isNumeric(const CallFrame& f)
{
    const SqlType& type = f.call.argTypes[0];
    if (types::isNull(f.args[0])) return Value(std::int64_t{0});
    if (types::isNumber(type.id)) return Value(std::int64_t{1});
    if (!types::isText(type.id)) return Value(std::int64_t{0});
    return looksNumeric(std::get<std::string>(f.args[0]));
}

// ISNULL: the type of the first argument.
Result<BoundExpr> bindIsNull(FunctionArgs& a)
{
    const SqlType type = a.args[0].isNullLiteral() ? a.args[1].type : a.args[0].type;
    ES_TRY(const BoundExpr first, a.binder.castTo(a.args[0], type, a.line));
    if (a.args[1].type.id == TypeId::kSqlVariant && type.id != TypeId::kSqlVariant) return a.binder.assignTo(a.args[1], type, a.line, ""); // 257
    ES_TRY(const BoundExpr second, a.binder.castTo(a.args[1], type, a.line));
    BoundExpr out;
    out.type = type;
    if (type.id == TypeId::kDecimal && a.args[1].type.id == TypeId::kNumeric) out.type.id = TypeId::kNumeric; // a name, no other type
    out.label = a.args[0].label;
    out.nullable = a.args[0].nullable && a.args[1].nullable;
    out.sql = "ifnull(" + first.sql + ", " + second.sql + ")";
    return out;
}

Result<BoundExpr> widest(FunctionArgs& a, std::size_t from)
{
    std::vector<BoundExpr> values(a.args.begin() + static_cast<std::ptrdiff_t>(from), a.args.end());
    sizeLiterals(a.binder, values);
    std::move(values.begin(), values.end(), a.args.begin() + static_cast<std::ptrdiff_t>(from));
    BoundExpr out = a.args[from];
    for (std::size_t i = from; i < a.args.size(); ++i) {
        ES_TRY(const SqlType type, a.binder.common(out, a.args[i], a.line));
        out.literal = out.isNullLiteral() && a.args[i].isNullLiteral();
        out.type = type;
        out.label = std::max(out.label, a.args[i].label);
    }
    out.constant.reset();
    out.variable.reset();
    out.origin.reset();
    out.rowId.clear();
    return out;
}

Result<BoundExpr> bindCoalesce(FunctionArgs& a)
{
    ES_TRY(BoundExpr out, widest(a, 0));
    if (out.literal)
        return sqlError(4127, "At least one of the arguments to COALESCE must be an expression that is not the NULL constant.", a.line);
    out.nullable = true;
    std::string list;
    for (const BoundExpr& arg : a.args) {
        ES_TRY(const BoundExpr converted, a.binder.castTo(arg, out.type, a.line));
        list += (list.empty() ? "" : ", ") + converted.sql;
        out.nullable &= arg.nullable;
    }
    out.sql = "coalesce(" + list + ")";
    return out;
}

// A whole number written as the first argument of NULLIF has the smallest type that holds it.
TypeId narrowest(std::int64_t value)
{
    if (value >= 0 && value <= UINT8_MAX) return TypeId::kTinyInt;
    return value >= INT16_MIN && value <= INT16_MAX ? TypeId::kSmallInt : TypeId::kInt;
}

Result<BoundExpr> bindNullIf(FunctionArgs& a)
{
    if (a.args[0].isNullLiteral() && !a.args[0].undeclared)
        return sqlError(4151,
            "The type of the first argument to NULLIF cannot be the NULL constant because the type of the first argument has to be known.", a.line);
    const bool written = a.args[0].literal && a.args[0].constant && a.args[0].type.id == TypeId::kInt && !a.args[0].undeclared;
    if (written) a.args[0].type = types::makeType(narrowest(std::get<std::int64_t>(*a.args[0].constant)));
    ES_CHECK(checkComparable(a.args[0], a.args[1], "equal to", a.line));
    ES_TRY(const SqlType type, a.binder.common(a.args[0], a.args[1], a.line));
    ES_TRY(BoundExpr left, a.binder.alignTo(a.args[0], type, a.line));
    ES_TRY(BoundExpr right, a.binder.alignTo(a.args[1], type, a.line));
    if (types::isText(type.id)) {
        ES_TRY(left.type.collation, a.binder.collationOf(a.args[0], a.args[1], a.line, "equal to"));
    }
    ES_TRY(const std::string x, a.binder.comparable(left));
    ES_TRY(const std::string y, a.binder.comparable(right));
    BoundExpr out;
    out.type = a.args[0].type;
    out.label = a.args[0].label;
    out.sql = "(CASE WHEN " + x + " = " + y + " THEN NULL ELSE " + a.args[0].sql + " END)";
    return out;
}

Result<BoundExpr> bindIif(FunctionArgs& a)
{
    ES_TRY(BoundExpr out, widest(a, 1));
    if (a.args[1].isNullLiteral() && a.args[2].isNullLiteral() && !a.args[1].undeclared && !a.args[2].undeclared)
        return sqlError(8133, "At least one of the result expressions in a CASE specification must be an expression other than the NULL constant.", a.line);
    ES_TRY(const BoundExpr yes, a.binder.castTo(a.args[1], out.type, a.line));
    ES_TRY(const BoundExpr no, a.binder.castTo(a.args[2], out.type, a.line));
    out.nullable = a.args[1].nullable || a.args[2].nullable;
    out.sql = "(CASE WHEN " + a.args[0].sql + " THEN " + yes.sql + " ELSE " + no.sql + " END)";
    return out;
}

Result<BoundExpr> bindChoose(FunctionArgs& a)
{
    ES_TRY(const BoundExpr index, a.binder.castTo(a.args[0], types::makeType(TypeId::kInt), a.line));
    ES_TRY(BoundExpr out, widest(a, 1));
    out.nullable = true;
    out.sql = "(CASE " + index.sql;
    for (std::size_t i = 1; i < a.args.size(); ++i) {
        ES_TRY(const BoundExpr value, a.binder.castTo(a.args[i], out.type, a.line));
        out.sql += " WHEN " + std::to_string(i) + " THEN " + value.sql;
    }
    out.sql += " END)";
    return out;
}

// constants[0]: 1 greatest, -1 least. NULLs are passed over.
Result<Value> extreme(const CallFrame& f)
{
    const Value* best = nullptr;
    for (const Value& value : f.args)
        if (!types::isNull(value) && (!best || types::compareValues(value, *best, f.call.resultType) * f.call.constants[0] > 0)) best = &value;
    return best ? *best : Value(types::Null{});
}

Result<BoundExpr> bindExtreme(FunctionArgs& a)
{
    ES_TRY(BoundExpr out, widest(a, 0));
    if (types::isText(out.type.id)) {
        for (const BoundExpr& arg : a.args) {
            ES_TRY(out.type.collation, a.binder.collationOf(out, arg, a.line, foldName(a.name)));
        }
    }
    for (BoundExpr& arg : a.args) {
        ES_TRY(arg, a.binder.castTo(std::move(arg), out.type, a.line));
    }
    BoundExpr call = a.binder.call(extreme, std::move(a.args), out.type, a.line, {a.name == "GREATEST" ? 1 : -1}, false);
    call.label = out.label;
    return call;
}

Result<BoundExpr> bindNewId(FunctionArgs& a)
{
    BoundExpr out = a.binder.call(newId, {}, types::makeType(TypeId::kUniqueIdentifier), a.line, {}, true, true);
    out.nullable = false;
    return out;
}

Result<BoundExpr> bindIsNumeric(FunctionArgs& a)
{
    // The documentation says 1, captures of the server say 0.
    if (a.args[0].type.id == TypeId::kBit) return notSupported("ISNUMERIC of bit", a.line);
    return a.binder.call(isNumeric, std::move(a.args), types::makeType(TypeId::kInt), a.line, {}, false);
}

constexpr FunctionSpec kLogic[] = {
    {"ISNULL", 2, 2, bindIsNull},
    {"COALESCE", 2, -1, bindCoalesce},
    {"NULLIF", 2, 2, bindNullIf},
    {"IIF", 3, 3, bindIif},
    {"CHOOSE", 2, -1, bindChoose},
    {"GREATEST", 1, 254, bindExtreme},
    {"LEAST", 1, 254, bindExtreme},
    {"NEWID", 0, 0, bindNewId},
    {"ISNUMERIC", 1, 1, bindIsNumeric},
};

} // namespace

std::span<const FunctionSpec> logicFunctions()
{
    return kLogic;
}

} // namespace es::sandbox
