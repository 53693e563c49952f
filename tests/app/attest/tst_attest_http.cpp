// The HTTP doors over real sockets: an answer leaves in one piece, plain and under TLS; bad clients cost nothing but themselves.
#include "app/sandbox/attest/PosixHttpServer.h"
#include "driver/tls/ServerCertificate.h"

#include <QTcpSocket>
#include <QTemporaryDir>
#include <QtTest>

using namespace es;
using namespace es::sandbox;

namespace {

constexpr int kWaitMs = 10'000;
const QByteArray kBody(6000, 'x');  // more than one segment of an Ethernet, less than one record of TLS

HttpAnswer answerFor(const HttpRequest& request)
{
    if (request.path == "/body")
        return {200, "application/json", kBody.toStdString(), 60};
    return {404, "text/plain", request.host, 0};
}

std::unique_ptr<HttpServer> startPlain()
{
    auto server = HttpServer::start({"127.0.0.1", 0, std::nullopt, false}, answerFor);
    return server ? std::move(*server) : nullptr;
}

// All that comes until the server closes; `firstBytes`: how much the first read gave.
QByteArray ask(std::uint16_t port, const QByteArray& request, qsizetype* firstBytes = nullptr)
{
    QTcpSocket socket;
    socket.connectToHost("127.0.0.1", port);
    if (!socket.waitForConnected(kWaitMs))
        return {};
    socket.write(request);
    QByteArray all;
    while (socket.waitForReadyRead(kWaitMs)) {
        all += socket.readAll();
        if (firstBytes != nullptr && *firstBytes == 0)
            *firstBytes = all.size();
    }
    return all;
}

}  // namespace

class TestAttestHttp : public QObject {
    Q_OBJECT

private slots:
    void answersInOnePiece()
    {
        const auto server = startPlain();
        QVERIFY(server);
        qsizetype first = 0;
        const QByteArray all = ask(server->port(), "GET /body?q=1 HTTP/1.1\r\nHost: here:1\r\nAccept-Encoding: gzip\r\n\r\n", &first);
        QCOMPARE(first, all.size());
        QVERIFY(all.startsWith("HTTP/1.1 200 OK\r\n"));
        QVERIFY(all.contains("\r\nContent-Length: 6000\r\n") && all.contains("\r\nCache-Control: max-age=60\r\n"));
        QVERIFY(all.endsWith("\r\n\r\n" + kBody));
    }

    void answersInOneRecordUnderTls()
    {
        auto made = tls::makeServerCertificate();
        QTemporaryDir folder;
        QFile ca(folder.filePath("ca.pem"));
        QVERIFY(made && ca.open(QIODevice::WriteOnly) && ca.write(QByteArray::fromStdString(made->authorityPem)) > 0);
        ca.close();
        const auto context = tls::TlsServerContext::create({made->certificatePem, std::move(made->privateKeyPem)});
        const auto server = HttpServer::start({"127.0.0.1", 0, *context, false}, answerFor);
        QVERIFY(server);
        auto client = tls::TlsEndpoint::client({"127.0.0.1", ca.fileName().toStdString(), false});
        QTcpSocket socket;
        socket.connectToHost("127.0.0.1", (*server)->port());
        QVERIFY(client && socket.waitForConnected(kWaitMs));
        const auto send = [&] {
            const base::Bytes records = client->takeCiphertext();
            socket.write(reinterpret_cast<const char*>(records.data()), static_cast<qint64>(records.size()));
        };
        const auto receive = [&] {
            const QByteArray records = socket.waitForReadyRead(kWaitMs) ? socket.readAll() : QByteArray();
            client->feedCiphertext(base::viewOf(records.toStdString()));
            return !records.isEmpty();
        };
        while (!client->handshakeDone()) {
            const auto step = client->handshake();
            QVERIFY(step);
            send();
            QVERIFY(*step || receive());
        }
        QVERIFY(client->write(base::viewOf("GET /body HTTP/1.1\r\nHost: here\r\n\r\n")));
        send();
        base::Bytes first(20'000);
        std::size_t got = 0;
        while (got == 0) {
            QVERIFY(receive());
            const auto read = client->read(first);  // one record at a time
            QVERIFY(read);
            got = *read;
        }
        const QByteArray text(reinterpret_cast<const char*>(first.data()), static_cast<qsizetype>(got));
        QVERIFY(text.startsWith("HTTP/1.1 200") && text.endsWith(kBody));
    }

    void badRequestsAreNoHarm_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("answered");
        QTest::newRow("not HTTP") << QByteArray("\x16\x03\x01 hello\r\n\r\n") << QByteArray("HTTP/1.1 400");
        QTest::newRow("another path, host given back") << QByteArray("GET / HTTP/1.1\r\nHost: here:1\r\n\r\n") << QByteArray("here:1");
        QTest::newRow("another method") << QByteArray("POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n") << QByteArray("HTTP/1.1 404");
        QTest::newRow("long path") << "GET /" + QByteArray(100'000, 'a') + " HTTP/1.1\r\n\r\n" << QByteArray();
    }
    void badRequestsAreNoHarm()
    {
        QFETCH(QByteArray, request);
        QFETCH(QByteArray, answered);
        const auto server = startPlain();
        QVERIFY(server);
        QVERIFY(ask(server->port(), request).contains(answered));
        QVERIFY(ask(server->port(), "GET /body HTTP/1.1\r\nHost: h\r\n\r\n").endsWith(kBody));
    }

    void portInUseIsSaid()
    {
        const auto server = startPlain();
        const auto second = HttpServer::start({"127.0.0.1", server->port(), std::nullopt, false}, answerFor);
        QVERIFY(!second && second.error().code == kHttpListen);
        QVERIFY(!holdDeafPort("127.0.0.1", server->port()));
    }

    void deafPortRefuses()
    {
        const auto port = holdDeafPort("127.0.0.1", 0);
        QVERIFY(port && *port != 0);
        QTcpSocket socket;
        socket.connectToHost("127.0.0.1", *port);
        QVERIFY(!socket.waitForConnected(kWaitMs));
        QCOMPARE(socket.error(), QAbstractSocket::ConnectionRefusedError);
    }
};

QTEST_GUILESS_MAIN(TestAttestHttp)
#include "tst_attest_http.moc"
