#include "app/sandbox/engine/DateMath.h"

#include "app/sandbox/engine/Errors.h"
#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::DateTime2;
using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

// 1 = Sunday with SET DATEFIRST 7, the default; 0001-01-01 was a Monday.
int weekday(types::Date date)
{
    return static_cast<int>((date.days + 1) % 7) + 1;
}

int dayOfYear(types::Date date)
{
    const types::CivilDate civil = types::civilFromDate(date);
    return date.days - types::dateFromCivil({civil.year, 1, 1})->days + 1;
}

int isoWeek(types::Date date)
{
    // The week belongs to the year of its Thursday.
    const types::Date thursday{date.days - date.days % 7 + 3};
    return (dayOfYear(thursday) - 1) / 7 + 1;
}

} // namespace

std::optional<Part> partOf(std::string_view word)
{
    static constexpr std::pair<std::string_view, Part> kWords[] = {{"year", Part::kYear}, {"yy", Part::kYear}, {"yyyy", Part::kYear},
        {"quarter", Part::kQuarter}, {"qq", Part::kQuarter}, {"q", Part::kQuarter}, {"month", Part::kMonth}, {"mm", Part::kMonth},
        {"m", Part::kMonth}, {"dayofyear", Part::kDayOfYear}, {"dy", Part::kDayOfYear}, {"y", Part::kDayOfYear}, {"day", Part::kDay},
        {"dd", Part::kDay}, {"d", Part::kDay}, {"week", Part::kWeek}, {"wk", Part::kWeek}, {"ww", Part::kWeek},
        {"weekday", Part::kWeekday}, {"dw", Part::kWeekday}, {"w", Part::kWeekday}, {"iso_week", Part::kIsoWeek},
        {"isowk", Part::kIsoWeek}, {"isoww", Part::kIsoWeek}, {"hour", Part::kHour}, {"hh", Part::kHour}, {"minute", Part::kMinute},
        {"mi", Part::kMinute}, {"n", Part::kMinute}, {"second", Part::kSecond}, {"ss", Part::kSecond}, {"s", Part::kSecond},
        {"millisecond", Part::kMillisecond}, {"ms", Part::kMillisecond}, {"microsecond", Part::kMicrosecond},
        {"mcs", Part::kMicrosecond}, {"nanosecond", Part::kNanosecond}, {"ns", Part::kNanosecond}, {"tzoffset", Part::kOffset},
        {"tz", Part::kOffset}};
    for (const auto& [name, part] : kWords)
        if (name == word) return part;
    return std::nullopt;
}

std::string_view partName(Part part)
{
    static constexpr std::string_view kNames[] = {"year", "quarter", "month", "dayofyear", "day", "week", "weekday", "iso_week", "hour",
        "minute", "second", "millisecond", "microsecond", "nanosecond", "tzoffset"};
    return kNames[static_cast<std::size_t>(part)];
}

bool isTimePart(Part part)
{
    return part >= Part::kHour && part <= Part::kNanosecond;
}

bool hasPart(const SqlType& type, Part part)
{
    if (part == Part::kOffset) return type.id == TypeId::kDateTime2 || type.id == TypeId::kDateTimeOffset;
    if (type.id == TypeId::kDate) return !isTimePart(part);
    return type.id != TypeId::kTime || isTimePart(part);
}

Result<DateTime2> moment(const Value& value)
{
    if (const auto out = types::asDateTime2(value)) return *out;
    return sqlError(241, "Conversion failed when converting date and/or time from character string.");
}

std::int64_t partValue(Part part, const DateTime2& v)
{
    const types::CivilDate civil = types::civilFromDate(v.date);
    const std::int64_t ticks = v.time.ticks;
    switch (part) {
    case Part::kYear: return civil.year;
    case Part::kQuarter: return (civil.month - 1) / 3 + 1;
    case Part::kMonth: return civil.month;
    case Part::kDayOfYear: return dayOfYear(v.date);
    case Part::kDay: return civil.day;
    case Part::kWeek: return (dayOfYear(v.date) - 1 + weekday(*types::dateFromCivil({civil.year, 1, 1})) - 1) / 7 + 1;
    case Part::kWeekday: return weekday(v.date);
    case Part::kHour: return ticks / (3600 * kTicksPerSecond);
    case Part::kMinute: return ticks / (60 * kTicksPerSecond) % 60;
    case Part::kSecond: return ticks / kTicksPerSecond % 60;
    case Part::kMillisecond: return ticks % kTicksPerSecond / 10000;
    case Part::kMicrosecond: return ticks % kTicksPerSecond / 10;
    case Part::kNanosecond: return ticks % kTicksPerSecond * 100;
    default: return isoWeek(v.date);
    }
}

std::int64_t ticksOf(const DateTime2& v)
{
    return v.date.days * types::kTicksPerDay + v.time.ticks;
}

std::optional<DateTime2> fromTicks(std::int64_t ticks)
{
    if (ticks < 0 || ticks >= (types::kMaxDays + std::int64_t{1}) * types::kTicksPerDay) return std::nullopt;
    return DateTime2{types::Date{static_cast<std::int32_t>(ticks / types::kTicksPerDay)}, types::Time{ticks % types::kTicksPerDay}};
}

std::int64_t monthsOf(const DateTime2& v)
{
    const types::CivilDate civil = types::civilFromDate(v.date);
    return civil.year * std::int64_t{12} + civil.month - 1;
}

std::optional<DateTime2> addMonths(DateTime2 v, std::int64_t months)
{
    types::CivilDate civil = types::civilFromDate(v.date);
    const std::int64_t total = monthsOf(v) + months;
    if (total < 12 || total >= 120000) return std::nullopt;
    civil.year = static_cast<int>(total / 12);
    civil.month = static_cast<int>(total % 12) + 1;
    civil.day = std::min(civil.day, types::daysInMonth(civil.year, civil.month));
    return DateTime2{*types::dateFromCivil(civil), v.time};
}

std::int64_t ticksOfPart(Part part)
{
    switch (part) {
    case Part::kWeek:
    case Part::kIsoWeek: return 7 * types::kTicksPerDay;
    case Part::kDayOfYear:
    case Part::kWeekday:
    case Part::kDay: return types::kTicksPerDay;
    case Part::kHour: return 3600 * kTicksPerSecond;
    case Part::kMinute: return 60 * kTicksPerSecond;
    case Part::kSecond: return kTicksPerSecond;
    case Part::kMillisecond: return 10000;
    case Part::kMicrosecond: return 10;
    default: return 0;
    }
}

std::optional<DateTime2> addPart(DateTime2 v, Part part, std::int64_t count)
{
    if (part == Part::kYear || part == Part::kQuarter || part == Part::kMonth)
        return addMonths(v, count * (part == Part::kYear ? 12 : part == Part::kQuarter ? 3 : 1));
    std::int64_t ticks = 0;
    if (part == Part::kNanosecond)
        ticks = (count + (count < 0 ? -50 : 50)) / 100;
    else if (__builtin_mul_overflow(count, ticksOfPart(part), &ticks))
        return std::nullopt;
    if (__builtin_add_overflow(ticks, ticksOf(v), &ticks)) return std::nullopt;
    return fromTicks(ticks);
}

int offsetOf(const Value& value)
{
    const auto* offset = std::get_if<types::DateTimeOffset>(&value);
    return offset ? offset->offsetMinutes : 0;
}

Result<Value> valueOf(DateTime2 local, int offsetMinutes, const SqlType& type)
{
    if (type.id == TypeId::kDateTimeOffset) {
        const auto utc = fromTicks(ticksOf(local) - offsetMinutes * 60 * kTicksPerSecond);
        if (!utc) return sqlError(517, "Adding a value to a 'datetimeoffset' column caused an overflow.");
        return types::convertValue(
            Value(types::DateTimeOffset{*utc, static_cast<std::int16_t>(offsetMinutes)}), types::makeScaled(TypeId::kDateTimeOffset, 7), type);
    }
    return types::convertValue(Value(local), types::makeScaled(TypeId::kDateTime2, 7), type);
}

} // namespace es::sandbox
