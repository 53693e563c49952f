// Queries, types, functions: a statement and what SQL Server answers.
#include "EngineFixture.h"

#include <QTest>

using es::sandbox::Answer;
using es::sandbox::EngineFixture;

class TestEngineSelect : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<EngineFixture> m_lab;

private slots:
    void initTestCase()
    {
        m_lab = std::make_unique<EngineFixture>();
        const Answer made
            = m_lab->run("CREATE SCHEMA HR\n"
                         ";CREATE TABLE HR.Employees (EmployeeID int IDENTITY(1,1) NOT NULL PRIMARY KEY, SSN char(11) NOT NULL, FirstName "
                         "nvarchar(50) NOT NULL, LastName nvarchar(50) NOT NULL, Salary money NOT NULL, Hired date NULL)\n"
                         ";CREATE TABLE dbo.Teams (Id int NOT NULL, Lead int NULL, Name varchar(20) NULL)");
        QCOMPARE(QString::fromStdString(made.text()), QString());
        const Answer filled = m_lab->run(
            "INSERT INTO HR.Employees (SSN, FirstName, LastName, Salary, Hired) VALUES ('795-73-9838', N'Catherine', N'Abel', 31692, "
            "'2020-02-29'),"
            "('990-00-6818', N'Kim', N'Abercrombie', 55415.5, '2019-01-01'), ('009-37-3952', N'Frances', N'Adams', 1000, NULL)\n"
            "INSERT dbo.Teams VALUES (1, 1, 'red'), (2, NULL, 'Blue'), (3, 9, NULL)");
        QCOMPARE(QString::fromStdString(filled.text()), QString());
    }

    void answers_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* sql, const char* expected) { QTest::newRow(name) << sql << expected; };
        row("constant", "SELECT 1", "1");
        row("columns", "SELECT EmployeeID, SSN, FirstName, Salary, Hired FROM HR.Employees ORDER BY EmployeeID",
            "1|795-73-9838|Catherine|31692.0000|2020-02-29\n2|990-00-6818|Kim|55415.5000|2019-01-01\n3|009-37-3952|Frances|1000.0000|NULL");
        row("where money", "SELECT FirstName FROM HR.Employees WHERE Salary > 5000 AND Salary < $40000", "Catherine");
        row("like", "SELECT LastName FROM HR.Employees WHERE SSN LIKE '%6818'", "Abercrombie");
        row("like pads char", "DECLARE @p char(11) = '%6818'; SELECT LastName FROM HR.Employees WHERE SSN LIKE @p", "");
        row("like set", "SELECT FirstName FROM HR.Employees WHERE LastName LIKE N'A[bc]e[^r]%'", "Catherine");
        row("case-insensitive", "SELECT Id FROM Teams WHERE Name = 'BLUE   '", "2");
        row("order", "SELECT FirstName f FROM HR.Employees ORDER BY f DESC", "Kim\nFrances\nCatherine");
        row("order by position", "SELECT FirstName, Salary FROM HR.Employees ORDER BY 2",
            "Frances|1000.0000\nCatherine|31692.0000\nKim|55415.5000");
        row("top", "SELECT TOP (2) EmployeeID FROM HR.Employees ORDER BY Salary DESC", "2\n1");
        row("offset", "SELECT EmployeeID FROM HR.Employees ORDER BY 1 OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY", "2");
        row("join", "SELECT t.Name, e.FirstName FROM Teams t JOIN HR.Employees e ON e.EmployeeID = t.Lead", "red|Catherine");
        row("left join", "SELECT t.Id, e.FirstName FROM Teams AS t LEFT JOIN HR.Employees AS e ON e.EmployeeID = t.Lead ORDER BY t.Id",
            "1|Catherine\n2|NULL\n3|NULL");
        row("cross join", "SELECT COUNT(*) FROM Teams a, Teams b WHERE a.Id <> b.Id", "6");
        row("subquery", "SELECT FirstName FROM HR.Employees WHERE Salary = (SELECT MAX(Salary) FROM HR.Employees)", "Kim");
        row("too many rows", "SELECT (SELECT Id FROM Teams)",
            "!512 Subquery returned more than 1 value. This is not permitted when the subquery follows =, !=, <, <= , >, >= or when the "
            "subquery is used as an expression.");
        row("exists", "SELECT Id FROM Teams t WHERE EXISTS (SELECT * FROM HR.Employees WHERE EmployeeID = t.Lead)", "1");
        row("in subquery", "SELECT Id FROM Teams WHERE Lead IN (SELECT EmployeeID FROM HR.Employees)", "1");
        row("not in null", "SELECT Id FROM Teams WHERE Lead NOT IN (1, NULL)", "");
        row("group", "SELECT COUNT(*), SUM(Salary), AVG(Salary) FROM HR.Employees", "3|88107.5000|29369.1666");
        row("group by", "SELECT LEFT(LastName, 2) AS p, COUNT(*) FROM HR.Employees GROUP BY LEFT(LastName, 2) HAVING COUNT(*) > 1", "Ab|2");
        row("group violation", "SELECT FirstName, COUNT(*) FROM HR.Employees",
            "!8120 Column 'HR.Employees.FirstName' is invalid in the select list because it is not contained in either an aggregate function or the "
            "GROUP BY clause.");
        row("distinct", "SELECT DISTINCT LEFT(LastName, 1) FROM HR.Employees", "A");
        row("union", "SELECT 1 UNION SELECT 1 UNION ALL SELECT 2 ORDER BY 1", "1\n2");
        row("except", "SELECT Id FROM Teams EXCEPT SELECT 2", "1\n3");
        row("union types", "SELECT 1 AS x UNION ALL SELECT 2.5 ORDER BY x", "1.0\n2.5");
        row("cte", "WITH x AS (SELECT EmployeeID AS i FROM HR.Employees) SELECT SUM(i) FROM x", "6");
        row("values", "SELECT a, b FROM (VALUES (1, 'x'), (2, NULL)) AS v(a, b)", "1|x\n2|NULL");
        row("window", "SELECT EmployeeID, ROW_NUMBER() OVER (ORDER BY Salary) FROM HR.Employees ORDER BY 1", "1|2\n2|3\n3|1");
        row("case", "SELECT CASE WHEN Lead IS NULL THEN 'none' ELSE 'some' END FROM Teams ORDER BY Id", "some\nnone\nsome");
        row("integer division", "SELECT 7 / 2, -7 / 2, 7 % 4", "3|-3|3");
        row("decimal division", "SELECT 1.0 / 3", "0.333333");
        row("mixed", "SELECT 1 + 2.5, '1' + 2, N'a' + 'b'", "3.5|3|ab");
        row("overflow", "SELECT 2147483647 + 1", "!8115 Arithmetic overflow error converting expression to data type int.");
        row("by zero", "SELECT 1 / 0", "!8134 Divide by zero error encountered.");
        row("lazy case", "DECLARE @x int = 0; SELECT CASE WHEN @x = 0 THEN 0 ELSE 1 / @x END", "0");
        row("bad text", "SELECT CAST('abc' AS int)", "!245 Conversion failed when converting the varchar value 'abc' to data type int.");
        row("try cast", "SELECT TRY_CAST('abc' AS int), TRY_CAST('12' AS int)", "NULL|12");
        row("null arithmetic", "SELECT 1 + NULL, NULL + 'x', ISNULL(NULL, 'y'), COALESCE(NULL, NULL, 3)", "NULL|NULL|y|3");
        row("text functions",
            "SELECT LEN('ab  '), DATALENGTH(N'ab'), UPPER('aé'), SUBSTRING('hello', 2, 3), REPLACE('aAa', 'a', 'x'), CHARINDEX('L', "
            "'hello'), STUFF('abc', 2, 1, 'ZZ')",
            "2|4|AÉ|ell|xxx|3|aZZc");
        row("more text",
            "SELECT CONCAT('a', NULL, 1), REVERSE('abc'), REPLICATE('ab', 2), RTRIM('a ') + '.', QUOTENAME('a]b'), ASCII('A'), CHAR(66)",
            "a1|cba|abab|a.|[a]]b]|65|B");
        row("math", "SELECT ABS(-3), ROUND(2.456, 2), CEILING(1.2), FLOOR(-1.2), POWER(2, 10), SQRT(16), SIGN(-2)",
            "3|2.460|2|-2|1024|4|-1");
        row("dates",
            "SELECT DATEADD(month, 1, CAST('2023-01-31' AS date)), DATEDIFF(day, '2024-02-28', '2024-03-01'), YEAR('2024-05-06'), "
            "DATEPART(dw, '2024-05-06'), DATENAME(month, '2024-05-06'), EOMONTH('2024-02-10')",
            "2023-02-28|2|2024|2|May|2024-02-29");
        row("convert style", "SELECT CONVERT(varchar(10), CAST('2024-05-06' AS date), 120), CONVERT(varbinary(4), 1)",
            "2024-05-06|0x00000001");
        row("names", "SELECT DB_NAME(), SCHEMA_NAME(), SUSER_SNAME(), @@TRANCOUNT, SERVERPROPERTY('EngineEdition')", "Lab|dbo|sa|0|3");
        row("object id", "SELECT CASE WHEN OBJECT_ID('HR.Employees') IS NULL THEN 'no' ELSE 'yes' END, OBJECT_ID('nope')", "yes|NULL");
        row("unknown table", "SELECT * FROM nope", "!208 Invalid object name 'nope'.");
        row("unknown column", "SELECT nope FROM Teams", "!207 Invalid column name 'nope'.");
        row("unknown function", "SELECT FROBNICATE(1)", "!40517 The function FROBNICATE is not supported in the sandbox.");
        row("refused before anything runs", "INSERT Teams VALUES (77, NULL, NULL); SELECT FROBNICATE(1)",
            "!40517 The function FROBNICATE is not supported in the sandbox.");
        row("nothing ran", "SELECT COUNT(*) FROM Teams WHERE Id = 77", "0");
        row("ambiguous", "SELECT Id FROM Teams a, Teams b", "!209 Ambiguous column name 'Id'.");
        row("collation conflict free", "SELECT Id FROM Teams WHERE Name COLLATE Latin1_General_BIN2 = 'blue'", "");
        row("between", "SELECT Id FROM Teams WHERE Id BETWEEN 2 AND 3 ORDER BY Id", "2\n3");
        row("guid", "SELECT CAST('6F9619FF-8B86-D011-B42D-00C04FC964FF' AS uniqueidentifier)", "6F9619FF-8B86-D011-B42D-00C04FC964FF");
        row("sys.tables", "SELECT s.name, t.name FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id ORDER BY t.name",
            "HR|Employees\ndbo|Teams");
        row("sys.columns",
            "SELECT name, max_length, is_identity FROM sys.columns WHERE object_id = OBJECT_ID('HR.Employees') ORDER BY column_id",
            "EmployeeID|4|1\nSSN|11|0\nFirstName|100|0\nLastName|100|0\nSalary|8|0\nHired|3|0");
        row("information schema",
            "SELECT COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'Teams' ORDER BY "
            "ORDINAL_POSITION",
            "Id|int|NULL\nLead|int|NULL\nName|varchar|20");
        row("databases", "SELECT name FROM sys.databases ORDER BY database_id", "master\nLab");
        row("enclave type", "SELECT value_in_use FROM sys.configurations WHERE name = 'column encryption enclave type'", "1");
    }
    void answers()
    {
        QFETCH(QString, sql);
        QFETCH(QString, expected);
        QCOMPARE(QString::fromStdString(m_lab->run(sql.toStdString()).text()), expected);
    }

    void tellsWhatItIs()
    {
        const std::string version = m_lab->run("SELECT @@VERSION").text();
        QVERIFY(version.find("software enclave for rehearsal") != std::string::npos);
    }

    void lineNumbers_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<int>("line");
        QTest::newRow("binding") << "SELECT 1\nSELECT\n nope FROM Teams" << 3;
        QTest::newRow("running") << "SELECT 1\n\nSELECT 1/0" << 3;
        QTest::newRow("syntax") << "SELECT 1\nSELEC 2" << 2;
    }
    void lineNumbers()
    {
        QFETCH(QString, sql);
        QFETCH(int, line);
        const Answer answer = m_lab->run(sql.toStdString());
        QVERIFY(!answer.errors.empty());
        QCOMPARE(answer.errors[0].line, line);
    }

    void streamsAndCancels()
    {
        m_lab->run("CREATE TABLE Big (n int NOT NULL); INSERT Big SELECT ROW_NUMBER() OVER (ORDER BY a.Id) FROM Teams a, Teams b, Teams c, "
                   "Teams d, Teams e, Teams f, Teams g, Teams h");
        std::stop_source stop;
        Answer answer;
        answer.keepRows = false;
        answer.onRow = [&](std::size_t count) {
            if (count == 100) stop.request_stop();
            return true;
        };
        QVERIFY(m_lab->runInto(answer, "SELECT n FROM Big", {}, false, nullptr, stop.get_token()) == es::sandbox::ExecOutcome::kCancelled);
        QVERIFY(answer.rowCount < 200);
        QCOMPARE(QString::fromStdString(m_lab->run("SELECT COUNT(*) FROM Big").text()), QString("6561"));
    }
};

QTEST_GUILESS_MAIN(TestEngineSelect)
#include "tst_engine_select.moc"
