// What the verifiers share: a key pair that serves one answer, and the session that a judgement opens. Private to this room.
// Thread: session thread only.                                                       enclave-protocol 2.2, 7
#pragma once

#include "driver/attestation/AttestationVerifier.h"
#include "driver/crypto/EcdhP384.h"
#include "driver/enclave/AttestationParameters.h"

namespace es::attestation {

class KeyAgreement {
public:
    // Argument 3 of the describe call, with a new key pair. Errors: crypto::kCryptoFailed.
    [[nodiscard]] base::Result<base::Bytes> start(enclave::ProtocolId protocol, std::optional<enclave::AasChallenge> challenge);
    [[nodiscard]] bool started() const { return m_keyPair.has_value(); }
    [[nodiscard]] const base::Bytes& parameters() const { return m_parameters; }  // as given by start

    // Ends the agreement: with a judgement that allows it the outcome holds a session, else the reason. The pair is gone afterwards.
    [[nodiscard]] VerifyOutcome conclude(AttestationReport report, const base::Clock& clock);

private:
    std::optional<crypto::EcdhP384> m_keyPair;
    base::Bytes m_parameters;
};

// Evidence as far as the connection knows it.
[[nodiscard]] Evidence evidenceOf(const VerifierSettings& settings, const base::Bytes& parameters, base::ByteView result, const base::Clock& clock);
[[nodiscard]] VerifyOutcome notStarted();

}  // namespace es::attestation
