#include "driver/types/CodePage.h"

#include "driver/base/Utf16.h"
#include "driver/types/Collation.h"
#include "driver/types/Errors.h"

#include <algorithm>
#include <iconv.h>
#include <map>
#include <memory>
#include <mutex>

namespace es::types {
namespace {

class Converter {
public:
    Converter(const char* to, const char* from) : m_handle(iconv_open(to, from)) {}
    ~Converter() { if (usable()) iconv_close(m_handle); }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    [[nodiscard]] bool usable() const { return m_handle != reinterpret_cast<iconv_t>(-1); }

    // Converts one piece; false if it means nothing in the source or the target.
    bool convert(base::ByteView in, std::string& out)
    {
        iconv(m_handle, nullptr, nullptr, nullptr, nullptr);
        std::array<char, 32> buffer{};
        // iconv's prototype takes a mutable pointer, but the input is never written.
        char* source = const_cast<char*>(reinterpret_cast<const char*>(in.data()));  // NOLINT
        std::size_t sourceLeft = in.size();
        char* target = buffer.data();
        std::size_t targetLeft = buffer.size();
        const std::size_t irreversible = iconv(m_handle, &source, &sourceLeft, &target, &targetLeft);
        if (irreversible != 0 || sourceLeft != 0)
            return false;
        iconv(m_handle, nullptr, nullptr, &target, &targetLeft);
        out.append(buffer.data(), buffer.size() - targetLeft);
        return true;
    }

private:
    iconv_t m_handle;
};

std::string pageName(std::uint16_t codePage) { return "CP" + std::to_string(codePage); }

base::Error noCodePage(std::uint16_t codePage)
{
    if (codePage == 0)
        return base::makeError(kNoCodePage, "The collation has no code page, so char and varchar cannot be used with it.",
                               "collation", "Use nchar or nvarchar, or a collation with a code page.");
    return base::makeError(kNoCodePage, "Code page " + std::to_string(codePage) + " is not available on this computer.", "collation",
                           "Install the character conversion modules of the C library.");
}

base::Error unmappable(char32_t codePoint, std::uint16_t codePage)
{
    (void)codePoint;  // may be plaintext of an encrypted column: never in an error
    return base::makeError(kUnmappable, "The text holds a character that code page " + std::to_string(codePage) + " does not have.",
                           "value", "Use nchar or nvarchar, or a column with a collation that has the character.");
}

std::unique_ptr<SingleBytePage> buildPage(std::uint16_t codePage)
{
    Converter converter("UTF-8", pageName(codePage).c_str());
    if (!converter.usable())
        return nullptr;
    auto page = std::make_unique<SingleBytePage>();
    for (unsigned i = 0; i < 256; ++i) {
        const auto byte = static_cast<base::Byte>(i);
        std::string utf8;
        char32_t codePoint = 0xFFFD;
        if (i < 0x80)
            codePoint = i;
        else if (converter.convert({&byte, 1}, utf8) && !utf8.empty())
            codePoint = base::codePointAt(utf8, 0).value;
        else if (i < 0xA0 && codePage >= 1250)
            codePoint = i;  // Windows keeps undefined bytes of this range as control characters, so that they survive
        page->toUnicode[i] = codePoint;
        if (i >= 0x80 && codePoint != 0xFFFD)
            page->fromUnicode.emplace_back(codePoint, byte);
    }
    std::sort(page->fromUnicode.begin(), page->fromUnicode.end());
    return page;
}

bool isSingleByte(std::uint16_t codePage)
{
    return codePage == 437 || codePage == 850 || codePage == 874 || (codePage >= 1250 && codePage <= 1258);
}

bool isDoubleByte(std::uint16_t codePage)
{
    return codePage == 932 || codePage == 936 || codePage == 949 || codePage == 950;
}

Converter& threadConverter(std::uint16_t codePage, bool decode)
{
    thread_local std::map<std::pair<std::uint16_t, bool>, std::unique_ptr<Converter>> converters;
    auto& slot = converters[{codePage, decode}];
    if (!slot) {
        const std::string page = pageName(codePage);
        slot = decode ? std::make_unique<Converter>("UTF-8", page.c_str()) : std::make_unique<Converter>(page.c_str(), "UTF-8");
    }
    return *slot;
}

// Windows puts the letter beneath the mark where code page 1252 lacks a Latin letter (U+0100 ..), and the narrow form for a wide one.
std::optional<char> bestFit(char32_t codePoint, std::uint16_t codePage)
{
    // U+0100 .. U+017F in order; '?' where there is nothing near, or the page has the character itself.
    constexpr std::string_view kLatin = "AaAaAaCcCcCcCcDd\xD0" "dEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi??JjKk?LlLlLl??LlNnNnNn???OoOoOo??RrRrRrSsSsSs??TtTtTt"
                                        "UuUuUuUuUuUuWwYy?ZzZz???";
    static_assert(kLatin.size() == 0x80);
    if (codePage != 1252)
        return std::nullopt;
    if (codePoint >= 0x100 && codePoint <= 0x17F && kLatin[codePoint - 0x100] != '?')
        return kLatin[codePoint - 0x100];
    if (codePoint >= 0xFF01 && codePoint <= 0xFF5E)
        return static_cast<char>(codePoint - 0xFF01 + '!');
    return std::nullopt;
}

std::string validUtf8(base::ByteView bytes)
{
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const auto [codePoint, size] = base::codePointAt(text, i);
        if (codePoint == 0xFFFD && size == 1)
            base::appendUtf8(0xFFFD, out);
        else
            out.append(text, i, size);
        i += size;
    }
    return out;
}

}  // namespace

std::optional<base::Byte> SingleBytePage::byteOf(char32_t codePoint) const
{
    if (codePoint < 0x80)
        return static_cast<base::Byte>(codePoint);
    const auto at = std::lower_bound(fromUnicode.begin(), fromUnicode.end(), std::pair<char32_t, base::Byte>{codePoint, base::Byte{0}});
    if (at == fromUnicode.end() || at->first != codePoint)
        return std::nullopt;
    return at->second;
}

const SingleBytePage* singleBytePage(std::uint16_t codePage)
{
    if (!isSingleByte(codePage))
        return nullptr;
    static std::array<std::unique_ptr<SingleBytePage>, 12> pages;
    static std::array<std::once_flag, 12> built;
    const std::size_t slot = codePage == 437 ? 0 : codePage == 850 ? 1 : codePage == 874 ? 2 : codePage - 1250u + 3u;
    std::call_once(built[slot], [&] { pages[slot] = buildPage(codePage); });
    return pages[slot].get();
}

bool isLeadByte(std::uint16_t codePage, base::Byte byte)
{
    if (codePage == 932)
        return (byte >= 0x81 && byte <= 0x9F) || (byte >= 0xE0 && byte <= 0xFC);
    return isDoubleByte(codePage) && byte >= 0x81 && byte <= 0xFE;
}

base::Result<std::string> decodeCodePage(base::ByteView bytes, std::uint16_t codePage)
{
    if (codePage == 0)
        return noCodePage(codePage);
    if (isAscii(bytes))
        return std::string(bytes.begin(), bytes.end());
    if (codePage == kCodePageUtf8)
        return validUtf8(bytes);
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 2);
    if (const SingleBytePage* page = singleBytePage(codePage)) {
        for (const base::Byte byte : bytes)
            base::appendUtf8(page->toUnicode[byte], out);
        return out;
    }
    Converter& converter = threadConverter(codePage, true);
    if (!isDoubleByte(codePage) || !converter.usable())
        return noCodePage(codePage);
    for (std::size_t i = 0; i < bytes.size();) {
        const std::size_t size = isLeadByte(codePage, bytes[i]) && i + 1 < bytes.size() ? 2 : 1;
        if (bytes[i] < 0x80)
            out.push_back(static_cast<char>(bytes[i]));
        else if (!converter.convert(bytes.subspan(i, size), out))
            base::appendUtf8(0xFFFD, out);
        i += size;
    }
    return out;
}

base::Result<base::Bytes> encodeCodePage(std::string_view utf8, std::uint16_t codePage, std::optional<char> substitute)
{
    if (codePage == 0)
        return noCodePage(codePage);
    const base::ByteView bytes = base::viewOf(utf8);
    if (isAscii(bytes))
        return base::Bytes(bytes.begin(), bytes.end());
    if (codePage == kCodePageUtf8) {
        const std::string valid = validUtf8(bytes);
        return base::Bytes(valid.begin(), valid.end());
    }
    const SingleBytePage* page = singleBytePage(codePage);
    Converter* converter = page == nullptr && isDoubleByte(codePage) ? &threadConverter(codePage, false) : nullptr;
    if (page == nullptr && (converter == nullptr || !converter->usable()))
        return noCodePage(codePage);
    base::Bytes out;
    out.reserve(utf8.size());
    std::string piece;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto [codePoint, size] = base::codePointAt(utf8, i);
        piece.clear();
        if (codePoint < 0x80)
            out.push_back(static_cast<base::Byte>(codePoint));
        else if (const auto byte = page != nullptr ? page->byteOf(codePoint) : std::nullopt)
            out.push_back(*byte);
        else if (converter != nullptr && converter->convert(bytes.subspan(i, size), piece))
            out.insert(out.end(), piece.begin(), piece.end());
        else if (const auto near = substitute ? bestFit(codePoint, codePage) : std::nullopt)
            out.push_back(static_cast<base::Byte>(*near));
        else if (substitute)
            out.insert(out.end(), codePoint > 0xFFFF ? 2 : 1, static_cast<base::Byte>(*substitute));  // one for each half of a pair
        else
            return unmappable(codePoint, codePage);
        i += size;
    }
    return out;
}

}  // namespace es::types
