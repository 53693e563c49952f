// The dialog about a server's enclave type shows what is, what would be, and runs nothing.
#include "tests/support/NoWarnings.h"
#include "tests/support/WidgetTest.h"
#include "ui/explorer/EnclaveTypeDialog.h"

#include <QComboBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>

using namespace es;
using namespace es::ui;
using es::test::find;

class TestUiEnclaveTypeDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::forbidWarnings();
        test::useOwnSettings(m_folder);
    }
    void sayWhatIsAndWhatWouldBe()
    {
        catalog::EnclaveStatus status;
        status.configuration = catalog::EnclaveConfiguration{1, 0};
        EnclaveTypeDialog dialog(QStringLiteral("sql-prod-02,1433"), status);
        dialog.open();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        auto* type = find<QComboBox>(&dialog, "enclaveTypeComboBox");
        auto* open = find<QPushButton>(&dialog, "openScriptPushButton");
        auto* text = find<QPlainTextEdit>(&dialog, "enclaveScriptPlainTextEdit");
        QVERIFY(find<QLabel>(&dialog, "enclaveNowLabel")->text().contains(QLatin1String("VBS")));
        QVERIFY(type->currentText().startsWith(QLatin1String("VBS")));
        QVERIFY(!open->isEnabled()); // it is so already
        QTest::keyClick(type, Qt::Key_Down);
        QCOMPARE(text->toPlainText(), QStringLiteral("EXEC sp_configure 'column encryption enclave type', 2;\nRECONFIGURE;\n"));
        QVERIFY(find<QLabel>(&dialog, "enclaveConsequenceLabel")->text().contains(QLatin1String("restarted")));
        QSignalSpy script(&dialog, &EnclaveTypeDialog::scriptRequested);
        QVERIFY(open->isEnabled());
        QTest::keyClick(&dialog, Qt::Key_Return);
        QCOMPARE(script.value(0).value(0).toString(), text->toPlainText());
        QVERIFY(!dialog.isVisible());
    }
    void aServerThatDoesNotTell()
    {
        EnclaveTypeDialog dialog(QStringLiteral("old,1433"), catalog::EnclaveStatus());
        dialog.open();
        QVERIFY(find<QLabel>(&dialog, "enclaveNowLabel")->text().contains(QLatin1String("not known to this server")));
        QSignalSpy script(&dialog, &EnclaveTypeDialog::scriptRequested);
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QCOMPARE(script.count(), 0);
        test::picture(&dialog, QStringLiteral("enclave-type"));
    }

private:
    QTemporaryDir m_folder;
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, ThemeKind::kLight);
    TestUiEnclaveTypeDialog test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_ui_enclave_type_dialog.moc"
