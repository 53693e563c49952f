// Certificates and lists of them for tests, made on the spot with keys of their own.
// Thread: any (pure).
#pragma once

#include "driver/base/Bytes.h"

#include <chrono>

namespace es::testing {

// Private keys as PKCS#8 PEM, so that they can go into crypto::RsaPrivateKey as well.
[[nodiscard]] std::string newRsaKeyPem(unsigned bits = 2048);
[[nodiscard]] std::string newEcKeyPem(const char* curve = "P-256");

struct CertificatePlan {
    std::string commonName = "test";
    std::string organization;    // empty: none
    std::string keyPem;          // of the subject
    std::string issuerName;      // CN; empty: self-signed
    std::string issuerOrganization;
    std::string issuerKeyPem;    // empty: keyPem
    std::chrono::system_clock::time_point notBefore;
    std::chrono::system_clock::time_point notAfter;
    std::string basicConstraints;  // "critical,CA:TRUE"; empty: none
    std::string keyUsage;          // "critical,digitalSignature"; empty: none
    const char* digest = "SHA256";
};
[[nodiscard]] base::Bytes makeCertificate(const CertificatePlan& plan);  // DER

// PKCS#7 SignedData over nothing: certificates alone, or with a signature by the first certificate's key.
[[nodiscard]] base::Bytes makePkcs7(const std::vector<base::Bytes>& certificates, const std::string& signerKeyPem = {});

}  // namespace es::testing
