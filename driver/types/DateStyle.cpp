// The input grammars of the CONVERT styles, as captures of the server show them.
#include "driver/types/DateStyle.h"

#include "driver/types/ConvertParts.h"

#include <algorithm>
#include <array>

namespace es::types {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

template <std::size_t n>
bool isOneOf(const std::array<int, n>& styles, int style) { return std::find(styles.begin(), styles.end(), style) != styles.end(); }

constexpr std::array kTwoDigits{1, 2, 3, 4, 5, 10, 11};
constexpr std::array kFourDigits{20, 21, 101, 102, 103, 104, 105, 110, 111, 120, 121};
constexpr std::array kNoNumericDate{6, 7, 8, 9, 12, 13, 14, 22, 23, 24, 25, 100, 106, 107, 108, 109, 112, 113, 114};
constexpr std::array kYearFirst{20, 21, 23, 25, 102, 111, 120, 121, 126, 127};  // date, time, datetime2, datetimeoffset
constexpr std::array kYearLast{101, 103, 104, 105, 110};

// "1/2/2024 .." taken apart.
struct NumericDate {
    std::array<std::string_view, 3> parts;
    char mark = 0;
    std::string_view rest;
    [[nodiscard]] int longParts() const
    {
        return static_cast<int>(std::count_if(parts.begin(), parts.end(), [](std::string_view part) { return part.size() >= 3; }));
    }
    [[nodiscard]] bool iso() const { return mark == '-' && parts[0].size() == 4 && parts[1].size() == 2 && parts[2].size() == 2; }
};

std::string_view takeDigits(std::string_view& text)
{
    std::size_t size = 0;
    while (size < text.size() && isDigit(text[size]))
        ++size;
    const std::string_view digits = text.substr(0, size);
    text.remove_prefix(size);
    return digits;
}

void skipBlanks(std::string_view& text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
}

bool readNumericDate(std::string_view text, NumericDate& out)
{
    for (std::size_t i = 0; i < 3; ++i) {
        if (i > 0) {
            skipBlanks(text);
            if (text.empty() || (text.front() != '/' && text.front() != '-' && text.front() != '.') || (out.mark != 0 && text.front() != out.mark))
                return false;
            out.mark = text.front();
            text.remove_prefix(1);
            skipBlanks(text);
        }
        out.parts[i] = takeDigits(text);
        if (out.parts[i].empty())
            return false;
    }
    out.rest = text;
    return true;
}

// hh:mm:ss[.f] after the T; what may follow is another's matter.
bool readStrictTime(std::string_view& text, std::size_t fractionDigits)
{
    for (int i = 0; i < 3; ++i) {
        if (i > 0) {
            if (text.empty() || text.front() != ':')
                return false;
            text.remove_prefix(1);
        }
        if (takeDigits(text).size() != 2)
            return false;
    }
    if (text.empty() || text.front() != '.')
        return true;
    text.remove_prefix(1);
    const std::size_t digits = takeDigits(text).size();
    return digits >= 1 && digits <= fractionDigits;
}

bool isStrictIso(const NumericDate& date, bool old)
{
    std::string_view time = date.rest.substr(1);
    if (date.rest.front() != 'T' || !date.iso() || !readStrictTime(time, old ? 3 : 9))
        return false;
    if (old)
        skipBlanks(time);
    if (old && (time.starts_with("AM") || time.starts_with("PM")))
        time.remove_prefix(2);
    return time.empty() || time == "Z" || (!old && (time.front() == '+' || time.front() == '-'));
}

bool hasWord(std::string_view text)  // a month's name
{
    std::size_t run = 0;
    for (const char c : text) {
        run = isLetter(c) ? run + 1 : 0;
        if (run >= 3)
            return true;
    }
    return false;
}

bool startsWithT(std::string_view rest) { return !rest.empty() && (rest.front() == 'T' || rest.front() == 't'); }

StyleVerdict judgeOld(const NumericDate* date, std::string_view text, int style)
{
    const bool z = text.back() == 'Z' || text.back() == 'z';
    if (text.find('\t') != text.npos || text.back() == 'z' || (z && style != 0 && style != 127))
        return StyleVerdict::kSyntax;
    if (!date) {
        // 20240102T.. and the like; style 127 takes ISO's form alone.
        const std::size_t t = text.find_first_of("Tt");
        const bool joined = t != text.npos && t > 0 && isDigit(text[t - 1]) && !hasWord(text);
        return joined || style == 127 ? StyleVerdict::kSyntax : StyleVerdict::kFits;
    }
    if (startsWithT(date->rest)) {
        if (style == 0 || style == 126 || style == 127)
            return isStrictIso(*date, true) ? StyleVerdict::kFits : StyleVerdict::kSyntax;
        return isOneOf(kFourDigits, style) ? StyleVerdict::kRange : StyleVerdict::kSyntax;
    }
    if (z && !(date->iso() && date->rest.find(':') == date->rest.npos))
        return StyleVerdict::kSyntax;
    if (style == 0)
        return StyleVerdict::kFits;
    if (style == 126 || style == 127)
        return date->iso() && (date->rest.empty() || date->rest == "Z") ? StyleVerdict::kFits : StyleVerdict::kSyntax;
    const int wanted = isOneOf(kFourDigits, style) ? 1 : isOneOf(kTwoDigits, style) ? 0 : -1;
    return date->longParts() == wanted ? StyleVerdict::kFits : StyleVerdict::kSyntax;
}

StyleVerdict judgeNew(const NumericDate* date, std::string_view text, int style)
{
    if (text.back() == 'z')
        return StyleVerdict::kSyntax;
    if (!date) {
        const std::size_t t = text.find_first_of("Tt");
        const bool joined = t != text.npos && t > 0 && isDigit(text[t - 1]) && !hasWord(text);
        return joined ? StyleVerdict::kSyntax : StyleVerdict::kFits;
    }
    if (startsWithT(date->rest) && isStrictIso(*date, false))
        return StyleVerdict::kFits;
    const std::size_t years[3] = {date->parts[0].size(), date->parts[1].size(), date->parts[2].size()};
    const auto verdict = [](bool fits) { return fits ? StyleVerdict::kFits : StyleVerdict::kSyntax; };
    if (startsWithT(date->rest))
        return style == 112 ? StyleVerdict::kMismatch : StyleVerdict::kSyntax;
    if (style == 0)
        return StyleVerdict::kFits;
    if (isOneOf(kYearFirst, style))
        return verdict(years[0] == 4 && years[1] <= 2 && years[2] <= 2);
    if (isOneOf(kYearLast, style))
        return verdict(years[0] <= 2 && years[1] <= 2 && years[2] == 4);
    if (isOneOf(kTwoDigits, style) || style == 22)
        return verdict(date->longParts() == 0);
    return StyleVerdict::kMismatch;
}

}  // namespace

StyleVerdict judgeDateText(std::string_view text, int style, bool old)
{
    if (style == kNoStyle)
        style = 0;
    const bool known = style == 0 || style == 126 || style == 127 || isOneOf(kTwoDigits, style) || isOneOf(kFourDigits, style) || isOneOf(kNoNumericDate, style);
    if (!known)
        return StyleVerdict::kUnknown;
    text = withoutBlanks(text);
    if (text.empty())
        return StyleVerdict::kFits;
    NumericDate date;
    const bool numeric = readNumericDate(text, date);
    return old ? judgeOld(numeric ? &date : nullptr, text, style) : judgeNew(numeric ? &date : nullptr, text, style);
}

}  // namespace es::types
