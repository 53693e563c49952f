// ES_KEY_FILE: names, files, passwords, and what a wrong one of each says.
#include "driver/crypto/Hash.h"
#include "driver/keystore/KeyFileProvider.h"
#include "tests/support/FakeClock.h"
#include "tests/support/VectorFiles.h"

#include <QTemporaryDir>

using namespace es;

namespace {

base::SecureBytes secret(std::string_view text) { return base::SecureBytes(base::viewOf(text)); }

class Passwords final : public keystore::PasswordSource {
public:
    base::Result<base::SecureBytes> passwordFor(std::string_view keyName) override
    {
        ++asked;
        if (password.empty()) return keystore::secretNeeded(keyName);
        return secret(password);
    }
    std::string password = "pass word 1";
    int asked = 0;
};

}  // namespace

class TestKeyFileProvider : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { ES_VERIFY_OK(m_provider.createKey("Sandbox-Key", 2048, secret("pass word 1"))); }
    void init()
    {
        m_passwords.password = "pass word 1";
        m_passwords.asked = 0;
        m_provider.lock();
    }

    void wrapAndUnwrap()
    {
        const base::SecureBytes cek = crypto::randomKey(32);
        const auto blob = m_provider.encryptCek("Sandbox-Key", "RSA_OAEP", cek);
        ES_VERIFY_OK(blob);
        const auto back = m_provider.decryptCek("Sandbox-Key", "rsa_oaep", *blob);
        ES_VERIFY_OK(back);
        QVERIFY(*back == cek);
        QCOMPARE(m_passwords.asked, 1);  // opened once
        QVERIFY(m_provider.decryptCek("Sandbox-Key", "RSA1_5", *blob).error().code.room == "crypto");
    }

    void metadataSignatures()
    {
        const auto signature = m_provider.signCmkMetadata("Sandbox-Key", true);
        ES_VERIFY_OK(signature);
        QVERIFY(*m_provider.verifyCmkMetadata("Sandbox-Key", true, *signature));
        QVERIFY(!*m_provider.verifyCmkMetadata("Sandbox-Key", false, *signature));
        QVERIFY(!*m_provider.verifyCmkMetadata("Sandbox-Key", true, {}));
    }

    void openedKeysAreForgotten()
    {
        ES_VERIFY_OK(m_provider.signCmkMetadata("Sandbox-Key", true));
        m_clock.advance(std::chrono::minutes(119));
        ES_VERIFY_OK(m_provider.signCmkMetadata("Sandbox-Key", true));
        QCOMPARE(m_passwords.asked, 1);
        m_clock.advance(std::chrono::minutes(1));
        ES_VERIFY_OK(m_provider.signCmkMetadata("Sandbox-Key", true));
        QCOMPARE(m_passwords.asked, 2);
        m_provider.lock("another");
        ES_VERIFY_OK(m_provider.signCmkMetadata("Sandbox-Key", true));
        QCOMPARE(m_passwords.asked, 2);
        m_provider.lock("Sandbox-Key");
        ES_VERIFY_OK(m_provider.signCmkMetadata("Sandbox-Key", true));
        QCOMPARE(m_passwords.asked, 3);
    }

    void passwordNeeded()
    {
        m_passwords.password.clear();
        const auto result = m_provider.signCmkMetadata("Sandbox-Key", true);
        QVERIFY(!result);
        QVERIFY(result.error().code == keystore::kSecretNeeded);
        QCOMPARE(result.error().setting, "Sandbox-Key");
        QVERIFY(result.error().origin == base::Origin::kKeyStore);
    }

    void passwordWrong()
    {
        m_passwords.password = "planted-wrong-password";
        const auto result = m_provider.signCmkMetadata("Sandbox-Key", true);
        QVERIFY(result.error().code == keystore::kWrongPassword);
        QCOMPARE(result.error().setting, "key-password");
        QVERIFY(!result.error().remedy.empty());
        QVERIFY(result.error().describe().find("planted") == std::string::npos);
        m_passwords.password = "pass word 1";  // a wrong one is not remembered
        ES_VERIFY_OK(m_provider.signCmkMetadata("Sandbox-Key", true));
    }

    void keyMissing()
    {
        const auto result = m_provider.decryptCek("Absent", "RSA_OAEP", {});
        QVERIFY(result.error().code == keystore::kKeyNotFound);
        QVERIFY(result.error().text.find("\"Absent\"") != std::string::npos);
        QCOMPARE(result.error().setting, "key-folder");
        QVERIFY(!result.error().remedy.empty());
        QCOMPARE(m_passwords.asked, 0);
    }

    void fileThatIsNoKeyFile()
    {
        QFile file(m_folder.filePath("keys/broken.p12"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("not a key file");
        file.close();
        QVERIFY(m_provider.signCmkMetadata("broken", true).error().code == keystore::kKeyFileUnreadable);
        QVERIFY(QDir(m_folder.path()).mkpath("keys/folder.p12"));
        QVERIFY(m_provider.signCmkMetadata("folder", true).error().code == keystore::kKeyFileUnreadable);
        QVERIFY(file.remove());
        QVERIFY(QDir(m_folder.path()).rmdir("keys/folder.p12"));
    }

    void badNames_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const char* name : {"", "/etc/passwd", "../secret", "..", ".", ".hidden", "a/b", "a\\b", "C:key", "key.p12", "Key.P12", " key",
                 "key ", "key.", "a\nb", "a\x7f"})
            QTest::addRow("'%s'", name) << QByteArray(name);
        QTest::newRow("NUL") << QByteArray("a\0b", 3);
        QTest::newRow("too long") << QByteArray(65, 'k');
        QTest::newRow("bad UTF-8") << QByteArray("\xff\xfe");
    }
    void badNames()
    {
        QFETCH(QByteArray, name);
        const std::string_view text(name.data(), static_cast<std::size_t>(name.size()));
        QVERIFY(keystore::checkKeyName(text).error().code == keystore::kBadKeyName);
        QVERIFY(m_provider.decryptCek(text, "RSA_OAEP", {}).error().code == keystore::kBadKeyName);
        QVERIFY(m_provider.createKey(text, 2048, secret("p")).error().code == keystore::kBadKeyName);
        QCOMPARE(m_passwords.asked, 0);
    }

    void goodNames()
    {
        for (const char* name : {"k", "CMK 1", "Schlüssel_ß-2", "a.b", "p12", "鍵"})
            QVERIFY2(keystore::checkKeyName(name).has_value(), name);
    }

    void creating()
    {
        QVERIFY(m_provider.createKey("Sandbox-Key", 2048, secret("other")).error().code == keystore::kKeyExists);
        QVERIFY(m_provider.createKey("New", 2048, {}).error().code == keystore::kWrongPassword);
        QVERIFY(m_provider.createKey("New", 1024, secret("p")).error().code.name == "BadRsaKey");
        ES_VERIFY_OK(m_provider.signCmkMetadata("Sandbox-Key", true));  // untouched

        const QFileInfo folder(m_folder.filePath("keys"));
        const QFileInfo file(m_folder.filePath("keys/Sandbox-Key.p12"));
        QCOMPARE(file.permissions() & ~(QFile::ReadUser | QFile::WriteUser | QFile::ReadOwner | QFile::WriteOwner), QFile::Permissions());
        QCOMPARE(
            folder.permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther), QFile::Permissions());
        QCOMPARE(QDir(folder.filePath()).entryList(QDir::Files), QStringList{"Sandbox-Key.p12"});  // no temporary left
    }

    void folderCannotBeMade()
    {
        QFile file(m_folder.filePath("in-the-way"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        keystore::KeyFileProvider provider(m_folder.filePath("in-the-way").toStdString(), m_passwords, m_clock);
        const auto result = provider.createKey("k", 2048, secret("p"));
        QVERIFY(result.error().code == keystore::kKeyFolder);
        QVERIFY(!result.error().remedy.empty());
    }

    void listing()
    {
        QCOMPARE(m_provider.listKeys().value(), std::vector<std::string>{"Sandbox-Key"});
        keystore::KeyFileProvider nowhere(m_folder.filePath("absent").toStdString(), m_passwords, m_clock);
        QVERIFY(nowhere.listKeys()->empty());
    }

    void defaultFolder()
    {
        qputenv("ES_KEY_FOLDER", "/keys/of/mine");
        QCOMPARE(keystore::defaultKeyFolder()->string(), "/keys/of/mine");
        qunsetenv("ES_KEY_FOLDER");
        qputenv("XDG_DATA_HOME", "/data");
        QCOMPARE(keystore::defaultKeyFolder()->string(), "/data/enclave-studio/keys");
        qunsetenv("XDG_DATA_HOME");
        qputenv("HOME", "/home/me");
        QCOMPARE(keystore::defaultKeyFolder()->string(), "/home/me/.local/share/enclave-studio/keys");
        qunsetenv("HOME");
        QVERIFY(keystore::defaultKeyFolder().error().code == keystore::kKeyFolder);
    }

private:
    QTemporaryDir m_folder;
    Passwords m_passwords;
    testing::FakeClock m_clock;
    keystore::KeyFileProvider m_provider{m_folder.filePath("keys").toStdString(), m_passwords, m_clock};
};

QTEST_APPLESS_MAIN(TestKeyFileProvider)
#include "tst_key_file_provider.moc"
