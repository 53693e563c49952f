#include "driver/session/Session.h"

#include "driver/session/LoginMachine.h"
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
base::Result<void> checkBeforeConnecting(const ConnectionSettings& settings)
{
    ES_CHECK(checkSettings(settings));
    auto verifier = verifierFor(settings.attestation, "VBS");
    if (!verifier) return std::move(verifier).error();
    return {};
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
    ES_CHECK(checkBeforeConnecting(settings));
    const Deadline started = services.clock.now();
    transport::SocketOptions options;
    options.host = settings.host;
    options.port = settings.port;
    options.timeoutMs = static_cast<int>(settings.connectTimeoutMs);
    ES_TRY(auto transport, transport::SocketTransport::connect(options, cancel));
    if (transport == nullptr) return std::unique_ptr<Session>();
    const auto used = std::chrono::duration_cast<std::chrono::milliseconds>(services.clock.now() - started).count();
    settings.connectTimeoutMs -= static_cast<std::uint32_t>(std::min<std::int64_t>(used, settings.connectTimeoutMs));
    return connectOver(std::move(transport), std::move(settings), services, std::move(cancel));
}

base::Result<std::unique_ptr<Session>> Session::connectOver(
    std::unique_ptr<transport::Transport> transport, ConnectionSettings settings, Services services, std::stop_token cancel)
{
    ES_CHECK(checkBeforeConnecting(settings));
    ConnectionFacts facts;
    facts.state.serverName = settings.host + ',' + std::to_string(settings.port);
    LoopOptions options;
    options.cancel = std::move(cancel);
    options.cancelMeans = CancelMeans::kStopAtOnce;
    options.clock = &services.clock;
    options.deadline = services.clock.now() + std::chrono::milliseconds(settings.connectTimeoutMs);
    options.tls.hostName = settings.tls.hostNameInCertificate.empty() ? settings.host : settings.tls.hostNameInCertificate;
    options.tls.caFile = settings.tls.caFile;
    options.tls.trustServerCertificate = settings.tls.trustServerCertificate;
    LoginMachine machine(settings, facts);
    auto end = runMachine(machine, *transport, options);
    if (!end || *end == LoopEnd::kStopped) {
        transport->close();
        if (end) return std::unique_ptr<Session>();
        return loginFailure(std::move(end).error(), settings);
    }
    facts.state.counters.roundTrips = machine.answersRead() + 1; // and the TLS handshake
    ES_TRY(auto verifier, verifierFor(settings.attestation, facts.state.enclaveType));
    services.log.write(base::LogLevel::kInfo, "session",
        "connected to " + facts.state.serverName + ", TDS 7.4, column encryption " + std::to_string(facts.columnEncryptionVersion)
            + ", attestation " + std::string(protocolName(settings.attestation.protocol)));
    std::unique_ptr<Impl> impl(new Impl{{std::move(transport), services, settings.cancelTimeoutMs, std::move(facts), std::move(verifier)}});
    impl->world.refreshCounters();
    return std::unique_ptr<Session>(new Session(std::move(impl)));
}

base::Result<Outcome> Session::execute(const Statement& statement, ResultSink& sink, std::stop_token cancel, std::stop_token abandon)
{
    if (!m_impl->world.facts.state.usable) {
        base::Error error = base::makeError(kSessionClosed, "The connection to the server is closed.", {}, "Connect again.");
        error.consequence = base::Consequence::kSessionUnusable;
        return error;
    }
    return StatementRun(m_impl->world, statement, sink, std::move(cancel), std::move(abandon)).run();
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
