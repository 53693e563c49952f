#include "driver/attestation/NoneVerifier.h"

#include "driver/enclave/AttestationParameters.h"

namespace es::attestation {
namespace {

base::Error badResult(std::string_view why)
{
    base::Error error = base::makeError(kBadResult, "The enclave's answer to the key agreement was refused: " + std::string(why),
        "attestation", "Check that the connection leads to the server you mean; its enclave answered something that no client accepts.");
    error.origin = base::Origin::kAttestation;
    return error;
}

}  // namespace

NoneVerifier::NoneVerifier(std::string enclaveType) : m_enclaveType(std::move(enclaveType)) {}

base::Result<base::Bytes> NoneVerifier::attestationParameters()
{
    ES_TRY(m_keyPair, crypto::EcdhP384::generate());
    return enclave::encodeAttestationParameters({enclave::ProtocolId::kNone, std::nullopt, m_keyPair->publicKey()});
}

base::Result<EnclaveSession> NoneVerifier::verify(base::ByteView result)
{
    if (!m_keyPair) {
        base::Error error = base::makeError(kNotStarted, "The server sent an attestation result that was not asked for.");
        error.origin = base::Origin::kAttestation;
        return error;
    }
    const crypto::EcdhP384 keyPair = *std::exchange(m_keyPair, std::nullopt);
    const auto parts = enclave::decodeNoneResult(result);
    if (!parts) return badResult(parts.error().text);
    auto sessionKey = enclave::deriveSessionKey(keyPair, parts->session.enclavePublicKey);
    if (!sessionKey) return badResult(sessionKey.error().text);
    return EnclaveSession(parts->session.sessionId, std::move(sessionKey).value(), Verdict::kNotAttested,
        {{"protocol", "none"}, {"enclave type", m_enclaveType}, {"identity", "not proved by anybody"}});
}

}  // namespace es::attestation
