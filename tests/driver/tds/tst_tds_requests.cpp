// TYPE_INFO, RPC values, table-valued parameters and requests, both ways, and what must not be encoded.
// MS-TDS 2.2.5.3 - 2.2.5.6, 2.2.6.6, 2.2.6.9
#include "driver/tds/Errors.h"
#include "driver/tds/Request.h"
#include "driver/tds/Row.h"

#include <QTest>

using namespace es;
using types::TypeId;

namespace {

base::Bytes hex(QByteArray text)
{
    const QByteArray bytes = QByteArray::fromHex(text.replace(' ', ""));
    return {bytes.begin(), bytes.end()};
}

types::SqlType sql(TypeId id, std::uint32_t lengthBytes = 0, std::uint8_t precision = 0, std::uint8_t scale = 0)
{
    types::SqlType type;
    type.id = id;
    type.lengthBytes = lengthBytes;
    type.precision = precision;
    type.scale = scale;
    if (id == TypeId::kChar || id == TypeId::kVarChar || id == TypeId::kNChar || id == TypeId::kNVarChar)
        type.collation = {0x00D00409, 0x34};
    return type;
}

const QByteArray kHeaders = "16000000 12000000 0200 0000000000000000 01000000 ";

}  // namespace

Q_DECLARE_METATYPE(es::types::SqlType)

class TdsRequests : public QObject {
    Q_OBJECT
private slots:
    // The wire's spelling of each type: for columns that allow NULL, for those that do not, and for parameters.
    void typeInfo_data()
    {
        QTest::addColumn<types::SqlType>("type");
        QTest::addColumn<QByteArray>("nullable");
        QTest::addColumn<QByteArray>("fixed");
        const auto row = [](const char* name, const types::SqlType& type, const QByteArray& nullable, const QByteArray& fixed = {}) {
            QTest::newRow(name) << type << nullable << (fixed.isEmpty() ? nullable : fixed);
        };
        row("bit", sql(TypeId::kBit), "6801", "32");
        row("tinyint", sql(TypeId::kTinyInt), "2601", "30");
        row("smallint", sql(TypeId::kSmallInt), "2602", "34");
        row("int", sql(TypeId::kInt), "2604", "38");
        row("bigint", sql(TypeId::kBigInt), "2608", "7f");
        row("real", sql(TypeId::kReal), "6d04", "3b");
        row("float", sql(TypeId::kFloat), "6d08", "3e");
        row("smallmoney", sql(TypeId::kSmallMoney), "6e04", "7a");
        row("money", sql(TypeId::kMoney), "6e08", "3c");
        row("decimal(9,2)", sql(TypeId::kDecimal, 0, 9, 2), "6a050902");
        row("numeric(38,0)", sql(TypeId::kNumeric, 0, 38, 0), "6c112600");
        row("date", sql(TypeId::kDate), "28");
        row("time(7)", sql(TypeId::kTime, 0, 0, 7), "2907");
        row("datetime2(3)", sql(TypeId::kDateTime2, 0, 0, 3), "2a03");
        row("datetimeoffset(0)", sql(TypeId::kDateTimeOffset, 0, 0, 0), "2b00");
        row("smalldatetime", sql(TypeId::kSmallDateTime), "6f04", "3a");
        row("datetime", sql(TypeId::kDateTime), "6f08", "3d");
        row("uniqueidentifier", sql(TypeId::kUniqueIdentifier), "2410");
        row("char(11)", sql(TypeId::kChar, 11), "af0b000904d00034");
        row("varchar(max)", sql(TypeId::kVarChar, types::kMaxLength), "a7ffff0904d00034");
        row("nchar(10)", sql(TypeId::kNChar, 20), "ef14000904d00034");
        row("nvarchar(50)", sql(TypeId::kNVarChar, 100), "e764000904d00034");
        row("binary(8)", sql(TypeId::kBinary, 8), "ad0800");
        row("varbinary(max)", sql(TypeId::kVarBinary, types::kMaxLength), "a5ffff");
        row("xml", sql(TypeId::kXml), "f100");
        row("sql_variant", sql(TypeId::kSqlVariant, 8009), "62491f0000");
    }
    void typeInfo()
    {
        QFETCH(types::SqlType, type);
        QFETCH(QByteArray, nullable);
        QFETCH(QByteArray, fixed);
        for (const bool isNullable : {true, false}) {
            const tds::TypeInfo info = tds::typeInfoOf(type, isNullable);
            base::ByteWriter out;
            tds::appendTypeInfo(out, info, tds::Place::kResult);
            QCOMPARE(QByteArray::fromStdString(base::toHex(out.view())), isNullable ? nullable : fixed);
            base::ByteReader reader(out.view());
            const auto again = tds::readTypeInfo(reader, tds::Place::kResult);
            QVERIFY(again && reader.atEnd());
            QVERIFY(*again == info);
            QVERIFY(tds::sqlTypeOf(*again) == type);
        }
    }

    void decimalParameterHasFullLength()
    {
        QCOMPARE(tds::parameterTypeInfoOf(sql(TypeId::kDecimal, 0, 9, 2)).lengthBytes, 17U);
    }

    void udtSpelledByPlace()
    {
        base::ByteReader inRpc(base::viewOf(std::string_view("\xF0\0\0\0", 4)));
        const auto rpc = tds::readTypeInfo(inRpc, tds::Place::kRpc);
        QVERIFY(rpc && inRpc.atEnd() && rpc->isMax());
        const base::Bytes bytes = hex("f0 ffff 01 6400 01 7300 01 7400 0100 6100");
        base::ByteReader inResult(bytes);
        const auto result = tds::readTypeInfo(inResult, tds::Place::kResult);
        QVERIFY(result && inResult.atEnd());
        QVERIFY((result->names == std::vector<std::string>{"d", "s", "t", "a"}));
        base::ByteWriter again;
        tds::appendTypeInfo(again, *result, tds::Place::kResult);
        QVERIFY(base::Bytes(again.view().begin(), again.view().end()) == bytes);
    }

    void xmlWithSchema()
    {
        const base::Bytes bytes = hex("f1 01 01 6400 01 7300 0100 6300");
        base::ByteReader reader(bytes);
        const auto type = tds::readTypeInfo(reader, tds::Place::kResult);
        QVERIFY(type && reader.atEnd() && type->isMax());
        base::ByteWriter again;
        tds::appendTypeInfo(again, *type, tds::Place::kResult);
        QVERIFY(base::Bytes(again.view().begin(), again.view().end()) == bytes);
    }

    // Several calls in one message; FE says that the call before it is not to be run.
    void severalCalls()
    {
        const base::Bytes bytes = hex(kHeaders + "0100 6100 0000 00 00 26 04 04 01000000 ff ffff 0c00 0200 fe 0100 6200 0000");
        const auto request = tds::decodeRpc(bytes, false);
        QVERIFY(request.has_value());
        QCOMPARE(request->calls.size(), std::size_t{3});
        QCOMPARE(request->calls[0].name, std::string("a"));
        QVERIFY(request->calls[0].execute);
        QCOMPARE(*request->calls[1].procId, std::uint16_t{12});
        QCOMPARE(request->calls[1].options, std::uint16_t{2});
        QVERIFY(!request->calls[1].execute);
        const auto again = tds::encodeRpc(*request, false);
        QVERIFY(again && *again == bytes);
        QCOMPARE(tds::procName(tds::ProcId::kExecuteSql), std::string_view("sp_executesql"));
        QCOMPARE(tds::procName(static_cast<tds::ProcId>(99)), std::string_view());
    }

    void textAsNText()
    {
        const base::Bytes bytes = hex(kHeaders + "ffff 0a00 0000 00 00 63 04000000 0904d00034 04000000 61006200");
        const auto request = tds::decodeRpc(bytes, false);
        QVERIFY(request.has_value());
        QVERIFY(request->calls[0].parameters[0].value == hex("61006200"));
        const auto again = tds::encodeRpc(*request, false);
        QVERIFY(again && *again == bytes);
    }

    // Microsoft's JDBC driver: a decimal has as many bytes as its digits need, a NULL GUID a type of 0 or 1 bytes.
    void parametersOfJdbc_data()
    {
        QTest::addColumn<QByteArray>("parameter");
        QTest::addColumn<QByteArray>("value");  // empty = NULL
        QTest::addColumn<bool>("taken");
        QTest::newRow("decimal 0") << QByteArray("00 00 6a 112600 02 0100") << QByteArray("0100") << true;
        QTest::newRow("decimal -258") << QByteArray("00 00 6a 112600 03 00 0201") << QByteArray("000201") << true;
        QTest::newRow("decimal without digits") << QByteArray("00 00 6a 112600 01 01") << QByteArray() << false;
        QTest::newRow("decimal of 18 bytes") << QByteArray("00 00 6a 112600 12 01" + QByteArray("00").repeated(17)) << QByteArray() << false;
        QTest::newRow("NULL GUID of 0 bytes") << QByteArray("00 00 24 00 00") << QByteArray() << true;
        QTest::newRow("NULL GUID of 1 byte") << QByteArray("00 00 24 01 00") << QByteArray() << true;
        QTest::newRow("GUID of 1 byte") << QByteArray("00 00 24 01 01 ff") << QByteArray() << false;
    }
    void parametersOfJdbc()
    {
        QFETCH(QByteArray, parameter);
        QFETCH(QByteArray, value);
        QFETCH(bool, taken);
        const auto request = tds::decodeRpc(hex(kHeaders + "ffff 0a00 0000 " + parameter), false);
        QCOMPARE(request.has_value(), taken);
        if (!taken)
            return;
        const auto& seen = request->calls[0].parameters[0].value;
        QCOMPARE(seen.has_value(), !value.isEmpty());
        if (seen)
            QVERIFY(*seen == hex(value));
    }

    void tableValue()
    {
        tds::RpcParameter parameter;
        parameter.name = "@t";
        parameter.type.wireType = tds::wire::kTable;
        parameter.type.names = {"", "dbo", "tt"};
        parameter.table.emplace();
        parameter.table->columns = {{0, 0, tds::typeInfoOf(sql(TypeId::kInt)), ""}, {0, 0x0200, tds::typeInfoOf(sql(TypeId::kBit)), ""}};
        parameter.table->orderUnique = {{1, 1}};
        parameter.table->columnOrdering = {2, 1};
        parameter.table->rows = {{hex("01000000"), std::nullopt}, {std::nullopt, std::nullopt}};
        base::ByteWriter out;
        QVERIFY(tds::appendParameter(out, parameter).has_value());
        QCOMPARE(QByteArray::fromStdString(base::toHex(out.view())),
            QByteArray("0240007400"
                       "00"
                       "f3"
                       "00"
                       "03640062006f00"
                       "0274007400"
                       "0200"
                       "00000000"
                       "0000"
                       "2604"
                       "00"
                       "00000000"
                       "0002"
                       "6801"
                       "00"
                       "10"
                       "0100"
                       "0100"
                       "01"
                       "11"
                       "0200"
                       "0200"
                       "0100"
                       "00"
                       "01"
                       "04"
                       "01000000"
                       "01"
                       "00"
                       "00"));
        base::ByteReader reader(out.view());
        const auto again = tds::readParameter(reader);
        QVERIFY(again && reader.atEnd());
        QVERIFY(again->table->rows == parameter.table->rows);
        QCOMPARE(again->table->orderUnique[0].column, std::uint16_t{1});
        QVERIFY(again->table->columnOrdering == parameter.table->columnOrdering);
        for (std::size_t size = 0; size < out.size(); ++size) {
            base::ByteReader cut(out.view().first(size));
            QVERIFY(!tds::readParameter(cut));
        }
    }

    void refusedToEncode_data()
    {
        QTest::addColumn<types::SqlType>("type");
        QTest::addColumn<int>("bytes");  // -1: NULL
        QTest::newRow("int of 3 bytes") << sql(TypeId::kInt) << 3;
        QTest::newRow("empty int") << sql(TypeId::kInt) << 0;
        QTest::newRow("longer than declared") << sql(TypeId::kNVarChar, 10) << 12;
        QTest::newRow("a value without type") << sql(TypeId::kNull) << 1;
    }
    void refusedToEncode()
    {
        QFETCH(types::SqlType, type);
        QFETCH(int, bytes);
        tds::RpcCall call;
        call.name = "p";
        call.parameters
            = {tds::makeParameter("@a", type, bytes < 0 ? std::nullopt : std::optional(base::Bytes(static_cast<std::size_t>(bytes))))};
        const auto encoded = tds::encodeRpc({{}, {call}}, false);
        QVERIFY(!encoded);
        QVERIFY(encoded.error().code == tds::kCannotEncode);
        QVERIFY(encoded.error().text.find("@a") != std::string::npos);
        QCOMPARE(encoded.error().consequence, base::Consequence::kStatementFailed);
    }

    void encryptedWithoutKey()
    {
        tds::RpcParameter parameter = tds::makeEncryptedParameter("@a", hex("01"), {});
        parameter.cipher->baseType = tds::typeInfoOf(sql(TypeId::kInt));
        base::ByteWriter out;
        QVERIFY(tds::appendParameter(out, parameter).has_value());
        parameter.cipher.reset();
        QVERIFY(!tds::appendParameter(out, parameter));
    }

    void transactionRequests()
    {
        tds::TransactionRequest begin;
        begin.request = static_cast<std::uint16_t>(tds::TransactionRequestKind::kBegin);
        begin.isolation = 5;
        begin.name = "t";
        const base::Bytes bytes = tds::encodeTransactionRequest(begin);
        QVERIFY(bytes == hex(kHeaders + "0500 05 02 7400"));
        const auto again = tds::decodeTransactionRequest(bytes);
        QVERIFY(again && again->name == "t" && again->isolation == 5);
        const auto commit = tds::decodeTransactionRequest(hex(kHeaders + "0700 00 01 02 02 6e00"));
        QVERIFY(commit && commit->beginsNew && commit->newName == "n" && commit->isolation == 2);
        const auto withoutFlags = tds::decodeTransactionRequest(hex(kHeaders + "0800 00"));
        QVERIFY(withoutFlags && !withoutFlags->beginsNew);
    }

    void badHeaders_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("total 3") << QByteArray("03000000");
        QTest::newRow("longer than the message") << QByteArray("17000000 12000000 0200 0000000000000000 01000000");
        QTest::newRow("header of 5 bytes") << QByteArray("0a000000 05000000 0200");
        QTest::newRow("odd text") << kHeaders + QByteArray("41");
    }
    void badHeaders()
    {
        QFETCH(QByteArray, bytes);
        const auto batch = tds::decodeSqlBatch(hex(bytes), false);
        QVERIFY(!batch);
        QCOMPARE(batch.error().consequence, base::Consequence::kSessionUnusable);
    }

    void rowsChooseTheShorterForm()
    {
        std::vector<tds::Column> columns(9);
        for (tds::Column& column : columns)
            column.type = tds::typeInfoOf(sql(TypeId::kInt));
        std::vector<tds::Cell> cells(9, tds::Cell{});
        const base::Bytes four = hex("01000000");
        cells[0] = cells[8] = {four, false};
        const tds::RowWriter writer(columns);
        base::ByteWriter out;
        writer.append(out, cells);  // 7 NULLs cost 7 bytes as values, 2 as a bitmap
        QCOMPARE(QByteArray::fromStdString(base::toHex(out.view())), QByteArray("d2fe000401000000" "0401000000"));
        out.clear();
        cells.assign(9, {four, false});
        cells[3] = {};
        writer.append(out, cells);
        QCOMPARE(out.view()[0], base::Byte{0xD1});
        out.clear();
        cells.assign(9, {});
        tds::RowWriter(columns, false).append(out, cells);
        QCOMPARE(QByteArray::fromStdString(base::toHex(out.view())), QByteArray("d1000000000000000000"));
    }
};

QTEST_GUILESS_MAIN(TdsRequests)
#include "tst_tds_requests.moc"
