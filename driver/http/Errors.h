// Error codes of the http room. All fill text, setting ("attestation-url" or what the request names) and remedy.
#pragma once

#include "driver/base/Error.h"

namespace es::http {

inline constexpr base::ErrorCode kHttpBadUrl{"http", "HttpBadUrl"};            // no absolute http or https URL
inline constexpr base::ErrorCode kHttpPlain{"http", "HttpPlain"};              // http where only https is allowed
inline constexpr base::ErrorCode kHttpRedirect{"http", "HttpRedirect"};        // to another origin, to http, or too many
inline constexpr base::ErrorCode kHttpUnreachable{"http", "HttpUnreachable"};  // name, port, connection
inline constexpr base::ErrorCode kHttpTimeout{"http", "HttpTimeout"};          // no whole answer in time
inline constexpr base::ErrorCode kHttpTls{"http", "HttpTls"};                  // certificate or handshake
inline constexpr base::ErrorCode kHttpTooLarge{"http", "HttpTooLarge"};        // body or header above the limit
inline constexpr base::ErrorCode kHttpEncoded{"http", "HttpEncoded"};          // compressed although nobody asked for it
inline constexpr base::ErrorCode kHttpNonsense{"http", "HttpNonsense"};        // not HTTP, or it broke off in the middle

}  // namespace es::http
