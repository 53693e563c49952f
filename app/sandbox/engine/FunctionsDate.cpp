// Date and time functions that read, compare and move moments. GETDATE and its like are the same for all rows of a statement.
#include "app/sandbox/engine/DateMath.h"
#include "app/sandbox/engine/Functions.h"

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

Result<Value> datePart(const CallFrame& f)
{
    const auto part = static_cast<Part>(f.call.constants[0]);
    if (part == Part::kOffset) return Value(std::int64_t{offsetOf(f.args[0])});
    ES_TRY(const DateTime2 v, moment(f.args[0]));
    return Value(partValue(part, v));
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

// Boundaries crossed between the two, as DATEDIFF counts them; a datetimeoffset counts by its UTC.
Result<DateTime2> instant(const Value& value)
{
    if (const auto* offset = std::get_if<types::DateTimeOffset>(&value)) return offset->utc;
    return moment(value);
}

Result<Value> dateDiff(const CallFrame& f)
{
    ES_TRY(const DateTime2 a, instant(f.args[0]));
    ES_TRY(const DateTime2 b, instant(f.args[1]));
    const auto part = static_cast<Part>(f.call.constants[0]);
    std::int64_t out = 0;
    bool overflow = false;
    switch (part) {
    case Part::kYear: out = partValue(part, b) - partValue(part, a); break;
    case Part::kQuarter: out = monthsOf(b) / 3 - monthsOf(a) / 3; break;
    case Part::kMonth: out = monthsOf(b) - monthsOf(a); break;
    case Part::kWeek: out = (b.date.days + 1) / 7 - (a.date.days + 1) / 7; break; // weeks begin on Sunday whatever DATEFIRST says
    case Part::kNanosecond: overflow = __builtin_mul_overflow(ticksOf(b) - ticksOf(a), std::int64_t{100}, &out); break;
    default: out = ticksOf(b) / ticksOfPart(part) - ticksOf(a) / ticksOfPart(part); break;
    }
    const bool big = f.call.resultType.id == TypeId::kBigInt;
    if (overflow || (!big && (out > INT32_MAX || out < INT32_MIN))) {
        const std::string name = big ? "datediff_big" : "datediff";
        return sqlError(535,
            "The " + name + " function resulted in an overflow. The number of dateparts separating two date/time instances is too large. Try to "
                + "use " + name + " with a less precise datepart.",
            0, 0);
    }
    return Value(out);
}

base::Error addOverflow(const SqlType& type)
{
    return sqlError(517, "Adding a value to a '" + std::string(types::baseTypeName(type.id)) + "' column caused an overflow.");
}

Result<Value> dateAdd(const CallFrame& f)
{
    ES_TRY(DateTime2 v, moment(f.args[1]));
    const auto part = static_cast<Part>(f.call.constants[0]);
    // Thirds of milliseconds count when something is added to a datetime.
    if (const auto* old = std::get_if<types::DateTime>(&f.args[1])) v = types::fromDateTimeExact(*old);
    // Far from both ends of the calendar a time can go round the clock either way.
    const bool clock = f.call.resultType.id == TypeId::kTime;
    if (clock) v.date = types::Date{types::kMaxDays / 2};
    const auto sum = addPart(v, part, std::get<std::int64_t>(f.args[0]));
    if (!sum) return addOverflow(f.call.resultType);
    auto out = valueOf(*sum, offsetOf(f.args[1]), f.call.resultType);
    return out ? std::move(out) : Result<Value>(addOverflow(f.call.resultType));
}

Result<Value> endOfMonth(const CallFrame& f)
{
    if (types::isNull(f.args[0])) return Value(types::Null{});
    ES_TRY(DateTime2 v, moment(f.args[0]));
    if (f.args.size() > 1 && !types::isNull(f.args[1])) { // no months are none
        const auto moved = addMonths(v, std::get<std::int64_t>(f.args[1]));
        if (!moved) return addOverflow(f.call.resultType);
        v = *moved;
    }
    types::CivilDate civil = types::civilFromDate(v.date);
    civil.day = types::daysInMonth(civil.year, civil.month);
    return Value(*types::dateFromCivil(civil));
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

base::Error partNotSupported(const FunctionArgs& a, Part part, const SqlType& type)
{
    return sqlError(9810,
        "The datepart " + std::string(partName(part)) + " is not supported by date function " + foldName(a.name) + " for data type "
            + std::string(types::baseTypeName(type.id)) + ".",
        a.line);
}

// Text becomes datetimeoffset, so that its offset is not lost; dates stay what they are, numbers are datetime.
Result<void> toMoment(FunctionArgs& a, std::size_t i)
{
    BoundExpr& arg = a.args[i];
    if (types::isDateOrTime(arg.type.id)) return {};
    const SqlType wanted = types::isText(arg.type.id) ? types::makeScaled(TypeId::kDateTimeOffset, 7) : types::makeType(TypeId::kDateTime);
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
    const SqlType type = a.args[0].type;
    if (!hasPart(type, part)) return partNotSupported(a, part, type);
    if (type.id == TypeId::kDateTime && (part == Part::kMicrosecond || part == Part::kNanosecond))
        return notSupported(std::string(a.name) + "(" + std::string(partName(part)) + ") of datetime", a.line);
    if (a.name == "DATENAME") {
        if (part == Part::kOffset) return notSupported("DATENAME(tzoffset)", a.line);
        return a.binder.call(dateName, std::move(a.args), types::makeSized(TypeId::kNVarChar, 30, a.binder.catalog().collation), a.line,
            {static_cast<std::int64_t>(part)});
    }
    return a.binder.call(datePart, std::move(a.args), types::makeType(TypeId::kInt), a.line, {static_cast<std::int64_t>(part)});
}

Result<BoundExpr> bindDiff(FunctionArgs& a)
{
    ES_TRY(const Part part, partArgument(a));
    if (part == Part::kIsoWeek || part == Part::kOffset)
        return sqlError(9806,
            "The datepart " + std::string(partName(part)) + " is not supported by date function " + foldName(a.name) + ".", a.line);
    ES_CHECK(toMoment(a, 0));
    ES_CHECK(toMoment(a, 1));
    const SqlType type = types::makeType(a.name == "DATEDIFF_BIG" ? TypeId::kBigInt : TypeId::kInt);
    return a.binder.call(dateDiff, std::move(a.args), type, a.line, {static_cast<std::int64_t>(part)});
}

Result<BoundExpr> bindAdd(FunctionArgs& a)
{
    ES_TRY(const Part part, partArgument(a));
    if (types::isText(a.args[0].type.id) && !a.args[0].isNullLiteral())
        return sqlError(8116,
            "Argument data type " + std::string(types::baseTypeName(a.args[0].type.id)) + " is invalid for argument 2 of dateadd function.", a.line);
    ES_TRY(a.args[0], a.binder.castTo(std::move(a.args[0]), types::makeType(TypeId::kInt), a.line));
    if (!types::isDateOrTime(a.args[1].type.id)) {
        ES_TRY(a.args[1], a.binder.castTo(std::move(a.args[1]), types::makeType(TypeId::kDateTime), a.line));
    }
    const SqlType type = a.args[1].type;
    const bool old = type.id == TypeId::kDateTime || type.id == TypeId::kSmallDateTime;
    if (part == Part::kIsoWeek || part == Part::kOffset || !hasPart(type, part)
        || (old && (part == Part::kMicrosecond || part == Part::kNanosecond)))
        return partNotSupported(a, part, type);
    return a.binder.call(dateAdd, std::move(a.args), type, a.line, {static_cast<std::int64_t>(part)});
}

Result<BoundExpr> bindEndOfMonth(FunctionArgs& a)
{
    ES_TRY(a.args[0], a.binder.castTo(std::move(a.args[0]), types::makeType(TypeId::kDate), a.line));
    if (a.args.size() > 1) {
        ES_TRY(a.args[1], a.binder.castTo(std::move(a.args[1]), types::makeType(TypeId::kInt), a.line));
    }
    return a.binder.call(endOfMonth, std::move(a.args), types::makeType(TypeId::kDate), a.line, {}, false);
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
