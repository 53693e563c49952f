// HttpClient on libcurl's multi interface: the one that can be woken from another thread.
#include "driver/http/CurlHandles.h"
#include "driver/http/HttpUrl.h"
#include "driver/http/ResponseReader.h"

#include <algorithm>
#include <cstdlib>

namespace es::http {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

constexpr int kMaxRedirects = 3;

std::size_t onHeader(char* data, std::size_t one, std::size_t count, void* reader)
{
    const std::size_t size = one * count;
    return static_cast<ResponseReader*>(reader)->takeHeaderLine({data, size}) ? size : 0;
}

std::size_t onBody(char* data, std::size_t one, std::size_t count, void* reader)
{
    const std::size_t size = one * count;
    return static_cast<ResponseReader*>(reader)->takeBody({data, size}) ? size : 0;
}

// Loopback never goes through a proxy, whatever the environment says.
std::string noProxy()
{
    std::string hosts = "localhost,127.0.0.1,::1";
    for (const char* name : {"no_proxy", "NO_PROXY"})
        if (const char* value = std::getenv(name); value != nullptr && *value != '\0') hosts += ',' + std::string(value);
    return hosts;
}

// One GET without following anything.
class Transfer {
public:
    Transfer(const HttpRequest& request, const UrlParts& url, Milliseconds timeout);
    // No value: cancelled.
    [[nodiscard]] base::Result<std::optional<HttpResponse>> run(const std::stop_token& cancel);
    [[nodiscard]] std::string redirectTarget() const;

private:
    void prepare(Milliseconds timeout);
    void trust();
    [[nodiscard]] base::Result<HttpResponse> conclude(CURLcode code);
    [[nodiscard]] std::vector<std::string> peerCertificates() const;

    const HttpRequest& m_request;
    const UrlParts& m_url;
    ResponseReader m_reader;
    EasyPtr m_easy;
    MultiPtr m_multi;
    char m_reason[CURL_ERROR_SIZE] = "";
};

Transfer::Transfer(const HttpRequest& request, const UrlParts& url, Milliseconds timeout)
    : m_request(request)
    , m_url(url)
    , m_reader(request.maxBodyBytes)
    , m_easy(curl().easy_init())
    , m_multi(curl().multi_init())
{
    if (m_easy) prepare(timeout);
}

void Transfer::prepare(Milliseconds timeout)
{
    CURL* easy = m_easy.get();
    curl().easy_setopt(easy, CURLOPT_URL, m_url.text.c_str());
    curl().easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl().easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl().easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl().easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
    curl().easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(m_request.maxBodyBytes));
    curl().easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, timeout.count())));
    curl().easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl().easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a name that is still being looked up is left to its thread
    curl().easy_setopt(easy, CURLOPT_USERAGENT, "Enclave Studio");
    const std::string direct = noProxy();
    curl().easy_setopt(easy, CURLOPT_NOPROXY, direct.c_str());
    curl().easy_setopt(easy, CURLOPT_ERRORBUFFER, static_cast<char*>(m_reason));
    curl().easy_setopt(easy, CURLOPT_HEADERFUNCTION, &onHeader);
    curl().easy_setopt(easy, CURLOPT_HEADERDATA, static_cast<void*>(&m_reader));
    curl().easy_setopt(easy, CURLOPT_WRITEFUNCTION, &onBody);
    curl().easy_setopt(easy, CURLOPT_WRITEDATA, static_cast<void*>(&m_reader));
    trust();
}

void Transfer::trust()
{
    CURL* easy = m_easy.get();
    curl().easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl().easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl().easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl().easy_setopt(easy, CURLOPT_CERTINFO, 1L);
    if (m_request.caFile.empty()) return;
    // The file takes the place of the system's bundle; the system's folder of the same certificates stays.
    curl().easy_setopt(easy, CURLOPT_CAINFO, m_request.caFile.c_str());
    if (const char* folder = curl().version_info(CURLVERSION_NOW)->capath) curl().easy_setopt(easy, CURLOPT_CAPATH, folder);
}

base::Result<std::optional<HttpResponse>> Transfer::run(const std::stop_token& cancel)
{
    if (!m_easy || !m_multi || curl().multi_add_handle(m_multi.get(), m_easy.get()) != CURLM_OK)
        return httpError(kHttpNonsense, "The HTTP library could not be started.", m_request, "Free some memory and try again.");
    std::optional<CURLcode> code;
    {
        const std::stop_callback wake(cancel, [this] { curl().multi_wakeup(m_multi.get()); });
        int running = 1;
        while (running > 0 && !cancel.stop_requested()) {
            if (curl().multi_perform(m_multi.get(), &running) != CURLM_OK) break;
            if (running > 0) curl().multi_poll(m_multi.get(), nullptr, 0, 1000, nullptr);
        }
        int left = 0;
        while (const CURLMsg* message = curl().multi_info_read(m_multi.get(), &left))
            if (message->msg == CURLMSG_DONE) code = message->data.result;
    }
    auto ended = code ? conclude(*code) : base::Result<HttpResponse>(transferError(CURLE_RECV_ERROR, {}, m_url.origin, m_request));
    curl().multi_remove_handle(m_multi.get(), m_easy.get());
    if (!code && cancel.stop_requested()) return std::optional<HttpResponse>();
    if (!ended) return std::move(ended).error();
    return std::optional<HttpResponse>(std::move(ended).value());
}

base::Result<HttpResponse> Transfer::conclude(CURLcode code)
{
    switch (m_reader.objection()) {
    case ResponseReader::Objection::kTooLarge: return transferError(CURLE_FILESIZE_EXCEEDED, {}, m_url.origin, m_request);
    case ResponseReader::Objection::kEncoded:
        return httpError(kHttpEncoded, m_url.origin + " sent a compressed answer that nobody asked for.", m_request,
            "Check the address, and what stands between here and the service.");
    case ResponseReader::Objection::kNone: break;
    }
    if (code != CURLE_OK) return transferError(code, static_cast<const char*>(m_reason), m_url.origin, m_request);
    HttpResponse response;
    long status = 0;
    curl().easy_getinfo(m_easy.get(), CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    response.url = m_url.text;
    response.peerCertificatesPem = peerCertificates();
    m_reader.fill(response);
    return response;
}

std::vector<std::string> Transfer::peerCertificates() const
{
    std::vector<std::string> certificates;
    curl_certinfo* chain = nullptr;
    if (curl().easy_getinfo(m_easy.get(), CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == nullptr) return certificates;
    const std::string_view name = "Cert:";
    for (int i = 0; i < chain->num_of_certs; ++i)
        for (const curl_slist* line = chain->certinfo[i]; line != nullptr; line = line->next)
            if (const std::string_view text(line->data); text.starts_with(name)) certificates.emplace_back(text.substr(name.size()));
    return certificates;
}

std::string Transfer::redirectTarget() const
{
    const char* target = nullptr;
    curl().easy_getinfo(m_easy.get(), CURLINFO_REDIRECT_URL, &target);
    return target == nullptr ? std::string() : std::string(target);
}

class CurlClient final : public HttpClient {
public:
    [[nodiscard]] base::Result<std::optional<HttpResponse>> get(const HttpRequest& request, std::stop_token cancel) override;
};

base::Result<void> checkScheme(const UrlParts& url, const HttpRequest& request)
{
    if (url.scheme == "https" || request.allowPlainHttp) return {};
    return httpError(kHttpPlain, url.origin + " would be asked over plain http, where anybody on the way can answer.", request,
        "Use https, or allow plain http in the attestation policy of this connection.");
}

base::Result<void> checkRedirect(const UrlParts& from, const UrlParts& to, const HttpRequest& request)
{
    const bool named = std::find(request.redirectOrigins.begin(), request.redirectOrigins.end(), to.origin) != request.redirectOrigins.end();
    const bool downgrade = from.scheme == "https" && to.scheme == "http";
    if (!downgrade && (to.origin == from.origin || named)) return {};
    return httpError(kHttpRedirect, from.origin + " sends the request on to " + to.origin + ", which was not asked for.", request,
        "If that host is meant, name it in the policy or use its address.");
}

base::Result<std::optional<HttpResponse>> CurlClient::get(const HttpRequest& request, std::stop_token cancel)
{
    const auto started = Clock::now();
    ES_TRY(UrlParts url, parseUrl(request.url));
    ES_CHECK(checkScheme(url, request));
    for (int hop = 0;; ++hop) {
        const auto used = std::chrono::duration_cast<Milliseconds>(Clock::now() - started);
        if (used >= request.timeout) return transferError(CURLE_OPERATION_TIMEDOUT, {}, url.origin, request);
        Transfer transfer(request, url, request.timeout - used);
        ES_TRY(auto response, transfer.run(cancel));
        if (!response) return response;
        const std::string target = transfer.redirectTarget();
        if (target.empty()) {
            response->elapsed = std::chrono::duration_cast<Milliseconds>(Clock::now() - started);
            return response;
        }
        if (hop == kMaxRedirects)
            return httpError(kHttpRedirect, url.origin + " sends the request from one address to the next without end.", request,
                "Check the address.");
        ES_TRY(UrlParts next, parseUrl(target));
        ES_CHECK(checkRedirect(url, next, request));
        ES_CHECK(checkScheme(next, request));
        url = std::move(next);
    }
}

}  // namespace

std::unique_ptr<HttpClient> makeHttpClient()
{
    return std::make_unique<CurlClient>();
}

}  // namespace es::http
