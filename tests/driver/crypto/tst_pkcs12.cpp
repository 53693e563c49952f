// Key files: ours read by openssl and Java's keytool, theirs read by us.
#include "driver/crypto/CekBlob.h"
#include "driver/crypto/Hash.h"
#include "driver/crypto/Pkcs12.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace es;

namespace {

constexpr std::string_view kPassword = "correct horse 1";

const crypto::RsaPrivateKey& key()
{
    static const crypto::RsaPrivateKey made = crypto::RsaPrivateKey::generate(2048).value();
    return made;
}

base::Bytes fileBytes(const QString& name)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QByteArray bytes = file.readAll();
    return {bytes.begin(), bytes.end()};
}

base::Bytes makeFile(std::string_view password = kPassword, const std::string& name = "Sandbox-Key")
{
    const auto now = std::chrono::system_clock::now();
    return crypto::writePkcs12(key(), {name, now - std::chrono::hours(1), now + std::chrono::hours(1000)}, base::viewOf(password)).value();
}

// Output of a program, or nothing if it failed.
std::optional<QByteArray> run(const QString& program, const QStringList& arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    if (!process.waitForFinished(60'000) || process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) {
        qWarning("%s: %s", qPrintable(program), process.readAll().constData());
        return std::nullopt;
    }
    return process.readAll();
}

// Whether the key works: what one side wraps, the other unwraps.
bool sameKey(const crypto::RsaPrivateKey& a, const crypto::RsaPrivateKey& b)
{
    const base::SecureBytes cek = crypto::randomKey(32);
    const auto blob = crypto::encryptCek(cek, a, "k");
    return blob && crypto::decryptCek(*blob, b, "k").has_value();
}

}  // namespace

class TestPkcs12 : public QObject {
    Q_OBJECT

private slots:
    void roundTrip()
    {
        const auto contents = crypto::readPkcs12(makeFile(), base::viewOf(kPassword));
        QVERIFY(contents);
        QVERIFY(sameKey(key(), contents->key));
        QCOMPARE(contents->friendlyName, "Sandbox-Key");
        const auto certificateKey = crypto::RsaPublicKey::fromCertificate(contents->certificate);
        QVERIFY(certificateKey);
        QCOMPARE(certificateKey->modulus(), key().publicKey().modulus());
    }

    void passwords_data()
    {
        QTest::addColumn<QByteArray>("password");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("not ASCII") << QByteArray("Zürich 東京 \xF0\x9F\x94\x91");
        QTest::newRow("long") << QByteArray(300, 'x');
    }
    void passwords()
    {
        QFETCH(QByteArray, password);
        const std::string_view text(password.data(), static_cast<std::size_t>(password.size()));
        const base::Bytes file = makeFile(text);
        QVERIFY(crypto::readPkcs12(file, base::viewOf(text)));
        const std::string wrong = std::string(text) + "!";
        QVERIFY(crypto::readPkcs12(file, base::viewOf(wrong)).error().code == crypto::kPkcs12Password);
    }

    void longNameAndOtherScripts()
    {
        const std::string name = "Schlüssel für die Personalabteilung, Zürich, und noch viel mehr als 64";
        const auto contents = crypto::readPkcs12(makeFile(kPassword, name), base::viewOf(kPassword));
        QVERIFY(contents);
        QCOMPARE(contents->friendlyName, name);
    }

    void damagedFiles()
    {
        const base::Bytes good = makeFile();
        QVERIFY(crypto::readPkcs12({}, {}).error().code == crypto::kPkcs12Format);
        QVERIFY(crypto::readPkcs12(base::viewOf("not a key file"), {}).error().code == crypto::kPkcs12Format);
        QVERIFY(!crypto::readPkcs12(base::ByteView(good).first(good.size() / 2), base::viewOf(kPassword)));
        base::Bytes altered = good;
        altered[altered.size() / 2] ^= 1;
        QVERIFY(!crypto::readPkcs12(altered, base::viewOf(kPassword)));
        QVERIFY(crypto::readPkcs12(base::Bytes(2 << 20), {}).error().code == crypto::kPkcs12Format);
    }

    void opensslReadsOurs()
    {
        if (QStandardPaths::findExecutable("openssl").isEmpty()) QFAIL("no openssl program: run tests/run.sh, which installs it");
        const QString file = write("ours.p12");
        const auto text = run("openssl", {"pkcs12", "-in", file, "-info", "-nodes", "-passin", password()});
        QVERIFY(text);
        QVERIFY(text->contains("BEGIN PRIVATE KEY"));
        QVERIFY(text->contains("BEGIN CERTIFICATE"));
        QVERIFY(text->contains("PBES2"));
        QVERIFY(!text->contains("pbeWithSHA1")); // the old forms; a shorter word may stand in the base64 by chance
    }

    void javaReadsOurs()
    {
        if (QStandardPaths::findExecutable("keytool").isEmpty()) QFAIL("no keytool program: run tests/run.sh, which installs it");
        const QString file = write("ours.p12");
        const auto text = run("keytool",
            {"-J-Duser.language=en", "-list", "-v", "-keystore", file, "-storetype", "PKCS12", "-storepass",
                QString::fromLatin1(kPassword.data())});
        QVERIFY(text);
        QVERIFY(text->contains("sandbox-key"));
        QVERIFY(text->contains("PrivateKeyEntry"));
    }

    void weReadOpenssls()
    {
        if (QStandardPaths::findExecutable("openssl").isEmpty()) QFAIL("no openssl program: run tests/run.sh, which installs it");
        const QString pem = m_folder.filePath("key.pem");
        const QString certificate = m_folder.filePath("certificate.pem");
        const QString file = m_folder.filePath("openssl.p12");
        QVERIFY(run("openssl",
            {"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", pem, "-out", certificate, "-subj", "/CN=test", "-days", "2"}));
        QVERIFY(run("openssl",
            {"pkcs12", "-export", "-inkey", pem, "-in", certificate, "-out", file, "-name", "From openssl", "-passout", password()}));
        const auto contents = crypto::readPkcs12(fileBytes(file), base::viewOf(kPassword));
        QVERIFY2(contents.has_value(), contents ? "" : contents.error().describe().c_str());
        QCOMPARE(contents->friendlyName, "From openssl");
        const auto direct = crypto::RsaPrivateKey::fromPem(fileBytes(pem));
        QVERIFY(direct && sameKey(*direct, contents->key));
    }

    void weReadJavas()
    {
        if (QStandardPaths::findExecutable("keytool").isEmpty()) QFAIL("no keytool program: run tests/run.sh, which installs it");
        const QString file = m_folder.filePath("java.p12");
        QVERIFY(run("keytool",
            {"-genkeypair", "-storetype", "PKCS12", "-keystore", file, "-storepass", QString::fromLatin1(kPassword.data()), "-alias",
                "JavaKey", "-keyalg", "RSA", "-keysize", "3072", "-dname", "CN=test", "-validity", "2"}));
        const auto contents = crypto::readPkcs12(fileBytes(file), base::viewOf(kPassword));
        QVERIFY2(contents.has_value(), contents ? "" : contents.error().describe().c_str());
        QCOMPARE(contents->key.modulusBytes(), std::size_t{384});
        QCOMPARE(contents->friendlyName, "javakey");
    }

    void fileWithoutRsaKey()
    {
        if (QStandardPaths::findExecutable("openssl").isEmpty()) QFAIL("no openssl program: run tests/run.sh, which installs it");
        const QString pem = m_folder.filePath("ec.pem");
        const QString certificate = m_folder.filePath("ec-certificate.pem");
        const QString file = m_folder.filePath("ec.p12");
        QVERIFY(run("openssl",
            {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", pem, "-out", certificate, "-subj",
                "/CN=test"}));
        QVERIFY(run("openssl", {"pkcs12", "-export", "-inkey", pem, "-in", certificate, "-out", file, "-passout", password()}));
        QVERIFY(crypto::readPkcs12(fileBytes(file), base::viewOf(kPassword)).error().code == crypto::kBadRsaKey);
        QVERIFY(run("openssl", {"pkcs12", "-export", "-nokeys", "-in", certificate, "-out", file, "-passout", password()}));
        QVERIFY(crypto::readPkcs12(fileBytes(file), base::viewOf(kPassword)).error().code == crypto::kPkcs12Format);
    }

private:
    QString write(const QString& name)
    {
        const QString path = m_folder.filePath(name);
        QFile file(path);
        const base::Bytes bytes = makeFile();
        if (!file.open(QIODevice::WriteOnly)
            || file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<qint64>(bytes.size())) < 0)
            qFatal("cannot write");
        return path;
    }
    static QString password() { return "pass:" + QString::fromLatin1(kPassword.data()); }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestPkcs12)
#include "tst_pkcs12.moc"
