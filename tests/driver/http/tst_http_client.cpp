// The one HTTP client against a server that answers whatever it is told: good, slow, huge, compressed, elsewhere, nonsense.
#include "driver/http/HttpClient.h"
#include "driver/tls/ServerCertificate.h"
#include "tests/support/HttpScript.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <thread>

using namespace es;
using namespace std::chrono_literals;
using test::httpAnswer;
using test::HttpScript;
using test::HttpScriptServer;

namespace {

struct SecureServer {
    tls::ServerCertificate files;
    std::shared_ptr<const tls::TlsServerContext> context;
};

SecureServer secureServer(const tls::CertificateRequest& request)
{
    auto files = tls::makeServerCertificate(request);
    if (!files) qFatal("%s", files.error().describe().c_str());
    auto context = tls::TlsServerContext::create({files->certificatePem, files->privateKeyPem.clone()});
    if (!context) qFatal("%s", context.error().describe().c_str());
    return {std::move(*files), std::make_shared<const tls::TlsServerContext>(std::move(*context))};
}

tls::CertificateRequest now(std::chrono::hours from, std::chrono::hours to)
{
    tls::CertificateRequest request;
    request.notBefore = std::chrono::system_clock::now() + from;
    request.notAfter = std::chrono::system_clock::now() + to;
    return request;
}

QByteArray nameOf(const base::Result<std::optional<http::HttpResponse>>& answer)
{
    if (!answer) return QByteArray(answer.error().code.name.data(), static_cast<qsizetype>(answer.error().code.name.size()));
    return *answer ? "status " + QByteArray::number((*answer)->status) : QByteArray("cancelled");
}

HttpScript raw(std::string bytes)
{
    HttpScript script;
    script.bytes = std::move(bytes);
    return script;
}

}  // namespace

class HttpClientTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void origins_data();
    void origins();
    void answers_data();
    void answers();
    void bodyAndHeaders();
    void freshness_data();
    void freshness();
    void redirects_data();
    void redirects();
    void redirectToNamedOrigin();
    void tls_data();
    void tls();
    void slowAnswerEndsAtItsTime();
    void cancelWakesAtOnce();
    void cancelBeforeStart();
    void askedForNothingCompressed();

private:
    [[nodiscard]] http::HttpRequest request(const std::string& url) const;

    QTemporaryDir m_folder;
    std::unique_ptr<http::HttpClient> m_client = http::makeHttpClient();
};

void HttpClientTest::initTestCase()
{
    QVERIFY(m_folder.isValid());
}

http::HttpRequest HttpClientTest::request(const std::string& url) const
{
    http::HttpRequest request;
    request.url = url;
    request.allowPlainHttp = true;
    request.maxBodyBytes = 10'000;
    request.timeout = 3s;
    return request;
}

void HttpClientTest::origins_data()
{
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArray>("origin");  // empty: refused
    QTest::newRow("plain") << QByteArray("https://Host.Example/Attestation") << QByteArray("https://host.example");
    QTest::newRow("default port") << QByteArray("https://host.example:443/x?y") << QByteArray("https://host.example");
    QTest::newRow("other port") << QByteArray("http://host:8080") << QByteArray("http://host:8080");
    QTest::newRow("https port on http") << QByteArray("http://host:443/") << QByteArray("http://host:443");
    QTest::newRow("IPv6") << QByteArray("https://[::1]:8443/a") << QByteArray("https://[::1]:8443");
    QTest::newRow("relative") << QByteArray("/Attestation") << QByteArray();
    QTest::newRow("no scheme") << QByteArray("host.example/Attestation") << QByteArray();
    QTest::newRow("file") << QByteArray("file:///etc/passwd") << QByteArray();
    QTest::newRow("login in it") << QByteArray("https://me:secret@host/") << QByteArray();
    QTest::newRow("space") << QByteArray("https://host/ x") << QByteArray();
    QTest::newRow("line end") << QByteArray("https://host/\r\nX: y") << QByteArray();
    QTest::newRow("empty") << QByteArray() << QByteArray();
}

void HttpClientTest::origins()
{
    QFETCH(QByteArray, url);
    QFETCH(QByteArray, origin);
    const auto seen = http::originOf(url.toStdString());
    QCOMPARE(seen.has_value(), !origin.isEmpty());
    if (seen) QCOMPARE(QByteArray::fromStdString(*seen), origin);
    else QVERIFY(seen.error().code == http::kHttpBadUrl);
}

void HttpClientTest::answers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("outcome");
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    const auto row = [](const char* name, const std::string& bytes, const char* outcome) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << QByteArray(outcome);
    };
    row("good", httpAnswer("200 OK", "x").bytes, "status 200");
    row("exactly the limit", httpAnswer("200 OK", std::string(10'000, 'x')).bytes, "status 200");
    row("one byte more", httpAnswer("200 OK", std::string(10'001, 'x')).bytes, "HttpTooLarge");
    row("no length, too much", ok + "Connection: close\r\n\r\n" + std::string(10'001, 'x'), "HttpTooLarge");
    row("promises terabytes", ok + "Content-Length: 99999999999999\r\n\r\nx", "HttpTooLarge");
    row("chunked", ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "status 200");
    row("chunk too large", ok + "Transfer-Encoding: chunked\r\n\r\n2711\r\n" + std::string(10'001, 'x') + "\r\n0\r\n\r\n", "HttpTooLarge");
    row("chunk length is nonsense", ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", "HttpNonsense");
    row("headers without end", ok + "X: " + std::string(70'000, 'y') + "\r\n\r\nx", "HttpTooLarge");
    row("many headers", [&] {
        std::string many = ok;
        for (int i = 0; i < 5000; ++i) many += "X-Header-" + std::to_string(i) + ": value\r\n";
        return many + "\r\nx";
    }(), "HttpTooLarge");
    row("gzip", ok + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", "HttpEncoded");
    row("br, odd spelling", ok + "CONTENT-ENCODING:  Br \r\nContent-Length: 1\r\n\r\nx", "HttpEncoded");
    row("identity", ok + "Content-Encoding: identity\r\nContent-Length: 1\r\n\r\nx", "status 200");
    row("breaks off", ok + "Content-Length: 50\r\n\r\nhalf", "HttpNonsense");
    row("not HTTP", "SSH-2.0-OpenSSH_9.2\r\n", "HttpNonsense");
    row("says nothing", "", "HttpNonsense");
    row("404", httpAnswer("404 Not Found", "nowhere").bytes, "status 404");
    row("500", httpAnswer("500 Oops", "").bytes, "status 500");
}

void HttpClientTest::answers()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, outcome);
    HttpScriptServer server;
    server.on("/x", raw(bytes.toStdString()));
    const auto answer = m_client->get(request(server.origin() + "/x"), {});
    QCOMPARE(nameOf(answer), outcome);
    if (answer) return;
    QVERIFY(!answer.error().text.empty() && !answer.error().remedy.empty());
    QCOMPARE(answer.error().setting, std::string("attestation-url"));
}

void HttpClientTest::bodyAndHeaders()
{
    HttpScriptServer server;
    const std::string body("\0[1,2]\xff", 7);
    server.on("/x?y=1", httpAnswer("200 OK\r\nContent-Type: application/json\r\nCache-Control: public, max-age=60", body));
    const auto answer = m_client->get(request(server.origin() + "/x?y=1#part"), {});
    QCOMPARE(nameOf(answer), QByteArray("status 200"));
    const http::HttpResponse& response = **answer;
    QCOMPARE(response.body, base::Bytes(base::viewOf(body).begin(), base::viewOf(body).end()));
    QCOMPARE(response.contentType, std::string("application/json"));
    QVERIFY(response.freshFor == 60s);
    QVERIFY(response.peerCertificatesPem.empty());
}

void HttpClientTest::freshness_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("seconds");  // -1: not said
    QTest::newRow("nothing") << QByteArray("X: y") << -1;
    QTest::newRow("max-age") << QByteArray("Cache-Control: max-age=86400") << 86400;
    QTest::newRow("no-store") << QByteArray("Cache-Control: no-store, max-age=9") << 0;
    QTest::newRow("negative") << QByteArray("Cache-Control: max-age=-5") << -1;
    QTest::newRow("expires") << QByteArray("Date: Sun, 06 Nov 2022 08:00:00 GMT\r\nExpires: Sun, 06 Nov 2022 08:10:00 GMT") << 600;
    QTest::newRow("expired") << QByteArray("Date: Sun, 06 Nov 2022 08:00:00 GMT\r\nExpires: Sun, 06 Nov 2022 07:10:00 GMT") << 0;
    QTest::newRow("expires 0") << QByteArray("Date: Sun, 06 Nov 2022 08:00:00 GMT\r\nExpires: 0") << -1;
}

void HttpClientTest::freshness()
{
    QFETCH(QByteArray, headers);
    QFETCH(int, seconds);
    HttpScriptServer server;
    server.on("/", httpAnswer("200 OK\r\n" + headers.toStdString(), "x"));
    const auto answer = m_client->get(request(server.origin() + "/"), {});
    QCOMPARE(nameOf(answer), QByteArray("status 200"));
    QCOMPARE((*answer)->freshFor ? static_cast<int>((*answer)->freshFor->count()) : -1, seconds);
}

void HttpClientTest::redirects_data()
{
    QTest::addColumn<QByteArray>("location");
    QTest::addColumn<QByteArray>("outcome");
    QTest::newRow("same origin, relative") << QByteArray("/good") << QByteArray("status 200");
    QTest::newRow("to another host") << QByteArray("http://localhost:1/good") << QByteArray("HttpRedirect");
    QTest::newRow("to another port") << QByteArray("http://127.0.0.1:1/good") << QByteArray("HttpRedirect");
    QTest::newRow("to a file") << QByteArray("file:///etc/passwd") << QByteArray("HttpBadUrl");
    QTest::newRow("round and round") << QByteArray("/first") << QByteArray("HttpRedirect");
}

void HttpClientTest::redirects()
{
    QFETCH(QByteArray, location);
    QFETCH(QByteArray, outcome);
    HttpScriptServer server;
    server.on("/first", httpAnswer("302 Found\r\nLocation: " + location.toStdString(), ""));
    server.on("/good", httpAnswer("200 OK", "x"));
    const auto answer = m_client->get(request(server.origin() + "/first"), {});
    QCOMPARE(nameOf(answer), outcome);
    if (answer) QCOMPARE((*answer)->url, server.origin() + "/good");
    QVERIFY(server.requestCount() <= 4);
}

void HttpClientTest::redirectToNamedOrigin()
{
    HttpScriptServer other;
    other.on("/good", httpAnswer("200 OK", "x"));
    HttpScriptServer server;
    server.on("/first", httpAnswer("307 Temporary\r\nLocation: " + other.origin() + "/good", ""));
    http::HttpRequest named = request(server.origin() + "/first");
    named.redirectOrigins = {other.origin()};
    QCOMPARE(nameOf(m_client->get(named, {})), QByteArray("status 200"));
    QCOMPARE(nameOf(m_client->get(request(server.origin() + "/first"), {})), QByteArray("HttpRedirect"));
    QCOMPARE(other.requestCount(), 1);
}

void HttpClientTest::tls_data()
{
    QTest::addColumn<QByteArray>("what");
    QTest::addColumn<QByteArray>("outcome");
    QTest::newRow("trusted") << QByteArray("good") << QByteArray("status 200");
    QTest::newRow("unknown authority") << QByteArray("no file") << QByteArray("HttpTls");
    QTest::newRow("other name") << QByteArray("name") << QByteArray("HttpTls");
    QTest::newRow("expired") << QByteArray("expired") << QByteArray("HttpTls");
    QTest::newRow("CA file missing") << QByteArray("missing") << QByteArray("HttpTls");
    QTest::newRow("plain http refused") << QByteArray("plain") << QByteArray("HttpPlain");
    QTest::newRow("https leads to http") << QByteArray("downgrade") << QByteArray("HttpRedirect");
}

void HttpClientTest::tls()
{
    QFETCH(QByteArray, what);
    QFETCH(QByteArray, outcome);
    auto certificate = what == "expired" ? now(-48h, -24h) : now(-1h, 24h);
    if (what == "name") {
        certificate.dnsNames = {"elsewhere.example"};
        certificate.ipAddresses = {"10.9.8.7"};
    }
    const SecureServer secure = secureServer(certificate);
    const std::string caFile = (m_folder.path() + "/ca.pem").toStdString();
    std::ofstream(caFile) << secure.files.authorityPem;
    HttpScriptServer plain;
    plain.on("/", httpAnswer("200 OK", "x"));
    HttpScriptServer server(secure.context);
    server.on("/", what == "downgrade" ? httpAnswer("302 Found\r\nLocation: " + plain.origin() + "/", "") : httpAnswer("200 OK", "x"));

    http::HttpRequest wanted = request((what == "plain" ? plain : server).origin() + "/");
    wanted.caFile = what == "no file" ? "" : what == "missing" ? caFile + ".not" : caFile;
    wanted.allowPlainHttp = what == "downgrade";
    const auto answer = m_client->get(wanted, {});
    QCOMPARE(nameOf(answer), outcome);
    if (what == "plain") QCOMPARE(plain.requestCount(), 0);
    if (!answer) return;
    QCOMPARE((*answer)->peerCertificatesPem.size(), std::size_t{2});
    QVERIFY(QString::fromStdString((*answer)->peerCertificatesPem[0]).startsWith(QStringLiteral("-----BEGIN CERTIFICATE-----")));
    QCOMPARE(QString::fromStdString((*answer)->peerCertificatesPem[1]).trimmed(), QString::fromStdString(secure.files.authorityPem).trimmed());
}

void HttpClientTest::slowAnswerEndsAtItsTime()
{
    HttpScriptServer server;
    HttpScript drip = httpAnswer("200 OK", std::string(1000, 'x'));
    drip.prompt = 20;
    drip.pauseMs = 100;  // never longer silent than that, and never done
    server.on("/", drip);
    http::HttpRequest wanted = request(server.origin() + "/");
    wanted.timeout = 700ms;
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(nameOf(m_client->get(wanted, {})), QByteArray("HttpTimeout"));
    QVERIFY2(timer.elapsed() < 5000, QByteArray::number(timer.elapsed()));
}

void HttpClientTest::cancelWakesAtOnce()
{
    HttpScriptServer server;
    HttpScript silent;
    silent.hangs = true;
    server.on("/", silent);
    http::HttpRequest wanted = request(server.origin() + "/");
    wanted.timeout = 60s;
    std::stop_source stop;
    base::Result<std::optional<http::HttpResponse>> answer{std::optional<http::HttpResponse>(http::HttpResponse())};
    std::thread asking([&] { answer = m_client->get(wanted, stop.get_token()); });
    QTRY_COMPARE(server.requestCount(), 1);
    QElapsedTimer timer;
    timer.start();
    stop.request_stop();
    asking.join();
    QCOMPARE(nameOf(answer), QByteArray("cancelled"));
    QVERIFY2(timer.elapsed() < 1000, QByteArray::number(timer.elapsed()));
}

void HttpClientTest::cancelBeforeStart()
{
    HttpScriptServer server;
    std::stop_source stop;
    stop.request_stop();
    QCOMPARE(nameOf(m_client->get(request(server.origin() + "/"), stop.get_token())), QByteArray("cancelled"));
    QCOMPARE(server.requestCount(), 0);
}

void HttpClientTest::askedForNothingCompressed()
{
    HttpScriptServer server;
    server.on("/", httpAnswer("200 OK", "x"));
    QCOMPARE(nameOf(m_client->get(request(server.origin() + "/"), {})), QByteArray("status 200"));
    const QByteArray head = QByteArray::fromStdString(server.requests().at(0)).toLower();
    QVERIFY2(!head.contains("accept-encoding") && !head.contains("cookie") && !head.contains("authorization"), head);
}

QTEST_GUILESS_MAIN(HttpClientTest)
#include "tst_http_client.moc"
