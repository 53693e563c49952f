// What the sandbox's attestation services say, looked at as a careful client does: everything holds, and each fault breaks one check.
#include "AttestFixture.h"

#include <QProcess>
#include <QtTest>

#include <filesystem>

using namespace es;
using namespace es::sandbox;
using test::AttestFixture;
using test::bytesOf;

namespace {

constexpr std::string_view kUrl = "https://localhost:4433/attest/SgxEnclave?api-version=2018-09-01-preview";
const char* const kAuthor = "0437cae2537d8b9b0776b61b11e6ced3d232e9308f60e21adab2fd91e3da9598";
const char* const kSigner = "e31c9e505f37a58de09335075fc8591254313eb20bb1a27e5443cc450b6e33e5";

// The names of the checks that do not hold.                                                       enclave-protocol 4.4
QStringList brokenInReport(AttestFixture& f, const abi::EvidenceReply& reply)
{
    QStringList broken;
    const auto expect = [&broken](bool holds, const char* name) {
        if (!holds)
            broken << name;
    };
    const QSslCertificate health(bytesOf(reply.healthReport), QSsl::Der);
    expect(f.now() >= health.effectiveDate() && f.now() < health.expiryDate(), "validity");
    const auto key = crypto::RsaPublicKey::fromCertificate(reply.healthReport);
    const auto package = enclave::decodeReportPackage(reply.reportPackage);
    const auto report = enclave::decodeVbsReport(package->statement);
    expect(key->verifyPssSha256(package->statement, package->signature), "signature");
    base::Bytes bound(64);
    const auto digest = crypto::sha256(reply.identityAsSent);
    std::copy(digest.begin(), digest.end(), bound.begin());
    expect(std::equal(bound.begin(), bound.end(), report->enclaveData.begin()), "binding");
    expect(base::toHex(report->authorId) == kAuthor, "author");
    expect(base::toHex(report->ownerId) == "1020304041312111" + std::string(48, '0'), "owner");
    expect(base::toHex(report->familyId) == "fefe" + std::string(28, '0'), "family");
    expect(base::toHex(report->imageId) == "19171200010520130005140312012205", "image");
    expect(report->platformSvn >= 1, "svn");
    expect(report->flags == 0, "debug");
    return broken;
}

// enclave-protocol 5.2
QStringList brokenInToken(AttestFixture& f, AttestService& service, const abi::EvidenceRequest& asked, const abi::EvidenceReply& reply, bool sgx)
{
    QStringList broken;
    const auto expect = [&broken](bool holds, const char* name) {
        if (!holds)
            broken << name;
    };
    const test::Token token = test::tokenOf(reply.token);
    const QJsonObject& claims = token.claims;
    const QJsonObject key = QJsonDocument::fromJson(QByteArray::fromStdString(service.document({"/certs", ""}).body)).object()["keys"][0].toObject();
    const QByteArray certificate = QByteArray::fromBase64(key["x5c"][0].toString().toLatin1());
    expect(token.header["alg"] == "RS256" && token.header["kid"] == key["kid"], "header");
    expect(crypto::RsaPublicKey::fromCertificate(test::viewBytes(certificate))
               ->verifyPkcs1Sha256(test::viewBytes(token.signedPart), test::viewBytes(token.signature)), "signature");
    const qint64 now = f.now().toSecsSinceEpoch();
    expect(claims["exp"].toInteger() > now && claims["nbf"].toInteger() <= now && claims["iat"].toInteger() <= now, "validity");
    expect(claims["iss"] == "https://localhost:4433", "issuer");
    expect(test::fromBase64Url(claims["aas-ehd"].toString().toLatin1()) == bytesOf(reply.identityAsSent), "binding");
    const base::Bytes clear = sgx ? enclave::maskIdentity(reply.identityAsSent, asked.nonce) : reply.identityAsSent;
    const bool fresh = sgx || test::fromBase64Url(claims["rp_data"].toString().toLatin1()) == bytesOf(asked.nonce);
    expect(clear == asked.identity && fresh, "nonce");
    const QByteArray author = test::fromBase64Url(claims["enclaveAuthorId"].toString().toLatin1()).toHex();
    expect(sgx ? claims["x-ms-sgx-mrsigner"] == kSigner : author == kAuthor, "author");
    expect(claims["is-debuggable"] == false && (sgx || claims["enclaveFlags"] == 0), "debug");
    expect(sgx ? claims["svn"].toInt() >= 1 && claims["product-id"] == 4639 : claims["enclavePlatformSvn"].toInt() >= 1, "svn");
    expect(claims["x-ms-attestation-type"] == (sgx ? "sgx" : "vbs"), "type");
    return broken;
}

const char* checkOf(AttestFault fault)
{
    switch (fault) {
    case AttestFault::kExpired: return "validity";
    case AttestFault::kWrongNonce: return "nonce";
    case AttestFault::kWrongKey: return "binding";
    case AttestFault::kDebug: return "debug";
    case AttestFault::kOldSvn: return "svn";
    case AttestFault::kWrongAuthor: return "author";
    case AttestFault::kBadSignature: return "signature";
    default: return "";  // slow, unreachable: the evidence itself is good
    }
}

}  // namespace

class TestAttestService : public QObject {
    Q_OBJECT

    std::unique_ptr<AttestFixture> m_shared;  // its keys take seconds to make

private slots:
    void initTestCase() { m_shared = std::make_unique<AttestFixture>(); }

    void rootIsKeptAndSaysWhatItIs()
    {
        AttestFixture f;
        const auto again = AttestRoot::open(f.folder.path().toStdString(), f.clock);
        QVERIFY(again);
        QCOMPARE(bytesOf(again->root().certificate), bytesOf(f.root.root().certificate));
        QCOMPARE(bytesOf(again->token().certificate), bytesOf(f.root.token().certificate));
        QFile shown(QString::fromStdString(f.root.certificateFile()));
        QVERIFY(shown.open(QIODevice::ReadOnly));
        const QSslCertificate root(shown.readAll());
        QCOMPARE(root.toDer(), bytesOf(f.root.root().certificate));
        QCOMPARE(root.subjectInfo(QSslCertificate::Organization), QStringList{"Enclave Studio sandbox"});
        QCOMPARE(root.subjectInfo(QSslCertificate::CommonName), QStringList{"Enclave Studio sandbox attestation root"});
        QVERIFY(root.isSelfSigned());
        QCOMPARE(f.root.root().key.modulusBytes(), std::size_t{384});
        for (const char* file : {"attestation-root-key.pem", "attestation-token-key.pem"})
            QCOMPARE(static_cast<unsigned>(std::filesystem::status(f.folder.filePath(file).toStdString()).permissions()), 0600U);
        QFile key(f.folder.filePath("attestation-root-key.pem"));
        QVERIFY(key.open(QIODevice::WriteOnly) && key.write("nonsense") == 8);
        key.close();
        const auto spoilt = AttestRoot::open(f.folder.path().toStdString(), f.clock);
        QVERIFY(!spoilt && spoilt.error().code == kAttestFiles);
    }

    void healthCertificateIsRenewedBeforeItEnds()
    {
        AttestFixture f;
        AttestService service = f.service(AttestMode::kHgs);
        const auto first = service.evidence({3, f.identity(), {}, {}});
        const QSslCertificate health(bytesOf(first->healthReport), QSsl::Der);
        QCOMPARE(health.subjectInfo(QSslCertificate::CommonName)[0].size(), 64);
        QCOMPARE(health.issuerInfo(QSslCertificate::CommonName), QStringList{"Enclave Studio sandbox attestation root"});
        QCOMPARE(health.expiryDate(), f.now().addSecs(8 * 3600));
        f.clock.wall += std::chrono::hours(6);
        QCOMPARE(bytesOf(service.evidence({3, f.identity(), {}, {}})->healthReport), bytesOf(first->healthReport));
        f.clock.wall += std::chrono::minutes(61);
        const auto later = service.evidence({3, f.identity(), {}, {}});
        QVERIFY(later->healthReport != first->healthReport);
        QCOMPARE(brokenInReport(f, *later), QStringList());
    }

    void evidence_data()
    {
        QTest::addColumn<int>("mode");
        QTest::addColumn<int>("fault");
        for (const AttestMode mode : {AttestMode::kHgs, AttestMode::kAasVbs, AttestMode::kAasSgx}) {
            const QByteArray name = QByteArray::fromStdString(std::string(attestModeName(mode)));
            QTest::newRow(name + ", honest") << static_cast<int>(mode) << -1;
            for (const AttestFaultInfo& info : attestFaults()) {
                if (info.means(mode))
                    QTest::newRow(name + ", " + info.name.data()) << static_cast<int>(mode) << static_cast<int>(info.fault);
            }
        }
    }
    void evidence()
    {
        QFETCH(int, mode);
        QFETCH(int, fault);
        const auto attested = static_cast<AttestMode>(mode);
        const auto told = fault < 0 ? std::nullopt : std::optional(static_cast<AttestFault>(fault));
        const QString check = told ? checkOf(*told) : "";
        const QStringList expected = check.isEmpty() ? QStringList() : QStringList{check};
        AttestFixture& f = *m_shared;
        AttestService service = f.service(attested, told);
        abi::EvidenceRequest asked{attested == AttestMode::kHgs ? 3U : 1U, f.identity(), {}, {}};
        if (attested != AttestMode::kHgs) {
            asked.url = kUrl;
            asked.nonce = crypto::randomBytes(256);
        }
        const auto reply = abi::decodeEvidenceReply(service.answerMessage(abi::encodeEvidenceRequest(asked)));
        QVERIFY(reply);
        QCOMPARE(attested == AttestMode::kHgs ? brokenInReport(f, *reply)
                                              : brokenInToken(f, service, asked, *reply, attested == AttestMode::kAasSgx), expected);
    }

    void refusesWhatItDoesNotSpeak()
    {
        AttestFixture& f = *m_shared;
        AttestService hgs = f.service(AttestMode::kHgs);
        AttestService aas = f.service(AttestMode::kAasVbs);
        for (const auto& reply : {hgs.evidence({1, f.identity(), std::string(kUrl), base::Bytes(256)}), hgs.evidence({3, {}, {}, {}}),
                                  aas.evidence({3, f.identity(), {}, {}}), aas.evidence({1, f.identity(), std::string(kUrl), {}})})
            QVERIFY(!reply && reply.error().code == abi::kAttestRefused);
        const auto nonsense = abi::decodeEvidenceReply(hgs.answerMessage(base::viewOf("nonsense")));
        QVERIFY(!nonsense && nonsense.error().code == abi::kAttestRefused);
    }

    void documents_data()
    {
        QTest::addColumn<int>("mode");
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("status");
        const int hgs = static_cast<int>(AttestMode::kHgs);
        const int aas = static_cast<int>(AttestMode::kAasVbs);
        QTest::newRow("JDBC") << hgs << "/Attestation/attestationservice.svc/v2.0/signingCertificates/" << 200;
        QTest::newRow("JDBC, no slash") << hgs << "/Attestation/attestationservice.svc/v2.0/signingCertificates" << 200;
        QTest::newRow("SqlClient") << hgs << "/Attestation/v2.0/signingCertificates" << 200;
        QTest::newRow("SqlClient, slash") << hgs << "/attestation/V2.0/signingcertificates/" << 200;
        QTest::newRow("without Attestation") << hgs << "/v2.0/signingCertificates" << 404;
        QTest::newRow("an Azure path") << hgs << "/certs" << 404;
        QTest::newRow("metadata") << aas << "/.well-known/openid-configuration" << 200;
        QTest::newRow("keys") << aas << "/certs" << 200;
        QTest::newRow("an HGS path") << aas << "/Attestation/v2.0/signingCertificates" << 404;
        QTest::newRow("the attestation URL itself") << aas << "/attest/VSMEnclave" << 404;
    }
    void documents()
    {
        QFETCH(int, mode);
        QFETCH(QString, path);
        QFETCH(int, status);
        AttestFixture& f = *m_shared;
        const HttpAnswer answer = f.service(static_cast<AttestMode>(mode)).document({path.toStdString(), "localhost:4433"});
        QCOMPARE(answer.status, status);
        QCOMPARE(answer.maxAgeSeconds > 0, status == 200);
        if (status == 200)
            QVERIFY(!QJsonDocument::fromJson(QByteArray::fromStdString(answer.body)).isNull());
    }

    void signingCertificatesAreOnePkcs7()
    {
        AttestFixture& f = *m_shared;
        const HttpAnswer answer = f.service(AttestMode::kHgs).document({"/Attestation/v2.0/signingCertificates", ""});
        const QByteArray body = QByteArray::fromStdString(answer.body);
        QVERIFY(!body.contains(' ') && !body.contains('\n'));
        QByteArray der;
        for (const QJsonValue value : QJsonDocument::fromJson(body).array())
            der += static_cast<char>(value.toInt());
        QProcess openssl;
        openssl.start("openssl", {"pkcs7", "-inform", "DER", "-print_certs"});
        openssl.write(der);
        openssl.closeWriteChannel();
        QVERIFY(openssl.waitForFinished() && openssl.exitCode() == 0);
        const QList<QSslCertificate> list = QSslCertificate::fromData(openssl.readAllStandardOutput());
        QCOMPARE(list.size(), 1);
        QCOMPARE(list[0].toDer(), bytesOf(f.root.root().certificate));
    }

    void names_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("origin");
        const QString own = "https://127.0.0.1:4433";
        QTest::newRow("address") << "https://127.0.0.1:4433/attest/SgxEnclave?api-version=1" << own;
        QTest::newRow("name") << "HTTPS://LocalHost:4433/attest" << "https://localhost:4433";
        QTest::newRow("IPv6") << "https://[::1]:4433" << "https://[::1]:4433";
        QTest::newRow("question mark behind the port") << "https://localhost:4433?x" << "https://localhost:4433";
        QTest::newRow("another port") << "https://localhost:4434/attest" << own;
        QTest::newRow("no port") << "https://localhost/attest" << own;
        QTest::newRow("another host") << "https://sharedeus.eus.attest.azure.net:4433/attest" << own;
        QTest::newRow("our name inside another") << "https://localhost:4433.evil.example/attest" << own;
        QTest::newRow("user information") << "https://localhost:4433@evil.example" << own;
        QTest::newRow("http") << "http://localhost:4433/attest" << own;
        QTest::newRow("nothing") << "" << own;
    }
    void names()
    {
        QFETCH(QString, url);
        QFETCH(QString, origin);
        QCOMPARE(QString::fromStdString(ServiceNames("127.0.0.1", 4433).originOf(url.toStdString())), origin);
    }
    void namesWithTheDefaultPort()
    {
        const ServiceNames names("::1", 443);
        QCOMPARE(names.ownOrigin(), std::string("https://[::1]:443"));
        QCOMPARE(names.originOf("https://localhost/attest"), std::string("https://localhost"));
        QCOMPARE(names.originOf("https://localhost:443/attest"), std::string("https://localhost:443"));
        QCOMPARE(ServiceNames("0.0.0.0", 5).ownOrigin(), std::string("https://127.0.0.1:5"));
    }
    void metadataNamesTheOriginThatWasCalled()
    {
        AttestFixture& f = *m_shared;
        AttestService service = f.service(AttestMode::kAasSgx);
        const auto issuerFor = [&](const char* host) {
            const HttpAnswer answer = service.document({"/.well-known/openid-configuration", host});
            return QJsonDocument::fromJson(QByteArray::fromStdString(answer.body)).object();
        };
        QCOMPARE(issuerFor("localhost:4433")["jwks_uri"].toString(), "https://localhost:4433/certs");
        QCOMPARE(issuerFor("localhost:4433")["issuer"].toString(), "https://localhost:4433");
        QCOMPARE(issuerFor("evil.example")["jwks_uri"].toString(), "https://127.0.0.1:4433/certs");
    }
};

QTEST_GUILESS_MAIN(TestAttestService)
#include "tst_attest_service.moc"
