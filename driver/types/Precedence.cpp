// Which type wins, and which type an operation has.
#include "driver/types/Precedence.h"

#include "driver/types/Convert.h"
#include "driver/types/DecimalMath.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::types {
namespace {

struct Digits {
    int precision;
    int scale;
};

std::optional<Digits> digitsOf(const SqlType& type)
{
    switch (type.id) {
    case TypeId::kBit: return Digits{1, 0};
    case TypeId::kTinyInt: return Digits{3, 0};
    case TypeId::kSmallInt: return Digits{5, 0};
    case TypeId::kInt: return Digits{10, 0};
    case TypeId::kBigInt: return Digits{19, 0};
    case TypeId::kSmallMoney: return Digits{10, 4};
    case TypeId::kMoney: return Digits{19, 4};
    case TypeId::kDecimal: case TypeId::kNumeric: return Digits{type.precision, type.scale};
    default: return std::nullopt;
    }
}

SqlType decimalType(TypeId id, int precision, int scale)
{
    SqlType type = makeDecimal(static_cast<std::uint8_t>(precision), static_cast<std::uint8_t>(scale));
    type.id = id;
    return type;
}

// Both operands' digits kept; beyond 38 the fraction gives way to the whole part.
SqlType unionOfDecimals(TypeId id, Digits a, Digits b)
{
    const int whole = std::max(a.precision - a.scale, b.precision - b.scale);
    const int scale = std::max(a.scale, b.scale);
    if (whole + scale <= kMaxPrecision)
        return decimalType(id, whole + scale, scale);
    return decimalType(id, kMaxPrecision, std::max(0, kMaxPrecision - whole));
}

// decimal and numeric are one type under two names: what meets a numeric is called numeric.
TypeId decimalName(const SqlType& a, const SqlType& b)
{
    return a.id == TypeId::kNumeric || b.id == TypeId::kNumeric ? TypeId::kNumeric : TypeId::kDecimal;
}

std::uint32_t longer(std::uint32_t a, std::uint32_t b) { return std::max(a, b); }  // kMaxLength is the largest

// Length in characters that a value of this type needs as text.
std::uint32_t textLength(const SqlType& type)
{
    if (isText(type.id) || isBinary(type.id))
        return declaredLength(type);
    switch (type.id) {
    case TypeId::kUniqueIdentifier: return 36;
    case TypeId::kDecimal: case TypeId::kNumeric: return type.precision + 3u;
    default: return 30;
    }
}

SqlType widestText(const SqlType& winner, const SqlType& other)
{
    SqlType type = winner;
    const std::uint32_t length = longer(textLength(winner), textLength(other));
    const bool unicode = isUnicode(winner.id);
    if (length == kMaxLength || winner.lengthBytes == kMaxLength)
        type.lengthBytes = kMaxLength;
    else
        type.lengthBytes = std::min<std::uint32_t>(unicode ? length * 2 : length, 8000);
    // char next to varchar is varchar: the value keeps its own length.
    if (type.lengthBytes == kMaxLength)
        type.id = winner.id == TypeId::kChar ? TypeId::kVarChar : winner.id == TypeId::kNChar ? TypeId::kNVarChar : winner.id == TypeId::kBinary ? TypeId::kVarBinary : winner.id;
    if (isText(type.id) && type.collation == Collation{})
        type.collation = isText(other.id) ? other.collation : kDefaultCollation;
    return type;
}

std::optional<SqlType> concatenation(const SqlType& a, const SqlType& b, SqlType winner)
{
    const bool binary = isBinary(winner.id);
    const std::uint32_t limit = isUnicode(winner.id) ? 4000 : 8000;
    const std::uint32_t left = textLength(a), right = textLength(b);
    const bool max = left == kMaxLength || right == kMaxLength;
    TypeId id = winner.id;
    if (max)
        id = binary ? TypeId::kVarBinary : isUnicode(winner.id) ? TypeId::kNVarChar : TypeId::kVarChar;
    else if (a.id != b.id && !binary)
        id = isUnicode(winner.id) ? TypeId::kNVarChar : TypeId::kVarChar;
    SqlType type = makeSized(id, max ? kMaxLength : std::min(left + right, limit), winner.collation);
    return type;
}

bool isOldDate(TypeId id) { return id == TypeId::kDateTime || id == TypeId::kSmallDateTime; }

std::optional<SqlType> decimalOperation(ArithmeticOp op, TypeId id, Digits a, Digits b)
{
    int precision = 0, scale = 0, whole = 0;
    switch (op) {
    case ArithmeticOp::kAdd:
    case ArithmeticOp::kSubtract:
        whole = std::max(a.precision - a.scale, b.precision - b.scale);
        scale = std::max(a.scale, b.scale);
        precision = whole + scale + 1;
        if (precision > kMaxPrecision)
            scale = std::clamp(kMaxPrecision - whole, 0, scale);
        break;
    case ArithmeticOp::kMultiply:
        precision = a.precision + b.precision + 1;
        scale = a.scale + b.scale;
        break;
    case ArithmeticOp::kDivide:
        scale = std::max(6, a.scale + b.precision + 1);
        precision = a.precision - a.scale + b.scale + scale;
        break;
    case ArithmeticOp::kModulo:
        scale = std::max(a.scale, b.scale);
        precision = std::min(a.precision - a.scale, b.precision - b.scale) + scale;
        break;
    default:
        return std::nullopt;
    }
    if (precision > kMaxPrecision && (op == ArithmeticOp::kMultiply || op == ArithmeticOp::kDivide)) {
        whole = precision - scale;
        scale = whole < 32 ? std::min(scale, kMaxPrecision - whole) : std::min(scale, 6);
    }
    return decimalType(id, std::max(1, std::min(precision, kMaxPrecision)), scale);
}

}  // namespace

int precedenceOf(TypeId id)
{
    switch (id) {
    case TypeId::kNull: return 0;
    case TypeId::kBinary: return 1;
    case TypeId::kVarBinary: return 2;
    case TypeId::kChar: return 3;
    case TypeId::kVarChar: return 4;
    case TypeId::kNChar: return 5;
    case TypeId::kNVarChar: return 6;
    case TypeId::kUniqueIdentifier: return 7;
    case TypeId::kImage: return 9;
    case TypeId::kText: return 10;
    case TypeId::kNText: return 11;
    case TypeId::kBit: return 12;
    case TypeId::kTinyInt: return 13;
    case TypeId::kSmallInt: return 14;
    case TypeId::kInt: return 15;
    case TypeId::kBigInt: return 16;
    case TypeId::kSmallMoney: return 17;
    case TypeId::kMoney: return 18;
    case TypeId::kDecimal: return 19;
    case TypeId::kNumeric: return 19;
    case TypeId::kReal: return 20;
    case TypeId::kFloat: return 21;
    case TypeId::kTime: return 22;
    case TypeId::kDate: return 23;
    case TypeId::kSmallDateTime: return 24;
    case TypeId::kDateTime: return 25;
    case TypeId::kDateTime2: return 26;
    case TypeId::kDateTimeOffset: return 27;
    case TypeId::kXml: return 28;
    case TypeId::kJson: return 29;
    case TypeId::kVector: return 30;
    case TypeId::kSqlVariant: return 31;
    case TypeId::kUdt: return 32;
    }
    return 0;
}

std::optional<SqlType> commonType(const SqlType& a, const SqlType& b)
{
    if (a.id == TypeId::kNull && b.id == TypeId::kNull)
        return makeType(TypeId::kInt);
    if (a.id == TypeId::kNull)
        return b;
    if (b.id == TypeId::kNull)
        return a;
    const bool firstWins = precedenceOf(a.id) >= precedenceOf(b.id);
    const SqlType& winner = firstWins ? a : b;
    const SqlType& loser = firstWins ? b : a;
    if (!isImplicitlyConvertible(loser.id, winner.id))
        return std::nullopt;
    if (isDecimal(winner.id)) {
        const auto other = digitsOf(loser);
        return other ? unionOfDecimals(decimalName(a, b), *digitsOf(winner), *other) : winner;
    }
    if (isText(winner.id) || isBinary(winner.id))
        return widestText(winner, loser);
    if (winner.id == TypeId::kTime || winner.id == TypeId::kDateTime2 || winner.id == TypeId::kDateTimeOffset) {
        SqlType type = winner;
        const bool scaled = loser.id == TypeId::kTime || loser.id == TypeId::kDateTime2 || loser.id == TypeId::kDateTimeOffset;
        const int other = scaled ? loser.scale : loser.id == TypeId::kDateTime ? 3 : 0;
        type.scale = static_cast<std::uint8_t>(std::max<int>(type.scale, other));
        return type;
    }
    return winner;
}

std::optional<SqlType> arithmeticType(ArithmeticOp op, const SqlType& a, const SqlType& b)
{
    if (a.id == TypeId::kNull && b.id == TypeId::kNull)
        return makeType(TypeId::kInt);
    if (a.id == TypeId::kNull || b.id == TypeId::kNull) {
        const SqlType& known = a.id == TypeId::kNull ? b : a;
        return arithmeticType(op, known, known);
    }
    const bool bitwise = op == ArithmeticOp::kBitAnd || op == ArithmeticOp::kBitOr || op == ArithmeticOp::kBitXor;
    const SqlType& winner = precedenceOf(a.id) >= precedenceOf(b.id) ? a : b;
    const SqlType& loser = &winner == &a ? b : a;
    if (bitwise) {
        const bool usable = isInteger(winner.id) && (isInteger(loser.id) || isBinary(loser.id));
        return usable ? std::optional(winner) : std::nullopt;
    }
    // Text joins text and bytes join bytes; the one does not become the other unasked.
    if (op == ArithmeticOp::kAdd && ((isText(winner.id) && isText(loser.id)) || (isBinary(winner.id) && isBinary(loser.id))))
        return isLarge(winner) && winner.lengthBytes == kMaxLength && winner.id >= TypeId::kText ? std::nullopt : concatenation(a, b, winner);
    if (isOldDate(winner.id)) {
        const bool usable = (op == ArithmeticOp::kAdd || op == ArithmeticOp::kSubtract) && isImplicitlyConvertible(loser.id, winner.id) &&
                            (isNumber(loser.id) || isOldDate(loser.id) || isText(loser.id));
        return usable ? std::optional(winner) : std::nullopt;
    }
    if (!isNumber(winner.id) || !isImplicitlyConvertible(loser.id, winner.id) || isDateOrTime(loser.id))
        return std::nullopt;
    if (winner.id == TypeId::kBit || (isApproximate(winner.id) && op == ArithmeticOp::kModulo))
        return std::nullopt;
    // Decimals and money divide text or bytes as they add them, but leave no remainder of them.
    if (op == ArithmeticOp::kModulo && !isInteger(winner.id) && (isText(loser.id) || isBinary(loser.id)))
        return std::nullopt;
    if (isDecimal(winner.id)) {
        const auto left = digitsOf(a), right = digitsOf(b);
        return decimalOperation(op, decimalName(a, b), left ? *left : *digitsOf(winner), right ? *right : *digitsOf(winner));
    }
    return winner;
}

}  // namespace es::types
