// One connection to a server: log in, run statements one after the other, cancel, close. The facade over the machines of this room,
// with the transport below it and key stores and enclave beside it.
// Thread: session thread only (one at a time); the stop tokens are the only door for other threads.
#pragma once

#include "driver/base/Clock.h"
#include "driver/base/LogSink.h"
#include "driver/session/BulkCopy.h"
#include "driver/session/ConnectionSettings.h"
#include "driver/session/KeyUse.h"
#include "driver/session/ResultSink.h"
#include "driver/session/SessionState.h"
#include "driver/session/Statement.h"

#include <functional>
#include <memory>
#include <stop_token>

namespace es::attestation {
class EnclaveSessionCache;
class ServiceDocuments;
}
namespace es::keystore {
class KeyStoreRegistry;
}
namespace es::transport {
class Network;
class Transport;
}

namespace es::session {

// What is done while connecting and attesting, in this order, for those who show it.
enum class ProgressStep : std::uint8_t {
    kServerReached,   // fact: host,port
    kTlsTrusted,      // issuer of its certificate, or that none was asked for
    kLoginAccepted,   // program and version
    kEnclaveSeen,     // its type: "VBS"
    kProtocolFits,    // "HGS vouches for VBS"
    kServiceAnswers,  // the service's host
    kEvidenceValid,   // "12 rules"
    kSessionOpened,   // until when
};
struct Progress {
    ProgressStep step = ProgressStep::kServerReached;
    std::string fact;
    std::chrono::milliseconds elapsed{};  // of this step
};

// What a session borrows; all of it must outlive the session.
struct Services {
    keystore::KeyStoreRegistry& keyStores;
    const base::Clock& clock = base::Clock::system();
    base::LogSink& log = base::LogSink::discard();
    attestation::ServiceDocuments* documents = nullptr;           // null pointer: one of its own
    attestation::EnclaveSessionCache* enclaveSessions = nullptr;  // null pointer: shares its enclave session with nobody
    std::function<void(const Progress&)> progress = {};           // called in the session's thread
    transport::Network* network = nullptr;                        // null pointer: the system's
};

struct Connected;

enum class Outcome : std::uint8_t { kCompleted, kCancelled };

class Session {
public:
    // Connects, verifies TLS, logs in, and follows where the server sends its clients on (state().serverName says where that led). A null pointer as value: cancelled on request. Errors (setting and remedy filled in): see
    // Errors.h and transport's; never returns a session in clear text or without what was asked for (column encryption, enclave).
    [[nodiscard]] static base::Result<std::unique_ptr<Session>> connect(ConnectionSettings settings, Services services, std::stop_token cancel);
    // The same from PRELOGIN on, over a transport that is already open (tests, and other ways to reach a server).
    [[nodiscard]] static base::Result<std::unique_ptr<Session>> connectOver(
        std::unique_ptr<transport::Transport> transport, ConnectionSettings settings, Services services, std::stop_token cancel);

    ~Session();  // closes
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // Runs one statement to its end. `cancel`: Attention, then draining to its acknowledgement (kCancelled; the session stays usable).
    // `abandon` (a person's second "cancel") or settings.cancelTimeoutMs after the first: the connection is closed (kCancelled, state().usable false).
    // Errors: kServerError carries the first ERROR token in Error::server (every token was already given to sink.onMessage, so a view
    // shows it once) with the worst consequence of all; kCellFailed and the encryption errors after the answer has been drained, so
    // that the session stays usable; kConnectionLost with kSessionUnusable. After kSessionUnusable every call returns kSessionClosed.
    [[nodiscard]] base::Result<Outcome> execute(const Statement& statement, ResultSink& sink, std::stop_token cancel, std::stop_token abandon = {});

    // Rows into a table, batch by batch; values for encrypted columns are encrypted, when the connection has column encryption. A cancelled
    // or failed batch leaves nothing; the ones before stay (BulkSource::onBatch was told). Errors: kServerError and the ends of connections as
    // in execute; kBadParameter (a value or type that cannot be sent: nothing of its batch was); the key store's; the source's own.
    [[nodiscard]] base::Result<BulkCopied> bulkCopy(
        const BulkCopyRequest& request, BulkSource& source, std::stop_token cancel, std::stop_token abandon = {});

    // Attests now, with fresh evidence, whatever session is open; releases no key. Describes `EXEC sp_enclave_send_keys` and does not run it.
    // state().attestation then holds the report, also of a refusal. Errors: attestation's kEnclaveRefused, kServiceFailed, http's; kNoEnclave (the
    // connection has no attestation protocol), kNoEvidence (the server sent none: no key of this database is for the enclave yet).
    [[nodiscard]] base::Result<Outcome> attest(std::stop_token cancel, std::stop_token abandon = {});

    // What is known of the database's encrypted columns, for the rule that no key goes out which nothing in the statement uses.
    // Null pointer: not known; the other rules hold all the same.
    void setKeyUse(std::shared_ptr<const KeyUse> use);

    [[nodiscard]] const SessionState& state() const;

    // Ends the connection and wipes keys. A second call does nothing.
    void close();

private:
    struct Impl;
    [[nodiscard]] static base::Result<std::unique_ptr<Session>> make(Connected connected, Services services);
    explicit Session(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace es::session
