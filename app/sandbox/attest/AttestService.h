// The attestation program behind its two doors: evidence for the enclave over the local socket, documents for clients over HTTP.
// Thread: any.
#pragma once

#include "app/sandbox/attest/HealthHost.h"
#include "app/sandbox/attest/HttpTypes.h"
#include "app/sandbox/attest/TokenService.h"
#include "app/sandbox/enclaveabi/AttestMessages.h"

namespace es::sandbox {

class AttestService {
public:
    // `root` and `clock` must outlive it. `mode`: not kNone.
    AttestService(const AttestRoot& root, ServiceNames names, AttestMode mode, AttestFaults faults,
                  const base::Clock& clock = base::Clock::system());

    // Errors: abi::kAttestRefused (a protocol that this service does not speak, a nonce missing), crypto::kCryptoFailed.
    [[nodiscard]] base::Result<abi::EvidenceReply> evidence(const abi::EvidenceRequest& request);
    // The reply to a message of the enclave, whatever it was.
    [[nodiscard]] base::Bytes answerMessage(base::ByteView message);
    // GET. HGS: both paths of the drivers, with and without slash, upper and lower case. AAS: metadata and keys.
    [[nodiscard]] HttpAnswer document(const HttpRequest& request);

private:
    [[nodiscard]] HttpAnswer healthDocument(std::string_view path) const;
    [[nodiscard]] HttpAnswer tokenDocument(std::string_view path, std::string_view host) const;

    AttestMode m_mode;
    HealthHost m_health;
    TokenService m_tokens;
};

}  // namespace es::sandbox
