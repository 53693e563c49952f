// Error codes of the transport room; the TLS room's codes come out of startTls() unchanged. All fill text, setting and remedy;
// their consequence is kSessionUnusable.
#pragma once

#include "driver/tls/Errors.h"

namespace es::transport {

inline constexpr base::ErrorCode kHostNotFound{"transport", "HostNotFound"};      // setting "host"
inline constexpr base::ErrorCode kRefused{"transport", "Refused"};                // nobody listens there; setting "port"
inline constexpr base::ErrorCode kUnreachable{"transport", "Unreachable"};        // no route; setting "host"
inline constexpr base::ErrorCode kTimedOut{"transport", "TimedOut"};              // setting "connect-timeout" or none
inline constexpr base::ErrorCode kConnectionLost{"transport", "ConnectionLost"};  // the other side or the network ended it
using tls::kTlsExpired;
using tls::kTlsHandshake;
using tls::kTlsHostName;
using tls::kTlsUntrusted;

}  // namespace es::transport
