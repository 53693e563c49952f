// Passwords in the secret service. Run twice: without a session bus (nothing is saved, and it is said), and under a bus of its
// own with GNOME Keyring, when ES_TEST_SECRET_SERVICE says so.
#include "tests/support/NoWarnings.h"
#include "ui/services/SecretStore.h"
#include "ui/services/SessionReaper.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace es;
using namespace es::ui;

namespace {

std::string revealed(const base::SecureBytes& secret)
{
    const auto view = secret.reveal(base::SecretAccess::forTest());
    return {view.begin(), view.end()};
}

bool withService()
{
    return qEnvironmentVariableIsSet("ES_TEST_SECRET_SERVICE");
}

} // namespace

class TstSecretStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::forbidWarnings();
        if (!withService()) {
            qunsetenv("DBUS_SESSION_BUS_ADDRESS");
            qputenv("XDG_RUNTIME_DIR", "/nonexistent");
        }
    }
    void cleanupTestCase() { QVERIFY(SessionReaper::waitForAll(10000)); }

    void absent()
    {
        if (withService()) return;
        QElapsedTimer timer;
        timer.start();
        SecretStore store;
        QVERIFY2(timer.elapsed() < 50, "the look must not be waited for");
        QCOMPARE(store.availability(), SecretStore::Availability::kLooking);
        QSignalSpy failed(&store, &SecretStore::failed);
        const RequestId early = store.read("a");
        QCOMPARE(failed.count(), 0); // never before the caller has its number
        QTRY_COMPARE(store.availability(), SecretStore::Availability::kAbsent);
        QVERIFY(!store.absence().isEmpty());
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed[0][0].value<RequestId>(), early);
        const RequestId write = store.write("a", base::SecureBytes(base::viewOf("secret")));
        const RequestId remove = store.remove("a");
        QTRY_COMPARE(failed.count(), 3);
        QCOMPARE(failed[1][0].value<RequestId>(), write);
        QCOMPARE(failed[2][0].value<RequestId>(), remove);
        const auto error = failed[1][1].value<base::Error>();
        QCOMPARE(error.code, kSecretService);
        QVERIFY(!error.text.empty() && !error.remedy.empty());
    }

    void storeThatIsGoneMissesTheNews()
    {
        for (int i = 0; i < 5; ++i)
            SecretStore store;
        QTRY_COMPARE(SessionReaper::liveCount(), 0);
    }

    void keepsAndForgets()
    {
        if (!withService()) return;
        SecretStore store;
        QTRY_COMPARE(store.availability(), SecretStore::Availability::kThere);
        QSignalSpy found(&store, &SecretStore::found);
        QSignalSpy written(&store, &SecretStore::written);
        QSignalSpy removed(&store, &SecretStore::removed);
        QSignalSpy failed(&store, &SecretStore::failed);
        using Password = std::shared_ptr<const base::SecureBytes>;

        const RequestId none = store.read("one");
        QTRY_COMPARE(found.count(), 1);
        QCOMPARE(found[0][0].value<RequestId>(), none);
        QVERIFY(!found[0][1].value<Password>());

        const std::string secret = "p\xC3\xA4ss;\"{w}ord ";
        store.write("one", base::SecureBytes(base::viewOf(secret)));
        QTRY_COMPARE(written.count(), 1);
        store.write("two", base::SecureBytes(base::viewOf("other")));
        QTRY_COMPARE(written.count(), 2);
        {
            SecretStore again;
            QTRY_COMPARE(again.availability(), SecretStore::Availability::kThere);
            QSignalSpy foundAgain(&again, &SecretStore::found);
            again.read("one");
            QTRY_COMPARE(foundAgain.count(), 1);
            QCOMPARE(revealed(*foundAgain[0][1].value<Password>()), secret);
        }
        store.remove("one");
        QTRY_COMPARE(removed.count(), 1);
        store.remove("one"); // is gone already
        QTRY_COMPARE(removed.count(), 2);
        store.read("one");
        QTRY_COMPARE(found.count(), 2);
        QVERIFY(!found[1][1].value<Password>());
        store.read("two");
        QTRY_COMPARE(found.count(), 3);
        QCOMPARE(revealed(*found[2][1].value<Password>()), std::string("other"));
        QCOMPARE(failed.count(), 0);
    }
};

QTEST_GUILESS_MAIN(TstSecretStore)
#include "tst_secret_store.moc"
