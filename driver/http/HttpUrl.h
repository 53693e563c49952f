// Absolute URLs, taken apart by libcurl's parser, so that what is judged is what is fetched. Private to this room. Thread: any (pure).
#pragma once

#include "driver/http/HttpClient.h"

namespace es::http {

struct UrlParts {
    std::string text;    // as it will be fetched
    std::string scheme;  // "http", "https"
    std::string origin;  // originOf
};

// Errors: kHttpBadUrl (relative, another scheme, credentials in it).
[[nodiscard]] base::Result<UrlParts> parseUrl(std::string_view url);

}  // namespace es::http
