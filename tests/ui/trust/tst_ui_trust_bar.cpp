// The trust bar says in words what is true, and nothing more.
#include "tests/support/NoWarnings.h"
#include "ui/trust/TrustBar.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

using namespace es;
using namespace es::ui;

Q_DECLARE_METATYPE(es::ui::SessionFacts)

class TestUiTrustBar : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Here and not in main: the test library puts a handler of its own before it.
    void initTestCase() { es::support::forbidWarnings(); }
    void saysWhatIs_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<int>("encryption");
        QTest::addColumn<QString>("attestation");
        QTest::addColumn<int>("keys");
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("facts");
        const auto row = [](const char* name, HostState state, EncryptionIndicator e, const char* protocol, int keys, const char* words, const char* facts) {
            QTest::newRow(name) << static_cast<int>(state) << static_cast<int>(e) << QString::fromLatin1(protocol) << keys << QString::fromUtf8(words)
                                << QString::fromUtf8(facts);
        };
        using H = HostState;
        using E = EncryptionIndicator;
        row("disconnected", H::kDisconnected, E::kOff, "off", 0, "Not connected", "");
        row("connecting", H::kConnecting, E::kOff, "off", 0, "Connecting…", "");
        row("off", H::kIdle, E::kOff, "off", 0, "Always Encrypted is off", "encrypted columns are shown as stored");
        row("on", H::kIdle, E::kOn, "off", 0, "Encryption on, no enclave", "no key is sent to the server");
        row("enclave wanted", H::kRunning, E::kOn, "none", 0, "Encryption on", "no enclave session needed yet");
        row("enclave", H::kIdle, E::kEnclaveSession, "none", 2, "Enclave session open, not attested", "protocol None · 2 keys released");
        row("enclave, one key", H::kIdle, E::kEnclaveSession, "none", 1, "Enclave session open, not attested", "protocol None · 1 key released");
        row("broken", H::kBroken, E::kEnclaveSession, "none", 1, "Connection lost", "run again to connect anew");
    }
    void saysWhatIs()
    {
        QFETCH(int, state);
        QFETCH(int, encryption);
        QFETCH(QString, attestation);
        QFETCH(int, keys);
        QFETCH(QString, words);
        QFETCH(QString, facts);
        SessionFacts given;
        given.encryption = static_cast<EncryptionIndicator>(encryption);
        given.attestation = attestation;
        for (int i = 0; i < keys; ++i)
            given.keysReleased << QString::number(i);
        TrustBar bar;
        bar.showState(static_cast<HostState>(state), given);
        bar.show();
        QCOMPARE(bar.findChild<QLabel*>(QStringLiteral("trustWordsLabel"))->text(), words);
        QCOMPARE(bar.findChild<QLabel*>(QStringLiteral("trustFactsLabel"))->text(), facts);
        QVERIFY(!words.contains(QLatin1String("verified")));
    }
    void choosingByKeyboardTells()
    {
        TrustBar bar;
        bar.show();
        QSignalSpy spy(&bar, &TrustBar::choiceChanged);
        auto* box = bar.findChild<QComboBox*>(QStringLiteral("encryptionChoiceComboBox"));
        QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(spy.count(), 1);
        QCOMPARE(bar.choice(), EncryptionChoice::kOn);
        bar.setChoice(EncryptionChoice::kOnWithEnclave);
        QCOMPARE(spy.count(), 1);
        bar.showState(HostState::kRunning, {});
        QVERIFY(!box->isEnabled());
    }
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, ThemeKind::kLight);
    TestUiTrustBar test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_ui_trust_bar.moc"
