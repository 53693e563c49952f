#include "driver/crypto/CellKeys.h"

#include "driver/base/Utf16.h"
#include "driver/crypto/Hash.h"

namespace es::crypto {
namespace {

// HMAC of the column key over a fixed text. The algorithm's name stands in it without the underscore before 256.
base::SecureBytes deriveKey(base::ByteView cek, std::string_view purpose)
{
    const std::string salt = "Microsoft SQL Server cell " + std::string(purpose)
        + " key with encryption algorithm:AEAD_AES_256_CBC_HMAC_SHA256 and key length:256";
    Sha256Digest digest = hmacSha256(cek, base::utf16leFromUtf8(salt));
    base::SecureBytes key{base::ByteView(digest)};
    base::scrub(digest.data(), digest.size());
    return key;
}

}  // namespace

base::Result<CellKeys> deriveCellKeys(const base::SecureBytes& cek)
{
    if (cek.size() != kCekBytes)
        return base::makeError(kBadKeyLength, "A column encryption key has 32 bytes, this one has " + std::to_string(cek.size()) + ".");
    const base::ByteView bytes = cek.reveal(base::SecretAccess::forCellCipher());
    return CellKeys{deriveKey(bytes, "encryption"), deriveKey(bytes, "MAC"), deriveKey(bytes, "IV")};
}

}  // namespace es::crypto
