// Which keys a statement has a use for: what its text names, measured with the catalog.              enclave-protocol.md 9, 11
#include "driver/session/KeyReleaseRules.h"

#include <QtTest>

using namespace es::session;

namespace {

constexpr std::uint32_t kSalaryKey = 1, kNameKey = 2, kBookKey = 3, kSpareKey = 4;

KeyUse catalog()
{
    KeyUse use;
    use.database = "ContosoHR";
    use.databaseId = 5;
    use.tables = {{"HR", "Employees"}, {"HR", "Books"}, {"dbo", "Log"}, {"Old", "Books"}};
    use.columns = {{"HR", "Employees", "Salary", kSalaryKey}, {"HR", "Employees", "Name", kNameKey}, {"HR", "Books", "Title", kBookKey}};
    use.keys = {{"SalaryKey", kSalaryKey}, {"NameKey", kNameKey}, {"BookKey", kBookKey}, {"SpareKey", kSpareKey}};
    return use;
}

// "1,2"; "any" when the text does not decide.
QByteArray keysOf(const QByteArray& sql)
{
    const auto keys = usefulKeys(referencesOf(sql.toStdString()), catalog());
    if (!keys) return "any";
    QByteArrayList numbers;
    for (const std::uint32_t key : *keys)
        numbers += QByteArray::number(key);
    return numbers.join(',');
}

} // namespace

class KeyReleaseRulesTest : public QObject {
    Q_OBJECT

private slots:
    void usefulKeys_data();
    void usefulKeys();
    void firstUselessKey_data();
    void firstUselessKey();
    void catalogIsNeededForAlterColumn_data();
    void catalogIsNeededForAlterColumn();
    void namesOfKeys();
};

void KeyReleaseRulesTest::usefulKeys_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QByteArray>("keys");
    const auto row = [](const char* name, const char* sql, const char* keys) { QTest::newRow(name) << QByteArray(sql) << QByteArray(keys); };
    row("one table: all its keys", "SELECT Name FROM HR.Employees WHERE Salary > 5", "1,2");
    row("case and brackets", "SELECT 1 FROM [hr].[EMPLOYEES]", "1,2");
    row("schema not written", "SELECT 1 FROM Employees", "1,2");
    row("own database written", "SELECT 1 FROM contosohr.HR.Employees", "1,2");
    row("a table without keys", "SELECT * FROM dbo.Log", "");
    row("no table at all", "SELECT 1", "");
    row("same name in two schemas", "SELECT 1 FROM Books", "3");
    row("schema tells them apart", "SELECT 1 FROM Old.Books", "");
    row("join", "SELECT 1 FROM HR.Employees e JOIN HR.Books b ON e.Name = b.Title", "1,2,3");
    row("subquery in WHERE", "SELECT 1 FROM dbo.Log WHERE EXISTS (SELECT 1 FROM HR.Books)", "3");
    row("subquery in a select list", "SELECT (SELECT MAX(Title) FROM HR.Books) FROM dbo.Log", "3");
    row("subquery inside CASE", "SELECT CASE WHEN 1 IN (SELECT 1 FROM HR.Books) THEN 1 ELSE 2 END", "3");
    row("derived table", "SELECT 1 FROM (SELECT Title FROM HR.Books) AS d", "3");
    row("union", "SELECT Title FROM HR.Books UNION ALL SELECT Name FROM HR.Employees", "1,2,3");
    row("common table", "WITH x AS (SELECT Title FROM HR.Books) SELECT * FROM x", "3");
    row("common table of a base table's name", "WITH Employees AS (SELECT Title FROM HR.Books) SELECT * FROM Employees", "1,2,3");
    row("insert", "INSERT INTO HR.Books (Title) VALUES (@t)", "3");
    row("insert from", "INSERT INTO dbo.Log SELECT Title FROM HR.Books", "3");
    row("update", "UPDATE HR.Books SET Title = @t WHERE Title LIKE @u", "3");
    row("update through an alias", "UPDATE b SET Title = @t FROM HR.Books AS b", "3");
    row("delete", "DELETE FROM HR.Books WHERE Title = @t", "3");
    row("delete through an alias", "DELETE b FROM HR.Books AS b JOIN HR.Employees e ON b.Title = e.Name", "1,2,3");
    row("output into", "DELETE FROM HR.Books OUTPUT DELETED.Title INTO HR.Employees", "1,2,3");
    row("IF", "IF EXISTS (SELECT 1 FROM HR.Books) SELECT 1 ELSE SELECT 2 FROM HR.Employees", "1,2,3");
    row("DECLARE", "DECLARE @x int = (SELECT COUNT(*) FROM HR.Books); SELECT @x", "3");
    row("two statements", "SELECT 1 FROM HR.Books; SELECT 1 FROM HR.Employees", "1,2,3");
    row("create index", "CREATE INDEX i ON HR.Books (Title)", "3");
    row("rebuild index", "ALTER INDEX ALL ON HR.Books REBUILD", "3");
    row("alter column to another key",
        "ALTER TABLE HR.Employees ALTER COLUMN Salary money ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = SpareKey, ENCRYPTION_TYPE = RANDOMIZED, "
        "ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256') NOT NULL",
        "1,4");
    row("alter column to plaintext", "ALTER TABLE HR.Employees ALTER COLUMN Salary money NOT NULL", "1");
    row("alter column, first encryption",
        "ALTER TABLE dbo.Log ALTER COLUMN Text nvarchar(9) ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = [sparekey], ENCRYPTION_TYPE = RANDOMIZED, "
        "ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256')",
        "4");
    row("alter column and a query beside it", "ALTER TABLE HR.Employees ALTER COLUMN Salary money; SELECT 1 FROM HR.Books", "1,3");
    row("not a base table", "SELECT * FROM HR.SomeView", "any");
    row("system view", "SELECT * FROM sys.columns", "any");
    row("temporary table", "SELECT * FROM #t", "any");
    row("another database", "SELECT * FROM Other.HR.Employees", "any");
    row("another server", "SELECT * FROM s.ContosoHR.HR.Employees", "any");
    row("procedure", "EXEC HR.Raise @p = 1", "any");
    row("procedure behind a query", "SELECT 1 FROM dbo.Log; EXEC HR.Raise", "any");
    row("function of a person's own", "SELECT dbo.f(Name) FROM HR.Employees", "any");
    row("function as a table", "SELECT * FROM dbo.f(1)", "any");
    row("built-in function", "SELECT UPPER(Text) FROM dbo.Log", "");
    row("changes the database", "USE Other; SELECT 1 FROM HR.Employees", "any");
    row("does not parse", "SELECT FROM WHERE", "any");
    row("send keys", "EXEC sp_enclave_send_keys", "any");
}

void KeyReleaseRulesTest::usefulKeys()
{
    QFETCH(QByteArray, sql);
    QFETCH(QByteArray, keys);
    QCOMPARE(keysOf(sql), keys);
}

void KeyReleaseRulesTest::firstUselessKey_data()
{
    QTest::addColumn<unsigned>("keyId");
    QTest::addColumn<unsigned>("databaseId");
    QTest::addColumn<bool>("requested");
    QTest::addColumn<bool>("refused");
    QTest::newRow("used by the table") << kSalaryKey << 5u << true << false;
    QTest::newRow("used by another table alone") << kBookKey << 5u << true << true;
    QTest::newRow("used by nothing") << 77u << 5u << true << true;
    QTest::newRow("not for the enclave: for parameters and results") << kBookKey << 5u << false << false;
    QTest::newRow("same id in another database") << kSalaryKey << 6u << true << true;
}

void KeyReleaseRulesTest::firstUselessKey()
{
    QFETCH(unsigned, keyId);
    QFETCH(unsigned, databaseId);
    QFETCH(bool, requested);
    QFETCH(bool, refused);
    DescribeAnswer described;
    described.keys.resize(2);
    described.keys[0].keyId = kNameKey;
    described.keys[0].databaseId = 5;
    described.keys[0].requestedByEnclave = true;
    described.keys[1].keyId = keyId;
    described.keys[1].databaseId = databaseId;
    described.keys[1].requestedByEnclave = requested;
    const auto* useless = es::session::firstUselessKey(described, referencesOf("SELECT 1 FROM HR.Employees"), catalog());
    QCOMPARE(useless, refused ? &described.keys[1] : nullptr);
}

void KeyReleaseRulesTest::catalogIsNeededForAlterColumn_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<bool>("needed");
    QTest::newRow("alter column") << QByteArray("ALTER TABLE t ALTER COLUMN c int") << true;
    QTest::newRow("query") << QByteArray("SELECT 1 FROM t") << false;
    QTest::newRow("another change of a table") << QByteArray("ALTER TABLE t ADD c int") << false;
    QTest::newRow("nonsense") << QByteArray("ALTER TABLE t ALTER COLUMN") << false;
}

void KeyReleaseRulesTest::catalogIsNeededForAlterColumn()
{
    QFETCH(QByteArray, sql);
    QFETCH(bool, needed);
    QCOMPARE(needsCatalog(referencesOf(sql.toStdString())), needed);
}

void KeyReleaseRulesTest::namesOfKeys()
{
    QCOMPARE(keyTitle(catalog(), kBookKey), std::string("\"BookKey\" (id 3)"));
    QCOMPARE(keyTitle(catalog(), 99), std::string("id 99"));
    QCOMPARE(keyTitles(catalog(), {kBookKey, 99}), std::string("\"BookKey\" (id 3), id 99"));
    QCOMPARE(keyTitles(catalog(), {}), std::string("none"));
}

QTEST_GUILESS_MAIN(KeyReleaseRulesTest)
#include "tst_key_release_rules.moc"
