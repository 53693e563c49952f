// Attestation as a session does it: shared enclave sessions, round trips, refusals, cancelling.      enclave-protocol.md 2, 7, 11
#include "tests/driver/session/EnclaveScript.h"
#include "tests/support/FakeClock.h"
#include "tests/support/VectorFiles.h"

#include "driver/attestation/EnclaveSessionCache.h"
#include "driver/attestation/ServiceDocuments.h"
#include "driver/session/Errors.h"
#include "driver/types/TypeNames.h"

#include <condition_variable>
#include <mutex>
#include <thread>

using namespace es;
using namespace es::test;
using session::AttestationProtocol;

namespace {

constexpr std::uint8_t kBatch = 0x01, kRpc = 0x03;
const char* const kQuery = "SELECT Name FROM HR.Employees WHERE Salary > 1";
const char* const kOtherQuery = "SELECT Name FROM HR.Employees WHERE Salary > 2";

Bytes done()
{
    return ServerBytes().done(0, 0xD8, 0).message();
}
KeyRow requestedKey()
{
    KeyRow row;
    row.requested = true;
    return row;
}

// The service, at the http seam: publishes what the recorded evidence was made with, or never answers.
class ScriptedService final : public http::HttpClient {
public:
    enum class Mode { kAnswers, kNotFound, kHangs };

    explicit ScriptedService(QJsonObject evidence) : m_evidence(std::move(evidence)) {}

    base::Result<std::optional<http::HttpResponse>> get(const http::HttpRequest& request, std::stop_token cancel) override
    {
        ++requests;
        if (mode == Mode::kHangs) {
            hanging = true;
            hanging.notify_all();
            std::mutex mutex;
            std::unique_lock lock(mutex);
            std::condition_variable_any().wait(lock, cancel, [] { return false; });
            return std::optional<http::HttpResponse>();
        }
        http::HttpResponse response;
        response.status = mode == Mode::kAnswers ? 200 : 404;
        response.url = request.url;
        response.contentType = "application/json";
        const QByteArray body = bodyOf(QString::fromStdString(request.url));
        response.body.assign(body.begin(), body.end());
        return std::optional(response);
    }

    Mode mode = Mode::kAnswers;
    int requests = 0;
    std::atomic<bool> hanging{false};

private:
    [[nodiscard]] QByteArray bodyOf(const QString& url) const
    {
        const auto document = [this](const char* member) { return QJsonDocument(m_evidence[QLatin1String(member)].toObject()).toJson(QJsonDocument::Compact); };
        if (url.contains(QLatin1String("openid-configuration"))) return document("metadata_document");
        if (url.endsWith(QLatin1String("/certs"))) return document("jwks_document");
        return m_evidence[QLatin1String("signing_certificates_http_body")].toString().toLatin1();
    }

    QJsonObject m_evidence;
};

// A wall clock that stands still.
class RecordedClock final : public base::Clock {
public:
    [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return Clock::system().now(); }
    [[nodiscard]] std::chrono::system_clock::time_point wallClock() const override { return wall; }
    std::chrono::system_clock::time_point wall;
};

// Evidence that was recorded, the service that it belongs to, and the time at which it held.
struct Recorded {
    explicit Recorded(const char* file) : vector(testing::ownVectorFile(QLatin1String(file)))
    {
        auto client = std::make_unique<ScriptedService>(vector);
        service = client.get();
        const auto at = QDateTime::fromString(vector[QLatin1String("verify_at")].toString(), Qt::ISODate);
        clock.wall = std::chrono::system_clock::time_point(std::chrono::seconds(at.toSecsSinceEpoch()));
        documents = std::make_unique<attestation::ServiceDocuments>(std::move(client), clock);
    }
    [[nodiscard]] Bytes result() const { return testing::bytesOf(vector[QLatin1String("response")]); }

    QJsonObject vector;
    RecordedClock clock;
    ScriptedService* service = nullptr;
    std::unique_ptr<attestation::ServiceDocuments> documents;
};

struct EnclaveConnection : Connection {
    NamedKeyStore* store = nullptr;
    TestEnclave enclave;

    void openEnclave(Script script, session::ConnectionSettings settings = encryptedSettings(AttestationProtocol::kNone),
        const base::Clock& clock = base::Clock::system(), std::string_view type = "VBS")
    {
        auto provider = std::make_unique<NamedKeyStore>();
        store = provider.get();
        keyStores.add(std::move(provider));
        Script whole = loginScript(2, type);
        whole.append(script);
        open(std::move(whole), std::move(settings), {}, {}, clock);
    }
    void openRecorded(Script script, Recorded& recorded, AttestationProtocol protocol)
    {
        documents = recorded.documents.get();
        auto settings = encryptedSettings(protocol);
        settings.attestation.url = protocol == AttestationProtocol::kHgs
            ? "https://hgs.sandbox.test/Attestation"
            : recorded.vector[QLatin1String("attestation_url")].toString().toStdString();
        openEnclave(std::move(script), std::move(settings), recorded.clock);
    }
    [[nodiscard]] Bytes described(std::vector<KeyRow> keys = {requestedKey()}) const { return describeAnswer(keys, {}, enclave.attestationResult()); }

    // Round trips that it took; describes the error otherwise.
    int run(const char* text, std::string* why = nullptr)
    {
        const auto before = session->state().counters.roundTrips;
        session::CollectingSink sink;
        const auto outcome = session->execute(batch(text), sink, {});
        if (!outcome) {
            if (why == nullptr) qWarning("%s", outcome.error().describe().c_str());
            if (why != nullptr) *why = nameOf(outcome.error().code).toStdString();
            return -1;
        }
        return static_cast<int>(session->state().counters.roundTrips - before);
    }
};

Script attested(const Bytes& described)
{
    Script script;
    script.expect(kRpc, describeCall(true)).give(described).expect(kBatch, packageOfBytes(169)).give(done());
    return script;
}

Script described(const Bytes& answer)
{
    Script script;
    script.expect(kRpc, describeCall(false)).give(answer).expect(kBatch, packageOfBytes(169)).give(done());
    return script;
}

// The answer to the session's own question about the catalog: one table HR.Employees whose column Salary uses `keyId`.
Bytes catalogAnswer(std::uint32_t keyId)
{
    ServerBytes bytes;
    const auto begin = [&bytes](std::initializer_list<std::pair<std::string_view, std::string_view>> columns) {
        bytes.u8(0x81).u16(static_cast<unsigned>(columns.size())).u16(0);
        for (const auto& [type, name] : columns)
            column(bytes, type, name);
    };
    const auto row = [&bytes](std::initializer_list<std::string_view> texts, std::optional<std::uint32_t> number) {
        bytes.u8(0xD1);
        for (const std::string_view text : texts)
            shortText(bytes, text);
        if (number) bytes.u8(4).u32(*number);
        bytes.done(0x11, 0xC1, 1);
    };
    begin({{kName, "name"}, {kInt, "id"}});
    row({"ContosoHR"}, 5);
    begin({{kName, "schema_name"}, {kName, "table_name"}});
    row({"HR", "Employees"}, std::nullopt);
    begin({{kName, "schema_name"}, {kName, "table_name"}, {kName, "column_name"}, {kInt, "column_encryption_key_id"}});
    row({"HR", "Employees", "Salary"}, keyId);
    begin({{kName, "name"}, {kInt, "column_encryption_key_id"}});
    row({"CEK1"}, keyId);
    bytes.done(0, 0xC1, 0);
    return bytes.message();
}

std::shared_ptr<const session::KeyUse> keyUse(std::uint32_t keyId)
{
    session::KeyUse use;
    use.database = "ContosoHR";
    use.tables = {{"HR", "Employees"}};
    use.columns = {{"HR", "Employees", "Salary", keyId}};
    return std::make_shared<const session::KeyUse>(std::move(use));
}

} // namespace

class SessionAttestationTest : public QObject {
    Q_OBJECT

private slots:
    void roundTrips_data();
    void roundTrips();
    void secondConnectionNeedsNoAttestation();
    void neverSharedBetween_data();
    void neverSharedBetween();
    void databaseIsPartOfTheScope();
    void anothersNewSessionIsNotDropped();
    void everyKindOfStatementDrops_data();
    void everyKindOfStatementDrops();
    void refusedEvidenceSendsNothing();
    void unreachableServiceSendsNothing();
    void cancelWhileTheServiceHangs_data();
    void cancelWhileTheServiceHangs();
    void attestReleasesNothing();
    void attestSaysWhatIsMissing();
    void refusalEndsTheSessionThatWasOpen();
    void trustedKeyPaths_data();
    void trustedKeyPaths();
    void alterColumnReadsTheCatalog_data();
    void alterColumnReadsTheCatalog();
    void knownTablesDecide_data();
    void knownTablesDecide();
    void releasedKeysAreNoted();
    void stepsAreTold();
};

void SessionAttestationTest::roundTrips_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<int>("serviceRequests");
    QTest::newRow("none") << 0 << 0;
    QTest::newRow("HGS") << 1 << 1;
}

// What the protocol demands, and not one more: cold 2, the same text again 1, another text in the open session 2.
void SessionAttestationTest::roundTrips()
{
    QFETCH(int, protocol);
    QFETCH(int, serviceRequests);
    Recorded recorded("enclave-vbs-hgs.json");
    QVERIFY(!recorded.vector.isEmpty());
    EnclaveConnection connection;
    const Bytes evidence = protocol == 0 ? connection.enclave.attestationResult() : recorded.result();
    Script script = attested(describeAnswer({requestedKey()}, {}, evidence));
    script.expect(kBatch, packageOfBytes(169)).give(done());
    script.append(described(describeAnswer({requestedKey()}, {})));
    if (protocol == 0)
        connection.openEnclave(script);
    else
        connection.openRecorded(script, recorded, AttestationProtocol::kHgs);
    QVERIFY2(connection.session, connection.error ? connection.error->describe().c_str() : "");
    QCOMPARE(connection.session->state().counters.serviceRequests, std::uint64_t{0});
    QCOMPARE(connection.run(kQuery), 2);
    QCOMPARE(connection.session->state().counters.serviceRequests, static_cast<std::uint64_t>(serviceRequests));
    QCOMPARE(connection.run(kQuery), 1);
    QCOMPARE(connection.run(kOtherQuery), 2);
    QCOMPARE(connection.session->state().counters.serviceRequests, static_cast<std::uint64_t>(serviceRequests));
    QCOMPARE(recorded.service->requests, serviceRequests);
    QCOMPARE(connection.violations(), QByteArray());
    const session::SessionState& state = connection.session->state();
    QVERIFY(state.enclaveSessionOpen);
    QCOMPARE(state.enclaveAttested, protocol != 0);
    QVERIFY(state.attestation);
    QCOMPARE(state.attestation->judgement.verdict, protocol == 0 ? attestation::Verdict::kNotAttested : attestation::Verdict::kVerified);
}

void SessionAttestationTest::secondConnectionNeedsNoAttestation()
{
    attestation::EnclaveSessionCache shared;
    EnclaveConnection first, second;
    first.enclaveSessions = second.enclaveSessions = &shared;
    first.openEnclave(attested(first.described()));
    QCOMPARE(first.run(kQuery), 2);
    second.openEnclave(described(describeAnswer({requestedKey()}, {})));
    QVERIFY(second.session->state().enclaveSessionOpen); // known before the first statement
    QVERIFY(second.session->state().attestation);
    QCOMPARE(second.run(kQuery), 2);
    QCOMPARE(first.violations() + second.violations(), QByteArray());
    // One counter for all: the enclave would refuse a value twice.
    const auto opened = first.enclave.open(first.record->writes[2], second.record->writes[3]);
    QVERIFY(opened);
    QCOMPARE(opened->counter, std::uint64_t{1});
    // What one of them released went into the session that both have.
    QCOMPARE(second.session->state().keysReleased.size(), std::size_t{1});
    first.session->close();
    second.session->close();
}

void SessionAttestationTest::neverSharedBetween_data()
{
    QTest::addColumn<int>("what");
    QTest::newRow("logins") << 0;
    QTest::newRow("servers") << 1;
    QTest::newRow("ports") << 2;
    QTest::newRow("policies") << 3;
    QTest::newRow("certificate authorities") << 4;
}

void SessionAttestationTest::neverSharedBetween()
{
    QFETCH(int, what);
    auto other = encryptedSettings(AttestationProtocol::kNone);
    if (what == 0) other.user = "bob";
    if (what == 1) other.host = "db2.example";
    if (what == 2) other.port = 1434;
    if (what == 3) other.attestation.policy.minimumEnclaveSvn = 9;
    if (what == 4) other.tls.caFile = "/tmp/other.pem";
    attestation::EnclaveSessionCache shared;
    EnclaveConnection first, second;
    first.enclaveSessions = second.enclaveSessions = &shared;
    first.openEnclave(attested(first.described()));
    QCOMPARE(first.run(kQuery), 2);
    second.openEnclave(attested(second.described()), std::move(other));
    QVERIFY(!second.session->state().enclaveSessionOpen);
    QCOMPARE(second.run(kQuery), 2);
    QCOMPARE(first.violations() + second.violations(), QByteArray());
}

void SessionAttestationTest::databaseIsPartOfTheScope()
{
    EnclaveConnection connection;
    Script script = attested(connection.described());
    script.expect(kRpc, describeCall(false)).give(describeAnswer({}, {}));
    script.expect(kBatch).give(ServerBytes().envText(1, "Other", "ContosoHR").done(0, 0, 0).message());
    script.append(attested(connection.described()));
    connection.openEnclave(script);
    QCOMPARE(connection.run(kQuery), 2);
    QCOMPARE(connection.run("USE Other"), 2);
    QCOMPARE(connection.run(kQuery), 2);
    QCOMPARE(connection.violations(), QByteArray());
    QCOMPARE(connection.session->state().attestation->evidence.database, std::string("Other"));
}

void SessionAttestationTest::anothersNewSessionIsNotDropped()
{
    attestation::EnclaveSessionCache shared;
    EnclaveConnection first, second;
    first.enclaveSessions = second.enclaveSessions = &shared;
    TestEnclave restarted;
    restarted.sessionNumber = 2;
    // The second connection meets the loss first and attests anew; the first one goes on with that session.
    first.openEnclave([&] {
        Script script = attested(first.described());
        script.expect(kBatch, packageOfBytes(169)).give(done());
        return script;
    }());
    QCOMPARE(first.run(kQuery), 2);
    Script lost;
    lost.expect(kRpc, describeCall(false)).give(describeAnswer({requestedKey()}, {})).expect(kBatch, packageOfBytes(169));
    lost.give(ServerBytes().error(33195, 17, "server's words").done(2, 0, 0).message());
    lost.append(attested(describeAnswer({requestedKey()}, {}, restarted.attestationResult())));
    second.openEnclave(lost);
    QCOMPARE(second.run(kQuery), 4);
    QCOMPARE(first.run(kQuery), 1);
    QCOMPARE(first.violations() + second.violations(), QByteArray());
    QCOMPARE(int{TestEnclave::packageOf(first.record->writes.back())[0]}, 2);
}

void SessionAttestationTest::everyKindOfStatementDrops_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("a batch") << 0;
    QTest::newRow("a statement with parameters") << 1;
    QTest::newRow("results only") << 2;
    QTest::newRow("encryption off") << 3;
}

// One second try that nobody sees; what does not describe has no way to open a new session in it.
void SessionAttestationTest::everyKindOfStatementDrops()
{
    QFETCH(int, kind);
    const bool describes = kind < 2;
    session::Statement statement = batch(kOtherQuery);
    if (kind == 1) statement.parameters.push_back({"@p", types::makeType(types::TypeId::kInt), std::int64_t{4}, false, false});
    if (kind == 2) statement.encryption = session::StatementEncryption::kResultsOnly;
    if (kind == 3) statement.encryption = session::StatementEncryption::kOff;
    const std::uint8_t packet = kind == 1 ? kRpc : kBatch;
    const std::vector<ParameterRow> parameters = kind == 1 ? std::vector<ParameterRow>{{"@p"}} : std::vector<ParameterRow>();
    attestation::EnclaveSessionCache shared;
    EnclaveConnection connection;
    connection.enclaveSessions = &shared;
    TestEnclave restarted;
    restarted.sessionNumber = 2;
    Script script = attested(connection.described());
    if (describes) script.expect(kRpc, describeCall(false)).give(describeAnswer({requestedKey()}, parameters));
    script.expect(packet, packageOfBytes(describes ? 169 : 0)).give(ServerBytes().error(33195, 17, "server's words").done(2, 0, 0).message());
    if (describes) script.expect(kRpc, describeCall(true)).give(describeAnswer({requestedKey()}, parameters, restarted.attestationResult()));
    script.expect(packet, packageOfBytes(describes ? 169 : 0)).give(done());
    connection.openEnclave(script);
    QCOMPARE(connection.run(kQuery), 2);
    const auto lost = connection.session->state().attestation;
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(statement, sink, {});
    QVERIFY2(outcome, outcome ? "" : outcome.error().describe().c_str());
    QCOMPARE(sink.messages.size(), std::size_t{0});
    QCOMPARE(connection.session->state().enclaveSessionOpen, describes);
    QCOMPARE(connection.session->state().attestation != lost, describes);
    QCOMPARE(connection.violations(), QByteArray());
}

// An answer to somebody else's question: the nonce is not ours.
void SessionAttestationTest::refusedEvidenceSendsNothing()
{
    Recorded recorded("enclave-aas-vbs.json");
    QVERIFY(!recorded.vector.isEmpty());
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc, describeCall(true)).give(describeAnswer({requestedKey()}, {}, recorded.result()));
    script.expect(kRpc, describeCall(true)).give(describeAnswer({}, {})).expect(kBatch, packageOfBytes(0)).give(done());
    connection.openRecorded(script, recorded, AttestationProtocol::kAas);
    std::string error;
    QCOMPARE(connection.run(kQuery, &error), -1);
    QCOMPARE(error, std::string("attestation.EnclaveRefused"));
    const session::SessionState& state = connection.session->state();
    QVERIFY(state.attestation);
    QCOMPARE(state.attestation->judgement.verdict, attestation::Verdict::kRefused);
    QVERIFY(state.attestation->judgement.firstFailure());
    QVERIFY(!state.enclaveSessionOpen && !state.enclaveAttested && state.usable);
    QCOMPARE(state.counters.serviceRequests, std::uint64_t{2}); // metadata and keys
    QCOMPARE(connection.store->unwraps, 0);
    QVERIFY(state.keysReleased.empty());
    QCOMPARE(connection.run("SELECT 1"), 2); // the connection stays usable
    QCOMPARE(connection.violations(), QByteArray());
}

void SessionAttestationTest::unreachableServiceSendsNothing()
{
    Recorded recorded("enclave-vbs-hgs.json");
    QVERIFY(!recorded.vector.isEmpty());
    recorded.service->mode = ScriptedService::Mode::kNotFound;
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc, describeCall(true)).give(describeAnswer({requestedKey()}, {}, recorded.result()));
    connection.openRecorded(script, recorded, AttestationProtocol::kHgs);
    std::string error;
    QCOMPARE(connection.run(kQuery, &error), -1);
    QCOMPARE(error, std::string("attestation.ServiceFailed"));
    QCOMPARE(connection.session->state().attestation->judgement.verdict, attestation::Verdict::kUnreachable);
    QCOMPARE(connection.store->unwraps, 0);
    QCOMPARE(connection.violations(), QByteArray());
}

void SessionAttestationTest::cancelWhileTheServiceHangs_data()
{
    QTest::addColumn<bool>("byAttest");
    QTest::newRow("a statement") << false;
    QTest::newRow("attest()") << true;
}

void SessionAttestationTest::cancelWhileTheServiceHangs()
{
    QFETCH(bool, byAttest);
    Recorded recorded("enclave-vbs-hgs.json");
    QVERIFY(!recorded.vector.isEmpty());
    recorded.service->mode = ScriptedService::Mode::kHangs;
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc, describeCall(true)).give(describeAnswer({requestedKey()}, {}, recorded.result()));
    script.append(attested(describeAnswer({requestedKey()}, {}, recorded.result())));
    connection.openRecorded(script, recorded, AttestationProtocol::kHgs);
    std::stop_source stop;
    QElapsedTimer timer;
    std::jthread person([&] {
        recorded.service->hanging.wait(false);
        timer.start();
        stop.request_stop();
    });
    session::CollectingSink sink;
    const auto outcome = byAttest ? connection.session->attest(stop.get_token()) : connection.session->execute(batch(kQuery), sink, stop.get_token());
    person.join();
    QVERIFY2(timer.elapsed() < 1000, QByteArray::number(timer.elapsed()).constData());
    QVERIFY2(outcome, outcome ? "" : outcome.error().describe().c_str());
    QCOMPARE(*outcome, session::Outcome::kCancelled);
    QVERIFY(connection.session->state().usable);
    recorded.service->mode = ScriptedService::Mode::kAnswers;
    QCOMPARE(connection.run(kQuery), 2);
    QCOMPARE(connection.violations(), QByteArray());
}

void SessionAttestationTest::attestReleasesNothing()
{
    EnclaveConnection connection;
    TestEnclave again;
    again.sessionNumber = 2;
    Script script;
    script.expect(kRpc, describeCall(true)).give(describeAnswer({}, {}, connection.enclave.attestationResult()));
    script.expect(kRpc, describeCall(true)).give(describeAnswer({requestedKey()}, {}, again.attestationResult()));
    script.append(described(describeAnswer({requestedKey()}, {})));
    connection.openEnclave(script);
    QVERIFY(connection.session->attest({}));
    QVERIFY(connection.session->state().enclaveSessionOpen);
    QCOMPARE(connection.session->state().attestation->judgement.verdict, attestation::Verdict::kNotAttested);
    const auto first = connection.session->state().attestation;
    QVERIFY(connection.session->attest({})); // fresh, although a session is open
    QVERIFY(connection.session->state().attestation != first);
    QVERIFY(connection.session->state().keysReleased.empty());
    QCOMPARE(connection.store->unwraps, 0);
    QCOMPARE(connection.run(kQuery), 2); // in the session that the second one opened
    QCOMPARE(int{TestEnclave::packageOf(connection.record->writes.back())[0]}, 2);
    QCOMPARE(connection.violations(), QByteArray());
}

void SessionAttestationTest::attestSaysWhatIsMissing()
{
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc, describeCall(true)).give(describeAnswer({}, {}));
    connection.openEnclave(script);
    const auto noEvidence = connection.session->attest({});
    QVERIFY(!noEvidence);
    QCOMPARE(nameOf(noEvidence.error().code), nameOf(session::kNoEvidence));
    QVERIFY(connection.session->state().usable);

    Connection plain;
    plain.open(loginScript(), plainSettings());
    const auto noEnclave = plain.session->attest({});
    QVERIFY(!noEnclave);
    QCOMPARE(nameOf(noEnclave.error().code), nameOf(session::kNoEnclave));
    plain.session->close();
    QCOMPARE(nameOf(plain.session->attest({}).error().code), nameOf(session::kSessionClosed));
}

// What was believed before is not believed on once the same enclave is refused.
void SessionAttestationTest::refusalEndsTheSessionThatWasOpen()
{
    EnclaveConnection connection;
    Bytes offCurve = connection.enclave.attestationResult();
    offCurve[40] ^= 1;
    Script script = attested(connection.described());
    script.expect(kRpc, describeCall(true)).give(describeAnswer({}, {}, offCurve));
    script.append(attested(connection.described()));
    connection.openEnclave(script);
    QCOMPARE(connection.run(kQuery), 2);
    const auto refused = connection.session->attest({});
    QVERIFY(!refused);
    QCOMPARE(nameOf(refused.error().code), nameOf(attestation::kEnclaveRefused));
    QVERIFY(!connection.session->state().enclaveSessionOpen);
    QCOMPARE(connection.session->state().attestation->judgement.verdict, attestation::Verdict::kRefused);
    QCOMPARE(connection.run(kQuery), 2); // attests anew
    QCOMPARE(connection.violations(), QByteArray());
}

void SessionAttestationTest::trustedKeyPaths_data()
{
    QTest::addColumn<QByteArray>("trusted");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("no list") << QByteArray() << true;
    QTest::newRow("on the list") << QByteArray("beta,ALPHA") << true;
    QTest::newRow("not on the list") << QByteArray("beta") << false;
    QTest::newRow("the list is empty") << QByteArray(",") << false;
}

void SessionAttestationTest::trustedKeyPaths()
{
    QFETCH(QByteArray, trusted);
    QFETCH(bool, allowed);
    auto settings = encryptedSettings(AttestationProtocol::kNone);
    if (!trusted.isEmpty()) {
        settings.attestation.policy.trustedKeyPaths.emplace();
        for (const QByteArray& path : trusted.split(','))
            if (!path.isEmpty()) settings.attestation.policy.trustedKeyPaths->push_back(path.toStdString());
    }
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc, describeCall(true)).give(connection.described());
    if (allowed) script.expect(kBatch, packageOfBytes(169)).give(done());
    connection.openEnclave(script, std::move(settings));
    std::string error;
    QCOMPARE(connection.run(kQuery, &error), allowed ? 2 : -1);
    QCOMPARE(error, allowed ? std::string() : std::string("session.KeyPathNotTrusted"));
    QCOMPARE(connection.store->unwraps, allowed ? 1 : 0);
    QCOMPARE(connection.violations(), QByteArray());
}

void SessionAttestationTest::alterColumnReadsTheCatalog_data()
{
    QTest::addColumn<unsigned>("current"); // key of HR.Employees.Salary; the server asks for 101
    QTest::addColumn<bool>("allowed");
    QTest::newRow("asks for the current key") << 101u << true;
    QTest::newRow("asks for another key") << 77u << false;
}

void SessionAttestationTest::alterColumnReadsTheCatalog()
{
    QFETCH(unsigned, current);
    QFETCH(bool, allowed);
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc, describeCall(true)).give(connection.described()).expect(kBatch, packageOfBytes(0)).give(catalogAnswer(current));
    if (allowed) script.expect(kBatch, packageOfBytes(169)).give(done());
    connection.openEnclave(script);
    std::string error;
    QCOMPARE(connection.run("ALTER TABLE HR.Employees ALTER COLUMN Salary money", &error), allowed ? 3 : -1);
    QCOMPARE(error, allowed ? std::string() : std::string("session.KeyNotUsed"));
    QCOMPARE(connection.store->unwraps, allowed ? 1 : 0);
    QCOMPARE(connection.violations(), QByteArray());
}

void SessionAttestationTest::knownTablesDecide_data()
{
    QTest::addColumn<unsigned>("known"); // as somebody read it before; the server asks for 101
    QTest::addColumn<unsigned>("now"); // as the session reads it; 0: it does not
    QTest::addColumn<bool>("allowed");
    QTest::newRow("uses the key") << 101u << 0u << true;
    QTest::newRow("did not use it, but does now") << 77u << 101u << true;
    QTest::newRow("does not use it") << 77u << 77u << false;
}

void SessionAttestationTest::knownTablesDecide()
{
    QFETCH(unsigned, known);
    QFETCH(unsigned, now);
    QFETCH(bool, allowed);
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc, describeCall(true)).give(connection.described());
    if (now != 0) script.expect(kBatch, packageOfBytes(0)).give(catalogAnswer(now));
    if (allowed) script.expect(kBatch, packageOfBytes(169)).give(done());
    connection.openEnclave(script);
    connection.session->setKeyUse(keyUse(known));
    std::string error;
    const int trips = connection.run(kQuery, &error);
    QCOMPARE(trips, !allowed ? -1 : now == 0 ? 2 : 3);
    QCOMPARE(error, allowed ? std::string() : std::string("session.KeyNotUsed"));
    QCOMPARE(connection.store->unwraps, allowed ? 1 : 0);
    QCOMPARE(connection.violations(), QByteArray());
}

void SessionAttestationTest::releasedKeysAreNoted()
{
    testing::FakeClock clock;
    EnclaveConnection connection;
    // "é" is two bytes, the second of which would be the first one past the limit.
    const std::string text = "SELECT '" + std::string(attestation::kReleasedStatementBytes - 9, 'x') + "é' FROM HR.Employees";
    Script script;
    script.expect(kRpc, describeCall(true)).give(connection.described()).expect(kBatch, packageOfBytes(169)).give(done());
    connection.openEnclave(script, encryptedSettings(AttestationProtocol::kNone), clock);
    QCOMPARE(connection.run(text.c_str()), 2);
    const auto& released = connection.session->state().keysReleased;
    QCOMPARE(released.size(), std::size_t{1});
    QCOMPARE(released[0].statement, text.substr(0, attestation::kReleasedStatementBytes - 1));
    QCOMPARE(released[0].keyId, std::uint32_t{101});
    QCOMPARE(released[0].keyPath, std::string("alpha"));
    QVERIFY(released[0].releasedAt == clock.wallClock());
}

void SessionAttestationTest::stepsAreTold()
{
    Recorded recorded("enclave-vbs-hgs.json");
    QVERIFY(!recorded.vector.isEmpty());
    EnclaveConnection connection;
    connection.openRecorded(attested(describeAnswer({requestedKey()}, {}, recorded.result())), recorded, AttestationProtocol::kHgs);
    QCOMPARE(connection.run(kQuery), 2);
    using session::ProgressStep;
    const std::vector<std::pair<ProgressStep, QByteArray>> expected{{ProgressStep::kTlsTrusted, "system"}, {ProgressStep::kLoginAccepted, "16."},
        {ProgressStep::kEnclaveSeen, "VBS"}, {ProgressStep::kProtocolFits, "HGS vouches for VBS"}, {ProgressStep::kServiceAnswers, "hgs.sandbox.test"},
        {ProgressStep::kEvidenceValid, "rules"}, {ProgressStep::kSessionOpened, "2026-01-01 0"}};
    QCOMPARE(connection.steps.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        QVERIFY(connection.steps[i].step == expected[i].first);
        QVERIFY2(QByteArray::fromStdString(connection.steps[i].fact).contains(expected[i].second), connection.steps[i].fact.c_str());
    }
}

QTEST_GUILESS_MAIN(SessionAttestationTest)
#include "tst_session_attestation.moc"
