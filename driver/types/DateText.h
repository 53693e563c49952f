// Dates and times as text: what T-SQL reads and the styles of CONVERT. Room-internal. Thread: any (pure).
#pragma once

#include "driver/types/Calendar.h"

#include <string>

namespace es::types {

struct DateParts {
    std::optional<CivilDate> date;  // as written; may not exist (2023-02-30)
    bool hasTime = false;
    std::int64_t ticks = 0;         // 100 ns since midnight, half up past the seventh digit
    int fractionDigits = 0;
    std::optional<int> offsetMinutes;
    bool outOfRange = false;        // well-formed, but no such day, hour or minute
};

// kDayMonthYearAlways: a year in front is followed by day and month.
enum class DateOrder : std::uint8_t { kMonthDayYear, kDayMonthYear, kDayMonthYearAlways, kYearMonthDay };
[[nodiscard]] DateOrder dateOrderOfStyle(int style);

// Everything us_english T-SQL takes: ISO 8601, yyyymmdd, m/d/y, month names, AM and PM, offsets. Empty text: no date, no time.
// Empty answer: no date at all.
[[nodiscard]] std::optional<DateParts> parseDateText(std::string_view text, DateOrder order);
// ISO 8601 only: yyyy-mm-dd, hh:mm[:ss[.f]], both joined by a blank or T, offset.
[[nodiscard]] std::optional<DateParts> parseIsoText(std::string_view text);

struct StampText {
    DateTime2 local;
    bool hasDate = true;
    bool hasTime = true;
    int scale = 7;              // fraction digits to print
    bool colonFraction = false;  // datetime prints 13:14:15:123 in some styles
    std::optional<int> offsetMinutes;
};
// Empty for a style that does not exist.
[[nodiscard]] std::optional<std::string> formatStyle(const StampText& stamp, int style);
[[nodiscard]] std::string isoText(const StampText& stamp, char separator = ' ');  // style 121

}  // namespace es::types
