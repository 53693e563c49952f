// The key dialogs against a real sandbox: what a person sees, and what is in the database and the key folder afterwards.
#include "tests/support/NoWarnings.h"
#include "tests/support/SandboxRequest.h"
#include "tests/support/WidgetTest.h"
#include "ui/keys/NewEncryptionKeyDialog.h"
#include "ui/keys/NewMasterKeyDialog.h"
#include "ui/services/PasswordVault.h"
#include "ui/services/SessionReaper.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/KeyPasswordStrip.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTreeWidget>

using namespace es;
using namespace es::ui;
using test::click;
using test::find;

namespace {

constexpr int kWaitMs = 20000;

class MasterKeyProbe : public NewMasterKeyDialog {
public:
    using NewMasterKeyDialog::NewMasterKeyDialog;
    using NewMasterKeyDialog::situationReady;
};

} // namespace

class TstUiKeys : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::forbidWarnings(); // here: the test library puts a handler of its own before it
        auto started = test::SandboxFixture::start();
        QVERIFY2(bool(started), started ? "" : started.error().text.c_str());
        m_sandbox = std::move(*started);
        qputenv("ES_KEY_FOLDER", QByteArray::fromStdString(m_sandbox->keyFolder().string()));
        m_request = test::requestTo(*m_sandbox);
        QVERIFY(m_request);
    }
    void cleanupTestCase()
    {
        QVERIFY(SessionReaper::waitForAll(10000));
        m_sandbox.reset();
    }

    void masterKeyIsGenerated()
    {
        NewMasterKeyDialog dialog(m_request, m_vault);
        dialog.open();
        QSignalSpy created(&dialog, &KeyDialog::created);
        QCOMPARE(dialog.windowTitle(), QStringLiteral("New Column Master Key"));
        auto* name = find<QLineEdit>(&dialog, "nameLineEdit");
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>(&dialog, "okPushButton")->isEnabled(), kWaitMs);
        QCOMPARE(name->text(), QStringLiteral("CMK1"));
        QCOMPARE(name->selectedText(), name->text());
        auto* enclave = find<QCheckBox>(&dialog, "allowEnclaveCheckBox");
        QVERIFY(enclave->isVisible() && enclave->isEnabled() && enclave->isChecked());
        QVERIFY(find<QFrame>(&dialog, "enclaveUnavailableFrame")->isHidden());

        QTest::keyClicks(name, QStringLiteral("CMK_HR"));
        QCOMPARE(find<QLineEdit>(&dialog, "fileNameLineEdit")->text(), QStringLiteral("CMK_HR"));
        auto* length = find<QComboBox>(&dialog, "keyLengthComboBox");
        length->setCurrentIndex(length->findData(2048));
        click(find<QPushButton>(&dialog, "okPushButton"));
        auto* problem = find<QLabel>(&dialog, "passwordProblemLabel");
        QVERIFY(problem->isVisible());
        QTest::keyClicks(find<QLineEdit>(&dialog, "passwordLineEdit"), QStringLiteral("one word"));
        QTest::keyClicks(find<QLineEdit>(&dialog, "repeatPasswordLineEdit"), QStringLiteral("other"));
        QCOMPARE(problem->text(), QStringLiteral("The two passwords differ."));
        QVERIFY(problem->isVisible());
        test::picture(&dialog, QStringLiteral("cmk-mismatch"));
        find<QLineEdit>(&dialog, "repeatPasswordLineEdit")->setText(QStringLiteral("one word"));
        QVERIFY(problem->isHidden());
        click(find<QPushButton>(&dialog, "okPushButton"));
        QTRY_COMPARE_WITH_TIMEOUT(created.count(), 1, kWaitMs);
        QCOMPARE(created[0][0].toString(), QStringLiteral("CMK_HR"));
        QVERIFY(!dialog.isVisible());
        QVERIFY(std::filesystem::exists(m_sandbox->keyFolder() / "CMK_HR.p12"));
    }

    void takenNameIsMarked()
    {
        NewMasterKeyDialog dialog(m_request, m_vault);
        dialog.open();
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>(&dialog, "okPushButton")->isEnabled(), kWaitMs);
        auto* name = find<QLineEdit>(&dialog, "nameLineEdit");
        name->setText(QStringLiteral("cmk_hr"));
        auto* problem = find<QLabel>(&dialog, "nameProblemLabel");
        QVERIFY(problem->isVisible());
        QVERIFY2(problem->text().contains(QLatin1String("already has a column master key")), qPrintable(problem->text()));
        QCOMPARE(name->property("error").toString(), QStringLiteral("yes"));
        click(find<QPushButton>(&dialog, "okPushButton"));
        QVERIFY(dialog.isVisible() && name->hasFocus());
        find<QLineEdit>(&dialog, "fileNameLineEdit")->setText(QStringLiteral("a/b"));
        name->setText(QStringLiteral("Other"));
        QVERIFY(problem->isHidden());
    }

    void badFileNameIsMarked()
    {
        NewMasterKeyDialog dialog(m_request, m_vault);
        dialog.open();
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>(&dialog, "okPushButton")->isEnabled(), kWaitMs);
        auto* file = find<QLineEdit>(&dialog, "fileNameLineEdit");
        file->setText(QStringLiteral("a/b"));
        for (const char* field : {"passwordLineEdit", "repeatPasswordLineEdit"})
            find<QLineEdit>(&dialog, field)->setText(QStringLiteral("p"));
        click(find<QPushButton>(&dialog, "okPushButton"));
        auto* problem = find<QLabel>(&dialog, "fileNameProblemLabel");
        QTRY_VERIFY_WITH_TIMEOUT(problem->isVisible(), kWaitMs);
        QVERIFY(dialog.isVisible());
    }

    void scriptOfAnExistingFile()
    {
        auto vault = std::make_shared<PasswordVault>(); // knows no password
        NewMasterKeyDialog dialog(m_request, vault);
        dialog.open();
        QSignalSpy scripts(&dialog, &KeyDialog::scriptRequested);
        auto* existing = find<QRadioButton>(&dialog, "existingRadioButton");
        QTRY_VERIFY_WITH_TIMEOUT(existing->isEnabled(), kWaitMs);
        click(existing);
        auto* files = find<QTreeWidget>(&dialog, "keyFilesTreeWidget");
        QVERIFY(files->isVisible());
        QCOMPARE(files->topLevelItem(0)->text(0), QStringLiteral("CMK_HR"));
        QCOMPARE(files->topLevelItem(0)->text(2), QStringLiteral("yes, with its password"));
        click(find<QPushButton>(&dialog, "scriptPushButton"));

        auto* ask = find<KeyPasswordStrip>(&dialog, "keyPasswordStrip");
        const auto answer = [&](const QString& password) {
            auto* line = find<QLineEdit>(ask, "keyPasswordLineEdit");
            QVERIFY(line->hasFocus());
            QTest::keyClicks(line, password);
            QTest::keyClick(line, Qt::Key_Return);
        };
        QTRY_VERIFY_WITH_TIMEOUT(ask->isVisible(), kWaitMs);
        answer(QStringLiteral("wrong"));
        QTRY_VERIFY_WITH_TIMEOUT(ask->isVisible()
                && find<QLabel>(ask, "keyPasswordProblemLabel")->text().startsWith(QLatin1String("CMK_HR did not open")),
            kWaitMs);
        answer(QStringLiteral("one word"));
        QTRY_COMPARE_WITH_TIMEOUT(scripts.count(), 1, kWaitMs);
        const QString text = scripts[0][0].toString();
        QVERIFY2(text.startsWith(QLatin1String("CREATE COLUMN MASTER KEY")) && text.contains(QLatin1String("ENCLAVE_COMPUTATIONS")),
            qPrintable(text));
        QVERIFY(dialog.isVisible());
        QVERIFY(find<Banner>(&dialog, "bannerFrame")->title().contains(QLatin1String("Nothing was changed")));
        QTRY_COMPARE_WITH_TIMEOUT(files->topLevelItem(0)->text(1), QStringLiteral("RSA 2048"), kWaitMs);
        test::picture(&dialog, QStringLiteral("cmk-existing"));
    }

    void encryptionKey()
    {
        NewEncryptionKeyDialog dialog(m_request, m_vault, QStringLiteral("CMK_HR"));
        dialog.open();
        QSignalSpy created(&dialog, &KeyDialog::created);
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>(&dialog, "okPushButton")->isEnabled(), kWaitMs);
        QCOMPARE(find<QComboBox>(&dialog, "masterKeyComboBox")->currentText(), QStringLiteral("CMK_HR (enclave-enabled)"));
        QCOMPARE(find<QLabel>(&dialog, "outcomeTitleLabel")->text(), QStringLiteral("Will be enclave-enabled"));
        QCOMPARE(find<QLineEdit>(&dialog, "nameLineEdit")->text(), QStringLiteral("CEK1"));
        test::picture(&dialog, QStringLiteral("cek"));
        click(find<QPushButton>(&dialog, "okPushButton"));
        QTRY_COMPARE_WITH_TIMEOUT(created.count(), 1, kWaitMs);
        QCOMPARE(created[0][0].toString(), QStringLiteral("CEK1"));
        NewEncryptionKeyDialog another(m_request, m_vault);
        another.open();
        QTRY_COMPARE_WITH_TIMEOUT(find<QLineEdit>(&another, "nameLineEdit")->text(), QStringLiteral("CEK2"), kWaitMs);
    }

    void closedKeyIsSaid()
    {
        NewEncryptionKeyDialog dialog(m_request, std::make_shared<PasswordVault>());
        dialog.open();
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>(&dialog, "okPushButton")->isEnabled(), kWaitMs);
        click(find<QPushButton>(&dialog, "okPushButton"));
        QTRY_VERIFY_WITH_TIMEOUT(find<KeyPasswordStrip>(&dialog, "keyPasswordStrip")->isVisible(), kWaitMs);
        click(find<QPushButton>(&dialog, "declineKeyPushButton"));
        QCOMPARE(find<Banner>(&dialog, "bannerFrame")->title(), QStringLiteral("The key CMK_HR stays closed"));
        QVERIFY(find<QPushButton>(&dialog, "okPushButton")->isEnabled());
    }

    void tabOrder()
    {
        NewMasterKeyDialog dialog(m_request, m_vault);
        dialog.open();
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>(&dialog, "okPushButton")->isEnabled(), kWaitMs);
        dialog.activateWindow();
        find<QLineEdit>(&dialog, "nameLineEdit")->setFocus();
        QCOMPARE(test::tabChain(&dialog),
            (QStringList{"nameLineEdit", "keyStoreComboBox", "locationLineEdit", "generateRadioButton", "fileNameLineEdit",
                "keyLengthComboBox", "passwordLineEdit", "repeatPasswordLineEdit", "allowEnclaveCheckBox", "helpPushButton",
                "scriptPushButton", "okPushButton", "cancelPushButton"}));
        NewEncryptionKeyDialog other(m_request, m_vault);
        other.open();
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>(&other, "okPushButton")->isEnabled(), kWaitMs);
        find<QLineEdit>(&other, "nameLineEdit")->setFocus();
        QCOMPARE(test::tabChain(&other),
            (QStringList{"nameLineEdit", "masterKeyComboBox", "refreshToolButton", "helpPushButton", "scriptPushButton", "okPushButton",
                "cancelPushButton"}));
    }

    // What the server answers is made up here: the sandbox always has an enclave.
    void serverWithoutEnclave_data()
    {
        QTest::addColumn<int>("inUse");
        QTest::addColumn<int>("configured");
        QTest::addColumn<QString>("said");
        QTest::newRow("none") << 0 << 0 << "is 0. A server administrator can set it to 1";
        QTest::newRow("not restarted") << 0 << 1 << "takes effect after a restart";
        QTest::newRow("too old") << -1 << 0 << "does not know the setting";
    }
    void serverWithoutEnclave()
    {
        QFETCH(int, inUse);
        QFETCH(int, configured);
        QFETCH(QString, said);
        MasterKeyProbe dialog(m_request, m_vault);
        dialog.open();
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>(&dialog, "okPushButton")->isEnabled(), kWaitMs);
        KeySituation situation;
        situation.snapshot = std::make_shared<catalog::CatalogSnapshot>();
        if (inUse >= 0) situation.enclaveInUse = inUse;
        situation.enclaveConfigured = configured;
        dialog.situationReady(situation);
        auto* enclave = find<QCheckBox>(&dialog, "allowEnclaveCheckBox");
        QVERIFY2(enclave->isVisible(), "it never vanishes");
        QVERIFY(!enclave->isEnabled() && !enclave->isChecked());
        QVERIFY(find<QFrame>(&dialog, "enclaveUnavailableFrame")->isVisible());
        const QString text = find<QLabel>(&dialog, "enclaveUnavailableLabel")->text();
        QVERIFY2(text.contains(said), qPrintable(text));
        test::picture(&dialog, QStringLiteral("cmk-unavailable"));
        click(find<QPushButton>(&dialog, "checkAgainPushButton"));
        QTRY_VERIFY_WITH_TIMEOUT(enclave->isEnabled(), kWaitMs);
    }

    void escapeClosesAtOnce()
    {
        NewMasterKeyDialog dialog(m_request, m_vault);
        dialog.open();
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QVERIFY(!dialog.isVisible());
    }

    void deadServerIsSaid()
    {
        m_sandbox->killServer();
        NewMasterKeyDialog dialog(m_request, m_vault);
        dialog.open();
        auto* banner = find<Banner>(&dialog, "bannerFrame");
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), kWaitMs);
        QVERIFY(!find<QPushButton>(&dialog, "okPushButton")->isEnabled());
        QCOMPARE(find<QPushButton>(&dialog, "bannerFixPushButton")->text(), QStringLiteral("Connect again"));
        test::picture(&dialog, QStringLiteral("cmk-dead"));
    }

private:
    std::unique_ptr<test::SandboxFixture> m_sandbox;
    std::shared_ptr<const ConnectionRequest> m_request;
    std::shared_ptr<PasswordVault> m_vault = std::make_shared<PasswordVault>();
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const QTemporaryDir settings;
    test::useOwnSettings(settings);
    Theme::instance().apply(application, ThemeKind::kLight);
    TstUiKeys test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_ui_keys.moc"
