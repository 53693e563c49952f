// Code pages of char and varchar: tables for single-byte pages, libc's iconv for the others. Room-internal.
// Thread: any (tables are built once; iconv descriptors are per thread).
#pragma once

#include "driver/base/Bytes.h"

#include <array>
#include <optional>

namespace es::types {

struct SingleBytePage {
    std::array<char32_t, 256> toUnicode{};                      // U+FFFD: not defined
    std::vector<std::pair<char32_t, base::Byte>> fromUnicode;   // above ASCII, sorted
    [[nodiscard]] std::optional<base::Byte> byteOf(char32_t codePoint) const;
};

// Null for multi-byte and unknown pages. Lives forever.
[[nodiscard]] const SingleBytePage* singleBytePage(std::uint16_t codePage);
[[nodiscard]] bool isLeadByte(std::uint16_t codePage, base::Byte byte);  // double-byte pages 932, 936, 949, 950

// Errors: kNoCodePage. Undefined bytes become U+FFFD.
[[nodiscard]] base::Result<std::string> decodeCodePage(base::ByteView bytes, std::uint16_t codePage);
// `substitute`: written for each unmappable character; without it, the error kUnmappable.
[[nodiscard]] base::Result<base::Bytes> encodeCodePage(std::string_view utf8, std::uint16_t codePage, std::optional<char> substitute);

[[nodiscard]] inline bool isAscii(base::ByteView bytes)
{
    for (const base::Byte byte : bytes)
        if (byte >= 0x80)
            return false;
    return true;
}

}  // namespace es::types
