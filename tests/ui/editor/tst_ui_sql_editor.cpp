// The editor gives what a run sends: the selection with its line, or everything.
#include "tests/support/NoWarnings.h"
#include "ui/editor/SqlEditor.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>

using namespace es::ui;

class TestUiSqlEditor : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Here and not in main: the test library puts a handler of its own before it.
    void initTestCase() { es::support::forbidWarnings(); }
    void everythingWithoutASelection()
    {
        SqlEditor editor;
        editor.setText(QStringLiteral("SELECT 1\nSELECT 2\n"));
        QCOMPARE(editor.pieceToRun().text, QStringLiteral("SELECT 1\nSELECT 2\n"));
        QCOMPARE(editor.pieceToRun().firstLine, 1);
    }
    void selectionWithItsLine()
    {
        SqlEditor editor;
        editor.resize(500, 200);
        editor.setText(QStringLiteral("SELECT 1\nSELECT 2\nSELECT 3"));
        editor.show();
        QSignalSpy moved(&editor, &SqlEditor::caretMoved);
        QWidget* view = editor.focusProxy();
        QTest::keyClick(view, Qt::Key_Down);
        QTest::keyClick(view, Qt::Key_End, Qt::ShiftModifier);
        QCOMPARE(editor.pieceToRun().text, QStringLiteral("SELECT 2"));
        QCOMPARE(editor.pieceToRun().firstLine, 2);
        QCOMPARE(editor.caretLine(), 2);
        QCOMPARE(editor.caretColumn(), 9);
        QTRY_VERIFY(moved.count() > 0);
    }
    void everythingAfterASelectionWasTypedOver()
    {
        SqlEditor editor;
        editor.resize(500, 200);
        editor.setText(QStringLiteral("SELECT 1"));
        editor.show();
        QWidget* view = editor.focusProxy();
        QTest::keyClick(view, Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(editor.pieceToRun().text, QStringLiteral("SELECT 1"));
        QTest::keyClicks(view, QStringLiteral("PRINT 2"));
        QCOMPARE(editor.pieceToRun().text, QStringLiteral("PRINT 2"));
    }
    void typingEdits()
    {
        SqlEditor editor;
        QSignalSpy edited(&editor, &SqlEditor::textEdited);
        QTest::keyClicks(editor.focusProxy(), QStringLiteral("SELECT 'x'"));
        QCOMPARE(editor.text(), QStringLiteral("SELECT 'x'"));
        QVERIFY(edited.count() > 0);
    }
    void marksOutsideTheTextAreIgnored()
    {
        SqlEditor editor;
        editor.setText(QStringLiteral("one\ntwo"));
        for (const int line : {-1, 0, 1, 2, 3, 1000})
            editor.markLine(line);
        editor.clearMarks();
        QCOMPARE(editor.text(), QStringLiteral("one\ntwo"));
    }
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, ThemeKind::kLight);
    TestUiSqlEditor test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_ui_sql_editor.moc"
