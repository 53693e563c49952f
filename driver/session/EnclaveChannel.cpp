#include "driver/session/EnclaveChannel.h"

#include "driver/base/LogSink.h"
#include "driver/session/ProgressTeller.h"

#include <algorithm>

namespace es::session {

namespace {

using std::chrono::milliseconds;

std::unique_ptr<attestation::ServiceDocuments> newDocuments(const base::Clock& clock)
{
    return std::make_unique<attestation::ServiceDocuments>(http::makeHttpClient(), clock);
}

// One token for "cancel" and "give up": a service is told to stop by either.
class EitherToken {
public:
    EitherToken(const std::stop_token& first, const std::stop_token& second)
        : m_first(first, Stop{m_source})
        , m_second(second, Stop{m_source})
    {
    }
    [[nodiscard]] std::stop_token token() const { return m_source.get_token(); }

private:
    struct Stop {
        std::stop_source source; // shares its state with m_source
        void operator()() { source.request_stop(); }
    };
    std::stop_source m_source;
    std::stop_callback<Stop> m_first;
    std::stop_callback<Stop> m_second;
};

} // namespace

std::optional<attestation::VerifierSettings> verifierSettingsOf(const ConnectionSettings& settings)
{
    attestation::VerifierSettings wanted;
    switch (settings.attestation.protocol) {
    case AttestationProtocol::kOff: return std::nullopt;
    case AttestationProtocol::kNone: wanted.protocol = attestation::Protocol::kNone; break;
    case AttestationProtocol::kHgs: wanted.protocol = attestation::Protocol::kHgs; break;
    case AttestationProtocol::kAas: wanted.protocol = attestation::Protocol::kAas; break;
    }
    wanted.url = settings.attestation.url;
    wanted.caFile = settings.tls.caFile;
    wanted.policy = settings.attestation.policy;
    wanted.serverName = settings.host + ',' + std::to_string(settings.port);
    return wanted;
}

base::Result<void> checkVerifier(attestation::VerifierSettings settings, std::string enclaveType, const Services& services)
{
    const auto own = services.documents == nullptr ? newDocuments(services.clock) : nullptr;
    settings.enclaveType = std::move(enclaveType);
    auto verifier = attestation::makeVerifier(settings, own ? *own : *services.documents, services.clock);
    if (!verifier) return std::move(verifier).error();
    return {};
}

EnclaveChannel::EnclaveChannel(
    std::optional<attestation::VerifierSettings> wanted, std::string login, const Services& services, ConnectionFacts& facts)
    : m_wanted(std::move(wanted))
    , m_login(std::move(login))
    , m_services(services)
    , m_facts(facts)
{
    if (m_wanted) m_wanted->enclaveType = m_facts.state.enclaveType;
}

attestation::SessionScope EnclaveChannel::scope() const
{
    return {m_wanted->serverName, m_login, m_facts.state.database, m_wanted->protocol, m_wanted->url,
        attestation::policyDigest(m_wanted->policy), m_wanted->caFile};
}

attestation::EnclaveSessionCache& EnclaveChannel::sessions()
{
    if (m_services.enclaveSessions != nullptr) return *m_services.enclaveSessions;
    if (!m_ownSessions) m_ownSessions = std::make_unique<attestation::EnclaveSessionCache>(m_services.clock);
    return *m_ownSessions;
}

attestation::ServiceDocuments& EnclaveChannel::documents()
{
    if (m_services.documents != nullptr) return *m_services.documents;
    if (!m_ownDocuments) m_ownDocuments = newDocuments(m_services.clock);
    return *m_ownDocuments;
}

void EnclaveChannel::refresh()
{
    if (configured()) take(sessions().find(scope()));
}

void EnclaveChannel::take(std::shared_ptr<attestation::EnclaveSession> session)
{
    const bool another = session != m_session;
    m_session = std::move(session);
    SessionState& state = m_facts.state;
    state.enclaveSessionOpen = m_session != nullptr;
    state.enclaveAttested = m_session && m_session->report()->judgement.verdict == attestation::Verdict::kVerified;
    if (m_session && another) state.attestation = m_session->report();
    state.keysReleased = m_session ? m_session->released() : std::vector<attestation::ReleasedKey>();
}

base::Result<base::Bytes> EnclaveChannel::attestationParameters()
{
    m_wanted->database = m_facts.state.database;
    ES_TRY(m_verifier, attestation::makeVerifier(*m_wanted, documents(), m_services.clock));
    return m_verifier->attestationParameters();
}

base::Result<Outcome> EnclaveChannel::accept(
    base::ByteView attestationResult, const std::stop_token& cancel, const std::stop_token& abandon)
{
    const auto verifier = std::move(m_verifier);
    if (!verifier) return base::makeError(attestation::kNotStarted, "The server sent an attestation result that was not asked for.");
    const EitherToken stop(cancel, abandon);
    const auto started = m_services.clock.now();
    attestation::VerifyOutcome outcome = verifier->verify(attestationResult, stop.token());
    m_facts.state.counters.serviceRequests += outcome.serviceRequests;
    if (outcome.report) tellSteps(*outcome.report, std::chrono::duration_cast<milliseconds>(m_services.clock.now() - started));
    if (outcome.cancelled) return Outcome::kCancelled;
    if (outcome.session) {
        sessions().store(scope(), outcome.session);
        take(std::move(outcome.session));
        m_facts.state.attestation = m_session->report();
        m_services.log.write(base::LogLevel::kInfo, "session",
            "enclave session opened, type " + m_facts.state.enclaveType + ", "
                + std::string(attestation::verdictName(m_session->report()->judgement.verdict)));
        return Outcome::kCompleted;
    }
    // An enclave that is refused now must not be used on the strength of what was seen before.
    if (outcome.report && outcome.report->judgement.verdict == attestation::Verdict::kRefused) drop();
    m_facts.state.attestation = outcome.report;
    base::Error error = outcome.error ? std::move(*outcome.error)
                                      : base::makeError(attestation::kEnclaveRefused, "The enclave was not accepted.", "attestation",
                                          "No key was sent. Look at the report of the attestation.");
    error.origin = base::Origin::kAttestation;
    m_services.log.write(base::LogLevel::kWarning, "session", "enclave not accepted: " + error.text);
    return error;
}

void EnclaveChannel::tellSteps(const attestation::AttestationReport& report, milliseconds elapsed) const
{
    using attestation::Verdict;
    const Verdict verdict = report.judgement.verdict;
    const ProgressTeller teller(m_services);
    if (verdict == Verdict::kUnreachable) return;
    if (report.evidence.protocol != attestation::Protocol::kNone)
        teller.tell(ProgressStep::kServiceAnswers, hostOfUrl(report.evidence.url), report.serviceElapsed);
    if (verdict == Verdict::kRefused) return;
    teller.tell(ProgressStep::kEvidenceValid, std::to_string(report.judgement.rules.size()) + " rules",
        std::max(milliseconds(0), elapsed - report.serviceElapsed));
    teller.tell(ProgressStep::kSessionOpened, "until " + utcText(report.sessionEnds), milliseconds(0));
}

base::Result<base::Bytes> EnclaveChannel::sealPackage(
    std::string_view statement, std::span<const enclave::EnclaveKey> keys, std::span<const attestation::ReleasedKey> facts)
{
    ES_TRY(base::Bytes package, m_session->sealPackage(statement, keys));
    for (const attestation::ReleasedKey& key : facts)
        m_session->noteReleased(key);
    m_facts.state.keysReleased = m_session->released();
    return package;
}

void EnclaveChannel::drop()
{
    if (configured() && m_session) sessions().drop(scope(), m_session);
    take(nullptr);
}

void EnclaveChannel::letGo()
{
    m_ownSessions.reset();
    m_verifier.reset();
    take(nullptr);
}

} // namespace es::session
