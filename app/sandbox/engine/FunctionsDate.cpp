// Date and time functions. GETDATE and its like are the same for all rows of a statement.
#include "app/sandbox/engine/Functions.h"

#include "driver/types/Calendar.h"
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

enum class Part : std::uint8_t {
    kYear,
    kQuarter,
    kMonth,
    kDayOfYear,
    kDay,
    kWeek,
    kWeekday,
    kHour,
    kMinute,
    kSecond,
    kMillisecond,
    kMicrosecond,
    kNanosecond,
    kIsoWeek
};

std::optional<Part> partOf(std::string_view word)
{
    static constexpr std::pair<std::string_view, Part> kWords[] = {
        {"year", Part::kYear},
        {"yy", Part::kYear},
        {"yyyy", Part::kYear},
        {"quarter", Part::kQuarter},
        {"qq", Part::kQuarter},
        {"q", Part::kQuarter},
        {"month", Part::kMonth},
        {"mm", Part::kMonth},
        {"m", Part::kMonth},
        {"dayofyear", Part::kDayOfYear},
        {"dy", Part::kDayOfYear},
        {"y", Part::kDayOfYear},
        {"day", Part::kDay},
        {"dd", Part::kDay},
        {"d", Part::kDay},
        {"week", Part::kWeek},
        {"wk", Part::kWeek},
        {"ww", Part::kWeek},
        {"weekday", Part::kWeekday},
        {"dw", Part::kWeekday},
        {"w", Part::kWeekday},
        {"hour", Part::kHour},
        {"hh", Part::kHour},
        {"minute", Part::kMinute},
        {"mi", Part::kMinute},
        {"n", Part::kMinute},
        {"second", Part::kSecond},
        {"ss", Part::kSecond},
        {"s", Part::kSecond},
        {"millisecond", Part::kMillisecond},
        {"ms", Part::kMillisecond},
        {"microsecond", Part::kMicrosecond},
        {"mcs", Part::kMicrosecond},
        {"nanosecond", Part::kNanosecond},
        {"ns", Part::kNanosecond},
        {"iso_week", Part::kIsoWeek},
        {"isowk", Part::kIsoWeek},
        {"isoww", Part::kIsoWeek},
    };
    for (const auto& [name, part] : kWords)
        if (name == word) return part;
    return std::nullopt;
}

constexpr std::int64_t kTicksPerSecond = 10'000'000;

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

Result<DateTime2> moment(const Value& value)
{
    if (const auto out = types::asDateTime2(value)) return *out;
    return sqlError(241, "Conversion failed when converting date and/or time from character string.");
}

Result<Value> datePart(const CallFrame& f)
{
    ES_TRY(const DateTime2 v, moment(f.args[0]));
    return Value(partValue(static_cast<Part>(f.call.constants[0]), v));
}

Result<Value> dateName(const CallFrame& f)
{
    static constexpr std::string_view kMonths[]
        = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
    static constexpr std::string_view kDays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
    ES_TRY(const DateTime2 v, moment(f.args[0]));
    const auto part = static_cast<Part>(f.call.constants[0]);
    const std::int64_t number = partValue(part, v);
    if (part == Part::kMonth) return Value(std::string(kMonths[number - 1]));
    if (part == Part::kWeekday) return Value(std::string(kDays[number - 1]));
    return Value(std::to_string(number));
}

std::int64_t ticksOf(const DateTime2& v)
{
    return v.date.days * types::kTicksPerDay + v.time.ticks;
}

// Boundaries crossed between the two, as DATEDIFF counts them.
Result<Value> dateDiff(const CallFrame& f)
{
    ES_TRY(const DateTime2 a, moment(f.args[0]));
    ES_TRY(const DateTime2 b, moment(f.args[1]));
    const types::CivilDate ca = types::civilFromDate(a.date);
    const types::CivilDate cb = types::civilFromDate(b.date);
    const auto units = [&](std::int64_t unit) { return ticksOf(b) / unit - ticksOf(a) / unit; };
    std::int64_t out = 0;
    switch (static_cast<Part>(f.call.constants[0])) {
    case Part::kYear: out = cb.year - ca.year; break;
    case Part::kQuarter: out = (cb.year * 4 + (cb.month - 1) / 3) - (ca.year * 4 + (ca.month - 1) / 3); break;
    case Part::kMonth: out = (cb.year * 12 + cb.month) - (ca.year * 12 + ca.month); break;
    case Part::kWeek: out = (b.date.days + 1) / 7 - (a.date.days + 1) / 7; break;
    case Part::kHour: out = units(3600 * kTicksPerSecond); break;
    case Part::kMinute: out = units(60 * kTicksPerSecond); break;
    case Part::kSecond: out = units(kTicksPerSecond); break;
    case Part::kMillisecond: out = units(10000); break;
    case Part::kMicrosecond: out = units(10); break;
    case Part::kNanosecond:
        if (__builtin_mul_overflow(units(1), std::int64_t{100}, &out)) out = INT64_MAX;
        break;
    default: out = b.date.days - a.date.days; break;
    }
    if (f.call.resultType.id == TypeId::kInt && (out > INT32_MAX || out < INT32_MIN))
        return sqlError(535,
            "The datediff function resulted in an overflow. The number of dateparts separating two date/time instances is too large. "
            "Try to use datediff with a less precise datepart.",
            0, 0);
    return Value(out);
}

base::Error addOverflow()
{
    return sqlError(517, "Adding a value to a date/time column caused an overflow.");
}

Result<DateTime2> addMonths(DateTime2 v, std::int64_t months)
{
    types::CivilDate civil = types::civilFromDate(v.date);
    const std::int64_t total = civil.year * std::int64_t{12} + civil.month - 1 + months;
    if (total < 12 || total >= 120000) return addOverflow();
    civil.year = static_cast<int>(total / 12);
    civil.month = static_cast<int>(total % 12) + 1;
    civil.day = std::min(civil.day, types::daysInMonth(civil.year, civil.month));
    return DateTime2{*types::dateFromCivil(civil), v.time};
}

Result<DateTime2> addTicks(DateTime2 v, std::int64_t count, std::int64_t unit)
{
    std::int64_t ticks = 0;
    if (__builtin_mul_overflow(count, unit, &ticks) || __builtin_add_overflow(ticks, ticksOf(v), &ticks) || ticks < 0
        || ticks >= (types::kMaxDays + std::int64_t{1}) * types::kTicksPerDay)
        return addOverflow();
    return DateTime2{types::Date{static_cast<std::int32_t>(ticks / types::kTicksPerDay)}, types::Time{ticks % types::kTicksPerDay}};
}

Result<Value> dateAdd(const CallFrame& f)
{
    const std::int64_t n = std::get<std::int64_t>(f.args[0]);
    ES_TRY(const DateTime2 v, moment(f.args[1]));
    Result<DateTime2> out = v;
    switch (static_cast<Part>(f.call.constants[0])) {
    case Part::kYear: out = addMonths(v, n * 12); break;
    case Part::kQuarter: out = addMonths(v, n * 3); break;
    case Part::kMonth: out = addMonths(v, n); break;
    case Part::kWeek: out = addTicks(v, n, 7 * types::kTicksPerDay); break;
    case Part::kHour: out = addTicks(v, n, 3600 * kTicksPerSecond); break;
    case Part::kMinute: out = addTicks(v, n, 60 * kTicksPerSecond); break;
    case Part::kSecond: out = addTicks(v, n, kTicksPerSecond); break;
    case Part::kMillisecond: out = addTicks(v, n, 10000); break;
    case Part::kMicrosecond: out = addTicks(v, n, 10); break;
    case Part::kNanosecond: out = addTicks(v, (n + (n < 0 ? -50 : 50)) / 100, 1); break;
    default: out = addTicks(v, n, types::kTicksPerDay); break;
    }
    ES_TRY(const DateTime2 sum, std::move(out));
    return types::convertValue(Value(sum), types::makeScaled(TypeId::kDateTime2, 7), f.call.resultType);
}

Result<Value> endOfMonth(const CallFrame& f)
{
    ES_TRY(DateTime2 v, moment(f.args[0]));
    if (f.args.size() > 1) {
        ES_TRY(v, addMonths(v, std::get<std::int64_t>(f.args[1])));
    }
    types::CivilDate civil = types::civilFromDate(v.date);
    civil.day = types::daysInMonth(civil.year, civil.month);
    return Value(*types::dateFromCivil(civil));
}

Result<Value> dateFromParts(const CallFrame& f)
{
    const auto n = [&](std::size_t i) { return static_cast<int>(std::clamp<std::int64_t>(std::get<std::int64_t>(f.args[i]), -1, 100000)); };
    if (const auto date = types::dateFromCivil({n(0), n(1), n(2)})) return Value(*date);
    return sqlError(289, "Cannot construct data type date, some of the arguments have values which are not valid.");
}

Result<Value> now(const CallFrame& f)
{
    return types::convertValue(Value(f.session.utcNow), types::makeScaled(TypeId::kDateTime2, 7), f.call.resultType);
}

// --- binding ---

Result<Part> partArgument(const FunctionArgs& a)
{
    if (const auto part = partOf(a.part)) return *part;
    return sqlError(155, "'" + a.part + "' is not a recognized " + foldName(a.name) + " option.", a.line, 1, 15);
}

// Text becomes datetime (datetimeoffset text is not looked into), dates stay what they are.
Result<void> toMoment(FunctionArgs& a, std::size_t i)
{
    BoundExpr& arg = a.args[i];
    if (types::isDateOrTime(arg.type.id)) return {};
    const SqlType wanted = types::isText(arg.type.id) ? types::makeScaled(TypeId::kDateTime2, 7) : types::makeType(TypeId::kDateTime);
    ES_TRY(arg, a.binder.castTo(std::move(arg), wanted, a.line));
    return {};
}

Result<BoundExpr> bindPart(FunctionArgs& a)
{
    Part part = Part::kYear;
    if (a.name == "YEAR" || a.name == "MONTH" || a.name == "DAY")
        part = a.name == "YEAR" ? Part::kYear : a.name == "MONTH" ? Part::kMonth : Part::kDay;
    else {
        ES_TRY(part, partArgument(a));
    }
    ES_CHECK(toMoment(a, 0));
    if (a.name == "DATENAME")
        return a.binder.call(dateName, std::move(a.args), types::makeSized(TypeId::kNVarChar, 30, a.binder.catalog().collation), a.line,
            {static_cast<std::int64_t>(part)});
    return a.binder.call(datePart, std::move(a.args), types::makeType(TypeId::kInt), a.line, {static_cast<std::int64_t>(part)});
}

Result<BoundExpr> bindDiff(FunctionArgs& a)
{
    ES_TRY(const Part part, partArgument(a));
    ES_CHECK(toMoment(a, 0));
    ES_CHECK(toMoment(a, 1));
    const SqlType type = types::makeType(a.name == "DATEDIFF_BIG" ? TypeId::kBigInt : TypeId::kInt);
    return a.binder.call(dateDiff, std::move(a.args), type, a.line, {static_cast<std::int64_t>(part)});
}

Result<BoundExpr> bindAdd(FunctionArgs& a)
{
    ES_TRY(const Part part, partArgument(a));
    ES_TRY(a.args[0], a.binder.castTo(std::move(a.args[0]), types::makeType(TypeId::kBigInt), a.line));
    if (types::isText(a.args[1].type.id)) {
        ES_TRY(a.args[1], a.binder.castTo(std::move(a.args[1]), types::makeType(TypeId::kDateTime), a.line));
    }
    ES_CHECK(toMoment(a, 1));
    if (a.args[1].type.id == TypeId::kDateTimeOffset) return notSupported("DATEADD of datetimeoffset", a.line);
    const SqlType type = a.args[1].type;
    return a.binder.call(dateAdd, std::move(a.args), type, a.line, {static_cast<std::int64_t>(part)});
}

Result<BoundExpr> bindEndOfMonth(FunctionArgs& a)
{
    ES_CHECK(toMoment(a, 0));
    if (a.args.size() > 1) {
        ES_TRY(a.args[1], a.binder.castTo(std::move(a.args[1]), types::makeType(TypeId::kBigInt), a.line));
    }
    return a.binder.call(endOfMonth, std::move(a.args), types::makeType(TypeId::kDate), a.line);
}

Result<BoundExpr> bindFromParts(FunctionArgs& a)
{
    for (BoundExpr& arg : a.args) {
        ES_TRY(arg, a.binder.castTo(std::move(arg), types::makeType(TypeId::kInt), a.line));
    }
    return a.binder.call(dateFromParts, std::move(a.args), types::makeType(TypeId::kDate), a.line);
}

Result<BoundExpr> bindNow(FunctionArgs& a)
{
    SqlType type = types::makeType(TypeId::kDateTime);
    if (a.name == "SYSDATETIME" || a.name == "SYSUTCDATETIME") type = types::makeScaled(TypeId::kDateTime2, 7);
    if (a.name == "SYSDATETIMEOFFSET") type = types::makeScaled(TypeId::kDateTimeOffset, 7);
    BoundExpr out = a.binder.call(now, {}, type, a.line);
    out.nullable = false;
    return out;
}

constexpr FunctionSpec kDate[] = {
    {"YEAR", 1, 1, bindPart},
    {"MONTH", 1, 1, bindPart},
    {"DAY", 1, 1, bindPart},
    {"DATEPART", 2, 2, bindPart, true},
    {"DATENAME", 2, 2, bindPart, true},
    {"DATEDIFF", 3, 3, bindDiff, true},
    {"DATEDIFF_BIG", 3, 3, bindDiff, true},
    {"DATEADD", 3, 3, bindAdd, true},
    {"EOMONTH", 1, 2, bindEndOfMonth},
    {"DATEFROMPARTS", 3, 3, bindFromParts},
    {"GETDATE", 0, 0, bindNow},
    {"GETUTCDATE", 0, 0, bindNow},
    {"CURRENT_TIMESTAMP", 0, 0, bindNow},
    {"SYSDATETIME", 0, 0, bindNow},
    {"SYSUTCDATETIME", 0, 0, bindNow},
    {"SYSDATETIMEOFFSET", 0, 0, bindNow},
};

} // namespace

std::span<const FunctionSpec> dateFunctions()
{
    return kDate;
}

} // namespace es::sandbox
