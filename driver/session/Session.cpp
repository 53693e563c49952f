#include "driver/session/Session.h"

#include "driver/session/AttestationRun.h"
#include "driver/session/BulkCopyRun.h"
#include "driver/session/Connector.h"
#include "driver/session/LoginMachine.h"
#include "driver/session/ServerErrors.h"
#include "driver/session/StatementRun.h"

namespace es::session {

namespace {

// Whatever can be said without asking the server.
base::Result<void> checkBeforeConnecting(const ConnectionSettings& settings, const Services& services)
{
    ES_CHECK(checkSettings(settings));
    if (auto wanted = verifierSettingsOf(settings)) ES_CHECK(checkVerifier(std::move(*wanted), "VBS", services));
    return {};
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

// After a login that went well.
base::Result<std::unique_ptr<Session>> Session::make(Connected connected, Services services)
{
    if (connected.transport == nullptr) return std::unique_ptr<Session>();
    const ConnectionSettings& settings = connected.settings;
    ConnectionFacts& facts = connected.facts;
    if (auto wanted = verifierSettingsOf(settings)) ES_CHECK(checkVerifier(std::move(*wanted), facts.state.enclaveType, services));
    services.log.write(base::LogLevel::kInfo, "session",
        "connected to " + facts.state.serverName + (settings.tls.mode == EncryptionMode::kStrict ? ", TDS 8.0" : ", TDS 7.4") + ", column encryption "
            + std::to_string(facts.columnEncryptionVersion) + ", attestation " + std::string(protocolName(settings.attestation.protocol)));
    std::unique_ptr<Impl> impl(new Impl{{std::move(connected.transport), std::move(services), settings, std::move(facts)}});
    impl->world.refreshCounters();
    impl->world.enclave.refresh();
    return std::unique_ptr<Session>(new Session(std::move(impl)));
}

base::Result<std::unique_ptr<Session>> Session::connect(ConnectionSettings settings, Services services, std::stop_token cancel)
{
    ES_CHECK(checkBeforeConnecting(settings, services));
    transport::Network& network = services.network == nullptr ? transport::Network::system() : *services.network;
    ES_TRY(Connected connected, Connector(std::move(settings), services, network, std::move(cancel)).run());
    return make(std::move(connected), std::move(services));
}

base::Result<std::unique_ptr<Session>> Session::connectOver(
    std::unique_ptr<transport::Transport> transport, ConnectionSettings settings, Services services, std::stop_token cancel)
{
    ES_CHECK(checkBeforeConnecting(settings, services));
    ES_TRY(Connected connected, Connector::overTransport(std::move(transport), std::move(settings), services, std::move(cancel)));
    if (connected.facts.route) {
        connected.transport->close();
        base::Error error = base::makeError(kLoginRefused,
            "The server sends its clients on to \"" + connected.facts.route->host + ',' + std::to_string(connected.facts.route->port)
                + "\", which cannot be reached from here.",
            "host", "Connect to that address.");
        error.consequence = base::Consequence::kSessionUnusable;
        return error;
    }
    return make(std::move(connected), std::move(services));
}

base::Result<Outcome> Session::execute(const Statement& statement, ResultSink& sink, std::stop_token cancel, std::stop_token abandon)
{
    if (!m_impl->world.facts.state.usable) return sessionClosed();
    return StatementRun(m_impl->world, statement, sink, std::move(cancel), std::move(abandon)).run();
}

base::Result<BulkCopied> Session::bulkCopy(const BulkCopyRequest& request, BulkSource& source, std::stop_token cancel, std::stop_token abandon)
{
    if (!m_impl->world.facts.state.usable) return sessionClosed();
    return BulkCopyRun(m_impl->world, request, source, std::move(cancel), std::move(abandon)).run();
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
