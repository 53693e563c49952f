// Bulk copy: what is said and sent, batch by batch; encrypted columns; failures and cancel at each step.  MS-TDS 2.2.6.1; always-encrypted-wire.md 2.6
#include "tests/driver/session/EnclaveScript.h"

#include "driver/crypto/CellCipher.h"
#include "driver/session/Errors.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"

using namespace es;
using namespace es::test;

namespace {

constexpr std::uint8_t kBatch = 0x01, kBulk = 0x07;

// COLMETADATA of: id int identity NOT NULL, n int NOT NULL, t varchar(5) NULL, b binary(2) NULL
ServerBytes plainColumns(bool keyTable = false)
{
    ServerBytes bytes;
    bytes.u8(0x81).u16(4);
    if (keyTable) bytes.u16(0);
    bytes.u32(0).u16(0x0018).hex("38").bVarchar("id");
    bytes.u32(0).u16(0x0008).hex("38").bVarchar("n");
    bytes.u32(0).u16(0x0009).hex("a705000904d00034").bVarchar("t");
    bytes.u32(0).u16(0x0009).hex("ad0200").bVarchar("b");
    return bytes;
}

Bytes described()
{
    return plainColumns().done(0x10, 0xC1, 0).message();
}

Bytes done(std::uint64_t rows = 0)
{
    return ServerBytes().done(0x10, 0xF0, rows).message();
}

// The packet's payload.
QByteArray payloadOf(ByteView packet)
{
    return {reinterpret_cast<const char*>(packet.data()) + 8, static_cast<qsizetype>(packet.size()) - 8};
}

// A batch: ALL_HEADERS of 22 bytes, the enclave field of version 2 left out here, then the text.
std::function<std::string(ByteView)> text(std::string expected)
{
    return [expected](ByteView packet) {
        const QByteArray utf16 = payloadOf(packet).mid(22);
        const QString seen = QString::fromUtf16(reinterpret_cast<const char16_t*>(utf16.constData()), utf16.size() / 2);
        return seen.toStdString() == expected ? std::string() : "said: " + seen.toStdString();
    };
}

std::function<std::string(ByteView)> bytes(std::string hex)
{
    return [hex](ByteView packet) {
        const QByteArray seen = payloadOf(packet).toHex();
        return seen.toStdString() == hex ? std::string() : "sent: " + seen.toStdString();
    };
}

class Rows final : public session::BulkSource {
public:
    std::vector<std::vector<types::Value>> rows;
    std::vector<session::BulkColumn> columns;
    std::vector<std::uint64_t> batches;
    std::optional<base::Error> failAtEnd;
    std::function<void(std::size_t)> onNext;

    base::Result<void> onColumns(std::span<const session::BulkColumn> given) override
    {
        columns.assign(given.begin(), given.end());
        return {};
    }
    base::Result<bool> next(std::span<types::Value> row) override
    {
        if (onNext) onNext(m_next);
        if (m_next == rows.size()) return failAtEnd ? base::Result<bool>(*failAtEnd) : base::Result<bool>(false);
        std::copy(rows[m_next].begin(), rows[m_next].end(), row.begin());
        ++m_next;
        return true;
    }
    void onBatch(std::uint64_t copied) override { batches.push_back(copied); }

private:
    std::size_t m_next = 0;
};

Rows threeRows()
{
    Rows rows;
    rows.rows = {{std::int64_t{1}, std::string("a\xC3\xA9"), base::Bytes{1, 2}}, {std::int64_t{2}, types::Null{}, base::Bytes{3}},
        {std::int64_t{3}, std::string(), types::Null{}}};
    return rows;
}

// n as INTN(4) would be nullable: a NOT NULL column keeps flags without bit 0, its values travel in the nullable form.
const char* const kColumnsHex = "810300"
                                "00000000" "0800" "2604" "01" "6e00"
                                "00000000" "0900" "e70a000904d00034" "01" "7400"
                                "00000000" "0900" "a50200" "01" "6200";
const char* const kDoneHex = "fd00000000" "0000000000000000";

session::BulkCopyRequest request(std::uint32_t batchRows = 0)
{
    session::BulkCopyRequest made;
    made.table = "dbo.T";
    made.options.batchRows = batchRows;
    return made;
}

const std::string kStatement = "INSERT BULK dbo.T ([n] int, [t] nvarchar(5), [b] varbinary(2))";

// `lastBinary`: the cell of row 2; what is converted from another type is padded to the column's.
Script twoBatches(const std::string& lastBinary = "010003")
{
    Script script;
    script.expect(kBatch, text("SELECT TOP (0) * FROM dbo.T")).give(described());
    script.expect(kBatch, text(kStatement)).give(done());
    script.expect(kBulk, bytes(std::string(kColumnsHex) + "d1" "0401000000" "04006100e900" "02000102" "d1" "0402000000" "ffff" + lastBinary + kDoneHex)).give(done(2));
    script.expect(kBatch, text(kStatement)).give(done());
    script.expect(kBulk, bytes(std::string(kColumnsHex) + "d1" "0403000000" "0000" "ffff" + kDoneHex)).give(done(1));
    return script;
}

} // namespace

class SessionBulkTest : public QObject {
    Q_OBJECT

private slots:
    void batches()
    {
        for (const bool slowly : {false, true}) {
            Connection connection;
            Script script = loginScript();
            connection.open(script.append(twoBatches()), plainSettings(), {.loseAtStep = {}, .oneByteAtATime = slowly, .onStep = {}});
            Rows rows = threeRows();
            const auto copied = connection.session->bulkCopy(request(2), rows, {});
            QVERIFY2(copied, copied ? "" : copied.error().describe().c_str());
            QCOMPARE(connection.violations(), QByteArray());
            QCOMPARE(copied->rows, std::uint64_t{3});
            QVERIFY(!copied->cancelled);
            QCOMPARE(rows.batches, (std::vector<std::uint64_t>{2, 3}));
            QCOMPARE(rows.columns.size(), std::size_t{3});
            QCOMPARE(rows.columns[1].type, types::makeSized(types::TypeId::kVarChar, 5, {0x00D00409, 0x34}));
        }
    }

    void lossAndCancelAtEachStep()
    {
        const std::size_t steps = twoBatches().stepCount();
        for (std::size_t step = 0; step < steps; ++step) {
            Connection lost;
            Script script = loginScript();
            lost.open(script.append(twoBatches()), plainSettings(), {.loseAtStep = kLoginSteps + step, .oneByteAtATime = true, .onStep = {}});
            Rows rows = threeRows();
            const auto copied = lost.session->bulkCopy(request(2), rows, {});
            QVERIFY(!copied);
            QCOMPARE(nameOf(copied.error().code), nameOf(session::kConnectionLost));
            QVERIFY(!lost.session->state().usable);
            QCOMPARE(rows.batches.size(), step < 6 ? std::size_t{0} : std::size_t{1});
        }
        for (std::size_t row = 0; row < 3; ++row) {
            std::stop_source stop;
            Connection connection;
            Script script = loginScript();
            connection.open(script.append(twoBatches()), plainSettings());
            Rows rows = threeRows();
            rows.onNext = [&](std::size_t next) {
                if (next == row) stop.request_stop();
            };
            const auto copied = connection.session->bulkCopy(request(2), rows, stop.get_token());
            QVERIFY(copied);
            QVERIFY(copied->cancelled);
            QCOMPARE(copied->rows, row < 2 ? std::uint64_t{0} : std::uint64_t{2});
            QVERIFY(connection.session->state().usable);
        }
    }

    void options_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<QString>("words");
        QTest::newRow("none") << 0 << "";
        QTest::newRow("nulls") << 1 << " WITH (KEEP_NULLS)";
        QTest::newRow("checks, triggers, lock") << 2 << " WITH (CHECK_CONSTRAINTS, FIRE_TRIGGERS, TABLOCK)";
        QTest::newRow("ciphertext") << 3 << " WITH (ALLOW_ENCRYPTED_VALUE_MODIFICATIONS)";
    }
    void options()
    {
        QFETCH(int, which);
        QFETCH(QString, words);
        auto made = request();
        made.columns = {"n", "t", "b"};
        made.options.keepNulls = which == 1;
        made.options.checkConstraints = made.options.fireTriggers = made.options.lockTable = which == 2;
        made.options.allowEncryptedValues = which == 3;
        ServerBytes columns;
        columns.u8(0x81).u16(3).u32(0).u16(8).hex("38").bVarchar("n").u32(0).u16(9).hex("a705000904d00034").bVarchar("t");
        columns.u32(0).u16(9).hex("ad0200").bVarchar("b");
        Script script = loginScript();
        script.expect(kBatch, text("SELECT TOP (0) [n], [t], [b] FROM dbo.T")).give(columns.done(0x10, 0xC1, 0).message());
        script.expect(kBatch, text(kStatement + words.toStdString())).give(done());
        script.expect(kBulk).give(done(3));
        Connection connection;
        connection.open(script, plainSettings());
        Rows rows = threeRows();
        const auto copied = connection.session->bulkCopy(made, rows, {});
        QVERIFY2(copied, copied ? "" : copied.error().describe().c_str());
        QCOMPARE(connection.violations(), QByteArray());
    }

    void identityKept()
    {
        auto made = request();
        made.options.keepIdentity = true;
        Script script = loginScript();
        script.expect(kBatch).give(described());
        script.expect(kBatch, text("INSERT BULK dbo.T ([id] int, [n] int, [t] nvarchar(5), [b] varbinary(2)) WITH (KEEP_IDENTITY)")).give(done());
        script.expect(kBulk).give(done(1));
        Connection connection;
        connection.open(script, plainSettings());
        Rows rows;
        rows.rows = {{std::int64_t{9}, std::int64_t{1}, types::Null{}, types::Null{}}};
        QVERIFY(connection.session->bulkCopy(made, rows, {}));
        QCOMPARE(connection.violations(), QByteArray());
    }

    void valuesThatCannotBeSent_data()
    {
        QTest::addColumn<int>("row");
        QTest::newRow("not a number") << 0;
        QTest::newRow("not in the code page") << 1;
        QTest::newRow("too long") << 2;
        QTest::newRow("too long in bytes") << 3;
    }
    void valuesThatCannotBeSent()
    {
        QFETCH(int, row);
        Rows rows = threeRows();
        const std::vector<std::vector<types::Value>> bad{{std::string("MARKER"), types::Null{}, types::Null{}},
            {std::int64_t{1}, std::string("MARKER \xE6\xBC\xA2"), types::Null{}}, {std::int64_t{1}, std::string("MARKER"), types::Null{}},
            {std::int64_t{1}, types::Null{}, base::Bytes{1, 2, 3}}};
        rows.rows.push_back(bad[static_cast<std::size_t>(row)]);
        Script script = loginScript();
        script.expect(kBatch).give(described()).expect(kBatch).give(done()).expect(kBulk).give(done(2));
        Connection connection;
        connection.open(script, plainSettings());
        const auto copied = connection.session->bulkCopy(request(2), rows, {});
        QVERIFY(!copied);
        QCOMPARE(nameOf(copied.error().code), nameOf(session::kBadParameter));
        QVERIFY(copied.error().describe().find("MARKER") == std::string::npos);
        QVERIFY(copied.error().text.find("row 4") != std::string::npos);
        QCOMPARE(rows.batches, (std::vector<std::uint64_t>{2}));
        QVERIFY(connection.session->state().usable);
    }

    void serverAndSourceErrors()
    {
        for (const int at : {0, 1, 2}) {
            const Bytes error = ServerBytes().error(at == 2 ? 2627 : 208, 16, "no").done(2, 0, 0).message();
            Script script = loginScript();
            script.expect(kBatch).give(at == 0 ? error : described());
            script.expect(kBatch).give(at == 1 ? error : done());
            script.expect(kBulk).give(error);
            Connection connection;
            connection.open(script, plainSettings());
            Rows rows = threeRows();
            const auto copied = connection.session->bulkCopy(request(), rows, {});
            QVERIFY(!copied);
            QCOMPARE(copied.error().server->number, at == 2 ? 2627 : 208);
            QVERIFY(connection.session->state().usable);
            QVERIFY(rows.batches.empty());
        }
        Script script = loginScript();
        script.expect(kBatch).give(described());
        Connection connection;
        connection.open(script, plainSettings());
        Rows rows = threeRows();
        rows.failAtEnd = base::makeError(session::kBadParameter, "The file is torn.");
        const auto copied = connection.session->bulkCopy(request(), rows, {});
        QVERIFY(!copied);
        QCOMPARE(copied.error().text, std::string("The file is torn."));
        QCOMPARE(connection.record->writes.size(), std::size_t{3});
        QVERIFY(connection.session->state().usable);
    }

    void encrypted_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<int>("algorithm");
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("good") << QByteArray("alpha") << 2 << QByteArray();
        QTest::newRow("no key") << QByteArray("broken") << 2 << nameOf(keystore::kKeyNotFound);
        QTest::newRow("unknown algorithm") << QByteArray("alpha") << 1 << nameOf(session::kUnsupportedEncryption);
    }
    void encrypted()
    {
        QFETCH(QByteArray, path);
        QFETCH(int, algorithm);
        QFETCH(QByteArray, code);
        // One key, then n int NOT NULL and s int ENCRYPTED deterministic NULL.
        ServerBytes columns;
        columns.u8(0x81).u16(2).u16(1).u32(5).u32(101).u32(1).raw(Bytes(8, 9)).u8(1).u16(1).u8(7).bVarchar("NAMED").usVarchar(path.toStdString()).bVarchar("RSA_OAEP");
        columns.u32(0).u16(8).hex("38").bVarchar("n");
        columns.u32(0).u16(0x0809).hex("a5401f").u16(0).u32(0).hex("2604").u8(static_cast<unsigned>(algorithm)).u8(1).u8(1).bVarchar("s");
        auto cipher = crypto::CellCipher::create(base::SecureBytes(ByteView(Bytes(32, 7))));
        Bytes cell;
        QVERIFY(cipher->encrypt(Bytes{5, 0, 0, 0, 0, 0, 0, 0}, crypto::EncryptionType::kDeterministic, cell));
        const std::string sent = std::string("8102000100") + "05000000" "65000000" "01000000" "0909090909090909" "00"
            + "00000000" "0800" "2604" "01" "6e00"
            + "00000000" "0908" "a5401f" "0000" "00000000" "2604" "02" "01" "01" "01" "7300"
            + "d1" "0401000000" "4100" + base::toHex(cell) + "d1" "0402000000" "ffff" + kDoneHex;
        Script script = loginScript(1);
        script.expect(kBatch).give(columns.done(0x10, 0xC1, 0).message());
        script.expect(kBatch, text("INSERT BULK dbo.T ([n] int, [s] varbinary(8000))")).give(done());
        script.expect(kBulk, bytes(sent)).give(done(2));
        Connection connection;
        connection.keyStores.add(std::make_unique<NamedKeyStore>());
        connection.open(script, encryptedSettings());
        Rows rows;
        rows.rows = {{std::int64_t{1}, std::int64_t{5}}, {std::int64_t{2}, types::Null{}}};
        const auto copied = connection.session->bulkCopy(request(), rows, {});
        if (code.isEmpty()) {
            QVERIFY2(copied, copied ? "" : copied.error().describe().c_str());
            QCOMPARE(connection.violations(), QByteArray());
            QVERIFY(rows.columns[1].encrypted);
            QCOMPARE(rows.columns[1].type, types::makeType(types::TypeId::kInt));
            return;
        }
        QVERIFY(!copied);
        QCOMPARE(nameOf(copied.error().code), code);
        QVERIFY(copied.error().text.find("\"s\"") != std::string::npos);
        QCOMPARE(connection.record->writes.size(), std::size_t{3}); // nothing of the rows
    }

    void typesThatAreNotSent()
    {
        ServerBytes columns;
        columns.u8(0x81).u16(1).u32(0).u16(9).hex("f100").bVarchar("x");
        Script script = loginScript();
        script.expect(kBatch).give(columns.done(0x10, 0xC1, 0).message());
        Connection connection;
        connection.open(script, plainSettings());
        Rows rows;
        const auto copied = connection.session->bulkCopy(request(), rows, {});
        QVERIFY(!copied);
        QCOMPARE(nameOf(copied.error().code), nameOf(session::kBadParameter));
    }

    void blocks()
    {
        types::ColumnSet from(3);
        from[0].type = types::makeType(types::TypeId::kBigInt);
        from[1].type = types::makeSized(types::TypeId::kNVarChar, 20);
        from[2].type = types::makeSized(types::TypeId::kVarBinary, 2);
        types::RowBlockBuilder builder(from);
        std::vector<std::shared_ptr<const types::RowBlock>> made;
        for (int i = 1; i <= 3; ++i) {
            builder.append(*types::encodeRowForm(std::int64_t{i}, from[0].type));
            i == 2 ? builder.appendNull() : builder.append(*types::encodeRowForm(std::string(i == 1 ? "a\xC3\xA9" : ""), from[1].type));
            i == 3 ? builder.appendNull() : builder.append(i == 1 ? Bytes{1, 2} : Bytes{3});
            if (i != 1) made.push_back(builder.take());
        }
        Script script = loginScript();
        Connection connection;
        connection.open(script.append(twoBatches("02000300")), plainSettings());
        session::BlockBulkSource source(from, made);
        const auto copied = connection.session->bulkCopy(request(2), source, {});
        QVERIFY2(copied, copied ? "" : copied.error().describe().c_str());
        QCOMPARE(connection.violations(), QByteArray());

        Script other = loginScript();
        other.expect(kBatch).give(described());
        Connection fewer;
        fewer.open(other, plainSettings());
        from.pop_back();
        session::BlockBulkSource narrow(from, {});
        QVERIFY(!fewer.session->bulkCopy(request(), narrow, {}));
    }
};

QTEST_GUILESS_MAIN(SessionBulkTest)
#include "tst_session_bulk.moc"
