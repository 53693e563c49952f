// INSERT BULK and the rows behind it, against the engine.                    tds reference 6.6; always-encrypted-wire 2.6
#include "../engine/EngineFixture.h"
#include "app/sandbox/frontdoor/BulkLoad.h"
#include "driver/base/ByteWriter.h"
#include "driver/tsql/InsertBulk.h"

#include <QtTest>

using namespace es;
using namespace es::sandbox;

namespace {

// A bulk load message written by hand: COLMETADATA, rows, DONE.                            MS-TDS 2.2.6.1
class Stream {
public:
    explicit Stream(int columns, bool columnEncryption = false)
    {
        m_out.u8(0x81);
        m_out.u16le(static_cast<std::uint16_t>(columns));
        if (columnEncryption)
            m_out.u16le(0);
    }
    // int as INTN(4)
    Stream& intColumn(const char* name) { return column(name, {0x26, 4}); }
    // nvarchar(n) with the default collation
    Stream& textColumn(const char* name, unsigned chars)
    {
        return column(name, {0xE7, static_cast<base::Byte>(chars * 2), static_cast<base::Byte>(chars * 2 >> 8), 0x09, 0x04, 0xD0, 0x00, 0x34});
    }
    Stream& binaryColumn(const char* name) { return column(name, {0xA5, 0x40, 0x1F}); }
    Stream& column(const char* name, const base::Bytes& typeInfo, std::uint16_t flags = 0x0009, const base::Bytes& crypto = {})
    {
        m_out.u32le(0);
        m_out.u16le(flags);
        m_out.bytes(typeInfo);
        m_out.bytes(crypto);
        m_out.bVarchar(name);
        return *this;
    }
    Stream& row()
    {
        m_out.u8(0xD1);
        return *this;
    }
    Stream& number(std::int32_t value)
    {
        m_out.u8(4);
        m_out.u32le(static_cast<std::uint32_t>(value));
        return *this;
    }
    Stream& noNumber()
    {
        m_out.u8(0);
        return *this;
    }
    Stream& text(const char* value)
    {
        const base::Bytes utf16 = base::utf16leFromUtf8(value);
        m_out.u16le(static_cast<std::uint16_t>(utf16.size()));
        m_out.bytes(utf16);
        return *this;
    }
    Stream& bytes(const base::Bytes& value)
    {
        m_out.u16le(static_cast<std::uint16_t>(value.size()));
        m_out.bytes(value);
        return *this;
    }
    Stream& null()
    {
        m_out.u16le(0xFFFF);
        return *this;
    }
    Stream& raw(const base::Bytes& bytes)
    {
        m_out.bytes(bytes);
        return *this;
    }
    base::Bytes done()
    {
        m_out.u8(0xFD);
        m_out.zeros(12);
        return whole();
    }
    base::Bytes whole() { return {m_out.view().begin(), m_out.view().end()}; }

private:
    base::ByteWriter m_out;
};

struct Loaded {
    Answer began, answer;
    std::optional<base::Error> broken;
    [[nodiscard]] int number() const { return began.errors.empty() ? answer.firstError() : began.firstError(); }
    [[nodiscard]] qlonglong rows() const { return answer.dones.empty() || !answer.dones.back().rowCount ? -1 : static_cast<qlonglong>(*answer.dones.back().rowCount); }
};

Loaded load(EngineFixture& lab, const std::string& statement, const base::Bytes& stream, bool columnEncryption = false, std::stop_token stop = {})
{
    Loaded loaded;
    BulkLoad bulk(*lab.session, columnEncryption);
    bulk.begin(statement, loaded.began, {});
    if (auto ran = bulk.load(stream, loaded.answer, stop); !ran)
        loaded.broken = ran.error();
    return loaded;
}

const char* const kTable
    = "CREATE TABLE dbo.T (id int IDENTITY(10,5) NOT NULL PRIMARY KEY, n int NOT NULL UNIQUE, t nvarchar(5) NULL DEFAULT N'none', b varbinary(4) NULL)";

}  // namespace

class TestBulkLoad : public QObject {
    Q_OBJECT

private slots:
    void statements_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("table");
        QTest::addColumn<QString>("columns");
        QTest::addColumn<QString>("options");
        QTest::newRow("SqlBulkCopy") << "insert bulk dbo.T ([n] Int, [t] NVarChar(5) COLLATE SQL_Latin1_General_CP1_CI_AS) with (KEEP_IDENTITY, CHECK_CONSTRAINTS, TABLOCK)"
                                     << "dbo.T" << "n,t" << "identity check";
        QTest::newRow("JDBC") << "INSERT BULK [dbo].[T] ([n] int,[t] nvarchar(5)) WITH (ROWS_PER_BATCH = 100,KEEP_NULLS, FIRE_TRIGGERS)" << "dbo.T" << "n,t" << "nulls triggers";
        QTest::newRow("no columns") << "/* c */ insert bulk T" << "T" << "" << "";
        QTest::newRow("order") << "insert bulk Lab..T (n int NOT NULL) with (ORDER(n ASC, [t] DESC), KILOBYTES_PER_BATCH = 5);" << "Lab..T" << "n" << "order:n order:t";
        QTest::newRow("ciphertext") << "insert bulk T (n varbinary(max)) with (ALLOW_ENCRYPTED_VALUE_MODIFICATIONS)" << "T" << "n" << "encrypted";
        QTest::newRow("unknown option") << "insert bulk T (n int) with (MAXERRORS = 5)" << "!40517" << "" << "";
        QTest::newRow("torn") << "insert bulk T (n int" << "!102" << "" << "";
        QTest::newRow("two statements") << "insert bulk T (n int) select 1" << "!156" << "" << "";
    }
    void statements()
    {
        QFETCH(QString, text);
        QFETCH(QString, table);
        QFETCH(QString, columns);
        QFETCH(QString, options);
        QVERIFY(tsql::isInsertBulk(text.toStdString()));
        const auto parsed = tsql::parseInsertBulk(text.toStdString());
        if (!parsed) {
            QCOMPARE("!" + QString::number(parsed.error().server->number), table);
            return;
        }
        QStringList parts, names, seen;
        for (const auto& part : parsed->table.parts)
            parts += QString::fromStdString(part.text);
        for (const auto& column : parsed->columns)
            names += QString::fromStdString(column.name.text);
        if (parsed->keepIdentity) seen += "identity";
        if (parsed->checkConstraints) seen += "check";
        if (parsed->keepNulls) seen += "nulls";
        if (parsed->fireTriggers) seen += "triggers";
        if (parsed->allowEncryptedValues) seen += "encrypted";
        for (const auto& column : parsed->order)
            seen += "order:" + QString::fromStdString(column);
        QCOMPARE(parts.join('.'), table);
        QCOMPARE(names.join(','), columns);
        QCOMPARE(seen.join(' '), options);
    }
    void otherStatements()
    {
        QVERIFY(!tsql::isInsertBulk("INSERT INTO bulk VALUES (1)"));
        QVERIFY(!tsql::isInsertBulk("SELECT 'insert bulk'"));
        QVERIFY(!tsql::isInsertBulk(""));
    }

    void rows_data()
    {
        QTest::addColumn<QByteArray>("options");
        QTest::addColumn<QByteArray>("expected");  // of the table afterwards
        QTest::newRow("defaults for NULL") << QByteArray() << QByteArray("10|1|a|0x01\n15|2|none|NULL");
        QTest::newRow("NULL kept") << QByteArray("WITH (KEEP_NULLS)") << QByteArray("10|1|a|0x01\n15|2|NULL|NULL");
        QTest::newRow("every other option") << QByteArray("WITH (CHECK_CONSTRAINTS, FIRE_TRIGGERS, TABLOCK, ROWS_PER_BATCH = 2, ORDER (n ASC))")
                                            << QByteArray("10|1|a|0x01\n15|2|none|NULL");
    }
    void rows()
    {
        QFETCH(QByteArray, options);
        QFETCH(QByteArray, expected);
        EngineFixture lab;
        lab.run(kTable);
        Stream stream(3);
        stream.intColumn("n").textColumn("t", 5).binaryColumn("b");
        stream.row().number(1).text("a").bytes({1}).row().number(2).null().null();
        const Loaded loaded = load(lab, "INSERT BULK dbo.T (n int, t nvarchar(5), b varbinary(4)) " + options.toStdString(), stream.done());
        QCOMPARE(loaded.number(), 0);
        QCOMPARE(loaded.rows(), 2);
        QCOMPARE(QByteArray::fromStdString(lab.run("SELECT * FROM dbo.T ORDER BY n").text()), expected);
        QVERIFY(loaded.answer.notices.empty());
        QCOMPARE(lab.session->transactionCount(), 0);
    }

    void countsUnderSetOptions()
    {
        for (const bool formatOnly : {false, true}) {
            EngineFixture lab;
            lab.run(kTable);
            lab.run(formatOnly ? "SET FMTONLY ON" : "SET NOCOUNT ON");
            const Loaded loaded = load(lab, "INSERT BULK dbo.T (n int)", Stream(1).intColumn("n").row().number(1).row().number(2).done());
            QCOMPARE(loaded.number(), 0);
            QCOMPARE(loaded.rows(), formatOnly ? 0 : 2);
            lab.run("SET FMTONLY OFF");
            QCOMPARE(lab.run("SELECT COUNT(*) FROM dbo.T").text(), std::string(formatOnly ? "0" : "2"));
        }
    }

    void identity_data()
    {
        QTest::addColumn<QByteArray>("options");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("made here") << QByteArray() << QByteArray("10|1\n15|2");
        QTest::newRow("kept") << QByteArray("WITH (KEEP_IDENTITY)") << QByteArray("700|1\n800|2");
    }
    void identity()
    {
        QFETCH(QByteArray, options);
        QFETCH(QByteArray, expected);
        EngineFixture lab;
        lab.run(kTable);
        Stream stream(2);
        stream.intColumn("id").intColumn("n");
        stream.row().number(700).number(1).row().number(800).number(2);
        const Loaded loaded = load(lab, "INSERT BULK dbo.T (id int, n int) " + options.toStdString(), stream.done());
        QCOMPARE(loaded.number(), 0);
        QCOMPARE(QByteArray::fromStdString(lab.run("SELECT id, n FROM dbo.T ORDER BY n").text()), expected);
        // As it was: no explicit value is taken any more.
        QCOMPARE(lab.run("INSERT INTO dbo.T (id, n) VALUES (1, 99)").firstError(), 544);
    }

    void refusals_data()
    {
        QTest::addColumn<QByteArray>("statement");
        QTest::addColumn<QByteArray>("rows");  // n or n:text, joined by spaces; "-" is NULL
        QTest::addColumn<int>("number");
        const QByteArray both = "INSERT BULK dbo.T (n int, t nvarchar(9))";
        QTest::newRow("no table") << QByteArray("INSERT BULK dbo.Nothing (n int, t nvarchar(9))") << QByteArray("1:a") << 208;
        QTest::newRow("no column") << QByteArray("INSERT BULK dbo.T (zz int, t nvarchar(9))") << QByteArray("1:a") << 207;
        QTest::newRow("fewer columns than said") << QByteArray("INSERT BULK dbo.T (n int)") << QByteArray("1:a") << 4804;
        QTest::newRow("NULL where none may be") << both << QByteArray("1:a -:b") << 515;
        QTest::newRow("duplicate inside") << both << QByteArray("1:a 2:b 1:c") << 2627;
        QTest::newRow("duplicate of what is there") << both << QByteArray("3:a 77:b") << 2627;
        QTest::newRow("too long") << both << QByteArray("1:a 2:longer-than-five") << 4815;
    }
    void refusals()
    {
        QFETCH(QByteArray, statement);
        QFETCH(QByteArray, rows);
        QFETCH(int, number);
        for (const bool inTransaction : {false, true}) {
            EngineFixture lab;
            lab.run(kTable);
            lab.run("INSERT INTO dbo.T (n) VALUES (77)");
            if (inTransaction)
                lab.run("BEGIN TRANSACTION INSERT INTO dbo.T (n) VALUES (78)");
            Stream stream(2);
            stream.intColumn("n").textColumn("t", 9);
            for (const QByteArray& row : rows.split(' ')) {
                const auto parts = row.split(':');
                stream.row();
                parts[0] == "-" ? stream.noNumber() : stream.number(parts[0].toInt());
                stream.text(parts[1].constData());
            }
            const Loaded loaded = load(lab, statement.toStdString(), stream.done());
            QCOMPARE(loaded.number(), number);
            QVERIFY(!loaded.broken);
            QVERIFY(loaded.answer.dones.back().failed);
            QCOMPARE(loaded.rows(), -1);
            // Whole or not at all; what the client did before in its transaction stays.
            QCOMPARE(lab.session->transactionCount(), inTransaction ? 1 : 0);
            QCOMPARE(QByteArray::fromStdString(lab.run("SELECT n FROM dbo.T ORDER BY n").text()), QByteArray(inTransaction ? "77\n78" : "77"));
        }
    }

    void manyRowsInTheClientsTransaction()
    {
        EngineFixture lab;
        lab.run(kTable);
        lab.run("BEGIN TRANSACTION");
        Stream stream(2);
        stream.intColumn("n").textColumn("t", 5);
        for (int i = 0; i < 3000; ++i)
            stream.row().number(i).text("x");
        const Loaded loaded = load(lab, "INSERT BULK dbo.T (n int, t nvarchar(5))", stream.done());
        QCOMPARE(loaded.number(), 0);
        QCOMPARE(loaded.rows(), 3000);
        QCOMPARE(lab.session->transactionCount(), 1);
        QCOMPARE(lab.run("SELECT COUNT(*), SUM(n) FROM dbo.T").text(), std::string("3000|4498500"));
        lab.run("ROLLBACK");
        QCOMPARE(lab.run("SELECT COUNT(*) FROM dbo.T").text(), std::string("0"));
    }

    void cancelled()
    {
        EngineFixture lab;
        lab.run(kTable);
        Stream stream(1);
        stream.intColumn("n");
        stream.row().number(1);
        std::stop_source stop;
        stop.request_stop();
        Answer began, answer;
        BulkLoad bulk(*lab.session, false);
        bulk.begin("INSERT BULK dbo.T (n int)", began, {});
        const auto ran = bulk.load(stream.done(), answer, stop.get_token());
        QVERIFY(ran && *ran == ExecOutcome::kCancelled);
        QCOMPARE(lab.run("SELECT COUNT(*) FROM dbo.T").text(), std::string("0"));
        QCOMPARE(lab.session->transactionCount(), 0);
    }

    void withoutStatement()
    {
        EngineFixture lab;
        lab.run(kTable);
        Answer answer, began;
        BulkLoad bulk(*lab.session, false);
        const base::Bytes stream = Stream(1).intColumn("n").row().number(1).done();
        QVERIFY(bulk.load(stream, answer, {}));
        QCOMPARE(answer.firstError(), 4002);
        bulk.begin("INSERT BULK dbo.T (n int)", began, {});
        bulk.forget();
        Answer later;
        QVERIFY(bulk.load(stream, later, {}));
        QCOMPARE(later.firstError(), 4002);
    }

    // Every cut and many altered bytes: an error, or rows, but never half a load and never a crash.
    void alteredStreams()
    {
        EngineFixture lab;
        lab.run(kTable);
        const base::Bytes good = Stream(2).intColumn("n").textColumn("t", 5).row().number(1).text("ab").row().number(2).text("c").done();
        const auto tryOne = [&](const base::Bytes& stream) {
            load(lab, "INSERT BULK dbo.T (n int, t nvarchar(5))", stream);
            if (lab.session->transactionCount() != 0)
                return false;
            const std::string count = lab.run("SELECT COUNT(*) FROM dbo.T").text();
            lab.run("DELETE FROM dbo.T");
            return count == "0" || count == "1" || count == "2";
        };
        for (std::size_t size = 0; size < good.size(); ++size) {
            const base::Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
            Answer began, answer;
            BulkLoad bulk(*lab.session, false);
            bulk.begin("INSERT BULK dbo.T (n int, t nvarchar(5))", began, {});
            const auto ran = bulk.load(cut, answer, {});
            // A message may end without DONE, as FreeTDS ends it: then it is whole behind the columns and behind each row.
            const std::size_t rowBytes[] = {1 + 5 + 2 + 4, 1 + 5 + 2 + 2}, doneBytes = 13;
            const std::size_t afterTwo = good.size() - doneBytes, afterOne = afterTwo - rowBytes[1], afterColumns = afterOne - rowBytes[0];
            const bool whole = size == afterTwo || size == afterOne || size == afterColumns;
            QVERIFY2(whole ? ran && answer.firstError() == 0 : !ran || answer.firstError() != 0, qPrintable(QString::number(size)));
            const int expected = size == afterTwo ? 2 : size == afterOne ? 1 : 0;
            QCOMPARE(lab.run("SELECT COUNT(*) FROM dbo.T").text(), std::to_string(expected));
            lab.run("DELETE FROM dbo.T");
        }
        for (std::size_t at = 0; at < good.size(); ++at)
            for (const unsigned bits : {0x01u, 0x80u, 0xFFu}) {
                base::Bytes altered = good;
                altered[at] ^= static_cast<base::Byte>(bits);
                QVERIFY2(tryOne(altered), qPrintable(QString::number(at)));
            }
    }

    void encrypted_data()
    {
        QTest::addColumn<QByteArray>("how");
        QTest::addColumn<int>("number");
        QTest::newRow("as the column says") << QByteArray("right") << 0;
        QTest::newRow("another type of encryption") << QByteArray("randomized") << 206;
        QTest::newRow("another type") << QByteArray("bigint") << 206;
        QTest::newRow("stale key") << QByteArray("stale") << 33514;
        QTest::newRow("plaintext") << QByteArray("plain") << 206;
        QTest::newRow("bare ciphertext") << QByteArray("bare") << 206;
        QTest::newRow("bare ciphertext, allowed") << QByteArray("allowed") << 0;
    }
    void encrypted()
    {
        QFETCH(QByteArray, how);
        QFETCH(int, number);
        EngineFixture lab;
        lab.makeKeys();
        lab.run("CREATE TABLE dbo.E (n int NOT NULL, s int ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = DETERMINISTIC, ALGORITHM = "
                "'AEAD_AES_256_CBC_HMAC_SHA_256') NULL)");
        const Answer seen = lab.run("SELECT s FROM dbo.E");
        QCOMPARE(seen.text(), std::string());
        const KeyTableEntry key = seen.sets.at(0).shape.keys.at(0);

        base::ByteWriter out;
        out.u8(0x81);
        out.u16le(2);
        const bool crypto = how == "right" || how == "randomized" || how == "bigint" || how == "stale";
        out.u16le(crypto ? 1 : 0);  // key table, values left out as clients do
        if (crypto) {
            out.u32le(key.databaseId);
            out.u32le(key.keyId);
            out.u32le(key.keyVersion);
            base::Bytes version(key.metadataVersion.begin(), key.metadataVersion.end());
            version[0] ^= how == "stale" ? 1 : 0;
            out.bytes(version);
            out.u8(0);
        }
        const auto column = [&](const char* name, std::uint16_t flags, const base::Bytes& rest) {
            out.u32le(0);
            out.u16le(flags);
            out.bytes(rest);
            out.bVarchar(name);
        };
        column("n", 9, {0x26, 4});
        if (crypto)
            column("s", 0x0809,
                {0xA5, 0x40, 0x1F, 0, 0, 0, 0, 0, 0, 0x26, static_cast<base::Byte>(how == "bigint" ? 8 : 4), 2,
                    static_cast<base::Byte>(how == "randomized" ? 2 : 1), 1});
        else if (how == "plain")
            column("s", 9, {0x26, 4});
        else
            column("s", 9, {0xA5, 0x40, 0x1F});
        base::Bytes cell(65, 0xAB);
        cell[0] = 1;
        out.u8(0xD1);
        out.u8(4);
        out.u32le(7);
        if (how == "plain") {
            out.u8(4);
            out.u32le(5);
        } else {
            out.u16le(static_cast<std::uint16_t>(cell.size()));
            out.bytes(cell);
        }
        out.u8(0xD1);
        out.u8(4);
        out.u32le(8);
        if (how == "plain")
            out.u8(0);
        else
            out.u16le(0xFFFF);
        out.u8(0xFD);
        out.zeros(12);
        const std::string options = how == "allowed" ? " WITH (ALLOW_ENCRYPTED_VALUE_MODIFICATIONS)" : "";
        const Loaded loaded = load(lab, "INSERT BULK dbo.E (n int, s varbinary(8000))" + options, {out.view().begin(), out.view().end()}, true);
        QCOMPARE(loaded.number(), number);
        const Answer rows = lab.run("SELECT n, s FROM dbo.E ORDER BY n");
        if (number != 0) {
            QVERIFY(rows.sets.at(0).rows.empty());
            return;
        }
        QCOMPARE(rows.sets.at(0).cells.size(), std::size_t{2});
        QVERIFY(rows.sets.at(0).cells.at(0).at(1) == cell);
        QVERIFY(!rows.sets.at(0).cells.at(1).at(1).has_value());
    }
};

QTEST_GUILESS_MAIN(TestBulkLoad)
#include "tst_bulk_load.moc"
