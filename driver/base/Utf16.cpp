#include "driver/base/Utf16.h"

namespace es::base {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

}  // namespace

void appendUtf8(char32_t c, std::string& out)
{
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | c >> 6);
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | c >> 12);
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | c >> 18);
        out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

CodePoint codePointAt(std::string_view utf8, std::size_t offset)
{
    const auto byteAt = [&](std::size_t i) { return static_cast<unsigned char>(utf8[i]); };
    const unsigned char lead = byteAt(offset);
    if (lead < 0x80)
        return {lead, 1};
    const std::size_t size = lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xC2 && lead < 0xE0 ? 2 : 0;
    if (size == 0 || offset + size > utf8.size())
        return {kReplacement, 1};
    char32_t value = lead & (0xFF >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byteAt(offset + i) & 0xC0) != 0x80)
            return {kReplacement, 1};
        value = value << 6 | (byteAt(offset + i) & 0x3F);
    }
    const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
    if (overlong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return {kReplacement, 1};
    return {value, size};
}

std::string utf8FromUtf16le(ByteView in)
{
    std::string out;
    out.reserve(in.size() / 2 + in.size() / 8);
    const std::size_t units = in.size() / 2;
    const auto unitAt = [&](std::size_t i) { return static_cast<char32_t>(in[2 * i] | in[2 * i + 1] << 8); };
    for (std::size_t i = 0; i < units; ++i) {
        const char32_t unit = unitAt(i);
        if (unit < 0x80) {
            out += static_cast<char>(unit);
        } else if (unit < 0xD800 || unit > 0xDFFF) {
            appendUtf8(unit, out);
        } else if (unit < 0xDC00 && i + 1 < units && (unitAt(i + 1) & 0xFC00) == 0xDC00) {
            appendUtf8(0x10000 + ((unit - 0xD800) << 10) + (unitAt(i + 1) - 0xDC00), out);
            ++i;
        } else {
            appendUtf8(kReplacement, out);
        }
    }
    return out;
}

void appendUtf16le(std::string_view utf8, Bytes& out)
{
    out.reserve(out.size() + utf8.size() * 2);
    const auto unit = [&](char32_t u) {
        out.push_back(static_cast<Byte>(u));
        out.push_back(static_cast<Byte>(u >> 8));
    };
    for (std::size_t i = 0; i < utf8.size();) {
        const CodePoint c = codePointAt(utf8, i);
        i += c.sizeBytes;
        if (c.value < 0x10000) {
            unit(c.value);
        } else {
            unit(0xD800 + ((c.value - 0x10000) >> 10));
            unit(0xDC00 + ((c.value - 0x10000) & 0x3FF));
        }
    }
}

Bytes utf16leFromUtf8(std::string_view utf8)
{
    Bytes out;
    appendUtf16le(utf8, out);
    return out;
}

std::size_t utf16Units(std::string_view utf8)
{
    std::size_t units = 0;
    for (std::size_t i = 0; i < utf8.size();) {
        const CodePoint c = codePointAt(utf8, i);
        i += c.sizeBytes;
        units += c.value < 0x10000 ? 1 : 2;
    }
    return units;
}

bool isWellFormedUtf16le(ByteView in)
{
    if (in.size() % 2 != 0)
        return false;
    for (std::size_t i = 0; i < in.size(); i += 2) {
        const int high = in[i + 1] & 0xFC;
        if (high == 0xDC)
            return false;
        if (high == 0xD8) {
            if (i + 3 >= in.size() || (in[i + 3] & 0xFC) != 0xDC)
                return false;
            i += 2;
        }
    }
    return true;
}

}  // namespace es::base
