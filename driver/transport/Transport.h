// The wire below a session: bytes out, bytes in, TLS from a moment on. The seam that tests replace.
// Every wait ends soon after its stop token is stopped, or at its time limit.
// Thread: session thread only; the stop source is the one door for other threads.
#pragma once

#include "driver/tls/TlsEndpoint.h"
#include "driver/transport/Errors.h"

#include <stop_token>

namespace es::transport {

inline constexpr int kNoTimeLimit = -1;

// How a wait ended without error.
enum class Finished : std::uint8_t { kDone, kCancelled };

struct ReadOutcome {
    std::size_t bytes = 0;     // at least 1 unless cancelled
    Finished finished = Finished::kDone;
};

struct ByteCounters {
    std::uint64_t sent = 0;      // above TLS: what write() accepted
    std::uint64_t received = 0;  // above TLS: what read() gave out
};

class Transport {
public:
    virtual ~Transport() = default;

    // All of `bytes`. After kCancelled the part not yet sent stays queued and goes out before the next write, so that the
    // stream of packets stays whole (an attention can follow). Errors: kConnectionLost, kTimedOut, kTlsBroken.
    [[nodiscard]] virtual base::Result<Finished> write(base::ByteView bytes, std::stop_token stop, int timeoutMs = kNoTimeLimit) = 0;
    // Waits for at least one byte. Errors: kConnectionLost (also an orderly end by the peer), kTimedOut, kTlsBroken.
    [[nodiscard]] virtual base::Result<ReadOutcome> read(std::span<base::Byte> into, std::stop_token stop, int timeoutMs = kNoTimeLimit)
        = 0;
    // The TLS handshake, inside PRELOGIN packets or bare as options.form says; everything after it is encrypted. After kCancelled or an error: only close().
    // Errors: kTlsUntrusted, kTlsHostName, kTlsExpired, kTlsBadCaFile, kTlsHandshake, kConnectionLost, kTimedOut.
    [[nodiscard]] virtual base::Result<Finished> startTls(
        const tls::TlsClientOptions& options, std::stop_token stop, int timeoutMs = kNoTimeLimit)
        = 0;
    // Never waits. Later calls end with kConnectionLost.
    virtual void close() = 0;

    [[nodiscard]] virtual ByteCounters counters() const = 0;
    [[nodiscard]] virtual bool encrypted() const = 0;
};

}  // namespace es::transport
