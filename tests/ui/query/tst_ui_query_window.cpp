// Query windows against a real sandbox: rows, failures each in its own window, cancel, a lost server, a key's password.
#include "tests/support/NoWarnings.h"
#include "tests/support/SandboxFixture.h"
#include "ui/query/QueryWindow.h"
#include "ui/services/CatalogService.h"
#include "ui/services/KeyService.h"
#include "ui/services/PasswordVault.h"
#include "ui/services/SandboxInfo.h"
#include "ui/services/SessionReaper.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/Theme.h"
#include "wizards/plan/Planner.h"
#include "wizards/runner/Runner.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTcpServer>
#include <QTest>
#include <QToolButton>

using namespace es;
using namespace es::ui;

namespace {

constexpr int kPatienceMs = 20000;
const char* const kPassword = "correct horse";

template <class T> T* part(QWidget& window, const char* name)
{
    return window.findChild<T*>(QString::fromLatin1(name));
}

} // namespace

class TestUiQueryWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::forbidWarnings();
        Theme::instance().apply(*qApp, ThemeKind::kLight);
        auto started = test::SandboxFixture::start();
        QVERIFY2(started, started ? "" : started.error().describe().c_str());
        m_sandbox = std::move(started).value();
        qputenv("ES_KEY_FOLDER", QByteArray::fromStdString(m_sandbox->keyFolder().string()));
    }
    void cleanupTestCase()
    {
        m_sandbox.reset();
        QVERIFY(SessionReaper::waitForAll(10000));
    }

    void rowsAppearAndTheStatusCountsThem()
    {
        QueryWindow window(m_vault);
        QSignalSpy status(&window, &QueryWindow::statusChanged);
        open(window, request());
        window.setText(QStringLiteral("SELECT TOP (7) SSN FROM HR.Employees ORDER BY EmployeeID"));
        QTest::mouseClick(part<QToolButton>(window, "executeToolButton"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(part<QTableView>(window, "resultTableView1"), kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(part<QTableView>(window, "resultTableView1")->model()->rowCount(), 7, kPatienceMs);
        QTRY_VERIFY(status.last().value(0).toString().startsWith(QLatin1String("7 rows")));
    }

    // Three windows, three failures at once: each shows its own and none waits for another.
    void threeWindowsThreeFailures()
    {
        QueryWindow wrongPassword(m_vault), nobodyThere(m_vault), syntax(m_vault);
        auto bad = request();
        bad->password = base::SecureBytes(base::viewOf("not the password"));
        auto closed = request();
        closed->profile.port = 1;
        for (QueryWindow* window : {&wrongPassword, &nobodyThere, &syntax})
            window->show();
        wrongPassword.connectTo(bad);
        nobodyThere.connectTo(closed);
        syntax.connectTo(request());
        syntax.setText(QStringLiteral("SELECT 1;\nSELECT * FORM HR.Employees;"));
        syntax.execute();
        for (QueryWindow* window : {&wrongPassword, &nobodyThere, &syntax})
            QTRY_VERIFY_WITH_TIMEOUT(part<Banner>(*window, "bannerFrame")->isVisible(), kPatienceMs);
        QVERIFY2(text(wrongPassword).contains(QLatin1String("password")), qPrintable(text(wrongPassword)));
        QVERIFY2(text(nobodyThere).contains(QLatin1String("127.0.0.1:1")), qPrintable(text(nobodyThere)));
        QVERIFY2(text(syntax).contains(QLatin1String("line 2")), qPrintable(text(syntax)));

        // What to send to whoever runs the server: which server, what was seen, no secret.
        QTest::mouseClick(part<QPushButton>(nobodyThere, "bannerSecondPushButton"), Qt::LeftButton);
        QVERIFY2(QGuiApplication::clipboard()->text().contains(QLatin1String("127.0.0.1")), qPrintable(QGuiApplication::clipboard()->text()));

        // A wrong password is mended in the dialog, not by trying again.
        bool asked = false;
        connect(&wrongPassword, &QueryWindow::connectionSettingsRequested, this, [&](const std::optional<base::Error>& failure) {
            asked = failure && failure->setting == "password";
        });
        QTest::mouseClick(part<QPushButton>(wrongPassword, "bannerFixPushButton"), Qt::LeftButton);
        QVERIFY(asked);
    }

    void connectingToAServerThatNeverAnswersIsCancelledWithinASecond()
    {
        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        QueryWindow window(m_vault);
        window.show();
        auto dead = request();
        dead->profile.port = silent.serverPort();
        window.connectTo(dead);
        auto* stop = part<QToolButton>(window, "stopToolButton");
        QTRY_VERIFY(stop->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(part<QLabel>(window, "queryProgressLabel")->text().startsWith(QLatin1String("Connecting")), 3000);
        QElapsedTimer clock;
        clock.start();
        QTest::mouseClick(stop, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(part<Banner>(window, "bannerFrame")->isVisible(), 5000);
        QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
        QVERIFY(text(window).contains(QLatin1String("cancelled")));
    }

    void aRunningQueryIsCancelledWithinASecond()
    {
        QueryWindow window(m_vault);
        QSignalSpy status(&window, &QueryWindow::statusChanged);
        open(window, request());
        window.setText(QStringLiteral("DECLARE @i int = 0; WHILE @i < 2000000000 SET @i = @i + 1;"));
        window.execute();
        QTRY_VERIFY_WITH_TIMEOUT(part<QLabel>(window, "queryProgressLabel")->text().startsWith(QLatin1String("Running")), 5000);
        QElapsedTimer clock;
        clock.start();
        window.stop();
        QTRY_VERIFY_WITH_TIMEOUT(status.last().value(0).toString().startsWith(QLatin1String("Cancelled")), 5000);
        QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
    }

    void closingAWindowWithARunningQueryWaitsForNobody()
    {
        auto window = std::make_unique<QueryWindow>(m_vault);
        open(*window, request());
        window->setText(QStringLiteral("DECLARE @i int = 0; WHILE @i < 2000000000 SET @i = @i + 1;"));
        window->execute();
        QTRY_VERIFY(window->isRunning());
        QElapsedTimer clock;
        clock.start();
        window.reset();
        QVERIFY2(clock.elapsed() < 100, qPrintable(QString::number(clock.elapsed())));
    }

    // The key's password is asked for, a wrong one again, and the plaintext appears; with enclaves off LIKE is explained with 33546.
    void encryptedColumn()
    {
        encryptSsn();
        PasswordVault* empty = new PasswordVault;
        QueryWindow window{std::shared_ptr<PasswordVault>(empty)};
        auto on = request();
        on->profile.columnEncryption = true;
        on->profile.attestation = AttestationChoice::kOff;
        open(window, on);
        window.setText(QStringLiteral("SELECT TOP (3) SSN FROM HR.Employees ORDER BY EmployeeID"));
        window.execute();
        answerPassword(window, "wrong", false);
        answerPassword(window, kPassword, true);
        QTRY_VERIFY_WITH_TIMEOUT(part<QTableView>(window, "resultTableView1"), kPatienceMs);
        auto* table = part<QTableView>(window, "resultTableView1");
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 3, kPatienceMs);
        QCOMPARE(table->model()->index(0, 0).data().toString().size(), 11);

        window.setText(QStringLiteral("DECLARE @p char(11) = '%6818';\nSELECT SSN FROM HR.Employees WHERE SSN LIKE @p;"));
        window.execute();
        auto* banner = part<Banner>(window, "bannerFrame");
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), kPatienceMs);
        QVERIFY2(text(window).contains(QLatin1String("33546")), qPrintable(text(window)));
        QTest::mouseClick(part<QPushButton>(window, "bannerFixPushButton"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(part<QLabel>(window, "trustWordsLabel")->text().contains(QLatin1String("Enclave not attested")), kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(part<QTableView>(window, "resultTableView1")->model()->rowCount(), 1, kPatienceMs);

        // Off: as stored.
        part<QComboBox>(window, "encryptionChoiceComboBox")->setCurrentIndex(0);
        window.setText(QStringLiteral("SELECT TOP (3) SSN FROM HR.Employees ORDER BY EmployeeID"));
        QTRY_COMPARE_WITH_TIMEOUT(part<QLabel>(window, "trustWordsLabel")->text(), QStringLiteral("Always Encrypted is off"), kPatienceMs);
        window.execute();
        QTRY_VERIFY_WITH_TIMEOUT(part<QTableView>(window, "resultTableView1")
                && part<QTableView>(window, "resultTableView1")->model()->rowCount() == 3
                && part<QTableView>(window, "resultTableView1")->model()->index(0, 0).data().toString().startsWith(QLatin1String("0x01")),
            kPatienceMs);
    }

    // Last: it ends the server.
    void aServerThatDiesIsSaid()
    {
        QueryWindow window(m_vault);
        open(window, request());
        window.setText(QStringLiteral("DECLARE @i int = 0; WHILE @i < 2000000000 SET @i = @i + 1;"));
        window.execute();
        QTRY_VERIFY(window.isRunning());
        m_sandbox->killServer();
        QTRY_VERIFY_WITH_TIMEOUT(part<Banner>(window, "bannerFrame")->isVisible(), kPatienceMs);
        QCOMPARE(part<QPushButton>(window, "bannerFixPushButton")->text(), QStringLiteral("Connect again"));
        QVERIFY(!window.isRunning());
    }

private:
    std::shared_ptr<ConnectionRequest> request() const
    {
        auto out = std::make_shared<ConnectionRequest>();
        out->profile.host = QStringLiteral("127.0.0.1");
        out->profile.port = m_sandbox->port();
        out->profile.user = QString::fromStdString(m_sandbox->user());
        out->profile.database = QString::fromStdString(m_sandbox->database());
        out->profile.caFile = QString::fromStdString(m_sandbox->caFile());
        out->password = std::move(readPasswordFile(QString::fromStdString(m_sandbox->passwordFile()))).value();
        return out;
    }
    static void open(QueryWindow& window, const std::shared_ptr<ConnectionRequest>& request)
    {
        QSignalSpy status(&window, &QueryWindow::statusChanged);
        window.show();
        window.connectTo(request);
        QTRY_VERIFY_WITH_TIMEOUT(!status.isEmpty() && status.last().value(0).toString().startsWith(QLatin1String("Connected")), kPatienceMs);
    }
    static QString text(QueryWindow& window)
    {
        return part<QLabel>(window, "bannerTitleLabel")->text() + QLatin1Char(' ') + part<QLabel>(window, "bannerTextLabel")->text();
    }
    static void answerPassword(QueryWindow& window, const char* password, bool last)
    {
        QTRY_VERIFY_WITH_TIMEOUT(part<QLineEdit>(window, "keyPasswordLineEdit") && part<QLineEdit>(window, "keyPasswordLineEdit")->isVisible(), kPatienceMs);
        auto* line = part<QLineEdit>(window, "keyPasswordLineEdit");
        QTest::keyClicks(line, QString::fromLatin1(password));
        QTest::keyClick(line, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!window.findChildren<QLineEdit*>(QStringLiteral("keyPasswordLineEdit")).contains(line), kPatienceMs);
        if (!last) QTRY_VERIFY_WITH_TIMEOUT(part<QLabel>(window, "keyPasswordProblemLabel"), kPatienceMs);
    }
    // With the services that dialogs and the wizard use.
    void encryptSsn()
    {
        m_vault->rememberForAll(base::SecureBytes(base::viewOf(kPassword)));
        SessionHost host(m_vault);
        QSignalSpy connected(&host, &SessionHost::connected);
        auto on = request();
        on->profile.columnEncryption = true;
        on->profile.attestation = AttestationChoice::kNone;
        host.connectTo(on);
        QTRY_COMPARE_WITH_TIMEOUT(connected.count(), 1, kPatienceMs);
        KeyService keys(host);
        int made = 0;
        connect(&keys, &KeyService::created, this, [&] { ++made; });
        NewMasterKey master;
        master.name = master.keyFile = QStringLiteral("CMK1");
        master.keyBits = 2048;
        keys.createMasterKey(master);
        QTRY_COMPARE_WITH_TIMEOUT(made, 1, kPatienceMs);
        keys.createEncryptionKey({QStringLiteral("CEK1"), QStringLiteral("CMK1"), false});
        QTRY_COMPARE_WITH_TIMEOUT(made, 2, kPatienceMs);
        CatalogService catalog(host);
        std::shared_ptr<const catalog::CatalogSnapshot> snapshot;
        connect(&catalog, &CatalogService::snapshotReady, this, [&](RequestId, auto found) { snapshot = found; });
        catalog.refresh();
        QTRY_VERIFY_WITH_TIMEOUT(snapshot, kPatienceMs);
        wizards::Choices choices;
        choices.columns = {{"HR", "Employees", "SSN", catalog::EncryptionType::kRandomized, "CEK1"}};
        auto plan = wizards::makePlan(*snapshot, choices);
        QVERIFY2(plan, plan ? "" : plan.error().describe().c_str());
        wizards::Runner runner(host);
        int ended = 0;
        connect(&runner, &wizards::Runner::ended, this, [&](RequestId, const wizards::RunEnd& end) {
            QVERIFY2(!end.error, end.error ? end.error->describe().c_str() : "");
            ++ended;
        });
        runner.run(std::make_shared<const wizards::Plan>(std::move(plan).value()));
        QTRY_COMPARE_WITH_TIMEOUT(ended, 1, kPatienceMs);
    }

    std::shared_ptr<PasswordVault> m_vault = std::make_shared<PasswordVault>();
    std::unique_ptr<test::SandboxFixture> m_sandbox;
};

QTEST_MAIN(TestUiQueryWindow)
#include "tst_ui_query_window.moc"
