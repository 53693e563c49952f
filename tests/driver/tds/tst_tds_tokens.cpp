// Tokens from bytes made by hand, fed whole and byte by byte; what a hostile server might send.            MS-TDS 2.2.7
#include "driver/tds/Errors.h"
#include "driver/tds/TokenDecoder.h"

#include <QTest>

using namespace es;

namespace {

base::Bytes hex(QByteArray text)
{
    const QByteArray bytes = QByteArray::fromHex(text.replace(' ', ""));
    return {bytes.begin(), bytes.end()};
}

// What came out, in short words.
struct Words {
    std::string operator()(const tds::ColMetadataPtr& m) const
    {
        return "columns " + (m->present ? std::to_string(m->columns.size()) : std::string("-"));
    }
    std::string operator()(const tds::Row& row) const
    {
        std::string text = "row";
        for (const tds::Cell& cell : row.cells)
            text += " " + (cell.isNull ? std::string("null") : cell.bytes.empty() ? std::string("empty") : base::toHex(cell.bytes));
        return text;
    }
    std::string operator()(const tds::Done& d) const
    {
        return "done " + std::to_string(d.status) + (d.count() ? " " + std::to_string(*d.count()) : "");
    }
    std::string operator()(const tds::ServerMessage& m) const
    {
        return (m.isError ? "error " : "info ") + std::to_string(m.error.number) + " " + m.error.message;
    }
    std::string operator()(const tds::EnvChange& c) const
    {
        return "env " + std::to_string(static_cast<int>(c.type)) + " " + c.newText + "/" + c.oldText + " " + base::toHex(c.newBytes) + "/"
            + base::toHex(c.oldBytes) + (c.routingPort != 0 ? " :" + std::to_string(c.routingPort) + " " + c.routingDatabase : "");
    }
    std::string operator()(const tds::ReturnValue& v) const { return "value " + v.name + " " + (v.value ? base::toHex(*v.value) : "null"); }
    std::string operator()(const tds::Order& o) const { return "order " + std::to_string(o.columns.size()); }
    std::string operator()(const tds::SspiToken& s) const { return "sspi " + base::toHex(s.data); }
    std::string operator()(const tds::SessionState& s) const
    {
        return "state " + std::to_string(s.sequence) + " " + std::to_string(s.items.size());
    }
    std::string operator()(const tds::TabName& t) const { return "tables " + t.tables.at(0).back(); }
    std::string operator()(const tds::ColInfo& c) const { return "colinfo " + c.items.back().baseName; }
    std::string operator()(const tds::ReturnStatus& s) const { return "status " + std::to_string(s.value); }
    template <class T>
    std::string operator()(const T&) const { return "other"; }
};

std::string words(const tds::Token& token)
{
    return std::visit(Words{}, token);
}

struct Outcome {
    QStringList tokens;
    QString error;  // code name, or empty
};

Outcome decode(const base::Bytes& bytes, std::size_t pieceBytes, tds::DecoderOptions options = {})
{
    tds::TokenDecoder decoder(options);
    Outcome outcome;
    for (std::size_t at = 0; at < bytes.size(); at += pieceBytes) {
        decoder.feed(base::ByteView(bytes).subspan(at, std::min(pieceBytes, bytes.size() - at)));
        for (;;) {
            const auto token = decoder.next();
            if (!token) {
                outcome.error = QString::fromUtf8(token.error().code.name.data());
                return outcome;
            }
            if (*token == nullptr)
                break;
            outcome.tokens.append(QString::fromStdString(words(**token)));
        }
    }
    if (const auto end = decoder.endOfMessage(); !end)
        outcome.error = QString::fromUtf8(end.error().code.name.data());
    return outcome;
}

// One column each; user type and flags 0, name "c".
const QByteArray kInt4 = "81 0100 00000000 0000 38 01 6300 ";
const QByteArray kIntN = "81 0100 00000000 0100 26 04 01 6300 ";
const QByteArray kTwoVarChar = "81 0200 00000000 0100 a7 0a00 0904d00034 01 6100 00000000 0100 a7 0a00 0904d00034 01 6200 ";
const QByteArray kMax = "81 0100 00000000 0100 a5 ffff 01 6300 ";
const QByteArray kText = "81 0100 00000000 0100 23 ffffff7f 0904d00034 01 0100 7400 01 6300 ";
const QByteArray kVariant = "81 0100 00000000 0100 62 491f0000 01 6300 ";
const QByteArray kDecimal = "81 0100 00000000 0100 6a 09 12 02 01 6300 ";

}  // namespace

class TdsTokens : public QObject {
    Q_OBJECT
private slots:
    void decoded_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QStringList>("tokens");
        const auto row
            = [](const char* name, const QByteArray& bytes, const QStringList& tokens) { QTest::newRow(name) << bytes << tokens; };
        row("fixed int", kInt4 + "d1 07000000", {"columns 1", "row 07000000"});
        row("nullable int", kIntN + "d1 04 07000000 d1 00", {"columns 1", "row 07000000", "row null"});
        row("NULL and empty text", kTwoVarChar + "d1 ffff 0000 d1 0100 61 0200 6263", {"columns 2", "row null empty", "row 61 6263"});
        row("null bitmap", kTwoVarChar + "d2 01 0100 61 d2 03 d2 02 0000", {"columns 2", "row null 61", "row null null", "row empty null"});
        row("PLP, known length, two chunks", kMax + "d1 0300000000000000 01000000 aa 02000000 bbcc 00000000", {"columns 1", "row aabbcc"});
        row("PLP, unknown length", kMax + "d1 feffffffffffffff 02000000 aabb 00000000", {"columns 1", "row aabb"});
        row("PLP, NULL", kMax + "d1 ffffffffffffffff", {"columns 1", "row null"});
        row("PLP, empty", kMax + "d1 0000000000000000 00000000", {"columns 1", "row empty"});
        row("text with pointer", kText + "d1 02 1111 0000000000000000 03000000 616263 d1 00", {"columns 1", "row 616263", "row null"});
        row("variant", kVariant + "d1 06000000 3800 2a000000 d1 00000000", {"columns 1", "row 38002a000000", "row null"});
        row("decimal", kDecimal + "d1 09 01 6400000000000000 d1 00", {"columns 1", "row 016400000000000000", "row null"});
        row("rows after COLMETADATA without columns keep the ones before", kInt4 + "d1 07000000 81 ffff d1 08000000",
            {"columns 1", "row 07000000", "columns -", "row 08000000"});
        row("no columns", "81 0000", {"columns 0"});
        row("error", "aa 1400 d6000000 01 10 0200 4f006b00 01 5300 00 05000000", {"error 214 Ok"});
        row("info", "ab 1400 d6000000 01 00 0200 4f006b00 01 5300 00 05000000", {"info 214 Ok"});
        row("return status", "79 feffffff", {"status -2"});
        row("done", "fd 1100 c100 0200000000000000 fe 0200 0000 0000000000000000", {"done 17 2", "done 2"});
        row("return value", "ac 0000 02 4000 7000 01 00000000 0000 26 04 04 2a000000", {"value @p 2a000000"});
        row("return value, PLP", "ac 0000 00 01 00000000 0000 a5 ffff feffffffffffffff 01000000 aa 01000000 bb 00000000", {"value  aabb"});
        row("order", "a9 0400 0100 0200", {"order 2"});
        row("SSPI", "ed 0200 abcd", {"sspi abcd"});
        row("session state", "e4 0c000000 07000000 01 05 01 aa 06 02 bbcc", {"state 7 2"});
        row("table name", "a4 0900 02 0100 6100 0100 7400", {"tables t"});
        row("column info", "a5 0600 01 01 20 01 6200", {"colinfo b"});
        row("OFFSET is passed by", "78 0100 0200 79 00000000", {"status 0"});
        row("environment: database", "e3 0700 01 01 6400 01 6d00", {"env 1 d/m /"});
        row("environment: transaction begins", "e3 0b00 08 08 0102030405060708 00", {"env 8 / 0102030405060708/"});
        row("environment: transaction ends", "e3 0b00 09 00 08 0102030405060708", {"env 9 / /0102030405060708"});
        row("environment: reset, no values", "e3 0100 12", {"env 18 / /"});
        row("environment: promotion with the length that lies", "e3 0100 0f 02000000 aabb 00 79 00000000", {"env 15 / aabb/", "status 0"});
        row("environment: routing", "e3 0c00 14 0700 00 9905 0100 7300 0000", {"env 20 s/ / :1433 "});
        row("environment: unknown", "e3 0300 63 aabb", {"env 99 / aabb/"});
    }
    void decoded()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QStringList, tokens);
        for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
            const Outcome outcome = decode(hex(bytes), piece);
            QCOMPARE(outcome.error, QString());
            QCOMPARE(outcome.tokens, tokens);
        }
    }

    void refused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("error");
        const auto row = [](const char* name, const QByteArray& bytes, const char* error) {
            QTest::newRow(name) << bytes << QString::fromUtf8(error);
        };
        row("unknown token", "01", "UnknownToken");
        row("row before columns", "d1 00", "Unexpected");
        row("row after an answer without columns", "81 0000 d1", "Unexpected");
        row("unknown type", "81 0100 00000000 0000 99", "UnknownType");
        row("INTN of 3 bytes", "81 0100 00000000 0000 26 03", "Malformed");
        row("precision 39", "81 0100 00000000 0000 6a 11 27 00", "Malformed");
        row("time with scale 8", "81 0100 00000000 0000 29 08", "Malformed");
        row("cell of another width", kIntN + "d1 02 0700", "Malformed");
        row("decimal of 6 bytes", kDecimal + "d1 06", "Malformed");
        row("PLP longer than it says", kMax + "d1 0100000000000000 02000000 aabb", "Malformed");
        row("PLP shorter than it says", kMax + "d1 0300000000000000 02000000 aabb 00000000", "Malformed");
        row("PLP of 2^60 bytes", kMax + "d1 0000000000000010", "TooLarge");
        row("PLP chunk of 4 GB", kMax + "d1 feffffffffffffff ffffffff", "TooLarge");
        row("variant of 4 GB", kVariant + "d1 ffffffff", "TooLarge");
        row("message longer than its token", "aa 0400 d6000000", "Malformed");
        row("session state of 4 GB", "e4 ffffffff", "Malformed");
        row("federated login that unfolds", "ee 04000000 ffffffff", "Malformed");
        row("data classification", "a3", "RefusedByName");
        row("COMPUTE", "88", "RefusedByName");
        row("cut off", "fd 0000", "Truncated");
        row("row cut off", kIntN + "d1 04 0700", "Truncated");
        row("columns cut off", "81 0100", "Truncated");
    }
    void refused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, error);
        QCOMPARE(decode(hex(bytes), 1).error, error);
        QCOMPARE(decode(hex(bytes), 1000).error, error);
    }

    void nothingAfterAnError()
    {
        tds::TokenDecoder decoder;
        decoder.feed(hex("01 79 00000000"));
        QVERIFY(!decoder.next());
        decoder.feed(hex("79 00000000"));
        QVERIFY(!decoder.next());
        decoder.reset();
        decoder.feed(hex("79 00000000"));
        const auto token = decoder.next();
        QVERIFY(token && *token != nullptr);
    }

    void rowLimit()
    {
        tds::DecoderOptions options;
        options.maxTokenBytes = 100;
        const base::Bytes bytes = hex(kMax + "d1 feffffffffffffff 00010000 " + QByteArray(200, '0'));
        QCOMPARE(decode(bytes, 50, options).error, QString::fromUtf8("TooLarge"));
    }

    // 32 MB in one value, packet by packet: a decoder that starts again would take minutes.
    void longValueIsLinear()
    {
        constexpr std::size_t kChunk = 4000;
        constexpr int kChunks = 8000;
        tds::TokenDecoder decoder;
        decoder.feed(hex(kMax + "d1 feffffffffffffff"));
        base::Bytes chunk = hex("a00f0000");  // its length, 4000
        chunk.resize(chunk.size() + kChunk, 0x5A);
        for (int i = 0; i < kChunks; ++i) {
            decoder.feed(chunk);
            auto token = decoder.next();
            QVERIFY(token.has_value());
            if (i == 0)  // the columns come first
                QVERIFY(*token != nullptr && std::holds_alternative<tds::ColMetadataPtr>(**token));
            else
                QVERIFY(*token == nullptr);
        }
        decoder.feed(hex("00000000"));
        const auto token = decoder.next();
        QVERIFY(token && *token != nullptr);
        const tds::Row row = std::get<tds::Row>(**token);
        QCOMPARE(row.cells[0].bytes.size(), kChunk * kChunks);
        QVERIFY(std::all_of(row.cells[0].bytes.begin(), row.cells[0].bytes.end(), [](base::Byte b) { return b == 0x5A; }));
    }

    void serverMessage()
    {
        base::ByteWriter out;
        tds::ServerMessage message;
        message.isError = true;
        message.error = {33514, 2, 16, 7, "Bad \xE2\x82\xAC", "srv", "dbo.p"};
        tds::appendToken(out, message);
        // AA, length 40 = number 4, state, class, message 2 + 10, server 1 + 6, procedure 1 + 10, line 4
        QVERIFY(base::toHex(out.view()).starts_with("aa2800ea8200000210"));
        tds::TokenDecoder decoder;
        decoder.feed(out.view());
        const auto token = decoder.next();
        QVERIFY(token && *token != nullptr);
        const auto& got = std::get<tds::ServerMessage>(**token);
        QVERIFY(got.isError);
        QCOMPARE(got.error.number, 33514);
        QCOMPARE(got.error.line, 7);
        QCOMPARE(got.error.message, message.error.message);
        QCOMPARE(got.error.procedure, std::string("dbo.p"));
        QCOMPARE(tds::consequenceOf(got.error), base::Consequence::kStatementFailed);
        QCOMPARE(tds::consequenceOf({0, 0, 20, 0, {}, {}, {}}), base::Consequence::kSessionUnusable);
    }

    void longMessageIsCut()
    {
        base::ByteWriter out;
        tds::ServerMessage message;
        message.error.message = std::string(100000, 'x');
        tds::appendToken(out, message);
        const Outcome outcome = decode({out.view().begin(), out.view().end()}, 5000);
        QCOMPARE(outcome.error, QString());
        QCOMPARE(outcome.tokens.size(), 1);
    }

    void environmentWritten()
    {
        base::ByteWriter out;
        tds::appendToken(out, tds::EnvChange::packetSize(8000, 4096));
        tds::appendToken(out, tds::EnvChange::collation({0x00D00409, 0x34}));
        tds::appendToken(out, tds::EnvChange::transaction(tds::EnvChangeType::kBeginTransaction, 0x0102));
        tds::appendToken(out, tds::EnvChange::resetAcknowledged());
        QCOMPARE(QByteArray::fromStdString(base::toHex(out.view())),
                 QByteArray("e3130004043800300030003000043400300039003600"
                            "e3080007050904d0003400"
                            "e30b000808020100000000000000"
                            "e30300120000"));
        tds::TokenDecoder decoder;
        decoder.feed(out.view());
        const auto size = decoder.next();
        QCOMPARE(std::get<tds::EnvChange>(**size).newPacketBytes(), std::uint32_t{8000});
        const auto collation = decoder.next();
        QVERIFY((std::get<tds::EnvChange>(**collation).collation() == types::Collation{0x00D00409, 0x34}));
        const auto begin = decoder.next();
        QCOMPARE(std::get<tds::EnvChange>(**begin).newTransactionDescriptor(), std::uint64_t{0x0102});
    }

    void cryptoMetadataChecked()
    {
        tds::CryptoMetadata good;
        QVERIFY(tds::checkCryptoMetadata(good, 1).has_value());
        QVERIFY(tds::checkCryptoMetadata(good, 0).error().code == tds::kMalformed);
        tds::CryptoMetadata bad = good;
        bad.algorithmId = 1;
        QVERIFY(tds::checkCryptoMetadata(bad, 1).error().code == tds::kRefusedByName);
        bad = good;
        bad.encryptionType = 3;
        QVERIFY(!tds::checkCryptoMetadata(bad, 1));
        bad = good;
        bad.normalizationRule = 2;
        QVERIFY(!tds::checkCryptoMetadata(bad, 1));
    }
};

QTEST_GUILESS_MAIN(TdsTokens)
#include "tst_tds_tokens.moc"
