// RSA keys as column master keys and signers use them. Thread: any (immutable; copies share one key).
#pragma once

#include "driver/base/SecureBytes.h"
#include "driver/crypto/Errors.h"

#include <memory>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace es::crypto {

class RsaPublicKey {
public:
    // Big-endian, without sign byte. Errors: kBadRsaKey (below 1024 or above 16384 bits, even exponent).
    [[nodiscard]] static base::Result<RsaPublicKey> fromComponents(base::ByteView modulus, base::ByteView exponent);
    [[nodiscard]] static base::Result<RsaPublicKey> fromPem(std::string_view pem);            // "BEGIN PUBLIC KEY"
    [[nodiscard]] static base::Result<RsaPublicKey> fromCertificate(base::ByteView der);      // X.509; the certificate itself is not judged

    [[nodiscard]] std::size_t modulusBytes() const;  // 256 for 2048 bits
    [[nodiscard]] base::Bytes modulus() const;       // big-endian, modulusBytes() long
    [[nodiscard]] base::Bytes exponent() const;      // big-endian, shortest
    [[nodiscard]] std::string pem() const;

    // RSASSA-PKCS1-v1_5 and RSASSA-PSS (MGF1-SHA-256, salt 32), both with SHA-256 over `message`.
    [[nodiscard]] bool verifyPkcs1Sha256(base::ByteView message, base::ByteView signature) const;
    [[nodiscard]] bool verifyPssSha256(base::ByteView message, base::ByteView signature) const;
    // RSAES-OAEP, SHA-1 and MGF1-SHA-1, empty label: what RSA_OAEP means. Errors: kCryptoFailed.
    [[nodiscard]] base::Result<base::Bytes> wrapOaep(const base::SecureBytes& key) const;

private:
    friend class RsaPrivateKey;
    explicit RsaPublicKey(std::shared_ptr<evp_pkey_st> key);
    std::shared_ptr<evp_pkey_st> m_key;
};

class RsaPrivateKey {
public:
    // Slow (a second for 4096 bits). Errors: kBadRsaKey (bits not 2048, 3072 or 4096), kCryptoFailed.
    [[nodiscard]] static base::Result<RsaPrivateKey> generate(int bits);
    // PKCS#8 or PKCS#1 PEM without password. Errors: kBadRsaKey.
    [[nodiscard]] static base::Result<RsaPrivateKey> fromPem(base::ByteView pem);

    [[nodiscard]] RsaPublicKey publicKey() const;
    [[nodiscard]] std::size_t modulusBytes() const;

    [[nodiscard]] base::Result<base::Bytes> signPkcs1Sha256(base::ByteView message) const;  // kCryptoFailed
    [[nodiscard]] base::Result<base::Bytes> signPssSha256(base::ByteView message) const;    // kCryptoFailed
    [[nodiscard]] base::Result<base::SecureBytes> unwrapOaep(base::ByteView wrapped) const;  // kCekUnwrap

    // For this room's other files.
    [[nodiscard]] evp_pkey_st* handle() const { return m_key.get(); }
    [[nodiscard]] static base::Result<RsaPrivateKey> adopt(std::shared_ptr<evp_pkey_st> key);  // kBadRsaKey: not an RSA private key

private:
    explicit RsaPrivateKey(std::shared_ptr<evp_pkey_st> key);
    std::shared_ptr<evp_pkey_st> m_key;
};

}  // namespace es::crypto
