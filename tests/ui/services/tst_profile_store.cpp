// Saved connections: round trip, order, limits, foreign and damaged files; words of environments.
#include "tests/support/NoWarnings.h"
#include "ui/services/EnvironmentWords.h"
#include "ui/services/ProfileStore.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace es;
using namespace es::ui;

namespace {

ConnectionProfile full()
{
    ConnectionProfile profile;
    profile.name = "contoso production";
    profile.environment = Environment::kProduction;
    profile.environmentName = "LIVE";
    profile.host = "sql-prod-02.contoso.com";
    profile.port = 1444;
    profile.user = "maria.lind";
    profile.database = "ContosoHR";
    profile.caFile = "/etc/ca.pem";
    profile.hostNameInCertificate = "sql-prod-02.internal";
    profile.columnEncryption = true;
    profile.attestation = AttestationChoice::kHgs;
    profile.attestationUrl = "https://hgs.bastion.local/Attestation";
    profile.attestationPolicy = "{\"version\": 1, \"minimumPlatformSvn\": 3}";
    profile.connectTimeoutMs = 42000;
    return profile;
}

ConnectionProfile at(const QString& host)
{
    ConnectionProfile profile;
    profile.host = host;
    profile.user = "sa";
    return profile;
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void writeTo(const QString& path, const QByteArray& content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("no temporary file");
}

} // namespace

class TstProfileStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { support::forbidWarnings(); }
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    // Used one after the other within a millisecond, and with a clock that was set back: the order is that of use.
    void theLastUsedIsFirst()
    {
        ProfileStore store(file());
        SavedConnection future;
        future.profile = full();
        future.profile.host = QStringLiteral("from-tomorrow");
        future.lastUsed = QDateTime::currentDateTimeUtc().addDays(1);
        store.save(future);
        for (int i = 0; i < 15; ++i) {
            ConnectionProfile profile = full();
            profile.host = QStringLiteral("h%1").arg(i);
            store.used(profile);
            QCOMPARE(store.recent().value(0).profile.host, profile.host);
            if (i > 0) QCOMPARE(store.recent().value(1).profile.host, QStringLiteral("h%1").arg(i - 1));
        }
    }
    void roundTrip()
    {
        SavedConnection connection;
        connection.profile = full();
        connection.saved = true;
        connection.passwordSaved = true;
        connection.lastUsed = QDateTime::currentDateTimeUtc();
        {
            ProfileStore store(file());
            QSignalSpy changed(&store, &ProfileStore::changed);
            connection.id = store.save(connection);
            QVERIFY(!connection.id.isEmpty());
            QCOMPARE(changed.count(), 1);
            QVERIFY(!store.problem());
        }
        const ProfileStore again(file());
        QCOMPARE(again.recent().size(), 1);
        QVERIFY(again.find(connection.id)->profile == full());
        QCOMPARE(again.find(connection.id)->lastUsed.toMSecsSinceEpoch(), connection.lastUsed.toMSecsSinceEpoch());
        QVERIFY(again.find(connection.id)->passwordSaved);
        QCOMPARE(again.saved().size(), 1);
        QVERIFY(!again.find("another"));
        // It is a file of one person, in a folder that had to be made.
        QCOMPARE(QFile(file()).permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteOther), QFile::Permissions());
        QCOMPARE(QDir(QFileInfo(file()).path()).entryList(QDir::Files).size(), 1);
    }

    void latestFirstAndLimited()
    {
        ProfileStore store(file());
        SavedConnection kept;
        kept.profile = full();
        kept.saved = true;
        store.save(kept);
        for (int i = 0; i < ProfileStore::kRecentLimit + 5; ++i) {
            store.used(at(QStringLiteral("host-%1").arg(i)));
            QTest::qWait(2);
        }
        QCOMPARE(store.recent().size(), ProfileStore::kRecentLimit + 1);
        QCOMPARE(store.recent().first().profile.host, QStringLiteral("host-24"));
        QCOMPARE(store.recent().last().profile.host, full().host); // saved, never used
        store.used(at("HOST-10"));
        QCOMPARE(store.recent().first().profile.host, QStringLiteral("HOST-10"));
        QCOMPARE(store.recent().size(), ProfileStore::kRecentLimit + 1);
        store.remove(store.recent().first().id);
        QCOMPARE(store.recent().first().profile.host, QStringLiteral("host-24"));
    }

    // What a person saved changes only when the person saves it.
    void usedKeepsWhatWasSaved()
    {
        ProfileStore store(file());
        SavedConnection saved;
        saved.profile = full();
        saved.saved = true;
        saved.id = store.save(saved);
        ConnectionProfile other = full();
        other.columnEncryption = false;
        other.attestation = AttestationChoice::kOff;
        store.used(other);
        QCOMPARE(store.recent().size(), 1);
        QVERIFY(store.find(saved.id)->profile == full());
        QVERIFY(store.find(saved.id)->lastUsed.isValid());

        store.used(at("a"));
        ConnectionProfile changed = at("a");
        changed.columnEncryption = true;
        store.used(changed);
        QCOMPARE(store.recent().size(), 2);
        QVERIFY(store.match(at("a"))->profile.columnEncryption);
        QVERIFY(!store.match(at("b")));
    }

    void aSandboxIsTheSameAtAnotherPort()
    {
        ProfileStore store(file());
        ConnectionProfile sandbox = at("127.0.0.1");
        sandbox.environment = Environment::kSandbox;
        sandbox.caFile = "/data/sandbox/ca.pem";
        for (const quint16 port : {40001, 40002, 40003}) {
            sandbox.port = port;
            store.used(sandbox);
        }
        QCOMPARE(store.recent().size(), 1);
        QCOMPARE(store.recent().first().profile.port, quint16(40003));
        sandbox.caFile = "/data/another/ca.pem";
        sandbox.port = 40004;
        store.used(sandbox);
        QCOMPARE(store.recent().size(), 2);
    }

    void unknownMembersStay()
    {
        QDir().mkpath(QFileInfo(file()).path());
        writeTo(file(),
            R"({"version":7,"theme":"green","connections":[)"
            R"({"id":"one","saved":true,"colour":"red","profile":{"host":"a","name":"A","speed":3}},)"
            R"({"id":"strange","kind":"tunnel"}]})");
        ProfileStore store(file());
        QVERIFY(!store.problem());
        QCOMPARE(store.recent().size(), 1);
        QCOMPARE(store.find("one")->profile.port, quint16(1433)); // missing members have their default
        store.used(at("b"));
        const QJsonObject document = QJsonDocument::fromJson(contentOf(file())).object();
        QCOMPARE(document.value("version").toInt(), 7);
        QCOMPARE(document.value("theme").toString(), QStringLiteral("green"));
        const QJsonArray list = document.value("connections").toArray();
        QCOMPARE(list.size(), 3);
        QCOMPARE(list[0].toObject().value("colour").toString(), QStringLiteral("red"));
        QCOMPARE(list[0].toObject().value("profile").toObject().value("speed").toInt(), 3);
        QCOMPARE(list[2].toObject().value("kind").toString(), QStringLiteral("tunnel"));
    }

    void absurdValuesHaveDefaults()
    {
        QDir().mkpath(QFileInfo(file()).path());
        writeTo(file(),
            R"({"version":1,"connections":[{"id":"x","lastUsed":"soon","profile":{"host":"a","port":99999,"attestation":"tpm",)"
            R"("environment":"moon","connectTimeoutMs":-5,"columnEncryption":"yes"}}]})");
        const ProfileStore store(file());
        const ConnectionProfile profile = store.find("x")->profile;
        QVERIFY(profile == [] {
            ConnectionProfile expected;
            expected.host = "a";
            return expected;
        }());
        QVERIFY(!store.find("x")->lastUsed.isValid());
    }

    void unreadableFileIsSetAside_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("rubbish") << QByteArray("not json");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("cut") << QByteArray(R"({"version":1,"connections":[{"id":)");
        QTest::newRow("another document") << QByteArray(R"({"version":1})");
        QTest::newRow("list") << QByteArray("[]");
    }
    void unreadableFileIsSetAside()
    {
        QFETCH(QByteArray, content);
        QDir().mkpath(QFileInfo(file()).path());
        for (int round = 1; round <= 2; ++round) {
            writeTo(file(), content);
            ProfileStore store(file());
            QVERIFY(store.problem());
            QCOMPARE(store.problem()->code, kProfilesUnreadable);
            QVERIFY(!store.problem()->remedy.empty());
            QVERIFY(store.recent().isEmpty());
            const QString aside = file() + (round == 1 ? ".unreadable" : ".unreadable-2");
            QCOMPARE(contentOf(aside), content);
            store.used(at("a"));
            QVERIFY(!store.problem());
            QCOMPARE(contentOf(aside), content);
            QCOMPARE(ProfileStore(file()).recent().size(), 1);
        }
    }

    void whatCannotBeWrittenIsSaid()
    {
        writeTo(m_folder->filePath("not-a-folder"), "x");
        ProfileStore store(m_folder->filePath("not-a-folder/connections.json"));
        store.used(at("a"));
        QVERIFY(store.problem());
        QCOMPARE(store.problem()->code, kProfilesNotWritten);
        QCOMPARE(store.recent().size(), 1); // known until the program ends
    }

    // Two studios at once: neither loses what the other wrote.
    void twoPrograms()
    {
        ProfileStore first(file());
        ProfileStore second(file());
        first.used(at("a"));
        second.used(at("b"));
        first.used(at("c"));
        QCOMPARE(first.recent().size(), 3);
        QCOMPARE(ProfileStore(file()).recent().size(), 3);
    }

    void environments()
    {
        ConnectionProfile profile;
        QCOMPARE(environmentWord(profile), QString());
        profile.environmentName = "Mine";
        QCOMPARE(environmentWord(profile), QString()); // a word without a colour of its own
        profile.environment = Environment::kTest;
        QCOMPARE(environmentWord(profile), QStringLiteral("Mine"));
        profile.environmentName = "  ";
        QCOMPARE(environmentWord(profile), QStringLiteral("TEST"));
        for (const auto environment :
            {Environment::kNone, Environment::kSandbox, Environment::kDevelopment, Environment::kTest, Environment::kProduction}) {
            QCOMPARE(environmentFromKey(QString::fromLatin1(environmentKey(environment))), environment);
            QVERIFY(!environmentName(environment).isEmpty());
        }
    }

private:
    [[nodiscard]] QString file() const { return m_folder->filePath("config/connections.json"); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TstProfileStore)
#include "tst_profile_store.moc"
