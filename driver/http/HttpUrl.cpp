#include "driver/http/HttpUrl.h"

#include "driver/http/CurlHandles.h"

#include <algorithm>
#include <cctype>

namespace es::http {
namespace {

base::Error badUrl(std::string_view url, std::string_view why)
{
    return base::makeError(kHttpBadUrl, "\"" + std::string(url.substr(0, 200)) + "\" is not an address of a service: " + std::string(why) + ".",
        "attestation-url", "Give it whole, as https://host/path.");
}

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0)
{
    char* text = nullptr;
    if (curl().url_get(url, which, &text, flags) != CURLUE_OK) return {};
    std::string copy(text);
    curl().free(text);
    return copy;
}

std::string lowered(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

}  // namespace

base::Result<UrlParts> parseUrl(std::string_view url)
{
    if (curlLibrary() == nullptr) return missingLibrary("attestation-url");
    const UrlPtr parsed(curl().url());
    const auto isControl = [](unsigned char c) { return c <= 0x20 || c == 0x7F; };
    if (std::any_of(url.begin(), url.end(), isControl)) return badUrl(url, "it holds spaces or control characters");
    if (!parsed || curl().url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        return badUrl(url, "it cannot be taken apart");
    UrlParts parts;
    parts.scheme = lowered(part(parsed.get(), CURLUPART_SCHEME));
    if (parts.scheme != "http" && parts.scheme != "https") return badUrl(url, "it begins with neither https:// nor http://");
    if (!part(parsed.get(), CURLUPART_USER).empty() || !part(parsed.get(), CURLUPART_PASSWORD).empty())
        return badUrl(url, "it holds a login");
    const std::string host = lowered(part(parsed.get(), CURLUPART_HOST));
    if (host.empty()) return badUrl(url, "it names no host");
    const std::string port = part(parsed.get(), CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
    parts.origin = parts.scheme + "://" + host + (port.empty() ? "" : ":" + port);
    curl().url_set(parsed.get(), CURLUPART_FRAGMENT, nullptr, 0);
    parts.text = part(parsed.get(), CURLUPART_URL);
    return parts;
}

base::Result<std::string> originOf(std::string_view url)
{
    ES_TRY(UrlParts parts, parseUrl(url));
    return std::move(parts.origin);
}

}  // namespace es::http
