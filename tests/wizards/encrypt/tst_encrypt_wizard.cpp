// The whole way against a real sandbox: from a database without keys to encrypted columns by mouse, back by keyboard alone,
// and what the wizard says when something goes wrong on the way.
#include "tests/support/NoWarnings.h"
#include "tests/support/SandboxRequest.h"
#include "tests/support/WidgetTest.h"
#include "ui/keys/NewEncryptionKeyDialog.h"
#include "ui/keys/NewMasterKeyDialog.h"
#include "ui/services/CatalogService.h"
#include "ui/services/PasswordVault.h"
#include "ui/services/SessionReaper.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/KeyPasswordStrip.h"
#include "ui/widgets/StepList.h"
#include "wizards/encrypt/EncryptWizard.h"

#include <QCheckBox>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTreeView>

using namespace es;
using namespace es::wizards;
using test::click;
using test::find;

namespace {

constexpr int kWaitMs = 30000;
const QStringList kTwoColumns{QStringLiteral("[HR].[Employees].[SSN]"), QStringLiteral("[HR].[Employees].[Salary]")};
const QStringList kSalary{QStringLiteral("[HR].[Employees].[Salary]")};

} // namespace

class TstEncryptWizard : public QObject {
    Q_OBJECT
private:
    [[nodiscard]] std::unique_ptr<EncryptWizard> open(
        const QStringList& columns, bool decrypt, std::shared_ptr<ui::PasswordVault> vault = {})
    {
        auto wizard = std::make_unique<EncryptWizard>(m_request, vault ? vault : m_vault, columns, decrypt, nullptr);
        wizard->open();
        wizard->resize(1120, 736);
        wizard->activateWindow();
        return wizard;
    }
    static QString title(const EncryptWizard& wizard) { return find<QLabel>(&wizard, "wizardTitleLabel")->text(); }
    static QPushButton* next(const EncryptWizard& wizard) { return find<QPushButton>(&wizard, "nextPushButton"); }
    static bool hasEnded(const EncryptWizard& wizard)
    {
        return next(wizard)->isVisible() && next(wizard)->text() == QLatin1String("Close");
    }
    static QStringList railEntries(const EncryptWizard& wizard)
    {
        QStringList names;
        for (const QLabel* label : wizard.findChildren<QLabel*>(QStringLiteral("railEntryLabel")))
            if (label->isVisible()) names.append(label->text());
        return names;
    }
    [[nodiscard]] catalog::EncryptionType schemeOf(const char* column)
    {
        ui::SessionHost host(m_vault);
        ui::CatalogService service(host);
        QSignalSpy ready(&service, &ui::CatalogService::snapshotReady);
        host.connectTo(m_request);
        service.refresh();
        if (!ready.wait(kWaitMs)) return catalog::EncryptionType::kDeterministic;
        const auto snapshot = ready[0][1].value<std::shared_ptr<const catalog::CatalogSnapshot>>();
        return snapshot->findTable("HR", "Employees")->findColumn(column)->encryption;
    }
    void startSandbox()
    {
        auto started = test::SandboxFixture::start();
        if (!started) qFatal("%s", started.error().text.c_str());
        m_sandbox = std::move(*started);
        qputenv("ES_KEY_FOLDER", QByteArray::fromStdString(m_sandbox->keyFolder().string()));
        m_request = test::requestTo(*m_sandbox);
    }

private Q_SLOTS:
    void initTestCase()
    {
        support::forbidWarnings(); // here: the test library puts a handler of its own before it
        startSandbox();
    }
    void cleanupTestCase()
    {
        QVERIFY(ui::SessionReaper::waitForAll(10000));
        m_sandbox.reset();
    }

    void firstKeysThenEncryptByMouse()
    {
        auto wizard = open(kTwoColumns, false);
        QSignalSpy changed(wizard.get(), &EncryptWizard::columnsChanged);
        QSignalSpy queries(wizard.get(), &EncryptWizard::queryRequested);
        QTRY_VERIFY_WITH_TIMEOUT(next(*wizard)->isEnabled(), kWaitMs);
        QCOMPARE(title(*wizard), QStringLiteral("Column Selection"));
        QCOMPARE(find<QLabel>(wizard.get(), "wizardNoteLabel")->text(), QStringLiteral("2 columns in 1 table"));
        QCOMPARE(railEntries(*wizard), (QStringList{"Column Selection", "Keys", "Column Assessment", "Summary", "Results"}));
        QVERIFY(find<QLabel>(wizard.get(), "railRemarkLabel")->text().contains(QLatin1String("one of its own")));
        test::picture(wizard.get(), QStringLiteral("1-selection-nokeys"));

        click(next(*wizard));
        QCOMPARE(title(*wizard), QStringLiteral("Keys"));
        QVERIFY(!next(*wizard)->isEnabled());
        QVERIFY(!find<QPushButton>(wizard.get(), "newEncryptionKeyPushButton")->isEnabled());
        test::picture(wizard.get(), QStringLiteral("2-keys"));
        click(find<QPushButton>(wizard.get(), "newMasterKeyPushButton"));
        auto* master = test::shownWindow<ui::NewMasterKeyDialog>();
        QVERIFY(master);
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>(master, "okPushButton")->isEnabled(), kWaitMs);
        test::picture(master, QStringLiteral("cmk"));
        find<QLineEdit>(master, "passwordLineEdit")->setText(QStringLiteral("key file word"));
        find<QLineEdit>(master, "repeatPasswordLineEdit")->setText(QStringLiteral("key file word"));
        click(find<QPushButton>(master, "okPushButton"));
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>(wizard.get(), "newEncryptionKeyPushButton")->isEnabled(), kWaitMs);
        click(find<QPushButton>(wizard.get(), "newEncryptionKeyPushButton"));
        auto* column = test::shownWindow<ui::NewEncryptionKeyDialog>();
        QVERIFY(column);
        QVERIFY(!wizard->isVisible()); // dialogs do not stack
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>(column, "okPushButton")->isEnabled(), kWaitMs);
        click(find<QPushButton>(column, "okPushButton"));
        QTRY_VERIFY_WITH_TIMEOUT(next(*wizard)->isEnabled(), kWaitMs);
        QVERIFY(wizard->isVisible());
        test::picture(wizard.get(), QStringLiteral("2-keys-made"));

        click(next(*wizard));
        QCOMPARE(title(*wizard), QStringLiteral("Column Assessment"));
        QCOMPARE(find<QLabel>(wizard.get(), "fixedCountLabel")->text(), QStringLiteral("1"));
        QCOMPARE(find<QLabel>(wizard.get(), "passedCountLabel")->text(), QStringLiteral("1"));
        auto* collation = find<QCheckBox>(wizard.get(), "changeCollationCheckBox");
        QVERIFY(collation->isVisible() && collation->isChecked());
        QVERIFY2(collation->text().contains(QLatin1String("Latin1_General_BIN2")), qPrintable(collation->text()));
        QVERIFY(find<QLabel>(wizard.get(), "findingTextLabel")->text().contains(QLatin1String("33542")));
        test::picture(wizard.get(), QStringLiteral("3-assessment"));
        collation->click();
        QCOMPARE(find<QLabel>(wizard.get(), "decisionCountLabel")->text(), QStringLiteral("1"));
        QCOMPARE(find<QLabel>(wizard.get(), "wizardNoteLabel")->text(), QStringLiteral("1 warning stays"));
        test::picture(wizard.get(), QStringLiteral("3-assessment-decision"));
        collation->click();

        click(next(*wizard));
        QCOMPARE(title(*wizard), QStringLiteral("Summary"));
        QCOMPARE(next(*wizard)->text(), QStringLiteral("&Encrypt 2 columns"));
        const QString sql = find<QPlainTextEdit>(wizard.get(), "statementPlainTextEdit")->toPlainText();
        QVERIFY2(sql.contains(QLatin1String("ALTER COLUMN [SSN] char(11) COLLATE Latin1_General_BIN2")), qPrintable(sql));
        QVERIFY(sql.contains(QLatin1String("ENCRYPTION_TYPE = RANDOMIZED")));
        test::picture(wizard.get(), QStringLiteral("4-summary"));
        wizard->resize(960, 640);
        test::picture(wizard.get(), QStringLiteral("4-summary-small"));
        wizard->resize(1120, 736);

        click(next(*wizard));
        QCOMPARE(title(*wizard), QStringLiteral("Results"));
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(*wizard), kWaitMs);
        QCOMPARE(find<QLabel>(wizard.get(), "outcomeTitleLabel")->text(), QStringLiteral("2 columns are encrypted in place"));
        auto* steps = find<ui::StepList>(wizard.get(), "runStepsTreeWidget");
        QCOMPARE(steps->state(0), ui::StepList::State::kDone);
        QCOMPARE(steps->state(1), ui::StepList::State::kDone);
        test::picture(wizard.get(), QStringLiteral("5-results"));
        QVERIFY(changed.count() >= 1);
        click(find<QPushButton>(wizard.get(), "queryColumnsPushButton"));
        QCOMPARE(queries.count(), 1);
        QCOMPARE(queries[0][0].toString(), QStringLiteral("SELECT TOP (100) [SSN], [Salary]\nFROM [HR].[Employees];\n"));
        QVERIFY(!wizard->isVisible());
        QCOMPARE(schemeOf("SSN"), catalog::EncryptionType::kRandomized);
        QCOMPARE(schemeOf("Salary"), catalog::EncryptionType::kRandomized);
    }

    void selectionShowsWhatIs()
    {
        auto wizard = open(kSalary, true);
        QTRY_VERIFY_WITH_TIMEOUT(next(*wizard)->isEnabled(), kWaitMs);
        auto* tree = find<QTreeView>(wizard.get(), "columnsTreeView");
        QCOMPARE(railEntries(*wizard), (QStringList{"Column Selection", "Column Assessment", "Summary", "Results"}));
        QCOMPARE(find<QLabel>(wizard.get(), "consequenceTitleLabel")->text(), QStringLiteral("HR.Employees.Salary becomes Plaintext"));
        test::picture(wizard.get(), QStringLiteral("1-selection"));
        wizard->resize(960, 640);
        test::picture(wizard.get(), QStringLiteral("1-selection-small"));
        // Find leaves only what fits; a row of the table stands over it.
        QTest::keyClicks(find<QLineEdit>(wizard.get(), "findColumnsLineEdit"), QStringLiteral("firstn"));
        QCOMPARE(tree->model()->rowCount(), 1);
        const QModelIndex name = tree->model()->index(0, 0, tree->model()->index(0, 0));
        QCOMPARE(name.data().toString(), QStringLiteral("FirstName"));
        // For all selected rows at once.
        tree->setCurrentIndex(name);
        auto* type = find<QComboBox>(wizard.get(), "bulkTypeComboBox");
        type->setCurrentIndex(type->findText(QStringLiteral("Deterministic")));
        click(find<QPushButton>(wizard.get(), "applyPushButton"));
        QCOMPARE(name.siblingAtColumn(2).data().toString(), QStringLiteral("Deterministic"));
        QCOMPARE(find<QLabel>(wizard.get(), "wizardNoteLabel")->text(), QStringLiteral("2 columns in 1 table"));
        // A real combo box opens in the row.
        tree->setFocus();
        tree->setCurrentIndex(name.siblingAtColumn(2));
        QTest::keyClick(tree, Qt::Key_F2);
        auto* editor = find<QComboBox>(tree, "encryptionTypeComboBox");
        QCOMPARE(editor->currentText(), QStringLiteral("Deterministic"));
        wizard->reject();
        QVERIFY(!wizard->isVisible());
    }

    void tabOrder()
    {
        auto wizard = open(kSalary, true);
        QTRY_VERIFY_WITH_TIMEOUT(next(*wizard)->isEnabled(), kWaitMs);
        find<QLineEdit>(wizard.get(), "findColumnsLineEdit")->setFocus();
        QCOMPARE(test::tabChain(wizard.get()),
            (QStringList{"findColumnsLineEdit", "bulkTypeComboBox", "applyPushButton", "columnsTreeView", "helpPushButton",
                "nextPushButton", "cancelPushButton"}));
        click(next(*wizard));
        click(next(*wizard));
        QCOMPARE(title(*wizard), QStringLiteral("Summary"));
        find<QWidget>(wizard.get(), "planTreeWidget")->setFocus();
        QCOMPARE(test::tabChain(wizard.get()),
            (QStringList{"planTreeWidget", "statementPlainTextEdit", "saveScriptPushButton", "copyPushButton", "helpPushButton",
                "backPushButton", "nextPushButton", "cancelPushButton"}));
    }

    void wrongPasswordThenNone()
    {
        auto wizard = open(kSalary, true, std::make_shared<ui::PasswordVault>());
        QTRY_VERIFY_WITH_TIMEOUT(next(*wizard)->isEnabled(), kWaitMs);
        for (int page = 0; page < 3; ++page)
            click(next(*wizard));
        auto* ask = find<ui::KeyPasswordStrip>(wizard.get(), "keyPasswordStrip");
        QTRY_VERIFY_WITH_TIMEOUT(ask->isVisible(), kWaitMs);
        auto* line = find<QLineEdit>(ask, "keyPasswordLineEdit");
        QTest::keyClicks(line, QStringLiteral("not it"));
        QTest::keyClick(line, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(ask->isVisible() && !find<QLabel>(ask, "keyPasswordProblemLabel")->text().isEmpty(), kWaitMs);
        QTest::keyClick(line, Qt::Key_Escape); // this question, not the wizard
        QVERIFY(wizard->isVisible());
        QVERIFY(hasEnded(*wizard));
        QCOMPARE(find<ui::Banner>(find<QWidget>(wizard.get(), "resultsPage"), "bannerFrame")->title(),
            QStringLiteral("The key CMK1 stays closed"));
        QVERIFY(find<QLabel>(find<QWidget>(wizard.get(), "resultsPage"), "bannerTextLabel")
                    ->text()
                    .contains(QLatin1String("Not changed: HR.Employees.Salary")));
        test::picture(wizard.get(), QStringLiteral("5-results-closed"));
        click(next(*wizard));
        QVERIFY(!wizard->isVisible());
        QCOMPARE(schemeOf("Salary"), catalog::EncryptionType::kRandomized);
    }

    void decryptByKeyboardAlone()
    {
        auto wizard = open(kSalary, true);
        QTRY_VERIFY_WITH_TIMEOUT(next(*wizard)->isEnabled(), kWaitMs);
        const auto alt
            = [&](Qt::Key key) { QTest::keyClick(wizard->focusWidget() ? wizard->focusWidget() : wizard.get(), key, Qt::AltModifier); };
        alt(Qt::Key_N);
        QTRY_COMPARE(title(*wizard), QStringLiteral("Column Assessment"));
        alt(Qt::Key_N);
        QTRY_COMPARE(title(*wizard), QStringLiteral("Summary"));
        QCOMPARE(next(*wizard)->text(), QStringLiteral("&Decrypt 1 column"));
        alt(Qt::Key_D);
        QTRY_COMPARE(title(*wizard), QStringLiteral("Results"));
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(*wizard), kWaitMs);
        QCOMPARE(find<QLabel>(wizard.get(), "outcomeTitleLabel")->text(), QStringLiteral("1 column is decrypted in place"));
        QVERIFY(next(*wizard)->hasFocus());
        QTest::keyClick(next(*wizard), Qt::Key_Space);
        QVERIFY(!wizard->isVisible());
        QCOMPARE(schemeOf("Salary"), catalog::EncryptionType::kPlaintext);
    }

    void choosingByKeyboard()
    {
        auto wizard = open({}, false);
        auto* tree = find<QTreeView>(wizard.get(), "columnsTreeView");
        QTRY_VERIFY_WITH_TIMEOUT(tree->isEnabled(), kWaitMs);
        QVERIFY(!next(*wizard)->isEnabled());
        QTRY_VERIFY(tree->hasFocus());
        const auto indexes
            = tree->model()->match(tree->model()->index(0, 0), Qt::DisplayRole, QStringLiteral("Salary"), 1, Qt::MatchRecursive);
        QVERIFY(!indexes.isEmpty());
        tree->setCurrentIndex(indexes[0]);
        QTest::keyClick(tree, Qt::Key_Space);
        QVERIFY(next(*wizard)->isEnabled());
        QCOMPARE(indexes[0].data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
        QTest::keyClick(tree, Qt::Key_Space);
        QVERIFY(!next(*wizard)->isEnabled());
    }

    void stopIsAskedInPlace()
    {
        auto wizard = open(kSalary, false);
        QTRY_VERIFY_WITH_TIMEOUT(next(*wizard)->isEnabled(), kWaitMs);
        for (int page = 0; page < 3; ++page)
            click(next(*wizard));
        QVERIFY(find<QPushButton>(wizard.get(), "stopPushButton")->isVisible());
        QTest::keyClick(wizard.get(), Qt::Key_Escape);
        QVERIFY2(wizard->isVisible(), "a run is not closed over");
        auto* question = find<QWidget>(wizard.get(), "wizardQuestionFrame");
        QVERIFY(question->isVisible());
        test::picture(wizard.get(), QStringLiteral("5-stop"));
        if (question->isVisible()) click(find<QPushButton>(wizard.get(), "questionYesPushButton"));
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(*wizard), kWaitMs);
        // Either the stop came in time, or the one step was done before it.
        const auto now = schemeOf("Salary");
        const bool done = find<QWidget>(wizard.get(), "outcomeTitleLabel")->isVisible();
        QCOMPARE(now, done ? catalog::EncryptionType::kRandomized : catalog::EncryptionType::kPlaintext);
        wizard->reject();
        QVERIFY(!wizard->isVisible());
    }

    void deadServerDuringTheRun()
    {
        auto wizard = open({QStringLiteral("[HR].[Employees].[FirstName]"), QStringLiteral("[HR].[Employees].[LastName]")}, false);
        QTRY_VERIFY_WITH_TIMEOUT(next(*wizard)->isEnabled(), kWaitMs);
        click(next(*wizard));
        click(next(*wizard));
        click(next(*wizard));
        m_sandbox->killServer();
        QElapsedTimer timer;
        timer.start();
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(*wizard), kWaitMs);
        auto* page = find<QWidget>(wizard.get(), "resultsPage");
        const auto* banner = find<ui::Banner>(page, "bannerFrame");
        QVERIFY2(banner->isVisible(), "the server died, the wizard must say so");
        QVERIFY(!banner->title().isEmpty());
        const QString words = find<QLabel>(page, "bannerTextLabel")->text();
        QVERIFY2(words.contains(QLatin1String("HR.Employees.LastName")), qPrintable(words));
        QCOMPARE(find<QPushButton>(page, "bannerFixPushButton")->text(), QStringLiteral("Connect and run the rest"));
        test::picture(wizard.get(), QStringLiteral("5-results-dead"));
        wizard->resize(960, 640);
        test::picture(wizard.get(), QStringLiteral("5-results-dead-small"));
        click(find<QPushButton>(page, "bannerFixPushButton"));
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(*wizard), kWaitMs);
        click(next(*wizard));
        QVERIFY(!wizard->isVisible());
    }

    void deadServerAtTheStart()
    {
        auto wizard = open(kSalary, false);
        auto* page = find<QWidget>(wizard.get(), "selectionPage");
        QTRY_VERIFY_WITH_TIMEOUT(find<ui::Banner>(page, "bannerFrame")->isVisible(), kWaitMs);
        QCOMPARE(find<QPushButton>(page, "bannerFixPushButton")->text(), QStringLiteral("Try again"));
        QVERIFY(!next(*wizard)->isEnabled());
        test::picture(wizard.get(), QStringLiteral("1-selection-dead"));
        QTest::keyClick(wizard.get(), Qt::Key_Escape);
        QVERIFY(!wizard->isVisible());
    }

private:
    std::unique_ptr<test::SandboxFixture> m_sandbox;
    std::shared_ptr<const ui::ConnectionRequest> m_request;
    std::shared_ptr<ui::PasswordVault> m_vault = std::make_shared<ui::PasswordVault>();
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const QTemporaryDir settings;
    test::useOwnSettings(settings);
    ui::Theme::instance().apply(application, ui::ThemeKind::kLight);
    TstEncryptWizard test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_encrypt_wizard.moc"
