#include "driver/attestation/KeyAgreement.h"

namespace es::attestation {
namespace {

base::Error refusal(const Judgement& judgement, Protocol protocol)
{
    const RuleResult* failed = judgement.firstFailure();
    const Rule* rule = failed == nullptr ? nullptr : findRule(protocol, failed->id);
    std::string text = "The enclave was refused; no key was released.";
    if (failed != nullptr) text += ' ' + mismatchText(*failed, protocol);
    base::Error error = base::makeError(kEnclaveRefused, std::move(text), "attestation-policy", rule == nullptr ? "" : std::string(rule->remedy));
    error.origin = base::Origin::kAttestation;
    return error;
}

base::Error incomplete()
{
    base::Error error = base::makeError(kServiceFailed, "The attestation service did not give what is needed to judge the enclave; no key was released.",
        "attestation-url", "Check the attestation URL, and that the service runs.");
    error.origin = base::Origin::kAttestation;
    return error;
}

}  // namespace

base::Result<base::Bytes> KeyAgreement::start(enclave::ProtocolId protocol, std::optional<enclave::AasChallenge> challenge)
{
    ES_TRY(m_keyPair, crypto::EcdhP384::generate());
    m_parameters = enclave::encodeAttestationParameters({protocol, std::move(challenge), m_keyPair->publicKey()});
    return m_parameters;
}

VerifyOutcome KeyAgreement::conclude(AttestationReport report, const base::Clock& clock)
{
    // An old answer opens nothing: the pair is used up whatever comes out.
    const std::optional<crypto::EcdhP384> keyPair = std::exchange(m_keyPair, std::nullopt);
    VerifyOutcome outcome;
    Judgement& judgement = report.judgement;
    const bool allowed = judgement.verdict == Verdict::kVerified
        || (judgement.verdict == Verdict::kNotAttested && report.evidence.protocol == Protocol::kNone);
    std::optional<base::SecureBytes> sessionKey;
    if (allowed && keyPair && judgement.session) {
        auto derived = enclave::deriveSessionKey(*keyPair, judgement.session->enclavePublicKey);
        if (derived) sessionKey = std::move(derived).value();
        else report.failure = std::move(derived).error();
        if (report.failure) report.failure->origin = base::Origin::kAttestation;
    }
    if (!sessionKey && judgement.verdict == Verdict::kRefused) report.failure = refusal(judgement, report.evidence.protocol);
    if (!sessionKey && !report.failure) report.failure = incomplete();
    if (!sessionKey && allowed) judgement.verdict = Verdict::kRefused;
    if (sessionKey) {
        report.sessionEnds = clock.wallClock() + EnclaveSession::kLifetime;
        if (judgement.validUntil) report.sessionEnds = std::min(report.sessionEnds, *judgement.validUntil);
    }
    outcome.error = report.failure;
    const auto id = judgement.session ? judgement.session->sessionId : enclave::SessionId{};
    outcome.report = std::make_shared<const AttestationReport>(std::move(report));
    if (sessionKey) outcome.session = std::make_shared<EnclaveSession>(id, std::move(*sessionKey), outcome.report);
    return outcome;
}

Evidence evidenceOf(const VerifierSettings& settings, const base::Bytes& parameters, base::ByteView result, const base::Clock& clock)
{
    Evidence evidence;
    evidence.protocol = settings.protocol;
    evidence.url = settings.url;
    evidence.enclaveType = settings.enclaveType;
    evidence.serverName = settings.serverName;
    evidence.database = settings.database;
    evidence.parameters = parameters;
    evidence.result = base::Bytes(result.begin(), result.end());
    evidence.seenAt = std::chrono::floor<std::chrono::seconds>(clock.wallClock());  // as people and certificates count
    return evidence;
}

VerifyOutcome notStarted()
{
    VerifyOutcome outcome;
    outcome.error = base::makeError(kNotStarted, "The server sent an attestation result that was not asked for.");
    outcome.error->origin = base::Origin::kAttestation;
    return outcome;
}

}  // namespace es::attestation
