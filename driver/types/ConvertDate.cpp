// Conversions to date, time, datetime2, datetimeoffset, datetime and smalldatetime.
#include "driver/types/ConvertParts.h"
#include "driver/types/DateStyle.h"
#include "driver/types/DateText.h"
#include "driver/types/RowForm.h"

#include <cmath>

namespace es::types {
namespace {

base::Error dateSyntax(const Conversion& c)
{
    if (c.to.id == TypeId::kSmallDateTime)
        return serverError(295, 3, "Conversion failed when converting character string to smalldatetime data type.");
    return serverError(241, 1, "Conversion failed when converting date and/or time from character string.");
}

base::Error dateRange(const Conversion& c)
{
    return serverError(242, 3,
                       "The conversion of a " + std::string(baseTypeName(c.from.id)) + " data type to a " + std::string(baseTypeName(c.to.id)) +
                           " data type resulted in an out-of-range value.");
}

bool isOld(TypeId id) { return id == TypeId::kDateTime || id == TypeId::kSmallDateTime; }

// `local` with the offset of the source (0 if it has none) as the target type.
base::Result<Value> fitStamp(const Conversion& c, DateTime2 local, int offsetMinutes)
{
    switch (c.to.id) {
    case TypeId::kDate:
        return Value(local.date);
    case TypeId::kTime: {
        // Rounding past midnight wraps: a time has no next day.
        const auto rounded = roundToScale({Date{0}, local.time}, c.to.scale);
        return Value(rounded->time);
    }
    case TypeId::kDateTime: {
        const auto value = toDateTime(local);
        return value ? base::Result<Value>(Value(*value)) : dateRange(c);
    }
    case TypeId::kSmallDateTime: {
        const auto value = toSmallDateTime(local);
        return value ? base::Result<Value>(Value(*value)) : dateRange(c);
    }
    case TypeId::kDateTime2: {
        const auto value = roundToScale(local, c.to.scale);
        return value ? base::Result<Value>(Value(*value)) : dateRange(c);
    }
    default: {
        const auto value = roundToScale(local, c.to.scale);
        if (!value)
            return dateRange(c);
        const std::int64_t utc = value->date.days * kTicksPerDay + value->time.ticks - offsetMinutes * std::int64_t{600000000};
        if (utc < 0 || utc >= (std::int64_t{kMaxDays} + 1) * kTicksPerDay)
            return dateRange(c);
        return Value(DateTimeOffset{{Date{static_cast<std::int32_t>(utc / kTicksPerDay)}, Time{utc % kTicksPerDay}},
                                    static_cast<std::int16_t>(offsetMinutes)});
    }
    }
}

base::Result<Value> dateFromText(const Conversion& c, const std::string& text)
{
    switch (judgeDateText(text, c.style, isOld(c.to.id))) {
    case StyleVerdict::kFits: break;
    case StyleVerdict::kSyntax: return dateSyntax(c);
    case StyleVerdict::kRange: return dateRange(c);
    case StyleVerdict::kMismatch:
        return serverError(9807, 0, "The input character string does not follow style " + std::to_string(c.style) +
                                        ", either change the input character string or use a different style.");
    case StyleVerdict::kUnknown:
        return serverError(9809, 1, "The style " + std::to_string(c.style) + " is not supported for conversions from " +
                                        std::string(baseTypeName(c.from.id)) + " to " + std::string(baseTypeName(c.to.id)) + ".");
    }
    // The old types read what follows a year in the style's order: style 103 takes 2024-02-01 for the second of January.
    DateOrder order = dateOrderOfStyle(c.style);
    if (order == DateOrder::kDayMonthYear && isOld(c.to.id))
        order = DateOrder::kDayMonthYearAlways;
    const auto parts = parseDateText(text, order);
    if (!parts || parts->fractionDigits > (isOld(c.to.id) ? 3 : 9))
        return dateSyntax(c);
    // The old types know no offsets but Z.
    if (parts->offsetMinutes && isOld(c.to.id) && text.find('Z') == text.npos)
        return dateSyntax(c);
    if (parts->outOfRange || parts->ticks >= kTicksPerDay)
        return isOld(c.to.id) ? dateRange(c) : dateSyntax(c);
    DateTime2 local{parts->date ? *dateFromCivil(*parts->date) : Date{kDays1900}, Time{parts->ticks}};
    return fitStamp(c, local, parts->offsetMinutes.value_or(0));
}

base::Result<Value> dateFromNumber(const Conversion& c, double days)
{
    const double whole = std::floor(days);
    const auto fail = [&] { return overflowError("expression", baseTypeName(c.to.id)); };
    if (!(whole >= kDays1753 - kDays1900 && whole <= kMaxDays - kDays1900))
        return fail();
    const auto ticks = static_cast<std::int64_t>((days - whole) * kDateTimeTicksPerDay + 0.5);
    std::int64_t day = static_cast<std::int64_t>(whole);
    DateTime exact{static_cast<std::int32_t>(day), static_cast<std::uint32_t>(ticks)};
    if (ticks >= kDateTimeTicksPerDay)
        exact = {static_cast<std::int32_t>(day + 1), 0};
    if (!validDateTime(exact))
        return fail();
    if (c.to.id == TypeId::kDateTime)
        return Value(exact);
    const auto small = toSmallDateTime(fromDateTime(exact));
    return small ? base::Result<Value>(Value(*small)) : fail();
}

base::Result<Value> dateFromBinary(const Conversion& c, const base::Bytes& bytes)
{
    const std::uint64_t bits = bigEndian(bytes);
    if (c.to.id == TypeId::kDateTime) {
        const DateTime value{static_cast<std::int32_t>(bits >> 32), static_cast<std::uint32_t>(bits)};
        return validDateTime(value) ? base::Result<Value>(Value(value)) : overflowError("expression", "datetime");
    }
    const SmallDateTime value{static_cast<std::uint16_t>(bits >> 16), static_cast<std::uint16_t>(bits)};
    return value.minutes < 1440 ? base::Result<Value>(Value(value)) : overflowError("expression", "smalldatetime");
}

// What CAST(date AS varbinary) makes: the row form, behind a byte of scale unless it is a date.
base::Result<Value> newDateFromBinary(const Conversion& c, const base::Bytes& bytes)
{
    SqlType type = c.to;
    base::ByteView row(bytes);
    if (type.id != TypeId::kDate) {
        if (bytes.empty() || bytes[0] > 7)
            return dateSyntax(c);
        type.scale = bytes[0];
        row = row.subspan(1);
    }
    const auto value = decodeRowForm(row, type);
    if (!value)
        return dateSyntax(c);
    const auto local = asDateTime2(*value);
    if (!local)
        return dateSyntax(c);
    const auto* offset = std::get_if<DateTimeOffset>(&*value);
    return fitStamp(c, *local, offset != nullptr ? offset->offsetMinutes : 0);
}

}  // namespace

base::Result<Value> toDateOrTime(const Conversion& c)
{
    if (const auto* text = std::get_if<std::string>(&c.value))
        return dateFromText(c, *text);
    if (const auto* bytes = std::get_if<base::Bytes>(&c.value); bytes != nullptr && isOld(c.to.id))
        return dateFromBinary(c, *bytes);
    if (const auto* bytes = std::get_if<base::Bytes>(&c.value))
        return newDateFromBinary(c, *bytes);
    if (const auto* offset = std::get_if<DateTimeOffset>(&c.value)) {
        const auto local = asDateTime2(c.value);
        if (!local)
            return dateRange(c);
        return fitStamp(c, *local, offset->offsetMinutes);
    }
    if (const auto* old = std::get_if<DateTime>(&c.value); old != nullptr && c.to.id != TypeId::kSmallDateTime && c.to.id != TypeId::kDateTime)
        return fitStamp(c, fromDateTimeExact(*old), 0);
    if (const auto local = asDateTime2(c.value))
        return fitStamp(c, *local, 0);
    SqlType asFloat = makeType(TypeId::kFloat);
    const Conversion number{c.value, c.from, asFloat, kNoStyle, false};
    ES_TRY(const auto days, toFloat(number));
    return dateFromNumber(c, std::get<double>(days));
}

}  // namespace es::types
