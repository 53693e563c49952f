// Text functions. Positions and lengths count UTF-16 code units, as SQL Server does with collations that are not _SC.
#include "app/sandbox/engine/FunctionArguments.h"

#include "driver/base/Utf16.h"
#include "driver/types/Collation.h"
#include "driver/types/Like.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

Result<Value> len(const CallFrame& f)
{
    std::string_view view = text(f, 0);
    while (!view.empty() && view.back() == ' ')
        view.remove_suffix(1);
    return Value(static_cast<std::int64_t>(base::utf16Units(view)));
}

Result<Value> dataLength(const CallFrame& f)
{
    ES_TRY(const base::Bytes bytes, types::encodeRowForm(f.args[0], f.call.argTypes[0]));
    return Value(static_cast<std::int64_t>(bytes.size()));
}

// Simple case mapping, as SQL Server's UPPER and LOWER: one character to one character.
char32_t mapCase(char32_t c, bool upper)
{
    if (c < 0x80) return upper ? (c >= 'a' && c <= 'z' ? c - 32 : c) : (c >= 'A' && c <= 'Z' ? c + 32 : c);
    if ((c >= 0xE0 && c <= 0xFE && c != 0xF7) && upper) return c - 32;
    if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) && !upper) return c + 32;
    if (c == 0xFF && upper) return 0x178;
    if (c >= 0x100 && c <= 0x177 && c != 0x130 && c != 0x131 && c != 0x138 && c != 0x149) {
        const bool oddIsUpper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
        const bool isUpper = oddIsUpper ? (c & 1) != 0 : (c & 1) == 0;
        return upper ? (isUpper ? c : c - 1) : (isUpper ? c + 1 : c);
    }
    if ((c >= 0x3B1 && c <= 0x3C9 && c != 0x3C2) && upper) return c - 32;
    if ((c >= 0x391 && c <= 0x3A9) && !upper) return c + 32;
    if ((c >= 0x430 && c <= 0x44F) && upper) return c - 32;
    if ((c >= 0x410 && c <= 0x42F) && !upper) return c + 32;
    if ((c >= 0x450 && c <= 0x45F) && upper) return c - 80;
    if ((c >= 0x400 && c <= 0x40F) && !upper) return c + 80;
    return c;
}

Result<Value> changeCase(const CallFrame& f)
{
    std::string out;
    const std::string& in = text(f, 0);
    for (std::size_t i = 0; i < in.size();) {
        const base::CodePoint c = base::codePointAt(in, i);
        base::appendUtf8(mapCase(c.value, f.call.constants[0] != 0), out);
        i += c.sizeBytes;
    }
    return Value(std::move(out));
}

Result<Value> substring(const CallFrame& f)
{
    const std::u16string all = units(text(f, 0));
    const std::int64_t wanted = number(f, 2);
    if (wanted < 0) return sqlError(537, "Invalid length parameter passed to the LEFT or SUBSTRING function.", 0, 3);
    const std::int64_t size = static_cast<std::int64_t>(all.size());
    const std::int64_t from = std::clamp<std::int64_t>(number(f, 1) - 1, 0, size);
    const std::int64_t to = std::clamp<std::int64_t>(std::min(number(f, 1) - 1, size) + std::min(wanted, INT64_MAX / 2), from, size);
    return Value(utf8(std::u16string_view(all).substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from))));
}

Result<Value> leftOrRight(const CallFrame& f)
{
    const std::u16string all = units(text(f, 0));
    if (number(f, 1) < 0) return sqlError(537, "Invalid length parameter passed to the LEFT or SUBSTRING function.", 0, 2);
    const std::size_t count = std::min<std::size_t>(all.size(), static_cast<std::size_t>(number(f, 1)));
    return Value(utf8(f.call.constants[0] ? all.substr(all.size() - count) : all.substr(0, count)));
}

Result<Value> charIndex(const CallFrame& f)
{
    const std::int64_t start = f.args.size() > 2 ? std::max<std::int64_t>(number(f, 2), 1) - 1 : 0;
    const std::size_t at = findText(units(text(f, 0)), units(text(f, 1)), static_cast<std::size_t>(start), f.call.argTypes[1].collation);
    return Value(at == std::u16string::npos ? std::int64_t{0} : static_cast<std::int64_t>(at) + 1);
}

Result<Value> replace(const CallFrame& f)
{
    const std::u16string all = units(text(f, 0));
    const std::u16string what = units(text(f, 1));
    const std::u16string with = units(text(f, 2));
    std::u16string out;
    std::size_t from = 0;
    for (std::size_t at; (at = findText(what, all, from, f.call.argTypes[0].collation)) != std::u16string::npos; from = at + what.size())
        out += all.substr(from, at - from) + with;
    return Value(utf8(out + all.substr(from)));
}

Result<Value> reverse(const CallFrame& f)
{
    std::u16string all = units(text(f, 0));
    std::reverse(all.begin(), all.end());
    return Value(utf8(all));
}

Result<Value> replicate(const CallFrame& f)
{
    if (number(f, 1) < 0) return Value(types::Null{});
    const std::size_t limit = f.call.resultType.lengthBytes == types::kMaxLength ? std::size_t{1} << 28 : 8000;
    std::string out;
    for (std::int64_t i = 0; i < number(f, 1) && out.size() < limit && !text(f, 0).empty(); ++i)
        out += text(f, 0);
    if (!types::isUnicode(f.call.resultType.id) && limit == 8000) out.resize(std::min(out.size(), limit));
    return Value(std::move(out));
}

Result<Value> space(const CallFrame& f)
{
    if (number(f, 0) < 0) return Value(types::Null{});
    return Value(std::string(static_cast<std::size_t>(std::min<std::int64_t>(number(f, 0), 8000)), ' '));
}

Result<Value> stuff(const CallFrame& f)
{
    const std::u16string all = units(text(f, 0));
    const std::int64_t start = number(f, 1);
    const std::int64_t count = number(f, 2);
    if (start < 1 || start > static_cast<std::int64_t>(all.size()) || count < 0) return Value(types::Null{});
    const auto at = static_cast<std::size_t>(start - 1);
    const std::size_t gone = std::min<std::size_t>(static_cast<std::size_t>(count), all.size() - at);
    return Value(utf8(all.substr(0, at) + units(text(f, 3)) + all.substr(at + gone)));
}

Result<Value> concat(const CallFrame& f)
{
    std::string out;
    bool first = true;
    const bool separated = f.call.constants[0] != 0; // CONCAT_WS: the first argument stands between the others
    const std::string separator = separated && !types::isNull(f.args[0]) ? text(f, 0) : std::string{};
    for (std::size_t i = separated ? 1 : 0; i < f.args.size(); ++i) {
        if (types::isNull(f.args[i])) continue;
        out += (first ? "" : separator) + text(f, i);
        first = false;
    }
    return Value(std::move(out));
}

Result<Value> ascii(const CallFrame& f)
{
    if (text(f, 0).empty()) return Value(types::Null{});
    ES_TRY(const base::Bytes bytes, types::textToCodePageLossy(text(f, 0), f.call.argTypes[0].collation));
    return Value(std::int64_t{bytes[0]});
}

Result<Value> unicode(const CallFrame& f)
{
    const std::u16string all = units(text(f, 0));
    return all.empty() ? Value(types::Null{}) : Value(std::int64_t{all[0]});
}

Result<Value> character(const CallFrame& f)
{
    if (number(f, 0) < 0 || number(f, 0) > 255) return Value(types::Null{});
    const base::Bytes one{static_cast<base::Byte>(number(f, 0))};
    ES_TRY(std::string out, types::textFromCodePage(one, f.call.resultType.collation));
    return Value(std::move(out));
}

Result<Value> ncharacter(const CallFrame& f)
{
    if (number(f, 0) < 0 || number(f, 0) > 0xFFFF) return Value(types::Null{});
    return Value(utf8(std::u16string(1, static_cast<char16_t>(number(f, 0)))));
}

Result<Value> quoteName(const CallFrame& f)
{
    const std::string mark = f.args.size() > 1 ? text(f, 1) : "[";
    if (mark.size() != 1 || std::string_view("[]'\"()<>{}`").find(mark[0]) == std::string_view::npos || base::utf16Units(text(f, 0)) > 128)
        return Value(types::Null{});
    static constexpr std::string_view kPairs = "[](){}<>''\"\"``";
    const std::size_t at = kPairs.find(mark[0]) & ~std::size_t{1};
    const char close = kPairs[at + 1];
    std::string out(1, kPairs[at]);
    for (const char c : text(f, 0))
        out += c == close ? std::string(2, c) : std::string(1, c);
    return Value(out + close);
}

Result<Value> patIndex(const CallFrame& f)
{
    // PATINDEX('%x%', text): the first position from which the pattern without its leading % matches.
    std::string pattern = text(f, 0);
    const bool floating = !pattern.empty() && pattern.front() == '%';
    if (floating) pattern.erase(0, 1);
    ES_TRY(const types::LikePattern compiled, types::LikePattern::compile(pattern, {}, f.call.argTypes[1].collation));
    const std::u16string all = units(text(f, 1));
    for (std::size_t at = 0; at <= (floating ? all.size() : 0); ++at)
        if (compiled.matches(utf8(all.substr(at)), true)) return Value(static_cast<std::int64_t>(at) + 1);
    return Value(std::int64_t{0});
}

// --- binding ---

Result<BoundExpr> bindLen(FunctionArgs& a)
{
    ES_CHECK(toText(a, 0));
    return make(a, len, types::makeType(types::isLarge(a.args[0].type) ? TypeId::kBigInt : TypeId::kInt));
}

Result<BoundExpr> bindDataLength(FunctionArgs& a)
{
    return make(a, dataLength, types::makeType(types::isLarge(a.args[0].type) ? TypeId::kBigInt : TypeId::kInt));
}

Result<BoundExpr> bindOneText(FunctionArgs& a)
{
    ES_CHECK(toText(a, 0));
    const SqlType type = likeArgument(a, 0);
    if (a.name == "UPPER" || a.name == "LOWER") return make(a, changeCase, type, {a.name == "UPPER"});
    return make(a, reverse, type);
}

Result<BoundExpr> bindSubstring(FunctionArgs& a)
{
    if (types::isBinary(a.args[0].type.id)) return notSupported("SUBSTRING of binary", a.line);
    ES_CHECK(toText(a, 0));
    ES_CHECK(toInt(a, 1));
    ES_CHECK(toInt(a, 2));
    return make(a, substring, likeArgument(a, 0));
}

Result<BoundExpr> bindLeftRight(FunctionArgs& a)
{
    ES_CHECK(toText(a, 0));
    ES_CHECK(toInt(a, 1));
    return make(a, leftOrRight, likeArgument(a, 0), {a.name == "RIGHT"});
}

Result<BoundExpr> bindCharIndex(FunctionArgs& a)
{
    ES_CHECK(toText(a, 0));
    ES_CHECK(toText(a, 1));
    if (a.args.size() > 2) ES_CHECK(toInt(a, 2));
    ES_TRY(a.args[1].type.collation, a.binder.collationOf(a.args[0], a.args[1], a.line, "charindex"));
    return make(a, charIndex, types::makeType(types::isLarge(a.args[1].type) ? TypeId::kBigInt : TypeId::kInt));
}

Result<BoundExpr> bindPatIndex(FunctionArgs& a)
{
    ES_CHECK(toText(a, 0));
    ES_CHECK(toText(a, 1));
    ES_TRY(a.args[1].type.collation, a.binder.collationOf(a.args[0], a.args[1], a.line, "patindex"));
    return make(a, patIndex, types::makeType(types::isLarge(a.args[1].type) ? TypeId::kBigInt : TypeId::kInt));
}

Result<BoundExpr> bindReplace(FunctionArgs& a)
{
    bool unicodeResult = false;
    for (std::size_t i = 0; i < 3; ++i) {
        ES_CHECK(toText(a, i));
        unicodeResult |= types::isUnicode(a.args[i].type.id);
    }
    const bool large = types::isLarge(a.args[0].type);
    return make(a, replace, textType(unicodeResult, large ? types::kMaxLength : 8000, a.args[0].type.collation));
}

Result<BoundExpr> bindReplicate(FunctionArgs& a)
{
    ES_CHECK(toText(a, 0));
    ES_CHECK(toInt(a, 1));
    const bool large = types::isLarge(a.args[0].type);
    return make(a, replicate, textType(types::isUnicode(a.args[0].type.id), large ? types::kMaxLength : 8000, a.args[0].type.collation));
}

Result<BoundExpr> bindSpace(FunctionArgs& a)
{
    ES_CHECK(toInt(a, 0));
    return make(a, space, textType(false, 8000, a.binder.catalog().collation));
}

Result<BoundExpr> bindStuff(FunctionArgs& a)
{
    ES_CHECK(toText(a, 0));
    ES_CHECK(toInt(a, 1));
    ES_CHECK(toInt(a, 2));
    if (a.args[3].isNullLiteral()) a.args[3] = a.binder.constant(Value(std::string{}), types::makeSized(TypeId::kVarChar, 1));
    ES_CHECK(toText(a, 3));
    const bool unicodeResult = types::isUnicode(a.args[0].type.id) || types::isUnicode(a.args[3].type.id);
    return make(a, stuff, textType(unicodeResult, 8000, a.args[0].type.collation));
}

Result<BoundExpr> bindConcat(FunctionArgs& a)
{
    bool unicodeResult = false;
    bool large = false;
    for (std::size_t i = 0; i < a.args.size(); ++i) {
        ES_CHECK(toText(a, i));
        unicodeResult |= types::isUnicode(a.args[i].type.id);
        large |= types::isLarge(a.args[i].type);
    }
    BoundExpr out = make(
        a, concat, textType(unicodeResult, large ? types::kMaxLength : 8000, a.binder.catalog().collation), {a.name == "CONCAT_WS"}, false);
    out.nullable = false;
    return out;
}

Result<BoundExpr> bindCode(FunctionArgs& a)
{
    ES_CHECK(toText(a, 0));
    return make(a, a.name == "ASCII" ? ascii : unicode, types::makeType(TypeId::kInt));
}

Result<BoundExpr> bindCharacter(FunctionArgs& a)
{
    ES_CHECK(toInt(a, 0));
    if (a.name == "CHAR") return make(a, character, types::makeSized(TypeId::kChar, 1, a.binder.catalog().collation));
    return make(a, ncharacter, types::makeSized(TypeId::kNChar, 1, a.binder.catalog().collation));
}

Result<BoundExpr> bindQuoteName(FunctionArgs& a)
{
    for (std::size_t i = 0; i < a.args.size(); ++i)
        ES_CHECK(toText(a, i));
    return make(a, quoteName, types::makeSized(TypeId::kNVarChar, 258, a.binder.catalog().collation));
}

constexpr FunctionSpec kText[] = {
    {"LEN", 1, 1, bindLen},
    {"DATALENGTH", 1, 1, bindDataLength},
    {"UPPER", 1, 1, bindOneText},
    {"LOWER", 1, 1, bindOneText},
    {"REVERSE", 1, 1, bindOneText},
    {"SUBSTRING", 3, 3, bindSubstring},
    {"LEFT", 2, 2, bindLeftRight},
    {"RIGHT", 2, 2, bindLeftRight},
    {"CHARINDEX", 2, 3, bindCharIndex},
    {"PATINDEX", 2, 2, bindPatIndex},
    {"REPLACE", 3, 3, bindReplace},
    {"REPLICATE", 2, 2, bindReplicate},
    {"SPACE", 1, 1, bindSpace},
    {"STUFF", 4, 4, bindStuff},
    {"CONCAT", 2, -1, bindConcat},
    {"CONCAT_WS", 3, -1, bindConcat},
    {"ASCII", 1, 1, bindCode},
    {"UNICODE", 1, 1, bindCode},
    {"CHAR", 1, 1, bindCharacter},
    {"NCHAR", 1, 1, bindCharacter},
    {"QUOTENAME", 1, 2, bindQuoteName},
};

} // namespace

std::span<const FunctionSpec> textFunctions()
{
    return kText;
}

} // namespace es::sandbox
