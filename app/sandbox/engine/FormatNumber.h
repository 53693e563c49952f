// Numbers as FORMAT prints them: .NET's standard and custom numeric formats for en-US. Thread: any (pure).
#pragma once

#include "driver/types/SqlType.h"
#include "driver/types/Value.h"

#include <optional>
#include <string>
#include <string_view>

namespace es::sandbox {

// A number by its decimal digits: 0.digits * 10^point; no leading zero but for "0" of zero, which has point 1.
struct DigitNumber {
    std::string digits;
    int point = 1;
    bool negative = false;
    int scale = 0; // digits after the point that the type shows with G; -1: a float, as many as it has
    int wantedDigits = 15; // of a float without precision: 15, of a real 7
};

// Precondition: an integer, decimal, money, real or float. Empty for infinities.
[[nodiscard]] std::optional<DigitNumber> digitsOf(const types::Value& value, const types::SqlType& type);
// Empty where the server answers NULL: a format that the type has not.
[[nodiscard]] std::optional<std::string> formatNumber(const types::Value& value, const types::SqlType& type, std::string_view format);

} // namespace es::sandbox
