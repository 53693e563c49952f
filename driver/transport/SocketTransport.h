// Transport over TCP. Thread: session thread only, as Transport.
#pragma once

#include "driver/transport/Transport.h"

#include <memory>

namespace es::transport {

struct SocketOptions {
    std::string host;             // name or address; "[::1]" and "::1" both
    std::uint16_t port = 1433;
    int timeoutMs = 15000;        // name resolution and connecting together; kNoTimeLimit = the system's patience
};

class SocketTransport final : public Transport {
public:
    // Null when cancelled. All addresses of the host are tried in turn.
    // Errors: kHostNotFound, kRefused, kUnreachable, kTimedOut.
    [[nodiscard]] static base::Result<std::unique_ptr<Transport>> connect(const SocketOptions& options, std::stop_token stop);
    ~SocketTransport() override;

    [[nodiscard]] base::Result<Finished> write(base::ByteView bytes, std::stop_token stop, int timeoutMs = kNoTimeLimit) override;
    [[nodiscard]] base::Result<ReadOutcome> read(std::span<base::Byte> into, std::stop_token stop, int timeoutMs = kNoTimeLimit) override;
    [[nodiscard]] base::Result<Finished> startTls(
        const tls::TlsClientOptions& options, std::stop_token stop, int timeoutMs = kNoTimeLimit) override;
    void close() override;
    [[nodiscard]] ByteCounters counters() const override;
    [[nodiscard]] bool encrypted() const override;

private:
    struct Impl;
    explicit SocketTransport(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace es::transport
