// Key files: one RSA key and its certificate under a password.                                          RFC 7292
// Thread: any (pure functions).
#pragma once

#include "driver/crypto/Rsa.h"

#include <chrono>

namespace es::crypto {

struct Pkcs12Contents {
    RsaPrivateKey key;
    base::Bytes certificate;   // DER; empty when the file has none
    std::string friendlyName;  // UTF-8, may be empty
};

// Password: UTF-8, may be empty. Errors: kPkcs12Format, kPkcs12Password, kBadRsaKey.
[[nodiscard]] base::Result<Pkcs12Contents> readPkcs12(base::ByteView file, base::ByteView password);

struct CertificateFacts {
    std::string commonName;  // UTF-8; also the friendly name (Java's alias)
    std::chrono::system_clock::time_point notBefore;
    std::chrono::system_clock::time_point notAfter;
};

// Self-signed certificate (SHA-256) and key: PBES2, AES-256-CBC, HMAC-SHA256 for the file. Errors: kCryptoFailed.
[[nodiscard]] base::Result<base::Bytes> writePkcs12(const RsaPrivateKey& key, const CertificateFacts& facts, base::ByteView password);

}  // namespace es::crypto
