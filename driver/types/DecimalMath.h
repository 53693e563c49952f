// Exact decimal mathematics of 38 digits with 256-bit intermediate results. Thread: any (pure).
#pragma once

#include "driver/types/Value.h"

#include <optional>
#include <string>

namespace es::types {

inline constexpr int kMaxPrecision = 38;

[[nodiscard]] UInt128 pow10(int exponent);  // precondition: 0-38
[[nodiscard]] int digitCount(UInt128 value);  // of 0: 1
[[nodiscard]] std::string decimalText(UInt128 magnitude, bool negative, int scale);  // "-0.05", "12", ".5" never

enum class Rounding : std::uint8_t { kHalfAwayFromZero, kTruncate };

// magnitude * 10^(to - from), rounded where digits go. Empty when it does not fit `precision` digits.
[[nodiscard]] std::optional<UInt128> rescale(UInt128 magnitude, int fromScale, int toScale, int precision,
                                             Rounding rounding = Rounding::kHalfAwayFromZero);
[[nodiscard]] std::optional<Decimal> rescaled(const Decimal& value, int precision, int scale);

// "-12.50", "+3", ".5", "5."; no exponent, no blanks. precision is 38, scale as written. Empty when it is no such number or has
// more than 38 digits before the point; digits past the 38th after the point are rounded away.
[[nodiscard]] std::optional<Decimal> parseDecimal(std::string_view text);

[[nodiscard]] Decimal decimalFromInt(std::int64_t value);  // scale 0, precision 19
// The exact value of a double, half away from zero at `scale`. Empty when not finite or more than `precision` digits.
[[nodiscard]] std::optional<Decimal> decimalFromDouble(double value, int precision, int scale);
[[nodiscard]] double doubleFromDecimal(const Decimal& value);  // nearest
[[nodiscard]] int compareDecimals(const Decimal& a, const Decimal& b);

// The result has the precision and scale asked for. Empty on overflow; divisor and modulus must not be zero.
[[nodiscard]] std::optional<Decimal> addDecimals(const Decimal& a, const Decimal& b, int precision, int scale);
[[nodiscard]] std::optional<Decimal> multiplyDecimals(const Decimal& a, const Decimal& b, int precision, int scale);
[[nodiscard]] std::optional<Decimal> divideDecimals(const Decimal& a, const Decimal& b, int precision, int scale);  // truncates
[[nodiscard]] std::optional<Decimal> moduloDecimals(const Decimal& a, const Decimal& b, int precision, int scale);

}  // namespace es::types
