// One client from its first byte to its end: login, then request after request. A second thread reads the connection meanwhile.
// Broken or hostile input ends this connection with an error, never the server. Thread: run() on a thread of its own; stop() any.
#pragma once

#include "app/sandbox/engine/Engine.h"
#include "app/sandbox/frontdoor/BulkLoad.h"
#include "app/sandbox/frontdoor/LoginPhase.h"
#include "app/sandbox/frontdoor/Cursors.h"
#include "app/sandbox/frontdoor/PreparedStatements.h"
#include "app/sandbox/frontdoor/RequestQueue.h"
#include "app/sandbox/frontdoor/ResponseSink.h"

namespace es::sandbox {

// What all connections share.
struct FrontdoorShared {
    Engine& engine;
    const tls::TlsServerContext& tls;
    std::string user;
    const base::SecureBytes& password;  // UTF-8
    std::string serverName;
    std::string enclaveType = "VBS";    // announced at login; empty: column encryption without enclave only
};

class ServerSession {
public:
    ServerSession(const FrontdoorShared& shared, TcpConnection connection, std::uint16_t spid);

    void run();
    void stop();  // as if the client had gone

private:
    base::Result<void> serve();
    // False when the login was refused (and said so).
    base::Result<bool> login();
    void refuseLogin(const base::ServerError& error);
    void tellLoginError(const base::ServerError& error);
    void acceptLogin(const tds::Login7& login, const Acknowledged& acknowledged, std::uint32_t packetBytes);

    void readRequests();  // on the reading thread
    base::Result<void> handle(RequestQueue::Taken taken);
    // Each runs one request and leaves the end of the answer to handle(); `decoded` is an Error when the message was malformed.
    ExecOutcome dispatch(const tds::Message& message, ResponseSink& sink, std::stop_token stop, base::Result<void>& decoded);
    ExecOutcome runBatch(const tds::Message& message, ResponseSink& sink, std::stop_token stop, base::Result<void>& decoded);
    ExecOutcome runCalls(const tds::Message& message, ResponseSink& sink, std::stop_token stop, base::Result<void>& decoded);
    ExecOutcome runBulkLoad(const tds::Message& message, ResponseSink& sink, std::stop_token stop, base::Result<void>& decoded);
    ExecOutcome runTransactionRequest(const tds::Message& message, ResponseSink& sink, base::Result<void>& decoded);
    void resetSession(const tds::Message& message, ResponseSink& sink);
    [[nodiscard]] bool enclaveField() const { return m_columnEncryptionVersion >= 2; }

    const FrontdoorShared& m_shared;
    ServerWire m_wire;
    std::uint16_t m_spid;
    RequestQueue m_requests;
    std::unique_ptr<EngineSession> m_session;
    std::unique_ptr<ResponseWriter> m_writer;
    PreparedStatements m_prepared;
    Cursors m_cursors;
    std::optional<BulkLoad> m_bulkLoad;  // set with m_session
    std::uint8_t m_columnEncryptionVersion = 0;
};

}  // namespace es::sandbox
