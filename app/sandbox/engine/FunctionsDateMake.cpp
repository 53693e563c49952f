// Date and time functions that make moments: from parts, in another time zone, cut to a part, put into buckets.
#include "app/sandbox/engine/DateMath.h"
#include "app/sandbox/engine/FunctionArguments.h"

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

constexpr int kMaxOffset = 14 * 60;

base::Error badParts(const SqlType& type)
{
    return sqlError(289,
        "Cannot construct data type " + std::string(types::baseTypeName(type.id)) + ", some of the arguments have values which are not valid.");
}

// constants[0]: how many of the arguments are a date (3 or 0); constants[1]: scale of the fraction, -1 for milliseconds.
Result<Value> fromParts(const CallFrame& f)
{
    const SqlType& type = f.call.resultType;
    const auto n = [&](std::size_t i) { return std::get<std::int64_t>(f.args[i]); };
    const auto in = [&](std::size_t i, std::int64_t lowest, std::int64_t highest) { return n(i) >= lowest && n(i) <= highest; };
    std::size_t at = 0;
    DateTime2 local{types::Date{types::kDays1900}, {}};
    if (f.call.constants[0] == 3) {
        if (!in(0, 1, 9999) || !in(1, 1, 12) || !in(2, 1, 31)) return badParts(type);
        const auto date = types::dateFromCivil({static_cast<int>(n(0)), static_cast<int>(n(1)), static_cast<int>(n(2))});
        if (!date) return badParts(type);
        local.date = *date;
        at = 3;
    }
    if (type.id == TypeId::kDate) return Value(local.date);
    if (!in(at, 0, 23) || !in(at + 1, 0, 59)) return badParts(type);
    local.time.ticks = (n(at) * 3600 + n(at + 1) * 60) * kTicksPerSecond;
    if (type.id != TypeId::kSmallDateTime) {
        const int digits = f.call.constants[1] < 0 ? 3 : static_cast<int>(f.call.constants[1]);
        std::int64_t unit = kTicksPerSecond;
        for (int i = 0; i < digits; ++i)
            unit /= 10;
        if (!in(at + 2, 0, 59) || !in(at + 3, 0, kTicksPerSecond / unit - 1)) return badParts(type);
        local.time.ticks += n(at + 2) * kTicksPerSecond + n(at + 3) * unit;
    }
    int offset = 0;
    if (type.id == TypeId::kDateTimeOffset) {
        if (!in(at + 4, -14, 14) || !in(at + 5, -59, 59) || (n(at + 4) < 0 && n(at + 5) > 0) || (n(at + 4) > 0 && n(at + 5) < 0))
            return badParts(type);
        offset = static_cast<int>(n(at + 4) * 60 + n(at + 5));
        if (std::abs(offset) > kMaxOffset) return badParts(type);
    }
    auto out = valueOf(local, offset, type);
    return out ? std::move(out) : Result<Value>(badParts(type));
}

// "+05:30", "-8:00", or minutes.
std::optional<int> offsetMinutes(const Value& value)
{
    if (const auto* minutes = std::get_if<std::int64_t>(&value))
        return std::abs(*minutes) <= kMaxOffset ? std::optional(static_cast<int>(*minutes)) : std::nullopt;
    const auto parsed = types::convertValue(Value("2000-01-01 00:00 " + std::get<std::string>(value)),
        types::makeSized(TypeId::kVarChar, 8000), types::makeScaled(TypeId::kDateTimeOffset, 0));
    const std::string& text = std::get<std::string>(value);
    if (!parsed || text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    return offsetOf(*parsed);
}

// constants[0]: 1 keeps the local time (TODATETIMEOFFSET), 0 keeps the instant (SWITCHOFFSET)
Result<Value> withOffset(const CallFrame& f)
{
    const bool keepsLocal = f.call.constants[0] != 0;
    const auto minutes = offsetMinutes(f.args[1]);
    if (!minutes)
        return sqlError(9812,
            std::string("The timezone provided to builtin function ") + (keepsLocal ? "todatetimeoffset" : "switchoffset") + " is invalid.");
    ES_TRY(DateTime2 local, moment(f.args[0]));
    if (!keepsLocal) {
        const auto moved = fromTicks(ticksOf(std::get<types::DateTimeOffset>(f.args[0]).utc) + *minutes * 60 * kTicksPerSecond);
        if (!moved) return sqlError(517, "Adding a value to a 'datetimeoffset' column caused an overflow.");
        local = *moved;
    }
    return valueOf(local, *minutes, f.call.resultType);
}

std::int64_t lowestTicks(const SqlType& type)
{
    const std::int64_t days = type.id == TypeId::kDateTime ? types::kDays1753 : type.id == TypeId::kSmallDateTime ? types::kDays1900 : 0;
    return days * types::kTicksPerDay;
}

Result<Value> dateTrunc(const CallFrame& f)
{
    const auto part = static_cast<Part>(f.call.constants[0]);
    ES_TRY(DateTime2 v, moment(f.args[0]));
    types::CivilDate civil = types::civilFromDate(v.date);
    if (part == Part::kYear || part == Part::kQuarter || part == Part::kMonth) {
        if (part != Part::kMonth) civil.month = part == Part::kYear ? 1 : (civil.month - 1) / 3 * 3 + 1;
        return valueOf({*types::dateFromCivil({civil.year, civil.month, 1}), {}}, offsetOf(f.args[0]), f.call.resultType);
    }
    std::int64_t ticks = ticksOf(v);
    if (part == Part::kWeek || part == Part::kIsoWeek)
        ticks = v.date.days * types::kTicksPerDay - (partValue(Part::kWeekday, v) + (part == Part::kWeek ? 6 : 5)) % 7 * types::kTicksPerDay;
    else if (const auto* old = std::get_if<types::DateTime>(&f.args[0]); old && part == Part::kMillisecond)
        return Value(*old); // a datetime is no finer
    else
        ticks -= ticks % ticksOfPart(part);
    if (ticks < lowestTicks(f.call.resultType))
        return sqlError(9837,
            "An invalid date value was encountered: The date value is less than the minimum date value allowed for the data type.", 0,
            f.call.resultType.id == TypeId::kDateTime ? 4 : f.call.resultType.id == TypeId::kSmallDateTime ? 2 : 3);
    return valueOf(*fromTicks(ticks), offsetOf(f.args[0]), f.call.resultType);
}

std::int64_t floorDivide(std::int64_t a, std::int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

// The start of the bucket of `number` parts, counted from the origin, that the moment lies in.
Result<Value> dateBucket(const CallFrame& f)
{
    const auto part = static_cast<Part>(f.call.constants[0]);
    if (types::isNull(f.args[0]) || types::isNull(f.args[1])) return Value(types::Null{});
    const std::int64_t number = std::get<std::int64_t>(f.args[0]);
    if (number <= 0) return sqlError(9834, "Invalid bucket width value passed to DATE_BUCKET function. Only positive values are allowed.");
    // A datetimeoffset is counted as an instant; an origin that is NULL is none.
    const auto instant = [](const Value& value) -> Result<DateTime2> {
        if (const auto* offset = std::get_if<types::DateTimeOffset>(&value)) return offset->utc;
        return moment(value);
    };
    ES_TRY(const DateTime2 v, instant(f.args[1]));
    DateTime2 origin{types::Date{types::kDays1900}, {}};
    if (f.args.size() > 2 && !types::isNull(f.args[2])) {
        ES_TRY(origin, instant(f.args[2]));
    }
    std::optional<DateTime2> start;
    if (const std::int64_t unit = ticksOfPart(part)) {
        std::int64_t width = 0;
        if (__builtin_mul_overflow(unit, number, &width)) width = INT64_MAX;
        const std::int64_t passed = floorDivide(ticksOf(v) - ticksOf(origin), width);
        std::int64_t back = 0;
        if (!__builtin_mul_overflow(passed, width, &back)) start = fromTicks(ticksOf(origin) + back);
    } else {
        const std::int64_t width = number * (part == Part::kYear ? 12 : part == Part::kQuarter ? 3 : 1);
        std::int64_t passed = floorDivide(monthsOf(v) - monthsOf(origin), width);
        start = addMonths(origin, passed * width);
        if (start && ticksOf(*start) > ticksOf(v)) start = addMonths(origin, (passed - 1) * width);
    }
    const auto* offset = std::get_if<types::DateTimeOffset>(&f.args[1]);
    if (start && offset) start = fromTicks(ticksOf(*start) + offset->offsetMinutes * 60 * kTicksPerSecond);
    if (!start || ticksOf(*start) < lowestTicks(f.call.resultType))
        return sqlError(9835,
            "Calculating date bucket for '" + std::string(types::baseTypeName(f.call.resultType.id)) + "' column caused an overflow.");
    return valueOf(*start, offsetOf(f.args[1]), f.call.resultType);
}

Result<Value> isDate(const CallFrame& f)
{
    if (types::isNull(f.args[0])) return Value(std::int64_t{0});
    const auto* text = std::get_if<std::string>(&f.args[0]);
    if (!text) return Value(std::int64_t{1}); // datetime and smalldatetime
    const bool blank = text->find_first_not_of(' ') == std::string::npos;
    return Value(std::int64_t{!blank && types::convertValue(f.args[0], f.call.argTypes[0], types::makeType(TypeId::kDateTime))});
}

// --- binding ---

Result<BoundExpr> bindFromParts(FunctionArgs& a)
{
    struct Maker {
        std::string_view name;
        TypeId type;
        int dateParts;
        bool scaled;
    };
    static constexpr Maker kMakers[] = {{"DATEFROMPARTS", TypeId::kDate, 3, false}, {"TIMEFROMPARTS", TypeId::kTime, 0, true},
        {"DATETIMEFROMPARTS", TypeId::kDateTime, 3, false}, {"SMALLDATETIMEFROMPARTS", TypeId::kSmallDateTime, 3, false},
        {"DATETIME2FROMPARTS", TypeId::kDateTime2, 3, true}, {"DATETIMEOFFSETFROMPARTS", TypeId::kDateTimeOffset, 3, true}};
    const Maker& maker = *std::find_if(std::begin(kMakers), std::end(kMakers), [&](const Maker& m) { return m.name == a.name; });
    SqlType type = types::makeType(maker.type);
    if (maker.scaled) {
        const auto* scale = a.args.back().constant ? std::get_if<std::int64_t>(&*a.args.back().constant) : nullptr;
        if (!scale || *scale < 0 || *scale > 7)
            return sqlError(10760,
                "Scale argument is not valid. Valid expressions for data type " + std::string(types::baseTypeName(maker.type))
                    + " scale argument are integer constants and integer constant expressions.",
                a.line);
        type = types::makeScaled(maker.type, static_cast<std::uint8_t>(*scale));
        a.args.pop_back();
    }
    for (BoundExpr& arg : a.args) {
        ES_TRY(arg, a.binder.castTo(std::move(arg), types::makeType(TypeId::kInt), a.line));
    }
    return a.binder.call(fromParts, std::move(a.args), type, a.line, {maker.dateParts, maker.scaled ? type.scale : -1});
}

Result<BoundExpr> bindOffset(FunctionArgs& a)
{
    const bool keepsLocal = a.name == "TODATETIMEOFFSET";
    SqlType source = types::makeScaled(keepsLocal ? TypeId::kDateTime2 : TypeId::kDateTimeOffset, 7);
    const SqlType& given = a.args[0].type;
    if (types::isDateOrTime(given.id)) {
        const bool scaled = given.id == TypeId::kTime || given.id == TypeId::kDateTime2 || given.id == TypeId::kDateTimeOffset;
        source.scale = scaled ? given.scale : given.id == TypeId::kDateTime ? 3 : 0;
    } else if (!types::isText(given.id)) {
        return invalidArgument(a, 0);
    }
    ES_TRY(a.args[0], a.binder.castTo(std::move(a.args[0]), source, a.line));
    if (!types::isText(a.args[1].type.id)) {
        ES_TRY(a.args[1], a.binder.castTo(std::move(a.args[1]), types::makeType(TypeId::kInt), a.line));
    }
    return a.binder.call(
        withOffset, std::move(a.args), types::makeScaled(TypeId::kDateTimeOffset, source.scale), a.line, {keepsLocal});
}

Result<Part> partFor(FunctionArgs& a, bool supported(Part), const SqlType& type)
{
    const auto part = partOf(a.part);
    if (!part) return sqlError(155, "'" + a.part + "' is not a recognized " + foldName(a.name) + " option.", a.line, 1, 15);
    const std::string text = "The datepart " + std::string(partName(*part)) + " is not supported by date function " + foldName(a.name);
        // A fraction finer than the type's own.
    const int digits = type.id == TypeId::kDateTime ? 3 : type.id == TypeId::kSmallDateTime ? 0 : type.scale;
    const bool tooFine = type.id != TypeId::kDate && ((*part == Part::kMillisecond && digits < 3) || (*part == Part::kMicrosecond && digits < 6));
    if (!hasPart(type, *part) || tooFine || !supported(*part))
        return sqlError(9810, text + " for data type " + std::string(types::baseTypeName(type.id)) + ".", a.line,
            type.id == TypeId::kDateTime ? 9 : type.id == TypeId::kSmallDateTime ? 8 : tooFine || hasPart(type, *part) ? 11 : 10);
    return *part;
}

Result<BoundExpr> bindTrunc(FunctionArgs& a)
{
    if (types::isText(a.args[0].type.id)) {
        ES_TRY(a.args[0], a.binder.castTo(std::move(a.args[0]), types::makeScaled(TypeId::kDateTime2, 7), a.line));
    }
    const SqlType type = a.args[0].type;
    if (!types::isDateOrTime(type.id)) return invalidArgument(a, 0);
    ES_TRY(const Part part,
        partFor(
            a, [](Part p) { return p != Part::kWeekday && p != Part::kNanosecond && p != Part::kOffset; }, type));
    return a.binder.call(dateTrunc, std::move(a.args), type, a.line, {static_cast<std::int64_t>(part)});
}

Result<BoundExpr> bindBucket(FunctionArgs& a)
{
    const SqlType type = a.args[1].type;
    if (!types::isDateOrTime(type.id)) return invalidArgument(a, 1);
    ES_TRY(const Part part,
        partFor(
            a,
            [](Part p) {
                return p == Part::kYear || p == Part::kQuarter || p == Part::kMonth || p == Part::kWeek || p == Part::kDay
                    || (isTimePart(p) && p <= Part::kMillisecond);
            },
            type));
    if (a.args.size() > 2 && !a.args[2].isNullLiteral() && a.args[2].type != type) return invalidArgument(a, 2);
    if (types::isText(a.args[0].type.id) || a.args[0].isNullLiteral()) return invalidArgument(a, 0);
    ES_TRY(a.args[0], a.binder.castTo(std::move(a.args[0]), types::makeType(TypeId::kInt), a.line));
    return a.binder.call(dateBucket, std::move(a.args), type, a.line, {static_cast<std::int64_t>(part)}, false);
}

Result<BoundExpr> bindIsDate(FunctionArgs& a)
{
    const TypeId id = a.args[0].type.id;
    const bool old = id == TypeId::kDateTime || id == TypeId::kSmallDateTime;
    if (types::isDateOrTime(id) && !old) return invalidArgument(a, 0);
    if (!types::isText(id) && !old && !a.args[0].isNullLiteral())
        return notSupported("ISDATE of " + std::string(types::baseTypeName(id)), a.line);
    return a.binder.call(isDate, std::move(a.args), types::makeType(TypeId::kInt), a.line, {}, false);
}

constexpr FunctionSpec kDateMakers[] = {
    {"DATEFROMPARTS", 3, 3, bindFromParts},
    {"TIMEFROMPARTS", 5, 5, bindFromParts},
    {"DATETIMEFROMPARTS", 7, 7, bindFromParts},
    {"SMALLDATETIMEFROMPARTS", 5, 5, bindFromParts},
    {"DATETIME2FROMPARTS", 8, 8, bindFromParts},
    {"DATETIMEOFFSETFROMPARTS", 10, 10, bindFromParts},
    {"SWITCHOFFSET", 2, 2, bindOffset},
    {"TODATETIMEOFFSET", 2, 2, bindOffset},
    {"DATETRUNC", 2, 2, bindTrunc, true},
    {"DATE_BUCKET", 3, 4, bindBucket, true},
    {"ISDATE", 1, 1, bindIsDate},
};

} // namespace

std::span<const FunctionSpec> dateMakers()
{
    return kDateMakers;
}

// The one zone whose rules need no table: UTC.
Result<BoundExpr> bindAtTimeZone(Binder& binder, BoundExpr value, const BoundExpr& zone, std::int32_t line)
{
    const auto* name = zone.constant ? std::get_if<std::string>(&*zone.constant) : nullptr;
    if (!name || foldName(*name) != "utc") return notSupported("AT TIME ZONE other than 'UTC'", line);
    if (!types::isDateOrTime(value.type.id) || value.type.id == TypeId::kDate || value.type.id == TypeId::kTime)
        return sqlError(8116, "Argument data type " + binder.typeText(value) + " is invalid for argument 1 of AT TIME ZONE function.", line);
    const bool instant = value.type.id == TypeId::kDateTimeOffset;
    FunctionArgs args{binder, instant ? "SWITCHOFFSET" : "TODATETIMEOFFSET", {}, {}, line};
    args.args.push_back(std::move(value));
    args.args.push_back(binder.constant(Value(std::int64_t{0}), types::makeType(TypeId::kInt)));
    return bindOffset(args);
}

} // namespace es::sandbox
