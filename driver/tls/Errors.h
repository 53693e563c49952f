// Error codes of the TLS room. All fill text, setting and remedy; their consequence is kSessionUnusable.
#pragma once

#include "driver/base/Error.h"

namespace es::tls {

inline constexpr base::ErrorCode kTlsUntrusted{"tls", "TlsUntrusted"};        // no path to a trusted issuer; setting "ca-file"
inline constexpr base::ErrorCode kTlsHostName{"tls", "TlsHostName"};          // certificate is for another host; setting "host"
inline constexpr base::ErrorCode kTlsExpired{"tls", "TlsExpired"};            // past its end, or not valid yet
inline constexpr base::ErrorCode kTlsBadCaFile{"tls", "TlsBadCaFile"};        // setting "ca-file" cannot be read
inline constexpr base::ErrorCode kTlsBadCertificate{"tls", "TlsBadCertificate"};  // own certificate or key unusable (server role)
inline constexpr base::ErrorCode kTlsHandshake{"tls", "TlsHandshake"};        // no common version or cipher, garbage, alert
inline constexpr base::ErrorCode kTlsBroken{"tls", "TlsBroken"};              // after the handshake: record damaged, alert

}  // namespace es::tls
