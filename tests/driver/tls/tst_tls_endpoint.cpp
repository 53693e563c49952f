// TLS between two memory endpoints: trust, names, times, data of any size, damage, farewell.
#include "driver/enclave/SandboxRoot.h"
#include "driver/tls/ServerCertificate.h"
#include "driver/tls/TlsEndpoint.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace es;
using namespace std::chrono_literals;

namespace {

using SystemClock = std::chrono::system_clock;

tls::ServerCertificate certificate(SystemClock::duration from, SystemClock::duration to)
{
    tls::CertificateRequest request;
    request.notBefore = SystemClock::now() + from;
    request.notAfter = SystemClock::now() + to;
    auto made = tls::makeServerCertificate(request);
    if (!made)
        qFatal("%s", made.error().describe().c_str());
    return std::move(made).value();
}

struct Pair {
    tls::TlsEndpoint client;
    tls::TlsEndpoint server;
};

// Moves records both ways until nothing moves any more, at most `pieceBytes` at a time.
void exchange(tls::TlsEndpoint& from, tls::TlsEndpoint& to, std::size_t pieceBytes)
{
    const base::Bytes records = from.takeCiphertext();
    for (std::size_t at = 0; at < records.size(); at += pieceBytes)
        to.feedCiphertext(base::ByteView(records).subspan(at, std::min(pieceBytes, records.size() - at)));
}

struct HandshakeEnd {
    std::optional<base::Error> clientError;
    std::optional<base::Error> serverError;
    bool done = false;
};

HandshakeEnd shakeHands(Pair& pair, std::size_t pieceBytes = 100000)
{
    HandshakeEnd end;
    for (int round = 0; round < 10 && !end.done; ++round) {
        const auto client = pair.client.handshake();
        exchange(pair.client, pair.server, pieceBytes);
        const auto server = pair.server.handshake();
        exchange(pair.server, pair.client, pieceBytes);
        if (!client)
            end.clientError = client.error();
        if (!server)
            end.serverError = server.error();
        if (!client || !server)
            return end;
        end.done = *client && *server;
    }
    return end;
}

}  // namespace

class TlsEndpointTest : public QObject {
    Q_OBJECT
private:
    QTemporaryDir m_folder;
    tls::ServerCertificate m_good = certificate(-24h, 24h * 30);

    QString write(const QString& name, const std::string& text)
    {
        const QString path = m_folder.filePath(name);
        std::ofstream(path.toStdString()) << text;
        return path;
    }
    static Pair pairOf(const tls::TlsClientOptions& options, const tls::ServerCertificate& server)
    {
        auto client = tls::TlsEndpoint::client(options);
        auto other = tls::TlsEndpoint::server({server.certificatePem, server.privateKeyPem.clone()});
        if (!client || !other)
            qFatal("endpoint: %s", (!client ? client.error() : other.error()).describe().c_str());
        return {std::move(client).value(), std::move(other).value()};
    }
    Pair connectedPair()
    {
        const QString ca = write(QStringLiteral("ca.pem"), m_good.authorityPem);
        Pair pair = pairOf({"localhost", ca.toStdString(), false, {}}, m_good);
        if (!shakeHands(pair).done)
            qFatal("no handshake");
        return pair;
    }

private slots:
    void trust_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("caFile");
        QTest::addColumn<bool>("trust");
        QTest::addColumn<bool>("expired");
        QTest::addColumn<QString>("error");
        const QString ca = write(QStringLiteral("ca.pem"), m_good.authorityPem);
        const QString leaf
            = write(QStringLiteral("leaf.pem"), m_good.certificatePem.substr(0, m_good.certificatePem.find("-----END") + 25));
        const QString other = write(QStringLiteral("other.pem"), certificate(-24h, 24h).authorityPem);
        QTest::newRow("name") << "localhost" << ca << false << false << "";
        QTest::newRow("IPv4 address") << "127.0.0.1" << ca << false << false << "";
        QTest::newRow("IPv6 address") << "::1" << ca << false << false << "";
        QTest::newRow("IPv6 address in brackets") << "[::1]" << ca << false << false << "";
        QTest::newRow("the certificate itself is trusted") << "localhost" << leaf << false << false << "";
        QTest::newRow("another name") << "db.example.com" << ca << false << false << "TlsHostName";
        QTest::newRow("another address") << "127.0.0.2" << ca << false << false << "TlsHostName";
        QTest::newRow("no name at all") << "" << ca << false << false << "TlsHostName";
        QTest::newRow("another issuer") << "localhost" << other << false << false << "TlsUntrusted";
        QTest::newRow("the system's issuers") << "localhost" << "" << false << false << "TlsUntrusted";
        QTest::newRow("expired") << "localhost" << ca << false << true << "TlsExpired";
        QTest::newRow("trusted without looking") << "db.example.com" << "" << true << false << "";
        QTest::newRow("trusted without looking, expired") << "db.example.com" << "" << true << true << "";
        QTest::newRow("no such file") << "localhost" << m_folder.filePath(QStringLiteral("nowhere.pem")) << false << false
                                      << "TlsBadCaFile";
    }
    void trust()
    {
        QFETCH(QString, host);
        QFETCH(QString, caFile);
        QFETCH(bool, trust);
        QFETCH(bool, expired);
        QFETCH(QString, error);
        tls::ServerCertificate server = expired
            ? certificate(-48h, -24h)
            : tls::ServerCertificate{m_good.authorityPem, m_good.certificatePem, m_good.privateKeyPem.clone()};
        if (expired)
            write(QStringLiteral("ca.pem"), server.authorityPem);
        const tls::TlsClientOptions options{host.toStdString(), caFile.toStdString(), trust, {}};
        auto client = tls::TlsEndpoint::client(options);
        if (!client) {
            QCOMPARE(QString::fromUtf8(client.error().code.name.data()), error);
            QVERIFY(!client.error().setting.empty() && !client.error().remedy.empty());
            return;
        }
        Pair pair = pairOf(options, server);
        const HandshakeEnd end = shakeHands(pair);
        QCOMPARE(end.clientError ? QString::fromUtf8(end.clientError->code.name.data()) : QString(), error);
        QCOMPARE(end.done, error.isEmpty());
        if (end.clientError) {
            QVERIFY(!end.clientError->setting.empty() && !end.clientError->remedy.empty());
            QCOMPARE(end.clientError->consequence, base::Consequence::kSessionUnusable);
            QVERIFY(end.serverError.has_value());  // the alert arrives
        }
        if (expired)
            write(QStringLiteral("ca.pem"), m_good.authorityPem);
    }

    void byteByByte()
    {
        const QString ca = write(QStringLiteral("ca.pem"), m_good.authorityPem);
        Pair pair = pairOf({"localhost", ca.toStdString(), false}, m_good);
        QVERIFY(shakeHands(pair, 1).done);
        QCOMPARE(pair.client.protocolVersion(), std::string("TLSv1.2"));
        QVERIFY(!pair.client.cipherName().empty());
    }

    void data_data()
    {
        QTest::addColumn<qsizetype>("size");
        for (const qsizetype size : {1, 16384, 16385, 1000000})
            QTest::addRow("%lld bytes", static_cast<long long>(size)) << size;
    }
    void data()
    {
        QFETCH(qsizetype, size);
        Pair pair = connectedPair();
        base::Bytes sent(static_cast<std::size_t>(size));
        for (std::size_t i = 0; i < sent.size(); ++i)
            sent[i] = static_cast<base::Byte>(i * 7);
        QVERIFY(pair.server.write(sent).has_value());
        exchange(pair.server, pair.client, 1000);
        base::Bytes got;
        base::Byte buffer[5000];
        for (;;) {
            const auto read = pair.client.read(buffer);
            QVERIFY(read.has_value());
            if (*read == 0)
                break;
            got.insert(got.end(), buffer, buffer + *read);
        }
        QVERIFY(got == sent);
        QVERIFY(!pair.client.peerClosed());
    }

    void damagedRecord()
    {
        Pair pair = connectedPair();
        QVERIFY(pair.server.write(base::viewOf("hello")).has_value());
        base::Bytes records = pair.server.takeCiphertext();
        records.back() ^= 1;
        pair.client.feedCiphertext(records);
        base::Byte buffer[10];
        const auto read = pair.client.read(buffer);
        QVERIFY(!read);
        QVERIFY(read.error().code == tls::kTlsBroken);
    }

    void garbageInsteadOfHandshake()
    {
        const QString ca = write(QStringLiteral("ca.pem"), m_good.authorityPem);
        Pair pair = pairOf({"localhost", ca.toStdString(), false}, m_good);
        QVERIFY(pair.client.handshake().has_value());
        pair.client.feedCiphertext(base::viewOf("HTTP/1.1 400 Bad Request\r\n\r\n"));
        const auto result = pair.client.handshake();
        QVERIFY(!result);
        QVERIFY(result.error().code == tls::kTlsHandshake);
    }

    void farewell()
    {
        Pair pair = connectedPair();
        pair.server.close();
        exchange(pair.server, pair.client, 1000);
        base::Byte buffer[10];
        const auto read = pair.client.read(buffer);
        QVERIFY(read.has_value());
        QCOMPARE(*read, std::size_t{0});
        QVERIFY(pair.client.peerClosed());
    }

    void badServerCertificate()
    {
        const auto noPem = tls::TlsEndpoint::server({"nonsense", m_good.privateKeyPem.clone()});
        QVERIFY(!noPem && noPem.error().code == tls::kTlsBadCertificate);
        const tls::ServerCertificate other = certificate(-1h, 1h);
        const auto wrongKey = tls::TlsEndpoint::server({m_good.certificatePem, other.privateKeyPem.clone()});
        QVERIFY(!wrongKey && wrongKey.error().code == tls::kTlsBadCertificate);
    }

    void certificateRequestRefused()
    {
        tls::CertificateRequest request;
        request.notBefore = SystemClock::now();
        request.notAfter = SystemClock::now() + 1h;
        request.ipAddresses = {"not an address"};
        QVERIFY(!tls::makeServerCertificate(request));
        request.ipAddresses = {};
        request.dnsNames = {"a,DNS:b"};
        QVERIFY(!tls::makeServerCertificate(request));
        QVERIFY(tls::makeServerCertificate().has_value());
    }

    void authoritySaysThatItIsASandbox()
    {
        const auto made = tls::makeServerCertificate();
        QCOMPARE(tls::organizationOf(made->authorityPem), std::string(enclave::kSandboxOrganization));
        QCOMPARE(tls::organizationOf(made->certificatePem), std::string());  // the server's own comes first
        QCOMPARE(tls::organizationOf("no certificate"), std::string());
        tls::CertificateRequest nameless;
        nameless.issuerOrganization.clear();
        nameless.notBefore = SystemClock::now();
        nameless.notAfter = SystemClock::now() + 1h;
        QCOMPARE(tls::organizationOf(tls::makeServerCertificate(nameless)->authorityPem), std::string());
    }
};

QTEST_GUILESS_MAIN(TlsEndpointTest)
#include "tst_tls_endpoint.moc"
