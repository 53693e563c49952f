// sp_describe_undeclared_parameters: types by simple and by general deduction, and what is refused. The rows quote the documented rules.
// sp_describe_undeclared_parameters (Transact-SQL), "Parameter Selection Algorithm"
#include "EngineFixture.h"

#include <QtTest>

using namespace es;
using namespace es::sandbox;

namespace {

// "name type" of every parameter, or "!number".
std::string deduced(EngineFixture& lab, const QString& batch, const QString& declared)
{
    const auto quoted = [](QString text) { return "N'" + text.replace("'", "''").toStdString() + "'"; };
    const Answer answer = lab.run("EXEC sp_describe_undeclared_parameters " + quoted(batch) + ", " + quoted(declared));
    if (answer.firstError() != 0) return "!" + std::to_string(answer.firstError());
    std::string out;
    for (const std::string& row : answer.sets.at(0).rows) {
        const QStringList cells = QString::fromStdString(row).split('|');
        out += (out.empty() ? "" : ", ") + (cells[1] + " " + cells[3]).toStdString();
        if (cells[20] == "1") out += cells[19] == "1" ? " in out" : " out";
        if (cells[21] != "NULL") out += " as " + cells[21].toStdString();
    }
    return out;
}

} // namespace

class TestUndeclared : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        lab.run("CREATE TABLE T (i int NOT NULL, s smallint, c char(30), v varchar(30), n nvarchar(40), d decimal(10,2), t time(3), w datetime2(3), "
                "b varbinary(20), m money, x varchar(max))");
        lab.run("CREATE PROCEDURE P @in int, @text nvarchar(30) OUTPUT AS SET @text = @text + N'x'");
        lab.makeKeys();
        QCOMPARE(lab.run("CREATE TABLE E (ssn char(11) COLLATE Latin1_General_BIN2 ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = "
                         "DETERMINISTIC, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256'))")
                     .text(),
            std::string{});
    }

    void types_data()
    {
        QTest::addColumn<QString>("batch");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("declared");
        const auto row = [](const char* name, const char* batch, const char* expected, const char* declared = "") {
            QTest::newRow(name) << QString(batch) << QString(expected) << QString(declared);
        };
        row("none", "SELECT * FROM T", "");
        row("equal", "SELECT * FROM T WHERE c = @p", "@p char(30)");
        row("equal, the other way round", "SELECT * FROM T WHERE @p = d", "@p decimal(10,2)");
        row("not equal", "SELECT * FROM T WHERE n <> @p", "@p nvarchar(40)");
        row("greater: general", "SELECT * FROM T WHERE c > @p", "@p varchar(8000)");
        row("greater: nvarchar", "SELECT * FROM T WHERE n > @p", "@p nvarchar(4000)");
        row("greater: int", "SELECT * FROM T WHERE i >= @p", "@p int");
        row("greater: decimal", "SELECT * FROM T WHERE d < @p", "@p numeric(38,19)");
        row("greater: time", "SELECT * FROM T WHERE t < @p", "@p time(7)");
        row("greater: datetime2", "SELECT * FROM T WHERE w < @p", "@p datetime2(7)");
        row("greater: varchar(max)", "SELECT * FROM T WHERE x > @p", "@p varchar(max)");
        row("two", "SELECT * FROM T WHERE n = @a AND i > @b", "@a nvarchar(40), @b int");
        row("in the order of the text", "SELECT * FROM T WHERE i = @z OR s = @a", "@z int, @a smallint");
        row("some are declared", "SELECT * FROM T WHERE i = @id OR n = @name", "@name nvarchar(40)", "@id int");
        row("IN", "SELECT * FROM T WHERE i IN (@a, @b)", "@a int, @b int");
        row("BETWEEN", "SELECT * FROM T WHERE m BETWEEN @a AND @b", "@a money, @b money");
        row("LIKE", "SELECT * FROM T WHERE n LIKE @p", "@p nvarchar(4000)");
        row("LIKE varchar", "SELECT * FROM T WHERE v LIKE @p", "@p varchar(8000)");
        row("INSERT", "INSERT INTO T (i, n) VALUES (@a, @b)", "@a int, @b nvarchar(40)");
        row("UPDATE", "UPDATE T SET n = @a WHERE i = @b", "@a nvarchar(40), @b int");
        row("DELETE", "DELETE T WHERE s = @a", "@a smallint");
        row("CAST", "SELECT CAST(@p AS date)", "@p date");
        row("SET of a variable", "DECLARE @v bigint; SET @v = @p", "@p bigint");
        row("SET of the parameter", "DECLARE @v bigint = 1; SET @p = @v", "@p bigint out");
        row("SELECT into the parameter", "SELECT @p = n FROM T", "@p nvarchar(40) out");
        row("a procedure", "EXEC P @a, @b OUTPUT", "@a int as @in, @b nvarchar(30) in out as @text");
        row("a procedure by names", "EXEC P @text = @x OUTPUT, @in = @y", "@x nvarchar(30) in out as @text, @y int as @in");
        row("no conversion at all", "SELECT * FROM T WHERE i = i + @p", "@p int");
        row("one conversion, higher precedence", "SELECT * FROM T WHERE i = s + @p", "@p int");
        row("NULL and int", "SELECT NULL + @p", "@p int");
        row("a number beside", "SELECT @p + 2", "@p int");
        row("TOP", "SELECT TOP (@p) i FROM T", "@p bigint");
        row("a subquery", "SELECT * FROM T WHERE i IN (SELECT i FROM T WHERE n = @p)", "@p nvarchar(40)");
        row("encrypted", "SELECT * FROM E WHERE ssn = @p", "@p char(11)");
        row("encrypted INSERT", "INSERT INTO E VALUES (@p)", "@p char(11)");
    }
    void types()
    {
        QFETCH(const QString, batch);
        QFETCH(const QString, expected);
        QFETCH(const QString, declared);
        QCOMPARE(QString::fromStdString(deduced(lab, batch, declared)), expected);
    }

    void refused_data()
    {
        QTest::addColumn<QString>("batch");
        QTest::addColumn<int>("number");
        QTest::newRow("two parameters compared") << "SELECT * FROM T WHERE @a = @b" << 11503;
        QTest::newRow("two parameters added") << "SELECT * FROM T WHERE i = @a + @b" << 11503;
        QTest::newRow("a parameter and a function of another") << "SELECT * FROM T WHERE @a = SUBSTRING(@b, 2, 3)" << 11503;
        QTest::newRow("twice") << "SELECT * FROM T WHERE i = @p OR s = @p" << 11508;
        QTest::newRow("anything would do") << "SELECT @p FROM T" << 11506;
        QTest::newRow("nothing would do") << "SELECT CAST('2020-01-01' AS date) + @p" << 11507;
        QTest::newRow("no such table") << "SELECT * FROM Nothing WHERE a = @p" << 208;
        QTest::newRow("no such column") << "SELECT * FROM T WHERE a = @p" << 207;
        QTest::newRow("no statement") << "SELECT FROM" << 156;
        QTest::newRow("another kind of statement") << "CREATE TABLE U (a int); SELECT @p + 1" << 40517;
    }
    void refused()
    {
        QFETCH(const QString, batch);
        QFETCH(const int, number);
        QCOMPARE(QString::fromStdString(deduced(lab, batch, "")), "!" + QString::number(number));
    }

    void nothingRunsAndNothingStays()
    {
        QCOMPARE(lab.run("EXEC sp_describe_undeclared_parameters N'INSERT INTO T (i) VALUES (@p)'").firstError(), 0);
        QCOMPARE(lab.run("SELECT COUNT(*) FROM T").text(), std::string("0"));
    }

private:
    EngineFixture lab;
};

QTEST_GUILESS_MAIN(TestUndeclared)
#include "tst_engine_undeclared.moc"
