// The owners of libcurl's objects and its words for what went wrong. Private to this room.
#pragma once

#include "driver/http/CurlLibrary.h"
#include "driver/http/HttpClient.h"

namespace es::http {

template <auto CurlLibrary::* cleanup>
struct CurlFree {
    template <class T>
    void operator()(T* object) const
    {
        (curlLibrary()->*cleanup)(object);
    }
};
using EasyPtr = std::unique_ptr<CURL, CurlFree<&CurlLibrary::easy_cleanup>>;
using MultiPtr = std::unique_ptr<CURLM, CurlFree<&CurlLibrary::multi_cleanup>>;
using UrlPtr = std::unique_ptr<CURLU, CurlFree<&CurlLibrary::url_cleanup>>;

// For calls that come after a successful curlLibrary().
[[nodiscard]] inline const CurlLibrary& curl() { return *curlLibrary(); }
[[nodiscard]] base::Error missingLibrary(const std::string& setting);

// A transfer that failed, as a person can act on it. `reason`: libcurl's own words, may be empty.
[[nodiscard]] base::Error transferError(CURLcode code, const std::string& reason, const std::string& origin, const HttpRequest& request);
[[nodiscard]] base::Error httpError(base::ErrorCode code, std::string text, const HttpRequest& request, std::string remedy);

}  // namespace es::http
