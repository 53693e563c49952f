// Conversions to bit ... bigint, decimal, money, real and float.
#include "driver/types/ConvertParts.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace es::types {
namespace {

std::string nameOf(const SqlType& type) { return errorTypeName(type); }

base::Error numberOverflow(const Conversion& c, std::string_view from) { return overflowError(from, nameOf(c.to)); }

// Small integers have an error of their own that shows the value.
base::Error integerOverflow(const Conversion& c, std::int64_t value)
{
    if ((c.to.id == TypeId::kTinyInt || c.to.id == TypeId::kSmallInt) && value >= INT32_MIN && value <= INT32_MAX)
        return serverError(220, c.to.id == TypeId::kTinyInt ? 2 : 1,
                           "Arithmetic overflow error for data type " + nameOf(c.to) + ", value = " + std::to_string(value) + ".");
    return numberOverflow(c, "expression");
}

base::Result<Value> fitInteger(const Conversion& c, std::int64_t value)
{
    if (c.to.id == TypeId::kBit)
        return Value(std::int64_t{value != 0});
    if (!rangeOf(c.to.id).holds(value))
        return integerOverflow(c, value);
    return Value(value);
}

std::string_view columnWord(TypeId id) { return id == TypeId::kTinyInt ? "INT1" : id == TypeId::kSmallInt ? "INT2" : "int"; }

base::Result<Value> integerFromText(const Conversion& c, std::string_view whole)
{
    std::string_view text = withoutBlanks(whole);
    const auto fail = [&]() -> base::Error {
        if (c.to.id == TypeId::kBigInt)
            return notConvertible(baseTypeName(c.from.id), "bigint");
        return conversionFailed(baseTypeName(c.from.id), whole, nameOf(c.to));
    };
    if (c.to.id == TypeId::kBit) {
        std::string word(text);
        for (char& letter : word)
            letter = static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter + 32 : letter);
        if (word == "true" || word == "false")
            return Value(std::int64_t{word == "true"});
    }
    const bool negative = !text.empty() && text.front() == '-';
    if (!text.empty() && (text.front() == '-' || text.front() == '+'))
        text = withoutBlanks(text.substr(1));
    if (text.empty())
        return Value(std::int64_t{0});  // '', '-' and '+' are 0 to SQL Server
    for (const char digit : text)
        if (digit < '0' || digit > '9')
            return fail();
    if (c.to.id == TypeId::kBit)
        return Value(std::int64_t{text.find_first_not_of('0') != text.npos});
    while (text.size() > 1 && text.front() == '0')
        text.remove_prefix(1);
    std::string digits(negative ? "-" : "");
    digits += text;
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    (void)end;
    if (failure == std::errc{} && rangeOf(c.to.id).holds(value))
        return Value(value);
    if (c.to.id == TypeId::kBigInt)
        return overflowError("expression", "bigint");
    const std::string what = "The conversion of the " + std::string(baseTypeName(c.from.id)) + " value '" + std::string(whole) + "' overflowed an ";
    if (c.to.id == TypeId::kInt)
        return serverError(248, 1, what + "int column.");
    return serverError(244, c.to.id == TypeId::kTinyInt ? 1 : 2, what + std::string(columnWord(c.to.id)) + " column. Use a larger integer column.");
}

base::Result<Value> integerFromDouble(const Conversion& c, double value)
{
    if (c.to.id == TypeId::kBit)
        return Value(std::int64_t{value != 0});
    const double whole = std::trunc(value);
    const IntRange range = rangeOf(c.to.id);
    if (!(whole >= static_cast<double>(range.lowest) && whole <= static_cast<double>(range.highest)) || whole >= 9223372036854775808.0) {
        char text[400];
        std::snprintf(text, sizeof text, "%f", value);
        return serverError(232, 1, "Arithmetic overflow error for type " + nameOf(c.to) + ", value = " + text + ".");
    }
    return Value(static_cast<std::int64_t>(whole));
}

// Whole part of a decimal; empty past 64 bits.
std::optional<std::int64_t> wholeOf(const Decimal& decimal, Rounding rounding)
{
    const auto magnitude = rescale(decimal.magnitude, decimal.scale, 0, kMaxPrecision, rounding);
    const UInt128 limit = (UInt128{1} << 63) - (decimal.negative ? 0 : 1);
    if (!magnitude || *magnitude > limit)
        return std::nullopt;
    const auto bits = static_cast<std::uint64_t>(*magnitude);
    return static_cast<std::int64_t>(decimal.negative ? std::uint64_t{0} - bits : bits);
}

Decimal decimalOfMoney(Money money)
{
    Decimal decimal = decimalFromInt(money.tenThousandths);
    decimal.scale = 4;
    return decimal;
}

base::Result<Value> fitDecimal(const Conversion& c, const Decimal& decimal, std::string_view from)
{
    const auto fitted = rescaled(decimal, c.to.precision, c.to.scale);
    if (!fitted)
        return numberOverflow(c, from);
    return Value(*fitted);
}

base::Result<Value> fitMoney(const Conversion& c, const std::optional<Decimal>& decimal, std::string_view from)
{
    if (decimal) {
        const auto scaled = rescaled(*decimal, kMaxPrecision, 4);
        if (scaled) {
            Decimal whole = *scaled;
            whole.scale = 0;
            const auto value = wholeOf(whole, Rounding::kTruncate);
            if (value && rangeOf(c.to.id).holds(*value))
                return Value(Money{*value});
        }
    }
    return numberOverflow(c, from);
}

base::Result<Value> moneyFromText(const Conversion& c, std::string_view whole)
{
    const auto fail = [&] {
        return serverError(235, 0, "Cannot convert a char value to money. The char value has incorrect syntax.");
    };
    std::string digits;
    bool sign = false, symbol = false;
    std::string_view text = trimmed(whole);
    if (text.empty())
        return Value(Money{});
    while (!text.empty()) {
        const char ch = text.front();
        const bool beforeDigits = digits.find_first_of("0123456789.") == digits.npos;
        if ((ch == '-' || ch == '+') && !sign && beforeDigits) {
            sign = true;
            digits.insert(0, 1, ch);
        } else if (!symbol && beforeDigits && (ch == '$' || text.starts_with("\xC2\xA3") || text.starts_with("\xE2\x82\xAC") || text.starts_with("\xC2\xA5"))) {
            symbol = true;
            text.remove_prefix(ch == '$' ? 0 : static_cast<unsigned char>(ch) == 0xC2 ? 1 : 2);
        } else if ((ch >= '0' && ch <= '9') || ch == '.') {
            digits.push_back(ch);
        } else if (ch != ',' && !(ch == ' ' && beforeDigits)) {
            return fail();
        }
        text.remove_prefix(1);
    }
    if (digits.empty() || digits == "-" || digits == "+")
        return Value(Money{});
    const auto decimal = parseDecimal(digits);
    if (!decimal)
        return fail();
    return fitMoney(c, decimal, baseTypeName(c.from.id));
}

base::Result<Value> fitFloat(const Conversion& c, double value)
{
    if (c.to.id == TypeId::kFloat) {
        if (!std::isfinite(value))
            return numberOverflow(c, "expression");
        return Value(value);
    }
    const float narrow = static_cast<float>(value);
    if (!std::isfinite(narrow)) {
        char text[400];
        std::snprintf(text, sizeof text, "%f", value);
        return serverError(232, 2, std::string("Arithmetic overflow error for type real, value = ") + text + ".");
    }
    return Value(narrow);
}

// Any number kind as a double; empty for what is no number.
std::optional<double> asDouble(const Value& value)
{
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return static_cast<double>(*integer);
    if (const auto* real = std::get_if<float>(&value))
        return *real;
    if (const auto* real = std::get_if<double>(&value))
        return *real;
    if (const auto* money = std::get_if<Money>(&value))
        return doubleFromDecimal(decimalOfMoney(*money));
    if (const auto* decimal = std::get_if<Decimal>(&value))
        return doubleFromDecimal(*decimal);
    return daysOf(value);
}

// precision, scale, 0, sign (1: positive), magnitude little-endian: what CAST(decimal AS varbinary) makes.
std::optional<Decimal> decimalFromBytes(const base::Bytes& bytes)
{
    if (bytes.size() < 5 || bytes.size() > 20 || bytes[0] < 1 || bytes[0] > kMaxPrecision || bytes[1] > bytes[0] || bytes[2] != 0 || bytes[3] > 1)
        return std::nullopt;
    Decimal decimal;
    for (std::size_t i = bytes.size(); i-- > 4;)
        decimal.magnitude = decimal.magnitude << 8 | bytes[i];
    if (digitCount(decimal.magnitude) > bytes[0])
        return std::nullopt;
    decimal.precision = bytes[0];
    decimal.scale = bytes[1];
    decimal.negative = bytes[3] == 0 && decimal.magnitude != 0;
    return decimal;
}

base::Error noConversion(const Conversion& c) { return notConvertible(baseTypeName(c.from.id), nameOf(c.to)); }

}  // namespace

std::uint64_t bigEndian(const base::Bytes& bytes)
{
    std::uint64_t value = 0;
    for (const base::Byte byte : bytes)
        value = value << 8 | byte;
    return value;
}

std::optional<double> daysOf(const Value& value)
{
    if (const auto* stamp = std::get_if<DateTime>(&value))
        return stamp->days + static_cast<double>(stamp->ticks) / kDateTimeTicksPerDay;
    if (const auto* stamp = std::get_if<SmallDateTime>(&value))
        return stamp->days + stamp->minutes / 1440.0;
    return std::nullopt;
}

base::Result<Value> toInteger(const Conversion& c)
{
    if (const auto* integer = std::get_if<std::int64_t>(&c.value))
        return fitInteger(c, *integer);
    if (const auto* text = std::get_if<std::string>(&c.value))
        return integerFromText(c, *text);
    if (const auto* real = std::get_if<float>(&c.value))
        return integerFromDouble(c, *real);
    if (const auto* real = std::get_if<double>(&c.value))
        return integerFromDouble(c, *real);
    if (const auto* decimal = std::get_if<Decimal>(&c.value)) {
        if (c.to.id == TypeId::kBit)
            return Value(std::int64_t{decimal->magnitude != 0});
        const auto whole = wholeOf(*decimal, Rounding::kTruncate);
        if (!whole || !rangeOf(c.to.id).holds(*whole))
            return numberOverflow(c, "numeric");
        return Value(*whole);
    }
    if (const auto* money = std::get_if<Money>(&c.value)) {
        if (c.to.id == TypeId::kBit)
            return Value(std::int64_t{money->tenThousandths != 0});
        const auto whole = wholeOf(decimalOfMoney(*money), Rounding::kHalfAwayFromZero);
        if (!whole || !rangeOf(c.to.id).holds(*whole))
            return numberOverflow(c, baseTypeName(c.from.id));
        return Value(*whole);
    }
    if (const auto* binary = std::get_if<base::Bytes>(&c.value)) {
        // The last bytes count, most significant first, without sign extension of shorter values.
        const std::uint64_t bits = bigEndian(*binary);
        switch (c.to.id) {
        case TypeId::kBit: return Value(std::int64_t{(bits & 0xFF) != 0});
        case TypeId::kTinyInt: return Value(std::int64_t{static_cast<std::uint8_t>(bits)});
        case TypeId::kSmallInt: return Value(std::int64_t{static_cast<std::int16_t>(bits)});
        case TypeId::kInt: return Value(std::int64_t{static_cast<std::int32_t>(bits)});
        default: return Value(static_cast<std::int64_t>(bits));
        }
    }
    if (const auto days = daysOf(c.value))
        return integerFromDouble(c, c.to.id == TypeId::kBit ? *days : std::floor(*days + 0.5));  // noon belongs to the next day
    return noConversion(c);
}

base::Result<Value> toDecimal(const Conversion& c)
{
    if (const auto* decimal = std::get_if<Decimal>(&c.value))
        return fitDecimal(c, *decimal, "numeric");
    if (const auto* integer = std::get_if<std::int64_t>(&c.value))
        return fitDecimal(c, decimalFromInt(*integer), baseTypeName(c.from.id));
    if (const auto* money = std::get_if<Money>(&c.value))
        return fitDecimal(c, decimalOfMoney(*money), baseTypeName(c.from.id));
    if (const auto* text = std::get_if<std::string>(&c.value)) {
        const auto decimal = parseDecimal(withoutBlanks(*text));
        if (!decimal) {
            const std::string_view digits = withoutBlanks(*text);
            const bool onlyTooLong = digits.size() > 38 && digits.find_first_not_of("+-.0123456789") == digits.npos;
            return onlyTooLong ? numberOverflow(c, baseTypeName(c.from.id)) : noConversion(c);
        }
        return fitDecimal(c, *decimal, baseTypeName(c.from.id));
    }
    if (const auto* binary = std::get_if<base::Bytes>(&c.value)) {
        const auto decimal = decimalFromBytes(*binary);
        return decimal ? fitDecimal(c, *decimal, "numeric") : base::Result<Value>(noConversion(c));
    }
    if (const auto value = asDouble(c.value)) {
        const auto decimal = decimalFromDouble(*value, c.to.precision, c.to.scale);
        return decimal ? base::Result<Value>(Value(*decimal)) : numberOverflow(c, baseTypeName(c.from.id));
    }
    return noConversion(c);
}

base::Result<Value> toMoney(const Conversion& c)
{
    if (const auto* money = std::get_if<Money>(&c.value)) {
        if (!rangeOf(c.to.id).holds(money->tenThousandths))
            return numberOverflow(c, baseTypeName(c.from.id));
        return Value(*money);
    }
    if (const auto* integer = std::get_if<std::int64_t>(&c.value))
        return fitMoney(c, decimalFromInt(*integer), baseTypeName(c.from.id));
    if (const auto* decimal = std::get_if<Decimal>(&c.value))
        return fitMoney(c, *decimal, "numeric");
    if (const auto* text = std::get_if<std::string>(&c.value))
        return moneyFromText(c, *text);
    if (const auto* binary = std::get_if<base::Bytes>(&c.value)) {
        const std::uint64_t bits = bigEndian(*binary);
        return Value(Money{c.to.id == TypeId::kMoney ? static_cast<std::int64_t>(bits) : std::int64_t{static_cast<std::int32_t>(bits)}});
    }
    if (const auto value = asDouble(c.value))
        return fitMoney(c, decimalFromDouble(*value, kMaxPrecision, 4), baseTypeName(c.from.id));
    return noConversion(c);
}

base::Result<Value> toFloat(const Conversion& c)
{
    if (const auto* text = std::get_if<std::string>(&c.value)) {
        const std::string_view number = withoutBlanks(*text);
        if (number.empty())
            return fitFloat(c, 0);
        const auto value = parseFloat(number);
        return value ? fitFloat(c, *value) : noConversion(c);
    }
    if (const auto value = asDouble(c.value))
        return fitFloat(c, *value);
    return noConversion(c);
}

}  // namespace es::types
