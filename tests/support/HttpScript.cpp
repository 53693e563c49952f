#include "tests/support/HttpScript.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

namespace es::test {
namespace {

constexpr int kTickMs = 20;

// One connection's bytes, through TLS where there is any. Every wait looks at `ending` each tick.
class Wire {
public:
    Wire(int socket, std::optional<tls::TlsEndpoint> tls, const std::atomic<bool>& ending)
        : m_socket(socket)
        , m_tls(std::move(tls))
        , m_ending(ending)
    {
    }
    ~Wire() { ::close(m_socket); }

    bool shakeHands()
    {
        if (!m_tls) return true;
        while (true) {
            const auto done = m_tls->handshake();
            if (!flush() || !done) return false;
            if (*done) return true;
            if (!feed()) return false;
        }
    }
    std::string readHead()
    {
        std::string head;
        base::Bytes piece(4096);
        while (head.find("\r\n\r\n") == std::string::npos) {
            if (m_tls) {
                const auto count = m_tls->read(piece);
                if (!count) return {};
                head.append(reinterpret_cast<const char*>(piece.data()), *count);
                if (*count == 0 && !feed()) return {};
            } else {
                const ssize_t count = receive(piece);
                if (count <= 0) return {};
                head.append(reinterpret_cast<const char*>(piece.data()), static_cast<std::size_t>(count));
            }
        }
        return head;
    }
    bool send(std::string_view text)
    {
        if (!m_tls) return sendRaw(base::viewOf(text));
        return m_tls->write(base::viewOf(text)) && flush();
    }
    // False once the client has gone.
    bool waitForGoodbye()
    {
        base::Bytes piece(512);
        return receive(piece) > 0;
    }
    void farewell()
    {
        if (!m_tls) return;
        m_tls->close();
        (void)flush();
    }
    // Whether the client is still there after so long.
    bool pause(int milliseconds)
    {
        pollfd wait{m_socket, POLLIN, 0};
        ::poll(&wait, 1, milliseconds);
        char byte = 0;
        return !m_ending && !((wait.revents & POLLIN) != 0 && ::recv(m_socket, &byte, 1, MSG_PEEK) <= 0);
    }

private:
    ssize_t receive(base::Bytes& into)
    {
        pollfd wait{m_socket, POLLIN, 0};
        while (!m_ending)
            if (::poll(&wait, 1, kTickMs) > 0) return ::recv(m_socket, into.data(), into.size(), 0);
        return -1;
    }
    bool feed()
    {
        base::Bytes piece(16384);
        const ssize_t count = receive(piece);
        if (count <= 0) return false;
        m_tls->feedCiphertext(base::ByteView(piece).first(static_cast<std::size_t>(count)));
        return true;
    }
    bool flush() { return sendRaw(m_tls->takeCiphertext()); }
    bool sendRaw(base::ByteView bytes)
    {
        while (!bytes.empty()) {
            pollfd wait{m_socket, POLLOUT, 0};
            if (m_ending) return false;
            if (::poll(&wait, 1, kTickMs) <= 0) continue;
            const ssize_t count = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) return false;
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        }
        return true;
    }

    int m_socket;
    std::optional<tls::TlsEndpoint> m_tls;
    const std::atomic<bool>& m_ending;
};

void perform(Wire& wire, const HttpScript& script)
{
    const std::string_view all = script.bytes;
    if (!wire.send(all.substr(0, script.prompt))) return;
    if (script.prompt < all.size())
        for (const char& byte : all.substr(script.prompt))
            if (!wire.pause(script.pauseMs) || !wire.send({&byte, 1})) return;
    while (script.repeats)
        if (!wire.send(all)) return;
    while (script.hangs && wire.waitForGoodbye()) {}
    wire.farewell();
}

}  // namespace

HttpScript httpAnswer(const std::string& statusAndHeaders, const std::string& body)
{
    HttpScript script;
    script.bytes = "HTTP/1.1 " + statusAndHeaders + "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    return script;
}

HttpScriptServer::HttpScriptServer(std::shared_ptr<const tls::TlsServerContext> tls)
    : m_tls(std::move(tls))
    , m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(m_listener, generic, length) != 0 || ::listen(m_listener, 16) != 0) return;
    ::getsockname(m_listener, generic, &length);
    m_port = ntohs(address.sin_port);
    m_acceptor = std::thread([this] {
        pollfd wait{m_listener, POLLIN, 0};
        while (!m_ending) {
            if (::poll(&wait, 1, kTickMs) <= 0) continue;
            const int socket = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
            if (socket >= 0) m_threads.emplace_back([this, socket] { serve(socket); });
        }
    });
}

HttpScriptServer::~HttpScriptServer()
{
    m_ending = true;
    if (m_acceptor.joinable()) m_acceptor.join();
    for (std::thread& thread : m_threads) thread.join();
    ::close(m_listener);
}

std::string HttpScriptServer::origin(const std::string& host) const
{
    return (m_tls ? "https://" : "http://") + host + ':' + std::to_string(m_port);
}

std::vector<std::string> HttpScriptServer::requests() const
{
    const std::lock_guard lock(m_mutex);
    return m_heads;
}

HttpScript HttpScriptServer::scriptFor(const std::string& head)
{
    const std::lock_guard lock(m_mutex);
    m_heads.push_back(head);
    const auto begin = head.find(' ') + 1;
    const auto found = m_scripts.find(head.substr(begin, head.find(' ', begin) - begin));
    return found == m_scripts.end() ? httpAnswer("404 Not Found", "no such page") : found->second;
}

void HttpScriptServer::serve(int socket)
{
    std::optional<tls::TlsEndpoint> endpoint;
    if (m_tls) {
        auto made = m_tls->newEndpoint();
        if (made) endpoint.emplace(std::move(*made));
    }
    Wire wire(socket, std::move(endpoint), m_ending);
    if (!wire.shakeHands()) return;
    const std::string head = wire.readHead();
    if (head.empty()) return;
    ++m_requests;
    perform(wire, scriptFor(head));
}

}  // namespace es::test
