#include "app/sandbox/attest/Base64.h"

namespace es::sandbox {

namespace {

constexpr std::string_view kCommon = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

std::string encode(base::ByteView bytes, std::string_view lastTwo, bool padded)
{
    const auto letter = [lastTwo](std::uint32_t sixBits) { return sixBits < 62 ? kCommon[sixBits] : lastTwo[sixBits - 62]; };
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = std::uint32_t{bytes[i]} << 16;
        if (count > 1)
            group |= std::uint32_t{bytes[i + 1]} << 8;
        if (count > 2)
            group |= bytes[i + 2];
        for (std::size_t k = 0; k <= count; ++k)
            text += letter(group >> (18 - 6 * k) & 63);
        if (padded)
            text.append(3 - count, '=');
    }
    return text;
}

}  // namespace

std::string base64(base::ByteView bytes)
{
    return encode(bytes, "+/", true);
}

std::string base64Url(base::ByteView bytes)
{
    return encode(bytes, "-_", false);
}

}  // namespace es::sandbox
