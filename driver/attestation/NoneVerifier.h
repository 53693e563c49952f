// Protocol None: key agreement without proof of identity; an explicit choice that is shown as "not attested".  enclave-protocol 6
// Thread: session thread only.
#pragma once

#include "driver/attestation/AttestationVerifier.h"

#include <optional>

namespace es::attestation {

class NoneVerifier final : public AttestationVerifier {
public:
    explicit NoneVerifier(std::string enclaveType);
    [[nodiscard]] base::Result<base::Bytes> attestationParameters() override;
    [[nodiscard]] base::Result<EnclaveSession> verify(base::ByteView result) override;

private:
    std::string m_enclaveType;
    std::optional<crypto::EcdhP384> m_keyPair;
};

}  // namespace es::attestation
