// What the machines know about the connection they speak on, kept up to date by LOGINACK, FEATUREEXTACK and ENVCHANGE.
// Thread: session thread only.
#pragma once

#include "driver/session/SessionState.h"
#include "driver/tds/EnvChange.h"

namespace es::session {

// Where the server sends a client that has just logged in.                                          MS-TDS 2.2.7.9, type 20
struct Route {
    std::string host;
    std::uint16_t port = 0;
};

struct ConnectionFacts {
    SessionState state;
    std::optional<Route> route;                // set: this connection is of no use, the next one is there
    std::uint64_t transactionDescriptor = 0;   // 0: auto-commit; sent back in every request
    std::uint8_t columnEncryptionVersion = 0;  // acknowledged: 0 none, 1 without, 2 with enclave
    bool rolledBack = false;                   // a transaction ended by rollback since this was last cleared

    [[nodiscard]] bool enclaveField() const { return columnEncryptionVersion >= 2; }
    void apply(const tds::EnvChange& change);
};

}  // namespace es::session
