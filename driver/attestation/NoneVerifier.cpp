#include "driver/attestation/NoneVerifier.h"

namespace es::attestation {

NoneVerifier::NoneVerifier(VerifierSettings settings, const base::Clock& clock)
    : m_settings(std::move(settings))
    , m_clock(clock)
{
}

base::Result<base::Bytes> NoneVerifier::attestationParameters()
{
    return m_agreement.start(enclave::ProtocolId::kNone, std::nullopt);
}

VerifyOutcome NoneVerifier::verify(base::ByteView result, std::stop_token)
{
    if (!m_agreement.started()) return notStarted();
    AttestationReport report;
    report.evidence = evidenceOf(m_settings, m_agreement.parameters(), result, m_clock);
    report.policy = m_settings.policy;
    report.judgement = judge(report.evidence, report.policy);
    return m_agreement.conclude(std::move(report), m_clock);
}

}  // namespace es::attestation
