// Base64 as certificates in JSON want it, and base64url without padding as tokens want it.        RFC 4648 sections 4 and 5
// Thread: any (pure).
#pragma once

#include "driver/base/Bytes.h"

namespace es::sandbox {

[[nodiscard]] std::string base64(base::ByteView bytes);
[[nodiscard]] std::string base64Url(base::ByteView bytes);  // unpadded
[[nodiscard]] inline std::string base64Url(std::string_view text) { return base64Url(base::viewOf(text)); }

}  // namespace es::sandbox
