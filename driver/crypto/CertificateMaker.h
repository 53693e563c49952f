// Making X.509 certificates with RSA keys: a root that signs, what it signs, and lists of them. For services of our own; judging
// certificates is Certificate.h.                                                                  RFC 5280, RFC 2315
// Thread: any (pure functions).
#pragma once

#include "driver/crypto/Rsa.h"

#include <chrono>

namespace es::crypto {

struct CertificateOrder {
    std::string commonName;    // UTF-8, 1 to 64 characters
    std::string organization;  // left out when empty
    std::chrono::system_clock::time_point notBefore;  // whole seconds count
    std::chrono::system_clock::time_point notAfter;
};

// All in DER, signed with SHA-256. Errors: kCryptoFailed (a name that is empty or too long included).
// Self-signed: CA=TRUE without further authorities below it, keyCertSign, subject key identifier.
[[nodiscard]] base::Result<base::Bytes> makeRootCertificate(const CertificateOrder& order, const RsaPrivateKey& key);
// For an end entity: CA=FALSE, critical keyUsage digitalSignature, authority key identifier. Only the public half of `key` goes in.
// Errors besides: kBadCertificate (`issuerDer` is none).
[[nodiscard]] base::Result<base::Bytes> issueCertificate(const CertificateOrder& order, const RsaPrivateKey& key, base::ByteView issuerDer,
                                                         const RsaPrivateKey& issuerKey);
// PKCS#7 SignedData that holds certificates and nothing else. Errors: kBadCertificate (one of them is none), kCryptoFailed.
[[nodiscard]] base::Result<base::Bytes> makePkcs7(std::span<const base::Bytes> certificates);

[[nodiscard]] std::string certificatePem(base::ByteView der);  // any bytes; nothing is checked
[[nodiscard]] base::Result<base::Bytes> certificateDerFromPem(std::string_view pem);  // the first in it; kBadCertificate
// PKCS#8 without password, for a file that only its owner may read. Errors: kCryptoFailed.
[[nodiscard]] base::Result<base::SecureBytes> privateKeyPem(const RsaPrivateKey& key);

}  // namespace es::crypto
