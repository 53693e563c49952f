// Rules of statements that are easily got wrong: keys with several spellings, names and orders, windows, identity, row-by-row variables,
// definitions, what catalog functions say. Numbers of errors are SQL Server's.
#include "ScriptReader.h"

#include <QTest>

using es::sandbox::Answer;
using es::sandbox::EngineFixture;
using es::sandbox::runScript;
using es::sandbox::wordsOf;

class TestEngineRules : public QObject {
    Q_OBJECT

private:
    // One fresh database per row, with T (a int, b varchar(5)) of (1, x), (2, y), (NULL, n) and U (a int, c varchar(5)) of (1, p), (1, q), (NULL, r).
    static void columns()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("expected");
    }
    static void row(const char* name, const char* script, const char* expected) { QTest::newRow(name) << QString(script) << QString(expected); }
    static void check()
    {
        QFETCH(const QString, script);
        QFETCH(const QString, expected);
        EngineFixture lab;
        QCOMPARE(wordsOf(lab.run("CREATE TABLE T (a int, b varchar(5)); CREATE TABLE U (a int, c varchar(5)); INSERT T VALUES (1, 'x'), (2, 'y'), "
                                 "(NULL, 'n'); INSERT U VALUES (1, 'p'), (1, 'q'), (NULL, 'r')")),
            QString());
        QCOMPARE(wordsOf(runScript(lab, script)), expected);
    }

private slots:
    // Equal values that are stored as different ones.
    void keys_data()
    {
        columns();
        row("unique varbinary", "CREATE TABLE K (e varbinary(5) UNIQUE); INSERT K VALUES (0x01)~~INSERT K VALUES (0x0100)", "!2627");
        row("primary key of varbinary", "CREATE TABLE K (e varbinary(5) PRIMARY KEY); INSERT K VALUES (0x01)~~INSERT K VALUES (0x010000)", "!2627");
        row("other varbinary", "CREATE TABLE K (e varbinary(5) UNIQUE); INSERT K VALUES (0x01), (0x10), (0x0001), (0x), (NULL); SELECT COUNT(*) FROM K", "5");
        row("zero and empty are equal", "CREATE TABLE K (e varbinary(5) UNIQUE); INSERT K VALUES (0x)~~INSERT K VALUES (0x00)", "!2627");
        row("one NULL", "CREATE TABLE K (e varbinary(5) UNIQUE); INSERT K VALUES (NULL)~~INSERT K VALUES (NULL)", "!2627");
        row("index over duplicates", "CREATE TABLE K (e varbinary(5)); INSERT K VALUES (0x01), (0x0100)~~CREATE UNIQUE INDEX i ON K (e)", "!1505");
        row("foreign key of varbinary",
            "CREATE TABLE K (e varbinary(5) PRIMARY KEY); CREATE TABLE F (e varbinary(5) REFERENCES K); INSERT K VALUES (0x01); INSERT F VALUES (0x0100); SELECT "
            "COUNT(*) FROM F~~DELETE K",
            "!547");
        row("unique sql_variant", "CREATE TABLE K (s sql_variant UNIQUE); INSERT K VALUES (1)~~INSERT K VALUES (CAST(1 AS bigint))", "!2627");
        row("foreign key of sql_variant",
            "CREATE TABLE K (s sql_variant UNIQUE); CREATE TABLE F (s sql_variant REFERENCES K (s)); INSERT K VALUES (1), (NULL); INSERT F VALUES (CAST(1 AS "
            "bigint)), (NULL); SELECT COUNT(*) FROM F",
            "2");
        row("a join of trailing blanks", "CREATE TABLE V (b varchar(5)); INSERT V VALUES ('X  '); SELECT COUNT(*) FROM T JOIN V ON T.b = V.b", "1");
        row("a join of other lengths", "CREATE TABLE V (b nvarchar(9)); INSERT V VALUES (N'straße'), (N'x'); SELECT COUNT(*) FROM V JOIN (SELECT N'STRASSE' COLLATE Latin1_General_CI_AS b "
                                       "UNION ALL SELECT 'x') w ON w.b = V.b COLLATE Latin1_General_CI_AS",
            "2");
        row("a reference in another spelling", "CREATE TABLE K (n varchar(5) UNIQUE); CREATE TABLE F (n varchar(5) REFERENCES K (n)); INSERT K VALUES ('a'); INSERT F VALUES ('A ')~~"
                                               "UPDATE K SET n = 'z'",
            "!547");
        row("union of binary", "SELECT 0x01 UNION SELECT 0x0100", "0x01");
        row("intersect of binary", "SELECT 0x01 INTERSECT SELECT 0x0100", "0x01");
        row("except of binary", "SELECT 0x01 EXCEPT SELECT 0x0100", "");
        row("except keeps NULL", "SELECT CAST(NULL AS varbinary(3)) EXCEPT SELECT 0x00", "NULL");
        row("union of instants", "SELECT COUNT(*) FROM (SELECT CAST('2020-01-01 00:00 +00:00' AS datetimeoffset) d UNION SELECT '2020-01-01 01:00 +01:00') x", "1");
        row("union of variants", "SELECT COUNT(*) FROM (SELECT CAST(1 AS sql_variant) s UNION SELECT CAST(1 AS bigint)) x", "1");
        row("union of binary and text", "SELECT 0x01 a, 'x' b UNION SELECT 0x0100, 'X' UNION SELECT 0x01, 'y' ORDER BY b", "0x01|x 0x01|y");
        row("exists with intersect", "SELECT COUNT(*) FROM (VALUES (0x01), (0x0100), (0x02)) v(e) WHERE EXISTS (SELECT e INTERSECT SELECT 0x010000)", "2");
    }
    void keys() { check(); }

    void queries_data()
    {
        columns();
        row("ON sees its own join alone", "SELECT COUNT(*) FROM T, U JOIN T c ON T.a = c.a", "!4104");
        row("ON of a later join", "SELECT COUNT(*) FROM T JOIN U ON U.a = T.a JOIN T c ON c.a = T.a", "2");
        row("recursion without a sane bound", "WITH x AS (SELECT 1 n UNION ALL SELECT n + 1 FROM x WHERE n < 5) SELECT COUNT(*) FROM x OPTION (MAXRECURSION 40000)", "!310");
        row("subquery in GROUP BY", "SELECT COUNT(*) FROM T GROUP BY (SELECT 1)", "!144");
        row("aggregate in GROUP BY", "SELECT 1 FROM T GROUP BY COUNT(*)", "!144");
        row("HAVING alone", "SELECT 1 FROM T HAVING 1 = 1", "1");
        row("HAVING alone, false", "SELECT 1 FROM T HAVING 1 = 0", "");
        row("HAVING without FROM", "SELECT 1 AS a WHERE 1 = 1 HAVING COUNT(*) = 1", "1");
        row("HAVING without FROM, no row", "SELECT 1 AS a WHERE 1 = 0 HAVING COUNT(*) = 0", "1");
        row("HAVING over a column", "SELECT MAX(a) FROM T HAVING b = 'x'", "!8121");
        row("two columns of the order's name", "SELECT a AS q, b AS q FROM T ORDER BY q", "!209");
        row("TOP with OFFSET", "SELECT TOP 1 a FROM T ORDER BY a OFFSET 1 ROWS", "!10741");
        row("negative OFFSET", "SELECT a FROM T ORDER BY a OFFSET -1 ROWS", "!10742");
        row("FETCH 0", "SELECT a FROM T ORDER BY a OFFSET 0 ROWS FETCH NEXT 0 ROWS ONLY", "!10744");
        row("TOP of a fraction", "SELECT TOP 1.5 a FROM T", "!1060");
        row("TOP of a decimal variable", "DECLARE @n decimal(3,0) = 1; SELECT TOP (@n) a FROM T", "!1060");
        row("TOP of a variable", "DECLARE @n tinyint = 1; SELECT TOP (@n) b FROM T ORDER BY a DESC", "y");
    }
    void queries() { check(); }

    // Names of messages carry the table.
    void groupMessages()
    {
        EngineFixture lab;
        lab.run("CREATE TABLE T (a int, b int)");
        const auto says = [&](const char* sql) { return QString::fromStdString(lab.run(sql).text()); };
        const QString why = "because it is not contained in either an aggregate function or the GROUP BY clause.";
        QCOMPARE(says("SELECT b FROM T GROUP BY a"), "!8120 Column 'T.b' is invalid in the select list " + why);
        QCOMPARE(says("SELECT x.b, COUNT(*) FROM T x"), "!8120 Column 'x.b' is invalid in the select list " + why);
        QCOMPARE(says("SELECT a FROM T GROUP BY a HAVING b > 1"), "!8121 Column 'T.b' is invalid in the HAVING clause " + why);
        QCOMPARE(says("SELECT a FROM T GROUP BY a ORDER BY b"), "!8127 Column \"T.b\" is invalid in the ORDER BY clause " + why);
    }

    void windows_data()
    {
        columns();
        row("percent_rank and cume_dist", "SELECT PERCENT_RANK() OVER (ORDER BY a), CUME_DIST() OVER (ORDER BY a) FROM (VALUES (1), (1), (2), (3)) v(a)",
            "0|0.5 0|0.5 0.6666666666666666|0.75 1|1");
        row("order by an index", "SELECT ROW_NUMBER() OVER (ORDER BY 1) FROM T", "!5308");
        row("order by a constant", "SELECT ROW_NUMBER() OVER (ORDER BY 'x') FROM T", "!5309");
        row("order by (select null)", "SELECT ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) FROM T", "1 2 3");
        row("a frame where none may be", "SELECT RANK() OVER (ORDER BY a ROWS UNBOUNDED PRECEDING) FROM T", "!10752");
        row("range with a number", "SELECT SUM(a) OVER (ORDER BY a RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM T", "!4194");
        row("a frame without order", "SELECT SUM(a) OVER (ROWS UNBOUNDED PRECEDING) FROM T", "!10756");
        row("a frame backwards", "SELECT SUM(a) OVER (ORDER BY a ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM T", "!4193");
        row("a negative lag", "SELECT LAG(a, -1) OVER (ORDER BY a) FROM T", "!8730");
        row("a lag of its own per row", "SELECT LAG(b, a, '-') OVER (ORDER BY a) FROM T WHERE a IS NOT NULL", "- -");
        row("ntile of nothing", "SELECT NTILE(0) OVER (ORDER BY a) FROM T", "!4116");
        row("ntile", "SELECT NTILE(2) OVER (ORDER BY b) FROM T", "1 1 2");
    }
    void windows() { check(); }

    void identity_data()
    {
        columns();
        row("a failed insert draws", "CREATE TABLE I (i int IDENTITY, v int UNIQUE); INSERT I VALUES (1)~~INSERT I VALUES (1)~~INSERT I VALUES (2); SELECT i FROM I ORDER BY i",
            "1 3");
        row("a failed insert draws in a transaction",
            "CREATE TABLE I (i int IDENTITY, v int UNIQUE); INSERT I VALUES (1)~~BEGIN TRAN; INSERT I VALUES (1)~~ROLLBACK; INSERT I VALUES (2); SELECT MAX(i) FROM I", "3");
        row("beyond the type", "CREATE TABLE I (i tinyint IDENTITY(255, 1), v int); INSERT I VALUES (1)~~INSERT I VALUES (2)", "!8115");
        row("the scope's own", "CREATE TABLE I (i int IDENTITY, v int)~~CREATE PROC p AS INSERT I VALUES (0)~~INSERT I VALUES (1); EXEC p; SELECT SCOPE_IDENTITY(), @@IDENTITY",
            "1|2");
        row("a scope without an insert", "CREATE TABLE I (i int IDENTITY, v int)~~INSERT I VALUES (1); EXEC ('SELECT SCOPE_IDENTITY(), @@IDENTITY')", "NULL|1");
        row("type of SCOPE_IDENTITY", "SELECT SCOPE_IDENTITY() AS s, @@IDENTITY AS i INTO W~~SELECT t.name, c.precision, c.scale FROM sys.columns c JOIN sys.types t ON "
                                      "t.user_type_id = c.user_type_id WHERE c.object_id = OBJECT_ID('W')",
            "numeric|38|0 numeric|38|0");
        row("catalog view", "CREATE TABLE I (i smallint IDENTITY(5, 2)); INSERT I DEFAULT VALUES~~SELECT seed_value, increment_value, last_value, SQL_VARIANT_PROPERTY(seed_value, "
                            "'BaseType'), SQL_VARIANT_PROPERTY(last_value, 'BaseType') FROM sys.identity_columns",
            "5|2|5|smallint|smallint");
        row("given numbers never go back", "CREATE TABLE I (i int IDENTITY, v int); INSERT I VALUES (1), (2), (3); DELETE I; SET IDENTITY_INSERT I ON; INSERT I (i, v) VALUES (2, 0); "
                                           "SELECT SCOPE_IDENTITY(); SET IDENTITY_INSERT I OFF; INSERT I VALUES (9); SELECT SCOPE_IDENTITY()",
            "2 4");
        row("the last one given", "CREATE TABLE I (i int IDENTITY, v int); SET IDENTITY_INSERT I ON; INSERT I (i, v) VALUES (9, 0), (5, 0); SELECT @@IDENTITY; SET IDENTITY_INSERT "
                                  "I OFF; INSERT I VALUES (1); SELECT @@IDENTITY",
            "5 10");
        row("one table at a time", "CREATE TABLE I (i int IDENTITY); CREATE TABLE J (i int IDENTITY); SET IDENTITY_INSERT I ON~~SET IDENTITY_INSERT J ON", "!8107");
        row("OFF for another table", "CREATE TABLE I (i int IDENTITY); CREATE TABLE J (i int IDENTITY); SET IDENTITY_INSERT I ON~~SET IDENTITY_INSERT J OFF; INSERT I (i) VALUES (7); "
                                     "SELECT i FROM I",
            "7");
        row("no identity column", "SET IDENTITY_INSERT T ON", "!8106");
        row("a value without a column list", "CREATE TABLE I (i int IDENTITY, v int)~~INSERT I VALUES (1, 2)", "!8101");
        row("altered column counts on", "CREATE TABLE I (i int IDENTITY, v int); INSERT I VALUES (1), (2)~~ALTER TABLE I ALTER COLUMN i bigint NOT NULL~~INSERT I VALUES (3); SELECT "
                                        "MAX(i) FROM I",
            "3");
        row("reseed", "CREATE TABLE I (i int IDENTITY, v int); INSERT I VALUES (1)~~DBCC CHECKIDENT ('I', RESEED, 10) WITH NO_INFOMSGS; INSERT I VALUES (2); SELECT i FROM I ORDER BY i",
            "1 11");
        row("reseed an empty table", "CREATE TABLE I (i int IDENTITY, v int)~~DBCC CHECKIDENT ('dbo.I', RESEED, 10) WITH NO_INFOMSGS; SELECT IDENT_CURRENT('I'); INSERT I VALUES (2); "
                                     "INSERT I VALUES (3); SELECT i FROM I ORDER BY i",
            "10 10 11");
        row("truncation goes back to the seed", "CREATE TABLE I (i int IDENTITY, v int)~~DBCC CHECKIDENT ('I', RESEED, 10) WITH NO_INFOMSGS; TRUNCATE TABLE I; INSERT I VALUES (2); "
                                                "SELECT i FROM I",
            "1");
        row("reseed after DELETE", "CREATE TABLE I (i int IDENTITY, v int); INSERT I VALUES (1); DELETE I~~DBCC CHECKIDENT (I, RESEED, 0) WITH NO_INFOMSGS; INSERT I VALUES (2); SELECT i "
                                   "FROM I",
            "1");
        row("checkident reports", "CREATE TABLE I (i int IDENTITY, v int); INSERT I VALUES (1), (2)~~DBCC CHECKIDENT ('I', NORESEED)",
            "-Checking identity information: current identity value '2', current column value '2'. -DBCC execution completed. If DBCC printed error messages, contact your "
            "system administrator.");
        row("checkident of none", "DBCC CHECKIDENT ('T')", "!7997");
    }
    void identity() { check(); }

    void variables_data()
    {
        columns();
        row("text grows", "DECLARE @s varchar(20) = ''; SELECT @s = @s + b FROM T WHERE a > 0; SELECT @s", "xy");
        row("a sum grows", "DECLARE @n int = 10; SELECT @n += a FROM T WHERE a > 0; SELECT @n, @@ROWCOUNT", "13|2");
        row("one after the other", "DECLARE @x int, @y int; SELECT @x = 1, @y = @x + 1; SELECT @x, @y", "1|2");
        row("no row, no change", "DECLARE @s int = 7; SELECT @s = @s + a FROM T WHERE 1 = 0; SELECT @s", "7");
        row("with an aggregate", "DECLARE @s int = 7; SELECT @s = @s + SUM(a) FROM T; SELECT @s", "10");
        row("the last row", "DECLARE @s int; SELECT @s = a FROM T ORDER BY a; SELECT @s", "2");
        row("in an order of its own", "DECLARE @s varchar(20) = ''; SELECT @s = @s + b FROM T ORDER BY b; SELECT @s", "!40517");
        row("update and tell", "DECLARE @v int; UPDATE T SET @v = a = a + 10 WHERE a = 2; SELECT @v, a FROM T WHERE b = 'y'", "12|12");
        row("update numbers rows", "DECLARE @n int = 0; UPDATE T SET @n = a = @n + 1; SELECT @n; SELECT a FROM T", "3 1 2 3");
        row("update sums up", "DECLARE @n int = 0; UPDATE T SET a = a * 2, @n = @n + a WHERE a > 0; SELECT @n; SELECT SUM(a) FROM T", "3 6");
        row("update of keys", "CREATE TABLE K (k int PRIMARY KEY); INSERT K VALUES (1), (2), (3)~~DECLARE @n int = 0; UPDATE K SET k = k + 1, @n = @n + k; SELECT @n; SELECT k FROM K",
            "6 2 3 4");
        row("sp_executesql wants nvarchar", "EXEC sp_executesql 'SELECT 1'", "!214");
        row("sp_executesql takes nvarchar", "DECLARE @s nvarchar(20) = N'SELECT 1'; EXEC sp_executesql @s", "1");
        row("raiserror's state", "RAISERROR ('x', 16, 300)", "!2756");
        row("insert exec of two columns", "INSERT T (a) EXEC ('SELECT 1, 2')", "!213");
    }
    void variables() { check(); }

    void definitions_data()
    {
        columns();
        row("a second identity column", "ALTER TABLE T ADD i int IDENTITY~~ALTER TABLE T ADD j int IDENTITY", "!2744");
        row("identity that takes NULL", "CREATE TABLE W (i int IDENTITY NULL)", "!8147");
        row("identity of text", "CREATE TABLE W (i varchar(5) IDENTITY)", "!2749");
        row("two primary keys", "CREATE TABLE W (a int PRIMARY KEY, b int PRIMARY KEY)", "!8110");
        row("primary key over a column that takes NULL", "ALTER TABLE U ADD CONSTRAINT pk PRIMARY KEY (a)", "!8111");
        row("primary key written NULL", "CREATE TABLE W (a int NULL PRIMARY KEY)", "!8111");
        row("primary key makes NOT NULL", "CREATE TABLE W (a int, b int, CONSTRAINT pk PRIMARY KEY (b, a))~~SELECT is_nullable FROM sys.columns WHERE object_id = OBJECT_ID('W')", "0 0");
        row("a column with its key", "CREATE TABLE W (a int)~~ALTER TABLE W ADD k int PRIMARY KEY~~SELECT is_nullable FROM sys.columns WHERE name = 'k'", "0");
        row("a key column that would take NULL", "CREATE TABLE W (a int NOT NULL PRIMARY KEY)~~ALTER TABLE W ALTER COLUMN a int NULL", "!5074 !4922");
        row("text grows under an index", "CREATE INDEX i ON T (b)~~ALTER TABLE T ALTER COLUMN b varchar(50)~~INSERT T VALUES (5, 'long enough'); SELECT COUNT(*) FROM T WHERE b LIKE 'l%'", "1");
        row("text does not shrink under an index", "CREATE INDEX i ON T (b)~~ALTER TABLE T ALTER COLUMN b varchar(2)", "!5074 !4922");
        row("text grows under a default", "CREATE TABLE W (a varchar(5) DEFAULT 'q' CHECK (a <> ''))~~ALTER TABLE W ALTER COLUMN a varchar(9)~~INSERT W DEFAULT VALUES; SELECT a FROM W", "q");
        row("text under a primary key", "CREATE TABLE W (a varchar(5) PRIMARY KEY)~~ALTER TABLE W ALTER COLUMN a varchar(9) NOT NULL", "!5074 !4922");
        row("object ids of constraints", "CREATE TABLE W (a int CONSTRAINT pkw PRIMARY KEY, b int CONSTRAINT ckw CHECK (b > 0) CONSTRAINT dfw DEFAULT 1)~~SELECT "
                                         "OBJECT_NAME(OBJECT_ID('pkw', 'PK')), OBJECT_NAME(OBJECT_ID('ckw')), OBJECT_NAME(OBJECT_ID('dbo.dfw', 'D')), OBJECT_ID('pkw', 'U')",
            "pkw|ckw|dfw|NULL");
        row("what an object is", "CREATE VIEW v AS SELECT 1 AS a~~SELECT OBJECTPROPERTY(OBJECT_ID('v'), 'IsView'), OBJECTPROPERTY(OBJECT_ID('v'), 'IsTable'), "
                                 "OBJECTPROPERTY(OBJECT_ID('T'), 'TableHasIndex'), OBJECTPROPERTY(OBJECT_ID('T'), 'IsMSShipped'), OBJECTPROPERTY(1, 'IsTable')",
            "1|0|0|0|NULL");
        row("a property that is not kept", "SELECT OBJECTPROPERTY(OBJECT_ID('T'), 'TableTextInRowLimit')", "!40517");
        row("type ids", "SELECT TYPE_ID('int'), TYPE_ID('sysname'), TYPE_ID('nope'), TYPE_NAME(189), TYPE_NAME(256)", "56|256|NULL|timestamp|sysname");
        row("columns of a check", "CREATE TABLE W (a int, b int, c varchar(9), CONSTRAINT ckw CHECK (a < b AND c <> '[c]'))~~SELECT COLUMN_NAME FROM "
                                  "INFORMATION_SCHEMA.CONSTRAINT_COLUMN_USAGE WHERE CONSTRAINT_NAME = 'ckw'",
            "a b c");
        row("views", "CREATE VIEW v AS SELECT 1 AS a~~SELECT TABLE_NAME, VIEW_DEFINITION, CHECK_OPTION, IS_UPDATABLE FROM INFORMATION_SCHEMA.VIEWS",
            "v|CREATE VIEW v AS SELECT 1 AS a|NONE|NO");
        row("rows behind a common table expression", "WITH c AS (SELECT a FROM T) DELETE FROM c", "!40517");
        row("ordinal", "ALTER TABLE T DROP COLUMN a~~SELECT COLUMNPROPERTY(OBJECT_ID('T'), 'b', 'ordinal'), COLUMNPROPERTY(OBJECT_ID('T'), 'b', 'ColumnId'), "
                       "COLUMNPROPERTY(OBJECT_ID('T'), 'b', 'Precision'), COLUMNPROPERTY(OBJECT_ID('T'), 'b', 'Scale')",
            "1|2|5|NULL");
    }
    void definitions() { check(); }

    // The administrator sees all sessions, anybody else only the own one.
    void sessionsAreSeen()
    {
        EngineFixture lab;
        QCOMPARE(lab.run("CREATE LOGIN ann WITH PASSWORD = 'Abc-12345'; CREATE USER ann FOR LOGIN ann").firstError(), 0);
        {
            const auto other = *lab.engine->newSession({"ann", "Lab", "elsewhere", "other tests", 0});
            QCOMPARE(wordsOf(lab.run("SELECT login_name, host_name, status FROM sys.dm_exec_sessions WHERE session_id <> @@SPID")), QString("ann|elsewhere|sleeping"));
            QCOMPARE(wordsOf(lab.run("SELECT COUNT(*), SUM(CASE WHEN session_id = @@SPID THEN 1 END) FROM sys.dm_exec_sessions", {}, false, other.get())), QString("1|1"));
            QCOMPARE(wordsOf(lab.run("BEGIN TRAN", {}, false, other.get())), QString());
            QCOMPARE(wordsOf(lab.run("SELECT open_transaction_count, DB_NAME(database_id) FROM sys.dm_exec_sessions WHERE login_name = 'ann'")), QString("1|Lab"));
            QCOMPARE(lab.run("USE master; GRANT VIEW SERVER STATE TO ann; USE Lab").firstError(), 0);
            QCOMPARE(wordsOf(lab.run("SELECT COUNT(*) FROM sys.dm_exec_sessions", {}, false, other.get())), QString("2"));
        }
        QCOMPARE(wordsOf(lab.run("SELECT COUNT(*) FROM sys.dm_exec_sessions")), QString("1")); // a session that has ended is gone
    }

    // A name without qualifier is a column of the nearest query that has one: permission on another table's column is not asked for.
    void columnsOfTheNearestTable_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("expected");
        QTest::newRow("inner table") << "SELECT b FROM T WHERE EXISTS (SELECT a FROM U)" << "x y n";
        QTest::newRow("outer column inside") << "SELECT b FROM T WHERE EXISTS (SELECT c FROM U WHERE a = 1 AND b = 'x')" << "!230";
        QTest::newRow("not allowed outside") << "SELECT a FROM T WHERE EXISTS (SELECT a FROM U)" << "!230";
        QTest::newRow("outer only") << "SELECT b FROM T WHERE EXISTS (SELECT a FROM U WHERE b = 'x')" << "x";
        QTest::newRow("a star of the other") << "SELECT b FROM T WHERE EXISTS (SELECT U.a FROM U)" << "x y n";
        QTest::newRow("a star") << "SELECT * FROM T" << "!230";
        QTest::newRow("a star beside") << "SELECT b, (SELECT COUNT(*) FROM U) FROM T" << "x|3 y|3 n|3";
        QTest::newRow("derived") << "SELECT d.b FROM (SELECT b FROM T) d JOIN (SELECT a FROM U) e ON e.a = 1 WHERE d.b = 'x'" << "x x";
        QTest::newRow("output of a column that is not allowed") << "UPDATE T SET b = 'z' OUTPUT deleted.a" << "!230";
        QTest::newRow("output of one that is") << "UPDATE T SET b = 'z' OUTPUT inserted.b" << "z z z";
    }
    void columnsOfTheNearestTable()
    {
        QFETCH(const QString, query);
        QFETCH(const QString, expected);
        EngineFixture lab;
        QCOMPARE(wordsOf(lab.run("CREATE TABLE T (a int, b varchar(5)); CREATE TABLE U (a int, c varchar(5)); INSERT T VALUES (1, 'x'), (2, 'y'), (NULL, 'n'); INSERT U "
                                 "VALUES (1, 'p'), (1, 'q'), (NULL, 'r'); CREATE LOGIN ann WITH PASSWORD = 'Abc-12345'; CREATE USER ann FOR LOGIN ann; GRANT SELECT ON T (b) TO "
                                 "ann; GRANT UPDATE ON T (b) TO ann; GRANT SELECT ON U (a) TO ann")),
            QString());
        const auto ann = *lab.engine->newSession({"ann", "Lab", "host", "tests", 0});
        QCOMPARE(wordsOf(lab.run(query.toStdString(), {}, false, ann.get())), expected);
    }
};

QTEST_GUILESS_MAIN(TestEngineRules)
#include "tst_engine_rules.moc"
