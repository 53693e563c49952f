#include "driver/types/XmlParts.h"

#include <algorithm>
#include <iterator>

namespace es::types {
namespace {

// The width of the characters cannot change, and of 8-bit encodings none is converted here: what the text says must be what it is.
std::optional<XmlFault> faultOfEncoding(std::u32string encoding, bool unicodeSource)
{
    if (encoding.empty())
        return std::nullopt;
    for (char32_t& c : encoding)
        if (c >= 'A' && c <= 'Z')
            c += 32;
    const bool wide = encoding == U"utf-16" || encoding == U"ucs-2";
    const bool narrow = encoding == U"utf-8" || encoding == U"windows-1252" || encoding == U"iso-8859-1" || encoding == U"us-ascii";
    if (!wide && !narrow)
        return kUnknownEncoding;
    return wide == unicodeSource ? std::nullopt : std::optional(kOtherEncoding);
}

}  // namespace

XmlStop readXmlDeclaration(std::u32string_view text, std::size_t at, bool unicodeSource)
{
    static constexpr std::u32string_view kNames[] = {U"version", U"encoding", U"standalone"};
    const auto here = [&] { return at < text.size() ? text[at] : U'\0'; };
    const auto skipSpace = [&] {
        const std::size_t from = at;
        while (at < text.size() && isSpace(text[at]))
            ++at;
        return at > from;
    };
    const auto bad = [&] { return XmlStop{at, at < text.size() ? kBadDeclaration : kEndOfInput}; };
    std::u32string encoding;
    std::size_t next = 0;
    for (;;) {
        const bool space = skipSpace();
        if (here() == '?') {
            ++at;
            if (here() != '>' || next == 0)
                return bad();
            const auto fault = faultOfEncoding(encoding, unicodeSource);
            return {fault ? at : at + 1, fault};
        }
        if (at >= text.size())
            return bad();
        std::u32string name, value;
        while ((here() | 0x20) >= 'a' && (here() | 0x20) <= 'z')
            name += text[at++];
        const auto found = std::find(std::begin(kNames), std::end(kNames), name);
        const auto place = static_cast<std::size_t>(found - std::begin(kNames));
        if (!space || place > 2 || place < next || (next == 0 && place != 0))
            return {at, kBadDeclaration};
        skipSpace();
        if (here() != '=')
            return bad();
        ++at;
        skipSpace();
        const char32_t quote = here();
        if (quote != '"' && quote != '\'')
            return bad();
        for (++at; at < text.size() && text[at] != quote; ++at)
            value += text[at];
        if (at >= text.size())
            return bad();
        if ((place == 0 && value != U"1.0") || (place == 2 && value != U"yes" && value != U"no"))
            return bad();
        if (place == 1)
            encoding = value;
        next = place + 1;
        ++at;
    }
}

}  // namespace es::types
