// Joins a machine and a transport: the only place of this room where bytes move.
// Thread: session thread only.
#pragma once

#include "driver/base/Clock.h"
#include "driver/session/Machine.h"
#include "driver/transport/Transport.h"

#include <optional>

namespace es::session {

enum class CancelMeans : std::uint8_t {
    kStopAtOnce,  // login: nothing to tell the server
    kTellMachine,  // statement: CancelRequested once, then on until the machine has finished
};

struct LoopOptions {
    std::stop_token cancel;
    std::stop_token abandon;  // ends every wait; requested alone it counts as cancel too
    CancelMeans cancelMeans = CancelMeans::kTellMachine;
    std::uint32_t cancelTimeoutMs = 5000;  // from CancelRequested on
    const base::Clock* clock = &base::Clock::system();
    std::optional<std::chrono::steady_clock::time_point> deadline;  // of the whole loop; passing it is transport::kTimedOut
    tls::TlsClientOptions tls;
};

enum class LoopEnd : std::uint8_t {
    kFinished,
    kStopped,  // cancelled and not finished: by abandon, at the cancel timeout, or at once. The connection has to be closed.
};

// Errors: the machine's and the transport's. `transport` is not closed.
[[nodiscard]] base::Result<LoopEnd> runMachine(Machine& machine, transport::Transport& transport, const LoopOptions& options);

}  // namespace es::session
