// Dates and times to text: the styles of CONVERT.
#include "driver/types/DateText.h"

#include <array>

namespace es::types {
namespace {

constexpr std::array<std::string_view, 12> kShortMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::int64_t kTicksPerSecond = 10000000;

// "%0*d" and the like in one place.
std::string digits(std::int64_t value, int width)
{
    std::string text = std::to_string(value);
    return text.size() < static_cast<std::size_t>(width) ? std::string(static_cast<std::size_t>(width) - text.size(), '0') + text : text;
}

std::string spaced(int value) { return value < 10 ? " " + std::to_string(value) : std::to_string(value); }

struct Pieces {
    CivilDate date;
    int hour, minute, second;
    std::string fraction;  // without mark
    std::string year2, month2, day2, time;
};

Pieces piecesOf(const StampText& stamp)
{
    Pieces p;
    p.date = civilFromDate(stamp.local.date);
    const std::int64_t seconds = stamp.local.time.ticks / kTicksPerSecond;
    p.hour = static_cast<int>(seconds / 3600);
    p.minute = static_cast<int>(seconds / 60 % 60);
    p.second = static_cast<int>(seconds % 60);
    p.fraction = digits(stamp.local.time.ticks % kTicksPerSecond, 7).substr(0, static_cast<std::size_t>(stamp.scale));
    p.year2 = digits(p.date.year % 100, 2);
    p.month2 = digits(p.date.month, 2);
    p.day2 = digits(p.date.day, 2);
    p.time = digits(p.hour, 2) + ":" + digits(p.minute, 2) + ":" + digits(p.second, 2);
    return p;
}

std::string offsetText(int minutes)
{
    const int size = minutes < 0 ? -minutes : minutes;
    return (minutes < 0 ? "-" : "+") + digits(size / 60, 2) + ":" + digits(size % 60, 2);
}

// "1:14PM", "1:14:15.123PM"
std::string twelveHours(const Pieces& p, bool seconds, const std::string& fraction, bool padHour)
{
    const int hour = p.hour % 12 == 0 ? 12 : p.hour % 12;
    std::string text = (padHour ? spaced(hour) : std::to_string(hour)) + ":" + digits(p.minute, 2);
    if (seconds)
        text += ":" + digits(p.second, 2) + fraction;
    return text + (p.hour < 12 ? "AM" : "PM");
}

std::optional<std::string> datePart(const Pieces& p, int style)
{
    const std::string year = style >= 100 || style == 9 || style == 13 || style == 0 ? digits(p.date.year, 4) : p.year2;
    const std::string name(kShortMonths[static_cast<std::size_t>(p.date.month - 1)]);
    switch (style % 100) {
    case 0: case 9: return name + " " + spaced(p.date.day) + " " + digits(p.date.year, 4);
    case 1: return p.month2 + "/" + p.day2 + "/" + year;
    case 2: return year + "." + p.month2 + "." + p.day2;
    case 3: return p.day2 + "/" + p.month2 + "/" + year;
    case 4: return p.day2 + "." + p.month2 + "." + year;
    case 5: return p.day2 + "-" + p.month2 + "-" + year;
    case 6: return p.day2 + " " + name + " " + year;
    case 7: return name + " " + p.day2 + ", " + year;
    case 10: return p.month2 + "-" + p.day2 + "-" + year;
    case 11: return year + "/" + p.month2 + "/" + p.day2;
    case 12: return year + p.month2 + p.day2;
    case 13: return p.day2 + " " + name + " " + digits(p.date.year, 4);
    case 20: case 21: case 23: case 25: case 26: case 27: return digits(p.date.year, 4) + "-" + p.month2 + "-" + p.day2;
    case 22: return p.month2 + "/" + p.day2 + "/" + p.year2;
    default: return std::nullopt;
    }
}

std::optional<std::string> timePart(const Pieces& p, const StampText& stamp, int style)
{
    const std::string dotted = p.fraction.empty() ? "" : "." + p.fraction;
    const std::string marked = p.fraction.empty() ? "" : (stamp.colonFraction ? ":" : ".") + p.fraction;
    switch (style % 100) {
    case 0: return twelveHours(p, false, "", stamp.hasDate);
    case 9: return twelveHours(p, true, marked, stamp.hasDate);
    case 8: case 24: case 20: return p.time;
    case 13: case 14: return p.time + marked;
    case 21: case 25: return p.time + dotted;
    case 22: {
        std::string text = twelveHours(p, true, "", stamp.hasDate);
        return text.insert(text.size() - 2, " ");
    }
    case 26: case 27: return p.fraction.find_first_not_of('0') == p.fraction.npos ? p.time : p.time + dotted;
    default: return std::nullopt;
    }
}

}  // namespace

std::optional<std::string> formatStyle(const StampText& stamp, int style)
{
    const Pieces p = piecesOf(stamp);
    if (style > 127 || style < 0 || (style > 27 && style < 100) || style == 122 || style == 123 || style == 124 || style == 125 ||
        (style >= 115 && style < 120) || (style >= 15 && style < 20) || style == 26 || style == 27)
        return std::nullopt;
    std::string separator = style == 126 || style == 127 ? "T" : " ";
    const auto date = datePart(p, style);
    const auto time = timePart(p, stamp, style);
    if (!date && !time)
        return std::nullopt;
    // A style of the other half only: date styles of a time (or the reverse) are refused by the server too.
    if ((!stamp.hasDate && !time) || (!stamp.hasTime && !date))
        return std::nullopt;
    std::string text;
    if (date && stamp.hasDate)
        text = *date;
    const bool withTime = time && stamp.hasTime && style % 100 != 23;
    if (withTime)
        text += (text.empty() ? "" : separator) + *time;
    if (stamp.offsetMinutes && withTime && style != 8 && style != 24 && style != 108) {
        if (style == 127)
            text += "Z";
        else
            text += (style == 126 ? "" : " ") + offsetText(*stamp.offsetMinutes);
    }
    return text;
}

std::string isoText(const StampText& stamp, char separator)
{
    const Pieces p = piecesOf(stamp);
    std::string text;
    if (stamp.hasDate)
        text = digits(p.date.year, 4) + "-" + p.month2 + "-" + p.day2;
    if (stamp.hasDate && stamp.hasTime)
        text += separator;
    if (stamp.hasTime)
        text += p.time + (p.fraction.empty() ? "" : "." + p.fraction);
    if (stamp.offsetMinutes)
        text += " " + offsetText(*stamp.offsetMinutes);
    return text;
}

}  // namespace es::types
