// The one fake, at the transport seam: a script of what the client is expected to write and of what the server answers.
// Replays with the connection lost at any step, and with the server's bytes given one at a time.
// Thread: as Transport; `hung` may be waited for from another thread.
#pragma once

#include "driver/transport/Transport.h"

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace es::test {

using base::Bytes;
using base::ByteView;

// What happened to a script, shared with the test, since the session owns the transport.
struct ScriptRecord {
    std::vector<Bytes> writes;
    std::vector<std::string> violations;  // empty in a good run
    std::size_t stepsDone = 0;
    bool closed = false;
    bool tlsStarted = false;
    bool wroteBeforeTls = false;          // a LOGIN7 packet (type 0x10) before TLS: never
    std::atomic<bool> hung{false};        // a read waits for its stop token
};

class Script {
public:
    // The next write begins with a packet of this type (0x12 PRELOGIN, 0x10 LOGIN7, 0x01 batch, 0x03 RPC, 0x06 attention). `check` sees the
    // whole write and returns what is wrong with it, or nothing.
    Script& expect(std::uint8_t packetType, std::function<std::string(ByteView)> check = {});
    Script& tls(std::optional<base::Error> failure = std::nullopt);
    Script& give(Bytes serverBytes);
    // Reads wait until their stop token is requested (or time out at once, when they have a limit and no request comes).
    Script& hang();
    Script& append(const Script& more);
    [[nodiscard]] std::size_t stepCount() const { return m_steps.size(); }

private:
    friend class ScriptedTransport;
    enum class Kind { kExpect, kTls, kGive, kHang };
    struct Step {
        Kind kind;
        std::uint8_t packetType = 0;
        std::function<std::string(ByteView)> check;
        Bytes bytes;
        std::optional<base::Error> failure;
    };
    std::vector<Step> m_steps;
};

struct ReplayOptions {
    std::optional<std::size_t> loseAtStep;  // the connection is lost when this step is reached
    bool oneByteAtATime = false;
    std::function<void(std::size_t)> onStep;  // called with the number of a step when it is reached first
};

class ScriptedTransport final : public transport::Transport {
public:
    ScriptedTransport(Script script, std::shared_ptr<ScriptRecord> record, ReplayOptions options = {});

    base::Result<transport::Finished> write(ByteView bytes, std::stop_token stop, int timeoutMs) override;
    base::Result<transport::ReadOutcome> read(std::span<base::Byte> into, std::stop_token stop, int timeoutMs) override;
    base::Result<transport::Finished> startTls(const tls::TlsClientOptions& options, std::stop_token stop, int timeoutMs) override;
    void close() override { m_record->closed = true; }
    [[nodiscard]] transport::ByteCounters counters() const override { return m_counters; }
    [[nodiscard]] bool encrypted() const override { return m_record->tlsStarted; }

private:
    // The step to perform, or null past the end, or when the connection is lost here.
    [[nodiscard]] Script::Step* current();
    void done() { m_given = 0; m_announced = false; ++m_record->stepsDone; }
    base::Error lost(std::string why);

    Script m_script;
    std::shared_ptr<ScriptRecord> m_record;
    ReplayOptions m_options;
    std::size_t m_given = 0;
    bool m_announced = false;
    transport::ByteCounters m_counters;
};

}  // namespace es::test
