// From the first byte to LOGIN7: PRELOGIN answer, TLS inside PRELOGIN packets (TDS 7.4) or TLS before everything (TDS 8.0, "strict"),
// who the client is. The first byte tells which. TLS is never optional here: no password crosses in clear.   tds reference 2, 4, 5
// Thread: the connection's own.
#pragma once

#include "app/sandbox/frontdoor/ServerWire.h"
#include "driver/tds/Login7.h"
#include "driver/tds/Prelogin.h"

#include <array>

namespace es::sandbox {

inline constexpr int kLoginTimeoutMs = 30'000;  // per step; whoever has not logged in by then is gone

// Errors: kWireBroken, kWireTimeout, tls::kTls*, tds errors: the connection is to be closed without an answer.
[[nodiscard]] base::Result<tds::Login7> receiveLogin(ServerWire& wire, const tls::TlsServerContext& tls,
                                                     const std::array<std::uint16_t, 3>& productVersion);

// What is acknowledged of what was asked. `enclaveType`: "VBS", "SGX", or empty for none: then column encryption is acknowledged as version 1 at most.
struct Acknowledged {
    std::vector<tds::Feature> features;
    std::uint8_t columnEncryptionVersion = 0;  // 0: not negotiated
    bool federated = false;                    // asked for a login that is not offered
};
[[nodiscard]] Acknowledged acknowledgeFeatures(const tds::Login7& login, const std::string& enclaveType);
// What was asked, brought into the bounds of TLS connections.
[[nodiscard]] std::uint32_t agreedPacketBytes(const tds::Login7& login);

}  // namespace es::sandbox
