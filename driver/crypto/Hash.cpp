#include "driver/crypto/Hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <cstdlib>

namespace es::crypto {

Sha256Digest sha256(base::ByteView message)
{
    Sha256Digest digest;
    SHA256(message.data(), message.size(), digest.data());
    return digest;
}

Sha256Digest hmacSha256(base::ByteView key, base::ByteView message)
{
    Sha256Digest digest;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), message.size(), digest.data(), nullptr) == nullptr)
        std::abort();  // out of memory at the latest
    return digest;
}

void randomBytes(std::span<base::Byte> out)
{
    if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1) std::abort();
}

base::Bytes randomBytes(std::size_t count)
{
    base::Bytes bytes(count);
    randomBytes(std::span(bytes));
    return bytes;
}

base::SecureBytes randomKey(std::size_t count)
{
    base::SecureBytes key(count);
    randomBytes(key.revealMutable(base::SecretAccess::forCellCipher()));
    return key;
}

}  // namespace es::crypto
