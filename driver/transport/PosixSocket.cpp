#include "driver/transport/PosixSocket.h"

#include "driver/transport/PosixResolver.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace es::transport {
namespace {

// One attempt's result: a connected descriptor, or why not.
struct Attempt {
    int fd = -1;
    int error = 0;
    bool cancelled = false;
};

void setOption(int fd, int level, int name)
{
    const int on = 1;
    setsockopt(fd, level, name, &on, sizeof(on));
}

Attempt connectTo(const SocketAddress& address, const PosixWakeUp& wakeUp, const std::stop_token& stop, Deadline deadline)
{
    const int fd = socket(address.storage.ss_family, SOCK_STREAM, 0);
    if (fd < 0)
        return {-1, errno, false};
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    setOption(fd, IPPROTO_TCP, TCP_NODELAY);
    setOption(fd, SOL_SOCKET, SO_KEEPALIVE);
    int error = connect(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.sizeBytes) == 0 ? 0 : errno;
    WaitEnd end = WaitEnd::kReady;
    if (error == EINPROGRESS || error == EINTR) {
        end = waitFor(fd, POLLOUT, wakeUp, stop, deadline);
        socklen_t size = sizeof(error);
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (end == WaitEnd::kTimeUp)
            error = ETIMEDOUT;
    }
    if (end == WaitEnd::kReady && error == 0)
        return {fd, 0, false};
    ::close(fd);
    return {-1, error, end == WaitEnd::kCancelled};
}

// Each address gets its share of the time that is left, so that a silent first one does not eat all of it.
Deadline shareOf(Deadline whole, std::size_t addressesLeft)
{
    if (!whole)
        return whole;
    const auto now = std::chrono::steady_clock::now();
    return now + (*whole - now) / static_cast<std::int64_t>(addressesLeft);
}

base::Error connectError(const SocketOptions& options, int error)
{
    const std::string where = options.host + ":" + std::to_string(options.port);
    switch (error) {
    case ECONNREFUSED:
        return transportError(kRefused, "Nobody listens at " + where + ".", "port",
                              "Check the port, and that the server is running and accepts TCP connections.");
    case ETIMEDOUT: return connectTimedOut(options);
    default:
        return transportError(kUnreachable, "There is no way from here to " + where + " (" + std::generic_category().message(error) + ").",
            "host", "Check the address and this computer's network connection.");
    }
}

base::Error connectionLost(int error)
{
    const std::string why = error == 0 ? std::string("the other side ended it") : std::generic_category().message(error);
    return transportError(kConnectionLost, "The connection to the server was lost (" + why + ").", {},
                          "Connect again; what the last statement did is not known.");
}

base::Error waitTimedOut()
{
    return transportError(kTimedOut, "The server did not answer in time.", {}, "Try again, or connect again with more time.");
}

}  // namespace

PosixWakeUp::PosixWakeUp()
{
    int fds[2];
    if (pipe(fds) != 0)
        return;
    m_readFd = fds[0];
    m_writeFd = fds[1];
    for (const int fd : fds) {
        fcntl(fd, F_SETFD, FD_CLOEXEC);
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    }
}

PosixWakeUp::~PosixWakeUp()
{
    if (m_readFd >= 0) {
        ::close(m_readFd);
        ::close(m_writeFd);
    }
}

void PosixWakeUp::signal() const
{
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(m_writeFd, &byte, 1);  // a full pipe is signalled already
}

void PosixWakeUp::drain() const
{
    char bytes[64];
    while (::read(m_readFd, bytes, sizeof(bytes)) > 0) {
    }
}

base::Result<std::unique_ptr<PosixSocket>> PosixSocket::connect(const SocketOptions& options, std::stop_token stop)
{
    const Deadline deadline = deadlineAfter(options.timeoutMs);
    ES_TRY(const std::vector<SocketAddress> addresses, resolve(options, stop, deadline));
    const PosixWakeUp wakeUp;
    int error = 0;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const Attempt attempt = connectTo(addresses[i], wakeUp, stop, shareOf(deadline, addresses.size() - i));
        if (attempt.cancelled)
            return std::unique_ptr<PosixSocket>();
        if (attempt.fd >= 0)
            return std::unique_ptr<PosixSocket>(new PosixSocket(attempt.fd));
        if (error == 0 || attempt.error == ECONNREFUSED)
            error = attempt.error;  // "refused" says most: the computer is there
    }
    if (addresses.empty())
        return std::unique_ptr<PosixSocket>();  // cancelled while resolving
    return connectError(options, error);
}

PosixSocket::~PosixSocket()
{
    close();
}

void PosixSocket::close()
{
    if (m_fd >= 0)
        ::close(m_fd);
    m_fd = -1;
}

base::Result<std::size_t> PosixSocket::send(base::ByteView bytes, std::stop_token stop, Deadline deadline)
{
    for (;;) {
        if (stop.stop_requested())
            return std::size_t{0};
        const ssize_t sent = ::send(m_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0)
            return static_cast<std::size_t>(sent);
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return connectionLost(errno);
        switch (waitFor(m_fd, POLLOUT, m_wakeUp, stop, deadline)) {
        case WaitEnd::kCancelled: return std::size_t{0};
        case WaitEnd::kTimeUp: return waitTimedOut();
        case WaitEnd::kReady: break;
        }
    }
}

base::Result<std::size_t> PosixSocket::receive(std::span<base::Byte> into, std::stop_token stop, Deadline deadline)
{
    for (;;) {
        if (stop.stop_requested())
            return std::size_t{0};
        const ssize_t got = ::recv(m_fd, into.data(), into.size(), 0);
        if (got > 0)
            return static_cast<std::size_t>(got);
        if (got == 0)
            return connectionLost(0);
        if (errno != EAGAIN && errno != EINTR)
            return connectionLost(errno);
        switch (waitFor(m_fd, POLLIN, m_wakeUp, stop, deadline)) {
        case WaitEnd::kCancelled: return std::size_t{0};
        case WaitEnd::kTimeUp: return waitTimedOut();
        case WaitEnd::kReady: break;
        }
    }
}

void PosixSocket::sendWithoutWaiting(base::ByteView bytes)
{
    if (m_fd >= 0 && !bytes.empty())
        [[maybe_unused]] const ssize_t sent = ::send(m_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace es::transport
