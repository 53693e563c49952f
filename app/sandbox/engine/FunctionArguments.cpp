#include "app/sandbox/engine/FunctionArguments.h"

#include "driver/base/Utf16.h"
#include "driver/types/Collation.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;

std::u16string units(std::string_view utf8Text)
{
    const base::Bytes bytes = base::utf16leFromUtf8(utf8Text);
    std::u16string out(bytes.size() / 2, u'\0');
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<char16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8);
    return out;
}

std::string utf8(std::u16string_view text16)
{
    base::Bytes bytes;
    for (const char16_t unit : text16) {
        bytes.push_back(static_cast<base::Byte>(unit));
        bytes.push_back(static_cast<base::Byte>(unit >> 8));
    }
    return base::utf8FromUtf16le(bytes);
}

TextRules rulesOf(const SqlType& collated, const SqlType& other)
{
    const bool unicode = types::isUnicode(collated.id) || types::isUnicode(other.id);
    return {collated.collation, unicode ? types::TextKind::kUnicode : types::TextKind::kCodePage};
}

bool sameCharacter(char16_t a, char16_t b, const TextRules& rules)
{
    if (a == b || a == u' ' || b == u' ') return a == b; // a trailing space is a character here, though comparisons ignore it
    return types::compareText(utf8({&a, 1}), utf8({&b, 1}), rules.collation, rules.kind) == 0;
}

std::optional<Found> findText(const std::u16string& what, const std::u16string& in, std::size_t start, const TextRules& rules)
{
    if (what.empty()) return std::nullopt;
    const std::string wanted = utf8(what);
    const auto stands = [&](std::u16string_view part) {
        return part == what
            || ((part.back() == u' ') == (what.back() == u' ') && types::compareText(utf8(part), wanted, rules.collation, rules.kind) == 0);
    };
    // One letter may count as two (ß, æ) or two as one (e and a combining accent): then runs of other lengths may be equal.
    const auto plain = [](const std::u16string& text) { return std::all_of(text.begin(), text.end(), [](char16_t c) { return c < 0x80; }); };
    const bool oneToOne = plain(what) && plain(in);
    for (std::size_t at = start; at < in.size(); ++at) {
        const std::u16string_view rest = std::u16string_view(in).substr(at);
        if (what.size() <= rest.size() && stands(rest.substr(0, what.size()))) return Found{at, what.size()};
        if (oneToOne) continue;
        for (std::size_t size = 1; size <= std::min(rest.size(), 2 * what.size()); ++size)
            if (size != what.size() && stands(rest.substr(0, size))) return Found{at, size};
    }
    return std::nullopt;
}

SqlType textType(bool unicode, std::uint32_t size, types::Collation collation)
{
    const std::uint32_t limit = unicode ? 4000 : 8000;
    return types::makeSized(unicode ? TypeId::kNVarChar : TypeId::kVarChar,
        size > limit && size != types::kMaxLength ? limit : std::max<std::uint32_t>(size, 1), collation);
}

Result<void> toText(FunctionArgs& a, std::size_t i)
{
    BoundExpr& arg = a.args[i];
    if (types::isText(arg.type.id)) return {};
    ES_TRY(arg, a.binder.castTo(std::move(arg), types::makeSized(TypeId::kVarChar, 8000, a.binder.catalog().collation), a.line));
    return {};
}

Result<void> toInt(FunctionArgs& a, std::size_t i, TypeId wanted)
{
    ES_TRY(a.args[i], a.binder.castTo(std::move(a.args[i]), types::makeType(wanted), a.line));
    return {};
}

Result<void> toPosition(FunctionArgs& a, std::size_t i, bool large)
{
    const TypeId id = a.args[i].type.id;
    const bool whole = types::isInteger(id) && id != TypeId::kBit;
    if (!whole && !types::isDecimal(id) && !a.args[i].isNullLiteral()) return invalidArgument(a, i);
    return toInt(a, i, large ? TypeId::kBigInt : TypeId::kInt);
}

std::uint32_t widthAsText(const BoundExpr& arg)
{
    if (arg.isNullLiteral()) return 0;
    switch (arg.type.id) {
    case TypeId::kBit: return 1;
    case TypeId::kTinyInt: return 4;
    case TypeId::kSmallInt: return 6;
    case TypeId::kInt: return 12;
    case TypeId::kBigInt: return 24;
    case TypeId::kReal:
    case TypeId::kFloat: return 23;
    case TypeId::kDecimal:
    case TypeId::kNumeric: return 41;
    case TypeId::kSmallMoney:
    case TypeId::kMoney:
    case TypeId::kUniqueIdentifier:
    case TypeId::kDate:
    case TypeId::kTime:
    case TypeId::kDateTime:
    case TypeId::kDateTimeOffset: return 40;
    default: break;
    }
    if (!types::isText(arg.type.id) || types::isLarge(arg.type)) return 8000; // what the server needs for these is not known
    return types::declaredLength(arg.type);
}

SqlType likeArgument(const FunctionArgs& a, std::size_t i)
{
    const SqlType& type = a.args[i].type;
    return textType(types::isUnicode(type.id), types::declaredLength(type), type.collation);
}

BoundExpr make(FunctionArgs& a, ScalarFunction function, const SqlType& type, std::vector<std::int64_t> constants, bool strict)
{
    return a.binder.call(function, std::move(a.args), type, a.line, std::move(constants), strict);
}

base::Error invalidArgument(FunctionArgs& a, std::size_t i)
{
    return sqlError(8116,
        "Argument data type " + (a.args[i].isNullLiteral() ? std::string("NULL") : std::string(types::baseTypeName(a.args[i].type.id))) + " is invalid for argument " + std::to_string(i + 1) + " of " + foldName(a.name)
            + " function.",
        a.line);
}

} // namespace es::sandbox
