// Types and values of expressions: precedence, decimal precision and scale, overflow.
#include "driver/types/Convert.h"
#include "driver/types/DecimalMath.h"
#include "driver/types/Precedence.h"
#include "driver/types/TypeNames.h"

#include <QTest>

using namespace es::types;

class TypesArithmetic : public QObject {
    Q_OBJECT

private slots:
    void common_data();
    void common();
    void compute_data();
    void compute();
    void negation();
    void decimals();
};

void TypesArithmetic::common_data()
{
    QTest::addColumn<QByteArray>("a");
    QTest::addColumn<QByteArray>("b");
    QTest::addColumn<QByteArray>("expected");  // empty: clash
    for (const auto& [a, b, expected] : std::initializer_list<std::tuple<const char*, const char*, const char*>>{
             {"int", "bigint", "bigint"}, {"int", "varchar(10)", "int"}, {"decimal(10,2)", "decimal(12,6)", "decimal(14,6)"},
             {"decimal(38,0)", "decimal(38,10)", "decimal(38,0)"}, {"decimal(10,2)", "int", "decimal(12,2)"}, {"money", "decimal(5,2)", "decimal(19,4)"},
             {"money", "int", "money"}, {"float", "decimal(10,2)", "float"}, {"varchar(10)", "nvarchar(5)", "nvarchar(10)"}, {"char(5)", "varchar(3)", "varchar(5)"},
             {"varchar(10)", "varchar(max)", "varchar(max)"}, {"date", "datetime", "datetime"}, {"datetime", "datetime2(0)", "datetime2(3)"},
             {"date", "time(7)", ""}, {"int", "date", ""}, {"uniqueidentifier", "varchar(36)", "uniqueidentifier"}, {"uniqueidentifier", "int", ""},
             {"bit", "tinyint", "tinyint"}, {"binary(4)", "int", "int"}})
        QTest::newRow(qPrintable(QString("%1 and %2").arg(a, b))) << QByteArray(a) << QByteArray(b) << QByteArray(expected);
}

void TypesArithmetic::common()
{
    QFETCH(const QByteArray, a);
    QFETCH(const QByteArray, b);
    QFETCH(const QByteArray, expected);
    const SqlType x = *typeFromText(a.toStdString()), y = *typeFromText(b.toStdString());
    for (const auto& type : {commonType(x, y), commonType(y, x)})
        QCOMPARE(type ? QByteArray::fromStdString(typeName(*type)) : QByteArray(), expected);
    QCOMPARE(typeName(*commonType(makeType(TypeId::kNull), x)), typeName(x));
}

void TypesArithmetic::compute_data()
{
    QTest::addColumn<QByteArray>("aType");
    QTest::addColumn<QByteArray>("a");
    QTest::addColumn<int>("op");
    QTest::addColumn<QByteArray>("bType");
    QTest::addColumn<QByteArray>("b");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("expected");  // or #number of the error
    int number = 0;
    const auto row = [&](const char* aType, const char* a, char op, const char* bType, const char* b, const char* type, const char* expected) {
        const int code = QByteArray("+-*/%&|^").indexOf(op);
        QTest::newRow(qPrintable(QString("%1 %2 %3 %4").arg(++number).arg(a).arg(op).arg(b)))
            << QByteArray(aType) << QByteArray(a) << code << QByteArray(bType) << QByteArray(b) << QByteArray(type) << QByteArray(expected);
    };
    row("int", "7", '/', "int", "2", "int", "3");
    row("int", "-7", '/', "int", "2", "int", "-3");
    row("int", "-7", '%', "int", "3", "int", "-1");
    row("int", "1", '/', "int", "0", "int", "#8134");
    row("int", "2147483647", '+', "int", "1", "int", "#8115");
    row("bigint", "9223372036854775807", '*', "int", "2", "bigint", "#8115");
    row("tinyint", "200", '+', "tinyint", "100", "tinyint", "#8115");
    row("int", "6", '&', "int", "3", "int", "2");
    row("int", "6", '^', "int", "3", "int", "5");
    row("varchar(5)", "5", '+', "int", "1", "int", "6");
    row("varchar(5)", "5", '+', "varchar(5)", "1", "varchar(10)", "51");
    row("char(3)", "a", '+', "char(2)", "b", "char(5)", "ab   ");
    row("nvarchar(3)", "a", '+', "varchar(2)", "b", "nvarchar(5)", "ab");
    row("decimal(2,1)", "2.0", '/', "decimal(2,1)", "3.0", "decimal(8,6)", "0.666666");
    row("decimal(5,2)", "1.10", '+', "decimal(5,2)", "2.05", "decimal(6,2)", "3.15");
    row("decimal(5,2)", "1.10", '-', "decimal(5,3)", "2.055", "decimal(7,3)", "-0.955");
    row("decimal(5,2)", "1.10", '*', "decimal(5,2)", "2.05", "decimal(11,4)", "2.2550");
    row("decimal(5,2)", "5.50", '%', "decimal(5,2)", "2.00", "decimal(5,2)", "1.50");
    row("decimal(5,2)", "1.10", '*', "int", "3", "decimal(16,2)", "3.30");
    row("decimal(38,10)", "1.5", '*', "decimal(38,10)", "2.5", "decimal(38,6)", "3.750000");
    row("decimal(30,10)", "0.0000009000", '*', "decimal(30,10)", "1.0000000000", "decimal(38,6)", "0.000001");
    row("decimal(30,20)", "0.00000090000000000000", '*', "decimal(30,20)", "1.00000000000000000000", "decimal(38,17)", "0.00000090000000000");
    row("decimal(38,0)", "99999999999999999999999999999999999999", '+', "decimal(38,0)", "1", "decimal(38,0)", "#8115");
    row("decimal(38,4)", "1", '/', "decimal(38,4)", "3", "decimal(38,6)", "0.333333");
    row("decimal(38,10)", "1.67574", '/', "decimal(38,10)", "10000", "decimal(38,6)", "0.000167");
    row("decimal(5,2)", "1", '/', "decimal(5,2)", "0", "decimal(13,8)", "#8134");
    row("money", "100", '/', "money", "339", "money", "0.2949");
    row("money", "2.5", '*', "int", "3", "money", "7.5000");
    row("money", "0.0001", '*', "money", "0.5", "money", "0.0001");
    row("float", "1", '/', "float", "3", "float", "0.3333333333333333");
    row("float", "1e308", '*', "float", "10", "float", "#8115");
    row("float", "1", '%', "float", "2", "", "#402");
    row("bit", "1", '+', "bit", "1", "", "#402");
    row("datetime", "2024-02-28 12:00:00", '+', "int", "2", "datetime", "2024-03-01 12:00:00.000");
    row("datetime", "2024-02-28 12:00:00", '-', "float", "0.5", "datetime", "2024-02-28 00:00:00.000");
    row("date", "2024-02-28", '+', "int", "1", "", "#402");
}

void TypesArithmetic::compute()
{
    QFETCH(const QByteArray, aType);
    QFETCH(const QByteArray, a);
    QFETCH(const int, op);
    QFETCH(const QByteArray, bType);
    QFETCH(const QByteArray, b);
    QFETCH(const QByteArray, type);
    QFETCH(const QByteArray, expected);
    SqlType x = *typeFromText(aType.toStdString()), y = *typeFromText(bType.toStdString());
    const auto operation = static_cast<ArithmeticOp>(op);
    const auto result = arithmeticType(operation, x, y);
    QCOMPARE(result ? QByteArray::fromStdString(typeName(*result)) : QByteArray(), type);
    auto left = valueFromText(a.toStdString(), x), right = valueFromText(b.toStdString(), y);
    QVERIFY(left && right);
    const auto value = arithmetic(operation, *left, x, *right, y);
    if (expected.startsWith('#')) {
        QVERIFY(!value);
        QCOMPARE(value.error().server->number, expected.mid(1).toInt());
        return;
    }
    QVERIFY2(value, value ? "" : value.error().describe().c_str());
    QCOMPARE(QByteArray::fromStdString(displayText(*value, *result)), expected);
    QVERIFY(isNull(*arithmetic(operation, Value(Null{}), x, *right, y)));
}

void TypesArithmetic::negation()
{
    QCOMPARE(std::get<std::int64_t>(*negate(Value(std::int64_t{5}), makeType(TypeId::kInt))), std::int64_t{-5});
    QVERIFY(!negate(Value(std::int64_t{INT32_MIN}), makeType(TypeId::kInt)));
    QVERIFY(!std::get<Decimal>(*negate(Value(Decimal{}), makeDecimal(18, 0))).negative);
}

void TypesArithmetic::decimals()
{
    QVERIFY(!parseDecimal("1.2.3"));
    QVERIFY(!parseDecimal("."));
    QVERIFY(!parseDecimal("100000000000000000000000000000000000000"));
    QCOMPARE(decimalText(parseDecimal("-.05")->magnitude, true, 2), std::string("-0.05"));
    QVERIFY(!parseDecimal("-0")->negative);
    const Decimal a = *parseDecimal("99999999999999999999999999999999999999"), b = *parseDecimal("0.00000000000000000000000000000000000001");
    QCOMPARE(compareDecimals(b, a), -1);
    QCOMPARE(compareDecimals(a, a), 0);
    QVERIFY(!decimalFromDouble(1e39, 38, 0));
    QCOMPARE(doubleFromDecimal(*decimalFromDouble(-0.1, 38, 30)), -0.1);
}

QTEST_APPLESS_MAIN(TypesArithmetic)
#include "tst_types_arithmetic.moc"
