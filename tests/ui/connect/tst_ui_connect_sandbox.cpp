// The connection dialog against a real server: success, a wrong password, a certificate for another name, no enclave.
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

class TstUiConnectSandbox : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::forbidWarnings();
        auto started = test::SandboxFixture::start();
        QVERIFY2(started, started ? "" : started.error().text.c_str());
        m_sandbox = std::move(started).value();
        QFile file(QString::fromStdString(m_sandbox->passwordFile()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_password = QString::fromUtf8(file.readAll()).trimmed();
        QVERIFY(!m_password.isEmpty());
    }
    void cleanupTestCase()
    {
        QVERIFY(SessionReaper::waitForAll(10000));
        m_sandbox.reset();
    }
    void init()
    {
        m_f = std::make_unique<DialogFixture>();
        m_f->open();
    }
    void cleanup() { m_f.reset(); }

    // As a person does it: every field typed, Return pressed.
    void success()
    {
        QSignalSpy accepted(m_f->dialog.get(), &QDialog::accepted);
        typeAll(m_password);
        m_f->tab(1);
        m_f->type("databaseLineEdit", QString::fromStdString(m_sandbox->database()));
        m_f->tab(2);
        QTest::keyClick(m_f->at("columnEncryptionCheckBox"), Qt::Key_Space);
        QTest::keyClick(m_f->at("secureEnclavesCheckBox"), Qt::Key_Space);
        QTest::keyClick(m_f->dialog.get(), Qt::Key_Return);
        QVERIFY(!m_f->dialog->request());
        QTRY_VERIFY2(accepted.count() == 1, qPrintable(m_f->banner()));
        QVERIFY(!m_f->dialog->isVisible());
        const auto request = m_f->dialog->request();
        QVERIFY(request);
        QVERIFY(request->profile.columnEncryption);
        QCOMPARE(request->profile.attestation, AttestationChoice::kNone);
        QCOMPARE(request->profile.port, m_sandbox->port());
        QVERIFY(request->password == base::SecureBytes(base::viewOf(m_password.toStdString())));
        QCOMPARE(m_f->profiles.recent().size(), 1);
        QVERIFY(m_f->profiles.recent().first().profile == request->profile);
        QVERIFY(m_f->profiles.recent().first().lastUsed.isValid());
        QVERIFY(!m_f->profiles.recent().first().passwordSaved);
        QFile file(m_f->profiles.file());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains(m_password.toUtf8()), "the password is in the file of profiles");
        QTRY_COMPARE(SessionReaper::liveCount(), 0); // the attempt's session is closed
    }

    void prefilledSandboxIsOneKeyAway()
    {
        QSignalSpy accepted(m_f->dialog.get(), &QDialog::accepted);
        auto info = SandboxInfo::parse(QByteArray::fromStdString(m_sandbox->jsonLine()));
        QVERIFY(info);
        auto password = readPasswordFile(info->passwordFile);
        QVERIFY(password);
        m_f->dialog->prefill(info->profile(), *password);
        QCOMPARE(m_f->dialog->focusWidget()->objectName(), QStringLiteral("connectPushButton"));
        QTest::keyClick(m_f->dialog->focusWidget(), Qt::Key_Return);
        QTRY_VERIFY2(accepted.count() == 1, qPrintable(m_f->banner()));
        QVERIFY(!m_f->dialog->request()->profile.columnEncryption);
    }

    void wrongPassword()
    {
        typeAll(QStringLiteral("not the password"));
        m_f->tab(3);
        m_f->click("connectPushButton");
        QTRY_COMPARE(
            m_f->banner(), QStringLiteral("Could not connect: the server refused %1").arg(QString::fromStdString(m_sandbox->user())));
        QVERIFY(m_f->at<QLabel>("bannerTextLabel")->text().contains(QLatin1String("18456")));
        QCOMPARE(m_f->tab(), 0);
        QVERIFY(!m_f->problem("passwordLineEdit").isEmpty());
        QCOMPARE(m_f->dialog->focusWidget()->objectName(), QStringLiteral("passwordLineEdit"));
        QVERIFY(m_f->at<QLineEdit>("passwordLineEdit")->placeholderText().isEmpty());
        QVERIFY(m_f->profiles.recent().isEmpty());
        // The right one now, typed where the caret is.
        QSignalSpy accepted(m_f->dialog.get(), &QDialog::accepted);
        QTest::keyClicks(m_f->dialog->focusWidget(), m_password);
        QCOMPARE(m_f->problem("passwordLineEdit"), QString());
        QTest::keyClick(m_f->dialog->focusWidget(), Qt::Key_Return);
        QTRY_COMPARE(accepted.count(), 1);
    }

    void noSuchDatabase()
    {
        QSignalSpy accepted(m_f->dialog.get(), &QDialog::accepted);
        typeAll(m_password);
        m_f->tab(1);
        m_f->type("databaseLineEdit", "Nowhere");
        m_f->click("connectPushButton");
        QTRY_COMPARE(m_f->banner(), QStringLiteral("Could not connect: the database was not opened"));
        QVERIFY(!m_f->problem("databaseLineEdit").isEmpty());
        m_f->click("bannerFixPushButton");
        QTRY_COMPARE(accepted.count(), 1);
        QCOMPARE(m_f->dialog->request()->profile.database, QString());
    }

    void certificateOfAnotherName()
    {
        QSignalSpy accepted(m_f->dialog.get(), &QDialog::accepted);
        typeAll(m_password);
        m_f->tab(1);
        m_f->type("hostNameLineEdit", "sql-prod-02.contoso.com");
        m_f->tab(0);
        m_f->click("connectPushButton");
        QTRY_COMPARE(m_f->banner(), QStringLiteral("Could not connect: the certificate names another server"));
        QVERIFY(m_f->at<QLabel>("bannerTextLabel")->text().contains(QLatin1String("Your password was not sent.")));
        QCOMPARE(m_f->tab(), 1);
        QCOMPARE(m_f->dialog->focusWidget()->objectName(), QStringLiteral("hostNameLineEdit"));
        m_f->type("hostNameLineEdit", "127.0.0.1");
        QTest::keyClick(m_f->dialog->focusWidget(), Qt::Key_Return);
        QTRY_COMPARE(accepted.count(), 1);
    }

    void unknownAuthority()
    {
        typeAll(m_password);
        m_f->tab(1);
        m_f->type("caFileLineEdit", "");
        m_f->at<QLineEdit>("caFileLineEdit")->clear();
        m_f->click("connectPushButton");
        QTRY_COMPARE(m_f->banner(), QStringLiteral("Could not connect: the certificate's issuer is not trusted"));
        QVERIFY(!m_f->problem("caFileLineEdit").isEmpty());
        m_f->click("bannerFixPushButton");
        auto* chooser = m_f->dialog->findChild<QDialog*>("caFileDialog");
        QVERIFY(chooser != nullptr && chooser->isVisible());
        chooser->close();
        // Trusting it unseen is the other way.
        QSignalSpy accepted(m_f->dialog.get(), &QDialog::accepted);
        QTest::keyClick(m_f->at("trustCertificateCheckBox"), Qt::Key_Space);
        m_f->click("connectPushButton");
        QTRY_COMPARE(accepted.count(), 1);
    }

private:
    void typeAll(const QString& password) const
    {
        m_f->type("serverComboBox", QStringLiteral("127.0.0.1,%1").arg(m_sandbox->port()));
        m_f->type("loginLineEdit", QString::fromStdString(m_sandbox->user()));
        m_f->type("passwordLineEdit", password);
        m_f->tab(1);
        m_f->type("caFileLineEdit", QString::fromStdString(m_sandbox->caFile()));
    }

    std::unique_ptr<test::SandboxFixture> m_sandbox;
    QString m_password;
    std::unique_ptr<DialogFixture> m_f;
};

int main(int argc, char** argv)
{
    test::prepareProcess();
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("enclave-studio-test"));
    Theme::instance().apply(application, ThemeKind::kLight);
    TstUiConnectSandbox test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_ui_connect_sandbox.moc"
