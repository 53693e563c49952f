#include "driver/session/Session.h"

#include "driver/session/AttestationRun.h"
#include "driver/session/LoginMachine.h"
#include "driver/session/ProgressTeller.h"
#include "driver/session/ServerErrors.h"
#include "driver/session/StatementRun.h"
#include "driver/transport/SocketTransport.h"

namespace es::session {

namespace {

using Deadline = std::chrono::steady_clock::time_point;

base::Error loginTimedOut(const ConnectionSettings& settings)
{
    base::Error error = base::makeError(kTimedOut,
        "The server did not complete the login within " + std::to_string(settings.connectTimeoutMs / 1000) + " seconds.", "connect-timeout",
        "Check that address and port are those of a SQL Server, or allow more time.");
    error.consequence = base::Consequence::kSessionUnusable;
    return error;
}

base::Error loginFailure(base::Error error, const ConnectionSettings& settings)
{
    if (error.code == transport::kTimedOut) return loginTimedOut(settings);
    if (error.code == transport::kConnectionLost) return connectionLostError(error, "during login");
    error.consequence = base::Consequence::kSessionUnusable;
    return error;
}

// Whatever can be said without asking the server.
base::Result<void> checkBeforeConnecting(const ConnectionSettings& settings, const Services& services)
{
    ES_CHECK(checkSettings(settings));
    if (auto wanted = verifierSettingsOf(settings)) ES_CHECK(checkVerifier(std::move(*wanted), "VBS", services));
    return {};
}

std::uint32_t millisecondsSince(Deadline started, const base::Clock& clock)
{
    const auto used = std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - started).count();
    return static_cast<std::uint32_t>(std::max<std::int64_t>(used, 0));
}

LoopOptions loginOptions(const ConnectionSettings& settings, const Services& services, std::stop_token cancel)
{
    LoopOptions options;
    options.cancel = std::move(cancel);
    options.cancelMeans = CancelMeans::kStopAtOnce;
    options.clock = &services.clock;
    options.deadline = services.clock.now() + std::chrono::milliseconds(settings.connectTimeoutMs);
    options.tls.hostName = settings.tls.hostNameInCertificate.empty() ? settings.host : settings.tls.hostNameInCertificate;
    options.tls.caFile = settings.tls.caFile;
    options.tls.trustServerCertificate = settings.tls.trustServerCertificate;
    return options;
}

base::Error sessionClosed()
{
    base::Error error = base::makeError(kSessionClosed, "The connection to the server is closed.", {}, "Connect again.");
    error.consequence = base::Consequence::kSessionUnusable;
    return error;
}

} // namespace

struct Session::Impl {
    SessionWorld world;
};

Session::Session(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}

Session::~Session()
{
    close();
}

base::Result<std::unique_ptr<Session>> Session::connect(ConnectionSettings settings, Services services, std::stop_token cancel)
{
    ES_CHECK(checkBeforeConnecting(settings, services));
    const Deadline started = services.clock.now();
    transport::SocketOptions options;
    options.host = settings.host;
    options.port = settings.port;
    options.timeoutMs = static_cast<int>(settings.connectTimeoutMs);
    ES_TRY(auto transport, transport::SocketTransport::connect(options, cancel));
    if (transport == nullptr) return std::unique_ptr<Session>();
    const std::uint32_t usedMs = millisecondsSince(started, services.clock);
    settings.connectTimeoutMs -= std::min(usedMs, settings.connectTimeoutMs);
    ProgressTeller(services).tell(
        ProgressStep::kServerReached, settings.host + ',' + std::to_string(settings.port), std::chrono::milliseconds(usedMs));
    return connectOver(std::move(transport), std::move(settings), std::move(services), std::move(cancel));
}

base::Result<std::unique_ptr<Session>> Session::connectOver(
    std::unique_ptr<transport::Transport> transport, ConnectionSettings settings, Services services, std::stop_token cancel)
{
    ES_CHECK(checkBeforeConnecting(settings, services));
    ConnectionFacts facts;
    facts.state.serverName = settings.host + ',' + std::to_string(settings.port);
    LoginMachine login(settings, facts);
    ProgressTeller teller(services);
    ToldLogin machine(login, settings, facts, teller);
    auto end = runMachine(machine, *transport, loginOptions(settings, services, std::move(cancel)));
    if (!end || *end == LoopEnd::kStopped) {
        transport->close();
        if (end) return std::unique_ptr<Session>();
        return loginFailure(std::move(end).error(), settings);
    }
    facts.state.counters.roundTrips = login.answersRead() + 1; // and the TLS handshake
    if (auto wanted = verifierSettingsOf(settings)) ES_CHECK(checkVerifier(std::move(*wanted), facts.state.enclaveType, services));
    services.log.write(base::LogLevel::kInfo, "session",
        "connected to " + facts.state.serverName + ", TDS 7.4, column encryption " + std::to_string(facts.columnEncryptionVersion)
            + ", attestation " + std::string(protocolName(settings.attestation.protocol)));
    std::unique_ptr<Impl> impl(new Impl{{std::move(transport), std::move(services), settings, std::move(facts)}});
    impl->world.refreshCounters();
    impl->world.enclave.refresh();
    return std::unique_ptr<Session>(new Session(std::move(impl)));
}

base::Result<Outcome> Session::execute(const Statement& statement, ResultSink& sink, std::stop_token cancel, std::stop_token abandon)
{
    if (!m_impl->world.facts.state.usable) return sessionClosed();
    return StatementRun(m_impl->world, statement, sink, std::move(cancel), std::move(abandon)).run();
}

base::Result<Outcome> Session::attest(std::stop_token cancel, std::stop_token abandon)
{
    if (!m_impl->world.facts.state.usable) return sessionClosed();
    return attestNow(m_impl->world, cancel, abandon);
}

void Session::setKeyUse(std::shared_ptr<const KeyUse> use)
{
    m_impl->world.keyUse = std::move(use);
}

const SessionState& Session::state() const
{
    return m_impl->world.facts.state;
}

void Session::close()
{
    m_impl->world.close();
}

} // namespace es::session
