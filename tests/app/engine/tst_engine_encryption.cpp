// Always Encrypted: keys, in-place ALTER COLUMN, predicates through the enclave, schemes of variables, the describe call, errors.
#include "EngineFixture.h"

#include <QTest>

using es::sandbox::Answer;
using es::sandbox::DescribeAnswer;
using es::sandbox::EngineFixture;
using es::sandbox::Profile;

namespace {

const char* const kEncryptSsn
    = "ALTER TABLE HR.Employees ALTER COLUMN SSN char(11) COLLATE Latin1_General_BIN2\n"
      " ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = RANDOMIZED, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256') NOT NULL";
const char* const kEncryptSalary = "ALTER TABLE HR.Employees ALTER COLUMN Salary money ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, "
                                   "ENCRYPTION_TYPE = RANDOMIZED, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256') NULL";
const char* const kEncryptName
    = "ALTER TABLE HR.Employees ALTER COLUMN Name nvarchar(20) COLLATE Latin1_General_BIN2 ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK2, "
      "ENCRYPTION_TYPE = DETERMINISTIC, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256') NULL";

void fill(EngineFixture& lab)
{
    lab.makeKeys();
    lab.run("CREATE SCHEMA HR");
    lab.run("CREATE TABLE HR.Employees (Id int IDENTITY NOT NULL PRIMARY KEY, SSN char(11) NOT NULL, Name nvarchar(20) NULL, Salary money "
            "NULL)");
    lab.run("INSERT HR.Employees (SSN, Name, Salary) VALUES ('795-73-9838', N'Abel', 31692), ('990-00-6818', N'Kim', 55415.5), "
            "('009-37-3952', NULL, NULL), ('998-12-6818', N'Abel', 1000)");
}

void encryptAll(EngineFixture& lab)
{
    for (const char* sql : {kEncryptSsn, kEncryptSalary, kEncryptName}) {
        const Answer answer = lab.run(sql, {}, true);
        QVERIFY2(answer.errors.empty(), answer.text().c_str());
    }
}

} // namespace

class TestEngineEncryption : public QObject {
    Q_OBJECT

private slots:
    void encryptsInPlaceAndBack()
    {
        EngineFixture lab;
        fill(lab);
        QVERIFY(lab.filesContain("795-73-9838"));
        encryptAll(lab);
        QVERIFY(!lab.filesContain("795-73-9838"));
        QVERIFY(!lab.filesContain("990-00-6818"));
        Answer answer = lab.run("SELECT SSN, Salary FROM HR.Employees ORDER BY Id");
        QCOMPARE(answer.sets[0].rows.size(), std::size_t{4});
        QVERIFY(QString::fromStdString(answer.sets[0].rows[0]).startsWith("0x01"));
        QCOMPARE(answer.sets[0].shape.columns[0].type.lengthBytes, 65u);
        QVERIFY(answer.sets[0].shape.columns[0].crypto.has_value());
        lab.decryptRows(answer);
        QCOMPARE(QString::fromStdString(answer.text()),
            QString("795-73-9838|31692.0000\n990-00-6818|55415.5000\n009-37-3952|NULL\n998-12-6818|1000.0000"));
        const Answer back = lab.run("ALTER TABLE HR.Employees ALTER COLUMN Salary money NULL", {}, true);
        QCOMPARE(QString::fromStdString(back.text()), QString());
        QCOMPARE(QString::fromStdString(lab.run("SELECT Salary FROM HR.Employees WHERE Salary > 40000").text()), QString("55415.5000"));
        QCOMPARE(QString::fromStdString(
                     lab.run("SELECT name, encryption_type_desc FROM sys.columns WHERE encryption_type IS NOT NULL ORDER BY name").text()),
            QString("Name|DETERMINISTIC\nSSN|RANDOMIZED"));
    }

    void reencrypts()
    {
        EngineFixture lab;
        fill(lab);
        encryptAll(lab);
        const Answer answer = lab.run(
            "ALTER TABLE HR.Employees ALTER COLUMN SSN char(11) COLLATE Latin1_General_BIN2 ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK2, "
            "ENCRYPTION_TYPE = DETERMINISTIC, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256') NOT NULL",
            {}, true);
        QCOMPARE(QString::fromStdString(answer.text()), QString());
        QCOMPARE(
            QString::fromStdString(lab.runEncrypted("SELECT Id FROM HR.Employees WHERE SSN = @p", "@p char(11)", {"990-00-6818"}).text()),
            QString("2"));
    }

    void queries_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("declarations");
        QTest::addColumn<QStringList>("values");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* sql, const char* declarations, QStringList values, const char* expected) {
            QTest::newRow(name) << sql << declarations << values << expected;
        };
        row("like", "SELECT Id, SSN FROM HR.Employees WHERE SSN LIKE @p ORDER BY Id", "@p char(11)", {"%6818"},
            "2|990-00-6818\n4|998-12-6818");
        row("not like", "SELECT Id FROM HR.Employees WHERE SSN NOT LIKE @p ORDER BY Id", "@p char(11)", {"%6818"}, "1\n3");
        row("through a variable", "DECLARE @v char(11) = @p\nSELECT Id FROM HR.Employees WHERE SSN LIKE @v ORDER BY Id", "@p char(11)",
            {"99%"}, "2\n4");
        row("range and order", "SELECT Salary FROM HR.Employees WHERE Salary BETWEEN @a AND @b ORDER BY Salary DESC", "@a money, @b money",
            {"1000", "40000"}, "31692.0000\n1000.0000");
        row("less", "SELECT Id FROM HR.Employees WHERE Salary < @a", "@a money", {"2000"}, "4");
        row("mirrored", "SELECT Id FROM HR.Employees WHERE @a > Salary", "@a money", {"2000"}, "4");
        row("not less is not unknown", "SELECT Id FROM HR.Employees WHERE NOT Salary < @a ORDER BY Id", "@a money", {"2000"}, "1\n2");
        row("equality randomized", "SELECT Id FROM HR.Employees WHERE SSN = @a", "@a char(11)", {"009-37-3952"}, "3");
        row("in", "SELECT Id FROM HR.Employees WHERE SSN IN (@a, @b) ORDER BY Id", "@a char(11), @b char(11)",
            {"009-37-3952", "795-73-9838"}, "1\n3");
        row("deterministic", "SELECT Id FROM HR.Employees WHERE Name = @n ORDER BY Id", "@n nvarchar(20)", {"Abel"}, "1\n4");
        row("null parameter", "SELECT Id FROM HR.Employees WHERE Salary > @a", "@a money", {"NULL"}, "");
        row("order", "SELECT Id FROM HR.Employees ORDER BY Salary, Id", "", {}, "3\n4\n1\n2");
        row("group", "SELECT COUNT(*), Name FROM HR.Employees GROUP BY Name ORDER BY 1 DESC", "", {}, nullptr);
        row("distinct randomized", "SELECT COUNT(*) FROM (SELECT DISTINCT Salary FROM HR.Employees) x", "", {}, "4");
        row("join by plaintext", "SELECT a.Id FROM HR.Employees a JOIN HR.Employees b ON a.SSN = b.SSN AND a.Id = b.Id ORDER BY a.Id", "",
            {}, "1\n2\n3\n4");
        row("is null", "SELECT Id FROM HR.Employees WHERE Salary IS NULL", "", {}, "3");
        row("plain parameter beside", "SELECT Id FROM HR.Employees WHERE SSN LIKE @p AND Id > @i", "@p char(11), @i int", {"%6818", "2"},
            "4");
        row("derived table", "SELECT x.Id FROM (SELECT Id, SSN FROM HR.Employees) AS x WHERE x.SSN LIKE @p ORDER BY x.Id", "@p char(11)",
            {"%6818"}, "2\n4");
        row("insert",
            "INSERT HR.Employees (SSN, Name, Salary) VALUES (@s, @n, @m); SELECT SSN, Name, Salary FROM HR.Employees WHERE SSN = @s; "
            "DELETE HR.Employees WHERE SSN = @s",
            "@s char(11), @n nvarchar(20), @m money", {"111-11-1111", "Zoë", "12.5"}, "111-11-1111|Zoë|12.5000");
        row("update",
            "UPDATE HR.Employees SET Salary = @m WHERE SSN LIKE @p; SELECT Salary FROM HR.Employees WHERE Id = 1; UPDATE HR.Employees SET "
            "Salary = @old WHERE Id = 1",
            "@m money, @p char(11), @old money", {"7", "795%", "31692"}, "7.0000");
        row("variable set null", "DECLARE @v char(11); SELECT Id FROM HR.Employees WHERE SSN = @v", "", {}, "");
    }
    void queries()
    {
        QFETCH(QString, sql);
        QFETCH(QString, declarations);
        QFETCH(QStringList, values);
        QFETCH(QString, expected);
        static EngineFixture lab;
        static const bool once = [] {
            fill(lab);
            encryptAll(lab);
            return true;
        }();
        Q_UNUSED(once)
        std::vector<std::string> words;
        for (const QString& value : values)
            words.push_back(value.toStdString());
        const Answer answer = lab.runEncrypted(sql.toStdString(), declarations.toStdString(), words);
        if (expected.isNull())
            QVERIFY2(answer.errors.empty() || answer.firstError() == 33277, answer.text().c_str());
        else
            QCOMPARE(QString::fromStdString(answer.text()), expected);
    }

    void refusals_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<int>("number");
        const auto row = [](const char* name, const char* sql, int number) { QTest::newRow(name) << sql << number; };
        row("literal same family", "SELECT Id FROM HR.Employees WHERE SSN = '795-73-9838'", 206);
        row("literal of another type", "SELECT Id FROM HR.Employees WHERE SSN = N'795-73-9838'", 402);
        row("plaintext variable", "DECLARE @p char(11) = '795-73-9838'; SELECT Id FROM HR.Employees WHERE SSN = @p", 33299);
        row("plaintext insert", "INSERT HR.Employees (SSN) VALUES ('1')", 206);
        row("arithmetic", "SELECT Salary * 2 FROM HR.Employees", 402);
        row("sum", "SELECT SUM(Salary) FROM HR.Employees", 8117);
        row("function", "SELECT UPPER(SSN) FROM HR.Employees", 33277);
        row("like on deterministic", "DECLARE @p nvarchar(20); SELECT Id FROM HR.Employees WHERE Name LIKE @p", 33277);
        row("not bin2",
            "ALTER TABLE HR.Plain ALTER COLUMN Word varchar(9) ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = "
            "DETERMINISTIC, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256')",
            33289);
        row("key without enclave",
            "ALTER TABLE HR.Plain ALTER COLUMN Number int ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEKX, ENCRYPTION_TYPE = RANDOMIZED, "
            "ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256')",
            33543);
        row("type changes too",
            "ALTER TABLE HR.Plain ALTER COLUMN Number bigint ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = RANDOMIZED, "
            "ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256')",
            33544);
        row("no such key",
            "ALTER TABLE HR.Plain ALTER COLUMN Number int ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = NOPE, ENCRYPTION_TYPE = RANDOMIZED, "
            "ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256')",
            33293);
        row("algorithm",
            "ALTER TABLE HR.Plain ALTER COLUMN Number int ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = RANDOMIZED, "
            "ALGORITHM = 'ROT13')",
            33292);
        row("identity",
            "ALTER TABLE HR.Employees ALTER COLUMN Id int ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = RANDOMIZED, "
            "ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256')",
            33280);
        row("default",
            "ALTER TABLE HR.Plain ALTER COLUMN Fallback int ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = RANDOMIZED, "
            "ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256')",
            33285);
        row("drop used key", "DROP COLUMN ENCRYPTION KEY CEK1", 33287);
        row("drop only value", "ALTER COLUMN ENCRYPTION KEY CEK1 DROP VALUE (COLUMN_MASTER_KEY = CMK1)", 33275);
        row("value twice",
            "ALTER COLUMN ENCRYPTION KEY CEK1 ADD VALUE (COLUMN_MASTER_KEY = CMK1, ALGORITHM = 'RSA_OAEP', ENCRYPTED_VALUE = 0x01)", 33291);
        row("no such value", "ALTER COLUMN ENCRYPTION KEY CEK1 DROP VALUE (COLUMN_MASTER_KEY = CMKX)", 33290);
        row("master key in use", "DROP COLUMN MASTER KEY CMK1", 15580);
        row("primary key on randomized",
            "CREATE TABLE HR.P (a int ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = RANDOMIZED, ALGORITHM = "
            "'AEAD_AES_256_CBC_HMAC_SHA_256') NOT NULL PRIMARY KEY)",
            33567);
    }
    void refusals()
    {
        QFETCH(QString, sql);
        QFETCH(int, number);
        static EngineFixture lab;
        static const bool once = [] {
            fill(lab);
            encryptAll(lab);
            lab.run("CREATE TABLE HR.Plain (Number int NULL, Word varchar(9) NULL, Fallback int NULL DEFAULT 1)");
            return true;
        }();
        Q_UNUSED(once)
        const Answer answer = lab.run(sql.toStdString(), {}, true);
        QVERIFY2(answer.firstError() == number, answer.text().c_str());
    }

    void withoutKeyOrEnclave()
    {
        EngineFixture lab;
        fill(lab);
        QCOMPARE(lab.run(kEncryptSsn).firstError(), 33546);
        encryptAll(lab);
        auto other = lab.newSession("Lab");
        QCOMPARE(lab.run("SELECT Id FROM HR.Employees ORDER BY Salary", {}, false, other.get()).firstError(), 33546);
        EngineFixture none(Profile::k2022, false);
        none.run("CREATE COLUMN MASTER KEY CMK1 WITH (KEY_STORE_PROVIDER_NAME = 'ES_KEY_FILE', KEY_PATH = 'k1', ENCLAVE_COMPUTATIONS "
                 "(SIGNATURE = 0x0102))");
        none.run(
            "CREATE COLUMN ENCRYPTION KEY CEK1 WITH VALUES (COLUMN_MASTER_KEY = CMK1, ALGORITHM = 'RSA_OAEP', ENCRYPTED_VALUE = 0x01AA)");
        none.run("CREATE SCHEMA HR");
        none.run("CREATE TABLE HR.Employees (SSN char(11) NOT NULL)");
        QCOMPARE(none.run(kEncryptSsn).firstError(), 33545);
    }

    void textNeedsBin2()
    {
        EngineFixture lab;
        fill(lab);
        lab.run("ALTER TABLE HR.Employees ALTER COLUMN SSN char(11) ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = "
                "RANDOMIZED, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256') NOT NULL",
            {}, true);
        const Answer answer = lab.runEncrypted("SELECT Id\nFROM HR.Employees\nWHERE SSN LIKE @p", "@p char(11)", {"%1"});
        QCOMPARE(answer.firstError(), 33542);
        QCOMPARE(answer.errors[0].line, 3);
    }

    void describes()
    {
        EngineFixture lab;
        fill(lab);
        encryptAll(lab);
        const DescribeAnswer answer
            = lab.session->describe({"DECLARE @v char(11) = @p1; SELECT Id FROM HR.Employees WHERE SSN LIKE @v AND Id = @p2",
                "@p1 char(11), @p2 int", es::base::Bytes(116)});
        QVERIFY(answer.errors.empty());
        QCOMPARE(answer.parameters.size(), std::size_t{2});
        QCOMPARE(int(answer.parameters[0].encryptionType), 2);
        QCOMPARE(int(answer.parameters[1].encryptionType), 0);
        QCOMPARE(answer.keys.size(), std::size_t{1});
        QVERIFY(answer.keys[0].requestedByEnclave);
        QCOMPARE(answer.attestationInfo->size(), std::size_t{1});
        const DescribeAnswer alter = lab.session->describe(
            {"ALTER TABLE HR.Employees ALTER COLUMN SSN char(11) COLLATE Latin1_General_BIN2 ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK2, "
             "ENCRYPTION_TYPE = RANDOMIZED, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256') NOT NULL",
                "", {}});
        QCOMPARE(alter.keys.size(), std::size_t{2});
        QVERIFY(alter.parameters.empty() && !alter.attestationInfo);
        const DescribeAnswer clash = lab.session->describe({"SELECT 1 FROM HR.Employees WHERE SSN = @p", "@p nvarchar(11)", {}});
        QCOMPARE(clash.errors.size(), std::size_t{2});
        QCOMPARE(clash.errors[1].number, 8180);
        const Answer asExec
            = lab.run("EXEC sp_describe_parameter_encryption N'SELECT Id FROM HR.Employees WHERE Name = @n', N'@n nvarchar(20)'");
        QCOMPARE(asExec.sets.size(), std::size_t{2});
        QCOMPARE(asExec.sets[0].shape.columns.size(), std::size_t{11});
        QCOMPARE(QString::fromStdString(asExec.sets[1].rows[0]), QString("1|@n|2|1|1|1"));
    }

    void staleMetadataIs33514()
    {
        EngineFixture lab;
        fill(lab);
        encryptAll(lab);
        es::sandbox::EngineParameter parameter;
        parameter.name = "@p";
        parameter.type = es::types::makeSized(es::types::TypeId::kNVarChar, 20);
        parameter.cipher = es::sandbox::CipherInfo{parameter.type, 2, 1, lab.databaseId(), 2, 1, {9, 9, 9}, 1};
        QCOMPARE(lab.run("SELECT 1 FROM HR.Employees WHERE Name = @p", {parameter}).firstError(), 33514);
    }

    void profile2019HasNoOrder()
    {
        EngineFixture lab(Profile::k2019);
        fill(lab);
        encryptAll(lab);
        QVERIFY(lab.run("SELECT Id FROM HR.Employees ORDER BY Salary", {}, true).firstError() != 0);
    }

    void aFailureInMidwayChangesNothing()
    {
        EngineFixture lab;
        fill(lab);
        lab.run("CREATE TABLE N (n int NOT NULL); INSERT N SELECT ROW_NUMBER() OVER (ORDER BY a.object_id) FROM sys.columns a, sys.columns "
                "b, sys.columns c");
        std::stop_source stop;
        lab.gate.onBatch = [&](int number) {
            if (number == 0) stop.request_stop();
        };
        Answer answer;
        lab.run("SELECT 1", {}, true);
        const auto outcome = lab.runInto(answer,
            "ALTER TABLE N ALTER COLUMN n int ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = RANDOMIZED, ALGORITHM = "
            "'AEAD_AES_256_CBC_HMAC_SHA_256') NOT NULL",
            {}, true, nullptr, stop.get_token());
        QVERIFY(outcome == es::sandbox::ExecOutcome::kCancelled);
        lab.gate.onBatch = {};
        QCOMPARE(QString::fromStdString(lab.run("SELECT MIN(n) FROM N").text()), QString("1"));
    }
};

QTEST_GUILESS_MAIN(TestEngineEncryption)
#include "tst_engine_encryption.moc"
