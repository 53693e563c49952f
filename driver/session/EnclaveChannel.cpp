#include "driver/session/EnclaveChannel.h"

namespace es::session {

base::Result<std::unique_ptr<attestation::AttestationVerifier>> verifierFor(
    const AttestationSettings& settings, const std::string& enclaveType)
{
    attestation::VerifierSettings wanted;
    wanted.url = settings.url;
    wanted.enclaveType = enclaveType;
    switch (settings.protocol) {
    case AttestationProtocol::kOff: return std::unique_ptr<attestation::AttestationVerifier>();
    case AttestationProtocol::kNone: wanted.protocol = attestation::Protocol::kNone; break;
    case AttestationProtocol::kHgs: wanted.protocol = attestation::Protocol::kHgs; break;
    case AttestationProtocol::kAas: wanted.protocol = attestation::Protocol::kAas; break;
    }
    return attestation::makeVerifier(wanted);
}

EnclaveChannel::EnclaveChannel(std::unique_ptr<attestation::AttestationVerifier> verifier, ConnectionFacts& facts, const base::Clock& clock)
    : m_verifier(std::move(verifier))
    , m_facts(facts)
    , m_clock(clock)
{
}

bool EnclaveChannel::open()
{
    if (m_session && m_clock.now() - m_openedAt >= kLifetime) drop();
    return m_session.has_value();
}

base::Result<void> EnclaveChannel::accept(base::ByteView attestationResult)
{
    drop();
    ES_TRY(attestation::EnclaveSession session, m_verifier->verify(attestationResult));
    m_session = std::move(session);
    m_openedAt = m_clock.now();
    m_facts.state.enclaveSessionOpen = true;
    m_facts.state.enclaveAttested = m_session->verdict() != attestation::Verdict::kNotAttested;
    return {};
}

base::Result<base::Bytes> EnclaveChannel::sealPackage(std::string_view statement, std::span<const enclave::EnclaveKey> keys)
{
    return m_session->sealPackage(statement, keys);
}

void EnclaveChannel::drop()
{
    m_session.reset();
    m_facts.state.enclaveSessionOpen = false;
    m_facts.state.enclaveAttested = false;
    m_facts.state.keysReleased.clear();
}

} // namespace es::session
