#include "driver/types/DecimalMath.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace es::types {
namespace {

constexpr auto kPowers = [] {
    std::array<UInt128, kMaxPrecision + 1> powers{};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i)
        powers[i] = powers[i - 1] * 10;
    return powers;
}();

struct Wide {  // 256 bits
    UInt128 high = 0;
    UInt128 low = 0;
};

Wide multiply(UInt128 a, UInt128 b)
{
    constexpr UInt128 kMask = ~std::uint64_t{0};
    const UInt128 a0 = a & kMask, a1 = a >> 64, b0 = b & kMask, b1 = b >> 64;
    const UInt128 p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0;
    const UInt128 middle = (p00 >> 64) + (p01 & kMask) + (p10 & kMask);
    return {a1 * b1 + (p01 >> 64) + (p10 >> 64) + (middle >> 64), (middle << 64) | (p00 & kMask)};
}

// Long division bit by bit: rare enough (results beyond 128 bits) to stay simple. `divisor` has its top bit free (below 10^38).
Wide divide(Wide value, UInt128 divisor, UInt128& remainder)
{
    Wide quotient;
    remainder = 0;
    for (int bit = 255; bit >= 0; --bit) {
        const UInt128 next = bit >= 128 ? value.high >> (bit - 128) & 1 : value.low >> bit & 1;
        remainder = remainder << 1 | next;
        if (remainder >= divisor) {
            remainder -= divisor;
            (bit >= 128 ? quotient.high : quotient.low) |= UInt128{1} << (bit % 128);
        }
    }
    return quotient;
}

Wide divideFast(Wide value, UInt128 divisor, UInt128& remainder)
{
    if (value.high == 0) {
        remainder = value.low % divisor;
        return {0, value.low / divisor};
    }
    return divide(value, divisor, remainder);
}

void increment(Wide& value)
{
    if (++value.low == 0)
        ++value.high;
}

// value / 10^digits; digits may exceed 38.
Wide dropDigits(Wide value, int digits, Rounding rounding)
{
    // Rounding looks at the last digit dropped alone, so that half is decided on the exact value.
    while (digits > kMaxPrecision) {
        UInt128 ignored = 0;
        value = divideFast(value, kPowers[1], ignored);
        --digits;
    }
    if (digits == 0)
        return value;
    UInt128 remainder = 0;
    const UInt128 divisor = kPowers[static_cast<std::size_t>(digits)];
    Wide quotient = divideFast(value, divisor, remainder);
    if (rounding == Rounding::kHalfAwayFromZero && remainder >= divisor - remainder)
        increment(quotient);
    return quotient;
}

std::optional<UInt128> fits(Wide value, int precision)
{
    if (value.high != 0 || value.low >= kPowers[static_cast<std::size_t>(precision)])
        return std::nullopt;
    return value.low;
}

std::optional<Wide> scaledUp(UInt128 magnitude, int digits)
{
    if (digits <= kMaxPrecision)
        return multiply(magnitude, kPowers[static_cast<std::size_t>(digits)]);
    if (magnitude == 0)
        return Wide{};
    return std::nullopt;
}

Decimal made(UInt128 magnitude, bool negative, int precision, int scale)
{
    return {magnitude, negative && magnitude != 0, static_cast<std::uint8_t>(precision), static_cast<std::uint8_t>(scale)};
}

}  // namespace

UInt128 pow10(int exponent) { return kPowers[static_cast<std::size_t>(exponent)]; }

int digitCount(UInt128 value)
{
    int digits = 1;
    while (digits <= kMaxPrecision && value >= kPowers[static_cast<std::size_t>(digits)])
        ++digits;
    return digits;
}

std::string decimalText(UInt128 magnitude, bool negative, int scale)
{
    std::string digits;
    do {
        digits.push_back(static_cast<char>('0' + static_cast<int>(magnitude % 10)));
        magnitude /= 10;
    } while (magnitude != 0);
    while (static_cast<int>(digits.size()) <= scale)
        digits.push_back('0');
    if (scale > 0)
        digits.insert(static_cast<std::size_t>(scale), 1, '.');
    if (negative)
        digits.push_back('-');
    std::reverse(digits.begin(), digits.end());
    return digits;
}

std::optional<UInt128> rescale(UInt128 magnitude, int fromScale, int toScale, int precision, Rounding rounding)
{
    if (toScale >= fromScale) {
        const auto wide = scaledUp(magnitude, toScale - fromScale);
        return wide ? fits(*wide, precision) : std::nullopt;
    }
    return fits(dropDigits({0, magnitude}, fromScale - toScale, rounding), precision);
}

std::optional<Decimal> rescaled(const Decimal& value, int precision, int scale)
{
    const auto magnitude = rescale(value.magnitude, value.scale, scale, precision);
    if (!magnitude)
        return std::nullopt;
    return made(*magnitude, value.negative, precision, scale);
}

std::optional<Decimal> parseDecimal(std::string_view text)
{
    bool negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    UInt128 magnitude = 0;
    int digits = 0, scale = 0;
    bool point = false, full = false, roundUp = false;
    for (const char c : text) {
        if (c == '.') {
            if (point)
                return std::nullopt;
            point = true;
            continue;
        }
        if (c < '0' || c > '9')
            return std::nullopt;
        ++digits;
        const bool room = !full && magnitude < kPowers[kMaxPrecision - 1] && scale < kMaxPrecision;
        if (room) {
            magnitude = magnitude * 10 + static_cast<unsigned>(c - '0');
            scale += point ? 1 : 0;
        } else if (!point) {
            return std::nullopt;
        } else if (!full) {
            full = true;
            roundUp = c >= '5';
        }
    }
    if (digits == 0)
        return std::nullopt;
    if (roundUp && ++magnitude == kPowers[kMaxPrecision]) {
        if (scale == 0)
            return std::nullopt;
        magnitude /= 10;
        --scale;
    }
    return made(magnitude, negative, kMaxPrecision, scale);
}

Decimal decimalFromInt(std::int64_t value)
{
    const bool negative = value < 0;
    const auto bits = static_cast<std::uint64_t>(value);
    return made(negative ? std::uint64_t{0} - bits : bits, negative, 19, 0);
}

std::optional<Decimal> decimalFromDouble(double value, int precision, int scale)
{
    if (!std::isfinite(value) || std::fabs(value) >= 1e39)
        return std::nullopt;
    // "%.*f" prints the exact binary value; one digit more would not help, so ties are decided by the digits printed in full.
    std::array<char, 1200> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), "%.1074f", std::fabs(value));
    std::string_view text(buffer.data(), static_cast<std::size_t>(length));
    const std::size_t point = text.find('.');
    UInt128 magnitude = 0;
    for (std::size_t i = 0; i < point + 1 + static_cast<std::size_t>(scale); ++i) {
        if (i == point)
            continue;
        if (magnitude >= kPowers[kMaxPrecision - 1])
            return std::nullopt;
        magnitude = magnitude * 10 + static_cast<unsigned>(text[i] - '0');
    }
    if (text[point + 1 + static_cast<std::size_t>(scale)] >= '5')
        ++magnitude;
    if (magnitude >= kPowers[static_cast<std::size_t>(precision)])
        return std::nullopt;
    return made(magnitude, value < 0, precision, scale);
}

double doubleFromDecimal(const Decimal& value)
{
    return std::strtod(decimalText(value.magnitude, value.negative, value.scale).c_str(), nullptr);
}

int compareDecimals(const Decimal& a, const Decimal& b)
{
    if (a.negative != b.negative)
        return a.negative ? -1 : 1;
    const int common = std::max(a.scale, b.scale);
    const Wide wa = multiply(a.magnitude, pow10(common - a.scale));
    const Wide wb = multiply(b.magnitude, pow10(common - b.scale));
    int order = wa.high != wb.high ? (wa.high < wb.high ? -1 : 1) : wa.low != wb.low ? (wa.low < wb.low ? -1 : 1) : 0;
    return a.negative ? -order : order;
}

std::optional<Decimal> addDecimals(const Decimal& a, const Decimal& b, int precision, int scale)
{
    const int common = std::max(a.scale, b.scale);
    Wide wa = multiply(a.magnitude, pow10(common - a.scale));
    Wide wb = multiply(b.magnitude, pow10(common - b.scale));
    bool negative = a.negative;
    Wide sum;
    if (a.negative == b.negative) {
        sum.low = wa.low + wb.low;
        sum.high = wa.high + wb.high + (sum.low < wa.low ? 1 : 0);
    } else {
        if (wa.high < wb.high || (wa.high == wb.high && wa.low < wb.low)) {
            std::swap(wa, wb);
            negative = b.negative;
        }
        sum.low = wa.low - wb.low;
        sum.high = wa.high - wb.high - (wa.low < wb.low ? 1 : 0);
    }
    if (scale < common)
        sum = dropDigits(sum, common - scale, Rounding::kHalfAwayFromZero);
    auto magnitude = fits(sum, kMaxPrecision);
    if (magnitude && scale > common)
        magnitude = rescale(*magnitude, common, scale, precision);
    if (!magnitude || *magnitude >= pow10(precision))
        return std::nullopt;
    return made(*magnitude, negative, precision, scale);
}

std::optional<Decimal> multiplyDecimals(const Decimal& a, const Decimal& b, int precision, int scale)
{
    Wide product = multiply(a.magnitude, b.magnitude);
    const int productScale = a.scale + b.scale;
    if (scale < productScale)
        product = dropDigits(product, productScale - scale, Rounding::kHalfAwayFromZero);
    auto magnitude = fits(product, kMaxPrecision);
    if (magnitude && scale > productScale)
        magnitude = rescale(*magnitude, productScale, scale, precision);
    if (!magnitude || *magnitude >= pow10(precision))
        return std::nullopt;
    return made(*magnitude, a.negative != b.negative, precision, scale);
}

std::optional<Decimal> divideDecimals(const Decimal& a, const Decimal& b, int precision, int scale)
{
    // a / b at `scale` = a.magnitude * 10^(scale + b.scale - a.scale) / b.magnitude
    const int shift = scale + b.scale - a.scale;
    Wide dividend{0, a.magnitude};
    UInt128 divisor = b.magnitude;
    UInt128 remainder = 0;
    if (shift < 0) {
        dividend = dropDigits(dividend, -shift, Rounding::kTruncate);
    } else if (shift <= kMaxPrecision) {
        dividend = multiply(a.magnitude, pow10(shift));
    } else {
        // Up to 10^76: two steps of long division keep every intermediate value below 256 bits.
        UInt128 firstRemainder = 0;
        const Wide first = divideFast(multiply(a.magnitude, pow10(kMaxPrecision)), divisor, firstRemainder);
        if (first.high != 0)
            return std::nullopt;
        const Wide second = divideFast(multiply(firstRemainder, pow10(shift - kMaxPrecision)), divisor, remainder);
        Wide total = multiply(first.low, pow10(shift - kMaxPrecision));
        total.low += second.low;
        total.high += second.high + (total.low < second.low ? 1 : 0);
        const auto wide = fits(total, precision);
        return wide ? std::optional(made(*wide, a.negative != b.negative, precision, scale)) : std::nullopt;
    }
    const auto magnitude = fits(divideFast(dividend, divisor, remainder), precision);
    if (!magnitude)
        return std::nullopt;
    return made(*magnitude, a.negative != b.negative, precision, scale);
}

std::optional<Decimal> moduloDecimals(const Decimal& a, const Decimal& b, int precision, int scale)
{
    const int common = std::max(a.scale, b.scale);
    const Wide wa = multiply(a.magnitude, pow10(common - a.scale));
    const Wide wb = multiply(b.magnitude, pow10(common - b.scale));
    if (wb.high != 0 || wb.low >= UInt128{1} << 127) {
        // The modulus is larger than any 38-digit number: the dividend is the remainder unless it is as large.
        const bool smaller = wa.high < wb.high || (wa.high == wb.high && wa.low < wb.low);
        if (!smaller)
            return std::nullopt;
        return rescaled(a, precision, scale);
    }
    UInt128 remainder = 0;
    (void)divideFast(wa, wb.low, remainder);
    const auto magnitude = rescale(remainder, common, scale, precision);
    if (!magnitude)
        return std::nullopt;
    return made(*magnitude, a.negative, precision, scale);
}

}  // namespace es::types
