// The transport over real loopback sockets: data, limits, cancel in every wait, TLS inside TDS packets.   MS-TDS 2.2.6.5
#include "driver/tds/Packet.h"
#include "driver/tls/ServerCertificate.h"
#include "driver/transport/SocketTransport.h"
#include "tests/driver/transport/LoopbackServer.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <fstream>
#include <semaphore>

using namespace es;
using es::testing::LoopbackServer;
using transport::Finished;

namespace {

std::unique_ptr<transport::Transport> connectTo(std::uint16_t port)
{
    auto connected = transport::SocketTransport::connect({"127.0.0.1", port, 5000}, {});
    if (!connected)
        qFatal("%s", connected.error().describe().c_str());
    return std::move(connected).value();
}

// Stops the source a moment after it was made: the tested call waits by then.
class StopSoon {
public:
    StopSoon() : m_thread([this] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        m_source.request_stop();
    }) {}
    ~StopSoon() { m_thread.join(); }
    [[nodiscard]] std::stop_token token() const { return m_source.get_token(); }

private:
    std::stop_source m_source;
    std::thread m_thread;
};

constexpr qint64 kSoonMs = 1000;

// The server's half of TLS inside PRELOGIN packets; afterwards it echoes what it gets.
void tlsEcho(int fd, const tls::ServerCertificate& certificate, std::size_t packetBytes)
{
    auto endpoint = tls::TlsEndpoint::server({certificate.certificatePem, certificate.privateKeyPem.clone()});
    tds::PacketReader reader;
    while (!endpoint->handshakeDone()) {
        const base::Bytes bytes = LoopbackServer::receiveSome(fd);
        if (bytes.empty())
            return;
        reader.feed(bytes);
        for (auto packet = reader.next(); packet && *packet; packet = reader.next())
            endpoint->feedCiphertext((*packet)->payload);
        const auto done = endpoint->handshake();
        if (const base::Bytes records = endpoint->takeCiphertext(); !records.empty()) {
            base::Bytes packets;
            tds::appendPackets(tds::PacketType::kPrelogin, records, packetBytes, packets);
            LoopbackServer::sendAll(fd, packets);
        }
        if (!done)
            return;
    }
    endpoint->feedCiphertext(reader.takeUnread());
    for (;;) {
        base::Byte plain[4096];
        const auto got = endpoint->read(plain);
        if (!got || endpoint->peerClosed())
            return;
        if (*got > 0) {
            std::ignore = endpoint->write(base::ByteView(plain).first(*got));
            LoopbackServer::sendAll(fd, endpoint->takeCiphertext());
            continue;
        }
        const base::Bytes bytes = LoopbackServer::receiveSome(fd);
        if (bytes.empty())
            return;
        endpoint->feedCiphertext(bytes);
    }
}

base::Bytes readExactly(transport::Transport& wire, std::size_t size)
{
    base::Bytes all;
    while (all.size() < size) {
        base::Byte buffer[8192];
        const auto got = wire.read(buffer, {}, 5000);
        if (!got)
            return all;
        all.insert(all.end(), buffer, buffer + got->bytes);
    }
    return all;
}

}  // namespace

class SocketTransportTest : public QObject {
    Q_OBJECT
private slots:
    void echo()
    {
        LoopbackServer server([](int fd) { LoopbackServer::sendAll(fd, LoopbackServer::receiveSome(fd)); });
        const auto wire = connectTo(server.port());
        const auto written = wire->write(base::viewOf("hello"), {});
        QVERIFY(written && *written == Finished::kDone);
        QVERIFY(readExactly(*wire, 5) == base::Bytes({'h', 'e', 'l', 'l', 'o'}));
        QCOMPARE(wire->counters().sent, std::uint64_t{5});
        QCOMPARE(wire->counters().received, std::uint64_t{5});
        QVERIFY(!wire->encrypted());
        base::Byte buffer[10];
        const auto ended = wire->read(buffer, {});  // the server has left
        QVERIFY(!ended && ended.error().code == transport::kConnectionLost);
        wire->close();
        QVERIFY(wire->write(base::viewOf("x"), {}).error().code == transport::kConnectionLost);
    }

    void refused()
    {
        std::uint16_t port = 0;
        {
            LoopbackServer gone([](int) {});
            port = gone.port();
        }
        const auto connected = transport::SocketTransport::connect({"127.0.0.1", port, 5000}, {});
        QVERIFY(!connected);
        QVERIFY(connected.error().code == transport::kRefused);
        QCOMPARE(connected.error().setting, std::string("port"));
        QVERIFY(!connected.error().remedy.empty());
    }

    void hostNotFound()
    {
        const auto connected = transport::SocketTransport::connect({"no-such-host.invalid", 1433, 20000}, {});
        QVERIFY(!connected);
        QVERIFY(connected.error().code == transport::kHostNotFound);
        QCOMPARE(connected.error().setting, std::string("host"));
        QVERIFY(!transport::SocketTransport::connect({"", 1433, 1000}, {}));
    }

    void bracketsAndNames()
    {
        LoopbackServer server([](int) {});
        QVERIFY(transport::SocketTransport::connect({"localhost", server.port(), 5000}, {}).has_value());
    }

    void stoppedBefore()
    {
        std::stop_source stop;
        stop.request_stop();
        LoopbackServer server([](int) {});
        const auto byName = transport::SocketTransport::connect({"some-host.invalid", 1433, 5000}, stop.get_token());
        QVERIFY(byName && *byName == nullptr);
        connectTo(server.port());
    }

    void readCancelled()
    {
        std::binary_semaphore leave(0);
        LoopbackServer server([&](int fd) {
            leave.acquire();
            LoopbackServer::sendAll(fd, base::viewOf("late"));
        });
        const auto wire = connectTo(server.port());
        QElapsedTimer timer;
        timer.start();
        base::Byte buffer[10];
        {
            const StopSoon stop;
            const auto got = wire->read(buffer, stop.token());
            QVERIFY(got && got->finished == Finished::kCancelled && got->bytes == 0);
        }
        QVERIFY(timer.elapsed() < kSoonMs);
        leave.release();
        QCOMPARE(readExactly(*wire, 4).size(), std::size_t{4});  // the connection is as good as before
    }

    void readTimedOut()
    {
        std::binary_semaphore leave(0);
        LoopbackServer server([&](int) { leave.acquire(); });
        const auto wire = connectTo(server.port());
        base::Byte buffer[10];
        const auto got = wire->read(buffer, {}, 30);
        QVERIFY(!got && got.error().code == transport::kTimedOut);
        leave.release();
    }

    // The rest of a cancelled write goes out before the next one: nothing is lost or doubled.
    void writeCancelled()
    {
        constexpr std::size_t kBig = std::size_t{24} << 20;
        std::binary_semaphore drain(0);
        std::atomic<std::size_t> got = 0;
        std::atomic<int> lastByte = -1;
        std::binary_semaphore finished(0);
        LoopbackServer server([&](int fd) {
            drain.acquire();
            for (base::Bytes bytes = LoopbackServer::receiveSome(fd); !bytes.empty(); bytes = LoopbackServer::receiveSome(fd)) {
                got += bytes.size();
                lastByte = bytes.back();
            }
            finished.release();
        });
        {
            const auto wire = connectTo(server.port());
            QElapsedTimer timer;
            timer.start();
            {
                const StopSoon stop;
                const auto written = wire->write(base::Bytes(kBig, 1), stop.token());
                QVERIFY(written && *written == Finished::kCancelled);
            }
            QVERIFY(timer.elapsed() < kSoonMs);
            drain.release();
            const auto written = wire->write(base::Bytes(8, 2), {});
            QVERIFY(written && *written == Finished::kDone);
        }
        finished.acquire();
        QCOMPARE(got.load(), kBig + 8);
        QCOMPARE(lastByte.load(), 2);
    }

    void tlsInsidePackets_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<bool>("rightIssuer");
        QTest::addColumn<bool>("trust");
        QTest::addColumn<int>("packetBytes");
        QTest::addColumn<QString>("error");
        QTest::newRow("verified") << "127.0.0.1" << true << false << 4096 << "";
        QTest::newRow("verified, small packets") << "localhost" << true << false << 512 << "";
        QTest::newRow("trusted") << "elsewhere" << false << true << 4096 << "";
        QTest::newRow("untrusted") << "127.0.0.1" << false << false << 4096 << "TlsUntrusted";
        QTest::newRow("another host") << "elsewhere" << true << false << 4096 << "TlsHostName";
    }
    void tlsInsidePackets()
    {
        QFETCH(QString, host);
        QFETCH(bool, rightIssuer);
        QFETCH(bool, trust);
        QFETCH(int, packetBytes);
        QFETCH(QString, error);
        const auto certificate = tls::makeServerCertificate();
        const auto other = tls::makeServerCertificate();
        const QTemporaryDir folder;
        const std::string ca = folder.filePath(QStringLiteral("ca.pem")).toStdString();
        std::ofstream(ca) << (rightIssuer ? *certificate : *other).authorityPem;

        LoopbackServer server([&](int fd) { tlsEcho(fd, *certificate, static_cast<std::size_t>(packetBytes)); });
        const auto wire = connectTo(server.port());
        const auto started = wire->startTls({host.toStdString(), ca, trust, {}}, {}, 5000);
        if (!error.isEmpty()) {
            QVERIFY(!started);
            QCOMPARE(QString::fromUtf8(started.error().code.name.data()), error);
            wire->close();
            return;
        }
        QVERIFY2(started.has_value(), started ? "" : started.error().describe().c_str());
        QVERIFY(*started == Finished::kDone && wire->encrypted());
        const base::Bytes sent(100000, 42);
        QVERIFY(wire->write(sent, {}).has_value());
        QVERIFY(readExactly(*wire, sent.size()) == sent);
        QCOMPARE(wire->counters().sent, std::uint64_t{sent.size()});
        QCOMPARE(wire->counters().received, std::uint64_t{sent.size()});
        base::Byte buffer[10];
        const StopSoon stop;
        const auto cancelled = wire->read(buffer, stop.token());
        QVERIFY(cancelled && cancelled->finished == Finished::kCancelled);
        wire->close();
    }

    void tlsCancelled()
    {
        std::binary_semaphore leave(0);
        LoopbackServer server([&](int) { leave.acquire(); });
        const auto wire = connectTo(server.port());
        const StopSoon stop;
        const auto started = wire->startTls({"127.0.0.1", {}, true, {}}, stop.token());
        QVERIFY(started && *started == Finished::kCancelled);
        leave.release();
    }

    void tlsAnsweredByAnotherProtocol()
    {
        LoopbackServer server([](int fd) {
            LoopbackServer::receiveSome(fd);
            LoopbackServer::sendAll(fd, base::viewOf("SSH-2.0-OpenSSH_9.2 and so on\r\n"));
            LoopbackServer::receiveSome(fd);
        });
        const auto wire = connectTo(server.port());
        const auto started = wire->startTls({"127.0.0.1", {}, true, {}}, {}, 500);
        QVERIFY(!started);
        wire->close();
    }
};

QTEST_GUILESS_MAIN(SocketTransportTest)
#include "tst_socket_transport.moc"
