// A request and its answer, as far as this service looks. Thread: any (plain values).
#pragma once

#include <functional>
#include <string>

namespace es::sandbox {

struct HttpRequest {
    std::string path;  // without query
    std::string host;  // the Host header; may be empty
};

struct HttpAnswer {
    int status = 404;
    std::string contentType = "text/plain; charset=utf-8";
    std::string body;
    int maxAgeSeconds = 0;  // how long it may be kept; 0: not at all
};

using HttpHandler = std::function<HttpAnswer(const HttpRequest& request)>;

}  // namespace es::sandbox
