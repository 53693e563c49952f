// UTF-8 inside the house, UTF-16LE on the wire: the conversions. Thread: any (pure).
#pragma once

#include "driver/base/Bytes.h"

namespace es::base {

// Ill-formed input never fails: each bad piece becomes U+FFFD. Odd trailing byte: ignored.
[[nodiscard]] std::string utf8FromUtf16le(ByteView utf16le);
[[nodiscard]] Bytes utf16leFromUtf8(std::string_view utf8);
void appendUtf16le(std::string_view utf8, Bytes& out);
void appendUtf8(char32_t codePoint, std::string& out);

// The next code point of UTF-8 text and its size in bytes; {0xFFFD, 1} where it is ill-formed. Precondition: offset < text.size().
struct CodePoint {
    char32_t value;
    std::size_t sizeBytes;
};
[[nodiscard]] CodePoint codePointAt(std::string_view utf8, std::size_t offset);

// Number of UTF-16 code units that the text has on the wire.
[[nodiscard]] std::size_t utf16Units(std::string_view utf8);
// True for well-formed UTF-16LE with an even number of bytes.
[[nodiscard]] bool isWellFormedUtf16le(ByteView utf16le);

}  // namespace es::base
