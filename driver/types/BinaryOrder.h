// Orders of the binary collations, over bytes as they are stored; the shorter text counts as padded with spaces. No allocation.
// Room-internal. Thread: any (pure).
#pragma once

#include "driver/base/Bytes.h"

namespace es::types {

[[nodiscard]] int compareCodePageBytes(base::ByteView a, base::ByteView b);  // char, varchar; UTF-8 too (byte order is code-point order)
[[nodiscard]] int compareUtf16CodePoints(base::ByteView a, base::ByteView b);  // BIN2 over UTF-16LE
[[nodiscard]] int compareUtf16Bin(base::ByteView a, base::ByteView b);  // BIN: the first character as a number, then byte by byte

}  // namespace es::types
