// Results as a person sees and copies them.
#include "driver/types/RowBlock.h"
#include "tests/support/NoWarnings.h"
#include "ui/models/MessagesModel.h"
#include "ui/results/ResultsView.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QTabWidget>
#include <QTableView>
#include <QTest>

using namespace es;
using namespace es::ui;

namespace {

std::shared_ptr<const types::ColumnSet> columns(const std::string& keyName = {})
{
    types::ColumnSet set(2);
    set[0].name = "EmployeeID";
    set[0].type.id = types::TypeId::kInt;
    set[1].name = "SSN";
    set[1].type.id = types::TypeId::kChar;
    set[1].type.lengthBytes = 11;
    set[1].type.collation = {0x00D00409, 52};
    set[1].state = types::ColumnState::kDecrypted;
    set[1].encryptionScheme = "Randomized";
    set[1].keyName = keyName;
    return std::make_shared<const types::ColumnSet>(std::move(set));
}

std::shared_ptr<const types::RowBlock> rows(int first, int count)
{
    types::RowBlockBuilder builder(*columns());
    for (int i = 0; i < count; ++i) {
        const auto id = static_cast<std::uint32_t>(first + i);
        builder.append(base::Bytes{static_cast<base::Byte>(id), static_cast<base::Byte>(id >> 8), static_cast<base::Byte>(id >> 16), 0});
        if (i % 2 == 1)
            builder.appendNull();
        else
            builder.append(base::viewOf("123-45-6818"));
    }
    return builder.take();
}

}  // namespace

class TestUiResultsView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Here and not in main: the test library puts a handler of its own before it.
    void initTestCase() { es::support::forbidWarnings(); }
    void theHeaderHasRoomForTheKey()
    {
        ResultsView view;
        view.addResult(0, columns());
        view.addResult(1, columns("CEK_HumanResources"));
        view.finish(false);
        auto* without = view.findChild<QTableView*>(QStringLiteral("resultTableView1"));
        auto* with = view.findChild<QTableView*>(QStringLiteral("resultTableView2"));
        QVERIFY(with->columnWidth(1) > without->columnWidth(1) + 60);
        QCOMPARE(with->columnWidth(0), without->columnWidth(0));
        QVERIFY(with->model()->headerData(1, Qt::Horizontal, Qt::AccessibleTextRole).toString().contains(QStringLiteral("key CEK_HumanResources")));
    }
    void showsAndCopies()
    {
        ResultsView view;
        view.resize(800, 400);
        view.show();
        view.addResult(0, columns());
        view.appendRows(0, rows(1, 2));
        view.appendRows(0, rows(3, 1));
        view.finish(false);
        auto* tabs = view.findChild<QTabWidget*>(QStringLiteral("resultsTabWidget"));
        QCOMPARE(tabs->count(), 2);
        QCOMPARE(tabs->tabText(0), QStringLiteral("Results 1 · 3 rows"));
        QCOMPARE(tabs->currentIndex(), 0);
        auto* grid = view.findChild<QTableView*>(QStringLiteral("resultTableView1"));
        QCOMPARE(grid->model()->rowCount(), 3);
        QVERIFY(grid->columnWidth(1) > 60);
        grid->setFocus();
        QTest::keyClick(grid, Qt::Key_A, Qt::ControlModifier);
        view.copySelection();
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("1\t123-45-6818\n2\tNULL\n3\t123-45-6818"));
    }
    void messagesComeToTheFrontWhenSomethingFailed()
    {
        ResultsView view;
        view.addResult(0, columns());
        MessageEntry entry;
        entry.kind = MessageEntry::Kind::kError;
        entry.text = QStringLiteral("Invalid object name 'x'.");
        entry.number = 208;
        entry.line = 3;
        view.messages().append(entry);
        view.finish(true);
        auto* tabs = view.findChild<QTabWidget*>(QStringLiteral("resultsTabWidget"));
        QCOMPARE(tabs->tabText(tabs->currentIndex()), QStringLiteral("Messages · 1"));
        view.clear();
        QCOMPARE(tabs->count(), 1);
        QCOMPARE(tabs->tabText(0), QStringLiteral("Messages"));
    }
    void painting_data()
    {
        QTest::addColumn<int>("theme");
        QTest::newRow("light") << 0;
        QTest::newRow("dark") << 1;
        QTest::newRow("high contrast") << 2;
    }
    void painting()
    {
        QFETCH(int, theme);
        Theme::instance().apply(*qApp, static_cast<ThemeKind>(theme));
        ResultsView view;
        view.resize(700, 300);
        view.addResult(0, columns());
        view.appendRows(0, rows(1, 50));
        view.show();
        const QImage image = view.grab().toImage();
        const QColor tint = Theme::instance().colour("cipherSoft");
        bool header = false;
        for (int x = 0; x < image.width() && !header; ++x)
            for (int y = 0; y < 90 && !header; ++y)
                header = image.pixelColor(x, y) == tint;
        QVERIFY2(header, "the decrypted column's header has no ground of its own");
    }
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, ThemeKind::kLight);
    TestUiResultsView test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_ui_results_view.moc"
