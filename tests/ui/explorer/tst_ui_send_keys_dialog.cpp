// Sending keys to the enclave says before which, and after what came of it.
#include "tests/support/NoWarnings.h"
#include "tests/support/WidgetTest.h"
#include "ui/explorer/SendKeysDialog.h"
#include "ui/services/PasswordVault.h"
#include "ui/services/SessionReaper.h"

#include <QLabel>
#include <QPushButton>
#include <QTcpServer>
#include <QTreeWidget>

using namespace es;
using namespace es::ui;
using es::test::find;

namespace {

std::shared_ptr<const ConnectionRequest> requestTo(quint16 port, AttestationChoice choice)
{
    auto request = std::make_shared<ConnectionRequest>();
    request->profile.host = QStringLiteral("127.0.0.1");
    request->profile.port = port;
    request->profile.user = QStringLiteral("sa");
    request->profile.database = QStringLiteral("ContosoHR");
    request->profile.columnEncryption = choice != AttestationChoice::kOff;
    request->profile.attestation = choice;
    return request;
}

const QList<EnclaveKey> kKeys{{QStringLiteral("CEK_HR"), QStringLiteral("CMK_HR, keys/contoso-hr.p12")}, {QStringLiteral("CEK_Pay"), QStringLiteral("CMK_HR, keys/contoso-hr.p12")}};

} // namespace

class TestUiSendKeysDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::forbidWarnings();
        test::useOwnSettings(m_folder);
    }
    void cleanupTestCase() { QVERIFY(SessionReaper::waitForAll(10000)); }

    void listsWhatItWouldSend()
    {
        SendKeysDialog dialog(requestTo(1, AttestationChoice::kNone), std::make_shared<PasswordVault>(), kKeys);
        dialog.open();
        auto* list = find<QTreeWidget>(&dialog, "sendKeysTreeWidget");
        QCOMPARE(list->topLevelItemCount(), 2);
        QCOMPARE(list->topLevelItem(1)->text(0), QStringLiteral("CEK_Pay"));
        QVERIFY(find<QLabel>(&dialog, "sendKeysIntroLabel")->text().contains(QLatin1String("nobody vouches")));
        QCOMPARE(find<QPushButton>(&dialog, "sendKeysPushButton")->accessibleName(), QStringLiteral("Send 2 keys"));
        QVERIFY(find<QPushButton>(&dialog, "sendKeysPushButton")->isEnabled());
        test::picture(&dialog, QStringLiteral("send-keys"));
    }
    void saysWhyItCannot_data()
    {
        QTest::addColumn<int>("choice");
        QTest::addColumn<bool>("keys");
        QTest::addColumn<QString>("words");
        QTest::newRow("no enclaves") << static_cast<int>(AttestationChoice::kOff) << true << "without secure enclaves";
        QTest::newRow("no keys") << static_cast<int>(AttestationChoice::kHgs) << false << "nothing to send";
    }
    void saysWhyItCannot()
    {
        QFETCH(int, choice);
        QFETCH(bool, keys);
        QFETCH(QString, words);
        SendKeysDialog dialog(requestTo(1, static_cast<AttestationChoice>(choice)), std::make_shared<PasswordVault>(), keys ? kKeys : QList<EnclaveKey>());
        dialog.open();
        QVERIFY(!find<QPushButton>(&dialog, "sendKeysPushButton")->isEnabled());
        QVERIFY(find<QLabel>(&dialog, "sendKeysStateLabel")->text().contains(words));
    }
    void aFailureCanBeTriedAgain()
    {
        quint16 closed = 0;
        {
            QTcpServer server;
            QVERIFY(server.listen(QHostAddress::LocalHost));
            closed = server.serverPort();
        }
        SendKeysDialog dialog(requestTo(closed, AttestationChoice::kNone), std::make_shared<PasswordVault>(), kKeys);
        dialog.open();
        auto* send = find<QPushButton>(&dialog, "sendKeysPushButton");
        test::click(send);
        QVERIFY(!send->isEnabled());
        QTRY_VERIFY(find<QFrame>(&dialog, "bannerFrame")->isVisible());
        QVERIFY(send->isEnabled());
    }
    void escapeLetsTheSessionGo()
    {
        QTcpServer silent; // accepts and says nothing
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        SendKeysDialog dialog(requestTo(silent.serverPort(), AttestationChoice::kNone), std::make_shared<PasswordVault>(), kKeys);
        dialog.open();
        test::click(find<QPushButton>(&dialog, "sendKeysPushButton"));
        QCOMPARE(find<QLabel>(&dialog, "sendKeysStateLabel")->text(), QStringLiteral("Connecting…"));
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QVERIFY(!dialog.isVisible());
    }

private:
    QTemporaryDir m_folder;
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, ThemeKind::kLight);
    TestUiSendKeysDialog test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_ui_send_keys_dialog.moc"
