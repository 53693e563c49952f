#include "app/sandbox/frontdoor/PosixTcp.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace es::sandbox {

using base::Byte;
using base::ByteView;

namespace {

base::Error broken(std::string_view what)
{
    return base::makeError(kWireBroken, std::string(what) + ": " + std::strerror(errno) + ".");
}

struct AddressFree {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

std::uint16_t portOf(int fd)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return 0;
    if (address.ss_family == AF_INET6)
        return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

}  // namespace

TcpConnection::TcpConnection(TcpConnection&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}

TcpConnection::~TcpConnection()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

base::Result<std::size_t> TcpConnection::read(std::span<Byte> into, int timeoutMs)
{
    while (timeoutMs >= 0) {
        pollfd state{m_fd, POLLIN, 0};
        const int ready = ::poll(&state, 1, timeoutMs);
        if (ready > 0)
            break;
        if (ready == 0)
            return base::makeError(kWireTimeout, "The client sent nothing in time.");
        if (errno != EINTR)
            return broken("Waiting failed");
    }
    while (true) {
        const ssize_t got = ::recv(m_fd, into.data(), into.size(), 0);
        if (got >= 0)
            return static_cast<std::size_t>(got);
        if (errno != EINTR)
            return broken("Reading failed");
    }
}

base::Result<void> TcpConnection::write(ByteView bytes)
{
    while (!bytes.empty()) {
        const ssize_t sent = ::send(m_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return broken("Writing failed");
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
    return {};
}

void TcpConnection::shutdown()
{
    ::shutdown(m_fd, SHUT_RDWR);
}

std::string TcpConnection::peerName() const
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    char host[NI_MAXHOST] = "";
    if (::getpeername(m_fd, reinterpret_cast<sockaddr*>(&address), &size) == 0)
        ::getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host, sizeof host, nullptr, 0, NI_NUMERICHOST);
    return host;
}

base::Result<TcpListener> TcpListener::listen(const std::string& host, std::uint16_t port)
{
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    const int answer = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    const std::unique_ptr<addrinfo, AddressFree> list(found);
    if (answer != 0)
        return base::makeError(kListenFailed, "The address " + host + " cannot be used: " + ::gai_strerror(answer) + ".", "listen",
                               "Give an address of this machine, such as 127.0.0.1:0.");
    const int fd = ::socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    TcpListener listener(fd, 0);
    const int yes = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (fd < 0 || ::bind(fd, list->ai_addr, list->ai_addrlen) != 0 || ::listen(fd, 128) != 0)
        return base::makeError(kListenFailed, "Port " + std::to_string(port) + " of " + host + " cannot be opened: " + std::strerror(errno) + ".",
                               "listen", "Choose another port, or port 0 for any free one.");
    listener.m_port = portOf(fd);
    return listener;
}

TcpListener::TcpListener(TcpListener&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)), m_port(other.m_port) {}

TcpListener::~TcpListener()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

base::Result<TcpConnection> TcpListener::accept()
{
    while (true) {
        const int fd = ::accept4(m_fd, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd >= 0) {
            const int yes = 1;
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
            ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
            return TcpConnection(fd);
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            std::this_thread::sleep_for(std::chrono::milliseconds(100));  // others will end; the listener must not
        else if (errno != EINTR && errno != ECONNABORTED && errno != EPROTO)
            return broken("Listening ended");
    }
}

void TcpListener::shutdown()
{
    ::shutdown(m_fd, SHUT_RDWR);
}

}  // namespace es::sandbox
