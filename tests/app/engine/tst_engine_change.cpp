// INSERT, UPDATE, DELETE, definitions, variables, control of flow, transactions.
#include "ScriptReader.h"

#include <QTest>

#include <thread>

using es::sandbox::Answer;
using es::sandbox::EngineFixture;

class TestEngineChange : public QObject {
    Q_OBJECT

private slots:
    // One fresh database per row: statements separated by "~~", the answer of the last is compared.
    void scripts_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* script, const char* expected) { QTest::newRow(name) << script << expected; };
        row("create and insert in one batch", "CREATE TABLE T (a int); INSERT T VALUES (1); SELECT a FROM T", "1");
        row("rowcount",
            "CREATE TABLE T (a int)~~INSERT T VALUES (1), (2)~~UPDATE T SET a += 10 WHERE a = 2; SELECT @@ROWCOUNT, SUM(a) FROM T", "1|13");
        row("update from",
            "CREATE TABLE T (a int, b int); CREATE TABLE U (a int, c int)~~INSERT T VALUES (1, 0), (2, 0); INSERT U VALUES (2, 7)"
            "~~UPDATE x SET b = u.c FROM T x JOIN U u ON u.a = x.a; SELECT a, b FROM T ORDER BY a",
            "1|0\n2|7");
        row("delete top", "CREATE TABLE T (a int)~~INSERT T VALUES (1), (2), (3)~~DELETE TOP (2) FROM T; SELECT COUNT(*) FROM T", "1");
        row("identity",
            "CREATE TABLE T (i int IDENTITY(10, 5), a int)~~INSERT T (a) VALUES (1), (2)~~INSERT T (a) VALUES (3); SELECT i, "
            "SCOPE_IDENTITY() FROM T",
            "10|20\n15|20\n20|20");
        row("identity insert off", "CREATE TABLE T (i int IDENTITY, a int)~~INSERT T (i, a) VALUES (1, 1)",
            "!544 Cannot insert explicit value for identity column in table 'T' when IDENTITY_INSERT is set to OFF.");
        row("identity insert on",
            "CREATE TABLE T (i int IDENTITY, a int)~~SET IDENTITY_INSERT T ON; INSERT T (i, a) VALUES (7, 1); SET IDENTITY_INSERT T OFF; "
            "INSERT T (a) VALUES (2); SELECT i FROM T",
            "7\n8");
        row("default",
            "CREATE TABLE T (a int, b varchar(5) NOT NULL DEFAULT ('dflt'), c int DEFAULT 1 + 1)~~INSERT T (a) VALUES (1); INSERT T VALUES "
            "(2, DEFAULT, NULL); SELECT * FROM T",
            "1|dflt|2\n2|dflt|NULL");
        row("not null", "CREATE TABLE T (a int NOT NULL)~~INSERT T VALUES (NULL)",
            "!515 Cannot insert the value NULL into column 'a', table 'Lab.dbo.T'; column does not allow nulls.");
        row("primary key", "CREATE TABLE T (a int PRIMARY KEY)~~INSERT T VALUES (1)~~INSERT T VALUES (1)", nullptr);
        row("unique nulls", "CREATE TABLE T (a int NULL, CONSTRAINT UQ1 UNIQUE (a))~~INSERT T VALUES (NULL)~~INSERT T VALUES (NULL)",
            "!2627 Violation of UNIQUE KEY constraint 'UQ1'. Cannot insert duplicate key in object 'dbo.T'.");
        // A key is looked at when the whole UPDATE is done, as SQL Server does.
        const char* three = "CREATE TABLE T (id int NOT NULL CONSTRAINT PK1 PRIMARY KEY, v int NULL CONSTRAINT UQ1 UNIQUE)"
                            "~~INSERT T VALUES (1, 10), (2, 20), (3, NULL)~~";
        const auto keys = [&](const char* name, const char* script, const char* expected) {
            QTest::newRow(name) << QString::fromLatin1(three) + QString::fromLatin1(script) << QString::fromLatin1(expected);
        };
        keys("keys move up", "UPDATE T SET id = id + 1; SELECT @@ROWCOUNT; SELECT id, v FROM T", "3\n2|10\n3|20\n4|NULL");
        keys("keys move by a variable", "DECLARE @n int = 2; UPDATE T SET id += @n WHERE id < 9; SELECT id FROM T", "3\n4\n5");
        keys("keys swap", "UPDATE T SET id = 3 - id WHERE id < 3; SELECT id, v FROM T ORDER BY v", "3|NULL\n2|10\n1|20");
        keys("a NULL moves", "UPDATE T SET v = CASE WHEN v IS NULL THEN 10 WHEN v = 10 THEN NULL ELSE v END; SELECT v FROM T ORDER BY id",
            "NULL\n20\n10");
        keys("keys move by a join", "UPDATE a SET id = b.id + 1 FROM T a JOIN T b ON a.id = b.id; SELECT id FROM T", "2\n3\n4");
        keys("keys move, some of them", "UPDATE TOP (2) T SET id = id + 10; SELECT COUNT(*) FROM T WHERE id > 10", "2");
        keys("a real duplicate among several", "UPDATE T SET id = 7 WHERE id > 1",
            "!2627 Violation of PRIMARY KEY constraint 'PK1'. Cannot insert duplicate key in object 'dbo.T'.");
        keys("a real duplicate of one row", "UPDATE T SET id = 1 WHERE id = 2",
            "!2627 Violation of PRIMARY KEY constraint 'PK1'. Cannot insert duplicate key in object 'dbo.T'.");
        keys("several become NULL", "UPDATE T SET v = NULL",
            "!2627 Violation of UNIQUE KEY constraint 'UQ1'. Cannot insert duplicate key in object 'dbo.T'.");
        keys("a real duplicate against a row that stays", "UPDATE T SET id = id + 1 WHERE id < 3",
            "!2627 Violation of PRIMARY KEY constraint 'PK1'. Cannot insert duplicate key in object 'dbo.T'.");
        keys("a real duplicate of an index", "CREATE UNIQUE INDEX IX1 ON T (v)~~UPDATE T SET v = 1", nullptr);
        keys("a real duplicate changes nothing", "UPDATE T SET id = 7 WHERE id > 1~~SELECT id, v FROM T ORDER BY id", "1|10\n2|20\n3|NULL");
        keys("after keys moved the key still holds", "UPDATE T SET id = id + 1~~INSERT T VALUES (4, 1)",
            "!2627 Violation of PRIMARY KEY constraint 'PK1'. Cannot insert duplicate key in object 'dbo.T'.");
        keys("after a real duplicate the key still holds", "UPDATE T SET v = 5~~INSERT T VALUES (9, 10)",
            "!2627 Violation of UNIQUE KEY constraint 'UQ1'. Cannot insert duplicate key in object 'dbo.T'.");
        keys("keys move in a transaction that is undone",
            "BEGIN TRAN; UPDATE T SET id = id + 1; SELECT SUM(id) FROM T; ROLLBACK; SELECT SUM(id) FROM T", "9\n6");
        keys("a real duplicate keeps the transaction",
            "BEGIN TRAN; UPDATE T SET v = 11 WHERE id = 1; UPDATE T SET id = 7; COMMIT~~SELECT id, v FROM T ORDER BY id",
            "1|11\n2|20\n3|NULL");
        row("truncation", "CREATE TABLE T (a varchar(3))~~INSERT T VALUES ('abcd')", nullptr);
        row("money and char",
            "CREATE TABLE T (m money, c char(4), d decimal(5, 2), f float, b bit)~~INSERT T VALUES (1.23456, 'ab', 1.235, 1e3, 5); SELECT "
            "m, c + '|', d, f, b FROM T",
            "1.2346|ab  ||1.24|1000|1");
        row("insert select",
            "CREATE TABLE T (a int); CREATE TABLE U (b bigint)~~INSERT T VALUES (1), (2)~~INSERT INTO U SELECT a * 10 FROM T; SELECT "
            "SUM(b) FROM U",
            "30");
        row("variables", "DECLARE @a int = 5, @b varchar(10); SET @b = 'x'; SET @a += 2; SELECT @a, @b + 'y'", "7|xy");
        row("select assigns", "CREATE TABLE T (a int)~~INSERT T VALUES (3)~~DECLARE @x bigint; SELECT @x = a FROM T; SELECT @x", "3");
        row("if else", "IF 1 = 2 SELECT 'a' ELSE SELECT 'b'", "b");
        row("while", "DECLARE @i int = 0; WHILE @i < 5 BEGIN SET @i = @i + 1; IF @i = 2 CONTINUE; IF @i = 4 BREAK; SELECT @i END", "1\n3");
        row("try", "BEGIN TRY SELECT 1/0 END TRY BEGIN CATCH SELECT ERROR_NUMBER(), ERROR_LINE() END CATCH", "8134|1");
        row("throw", "THROW 50001, 'own words', 1", "!50001 own words");
        row("raiserror", "RAISERROR('n %d of %s', 16, 1, 3, 'x')", "!50000 n 3 of x");
        row("rollback",
            "CREATE TABLE T (a int)~~BEGIN TRAN; INSERT T VALUES (1); SELECT @@TRANCOUNT; ROLLBACK; SELECT COUNT(*), @@TRANCOUNT FROM T",
            "1\n0|0");
        row("nested commit", "CREATE TABLE T (a int)~~BEGIN TRAN; BEGIN TRAN; INSERT T VALUES (1); COMMIT; COMMIT; SELECT COUNT(*) FROM T",
            "1");
        row("savepoint",
            "CREATE TABLE T (a int)~~BEGIN TRAN; INSERT T VALUES (1); SAVE TRAN s; INSERT T VALUES (2); ROLLBACK TRAN s; COMMIT; SELECT a "
            "FROM T",
            "1");
        row("statement failure keeps the transaction",
            "CREATE TABLE T (a int NOT NULL)~~BEGIN TRAN; INSERT T VALUES (1); INSERT T VALUES (NULL); COMMIT~~SELECT a FROM T", "1");
        row("add column",
            "CREATE TABLE T (a int)~~INSERT T VALUES (1)~~ALTER TABLE T ADD b int NOT NULL DEFAULT 7, c int NULL; SELECT a, b, c FROM T",
            "1|7|NULL");
        row("drop column",
            "CREATE TABLE T (a int, b int)~~ALTER TABLE T DROP COLUMN b~~SELECT * FROM T; SELECT COUNT(*) FROM sys.columns WHERE object_id "
            "= OBJECT_ID('T')",
            "1");
        row("alter column",
            "CREATE TABLE T (a int)~~INSERT T VALUES (12)~~ALTER TABLE T ALTER COLUMN a varchar(5) NOT NULL; SELECT a + 'x' FROM T", "12x");
        row("drop table", "CREATE TABLE T (a int)~~DROP TABLE T~~DROP TABLE IF EXISTS T~~SELECT * FROM T", "!208 Invalid object name 'T'.");
        row("exists already", "CREATE TABLE T (a int)~~CREATE TABLE T (a int)",
            "!2714 There is already an object named 'T' in the database.");
        row("index",
            "CREATE TABLE T (a varchar(9))~~CREATE INDEX IX1 ON T (a); INSERT T VALUES ('b'), ('A'); SELECT a FROM T WHERE a = 'a'; DROP "
            "INDEX IX1 ON T",
            "A");
        row("sp_executesql",
            "DECLARE @r int; EXEC sp_executesql N'SET @x = @y * 2', N'@x int OUTPUT, @y int', @x = @r OUTPUT, @y = 21; SELECT @r", "42");
        // A word that begins no statement calls a procedure when it begins the batch, and only then.
        row("misspelled", "SELEC 1", "!2812 Could not find stored procedure 'SELEC'.");
        row("misspelled with a keyword after", "SELEC a FROM T", "!156 Incorrect syntax near the keyword 'FROM'.");
        row("misspelled with a symbol after", "SELEC * FROM T", "!102 Incorrect syntax near '*'.");
        row("misspelled later in the batch", "SELECT 1; SELEC 2", "!102 Incorrect syntax near 'SELEC'.");
        row("misspelled name of two parts", "dbo.Nope @a = 1", "!2812 Could not find stored procedure 'dbo.Nope'.");
        row("no such procedure", "EXEC Nope 1, 'x'", "!2812 Could not find stored procedure 'Nope'.");
        row("no such procedure, caught", "BEGIN TRY EXEC Nope END TRY BEGIN CATCH SELECT ERROR_NUMBER(), ERROR_STATE() END CATCH", "2812|62");
        row("after no such procedure the batch goes on",
            "CREATE TABLE T (a int)~~INSERT T VALUES (1); EXEC Nope; INSERT T VALUES (2)~~SELECT SUM(a) FROM T", "3");
        row("a procedure of the server's", "sp_who", "!40517 The procedure sp_who is not supported in the sandbox.");
        row("merge is refused", "MERGE T USING U ON 1 = 1 WHEN MATCHED THEN DELETE", nullptr);
        row("driver options",
            "SET ANSI_NULLS, QUOTED_IDENTIFIER ON; SET TEXTSIZE 64512; SET LOCK_TIMEOUT -1; SET TRANSACTION ISOLATION LEVEL READ "
            "COMMITTED; SET NOCOUNT OFF; SET IMPLICIT_TRANSACTIONS OFF; SET ROWCOUNT 0; SELECT 1",
            "1");
        row("implicit transaction",
            "CREATE TABLE T (a int)~~SET IMPLICIT_TRANSACTIONS ON; INSERT T VALUES (1); SELECT @@TRANCOUNT; ROLLBACK; SET "
            "IMPLICIT_TRANSACTIONS OFF; SELECT COUNT(*) FROM T",
            "1\n0");
    }
    void scripts()
    {
        QFETCH(QString, script);
        QFETCH(QString, expected);
        EngineFixture lab;
        const Answer last = es::sandbox::runScript(lab, script);
        if (expected.isNull())
            QVERIFY(!last.errors.empty());
        else
            QCOMPARE(QString::fromStdString(last.text()), expected);
    }

    void writersWaitAndThenFail()
    {
        EngineFixture lab;
        lab.run("CREATE TABLE T (a int)");
        auto other = lab.newSession("Lab");
        lab.run("BEGIN TRAN; INSERT T VALUES (1)");
        QCOMPARE(lab.run("SET LOCK_TIMEOUT 50; INSERT T VALUES (2)", {}, false, other.get()).firstError(), 1222);
        QCOMPARE(QString::fromStdString(lab.run("SELECT COUNT(*) FROM T", {}, false, other.get()).text()), QString("0"));
        lab.run("COMMIT");
        QCOMPARE(
            QString::fromStdString(lab.run("INSERT T VALUES (2); SELECT COUNT(*) FROM T", {}, false, other.get()).text()), QString("2"));
    }

    // Only one of them makes it, and the other does not take its file away.
    void twoSessionsMakeOneDatabase()
    {
        EngineFixture lab;
        auto other = lab.newSession("master");
        for (int i = 0; i < 20; ++i) {
            const std::string name = "D" + std::to_string(i);
            const std::string make = "CREATE DATABASE " + name;
            Answer first, second;
            std::thread rival([&] { lab.runInto(second, make, {}, false, other.get()); });
            lab.runInto(first, make);
            rival.join();
            QCOMPARE(std::min(first.firstError(), second.firstError()), 0);
            QCOMPARE(std::max(first.firstError(), second.firstError()), 1801);
            QCOMPARE(QString::fromStdString(lab.run("USE " + name + "; CREATE TABLE T (a int); SELECT COUNT(*) FROM T").text()), QString("0"));
            QCOMPARE(lab.run("USE master; DROP DATABASE " + name).firstError(), 0);
        }
    }

    // A session that comes back to a name finds the database that is there now, not the file that it had open.
    void databaseMadeAnewBehindASession()
    {
        EngineFixture lab;
        auto other = lab.newSession("master");
        QCOMPARE(lab.run("CREATE DATABASE D; USE D; CREATE TABLE Old (a int); USE master").firstError(), 0);
        QCOMPARE(lab.run("DROP DATABASE D; CREATE DATABASE D", {}, false, other.get()).firstError(), 0);
        QCOMPARE(lab.run("USE D; SELECT a FROM Old").firstError(), 208);
        QCOMPARE(lab.run("CREATE TABLE Fresh (a int); INSERT Fresh VALUES (7)").firstError(), 0);
        QCOMPARE(QString::fromStdString(lab.run("USE D; SELECT a FROM Fresh", {}, false, other.get()).text()), QString("7"));
    }

    void databasesStay()
    {
        EngineFixture lab;
        lab.run("CREATE TABLE T (a nvarchar(5)); INSERT T VALUES (N'käse')");
        lab.session.reset();
        lab.engine.reset();
        lab.engine = *es::sandbox::Engine::open({lab.folder.path().toStdString(), es::sandbox::Profile::k2022, &lab.gate, "TEST"});
        lab.session = lab.newSession("Lab");
        QCOMPARE(QString::fromStdString(lab.run("SELECT a FROM T").text()), QStringLiteral("käse"));
        QVERIFY(!lab.engine->newSession({"sa", "Nowhere", "", "", 0}));
    }

    // SQLite bounds the terms of a UNION to 500; the view of row counts is not to have that limit.
    void rowCountsOfManyTables()
    {
        EngineFixture lab;
        std::string script = "BEGIN TRAN;";
        for (int i = 0; i < 510; ++i)
            script += " CREATE TABLE M" + std::to_string(i) + " (a int);";
        QCOMPARE(lab.run(script + " COMMIT").text(), std::string());
        lab.run("INSERT M7 VALUES (1), (2)");
        QCOMPARE(lab.run("SELECT COUNT(*), SUM(p.rows) FROM sys.partitions AS p").text(), std::string("510|2"));
    }
};

QTEST_GUILESS_MAIN(TestEngineChange)
#include "tst_engine_change.moc"
