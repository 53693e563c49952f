// Logins made by SQL connect over TDS to a real sandbox: an analyst with the keys, a maintainer without them. Each may do what was
// granted and is refused what was not; no password is in any file. Each function builds on the one before it.
#include "tests/support/KeyHolder.h"
#include "tests/support/SandboxFixture.h"

#include "driver/base/Utf16.h"
#include "driver/session/CollectingSink.h"
#include "driver/session/Errors.h"
#include "driver/session/Session.h"
#include "driver/types/TypeNames.h"

#include <QtTest>

#include <fstream>
#include <sstream>

using namespace es;
using session::AttestationProtocol;

namespace {

constexpr auto kAnalystPassword = "Analyst-7f3a9c-pass";
constexpr auto kMaintainerPassword = "Maintainer-51d2e8-pass";
constexpr auto kStrangerPassword = "Stranger-c04b77-pass";
constexpr auto kSsn = "900-11-6818";

// One row for a bulk copy into dbo.Notes.
class OneNote final : public session::BulkSource {
public:
    base::Result<bool> next(std::span<types::Value> row) override
    {
        if (m_done) return false;
        m_done = true;
        row[0] = std::int64_t{1};
        return true;
    }

private:
    bool m_done = false;
};

bool fileHolds(const std::filesystem::path& file, const base::Bytes& marker)
{
    std::ifstream stream(file, std::ios::binary);
    std::stringstream content;
    content << stream.rdbuf();
    return content.str().find(std::string(marker.begin(), marker.end())) != std::string::npos;
}

bool anyFileHolds(const std::filesystem::path& folder, std::string_view text)
{
    const base::Bytes utf16 = base::utf16leFromUtf8(text);
    const base::Bytes utf8(text.begin(), text.end());
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && (fileHolds(entry.path(), utf8) || fileHolds(entry.path(), utf16))) return true;
    return false;
}

} // namespace

class E2ePermissionsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void refusedLogins_data();
    void refusedLogins();
    void analystReadsWithKeys();
    void analystIsRefused_data();
    void analystIsRefused();
    void analystWithoutDefinitions();
    void maintainerIndexesWithoutKeys();
    void loginsOutliveTheServer();
    void droppedLogin();
    void noPasswordInAnyFile();

private:
    base::Result<std::unique_ptr<session::Session>> connect(
        const std::string& user, const char* password, bool keys, const std::string& database = {});
    // The number of the error; 0 when it succeeded, -1 when no server said anything.
    static int numberOf(session::Session& session, const std::string& text, session::CollectingSink* answer = nullptr,
        std::vector<session::Parameter> parameters = {});
    int asOwner(const std::string& text, bool keys = false);

    std::unique_ptr<test::SandboxFixture> m_sandbox;
    QTemporaryDir m_folder;
    QTemporaryDir m_keyFolder;
    std::unique_ptr<test::KeyHolder> m_keys;
};

base::Result<std::unique_ptr<session::Session>> E2ePermissionsTest::connect(
    const std::string& user, const char* password, bool keys, const std::string& database)
{
    auto settings = m_sandbox->settings(keys, keys ? AttestationProtocol::kNone : AttestationProtocol::kOff);
    if (!user.empty()) {
        settings.user = user;
        settings.password = base::SecureBytes(base::viewOf(password));
    }
    if (!database.empty()) settings.database = database;
    return session::Session::connect(std::move(settings), session::Services{m_keys->keyStores()}, {});
}

int E2ePermissionsTest::numberOf(
    session::Session& session, const std::string& text, session::CollectingSink* answer, std::vector<session::Parameter> parameters)
{
    session::CollectingSink own;
    session::Statement statement;
    statement.text = text;
    statement.parameters = std::move(parameters);
    const auto outcome = session.execute(statement, answer != nullptr ? *answer : own, {});
    if (outcome) return 0;
    if (!outcome.error().server) qWarning("%s", outcome.error().describe().c_str());
    return outcome.error().server ? outcome.error().server->number : -1;
}

int E2ePermissionsTest::asOwner(const std::string& text, bool keys)
{
    const auto owner = connect({}, "", keys);
    return owner ? numberOf(**owner, text) : -1;
}

void E2ePermissionsTest::initTestCase()
{
    test::SandboxOptions options;
    options.dataFolder = m_folder.path().toStdString();
    auto started = test::SandboxFixture::start(options);
    QVERIFY2(started, started ? "" : started.error().describe().c_str());
    m_sandbox = std::move(started).value();
    m_keys = std::make_unique<test::KeyHolder>(m_keyFolder.path().toStdString());
    const auto keys = m_keys->keyStatements("hr-cmk", "HrMaster", "HrKey");
    QVERIFY(keys);
    const std::string steps[] = {
        (*keys)[0],
        (*keys)[1],
        "UPDATE HR.Employees SET SSN = '" + std::string(kSsn) + "' WHERE EmployeeID = 5",
        "ALTER TABLE HR.Employees ALTER COLUMN SSN char(11) COLLATE Latin1_General_BIN2 ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = HrKey, "
        "ENCRYPTION_TYPE = RANDOMIZED, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256') NOT NULL",
        "CREATE TABLE dbo.Notes (n int NOT NULL)",
        "CREATE LOGIN analyst WITH PASSWORD = '" + std::string(kAnalystPassword) + "'",
        "CREATE LOGIN maintainer WITH PASSWORD = '" + std::string(kMaintainerPassword) + "', CHECK_POLICY = OFF",
        "CREATE LOGIN stranger WITH PASSWORD = '" + std::string(kStrangerPassword) + "'",
        "CREATE USER analyst FOR LOGIN analyst; CREATE USER maintainer FOR LOGIN maintainer; CREATE ROLE Readers",
        "ALTER ROLE Readers ADD MEMBER analyst; ALTER ROLE db_ddladmin ADD MEMBER maintainer",
        "GRANT SELECT ON HR.Employees (EmployeeID, FirstName, LastName, SSN) TO Readers",
    };
    for (const std::string& step : steps)
        QVERIFY2(asOwner(step, true) == 0, step.c_str());
}

void E2ePermissionsTest::cleanupTestCase()
{
    m_sandbox.reset();
}

void E2ePermissionsTest::refusedLogins_data()
{
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("password");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("wrong password") << "analyst" << "Analyst-7f3a9c-pasS" << QByteArray("LoginFailed");
    QTest::newRow("no password") << "analyst" << "" << QByteArray("LoginFailed");
    QTest::newRow("another's password") << "analyst" << kMaintainerPassword << QByteArray("LoginFailed");
    QTest::newRow("nobody") << "nobody" << kAnalystPassword << QByteArray("LoginFailed");
    QTest::newRow("no user in the database") << "stranger" << kStrangerPassword << QByteArray("DatabaseNotOpened");
}

void E2ePermissionsTest::refusedLogins()
{
    QFETCH(QString, user);
    QFETCH(QString, password);
    QFETCH(QByteArray, code);
    const auto refused = connect(user.toStdString(), password.toUtf8().constData(), false);
    QVERIFY(!refused);
    const std::string_view name = refused.error().code.name;
    QCOMPARE(QByteArray(name.data(), static_cast<qsizetype>(name.size())), code);
    if (code == "LoginFailed") QCOMPARE(refused.error().server.value_or(base::ServerError{}).number, 18456);
}

void E2ePermissionsTest::analystReadsWithKeys()
{
    const auto analyst = connect("analyst", kAnalystPassword, true);
    QVERIFY2(analyst, analyst ? "" : analyst.error().describe().c_str());
    session::CollectingSink found;
    QCOMPARE(numberOf(**analyst, "SELECT SSN FROM HR.Employees WHERE SSN LIKE @p", &found,
                 {{"@p", types::makeSized(types::TypeId::kChar, 11), std::string("900-%6818")}}),
        0);
    QCOMPARE(found.resultSets.at(0).rowCount(), std::size_t{1});
    const auto cell = found.resultSets[0].cell(0, 0);
    QCOMPARE(std::string(cell.begin(), cell.end()), std::string(kSsn));
    session::CollectingSink who;
    QCOMPARE(numberOf(**analyst, "SELECT IS_MEMBER('Readers') * 10 + IS_ROLEMEMBER('db_owner')", &who), 0);
    QCOMPARE(base::toHex(who.resultSets.at(0).cell(0, 0)), std::string("0a000000"));
}

void E2ePermissionsTest::analystIsRefused_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("number");
    QTest::newRow("a column not granted") << "SELECT Salary FROM HR.Employees" << 230;
    QTest::newRow("all columns") << "SELECT * FROM HR.Employees" << 230;
    QTest::newRow("another table") << "SELECT n FROM dbo.Notes" << 229;
    QTest::newRow("a table inside a prepared text") << "EXEC sp_executesql N'SELECT n FROM dbo.Notes'" << 229;
    QTest::newRow("INSERT") << "INSERT dbo.Notes VALUES (1)" << 229;
    QTest::newRow("UPDATE") << "UPDATE HR.Employees SET FirstName = 'x'" << 229;
    QTest::newRow("DELETE") << "DELETE HR.Employees" << 229;
    QTest::newRow("in-place encryption")
        << "ALTER TABLE HR.Employees ALTER COLUMN SSN char(11) COLLATE Latin1_General_BIN2 NOT NULL" << 1088;
    QTest::newRow("an index") << "CREATE INDEX Ix ON HR.Employees (LastName)" << 1088;
    QTest::newRow("a table of one's own") << "CREATE TABLE Mine (n int)" << 262;
    QTest::newRow("a copy as a new table") << "SELECT EmployeeID INTO Mine FROM HR.Employees" << 262;
    QTest::newRow("a master key") << "CREATE COLUMN MASTER KEY Mine WITH (KEY_STORE_PROVIDER_NAME = 'P', KEY_PATH = 'p')" << 15247;
    QTest::newRow("dropping a key") << "DROP COLUMN ENCRYPTION KEY HrKey" << 15151;
    QTest::newRow("a right for oneself") << "GRANT SELECT ON dbo.Notes TO analyst" << 15151;
    QTest::newRow("a login") << "CREATE LOGIN other WITH PASSWORD = 'x'" << 15247;
    QTest::newRow("the enclave's state") << "SELECT * FROM sys.dm_column_encryption_enclave" << 300;
    QTest::newRow("the server's settings") << "EXEC sp_configure 'column encryption enclave type', 0" << 15247;
}

void E2ePermissionsTest::analystIsRefused()
{
    QFETCH(QString, text);
    QFETCH(int, number);
    const auto analyst = connect("analyst", kAnalystPassword, true);
    QVERIFY(analyst);
    QCOMPARE(numberOf(**analyst, text.toStdString()), number);
    QVERIFY((*analyst)->state().usable);
}

void E2ePermissionsTest::analystWithoutDefinitions()
{
    const std::string text = "SELECT SSN FROM HR.Employees WHERE EmployeeID = 5";
    QCOMPARE(asOwner("REVOKE VIEW ANY COLUMN ENCRYPTION KEY DEFINITION FROM public"), 0);
    auto analyst = connect("analyst", kAnalystPassword, false);
    QVERIFY(analyst);
    QCOMPARE(numberOf(**analyst, text), 33293);
    QCOMPARE(numberOf(**analyst, "SELECT FirstName FROM HR.Employees"), 0);
    QCOMPARE(asOwner("GRANT VIEW ANY COLUMN ENCRYPTION KEY DEFINITION TO Readers"), 0);
    QCOMPARE(numberOf(**analyst, text), 0);
    QCOMPARE(asOwner("REVOKE VIEW ANY COLUMN ENCRYPTION KEY DEFINITION FROM Readers; "
                     "GRANT VIEW ANY COLUMN ENCRYPTION KEY DEFINITION TO public"),
        0);
    // Bulk copies ask for INSERT, too.
    OneNote note;
    session::BulkCopyRequest request;
    request.table = "dbo.Notes";
    const auto copied = (*analyst)->bulkCopy(request, note, {});
    QVERIFY(!copied && copied.error().server);
    QCOMPARE(copied.error().server->number, 229);
}

void E2ePermissionsTest::maintainerIndexesWithoutKeys()
{
    const auto maintainer = connect("maintainer", kMaintainerPassword, false);
    QVERIFY(maintainer);
    QCOMPARE(numberOf(**maintainer, "SELECT SSN FROM HR.Employees"), 229);
    m_sandbox->killEnclave(); // it starts again without keys
    QTRY_COMPARE(numberOf(**maintainer, "CREATE INDEX IxSsn ON HR.Employees (SSN)"), 33546);
    QCOMPARE(asOwner("EXEC sp_enclave_send_keys", true), 0);
    QCOMPARE(numberOf(**maintainer, "CREATE INDEX IxSsn ON HR.Employees (SSN)"), 0);
    QCOMPARE(numberOf(**maintainer, "ALTER INDEX IxSsn ON HR.Employees REBUILD"), 0);
    QCOMPARE(asOwner("GRANT SELECT ON HR.Employees TO maintainer"), 0);
    session::CollectingSink cipher;
    QCOMPARE(numberOf(**maintainer, "SELECT SSN FROM HR.Employees WHERE EmployeeID = 5", &cipher), 0);
    QCOMPARE(cipher.resultSets.at(0).cell(0, 0).size(), std::size_t{65});
    QCOMPARE(numberOf(**maintainer, "GRANT SELECT ON HR.Employees TO analyst"), 15151);
}

void E2ePermissionsTest::loginsOutliveTheServer()
{
    QCOMPARE(m_sandbox->stop(), 0);
    test::SandboxOptions options;
    options.dataFolder = m_folder.path().toStdString();
    auto started = test::SandboxFixture::start(options);
    QVERIFY2(started, started ? "" : started.error().describe().c_str());
    m_sandbox = std::move(started).value();
    const auto analyst = connect("analyst", kAnalystPassword, false);
    QVERIFY2(analyst, analyst ? "" : analyst.error().describe().c_str());
    QCOMPARE(numberOf(**analyst, "SELECT FirstName FROM HR.Employees"), 0);
    QCOMPARE(numberOf(**analyst, "SELECT n FROM dbo.Notes"), 229);
    QVERIFY(!connect("analyst", kMaintainerPassword, false));
}

void E2ePermissionsTest::droppedLogin()
{
    QCOMPARE(asOwner("DROP LOGIN stranger"), 0);
    const auto refused = connect("stranger", kStrangerPassword, false, "master");
    QVERIFY(!refused);
    QCOMPARE(refused.error().server.value_or(base::ServerError{}).number, 18456);
}

void E2ePermissionsTest::noPasswordInAnyFile()
{
    const std::filesystem::path folder = m_folder.path().toStdString();
    QVERIFY(anyFileHolds(folder, "maintainer")); // the control: the search finds what is kept
    QVERIFY(anyFileHolds(folder, "$y$"));
    for (const char* password : {kAnalystPassword, kMaintainerPassword, kStrangerPassword})
        QVERIFY2(!anyFileHolds(folder, password), password);
    QCOMPARE(m_sandbox->stop(), 0);
    for (const char* password : {kAnalystPassword, kMaintainerPassword, kStrangerPassword})
        QVERIFY2(!anyFileHolds(folder, password), password);
}

QTEST_GUILESS_MAIN(E2ePermissionsTest)
#include "tst_e2e_permissions.moc"
