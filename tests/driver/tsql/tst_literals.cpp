// The value and type of literals, and written types.
#include "driver/tsql/LiteralValue.h"
#include "driver/tsql/Parser.h"
#include "driver/tsql/TypeResolve.h"
#include "driver/types/Collation.h"
#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"

#include <QTest>

using namespace es;
using namespace es::tsql;

namespace {

Literal literalOf(std::string_view text)
{
    const auto expr = parseExpression(text);
    return expr ? std::get<Literal>((*expr)->node) : Literal{};
}

// Parsed as the type of CAST(NULL AS ..).
DataType typeOf(std::string_view text)
{
    auto expr = parseExpression("CAST(NULL AS " + std::string(text) + ")");
    return expr ? std::get<Cast>((*expr)->node).type : DataType{};
}

}  // namespace

class TestLiterals : public QObject {
    Q_OBJECT

private slots:
    void values_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("shown");
        const auto row = [](const char* text, const char* type, const char* shown) {
            QTest::newRow(text) << QByteArray(text) << QByteArray(type) << QByteArray(shown);
        };
        row("42", "int", "42");
        row("2147483647", "int", "2147483647");
        row("2147483648", "numeric(10,0)", "2147483648");
        row("99999999999999999999", "numeric(20,0)", "99999999999999999999");
        row("4.20", "numeric(3,2)", "4.20");
        row("0.5", "numeric(1,1)", "0.5");
        row("00.05", "numeric(2,2)", "0.05");
        row("5.", "numeric(1,0)", "5");
        row("4.2e1", "float", "42");
        row("1e", "float", "1");
        row("$4.2", "money", "4.2000");
        row("$-1.00005", "money", "-1.0001");
        row("'abc'", "varchar(3)", "abc");
        row("''", "varchar(1)", "");
        row("N'\xC3\xA9'", "nvarchar(1)", "\xC3\xA9");
        row("'\xE6\x97\xA5'", "varchar(1)", "?");
        row("0xABC", "varbinary(2)", "0x0ABC");
        row("NULL", "int", "NULL");
    }
    void values()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, shown);
        const auto typed = literalValue(literalOf(text.toStdString()), types::kDefaultCollation);
        QVERIFY(typed.has_value());
        QCOMPARE(QByteArray::fromStdString(types::typeName(typed->type)), type);
        QCOMPARE(QByteArray::fromStdString(types::displayText(typed->value, typed->type)), shown);
    }

    void outOfRange()
    {
        QVERIFY(!literalValue(literalOf("1e400"), types::kDefaultCollation).has_value());
        QCOMPARE(literalValue(literalOf(std::string(39, '9')), types::kDefaultCollation).error().server->number, 1007);
        QCOMPARE(literalValue(literalOf("1e400"), types::kDefaultCollation).error().server->number, 168);
        QCOMPARE(literalValue(literalOf("0.001e311"), types::kDefaultCollation).has_value(), true);
        QCOMPARE(literalValue(literalOf("0.001e313"), types::kDefaultCollation).error().server->number, 168);
        QCOMPARE(std::get<double>(literalValue(literalOf("1e-400"), types::kDefaultCollation)->value), 0.0);
        QCOMPARE(literalValue(literalOf("$922337203685477.5808"), types::kDefaultCollation).error().server->number, 293);
        const auto least = literalValue(literalOf("$922337203685477.5808"), types::kDefaultCollation, true);
        QVERIFY(least.has_value());
    }

    void longStringsAreMax()
    {
        Literal text{LiteralKind::kString, std::string(8001, 'x')};
        QCOMPARE(literalValue(text, types::kDefaultCollation)->type.lengthBytes, types::kMaxLength);
        text = {LiteralKind::kNationalString, std::string(4000, 'x')};
        QCOMPARE(literalValue(text, types::kDefaultCollation)->type.lengthBytes, 8000U);
    }

    void types_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("name");  // empty: refused with
        QTest::addColumn<int>("number");
        const auto row = [](const char* text, const char* name, int number) { QTest::newRow(text) << QByteArray(text) << QByteArray(name) << number; };
        row("int", "int", 0);
        row("INTEGER", "int", 0);
        row("sys.bigint", "bigint", 0);
        row("[Char](11)", "char(11)", 0);
        row("char", "char(1)", 0);
        row("nvarchar(max)", "nvarchar(max)", 0);
        row("national character varying(10)", "nvarchar(10)", 0);
        row("double precision", "float", 0);
        row("float(24)", "real", 0);
        row("dec(9)", "decimal(9,0)", 0);
        row("decimal(18, 2)", "decimal(18,2)", 0);
        row("datetime2", "datetime2(7)", 0);
        row("time(3)", "time(3)", 0);
        row("sysname", "nvarchar(128)", 0);
        row("dbo.int", "", 2715);
        row("foo", "", 2715);
        row("int(4)", "", 2716);
        row("varchar(0)", "", 1001);
        row("varchar(8001)", "", 131);
        row("nvarchar(4001)", "", 131);
        row("char(max)", "", 102);
        row("decimal(39)", "", 2750);
        row("decimal(5, 6)", "", 192);
        row("datetime2(8)", "", 1002);
        row("float(54)", "", 2750);
    }
    void types()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, name);
        QFETCH(int, number);
        const auto type = resolveType(typeOf(text.toStdString()), types::kDefaultCollation);
        if (number != 0) {
            QVERIFY(!type);
            QCOMPARE(type.error().server->number, number);
            return;
        }
        QVERIFY(type.has_value());
        QCOMPARE(QByteArray::fromStdString(types::typeName(*type)), name);
    }

    void castHasItsOwnLength()
    {
        QCOMPARE(resolveType(typeOf("varchar"), types::kDefaultCollation, LengthDefault::kCast)->lengthBytes, 30U);
        QCOMPARE(resolveType(typeOf("nchar"), types::kDefaultCollation, LengthDefault::kCast)->lengthBytes, 60U);
        QCOMPARE(resolveType(typeOf("foo"), types::kDefaultCollation, LengthDefault::kCast).error().server->number, 243);
    }
};

QTEST_APPLESS_MAIN(TestLiterals)
#include "tst_literals.moc"
