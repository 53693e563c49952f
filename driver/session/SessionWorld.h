// Everything one session owns, as its parts see it: the transport, what is known, the keys, the caches. Private to this room.
// Thread: session thread only.
#pragma once

#include "driver/session/ColumnKeys.h"
#include "driver/session/DescribeCache.h"
#include "driver/session/EnclaveChannel.h"
#include "driver/session/MachineLoop.h"
#include "driver/session/Session.h"

namespace es::session {

struct SessionWorld {
    SessionWorld(std::unique_ptr<transport::Transport> openTransport, Services borrowed, const ConnectionSettings& settings,
        ConnectionFacts known);

    SessionWorld(const SessionWorld&) = delete;  // its parts refer to each other
    SessionWorld& operator=(const SessionWorld&) = delete;

    // Runs a machine for one request. False: stopped, the session is closed. Errors end the session: kConnectionLost, kProtocolError, tds's.
    [[nodiscard]] base::Result<bool> exchange(Machine& machine, const std::stop_token& cancel, const std::stop_token& abandon);
    void close();
    void refreshCounters();

    std::unique_ptr<transport::Transport> transport;
    Services services;
    std::uint32_t cancelTimeoutMs;
    ConnectionFacts facts;
    ColumnKeys keys;
    DescribeCache describeCache;
    attestation::Policy policy;
    EnclaveChannel enclave;
    std::shared_ptr<const KeyUse> keyUse;  // as somebody read it last; null pointer: not known
};

}  // namespace es::session
