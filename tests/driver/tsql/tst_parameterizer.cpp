// Literals of declarations become parameters; everything else keeps its place.
#include "driver/tsql/Parameterizer.h"
#include "driver/types/Collation.h"
#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"

#include <QTest>

using namespace es;
using namespace es::tsql;

namespace {

base::Result<Parameterized> run(std::string_view text)
{
    return parameterize(text, types::kDefaultCollation);
}

}  // namespace

class TestParameterizer : public QObject {
    Q_OBJECT

private slots:
    void texts_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        const auto row = [](const char* name, const char* before, const char* after) {
            QTest::newRow(name) << QByteArray(before) << QByteArray(after);
        };
        row("the main case", "DECLARE @p char(11) = '%6818'\nSELECT * FROM t WHERE SSN LIKE @p", "DECLARE @p char(11) = @p0    \nSELECT * FROM t WHERE SSN LIKE @p");
        row("several", "declare @a int = 100, @b as nvarchar(max) = N'xyz'; select 1", "declare @a int = @p0, @b as nvarchar(max) = @p1   ; select 1");
        row("null", "DECLARE @a int = NULL", "DECLARE @a int = @p0 ");
        row("sign and parentheses", "DECLARE @a int = (-(5)), @b money = ((  $1.5 ))", "DECLARE @a int = @p0   , @b money = @p1        ");
        row("shorter than the name", "DECLARE @a int = 5 SELECT 1", "DECLARE @a int = @p0 SELECT 1");
        row("a word touches", "DECLARE @a char(1) = 'x'SELECT 1", "DECLARE @a char(1) = @p0 SELECT 1");
        row("lines inside", "DECLARE @a varchar(9) = 'a\nbc', @b int = 100", "DECLARE @a varchar(9) = @p0\n   , @b int = @p1");
        row("CR LF inside", "DECLARE @a varchar(9) = 'a\r\nbc';", "DECLARE @a varchar(9) = @p0\r\n   ;");
        row("comment kept", "DECLARE @a int /* = 5 */ = 555 -- = 6", "DECLARE @a int /* = 5 */ = @p0 -- = 6");
        row("name taken", "DECLARE @p0 int = 555, @P1 int = 666", "DECLARE @p0 int = @p2, @P1 int = @p3");
        row("no declaration", "SELECT 'x' WHERE a = 5", "SELECT 'x' WHERE a = 5");
        row("set", "DECLARE @a int; SET @a = 5", "DECLARE @a int; SET @a = 5");
        row("function", "DECLARE @a datetime = GETDATE()", "DECLARE @a datetime = GETDATE()");
        row("operator", "DECLARE @a int = 5 + 1", "DECLARE @a int = 5 + 1");
        row("collate", "DECLARE @a char(1) = 'x' COLLATE Latin1_General_BIN2", "DECLARE @a char(1) = 'x' COLLATE Latin1_General_BIN2");
        row("variable", "DECLARE @a int = @b", "DECLARE @a int = @b");
        row("table", "DECLARE @t TABLE (a int DEFAULT 5)", "DECLARE @t TABLE (a int DEFAULT 5)");
        row("cursor", "DECLARE c CURSOR FOR SELECT 5", "DECLARE c CURSOR FOR SELECT 5");
        row("other types", "DECLARE @x xml = '<a/>', @y sysname = 'b', @z dbo.T = 5", "DECLARE @x xml = '<a/>', @y sysname = 'b', @z dbo.T = 5");
        row("after a skipped one", "DECLARE @x xml = '<a/>', @y int = 123", "DECLARE @x xml = '<a/>', @y int = @p0");
        row("inside a string", "SELECT 'DECLARE @a int = 5'", "SELECT 'DECLARE @a int = 5'");
        row("inside a module", "CREATE PROCEDURE p AS DECLARE @a int = 123", "CREATE PROCEDURE p AS DECLARE @a int = 123");
        row("statement that nobody here runs", "MERGE t USING s ON 1 = 1; DECLARE @a int = 123; FOO BAR;", "MERGE t USING s ON 1 = 1; DECLARE @a int = @p0; FOO BAR;");
        row("broken elsewhere", "DECLARE @a int = 123 SELECT FROM )(", "DECLARE @a int = @p0 SELECT FROM )(");
        row("after an expression", "DECLARE @a int = 5 + 1, @b int = 123 DECLARE @c int = 456", "DECLARE @a int = 5 + 1, @b int = 123 DECLARE @c int = @p0");
    }
    void texts()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        const auto result = run(before.toStdString());
        QVERIFY2(result.has_value(), result ? "" : result.error().describe().c_str());
        QCOMPARE(QByteArray::fromStdString(result->text), after);
    }

    void values_data()
    {
        QTest::addColumn<QByteArray>("declaration");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("shown");  // empty with a reason: refused
        QTest::addColumn<QByteArray>("reason");
        const auto row = [](const char* declaration, const char* type, const char* shown, const char* reason = "") {
            QTest::newRow(declaration) << QByteArray(declaration) << QByteArray(type) << QByteArray(shown) << QByteArray(reason);
        };
        row("bigint = -9223372036854775808", "bigint", "-9223372036854775808");
        row("int = 24", "int", "24");
        row("int = '24'", "int", "24");
        row("int = 24.0", "", "", "whole number");
        row("tinyint = 256", "", "", "tinyint");
        row("bit = 1", "bit", "1");
        row("decimal(10,2) = 1.5", "decimal(10,2)", "1.50");
        row("numeric(5,0) = 7", "numeric(5,0)", "7");
        row("decimal(3,1) = 100", "", "", "overflow");
        row("money = 1.5", "money", "1.5000");
        row("smallmoney = $2", "smallmoney", "2.0000");
        row("float = 1.5e3", "float", "1500");
        row("real = 0.5", "real", "0.5");
        row("datetime = '2024-05-06T10:11:12.123'", "datetime", "2024-05-06 10:11:12.123");
        row("smalldatetime = '20240506 10:11'", "smalldatetime", "2024-05-06 10:11:00");
        row("date = '20240506'", "date", "2024-05-06");
        row("date = '2024-05-06'", "date", "2024-05-06");
        row("date = '06.05.2024'", "", "", "ISO 8601");
        row("date = '5/6/2024'", "", "", "ISO 8601");
        row("date = 5", "", "", "as a string");
        row("date = '2024-02-30'", "", "", "onversion failed");
        row("datetime2(3) = '2024-05-06 10:11:12.1234'", "datetime2(3)", "2024-05-06 10:11:12.123");
        row("datetimeoffset(0) = '2024-05-06 10:11:12 +02:00'", "datetimeoffset(0)", "2024-05-06 10:11:12 +02:00");
        row("datetimeoffset(0) = '2024-05-06T10:11:12Z'", "datetimeoffset(0)", "2024-05-06 10:11:12 +00:00");
        row("time(0) = '10:11:12'", "time(0)", "10:11:12");
        row("char(11) = '%6818'", "char(11)", "%6818");
        row("char(3) = '1234'", "", "", "longer than the type");
        row("varchar(10) = N'\xE6\x97\xA5'", "", "", "code page");
        row("nvarchar(2) = N'\xE6\x97\xA5\xE6\x9C\xAC'", "nvarchar(2)", "\xE6\x97\xA5\xE6\x9C\xAC");
        row("varchar(max) = ''", "varchar(max)", "");
        row("varchar(5) = 15", "varchar(5)", "15");
        row("binary(4) = 0x0102", "binary(4)", "0x0102");
        row("varbinary(max) = 0x", "varbinary(max)", "0x");
        row("varbinary(2) = 'ab'", "", "", "begin with 0x");
        row("varbinary(1) = 0x0102", "", "", "longer than the type");
        row("uniqueidentifier = '6F9619FF-8B86-D011-B42D-00C04FC964FF'", "uniqueidentifier", "6F9619FF-8B86-D011-B42D-00C04FC964FF");
        row("uniqueidentifier = 'x'", "", "", "onversion failed");
        row("datetime = NULL", "datetime", "NULL");
    }
    void values()
    {
        QFETCH(QByteArray, declaration);
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, shown);
        QFETCH(QByteArray, reason);
        const std::string text = "\n DECLARE @x " + declaration.toStdString();
        const auto result = run(text);
        if (!reason.isEmpty()) {
            QVERIFY(!result);
            QVERIFY(result.error().code == kBadLiteral);
            const std::string& said = result.error().text;
            QVERIFY2(said.find(reason.toStdString()) != std::string::npos, said.c_str());
            QVERIFY2(said.find("@x in line 2") != std::string::npos, said.c_str());
            QCOMPARE(markParameters(text, types::kDefaultCollation).bad.size(), std::size_t{1});
            return;
        }
        QVERIFY2(result.has_value(), result ? "" : result.error().describe().c_str());
        QCOMPARE(result->parameters.size(), std::size_t{1});
        const LiteralParameter& parameter = result->parameters[0];
        QCOMPARE(QByteArray::fromStdString(types::typeName(parameter.type)), type);
        QCOMPARE(QByteArray::fromStdString(types::displayText(parameter.value, parameter.type)), shown);
        QCOMPARE(parameter.variable, std::string("@x"));
        QCOMPARE(parameter.declaration.line, 2U);
        QCOMPARE(parameter.declaration.column, 10U);
        QCOMPARE(std::string(parameter.declaration.in(text)), "@x " + declaration.toStdString());
    }

    void whatIsSkippedSaysWhy()
    {
        const auto result = run("DECLARE @a int = 1 + 2; DECLARE @b xml = '<a/>'");
        QVERIFY(result.has_value());
        QCOMPARE(result->skipped.size(), std::size_t{2});
        QCOMPARE(result->skipped[0].variable, std::string("@a"));
        QVERIFY(result->skipped[0].reason.find("single literal") != std::string::npos);
        QVERIFY(result->skipped[1].reason.find("xml") != std::string::npos);
    }

    void whatNeverEnds()
    {
        QCOMPARE(run("DECLARE @a int = 5, @b char(3) = 'x").error().server->number, 105);
        QCOMPARE(run("SELECT 1\n/* x").error().server->number, 113);
        QCOMPARE(run("SELECT 1\n/* x").error().server->line, 2);
    }

    void tooLong()
    {
        const auto result = run(std::string(kMaxParameterizedBytes + 1, ' '));
        QVERIFY(!result);
        QVERIFY(result.error().code == kTooLong);
        QVERIFY(!result.error().remedy.empty());
    }
};

QTEST_APPLESS_MAIN(TestParameterizer)
#include "tst_parameterizer.moc"
