// A private certificate authority and a server certificate signed by it, for servers that a person runs for himself.
// Thread: any.
#pragma once

#include "driver/base/SecureBytes.h"
#include "driver/tls/Errors.h"

#include <chrono>

namespace es::tls {

struct CertificateRequest {
    std::string commonName = "localhost";
    std::vector<std::string> dnsNames{"localhost"};
    std::vector<std::string> ipAddresses{"127.0.0.1", "::1"};
    std::string issuerName = "Enclave Studio private authority";
    std::string issuerOrganization = "Enclave Studio sandbox";  // enclave::kSandboxOrganization, by which studios know its authority
    std::chrono::system_clock::time_point notBefore;   // the caller's clock
    std::chrono::system_clock::time_point notAfter;
};

struct ServerCertificate {
    std::string authorityPem;            // for ca-file; its key is thrown away, so it can sign nothing else
    std::string certificatePem;          // server certificate, then the authority
    base::SecureBytes privateKeyPem;     // of the server certificate
};

// EC P-256 keys, SHA-256. Errors: kTlsBadCertificate (an address that is none).
[[nodiscard]] base::Result<ServerCertificate> makeServerCertificate(const CertificateRequest& request);
// Valid from one day ago for ten years, with the names above.
[[nodiscard]] base::Result<ServerCertificate> makeServerCertificate();

// O of the subject of the first certificate in a PEM text; empty: none, or no certificate.
[[nodiscard]] std::string organizationOf(std::string_view certificatePem);

}  // namespace es::tls
