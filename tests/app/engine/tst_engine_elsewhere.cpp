// Names of three parts: the current database, and SELECT from another one; what does not go across databases is refused by name.
#include "EngineFixture.h"

#include <QtTest>

using namespace es;
using namespace es::sandbox;

class TestElsewhere : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        lab.run("CREATE TABLE T (a int, b nvarchar(10)); INSERT T VALUES (1, N'lab')");
        lab.run("CREATE DATABASE Other");
        other = lab.newSession("Other");
        lab.run("CREATE SCHEMA HR", {}, false, other.get());
        lab.run("CREATE TABLE T (a int, b nvarchar(10)); INSERT T VALUES (1, N'one'), (2, N'two'), (3, NULL)", {}, false, other.get());
        lab.run("CREATE TABLE HR.U (a int, c int); INSERT HR.U VALUES (1, 10), (2, 20)", {}, false, other.get());
        lab.run("CREATE VIEW V AS SELECT a, b FROM T WHERE a < 3", {}, false, other.get());
    }

    void reads_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("expected");
        QTest::newRow("own database") << "SELECT b FROM Lab.dbo.T" << "lab";
        QTest::newRow("another") << "SELECT b FROM Other.dbo.T ORDER BY a" << "one\ntwo\nNULL";
        QTest::newRow("default schema") << "SELECT COUNT(*) FROM Other..T" << "3";
        QTest::newRow("another schema") << "SELECT SUM(c) FROM [Other].[HR].[U]" << "30";
        QTest::newRow("columns by their full name") << "SELECT dbo.T.b FROM Other.dbo.T WHERE T.a = 2" << "two";
        QTest::newRow("a join over there") << "SELECT t.b, u.c FROM Other.dbo.T AS t JOIN Other.HR.U AS u ON u.a = t.a ORDER BY u.c" << "one|10\ntwo|20";
        QTest::newRow("a subquery over there") << "SELECT b FROM Other.dbo.T WHERE a IN (SELECT a FROM Other.HR.U WHERE c > 10)" << "two";
        QTest::newRow("a view over there") << "SELECT COUNT(*) FROM Other.dbo.V" << "2";
        QTest::newRow("a common table expression") << "WITH x AS (SELECT a FROM Other.dbo.T) SELECT MAX(a) FROM x" << "3";
        QTest::newRow("with a variable") << "DECLARE @a int = 2; SELECT b FROM Other.dbo.T WHERE a = @a" << "two";
        QTest::newRow("into a variable") << "DECLARE @b nvarchar(10); SELECT @b = b FROM Other.dbo.T WHERE a = 1; SELECT @b" << "one";
        QTest::newRow("the catalog over there") << "SELECT name FROM Other.sys.tables ORDER BY name" << "T\nU";
        QTest::newRow("and back") << "SELECT COUNT(*) FROM Other.dbo.T; SELECT b FROM T; SELECT DB_NAME()" << "3\nlab\nLab";
        QTest::newRow("in a transaction") << "BEGIN TRAN; UPDATE T SET b = b; SELECT COUNT(*) FROM Other.dbo.T; SELECT @@TRANCOUNT; ROLLBACK" << "3\n1";
    }
    void reads()
    {
        QFETCH(const QString, sql);
        QFETCH(const QString, expected);
        QCOMPARE(QString::fromStdString(lab.run(sql.toStdString()).text()), expected);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<int>("number");
        QTest::newRow("no such database") << "SELECT * FROM Nowhere.dbo.T" << 208;
        QTest::newRow("no such table over there") << "SELECT * FROM Other.dbo.Nothing" << 208;
        QTest::newRow("no such column over there") << "SELECT nothing FROM Other.dbo.T" << 207;
        QTest::newRow("two databases in one statement") << "SELECT * FROM T AS x JOIN Other.dbo.T AS y ON x.a = y.a" << 40517;
        QTest::newRow("the other way round") << "SELECT * FROM Other.dbo.T AS y JOIN T AS x ON x.a = y.a" << 40517;
        QTest::newRow("the own one by its name") << "SELECT * FROM Other.dbo.T AS y JOIN Lab.dbo.T AS x ON x.a = y.a" << 40517;
        QTest::newRow("a temporary table beside") << "CREATE TABLE #t (a int); SELECT * FROM Other.dbo.T AS y JOIN #t AS x ON x.a = y.a" << 40517;
        QTest::newRow("a function of the own database") << "SELECT DB_NAME() FROM Other.dbo.T" << 40517;
        QTest::newRow("INSERT") << "INSERT Other.dbo.T VALUES (4, N'four')" << 40517;
        QTest::newRow("UPDATE") << "UPDATE Other.dbo.T SET a = 4" << 40517;
        QTest::newRow("DELETE") << "DELETE Other.dbo.T" << 40517;
        QTest::newRow("INSERT from there") << "INSERT T SELECT a, b FROM Other.dbo.T" << 40517;
        QTest::newRow("SELECT INTO") << "SELECT * INTO U FROM Other.dbo.T" << 40517;
        QTest::newRow("CREATE TABLE") << "CREATE TABLE Other.dbo.N (a int)" << 40517;
        QTest::newRow("locks over there") << "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; BEGIN TRAN; SELECT * FROM Other.dbo.T" << 40517;
    }
    void refuses()
    {
        QFETCH(const QString, sql);
        QFETCH(const int, number);
        QCOMPARE(lab.run(sql.toStdString()).firstError(), number);
        lab.run("IF @@TRANCOUNT > 0 ROLLBACK; SET TRANSACTION ISOLATION LEVEL READ COMMITTED; IF OBJECT_ID('tempdb..#t') IS NOT NULL DROP TABLE #t");
        QCOMPARE(QString::fromStdString(lab.run("SELECT b FROM T; SELECT COUNT(*) FROM Other.dbo.T").text()), QString("lab\n3"));
    }

    // What the login may do is asked in the database that is read: a user there, and SELECT on the table; in procedures too.
    void permissions_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("expected"); // rows, or the error's number
        QTest::newRow("granted") << "SELECT SUM(c) FROM Other.HR.U" << "30";
        QTest::newRow("not granted") << "SELECT b FROM Other.dbo.T" << "!229";
        QTest::newRow("one of two") << "SELECT t.a FROM Other.HR.U AS u JOIN Other.dbo.T AS t ON t.a = u.a" << "!229";
        QTest::newRow("in a procedure of somebody who may") << "EXEC dbo.Ask" << "!229";
        QTest::newRow("no user there") << "SELECT * FROM Third.dbo.W" << "!916";
        QTest::newRow("the catalog over there") << "SELECT name FROM Other.sys.tables" << "U";
        QTest::newRow("the catalog of no user") << "SELECT name FROM Third.sys.tables" << "!916";
        QTest::newRow("changes") << "UPDATE Other.HR.U SET c = 0" << "!40517";
        QTest::newRow("at home afterwards") << "SELECT b FROM T" << "!229";
    }
    void permissions()
    {
        QFETCH(const QString, sql);
        QFETCH(const QString, expected);
        EngineFixture house;
        QCOMPARE(house.run("CREATE TABLE T (b int); CREATE LOGIN rita WITH PASSWORD = 'Reader-123'; CREATE USER rita FOR LOGIN rita").firstError(), 0);
        QCOMPARE(house.run("CREATE PROCEDURE dbo.Ask AS SELECT b FROM Other.dbo.T").firstError(), 0);
        QCOMPARE(house.run("GRANT EXECUTE ON dbo.Ask TO rita").firstError(), 0);
        QCOMPARE(house.run("CREATE DATABASE Other; CREATE DATABASE Third").firstError(), 0);
        auto there = house.newSession("Other");
        QCOMPARE(house.run("CREATE SCHEMA HR", {}, false, there.get()).firstError(), 0);
        QCOMPARE(house.run("CREATE TABLE T (a int, b int); CREATE TABLE HR.U (a int, c int); INSERT HR.U VALUES (1, 10), (2, 20); CREATE USER rita FOR "
                           "LOGIN rita; GRANT SELECT ON HR.U TO rita",
                         {}, false, there.get())
                     .firstError(),
            0);
        auto third = house.newSession("Third");
        QCOMPARE(house.run("CREATE TABLE W (a int)", {}, false, third.get()).firstError(), 0);
        auto rita = *house.engine->newSession({"rita", "Lab", "host", "tests", 0});
        const Answer answer = house.run(sql.toStdString(), {}, false, rita.get());
        const int error = answer.firstError();
        QCOMPARE(error ? "!" + QString::number(error) : QString::fromStdString(answer.text()), expected);
    }

private:
    EngineFixture lab;
    std::unique_ptr<EngineSession> other;
};

QTEST_GUILESS_MAIN(TestElsewhere)
#include "tst_engine_elsewhere.moc"
