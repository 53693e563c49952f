#include "driver/base/Base64.h"

#include <array>

namespace es::base {
namespace {

constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(ByteView bytes, std::string_view alphabet)
{
    std::string text;
    std::uint32_t bits = 0;
    int count = 0;
    for (const base::Byte byte : bytes) {
        bits = bits << 8 | byte;
        count += 8;
        for (; count >= 6; count -= 6)
            text += alphabet[bits >> (count - 6) & 0x3F];
    }
    if (count > 0) text += alphabet[bits << (6 - count) & 0x3F];
    return text;
}

constexpr std::array<std::int8_t, 256> valuesOf(std::string_view alphabet)
{
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    return values;
}

// Left-over bits must be zero: else several texts would mean the same bytes.
std::optional<Bytes> decode(std::string_view text, const std::array<std::int8_t, 256>& values)
{
    Bytes bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const int value = values[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) bytes.push_back(static_cast<base::Byte>(bits >> (count -= 8)));
    }
    if (count >= 6 || (bits & ((1U << count) - 1)) != 0) return std::nullopt;
    return bytes;
}

}  // namespace

std::string toBase64(ByteView bytes)
{
    std::string text = encode(bytes, kPlain);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::string toBase64Url(ByteView bytes) { return encode(bytes, kUrl); }

std::optional<Bytes> fromBase64(std::string_view text)
{
    static constexpr auto kValues = valuesOf(kPlain);
    if (text.size() % 4 != 0) return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    const std::string_view digits = text.substr(0, text.size() - padding);
    if ((4 - digits.size() % 4) % 4 != padding) return std::nullopt;
    return decode(digits, kValues);
}

std::optional<Bytes> fromBase64Url(std::string_view text)
{
    static constexpr auto kValues = valuesOf(kUrl);
    return decode(text, kValues);
}

}  // namespace es::base
