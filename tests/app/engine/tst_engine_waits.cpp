// Two sessions that would deadlock on SQL Server: here one waits for the other, and nobody is a victim. A database has one writer at a time and
// no transaction changes two databases, so no circle of waiting sessions can close. Each case ends long before a lock's time-out.
#include "EngineFixture.h"

#include <QElapsedTimer>
#include <QtTest>

#include <semaphore>
#include <thread>

using namespace es;
using namespace es::sandbox;

namespace {

constexpr qint64 kPatienceMs = 30'000; // after which the engine itself would give up (1222)

} // namespace

class TestWaits : public QObject {
    Q_OBJECT

private slots:
    void init() { m_clock.start(); }
    void cleanup() { QVERIFY2(m_clock.elapsed() < kPatienceMs / 2, "somebody waited for a time-out"); }

    // The usual circle: each has changed one table and wants the other's.
    void twoTablesInTurn_data()
    {
        QTest::addColumn<QString>("isolation");
        for (const char* level : {"READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"})
            QTest::newRow(level) << QString(level);
    }
    void twoTablesInTurn()
    {
        QFETCH(const QString, isolation);
        EngineFixture lab;
        lab.run("CREATE TABLE A (n int); CREATE TABLE B (n int); INSERT A VALUES (0); INSERT B VALUES (0)");
        auto other = lab.newSession("Lab");
        const std::string level = "SET TRANSACTION ISOLATION LEVEL " + isolation.toStdString() + "; ";
        QCOMPARE(lab.run(level + "BEGIN TRAN; UPDATE A SET n = n + 1").firstError(), 0);
        Answer second;
        std::binary_semaphore begun(0);
        std::thread rival([&] {
            begun.release();
            lab.runInto(second, level + "BEGIN TRAN; UPDATE B SET n = n + 10; UPDATE A SET n = n + 10; COMMIT", {}, false, other.get());
        });
        begun.acquire();
        QCOMPARE(lab.run("UPDATE B SET n = n + 1; COMMIT").firstError(), 0);
        rival.join();
        QCOMPARE(second.firstError(), 0);
        QCOMPARE(lab.run("SELECT A.n, B.n, @@TRANCOUNT FROM A, B").text(), std::string("11|11|0"));
    }

    // Both read, then both write what they read: on SQL Server neither could turn its shared lock into an exclusive one.
    void twoReadersWhoWrite_data() { twoTablesInTurn_data(); }
    void twoReadersWhoWrite()
    {
        QFETCH(const QString, isolation);
        EngineFixture lab;
        lab.run("CREATE TABLE A (n int); INSERT A VALUES (0)");
        auto other = lab.newSession("Lab");
        const std::string level = "SET TRANSACTION ISOLATION LEVEL " + isolation.toStdString() + "; ";
        QCOMPARE(lab.run(level + "BEGIN TRAN; SELECT n FROM A").text(), std::string("0"));
        Answer second;
        std::binary_semaphore begun(0);
        std::thread rival([&] {
            begun.release();
            lab.runInto(second, level + "BEGIN TRAN; SELECT n FROM A; UPDATE A SET n = n + 10; COMMIT", {}, false, other.get());
        });
        begun.acquire();
        QCOMPARE(lab.run("UPDATE A SET n = n + 1; COMMIT").firstError(), 0);
        rival.join();
        QCOMPARE(second.firstError(), 0);
        QCOMPARE(lab.run("SELECT n FROM A").text(), std::string("11"));
    }

    // Two databases in one transaction: refused by name, and what was done so far stays as it is.
    void aTransactionKeepsToItsDatabase()
    {
        EngineFixture lab;
        lab.run("CREATE TABLE A (n int); INSERT A VALUES (0)");
        QCOMPARE(lab.run("CREATE DATABASE Other").firstError(), 0);
        auto other = lab.newSession("Other");
        QCOMPARE(lab.run("CREATE TABLE B (n int); INSERT B VALUES (0)", {}, false, other.get()).firstError(), 0);
        QCOMPARE(lab.run("BEGIN TRAN; UPDATE A SET n = 1").firstError(), 0);
        QCOMPARE(lab.run("BEGIN TRAN; UPDATE B SET n = 1", {}, false, other.get()).firstError(), 0);
        QCOMPARE(lab.run("UPDATE Other.dbo.B SET n = 2").firstError(), 40517);
        QCOMPARE(lab.run("USE Other").firstError(), 40517);
        QCOMPARE(lab.run("UPDATE Lab.dbo.A SET n = 2", {}, false, other.get()).firstError(), 40517);
        // Reading waits for nobody: it sees what is committed.
        QCOMPARE(lab.run("SELECT n FROM Other.dbo.B").text(), std::string("0"));
        QCOMPARE(lab.run("SELECT n FROM Lab.dbo.A", {}, false, other.get()).text(), std::string("0"));
        QCOMPARE(lab.run("SELECT @@TRANCOUNT; COMMIT").text(), std::string("1"));
        QCOMPARE(lab.run("SELECT @@TRANCOUNT; COMMIT", {}, false, other.get()).text(), std::string("1"));
        QCOMPARE(lab.run("SELECT n FROM Other.dbo.B").text(), std::string("1"));
    }

    // A transaction that has written to master would wait for itself.
    void databasesAreNotMadeInsideATransaction_data()
    {
        QTest::addColumn<QString>("statement");
        QTest::newRow("made") << "CREATE DATABASE Late";
        QTest::newRow("dropped") << "DROP DATABASE Lab";
    }
    void databasesAreNotMadeInsideATransaction()
    {
        QFETCH(const QString, statement);
        EngineFixture lab;
        QCOMPARE(lab.run("USE master; BEGIN TRAN; CREATE TABLE A (n int)").firstError(), 0);
        QCOMPARE(lab.run(statement.toStdString()).firstError(), 226);
        QCOMPARE(lab.run("IF @@TRANCOUNT > 0 ROLLBACK; USE Lab; SELECT DB_NAME()").text(), std::string("Lab"));
    }

private:
    QElapsedTimer m_clock;
};

QTEST_GUILESS_MAIN(TestWaits)
#include "tst_engine_waits.moc"
