// Everything that a decision about an enclave rests on, as it came over the wires: it can be kept, and judged again offline.
// Thread: any (plain values).
#pragma once

#include "driver/attestation/Policy.h"

namespace es::attestation {

// "signing-certificates" (HGS), "openid-configuration", "jwks" (AAS).
struct ServiceDocument {
    std::string role;
    std::string url;                                  // where it came from in the end
    int status = 0;
    base::Bytes body;
    std::vector<std::string> tlsCertificatesPem;      // of the service, its own first; empty with http
    std::chrono::system_clock::time_point fetchedAt;
    friend bool operator==(const ServiceDocument&, const ServiceDocument&) = default;
};

struct Evidence {
    Protocol protocol = Protocol::kNone;
    std::string url;          // of the attestation service, as configured; empty with None
    std::string enclaveType;  // from the login: "VBS", "SGX"
    std::string serverName;   // host,port
    std::string database;
    base::Bytes parameters;   // argument 3 of the describe call, as sent: public key, and nonce with AAS
    base::Bytes result;       // the server's answer
    std::vector<ServiceDocument> documents;
    std::chrono::system_clock::time_point seenAt;  // when it was judged first: the time that validity is measured at

    [[nodiscard]] const ServiceDocument* document(std::string_view role) const;
};

}  // namespace es::attestation
