#include "driver/session/SessionWorld.h"

#include "driver/session/ServerErrors.h"

namespace es::session {

SessionWorld::SessionWorld(
    std::unique_ptr<transport::Transport> openTransport, Services borrowed, const ConnectionSettings& settings, ConnectionFacts known)
    : transport(std::move(openTransport))
    , services(std::move(borrowed))
    , cancelTimeoutMs(settings.cancelTimeoutMs)
    , facts(std::move(known))
    , keys(services.keyStores, facts.state.serverName, services.clock)
    , describeCache(services.clock)
    , policy(settings.attestation.policy)
    , enclave(verifierSettingsOf(settings), settings.user, services, facts)
{
}

base::Result<bool> SessionWorld::exchange(Machine& machine, const std::stop_token& cancel, const std::stop_token& abandon)
{
    LoopOptions options;
    options.cancel = cancel;
    options.abandon = abandon;
    options.cancelTimeoutMs = cancelTimeoutMs;
    options.clock = &services.clock;
    auto end = runMachine(machine, *transport, options);
    ++facts.state.counters.roundTrips;
    refreshCounters();
    if (end && *end == LoopEnd::kFinished) return true;
    close();
    if (end) return false;
    base::Error error = std::move(end).error();
    services.log.write(base::LogLevel::kWarning, "session", "connection given up: " + error.text);
    if (error.code.room == transport::kConnectionLost.room || error.code.room == tls::kTlsBroken.room)
        return connectionLostError(error, "while a statement was running");
    error.consequence = base::Consequence::kSessionUnusable;
    return error;
}

void SessionWorld::close()
{
    if (transport) transport->close();
    refreshCounters();
    enclave.letGo();
    keys.clear();
    describeCache.clear();
    facts.state.usable = false;
}

void SessionWorld::refreshCounters()
{
    const transport::ByteCounters counters = transport->counters();
    facts.state.counters.bytesSent = counters.sent;
    facts.state.counters.bytesReceived = counters.received;
}

} // namespace es::session
