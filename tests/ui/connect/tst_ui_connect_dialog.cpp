// The connection dialog without a server that answers: fields, rules, order of Tab, focus, failure, cancel, profiles, strings.
#include "tests/support/NoWarnings.h"
#include "tests/ui/connect/DialogFixture.h"
#include "ui/services/SessionReaper.h"
#include "ui/widgets/Theme.h"

#include <QAbstractItemView>
#include <QClipboard>
#include <QElapsedTimer>
#include <QFile>
#include <QSet>
#include <QSignalSpy>
#include <QTabBar>
#include <QTcpServer>
#include <QToolButton>

using namespace es;
using namespace es::ui;
using es::test::DialogFixture;

namespace {

ConnectionProfile profileTo(quint16 port)
{
    ConnectionProfile profile;
    profile.host = "127.0.0.1";
    profile.port = port;
    profile.user = "sa";
    return profile;
}

base::SecureBytes secret(const char* text = "hunter2")
{
    return base::SecureBytes(base::viewOf(text));
}

} // namespace

class TstUiConnectDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { support::forbidWarnings(); } // here: QTest puts its own handler in place before
    void cleanupTestCase() { QVERIFY(SessionReaper::waitForAll(10000)); }
    void init() { m_f = std::make_unique<DialogFixture>(); }
    void cleanup() { m_f.reset(); }

    void namesAPersonHears()
    {
        m_f->open();
        QCOMPARE(m_f->dialog->windowTitle(), QStringLiteral("Connect to Server"));
        const std::pair<const char*, const char*> names[] = {
            {"serverComboBox", "Server name"},
            {"serverLineEdit", "Server name"},
            {"authenticationComboBox", "Authentication"},
            {"loginLineEdit", "Login"},
            {"passwordLineEdit", "Password"},
            {"databaseLineEdit", "Database"},
            {"timeoutSpinBox", "Connect timeout"},
            {"hostNameLineEdit", "Host name in certificate"},
            {"caFileLineEdit", "CA file"},
            {"profileNameLineEdit", "Profile name"},
            {"environmentComboBox", "Environment"},
            {"columnEncryptionCheckBox", "Enable Always Encrypted (column encryption)"},
            {"secureEnclavesCheckBox", "Enable secure enclaves"},
            {"attestationProtocolComboBox", "Protocol"},
            {"attestationUrlLineEdit", "URL"},
            {"profilesComboBox", "Saved profiles"},
            {"connectPushButton", "Connect"},
            {"cancelPushButton", "Cancel"},
            {"helpPushButton", "Help"},
            {"deleteProfileToolButton", "Delete this profile"},
            {"connectionStringPlainTextEdit", "Connection string"},
            {"copyAdoNetPushButton", "Copy as ADO.NET"},
            {"copyOdbcPushButton", "Copy as ODBC"},
            {"copyJdbcPushButton", "Copy as JDBC"},
        };
        for (const auto& [widget, name] : names)
            QCOMPARE(m_f->at(widget)->accessibleName(), QString::fromLatin1(name));
        const auto* tabs = m_f->at<QTabWidget>("connectTabWidget");
        QCOMPARE(tabs->tabText(0), QStringLiteral("Login"));
        QCOMPARE(tabs->tabText(1), QStringLiteral("Connection Properties"));
        QCOMPARE(tabs->tabText(2), QStringLiteral("Always Encrypted"));
        QCOMPARE(tabs->tabText(3), QStringLiteral("Additional Properties"));
    }

    void mnemonicsAreOfOneMeaningOnEachPage()
    {
        m_f->open();
        for (int page = 0; page < 4; ++page) {
            m_f->tab(page);
            QSet<QChar> seen;
            const auto take = [&](const QWidget* widget, const QString& text) {
                const auto at = text.indexOf(QLatin1Char('&'));
                if (at < 0 || !widget->isVisible()) return;
                const QChar letter = text[at + 1].toLower();
                QVERIFY2(!seen.contains(letter), qPrintable(text));
                seen.insert(letter);
            };
            for (const auto* label : m_f->dialog->findChildren<QLabel*>())
                if (label->buddy() != nullptr) take(label, label->text());
            for (const auto* button : m_f->dialog->findChildren<QAbstractButton*>())
                take(button, button->text());
        }
    }

    void firstFocus_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("user");
        QTest::addColumn<bool>("password");
        QTest::addColumn<QByteArray>("focus");
        QTest::newRow("nothing") << ""
                                 << "" << false << QByteArray("serverComboBox");
        QTest::newRow("server") << "db"
                                << "" << false << QByteArray("loginLineEdit");
        QTest::newRow("login") << ""
                               << "sa" << false << QByteArray("serverComboBox");
        QTest::newRow("all but the password") << "db"
                                              << "sa" << false << QByteArray("passwordLineEdit");
        QTest::newRow("all") << "db"
                             << "sa" << true << QByteArray("connectPushButton");
    }
    void firstFocus()
    {
        QFETCH(QString, host);
        QFETCH(QString, user);
        QFETCH(bool, password);
        QFETCH(QByteArray, focus);
        m_f->dialog = std::make_unique<ConnectDialog>(m_f->profiles, m_f->secrets, m_f->vault);
        ConnectionProfile profile;
        profile.host = host;
        profile.user = user;
        m_f->dialog->prefill(profile, password ? secret() : base::SecureBytes());
        m_f->dialog->open();
        QVERIFY(QTest::qWaitForWindowActive(m_f->dialog.get()));
        QCOMPARE(m_f->dialog->focusWidget()->objectName().toUtf8(), focus);
    }

    void theLastConnectionIsShown()
    {
        ConnectionProfile profile = profileTo(1444);
        profile.environment = Environment::kProduction;
        profile.database = "HR";
        m_f->profiles.used(profile);
        m_f->open();
        QCOMPARE(m_f->at<QComboBox>("serverComboBox")->currentText(), QStringLiteral("127.0.0.1,1444"));
        QCOMPARE(m_f->at<QLabel>("headServerLabel")->text(), QStringLiteral("127.0.0.1,1444"));
        QCOMPARE(m_f->at<QLabel>("headEnvironmentLabel")->text(), QStringLiteral("PRODUCTION"));
        QCOMPARE(m_f->at<QLabel>("headEnvironmentLabel")->property("environment").toString(), QStringLiteral("production"));
        QCOMPARE(m_f->at<QLabel>("headSentenceLabel")->text(), QStringLiteral("SQL Server authentication as sa · database HR"));
        QCOMPARE(m_f->dialog->focusWidget()->objectName(), QStringLiteral("passwordLineEdit"));
    }

    void tabOrder()
    {
        SavedConnection saved;
        saved.profile = profileTo(1433);
        saved.profile.name = "One";
        saved.profile.environment = Environment::kTest;
        saved.profile.columnEncryption = true;
        saved.profile.attestation = AttestationChoice::kNone;
        saved.profile.attestationUrl = "https://x"; // so that the URL can be reached
        saved.saved = true;
        saved.lastUsed = QDateTime::currentDateTimeUtc();
        m_f->profiles.save(saved);
        m_f->open();
        const QList<QStringList> pages{
            {"serverComboBox", "authenticationComboBox", "loginLineEdit", "passwordLineEdit"},
            {"databaseLineEdit", "timeoutSpinBox", "trustCertificateCheckBox", "hostNameLineEdit", "caFileLineEdit",
                "browseCaFilePushButton", "profileNameLineEdit", "environmentComboBox", "environmentWordLineEdit"},
            {"columnEncryptionCheckBox", "secureEnclavesCheckBox", "attestationProtocolComboBox", "learnMorePushButton",
                "attestationUrlLineEdit"},
            {"connectionStringPlainTextEdit", "readStringPushButton", "copyAdoNetPushButton", "copyOdbcPushButton", "copyJdbcPushButton"},
        };
        for (int page = 0; page < pages.size(); ++page) {
            m_f->tab(page);
            if (page == 3) m_f->at<QPlainTextEdit>("connectionStringPlainTextEdit")->setPlainText("x");
            const QStringList expected = QStringList{"profilesComboBox", "deleteProfileToolButton", "connectTabBar"} + pages[page]
                + QStringList{"helpPushButton", "saveProfilePushButton", "connectPushButton", "cancelPushButton"};
            m_f->at("profilesComboBox")->setFocus();
            QStringList seen;
            do {
                seen.append(m_f->dialog->focusWidget()->objectName());
                QTest::keyClick(m_f->dialog->focusWidget(), Qt::Key_Tab);
            } while (m_f->dialog->focusWidget()->objectName() != QLatin1String("profilesComboBox") && seen.size() < 40);
            QVERIFY2(seen == expected, qPrintable(seen.join(QLatin1Char(' '))));
            QTest::keyClick(m_f->dialog->focusWidget(), Qt::Key_Backtab);
            QCOMPARE(m_f->dialog->focusWidget()->objectName(), QStringLiteral("cancelPushButton"));
        }
    }

    void dependentFields()
    {
        m_f->open();
        m_f->tab(2);
        auto* encryption = m_f->at<QCheckBox>("columnEncryptionCheckBox");
        auto* enclaves = m_f->at<QCheckBox>("secureEnclavesCheckBox");
        auto* protocol = m_f->at<QComboBox>("attestationProtocolComboBox");
        auto* url = m_f->at<QLineEdit>("attestationUrlLineEdit");
        auto* warning = m_f->at<QLabel>("noneWarningLabel");
        QVERIFY(encryption->isEnabled() && !encryption->isChecked());
        QVERIFY(!enclaves->isEnabled() && !protocol->isEnabled() && !url->isEnabled() && !warning->isVisible());
        QTest::keyClick(encryption, Qt::Key_Space);
        QVERIFY(enclaves->isEnabled() && !enclaves->isChecked() && !protocol->isEnabled());
        QTest::keyClick(enclaves, Qt::Key_Space);
        QVERIFY(protocol->isEnabled() && !url->isEnabled() && warning->isVisible());
        QCOMPARE(protocol->currentText(), QStringLiteral("None"));
        QCOMPARE(protocol->count(), 1); // what is not built is not offered
        QTest::keyClick(encryption, Qt::Key_Space);
        QVERIFY(!enclaves->isEnabled() && !protocol->isEnabled() && !warning->isVisible());

        m_f->tab(1);
        auto* trust = m_f->at<QCheckBox>("trustCertificateCheckBox");
        QVERIFY(!m_f->at("trustWarningLabel")->isVisible());
        QTest::keyClick(trust, Qt::Key_Space);
        QVERIFY(m_f->at("trustWarningLabel")->isVisible());
        auto* environment = m_f->at<QComboBox>("environmentComboBox");
        QVERIFY(!m_f->at("environmentWordLineEdit")->isEnabled());
        QTest::keyClicks(environment, "P");
        QCOMPARE(environment->currentText(), QStringLiteral("Production"));
        QVERIFY(m_f->at("environmentWordLineEdit")->isEnabled());
        m_f->type("environmentWordLineEdit", "LIVE");
        QCOMPARE(m_f->at<QLabel>("headEnvironmentLabel")->text(), QStringLiteral("LIVE"));
    }

    void rulesUnderTheFields()
    {
        m_f->open();
        m_f->tab(3);
        m_f->click("connectPushButton");
        QCOMPARE(m_f->tab(), 0);
        QVERIFY(m_f->problem("serverComboBox").startsWith(QLatin1String("Give the name")));
        QVERIFY(m_f->problem("loginLineEdit").contains(QLatin1String("login")));
        QCOMPARE(m_f->dialog->focusWidget()->objectName(), QStringLiteral("serverComboBox"));
        QCOMPARE(m_f->at("serverComboBox")->accessibleDescription(), m_f->problem("serverComboBox"));
        m_f->type("serverComboBox", "db,port");
        QVERIFY(m_f->problem("serverComboBox").contains(QLatin1String("host,port")));
        m_f->type("serverComboBox", "db");
        QCOMPARE(m_f->problem("serverComboBox"), QString());
        m_f->type("loginLineEdit", "sa");
        QCOMPARE(m_f->problem("loginLineEdit"), QString());

        m_f->tab(1);
        m_f->type("caFileLineEdit", "/ca.pem");
        QTest::keyClick(m_f->at("trustCertificateCheckBox"), Qt::Key_Space);
        m_f->tab(0);
        m_f->click("connectPushButton");
        QCOMPARE(m_f->tab(), 1);
        QVERIFY(m_f->problem("caFileLineEdit").contains(QLatin1String("Trust server certificate")));
        QCOMPARE(m_f->dialog->focusWidget()->objectName(), QStringLiteral("caFileLineEdit"));
        QTest::keyClick(m_f->at("trustCertificateCheckBox"), Qt::Key_Space);
        QCOMPARE(m_f->problem("caFileLineEdit"), QString());
    }

    void protocolsThatAreNotBuilt_data()
    {
        QTest::addColumn<AttestationChoice>("choice");
        QTest::addColumn<QString>("name");
        QTest::newRow("hgs") << AttestationChoice::kHgs << "Host Guardian Service";
        QTest::newRow("aas") << AttestationChoice::kAas << "Microsoft Azure Attestation";
    }
    void protocolsThatAreNotBuilt()
    {
        QFETCH(AttestationChoice, choice);
        QFETCH(QString, name);
        m_f->open();
        ConnectionProfile profile = profileTo(1);
        profile.columnEncryption = true;
        profile.attestation = choice;
        profile.attestationUrl = "https://hgs.example/Attestation";
        m_f->dialog->prefill(profile, secret());
        auto* protocol = m_f->at<QComboBox>("attestationProtocolComboBox");
        QCOMPARE(protocol->currentIndex(), -1);
        QVERIFY(protocol->placeholderText().contains(name));
        QVERIFY(m_f->problem("attestationProtocolComboBox").contains(name));
        m_f->click("connectPushButton");
        QCOMPARE(m_f->tab(), 2);
        QVERIFY(!m_f->dialog->request());
        // Choosing None is the person's act; then the URL has to go, by hand too.
        protocol->setFocus();
        QTest::keyClick(protocol, Qt::Key_Down);
        QCOMPARE(protocol->currentText(), QStringLiteral("None"));
        QCOMPARE(m_f->problem("attestationProtocolComboBox"), QString());
        QVERIFY(m_f->problem("attestationUrlLineEdit").contains(QLatin1String("None uses no URL")));
        auto* url = m_f->at<QLineEdit>("attestationUrlLineEdit");
        QVERIFY(url->isEnabled());
        url->setFocus();
        QTest::keyClick(url, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(url, Qt::Key_Delete);
        QCOMPARE(m_f->problem("attestationUrlLineEdit"), QString());
        QVERIFY(url->isEnabled()); // while the caret is in it
        QTest::keyClick(url, Qt::Key_Backtab);
        QVERIFY(!url->isEnabled());
    }

    void closedPort()
    {
        quint16 closed = 0;
        {
            QTcpServer server;
            QVERIFY(server.listen(QHostAddress::LocalHost));
            closed = server.serverPort();
        }
        m_f->open();
        m_f->type("serverComboBox", QStringLiteral("127.0.0.1,%1").arg(closed));
        m_f->type("loginLineEdit", "sa");
        m_f->type("passwordLineEdit", "hunter2");
        m_f->tab(2);
        QSignalSpy ended(m_f->dialog.get(), &QDialog::finished);
        QTest::keyClick(m_f->dialog.get(), Qt::Key_Return);
        QTRY_VERIFY(m_f->banner().startsWith(QLatin1String("Could not connect: nothing answers at 127.0.0.1")));
        QCOMPARE(m_f->tab(), 0);
        QVERIFY(!m_f->problem("serverComboBox").isEmpty());
        QCOMPARE(m_f->dialog->focusWidget()->objectName(), QStringLiteral("serverComboBox"));
        QVERIFY(m_f->at("connectTabWidget")->isEnabled());
        QCOMPARE(ended.count(), 0);
        QVERIFY(!m_f->dialog->request());
        // The password that was typed is good for another try, and stands nowhere as text.
        QVERIFY(m_f->at<QLineEdit>("passwordLineEdit")->text().isEmpty());
        QVERIFY(!m_f->at<QLineEdit>("passwordLineEdit")->placeholderText().isEmpty());
        m_f->type("serverComboBox", QStringLiteral("localhost,%1").arg(closed));
        QVERIFY(!m_f->at<QLineEdit>("passwordLineEdit")->placeholderText().isEmpty());
    }

    void aGivenPasswordBelongsToItsServer()
    {
        m_f->open();
        m_f->dialog->prefill(profileTo(1444), secret());
        QVERIFY(!m_f->at<QLineEdit>("passwordLineEdit")->placeholderText().isEmpty());
        m_f->type("serverComboBox", "elsewhere");
        QVERIFY(m_f->at<QLineEdit>("passwordLineEdit")->placeholderText().isEmpty());
    }

    void deadServerIsCancelledWithinASecond()
    {
        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        m_f->open();
        m_f->dialog->prefill(profileTo(silent.serverPort()), secret());
        for (const Qt::Key key : {Qt::Key_Escape, Qt::Key_Return, Qt::Key_unknown}) {
            m_f->click("connectPushButton");
            QVERIFY(!m_f->at("connectTabWidget")->isEnabled());
            QVERIFY(!m_f->at("progressFrame")->isVisible());
            QCOMPARE(m_f->dialog->focusWidget()->objectName(), QStringLiteral("cancelPushButton"));
            QTRY_VERIFY_WITH_TIMEOUT(m_f->at("progressFrame")->isVisible(), 2000);
            QTRY_VERIFY_WITH_TIMEOUT(m_f->at<QLabel>("progressLabel")->text().endsWith(QLatin1String("1 s")), 3000);
            QElapsedTimer timer;
            timer.start();
            if (key == Qt::Key_unknown)
                m_f->click("cancelPushButton");
            else
                QTest::keyClick(m_f->dialog->focusWidget(), key);
            QVERIFY(m_f->at("connectTabWidget")->isEnabled());
            QVERIFY(!m_f->at("progressFrame")->isVisible());
            QVERIFY(m_f->dialog->isVisible());
            QTRY_COMPARE(SessionReaper::liveCount(), 0);
            QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
        }
        QTest::keyClick(m_f->dialog.get(), Qt::Key_Escape);
        QVERIFY(!m_f->dialog->isVisible());
        QVERIFY(!m_f->dialog->request());
    }

    void closingWhileConnectingHangsNothing()
    {
        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        m_f->open();
        m_f->dialog->prefill(profileTo(silent.serverPort()), secret());
        m_f->click("connectPushButton");
        QElapsedTimer timer;
        timer.start();
        m_f->dialog.reset();
        QVERIFY(timer.elapsed() < 200);
        QTRY_COMPARE(SessionReaper::liveCount(), 0);
    }

    void timeUp()
    {
        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        m_f->open();
        ConnectionProfile profile = profileTo(silent.serverPort());
        profile.connectTimeoutMs = 1000;
        m_f->dialog->prefill(profile, secret());
        m_f->click("connectPushButton");
        QTRY_VERIFY(m_f->banner().contains(QLatin1String("does not answer")));
        QCOMPARE(m_f->tab(), 1);
        QVERIFY(!m_f->problem("timeoutSpinBox").isEmpty());
        QCOMPARE(m_f->at<QPushButton>("bannerFixPushButton")->text(), QStringLiteral("Allow 2 s and try again"));
        m_f->click("bannerFixPushButton");
        QCOMPARE(m_f->at<QSpinBox>("timeoutSpinBox")->value(), 2);
        QVERIFY(!m_f->at("connectTabWidget")->isEnabled());
        m_f->click("cancelPushButton");
    }

    void failureOfElsewhere()
    {
        m_f->open();
        m_f->dialog->prefill(profileTo(1), secret());
        base::Error error
            = base::makeError({"tls", "TlsHostName"}, "The server's certificate is not for 127.0.0.1.", "host", "Connect by its name.");
        m_f->dialog->showFailure(error);
        QCOMPARE(m_f->banner(), QStringLiteral("Could not connect: the certificate names another server"));
        QVERIFY(m_f->at<QLabel>("bannerTextLabel")->text().contains(QLatin1String("Your password was not sent.")));
        QCOMPARE(m_f->tab(), 1);
        QVERIFY(!m_f->problem("hostNameLineEdit").isEmpty());
        m_f->tab(0);
        m_f->click("bannerFixPushButton");
        QCOMPARE(m_f->dialog->focusWidget()->objectName(), QStringLiteral("hostNameLineEdit"));
        // The next failure takes the place of this one.
        m_f->dialog->showFailure(
            base::makeError({"transport", "HostNotFound"}, "There is no such computer.", "host", "Check the spelling."));
        QCOMPARE(m_f->problem("hostNameLineEdit"), QString());
        QVERIFY(!m_f->problem("serverComboBox").isEmpty());
    }

    void noSecretService()
    {
        m_f->open();
        QTRY_VERIFY(m_f->at("passwordNotSavedLabel")->isVisible());
        QVERIFY(m_f->at<QLabel>("passwordNotSavedLabel")->text().startsWith(QLatin1String("The password is not saved: ")));
        QVERIFY(!m_f->at("rememberPasswordCheckBox")->isVisible());
    }

    void pastedString()
    {
        m_f->open();
        m_f->tab(1);
        m_f->type("caFileLineEdit", "/ca.pem");
        m_f->tab(3);
        auto* text = m_f->at<QPlainTextEdit>("connectionStringPlainTextEdit");
        QVERIFY(!m_f->at("readStringPushButton")->isEnabled());
        QTest::keyClicks(text,
            "Server=db.example,1444;Database=HR;User ID=maria;Password=hunter2;Pooling=False;"
            "Column Encryption Setting=Enabled;Attestation Protocol=None");
        m_f->click("readStringPushButton");
        QVERIFY(text->toPlainText().isEmpty());
        text->undo();
        QVERIFY2(text->toPlainText().isEmpty(), "the undo history still has the password");
        const QString outcome = m_f->at<QLabel>("stringOutcomeLabel")->text();
        QVERIFY(outcome.contains(QLatin1String("ADO.NET")) && outcome.contains(QLatin1String("Pooling")));
        QVERIFY(!outcome.contains(QLatin1String("hunter2")));
        QCOMPARE(m_f->at<QComboBox>("serverComboBox")->currentText(), QStringLiteral("db.example,1444"));
        QCOMPARE(m_f->at<QLineEdit>("loginLineEdit")->text(), QStringLiteral("maria"));
        QCOMPARE(m_f->at<QLineEdit>("databaseLineEdit")->text(), QStringLiteral("HR"));
        QCOMPARE(m_f->at<QLineEdit>("caFileLineEdit")->text(), QStringLiteral("/ca.pem"));
        QVERIFY(m_f->at<QCheckBox>("columnEncryptionCheckBox")->isChecked());
        QVERIFY(m_f->at<QCheckBox>("secureEnclavesCheckBox")->isChecked());
        QVERIFY(!m_f->at<QLineEdit>("passwordLineEdit")->placeholderText().isEmpty());

        m_f->click("copyOdbcPushButton");
        QCOMPARE(QGuiApplication::clipboard()->text(),
            QStringLiteral("Driver={ODBC Driver 18 for SQL Server};Server=tcp:db.example,1444;Database=HR;UID=maria;Encrypt=yes;"
                           "TrustServerCertificate=no;APP=Enclave Studio;ColumnEncryption=VBS-NONE"));
        QVERIFY(m_f->at<QLabel>("copiedLabel")->text().contains(QLatin1String("CA file")));
        m_f->click("copyAdoNetPushButton");
        QVERIFY(QGuiApplication::clipboard()->text().startsWith(QLatin1String("Server=db.example,1444")));
        m_f->click("copyJdbcPushButton");
        QVERIFY(QGuiApplication::clipboard()->text().startsWith(QLatin1String("jdbc:sqlserver://db.example:1444")));
        QVERIFY(!QGuiApplication::clipboard()->text().contains(QLatin1String("hunter2")));
    }

    void pastedStringThatIsWrong()
    {
        m_f->open();
        m_f->dialog->prefill(profileTo(1444), secret());
        m_f->tab(3);
        auto* text = m_f->at<QPlainTextEdit>("connectionStringPlainTextEdit");
        QTest::keyClicks(text, "Server=other;Column Encryption Setting=Enabled;Attestation Protocol=HGS");
        m_f->click("readStringPushButton");
        QVERIFY(m_f->at<QLabel>("stringOutcomeLabel")->text().contains(QLatin1String("Nothing was changed")));
        QCOMPARE(text->property("error").toString(), QStringLiteral("yes"));
        QCOMPARE(m_f->at<QComboBox>("serverComboBox")->currentText(), QStringLiteral("127.0.0.1,1444"));
        QTest::keyClick(text, Qt::Key_End, Qt::ControlModifier);
        QTest::keyClicks(text, ";Enclave Attestation Url=https://hgs.example/Attestation");
        QVERIFY(!text->property("error").isValid());
        m_f->click("readStringPushButton");
        QVERIFY(m_f->at<QLabel>("stringOutcomeLabel")->text().contains(QLatin1String("Host Guardian Service is not available")));
        m_f->tab(2);
        QVERIFY(m_f->problem("attestationProtocolComboBox").contains(QLatin1String("Host Guardian Service")));
    }

    void profilesAreSavedChosenAndDeleted()
    {
        m_f->open();
        m_f->type("serverComboBox", "db,1444");
        m_f->type("loginLineEdit", "maria");
        m_f->type("passwordLineEdit", "hunter2-marker");
        m_f->click("saveProfilePushButton");
        QCOMPARE(m_f->tab(), 1);
        QVERIFY(!m_f->problem("profileNameLineEdit").isEmpty());
        QCOMPARE(m_f->dialog->focusWidget()->objectName(), QStringLiteral("profileNameLineEdit"));
        QTest::keyClicks(m_f->at("profileNameLineEdit"), "Payroll");
        QTest::keyClicks(m_f->at("environmentComboBox"), "T");
        m_f->click("saveProfilePushButton");
        QCOMPARE(m_f->banner(), QStringLiteral("The profile Payroll is saved"));
        QCOMPARE(m_f->profiles.saved().size(), 1);
        QCOMPARE(m_f->profiles.saved().first().profile.environment, Environment::kTest);
        auto* list = m_f->at<QComboBox>("profilesComboBox");
        QCOMPARE(list->currentText(), QStringLiteral("Payroll"));
        QFile file(m_f->profiles.file());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains("marker"), "a password in the file of profiles");

        // The same name again replaces it.
        m_f->type("databaseLineEdit", "HR");
        m_f->click("saveProfilePushButton");
        QCOMPARE(m_f->profiles.saved().size(), 1);

        list->setFocus();
        QTest::keyClick(list, Qt::Key_Up);
        QCOMPARE(list->currentText(), QStringLiteral("New connection"));
        QCOMPARE(m_f->at<QComboBox>("serverComboBox")->currentText(), QString());
        QVERIFY(m_f->at<QLineEdit>("passwordLineEdit")->text().isEmpty());
        QVERIFY(!m_f->at("deleteProfileToolButton")->isEnabled());
        QTest::keyClick(list, Qt::Key_Down);
        QCOMPARE(m_f->at<QComboBox>("serverComboBox")->currentText(), QStringLiteral("db,1444"));
        QCOMPARE(m_f->at<QLineEdit>("databaseLineEdit")->text(), QStringLiteral("HR"));

        m_f->click("deleteProfileToolButton");
        QCOMPARE(m_f->banner(), QStringLiteral("The profile Payroll is deleted"));
        QVERIFY(m_f->profiles.saved().isEmpty());
        m_f->click("bannerFixPushButton");
        QCOMPARE(m_f->profiles.saved().size(), 1);
        QCOMPARE(list->currentText(), QStringLiteral("Payroll"));
    }

    void recentServersFillEverything()
    {
        ConnectionProfile profile = profileTo(1444);
        profile.database = "HR";
        m_f->profiles.used(profile);
        profile.host = "other";
        m_f->profiles.used(profile);
        m_f->open();
        auto* server = m_f->at<QComboBox>("serverComboBox");
        QCOMPARE(server->currentText(), QStringLiteral("other,1444"));
        QCOMPARE(server->count(), 2);
        server->setFocus();
        m_f->type("loginLineEdit", "somebody");
        server->showPopup();
        QTest::keyClick(server->view(), Qt::Key_End);
        QTest::keyClick(server->view(), Qt::Key_Return);
        QCOMPARE(server->currentText(), QStringLiteral("127.0.0.1,1444"));
        QCOMPARE(m_f->at<QLineEdit>("loginLineEdit")->text(), QStringLiteral("sa"));
    }

    void unreadableProfilesAreSaid()
    {
        QFile file(m_f->folder.filePath("broken.json"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("rubbish") > 0);
        file.close();
        ProfileStore broken(file.fileName());
        ConnectDialog dialog(broken, m_f->secrets, m_f->vault);
        dialog.open();
        QVERIFY(dialog.findChild<QLabel*>("bannerTitleLabel")->isVisible());
        QVERIFY(dialog.findChild<QLabel*>("bannerTextLabel")->text().contains(QLatin1String("broken.json.unreadable")));
    }

    void everyThemeAndItsChange()
    {
        m_f->open();
        for (const auto kind : {ThemeKind::kDark, ThemeKind::kHighContrast, ThemeKind::kLight}) {
            Theme::instance().apply(*qApp, kind);
            for (int page = 0; page < 4; ++page) {
                m_f->tab(page);
                QVERIFY(!m_f->dialog->grab().isNull());
            }
        }
    }

    void sizeIsRemembered()
    {
        m_f->open();
        m_f->dialog->resize(700, 600);
        QTest::keyClick(m_f->dialog.get(), Qt::Key_Escape);
        m_f->open();
        QCOMPARE(m_f->dialog->size(), QSize(700, 600));
    }

    void helpOpens()
    {
        m_f->open();
        m_f->click("helpPushButton");
        QWidget* help = nullptr;
        for (QWidget* widget : QApplication::topLevelWidgets())
            if (widget->objectName() == QLatin1String("helpWindow")) help = widget;
        QVERIFY(help != nullptr && help->isVisible());
        help->close();
    }

private:
    std::unique_ptr<DialogFixture> m_f;
};

int main(int argc, char** argv)
{
    test::prepareProcess();
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("enclave-studio-test"));
    Theme::instance().apply(application, ThemeKind::kLight);
    TstUiConnectDialog test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_ui_connect_dialog.moc"
