#include "driver/session/MachineLoop.h"

#include <algorithm>
#include <array>
#include <functional>

namespace es::session {

namespace {

using std::chrono::milliseconds;
constexpr std::size_t kReadBytes = 64 * 1024;

class Loop {
public:
    Loop(Machine& machine, transport::Transport& transport, const LoopOptions& options)
        : m_machine(machine)
        , m_transport(transport)
        , m_options(options)
        , m_buffer(kReadBytes)
        , m_deadline(options.deadline)
        , m_linkCancel(options.cancel, [this] { m_soft.request_stop(); })
        , m_linkAbandon(options.abandon, [this] { m_soft.request_stop(); })
    {
    }

    base::Result<LoopEnd> run()
    {
        Action action = m_machine.step(Started{});
        for (;;) {
            if (std::holds_alternative<Finished>(action)) return LoopEnd::kFinished;
            if (auto* failed = std::get_if<Failed>(&action)) return std::move(failed->error);
            if (m_options.abandon.stop_requested() || (stopAtOnce() && m_soft.stop_requested())) return LoopEnd::kStopped;
            auto input = perform(action);
            if (!input)
                return m_cancelTold && input.error().code == transport::kTimedOut ? base::Result<LoopEnd>(LoopEnd::kStopped)
                                                                                  : base::Result<LoopEnd>(std::move(input).error());
            if (!*input) return LoopEnd::kStopped;
            action = m_machine.step(**input);
        }
    }

private:
    using MaybeInput = base::Result<std::optional<Input>>; // nothing: stopped

    [[nodiscard]] bool stopAtOnce() const { return m_options.cancelMeans == CancelMeans::kStopAtOnce; }
    // Until the machine knows of the cancel, a wait ends with it; afterwards only by abandon and the time limit.
    [[nodiscard]] std::stop_token waitToken() const { return m_cancelTold ? m_options.abandon : m_soft.get_token(); }
    [[nodiscard]] int remainingMs() const
    {
        if (!m_deadline) return transport::kNoTimeLimit;
        const auto left = std::chrono::duration_cast<milliseconds>(*m_deadline - m_options.clock->now()).count();
        return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
    }

    MaybeInput perform(const Action& action)
    {
        if (const auto* write = std::get_if<WriteBytes>(&action))
            return inputAfter(m_transport.write(write->bytes, waitToken(), remainingMs()), Written{});
        if (std::holds_alternative<StartTls>(action))
            return inputAfter(m_transport.startTls(m_options.tls, waitToken(), remainingMs()), TlsEstablished{});
        if (!m_cancelTold && m_soft.stop_requested()) return cancelled();
        auto read = m_transport.read(m_buffer, waitToken(), remainingMs());
        if (!read) return std::move(read).error();
        if (read->finished == transport::Finished::kCancelled) return cancelled();
        return std::optional<Input>(BytesArrived{base::ByteView(m_buffer).first(read->bytes)});
    }

    MaybeInput inputAfter(base::Result<transport::Finished> result, Input done)
    {
        if (!result) return std::move(result).error();
        return *result == transport::Finished::kCancelled ? cancelled() : std::optional<Input>(done);
    }

    std::optional<Input> cancelled()
    {
        if (stopAtOnce() || m_cancelTold || m_options.abandon.stop_requested()) return std::nullopt;
        m_cancelTold = true;
        m_deadline = m_options.clock->now() + milliseconds(m_options.cancelTimeoutMs);
        return CancelRequested{};
    }

    Machine& m_machine;
    transport::Transport& m_transport;
    const LoopOptions& m_options;
    base::Bytes m_buffer;
    std::optional<std::chrono::steady_clock::time_point> m_deadline;
    bool m_cancelTold = false;
    std::stop_source m_soft;
    std::stop_callback<std::function<void()>> m_linkCancel;
    std::stop_callback<std::function<void()>> m_linkAbandon;
};

} // namespace

base::Result<LoopEnd> runMachine(Machine& machine, transport::Transport& transport, const LoopOptions& options)
{
    return Loop(machine, transport, options).run();
}

} // namespace es::session
