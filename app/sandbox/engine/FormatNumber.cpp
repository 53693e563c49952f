#include "app/sandbox/engine/FormatNumber.h"

#include "driver/types/DecimalMath.h"
#include "driver/types/TypeNames.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

namespace es::sandbox {

using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

DigitNumber fromMagnitude(types::UInt128 magnitude, bool negative, int scale)
{
    DigitNumber out;
    out.digits = types::decimalText(magnitude, false, 0);
    out.point = static_cast<int>(out.digits.size()) - scale;
    out.negative = negative && magnitude != 0;
    out.scale = scale;
    return out;
}

DigitNumber fromDouble(double value, int digits)
{
    char text[64];
    std::snprintf(text, sizeof text, "%.*e", digits - 1, std::fabs(value));
    const std::string_view view(text);
    const std::size_t e = view.find('e');
    DigitNumber out;
    out.digits = std::string(view.substr(0, 1)) + std::string(view.substr(2, e - 2));
    out.point = std::atoi(text + e + 1) + 1;
    out.negative = value < 0;
    out.scale = -1;
    out.wantedDigits = digits;
    while (out.digits.size() > 1 && out.digits.back() == '0')
        out.digits.pop_back();
    if (value == 0) out.point = 1;
    return out;
}

bool isZero(const DigitNumber& n)
{
    return n.digits.find_first_not_of('0') == std::string::npos;
}

// Keeps `places` digits after the point, half away from zero; a result of zero has no sign.
DigitNumber rounded(DigitNumber n, int places)
{
    const int keep = n.point + places;
    if (keep < static_cast<int>(n.digits.size())) {
        const bool up = keep >= 0 && n.digits[static_cast<std::size_t>(keep)] >= '5';
        n.digits.resize(static_cast<std::size_t>(std::max(keep, 0)));
        if (up) {
            int at = keep - 1;
            for (; at >= 0 && n.digits[static_cast<std::size_t>(at)] == '9'; --at)
                n.digits[static_cast<std::size_t>(at)] = '0';
            if (at >= 0)
                ++n.digits[static_cast<std::size_t>(at)];
            else {
                n.digits.insert(n.digits.begin(), '1');
                ++n.point;
            }
        }
    }
    if (isZero(n)) {
        n.digits = "0";
        n.point = 1;
        n.negative = false;
    }
    return n;
}

std::string wholePart(const DigitNumber& n)
{
    if (n.point <= 0) return "0";
    std::string out = n.digits.substr(0, static_cast<std::size_t>(n.point));
    out.resize(static_cast<std::size_t>(n.point), '0');
    const std::size_t first = out.find_first_not_of('0');
    return first == std::string::npos ? "0" : out.substr(first);
}

std::string fractionPart(const DigitNumber& n, int places)
{
    std::string out(static_cast<std::size_t>(std::max(0, -n.point)), '0');
    if (n.point < static_cast<int>(n.digits.size())) out += n.digits.substr(static_cast<std::size_t>(std::max(n.point, 0)));
    out.resize(static_cast<std::size_t>(places), '0');
    return out;
}

std::string grouped(std::string whole)
{
    for (int at = static_cast<int>(whole.size()) - 3; at > 0; at -= 3)
        whole.insert(static_cast<std::size_t>(at), 1, ',');
    return whole;
}

std::string fixed(const DigitNumber& n, int places, bool groups)
{
    const std::string whole = wholePart(n);
    return (groups ? grouped(whole) : whole) + (places > 0 ? "." + fractionPart(n, places) : "");
}

std::string exponentText(int exponent, char letter, int width, bool plus)
{
    std::string digits = std::to_string(std::abs(exponent));
    if (static_cast<int>(digits.size()) < width) digits.insert(0, static_cast<std::size_t>(width) - digits.size(), '0');
    return std::string(1, letter) + (exponent < 0 ? "-" : plus ? "+" : "") + digits;
}

// First significant digit in front of the point.
std::string scientific(DigitNumber n, int places, char letter)
{
    const std::size_t first = isZero(n) ? 0 : n.digits.find_first_not_of('0');
    int exponent = isZero(n) ? 0 : n.point - static_cast<int>(first) - 1;
    DigitNumber one{n.digits.substr(first), 1, n.negative, 0, 15};
    one = rounded(std::move(one), places);
    if (one.point == 2) {
        one.point = 1;
        ++exponent;
    }
    return (one.negative ? "-" : "") + fixed(one, places, false) + exponentText(exponent, letter, 3, true);
}

std::string withoutZeros(std::string text)
{
    if (text.find('.') == std::string::npos) return text;
    while (text.back() == '0')
        text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

std::string general(const DigitNumber& n, int precision, char letter)
{
    const bool asTyped = precision <= 0 && n.scale >= 0;
    if (asTyped) return (n.negative ? "-" : "") + fixed(n, n.scale, false);
    const int digits = precision > 0 ? precision : n.wantedDigits;
    const std::size_t first = isZero(n) ? 0 : n.digits.find_first_not_of('0');
    const int lead = isZero(n) ? 1 : n.point - static_cast<int>(first); // digits in front of the point
    const DigitNumber shown = rounded(n, digits - lead);
    const int exponent = (isZero(shown) ? 1 : shown.point - static_cast<int>(shown.digits.find_first_not_of('0'))) - 1;
    const std::string sign = shown.negative ? "-" : "";
    if (exponent > -5 && exponent < digits)
        return sign + withoutZeros(fixed(shown, std::max(0, static_cast<int>(shown.digits.size()) - shown.point), false));
    DigitNumber one{shown.digits.substr(shown.digits.find_first_not_of('0')), 1, false, 0, 15};
    return sign + withoutZeros(fixed(one, static_cast<int>(one.digits.size()) - 1, false)) + exponentText(exponent, letter == 'g' ? 'e' : 'E', 2, true);
}

std::optional<std::string> standard(const Value& value, const SqlType& type, const DigitNumber& n, char letter, int precision)
{
    const int places = precision < 0 ? 2 : precision;
    const auto sign = [](const DigitNumber& shown) { return std::string(shown.negative ? "-" : ""); };
    switch (letter) {
    case 'C': case 'c': {
        const DigitNumber shown = rounded(n, places);
        const std::string text = "$" + fixed(shown, places, true);
        return shown.negative ? "(" + text + ")" : text;
    }
    case 'F': case 'f': {
        const DigitNumber shown = rounded(n, places);
        return sign(shown) + fixed(shown, places, false);
    }
    case 'N': case 'n': {
        const DigitNumber shown = rounded(n, places);
        return sign(shown) + fixed(shown, places, true);
    }
    case 'P': case 'p': {
        DigitNumber hundred = n;
        hundred.point += isZero(n) ? 0 : 2;
        hundred = rounded(std::move(hundred), places);
        return sign(hundred) + fixed(hundred, places, true) + "%";
    }
    case 'E': case 'e': return scientific(n, precision < 0 ? 6 : precision, letter);
    case 'G': case 'g': return general(n, precision, letter);
    case 'R': case 'r': return n.scale < 0 ? std::optional(general(n, precision, 'G')) : std::nullopt;
    case 'D': case 'd': {
        if (!types::isInteger(type.id)) return std::nullopt;
        std::string digits = wholePart(n);
        if (precision > static_cast<int>(digits.size())) digits.insert(0, static_cast<std::size_t>(precision) - digits.size(), '0');
        return sign(n) + digits;
    }
    case 'X': case 'x': {
        if (!types::isInteger(type.id)) return std::nullopt;
        const int bits = types::maxLengthColumn(type) * 8;
        auto number = static_cast<std::uint64_t>(std::get<std::int64_t>(value));
        if (bits < 64) number &= (std::uint64_t{1} << bits) - 1;
        char text[32];
        std::snprintf(text, sizeof text, letter == 'X' ? "%llX" : "%llx", static_cast<unsigned long long>(number));
        std::string digits = text;
        if (precision > static_cast<int>(digits.size())) digits.insert(0, static_cast<std::size_t>(precision) - digits.size(), '0');
        return digits;
    }
    default: return std::nullopt;
    }
}

// --- custom formats ---

struct Token {
    enum class Kind : std::uint8_t { kLiteral, kPercent, kZero, kHash, kPoint, kComma, kExponent } kind;
    std::string text; // literal; of an exponent: letter, sign, zeros
};

// Splits at ';' outside quotes. Empty: quotes or an escape that do not end.
std::vector<std::vector<Token>> sectionsOf(std::string_view format)
{
    std::vector<std::vector<Token>> out(1);
    for (std::size_t i = 0; i < format.size(); ++i) {
        const char c = format[i];
        auto& section = out.back();
        if (c == '\'' || c == '"') {
            const std::size_t end = format.find(c, i + 1);
            section.push_back({Token::Kind::kLiteral, std::string(format.substr(i + 1, (end == std::string_view::npos ? format.size() : end) - i - 1))});
            i = end == std::string_view::npos ? format.size() : end;
        } else if (c == '\\') {
            if (i + 1 < format.size()) section.push_back({Token::Kind::kLiteral, std::string(1, format[++i])});
        } else if (c == ';')
            out.emplace_back();
        else if (c == '%')
            section.push_back({Token::Kind::kPercent, "%"});
        else if (c == '0')
            section.push_back({Token::Kind::kZero, {}});
        else if (c == '#')
            section.push_back({Token::Kind::kHash, {}});
        else if (c == '.')
            section.push_back({Token::Kind::kPoint, {}});
        else if (c == ',')
            section.push_back({Token::Kind::kComma, {}});
        else if (c == 'E' || c == 'e') {
            std::size_t at = i + 1;
            const bool sign = at < format.size() && (format[at] == '+' || format[at] == '-');
            at += sign;
            const std::size_t zeros = std::min(format.find_first_not_of('0', at), format.size()) - at;
            if (zeros == 0) {
                section.push_back({Token::Kind::kLiteral, std::string(1, c)});
                continue;
            }
            section.push_back({Token::Kind::kExponent, std::string(format.substr(i, at - i + zeros))});
            i = at + zeros - 1;
        } else
            section.push_back({Token::Kind::kLiteral, std::string(1, c)});
    }
    return out;
}

struct Layout {
    int wholePlaces = 0; // digit placeholders in front of the point
    int firstZero = -1; // position of the first '0' among them
    int fractionPlaces = 0;
    int lastZero = 0; // fraction digits that must be shown
    int scaling = 0; // commas right in front of the point: thousands
    bool groups = false;
    const Token* exponent = nullptr;
};

bool isDigit(const Token& token)
{
    return token.kind == Token::Kind::kZero || token.kind == Token::Kind::kHash;
}

Layout layoutOf(const std::vector<Token>& section)
{
    Layout out;
    bool fraction = false;
    int commas = 0;
    for (const Token& token : section) {
        if (token.kind == Token::Kind::kPoint) {
            if (!fraction) out.scaling = commas;
            fraction = true;
        } else if (token.kind == Token::Kind::kComma && !fraction) {
            if (out.wholePlaces > 0) ++commas;
        } else if (token.kind == Token::Kind::kExponent) {
            if (!out.exponent) out.exponent = &token;
        } else if (isDigit(token) && !fraction) {
            if (commas > 0) out.groups = true;
            commas = 0;
            if (token.kind == Token::Kind::kZero && out.firstZero < 0) out.firstZero = out.wholePlaces;
            ++out.wholePlaces;
        } else if (isDigit(token)) {
            ++out.fractionPlaces;
            if (token.kind == Token::Kind::kZero) out.lastZero = out.fractionPlaces;
        }
    }
    if (!fraction) out.scaling = commas;
    return out;
}

// Digits of the whole part for one placeholder: the first one takes all that are too many.
std::string render(const std::vector<Token>& section, const Layout& layout, const DigitNumber& shown, const std::string& exponent)
{
    std::string whole = wholePart(shown);
    if (whole == "0" && layout.firstZero < 0) whole.clear();
    const int zeros = layout.firstZero < 0 ? 0 : layout.wholePlaces - layout.firstZero;
    if (static_cast<int>(whole.size()) < zeros) whole.insert(0, static_cast<std::size_t>(zeros) - whole.size(), '0');
    std::string fraction = fractionPart(shown, layout.fractionPlaces);
    while (static_cast<int>(fraction.size()) > layout.lastZero && fraction.back() == '0')
        fraction.pop_back();
    std::string out;
    int place = 0;
    std::size_t used = 0;
    bool inFraction = false;
    std::size_t fractionUsed = 0;
    for (const Token& token : section) {
        if (token.kind == Token::Kind::kLiteral || token.kind == Token::Kind::kPercent)
            out += token.text;
        else if (token.kind == Token::Kind::kExponent)
            out += &token == layout.exponent ? exponent : token.text;
        else if (token.kind == Token::Kind::kPoint) {
            if (!inFraction && !fraction.empty()) out += '.';
            inFraction = true;
        } else if (isDigit(token) && !inFraction) {
            const int left = layout.wholePlaces - place; // placeholders from here on
            while (used < whole.size() && static_cast<int>(whole.size() - used) >= left) {
                out += whole[used++];
                const std::size_t rest = whole.size() - used;
                if (layout.groups && rest > 0 && rest % 3 == 0) out += ',';
                if (static_cast<int>(rest) < left) break;
            }
            ++place;
        } else if (isDigit(token) && fractionUsed < fraction.size())
            out += fraction[fractionUsed++];
    }
    return out;
}

std::optional<std::string> custom(const DigitNumber& number, std::string_view format)
{
    const auto sections = sectionsOf(format);
    if (sections.size() > 3) return std::nullopt;
    DigitNumber n = number;
    const auto choose = [&](const DigitNumber& value) -> std::size_t {
        if (isZero(value)) return sections.size() > 2 && !sections[2].empty() ? 2 : 0;
        return value.negative && sections.size() > 1 && !sections[1].empty() ? 1 : 0;
    };
    std::size_t index = choose(n);
    for (int attempt = 0; attempt < 2; ++attempt) {
        const auto& section = sections[index];
        const Layout layout = layoutOf(section);
        DigitNumber shown = number;
        for (const Token& token : section) {
            if (token.kind == Token::Kind::kPercent && !isZero(shown)) shown.point += 2;
        }
        shown.point -= isZero(shown) ? 0 : 3 * layout.scaling;
        std::string exponent;
        if (layout.exponent) {
            const std::string& text = layout.exponent->text;
            const std::size_t first = isZero(shown) ? 0 : shown.digits.find_first_not_of('0');
            int power = isZero(shown) ? 0 : shown.point - static_cast<int>(first) - std::max(layout.wholePlaces, 0);
            if (!isZero(shown)) {
                shown.digits = shown.digits.substr(first);
                shown.point = layout.wholePlaces;
                shown = rounded(std::move(shown), layout.fractionPlaces);
                if (shown.point > layout.wholePlaces) {
                    shown.point = layout.wholePlaces;
                    ++power;
                }
            }
            const bool signedText = text.size() > 1 && (text[1] == '+' || text[1] == '-');
            exponent = exponentText(power, text[0], static_cast<int>(text.size()) - 1 - signedText, signedText && text[1] == '+');
        } else
            shown = rounded(std::move(shown), layout.fractionPlaces);
        // A number that rounds to zero is formatted as zero.
        if (attempt == 0 && isZero(shown) && !isZero(number) && sections.size() > 2 && index != 2 && !sections[2].empty()) {
            index = 2;
            n.digits = "0";
            continue;
        }
        const bool minus = number.negative && index == 0 && (shown.negative || (layout.wholePlaces + layout.fractionPlaces == 0 && !isZero(number)));
        return (minus ? "-" : "") + render(section, layout, shown, exponent);
    }
    return std::nullopt;
}

} // namespace

std::optional<DigitNumber> digitsOf(const Value& value, const SqlType& type)
{
    if (const auto* n = std::get_if<std::int64_t>(&value)) {
        const auto bits = static_cast<std::uint64_t>(*n);
        return fromMagnitude(*n < 0 ? std::uint64_t{0} - bits : bits, *n < 0, 0);
    }
    if (const auto* money = std::get_if<types::Money>(&value)) {
        const auto bits = static_cast<std::uint64_t>(money->tenThousandths);
        return fromMagnitude(money->tenThousandths < 0 ? std::uint64_t{0} - bits : bits, money->tenThousandths < 0, 4);
    }
    if (const auto* decimal = std::get_if<types::Decimal>(&value)) return fromMagnitude(decimal->magnitude, decimal->negative, decimal->scale);
    if (const auto* real = std::get_if<float>(&value)) return std::isfinite(*real) ? std::optional(fromDouble(*real, 7)) : std::nullopt;
    const double x = std::get<double>(value);
    (void)type;
    return std::isfinite(x) ? std::optional(fromDouble(x, 15)) : std::nullopt;
}

std::optional<std::string> formatNumber(const Value& value, const SqlType& type, std::string_view format)
{
    const auto number = digitsOf(value, type);
    if (!number) return std::nullopt;
    if (format.empty()) return general(*number, -1, 'G');
    const bool letter = (format[0] >= 'A' && format[0] <= 'Z') || (format[0] >= 'a' && format[0] <= 'z');
    const bool digits = format.substr(1).find_first_not_of("0123456789") == std::string_view::npos;
    if (letter && digits && format.size() <= 3) // a letter and at most two digits is never a custom format
        return standard(value, type, *number, format[0], format.size() > 1 ? std::atoi(std::string(format.substr(1)).c_str()) : -1);
    return custom(*number, format);
}

} // namespace es::sandbox
