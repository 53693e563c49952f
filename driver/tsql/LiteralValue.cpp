#include "driver/tsql/LiteralValue.h"

#include "driver/base/Utf16.h"
#include "driver/types/Collation.h"
#include "driver/types/TypeNames.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace es::tsql {
namespace {

using types::TypeId;

constexpr std::size_t kMaxPrecision = 38;
constexpr std::uint32_t kMaxSmallBytes = 8000;
constexpr int kMoneyScale = 4;

base::Error literalError(std::int32_t number, std::string message)
{
    base::Error error = base::makeError(kBadLiteral, "A constant is out of range.", {}, "Write a value that its type can hold.");
    error.origin = base::Origin::kServer;
    base::ServerError server;
    server.number = number;
    server.state = 1;
    server.severity = 15;
    server.message = std::move(message);
    error.server = std::move(server);
    return error;
}

// Digits as a whole number with `scale` digits behind the point, leading zeros left out of the precision.
base::Result<types::Decimal> decimalOf(std::string_view text, bool negative)
{
    types::Decimal decimal;
    decimal.scale = 0;
    std::size_t digits = 0;
    bool behindPoint = false;
    for (const char c : text) {
        if (c == '.') {
            behindPoint = true;
            continue;
        }
        const auto digit = static_cast<unsigned>(c - '0');
        if (behindPoint)
            ++decimal.scale;
        if (digits > 0 || digit > 0)
            ++digits;
        if (digits > kMaxPrecision || decimal.scale > kMaxPrecision) {
            std::string message = "The number '";
            message.append(text.substr(0, 128)).append("' is out of the range for numeric representation (maximum precision 38).");
            return literalError(1007, std::move(message));
        }
        decimal.magnitude = decimal.magnitude * 10 + digit;
    }
    decimal.precision = static_cast<std::uint8_t>(std::max<std::size_t>({digits, decimal.scale, 1}));
    decimal.negative = negative && decimal.magnitude != 0;
    return decimal;
}

TypedValue typedDecimal(const types::Decimal& decimal)
{
    types::SqlType type;
    type.id = TypeId::kNumeric;
    type.precision = decimal.precision;
    type.scale = decimal.scale;
    return {type, decimal};
}

base::Result<TypedValue> integerValue(std::string_view text, bool negative)
{
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem == std::errc{} && end == text.data() + text.size() && number <= std::numeric_limits<std::int32_t>::max())
        return TypedValue{types::makeType(TypeId::kInt), negative ? -number : number};
    ES_TRY(const types::Decimal decimal, decimalOf(text, negative));
    return typedDecimal(decimal);
}

// Whether a float beyond the range is too large rather than too small: its decimal exponent, had it been written as 0.ddd, is positive.
bool isHuge(std::string_view number)
{
    const std::size_t mark = number.find_first_of("eE");
    const std::string_view mantissa = number.substr(0, mark);
    std::string_view written = number.substr(mark + 1);
    if (written.starts_with('+'))
        written.remove_prefix(1);
    long exponent = 0;
    if (std::from_chars(written.data(), written.data() + written.size(), exponent).ec == std::errc::result_out_of_range)
        return !written.starts_with('-');
    const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
    const std::size_t first = mantissa.find_first_not_of("0.");
    if (first == std::string_view::npos)
        return false;
    const long places = first < point ? static_cast<long>(point - first) : -static_cast<long>(first - point - 1);
    return places + exponent > 0;
}

base::Result<TypedValue> floatValue(std::string_view text, bool negative)
{
    std::string number(text);
    if (const char last = number.back(); last == 'e' || last == 'E' || last == '+' || last == '-')
        number += '0';  // "1e" is 1
    if (number.front() == '.')
        number.insert(number.begin(), '0');
    double value = 0;
    const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), value);
    const bool tooSmall = problem == std::errc::result_out_of_range && !isHuge(number);
    if (problem != std::errc{} && !tooSmall) {
        std::string message = "The floating point value '";
        message.append(text.substr(0, 128)).append("' is out of the range of computer representation (8 bytes).");
        return literalError(168, std::move(message));
    }
    if (tooSmall)
        value = 0;
    return TypedValue{types::makeType(TypeId::kFloat), negative ? -value : value};
}

base::Result<TypedValue> moneyValue(std::string_view text, bool negative)
{
    bool minus = negative;
    if (text.starts_with('-')) {
        minus = !minus;
        text.remove_prefix(1);
    }
    const std::size_t point = std::min(text.find('.'), text.size());
    types::UInt128 units = 0;
    const auto overflow = [] { return literalError(293, "Cannot convert a char value to money. The char value has incorrect syntax."); };
    for (const char c : text.substr(0, point)) {
        units = units * 10 + static_cast<unsigned>(c - '0');
        if (units > std::numeric_limits<std::uint64_t>::max())
            return overflow();
    }
    const std::string_view fraction = point < text.size() ? text.substr(point + 1) : std::string_view{};
    for (std::size_t i = 0; i < kMoneyScale; ++i)
        units = units * 10 + (i < fraction.size() ? static_cast<unsigned>(fraction[i] - '0') : 0U);
    if (fraction.size() > kMoneyScale && fraction[kMoneyScale] >= '5')
        ++units;
    const auto limit = static_cast<types::UInt128>(std::numeric_limits<std::int64_t>::max()) + (minus ? 1 : 0);
    if (units > limit)
        return overflow();
    const auto magnitude = static_cast<std::uint64_t>(units);
    return TypedValue{types::makeType(TypeId::kMoney), types::Money{static_cast<std::int64_t>(minus ? 0 - magnitude : magnitude)}};
}

types::SqlType sized(TypeId id, std::size_t bytes, types::Collation collation)
{
    types::SqlType type;
    type.id = id;
    type.collation = collation;
    const std::uint32_t least = id == TypeId::kNVarChar ? 2 : 1;
    type.lengthBytes = bytes > kMaxSmallBytes ? types::kMaxLength : std::max(least, static_cast<std::uint32_t>(bytes));
    return type;
}

// A character that the code page lacks turns into '?', as in every varchar literal.
base::Result<TypedValue> varcharValue(const std::string& text, types::Collation collation)
{
    const bool ascii = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii)
        return TypedValue{sized(TypeId::kVarChar, text.size(), collation), text};
    ES_TRY(const base::Bytes bytes, types::textToCodePageLossy(text, collation));
    ES_TRY(std::string held, types::textFromCodePage(bytes, collation));
    return TypedValue{sized(TypeId::kVarChar, bytes.size(), collation), std::move(held)};
}

base::Result<TypedValue> binaryValue(std::string digits)
{
    if (digits.size() % 2 != 0)
        digits.insert(digits.begin(), '0');  // 0xABC is 0x0ABC
    ES_TRY(base::Bytes bytes, base::fromHex(digits));
    types::SqlType type = sized(TypeId::kVarBinary, bytes.size(), {});
    return TypedValue{type, std::move(bytes)};
}

}  // namespace

base::Result<TypedValue> literalValue(const Literal& literal, types::Collation collation, bool negative)
{
    switch (literal.kind) {
    case LiteralKind::kNull:
        return TypedValue{types::makeType(TypeId::kInt), types::Null{}};
    case LiteralKind::kInteger:
        return integerValue(literal.text, negative);
    case LiteralKind::kDecimal: {
        ES_TRY(const types::Decimal decimal, decimalOf(literal.text, negative));
        return typedDecimal(decimal);
    }
    case LiteralKind::kFloat:
        return floatValue(literal.text, negative);
    case LiteralKind::kMoney:
        return moneyValue(literal.text, negative);
    case LiteralKind::kString:
        return varcharValue(literal.text, collation);
    case LiteralKind::kNationalString:
        return TypedValue{sized(TypeId::kNVarChar, 2 * base::utf16Units(literal.text), collation), literal.text};
    case LiteralKind::kBinary:
        return binaryValue(literal.text);
    }
    return literalError(102, "Incorrect syntax.");
}

}  // namespace es::tsql
