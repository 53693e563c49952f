// Certificates and lists of them: what is read, what is said of them, what is refused.                        RFC 5280
#include "driver/crypto/Certificate.h"
#include "driver/crypto/Hash.h"
#include "tests/support/CertificateMaker.h"

#include <QTest>

using namespace es;
using crypto::Certificate;
using testing::CertificatePlan;

namespace {

using Clock = std::chrono::system_clock;
const Clock::time_point kFrom{std::chrono::seconds{1'700'000'000}};
const Clock::time_point kTo{std::chrono::seconds{1'800'000'000}};

const std::string& rsaPem()
{
    static const std::string pem = testing::newRsaKeyPem();
    return pem;
}
const std::string& otherRsaPem()
{
    static const std::string pem = testing::newRsaKeyPem();
    return pem;
}
const std::string& ecPem()
{
    static const std::string pem = testing::newEcKeyPem();
    return pem;
}

CertificatePlan plan()
{
    CertificatePlan plan;
    plan.commonName = "host";
    plan.keyPem = rsaPem();
    plan.notBefore = kFrom;
    plan.notAfter = kTo;
    return plan;
}
CertificatePlan authorityPlan()
{
    CertificatePlan authority = plan();
    authority.commonName = "authority";
    authority.organization = "Test";
    authority.keyPem = otherRsaPem();
    authority.basicConstraints = "critical,CA:TRUE";
    authority.keyUsage = "critical,keyCertSign";
    return authority;
}
CertificatePlan issuedPlan()
{
    CertificatePlan issued = plan();
    issued.issuerName = "authority";
    issued.issuerOrganization = "Test";
    issued.issuerKeyPem = otherRsaPem();
    return issued;
}

Certificate made(const CertificatePlan& plan) { return Certificate::fromDer(testing::makeCertificate(plan)).value(); }
bool refused(const auto& result) { return !result && result.error().code == crypto::kBadCertificate; }

}  // namespace

class TestCertificate : public QObject {
    Q_OBJECT

private slots:
    void facts()
    {
        CertificatePlan wanted = plan();
        wanted.commonName = "Gerät";
        wanted.organization = "A, B";
        const base::Bytes der = testing::makeCertificate(wanted);
        const auto certificate = Certificate::fromDer(der);
        QVERIFY(certificate);
        QVERIFY(certificate->der() == der);
        QCOMPARE(certificate->subject(), std::string("O=A\\, B,CN=Gerät"));
        QCOMPARE(certificate->issuer(), certificate->subject());
        QCOMPARE(certificate->organization(), std::string("A, B"));
        QCOMPARE(certificate->fingerprint(), base::toHex(crypto::sha256(der)));
        QVERIFY(certificate->notBefore() == kFrom);
        QVERIFY(certificate->notAfter() == kTo);
        const auto again = Certificate::fromPem("some words\n" + certificate->pem() + "and more");
        QVERIFY(again);
        QVERIFY(again->der() == der);
        QCOMPARE(certificate->rsaKey()->modulusBytes(), std::size_t{256});
        QVERIFY(made(plan()).organization().empty());
    }

    void timesBeyondTheClock()
    {
        CertificatePlan late = plan();
        late.notAfter = Clock::time_point(std::chrono::seconds{9'000'000'000});
        QVERIFY(made(late).notAfter() == late.notAfter);
        // 99991231235959Z, in place of a time of the same length.
        base::Bytes der = testing::makeCertificate(late);
        const std::string text(der.begin(), der.end());
        const std::size_t at = text.rfind("2255031");
        QVERIFY(at != std::string::npos);
        for (std::size_t i = 0; i < 4; ++i)
            der[at + i] = '9';
        const auto endless = Certificate::fromDer(der);
        QVERIFY(endless);
        QVERIFY(endless->notAfter() > late.notAfter);
    }

    void rights_data()
    {
        QTest::addColumn<QString>("constraints");
        QTest::addColumn<QString>("usage");
        QTest::addColumn<bool>("authority");
        QTest::addColumn<bool>("maySign");
        QTest::newRow("nothing stated") << "" << "" << false << true;
        QTest::newRow("CA") << "critical,CA:TRUE" << "" << true << true;
        QTest::newRow("CA that may issue") << "critical,CA:TRUE" << "critical,keyCertSign" << true << false;
        QTest::newRow("CA that may not issue") << "critical,CA:TRUE" << "critical,digitalSignature" << false << true;
        QTest::newRow("no CA") << "critical,CA:FALSE" << "critical,keyCertSign" << false << false;
        QTest::newRow("signs") << "" << "digitalSignature" << false << true;
        QTest::newRow("encrypts alone") << "" << "critical,keyEncipherment" << false << false;
    }
    void rights()
    {
        QFETCH(QString, constraints);
        QFETCH(QString, usage);
        CertificatePlan wanted = plan();
        wanted.basicConstraints = constraints.toStdString();
        wanted.keyUsage = usage.toStdString();
        const Certificate certificate = made(wanted);
        QTEST(certificate.isAuthority(), "authority");
        QTEST(certificate.maySign(), "maySign");
    }

    void signatures()
    {
        const Certificate authority = made(authorityPlan());
        const Certificate issued = made(issuedPlan());
        QVERIFY(authority.isSelfSigned());
        QVERIFY(!issued.isSelfSigned());
        QVERIFY(issued.isSignedBy(authority));
        QVERIFY(!authority.isSignedBy(issued));

        CertificatePlan named = authorityPlan();
        named.commonName = "another";
        QVERIFY(!issued.isSignedBy(made(named)));  // the key, under another name
        CertificatePlan keyed = authorityPlan();
        keyed.keyPem = rsaPem();
        QVERIFY(!issued.isSignedBy(made(keyed)));  // the name, with another key

        CertificatePlan weak = issuedPlan();
        weak.digest = "SHA1";
        QVERIFY(!made(weak).isSignedBy(authority));
        CertificatePlan strong = issuedPlan();
        strong.digest = "SHA512";
        QVERIFY(made(strong).isSignedBy(authority));

        base::Bytes altered = testing::makeCertificate(issuedPlan());
        altered.back() ^= 1;
        QVERIFY(!Certificate::fromDer(altered)->isSignedBy(authority));
    }

    void otherKeys()
    {
        CertificatePlan authority = authorityPlan();
        authority.keyPem = ecPem();
        CertificatePlan issued = issuedPlan();
        issued.issuerKeyPem = ecPem();
        QVERIFY(made(issued).isSignedBy(made(authority)));
        QVERIFY(made(authority).rsaKey().error().code == crypto::kBadRsaKey);
    }

    void notCertificates()
    {
        const base::Bytes der = testing::makeCertificate(plan());
        for (const std::size_t size : {std::size_t{0}, std::size_t{1}, der.size() / 2, der.size() - 1})
            QVERIFY(refused(Certificate::fromDer(base::ByteView(der).first(size))));
        base::Bytes longer = der;
        longer.push_back(0);
        QVERIFY(refused(Certificate::fromDer(longer)));
        // An indefinite length with its end is BER, not DER.
        base::Bytes ber = der;
        ber.erase(ber.begin() + 1, ber.begin() + 4);
        ber.insert(ber.begin() + 1, 0x80);
        ber.insert(ber.end(), {0, 0});
        QVERIFY(refused(Certificate::fromDer(ber)));
        QVERIFY(refused(Certificate::fromPem("")));
        QVERIFY(refused(Certificate::fromPem(rsaPem())));
    }

    void lists()
    {
        const base::Bytes first = testing::makeCertificate(plan());
        const base::Bytes second = testing::makeCertificate(authorityPlan());
        for (const std::string& signer : {std::string(), rsaPem()}) {
            const base::Bytes list = testing::makePkcs7({first, second}, signer);
            const auto read = crypto::certificatesFromPkcs7(list);
            QVERIFY(read);
            QCOMPARE(read->size(), std::size_t{2});
            QVERIFY((read->at(0).der() == first && read->at(1).der() == second) || (read->at(1).der() == first && read->at(0).der() == second));
            QVERIFY(crypto::certificatesFromPkcs7(list, 2));
            QVERIFY(refused(crypto::certificatesFromPkcs7(list, 1)));
            for (std::size_t size = 0; size < list.size(); size += 7)
                QVERIFY(refused(crypto::certificatesFromPkcs7(base::ByteView(list).first(size))));
            base::Bytes longer = list;
            longer.push_back(0);
            QVERIFY(refused(crypto::certificatesFromPkcs7(longer)));
        }
        QVERIFY(refused(crypto::certificatesFromPkcs7(testing::makePkcs7({}))));
        QVERIFY(refused(crypto::certificatesFromPkcs7(first)));
    }

    void pemFiles()
    {
        const std::string first = made(plan()).pem();
        const std::string second = made(authorityPlan()).pem();
        const auto both = crypto::certificatesFromPem("# roots\n" + first + "\n" + second + "# end\n");
        QVERIFY(both);
        QCOMPARE(both->size(), std::size_t{2});
        QCOMPARE(both->at(1).pem(), second);
        QVERIFY(refused(crypto::certificatesFromPem(first + second, 1)));
        QVERIFY(refused(crypto::certificatesFromPem("")));
        QVERIFY(refused(crypto::certificatesFromPem("words")));
        QVERIFY(refused(crypto::certificatesFromPem(first + second.substr(0, second.size() / 2))));
        std::string broken = second;
        broken[60] = '!';
        QVERIFY(refused(crypto::certificatesFromPem(first + broken)));
    }
};

QTEST_APPLESS_MAIN(TestCertificate)
#include "tst_certificate.moc"
