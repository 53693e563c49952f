#include "tests/support/ScriptedTransport.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace es::test {

Script& Script::expect(std::uint8_t packetType, std::function<std::string(ByteView)> check)
{
    m_steps.push_back({Kind::kExpect, packetType, std::move(check), {}, std::nullopt});
    return *this;
}

Script& Script::tls(std::optional<base::Error> failure)
{
    m_steps.push_back({Kind::kTls, 0, {}, {}, std::move(failure)});
    return *this;
}

Script& Script::give(Bytes serverBytes)
{
    m_steps.push_back({Kind::kGive, 0, {}, std::move(serverBytes), std::nullopt});
    return *this;
}

Script& Script::hang()
{
    m_steps.push_back({Kind::kHang, 0, {}, {}, std::nullopt});
    return *this;
}

Script& Script::append(const Script& more)
{
    m_steps.insert(m_steps.end(), more.m_steps.begin(), more.m_steps.end());
    return *this;
}

ScriptedTransport::ScriptedTransport(Script script, std::shared_ptr<ScriptRecord> record, ReplayOptions options)
    : m_script(std::move(script))
    , m_record(std::move(record))
    , m_options(std::move(options))
{
}

Script::Step* ScriptedTransport::current()
{
    const std::size_t number = m_record->stepsDone;
    if (m_record->closed || number >= m_script.m_steps.size() || m_options.loseAtStep == number) return nullptr;
    if (!m_announced && m_options.onStep) m_options.onStep(number);
    m_announced = true;
    return &m_script.m_steps[number];
}

base::Error ScriptedTransport::lost(std::string why)
{
    base::Error error = base::makeError(transport::kConnectionLost, std::move(why), "host", "Connect again.");
    error.consequence = base::Consequence::kSessionUnusable;
    return error;
}

base::Result<transport::Finished> ScriptedTransport::write(ByteView bytes, std::stop_token stop, int)
{
    static_cast<void>(stop); // everything goes out at once: nothing to wait for
    Script::Step* step = current();
    if (step == nullptr) return lost("The other side ended the connection.");
    m_record->writes.emplace_back(bytes.begin(), bytes.end());
    m_counters.sent += bytes.size();
    if (!m_record->tlsStarted && !bytes.empty() && bytes[0] == 0x10) m_record->wroteBeforeTls = true;
    if (step->kind == Script::Kind::kHang) { // an attention that interrupts a hanging read
        done();
        step = current();
        if (step == nullptr) return lost("The other side ended the connection.");
    }
    if (step->kind != Script::Kind::kExpect)
        m_record->violations.push_back("step " + std::to_string(m_record->stepsDone) + ": nothing was to be written here");
    else if (bytes.empty() || bytes[0] != step->packetType)
        m_record->violations.push_back("step " + std::to_string(m_record->stepsDone) + ": another packet type was expected");
    else if (step->check)
        if (std::string wrong = step->check(bytes); !wrong.empty())
            m_record->violations.push_back("step " + std::to_string(m_record->stepsDone) + ": " + wrong);
    done();
    return transport::Finished::kDone;
}

base::Result<transport::ReadOutcome> ScriptedTransport::read(std::span<base::Byte> into, std::stop_token stop, int timeoutMs)
{
    Script::Step* step = current();
    if (step == nullptr) return lost("The other side ended the connection.");
    if (step->kind == Script::Kind::kHang) {
        if (stop.stop_requested()) return transport::ReadOutcome{0, transport::Finished::kCancelled};
        if (timeoutMs >= 0) return base::makeError(transport::kTimedOut, "Nothing came in time.");
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        m_record->hung = true;
        wake.wait(lock, stop, [] { return false; });
        return transport::ReadOutcome{0, transport::Finished::kCancelled};
    }
    if (step->kind != Script::Kind::kGive) {
        m_record->violations.push_back("step " + std::to_string(m_record->stepsDone) + ": the client reads, but was expected to write");
        return lost("The script is at its end.");
    }
    const std::size_t left = step->bytes.size() - m_given;
    const std::size_t size = std::min({left, into.size(), m_options.oneByteAtATime ? std::size_t{1} : left});
    std::copy_n(step->bytes.begin() + static_cast<std::ptrdiff_t>(m_given), size, into.begin());
    m_given += size;
    m_counters.received += size;
    if (m_given == step->bytes.size()) done();
    return transport::ReadOutcome{size, transport::Finished::kDone};
}

base::Result<transport::Finished> ScriptedTransport::startTls(const tls::TlsClientOptions&, std::stop_token, int)
{
    Script::Step* step = current();
    if (step == nullptr) return lost("The other side ended the connection.");
    if (step->kind != Script::Kind::kTls)
        m_record->violations.push_back("step " + std::to_string(m_record->stepsDone) + ": TLS was not expected here");
    else if (step->failure)
        return *step->failure;
    m_record->tlsStarted = true;
    done();
    return transport::Finished::kDone;
}

} // namespace es::test
