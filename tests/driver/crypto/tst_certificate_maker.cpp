// Certificates of our own making, judged by the openssl program.
#include "driver/crypto/CertificateMaker.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace es;
using namespace std::chrono_literals;

namespace {

crypto::CertificateOrder order(const char* name, std::chrono::system_clock::duration from, std::chrono::system_clock::duration to)
{
    const auto now = std::chrono::system_clock::now();
    return {name, "Test house", now + from, now + to};
}

}  // namespace

class TestCertificateMaker : public QObject {
    Q_OBJECT

    crypto::RsaPrivateKey m_rootKey = *crypto::RsaPrivateKey::generate(2048);
    crypto::RsaPrivateKey m_leafKey = *crypto::RsaPrivateKey::generate(2048);
    base::Bytes m_root = *crypto::makeRootCertificate(order("The root", -1h, 24h), m_rootKey);
    QTemporaryDir m_folder;

    QString file(const char* name, const QByteArray& content)
    {
        QFile out(m_folder.filePath(name));
        return out.open(QIODevice::WriteOnly) && out.write(content) == content.size() ? out.fileName() : QString();
    }
    QString pem(const char* name, const base::Bytes& der) { return file(name, QByteArray::fromStdString(crypto::certificatePem(der))); }
    // What it says on either channel, with its status in front.
    static QString openssl(const QStringList& arguments)
    {
        QProcess program;
        program.setProcessChannelMode(QProcess::MergedChannels);
        program.start("openssl", arguments);
        program.waitForFinished();
        return QString::number(program.exitCode()) + " " + QString::fromUtf8(program.readAll());
    }

private slots:
    void chainVerifies_data()
    {
        QTest::addColumn<int>("fromHours");
        QTest::addColumn<int>("toHours");
        QTest::addColumn<bool>("ownRoot");
        QTest::addColumn<QString>("said");
        QTest::newRow("good") << -1 << 8 << true << "0 ";
        QTest::newRow("expired") << -9 << -1 << true << "certificate has expired";
        QTest::newRow("not yet") << 1 << 8 << true << "certificate is not yet valid";
        QTest::newRow("another root of the same name") << -1 << 8 << false << "certificate signature failure";
    }
    void chainVerifies()
    {
        QFETCH(int, fromHours);
        QFETCH(int, toHours);
        QFETCH(bool, ownRoot);
        QFETCH(QString, said);
        const auto leaf = crypto::issueCertificate(order("A leaf", std::chrono::hours(fromHours), std::chrono::hours(toHours)), m_leafKey, m_root,
                                                   ownRoot ? m_rootKey : m_leafKey);
        QVERIFY(leaf);
        const QString answer = openssl({"verify", "-x509_strict", "-CAfile", pem("root.pem", m_root), pem("leaf.pem", *leaf)});
        QVERIFY2(answer.contains(said) && answer.startsWith("0 ") == (said == "0 "), qPrintable(answer));
    }

    void rootSaysWhatItMayDo()
    {
        const QString text = openssl({"x509", "-noout", "-text", "-in", pem("root.pem", m_root)});
        for (const char* part : {"Version: 3", "sha256WithRSAEncryption", "Subject: O = Test house, CN = The root", "CA:TRUE", "Certificate Sign"})
            QVERIFY2(text.contains(part), part);
        QVERIFY(openssl({"verify", "-CAfile", pem("root.pem", m_root), pem("same.pem", m_root)}).startsWith("0 "));
    }

    void leafMayOnlySign()
    {
        const auto leaf = crypto::issueCertificate(order("A leaf", -1h, 8h), m_leafKey, m_root, m_rootKey);
        const QString text = openssl({"x509", "-noout", "-text", "-in", pem("leaf.pem", *leaf)});
        for (const char* part : {"Issuer: O = Test house, CN = The root", "CA:FALSE", "Key Usage: critical\n                Digital Signature\n"})
            QVERIFY2(text.contains(part), qPrintable(text));
        const auto below = crypto::issueCertificate(order("Below", -1h, 8h), m_rootKey, *leaf, m_leafKey);
        QVERIFY(below);
        const QString answer = openssl({"verify", "-CAfile", pem("root.pem", m_root), "-untrusted", pem("leaf.pem", *leaf), pem("below.pem", *below)});
        QVERIFY2(!answer.startsWith("0 "), qPrintable(answer));
    }

    void listHoldsEachCertificate()
    {
        const auto leaf = crypto::issueCertificate(order("A leaf", -1h, 8h), m_leafKey, m_root, m_rootKey);
        const std::array<base::Bytes, 2> both{m_root, *leaf};
        const auto list = crypto::makePkcs7(both);
        QVERIFY(list);
        const QString der = file("list.der", QByteArray(reinterpret_cast<const char*>(list->data()), static_cast<qsizetype>(list->size())));
        const QString text = openssl({"pkcs7", "-inform", "DER", "-print_certs", "-noout", "-in", der});
        QCOMPARE(text.count("subject="), 2);
        QVERIFY(text.contains("CN = The root") && text.contains("CN = A leaf"));
    }

    void keyAndCertificateComeBackFromText()
    {
        const auto key = crypto::privateKeyPem(m_rootKey);
        QVERIFY(key);
        const auto again = crypto::RsaPrivateKey::fromPem(key->reveal(base::SecretAccess::forTest()));
        QVERIFY(again);
        QCOMPARE(again->publicKey().pem(), m_rootKey.publicKey().pem());
        QVERIFY(*crypto::certificateDerFromPem(crypto::certificatePem(m_root)) == m_root);
    }

    void nonsenseIsRefused()
    {
        const base::Bytes nonsense{1, 2, 3};
        base::Bytes trailing = m_root;
        trailing.push_back(0);
        QCOMPARE(crypto::issueCertificate(order("A leaf", -1h, 8h), m_leafKey, nonsense, m_rootKey).error().code, crypto::kBadCertificate);
        QCOMPARE(crypto::issueCertificate(order("A leaf", -1h, 8h), m_leafKey, trailing, m_rootKey).error().code, crypto::kBadCertificate);
        QCOMPARE(crypto::makePkcs7(std::array<base::Bytes, 1>{nonsense}).error().code, crypto::kBadCertificate);
        QCOMPARE(crypto::certificateDerFromPem("-----BEGIN").error().code, crypto::kBadCertificate);
        QVERIFY(!crypto::makeRootCertificate(order("", -1h, 8h), m_rootKey));
        QVERIFY(!crypto::makeRootCertificate(order(std::string(65, 'x').c_str(), -1h, 8h), m_rootKey));
    }
};

QTEST_GUILESS_MAIN(TestCertificateMaker)
#include "tst_certificate_maker.moc"
