// The owners of libcurl's objects and its words for what went wrong. Private to this room.
#pragma once

#include "driver/http/HttpClient.h"

#include <curl/curl.h>

namespace es::http {

template <auto free>
struct CurlFree {
    template <class T>
    void operator()(T* object) const
    {
        free(object);
    }
};
using EasyPtr = std::unique_ptr<CURL, CurlFree<curl_easy_cleanup>>;
using MultiPtr = std::unique_ptr<CURLM, CurlFree<curl_multi_cleanup>>;
using UrlPtr = std::unique_ptr<CURLU, CurlFree<curl_url_cleanup>>;

// Once per process, before the first handle. Thread: any.
void startCurl();

// A transfer that failed, as a person can act on it. `reason`: libcurl's own words, may be empty.
[[nodiscard]] base::Error transferError(CURLcode code, const std::string& reason, const std::string& origin, const HttpRequest& request);
[[nodiscard]] base::Error httpError(base::ErrorCode code, std::string text, const HttpRequest& request, std::string remedy);

}  // namespace es::http
