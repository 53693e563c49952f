#include "driver/http/CurlHandles.h"

namespace es::http {

base::Error missingLibrary(const std::string& setting)
{
    return base::makeError(kHttpUnreachable, "Attestation services are asked through libcurl, which is not installed (libcurl.so.4).", setting,
        "Install it (Debian: libcurl4), then try again.");
}

base::Error httpError(base::ErrorCode code, std::string text, const HttpRequest& request, std::string remedy)
{
    return base::makeError(code, std::move(text), request.setting, std::move(remedy));
}

base::Error transferError(CURLcode code, const std::string& reason, const std::string& origin, const HttpRequest& request)
{
    const std::string seconds = std::to_string((request.timeout.count() + 999) / 1000);
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return httpError(kHttpUnreachable, "The name in " + origin + " is not known.", request, "Check the host name in the address.");
    case CURLE_COULDNT_CONNECT:
        return httpError(kHttpUnreachable, "Nothing answers at " + origin + ".", request, "Check host and port, and that the service runs.");
    case CURLE_OPERATION_TIMEDOUT:
        return httpError(kHttpTimeout, origin + " gave no whole answer within " + seconds + " s.", request,
            "Try again, or ask who runs the service what holds it up.");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return httpError(kHttpTls, "The certificate of " + origin + " is not trusted" + (reason.empty() ? "" : " (" + reason + ")") + ".", request,
            "Give the file of the authority that issued it as CA file, or correct the host name.");
    case CURLE_SSL_CACERT_BADFILE:
        return httpError(kHttpTls, "The CA file " + request.caFile + " cannot be read.", request, "Give a PEM file that this user may read.");
    case CURLE_FILESIZE_EXCEEDED:
        return httpError(kHttpTooLarge, origin + " sent more than " + std::to_string(request.maxBodyBytes) + " bytes.", request,
            "That is no answer of such a service: check the address.");
    default:
        return httpError(kHttpNonsense, origin + " broke off or does not speak HTTP" + (reason.empty() ? "" : " (" + reason + ")") + ".", request,
            "Check scheme and port of the address.");
    }
}

}  // namespace es::http
