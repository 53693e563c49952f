// Transactions, savepoints, what errors end, session options: the documented results of SQL Server.
#include "EngineFixture.h"

#include <QTest>

using es::sandbox::Answer;
using es::sandbox::EngineFixture;
using es::sandbox::EngineSession;
using es::sandbox::EnvKind;

namespace {

// Everything that an answer says, in words: rows, then errors and messages as "!number text" and "-text".
QString wordsOf(const Answer& answer)
{
    QStringList out;
    for (const Answer::Set& set : answer.sets)
        for (const std::string& row : set.rows)
            out << QString::fromStdString(row);
    for (const es::base::ServerError& error : answer.errors)
        out << "!" + QString::number(error.number);
    for (const es::base::ServerError& info : answer.infos)
        if (info.number != 5701) out << "-" + QString::fromStdString(info.message);
    return out.join(" ");
}

} // namespace

class TestEngineStatements : public QObject {
    Q_OBJECT

private slots:
    // One fresh database per row, with a table T (a int NOT NULL PRIMARY KEY). Batches are separated by "~~"; what the last one says is compared.
    void scripts_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* script, const char* expected) { QTest::newRow(name) << script << expected; };

        // SAVE TRANSACTION: back to the savepoint, the transaction stays.
        row("savepoint", "BEGIN TRAN; INSERT T VALUES (1); SAVE TRAN s; INSERT T VALUES (2); ROLLBACK TRAN s; SELECT @@TRANCOUNT; COMMIT~~SELECT a FROM T",
            "1");
        row("savepoint leaves the transaction open", "BEGIN TRAN; SAVE TRAN s; INSERT T VALUES (2); ROLLBACK TRAN s; SELECT @@TRANCOUNT, XACT_STATE()",
            "1|1");
        row("savepoint before the first write", "BEGIN TRAN; SAVE TRAN s; INSERT T VALUES (2); ROLLBACK TRAN s; COMMIT~~SELECT COUNT(*) FROM T", "0");
        row("savepoint twice", "BEGIN TRAN; SAVE TRAN s; INSERT T VALUES (1); ROLLBACK TRAN s; INSERT T VALUES (2); ROLLBACK TRAN s; COMMIT~~"
            "SELECT COUNT(*) FROM T", "0");
        row("the newest of equal names", "BEGIN TRAN; SAVE TRAN s; INSERT T VALUES (1); SAVE TRAN s; INSERT T VALUES (2); ROLLBACK TRAN s; COMMIT~~"
            "SELECT a FROM T", "1");
        row("an older savepoint", "BEGIN TRAN; SAVE TRAN p; INSERT T VALUES (1); SAVE TRAN q; INSERT T VALUES (2); ROLLBACK TRAN p; COMMIT~~"
            "SELECT COUNT(*) FROM T", "0");
        row("savepoint names know capital letters", "BEGIN TRAN; SAVE TRAN s; ROLLBACK TRAN S; SELECT @@TRANCOUNT", "1 !6401");
        row("savepoint in a variable", "DECLARE @n varchar(20) = 'mine'; BEGIN TRAN; SAVE TRAN @n; INSERT T VALUES (1); ROLLBACK TRAN mine; COMMIT~~"
            "SELECT COUNT(*) FROM T", "0");
        row("no such savepoint", "BEGIN TRAN; INSERT T VALUES (1); ROLLBACK TRAN nope; SELECT @@TRANCOUNT; COMMIT", "1 !6401");
        row("no such savepoint keeps the work", "BEGIN TRAN; INSERT T VALUES (1); ROLLBACK TRAN nope; COMMIT~~SELECT a FROM T", "1");
        row("save without a transaction", "SAVE TRAN s; SELECT 7", "7 !628");
        row("name of the transaction", "BEGIN TRAN outermost; BEGIN TRAN inmost; INSERT T VALUES (1); ROLLBACK TRAN outermost; SELECT @@TRANCOUNT", "0");
        row("name of an inner transaction", "BEGIN TRAN outermost; BEGIN TRAN inmost; ROLLBACK TRAN inmost; SELECT @@TRANCOUNT", "2 !6401");
        row("a name too long", "BEGIN TRAN abcdefghijklmnopqrstuvwxyz1234567; SELECT 1", "!103");
        row("all is undone with a savepoint inside", "BEGIN TRAN; SAVE TRAN s; INSERT T VALUES (1); ROLLBACK; SELECT @@TRANCOUNT, COUNT(*) FROM T", "0|0");

        // Nesting.
        row("nested", "BEGIN TRAN; BEGIN TRAN; SELECT @@TRANCOUNT; COMMIT; SELECT @@TRANCOUNT; COMMIT; SELECT @@TRANCOUNT", "2 1 0");
        row("rollback ends all levels", "BEGIN TRAN; BEGIN TRAN; INSERT T VALUES (1); COMMIT; ROLLBACK; SELECT @@TRANCOUNT, COUNT(*) FROM T", "0|0");
        row("commit without begin", "COMMIT; SELECT 7", "7 !3902");
        row("rollback without begin", "ROLLBACK TRAN; SELECT 7", "7 !3903");
        row("delayed durability", "BEGIN TRAN; INSERT T VALUES (1); COMMIT TRAN WITH (DELAYED_DURABILITY = ON)~~SELECT a FROM T", "1");
        row("commit work", "BEGIN TRAN; COMMIT WORK; SELECT @@TRANCOUNT", "0");
        row("state without a transaction", "SELECT XACT_STATE(), @@TRANCOUNT", "0|0");

        // IDENTITY: a number that was given out stays given out.
        row("identity after rollback", "CREATE TABLE I (i int IDENTITY, a int)~~BEGIN TRAN; INSERT I (a) VALUES (1), (2); ROLLBACK; INSERT I (a) VALUES (3); "
            "SELECT i FROM I", "3");
        row("identity after a savepoint", "CREATE TABLE I (i int IDENTITY, a int)~~BEGIN TRAN; SAVE TRAN s; INSERT I (a) VALUES (1); ROLLBACK TRAN s; "
            "INSERT I (a) VALUES (3); COMMIT; SELECT i FROM I", "2");

        // IMPLICIT_TRANSACTIONS.
        row("implicit by insert", "SET IMPLICIT_TRANSACTIONS ON; INSERT T VALUES (1); SELECT @@TRANCOUNT; ROLLBACK; SET IMPLICIT_TRANSACTIONS OFF; "
            "SELECT COUNT(*) FROM T", "1 0");
        row("implicit by select from a table", "SET IMPLICIT_TRANSACTIONS ON; SELECT a FROM T; SELECT @@TRANCOUNT", "1");
        row("not by select of a value", "SET IMPLICIT_TRANSACTIONS ON; SELECT 5; SELECT @@TRANCOUNT", "5 0");
        row("implicit and begin", "SET IMPLICIT_TRANSACTIONS ON; BEGIN TRAN; SELECT @@TRANCOUNT", "2");
        row("implicit after commit", "SET IMPLICIT_TRANSACTIONS ON; INSERT T VALUES (1); COMMIT; SELECT @@TRANCOUNT; INSERT T VALUES (2); SELECT @@TRANCOUNT",
            "0 1");

        // What an error ends.
        row("a statement", "INSERT T VALUES (1); INSERT T VALUES (1); INSERT T VALUES (2); SELECT a FROM T", "1 2 !2627");
        row("a statement in a transaction", "BEGIN TRAN; INSERT T VALUES (1); INSERT T VALUES (1); INSERT T VALUES (2); COMMIT; SELECT a FROM T", "1 2 !2627");
        row("division", "SELECT 1/0; SELECT 7", "7 !8134");
        row("the batch and the transaction", "BEGIN TRAN; INSERT T VALUES (1); SELECT CAST('x' AS int); SELECT 7~~SELECT @@TRANCOUNT, COUNT(*) FROM T", "0|0");
        row("the batch", "SELECT CAST('x' AS int); SELECT 7", "!245");
        row("XACT_ABORT", "SET XACT_ABORT ON; BEGIN TRAN; INSERT T VALUES (1); INSERT T VALUES (1); SELECT 7~~SELECT @@TRANCOUNT, COUNT(*) FROM T", "0|0");
        row("XACT_ABORT without a transaction", "SET XACT_ABORT ON; INSERT T VALUES (1); INSERT T VALUES (1); SELECT 7", "!2627");
        row("XACT_ABORT and RAISERROR", "SET XACT_ABORT ON; BEGIN TRAN; RAISERROR('x', 16, 1); SELECT @@TRANCOUNT", "1 !50000");
        row("XACT_ABORT and THROW", "SET XACT_ABORT ON; BEGIN TRAN; INSERT T VALUES (1); THROW 50001, 'x', 1~~SELECT @@TRANCOUNT, COUNT(*) FROM T", "0|0");
        row("THROW keeps the transaction", "BEGIN TRAN; INSERT T VALUES (1); THROW 50001, 'x', 1; SELECT 7~~SELECT @@TRANCOUNT, COUNT(*) FROM T", "1|1");

        // TRY.
        row("caught, transaction usable", "BEGIN TRAN; BEGIN TRY INSERT T VALUES (1); INSERT T VALUES (1) END TRY BEGIN CATCH SELECT XACT_STATE(), "
            "ERROR_NUMBER() END CATCH; COMMIT~~SELECT a FROM T", "1");
        row("caught, transaction doomed", "BEGIN TRAN; BEGIN TRY SELECT CAST('x' AS int) END TRY BEGIN CATCH SELECT XACT_STATE(), @@TRANCOUNT; ROLLBACK; "
            "SELECT XACT_STATE() END CATCH", "-1|1 0");
        row("XACT_ABORT dooms", "SET XACT_ABORT ON; BEGIN TRAN; BEGIN TRY INSERT T VALUES (1); INSERT T VALUES (1) END TRY BEGIN CATCH SELECT XACT_STATE(); "
            "ROLLBACK END CATCH; SELECT COUNT(*) FROM T", "-1 0");
        row("a doomed transaction cannot be committed", "SET XACT_ABORT ON; BEGIN TRAN; BEGIN TRY SELECT 1/0 END TRY BEGIN CATCH COMMIT END CATCH",
            "!3930");
        row("a doomed transaction cannot write", "SET XACT_ABORT ON; BEGIN TRAN; BEGIN TRY SELECT 1/0 END TRY BEGIN CATCH INSERT T VALUES (1) END CATCH",
            "!3930");
        row("a doomed transaction can read", "INSERT T VALUES (5); BEGIN TRAN; BEGIN TRY SELECT CAST('x' AS int) END TRY BEGIN CATCH SELECT a FROM T; ROLLBACK "
            "END CATCH", "5");
        row("doomed at the end", "SET XACT_ABORT ON; BEGIN TRAN; BEGIN TRY SELECT 1/0 END TRY BEGIN CATCH END CATCH; SELECT @@TRANCOUNT", "1 !3998");
        row("doomed at the end is rolled back", "SET XACT_ABORT ON; BEGIN TRAN; INSERT T VALUES (1); BEGIN TRY SELECT 1/0 END TRY BEGIN CATCH END CATCH~~"
            "SELECT @@TRANCOUNT, COUNT(*) FROM T", "0|0");
        row("what is not there is not caught in its own scope", "BEGIN TRY SELECT * FROM Nowhere END TRY BEGIN CATCH SELECT 7 END CATCH", "!208");

        // Isolation.
        row("snapshot is not allowed", "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; SELECT 1; SELECT a FROM T", "1 !3952");
        row("snapshot, begin alone", "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRAN t; SELECT @@TRANCOUNT", "1");
        row("serializable", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; BEGIN TRAN; SELECT COUNT(*) FROM T; COMMIT", "0");
    }
    void scripts()
    {
        QFETCH(const QString, script);
        QFETCH(const QString, expected);
        EngineFixture lab;
        QCOMPARE(lab.run("CREATE TABLE T (a int NOT NULL PRIMARY KEY)").firstError(), 0);
        Answer answer;
        for (const QString& batch : script.split("~~"))
            answer = lab.run(batch.toStdString());
        QCOMPARE(wordsOf(answer), expected);
    }

    // What drivers send instead of statements.
    void transactionRequests()
    {
        EngineFixture lab;
        lab.run("CREATE TABLE T (a int)");
        EngineSession& session = *lab.session;
        Answer begun;
        QVERIFY(session.beginTransaction(begun, {"outermost", 4}));
        QCOMPARE(begun.notices.size(), std::size_t{1});
        QVERIFY(begun.notices[0].kind == EnvKind::kBeginTransaction);
        lab.run("INSERT T VALUES (1)");
        QVERIFY(session.saveTransaction("half way"));
        lab.run("INSERT T VALUES (2)");
        Answer back;
        QVERIFY(session.rollbackTransaction(back, "half way"));
        QVERIFY(back.notices.empty()); // the transaction has not ended
        QCOMPARE(session.transactionCount(), 1);
        QCOMPARE(session.rollbackTransaction(back, "elsewhere").error().server->number, 6401);
        QVERIFY(session.commitTransaction(back));
        QCOMPARE(back.notices.size(), std::size_t{1});
        QCOMPARE(wordsOf(lab.run("SELECT a FROM T")), QString("1"));
        QCOMPARE(session.saveTransaction("x").error().server->number, 628);
        QCOMPARE(session.rollbackTransaction(back, "").error().server->number, 3903);
    }

    // The client learns of a transaction that a statement began.
    void implicitTransactionIsAnnounced()
    {
        EngineFixture lab;
        lab.run("CREATE TABLE T (a int)");
        lab.run("SET IMPLICIT_TRANSACTIONS ON");
        const Answer answer = lab.run("INSERT T VALUES (1)");
        QCOMPARE(answer.notices.size(), std::size_t{1});
        QVERIFY(answer.notices[0].kind == EnvKind::kBeginTransaction);
    }
};

QTEST_GUILESS_MAIN(TestEngineStatements)
#include "tst_engine_statements.moc"
