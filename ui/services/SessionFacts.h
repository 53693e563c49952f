// What is true about a connection right now, as a view shows it. Thread: any (plain values).
#pragma once

#include "driver/attestation/EnclaveSession.h"

#include <QString>

namespace es::ui {

// Where the session's thread stands. The GUI never waits for a change: it is told by SessionHost::stateChanged.
enum class HostState : quint8 {
    kDisconnected, // no session yet, or closed on request
    kConnecting,
    kIdle, // connected, nothing running
    kRunning,
    kCancelling, // cancel asked for, Attention not yet acknowledged
    kDraining, // the host was let go; the thread ends as soon as it can
    kBroken, // the session is unusable; connect again
};
[[nodiscard]] QString hostStateName(HostState state);

enum class EncryptionIndicator : quint8 {
    kOff, // column encryption off: encrypted columns show 0x01...
    kOn, // results decrypted, parameters encrypted; no enclave session
    kEnclaveSession, // the same, and an enclave session is open
};

struct SessionFacts {
    QString serverText; // "host,port"
    QString serverName; // what the server calls itself
    QString serverVersion; // "16.0.1000"
    QString login;
    QString database;
    int sessionId = 0; // SPID
    EncryptionIndicator encryption = EncryptionIndicator::kOff;
    QString enclaveType; // "VBS", "SGX", "SIMULATOR" or what the server said; empty: none
    QString attestation; // "off", "none", "hgs", "aas"
    bool attested = false; // false with protocol none: the enclave is used but not proven
    // The last attestation of this connection, also a refused one; null: none yet.
    std::shared_ptr<const attestation::AttestationReport> attestationReport;
    std::vector<attestation::ReleasedKey> keysReleased; // into the enclave session that is open
    quint64 roundTrips = 0;
    quint64 bytesSent = 0; // above TLS
    quint64 bytesReceived = 0;

    friend bool operator==(const SessionFacts&, const SessionFacts&) = default;
};

} // namespace es::ui
