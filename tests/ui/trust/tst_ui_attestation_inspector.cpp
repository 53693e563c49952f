// The inspector shows a report as it is: verdict, chain, rules, keys; and says what it has when there is none.
#include "tests/support/NoWarnings.h"
#include "tests/support/WidgetTest.h"
#include "tests/ui/trust/ReportByHand.h"
#include "ui/reports/AttestationWords.h"
#include "ui/trust/AttestationInspector.h"
#include "ui/trust/Chain.h"
#include "ui/trust/RawBytesDialog.h"
#include "ui/trust/RuleModel.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QToolButton>
#include <QTreeWidget>

using namespace es;
using namespace es::ui;
using es::test::find;
using es::test::Protocol;
using es::test::RuleVerdict;
using es::test::Verdict;

namespace {

SessionFacts factsOf(std::shared_ptr<const test::AttestationReport> report, std::vector<attestation::ReleasedKey> keys = {})
{
    SessionFacts facts;
    facts.encryption = EncryptionIndicator::kOn;
    facts.attestation = QStringLiteral("hgs");
    facts.attestationReport = std::move(report);
    facts.keysReleased = std::move(keys);
    return facts;
}

QString shown(const QObject& parent, const char* label)
{
    const auto* found = find<QLabel>(&parent, label);
    return found->isVisible() ? found->text() : QString();
}

QString states(const Chain& chain)
{
    QString out;
    for (qsizetype i = 0; i < chain.nodes.size(); ++i) {
        out += QLatin1Char("+x?"[static_cast<int>(chain.nodes.at(i).state)]);
        if (i < chain.links.size()) out += chain.links.at(i).proven ? QLatin1Char('-') : QLatin1Char('.');
    }
    return out;
}

} // namespace

class TestUiAttestationInspector : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        es::support::forbidWarnings();
        es::test::useOwnSettings(m_folder);
    }
    void init()
    {
        m_inspector = std::make_unique<AttestationInspector>();
        m_inspector->resize(500, 860);
        m_inspector->show();
    }
    void cleanup() { m_inspector.reset(); }

    void saysWhyThereIsNothing_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<int>("encryption");
        QTest::addColumn<QString>("protocol");
        QTest::addColumn<QString>("title");
        QTest::addColumn<bool>("canAttest");
        const auto row = [](const char* name, HostState state, EncryptionIndicator encryption, const char* protocol, const char* title, bool can) {
            QTest::newRow(name) << static_cast<int>(state) << static_cast<int>(encryption) << QString::fromLatin1(protocol) << QString::fromLatin1(title) << can;
        };
        using H = HostState;
        using E = EncryptionIndicator;
        row("not connected", H::kDisconnected, E::kOff, "off", "Not connected", false);
        row("broken", H::kBroken, E::kOn, "hgs", "Not connected", false);
        row("off", H::kIdle, E::kOff, "off", "Always Encrypted is off", false);
        row("no enclave", H::kIdle, E::kOn, "off", "No enclave in this window", false);
        row("nothing yet", H::kIdle, E::kOn, "hgs", "Nothing attested yet", true);
    }
    void saysWhyThereIsNothing()
    {
        QFETCH(int, state);
        QFETCH(int, encryption);
        QFETCH(QString, protocol);
        QFETCH(QString, title);
        QFETCH(bool, canAttest);
        SessionFacts facts;
        facts.encryption = static_cast<EncryptionIndicator>(encryption);
        facts.attestation = protocol;
        m_inspector->follow(static_cast<HostState>(state), facts);
        QCOMPARE(shown(*m_inspector, "inspectorEmptyTitleLabel"), title);
        auto* button = find<QPushButton>(m_inspector.get(), "attestNowPushButton");
        QCOMPARE(button->isVisible(), canAttest);
        QVERIFY(!find<QPushButton>(m_inspector.get(), "saveRecordPushButton")->isEnabled());
        QSignalSpy spy(m_inspector.get(), &AttestationInspector::attestRequested);
        if (canAttest) test::click(button);
        QCOMPARE(spy.count(), canAttest ? 1 : 0);
        m_inspector->followNothing();
        QCOMPARE(shown(*m_inspector, "inspectorEmptyTitleLabel"), QStringLiteral("No query window in front"));
    }

    void verdictInWords_data()
    {
        QTest::addColumn<std::shared_ptr<const test::AttestationReport>>("report");
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("sentence"); // begins with
        QTest::addColumn<QString>("explanation"); // contains
        QTest::addColumn<bool>("canAttestAgain");
        const auto row = [](const char* name, test::AttestationReport report, const char* title, const char* sentence, const char* explanation, bool again) {
            QTest::newRow(name) << test::shared(std::move(report)) << QString::fromUtf8(title) << QString::fromUtf8(sentence) << QString::fromUtf8(explanation) << again;
        };
        auto sandbox = test::verifiedReport();
        sandbox.judgement.root.sandbox = true;
        auto unreachable = test::reportByHand(Protocol::kHgs, Verdict::kUnreachable);
        unreachable.failure = base::makeError(attestation::kServiceFailed, "hgs.bastion.local answered 404 for /Attestation.");
        unreachable.suggestedUrl = "https://hgs.bastion.local/hgs-attestation";
        row("verified", test::verifiedReport(), "Enclave verified", "by Host Guardian Service at ", "", false);
        row("sandbox", sandbox, "Enclave verified, sandbox root", "by Host Guardian Service at ", "proves no genuine enclave", false);
        row("none", test::reportByHand(Protocol::kNone, Verdict::kNotAttested), "Enclave not attested", "protocol None", "nobody vouches", false);
        row("refused", test::refusedReport("policy-debug", "off", "on"), "Enclave refused. No key was released.", "1 of 38 rules failed: Debug mode", "debug", true);
        row("unreachable", unreachable, "Attestation service without answer. No key was released.", "hgs.bastion.local answered 404", "https://hgs.bastion.local/hgs-attestation",
            true);
    }
    void verdictInWords()
    {
        QFETCH(std::shared_ptr<const test::AttestationReport>, report);
        QFETCH(QString, title);
        QFETCH(QString, sentence);
        QFETCH(QString, explanation);
        QFETCH(bool, canAttestAgain);
        m_inspector->follow(HostState::kIdle, factsOf(report));
        QCOMPARE(shown(*m_inspector, "verdictTitleLabel"), title);
        QVERIFY2(shown(*m_inspector, "verdictSentenceLabel").startsWith(sentence), qPrintable(shown(*m_inspector, "verdictSentenceLabel")));
        QVERIFY2(shown(*m_inspector, "verdictExplanationLabel").contains(explanation, Qt::CaseInsensitive), qPrintable(shown(*m_inspector, "verdictExplanationLabel")));
        QCOMPARE(find<QPushButton>(m_inspector.get(), "attestAgainPushButton")->isVisible(), canAttestAgain);
        QCOMPARE(title.contains(QLatin1String("verified")), report->judgement.verdict == Verdict::kVerified);
    }

    void chainShowsWhereItBreaks_data()
    {
        QTest::addColumn<std::shared_ptr<const test::AttestationReport>>("report");
        QTest::addColumn<QString>("states"); // stations + proven, x failed, ? not proven; links - proven, . not
        auto unreachable = test::reportByHand(Protocol::kHgs, Verdict::kUnreachable);
        for (const char* id : {"signing-certificates", "health-certificate-issuer", "issuer-authority", "issuer-validity", "trusted-root"})
            test::ruleOf(unreachable, id).verdict = RuleVerdict::kNotChecked;
        auto token = test::reportByHand(Protocol::kAas, Verdict::kRefused);
        test::ruleOf(token, "jwt-signature").verdict = RuleVerdict::kFailed;
        QTest::newRow("verified") << test::shared(test::verifiedReport()) << "+-+-+-+";
        QTest::newRow("verified by token") << test::shared(test::reportByHand(Protocol::kAas, Verdict::kVerified)) << "+-+-+-+";
        QTest::newRow("debug mode breaks no link") << test::shared(test::refusedReport("policy-debug", "off", "on")) << "+-x-+-+";
        QTest::newRow("another session's report") << test::shared(test::refusedReport("report-binding", "match", "another")) << "+.x.+.+";
        QTest::newRow("statement altered") << test::shared(test::refusedReport("report-signature", "valid", "invalid")) << "+-+.x.+";
        QTest::newRow("root not on the list") << test::shared(test::refusedReport("trusted-root", "4444", "5555")) << "+-+-+-x";
        QTest::newRow("session key altered") << test::shared(test::refusedReport("dh-key-point", "on P-384", "no")) << "x-+-+-+";
        QTest::newRow("service silent") << test::shared(unreachable) << "+-+-?.?";
        QTest::newRow("token altered") << test::shared(token) << "+-+.x.+";
        QTest::newRow("none") << test::shared(test::reportByHand(Protocol::kNone, Verdict::kNotAttested)) << "+.?.?.?";
    }
    void chainShowsWhereItBreaks()
    {
        QFETCH(std::shared_ptr<const test::AttestationReport>, report);
        QFETCH(QString, states);
        QCOMPARE(::states(chainOf(*report)), states);
        m_inspector->follow(HostState::kIdle, factsOf(report));
        const QStringList words{QStringLiteral("proven"), QStringLiteral("failed"), QStringLiteral("not proven")};
        for (int i = 0; i < 4; ++i) {
            const auto* card = m_inspector->findChild<QAbstractButton*>(QStringLiteral("chainCard%1").arg(i));
            QVERIFY(card->isVisible());
            const QString word = words.at(QStringLiteral("+x?").indexOf(states.at(i * 2)));
            QVERIFY2(card->accessibleName().contains(QStringLiteral(", ") + word + QLatin1Char(':')), qPrintable(card->accessibleName()));
        }
    }
    void everyRuleHasAStation_data()
    {
        QTest::addColumn<int>("protocol");
        for (const Protocol protocol : {Protocol::kNone, Protocol::kHgs, Protocol::kAas})
            QTest::newRow(std::string(attestation::protocolName(protocol)).c_str()) << static_cast<int>(protocol);
    }
    void everyRuleHasAStation()
    {
        QFETCH(int, protocol);
        const auto report = test::reportByHand(static_cast<Protocol>(protocol), Verdict::kVerified);
        QStringList rules;
        for (const ChainNode& node : chainOf(report).nodes)
            rules += node.rules;
        QCOMPARE(static_cast<std::size_t>(rules.size()), report.judgement.rules.size());
    }

    void rulesBeginWithWhatFailed()
    {
        RuleModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setReport(test::shared(test::refusedReport("policy-debug", "off", "on")));
        QCOMPARE(model.rowCount(), RuleModel::kBriefCount);
        QCOMPARE(model.index(0, RuleModel::kRule).data().toString(), QStringLiteral("Debug mode"));
        QCOMPARE(model.index(0, RuleModel::kExpected).data().toString(), QStringLiteral("off"));
        QCOMPARE(model.index(0, RuleModel::kSeen).data().toString(), QStringLiteral("on"));
        QCOMPARE(model.index(0, RuleModel::kRule).data(Qt::AccessibleTextRole).toString(), QStringLiteral("Debug mode, failed, expected off, seen on"));
        QCOMPARE(model.index(1, RuleModel::kRule).data().toString(), QStringLiteral("Report bound to session key"));
        model.setShowAll(true);
        QCOMPARE(model.rowCount(), 38);
        const int image = model.rowOf(QStringLiteral("policy-image"));
        QCOMPARE(model.index(image, RuleModel::kSeen).data().toString(), QStringLiteral("1917 1200…"));
        QVERIFY(model.index(image, RuleModel::kSeen).data(Qt::ToolTipRole).toString().contains(QLatin1String("19171200010520130005140312012205")));
        model.setShowAll(false);
        model.setReport(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }
    void failedRuleIsSelectedAndExplained()
    {
        m_inspector->follow(HostState::kIdle, factsOf(test::shared(test::refusedReport("policy-debug", "off", "on"))));
        auto* table = find<QTableView>(m_inspector.get(), "ruleTableView");
        QCOMPARE(table->currentIndex().row(), 0);
        const QString detail = shown(*m_inspector, "ruleDetailLabel");
        QVERIFY(detail.startsWith(QLatin1String("Debug mode: failed")));
        QVERIFY(detail.contains(ruleWhy(Protocol::kHgs, "policy-debug")));
        m_inspector->enter();
        QTest::keyClick(table, Qt::Key_Down);
        QVERIFY(shown(*m_inspector, "ruleDetailLabel").startsWith(QLatin1String("Report bound to session key: holds")));
    }
    void cardLeadsToItsRules()
    {
        m_inspector->follow(HostState::kIdle, factsOf(test::shared(test::verifiedReport())));
        auto* table = find<QTableView>(m_inspector.get(), "ruleTableView");
        QVERIFY(!table->selectionModel()->hasSelection());
        QCOMPARE(table->model()->rowCount(), RuleModel::kBriefCount);
        QTest::keyClick(find<QAbstractButton>(m_inspector.get(), "chainCard0"), Qt::Key_Return); // its rules are beyond the brief list
        QCOMPARE(table->model()->rowCount(), 38);
        QVERIFY(shown(*m_inspector, "ruleDetailLabel").startsWith(QLatin1String("Session key signature")));
        test::click(find<QPushButton>(m_inspector.get(), "showAllRulesPushButton"));
        QCOMPARE(table->model()->rowCount(), RuleModel::kBriefCount);
    }

    void keysAreListed()
    {
        auto report = test::shared(test::verifiedReport());
        m_inspector->follow(HostState::kIdle, factsOf(report));
        QVERIFY(!shown(*m_inspector, "noKeysLabel").isEmpty());
        QVERIFY(shown(*m_inspector, "sessionEndsLabel").startsWith(QLatin1String("session ends ")));
        m_inspector->follow(HostState::kIdle, factsOf(report, {test::releasedKey(1, "SELECT *\n  FROM HR.Employees"), test::releasedKey(2, "SELECT 2")}));
        auto* keys = find<QTreeWidget>(m_inspector.get(), "releasedKeyTreeWidget");
        QVERIFY(keys->isVisible());
        QCOMPARE(keys->topLevelItemCount(), 2);
        QCOMPARE(keys->topLevelItem(0)->text(0), QStringLiteral("Key 1"));
        QVERIFY(keys->topLevelItem(0)->text(1).endsWith(QLatin1String(", for SELECT * FROM HR.Employees")));
        QVERIFY(keys->topLevelItem(0)->toolTip(0).contains(QLatin1String("keys/contoso-hr.p12")));
        QVERIFY(!find<QLabel>(m_inspector.get(), "noKeysLabel")->isVisible());
    }

    void attestingHidesTheOldVerdict()
    {
        auto facts = factsOf(test::shared(test::verifiedReport()));
        m_inspector->follow(HostState::kIdle, facts);
        m_inspector->showAttesting(QStringLiteral("waiting for hgs.bastion.local"));
        QCOMPARE(shown(*m_inspector, "verdictTitleLabel"), QStringLiteral("Attesting…"));
        QVERIFY(!find<QTableView>(m_inspector.get(), "ruleTableView")->isVisible());
        QVERIFY(!find<QAction>(m_inspector.get(), "attestAgainAction")->isEnabled());
        m_inspector->follow(HostState::kIdle, facts); // other facts of the session change nothing about that
        QCOMPARE(shown(*m_inspector, "verdictTitleLabel"), QStringLiteral("Attesting…"));
        m_inspector->showTested(test::shared(test::refusedReport("policy-debug", "off", "on")));
        QCOMPARE(shown(*m_inspector, "verdictTitleLabel"), QStringLiteral("Enclave refused. No key was released."));
        m_inspector->follow(HostState::kIdle, facts); // nor does what was known before
        QCOMPARE(shown(*m_inspector, "verdictTitleLabel"), QStringLiteral("Enclave refused. No key was released."));
        m_inspector->follow(HostState::kIdle, factsOf(test::shared(test::verifiedReport())));
        QCOMPARE(shown(*m_inspector, "verdictTitleLabel"), QStringLiteral("Enclave verified"));
    }

    void buttonsAsk()
    {
        m_inspector->follow(HostState::kIdle, factsOf(test::shared(test::refusedReport("policy-debug", "off", "on"))));
        QSignalSpy attest(m_inspector.get(), &AttestationInspector::attestRequested);
        QSignalSpy policy(m_inspector.get(), &AttestationInspector::policyRequested);
        QSignalSpy close(m_inspector.get(), &AttestationInspector::closeRequested);
        QSignalSpy place(m_inspector.get(), &AttestationInspector::placeRequested);
        test::click(find<QPushButton>(m_inspector.get(), "attestAgainPushButton"));
        test::click(find<QPushButton>(m_inspector.get(), "editPolicyPushButton"));
        test::click(find<QToolButton>(m_inspector.get(), "closeInspectorToolButton"));
        find<QAction>(m_inspector.get(), "placeBottomAction")->trigger();
        QCOMPARE(attest.count(), 1);
        QCOMPARE(policy.count(), 1);
        QCOMPARE(close.count(), 1);
        QCOMPARE(place.value(0).value(0).value<AttestationInspector::Place>(), AttestationInspector::Place::kBottom);
        test::click(find<QPushButton>(m_inspector.get(), "copyForSupportPushButton"));
        const QString copied = QGuiApplication::clipboard()->text();
        QVERIFY(copied.contains(QLatin1String("Debug mode (policy-debug): failed; expected off; seen on")));
        QVERIFY(copied.contains(QLatin1String("sql-prod-02.contoso.com,1433")));
    }

    void rawBytesPartByPart()
    {
        m_inspector->follow(HostState::kIdle, factsOf(test::shared(test::verifiedReport())));
        test::click(find<QPushButton>(m_inspector.get(), "showRawBytesPushButton"));
        auto* dialog = test::shownWindow<RawBytesDialog>();
        QVERIFY(dialog);
        auto* parts = find<QComboBox>(dialog, "rawPartComboBox");
        auto* text = find<QPlainTextEdit>(dialog, "rawBytesPlainTextEdit");
        QVERIFY(text->isReadOnly());
        QVERIFY(text->toPlainText().contains(QLatin1String("ImageId: 19171200010520130005140312012205")));
        parts->setCurrentIndex(parts->findText(QStringLiteral("Whole answer of the server, 6 bytes")));
        QCOMPARE(text->toPlainText(), QStringLiteral("000000  45 53 00 01 02 03                                ES....\n"));
        QTest::keyClick(dialog, Qt::Key_Escape);
        QVERIFY(!dialog->isVisible());
    }

    void recordCanBeReadAgain()
    {
        const auto report = test::shared(test::refusedReport("policy-debug", "off", "on"));
        m_inspector->follow(HostState::kIdle, factsOf(report, {test::releasedKey(7, "SELECT 1")}));
        test::click(find<QPushButton>(m_inspector.get(), "saveRecordPushButton"));
        const QString path = m_folder.filePath(QStringLiteral("record.json"));
        choose(path);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto record = attestation::recordFromJson(file.readAll().toStdString());
        QVERIFY2(record, record ? "" : record.error().text.c_str());
        QVERIFY(record->intact);
        QVERIFY(record->report.judgement.rules == report->judgement.rules);
        QCOMPARE(record->released.at(0).keyId, 7u);
        QVERIFY(QString::fromStdString(record->program).startsWith(QLatin1String("Enclave Studio")));
    }
    void pageIsSavedWhole()
    {
        m_inspector->follow(HostState::kIdle, factsOf(test::shared(test::verifiedReport()), {test::releasedKey(1, "SELECT 1")}));
        test::click(find<QPushButton>(m_inspector.get(), "savePagePushButton"));
        const QString path = m_folder.filePath(QStringLiteral("page.html"));
        choose(path);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString page = QString::fromUtf8(file.readAll());
        QVERIFY(page.contains(QLatin1String("<h1>Enclave verified</h1>")));
        QVERIFY(page.contains(QLatin1String("@media print")));
        QVERIFY(page.contains(QLatin1String("keys/contoso-hr.p12")));
        QVERIFY(!page.contains(QLatin1String("src=")) && !page.contains(QLatin1String("href=")));
        QCOMPARE(shown(*m_inspector, "bannerTitleLabel"), QStringLiteral("Saved"));
        test::click(find<QPushButton>(m_inspector.get(), "savePagePushButton"));
        choose(m_folder.filePath(QStringLiteral("no/such/folder/page.html")));
        QCOMPARE(shown(*m_inspector, "bannerTitleLabel"), QStringLiteral("The file was not saved"));
    }
    void wordsInThePageAreEscaped()
    {
        auto report = test::refusedReport("policy-debug", "off", "<script>alert(1)</script>");
        report.evidence.serverName = "a<b>&\"c";
        m_inspector->follow(HostState::kIdle, factsOf(test::shared(report)));
        test::click(find<QPushButton>(m_inspector.get(), "savePagePushButton"));
        const QString path = m_folder.filePath(QStringLiteral("escaped.html"));
        choose(path);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray page = file.readAll();
        QVERIFY(!page.contains("<script") && !page.contains("a<b>"));
        QVERIFY(page.contains("&lt;script&gt;"));
    }

    void everythingIsReachedByTab()
    {
        m_inspector->follow(HostState::kIdle, factsOf(test::shared(test::refusedReport("policy-debug", "off", "on"))));
        QVERIFY(QTest::qWaitForWindowActive(m_inspector.get()));
        find<QPushButton>(m_inspector.get(), "attestAgainPushButton")->setFocus();
        const QStringList chain = test::tabChain(m_inspector.get());
        for (const char* name : {"editPolicyPushButton", "copyForSupportPushButton", "chainCard0", "chainCard3", "showRawBytesPushButton", "ruleTableView",
                 "showAllRulesPushButton", "saveRecordPushButton", "savePagePushButton", "saveRecordToolButton", "inspectorMenuToolButton", "closeInspectorToolButton"})
            QVERIFY2(chain.contains(QLatin1String(name)), name);
        test::picture(m_inspector.get(), QStringLiteral("inspector-refused"));
    }

private:
    void choose(const QString& path)
    {
        auto* dialog = m_inspector->findChild<QFileDialog*>();
        QVERIFY(dialog);
        dialog->close();
        Q_EMIT dialog->fileSelected(path);
        QTRY_VERIFY(!m_inspector->findChild<QFileDialog*>());
    }

    QTemporaryDir m_folder;
    std::unique_ptr<AttestationInspector> m_inspector;
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, ThemeKind::kLight);
    TestUiAttestationInspector test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_ui_attestation_inspector.moc"
