// What is known about a session between two statements: the facts behind a status bar. Thread: any (plain values; copy it).
#pragma once

#include "driver/attestation/EnclaveSession.h"
#include "driver/session/ConnectionSettings.h"
#include "driver/types/SqlType.h"

namespace es::session {

enum class EncryptionState : std::uint8_t { kOff, kOn, kEnclaveSessionOpen };

struct SessionCounters {
    std::uint64_t roundTrips = 0;     // requests answered, the login's three and describe calls included
    std::uint64_t describeCalls = 0;  // how many of them asked sp_describe_parameter_encryption
    std::uint64_t serviceRequests = 0;  // to the attestation service, beside the round trips
    std::uint64_t bytesSent = 0;      // above TLS: TDS packets
    std::uint64_t bytesReceived = 0;
};

struct SessionState {
    std::string serverName;     // host,port as connected
    std::string programName;    // LOGINACK: "Microsoft SQL Server", ...
    std::string serverVersion;  // "16.0.1000"
    std::string database;       // current, follows USE
    std::string language;
    types::Collation collation;  // of the connection's database
    std::uint16_t spid = 0;
    std::uint32_t packetSize = 4096;
    bool inTransaction = false;
    bool usable = true;          // false after severity >= 20, a lost connection or close(): open a new session

    bool columnEncryption = false;  // asked for and acknowledged
    AttestationProtocol attestationProtocol = AttestationProtocol::kOff;
    std::string enclaveType;        // "VBS", "SGX"; empty without enclave
    bool enclaveSessionOpen = false;
    bool enclaveAttested = false;   // false for protocol None: nobody proved who the enclave is
    // The last attestation of this connection, also one that was refused; null pointer: none yet. None has a report too.
    std::shared_ptr<const attestation::AttestationReport> attestation;
    std::vector<attestation::ReleasedKey> keysReleased;  // into the enclave session that is open, by any connection that shares it
    SessionCounters counters;

    [[nodiscard]] EncryptionState encryptionState() const
    {
        return !columnEncryption ? EncryptionState::kOff : enclaveSessionOpen ? EncryptionState::kEnclaveSessionOpen : EncryptionState::kOn;
    }
};

}  // namespace es::session
