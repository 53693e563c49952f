#include "app/sandbox/enclaveabi/PosixLocalSocket.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace es::sandbox {

using base::Byte;
using base::Bytes;
using base::ByteView;

namespace {

base::Error systemError(base::ErrorCode code, std::string_view what)
{
    return base::makeError(code, std::string(what) + ": " + std::strerror(errno) + ".");
}

base::Error gone()
{
    return base::makeError(kLocalGone, "The other process has closed the connection.");
}

sockaddr_un addressOf(const LocalAddress& local)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, local.shortPath().c_str(), local.shortPath().size() + 1);
    return address;
}

const sockaddr* generic(const sockaddr_un& address)
{
    return reinterpret_cast<const sockaddr*>(&address);
}

bool receiveAll(int fd, std::span<Byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t got = ::recv(fd, bytes.data(), bytes.size(), 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
    return true;
}

}  // namespace

bool sendAll(int fd, ByteView bytes)
{
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
    return true;
}

// A socket address holds 107 characters; going through the open folder makes any path short.
base::Result<LocalAddress> LocalAddress::of(const std::string& path)
{
    const std::filesystem::path whole(path);
    const std::string folder = whole.parent_path().empty() ? "." : whole.parent_path().string();
    const int opened = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0)
        return systemError(kLocalRefused, "The folder of the socket cannot be opened");
    LocalAddress address(opened, "/proc/self/fd/" + std::to_string(opened) + "/" + whole.filename().string());
    if (address.m_shortPath.size() >= sizeof(sockaddr_un::sun_path))
        return base::makeError(kLocalRefused, "The name of the socket is too long.");
    return address;
}

LocalAddress::LocalAddress(LocalAddress&& other) noexcept
    : m_folder(std::exchange(other.m_folder, -1)), m_shortPath(std::move(other.m_shortPath))
{
}

LocalAddress& LocalAddress::operator=(LocalAddress&& other) noexcept
{
    std::swap(m_folder, other.m_folder);
    std::swap(m_shortPath, other.m_shortPath);
    return *this;
}

LocalAddress::~LocalAddress()
{
    if (m_folder >= 0)
        ::close(m_folder);
}

LocalSocket::LocalSocket(LocalSocket&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}

LocalSocket& LocalSocket::operator=(LocalSocket&& other) noexcept
{
    if (this != &other) {
        close();
        m_fd = std::exchange(other.m_fd, -1);
    }
    return *this;
}

LocalSocket::~LocalSocket()
{
    close();
}

void LocalSocket::close()
{
    if (m_fd >= 0)
        ::close(std::exchange(m_fd, -1));
}

base::Result<LocalSocket> LocalSocket::connect(const std::string& path)
{
    ES_TRY(const LocalAddress address, LocalAddress::of(path));
    return connect(address);
}

base::Result<LocalSocket> LocalSocket::connect(const LocalAddress& local)
{
    const sockaddr_un address = addressOf(local);
    LocalSocket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket.isOpen())
        return systemError(kLocalGone, "No socket could be made");
    if (::connect(socket.m_fd, generic(address), sizeof address) != 0)
        return systemError(kLocalRefused, "Nobody listens on the socket");
    return socket;
}

base::Result<void> LocalSocket::setTimeout(int timeoutMs)
{
    const timeval patience{timeoutMs / 1000, timeoutMs % 1000 * 1000};
    if (::setsockopt(m_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0
        || ::setsockopt(m_fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0)
        return systemError(kLocalGone, "No time limit could be set");
    return {};
}

base::Result<void> LocalSocket::sendMessage(ByteView message)
{
    const auto size = static_cast<std::uint32_t>(message.size());
    Byte prefix[4];
    std::memcpy(prefix, &size, sizeof prefix);
    if (message.size() > kMaxLocalMessageBytes || !sendAll(m_fd, prefix) || !sendAll(m_fd, message))
        return gone();
    return {};
}

base::Result<Bytes> LocalSocket::receiveMessage(std::size_t maxBytes)
{
    std::uint32_t size = 0;
    Byte prefix[4];
    if (!receiveAll(m_fd, prefix))
        return gone();
    std::memcpy(&size, prefix, sizeof size);
    if (size > maxBytes)
        return base::makeError(kLocalGone, "The other process sent a message that is too long.");
    Bytes message(size);
    if (!receiveAll(m_fd, message))
        return gone();
    return message;
}

base::Result<void> LocalSocket::sendDescriptor(int descriptor)
{
    char byte = 0;
    iovec part{&byte, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    if (::sendmsg(m_fd, &message, MSG_NOSIGNAL) != 1)
        return gone();
    return {};
}

base::Result<int> LocalSocket::receiveDescriptor()
{
    char byte = 0;
    iovec part{&byte, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    if (::recvmsg(m_fd, &message, MSG_CMSG_CLOEXEC) != 1)
        return gone();
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (header == nullptr || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof(int)))
        return base::makeError(kLocalGone, "The other process handed nothing over.");
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
    return descriptor;
}

bool LocalSocket::peerGone() const
{
    pollfd state{m_fd, POLLRDHUP, 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

LocalListener::LocalListener(LocalListener&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}

LocalListener& LocalListener::operator=(LocalListener&& other) noexcept
{
    std::swap(m_fd, other.m_fd);
    return *this;
}

LocalListener::~LocalListener()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

base::Result<LocalListener> LocalListener::listen(const std::string& path)
{
    ES_TRY(const LocalAddress local, LocalAddress::of(path));
    const sockaddr_un address = addressOf(local);
    LocalListener listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (listener.m_fd < 0)
        return systemError(kLocalRefused, "No socket could be made");
    ::unlink(local.shortPath().c_str());
    const mode_t before = ::umask(0177);  // the file gets mode 0600 from its first moment on
    const bool bound = ::bind(listener.m_fd, generic(address), sizeof address) == 0;
    ::umask(before);
    if (!bound || ::listen(listener.m_fd, 64) != 0)
        return systemError(kLocalRefused, "The socket cannot be opened for listening");
    return listener;
}

base::Result<LocalSocket> LocalListener::accept()
{
    while (true) {
        const int fd = ::accept4(m_fd, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd >= 0)
            return LocalSocket(fd);
        if (errno != EINTR && errno != ECONNABORTED)
            return systemError(kLocalGone, "Listening ended");
    }
}

}  // namespace es::sandbox
