// HGS and AAS: evidence is judged with what the attestation service publishes.       enclave-protocol 4, 5
// Thread: session thread only.
#pragma once

#include "driver/attestation/KeyAgreement.h"

namespace es::attestation {

class ServiceVerifier final : public AttestationVerifier {
public:
    ServiceVerifier(VerifierSettings settings, ServiceDocuments& documents, const base::Clock& clock);
    [[nodiscard]] base::Result<base::Bytes> attestationParameters() override;
    [[nodiscard]] VerifyOutcome verify(base::ByteView result, std::stop_token cancel) override;

private:
    [[nodiscard]] bool judgeWith(AttestationReport& report, VerifyOutcome& outcome, bool fresh, const std::stop_token& cancel);

    VerifierSettings m_settings;
    ServiceAddress m_address;
    ServiceDocuments& m_documents;
    const base::Clock& m_clock;
    KeyAgreement m_agreement;
};

}  // namespace es::attestation
