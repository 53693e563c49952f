// Signature over a column master key's metadata: ENCLAVE_COMPUTATIONS (SIGNATURE = 0x...).   always-encrypted-crypto section 3
// Thread: any (pure functions).
#pragma once

#include "driver/crypto/CekBlob.h"

namespace es::crypto {

// UTF-16LE of lower(provider name || key path || "true" or "false"); lower case is invariant, not the user's locale.
[[nodiscard]] base::Bytes cmkMetadataBytes(std::string_view providerName, std::string_view keyPath, bool allowEnclaveComputations);

[[nodiscard]] base::Result<base::Bytes> signCmkMetadata(std::string_view providerName, std::string_view keyPath,
    bool allowEnclaveComputations, const RsaPrivateKey& masterKey, SignatureHashing hashing = SignatureHashing::kOnce);  // kCryptoFailed

[[nodiscard]] bool verifyCmkMetadata(std::string_view providerName, std::string_view keyPath, bool allowEnclaveComputations,
    base::ByteView signature, const RsaPublicKey& masterKey, SignatureHashing hashing = SignatureHashing::kOnce);

}  // namespace es::crypto
