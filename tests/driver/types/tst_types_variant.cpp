// sql_variant: its bytes, what is inside, its order, and cells that nobody sane would send.                         tds reference 8.4
#include "driver/types/Compare.h"
#include "driver/types/Convert.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"
#include "driver/types/Variant.h"

#include <QTest>

using namespace es::types;
using es::base::Bytes;

namespace {

Value made(const QByteArray& text, const SqlType& type)
{
    return isText(type.id) ? Value(text.toStdString()) : *valueFromText(text.toStdString(), type);
}

Variant variantOf(const QByteArray& type, const QByteArray& value)
{
    const SqlType sqlType = *typeFromText(type.toStdString());
    return *makeVariant(made(value, sqlType), sqlType);
}

Bytes bytesOf(const QByteArray& hex) { return *es::base::fromHex(QByteArray(hex).replace(' ', "").toStdString()); }

constexpr const char* kSamples[][2] = {{"bit", "1"}, {"tinyint", "255"}, {"smallint", "-32768"}, {"int", "-2147483648"}, {"bigint", "9223372036854775807"},
    {"real", "-1.5"}, {"float", "1e308"}, {"smallmoney", "-214748.3648"}, {"money", "922337203685477.5807"}, {"decimal(5,2)", "-123.45"},
    {"decimal(38,0)", "99999999999999999999999999999999999999"}, {"date", "0001-01-01"}, {"time(0)", "23:59:59"}, {"time(7)", "23:59:59.9999999"},
    {"datetime2(3)", "9999-12-31 23:59:59.999"}, {"datetimeoffset(7)", "2024-02-29 12:00:00.1234567 +05:30"}, {"datetime", "1753-01-01 00:00:00.000"},
    {"smalldatetime", "2079-06-06 23:59:00"}, {"uniqueidentifier", "6F9619FF-8B86-D011-B42D-00C04FC964FF"}, {"char(5)", "abc  "}, {"varchar(20)", ""},
    {"nchar(3)", "\xC3\xA4\xE2\x82\xAC\xE6\xBC\xA2"}, {"nvarchar(4000)", "\xE6\xBC\xA2\xE5\xAD\x97"}, {"binary(3)", "0x0102ff"}, {"varbinary(8000)", "0x00ff00"}};

} // namespace

class TypesVariant : public QObject {
    Q_OBJECT

private slots:
    void bytes_data();
    void bytes();
    void keepsTypeAndValue_data();
    void keepsTypeAndValue();
    void takesNoLargeTypes();
    void order_data();
    void order();
    void malformed_data();
    void malformed();
    void alteredCells();
};

// Built by hand from the layout.
void TypesVariant::bytes_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("hex");
    const auto row = [](const char* type, const char* value, const char* hex) { QTest::newRow(type) << QByteArray(type) << QByteArray(value) << QByteArray(hex); };
    row("int", "42", "38 00 2a000000");
    row("bit", "1", "32 00 01");
    row("money", "1.0000", "3c 00 00000000 10270000");
    row("decimal(5,2)", "123.45", "6a 02 0502 01 39300000");
    row("time(7)", "00:00:00.0000001", "29 01 07 0100000000");
    row("varbinary(8)", "0x0102", "a5 02 0800 0102");
    row("binary(3)", "0x01", "ad 02 0300 010000");
    row("varchar(3)", "abc", "a7 07 0904d00034 0300 616263");
    row("nvarchar(2)", "a", "e7 07 0904d00034 0400 6100");
    row("char(3)", "a", "af 07 0904d00034 0300 612020");
}

void TypesVariant::bytes()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, hex);
    const SqlType sqlType = *typeFromText(type.toStdString());
    const Value input = type.startsWith("binary") ? Value(bytesOf("01")) : made(value, sqlType);
    const Variant variant = *makeVariant(input, sqlType);
    QCOMPARE(QByteArray::fromStdString(es::base::toHex(variant.bytes)), QByteArray(hex).replace(' ', ""));
    QVERIFY(*readVariant(bytesOf(hex)) == variant);
    QCOMPARE(*decodeRowForm(bytesOf(hex), makeType(TypeId::kSqlVariant)), Value(variant));
    QCOMPARE(*encodeRowForm(Value(variant), makeType(TypeId::kSqlVariant)), bytesOf(hex));
}

void TypesVariant::keepsTypeAndValue_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("value");
    for (const auto& sample : kSamples)
        QTest::newRow(sample[0]) << QByteArray(sample[0]) << QByteArray(sample[1]);
}

void TypesVariant::keepsTypeAndValue()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, value);
    const SqlType sqlType = *typeFromText(type.toStdString());
    const Value given = made(value, sqlType);
    const SqlType variantType = makeType(TypeId::kSqlVariant);
    const auto variant = assignValue(given, sqlType, variantType);
    QVERIFY(variant);
    const TypedValue content = *variantContent(std::get<Variant>(*variant));
    QCOMPARE(QByteArray::fromStdString(typeName(content.type)), type);
    QCOMPARE(content.type, sqlType);
    QCOMPARE(content.value, given);
    QCOMPARE(displayText(*variant, variantType), displayText(given, sqlType));
    QCOMPARE(*convertValue(*variant, variantType, sqlType), given);
    QVERIFY(!assignValue(*variant, variantType, sqlType)); // 257
    QCOMPARE(*convertValue(*variant, variantType, variantType), *variant);
}

void TypesVariant::takesNoLargeTypes()
{
    const SqlType variantType = makeType(TypeId::kSqlVariant);
    for (const char* type : {"varchar(max)", "nvarchar(max)", "varbinary(max)", "text", "ntext", "image", "xml"}) {
        const SqlType from = *typeFromText(type);
        const Value value = isBinary(from.id) ? Value(Bytes{1}) : Value(std::string("a"));
        const auto cast = convertValue(value, from, variantType);
        QVERIFY2(!cast && cast.error().server->number == 529, type);
        const auto assigned = assignValue(value, from, variantType);
        QVERIFY2(!assigned && assigned.error().server->number == 206, type);
    }
    QVERIFY(!isConvertible(TypeId::kSqlVariant, TypeId::kXml));
    const auto date = convertValue(Value(variantOf("date", "2024-01-01")), variantType, makeType(TypeId::kInt));
    QVERIFY(!date);
    QCOMPARE(date.error().server->number, 529);
    QCOMPARE(date.error().server->state, std::uint8_t{3});
}

// Families, then values: as public captures of SQL Server 2025 show it.
void TypesVariant::order_data()
{
    QTest::addColumn<QByteArray>("aType");
    QTest::addColumn<QByteArray>("a");
    QTest::addColumn<QByteArray>("bType");
    QTest::addColumn<QByteArray>("b");
    QTest::addColumn<int>("expected");
    const auto row = [](const char* aType, const char* a, const char* bType, const char* b, int expected) {
        QTest::newRow(qPrintable(QString("%1 %2, %3 %4").arg(aType, a, bType, b)))
            << QByteArray(aType) << QByteArray(a) << QByteArray(bType) << QByteArray(b) << expected;
    };
    row("int", "1", "decimal(5,2)", "1.00", 0);
    row("int", "1", "money", "1", 0);
    row("bit", "1", "bigint", "1", 0);
    row("int", "2", "decimal(5,2)", "1.99", 1);
    row("decimal(38,0)", "99999999999999999999999999999999999999", "decimal(38,10)", "9999999999999999999999999999.0000000000", 1);
    row("int", "2147483647", "float", "1", -1);
    row("real", "1.5", "float", "1.5", 0);
    row("date", "2024-01-01", "float", "1e300", 1);
    row("datetime", "2024-01-01 00:00:00.000", "date", "2024-01-01", 0);
    row("time(0)", "12:00:00", "datetime", "1900-01-01 12:00:00.000", 0);
    row("datetimeoffset(0)", "2024-01-01 12:00:00 +02:00", "datetime2(0)", "2024-01-01 10:00:00", 0);
    row("varchar(5)", "zzz", "int", "0", -1);
    row("varchar(5)", "abc", "nvarchar(5)", "ABC  ", 0);
    row("varchar(5)", "b", "varchar(8)", "a", 1);
    row("varbinary(8)", "0x01", "varbinary(8)", "0x0100", 0);
    row("varbinary(8)", "0xff", "char(1)", "a", -1);
    row("uniqueidentifier", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "varbinary(8)", "0x00", -1);
}

void TypesVariant::order()
{
    QFETCH(QByteArray, aType);
    QFETCH(QByteArray, a);
    QFETCH(QByteArray, bType);
    QFETCH(QByteArray, b);
    QFETCH(int, expected);
    const Variant left = variantOf(aType, a), right = variantOf(bType, b);
    QCOMPARE(compareVariants(left, right), expected);
    QCOMPARE(compareVariants(right, left), -expected);
    QCOMPARE(compareValues(Value(left), Value(right), makeType(TypeId::kSqlVariant)), expected);
    // Another collation decides before the letters do.
    SqlType other = makeSized(TypeId::kNVarChar, 5, kLatin1General100CiAs);
    QCOMPARE(compareVariants(*makeVariant(Value(std::string("a")), other), variantOf("nvarchar(5)", "z")), 1);
}

void TypesVariant::malformed_data()
{
    QTest::addColumn<QByteArray>("hex");
    const auto row = [](const char* name, const char* hex) { QTest::newRow(name) << QByteArray(hex); };
    row("nothing", "");
    row("no property count", "38");
    row("unknown base type", "ff 00 01");
    row("a variant inside", "62 00 00000000");
    row("text inside", "23 00 61");
    row("int of 3 bytes", "38 00 2a0000");
    row("int of 5 bytes", "38 00 2a00000000");
    row("properties cut off", "a7 07 0904d000");
    row("too few properties", "a7 02 0300 616263");
    row("too many properties", "38 02 0000 2a000000");
    row("longer than declared", "a7 07 0904d00034 0200 616263");
    row("declared longer than 8000", "a5 02 411f 00");
    row("half a character", "e7 07 0904d00034 0400 61");
    row("precision 0", "6a 02 0000 01 00000000");
    row("precision 39", "6a 02 2700 01 00000000");
    row("scale above precision", "6a 02 0203 01 01000000");
    row("more digits than declared", "6a 02 0100 01 0a000000");
    row("time scale 8", "29 01 08 0000000000");
    row("time past midnight", "29 01 00 805101");
    row("guid of 15 bytes", "24 00 000102030405060708090a0b0c0d0e");
}

void TypesVariant::malformed()
{
    QFETCH(QByteArray, hex);
    QVERIFY(!readVariant(bytesOf(hex)));
    QVERIFY(!decodeRowForm(bytesOf(hex), makeType(TypeId::kSqlVariant)));
    QVERIFY(!displayCell(bytesOf(hex), makeType(TypeId::kSqlVariant)).empty()); // shown as bytes or by part, never a crash
}

// A hostile server: each byte of each sample set to each value, each cut at each length. What is taken must come back unchanged.
void TypesVariant::alteredCells()
{
    int taken = 0, refused = 0;
    const auto look = [&](const Bytes& cell) {
        const auto variant = readVariant(cell);
        QVERIFY(!displayCell(cell, makeType(TypeId::kSqlVariant)).empty() || cell.size() >= 9); // an empty text shows nothing
        QCOMPARE(compareVariants(Variant{cell}, Variant{cell}), 0);
        if (!variant) {
            ++refused;
            return;
        }
        ++taken;
        const auto content = variantContent(*variant);
        QVERIFY(content);
        QVERIFY(*readVariant(variant->bytes) == *variant);
    };
    for (const auto& sample : kSamples) {
        const Bytes cell = variantOf(sample[0], sample[1]).bytes;
        for (std::size_t i = 0; i < cell.size(); ++i)
            for (int value = 0; value < 256; ++value) {
                Bytes altered = cell;
                altered[i] = static_cast<es::base::Byte>(value);
                look(altered);
            }
        for (std::size_t size = 0; size < cell.size(); ++size)
            look(Bytes(cell.begin(), cell.begin() + static_cast<std::ptrdiff_t>(size)));
    }
    QVERIFY(taken > 1000);
    QVERIFY(refused > 1000);
}

QTEST_APPLESS_MAIN(TypesVariant)
#include "tst_types_variant.moc"
