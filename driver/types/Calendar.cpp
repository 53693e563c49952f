#include "driver/types/Calendar.h"

namespace es::types {
namespace {

constexpr std::int64_t kPow10[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};

bool isLeap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

std::int32_t daysBeforeYear(int year)
{
    const int y = year - 1;
    return y * 365 + y / 4 - y / 100 + y / 400;
}

DateTime2 fromDaysAndTicks(std::int64_t days, std::int64_t ticks)
{
    return {Date{static_cast<std::int32_t>(days)}, Time{ticks}};
}

}  // namespace

int daysInMonth(int year, int month)
{
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12)
        return 0;
    return month == 2 && isLeap(year) ? 29 : kDays[month - 1];
}

std::optional<Date> dateFromCivil(CivilDate civil)
{
    if (civil.year < 1 || civil.year > 9999 || civil.day < 1 || civil.day > daysInMonth(civil.year, civil.month))
        return std::nullopt;
    std::int32_t days = daysBeforeYear(civil.year) + civil.day - 1;
    for (int month = 1; month < civil.month; ++month)
        days += daysInMonth(civil.year, month);
    return Date{days};
}

CivilDate civilFromDate(Date date)
{
    CivilDate civil;
    civil.year = static_cast<int>(date.days / 365.2425) + 1;
    while (civil.year > 1 && daysBeforeYear(civil.year) > date.days)
        --civil.year;
    while (daysBeforeYear(civil.year + 1) <= date.days)
        ++civil.year;
    std::int32_t rest = date.days - daysBeforeYear(civil.year);
    for (civil.month = 1; civil.month < 12 && rest >= daysInMonth(civil.year, civil.month); ++civil.month)
        rest -= daysInMonth(civil.year, civil.month);
    civil.day = rest + 1;
    return civil;
}

std::optional<DateTime2> asDateTime2(const Value& value)
{
    if (const auto* date = std::get_if<Date>(&value))
        return DateTime2{*date, Time{0}};
    if (const auto* time = std::get_if<Time>(&value))
        return DateTime2{Date{kDays1900}, *time};
    if (const auto* stamp = std::get_if<DateTime2>(&value))
        return *stamp;
    if (const auto* stamp = std::get_if<DateTime>(&value))
        return fromDateTime(*stamp);
    if (const auto* stamp = std::get_if<SmallDateTime>(&value))
        return fromSmallDateTime(*stamp);
    if (const auto* stamp = std::get_if<DateTimeOffset>(&value)) {
        const std::int64_t total = stamp->utc.date.days * kTicksPerDay + stamp->utc.time.ticks + stamp->offsetMinutes * std::int64_t{600000000};
        if (total < 0 || total >= (std::int64_t{kMaxDays} + 1) * kTicksPerDay)
            return std::nullopt;
        return fromDaysAndTicks(total / kTicksPerDay, total % kTicksPerDay);
    }
    return std::nullopt;
}

std::optional<DateTime> toDateTime(DateTime2 value)
{
    // 1/300 s = 33333.3 units of 100 ns; nearest, and half goes up.
    std::int64_t ticks = (value.time.ticks * 3 + 50000) / 100000;
    std::int64_t days = std::int64_t{value.date.days} - kDays1900;
    if (ticks >= kDateTimeTicksPerDay) {
        ticks -= kDateTimeTicksPerDay;
        ++days;
    }
    if (days < kDays1753 - kDays1900 || days > kMaxDays - kDays1900)
        return std::nullopt;
    return DateTime{static_cast<std::int32_t>(days), static_cast<std::uint32_t>(ticks)};
}

DateTime2 fromDateTime(DateTime value)
{
    const std::int64_t milliseconds = (std::int64_t{value.ticks} * 10 + 1) / 3;
    return fromDaysAndTicks(std::int64_t{value.days} + kDays1900, milliseconds * 10000);
}

DateTime2 fromDateTimeExact(DateTime value)
{
    return fromDaysAndTicks(std::int64_t{value.days} + kDays1900, (std::int64_t{value.ticks} * 100000 + 1) / 3);
}

std::optional<SmallDateTime> toSmallDateTime(DateTime2 value)
{
    // By way of datetime's 1/300 s: 29.998 s goes down, 29.999 s goes up.
    constexpr std::int64_t kThirdsPerMinute = 18000;
    const std::int64_t thirds = (value.time.ticks * 3 + 50000) / 100000;
    std::int64_t minutes = (thirds + kThirdsPerMinute / 2) / kThirdsPerMinute;
    std::int64_t days = std::int64_t{value.date.days} - kDays1900;
    if (minutes >= 1440) {
        minutes -= 1440;
        ++days;
    }
    if (days < 0 || days > 65535)
        return std::nullopt;
    return SmallDateTime{static_cast<std::uint16_t>(days), static_cast<std::uint16_t>(minutes)};
}

DateTime2 fromSmallDateTime(SmallDateTime value)
{
    return fromDaysAndTicks(std::int64_t{value.days} + kDays1900, std::int64_t{value.minutes} * 600000000);
}

std::optional<DateTime2> roundToScale(DateTime2 value, int scale)
{
    if (scale >= 7)
        return value;
    const std::int64_t unit = kPow10[7 - scale];
    std::int64_t ticks = (value.time.ticks + unit / 2) / unit * unit;
    std::int64_t days = value.date.days;
    if (ticks >= kTicksPerDay) {
        ticks -= kTicksPerDay;
        ++days;
    }
    if (days > kMaxDays)
        return std::nullopt;
    return fromDaysAndTicks(days, ticks);
}

}  // namespace es::types
