// MD5, SHA-1, SHA-256 and SHA-512 for HASHBYTES. No key ever comes here: what has to be secret is hashed in driver/crypto.   RFC 1321, FIPS 180-4
// Thread: any (pure).
#pragma once

#include "driver/base/Bytes.h"

namespace es::sandbox {

[[nodiscard]] base::Bytes md5(base::ByteView data);
[[nodiscard]] base::Bytes sha1(base::ByteView data);
[[nodiscard]] base::Bytes sha256(base::ByteView data);
[[nodiscard]] base::Bytes sha512(base::ByteView data);

} // namespace es::sandbox
