// A server for tests: answers each path with exactly the bytes it was told, over http or https, at the pace it was told.
// Thread: one of its own per connection; scripts are set before the first request.
#pragma once

#include "driver/tls/TlsEndpoint.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace es::test {

struct HttpScript {
    std::string bytes;      // status line, headers, body: as they stand
    int pauseMs = 0;        // before each byte of what follows `prompt` bytes
    std::size_t prompt = std::string::npos;
    bool hangs = false;     // says nothing more, until the client goes away
    bool repeats = false;   // sends `bytes` again and again, until the client goes away
};
[[nodiscard]] HttpScript httpAnswer(const std::string& statusAndHeaders, const std::string& body);  // with Content-Length

class HttpScriptServer {
public:
    // `tls`: null for plain http.
    explicit HttpScriptServer(std::shared_ptr<const tls::TlsServerContext> tls = {});
    ~HttpScriptServer();

    void on(const std::string& path, HttpScript script) { m_scripts[path] = std::move(script); }
    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] std::string origin(const std::string& host = "127.0.0.1") const;
    [[nodiscard]] int requestCount() const { return m_requests; }
    [[nodiscard]] std::vector<std::string> requests() const;  // whole heads, in order

private:
    void serve(int socket);
    [[nodiscard]] HttpScript scriptFor(const std::string& head);

    std::shared_ptr<const tls::TlsServerContext> m_tls;
    std::map<std::string, HttpScript> m_scripts;
    int m_listener = -1;
    int m_port = 0;
    std::atomic<int> m_requests{0};
    std::atomic<bool> m_ending{false};
    mutable std::mutex m_mutex;
    std::vector<std::string> m_heads;
    std::vector<std::thread> m_threads;
    std::thread m_acceptor;
};

}  // namespace es::test
