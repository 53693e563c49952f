// The value of a + b and the other operators.
#include "driver/types/ConvertParts.h"
#include "driver/types/Precedence.h"

#include <cmath>

namespace es::types {
namespace {

base::Error divideByZero() { return serverError(8134, 1, "Divide by zero error encountered."); }

std::string_view operatorName(ArithmeticOp op)
{
    switch (op) {
    case ArithmeticOp::kAdd: return "add";
    case ArithmeticOp::kSubtract: return "subtract";
    case ArithmeticOp::kMultiply: return "multiply";
    case ArithmeticOp::kDivide: return "divide";
    case ArithmeticOp::kModulo: return "modulo";
    case ArithmeticOp::kBitAnd: return "'&'";
    case ArithmeticOp::kBitOr: return "'|'";
    default: return "'^'";
    }
}

base::Result<Value> integers(ArithmeticOp op, std::int64_t a, std::int64_t b, const SqlType& type)
{
    std::int64_t out = 0;
    bool overflow = false;
    switch (op) {
    case ArithmeticOp::kAdd: overflow = __builtin_add_overflow(a, b, &out); break;
    case ArithmeticOp::kSubtract: overflow = __builtin_sub_overflow(a, b, &out); break;
    case ArithmeticOp::kMultiply: overflow = __builtin_mul_overflow(a, b, &out); break;
    case ArithmeticOp::kDivide:
    case ArithmeticOp::kModulo:
        if (b == 0)
            return divideByZero();
        overflow = b == -1 && a == rangeOf(type.id).lowest;  // the quotient is formed for % too
        if (!overflow)
            out = op == ArithmeticOp::kDivide ? a / b : b == -1 ? 0 : a % b;
        break;
    case ArithmeticOp::kBitAnd: out = a & b; break;
    case ArithmeticOp::kBitOr: out = a | b; break;
    case ArithmeticOp::kBitXor: out = a ^ b; break;
    }
    if (overflow || !rangeOf(type.id).holds(out))
        return overflowError("expression", baseTypeName(type.id));
    return Value(out);
}

base::Result<Value> monies(ArithmeticOp op, Money a, Money b, const SqlType& type)
{
    const auto decimal = [](Money money) {
        Decimal value = decimalFromInt(money.tenThousandths);
        value.scale = 4;
        return value;
    };
    std::optional<Decimal> out;
    switch (op) {
    case ArithmeticOp::kAdd: out = addDecimals(decimal(a), decimal(b), kMaxPrecision, 4); break;
    case ArithmeticOp::kSubtract: {
        Decimal minus = decimal(b);
        minus.negative = !minus.negative && minus.magnitude != 0;
        out = addDecimals(decimal(a), minus, kMaxPrecision, 4);
        break;
    }
    case ArithmeticOp::kMultiply: out = multiplyDecimals(decimal(a), decimal(b), kMaxPrecision, 4); break;
    case ArithmeticOp::kDivide:
    case ArithmeticOp::kModulo:
        if (b.tenThousandths == 0)
            return divideByZero();
        out = op == ArithmeticOp::kDivide ? divideDecimals(decimal(a), decimal(b), kMaxPrecision, 4)
                                          : moduloDecimals(decimal(a), decimal(b), kMaxPrecision, 4);
        break;
    default: return wrongKind(type);
    }
    const IntRange range = rangeOf(type.id);
    if (!out || out->magnitude > (UInt128{1} << 63) - (out->negative ? 0 : 1))
        return overflowError("expression", baseTypeName(type.id));
    const auto bits = static_cast<std::uint64_t>(out->magnitude);
    const auto value = static_cast<std::int64_t>(out->negative ? std::uint64_t{0} - bits : bits);
    if (!range.holds(value))
        return overflowError("expression", baseTypeName(type.id));
    return Value(Money{value});
}

base::Result<Value> decimals(ArithmeticOp op, const Decimal& a, const Decimal& b, const SqlType& type)
{
    std::optional<Decimal> out;
    switch (op) {
    case ArithmeticOp::kAdd: out = addDecimals(a, b, type.precision, type.scale); break;
    case ArithmeticOp::kSubtract: {
        Decimal minus = b;
        minus.negative = !b.negative && b.magnitude != 0;
        out = addDecimals(a, minus, type.precision, type.scale);
        break;
    }
    case ArithmeticOp::kMultiply: out = multiplyDecimals(a, b, type.precision, type.scale); break;
    case ArithmeticOp::kDivide:
    case ArithmeticOp::kModulo:
        if (b.magnitude == 0)
            return divideByZero();
        out = op == ArithmeticOp::kDivide ? divideDecimals(a, b, type.precision, type.scale) : moduloDecimals(a, b, type.precision, type.scale);
        break;
    default: return wrongKind(type);
    }
    if (!out)
        return overflowError("expression", "numeric");
    return Value(*out);
}

base::Result<Value> floats(ArithmeticOp op, double a, double b, const SqlType& type)
{
    double out = 0;
    switch (op) {
    case ArithmeticOp::kAdd: out = a + b; break;
    case ArithmeticOp::kSubtract: out = a - b; break;
    case ArithmeticOp::kMultiply: out = a * b; break;
    case ArithmeticOp::kDivide:
        if (b == 0)
            return divideByZero();
        out = a / b;
        break;
    default: return wrongKind(type);
    }
    if (type.id == TypeId::kReal) {
        const auto narrow = static_cast<float>(out);
        if (!std::isfinite(narrow))
            return overflowError("expression", "real");
        return Value(narrow);
    }
    if (!std::isfinite(out))
        return overflowError("expression", "float");
    return Value(out);
}

// datetime as 1/300 s since 1900-01-01.
std::int64_t ticksOf(DateTime value) { return value.days * std::int64_t{kDateTimeTicksPerDay} + value.ticks; }

base::Result<Value> dates(ArithmeticOp op, const Value& a, const Value& b, const SqlType& type)
{
    const SqlType exact = makeType(TypeId::kDateTime);
    ES_TRY(const auto left, convertValue(a, type, exact));
    ES_TRY(const auto right, convertValue(b, type, exact));
    const std::int64_t x = ticksOf(std::get<DateTime>(left)), y = ticksOf(std::get<DateTime>(right));
    const std::int64_t sum = op == ArithmeticOp::kAdd ? x + y : x - y;
    std::int64_t days = sum / kDateTimeTicksPerDay, ticks = sum % kDateTimeTicksPerDay;
    if (ticks < 0) {
        ticks += kDateTimeTicksPerDay;
        --days;
    }
    const DateTime out{static_cast<std::int32_t>(days), static_cast<std::uint32_t>(ticks)};
    if (!validDateTime(out))
        return overflowError("expression", baseTypeName(type.id));
    if (type.id == TypeId::kDateTime)
        return Value(out);
    const auto small = toSmallDateTime(fromDateTime(out));
    return small ? base::Result<Value>(Value(*small)) : overflowError("expression", "smalldatetime");
}

base::Result<Value> concatenated(const Value& a, const SqlType& aType, const Value& b, const SqlType& bType, const SqlType& type)
{
    // Each side becomes the result's kind at its own length, then both are joined and cut to the result's length.
    SqlType open = type;
    open.id = isBinary(type.id) ? TypeId::kVarBinary : isUnicode(type.id) ? TypeId::kNVarChar : TypeId::kVarChar;
    open.lengthBytes = kMaxLength;
    ES_TRY(auto left, convertValue(a, aType, open));
    ES_TRY(const auto right, convertValue(b, bType, open));
    if (auto* bytes = std::get_if<base::Bytes>(&left)) {
        const auto& more = std::get<base::Bytes>(right);
        bytes->insert(bytes->end(), more.begin(), more.end());
    } else {
        std::get<std::string>(left) += std::get<std::string>(right);
    }
    return convertValue(left, open, type);
}

// Operands keep their own digits in decimal arithmetic: the winner's precision must not round the other one.
SqlType operandType(const SqlType& operand, const SqlType& result)
{
    if (!isDecimal(result.id))
        return result;
    switch (operand.id) {
    case TypeId::kDecimal: case TypeId::kNumeric: return operand;
    case TypeId::kMoney: return makeDecimal(19, 4);
    case TypeId::kSmallMoney: return makeDecimal(10, 4);
    case TypeId::kBit: case TypeId::kTinyInt: case TypeId::kSmallInt: case TypeId::kInt: case TypeId::kBigInt:
        return makeDecimal(precisionColumn(operand), 0);
    default: return result;
    }
}

}  // namespace

base::Result<Value> arithmetic(ArithmeticOp op, const Value& a, const SqlType& aType, const Value& b, const SqlType& bType)
{
    const auto type = arithmeticType(op, aType, bType);
    if (!type)
        return serverError(402, 1, "The data types " + std::string(baseTypeName(aType.id)) + " and " + std::string(baseTypeName(bType.id)) +
                                       " are incompatible in the " + std::string(operatorName(op)) + " operator.");
    if (isNull(a) || isNull(b))
        return Value(Null{});
    if (isText(type->id) || isBinary(type->id))
        return concatenated(a, aType, b, bType, *type);
    ES_TRY(const auto left, convertValue(a, aType, operandType(aType, *type)));
    ES_TRY(const auto right, convertValue(b, bType, operandType(bType, *type)));
    if (isInteger(type->id))
        return integers(op, std::get<std::int64_t>(left), std::get<std::int64_t>(right), *type);
    if (isMoney(type->id))
        return monies(op, std::get<Money>(left), std::get<Money>(right), *type);
    if (isDecimal(type->id))
        return decimals(op, std::get<Decimal>(left), std::get<Decimal>(right), *type);
    if (type->id == TypeId::kReal)
        return floats(op, std::get<float>(left), std::get<float>(right), *type);
    if (type->id == TypeId::kFloat)
        return floats(op, std::get<double>(left), std::get<double>(right), *type);
    return dates(op, left, right, *type);
}

base::Result<Value> negate(const Value& value, const SqlType& type)
{
    if (isNull(value))
        return Value(Null{});
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return integers(ArithmeticOp::kSubtract, 0, *integer, type);
    if (const auto* money = std::get_if<Money>(&value))
        return monies(ArithmeticOp::kSubtract, Money{0}, *money, type);
    if (const auto* decimal = std::get_if<Decimal>(&value)) {
        Decimal minus = *decimal;
        minus.negative = !minus.negative && minus.magnitude != 0;
        return Value(minus);
    }
    if (const auto* real = std::get_if<float>(&value))
        return Value(-*real);
    if (const auto* real = std::get_if<double>(&value))
        return Value(-*real);
    return serverError(8117, 1, "Operand data type " + std::string(baseTypeName(type.id)) + " is invalid for minus operator.");
}

}  // namespace es::types
