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

std::size_t findText(const std::u16string& what, const std::u16string& in, std::size_t start, types::Collation collation)
{
    if (what.empty()) return std::u16string::npos;
    const std::string wanted = utf8(what);
    for (std::size_t at = start; at + what.size() <= in.size(); ++at) {
        const std::u16string_view part = std::u16string_view(in).substr(at, what.size());
        // A trailing space is a character here, though comparisons ignore it.
        if (part == what || ((part.back() == u' ') == (what.back() == u' ') && types::compareText(utf8(part), wanted, collation) == 0))
            return at;
    }
    return std::u16string::npos;
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

Result<void> toInt(FunctionArgs& a, std::size_t i)
{
    ES_TRY(a.args[i], a.binder.castTo(std::move(a.args[i]), types::makeType(TypeId::kBigInt), a.line));
    return {};
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
        "Argument data type " + a.binder.typeText(a.args[i]) + " is invalid for argument " + std::to_string(i + 1) + " of " + foldName(a.name)
            + " function.",
        a.line);
}

} // namespace es::sandbox
