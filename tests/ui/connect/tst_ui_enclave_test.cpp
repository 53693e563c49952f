// The steps of "Test enclave" as they are told: ticked, stopped at the failure, and what its button offers.
#include "tests/support/NoWarnings.h"
#include "tests/support/WidgetTest.h"
#include "tests/ui/trust/ReportByHand.h"
#include "ui/connect/EnclaveTestPanel.h"
#include "ui/services/PasswordVault.h"
#include "ui/services/SessionReaper.h"
#include "ui/widgets/StepCards.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>

using namespace es;
using namespace es::ui;
using es::test::find;
using es::test::Protocol;
using es::test::Verdict;
using Outcome = AttestationTestEnd::Outcome;
using Step = AttestationStep;

class TestUiEnclaveTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { support::forbidWarnings(); }
    void cleanupTestCase() { QVERIFY(SessionReaper::waitForAll(10000)); }
    void init()
    {
        m_panel = std::make_unique<EnclaveTestPanel>();
        m_test = std::make_unique<AttestationTest>(std::make_shared<PasswordVault>());
        m_panel->resize(680, 400);
        m_panel->setUsable(true);
        m_panel->show();
    }
    void cleanup()
    {
        m_panel.reset();
        m_test.reset();
    }

    void startsIdle()
    {
        QCOMPARE(find<QPushButton>(m_panel.get(), "testEnclavePushButton")->accessibleName(), QStringLiteral("Test enclave"));
        QVERIFY(!m_panel->findChild<StepCards*>()->isVisible());
        m_panel->setUsable(false);
        QVERIFY(!find<QPushButton>(m_panel.get(), "testEnclavePushButton")->isEnabled());
    }
    void stepsAreTickedAsTheyAreDone()
    {
        begin(AttestationChoice::kHgs);
        auto* steps = m_panel->findChild<StepCards*>();
        QCOMPARE(steps->state(0), StepCards::State::kRunning);
        m_panel->showStep(Step::kServerReached, QStringLiteral("sql-prod-02.contoso.com,1433"), 12);
        QCOMPARE(fact(0), QStringLiteral("sql-prod-02.contoso.com,1433 · 12 ms"));
        QCOMPARE(steps->state(0), StepCards::State::kDone);
        QCOMPARE(steps->state(1), StepCards::State::kRunning);
        QCOMPARE(find<QFrame>(m_panel.get(), "step0")->accessibleName(), QStringLiteral("Server reached, done: sql-prod-02.contoso.com,1433 · 12 ms"));
        m_panel->showStep(Step::kProtocolFits, QStringLiteral("HGS vouches for VBS"), 0);
        for (int step = 0; step <= 4; ++step)
            QCOMPARE(steps->state(step), StepCards::State::kDone);
        QCOMPARE(steps->state(5), StepCards::State::kRunning);
    }
    void verifiedSaysSo_data()
    {
        QTest::addColumn<bool>("sandbox");
        QTest::newRow("genuine") << false;
        QTest::newRow("sandbox") << true;
    }
    void verifiedSaysSo()
    {
        QFETCH(bool, sandbox);
        auto* trust = find<QPushButton>(m_panel.get(), "trustSeenPushButton");
        begin(AttestationChoice::kHgs);
        QVERIFY(!trust->isVisible());
        auto report = test::verifiedReport();
        report.judgement.root.sandbox = sandbox;
        m_panel->showEnd({Outcome::kVerified, {}, {}, test::shared(report)});
        QCOMPARE(outcome(), sandbox ? QStringLiteral("8 of 8 passed. Enclave verified, sandbox root.") : QStringLiteral("8 of 8 passed. Enclave verified."));
        QVERIFY(m_panel->verified());
        QSignalSpy asked(m_panel.get(), &EnclaveTestPanel::trustRequested);
        test::click(trust);
        QCOMPARE(asked.count(), 1);
        m_panel->settingsChanged(); // it was another enclave's, perhaps
        QVERIFY(!m_panel->verified());
        QVERIFY(!trust->isVisible());
    }
    void noneIsNotVerified()
    {
        begin(AttestationChoice::kNone);
        m_panel->showEnd({Outcome::kNotAttested, {}, {}, test::shared(test::reportByHand(Protocol::kNone, Verdict::kNotAttested))});
        QCOMPARE(outcome(), QStringLiteral("7 of 7 passed. Not attested: nobody vouches for this enclave."));
        QCOMPARE(fact(5), QStringLiteral("not needed with None"));
        QVERIFY(!m_panel->verified());
    }
    void wrongUrlOffersTheRightOne()
    {
        begin(AttestationChoice::kHgs);
        m_panel->showStep(Step::kProtocolFits, QStringLiteral("HGS vouches for VBS"), 0);
        auto report = test::reportByHand(Protocol::kHgs, Verdict::kUnreachable);
        report.suggestedUrl = "https://hgs.bastion.local/hgs-attestation";
        report.serviceElapsed = std::chrono::milliseconds(81);
        report.evidence.documents.push_back({"signing-certificates", "https://hgs.bastion.local/Attestation/v2.0/signingCertificates", 404, {}, {}, {}});
        m_panel->showEnd({Outcome::kUnreachable, Step::kServiceAnswers,
            base::makeError(attestation::kServiceFailed, "hgs.bastion.local answered 404 for /Attestation.", "attestation-url"), test::shared(report)});
        QCOMPARE(outcome(), QStringLiteral("5 of 8 passed, stopped at the first failure"));
        QCOMPARE(fact(5), QStringLiteral("404 · 81 ms"));
        QCOMPARE(fact(6), QStringLiteral("not run"));
        QCOMPARE(find<QLabel>(m_panel.get(), "stepReasonLabel")->text(),
            QStringLiteral("hgs.bastion.local answered 404 for /Attestation. Attestation is served under /hgs-attestation."));
        auto* fix = find<QPushButton>(m_panel.get(), "stepFixPushButton");
        QCOMPARE(fix->text(), QStringLiteral("Use /hgs-attestation and test again"));
        QSignalSpy offered(m_panel.get(), &EnclaveTestPanel::urlOffered);
        test::click(fix);
        QTRY_COMPARE(offered.count(), 1);
        QCOMPARE(offered.value(0).value(0).toString(), QStringLiteral("https://hgs.bastion.local/hgs-attestation"));
    }
    void refusalNamesTheRule()
    {
        begin(AttestationChoice::kHgs);
        m_panel->showStep(Step::kServiceAnswers, QStringLiteral("hgs.bastion.local"), 20);
        const auto report = test::refusedReport("policy-debug", "off", "on");
        m_panel->showEnd({Outcome::kRefused, Step::kEvidenceValid, report.failure, test::shared(report)});
        const QString reason = find<QLabel>(m_panel.get(), "stepReasonLabel")->text();
        QVERIFY2(reason.startsWith(QStringLiteral("No key was released. Rule “Debug mode”: expected off, seen on.")), qPrintable(reason));
        QSignalSpy policy(m_panel.get(), &EnclaveTestPanel::policyRequested);
        test::click(find<QPushButton>(m_panel.get(), "stepFixPushButton"));
        QTRY_COMPARE(policy.count(), 1);
    }
    void protocolThatDoesNotFit()
    {
        begin(AttestationChoice::kHgs);
        m_panel->showStep(Step::kEnclaveType, QStringLiteral("SGX"), 0);
        m_panel->showEnd({Outcome::kNotConnected, Step::kProtocolFits,
            base::makeError(attestation::kUnsupportedEnclaveType, "This server has an SGX enclave.", "attestation", "Choose another protocol."), nullptr});
        QSignalSpy protocol(m_panel.get(), &EnclaveTestPanel::protocolRequested);
        QCOMPARE(find<QPushButton>(m_panel.get(), "stepFixPushButton")->text(), QStringLiteral("Change protocol"));
        test::click(find<QPushButton>(m_panel.get(), "stepFixPushButton"));
        QTRY_COMPARE(protocol.count(), 1);
    }
    void cancelledLeavesTheRestOpen()
    {
        begin(AttestationChoice::kHgs);
        m_panel->showStep(Step::kServerReached, QStringLiteral("db,1433"), 3);
        m_panel->showEnd({});
        QCOMPARE(outcome(), QStringLiteral("1 of 8 passed, then cancelled"));
        QCOMPARE(fact(1), QStringLiteral("not run"));
        QCOMPARE(find<QPushButton>(m_panel.get(), "testEnclavePushButton")->accessibleName(), QStringLiteral("Test again"));
        test::picture(m_panel.get(), QStringLiteral("enclave-test-cancelled"));
    }

private:
    // Against an address where nobody answers; what a test would find out is told by hand.
    void begin(AttestationChoice protocol)
    {
        auto request = std::make_shared<ConnectionRequest>();
        request->profile.host = QStringLiteral("127.0.0.1");
        request->profile.port = 1;
        request->profile.columnEncryption = true;
        request->profile.attestation = protocol;
        request->profile.attestationUrl = QStringLiteral("https://hgs.bastion.local/Attestation");
        m_panel->start(*m_test, request);
        m_test->disconnect(m_panel.get());
    }
    QString fact(int step) const { return m_panel->findChild<QLabel*>(QStringLiteral("step%1FactLabel").arg(step))->text(); }
    QString outcome() const { return find<QLabel>(m_panel.get(), "enclaveTestOutcomeLabel")->text(); }

    std::unique_ptr<EnclaveTestPanel> m_panel;
    std::unique_ptr<AttestationTest> m_test;
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, ThemeKind::kLight);
    TestUiEnclaveTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_ui_enclave_test.moc"
