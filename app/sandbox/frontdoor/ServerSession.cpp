#include "app/sandbox/frontdoor/ServerSession.h"

#include "app/sandbox/engine/Security.h"
#include "app/sandbox/frontdoor/FirstResult.h"
#include "app/sandbox/frontdoor/PosixPasswords.h"
#include "app/sandbox/frontdoor/RpcCalls.h"
#include "app/sandbox/frontdoor/RpcParameters.h"
#include "driver/tds/Request.h"
#include "driver/tsql/InsertBulk.h"
#include "driver/types/Collation.h"

#include <exception>
#include <thread>

namespace es::sandbox {

using base::Byte;
using base::Bytes;
using base::ByteView;

namespace {

constexpr std::size_t kMaxRequestBytes = std::size_t{256} << 20;
constexpr std::string_view kRehearsalNotice =
    "This is a sandbox with a software enclave, for rehearsal: it is not Microsoft SQL Server, and its enclave protects nothing.";

base::ServerError serverError(std::int32_t number, std::uint8_t severity, std::string message)
{
    base::ServerError error;
    error.number = number;
    error.state = 1;
    error.severity = severity;
    error.line = 1;
    error.message = std::move(message);
    return error;
}

base::ServerError loginFailed(const std::string& user)
{
    return serverError(18456, 14, "Login failed for user '" + user + "'.");
}

void appendInfo(base::ByteWriter& out, const std::string& serverName, std::int32_t number, std::string message)
{
    tds::ServerMessage info{false, serverError(number, 0, std::move(message))};
    info.error.serverName = serverName;
    appendToken(out, info);
}


}  // namespace

ServerSession::ServerSession(const FrontdoorShared& shared, TcpConnection connection, std::uint16_t spid)
    : m_shared(shared), m_wire(std::move(connection)), m_spid(spid)
{
}

void ServerSession::run()
{
    // A connection that ends in disorder is the client's affair: it has been told what could be told. Memory may run out on a
    // request of hundreds of megabytes; that, too, ends this connection only.
    try {
        static_cast<void>(serve());
    } catch (const std::exception&) {
        stop();
    }
    m_bulkLoad.reset();
    m_session.reset();  // rolls back what is open
    m_requests.close();
    m_wire.shutdown();
}

void ServerSession::stop()
{
    m_requests.close();
    m_wire.shutdown();
}

base::Result<void> ServerSession::serve()
{
    ES_TRY(const bool loggedIn, login());
    if (!loggedIn)
        return {};
    std::jthread reader([this] { readRequests(); });
    // Wakes the reader before it is joined, whatever ends this function.
    const auto wake = [this](void*) { stop(); };
    const std::unique_ptr<void, decltype(wake)> atEnd(this, wake);
    base::Result<void> fine;
    while (fine && !m_writer->clientGone()) {
        auto taken = m_requests.take();
        if (!taken)
            break;
        fine = handle(std::move(*taken));
    }
    return fine;
}

// --- login ---

base::Result<bool> ServerSession::login()
{
    ES_TRY(const tds::Login7 login, receiveLogin(m_wire, m_shared.tls, m_shared.engine.productVersion()));
    m_writer = std::make_unique<ResponseWriter>(m_wire, tds::kDefaultPacketBytes, m_spid);

    Acknowledged acknowledged = acknowledgeFeatures(login, m_shared.enclaveType);
    const bool knownUser = types::compareText(login.userName, m_shared.user, types::kDefaultCollation) == 0;
    const std::optional<LoginRecord> record = knownUser ? std::nullopt : m_shared.engine.login(login.userName);
    const bool rightPassword = knownUser ? login.password == m_shared.password
                                         : passwordFits(login.password.reveal(base::SecretAccess::forLogin()), record ? record->secret : "");
    if (!rightPassword || acknowledged.federated || !login.sspi.empty()) {
        refuseLogin(loginFailed(login.userName));
        return false;
    }
    SessionOptions options;
    options.login = record ? record->name : m_shared.user;
    options.loginId = record ? record->id : kAdministratorLogin;
    options.database = login.database;
    options.hostName = login.hostName;
    options.applicationName = login.appName;
    options.columnEncryptionVersion = acknowledged.columnEncryptionVersion;
    auto session = m_shared.engine.newSession(std::move(options));
    if (!session) {
        const base::ServerError cause = session.error().server.value_or(serverError(4060, 11, session.error().text));
        if (cause.number == 4060)
            tellLoginError(cause);
        refuseLogin(cause.number == 4060 ? loginFailed(login.userName) : cause);
        return false;
    }
    m_session = std::move(*session);
    m_columnEncryptionVersion = acknowledged.columnEncryptionVersion;
    m_bulkLoad.emplace(*m_session, m_columnEncryptionVersion > 0);
    const std::uint32_t packetBytes = agreedPacketBytes(login);
    acceptLogin(login, acknowledged, packetBytes);
    m_writer->setPacketBytes(packetBytes);
    return true;
}

void ServerSession::tellLoginError(const base::ServerError& error)
{
    tds::ServerMessage message{true, error};
    message.error.serverName = m_shared.serverName;
    appendToken(m_writer->tokens(), message);
}

void ServerSession::refuseLogin(const base::ServerError& error)
{
    tellLoginError(error);
    tds::Done done;
    done.status = tds::kDoneError;
    appendToken(m_writer->tokens(), done);
    m_writer->finish();
}

// The order in which SQL Server says it.                                                     tds reference 5.5
void ServerSession::acceptLogin(const tds::Login7& login, const Acknowledged& acknowledged, std::uint32_t packetBytes)
{
    base::ByteWriter& out = m_writer->tokens();
    const std::string& database = m_session->database();
    const std::string language = login.language.empty() ? "us_english" : login.language;
    appendToken(out, tds::EnvChange::database(database, "master"));
    appendInfo(out, m_shared.serverName, 5701, "Changed database context to '" + database + "'.");
    appendToken(out, tds::EnvChange::collation(types::kDefaultCollation));
    appendToken(out, tds::EnvChange::language(language, ""));
    appendInfo(out, m_shared.serverName, 5703, "Changed language setting to " + language + ".");
    appendInfo(out, m_shared.serverName, 50000, std::string(kRehearsalNotice));

    const std::array<std::uint16_t, 3> version = m_shared.engine.productVersion();
    tds::LoginAck ack;
    ack.tdsVersion = login.tdsVersion == tds::kTds80 ? tds::kTds80 : tds::kTds74;
    ack.program = "Enclave Studio sandbox (not Microsoft SQL Server)";
    ack.programVersion = {static_cast<Byte>(version[0]), static_cast<Byte>(version[1]), static_cast<Byte>(version[2] >> 8),
                          static_cast<Byte>(version[2])};
    appendToken(out, ack);
    appendToken(out, tds::EnvChange::packetSize(packetBytes, static_cast<std::uint32_t>(tds::kDefaultPacketBytes)));
    if (!acknowledged.features.empty())
        appendToken(out, tds::FeatureExtAck{acknowledged.features});
    appendToken(out, tds::Done{});
    m_writer->finish();
}

// --- requests ---

void ServerSession::readRequests()
{
    tds::PacketAssembler packets(kMaxRequestBytes);
    Bytes buffer(32 * 1024);
    bool good = true;
    while (good) {
        const auto got = m_wire.read(buffer);
        good = got && *got > 0;
        if (good)
            packets.feed(ByteView(buffer).first(*got));
        while (good) {
            auto message = packets.next();
            if (message && !*message)
                break;
            good = message && m_requests.put(std::move(**message));
        }
    }
    m_requests.close();
}

void ServerSession::resetSession(const tds::Message& message, ResponseSink& sink)
{
    const bool keepTransaction = (message.firstStatus & tds::kStatusResetConnectionSkipTran) != 0;
    if ((message.firstStatus & tds::kStatusResetConnection) == 0 && !keepTransaction)
        return;
    if (keepTransaction && m_session->transactionCount() > 0)
        return;  // resetting would roll it back
    const std::string before = m_session->database();
    m_session->reset();
    m_prepared.clear();
    m_cursors.clear();
    sink.token(tds::EnvChange::resetAcknowledged());
    if (m_session->database() != before)
        sink.token(tds::EnvChange::database(m_session->database(), before));
}

base::Result<void> ServerSession::handle(RequestQueue::Taken taken)
{
    const tds::Message& message = taken.message;
    ResponseSink sink(*m_writer, m_columnEncryptionVersion > 0, m_shared.serverName, taken.stop);
    sink.begin(ResponseSink::Form::kBatch);
    if (message.type == tds::PacketType::kAttention) {
        sink.acknowledgeAttention();
        return {};
    }
    if (message.ignored) {
        if (m_requests.finishStatement())
            sink.endWithAttention();
        else
            sink.endFailed();
        return {};
    }
    resetSession(message, sink);

    base::Result<void> decoded;
    ExecOutcome outcome = ExecOutcome::kCompleted;
    if (taken.cancelled)
        outcome = ExecOutcome::kCancelled;
    else
        outcome = dispatch(message, sink, taken.stop, decoded);
    if (!decoded) {
        sink.error(decoded.error(), 4002, 20);
        sink.endFailed();
        return decoded;
    }
    // Nothing of the answer's end has been sent yet: now it is decided which end it gets.
    if (m_requests.finishStatement() || outcome == ExecOutcome::kCancelled)
        sink.endWithAttention();
    else
        sink.end();
    return {};
}

ExecOutcome ServerSession::dispatch(const tds::Message& message, ResponseSink& sink, std::stop_token stop, base::Result<void>& decoded)
{
    if (message.type != tds::PacketType::kBulkLoad)
        m_bulkLoad->forget();
    switch (message.type) {
    case tds::PacketType::kSqlBatch: return runBatch(message, sink, std::move(stop), decoded);
    case tds::PacketType::kRpc: return runCalls(message, sink, std::move(stop), decoded);
    case tds::PacketType::kTransactionManager: return runTransactionRequest(message, sink, decoded);
    case tds::PacketType::kBulkLoad: return runBulkLoad(message, sink, std::move(stop), decoded);
    default:
        decoded = base::makeError(kWireBroken, "A message of this type is not expected here.");
        return ExecOutcome::kCompleted;
    }
}

ExecOutcome ServerSession::runBatch(const tds::Message& message, ResponseSink& sink, std::stop_token stop, base::Result<void>& decoded)
{
    const auto batch = tds::decodeSqlBatch(message.payload, enclaveField());
    if (!batch) {
        decoded = batch.error();
        return ExecOutcome::kCompleted;
    }
    if (tsql::isInsertBulk(batch->text))
        return m_bulkLoad->begin(batch->text, sink, std::move(stop));
    if (const auto call = firstResultCallOf(batch->text))
        return describeFirstResult(*m_session, *call, sink, std::move(stop));
    BatchRequest request;
    request.text = batch->text;
    request.rawUtf16 = batch->rawUtf16;
    request.enclavePackage = batch->enclavePackage;
    return m_session->execute(request, sink, std::move(stop));
}

ExecOutcome ServerSession::runBulkLoad(const tds::Message& message, ResponseSink& sink, std::stop_token stop, base::Result<void>& decoded)
{
    auto loaded = m_bulkLoad->load(message.payload, sink, std::move(stop));
    if (loaded)
        return *loaded;
    decoded = loaded.error();
    return ExecOutcome::kCompleted;
}

ExecOutcome ServerSession::runCalls(const tds::Message& message, ResponseSink& sink, std::stop_token stop, base::Result<void>& decoded)
{
    const auto request = tds::decodeRpc(message.payload, enclaveField());
    if (!request) {
        decoded = request.error();
        return ExecOutcome::kCompleted;
    }
    return RpcCalls(*m_session, m_prepared, m_cursors).run(*request, sink, std::move(stop));
}

ExecOutcome ServerSession::runTransactionRequest(const tds::Message& message, ResponseSink& sink, base::Result<void>& decoded)
{
    auto request = tds::decodeTransactionRequest(message.payload);
    // JDBC writes an empty enclave field here too, which shifts the request by two bytes.        enclave-protocol 8.2
    const bool shifted = request && enclaveField() && request->request == 0 && request->payload.size() > 2;
    if (shifted) {
        base::ByteWriter straight;
        appendAllHeaders(straight, request->headers);
        straight.bytes(request->payload);
        request = tds::decodeTransactionRequest(straight.view());
    }
    if (!request) {
        decoded = request.error();
        return ExecOutcome::kCompleted;
    }
    base::Result<void> done;
    switch (static_cast<tds::TransactionRequestKind>(request->request)) {
    case tds::TransactionRequestKind::kBegin: done = m_session->beginTransaction(sink, {request->name, request->isolation}); break;
    case tds::TransactionRequestKind::kCommit: done = m_session->commitTransaction(sink); break;
    case tds::TransactionRequestKind::kRollback: done = m_session->rollbackTransaction(sink, request->name); break;
    case tds::TransactionRequestKind::kSave: done = m_session->saveTransaction(request->name); break;
    default: done = callError(40517, "This transaction manager request is not supported in the sandbox."); break;
    }
    if (done && request->beginsNew)
        done = m_session->beginTransaction(sink, {request->newName, request->isolation});
    if (!done)
        sink.error(done.error(), 3902);
    return ExecOutcome::kCompleted;
}

}  // namespace es::sandbox
