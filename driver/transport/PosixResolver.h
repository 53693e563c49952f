// Name resolution that can be given up: the system's resolver blocks, so it runs in a thread of its own.
// Inside this room only.
#pragma once

#include "driver/transport/PosixSocket.h"

#include <sys/socket.h>

#include <vector>

namespace es::transport {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t sizeBytes = 0;
};

// poll() on `fd` for `events`, until `stop` or `deadline`.
enum class WaitEnd : std::uint8_t { kReady, kCancelled, kTimeUp };
[[nodiscard]] WaitEnd waitFor(int fd, short events, const PosixWakeUp& wakeUp, const std::stop_token& stop, Deadline deadline);

// Empty when cancelled. Errors: kHostNotFound, kTimedOut.
[[nodiscard]] base::Result<std::vector<SocketAddress>> resolve(
    const SocketOptions& options, const std::stop_token& stop, Deadline deadline);

// An error of this room with its consequence.
[[nodiscard]] base::Error transportError(base::ErrorCode code, std::string text, std::string setting, std::string remedy);
[[nodiscard]] base::Error connectTimedOut(const SocketOptions& options);

}  // namespace es::transport
