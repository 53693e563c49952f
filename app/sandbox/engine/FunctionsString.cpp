// Text functions beyond the everyday ones: trimming by characters, STR, TRANSLATE, SOUNDEX, STRING_ESCAPE, PARSENAME, FORMATMESSAGE.
#include "app/sandbox/engine/FunctionArguments.h"

#include "driver/base/Utf16.h"
#include "driver/types/Collation.h"
#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

// constants[0]: 1 left, 2 right, 3 both. The characters to trim are compared by the text's collation.
Result<Value> trim(const CallFrame& f)
{
    if (f.args.size() < 2) {
        std::string_view view = text(f, 0);
        while ((f.call.constants[0] & 1) && !view.empty() && view.front() == ' ')
            view.remove_prefix(1);
        while ((f.call.constants[0] & 2) && !view.empty() && view.back() == ' ')
            view.remove_suffix(1);
        return Value(std::string(view));
    }
    const std::u16string all = units(text(f, 0));
    const std::u16string set = units(text(f, 1));
    const TextRules rules = rulesOf(f.call.argTypes[0], f.call.argTypes[1]);
    const auto inSet
        = [&](char16_t c) { return std::any_of(set.begin(), set.end(), [&](char16_t s) { return sameCharacter(s, c, rules); }); };
    std::size_t from = 0;
    std::size_t to = all.size();
    while ((f.call.constants[0] & 1) && from < to && inSet(all[from]))
        ++from;
    while ((f.call.constants[0] & 2) && to > from && inSet(all[to - 1]))
        --to;
    return Value(utf8(all.substr(from, to - from)));
}

// STR(number, length, decimals): right-justified; stars when the whole part has no room, fewer decimals when they have none.
Result<Value> str(const CallFrame& f)
{
    const double x = std::get<double>(f.args[0]);
    const std::int64_t length = f.args.size() > 1 ? number(f, 1) : 10;
    if (length < 1 || length > 8000 || (f.args.size() > 2 && number(f, 2) < 0)) return Value(types::Null{});
    int decimals = f.args.size() > 2 ? static_cast<int>(std::min<std::int64_t>(number(f, 2), 16)) : 0;
    const double size = std::fabs(x);
    const int whole = size < 1 ? 1 : static_cast<int>(std::floor(std::log10(size))) + 1;
    const std::int64_t sign = x < 0;
    if (whole + sign > length) return Value(std::string(static_cast<std::size_t>(length), '*'));
    decimals = static_cast<int>(std::clamp<std::int64_t>(length - whole - sign - 1, 0, decimals));
    // A double holds no more digits than these; how the server fills the rest is not documented.
    if (whole + decimals > 17) return notSupported("STR with more than 17 digits", 0);
    const auto rounded = types::convertValue(f.args[0], types::makeType(TypeId::kFloat), types::makeDecimal(38, static_cast<std::uint8_t>(decimals)));
    if (!rounded) return rounded;
    ES_TRY(const Value shown,
        types::convertValue(*rounded, types::makeDecimal(38, static_cast<std::uint8_t>(decimals)), types::makeSized(TypeId::kVarChar, 60)));
    std::string out = std::get<std::string>(shown);
    const auto wanted = static_cast<std::size_t>(length);
    if (out.size() > wanted) return Value(std::string(wanted, '*'));
    return Value(std::string(wanted - out.size(), ' ') + out);
}

Result<Value> translate(const CallFrame& f)
{
    const std::u16string all = units(text(f, 0));
    const std::u16string from = units(text(f, 1));
    const std::u16string to = units(text(f, 2));
    if (from.size() != to.size())
        return sqlError(9828, "The second and third arguments of the TRANSLATE built-in function must contain an equal number of characters.", 0,
            types::isUnicode(f.call.resultType.id) ? 3 : 1);
    std::u16string out = all;
    const TextRules rules = rulesOf(f.call.argTypes[0], f.call.argTypes[1]);
    for (char16_t& c : out) {
        const auto found = std::find_if(from.begin(), from.end(), [&](char16_t candidate) { return sameCharacter(candidate, c, rules); });
        if (found != from.end()) c = to[static_cast<std::size_t>(found - from.begin())];
    }
    return Value(utf8(out));
}

// American Soundex; the server is silent about what other characters than letters do to the rest, so those are refused.
Result<std::string> soundexOf(std::string_view word)
{
    static constexpr std::string_view kCodes = "01230120022455012623010202"; // A .. Z
    std::string out;
    char last = '0';
    for (const char raw : word) {
        const char c = raw >= 'a' && raw <= 'z' ? static_cast<char>(raw - 32) : raw;
        if (out.size() == 4) break;
        if (c < 'A' || c > 'Z') {
            if (out.empty()) return std::string("0000");
            if (c == ' ') break;
            return notSupported("SOUNDEX of a character that is no letter", 0);
        }
        const char code = kCodes[static_cast<std::size_t>(c - 'A')];
        if (out.empty())
            out += c;
        else if (code != '0' && code != last)
            out += code;
        if (c != 'H' && c != 'W') last = code;
    }
    out.resize(4, '0');
    return out;
}

Result<Value> soundex(const CallFrame& f)
{
    ES_TRY(std::string code, soundexOf(text(f, 0)));
    return Value(std::move(code));
}

Result<Value> difference(const CallFrame& f)
{
    ES_TRY(const std::string a, soundexOf(text(f, 0)));
    ES_TRY(const std::string b, soundexOf(text(f, 1)));
    std::int64_t alike = 0;
    for (std::size_t i = 0; i < 4; ++i)
        alike += a[i] == b[i];
    return Value(alike);
}

Result<Value> escapeJson(const CallFrame& f)
{
    static constexpr std::string_view kShort = "\b\f\n\r\t\"\\/";
    static constexpr std::string_view kLetters = "bfnrt\"\\/";
    std::string out;
    for (const char c : text(f, 0)) {
        if (const std::size_t at = kShort.find(c); at != std::string_view::npos)
            out += {'\\', kLetters[at]};
        else if (static_cast<unsigned char>(c) < 0x20) {
            char code[8];
            std::snprintf(code, sizeof code, "\\u%04x", c);
            out += code;
        } else
            out += c;
    }
    return Value(std::move(out));
}

// PARSENAME('server.db.schema.object', piece counted from the right): NULL for what is no name of at most four parts.
Result<Value> parseName(const CallFrame& f)
{
    std::vector<std::string> parts(1);
    const std::string& name = text(f, 0);
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char open = name[i];
        if (open == '.') {
            parts.emplace_back();
        } else if ((open == '[' || open == '"') && parts.back().empty()) {
            const char close = open == '[' ? ']' : '"';
            std::size_t at = i + 1;
            for (; at < name.size() && !(name[at] == close && (at + 1 >= name.size() || name[at + 1] != close)); ++at) {
                parts.back() += name[at];
                if (name[at] == close) ++at;
            }
            if (at >= name.size() || (at + 1 < name.size() && name[at + 1] != '.')) return Value(types::Null{});
            i = at;
        } else
            parts.back() += open;
    }
    const std::int64_t piece = number(f, 1);
    if (parts.size() > 4 || piece < 1 || piece > static_cast<std::int64_t>(parts.size()) || parts.back().empty()) return Value(types::Null{});
    const std::string& part = parts[parts.size() - static_cast<std::size_t>(piece)];
    if (part.empty() || base::utf16Units(part) > 128) return Value(types::Null{});
    return Value(part);
}

// One placeholder of RAISERROR's kind: %[flags][width][.precision][size]type
struct Placeholder {
    std::string flags;
    int width = 0;
    int precision = -1;
    bool big = false; // I64
    char type = 0;
};

std::optional<Placeholder> placeholderAt(std::string_view format, std::size_t& at)
{
    Placeholder out;
    const auto digits = [&] {
        int value = 0;
        for (; at < format.size() && format[at] >= '0' && format[at] <= '9'; ++at)
            value = std::min(value * 10 + (format[at] - '0'), 4000);
        return value;
    };
    for (; at < format.size() && std::string_view("-+0# ").find(format[at]) != std::string_view::npos; ++at)
        out.flags += format[at];
    out.width = digits();
    if (at < format.size() && format[at] == '.') {
        ++at;
        out.precision = digits();
    }
    if (format.substr(at, 3) == "I64") {
        out.big = true;
        at += 3;
    } else if (at < format.size() && (format[at] == 'h' || format[at] == 'l'))
        ++at;
    if (at >= format.size() || std::string_view("diosuxX").find(format[at]) == std::string_view::npos) return std::nullopt;
    out.type = format[at++];
    return out;
}

base::Error badParameter(std::size_t i, const SqlType& type, const Placeholder& wanted)
{
    (void)wanted;
    return sqlError(2786,
        "The data type of substitution parameter " + std::to_string(i) + " does not match the expected type of the format specification. ("
            + std::string(types::baseTypeName(type.id)) + ")");
}

Result<std::string> filled(const Placeholder& p, const Value& value, const SqlType& type, std::size_t index)
{
    if (types::isNull(value)) return std::string("(null)");
    if (p.type == 's') {
        const auto* word = std::get_if<std::string>(&value);
        if (!word) return badParameter(index, type, p);
        std::string shown = p.precision >= 0 ? utf8(units(*word).substr(0, static_cast<std::size_t>(p.precision))) : *word;
        const std::size_t size = base::utf16Units(shown);
        const std::string blanks(static_cast<std::size_t>(p.width) > size ? static_cast<std::size_t>(p.width) - size : 0, ' ');
        return p.flags.find('-') != std::string::npos ? shown + blanks : blanks + shown;
    }
    const auto* integer = std::get_if<std::int64_t>(&value);
    if (!integer || (type.id == TypeId::kBigInt) != p.big) return badParameter(index, type, p);
    std::string format = "%" + p.flags + (p.width > 0 ? std::to_string(p.width) : "") + (p.precision >= 0 ? "." + std::to_string(p.precision) : "");
    char out[4200];
    const bool isSigned = p.type == 'd' || p.type == 'i';
    format += std::string("ll") + p.type;
    const std::int64_t shown = isSigned || p.big ? *integer : static_cast<std::int64_t>(static_cast<std::uint32_t>(*integer));
    std::snprintf(out, sizeof out, format.c_str(), static_cast<long long>(shown));
    return std::string(out);
}

Result<Value> formatMessage(const CallFrame& f)
{
    if (types::isNull(f.args[0])) return Value(types::Null{});
    const std::string& format = text(f, 0);
    std::string out;
    std::size_t next = 1;
    for (std::size_t at = 0; at < format.size();) {
        if (format[at] != '%') {
            out += format[at++];
            continue;
        }
        ++at;
        if (at < format.size() && format[at] == '%') {
            out += format[at++];
            continue;
        }
        const std::size_t start = at;
        const auto placeholder = placeholderAt(format, at);
        if (!placeholder) return sqlError(2787, "Invalid format specification: '%" + format.substr(start) + "'.");
        if (next >= f.args.size()) {
            out += "(null)";
            continue;
        }
        ES_TRY(const std::string shown, filled(*placeholder, f.args[next], f.call.argTypes[next], next));
        out += shown;
        ++next;
    }
    const std::u16string all = units(out);
    return Value(all.size() > 2047 ? utf8(all.substr(0, 2044)) + "..." : out);
}

// --- binding ---

Result<BoundExpr> bindTrim(FunctionArgs& a)
{
    // TRIM takes text alone, and is the one function whose name a message writes with a capital.
    if (a.name == "TRIM" && !types::isText(a.args[0].type.id) && !a.args[0].isNullLiteral())
        return sqlError(8116,
            "Argument data type " + std::string(types::baseTypeName(a.args[0].type.id)) + " is invalid for argument 1 of Trim function.", a.line);
    for (std::size_t i = 0; i < a.args.size(); ++i)
        ES_CHECK(toText(a, i));
    if (a.args.size() > 1) {
        if (types::isLarge(a.args[1].type)) return invalidArgument(a, 1);
        ES_TRY(a.args[0].type.collation, a.binder.collationOf(a.args[0], a.args[1], a.line, foldName(a.name)));
    }
    const SqlType type = likeArgument(a, 0);
    return make(a, trim, type, {a.name == "LTRIM" ? 1 : a.name == "RTRIM" ? 2 : 3});
}

Result<BoundExpr> bindStr(FunctionArgs& a)
{
    ES_TRY(a.args[0], a.binder.castTo(std::move(a.args[0]), types::makeType(TypeId::kFloat), a.line));
    for (std::size_t i = 1; i < a.args.size(); ++i)
        ES_CHECK(toInt(a, i));
    std::int64_t length = 10;
    if (a.args.size() > 1) {
        const auto* known = a.args[1].constant ? std::get_if<std::int64_t>(&*a.args[1].constant) : nullptr;
        length = known ? std::clamp<std::int64_t>(*known, 1, 8000) : 8000;
    }
    return make(a, str, types::makeSized(TypeId::kVarChar, static_cast<std::uint32_t>(length), a.binder.catalog().collation));
}

Result<BoundExpr> bindTranslate(FunctionArgs& a)
{
    bool unicodeResult = false;
    for (std::size_t i = 0; i < 3; ++i) {
        ES_CHECK(toText(a, i));
        unicodeResult |= types::isUnicode(a.args[i].type.id);
    }
    ES_TRY(a.args[0].type.collation, a.binder.collationOf(a.args[0], a.args[1], a.line, "translate"));
    const bool large = types::isLarge(a.args[0].type);
    const SqlType type = textType(unicodeResult, large ? types::kMaxLength : 8000, a.args[0].type.collation);
    return make(a, translate, type);
}

Result<BoundExpr> bindSoundex(FunctionArgs& a)
{
    for (std::size_t i = 0; i < a.args.size(); ++i)
        ES_CHECK(toText(a, i));
    if (a.name == "DIFFERENCE") return make(a, difference, types::makeType(TypeId::kInt));
    return make(a, soundex, types::makeSized(TypeId::kVarChar, 4, a.binder.catalog().collation));
}

Result<BoundExpr> bindEscape(FunctionArgs& a)
{
    ES_CHECK(toText(a, 0));
    const auto* kind = a.args[1].constant ? std::get_if<std::string>(&*a.args[1].constant) : nullptr;
    if (!kind || foldName(*kind) != "json") return notSupported("STRING_ESCAPE of another type than 'json'", a.line);
    a.args.pop_back();
    return make(a, escapeJson, types::makeSized(TypeId::kNVarChar, types::kMaxLength, a.binder.catalog().collation));
}

Result<BoundExpr> bindParseName(FunctionArgs& a)
{
    ES_CHECK(toText(a, 0));
    ES_CHECK(toInt(a, 1));
    return make(a, parseName, types::makeSized(TypeId::kNVarChar, 128, a.binder.catalog().collation));
}

Result<BoundExpr> bindFormatMessage(FunctionArgs& a)
{
    if (!types::isText(a.args[0].type.id)) return notSupported("FORMATMESSAGE of a message number", a.line);
    for (std::size_t i = 1; i < a.args.size(); ++i) {
        const TypeId id = a.args[i].type.id;
        if (!types::isText(id) && !types::isInteger(id) && !a.args[i].isNullLiteral()) return invalidArgument(a, i);
    }
    return make(a, formatMessage, types::makeSized(TypeId::kNVarChar, 2048, a.binder.catalog().collation), {}, false);
}

constexpr FunctionSpec kStrings[] = {
    {"LTRIM", 1, 2, bindTrim},
    {"RTRIM", 1, 2, bindTrim},
    {"TRIM", 1, 2, bindTrim},
    {"STR", 1, 3, bindStr},
    {"TRANSLATE", 3, 3, bindTranslate},
    {"SOUNDEX", 1, 1, bindSoundex},
    {"DIFFERENCE", 2, 2, bindSoundex},
    {"STRING_ESCAPE", 2, 2, bindEscape},
    {"PARSENAME", 2, 2, bindParseName},
    {"FORMATMESSAGE", 1, 21, bindFormatMessage},
};

} // namespace

std::span<const FunctionSpec> stringFunctions()
{
    return kStrings;
}

} // namespace es::sandbox
