// Base64 and base64url, strict: the one text that encodes the bytes, or nothing. Thread: any (pure).  RFC 4648
#pragma once

#include "driver/base/Bytes.h"

#include <optional>

namespace es::base {

[[nodiscard]] std::string toBase64(ByteView bytes);                           // with padding
[[nodiscard]] std::string toBase64Url(ByteView bytes);                        // without
[[nodiscard]] std::optional<Bytes> fromBase64(std::string_view text);     // nothing: not exactly what toBase64 gives
[[nodiscard]] std::optional<Bytes> fromBase64Url(std::string_view text);  // nothing: not exactly what toBase64Url gives

}  // namespace es::base
