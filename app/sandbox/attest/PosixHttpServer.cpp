#include "app/sandbox/attest/PosixHttpServer.h"

#include "app/sandbox/enclaveabi/PosixLocalSocket.h"

#include <httplib.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace es::sandbox {

using base::Byte;
using base::Bytes;
using base::ByteView;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadBytes = 16 * 1024;
constexpr std::size_t kMaxAnswerBytes = 1024 * 1024;
constexpr std::size_t kWorkers = 16;

base::Error cannotListen(const std::string& host, std::uint16_t port, std::string_view why)
{
    return base::makeError(kHttpListen, "Port " + std::to_string(port) + " of " + host + " cannot be opened for attestation: " + std::string(why) + ".",
                           "attest-listen", "Choose another port, or port 0 for any free one.");
}

// One request and its answer. What is written waits until the answer is whole.
class Exchange final : public httplib::Stream {
public:
    Exchange(int fd, std::optional<tls::TlsEndpoint> tls, bool slow)
        : m_fd(fd), m_tls(std::move(tls)), m_slow(slow), m_deadline(Clock::now() + std::chrono::milliseconds(HttpServer::kExchangeMs)) {}

    bool handshake()
    {
        while (m_tls && !m_tls->handshakeDone()) {
            if (!receive())
                return false;
            const auto step = m_tls->handshake();
            const bool sent = sendAll(m_fd, m_tls->takeCiphertext());
            if (!step || !sent)
                return false;
        }
        return true;
    }
    // Everything that was written, in one piece.
    bool flush()
    {
        const std::string text = std::exchange(m_written, {});
        if (!m_slow || text.empty())
            return text.empty() || send(base::viewOf(text));
        std::this_thread::sleep_for(std::chrono::milliseconds(HttpServer::kSlowFirstByteMs));
        for (const char& byte : text) {
            if (!send(base::viewOf({&byte, 1})))
                return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(HttpServer::kSlowByteMs));
        }
        return true;
    }
    void end()
    {
        if (m_tls && m_tls->handshakeDone()) {
            m_tls->close();
            (void)sendAll(m_fd, m_tls->takeCiphertext());  // a farewell: who has gone already misses nothing
        }
        ::shutdown(m_fd, SHUT_RDWR);
    }

    bool is_readable() const override { return true; }
    bool is_writable() const override { return true; }
    ssize_t read(char* to, size_t size) override
    {
        if (!flush() || (m_next == m_plain.size() && !receivePlain()))
            return -1;
        const std::size_t count = std::min(size, m_plain.size() - m_next);
        std::memcpy(to, m_plain.data() + m_next, count);
        m_next += count;
        return static_cast<ssize_t>(count);
    }
    ssize_t write(const char* from, size_t size) override
    {
        if (m_written.size() + size > kMaxAnswerBytes)
            return -1;
        m_written.append(from, size);
        return static_cast<ssize_t>(size);
    }
    void get_remote_ip_and_port(std::string&, int&) const override {}
    void get_local_ip_and_port(std::string&, int&) const override {}
    socket_t socket() const override { return m_fd; }

private:
    // Bytes of the wire into m_plain, or into the TLS machine. False: the client has gone, or is too slow.
    bool receive()
    {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(m_deadline - Clock::now()).count();
        pollfd state{m_fd, POLLIN, 0};
        if (left <= 0 || ::poll(&state, 1, static_cast<int>(left)) <= 0)
            return false;
        Byte buffer[kReadBytes];
        const ssize_t got = ::recv(m_fd, buffer, sizeof buffer, 0);
        if (got <= 0)
            return false;
        const ByteView bytes = ByteView(buffer).first(static_cast<std::size_t>(got));
        if (m_tls) {
            m_tls->feedCiphertext(bytes);
        } else {
            m_plain.assign(bytes.begin(), bytes.end());
            m_next = 0;
        }
        return true;
    }
    bool receivePlain()
    {
        if (!m_tls)
            return receive();
        while (true) {
            m_plain.resize(kReadBytes);
            m_next = 0;
            const auto got = m_tls->read(m_plain);
            m_plain.resize(got ? *got : 0);
            if (!got || m_tls->peerClosed())
                return false;
            if (*got > 0)
                return true;
            if (!receive())
                return false;
        }
    }
    bool send(ByteView bytes)
    {
        if (!m_tls)
            return sendAll(m_fd, bytes);
        return m_tls->write(bytes) && sendAll(m_fd, m_tls->takeCiphertext());
    }

    int m_fd;
    std::optional<tls::TlsEndpoint> m_tls;
    bool m_slow;
    Clock::time_point m_deadline;
    Bytes m_plain;
    std::size_t m_next = 0;
    std::string m_written;
};

}  // namespace

// httplib parses and routes; the wire is ours, since its own sends headers and body apart.
class HttpServer::Engine final : public httplib::Server {
public:
    Engine(HttpDoor door, HttpHandler handler) : m_door(std::move(door)), m_handler(std::move(handler))
    {
        new_task_queue = [] { return new httplib::ThreadPool(kWorkers); };
        set_payload_max_length(64 * 1024);
        set_socket_options([](socket_t fd) {  // its default would let two programs share one port
            const int yes = 1;
            ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        });
        set_tcp_nodelay(true);
        set_write_timeout(std::chrono::seconds(5));
        Get(".*", [this](const httplib::Request& request, httplib::Response& response) { answer(request, response); });
    }
    ~Engine() override
    {
        if (m_thread.joinable()) {
            stop();
            m_thread.join();
        }
    }

    base::Result<std::uint16_t> open()
    {
        const int port = m_door.port == 0 ? bind_to_any_port(m_door.host) : bind_to_port(m_door.host, m_door.port) ? m_door.port : -1;
        if (port <= 0)
            return cannotListen(m_door.host, m_door.port, errno == 0 ? "the address cannot be used" : std::strerror(errno));
        m_thread = std::thread([this] { listen_after_bind(); });
        while (!is_running())  // stop() does nothing before
            std::this_thread::yield();
        return static_cast<std::uint16_t>(port);
    }

private:
    void answer(const httplib::Request& request, httplib::Response& response)
    {
        const HttpAnswer given = m_handler({request.path, request.get_header_value("Host")});
        response.status = given.status;
        response.set_header("Cache-Control", given.maxAgeSeconds > 0 ? "max-age=" + std::to_string(given.maxAgeSeconds) : "no-store");
        response.set_content(given.body, given.contentType.c_str());
    }

    bool process_and_close_socket(socket_t fd) override
    {
        try {
            exchange(fd);
        } catch (...) {  // httplib may throw on memory; this client is lost, the others are not
        }
        ::close(fd);
        return true;
    }

    void exchange(int fd)
    {
        const timeval patience{5, 0};
        ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        std::optional<tls::TlsEndpoint> tls;
        if (m_door.tls) {
            auto endpoint = m_door.tls->newEndpoint();
            if (!endpoint)
                return;
            tls = std::move(*endpoint);
        }
        Exchange stream(fd, std::move(tls), m_door.slow);
        if (stream.handshake()) {
            bool closed = false;
            // Never compressed: the documents are small, and some clients ask for more than they can read.
            process_request(stream, true, closed, [](httplib::Request& request) { request.headers.erase("Accept-Encoding"); });
            stream.flush();
        }
        stream.end();
    }

    HttpDoor m_door;
    HttpHandler m_handler;
    std::thread m_thread;
};

HttpServer::HttpServer() = default;
HttpServer::~HttpServer() = default;

base::Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpDoor door, HttpHandler handler)
{
    std::unique_ptr<HttpServer> server(new HttpServer());
    server->m_engine = std::make_unique<Engine>(std::move(door), std::move(handler));
    ES_TRY(server->m_port, server->m_engine->open());
    return server;
}

base::Result<std::uint16_t> holdDeafPort(const std::string& host, std::uint16_t port)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    if (const int answer = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found); answer != 0)
        return cannotListen(host, port, ::gai_strerror(answer));
    const int fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);  // stays open, never listens
    const int yes = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const bool bound = fd >= 0 && ::bind(fd, found->ai_addr, found->ai_addrlen) == 0;
    ::freeaddrinfo(found);
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (!bound || ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return cannotListen(host, port, std::strerror(errno));
    const bool six = address.ss_family == AF_INET6;
    return ntohs(six ? reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port : reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

}  // namespace es::sandbox
