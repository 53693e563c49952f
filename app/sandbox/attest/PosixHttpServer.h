// One HTTP or HTTPS door: GET requests in, whole answers out, one request per connection. An answer leaves in one piece, headers and
// body together, because JDBC reads only what the first read gives.                                   enclave-protocol 4.1
// Thread: start and the destructor by one thread; the handler is called by several at once.
#pragma once

#include "app/sandbox/attest/HttpTypes.h"
#include "driver/tls/TlsEndpoint.h"

#include <optional>

namespace es::sandbox {

inline constexpr base::ErrorCode kHttpListen{"attest", "HttpListen"};

struct HttpDoor {
    std::string host;  // name or address, IPv6 without brackets
    std::uint16_t port = 0;  // 0: any free one
    std::optional<tls::TlsServerContext> tls;
    bool slow = false;  // the fault: first byte after kSlowFirstByteMs, then one each kSlowByteMs
};

class HttpServer {
public:
    static constexpr int kSlowFirstByteMs = 30'000;
    static constexpr int kSlowByteMs = 500;
    static constexpr int kExchangeMs = 15'000;  // a client that needs longer for its request is cut off

    // Errors: kHttpListen.
    [[nodiscard]] static base::Result<std::unique_ptr<HttpServer>> start(HttpDoor door, HttpHandler handler);
    ~HttpServer();

    [[nodiscard]] std::uint16_t port() const { return m_port; }

private:
    class Engine;
    HttpServer();
    std::unique_ptr<Engine> m_engine;
    std::uint16_t m_port = 0;
};

// A port that nobody else gets and where nobody listens: connections are refused. Held until the process ends. Errors: kHttpListen.
[[nodiscard]] base::Result<std::uint16_t> holdDeafPort(const std::string& host, std::uint16_t port);

}  // namespace es::sandbox
