// What a client sends to the enclave with a statement: the keys it releases, bound to the statement and to a counter.
//   package = session id (8) || cell (crypto/CellCipher.h, randomized, key = session key) of:     enclave-protocol 8.1
//   offset size field           (little-endian)
//   0      16   guid            random
//   16     8    counter
//   24     32   statementHash   SHA-256 of the statement's UTF-16LE text
//   56     46n  keys            u32 databaseId, 8 bytes metadata version, u16 key id, 32 bytes column key
// Thread: any (pure functions).
#pragma once

#include "driver/base/SecureBytes.h"
#include "driver/crypto/EcdhP384.h"
#include "driver/crypto/Hash.h"
#include "driver/enclave/AttestationResult.h"

namespace es::enclave {

struct EnclaveKey {
    std::uint32_t databaseId = 0;
    std::array<base::Byte, 8> metadataVersion{};  // raw from the describe result
    std::uint16_t keyId = 0;                      // low 16 bits of the key's id
    base::SecureBytes cek;                        // 32 bytes
};

struct OpenedPackage {
    SessionId sessionId{};
    std::array<base::Byte, 16> guid{};
    std::uint64_t counter = 0;
    crypto::Sha256Digest statementHash{};
    std::vector<EnclaveKey> keys;
};

// SHA-256 of the shared secret: 32 bytes.                                                      7
// Errors: crypto::kBadPoint.
[[nodiscard]] base::Result<base::SecureBytes> deriveSessionKey(const crypto::EcdhP384& own, base::ByteView peerPublicKey);

// The hash that a package carries. The second form is for text as it came over the wire.
[[nodiscard]] crypto::Sha256Digest statementHash(std::string_view utf8);
[[nodiscard]] crypto::Sha256Digest statementHashUtf16(base::ByteView utf16le);

// Errors: crypto::kBadKeyLength (session key or a column key is not 32 bytes).
[[nodiscard]] base::Result<base::Bytes> sealPackage(const SessionId& sessionId, const base::SecureBytes& sessionKey, std::uint64_t counter,
    const crypto::Sha256Digest& statementHash, std::span<const EnclaveKey> keys);

// Which session's key opens it; nothing is verified yet. Errors: kBadPackage.
[[nodiscard]] base::Result<SessionId> packageSessionId(base::ByteView package);
// Errors: kBadPackage (tag, sizes), crypto::kBadKeyLength. The caller still checks counter and statement hash.
[[nodiscard]] base::Result<OpenedPackage> openPackage(base::ByteView package, const base::SecureBytes& sessionKey);

}  // namespace es::enclave
