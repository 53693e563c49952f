#include "driver/attestation/ServiceDocuments.h"

#include "driver/attestation/Errors.h"
#include "driver/crypto/Certificate.h"
#include "driver/json/Json.h"

#include <algorithm>

namespace es::attestation {
namespace {

using http::HttpResponse;
using std::chrono::seconds;

// HGS publishes under two shapes of path; both official drivers' are served by a genuine one.
constexpr std::string_view kCertificatesPath = "/v2.0/signingCertificates";
constexpr std::string_view kLongCertificatesPath = "/attestationservice.svc/v2.0/signingCertificates";
constexpr std::string_view kUsualHgsPath = "/Attestation";
constexpr std::string_view kMetadataPath = "/.well-known/openid-configuration";
constexpr int kOk = 200;
constexpr int kNotFound = 404;

std::string withoutSlashes(std::string url)
{
    while (url.ends_with('/')) url.pop_back();
    return url;
}

base::Error serviceError(std::string text, std::string remedy)
{
    base::Error error = base::makeError(kServiceFailed, std::move(text), "attestation-url", std::move(remedy));
    error.origin = base::Origin::kAttestation;
    return error;
}

base::Error statusError(const HttpResponse& response)
{
    return serviceError("The attestation service answered " + std::to_string(response.status) + " for " + response.url + ".",
        "Check the path of the attestation URL.");
}

// One answer of one service: asks, keeps what came, and stops at the first thing that goes wrong.
class Fetch {
public:
    Fetch(http::HttpClient& client, const base::Clock& clock, const ServiceAddress& address, std::stop_token cancel)
        : m_client(client)
        , m_clock(clock)
        , m_address(address)
        , m_cancel(std::move(cancel))
    {
    }

    [[nodiscard]] ServiceAnswer run();
    [[nodiscard]] seconds freshFor() const { return m_freshFor; }

private:
    // No value: cancelled or failed; the answer says which.
    [[nodiscard]] std::optional<HttpResponse> ask(const std::string& url);
    void keep(std::string_view role, HttpResponse response);
    void fetchHgs();
    void fetchAas();
    void suggestHgs(const std::string& base);
    void note(base::Error error);

    http::HttpClient& m_client;
    const base::Clock& m_clock;
    const ServiceAddress& m_address;
    std::stop_token m_cancel;
    ServiceAnswer m_answer;
    seconds m_freshFor = ServiceDocuments::kMaxLifetime;
};

ServiceAnswer Fetch::run()
{
    const auto started = m_clock.now();
    if (m_address.protocol == Protocol::kHgs) fetchHgs();
    if (m_address.protocol == Protocol::kAas) fetchAas();
    m_answer.elapsed = std::max(
        std::chrono::milliseconds(1), std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now() - started));
    return std::move(m_answer);
}

void Fetch::note(base::Error error)
{
    error.origin = base::Origin::kAttestation;
    m_answer.failure = std::move(error);
}

std::optional<HttpResponse> Fetch::ask(const std::string& url)
{
    http::HttpRequest request;
    request.url = url;
    request.caFile = m_address.caFile;
    request.allowPlainHttp = m_address.plainHttp;
    request.redirectOrigins = m_address.redirectOrigins;
    auto response = m_client.get(request, m_cancel);
    ++m_answer.requests;
    if (!response) {
        note(std::move(response).error());
        return std::nullopt;
    }
    m_answer.cancelled = !response->has_value();
    return std::move(*response);
}

void Fetch::keep(std::string_view role, HttpResponse response)
{
    if (response.freshFor) m_freshFor = std::min(m_freshFor, *response.freshFor);
    m_answer.documents.push_back({std::string(role), std::move(response.url), response.status, std::move(response.body),
        std::move(response.peerCertificatesPem), m_clock.wallClock()});
}

void Fetch::fetchHgs()
{
    const std::string base = withoutSlashes(m_address.url);
    auto response = ask(base + std::string(kCertificatesPath));
    if (!response) return;
    if (response->status == kNotFound) {
        const std::string firstUrl = response->url;
        response = ask(base + std::string(kLongCertificatesPath) + '/');
        if (!response) return;
        if (response->status != kOk) response->url = firstUrl;  // the one that is told
    }
    if (response->status == kOk) return keep("signing-certificates", std::move(*response));
    note(statusError(*response));
    if (response->status == kNotFound) suggestHgs(base);
}

// A wrong path is the usual mistake: look where such services are by default, only to be able to say so.
void Fetch::suggestHgs(const std::string& base)
{
    const auto origin = http::originOf(base);
    if (!origin || base == *origin + std::string(kUsualHgsPath)) return;
    base::Error first = *m_answer.failure;
    const auto response = ask(*origin + std::string(kUsualHgsPath) + std::string(kCertificatesPath));
    if (response && response->status == kOk) {
        m_answer.suggestedUrl = *origin + std::string(kUsualHgsPath);
        first.remedy = "Attestation is served under " + std::string(kUsualHgsPath) + ": use " + m_answer.suggestedUrl + ".";
    }
    m_answer.failure = std::move(first);
}

void Fetch::fetchAas()
{
    const auto origin = http::originOf(m_address.url);
    if (!origin) return note(origin.error());
    auto metadata = ask(*origin + std::string(kMetadataPath));
    if (!metadata) return;
    if (metadata->status != kOk) return note(statusError(*metadata));
    const auto parsed = json::parse({reinterpret_cast<const char*>(metadata->body.data()), metadata->body.size()});
    const auto keysUrl = parsed ? parsed->stringAt("jwks_uri") : base::Result<std::string>(parsed.error());
    const std::string metadataUrl = metadata->url;
    keep("openid-configuration", std::move(*metadata));
    if (!keysUrl)
        return note(serviceError("The metadata at " + metadataUrl + " names no keys (jwks_uri).", "Check that the URL is that of Azure Attestation."));
    // Keys from anywhere else would let that place decide who is believed.
    const auto keysOrigin = http::originOf(*keysUrl);
    const auto& others = m_address.redirectOrigins;
    if (!keysOrigin || (*keysOrigin != *origin && std::find(others.begin(), others.end(), *keysOrigin) == others.end()))
        return note(serviceError("The metadata at " + metadataUrl + " sends for its keys to another place: " + keysUrl->substr(0, 200) + ".",
            "Ask who runs the service; if that host is meant, name it in the policy."));
    auto keys = ask(*keysUrl);
    if (!keys) return;
    if (keys->status != kOk) return note(statusError(*keys));
    keep("jwks", std::move(*keys));
}

// Certificates are not used beyond their own end.
std::chrono::system_clock::time_point earliestEnd(const std::vector<ServiceDocument>& documents, std::chrono::system_clock::time_point end)
{
    for (const ServiceDocument& document : documents)
        for (const std::string& pem : document.tlsCertificatesPem)
            if (const auto certificate = crypto::Certificate::fromPem(pem)) end = std::min(end, certificate->notAfter());
    return end;
}

}  // namespace

ServiceDocuments::ServiceDocuments(std::unique_ptr<http::HttpClient> client, const base::Clock& clock)
    : m_client(std::move(client))
    , m_clock(clock)
{
}

ServiceAnswer ServiceDocuments::get(const ServiceAddress& address, bool fresh, std::stop_token cancel)
{
    {
        const base::Lock lock(m_mutex);
        if (const auto found = m_entries.find(address); found != m_entries.end()) {
            const Entry& entry = found->second;
            const bool good = m_clock.wallClock() < entry.goodUntil;
            if (good && (!fresh || m_clock.now() - entry.fetchedAt < kRefetchPause)) return {entry.documents, {}, {}, {}, 0, false};
        }
    }
    // Not under the lock: others may ask other services meanwhile.
    Fetch fetch(*m_client, m_clock, address, std::move(cancel));
    ServiceAnswer answer = fetch.run();
    const base::Lock lock(m_mutex);
    if (answer.failure || answer.cancelled) return answer;
    const auto end = m_clock.wallClock() + std::min<seconds>(fetch.freshFor(), kMaxLifetime);
    m_entries[address] = {answer.documents, earliestEnd(answer.documents, end), m_clock.now()};
    return answer;
}

void ServiceDocuments::clear()
{
    const base::Lock lock(m_mutex);
    m_entries.clear();
}

}  // namespace es::attestation
