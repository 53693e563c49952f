// The connection dialog with a secret service: a password is saved after the login, found again, and forgotten when asked.
// Runs under tests/ui/services/secret_service.sh; a service that stays locked is what it finds with ES_TEST_LOCKED.
#include "tests/support/NoWarnings.h"
#include "tests/support/SandboxFixture.h"
#include "tests/ui/connect/DialogFixture.h"
#include "ui/services/SandboxInfo.h"
#include "ui/services/SessionReaper.h"
#include "ui/widgets/Theme.h"

#include <QFile>
#include <QSignalSpy>

using namespace es;
using namespace es::ui;
using es::test::DialogFixture;

namespace {

bool locked()
{
    return qEnvironmentVariableIsSet("ES_TEST_LOCKED");
}

} // namespace

class TstUiConnectSecret : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::forbidWarnings();
        auto started = test::SandboxFixture::start();
        QVERIFY2(started, started ? "" : started.error().text.c_str());
        m_sandbox = std::move(started).value();
    }
    void cleanupTestCase()
    {
        QVERIFY(SessionReaper::waitForAll(10000));
        m_sandbox.reset();
    }

    void savedFoundForgotten()
    {
        if (locked()) return;
        DialogFixture f;
        openPrefilled(f);
        auto* remember = f.at<QCheckBox>("rememberPasswordCheckBox");
        QTRY_VERIFY(remember->isVisible());
        QVERIFY(!f.at("passwordNotSavedLabel")->isVisible());
        QVERIFY(!remember->isChecked());
        QTest::keyClick(remember, Qt::Key_Space);
        connectAndWait(f);
        const SavedConnection entry = f.profiles.recent().first();
        QVERIFY(entry.passwordSaved);
        QFile file(f.profiles.file());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains(password().toUtf8()));

        // Next time everything is known, and one key connects.
        f.open();
        QTRY_COMPARE(f.dialog->focusWidget()->objectName(), QStringLiteral("connectPushButton"));
        QVERIFY(f.at<QCheckBox>("rememberPasswordCheckBox")->isChecked());
        QVERIFY(f.at<QLineEdit>("passwordLineEdit")->text().isEmpty());
        connectAndWait(f);
        QVERIFY(f.dialog->request()->password == base::SecureBytes(base::viewOf(password().toStdString())));

        // Another server does not get that password.
        f.open();
        QTRY_VERIFY(!f.at<QLineEdit>("passwordLineEdit")->placeholderText().isEmpty());
        f.type("serverComboBox", "elsewhere");
        QVERIFY(f.at<QLineEdit>("passwordLineEdit")->placeholderText().isEmpty());
        f.dialog->reject();

        // Unchecked, it is forgotten.
        f.open();
        QTRY_COMPARE(f.dialog->focusWidget()->objectName(), QStringLiteral("connectPushButton"));
        QTest::keyClick(f.at("rememberPasswordCheckBox"), Qt::Key_Space);
        connectAndWait(f);
        QVERIFY(!f.profiles.recent().first().passwordSaved);
        QSignalSpy found(&f.secrets, &SecretStore::found);
        f.secrets.read(entry.id);
        QTRY_COMPARE(found.count(), 1);
        QVERIFY(!found[0][1].value<std::shared_ptr<const base::SecureBytes>>());
    }

    // The connection stands all the same.
    void whatTheServiceRefusesIsSaid()
    {
        if (!locked()) return;
        DialogFixture f;
        openPrefilled(f);
        auto* remember = f.at<QCheckBox>("rememberPasswordCheckBox");
        QTRY_VERIFY(remember->isVisible());
        QTest::keyClick(remember, Qt::Key_Space);
        QSignalSpy accepted(f.dialog.get(), &QDialog::accepted);
        f.click("connectPushButton");
        QTRY_COMPARE_WITH_TIMEOUT(f.banner(), QStringLiteral("Connected, but the password was not saved"), 30000);
        QCOMPARE(accepted.count(), 0);
        QCOMPARE(f.at<QPushButton>("connectPushButton")->accessibleName(), QStringLiteral("Continue"));
        QTest::keyClick(f.dialog->focusWidget(), Qt::Key_Return);
        QCOMPARE(accepted.count(), 1);
        QVERIFY(f.dialog->request());
        QVERIFY(!f.profiles.recent().first().passwordSaved);
    }

private:
    [[nodiscard]] QString password() const
    {
        QFile file(QString::fromStdString(m_sandbox->passwordFile()));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).trimmed() : QString();
    }
    void openPrefilled(DialogFixture& f) const
    {
        f.open();
        auto info = SandboxInfo::parse(QByteArray::fromStdString(m_sandbox->jsonLine()));
        QVERIFY(info);
        f.dialog->prefill(info->profile(), base::SecureBytes(base::viewOf(password().toStdString())));
    }
    static void connectAndWait(const DialogFixture& f)
    {
        QSignalSpy accepted(f.dialog.get(), &QDialog::accepted);
        f.click("connectPushButton");
        QTRY_VERIFY2(accepted.count() == 1, qPrintable(f.banner()));
    }

    std::unique_ptr<test::SandboxFixture> m_sandbox;
};

int main(int argc, char** argv)
{
    static const QTemporaryDir home;
    qputenv("XDG_CONFIG_HOME", home.path().toUtf8());
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("enclave-studio-test"));
    Theme::instance().apply(application, ThemeKind::kLight);
    TstUiConnectSecret test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_ui_connect_secret.moc"
