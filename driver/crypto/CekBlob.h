// The encrypted column key as the database stores it.                             always-encrypted-crypto section 2
//   offset size field      (little-endian)
//   0      1    version    01
//   1      2    P          key path length in bytes
//   3      2    K          ciphertext length = RSA size
//   5      P    keyPath    UTF-16LE; informational, but signed
//   5+P    K    ciphertext RSAES-OAEP (SHA-1) of the column key
//   5+P+K  K    signature  RSASSA-PKCS1-v1_5, SHA-256, over all before it
// Thread: any (pure functions).
#pragma once

#include "driver/crypto/Rsa.h"

namespace es::crypto {

// What the signature's SHA-256 runs over: the bytes, or their SHA-256 once more (MSSQL_CNG_STORE, MSSQL_CSP_PROVIDER for keys,
// MSSQL_JAVA_KEYSTORE for master key metadata).
enum class SignatureHashing : std::uint8_t { kOnce, kTwice };

struct CekBlob {
    std::string keyPath;        // UTF-8, as the writer spelled it
    base::ByteView ciphertext;  // these three look into the bytes given
    base::ByteView signature;
    base::ByteView signedBytes;
};

// Structure alone, nothing is verified. Errors: kCekBlob.
[[nodiscard]] base::Result<CekBlob> parseCekBlob(base::ByteView blob, std::string_view keyPath);

// Error unless the name is RSA_OAEP (any case; RSA-OAEP too). Errors: kCekAlgorithm.
[[nodiscard]] base::Result<void> checkCekAlgorithm(std::string_view algorithm, std::string_view keyPath);

// Checks the signature, and only then unwraps. `keyPath` is the metadata's, for messages.
// Errors: kCekBlob, kCekKeySize, kCekSignature, kCekUnwrap, kBadKeyLength (the key inside is not 32 bytes).
[[nodiscard]] base::Result<base::SecureBytes> decryptCek(base::ByteView blob, const RsaPrivateKey& masterKey, std::string_view keyPath,
    SignatureHashing hashing = SignatureHashing::kOnce);

// The path goes into the blob as given. Errors: kBadKeyPath, kBadKeyLength, kCryptoFailed.
[[nodiscard]] base::Result<base::Bytes> encryptCek(const base::SecureBytes& cek, const RsaPrivateKey& masterKey, std::string_view keyPath,
    SignatureHashing hashing = SignatureHashing::kOnce);

}  // namespace es::crypto
