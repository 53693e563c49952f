// Numbers and guids as text.
#include "driver/types/ConvertParts.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace es::types {
namespace {

std::string threeExponentDigits(std::string text)
{
    const std::size_t at = text.find('e');
    if (at == text.npos)
        return text;
    const std::size_t digits = text.size() - at - 2;
    if (digits < 3)
        text.insert(at + 2, 3 - digits, '0');
    return text;
}

template <class Float>
std::string shortest(Float value)
{
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value < 0 ? "-Infinity" : "Infinity";
    std::array<char, 64> buffer{};
    const auto scientific = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
    std::string text(buffer.data(), scientific.ptr);
    const std::size_t at = text.find('e');
    int exponent = 0;
    const std::size_t start = at + (text[at + 1] == '+' ? 2 : 1);
    std::from_chars(text.data() + start, text.data() + text.size(), exponent);
    if (exponent >= -5 && exponent < 15) {
        const auto fixed = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
        return std::string(buffer.data(), fixed.ptr);
    }
    text[at] = 'E';
    return text;
}

}  // namespace

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || (text.front() >= '\t' && text.front() <= '\r')))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || (text.back() >= '\t' && text.back() <= '\r')))
        text.remove_suffix(1);
    return text;
}

std::string_view withoutBlanks(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

std::string floatText(double value, int significantDigits)
{
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*g", significantDigits, value);
    return threeExponentDigits(buffer.data());
}

std::string shortestText(double value) { return shortest(value); }
std::string shortestText(float value) { return shortest(value); }

std::optional<double> parseFloat(std::string_view text)
{
    if (!text.empty() && text.front() == '+') {
        text.remove_prefix(1);
        if (text.empty() || text.front() == '-')
            return std::nullopt;
    }
    // No "inf", "nan" or hexadecimal; an exponent may follow a d instead of an e.
    std::string number(text);
    for (char& c : number) {
        if (c == 'd' || c == 'D')
            c = 'e';
        if (!((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E'))
            return std::nullopt;
    }
    double value = 0;
    const auto [end, failure] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (end != number.data() + number.size() || number.empty())
        return std::nullopt;
    if (failure == std::errc::result_out_of_range) {
        const double rough = std::strtod(number.c_str(), nullptr);  // infinity or (nearly) zero
        return rough;
    }
    return failure == std::errc{} ? std::optional(value) : std::nullopt;
}

std::string guidText(const Guid& guid)
{
    constexpr std::array<int, 16> kOrder{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string text;
    for (std::size_t i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text.push_back('-');
        const base::Byte byte = guid.bytes[static_cast<std::size_t>(kOrder[i])];
        text.push_back(kDigits[byte >> 4]);
        text.push_back(kDigits[byte & 15]);
    }
    return text;
}

std::optional<Guid> parseGuid(std::string_view text)
{
    if (!text.empty() && text.front() == '{') {
        if (text.size() < 38 || text[37] != '}')
            return std::nullopt;
        text.remove_prefix(1);
    }
    if (text.size() < 36)
        return std::nullopt;
    std::string hex;
    for (std::size_t i = 0; i < 36; ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash != (text[i] == '-'))
            return std::nullopt;
        if (!dash)
            hex.push_back(text[i]);
    }
    const auto bytes = base::fromHex(hex);
    if (!bytes || bytes->size() != 16)
        return std::nullopt;
    constexpr std::array<std::size_t, 16> kOrder{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    Guid guid;
    for (std::size_t i = 0; i < 16; ++i)
        guid.bytes[kOrder[i]] = (*bytes)[i];
    return guid;
}

std::string moneyText(Money money, int digits, bool commas)
{
    const bool negative = money.tenThousandths < 0;
    const auto bits = static_cast<std::uint64_t>(money.tenThousandths);
    const UInt128 magnitude = negative ? std::uint64_t{0} - bits : bits;
    const UInt128 rounded = *rescale(magnitude, 4, digits, kMaxPrecision);
    std::string text = decimalText(rounded, negative && rounded != 0, digits);
    if (!commas)
        return text;
    const std::size_t first = negative && rounded != 0 ? 1 : 0;
    for (std::size_t at = text.find('.'); at > first + 3; at -= 3)
        text.insert(at - 3, 1, ',');
    return text;
}

}  // namespace es::types
