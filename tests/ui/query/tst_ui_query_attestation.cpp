// A query window and its inspector against a sandbox that attests by a Host Guardian Service of its own.
#include "tests/support/AttestingSandbox.h"
#include "tests/support/NoWarnings.h"
#include "tests/support/WidgetTest.h"
#include "ui/query/QueryWindow.h"
#include "ui/services/SessionReaper.h"
#include "ui/widgets/Banner.h"

#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>

using namespace es;
using namespace es::ui;
using es::test::find;

namespace {

constexpr int kPatienceMs = 20000;
// Needs the enclave: the key is described, so the server answers with its evidence.
const QString kNeedsEnclave = QStringLiteral("EXEC sp_enclave_send_keys");

QString words(const QueryWindow& window)
{
    return find<QLabel>(&window, "trustWordsLabel")->text();
}

} // namespace

class TestUiQueryAttestation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::forbidWarnings();
        const QString wrong = m_server.start();
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
    void cleanupTestCase()
    {
        QVERIFY(SessionReaper::waitForAll(10000));
        m_server.stop();
    }
    void init()
    {
        m_window = std::make_unique<QueryWindow>(m_server.vault());
        m_window->resize(1100, 700);
        m_window->show();
    }
    void cleanup() { m_window.reset(); }

    void verifiedIsSaidWithItsRoot()
    {
        open(m_server.request());
        QCOMPARE(words(*m_window), QStringLiteral("Encryption on"));
        run();
        QTRY_VERIFY2_WITH_TIMEOUT(words(*m_window) == QStringLiteral("Enclave verified, sandbox root"),
            qPrintable(words(*m_window) + QStringLiteral(": ") + find<QLabel>(m_window.get(), "bannerTextLabel")->text()), kPatienceMs);
        QCOMPARE(find<QLabel>(m_window.get(), "trustFactsLabel")->text(), QStringLiteral("HGS · just now · 1 key released"));
        QVERIFY(m_window->facts().attestationReport);
        QCOMPARE(m_window->facts().keysReleased.size(), std::size_t{1});
    }
    void attestAgainBringsFreshEvidence()
    {
        open(m_server.request());
        m_window->attestAgain();
        QVERIFY(m_window->attesting().startsWith(QLatin1String("waiting for ")));
        QCOMPARE(words(*m_window), QStringLiteral("Attesting…"));
        QSignalSpy ended(m_window.get(), &QueryWindow::attestationEnded);
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatienceMs);
        const auto first = ended[0][0].value<std::shared_ptr<const attestation::AttestationReport>>();
        QVERIFY(first && first->judgement.verdict == attestation::Verdict::kVerified);
        QVERIFY(m_window->attesting().isEmpty());
        m_window->attestAgain();
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 2, kPatienceMs);
        const auto second = ended[1][0].value<std::shared_ptr<const attestation::AttestationReport>>();
        QVERIFY(second && second->evidence.parameters != first->evidence.parameters);
    }
    void refusalNamesTheRuleAndLeadsToTheEvidence()
    {
        const auto strict = m_server.request();
        strict->profile.attestationPolicy = QStringLiteral(R"({"version": 1, "name": "Too new", "minimumPlatformSvn": 99})");
        open(strict);
        run();
        auto* banner = find<Banner>(m_window.get(), "bannerFrame");
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), kPatienceMs);
        QCOMPARE(banner->title(), QStringLiteral("Not sent: the enclave was refused by the policy of this connection"));
        const QString text = find<QLabel>(m_window.get(), "bannerTextLabel")->text();
        QVERIFY2(text.contains(QStringLiteral("Rule “Platform SVN”: expected")) && text.contains(QLatin1String("no key was released")), qPrintable(text));
        QTRY_COMPARE_WITH_TIMEOUT(words(*m_window), QStringLiteral("Enclave refused"), kPatienceMs);
        QVERIFY(m_window->facts().keysReleased.empty());
        test::click(find<QPushButton>(m_window.get(), "bannerSecondPushButton"));
        QVERIFY(QGuiApplication::clipboard()->text().contains(QLatin1String("(policy-svn): failed")));
        QSignalSpy evidence(m_window.get(), &QueryWindow::evidenceRequested);
        test::click(find<QPushButton>(m_window.get(), "bannerFixPushButton"));
        QCOMPARE(evidence.count(), 1);
    }
    void silentServiceIsSaid()
    {
        const auto elsewhere = m_server.request();
        elsewhere->profile.attestationUrl = QStringLiteral("https://127.0.0.1:1/Attestation");
        open(elsewhere);
        run();
        auto* banner = find<Banner>(m_window.get(), "bannerFrame");
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), kPatienceMs);
        QCOMPARE(banner->title(), QStringLiteral("Not sent: the attestation service gave no proof"));
        QTRY_COMPARE_WITH_TIMEOUT(words(*m_window), QStringLiteral("Attestation unreachable"), kPatienceMs);
        QCOMPARE(find<QPushButton>(m_window.get(), "bannerFixPushButton")->text(), QStringLiteral("Run again"));
    }
    // Off and on again is no way to lose the attestation.
    void switchingKeepsTheProtocol()
    {
        open(m_server.request());
        auto* choice = find<QComboBox>(m_window.get(), "encryptionChoiceComboBox");
        choice->setCurrentIndex(0);
        QTRY_COMPARE_WITH_TIMEOUT(words(*m_window), QStringLiteral("Always Encrypted is off"), kPatienceMs);
        choice->setCurrentIndex(2);
        // The enclave session that an earlier window opened is shared.
        QTRY_COMPARE_WITH_TIMEOUT(words(*m_window), QStringLiteral("Enclave verified, sandbox root"), kPatienceMs);
        QCOMPARE(m_window->profile().attestation, AttestationChoice::kHgs);
        QCOMPARE(m_window->profile().attestationUrl, m_server.request()->profile.attestationUrl);
    }

private:
    void open(const std::shared_ptr<const ConnectionRequest>& request)
    {
        m_window->connectTo(request);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->hostState(), HostState::kIdle, kPatienceMs);
    }
    void run()
    {
        m_window->setText(kNeedsEnclave);
        m_window->execute();
    }

    test::AttestingSandbox m_server;
    std::unique_ptr<QueryWindow> m_window;
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, ThemeKind::kLight);
    TestUiQueryAttestation test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_ui_query_attestation.moc"
