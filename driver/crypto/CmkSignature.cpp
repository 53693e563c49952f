#include "driver/crypto/CmkSignature.h"

#include "driver/base/Utf16.h"
#include "driver/crypto/Hash.h"
#include "driver/crypto/InvariantCase.h"

namespace es::crypto {

base::Bytes cmkMetadataBytes(std::string_view providerName, std::string_view keyPath, bool allowEnclaveComputations)
{
    const std::string text = std::string(providerName) + std::string(keyPath) + (allowEnclaveComputations ? "true" : "false");
    return base::utf16leFromUtf8(lowerInvariant(text));
}

base::Result<base::Bytes> signCmkMetadata(std::string_view providerName, std::string_view keyPath, bool allowEnclaveComputations,
    const RsaPrivateKey& masterKey, SignatureHashing hashing)
{
    const base::Bytes message = cmkMetadataBytes(providerName, keyPath, allowEnclaveComputations);
    return hashing == SignatureHashing::kOnce ? masterKey.signPkcs1Sha256(message) : masterKey.signPkcs1Sha256(sha256(message));
}

bool verifyCmkMetadata(std::string_view providerName, std::string_view keyPath, bool allowEnclaveComputations, base::ByteView signature,
    const RsaPublicKey& masterKey, SignatureHashing hashing)
{
    const base::Bytes message = cmkMetadataBytes(providerName, keyPath, allowEnclaveComputations);
    if (hashing == SignatureHashing::kOnce) return masterKey.verifyPkcs1Sha256(message, signature);
    return masterKey.verifyPkcs1Sha256(sha256(message), signature);
}

}  // namespace es::crypto
