// X.509 certificates and lists of them, as attestation looks at them: parsed once, judged by the caller.          RFC 5280
// Thread: any (immutable; copies share one object).
#pragma once

#include "driver/crypto/Rsa.h"

#include <chrono>

struct x509_st;  // OpenSSL's X509

namespace es::crypto {

class Certificate {
public:
    // Errors: kBadCertificate (not DER, trailing bytes).
    [[nodiscard]] static base::Result<Certificate> fromDer(base::ByteView der);
    [[nodiscard]] static base::Result<Certificate> fromPem(std::string_view pem);  // the first in it

    [[nodiscard]] base::Bytes der() const;
    [[nodiscard]] std::string pem() const;
    [[nodiscard]] std::string subject() const;       // RFC 2253, UTF-8: "CN=...,O=..."
    [[nodiscard]] std::string issuer() const;
    [[nodiscard]] std::string organization() const;  // O of the subject; empty: none
    [[nodiscard]] std::string fingerprint() const;   // SHA-256 over the DER, 64 hex digits, lower-case
    [[nodiscard]] std::chrono::system_clock::time_point notBefore() const;
    [[nodiscard]] std::chrono::system_clock::time_point notAfter() const;
    [[nodiscard]] bool isAuthority() const;          // BasicConstraints CA, and keyCertSign where key usage is stated
    [[nodiscard]] bool maySign() const;              // key usage digitalSignature, or none stated
    [[nodiscard]] bool isSelfSigned() const;         // issuer = subject, and its own key signed it
    // Issuer name and signature; RSA and EC with SHA-2 alone. Says nothing about validity or rights.
    [[nodiscard]] bool isSignedBy(const Certificate& issuer) const;
    // Errors: kBadRsaKey for another kind of key.
    [[nodiscard]] base::Result<RsaPublicKey> rsaKey() const;

private:
    explicit Certificate(std::shared_ptr<x509_st> handle);
    std::shared_ptr<x509_st> m_handle;
};

// All certificates of a PKCS#7 SignedData in DER ("certs-only" and others); at most `maxCount`. Errors: kBadCertificate.
[[nodiscard]] base::Result<std::vector<Certificate>> certificatesFromPkcs7(base::ByteView der, std::size_t maxCount = 64);
// Every certificate of a PEM file's text. Errors: kBadCertificate (one that cannot be read; none at all).
[[nodiscard]] base::Result<std::vector<Certificate>> certificatesFromPem(std::string_view pem, std::size_t maxCount = 512);

}  // namespace es::crypto
