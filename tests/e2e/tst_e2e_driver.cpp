// The driver against a real sandbox: TLS verified, login, keys, one column encrypted in place, read back, searched in the enclave.
// Each function builds on the one before it, as a person would.
#include "tests/support/KeyHolder.h"
#include "tests/support/SandboxFixture.h"

#include "driver/session/CollectingSink.h"
#include "driver/session/Errors.h"
#include "driver/session/Session.h"
#include "driver/transport/Errors.h"
#include "driver/types/TypeNames.h"

#include <QtTest>

#include <thread>

using namespace es;
using session::AttestationProtocol;

namespace {

constexpr auto kSsn = "900-11-6818";

struct Run {
    std::optional<session::Outcome> outcome;
    std::optional<base::Error> error;
    session::CollectingSink sink;
    [[nodiscard]] std::string why() const { return error ? error->describe() : std::string(); }
};

} // namespace

class E2eDriverTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void refusedLogins_data();
    void refusedLogins();
    void query();
    void createKeys();
    void encryptInPlace();
    void plaintextForTheKeyHolderAlone();
    void likeInTheEnclave();
    void insertAndReadBack();
    void withoutEnclaveTheServerRefuses();
    void syntaxErrorHasItsLine();
    void cancelAndGoOn();
    void serverKilled();

private:
    std::unique_ptr<session::Session> connect(bool columnEncryption, AttestationProtocol protocol, base::Error* error = nullptr);
    std::unique_ptr<Run> run(session::Session& session, const std::string& text, std::vector<session::Parameter> parameters = {});

    std::unique_ptr<test::SandboxFixture> m_sandbox;
    std::unique_ptr<test::KeyHolder> m_keys;
};

std::unique_ptr<session::Session> E2eDriverTest::connect(bool columnEncryption, AttestationProtocol protocol, base::Error* error)
{
    auto connected = session::Session::connect(m_sandbox->settings(columnEncryption, protocol), session::Services{m_keys->keyStores()}, {});
    if (connected) return std::move(connected).value();
    if (error != nullptr) *error = connected.error();
    qWarning("%s", connected.error().describe().c_str());
    return nullptr;
}

std::unique_ptr<Run> E2eDriverTest::run(session::Session& session, const std::string& text, std::vector<session::Parameter> parameters)
{
    auto result = std::make_unique<Run>();
    session::Statement statement;
    statement.text = text;
    statement.parameters = std::move(parameters);
    auto outcome = session.execute(statement, result->sink, {});
    if (outcome)
        result->outcome = *outcome;
    else
        result->error = std::move(outcome).error();
    return result;
}

#define ES_RUN(name, ...)                                                                                                                  \
    const auto name = run(__VA_ARGS__);                                                                                                    \
    QVERIFY2(name->outcome, name->why().c_str())

void E2eDriverTest::initTestCase()
{
    auto started = test::SandboxFixture::start();
    QVERIFY2(started, started ? "" : started.error().describe().c_str());
    m_sandbox = std::move(started).value();
    m_keys = std::make_unique<test::KeyHolder>(m_sandbox->keyFolder());
}

void E2eDriverTest::cleanupTestCase()
{
    m_sandbox.reset();
}

void E2eDriverTest::refusedLogins_data()
{
    QTest::addColumn<int>("what");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("setting");
    QTest::newRow("wrong password") << 0 << QByteArray("LoginFailed") << QByteArray("password");
    QTest::newRow("unknown database") << 1 << QByteArray("DatabaseNotOpened") << QByteArray("database");
    QTest::newRow("private authority not named") << 2 << QByteArray("TlsUntrusted") << QByteArray("ca-file");
    QTest::newRow("another host name") << 3 << QByteArray("TlsHostName") << QByteArray();
    QTest::newRow("nobody listens") << 4 << QByteArray("Refused") << QByteArray("port");
    QTest::newRow("HGS over plain http") << 5 << QByteArray("HttpPlain") << QByteArray("attestation-url");
}

void E2eDriverTest::refusedLogins()
{
    QFETCH(int, what);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, setting);
    auto settings = m_sandbox->settings();
    switch (what) {
    case 0: settings.password = base::SecureBytes(base::viewOf("not it")); break;
    case 1: settings.database = "NoSuchDatabase"; break;
    case 2: settings.tls.caFile.clear(); break;
    case 3: settings.tls.hostNameInCertificate = "db.example"; break;
    case 4: settings.port = 1; break;
    default:
        settings.columnEncryption = true;
        settings.attestation = {AttestationProtocol::kHgs, "http://localhost/Attestation", {}};
        break;
    }
    const auto connected = session::Session::connect(std::move(settings), session::Services{m_keys->keyStores()}, {});
    QVERIFY(!connected);
    const base::Error& error = connected.error();
    QCOMPARE(QByteArray(error.code.name.data(), static_cast<qsizetype>(error.code.name.size())), code);
    if (!setting.isEmpty()) QCOMPARE(QByteArray::fromStdString(error.setting), setting);
    QVERIFY(!error.text.empty() && !error.remedy.empty());
}

void E2eDriverTest::query()
{
    const auto session = connect(false, AttestationProtocol::kOff);
    QVERIFY(session);
    QCOMPARE(session->state().database, m_sandbox->database());
    ES_RUN(result, *session,
        "SELECT COUNT(*) AS n FROM HR.Employees; PRINT 'hello'; SELECT TOP (3) EmployeeID, SSN FROM HR.Employees ORDER BY EmployeeID;");
    QCOMPARE(result->sink.resultSets.size(), std::size_t{2});
    QCOMPARE(result->sink.resultSets[1].rowCount(), std::size_t{3});
    QCOMPARE(result->sink.messages.size(), std::size_t{1});
    QCOMPARE(result->sink.resultSets[1].cell(0, 1).size(), std::size_t{11});
}

void E2eDriverTest::createKeys()
{
    const auto session = connect(true, AttestationProtocol::kNone);
    QVERIFY(session);
    const auto keys = m_keys->keyStatements("hr-cmk", "HrMaster", "HrKey");
    QVERIFY(keys);
    ES_RUN(master, *session, (*keys)[0]);
    ES_RUN(column, *session, (*keys)[1]);
    QCOMPARE(session->state().encryptionState(), session::EncryptionState::kOn);
}

void E2eDriverTest::encryptInPlace()
{
    const auto session = connect(true, AttestationProtocol::kNone);
    QVERIFY(session);
    ES_RUN(seed, *session, "UPDATE HR.Employees SET SSN = '" + std::string(kSsn) + "' WHERE EmployeeID = 5");
    ES_RUN(altered, *session,
        "ALTER TABLE HR.Employees ALTER COLUMN SSN char(11) COLLATE Latin1_General_BIN2 ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = HrKey, "
        "ENCRYPTION_TYPE = RANDOMIZED, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256') NOT NULL");
    QCOMPARE(session->state().encryptionState(), session::EncryptionState::kEnclaveSessionOpen);
    QCOMPARE(session->state().keysReleased.size(), std::size_t{1});
    QCOMPARE(session->state().keysReleased[0].keyPath, std::string("hr-cmk"));
}

void E2eDriverTest::plaintextForTheKeyHolderAlone()
{
    const std::string text = "SELECT SSN FROM HR.Employees WHERE EmployeeID = 5";
    const auto holder = connect(true, AttestationProtocol::kOff);
    const auto other = connect(false, AttestationProtocol::kOff);
    QVERIFY(holder && other);
    ES_RUN(plain, *holder, text);
    const auto cell = plain->sink.resultSets[0].cell(0, 0);
    QCOMPARE(std::string(cell.begin(), cell.end()), std::string(kSsn));
    QVERIFY((*plain->sink.resultSets[0].columns)[0].state == types::ColumnState::kDecrypted);
    QCOMPARE(types::typeName((*plain->sink.resultSets[0].columns)[0].type), std::string("char(11)"));
    ES_RUN(cipher, *other, text);
    const auto stored = cipher->sink.resultSets[0].cell(0, 0);
    QCOMPARE(stored.size(), std::size_t{65});
    QCOMPARE(int(stored[0]), 1);
}

void E2eDriverTest::likeInTheEnclave()
{
    const auto session = connect(true, AttestationProtocol::kNone);
    QVERIFY(session);
    for (int i = 0; i < 2; ++i) { // the second time with the cached description, and a new package
        ES_RUN(found, *session, "SELECT EmployeeID, SSN FROM HR.Employees WHERE SSN LIKE @p ORDER BY EmployeeID",
            {{"@p", types::makeSized(types::TypeId::kChar, 11), std::string("900-%6818")}});
        QCOMPARE(found->sink.resultSets[0].rowCount(), std::size_t{1});
        const auto cell = found->sink.resultSets[0].cell(0, 1);
        QCOMPARE(std::string(cell.begin(), cell.end()), std::string(kSsn));
    }
    QCOMPARE(session->state().counters.describeCalls, std::uint64_t{1});
    QCOMPARE(session->state().encryptionState(), session::EncryptionState::kEnclaveSessionOpen);
}

void E2eDriverTest::insertAndReadBack()
{
    const auto session = connect(true, AttestationProtocol::kNone);
    QVERIFY(session);
    const auto ssn = types::makeSized(types::TypeId::kChar, 11);
    const auto name = types::makeSized(types::TypeId::kNVarChar, 50);
    ES_RUN(inserted, *session, "INSERT INTO HR.Employees (SSN, FirstName, LastName, Salary) VALUES (@ssn, @first, @last, @salary)",
        {{"@ssn", ssn, std::string("901-22-3333")}, {"@first", name, std::string("Zo\xC3\xAB")}, {"@last", name, std::string("Test")},
            {"@salary", types::makeType(types::TypeId::kMoney), types::Money{12345600}}});
    QCOMPARE(inserted->sink.rowCounts.size(), std::size_t{1});
    QCOMPARE(inserted->sink.rowCounts[0].value_or(0), std::uint64_t{1});
    ES_RUN(found, *session, "SELECT FirstName FROM HR.Employees WHERE SSN = @ssn", {{"@ssn", ssn, std::string("901-22-3333")}});
    QCOMPARE(found->sink.resultSets[0].rowCount(), std::size_t{1});
    QCOMPARE(base::toHex(found->sink.resultSets[0].cell(0, 0)), std::string("5a006f00eb00"));
}

void E2eDriverTest::withoutEnclaveTheServerRefuses()
{
    const auto session = connect(true, AttestationProtocol::kOff);
    QVERIFY(session);
    const auto refused = run(*session, "SELECT EmployeeID FROM HR.Employees WHERE SSN LIKE @p",
        {{"@p", types::makeSized(types::TypeId::kChar, 11), std::string("%6818")}});
    QVERIFY(refused->error);
    QVERIFY(refused->error->server);
    QCOMPARE(refused->error->server->number, 33546);
    QCOMPARE(refused->error->setting, std::string("attestation"));
    QVERIFY(session->state().usable);
}

void E2eDriverTest::syntaxErrorHasItsLine()
{
    const auto session = connect(true, AttestationProtocol::kNone);
    QVERIFY(session);
    const auto failed = run(*session, "SELECT 1;\nSELECT 2 FRM x y z;");
    QVERIFY(failed->error && failed->error->server);
    QCOMPARE(failed->error->server->line, 2);
    ES_RUN(next, *session, "SELECT 1");
}

void E2eDriverTest::cancelAndGoOn()
{
    const auto session = connect(false, AttestationProtocol::kOff);
    QVERIFY(session);
    std::stop_source stop;
    session::CollectingSink sink;
    session::Statement statement;
    statement.text = "SELECT COUNT(*) FROM HR.Employees a CROSS JOIN HR.Employees b CROSS JOIN HR.Employees c";
    std::thread canceller([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        stop.request_stop();
    });
    const auto outcome = session->execute(statement, sink, stop.get_token());
    canceller.join();
    QVERIFY2(outcome, outcome ? "" : outcome.error().describe().c_str());
    QCOMPARE(*outcome, session::Outcome::kCancelled);
    QVERIFY(session->state().usable);
    ES_RUN(next, *session, "SELECT 1");
}

void E2eDriverTest::serverKilled()
{
    const auto session = connect(false, AttestationProtocol::kOff);
    QVERIFY(session);
    std::thread killer([this] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        m_sandbox->killServer();
    });
    const auto lost = run(*session, "SELECT COUNT(*) FROM HR.Employees a CROSS JOIN HR.Employees b CROSS JOIN HR.Employees c");
    killer.join();
    QVERIFY(lost->error);
    QCOMPARE(lost->error->consequence, base::Consequence::kSessionUnusable);
    QVERIFY(!lost->error->text.empty() && !lost->error->remedy.empty());
    QVERIFY(!session->state().usable);
}

QTEST_GUILESS_MAIN(E2eDriverTest)
#include "tst_e2e_driver.moc"
