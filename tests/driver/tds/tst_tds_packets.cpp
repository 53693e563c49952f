// Packets, PRELOGIN and the features of a login, from bytes made by hand.                    MS-TDS 2.2.3, 2.2.6.4, 2.2.6.5
#include "driver/tds/Errors.h"
#include "driver/tds/Login7.h"
#include "driver/tds/Packet.h"
#include "driver/tds/Prelogin.h"

#include <QTest>

using namespace es;

namespace {

base::Bytes hex(std::string_view text)
{
    std::string compact;
    for (const char c : text)
        if (c != ' ')
            compact += c;
    auto bytes = base::fromHex(compact);
    if (!bytes)
        qFatal("bad hex in a test");
    return *bytes;
}

base::Bytes counting(std::size_t size)
{
    base::Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<base::Byte>(i);
    return bytes;
}

}  // namespace

class TdsPackets : public QObject {
    Q_OBJECT
private slots:
    void cutAndJoined_data()
    {
        QTest::addColumn<int>("payloadBytes");
        QTest::addColumn<int>("packetCount");
        for (const auto& [size, count] : {std::pair(0, 1), {1, 1}, {504, 1}, {505, 2}, {1008, 2}, {1009, 3}})
            QTest::addRow("%d bytes", size) << size << count;
    }
    void cutAndJoined()
    {
        QFETCH(int, payloadBytes);
        QFETCH(int, packetCount);
        const base::Bytes payload = counting(static_cast<std::size_t>(payloadBytes));
        base::Bytes wire;
        tds::appendPackets(tds::PacketType::kRpc, payload, 512, wire, tds::kStatusResetConnection, 0x1234);
        QCOMPARE(wire.size(), payload.size() + static_cast<std::size_t>(packetCount) * 8);
        QCOMPARE(wire[4], base::Byte{0x12});  // SPID is big-endian
        QCOMPARE(wire[5], base::Byte{0x34});
        for (const std::size_t piece : {std::size_t{1}, std::size_t{511}, wire.size()}) {
            tds::PacketAssembler assembler;
            int messages = 0;
            for (std::size_t at = 0; at < wire.size(); at += piece) {
                assembler.feed(base::ByteView(wire).subspan(at, std::min(piece, wire.size() - at)));
                const auto message = assembler.next();
                QVERIFY(message.has_value());
                if (!*message)
                    continue;
                ++messages;
                QVERIFY((*message)->payload == payload);
                QCOMPARE((*message)->type, tds::PacketType::kRpc);
                QCOMPARE((*message)->firstStatus & tds::kStatusResetConnection, tds::kStatusResetConnection);
                QCOMPARE((*message)->spid, std::uint16_t{0x1234});
            }
            QCOMPARE(messages, 1);
            QVERIFY(!assembler.insideMessage());
        }
    }

    void writtenWhileMade()
    {
        const base::Bytes payload = counting(5000);
        tds::MessageWriter writer(tds::PacketType::kTabularResult, 512, 7);
        base::Bytes wire;
        for (std::size_t at = 0; at < payload.size(); at += 100) {
            writer.payload().bytes(base::ByteView(payload).subspan(at, 100));
            if (writer.hasFullPacket())
                writer.takeFullPackets(wire);
        }
        writer.takeLastPackets(wire);
        base::Bytes expected;
        tds::appendPackets(tds::PacketType::kTabularResult, payload, 512, expected, 0, 7);
        QVERIFY(wire == expected);
    }

    void attentionInsideMessage()
    {
        tds::PacketAssembler assembler;
        assembler.feed(hex("01 00 000a 0000 01 00 4100"));
        assembler.feed(hex("06 01 0008 0000 01 00"));
        assembler.feed(hex("01 03 000a 0000 02 00 4200"));
        const auto attention = assembler.next();
        QVERIFY(attention && *attention && (*attention)->type == tds::PacketType::kAttention);
        const auto batch = assembler.next();
        QVERIFY(batch && *batch && (*batch)->ignored);
        QVERIFY((*batch)->payload == hex("4100 4200"));
    }

    void badPackets_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("shorter than its header") << QByteArray::fromHex("0101000700000100");
        QTest::newRow("length 0") << QByteArray::fromHex("0101000000000100");
        QTest::newRow("another kind in the middle") << QByteArray::fromHex("0100000a00000100410003010008000001");
        QTest::newRow("too large") << QByteArray::fromHex("0101000c0000010041004200");
    }
    void badPackets()
    {
        QFETCH(QByteArray, bytes);
        tds::PacketAssembler assembler(3);
        assembler.feed({reinterpret_cast<const base::Byte*>(bytes.constData()), static_cast<std::size_t>(bytes.size())});
        assembler.feed(hex("00"));
        const auto message = assembler.next();
        QVERIFY(!message);
        QCOMPARE(message.error().consequence, base::Consequence::kSessionUnusable);
    }

    void prelogin()
    {
        tds::Prelogin request;
        request.setVersion({16, 0, 1000, 5});
        request.setEncryption(tds::Encryption::kOn);
        request.set(tds::PreloginToken::kMars, {0});
        // VERSION at 16 (3 entries x 5 + terminator), 6 bytes: build big-endian, sub-build little-endian
        const base::Bytes expected = hex("00 0010 0006 01 0016 0001 04 0017 0001 ff 10 00 03e8 0500 01 00");
        QVERIFY(tds::encodePrelogin(request) == expected);
        const auto decoded = tds::decodePrelogin(expected);
        QVERIFY(decoded.has_value());
        QCOMPARE(decoded->version()->build, std::uint16_t{1000});
        QCOMPARE(decoded->version()->subBuild, std::uint16_t{5});
        QVERIFY(decoded->encryption() == tds::Encryption::kOn);
        QVERIFY(!decoded->mars());
        for (std::size_t size = 0; size < expected.size(); ++size)
            QVERIFY(!tds::decodePrelogin(base::ByteView(expected).first(size)));
    }

    void encryptionAnswer_data()
    {
        using E = tds::Encryption;
        using T = tds::ServerEncryption::Tls;
        QTest::addColumn<int>("client");
        QTest::addColumn<bool>("forced");
        QTest::addColumn<int>("answer");
        QTest::addColumn<int>("tls");
        const auto row = [](const char* name, E client, bool forced, E answer, T tls) {
            QTest::newRow(name) << static_cast<int>(client) << forced << static_cast<int>(answer) << static_cast<int>(tls);
        };
        row("off, not forced", E::kOff, false, E::kOff, T::kLoginOnly);
        row("on, not forced", E::kOn, false, E::kOn, T::kFull);
        row("not supported, not forced", E::kNotSupported, false, E::kNotSupported, T::kNone);
        row("required, not forced", E::kRequired, false, E::kOn, T::kFull);
        row("off, forced", E::kOff, true, E::kRequired, T::kFull);
        row("on, forced", E::kOn, true, E::kOn, T::kFull);
        row("not supported, forced", E::kNotSupported, true, E::kRequired, T::kClose);
        row("required, forced", E::kRequired, true, E::kOn, T::kFull);
    }
    void encryptionAnswer()
    {
        QFETCH(int, client);
        QFETCH(bool, forced);
        QFETCH(int, answer);
        QFETCH(int, tls);
        const auto got = tds::negotiateAsServer(static_cast<tds::Encryption>(client), forced);
        QCOMPARE(static_cast<int>(got.answer), answer);
        QCOMPARE(static_cast<int>(got.tls), tls);
    }

    void fullTlsRequired()
    {
        QVERIFY(tds::requireFullTls(tds::Encryption::kOn).has_value());
        QVERIFY(tds::requireFullTls(tds::Encryption::kRequired).has_value());
        for (const tds::Encryption answer : {tds::Encryption::kOff, tds::Encryption::kNotSupported}) {
            const auto refused = tds::requireFullTls(answer);
            QVERIFY(!refused);
            QCOMPARE(refused.error().setting, std::string("encrypt"));
            QVERIFY(!refused.error().remedy.empty());
        }
    }

    void loginRoundTrip()
    {
        tds::Login7 login;
        login.hostName = std::string("pc");
        login.userName = std::string("sa");
        login.password = base::SecureBytes(base::viewOf("p\xC3\xA4ss"));
        login.newPassword = base::SecureBytes(base::viewOf("next"));
        login.database = "d";
        login.sspi = hex("010203");
        login.attachFile = "f.mdf";
        login.features = {tds::columnEncryptionRequest(2)};
        const auto packets = tds::encodeLogin7Packets(login, 512);
        QVERIFY(packets.has_value());
        tds::PacketAssembler assembler;
        assembler.feed(packets->reveal(base::SecretAccess::forTest()));
        const auto message = assembler.next();
        QVERIFY(message && *message);
        const auto again = tds::decodeLogin7((*message)->payload);
        QVERIFY(again.has_value());
        QVERIFY(again->password == login.password && again->newPassword == login.newPassword);
        QCOMPARE(again->userName, login.userName);
        QCOMPARE(again->attachFile, login.attachFile);
        QVERIFY(again->sspi == login.sspi);
        QVERIFY(again->features == login.features);
        QCOMPARE(again->optionFlags3, std::uint8_t{0x10});
    }

    void loginTooLong()
    {
        tds::Login7 login;
        login.database = std::string(129, 'x');
        const auto encoded = tds::encodeLogin7(login);
        QVERIFY(!encoded);
        QVERIFY(encoded.error().code == tds::kCannotEncode);
        QCOMPARE(encoded.error().setting, std::string("database"));
        login.database.clear();
        login.password = base::SecureBytes(base::viewOf(std::string(129, 'x')));
        QCOMPARE(tds::encodeLogin7(login).error().setting, std::string("password"));
    }
};

QTEST_GUILESS_MAIN(TdsPackets)
#include "tst_tds_packets.moc"
