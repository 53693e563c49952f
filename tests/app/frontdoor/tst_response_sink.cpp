// The token stream of answers, byte for byte: which DONE says "more", where the key table stands, what an attention changes.
// MS-TDS 2.2.7.4, 2.2.7.6, 2.2.7.18; always-encrypted-wire 2.1, 2.2
#include "app/sandbox/frontdoor/ResponseSink.h"

#include <QtTest>

#include <sys/socket.h>

using namespace es;
using namespace es::sandbox;

namespace {

types::SqlType typeOf(types::TypeId id, std::uint32_t length = 0)
{
    types::SqlType type;
    type.id = id;
    type.lengthBytes = length;
    return type;
}

ResultShape oneInt()
{
    ResultShape shape;
    shape.columns.resize(1);
    shape.columns[0].name = "a";
    shape.columns[0].type = typeOf(types::TypeId::kInt);
    return shape;
}

// The payload of everything that was sent.
class Wire {
public:
    Wire() : wire(TcpConnection(open())), writer(wire, 512, 51) {}
    QByteArray payload()
    {
        ::shutdown(m_ends[0], SHUT_WR);
        QByteArray out;
        base::Bytes header(8);
        while (::recv(m_ends[1], header.data(), 8, MSG_WAITALL) == 8) {
            const std::size_t length = static_cast<std::size_t>(header[2]) << 8 | header[3];
            base::Bytes body(length - 8);
            if (!body.empty() && ::recv(m_ends[1], body.data(), body.size(), MSG_WAITALL) != static_cast<ssize_t>(body.size()))
                break;
            out.append(reinterpret_cast<const char*>(body.data()), static_cast<qsizetype>(body.size()));
            statuses.push_back(header[1]);
        }
        ::close(m_ends[1]);
        return out;
    }

private:
    int open()
    {
        ::socketpair(AF_UNIX, SOCK_STREAM, 0, m_ends);
        return m_ends[0];
    }
    int m_ends[2]{-1, -1};

public:
    ServerWire wire;
    ResponseWriter writer;
    std::vector<int> statuses;
};

const char* kIntColumn = "81 0100 00000000 0900 2604 01 6100";  // nullable, updatable unknown; INTN(4) "a"

QByteArray hex(const char* text) { return QByteArray::fromHex(QByteArray(text).replace(' ', "")); }

}  // namespace

class TestResponseSink : public QObject {
    Q_OBJECT

private:
    static void oneRow(ResponseSink& sink)
    {
        const base::Bytes one{1, 0, 0, 0};
        const Cell cell{one, false};
        QVERIFY(sink.columns(oneInt()));
        QVERIFY(sink.row(std::span(&cell, 1)));
        QVERIFY(sink.done({Command::kSelect, 1, false}));
    }

private slots:
    void batchOfTwoStatements()
    {
        Wire wire;
        ResponseSink sink(wire.writer, false, "S", {});
        sink.begin(ResponseSink::Form::kBatch);
        oneRow(sink);
        QVERIFY(sink.done({Command::kUpdate, 7, false}));
        sink.end();
        QCOMPARE(wire.payload().toHex(), (hex(kIntColumn) + hex("D1 04 01000000  FD 1100 C100 0100000000000000"
                                                                "FD 1000 C500 0700000000000000")).toHex());
        QCOMPARE(wire.statuses.back(), 1);
    }

    void callEndsWithStatusAndDoneProc()
    {
        Wire wire;
        ResponseSink sink(wire.writer, false, "S", {});
        sink.begin(ResponseSink::Form::kCall);
        oneRow(sink);
        sink.returnHandle(5, "@handle");
        sink.endCall(true);
        sink.end();
        QCOMPARE(wire.payload().toHex(), (hex(kIntColumn) + hex("D1 04 01000000  FF 1100 C100 0100000000000000  79 00000000"
                                                                "AC 0000 07 4000 6800 6100 6E00 6400 6C00 6500 01 00000000 0000 2604 04 05000000"
                                                                "FE 0000 E000 0000000000000000")).toHex());
    }

    void attentionIsAcknowledgedInAMessageOfItsOwn()
    {
        Wire wire;
        ResponseSink sink(wire.writer, false, "S", {});
        sink.begin(ResponseSink::Form::kBatch);
        QVERIFY(sink.done({Command::kInsert, 1, false}));
        sink.endWithAttention();
        QCOMPARE(wire.payload().toHex(), hex("FD 1000 C300 0100000000000000  FD 2000 0000 0000000000000000").toHex());
        QVERIFY((wire.statuses == std::vector<int>{1, 1}));  // two ends of message
    }

    void encryptedColumnHasKeyTableAndCrypto_data()
    {
        QTest::addColumn<bool>("negotiated");
        QTest::newRow("negotiated") << true;
        QTest::newRow("not negotiated") << false;
    }
    void encryptedColumnHasKeyTableAndCrypto()
    {
        QFETCH(bool, negotiated);
        ResultShape shape;
        shape.columns.resize(1);
        shape.columns[0].name = "a";
        shape.columns[0].type = typeOf(types::TypeId::kVarBinary, 65);
        shape.columns[0].nullable = false;
        shape.columns[0].crypto = ColumnCrypto{0, typeOf(types::TypeId::kInt), 2, 2, 1};
        KeyTableEntry key;
        key.databaseId = 5;
        key.keyId = 2;
        key.metadataVersion = {1, 2, 3, 4, 5, 6, 7, 8};
        key.values.push_back({{0xAA, 0xBB}, "P", "path", "RSA_OAEP"});
        shape.keys.push_back(key);

        Wire wire;
        ResponseSink sink(wire.writer, negotiated, "S", {});
        sink.begin(ResponseSink::Form::kBatch);
        QVERIFY(sink.columns(shape));
        sink.end();
        const char* withCrypto = "81 0100  0100 05000000 02000000 01000000 0102030405060708 01 0200 AABB 01 5000 0400 7000 6100 7400 6800"
                                 "08 5200 5300 4100 5F00 4F00 4100 4500 5000"
                                 "00000000 0808 A5 4100  0000 00000000 2604 02 02 01  01 6100";
        const char* plain = "81 0100 00000000 0800 A5 4100 01 6100";
        QCOMPARE(wire.payload().toHex(), (hex(negotiated ? withCrypto : plain) + hex("FD 0000 0000 0000000000000000")).toHex());
    }

    void emptyKeyTableOnceNegotiated()
    {
        Wire wire;
        ResponseSink sink(wire.writer, true, "S", {});
        sink.begin(ResponseSink::Form::kBatch);
        QVERIFY(sink.columns(oneInt()));
        sink.end();
        QVERIFY(wire.payload().startsWith(hex("81 0100 0000 00000000 0900 2604 01 6100")));
    }

    void manyRowsComeInManyPackets()
    {
        Wire wire;
        ResponseSink sink(wire.writer, false, "S", {});
        sink.begin(ResponseSink::Form::kBatch);
        QVERIFY(sink.columns(oneInt()));
        const base::Bytes one{1, 0, 0, 0};
        const Cell cell{one, false};
        for (int i = 0; i < 10'000; ++i)
            QVERIFY(sink.row(std::span(&cell, 1)));
        sink.end();
        const QByteArray payload = wire.payload();
        QCOMPARE(payload.size(), hex(kIntColumn).size() + 10'000 * 6 + 13);
        QCOMPARE(wire.statuses.back(), 1);
        QCOMPARE(std::count(wire.statuses.begin(), wire.statuses.end(), 1), 1);
    }
};

QTEST_GUILESS_MAIN(TestResponseSink)
#include "tst_response_sink.moc"
