// A connected TCP socket whose every wait can be ended from another thread through a stop token.
// Thread: one at a time; the stop source is used from any. Inside this room only.
#pragma once

#include "driver/base/Bytes.h"
#include "driver/transport/Errors.h"
#include "driver/transport/SocketTransport.h"

#include <chrono>
#include <optional>
#include <stop_token>

namespace es::transport {

// Nothing = no limit.
using Deadline = std::optional<std::chrono::steady_clock::time_point>;
[[nodiscard]] Deadline deadlineAfter(int timeoutMs);

// A pipe that one thread writes to in order to end another thread's poll().
class PosixWakeUp {
public:
    PosixWakeUp();
    ~PosixWakeUp();
    PosixWakeUp(const PosixWakeUp&) = delete;
    PosixWakeUp& operator=(const PosixWakeUp&) = delete;

    [[nodiscard]] bool ok() const { return m_readFd >= 0; }
    [[nodiscard]] int fd() const { return m_readFd; }
    void signal() const;  // any thread, never waits
    void drain() const;

private:
    int m_readFd = -1;
    int m_writeFd = -1;
};

class PosixSocket {
public:
    // Null when cancelled.
    [[nodiscard]] static base::Result<std::unique_ptr<PosixSocket>> connect(const SocketOptions& options, std::stop_token stop);
    ~PosixSocket();
    PosixSocket(const PosixSocket&) = delete;
    PosixSocket& operator=(const PosixSocket&) = delete;

    // Waits until some bytes went out or came in. 0 = cancelled. Errors: kConnectionLost, kTimedOut.
    [[nodiscard]] base::Result<std::size_t> send(base::ByteView bytes, std::stop_token stop, Deadline deadline);
    [[nodiscard]] base::Result<std::size_t> receive(std::span<base::Byte> into, std::stop_token stop, Deadline deadline);
    void sendWithoutWaiting(base::ByteView bytes);  // best effort, for farewells
    void close();

private:
    explicit PosixSocket(int fd) : m_fd(fd) {}

    PosixWakeUp m_wakeUp;
    int m_fd;
};

}  // namespace es::transport
