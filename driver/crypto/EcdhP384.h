// Key agreement on NIST P-384 with the public key form of enclaves.                       enclave-protocol 2.2, 7
//   offset size field
//   0      4    magic  45 43 4B 33 ("ECK3")
//   4      4    48     little-endian
//   8      48   X      big-endian, zero-padded
//   56     48   Y
#pragma once

#include "driver/base/SecureBytes.h"
#include "driver/crypto/Errors.h"

#include <memory>

struct evp_pkey_st;

namespace es::crypto {

inline constexpr std::size_t kEcdhPublicKeyBytes = 104;

// One key pair. Thread: any (immutable).
class EcdhP384 {
public:
    [[nodiscard]] static base::Result<EcdhP384> generate();  // kCryptoFailed
    // 48 bytes big-endian, 1 .. group order - 1. Errors: kBadPoint.
    [[nodiscard]] static base::Result<EcdhP384> fromPrivateScalar(const base::SecureBytes& scalar);

    [[nodiscard]] const base::Bytes& publicKey() const { return m_publicKey; }  // kEcdhPublicKeyBytes
    // The shared X coordinate, 48 bytes big-endian, leading zeros kept. Errors: kBadPoint (size, header, coordinate, not on curve).
    [[nodiscard]] base::Result<base::SecureBytes> sharedSecret(base::ByteView peerPublicKey) const;

private:
    EcdhP384(std::shared_ptr<evp_pkey_st> key, base::Bytes publicKey);
    std::shared_ptr<evp_pkey_st> m_key;
    base::Bytes m_publicKey;
};

// Size, header, coordinates below p, on the curve. Errors: kBadPoint.
[[nodiscard]] base::Result<void> checkEcdhPublicKey(base::ByteView publicKey);

}  // namespace es::crypto
