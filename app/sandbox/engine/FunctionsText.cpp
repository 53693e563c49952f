// Text functions. Positions and lengths count UTF-16 code units, as SQL Server does with collations that are not _SC.
#include "app/sandbox/engine/FunctionArguments.h"

#include "driver/base/Utf16.h"
#include "driver/types/Collation.h"
#include "driver/types/Convert.h"
#include "driver/types/Like.h"
#include "driver/types/RowForm.h"
#include "driver/types/TurkishLetters.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

// What a function makes is cut at 8000 bytes in silence, unless its first argument is (max).
Result<Value> fitted(std::u16string out, const SqlType& type)
{
    if (type.lengthBytes != types::kMaxLength) {
        if (types::isUnicode(type.id)) out.resize(std::min<std::size_t>(out.size(), 4000));
        SqlType whole = type;
        whole.lengthBytes = 8000;
        if (!types::isUnicode(type.id))
            return types::convertValue(Value(utf8(out)), types::makeSized(TypeId::kNVarChar, types::kMaxLength, type.collation), whole);
    }
    return Value(utf8(out));
}

Result<Value> len(const CallFrame& f)
{
    std::string_view view = text(f, 0);
    while (!view.empty() && view.back() == ' ')
        view.remove_suffix(1);
    return Value(static_cast<std::int64_t>(base::utf16Units(view)));
}

Result<Value> dataLength(const CallFrame& f)
{
    ES_TRY(const std::int64_t size, storedBytes(f.args[0], f.call.argTypes[0]));
    return Value(size);
}

// Simple case mapping, as SQL Server's UPPER and LOWER: one character to one character. Runs of letters whose capitals stand
// `distance` before them, or which alternate with them (distance 1: the capital is the even code, -1: the odd one).
struct CaseRun {
    char32_t first; // small letters of a shifted run, both of an alternating one
    char32_t last;
    int distance;
};
constexpr CaseRun kCaseRuns[] = {{'a', 'z', 32}, {0xE0, 0xF6, 32}, {0xF8, 0xFE, 32}, {0xFF, 0xFF, -121}, {0x100, 0x12F, 1},
    {0x132, 0x137, 1}, {0x139, 0x148, -1}, {0x14A, 0x177, 1}, {0x179, 0x17E, -1}, {0x3AC, 0x3AC, 38}, {0x3AD, 0x3AF, 37},
    {0x3B1, 0x3C1, 32}, {0x3C3, 0x3CB, 32}, {0x3CC, 0x3CC, 64}, {0x3CD, 0x3CE, 63}, {0x430, 0x44F, 32}, {0x450, 0x45F, 80},
    {0x460, 0x481, 1}, {0x48A, 0x4BF, 1}, {0x4C1, 0x4CE, -1}, {0x4D0, 0x4FF, 1}, {0x561, 0x586, 48}, {0x1E00, 0x1E95, 1},
    {0x1EA0, 0x1EF9, 1}, {0xFF41, 0xFF5A, 32}};

char32_t mapCase(char32_t c, bool upper)
{
    for (const CaseRun& run : kCaseRuns) {
        if (run.distance == 1 || run.distance == -1) {
            if (c < run.first || c > run.last) continue;
            const bool isUpper = (c % 2 == 0) == (run.distance == 1);
            return upper == isUpper ? c : upper ? c - 1 : c + 1;
        }
        const auto shift = static_cast<char32_t>(run.distance); // modular: -121 adds
        if (upper && c >= run.first && c <= run.last) return c - shift;
        if (!upper && c + shift >= run.first && c + shift <= run.last) return c + shift;
    }
    return c;
}

Result<Value> changeCase(const CallFrame& f)
{
    std::string out;
    const std::string& in = text(f, 0);
    const bool upper = f.call.constants[0] != 0;
    const bool turkish = types::hasTwoLettersI(f.call.argTypes[0].collation);
    for (std::size_t i = 0; i < in.size();) {
        const base::CodePoint c = base::codePointAt(in, i);
        char32_t mapped = mapCase(c.value, upper);
        if (turkish && (c.value == 'i' || c.value == 0x130)) mapped = upper ? 0x130 : U'i';
        if (turkish && (c.value == 'I' || c.value == 0x131)) mapped = upper ? U'I' : 0x131;
        base::appendUtf8(mapped, out);
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

Result<Value> substringOfBinary(const CallFrame& f)
{
    const auto& all = std::get<base::Bytes>(f.args[0]);
    if (number(f, 2) < 0) return sqlError(537, "Invalid length parameter passed to the LEFT or SUBSTRING function.", 0, 3);
    const auto size = static_cast<std::int64_t>(all.size());
    const std::int64_t from = std::clamp<std::int64_t>(number(f, 1) - 1, 0, size);
    const std::int64_t to = std::clamp<std::int64_t>(std::min(number(f, 1) - 1, size) + std::min(number(f, 2), INT64_MAX / 2), from, size);
    return Value(base::Bytes(all.begin() + from, all.begin() + to));
}

Result<Value> leftOrRight(const CallFrame& f)
{
    const std::u16string all = units(text(f, 0));
    if (number(f, 1) < 0 && f.call.constants[0]) return sqlError(536, "Invalid length parameter passed to the RIGHT function.", 0, 4);
    if (number(f, 1) < 0) return sqlError(537, "Invalid length parameter passed to the LEFT or SUBSTRING function.", 0, 2);
    const std::size_t count = std::min<std::size_t>(all.size(), static_cast<std::size_t>(number(f, 1)));
    return Value(utf8(f.call.constants[0] ? all.substr(all.size() - count) : all.substr(0, count)));
}

Result<Value> charIndex(const CallFrame& f)
{
    const std::int64_t start = f.args.size() > 2 ? std::max<std::int64_t>(number(f, 2), 1) - 1 : 0;
    const auto found = findText(
        units(text(f, 0)), units(text(f, 1)), static_cast<std::size_t>(start), rulesOf(f.call.argTypes[1], f.call.argTypes[0]));
    return Value(found ? static_cast<std::int64_t>(found->at) + 1 : std::int64_t{0});
}

Result<Value> replace(const CallFrame& f)
{
    const std::u16string all = units(text(f, 0));
    const std::u16string what = units(text(f, 1));
    const std::u16string with = units(text(f, 2));
    std::u16string out;
    std::size_t from = 0;
    const TextRules rules = rulesOf(f.call.argTypes[0], f.call.resultType);
    while (const auto found = findText(what, all, from, rules)) {
        out += all.substr(from, found->at - from) + with;
        from = found->at + found->size;
    }
    return fitted(out + all.substr(from), f.call.resultType);
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
    const bool large = f.call.resultType.lengthBytes == types::kMaxLength;
    const std::u16string word = units(text(f, 0));
    const std::size_t limit = large ? std::size_t{1} << 28 : 8000;
    if (large && !word.empty() && static_cast<std::uint64_t>(number(f, 1)) > limit / word.size())
        return notSupported("REPLICATE to more than 256 Mi characters", 0);
    std::u16string out;
    for (std::int64_t i = 0; i < number(f, 1) && out.size() < limit && !word.empty(); ++i)
        out += word;
    return fitted(std::move(out), f.call.resultType);
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
    const std::u16string out = all.substr(0, at) + units(text(f, 3)) + all.substr(at + gone);
    if (f.call.resultType.lengthBytes != types::kMaxLength && out.size() > (types::isUnicode(f.call.resultType.id) ? 4000u : 8000u))
        return sqlError(8152, "String or binary data would be truncated.", 0, 10);
    return Value(utf8(out));
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
    if (out.size() <= 4000) return Value(std::move(out));
    return fitted(units(out), f.call.resultType);
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
    // Of a longer mark the first character counts: '[]'.
    if (mark.empty() || std::string_view("[]'\"()<>{}`").find(mark[0]) == std::string_view::npos || base::utf16Units(text(f, 0)) > 128)
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
    if (floating && pattern.find_first_not_of('%') == std::string::npos) return Value(std::int64_t{1});
    ES_TRY(const types::LikePattern compiled, types::LikePattern::compile(pattern, {}, f.call.argTypes[1].collation));
    const std::u16string all = units(text(f, 1));
    const bool unicode = types::isUnicode(f.call.argTypes[0].id) || types::isUnicode(f.call.argTypes[1].id);
    for (std::size_t at = 0; at <= (floating ? all.size() : 0); ++at)
        if (compiled.matches(utf8(all.substr(at)), unicode)) return Value(static_cast<std::int64_t>(at) + 1);
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

// LEFT, RIGHT and SUBSTRING of a constant length are no longer than that.
std::uint32_t cutTo(const BoundExpr& length, std::uint32_t declared)
{
    const auto* wanted = length.constant && declared != types::kMaxLength ? std::get_if<std::int64_t>(&*length.constant) : nullptr;
    return wanted && *wanted >= 0 ? static_cast<std::uint32_t>(std::clamp<std::int64_t>(*wanted, 1, declared)) : declared;
}

// A negative length that is written down is refused before anything runs, and by another number than one that is computed (537).
Result<void> checkLength(const FunctionArgs& a, std::size_t i)
{
    const auto* length = a.args[i].constant ? std::get_if<std::int64_t>(&*a.args[i].constant) : nullptr;
    if (!length || *length >= 0) return {};
    return sqlError(536, "Invalid length parameter passed to the " + foldName(a.name) + " function.", a.line, a.name == "SUBSTRING" ? 8 : 6);
}

Result<BoundExpr> bindSubstring(FunctionArgs& a)
{
    const bool binary = types::isBinary(a.args[0].type.id);
    const bool untyped = a.args[0].isNullLiteral() && !a.args[0].undeclared;
    if (untyped || (!binary && !a.args[0].undeclared && !types::isText(a.args[0].type.id))) return invalidArgument(a, 0);
    ES_CHECK(toPosition(a, 1, types::isLarge(a.args[0].type)));
    ES_CHECK(toPosition(a, 2, types::isLarge(a.args[0].type)));
    ES_CHECK(checkLength(a, 2));
    const bool old = a.args[0].type.id == TypeId::kText || a.args[0].type.id == TypeId::kNText || a.args[0].type.id == TypeId::kImage;
    const std::uint32_t longest = types::isUnicode(a.args[0].type.id) ? 4000 : 8000;
    const std::uint32_t length = cutTo(a.args[2], old ? longest : types::declaredLength(a.args[0].type));
    if (binary) return make(a, substringOfBinary, types::makeSized(TypeId::kVarBinary, length));
    return make(a, substring, textType(types::isUnicode(a.args[0].type.id), length, a.args[0].type.collation));
}

Result<BoundExpr> bindLeftRight(FunctionArgs& a)
{
    ES_CHECK(toText(a, 0));
    ES_CHECK(toInt(a, 1));
    ES_CHECK(checkLength(a, 1));
    const SqlType& type = a.args[0].type;
    const SqlType result = textType(types::isUnicode(type.id), cutTo(a.args[1], types::declaredLength(type)), type.collation);
    return make(a, leftOrRight, result, {a.name == "RIGHT"});
}

Result<BoundExpr> bindCharIndex(FunctionArgs& a)
{
    const bool bytes = types::isBinary(a.args[0].type.id) && !a.args[0].isNullLiteral();
    if (bytes || (types::isBinary(a.args[1].type.id) && !a.args[1].isNullLiteral())) return notSupported("CHARINDEX of binary data", a.line);
    if (!types::isText(a.args[0].type.id) && !a.args[0].isNullLiteral()) return invalidArgument(a, 0);
    ES_CHECK(toText(a, 0));
    ES_CHECK(toText(a, 1));
    if (a.args.size() > 2) ES_CHECK(toPosition(a, 2, types::isLarge(a.args[1].type)));
    ES_TRY(a.args[1].type.collation, a.binder.collationOf(a.args[0], a.args[1], a.line, "charindex"));
    return make(a, charIndex, types::makeType(types::isLarge(a.args[1].type) ? TypeId::kBigInt : TypeId::kInt));
}

Result<BoundExpr> bindPatIndex(FunctionArgs& a)
{
    const bool untyped = a.args[1].isNullLiteral() && !a.args[1].undeclared;
    if (untyped || (!a.args[1].undeclared && !types::isText(a.args[1].type.id))) return invalidArgument(a, 1);
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

// A count that is written down, not negative: it makes the result's type shorter.
std::optional<std::int64_t> constantCount(const BoundExpr& arg)
{
    const auto* count = arg.constant ? std::get_if<std::int64_t>(&*arg.constant) : nullptr;
    return count && *count >= 0 ? std::optional(*count) : std::nullopt;
}

Result<BoundExpr> bindReplicate(FunctionArgs& a)
{
    ES_CHECK(toText(a, 0));
    ES_CHECK(toInt(a, 1));
    const SqlType& type = a.args[0].type;
    const auto count = constantCount(a.args[1]);
    std::uint32_t length = types::isLarge(type) ? types::kMaxLength : 8000;
    if (count && !types::isLarge(type)) length = static_cast<std::uint32_t>(std::min<std::int64_t>(8000, types::declaredLength(type) * *count));
    return make(a, replicate, textType(types::isUnicode(type.id), length, type.collation));
}

Result<BoundExpr> bindSpace(FunctionArgs& a)
{
    ES_CHECK(toInt(a, 0));
    const auto count = constantCount(a.args[0]);
    return make(a, space, textType(false, static_cast<std::uint32_t>(std::min<std::int64_t>(8000, count.value_or(8000))), a.binder.catalog().collation));
}

Result<BoundExpr> bindStuff(FunctionArgs& a)
{
    ES_CHECK(toText(a, 0));
    ES_CHECK(toInt(a, 1));
    ES_CHECK(toInt(a, 2));
    if (a.args[3].isNullLiteral()) a.args[3] = a.binder.constant(Value(std::string{}), types::makeSized(TypeId::kVarChar, 1));
    ES_CHECK(toText(a, 3));
    const bool unicodeResult = types::isUnicode(a.args[0].type.id) || types::isUnicode(a.args[3].type.id);
    const bool large = types::isLarge(a.args[0].type) || types::isLarge(a.args[3].type);
    const auto start = constantCount(a.args[1]), count = constantCount(a.args[2]);
    const std::int64_t given = large ? 0 : types::declaredLength(a.args[0].type);
    std::int64_t length = 8000;
    if (start && count && *start >= 1 && *start <= given)
        length = given - std::min(*count, given - *start + 1) + types::declaredLength(a.args[3].type);
    const auto size = large ? types::kMaxLength : static_cast<std::uint32_t>(std::min<std::int64_t>(length, 8000));
    return make(a, stuff, textType(unicodeResult, size, a.args[0].type.collation));
}

Result<BoundExpr> bindConcat(FunctionArgs& a)
{
    bool unicodeResult = false;
    bool large = false;
    std::uint32_t width = 0;
    types::Collation collation = a.binder.catalog().collation;
    CollationLabel label = CollationLabel::kCoercible;
    for (std::size_t i = 0; i < a.args.size(); ++i) {
        const bool gaps = a.name == "CONCAT_WS" && i == 0; // the separator stands between the others
        width += widthAsText(a.args[i]) * (gaps ? static_cast<std::uint32_t>(a.args.size()) - 2 : 1);
        if (types::isText(a.args[i].type.id) && a.args[i].label > label) {
            collation = a.args[i].type.collation;
            label = a.args[i].label;
        }
        ES_CHECK(toText(a, i));
        unicodeResult |= types::isUnicode(a.args[i].type.id);
        large |= types::isLarge(a.args[i].type);
    }
    BoundExpr out = make(a, concat, textType(unicodeResult, large ? types::kMaxLength : width, collation), {a.name == "CONCAT_WS"}, false);
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
