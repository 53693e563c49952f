// The connection dialog without a server that answers: fields, rules, order of Tab, focus, failure, cancel, profiles, strings.
#include "driver/attestation/Policy.h"
#include "tests/support/NoWarnings.h"
#include "tests/ui/connect/DialogFixture.h"
#include "ui/connect/KeyPathsDialog.h"
#include "ui/connect/PolicyDialog.h"
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
            {"attestationPolicyComboBox", "Policy"},
            {"editPolicyPushButton", "View policy…"},
            {"trustedKeyPathsComboBox", "Trusted key paths"},
            {"editKeyPathsPushButton", "Edit trusted key paths…"},
            {"testEnclavePushButton", "Test enclave"},
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
            QCOMPARE(m_f->at(widget)->accessibleName(), QString::fromUtf8(name));
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
        saved.profile.attestation = AttestationChoice::kHgs;
        saved.profile.attestationUrl = "https://x";
        saved.profile.attestationPolicy = R"({"version": 1, "trustedKeyPaths": ["keys/a.p12"]})";
        saved.saved = true;
        saved.lastUsed = QDateTime::currentDateTimeUtc();
        m_f->profiles.save(saved);
        m_f->open();
        const QList<QStringList> pages{
            {"serverComboBox", "authenticationComboBox", "loginLineEdit", "passwordLineEdit"},
            {"databaseLineEdit", "timeoutSpinBox", "encryptComboBox", "trustCertificateCheckBox", "hostNameLineEdit", "caFileLineEdit",
                "browseCaFilePushButton", "profileNameLineEdit", "environmentComboBox", "environmentWordLineEdit"},
            {"columnEncryptionCheckBox", "secureEnclavesCheckBox", "attestationProtocolComboBox", "learnMorePushButton",
                "attestationUrlLineEdit", "attestationPolicyComboBox", "editPolicyPushButton", "trustedKeyPathsComboBox", "editKeyPathsPushButton",
                "testEnclavePushButton"},
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
        auto* policy = m_f->at<QComboBox>("attestationPolicyComboBox");
        auto* test = m_f->at<QPushButton>("testEnclavePushButton");
        QVERIFY(!policy->isEnabled() && test->isEnabled());
        QTest::keyClick(protocol, Qt::Key_Down);
        QCOMPARE(protocol->currentText(), QStringLiteral("Host Guardian Service"));
        QVERIFY(url->isEnabled() && policy->isEnabled() && !warning->isVisible());
        QVERIFY(m_f->problem("attestationUrlLineEdit").contains(QLatin1String("needs the URL")));
        QTest::keyClick(protocol, Qt::Key_Up);
        QTest::keyClick(encryption, Qt::Key_Space);
        QVERIFY(!enclaves->isEnabled() && !protocol->isEnabled() && !warning->isVisible() && !test->isEnabled());

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

    void urlFollowsTheProtocol()
    {
        m_f->open();
        ConnectionProfile profile = profileTo(1);
        profile.columnEncryption = true;
        profile.attestation = AttestationChoice::kHgs;
        profile.attestationUrl = "http://hgs.example/hgs-attestation";
        m_f->dialog->prefill(profile, secret());
        auto* protocol = m_f->at<QComboBox>("attestationProtocolComboBox");
        QCOMPARE(protocol->currentText(), QStringLiteral("Host Guardian Service"));
        QVERIFY(m_f->problem("attestationUrlLineEdit").contains(QLatin1String("plain http"), Qt::CaseInsensitive));
        m_f->click("connectPushButton");
        QCOMPARE(m_f->tab(), 2);
        QVERIFY(!m_f->dialog->request());
        m_f->type("attestationUrlLineEdit", "https://hgs.example/hgs-attestation");
        QCOMPARE(m_f->problem("attestationUrlLineEdit"), QString());
        // None uses no URL: it has to go, by hand.
        protocol->setFocus();
        QTest::keyClick(protocol, Qt::Key_Home);
        QCOMPARE(protocol->currentText(), QStringLiteral("None"));
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

    // Policy and key paths are one value of the profile.
    void policyAndKeyPaths()
    {
        m_f->open();
        ConnectionProfile profile = profileTo(1);
        profile.columnEncryption = true;
        profile.attestation = AttestationChoice::kHgs;
        profile.attestationUrl = "https://hgs.example";
        m_f->dialog->prefill(profile, secret());
        m_f->tab(2);
        auto* policy = m_f->at<QComboBox>("attestationPolicyComboBox");
        auto* paths = m_f->at<QComboBox>("trustedKeyPathsComboBox");
        QCOMPARE(policy->currentText(), QStringLiteral("Strict default"));
        QCOMPARE(paths->currentText(), QStringLiteral("Any path that is signed"));
        QVERIFY(!m_f->at("editKeyPathsPushButton")->isEnabled());
        // A list that is not given changes nothing.
        paths->setFocus();
        QTest::keyClick(paths, Qt::Key_Down);
        auto* list = m_f->dialog->findChild<KeyPathsDialog*>();
        QVERIFY(list);
        QTest::keyClick(list, Qt::Key_Escape);
        QTRY_VERIFY(!m_f->dialog->findChild<KeyPathsDialog*>());
        QCOMPARE(paths->currentText(), QStringLiteral("Any path that is signed"));
        QTest::keyClick(paths, Qt::Key_Down);
        list = m_f->dialog->findChild<KeyPathsDialog*>();
        list->findChild<QPlainTextEdit*>()->setPlainText(QStringLiteral(" keys/a.p12 \n\nkeys/b.p12\nKEYS/A.P12"));
        QTest::mouseClick(list->findChild<QPushButton*>(QStringLiteral("okPushButton")), Qt::LeftButton);
        QCOMPARE(paths->currentText(), QStringLiteral("Only paths on this list (2)"));
        QCOMPARE(policy->currentText(), QStringLiteral("Strict default"));
        QVERIFY(m_f->at("editKeyPathsPushButton")->isEnabled());
        QTRY_VERIFY(!m_f->dialog->findChild<KeyPathsDialog*>());
        // Another policy keeps the list.
        m_f->click("editPolicyPushButton");
        auto* editor = m_f->dialog->findChild<PolicyDialog*>();
        QVERIFY(editor);
        auto* text = editor->findChild<QPlainTextEdit*>();
        text->setPlainText(text->toPlainText().replace(QLatin1String("\"debug\": false"), QLatin1String("\"debug\": true")).replace(QLatin1String("Strict default"), QLatin1String("Test host")));
        QTest::mouseClick(editor->findChild<QPushButton*>(QStringLiteral("okPushButton")), Qt::LeftButton);
        QCOMPARE(policy->currentText(), QStringLiteral("Custom: Test host"));
        QCOMPARE(m_f->at<QPushButton>("editPolicyPushButton")->text(), QStringLiteral("Edit…"));
        QCOMPARE(paths->currentText(), QStringLiteral("Only paths on this list (2)"));
        QTRY_VERIFY(!m_f->dialog->findChild<PolicyDialog*>());
        m_f->type("profileNameLineEdit", "One");
        m_f->click("saveProfilePushButton");
        const auto saved = attestation::policyFromJson(m_f->profiles.saved().value(0).profile.attestationPolicy.toStdString());
        QVERIFY(saved && saved->debug && saved->name == "Test host" && saved->trustedKeyPaths == std::vector<std::string>({"keys/a.p12", "keys/b.p12"}));
        policy->setFocus();
        QTest::keyClick(policy, Qt::Key_Home);
        QCOMPARE(policy->currentText(), QStringLiteral("Strict default"));
        QCOMPARE(paths->currentText(), QStringLiteral("Only paths on this list (2)"));
    }

    void policyThatCannotBeReadIsKeptAndNamed()
    {
        m_f->open();
        ConnectionProfile profile = profileTo(1);
        profile.columnEncryption = true;
        profile.attestation = AttestationChoice::kHgs;
        profile.attestationUrl = "https://hgs.example";
        profile.attestationPolicy = R"({"version": 1, "debgu": true})";
        m_f->dialog->prefill(profile, secret());
        QVERIFY(m_f->problem("attestationPolicyComboBox").contains(QLatin1String("debgu")));
        m_f->click("connectPushButton");
        QCOMPARE(m_f->tab(), 2);
        QVERIFY(!m_f->dialog->request());
    }

    // A test of the enclave runs beside the dialog: Connect stays, Cancel ends the test alone.
    void testEnclaveLocksNothing()
    {
        QTcpServer silent; // accepts and says nothing
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        m_f->open();
        ConnectionProfile profile = profileTo(silent.serverPort());
        profile.columnEncryption = true;
        profile.attestation = AttestationChoice::kHgs;
        profile.attestationUrl = "https://hgs.example";
        m_f->dialog->prefill(profile, secret());
        m_f->tab(2);
        m_f->click("testEnclavePushButton");
        auto* outcome = m_f->at<QLabel>("enclaveTestOutcomeLabel");
        QCOMPARE(m_f->at<QPushButton>("testEnclavePushButton")->text(), QStringLiteral("Cancel test"));
        QVERIFY(m_f->at("connectPushButton")->isEnabled() && m_f->at("attestationUrlLineEdit")->isEnabled());
        QTest::keyClick(m_f->dialog.get(), Qt::Key_Escape);
        QTRY_VERIFY(outcome->text().endsWith(QLatin1String("then cancelled")));
        QVERIFY(m_f->dialog->isVisible());
        QCOMPARE(m_f->at<QPushButton>("testEnclavePushButton")->accessibleName(), QStringLiteral("Test again"));
        m_f->type("attestationUrlLineEdit", "https://other.example");
        QVERIFY(outcome->text().contains(QLatin1String("have changed")));
    }
    void testEnclaveStopsAtTheFirstFailure()
    {
        quint16 closed = 0;
        {
            QTcpServer server;
            QVERIFY(server.listen(QHostAddress::LocalHost));
            closed = server.serverPort();
        }
        m_f->open();
        ConnectionProfile profile = profileTo(closed);
        profile.columnEncryption = true;
        profile.attestation = AttestationChoice::kNone;
        m_f->dialog->prefill(profile, secret());
        m_f->tab(2);
        m_f->click("testEnclavePushButton");
        QTRY_COMPARE(m_f->at<QLabel>("enclaveTestOutcomeLabel")->text(), QStringLiteral("0 of 7 passed, stopped at the first failure"));
        QVERIFY(m_f->at("step0")->accessibleName().startsWith(QLatin1String("Server reached, failed")));
        QVERIFY(m_f->at("stepReasonLabel")->isVisible());
        QCOMPARE(m_f->at<QLabel>("step1FactLabel")->text(), QStringLiteral("not run"));
        QCOMPARE(m_f->at<QLabel>("step5FactLabel")->text(), QStringLiteral("not needed with None"));
        m_f->click("stepCopyPushButton");
        QVERIFY(QGuiApplication::clipboard()->text().contains(QLatin1String("Server reached, failed")));
        QVERIFY(!QGuiApplication::clipboard()->text().contains(QLatin1String("hunter2")));
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
        m_f->click("bannerSecondPushButton");
        QVERIFY(QGuiApplication::clipboard()->text().contains(QString::fromStdString(error.text)));
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
        m_f->tab(2);
        QCOMPARE(m_f->at<QComboBox>("attestationProtocolComboBox")->currentText(), QStringLiteral("Host Guardian Service"));
        QCOMPARE(m_f->at<QLineEdit>("attestationUrlLineEdit")->text(), QStringLiteral("https://hgs.example/Attestation"));
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
