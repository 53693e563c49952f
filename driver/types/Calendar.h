// Dates as people write them: proleptic Gregorian, years 1 to 9999. Thread: any (pure).
#pragma once

#include "driver/types/Value.h"

#include <optional>

namespace es::types {

struct CivilDate {
    int year = 1;   // 1-9999
    int month = 1;  // 1-12
    int day = 1;    // 1-31
};

inline constexpr std::int32_t kMaxDays = 3652058;            // 9999-12-31
inline constexpr std::int32_t kDays1900 = 693595;            // 1900-01-01, day 0 of datetime and smalldatetime
inline constexpr std::int32_t kDays1753 = 639905;            // 1753-01-01, first day of datetime
inline constexpr std::int64_t kTicksPerDay = 864000000000;   // of 100 ns
inline constexpr std::uint32_t kDateTimeTicksPerDay = 25920000;  // of 1/300 s

[[nodiscard]] int daysInMonth(int year, int month);
[[nodiscard]] std::optional<Date> dateFromCivil(CivilDate civil);  // empty for a day that does not exist
[[nodiscard]] CivilDate civilFromDate(Date date);

// Any of date, datetime, smalldatetime, datetime2, datetimeoffset (its local time), time (1900-01-01) as one datetime2.
[[nodiscard]] std::optional<DateTime2> asDateTime2(const Value& value);
// Nearest 1/300 s; the carry past midnight is included. Empty outside 1753-01-01 .. 9999-12-31 23:59:59.997.
[[nodiscard]] std::optional<DateTime> toDateTime(DateTime2 value);
[[nodiscard]] DateTime2 fromDateTime(DateTime value);       // to milliseconds .000 .003 .007
[[nodiscard]] DateTime2 fromDateTimeExact(DateTime value);  // to 100 ns, as datetime2 since SQL Server 2016: .0033333
[[nodiscard]] std::optional<SmallDateTime> toSmallDateTime(DateTime2 value);  // nearest minute, after rounding to 1/300 s
[[nodiscard]] DateTime2 fromSmallDateTime(SmallDateTime value);
// Half up to `scale` digits, with carry into the next day. Empty past 9999-12-31.
[[nodiscard]] std::optional<DateTime2> roundToScale(DateTime2 value, int scale);

}  // namespace es::types
