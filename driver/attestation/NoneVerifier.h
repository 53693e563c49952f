// Protocol None: key agreement without proof of identity; an explicit choice that is shown as "not attested".  enclave-protocol 6
// Thread: session thread only.
#pragma once

#include "driver/attestation/KeyAgreement.h"

namespace es::attestation {

class NoneVerifier final : public AttestationVerifier {
public:
    NoneVerifier(VerifierSettings settings, const base::Clock& clock);
    [[nodiscard]] base::Result<base::Bytes> attestationParameters() override;
    [[nodiscard]] VerifyOutcome verify(base::ByteView result, std::stop_token cancel) override;

private:
    VerifierSettings m_settings;
    const base::Clock& m_clock;
    KeyAgreement m_agreement;
};

}  // namespace es::attestation
