#include "driver/crypto/InvariantCase.h"

#include "driver/base/Utf16.h"

#include <clocale>
#include <cwctype>
#include <locale.h>

namespace es::crypto {
namespace {

constexpr char32_t kCapitalIWithDot = 0x130;

char32_t lowerCodePoint(char32_t codePoint)
{
    if (codePoint < 0x80) return codePoint >= U'A' && codePoint <= U'Z' ? codePoint + 32 : codePoint;
    if (codePoint == kCapitalIWithDot) return codePoint;
    // Made once and kept for the life of the process; without it (no such locale) only ASCII is mapped.
    static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale != nullptr ? static_cast<char32_t>(towlower_l(static_cast<wint_t>(codePoint), locale)) : codePoint;
}

}  // namespace

std::string lowerInvariant(std::string_view utf8)
{
    std::string lower;
    lower.reserve(utf8.size());
    for (std::size_t offset = 0; offset < utf8.size();) {
        const base::CodePoint next = base::codePointAt(utf8, offset);
        base::appendUtf8(lowerCodePoint(next.value), lower);
        offset += next.sizeBytes;
    }
    return lower;
}

}  // namespace es::crypto
