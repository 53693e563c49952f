// Plays the guarded host and its Host Guardian Service: a health certificate, and reports of the enclave signed with its key.
// Everything a genuine report holds, identities of the author included: only the root tells it from one.  enclave-protocol 4.2, 4.3
// Thread: any.
#pragma once

#include "app/sandbox/attest/AttestRoot.h"
#include "app/sandbox/enclaveabi/AttestMode.h"
#include "driver/base/Mutex.h"

#include <optional>

namespace es::sandbox {

struct HealthEvidence {
    base::Bytes healthReport;   // DER certificate
    base::Bytes reportPackage;  // enclave/VbsReport.h
};

class HealthHost {
public:
    static constexpr std::chrono::hours kLifetime{8};
    static constexpr std::chrono::hours kRenewBefore{1};  // a certificate this close to its end is replaced by the next request

    // `root` and `clock` must outlive it.
    HealthHost(const AttestRoot& root, AttestFaults faults, const base::Clock& clock) : m_root(root), m_faults(faults), m_clock(clock) {}

    // A report that binds this identity. Errors: crypto::kCryptoFailed.
    [[nodiscard]] base::Result<HealthEvidence> evidenceFor(base::ByteView identity);
    // JSON array of byte values, no white space: PKCS#7 with the root. Errors: crypto::kCryptoFailed.     enclave-protocol 4.1
    [[nodiscard]] base::Result<std::string> signingCertificates() const;

private:
    struct Health {
        CertifiedKey signer;
        std::chrono::system_clock::time_point notAfter;
    };
    [[nodiscard]] base::Result<Health> makeHealth() const;

    const AttestRoot& m_root;
    const AttestFaults m_faults;
    const base::Clock& m_clock;
    base::Mutex m_mutex;
    std::optional<Health> m_health ES_GUARDED_BY(m_mutex);
};

}  // namespace es::sandbox
