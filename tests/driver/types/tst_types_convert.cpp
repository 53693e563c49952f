// CAST, CONVERT, assignment and display by SQL Server's rules.
#include "driver/types/Convert.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"

#include <QTest>

using namespace es::types;

namespace {

SqlType typeOf(const char* text) { return *typeFromText(text); }

// A value of the type, written as text; NULL is not needed here.
Value made(const char* text, const SqlType& type)
{
    if (isText(type.id))
        return Value(std::string(text));
    const auto value = valueFromText(text, type);
    if (!value)
        qFatal("bad test value %s for %s", text, typeName(type).c_str());
    return *value;
}

}  // namespace

class TypesConvert : public QObject {
    Q_OBJECT

private slots:
    void cast_data();
    void cast();
    void castError_data();
    void castError();
    void assign_data();
    void assign();
    void convertStyle_data();
    void convertStyle();
    void display_data();
    void display();
    void names_data();
    void names();
    void parametersAreNotPadded();
    void nullStaysNull();
};

void TypesConvert::cast_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* from, const char* value, const char* to, const char* expected) {
        QTest::newRow(qPrintable(QString("%1 %2 to %3").arg(from, value, to))) << QByteArray(from) << QByteArray(value) << QByteArray(to) << QByteArray(expected);
    };
    // Whole numbers: decimals and floats are cut, money is rounded.
    row("decimal(5,2)", "1.99", "int", "1");
    row("decimal(5,2)", "-1.99", "int", "-1");
    row("float", "2.9", "int", "2");
    row("float", "-2.9", "bigint", "-2");
    row("money", "1.5", "int", "2");
    row("money", "-1.5", "int", "-2");
    row("money", "1.4999", "int", "1");
    row("varchar(10)", " 42 ", "int", "42");
    row("varchar(10)", "-7", "smallint", "-7");
    row("varchar(10)", "", "int", "0");
    row("varchar(20)", "-9223372036854775808", "bigint", "-9223372036854775808");
    row("varchar(10)", "TRUE", "bit", "1");
    row("varchar(10)", "00", "bit", "0");
    row("int", "-5", "bit", "1");
    row("decimal(5,2)", "0.50", "bit", "1");
    // Decimals round half away from zero.
    row("decimal(5,3)", "1.005", "decimal(5,2)", "1.01");
    row("decimal(5,3)", "-1.005", "decimal(5,2)", "-1.01");
    row("decimal(5,3)", "1.004", "decimal(5,2)", "1.00");
    row("varchar(20)", "123.456", "decimal(10,2)", "123.46");
    row("varchar(20)", ".5", "decimal(10,2)", "0.50");
    row("float", "0.1", "decimal(38,20)", "0.10000000000000000555");
    row("int", "12", "decimal(4,1)", "12.0");
    row("decimal(38,0)", "99999999999999999999999999999999999999", "decimal(38,0)", "99999999999999999999999999999999999999");
    // money
    row("varchar(20)", "$1,234.56", "money", "1234.5600");
    row("varchar(20)", "-$5", "money", "-5.0000");
    row("varchar(20)", "1.23455", "money", "1.2346");
    row("decimal(10,5)", "1.23455", "money", "1.2346");
    row("float", "0.00005", "money", "0.0001");
    row("money", "1.2345", "decimal(10,2)", "1.23");
    row("money", "1.2350", "decimal(10,2)", "1.24");
    // Text: cut in silence, fixed types padded, unmappable is '?'.
    row("varchar(10)", "abcdef", "varchar(3)", "abc");
    row("varchar(10)", "ab", "char(4)", "ab  ");
    row("nvarchar(10)", "\xE2\x82\xAC\xE6\x97\xA5", "varchar(5)", "\xE2\x82\xAC?");
    row("nvarchar(10)", "a\xF0\x9F\x98\x80", "nvarchar(2)", "a");
    row("int", "12345", "varchar(3)", "*");
    row("int", "-12", "nvarchar(5)", "-12");
    row("money", "1234.5678", "varchar(20)", "1234.57");
    row("decimal(5,2)", "-0.50", "varchar(20)", "-0.50");
    row("float", "1234567", "varchar(20)", "1.23457e+006");
    row("float", "0.1", "varchar(20)", "0.1");
    row("bit", "1", "varchar(5)", "1");
    row("uniqueidentifier", "6f9619ff-8b86-d011-b42d-00c04fc964ff", "char(36)", "6F9619FF-8B86-D011-B42D-00C04FC964FF");
    row("varchar(50)", "6f9619ff-8b86-d011-b42d-00c04fc964ffXYZ", "uniqueidentifier", "6F9619FF-8B86-D011-B42D-00C04FC964FF");
    // Dates
    row("datetime", "2024-03-15 13:14:15.123", "varchar(30)", "Mar 15 2024  1:14PM");
    row("datetime", "2024-03-05 00:04:00.000", "varchar(30)", "Mar  5 2024 12:04AM");
    row("datetime2(3)", "2024-03-15 13:14:15.123", "varchar(30)", "2024-03-15 13:14:15.123");
    row("date", "2024-03-15", "varchar(7)", "2024-03");
    row("time(2)", "13:14:15.12", "varchar(30)", "13:14:15.12");
    row("varchar(30)", "20240315", "date", "2024-03-15");
    row("varchar(30)", "3/15/2024 1:14:15 PM", "datetime", "2024-03-15 13:14:15.000");
    row("varchar(30)", "March 15, 2024", "date", "2024-03-15");
    row("varchar(30)", "15 Mar 49", "date", "2049-03-15");
    row("varchar(30)", "15 Mar 50", "date", "1950-03-15");
    row("varchar(30)", "2024-03-15T13:14:15.999", "datetime", "2024-03-15 13:14:16.000");
    row("varchar(30)", "2024-03-15T13:14:15.998", "datetime", "2024-03-15 13:14:15.997");
    row("varchar(40)", "2024-01-01 00:30 +05:30", "datetimeoffset(7)", "2024-01-01 00:30:00.0000000 +05:30");
    row("varchar(40)", "2024-01-01 00:30 +05:30", "datetime2(0)", "2024-01-01 00:30:00");
    row("varchar(30)", "23:59:59.9999999", "time(0)", "00:00:00");
    row("varchar(30)", "", "datetime", "1900-01-01 00:00:00.000");
    row("datetime2(7)", "2024-12-31 23:59:59.9999999", "datetime2(3)", "2025-01-01 00:00:00.000");
    row("datetime2(7)", "2024-05-05 12:34:30.0000000", "smalldatetime", "2024-05-05 12:35:00");
    row("datetime2(7)", "2024-05-05 12:34:29.9980000", "smalldatetime", "2024-05-05 12:34:00");
    row("datetime2(7)", "2024-05-05 12:34:29.9990000", "smalldatetime", "2024-05-05 12:35:00");  // documented: from 29.999 s on it is the next minute
    row("datetime", "2024-03-15 13:14:15.123", "datetime2(7)", "2024-03-15 13:14:15.1233333");
    row("datetimeoffset(0)", "2024-01-01 00:30:00 +05:30", "date", "2024-01-01");
    row("int", "1", "datetime", "1900-01-02 00:00:00.000");
    row("datetime", "1900-01-02 12:00:00.000", "int", "2");
    row("datetime", "1900-01-02 11:59:59.997", "int", "1");
    // Binary
    row("int", "258", "varbinary(8)", "0x00000102");
    row("int", "258", "binary(2)", "0x0102");
    row("varbinary(8)", "0x0102", "int", "258");
    row("varbinary(8)", "0xFFFFFFFF", "int", "-1");
    row("nvarchar(4)", "a", "varbinary(8)", "0x6100");
    row("varbinary(4)", "0x6162", "varchar(4)", "ab");
    row("varbinary(4)", "0x61", "binary(3)", "0x610000");
}

void TypesConvert::cast()
{
    QFETCH(const QByteArray, from);
    QFETCH(const QByteArray, value);
    QFETCH(const QByteArray, to);
    QFETCH(const QByteArray, expected);
    const SqlType source = typeOf(from), target = typeOf(to);
    const auto result = convertValue(made(value, source), source, target);
    QVERIFY2(result, result ? "" : result.error().describe().c_str());
    QCOMPARE(QByteArray::fromStdString(displayText(*result, target)), expected);
    QVERIFY(encodeRowForm(*result, target));
}

void TypesConvert::castError_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<int>("number");
    const auto row = [](const char* from, const char* value, const char* to, int number) {
        QTest::newRow(qPrintable(QString("%1 %2 to %3").arg(from, value, to))) << QByteArray(from) << QByteArray(value) << QByteArray(to) << number;
    };
    row("varchar(10)", "abc", "int", 245);
    row("varchar(10)", "1.5", "int", 245);
    row("varchar(10)", "abc", "bigint", 8114);
    row("varchar(10)", "abc", "decimal(5,2)", 8114);
    row("varchar(10)", "", "decimal(5,2)", 8114);
    row("varchar(10)", "1e3", "decimal(5,2)", 8114);
    row("varchar(10)", "abc", "float", 8114);
    row("varchar(10)", "abc", "money", 235);
    row("varchar(10)", "1 2", "money", 235);
    row("varchar(10)", "13:00 AM", "time(0)", 241);
    row("varchar(20)", "99999999999", "int", 248);
    row("varchar(20)", "300", "tinyint", 244);
    row("int", "300", "tinyint", 220);
    row("int", "40000", "smallint", 220);
    row("bigint", "3000000000", "int", 8115);
    row("decimal(20,0)", "3000000000", "int", 8115);
    row("float", "3e9", "int", 232);
    row("float", "1e300", "real", 232);
    row("decimal(5,2)", "999.99", "decimal(4,2)", 8115);
    row("decimal(5,3)", "99.995", "decimal(4,2)", 8115);
    row("varchar(20)", "1000", "decimal(5,2)", 8115);
    row("bigint", "12345", "varchar(3)", 8115);
    row("int", "12345", "nvarchar(3)", 8115);
    row("decimal(5,2)", "123.45", "varchar(3)", 8115);
    row("money", "123.45", "varchar(3)", 234);
    row("varchar(20)", "not a date", "datetime", 241);
    row("varchar(20)", "2023-02-30", "datetime", 242);
    row("varchar(20)", "2023-02-30", "date", 241);
    row("varchar(20)", "x", "smalldatetime", 295);
    row("varchar(20)", "1752-12-31", "datetime", 242);
    row("date", "1700-01-01", "datetime", 242);
    row("varchar(20)", "zz", "uniqueidentifier", 8169);
    row("uniqueidentifier", "6f9619ff-8b86-d011-b42d-00c04fc964ff", "varchar(10)", 8170);
    row("int", "1", "date", 529);
    row("date", "2024-01-01", "int", 529);
    row("time(7)", "12:00:00", "date", 529);
}

void TypesConvert::castError()
{
    QFETCH(const QByteArray, from);
    QFETCH(const QByteArray, value);
    QFETCH(const QByteArray, to);
    QFETCH(const int, number);
    const SqlType source = typeOf(from);
    const auto result = convertValue(made(value, source), source, typeOf(to));
    QVERIFY(!result);
    QVERIFY(result.error().server.has_value());
    QCOMPARE(result.error().server->number, number);
    QVERIFY(result.error().origin == es::base::Origin::kServer);
    QVERIFY(!result.error().server->message.empty());
}

void TypesConvert::assign_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<int>("number");  // 0: fits
    const auto row = [](const char* from, const char* value, const char* to, int number) {
        QTest::newRow(qPrintable(QString("%1 %2 to %3").arg(from, value, to))) << QByteArray(from) << QByteArray(value) << QByteArray(to) << number;
    };
    row("varchar(10)", "abcdef", "varchar(3)", 8152);
    row("varchar(10)", "abc   ", "varchar(3)", 0);
    row("nvarchar(10)", "abcd", "nchar(3)", 8152);
    row("varbinary(10)", "0x010203", "varbinary(2)", 8152);
    row("varchar(10)", "abc", "varbinary(5)", 257);
    row("datetime", "2024-01-01 00:00:00.000", "int", 257);
    row("int", "1", "date", 206);
    row("int", "300", "tinyint", 220);
    row("int", "3", "varchar(5)", 0);
}

void TypesConvert::assign()
{
    QFETCH(const QByteArray, from);
    QFETCH(const QByteArray, value);
    QFETCH(const QByteArray, to);
    QFETCH(const int, number);
    const SqlType source = typeOf(from);
    const auto result = assignValue(made(value, source), source, typeOf(to));
    QCOMPARE(result ? 0 : result.error().server->number, number);
}

void TypesConvert::convertStyle_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("style");
    QTest::addColumn<QByteArray>("expected");  // as varchar(40); empty: error 281
    const auto row = [](const char* from, const char* value, int style, const char* expected) {
        QTest::newRow(qPrintable(QString("%1 style %2").arg(from).arg(style))) << QByteArray(from) << QByteArray(value) << style << QByteArray(expected);
    };
    const char* stamp = "2024-03-05 13:04:15.123";
    row("datetime", stamp, 0, "Mar  5 2024  1:04PM");
    row("datetime", stamp, 1, "03/05/24");
    row("datetime", stamp, 101, "03/05/2024");
    row("datetime", stamp, 102, "2024.03.05");
    row("datetime", stamp, 103, "05/03/2024");
    row("datetime", stamp, 104, "05.03.2024");
    row("datetime", stamp, 105, "05-03-2024");
    row("datetime", stamp, 106, "05 Mar 2024");
    row("datetime", stamp, 107, "Mar 05, 2024");
    row("datetime", stamp, 108, "13:04:15");
    row("datetime", stamp, 109, "Mar  5 2024  1:04:15:123PM");
    row("datetime", stamp, 110, "03-05-2024");
    row("datetime", stamp, 111, "2024/03/05");
    row("datetime", stamp, 112, "20240305");
    row("datetime", stamp, 113, "05 Mar 2024 13:04:15:123");
    row("datetime", stamp, 114, "13:04:15:123");
    row("datetime", stamp, 120, "2024-03-05 13:04:15");
    row("datetime", stamp, 121, "2024-03-05 13:04:15.123");
    row("datetime", stamp, 126, "2024-03-05T13:04:15.123");
    row("datetime", stamp, 999, "");
    row("datetimeoffset(0)", "2024-01-01 00:30:00 +05:30", 121, "2024-01-01 00:30:00 +05:30");
    row("datetimeoffset(0)", "2024-01-01 00:30:00 +05:30", 127, "2023-12-31T19:00:00Z");
    row("money", "1234567.8912", 0, "1234567.89");
    row("money", "1234567.8912", 1, "1,234,567.89");
    row("money", "-123456.8912", 1, "-123,456.89");
    row("money", "1234567.8912", 2, "1234567.8912");
    row("varbinary(4)", "0xAB01", 1, "0xAB01");
    row("varbinary(4)", "0xAB01", 2, "AB01");
    row("float", "123456789.125", 1, "1.2345679e+008");
}

void TypesConvert::convertStyle()
{
    QFETCH(const QByteArray, from);
    QFETCH(const QByteArray, value);
    QFETCH(const int, style);
    QFETCH(const QByteArray, expected);
    const SqlType source = typeOf(from), target = typeOf("varchar(40)");
    const auto result = convertValue(made(value, source), source, target, style);
    if (expected.isEmpty()) {
        QVERIFY(!result);
        QCOMPARE(result.error().server->number, 281);
        return;
    }
    QVERIFY2(result, result ? "" : result.error().describe().c_str());
    QCOMPARE(QByteArray::fromStdString(std::get<std::string>(*result)), expected);
}

void TypesConvert::display_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("text");
    for (const auto& [type, text] : std::initializer_list<std::pair<const char*, const char*>>{
             {"money", "-0.5000"}, {"smallmoney", "214748.3647"}, {"bit", "1"}, {"float", "0.1"}, {"float", "1E+20"}, {"real", "1.5"},
             {"float", "-0"}, {"float", "123456789012345"}, {"float", "1E-07"}, {"date", "0001-01-01"}, {"time(0)", "23:59:59"}, {"datetime2(0)", "9999-12-31 23:59:59"},
             {"datetime", "2024-03-15 13:14:15.997"}, {"smalldatetime", "2079-06-06 23:59:00"}, {"varbinary(4)", "0x00FF"},
             {"decimal(38,38)", "0.00000000000000000000000000000000000001"}, {"bigint", "-9223372036854775808"},
             {"datetimeoffset(7)", "0001-01-01 14:00:00.0000000 +14:00"}})
        QTest::newRow(qPrintable(QString("%1 %2").arg(type, text))) << QByteArray(type) << QByteArray(text);
}

void TypesConvert::display()
{
    QFETCH(const QByteArray, type);
    QFETCH(const QByteArray, text);
    const SqlType target = typeOf(type);
    const auto value = valueFromText(text.toStdString(), target);
    QVERIFY2(value, value ? "" : value.error().describe().c_str());
    QCOMPARE(QByteArray::fromStdString(displayText(*value, target)), text);
    QCOMPARE(QByteArray::fromStdString(displayCell(*encodeRowForm(*value, target), target)), text);
}

void TypesConvert::names_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("name");  // empty: refused
    for (const auto& [text, name] : std::initializer_list<std::pair<const char*, const char*>>{
             {"CHAR(11)", "char(11)"}, {"nvarchar(max)", "nvarchar(max)"}, {"decimal(18, 2)", "decimal(18,2)"}, {"dec", "decimal(18,0)"},
             {"float(24)", "real"}, {"float(25)", "float"}, {"datetime2", "datetime2(7)"}, {"integer", "int"}, {"sysname", "nvarchar(128)"},
             {"rowversion", "binary(8)"}, {"double precision", "float"}, {"varchar", "varchar(1)"}, {"nchar(4000)", "nchar(4000)"},
             {"nchar(4001)", ""}, {"char(max)", ""}, {"decimal(39,0)", ""}, {"decimal(5,6)", ""}, {"time(8)", ""}, {"int(4)", ""}, {"nosuch", ""}, {"char(", ""}})
        QTest::newRow(text) << QByteArray(text) << QByteArray(name);
}

void TypesConvert::names()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, name);
    const auto type = typeFromText(text.toStdString());
    QCOMPARE(type ? QByteArray::fromStdString(typeName(*type)) : QByteArray(), name);
}

void TypesConvert::parametersAreNotPadded()
{
    const SqlType text = typeOf("varchar(5)");
    QCOMPARE(std::get<std::string>(*parameterValue(Value(std::string("abc")), text, typeOf("char(11)"))), std::string("abc"));
    QVERIFY(!parameterValue(Value(std::string("abcd")), text, typeOf("char(3)")));
}

void TypesConvert::nullStaysNull()
{
    QVERIFY(isNull(*convertValue(Value(Null{}), typeOf("int"), typeOf("date"))));
    QCOMPARE(displayText(Value(Null{}), typeOf("int")), std::string("NULL"));
}

QTEST_APPLESS_MAIN(TypesConvert)
#include "tst_types_convert.moc"
