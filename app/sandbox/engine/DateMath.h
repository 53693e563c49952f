// Date parts as DATEADD and its like name them, and calendar arithmetic on moments. Thread: any (pure).
#pragma once

#include "driver/base/Result.h"
#include "driver/types/Calendar.h"
#include "driver/types/SqlType.h"

#include <string>
#include <string_view>

namespace es::sandbox {

enum class Part : std::uint8_t {
    kYear,
    kQuarter,
    kMonth,
    kDayOfYear,
    kDay,
    kWeek,
    kWeekday,
    kIsoWeek,
    kHour,
    kMinute,
    kSecond,
    kMillisecond,
    kMicrosecond,
    kNanosecond,
    kOffset
};

inline constexpr std::int64_t kTicksPerSecond = 10'000'000; // ticks of 100 ns

[[nodiscard]] std::optional<Part> partOf(std::string_view lowerWord); // abbreviations too
[[nodiscard]] std::string_view partName(Part part); // as messages say it
[[nodiscard]] bool isTimePart(Part part); // hour .. nanosecond
// Does a value of this type have such a part? kOffset: datetime2 and datetimeoffset alone.
[[nodiscard]] bool hasPart(const types::SqlType& type, Part part);

// The value's local date and time. Precondition: a date or time. Error: 241 otherwise.
[[nodiscard]] base::Result<types::DateTime2> moment(const types::Value& value);
[[nodiscard]] std::int64_t partValue(Part part, const types::DateTime2& moment);
[[nodiscard]] std::int64_t ticksOf(const types::DateTime2& moment); // since 0001-01-01
[[nodiscard]] std::optional<types::DateTime2> fromTicks(std::int64_t ticks); // empty outside the calendar
[[nodiscard]] std::int64_t monthsOf(const types::DateTime2& moment); // since year 0
// The last day of a shorter month stands for the day that it lacks. Empty outside the calendar.
[[nodiscard]] std::optional<types::DateTime2> addMonths(types::DateTime2 moment, std::int64_t months);
[[nodiscard]] std::int64_t ticksOfPart(Part part); // week .. microsecond; 0 for what has no fixed length
[[nodiscard]] std::optional<types::DateTime2> addPart(types::DateTime2 moment, Part part, std::int64_t count);

// A moment as a value of a date or time type; `offsetMinutes` counts for datetimeoffset. Errors: as CAST.
[[nodiscard]] base::Result<types::Value> valueOf(types::DateTime2 local, int offsetMinutes, const types::SqlType& type);
// Of a datetimeoffset; 0 for the others.
[[nodiscard]] int offsetOf(const types::Value& value);

} // namespace es::sandbox
