// Readers never leave their bytes, writers write what the field lists say, UTF-16 survives ill-formed input.
#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"
#include "driver/base/Digest.h"
#include "driver/base/Utf16.h"

#include <QTest>

using namespace es::base;

class TestBaseBytes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // The appendices of RFC 1321 and FIPS 180-4.
    void digests_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("hex");
        using es::base::DigestKind;
        QTest::newRow("MD5") << int(DigestKind::kMd5) << "900150983cd24fb0d6963f7d28e17f72";
        QTest::newRow("SHA-1") << int(DigestKind::kSha1) << "a9993e364706816aba3e25717850c26c9cd0d89d";
        QTest::newRow("SHA-256") << int(DigestKind::kSha256) << "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        QTest::newRow("SHA-512") << int(DigestKind::kSha512)
                                 << "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
    }
    void digests()
    {
        QFETCH(int, kind);
        QFETCH(QString, hex);
        const es::base::Bytes digest = es::base::digestOf(static_cast<es::base::DigestKind>(kind), es::base::viewOf("abc"));
        QCOMPARE(QString::fromStdString(es::base::toHex(digest)).toLower(), hex);
    }

    void readsFields()
    {
        const Bytes bytes = *fromHex("01020304050607080910111213141516");
        ByteReader reader(bytes);
        QCOMPARE(reader.u8(), std::uint8_t{0x01});
        QCOMPARE(reader.u16le(), std::uint16_t{0x0302});
        QCOMPARE(reader.u16be(), std::uint16_t{0x0405});
        QCOMPARE(reader.u32be(), 0x06070809U);
        QCOMPARE(reader.u32le(), 0x13121110U);
        QCOMPARE(reader.remainingBytes(), std::size_t{3});
        QVERIFY(reader.ok());
    }
    void readingPastTheEndFailsForGood_data()
    {
        QTest::addColumn<int>("size");
        for (int size = 0; size < 8; ++size)
            QTest::newRow(qPrintable(QString::number(size))) << size;
    }
    void readingPastTheEndFailsForGood()
    {
        QFETCH(int, size);
        const Bytes bytes(static_cast<std::size_t>(size), 0xFF);
        ByteReader reader(bytes);
        QCOMPARE(reader.u64le(), std::uint64_t{0});
        QVERIFY(!reader.ok());
        QCOMPARE(reader.u8(), std::uint8_t{0});
        QVERIFY(reader.bytes(0).empty());
        QVERIFY(!reader.ok());
    }
    void writerAndReaderAgree()
    {
        ByteWriter writer;
        writer.u32be(0x01020304);
        writer.i64le(-2);
        writer.bVarchar("caf\xC3\xA9");
        writer.usVarchar("\xF0\x9F\x98\x80");
        writer.patchU16le(0, 0xBBAA);
        QCOMPARE(QString::fromStdString(toHex(writer.view())),
                 QStringLiteral("aabb0304feffffffffffffff0463006100660" "0e900" "02003dd800de"));
        ByteReader reader(writer.view());
        reader.skip(12);
        QCOMPARE(reader.bVarchar(), std::string("caf\xC3\xA9"));
        QCOMPARE(reader.usVarchar(), std::string("\xF0\x9F\x98\x80"));
        QVERIFY(reader.atEnd() && reader.ok());
    }
    void longTextIsCutAtAWholeCharacter()
    {
        std::string text(254, 'a');
        text += "\xF0\x9F\x98\x80";  // two code units, of which only one would fit
        ByteWriter writer;
        writer.bVarchar(text);
        QCOMPARE(writer.view()[0], Byte{254});
        QCOMPARE(writer.size(), std::size_t{1 + 254 * 2});
    }
    void utf16RoundTrip_data()
    {
        QTest::addColumn<QByteArray>("utf8");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("ascii") << QByteArray("abc");
        QTest::newRow("two bytes") << QByteArray("\xC3\xA9\xC3\xBC");
        QTest::newRow("three bytes") << QByteArray("\xE2\x82\xAC");
        QTest::newRow("surrogate pair") << QByteArray("\xF0\x9D\x84\x9E");
    }
    void utf16RoundTrip()
    {
        QFETCH(QByteArray, utf8);
        const Bytes wide = utf16leFromUtf8(utf8.toStdString());
        const QString qt = QString::fromUtf8(utf8);
        QCOMPARE(wide.size(), static_cast<std::size_t>(qt.size()) * 2);
        QVERIFY(std::equal(wide.begin(), wide.end(), reinterpret_cast<const Byte*>(qt.utf16())));
        QCOMPARE(utf8FromUtf16le(wide), utf8.toStdString());
        QVERIFY(isWellFormedUtf16le(wide));
        QCOMPARE(utf16Units(utf8.toStdString()), static_cast<std::size_t>(qt.size()));
    }
    void illFormedTextBecomesReplacement_data()
    {
        QTest::addColumn<QByteArray>("utf8");
        QTest::newRow("lone continuation") << QByteArray("\x80");
        QTest::newRow("overlong") << QByteArray("\xC0\xAF");
        QTest::newRow("surrogate in UTF-8") << QByteArray("\xED\xA0\x80");
        QTest::newRow("cut") << QByteArray("\xE2\x82");
        QTest::newRow("above U+10FFFF") << QByteArray("\xF4\x90\x80\x80");
    }
    void illFormedTextBecomesReplacement()
    {
        QFETCH(QByteArray, utf8);
        const Bytes wide = utf16leFromUtf8(utf8.toStdString());
        QVERIFY(wide.size() >= 2);
        for (std::size_t i = 0; i < wide.size(); i += 2)
            QCOMPARE(wide[i] | wide[i + 1] << 8, 0xFFFD);
    }
    void loneSurrogatesBecomeReplacement()
    {
        QCOMPARE(utf8FromUtf16le(Bytes{0x00, 0xD8, 0x41, 0x00}), std::string("\xEF\xBF\xBD" "A"));
        QVERIFY(!isWellFormedUtf16le(Bytes{0x00, 0xD8, 0x41, 0x00}));
        QVERIFY(!isWellFormedUtf16le(Bytes{0x00, 0xDC}));
        QVERIFY(!isWellFormedUtf16le(Bytes{0x00}));
    }
    void hex()
    {
        QCOMPARE(toHex(*fromHex("0xDEADbeef")), std::string("deadbeef"));
        QVERIFY(!fromHex("abc"));
        QVERIFY(!fromHex("zz"));
        QVERIFY(fromHex("zz").error().code == kBadHex);
    }
    void errorsDescribeThemselves()
    {
        Error error = makeError({"t", "X"}, "The statement failed.", "database", "Ask the owner.");
        error.server = ServerError{33546, 1, 16, 3, "server words", "srv", ""};
        const std::string text = error.describe();
        QVERIFY(text.find("Msg 33546, Level 16, State 1, Line 3: server words") != std::string::npos);
        QVERIFY(text.starts_with("The statement failed."));
        QVERIFY(text.ends_with("Ask the owner."));
    }
    void tryReturnsEarly()
    {
        const auto half = [](int n) -> Result<int> {
            if (n % 2 != 0)
                return makeError({"t", "Odd"}, "odd");
            return n / 2;
        };
        const auto quarter = [&](int n) -> Result<int> {
            ES_TRY(const int first, half(n));
            ES_TRY(const int second, half(first));
            return second;
        };
        QCOMPARE(*quarter(12), 3);
        QCOMPARE(quarter(6).error().code.name, std::string_view("Odd"));
    }
};

QTEST_APPLESS_MAIN(TestBaseBytes)
#include "tst_base_bytes.moc"
