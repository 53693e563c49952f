// Base64 and base64url, strict: the one text that encodes the bytes, or nothing. Private to this room. Thread: any (pure).  RFC 4648
#pragma once

#include "driver/base/Bytes.h"

#include <optional>

namespace es::attestation {

[[nodiscard]] std::string toBase64(base::ByteView bytes);                           // with padding
[[nodiscard]] std::string toBase64Url(base::ByteView bytes);                        // without
[[nodiscard]] std::optional<base::Bytes> fromBase64(std::string_view text);     // nothing: not exactly what toBase64 gives
[[nodiscard]] std::optional<base::Bytes> fromBase64Url(std::string_view text);  // nothing: not exactly what toBase64Url gives

}  // namespace es::attestation
