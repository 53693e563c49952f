#include "driver/attestation/ServiceVerifier.h"

#include "driver/crypto/Hash.h"

namespace es::attestation {

ServiceVerifier::ServiceVerifier(VerifierSettings settings, ServiceDocuments& documents, const base::Clock& clock)
    : m_settings(std::move(settings))
    , m_address{m_settings.protocol, m_settings.url, m_settings.caFile, m_settings.policy.plainHttp, m_settings.policy.redirectOrigins}
    , m_documents(documents)
    , m_clock(clock)
{
}

base::Result<base::Bytes> ServiceVerifier::attestationParameters()
{
    if (m_settings.protocol == Protocol::kHgs) return m_agreement.start(enclave::ProtocolId::kHgs, std::nullopt);
    return m_agreement.start(
        enclave::ProtocolId::kAas, enclave::AasChallenge{m_settings.url, crypto::randomBytes(enclave::kAasNonceBytes)});
}

VerifyOutcome ServiceVerifier::verify(base::ByteView result, std::stop_token cancel)
{
    if (!m_agreement.started()) return notStarted();
    AttestationReport report;
    report.evidence = evidenceOf(m_settings, m_agreement.parameters(), result, m_clock);
    report.policy = m_settings.policy;
    VerifyOutcome progress;
    // Once more with fresh documents when they may be what is out of date; never a third time.
    bool judged = judgeWith(report, progress, false, cancel);
    if (judged && report.judgement.refetchMayHelp && report.serviceElapsed.count() == 0) judged = judgeWith(report, progress, true, cancel);
    if (!judged) return progress;
    VerifyOutcome outcome = m_agreement.conclude(std::move(report), m_clock);
    outcome.serviceRequests = progress.serviceRequests;
    return outcome;
}

// False: cancelled.
bool ServiceVerifier::judgeWith(AttestationReport& report, VerifyOutcome& outcome, bool fresh, const std::stop_token& cancel)
{
    ServiceAnswer answer = m_documents.get(m_address, fresh, cancel);
    outcome.serviceRequests += answer.requests;
    outcome.cancelled = answer.cancelled;
    if (answer.cancelled) return false;
    report.evidence.documents = std::move(answer.documents);
    report.failure = std::move(answer.failure);
    report.suggestedUrl = std::move(answer.suggestedUrl);
    report.serviceElapsed = answer.elapsed;
    report.judgement = judge(report.evidence, report.policy);
    return true;
}

}  // namespace es::attestation
