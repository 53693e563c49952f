// Digests that need no key, for rooms that may not see the cryptography. What has to be secret is hashed in driver/crypto. Thread: any.
#pragma once

#include "driver/base/Bytes.h"

#include <cstdint>

namespace es::base {

enum class DigestKind : std::uint8_t { kMd5, kSha1, kSha256, kSha512 };

// RFC 1321, FIPS 180-4. Empty when the library refuses the algorithm, as one in FIPS mode refuses MD5.
[[nodiscard]] Bytes digestOf(DigestKind kind, ByteView data);

} // namespace es::base
