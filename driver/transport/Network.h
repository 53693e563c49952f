// How a client reaches servers: streams, and single datagrams. The seam that tests replace.
// Thread: any one at a time; the stop source is the one door for other threads.
#pragma once

#include "driver/transport/SocketTransport.h"

#include <functional>
#include <optional>

namespace es::transport {

struct DatagramQuestion {
    std::string host;
    std::uint16_t port = 0;
    base::Bytes question;
    int timeoutMs = 5000;  // name resolution included; kNoTimeLimit is not for this
    int againMs = 1000;    // datagrams get lost: asked again after this time
    // Whether this is an answer; what is not is as good as nothing.
    std::function<bool(base::ByteView)> accept;
};

class Network {
public:
    virtual ~Network() = default;

    // As SocketTransport::connect().
    [[nodiscard]] virtual base::Result<std::unique_ptr<Transport>> connect(const SocketOptions& options, std::stop_token stop) = 0;
    // Asks all addresses of the host at once; the first accepted answer that comes from one that was asked. Nothing: cancelled.
    // Errors: kHostNotFound, kRefused (nobody listens on that port of any address), kTimedOut, kUnreachable.
    [[nodiscard]] virtual base::Result<std::optional<base::Bytes>> ask(const DatagramQuestion& question, std::stop_token stop) = 0;

    [[nodiscard]] static Network& system();  // lives as long as the program; any thread
};

}  // namespace es::transport
