// Transactions, savepoints, what errors end, session options: the documented results of SQL Server.
#include "ScriptReader.h"

#include <QTest>

#include <thread>

using es::sandbox::Answer;
using es::sandbox::EngineFixture;
using es::sandbox::EngineSession;
using es::sandbox::EnvKind;
using es::sandbox::runScript;
using es::sandbox::wordsOf;

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
        QCOMPARE(wordsOf(runScript(lab, script)), expected);
    }

    // Procedures, EXEC, views, temporary tables, table variables: as scripts().
    void modules_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* script, const char* expected) { QTest::newRow(name) << script << expected; };

        // Procedures.
        row("procedure", "CREATE PROCEDURE p AS SELECT 7~~EXEC p", "7");
        row("without EXEC", "CREATE PROCEDURE p AS SELECT 7~~p", "7");
        row("by schema", "CREATE PROC dbo.p AS SELECT 7~~EXECUTE Lab.dbo.P", "7");
        row("positional", "CREATE PROC p @a int, @b varchar(5) AS SELECT @a, @b~~EXEC p 3, 'x'", "3|x");
        row("named, any order", "CREATE PROC p @a int, @b varchar(5) AS SELECT @a, @b~~EXEC p @b = 'x', @a = 3", "3|x");
        row("default", "CREATE PROC p @a int = 5, @b varchar(5) = 'q' AS SELECT @a, @b~~EXEC p; EXEC p DEFAULT, 'r'; EXEC p @b = 's'", "5|q 5|r 5|s");
        row("bare word", "CREATE PROC p @a varchar(9) AS SELECT @a~~EXEC p hello", "hello");
        row("an argument too long is cut", "CREATE PROC p @a varchar(3) AS SELECT @a~~EXEC p 'abcdef'", "abc");
        row("argument of another type", "CREATE PROC p @a int AS SELECT @a~~EXEC p '12'", "12");
        row("argument that cannot be converted", "CREATE PROC p @a int AS SELECT @a~~EXEC p 'x'; SELECT 7", "!8114");
        row("missing argument", "CREATE PROC p @a int AS SELECT @a~~EXEC p; SELECT 7", "7 !201");
        row("too many arguments", "CREATE PROC p @a int AS SELECT @a~~EXEC p 1, 2", "!8144");
        row("no parameters", "CREATE PROC p AS SELECT 1~~EXEC p 1", "!8146");
        row("unknown name", "CREATE PROC p @a int AS SELECT @a~~EXEC p @z = 1", "!8145");
        row("twice", "CREATE PROC p @a int AS SELECT @a~~EXEC p 1, @a = 1", "!8143");
        row("position after name", "CREATE PROC p @a int, @b int AS SELECT @a~~EXEC p @a = 1, 2", "!119");
        row("output", "CREATE PROC p @a int, @b int OUTPUT AS SET @b = @a * 2~~DECLARE @r int = 1; EXEC p 4, @r OUTPUT; SELECT @r", "8");
        row("output not asked for", "CREATE PROC p @a int, @b int OUTPUT AS SET @b = @a * 2~~DECLARE @r int = 1; EXEC p 4, @r; SELECT @r", "1");
        row("output of an input", "CREATE PROC p @a int AS SET @a = 2~~DECLARE @r int = 1; EXEC p @r OUTPUT", "!8162");
        row("return value", "CREATE PROC p @a int AS RETURN @a + 1~~DECLARE @r int; EXEC @r = p 4; SELECT @r", "5");
        row("return zero", "CREATE PROC p AS SELECT 1~~DECLARE @r int = 9; EXEC @r = p; SELECT @r", "1 0");
        row("return in the middle", "CREATE PROC p AS SELECT 1; RETURN; SELECT 2~~EXEC p", "1");
        row("return of NULL", "CREATE PROC p AS RETURN NULL~~DECLARE @r int = 9; EXEC @r = p; SELECT @r",
            "0 -The 'p' procedure attempted to return a status of NULL, which is not allowed. A status of 0 will be returned instead.");
        row("status after an error", "CREATE PROC p AS INSERT T VALUES (1); INSERT T VALUES (1)~~DECLARE @r int; EXEC @r = p; SELECT @r", "-4 !2627");
        row("return value in a batch", "RETURN 5", "!178");
        row("alter", "CREATE PROC p AS SELECT 1~~ALTER PROC p AS SELECT 2~~EXEC p", "2");
        row("create or alter", "CREATE OR ALTER PROC p AS SELECT 1~~CREATE OR ALTER PROC p AS SELECT 2~~EXEC p", "2");
        row("create twice", "CREATE PROC p AS SELECT 1~~CREATE PROC p AS SELECT 2", "!2714");
        row("alter of nothing", "ALTER PROC p AS SELECT 2", "!208");
        row("drop", "CREATE PROC p AS SELECT 1~~DROP PROC p~~EXEC p", "!2812");
        row("drop of nothing", "DROP PROC p; SELECT 7", "7 !3701");
        row("drop if exists", "DROP PROC IF EXISTS p; SELECT 7", "7");
        row("tables made later", "CREATE PROC p AS SELECT a FROM Later~~CREATE TABLE Later (a int)~~INSERT Later VALUES (3)~~EXEC p", "3");
        row("no such column", "CREATE PROC p AS SELECT nope FROM T", "!207");
        row("what is refused is refused when it is defined", "CREATE PROC p AS MERGE T USING T AS s ON 1 = 1 WHEN MATCHED THEN DELETE;", "!40517");
        row("nesting level", "CREATE PROC p AS SELECT @@NESTLEVEL~~CREATE PROC q AS EXEC p; SELECT @@NESTLEVEL~~EXEC q; SELECT @@NESTLEVEL", "2 1 0");
        row("recursion", "CREATE PROC p @n int AS IF @n > 0 BEGIN DECLARE @m int = @n - 1; EXEC p @m; SELECT @n END~~EXEC p 3", "1 2 3");
        row("endless recursion", "CREATE PROC p AS EXEC p~~EXEC p; SELECT 7", "!217");
        row("an error inside does not end the caller", "CREATE PROC p AS SELECT * FROM Nowhere; SELECT 1~~EXEC p; SELECT 7", "7 !208");
        row("and is caught by the caller", "CREATE PROC p AS SELECT * FROM Nowhere~~BEGIN TRY EXEC p END TRY BEGIN CATCH SELECT ERROR_NUMBER(), "
            "ERROR_PROCEDURE(), ERROR_LINE() END CATCH", "208|p|1");
        row("a conversion error ends everything", "CREATE PROC p AS SELECT CAST('x' AS int)~~EXEC p; SELECT 7", "!245");
        row("caught inside", "CREATE PROC p AS BEGIN TRY SELECT 1/0 END TRY BEGIN CATCH SELECT ERROR_NUMBER() END CATCH~~EXEC p; SELECT 7", "8134 7");
        row("rethrown", "CREATE PROC p AS BEGIN TRY SELECT 1/0 END TRY BEGIN CATCH THROW END CATCH~~BEGIN TRY EXEC p END TRY BEGIN CATCH SELECT "
            "ERROR_NUMBER() END CATCH", "8134");
        row("SET ends with the procedure", "CREATE PROC p AS SET XACT_ABORT ON~~EXEC p; INSERT T VALUES (1); INSERT T VALUES (1); SELECT 7", "7 !2627");
        row("transaction left open", "CREATE PROC p AS BEGIN TRAN~~EXEC p; SELECT @@TRANCOUNT", "1 !266");
        row("transaction ended", "CREATE PROC p AS COMMIT~~BEGIN TRAN; EXEC p; SELECT @@TRANCOUNT", "0 !266");
        row("object id and definition", "CREATE PROC p AS SELECT 1~~SELECT OBJECT_DEFINITION(OBJECT_ID('p')), OBJECT_NAME(OBJECT_ID('dbo.p', 'P'))",
            "CREATE PROC p AS SELECT 1|p");
        row("catalog", "CREATE PROC p @a int, @b varchar(5) OUTPUT AS SELECT 1~~SELECT o.name, a.name, a.parameter_id, a.max_length, a.is_output FROM "
            "sys.procedures o JOIN sys.parameters a ON a.object_id = o.object_id ORDER BY a.parameter_id", "p|@a|1|4|0 p|@b|2|5|1");
        row("sql_modules", "CREATE PROC p AS SELECT 1~~ALTER PROC p AS SELECT 2~~SELECT definition FROM sys.sql_modules", "CREATE PROC p AS SELECT 2");
        row("sp_helptext", "CREATE PROC p AS\nSELECT 1~~EXEC sp_helptext 'p'", "CREATE PROC p AS\n SELECT 1");

        // EXEC of text and of a variable, sp_executesql.
        row("text", "DECLARE @t varchar(9) = 'T'; EXEC ('SELECT COUNT(*) FROM ' + @t)", "0");
        row("text sees no variables", "DECLARE @a int = 1; EXEC ('SELECT @a'); SELECT 7", "7 !137");
        row("text that is wrong", "EXEC ('SELEC 1 FROM'); SELECT 7", "7 !156");
        row("text that is wrong, caught", "BEGIN TRY EXEC ('SELECT FROM') END TRY BEGIN CATCH SELECT ERROR_NUMBER() END CATCH", "156");
        row("procedure in a variable", "CREATE PROC p @a int AS SELECT @a~~DECLARE @n sysname = 'dbo.p'; EXEC @n 4", "4");
        row("executesql", "DECLARE @r int; EXEC sp_executesql N'SET @o = @i + 1', N'@i int, @o int OUTPUT', @i = 4, @o = @r OUTPUT; SELECT @r", "5");
        row("executesql, caught", "BEGIN TRY EXEC sp_executesql N'SELECT 1/0' END TRY BEGIN CATCH SELECT ERROR_NUMBER() END CATCH", "8134");
        row("executesql without an argument", "EXEC sp_executesql N'SELECT @a', N'@a int'", "!8178");
        row("insert exec", "CREATE PROC p AS SELECT 1 UNION ALL SELECT 2~~INSERT T EXEC p; SELECT @@ROWCOUNT; SELECT a FROM T", "2 1 2");
        row("insert exec of text", "INSERT INTO T (a) EXEC ('SELECT 4; SELECT 5'); SELECT a FROM T", "4 5");
        row("insert exec is whole", "CREATE PROC p AS SELECT 1 UNION ALL SELECT 1~~INSERT T EXEC p; SELECT COUNT(*) FROM T", "0 !2627");
        row("insert exec of other columns", "INSERT T EXEC ('SELECT 1, 2')", "!213");
        row("insert exec nested", "CREATE PROC p AS SELECT 1~~CREATE PROC q AS INSERT T EXEC p; SELECT a FROM T~~INSERT T EXEC q", "!8164");

        // Views.
        row("view", "CREATE VIEW v AS SELECT a, a + 1 AS b FROM T~~INSERT T VALUES (1), (2)~~SELECT b FROM v WHERE a = 2", "3");
        row("view with names", "CREATE VIEW v (x, y) AS SELECT a, 2 FROM T~~INSERT T VALUES (1)~~SELECT v.y, x FROM dbo.v", "2|1");
        row("view of a view", "CREATE VIEW v AS SELECT a FROM T~~CREATE VIEW w AS SELECT a * 10 AS b FROM v~~INSERT T VALUES (4)~~SELECT b FROM w", "40");
        row("view joined", "CREATE VIEW v AS SELECT a FROM T~~INSERT T VALUES (1), (2)~~SELECT x.a, y.a FROM v x JOIN v y ON y.a = x.a + 1", "1|2");
        row("view keeps its columns", "CREATE TABLE U (a int)~~CREATE VIEW v AS SELECT * FROM U~~ALTER TABLE U ADD b int~~INSERT U VALUES (1, 2)~~SELECT * FROM v",
            "1");
        row("sp_refreshview", "CREATE TABLE U (a int)~~CREATE VIEW v AS SELECT * FROM U~~ALTER TABLE U ADD b int~~INSERT U VALUES (1, 2)~~EXEC sp_refreshview 'v'; "
            "SELECT * FROM v", "1|2");
        row("view without a name", "CREATE VIEW v AS SELECT a + 1 FROM T", "!4511");
        row("view with a name twice", "CREATE VIEW v AS SELECT a, a FROM T", "!4506");
        row("view ordered", "CREATE VIEW v AS SELECT a FROM T ORDER BY a", "!1033");
        row("view of nothing", "CREATE VIEW v AS SELECT a FROM Nowhere", "!208");
        row("view whose table is gone", "CREATE TABLE U (a int)~~CREATE VIEW v AS SELECT a FROM U~~DROP TABLE U~~SELECT * FROM v", "!4413");
        row("alter view", "CREATE VIEW v AS SELECT a FROM T~~ALTER VIEW v AS SELECT 5 AS b~~SELECT b FROM v", "5");
        row("drop view", "CREATE VIEW v AS SELECT a FROM T~~DROP VIEW v~~SELECT a FROM v", "!208");
        row("drop table of a view", "CREATE VIEW v AS SELECT a FROM T~~DROP TABLE v", "!3705");
        row("sys.views", "CREATE VIEW v AS SELECT a FROM T~~SELECT v.name, c.name FROM sys.views v JOIN sys.columns c ON c.object_id = v.object_id", "v|a");

        // Temporary tables.
        row("temporary", "CREATE TABLE #t (a int, b varchar(5))~~INSERT #t VALUES (1, 'x')~~SELECT a, b FROM #t", "1|x");
        row("temporary, its column", "CREATE TABLE #t (a int); INSERT #t VALUES (2); UPDATE #t SET a = a + 1; SELECT #t.a FROM #t WHERE #t.a = 3", "3");
        row("temporary identity and key", "CREATE TABLE #t (i int IDENTITY(5, 5) PRIMARY KEY, a int NOT NULL DEFAULT 9); INSERT #t DEFAULT VALUES; INSERT #t (a) "
            "VALUES (1); SELECT i, a FROM #t", "5|9 10|1");
        row("temporary duplicate", "CREATE TABLE #t (a int PRIMARY KEY); INSERT #t VALUES (1); INSERT #t VALUES (1); SELECT COUNT(*) FROM #t", "1 !2627");
        row("temporary twice", "CREATE TABLE #t (a int)~~CREATE TABLE #t (a int)", "!2714");
        row("temporary dropped", "CREATE TABLE #t (a int); DROP TABLE #t; SELECT a FROM #t", "!208");
        row("temporary dropped if exists", "DROP TABLE IF EXISTS #t; CREATE TABLE #t (a int); DROP TABLE IF EXISTS tempdb..#t; SELECT 7", "7");
        row("object id in tempdb", "CREATE TABLE #t (a int); SELECT CASE WHEN OBJECT_ID('tempdb..#t') IS NULL THEN 0 ELSE 1 END, OBJECT_ID('tempdb..#u')", "1|NULL");
        row("temporary rolled back", "BEGIN TRAN; CREATE TABLE #t (a int); ROLLBACK; SELECT a FROM #t", "!208");
        row("temporary rows rolled back", "CREATE TABLE #t (a int); BEGIN TRAN; INSERT #t VALUES (1); ROLLBACK; SELECT COUNT(*) FROM #t", "0");
        row("temporary joined", "INSERT T VALUES (1), (2); CREATE TABLE #t (a int); INSERT #t SELECT a FROM T; SELECT COUNT(*) FROM #t x JOIN T y ON x.a = y.a", "2");
        row("temporary truncated", "CREATE TABLE #t (a int); INSERT #t VALUES (1); TRUNCATE TABLE #t; SELECT COUNT(*) FROM #t", "0");
        row("temporary altered", "CREATE TABLE #t (a int)~~ALTER TABLE #t ADD b int NULL~~INSERT #t VALUES (1, 2)~~SELECT * FROM #t", "1|2");
        row("temporary index", "CREATE TABLE #t (a int); CREATE UNIQUE INDEX i ON #t (a); INSERT #t VALUES (1); INSERT #t VALUES (1)", "!2601");
        row("temporary of a procedure", "CREATE PROC p AS CREATE TABLE #t (a int); INSERT #t VALUES (1); SELECT a FROM #t~~EXEC p; SELECT a FROM #t", "1 !208");
        row("temporary of the caller", "CREATE PROC p AS INSERT #t VALUES (1)~~CREATE TABLE #t (a int); EXEC p; SELECT a FROM #t", "1");
        row("temporary of the same name inside", "CREATE PROC p AS CREATE TABLE #t (b int); INSERT #t VALUES (5); SELECT b FROM #t~~CREATE TABLE #t (a int); "
            "INSERT #t VALUES (1); EXEC p; SELECT a FROM #t", "5 1");
        row("temporary of a text", "EXEC ('CREATE TABLE #t (a int)'); SELECT a FROM #t", "!208");
        row("temporary in another database", "CREATE TABLE #t (i int IDENTITY PRIMARY KEY, a varchar(9)); INSERT #t VALUES ('x'), ('y'); USE master; SELECT i, a FROM #t; "
            "INSERT #t VALUES ('z'); USE Lab; SELECT MAX(i), COUNT(*) FROM #t", "1|x 2|y 3|3");
        row("temporary for all", "CREATE TABLE ##t (a int)", "!40517");
        row("select into", "INSERT T VALUES (1), (2)~~SELECT a, a * 10 AS b INTO #t FROM T WHERE a > 1; SELECT @@ROWCOUNT; SELECT * FROM #t", "1 2|20");
        row("select into a table", "INSERT T VALUES (1)~~SELECT a AS x, 'abc' AS y INTO Copy FROM T~~SELECT x, y FROM Copy", "1|abc");
        row("select into hands identity on", "CREATE TABLE I (i int IDENTITY(3, 3), a int); INSERT I VALUES (7)~~SELECT * INTO #t FROM I; INSERT #t VALUES (8); SELECT i FROM #t",
            "3 6");
        row("select into twice", "SELECT 1 AS a INTO #t; SELECT 2 AS a INTO #t", "!2714");
        row("select into without a name", "SELECT 1 INTO #t", "!1038");

        // Table variables.
        row("table variable", "DECLARE @t TABLE (a int PRIMARY KEY, b varchar(5)); INSERT @t VALUES (1, 'x'), (2, 'y'); DELETE @t WHERE a = 1; SELECT * FROM @t", "2|y");
        row("table variable joined", "INSERT T VALUES (2); DECLARE @t TABLE (a int); INSERT INTO @t SELECT 2; SELECT x.a FROM @t AS x JOIN T ON T.a = x.a", "2");
        row("table variable ends with the batch", "DECLARE @t TABLE (a int)~~SELECT * FROM @t", "!1087");
        row("table variable of another scope", "DECLARE @t TABLE (a int); EXEC ('SELECT * FROM @t')", "!1087");
        row("table variable is not rolled back", "DECLARE @t TABLE (a int); BEGIN TRAN; INSERT @t VALUES (1); INSERT T VALUES (1); ROLLBACK; SELECT (SELECT COUNT(*) FROM @t), "
            "COUNT(*) FROM T", "1|0");
        row("table variable in an open transaction", "BEGIN TRAN~~DECLARE @t TABLE (a int); INSERT @t VALUES (1); ROLLBACK; SELECT a FROM @t", "1");
        row("table variable in a procedure", "CREATE PROC p AS DECLARE @t TABLE (i int IDENTITY, a int); INSERT @t (a) VALUES (5), (6); SELECT i, a FROM @t~~EXEC p; EXEC p",
            "1|5 2|6 1|5 2|6");
        row("table variable, insert exec", "DECLARE @t TABLE (a int); INSERT @t EXEC ('SELECT 3'); SELECT a FROM @t", "3");
    }
    void modules() { scripts(); }

    // Messages and options: as scripts().
    void options_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* script, const char* expected) { QTest::newRow(name) << script << expected; };
        // From the documentation of RAISERROR: the same text twice.
        row("raiserror, documented", "RAISERROR (N'This is message %s %d.', 10, 1, N'number', 5)", "-This is message number 5.");
        row("raiserror, width and precision", "RAISERROR (N'<<%*.*s>>', 10, 1, 7, 3, N'abcde')", "-<<    abc>>");
        row("raiserror, width and precision written", "RAISERROR (N'<<%7.3s>>', 10, 1, N'abcde')", "-<<    abc>>");
        row("raiserror, numbers", "RAISERROR ('%05d|%-4d|%+d|%x|%X|%o|%u|%i|%%', 10, 1, 42, 7, 3, 255, 255, 8, 9, -1)", "-00042|7   |+3|ff|FF|10|9|-1|%");
        row("raiserror, NULL and missing", "DECLARE @n varchar(3); RAISERROR ('%s %d', 10, 1, @n)", "-(null) (null)");
        row("raiserror, wrong kind", "RAISERROR ('%d', 16, 1, 'x')", "!2786");
        row("raiserror, severity in CATCH", "BEGIN TRY RAISERROR ('x%d', 12, 3, 5) END TRY BEGIN CATCH SELECT ERROR_NUMBER(), ERROR_SEVERITY(), ERROR_STATE(), ERROR_MESSAGE() "
            "END CATCH", "50000|12|3|x5");
        row("raiserror of 10 is not caught", "BEGIN TRY RAISERROR ('x', 10, 1); SELECT 7 END TRY BEGIN CATCH SELECT 8 END CATCH", "7 -x");
        row("raiserror sets @@ERROR", "RAISERROR ('x', 16, 1); SELECT @@ERROR", "50000 !50000");
        row("raiserror of 10 does not", "RAISERROR ('x', 10, 1); SELECT @@ERROR; RAISERROR ('y', 10, 1) WITH SETERROR; SELECT @@ERROR", "0 50000 -x -y");
        row("raiserror of 19", "RAISERROR ('x', 19, 1)", "!2754");
        row("raiserror by number", "RAISERROR (50005, 16, 1)", "!18054");
        row("NOEXEC", "SET NOEXEC ON; INSERT T VALUES (1); SELECT 5; SET NOEXEC OFF; SELECT COUNT(*) FROM T", "0");
        row("PARSEONLY", "SET PARSEONLY ON~~SELECT nope FROM nowhere", "");
        row("PARSEONLY still parses", "SET PARSEONLY ON~~SELECT FROM", "!156");
        row("PARSEONLY off again", "SET PARSEONLY ON~~SET PARSEONLY OFF~~SELECT 7", "7");
        row("FMTONLY", "SET FMTONLY ON; CREATE TABLE U (a int); INSERT T VALUES (1); SELECT a INTO V FROM T; SET FMTONLY OFF; SELECT COUNT(*) FROM T; SELECT OBJECT_ID('U'), OBJECT_ID('V')", "0 NULL|NULL");
        row("a schema that holds a procedure", "CREATE SCHEMA s~~CREATE PROC s.p AS SELECT 1~~DROP SCHEMA s", "!3729");
        row("ROWCOUNT", "INSERT T VALUES (1), (2), (3); SET ROWCOUNT 2; SELECT a FROM T ORDER BY a", "1 2");
        row("ROWCOUNT and changes", "INSERT T VALUES (1), (2); SET ROWCOUNT 1; DELETE T", "!40517");
        row("columns are NULL unless said", "CREATE TABLE U (a int)~~INSERT U VALUES (NULL)~~SELECT a FROM U", "NULL");
        row("columns are NOT NULL when asked", "SET ANSI_NULL_DFLT_ON OFF~~CREATE TABLE U (a int)~~INSERT U VALUES (NULL)", "!515");
        row("ANSI_DEFAULTS", "SET ANSI_DEFAULTS ON; INSERT T VALUES (1); SELECT @@TRANCOUNT", "1");
        row("ANSI_NULLS OFF", "SET ANSI_NULLS OFF", "!40517");
        row("ANSI_WARNINGS OFF", "SET ANSI_WARNINGS OFF", "!40517");
        row("NUMERIC_ROUNDABORT ON", "SET NUMERIC_ROUNDABORT ON", "!40517");
        row("an option that is none", "SET NONSENSE ON", "!195");
        row("USE in a procedure", "CREATE PROC p AS USE master", "!154");
        row("temporary with a check", "CREATE TABLE #t (a int CHECK (a > 0))", "!40517");
        row("throw of a small number", "THROW 49999, 'x', 1", "!35100");
        row("@@ROWCOUNT after SET", "INSERT T VALUES (1), (2); DECLARE @r int; SET @r = 5; SELECT @@ROWCOUNT", "1");
        row("@@ROWCOUNT after an option", "INSERT T VALUES (1), (2); SET XACT_ABORT OFF; SELECT @@ROWCOUNT", "0");
        row("wait", "WAITFOR DELAY '00:00:00.010'; SELECT 7", "7");
        row("wait wrongly", "WAITFOR DELAY 'soon'", "!148");
        row("another database", "SELECT COUNT(*) FROM master.sys.tables", "0");
        row("a table of another database", "CREATE TABLE master.dbo.U (a int)", "!40517");
    }
    void options() { scripts(); }

    void waitEndsWithTheClient()
    {
        EngineFixture lab;
        std::stop_source stop;
        std::jthread canceller([&] { stop.request_stop(); });
        Answer answer;
        QVERIFY(lab.runInto(answer, "WAITFOR DELAY '01:00:00'", {}, false, nullptr, stop.get_token()) == es::sandbox::ExecOutcome::kCancelled);
    }

    // Parameters of a procedure take the encryption of the columns they meet; a describe of the call shows it.
    void encryptedParameters()
    {
        EngineFixture lab;
        lab.makeKeys();
        QCOMPARE(lab.run("CREATE TABLE E (id int, ssn char(11) COLLATE Latin1_General_BIN2 ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = "
                         "DETERMINISTIC, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256'))").firstError(), 0);
        QCOMPARE(lab.run("CREATE PROC Put @id int, @ssn char(11) AS INSERT E VALUES (@id, @ssn)").firstError(), 0);
        QCOMPARE(lab.run("CREATE PROC Find @ssn char(11) AS SELECT id FROM E WHERE ssn = @ssn").firstError(), 0);
        QCOMPARE(wordsOf(lab.run("SELECT name, encryption_type_desc, column_encryption_key_id FROM sys.parameters WHERE name = '@ssn'")),
            QString("@ssn|DETERMINISTIC|1 @ssn|DETERMINISTIC|1"));
        QCOMPARE(wordsOf(lab.runEncrypted("EXEC Put @a, @b", "@a int, @b char(11)", {"1", "111-22-3333"})), QString(""));
        QCOMPARE(wordsOf(lab.runEncrypted("EXEC Put @ssn = @b, @id = @a", "@a int, @b char(11)", {"2", "999-22-3333"})), QString(""));
        QCOMPARE(wordsOf(lab.runEncrypted("EXEC Find @x", "@x char(11)", {"999-22-3333"})), QString("2"));
        QCOMPARE(wordsOf(lab.run("EXEC Find '999-22-3333'")), QString("!206")); // a literal cannot be encrypted by the server
        QCOMPARE(lab.run("CREATE VIEW People AS SELECT id AS number, ssn FROM E").firstError(), 0);
        QCOMPARE(wordsOf(lab.runEncrypted("SELECT number, ssn FROM People WHERE ssn = @x", "@x char(11)", {"111-22-3333"})), QString("1|111-22-3333"));
    }

    // What a remote call gets back bears the names of the procedure's own parameters.
    void outputsBearTheirOwnNames()
    {
        EngineFixture lab;
        lab.run("CREATE PROC Twice @n int, @out int OUTPUT AS SET @out = @n * 2");
        es::sandbox::EngineParameter in, out;
        in.name = "@rpc0";
        out.name = "@rpc1";
        in.type = out.type = es::types::makeType(es::types::TypeId::kInt);
        in.value = std::int64_t{21};
        out.value = es::types::Null{};
        out.output = out.takesFormalName = true;
        const Answer answer = lab.run("EXEC Twice @rpc0, @rpc1 OUTPUT", {in, out});
        QCOMPARE(answer.outputs.size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(answer.outputs[0].name), QString("@out"));
        QVERIFY(answer.outputs[0].value == es::types::Value(std::int64_t{42}));
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
