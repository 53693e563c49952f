// The trust bar says in words what is true, and nothing more; its verdict leads to the evidence.
#include "tests/support/NoWarnings.h"
#include "tests/support/WidgetTest.h"
#include "tests/ui/trust/ReportByHand.h"
#include "ui/trust/TrustBar.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

using namespace es;
using namespace es::ui;
using es::test::find;
using es::test::Protocol;
using es::test::Verdict;

Q_DECLARE_METATYPE(es::ui::SessionFacts)

namespace {

constexpr auto kThreeMinutes = std::chrono::seconds(190);

SessionFacts factsWith(EncryptionIndicator encryption, const char* protocol, std::optional<test::AttestationReport> report = {}, int keys = 0)
{
    SessionFacts facts;
    facts.encryption = encryption;
    facts.attestation = QString::fromLatin1(protocol);
    if (report) {
        report->evidence.seenAt -= kThreeMinutes;
        facts.attested = report->judgement.verdict == Verdict::kVerified;
        facts.attestationReport = test::shared(*report);
    }
    for (int i = 0; i < keys; ++i)
        facts.keysReleased.push_back(test::releasedKey(static_cast<std::uint32_t>(i + 1), "SELECT 1"));
    return facts;
}

test::AttestationReport sandboxReport()
{
    test::AttestationReport report = test::verifiedReport();
    report.judgement.root.sandbox = true;
    return report;
}

} // namespace

class TestUiTrustBar : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Here and not in main: the test library puts a handler of its own before it.
    void initTestCase() { es::support::forbidWarnings(); }

    void saysWhatIs_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<SessionFacts>("facts");
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("details");
        QTest::addColumn<QString>("look");
        const auto row = [](const char* name, HostState state, const SessionFacts& facts, const char* words, const char* details, const char* look) {
            QTest::newRow(name) << static_cast<int>(state) << facts << QString::fromUtf8(words) << QString::fromUtf8(details) << QString::fromLatin1(look);
        };
        using H = HostState;
        using E = EncryptionIndicator;
        const auto none = test::reportByHand(Protocol::kNone, Verdict::kNotAttested);
        const auto debug = test::refusedReport("policy-debug", "off", "on");
        const auto image = test::refusedReport("policy-image", "19171200010520130005140312012205", "00000000000000000000000000000000");
        const auto unreachable = test::reportByHand(Protocol::kHgs, Verdict::kUnreachable);
        row("disconnected", H::kDisconnected, factsWith(E::kOff, "off"), "Not connected", "", "off");
        row("connecting", H::kConnecting, factsWith(E::kOff, "off"), "Connecting…", "", "busy");
        row("off", H::kIdle, factsWith(E::kOff, "off"), "Always Encrypted is off", "encrypted columns are shown as stored", "off");
        row("on", H::kIdle, factsWith(E::kOn, "off"), "Encryption on, no enclave", "no key is sent to the server", "on");
        row("enclave wanted", H::kRunning, factsWith(E::kOn, "hgs"), "Encryption on", "no enclave session needed yet", "on");
        row("none", H::kIdle, factsWith(E::kEnclaveSession, "none", none, 2), "Enclave not attested", "protocol None · 2 keys released", "warning");
        row("none, one key", H::kIdle, factsWith(E::kEnclaveSession, "none", none, 1), "Enclave not attested", "protocol None · 1 key released", "warning");
        row("verified", H::kIdle, factsWith(E::kEnclaveSession, "hgs", test::verifiedReport(), 2), "Enclave verified", "HGS · 3 min ago · 2 keys released",
            "verified");
        row("verified by a sandbox", H::kIdle, factsWith(E::kEnclaveSession, "hgs", sandboxReport(), 1), "Enclave verified, sandbox root",
            "HGS · 3 min ago · 1 key released", "verified");
        row("refused", H::kIdle, factsWith(E::kOn, "hgs", debug), "Enclave refused", "debug mode is on", "refused");
        row("refused, a long value", H::kIdle, factsWith(E::kOn, "hgs", image), "Enclave refused", "Image: 0000 0000…", "refused");
        row("unreachable", H::kIdle, factsWith(E::kOn, "hgs", unreachable), "Attestation unreachable", "hgs.bastion.local gave no proof", "refused");
        row("broken", H::kBroken, factsWith(E::kEnclaveSession, "none", none, 1), "Connection lost", "run again to connect anew", "broken");
    }
    void saysWhatIs()
    {
        QFETCH(int, state);
        QFETCH(SessionFacts, facts);
        QFETCH(QString, words);
        QFETCH(QString, details);
        QFETCH(QString, look);
        TrustBar bar;
        bar.showState(static_cast<HostState>(state), facts);
        bar.resize(1100, bar.sizeHint().height());
        bar.show();
        QCOMPARE(find<QLabel>(&bar, "trustWordsLabel")->text(), words);
        QCOMPARE(find<QLabel>(&bar, "trustFactsLabel")->text(), details);
        auto* verdict = find<QAbstractButton>(&bar, "trustVerdictButton");
        QCOMPARE(verdict->property("verdict").toString(), look);
        QVERIFY(verdict->accessibleName().startsWith(words));
        for (const QString& fact : details.split(QStringLiteral(" · "), Qt::SkipEmptyParts))
            QVERIFY(verdict->accessibleName().contains(fact));
        QCOMPARE(words.contains(QLatin1String("verified")), look == QLatin1String("verified"));
    }
    // A session that is open although the report says otherwise is not called verified.
    void neverVerifiedWithoutProof()
    {
        SessionFacts facts = factsWith(EncryptionIndicator::kEnclaveSession, "hgs", test::verifiedReport());
        facts.attested = false;
        QVERIFY(!trustWords(HostState::kIdle, facts, std::chrono::system_clock::now()).words.contains(QLatin1String("verified")));
        facts.attested = true;
        facts.attestationReport = test::shared(test::refusedReport("policy-debug", "off", "on"));
        QVERIFY(!trustWords(HostState::kIdle, facts, std::chrono::system_clock::now()).words.contains(QLatin1String("verified")));
    }
    void attestingIsShownUntilItEnds()
    {
        TrustBar bar;
        bar.resize(1100, 36);
        bar.show();
        bar.showState(HostState::kIdle, factsWith(EncryptionIndicator::kOn, "hgs"));
        bar.showAttesting(QStringLiteral("waiting for hgs.bastion.local"));
        QCOMPARE(find<QLabel>(&bar, "trustWordsLabel")->text(), QStringLiteral("Attesting…"));
        QCOMPARE(find<QLabel>(&bar, "trustFactsLabel")->text(), QStringLiteral("waiting for hgs.bastion.local"));
        QTRY_COMPARE(find<QLabel>(&bar, "trustFactsLabel")->text(), QStringLiteral("waiting for hgs.bastion.local, 1 s"));
        bar.showAttesting({});
        QCOMPARE(find<QLabel>(&bar, "trustWordsLabel")->text(), QStringLiteral("Encryption on"));
    }
    void verdictLeadsToTheEvidence_data()
    {
        QTest::addColumn<int>("key");
        QTest::newRow("click") << 0;
        QTest::newRow("Enter") << int{Qt::Key_Return};
        QTest::newRow("Enter of the number pad") << int{Qt::Key_Enter};
        QTest::newRow("Space") << int{Qt::Key_Space};
    }
    void verdictLeadsToTheEvidence()
    {
        QFETCH(int, key);
        TrustBar bar;
        bar.resize(1100, 36);
        bar.show();
        QSignalSpy spy(&bar, &TrustBar::evidenceRequested);
        auto* verdict = find<QAbstractButton>(&bar, "trustVerdictButton");
        QVERIFY(verdict->focusPolicy() & Qt::TabFocus);
        if (key == 0)
            QTest::mouseClick(find<QLabel>(&bar, "trustWordsLabel"), Qt::LeftButton); // the words are part of the target
        else
            QTest::keyClick(verdict, static_cast<Qt::Key>(key));
        QCOMPARE(spy.count(), 1);
    }
    // From wide to narrow each part goes whole, and the verdict's words stay.
    void givesWayInOrder()
    {
        SessionFacts facts = factsWith(EncryptionIndicator::kEnclaveSession, "hgs", test::verifiedReport(), 2);
        facts.serverText = QStringLiteral("sql-prod-02.contoso.com,1433");
        facts.login = QStringLiteral("maria.lind");
        TrustBar bar;
        bar.setEnvironment(QStringLiteral("PRODUCTION"), QStringLiteral("production"));
        bar.showState(HostState::kIdle, facts);
        bar.show();
        QStringList seen;
        for (int width = 1300; width >= 320; width -= 4) {
            bar.resize(width, 36);
            auto* server = find<QLabel>(&bar, "serverLabel");
            auto* details = find<QLabel>(&bar, "trustFactsLabel");
            const QString now = (server->isVisible() ? server->text() : QString()) + QLatin1Char('|') + (details->isVisible() ? details->text() : QString());
            if (seen.isEmpty() || seen.last() != now) seen.append(now);
            QVERIFY(find<QLabel>(&bar, "trustWordsLabel")->isVisible());
            QVERIFY(find<QLabel>(&bar, "environmentChipLabel")->isVisible());
        }
        const QString full = QStringLiteral("sql-prod-02.contoso.com,1433 · maria.lind|HGS · 3 min ago · 2 keys released");
        QCOMPARE(seen.value(0), full);
        QCOMPARE(seen.value(1), QStringLiteral("sql-prod-02.contoso.com,1433|HGS · 3 min ago · 2 keys released"));
        QCOMPARE(seen.value(2), QStringLiteral("sql-prod-02.contoso.com,1433|HGS · 3 min ago"));
        QCOMPARE(seen.value(3), QStringLiteral("|HGS · 3 min ago"));
        QCOMPARE(seen.last(), QStringLiteral("|"));
        bar.resize(1300, 36);
        QCOMPARE(find<QLabel>(&bar, "serverLabel")->text(), QStringLiteral("sql-prod-02.contoso.com,1433 · maria.lind"));
    }
    void choosingByKeyboardTells()
    {
        TrustBar bar;
        bar.show();
        QSignalSpy spy(&bar, &TrustBar::choiceChanged);
        auto* box = find<QComboBox>(&bar, "encryptionChoiceComboBox");
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
