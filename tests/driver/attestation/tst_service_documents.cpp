// What attestation services publish: which addresses are asked, what is kept for how long, what is not believed.   enclave-protocol 4.1, 5.1
#include "driver/attestation/Errors.h"
#include "driver/attestation/ServiceDocuments.h"
#include "tests/support/FakeClock.h"
#include "tests/support/HttpSeam.h"

#include <QTest>

using namespace es;
using namespace std::chrono_literals;
using attestation::Protocol;
using attestation::ServiceAddress;
using attestation::ServiceDocuments;

namespace {

const std::string kMetadata = "https://aas.example/.well-known/openid-configuration";
const std::string kCertificates = "https://hgs.example/Attestation/v2.0/signingCertificates";

struct Setup {
    Setup()
        : seam(new test::HttpSeam)
        , documents(std::unique_ptr<http::HttpClient>(seam), clock)
    {
    }
    test::HttpSeam* seam;
    testing::FakeClock clock;
    ServiceDocuments documents;
};

ServiceAddress hgs(const std::string& url = "https://hgs.example/Attestation")
{
    return {Protocol::kHgs, url, "/ca.pem", false, {}};
}

ServiceAddress aas()
{
    return {Protocol::kAas, "https://aas.example/attest/SgxEnclave?api-version=2018-09-01-preview", "", false, {}};
}

}  // namespace

class ServiceDocumentsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void hgsPaths_data();
    void hgsPaths();
    void wrongPathIsToldAndTheUsualOneSuggested();
    void aasAsksMetadataThenKeys();
    void keysFromElsewhere_data();
    void keysFromElsewhere();
    void keptForItsLifetime_data();
    void keptForItsLifetime();
    void freshAskedForOnce();
    void failuresAreNotKept();
    void addressesThatDifferAreKeptApart();
    void cancelled();
};

void ServiceDocumentsTest::hgsPaths_data()
{
    QTest::addColumn<QByteArray>("configured");
    QTest::addColumn<QByteArray>("served");
    QTest::newRow("as configured") << QByteArray("https://hgs.example/Attestation") << QByteArray::fromStdString(kCertificates);
    QTest::newRow("slashes at the end") << QByteArray("https://hgs.example/Attestation//") << QByteArray::fromStdString(kCertificates);
    QTest::newRow("the longer shape") << QByteArray("https://hgs.example/Attestation")
                                      << QByteArray("https://hgs.example/Attestation/attestationservice.svc/v2.0/signingCertificates/");
}

void ServiceDocumentsTest::hgsPaths()
{
    QFETCH(QByteArray, configured);
    QFETCH(QByteArray, served);
    Setup it;
    it.seam->on(served.toStdString(), "[1,2,3]");
    const auto answer = it.documents.get(hgs(configured.toStdString()), false, {});
    QVERIFY(!answer.failure);
    QCOMPARE(answer.documents.size(), std::size_t{1});
    QCOMPARE(answer.documents[0].role, std::string("signing-certificates"));
    QCOMPARE(answer.documents[0].url, served.toStdString());
    QCOMPARE(answer.requests, static_cast<std::uint32_t>(it.seam->asked.size()));
    QCOMPARE(it.seam->asked[0].caFile, std::string("/ca.pem"));
    QVERIFY(!it.seam->asked[0].allowPlainHttp);
}

void ServiceDocumentsTest::wrongPathIsToldAndTheUsualOneSuggested()
{
    Setup it;
    it.seam->on(kCertificates, "[1]");
    const auto answer = it.documents.get(hgs("https://hgs.example/hgs-attest"), false, {});
    QVERIFY(answer.failure.has_value());
    QVERIFY(answer.failure->code == attestation::kServiceFailed);
    QVERIFY(answer.failure->origin == base::Origin::kAttestation);
    QVERIFY(QString::fromStdString(answer.failure->text).contains(QStringLiteral("404 for https://hgs.example/hgs-attest/v2.0/signingCertificates")));
    QCOMPARE(answer.suggestedUrl, std::string("https://hgs.example/Attestation"));
    QVERIFY(QString::fromStdString(answer.failure->remedy).contains(QStringLiteral("/Attestation")));
    QVERIFY(answer.documents.empty());

    Setup nowhere;
    const auto none = nowhere.documents.get(hgs("https://hgs.example/hgs-attest"), false, {});
    QVERIFY(none.failure.has_value());
    QVERIFY(none.suggestedUrl.empty());
}

void ServiceDocumentsTest::aasAsksMetadataThenKeys()
{
    Setup it;
    it.seam->on(kMetadata, R"({"issuer":"https://aas.example","jwks_uri":"https://aas.example/certs"})");
    it.seam->on("https://aas.example/certs", R"({"keys":[]})");
    const auto answer = it.documents.get(aas(), false, {});
    QVERIFY(!answer.failure);
    QCOMPARE(answer.requests, 2U);
    QCOMPARE(answer.documents.size(), std::size_t{2});
    QCOMPARE(answer.documents[0].role, std::string("openid-configuration"));
    QCOMPARE(answer.documents[1].role, std::string("jwks"));
}

void ServiceDocumentsTest::keysFromElsewhere_data()
{
    QTest::addColumn<QByteArray>("metadata");
    QTest::newRow("another host") << QByteArray(R"({"jwks_uri":"https://evil.example/certs"})");
    QTest::newRow("another port") << QByteArray(R"({"jwks_uri":"https://aas.example:444/certs"})");
    QTest::newRow("plain http") << QByteArray(R"({"jwks_uri":"http://aas.example/certs"})");
    QTest::newRow("a file") << QByteArray(R"({"jwks_uri":"file:///etc/passwd"})");
    QTest::newRow("relative") << QByteArray(R"({"jwks_uri":"/certs"})");
    QTest::newRow("missing") << QByteArray(R"({"issuer":"https://aas.example"})");
    QTest::newRow("a number") << QByteArray(R"({"jwks_uri":1})");
    QTest::newRow("no JSON") << QByteArray("<html>");
    QTest::newRow("nothing") << QByteArray();
}

void ServiceDocumentsTest::keysFromElsewhere()
{
    QFETCH(QByteArray, metadata);
    Setup it;
    it.seam->on(kMetadata, metadata.toStdString());
    const auto answer = it.documents.get(aas(), false, {});
    QVERIFY(answer.failure.has_value());
    QVERIFY(answer.failure->code == attestation::kServiceFailed);
    QVERIFY(!answer.failure->remedy.empty());
    QCOMPARE(it.seam->asked.size(), std::size_t{1});  // nobody else was asked
}

void ServiceDocumentsTest::keptForItsLifetime_data()
{
    QTest::addColumn<int>("freshForSeconds");  // -1: not said
    QTest::addColumn<int>("afterSeconds");
    QTest::addColumn<int>("requests");
    QTest::newRow("not said, an hour later") << -1 << 3600 << 1;
    QTest::newRow("not said, after a day") << -1 << 24 * 3600 << 2;
    QTest::newRow("a minute, within") << 60 << 59 << 1;
    QTest::newRow("a minute, after") << 60 << 60 << 2;
    QTest::newRow("a year is cut to a day") << 365 * 24 * 3600 << 24 * 3600 << 2;
    QTest::newRow("no-store") << 0 << 0 << 2;
}

void ServiceDocumentsTest::keptForItsLifetime()
{
    QFETCH(int, freshForSeconds);
    QFETCH(int, afterSeconds);
    QFETCH(int, requests);
    Setup it;
    it.seam->on(kCertificates, "[1]", freshForSeconds < 0 ? std::nullopt : std::optional(std::chrono::seconds(freshForSeconds)));
    QVERIFY(!it.documents.get(hgs(), false, {}).failure);
    it.clock.advance(std::chrono::seconds(afterSeconds));
    const auto again = it.documents.get(hgs(), false, {});
    QCOMPARE(again.documents.size(), std::size_t{1});
    QCOMPARE(static_cast<int>(it.seam->asked.size()), requests);
    QCOMPARE(again.elapsed.count() == 0, requests == 1);
    QCOMPARE(again.requests, requests == 1 ? 0U : 1U);
}

void ServiceDocumentsTest::freshAskedForOnce()
{
    Setup it;
    it.seam->on(kCertificates, "[1]");
    (void)it.documents.get(hgs(), false, {});
    it.clock.advance(ServiceDocuments::kRefetchPause);
    (void)it.documents.get(hgs(), true, {});
    QCOMPARE(it.seam->asked.size(), std::size_t{2});
    // A server that sends one unknown key id after the other must not make us hammer the service.
    (void)it.documents.get(hgs(), true, {});
    (void)it.documents.get(hgs(), true, {});
    QCOMPARE(it.seam->asked.size(), std::size_t{2});
    it.clock.advance(ServiceDocuments::kRefetchPause);
    (void)it.documents.get(hgs(), true, {});
    QCOMPARE(it.seam->asked.size(), std::size_t{3});
}

void ServiceDocumentsTest::failuresAreNotKept()
{
    Setup it;
    QVERIFY(it.documents.get(hgs(), false, {}).failure.has_value());
    it.seam->on(kCertificates, "[1]");
    QVERIFY(!it.documents.get(hgs(), false, {}).failure);
}

void ServiceDocumentsTest::addressesThatDifferAreKeptApart()
{
    Setup it;
    it.seam->on(kCertificates, "[1]");
    (void)it.documents.get(hgs(), false, {});
    ServiceAddress otherTrust = hgs();
    otherTrust.caFile.clear();  // fetched with more trust: nothing for those who trust less
    (void)it.documents.get(otherTrust, false, {});
    ServiceAddress plain = hgs();
    plain.plainHttp = true;
    (void)it.documents.get(plain, false, {});
    QCOMPARE(it.seam->asked.size(), std::size_t{3});
    QVERIFY(it.seam->asked[2].allowPlainHttp);
}

void ServiceDocumentsTest::cancelled()
{
    Setup it;
    it.seam->hangOn(kCertificates);
    std::stop_source stop;
    stop.request_stop();
    const auto answer = it.documents.get(hgs(), false, stop.get_token());
    QVERIFY(answer.cancelled);
    QVERIFY(answer.documents.empty());
}

QTEST_GUILESS_MAIN(ServiceDocumentsTest)
#include "tst_service_documents.moc"
