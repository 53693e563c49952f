// A policy is checked while it is written, and nothing that is wrong can be taken.
#include "tests/support/NoWarnings.h"
#include "tests/support/WidgetTest.h"
#include "ui/connect/PolicyDialog.h"

#include <QFileDialog>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>

using namespace es;
using namespace es::ui;
using es::test::find;

namespace {

QString strict()
{
    return QString::fromStdString(attestation::policyToJson(attestation::Policy()));
}

} // namespace

class TestUiPolicyDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::forbidWarnings();
        test::useOwnSettings(m_folder);
    }
    void init()
    {
        m_dialog = std::make_unique<PolicyDialog>(strict());
        m_dialog->open();
        QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
    }
    void cleanup() { m_dialog.reset(); }

    void saysWhatIsWrongWhileTyping_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("named"); // in the sentence; empty: it is right
        QTest::newRow("strict") << strict() << QString();
        QTest::newRow("little") << QStringLiteral("{\"version\": 1}") << QString();
        QTest::newRow("unknown member") << QStringLiteral("{\"version\": 1, \"debgu\": true}") << QStringLiteral("debgu");
        QTest::newRow("wrong type") << QStringLiteral("{\"version\": 1, \"debug\": \"yes\"}") << QStringLiteral("debug");
        QTest::newRow("bad hex") << QStringLiteral("{\"version\": 1, \"imageId\": \"xyz\"}") << QStringLiteral("imageId");
        QTest::newRow("no version") << QStringLiteral("{}") << QStringLiteral("version");
        QTest::newRow("no JSON") << QStringLiteral("{") << QStringLiteral("JSON");
        QTest::newRow("nothing") << QString() << QStringLiteral("JSON");
    }
    void saysWhatIsWrongWhileTyping()
    {
        QFETCH(QString, text);
        QFETCH(QString, named);
        auto* edit = find<QPlainTextEdit>(m_dialog.get(), "policyPlainTextEdit");
        edit->setPlainText(QStringLiteral("?"));
        edit->setPlainText(text);
        auto* problem = find<QLabel>(m_dialog.get(), "policyProblemLabel");
        QVERIFY2(problem->text().contains(named), qPrintable(problem->text()));
        QCOMPARE(find<QPushButton>(m_dialog.get(), "okPushButton")->isEnabled(), named.isEmpty());
        QCOMPARE(edit->property("error").isValid(), !named.isEmpty());
        QCOMPARE(edit->accessibleDescription(), problem->text());
        m_dialog->accept(); // Enter on a wrong policy does nothing
        QCOMPARE(m_dialog->isVisible(), !named.isEmpty());
    }
    void strictDefaultComesBackAndCanBeUndone()
    {
        auto* edit = find<QPlainTextEdit>(m_dialog.get(), "policyPlainTextEdit");
        edit->setFocus();
        QTest::keyClick(edit, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(edit, QStringLiteral("{\"version\": 1}"));
        test::click(find<QPushButton>(m_dialog.get(), "strictPolicyPushButton"));
        QCOMPARE(edit->toPlainText(), strict().trimmed().isEmpty() ? QString() : strict());
        edit->undo();
        QCOMPARE(edit->toPlainText(), QStringLiteral("{\"version\": 1}"));
    }
    void filesInAndOut()
    {
        auto* edit = find<QPlainTextEdit>(m_dialog.get(), "policyPlainTextEdit");
        edit->setPlainText(QStringLiteral("{\"version\": 1, \"name\": \"Mine\"}"));
        const QString path = m_folder.filePath(QStringLiteral("policy.json"));
        test::click(find<QPushButton>(m_dialog.get(), "savePolicyPushButton"));
        choose(path);
        edit->setPlainText(strict());
        test::click(find<QPushButton>(m_dialog.get(), "loadPolicyPushButton"));
        choose(path);
        QCOMPARE(edit->toPlainText(), QStringLiteral("{\"version\": 1, \"name\": \"Mine\"}"));
        QCOMPARE(m_dialog->policy().name, std::string("Mine"));
        m_dialog->loadFile(m_folder.filePath(QStringLiteral("none.json")));
        QCOMPARE(find<QLabel>(m_dialog.get(), "bannerTitleLabel")->text(), QStringLiteral("The policy was not loaded"));
        QCOMPARE(edit->toPlainText(), QStringLiteral("{\"version\": 1, \"name\": \"Mine\"}"));
        test::click(find<QPushButton>(m_dialog.get(), "savePolicyPushButton"));
        choose(m_folder.filePath(QStringLiteral("no/folder/policy.json")));
        QCOMPARE(find<QLabel>(m_dialog.get(), "bannerTitleLabel")->text(), QStringLiteral("The policy was not saved"));
    }
    void everythingIsReachedByTab()
    {
        const QStringList chain = test::tabChain(m_dialog.get());
        QCOMPARE(chain, QStringList({QStringLiteral("policyPlainTextEdit"), QStringLiteral("loadPolicyPushButton"), QStringLiteral("savePolicyPushButton"),
                            QStringLiteral("strictPolicyPushButton"), QStringLiteral("okPushButton"), QStringLiteral("cancelPushButton")}));
        test::picture(m_dialog.get(), QStringLiteral("policy"));
    }

private:
    void choose(const QString& path)
    {
        auto* dialog = m_dialog->findChild<QFileDialog*>();
        QVERIFY(dialog);
        dialog->close();
        Q_EMIT dialog->fileSelected(path);
        QTRY_VERIFY(!m_dialog->findChild<QFileDialog*>());
    }

    QTemporaryDir m_folder;
    std::unique_ptr<PolicyDialog> m_dialog;
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, ThemeKind::kLight);
    TestUiPolicyDialog test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_ui_policy_dialog.moc"
