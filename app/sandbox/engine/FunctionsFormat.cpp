// FORMAT for en-US: numbers (FormatNumber.cpp), dates and times by .NET's format strings. Other cultures are refused by name.
#include "app/sandbox/engine/DateMath.h"
#include "app/sandbox/engine/FormatNumber.h"
#include "app/sandbox/engine/FunctionArguments.h"

#include "driver/types/TypeNames.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

constexpr std::array<std::string_view, 12> kMonths{
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

std::string padded(std::int64_t value, std::size_t width)
{
    std::string text = std::to_string(value);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

// Runs of one letter, quoted and escaped text: common to dates and times.
struct Piece {
    char letter = 0; // 0: literal
    std::string text;
};

// Empty: a quote or an escape without its end, or a '%' that stands before nothing.
std::optional<std::vector<Piece>> piecesOf(std::string_view format)
{
    std::vector<Piece> out;
    for (std::size_t i = 0; i < format.size();) {
        const char c = format[i];
        if (c == '\'' || c == '"') {
            const std::size_t end = format.find(c, i + 1);
            if (end == std::string_view::npos) return std::nullopt;
            out.push_back({0, std::string(format.substr(i + 1, end - i - 1))});
            i = end + 1;
        } else if (c == '\\') {
            if (i + 1 >= format.size()) return std::nullopt;
            out.push_back({0, std::string(1, format[i + 1])});
            i += 2;
        } else if (c == '%') {
            if (i + 1 >= format.size() || format[i + 1] == '%') return std::nullopt;
            ++i;
        } else {
            std::size_t end = i + 1;
            while (end < format.size() && format[end] == c)
                ++end;
            out.push_back({c, std::string(format.substr(i, end - i))});
            i = end;
        }
    }
    return out;
}

std::string fraction(std::int64_t ticks, std::size_t digits, bool trimmed)
{
    std::string text = padded(ticks % kTicksPerSecond, 7).substr(0, digits);
    while (trimmed && !text.empty() && text.back() == '0')
        text.pop_back();
    return text;
}

struct Moment {
    types::DateTime2 local;
    std::optional<int> offset; // minutes, of a datetimeoffset
    types::DateTime2 utc;
};

std::optional<std::string> customDate(const Moment& m, std::string_view format)
{
    const auto pieces = piecesOf(format);
    if (!pieces) return std::nullopt;
    const types::CivilDate civil = types::civilFromDate(m.local.date);
    const std::int64_t ticks = m.local.time.ticks;
    const std::int64_t hour = partValue(Part::kHour, m.local);
    const std::string_view day = kDays[static_cast<std::size_t>(partValue(Part::kWeekday, m.local) - 1)];
    const std::string_view month = kMonths[static_cast<std::size_t>(civil.month - 1)];
    std::string out;
    for (const Piece& piece : *pieces) {
        const std::size_t n = piece.text.size();
        switch (piece.letter) {
        case 'd': out += n > 3 ? std::string(day) : n == 3 ? std::string(day.substr(0, 3)) : padded(civil.day, n); break;
        case 'M': out += n > 3 ? std::string(month) : n == 3 ? std::string(month.substr(0, 3)) : padded(civil.month, n); break;
        case 'y': out += n > 2 ? padded(civil.year, n) : padded(civil.year % 100, n); break;
        case 'H': out += padded(hour, std::min<std::size_t>(n, 2)); break;
        case 'h': out += padded(hour % 12 == 0 ? 12 : hour % 12, std::min<std::size_t>(n, 2)); break;
        case 'm': out += padded(partValue(Part::kMinute, m.local), std::min<std::size_t>(n, 2)); break;
        case 's': out += padded(partValue(Part::kSecond, m.local), std::min<std::size_t>(n, 2)); break;
        case 't': out += std::string(hour < 12 ? "AM" : "PM").substr(0, n); break;
        case 'f': case 'F':
            if (n > 7) return std::nullopt;
            {
                const std::string digits = fraction(ticks, n, piece.letter == 'F');
                if (digits.empty() && !out.empty() && out.back() == '.') out.pop_back();
                out += digits;
            }
            break;
        case 'g': out += "A.D."; break;
        case 'z': case 'K': {
            if (!m.offset) return std::nullopt; // the server's own zone: the caller refuses
            const int size = std::abs(*m.offset);
            const std::string sign = *m.offset < 0 ? "-" : "+";
            if (piece.letter == 'K' || n > 2)
                out += sign + padded(size / 60, 2) + ":" + padded(size % 60, 2);
            else
                out += sign + padded(size / 60, n);
            break;
        }
        default: out += piece.text; break;
        }
    }
    return out;
}

std::optional<std::string> formatDate(const Moment& m, std::string_view format)
{
    if (format.empty()) return customDate(m, m.offset ? "M/d/yyyy h:mm:ss tt zzz" : "M/d/yyyy h:mm:ss tt");
    if (format.size() > 1) return customDate(m, format);
    Moment utc = m;
    if (m.offset) utc.local = m.utc;
    switch (format[0]) {
    case 'd': return customDate(m, "M/d/yyyy");
    case 'D': return customDate(m, "dddd, MMMM d, yyyy");
    case 'f': return customDate(m, "dddd, MMMM d, yyyy h:mm tt");
    case 'F': return customDate(m, "dddd, MMMM d, yyyy h:mm:ss tt");
    case 'g': return customDate(m, "M/d/yyyy h:mm tt");
    case 'G': return customDate(m, "M/d/yyyy h:mm:ss tt");
    case 'm': case 'M': return customDate(m, "MMMM d");
    case 'o': case 'O': return customDate(m, m.offset ? "yyyy-MM-dd'T'HH:mm:ss.fffffffzzz" : "yyyy-MM-dd'T'HH:mm:ss.fffffff");
    case 'r': case 'R': return customDate(utc, "ddd, dd MMM yyyy HH:mm:ss 'GMT'");
    case 's': return customDate(m, "yyyy-MM-dd'T'HH:mm:ss");
    case 't': return customDate(m, "h:mm tt");
    case 'T': return customDate(m, "h:mm:ss tt");
    case 'u': return customDate(utc, "yyyy-MM-dd HH:mm:ss'Z'");
    case 'U': return m.offset ? std::nullopt : customDate(m, "dddd, MMMM d, yyyy h:mm:ss tt");
    case 'y': case 'Y': return customDate(m, "MMMM yyyy");
    default: return std::nullopt;
    }
}

// A time is a span: unquoted marks are not allowed in its format.
std::optional<std::string> formatTime(types::Time time, std::string_view format)
{
    const types::DateTime2 at{types::Date{0}, time};
    const std::int64_t hour = partValue(Part::kHour, at);
    const std::string rest = ":" + padded(partValue(Part::kMinute, at), 2) + ":" + padded(partValue(Part::kSecond, at), 2);
    const std::string ticks = fraction(time.ticks, 7, false);
    if (format.empty() || format == "c" || format == "t" || format == "T")
        return padded(hour, 2) + rest + (time.ticks % kTicksPerSecond ? "." + ticks : "");
    if (format == "g") {
        const std::string digits = fraction(time.ticks, 7, true);
        return std::to_string(hour) + rest + (digits.empty() ? "" : "." + digits);
    }
    if (format == "G") return "0:" + padded(hour, 2) + rest + "." + ticks;
    if (format.size() == 1) return std::nullopt;
    const auto pieces = piecesOf(format);
    if (!pieces) return std::nullopt;
    std::string out;
    for (const Piece& piece : *pieces) {
        const std::size_t n = piece.text.size();
        switch (piece.letter) {
        case 0: out += piece.text; break;
        case 'h': case 'm': case 's':
            if (n > 2) return std::nullopt;
            out += padded(partValue(piece.letter == 'h' ? Part::kHour : piece.letter == 'm' ? Part::kMinute : Part::kSecond, at), n);
            break;
        case 'd':
            if (n > 8) return std::nullopt;
            out += padded(0, n);
            break;
        case 'f': case 'F':
            if (n > 7) return std::nullopt;
            out += fraction(time.ticks, n, piece.letter == 'F');
            break;
        default: return std::nullopt;
        }
    }
    return out;
}

Value shown(const std::optional<std::string>& text)
{
    if (!text) return Value(types::Null{});
    const std::u16string all = units(*text);
    return Value(all.size() > 4000 ? utf8(all.substr(0, 4000)) : *text);
}

Result<Value> format(const CallFrame& f)
{
    if (types::isNull(f.args[0])) return Value(types::Null{});
    const std::string pattern = types::isNull(f.args[1]) ? std::string() : text(f, 1);
    const SqlType& type = f.call.argTypes[0];
    if (types::isNumber(type.id)) {
        if (pattern.find_first_of("'\"") != std::string::npos || pattern.find("\xE2\x80\xB0") != std::string::npos)
            return notSupported("FORMAT of a number with quotes or per mille", 0);
        const bool precise = type.id == TypeId::kFloat || type.id == TypeId::kReal;
        const bool many = pattern.size() > 1 && std::string_view("eEgGrR").find(pattern[0]) != std::string_view::npos
            && pattern.find_first_not_of("0123456789", 1) == std::string::npos && std::atoi(pattern.c_str() + 1) > (type.id == TypeId::kReal ? 7 : 15);
        if (precise && (many || pattern == "R" || pattern == "r")) return notSupported("FORMAT of a float with all of its digits", 0);
        return shown(formatNumber(f.args[0], type, pattern));
    }
    if (const auto* time = std::get_if<types::Time>(&f.args[0])) return shown(formatTime(*time, pattern));
    Moment m;
    ES_TRY(m.local, moment(f.args[0]));
    if (const auto* offset = std::get_if<types::DateTimeOffset>(&f.args[0])) {
        m.offset = offset->offsetMinutes;
        m.utc = offset->utc;
    } else if (pattern.size() > 1 && pattern.find_first_of("zK") != std::string::npos)
        return notSupported("FORMAT with a zone for a value that has none", 0);
    return shown(formatDate(m, pattern));
}

Result<BoundExpr> bindFormat(FunctionArgs& a)
{
    const TypeId id = a.args[0].type.id;
    const bool usable = (types::isNumber(id) && id != TypeId::kBit) || types::isDateOrTime(id);
    if (!usable || a.args[0].isNullLiteral()) return invalidArgument(a, 0);
    if (!types::isText(a.args[1].type.id) || a.args[1].isNullLiteral()) return invalidArgument(a, 1);
    if (a.args.size() > 2) {
        const auto* culture = a.args[2].constant ? std::get_if<std::string>(&*a.args[2].constant) : nullptr;
        if (!culture || foldName(*culture) != "en-us") return notSupported("FORMAT for another culture than 'en-US'", a.line);
        a.args.pop_back();
    }
    return make(a, format, types::makeSized(TypeId::kNVarChar, 4000, a.binder.catalog().collation), {}, false);
}

constexpr FunctionSpec kFormats[] = {
    {"FORMAT", 2, 3, bindFormat},
};

} // namespace

std::span<const FunctionSpec> formatFunctions()
{
    return kFormats;
}

} // namespace es::sandbox
