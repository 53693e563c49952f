// Fetching one small document. Every answer has a size, every wait an end: who is slow or huge costs seconds, never memory.
// Thread: any; a client serves one request at a time per call and keeps nothing between calls.                    RFC 9110
#pragma once

#include "driver/base/Bytes.h"
#include "driver/http/Errors.h"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>

namespace es::http {

struct HttpRequest {
    std::string url;                          // absolute; http only with allowPlainHttp
    std::string caFile;                       // PEM; trusted in addition to the system's store; empty: the system's alone
    bool allowPlainHttp = false;
    std::vector<std::string> redirectOrigins; // "https://host[:port]" that a redirect may lead to, besides the URL's own origin
    std::size_t maxBodyBytes = std::size_t{1} << 20;
    std::chrono::milliseconds timeout{10'000};  // whole of it: name, TLS, redirects, body
    std::string setting = "attestation-url";    // what errors name
};

struct HttpResponse {
    int status = 0;                                 // 200, 404, ...: judged by the caller
    std::string url;                                // where it came from in the end
    base::Bytes body;
    std::string contentType;
    std::optional<std::chrono::seconds> freshFor;   // Cache-Control: max-age (0 with no-store), else Expires minus Date
    std::vector<std::string> peerCertificatesPem;   // as the TLS peer sent them, its own first; empty with http
    std::chrono::milliseconds elapsed{};
};

// "https://host" or "https://host:8443": scheme and authority, lower-case, a default port left out. Errors: kHttpBadUrl.
[[nodiscard]] base::Result<std::string> originOf(std::string_view url);

// The seam: tests of others script it.
class HttpClient {
public:
    virtual ~HttpClient() = default;
    // No value: cancelled, within a second of the request to. Errors: Errors.h.
    [[nodiscard]] virtual base::Result<std::optional<HttpResponse>> get(const HttpRequest& request, std::stop_token cancel) = 0;
};

// libcurl: http and https alone, TLS 1.2 and later, certificate and host name checked.
[[nodiscard]] std::unique_ptr<HttpClient> makeHttpClient();

}  // namespace es::http
