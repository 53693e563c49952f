// The system's network: TCP by SocketTransport, datagrams here.
#include "driver/transport/Network.h"
#include "driver/transport/PosixResolver.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace es::transport {
namespace {

constexpr std::size_t kMaxDatagramBytes = 65536;

// A socket that only hears the address that it asks.
class AskingSocket {
public:
    explicit AskingSocket(const SocketAddress& address) : m_fd(socket(address.storage.ss_family, SOCK_DGRAM, 0))
    {
        if (m_fd < 0) {
            m_error = errno;
            return;
        }
        fcntl(m_fd, F_SETFD, FD_CLOEXEC);
        fcntl(m_fd, F_SETFL, fcntl(m_fd, F_GETFL) | O_NONBLOCK);
        if (::connect(m_fd, reinterpret_cast<const sockaddr*>(&address.storage), address.sizeBytes) != 0)
            m_error = errno;
    }
    AskingSocket(AskingSocket&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)), m_error(other.m_error) {}
    AskingSocket& operator=(AskingSocket&&) = delete;
    ~AskingSocket()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    void ask(base::ByteView question)
    {
        if (m_error == 0 && ::send(m_fd, question.data(), question.size(), MSG_NOSIGNAL) < 0 && errno != EAGAIN && errno != EINTR)
            m_error = errno;
    }
    // Empty: nothing there.
    base::Bytes receive()
    {
        base::Bytes datagram(kMaxDatagramBytes);
        const ssize_t got = m_error == 0 ? ::recv(m_fd, datagram.data(), datagram.size(), 0) : 0;
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            m_error = errno;
        datagram.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return datagram;
    }
    [[nodiscard]] int fd() const { return m_error == 0 ? m_fd : -1; }  // poll() passes by what is negative
    [[nodiscard]] int error() const { return m_error; }

private:
    int m_fd;
    int m_error = 0;
};

// One question to all addresses of one host.
class Inquiry {
public:
    Inquiry(const DatagramQuestion& question, const std::vector<SocketAddress>& addresses) : m_question(question)
    {
        for (const SocketAddress& address : addresses)
            m_sockets.emplace_back(address);
    }
    base::Result<std::optional<base::Bytes>> run(const std::stop_token& stop, Deadline deadline);

private:
    [[nodiscard]] bool anyOpen() const
    {
        return std::any_of(m_sockets.begin(), m_sockets.end(), [](const AskingSocket& socket) { return socket.error() == 0; });
    }
    [[nodiscard]] base::Error failure() const;
    [[nodiscard]] std::optional<base::Bytes> answer();
    void wait(Deadline until);

    const DatagramQuestion& m_question;
    std::vector<AskingSocket> m_sockets;
    PosixWakeUp m_wakeUp;
};

base::Error Inquiry::failure() const
{
    const std::string where = m_question.host + ", UDP port " + std::to_string(m_question.port);
    for (const AskingSocket& socket : m_sockets)
        if (socket.error() == ECONNREFUSED)
            return transportError(kRefused, "Nobody listens at " + where + ".", "host", "Check the host, or give the port as host,port.");
    const int error = m_sockets.empty() ? ENETUNREACH : m_sockets.front().error();
    return transportError(kUnreachable, "There is no way from here to " + where + " (" + std::generic_category().message(error) + ").", "host",
                          "Check the address and this computer's network connection.");
}

void Inquiry::wait(Deadline until)
{
    std::vector<pollfd> fds;
    for (const AskingSocket& socket : m_sockets)
        fds.push_back({socket.fd(), POLLIN, 0});
    fds.push_back({m_wakeUp.fd(), POLLIN, 0});
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - std::chrono::steady_clock::now()).count();
    static_cast<void>(poll(fds.data(), fds.size(), static_cast<int>(std::clamp<std::int64_t>(left, 0, 1 << 30))));
}

std::optional<base::Bytes> Inquiry::answer()
{
    for (AskingSocket& socket : m_sockets) {
        for (base::Bytes datagram = socket.receive(); !datagram.empty(); datagram = socket.receive())
            if (m_question.accept(datagram))
                return datagram;
    }
    return std::nullopt;
}

base::Result<std::optional<base::Bytes>> Inquiry::run(const std::stop_token& stop, Deadline deadline)
{
    const std::stop_callback wake(stop, [this] { m_wakeUp.signal(); });
    auto nextQuestion = std::chrono::steady_clock::now();
    while (!stop.stop_requested()) {
        const auto now = std::chrono::steady_clock::now();
        if (now >= *deadline)
            return transportError(kTimedOut,
                m_question.host + ", UDP port " + std::to_string(m_question.port) + ", did not answer within " + std::to_string(m_question.timeoutMs)
                    + " ms.",
                "host", "Check the host and any firewall between, or give the port as host,port.");
        if (now >= nextQuestion) {
            for (AskingSocket& socket : m_sockets)
                socket.ask(m_question.question);
            nextQuestion = now + std::chrono::milliseconds(m_question.againMs);
        }
        if (auto found = answer())
            return found;
        if (!anyOpen())
            return failure();
        wait(std::min(*deadline, nextQuestion));
    }
    return std::optional<base::Bytes>();
}

class SystemNetwork final : public Network {
public:
    base::Result<std::unique_ptr<Transport>> connect(const SocketOptions& options, std::stop_token stop) override
    {
        return SocketTransport::connect(options, std::move(stop));
    }

    base::Result<std::optional<base::Bytes>> ask(const DatagramQuestion& question, std::stop_token stop) override
    {
        const Deadline deadline = deadlineAfter(std::max(question.timeoutMs, 0));
        ES_TRY(const auto addresses, resolve({question.host, question.port, question.timeoutMs}, stop, deadline));
        if (addresses.empty())
            return std::optional<base::Bytes>();  // cancelled while resolving
        return Inquiry(question, addresses).run(stop, deadline);
    }
};

}  // namespace

Network& Network::system()
{
    static SystemNetwork network;
    return network;
}

}  // namespace es::transport
