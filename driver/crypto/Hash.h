// SHA-256, HMAC-SHA256 and random bytes. Thread: any.
#pragma once

#include "driver/base/SecureBytes.h"

#include <array>

namespace es::crypto {

using Sha256Digest = std::array<base::Byte, 32>;

[[nodiscard]] Sha256Digest sha256(base::ByteView message);
[[nodiscard]] Sha256Digest hmacSha256(base::ByteView key, base::ByteView message);

// From the system's generator. A generator that fails ends the process: nothing sensible can be done without.
void randomBytes(std::span<base::Byte> out);
[[nodiscard]] base::Bytes randomBytes(std::size_t count);
// A new key (column keys: kCekBytes).
[[nodiscard]] base::SecureBytes randomKey(std::size_t count);

}  // namespace es::crypto
