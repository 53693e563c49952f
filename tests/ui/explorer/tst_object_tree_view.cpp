// The tree with thousands of tables: what each step costs the GUI thread, layout and painting included.
#include "tests/support/NoWarnings.h"
#include "tests/ui/models/TreeByHand.h"
#include "ui/explorer/ObjectTreeView.h"
#include "ui/models/ObjectTreeModel.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QHelpEvent>
#include <QTest>
#include <QToolTip>

#include <algorithm>
#include <ctime>

using namespace es;
using namespace es::ui;
using K = ObjectKind;

namespace {

constexpr int kTables = 5000;
constexpr int kColumns = 20;
constexpr double kMostStepMs = 50; // of processor time on the GUI thread, at once

} // namespace

class TstObjectTreeView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::forbidWarnings();
        Theme::instance().apply(*qApp, ThemeKind::kLight);
    }

    void thousands()
    {
        ObjectTreeModel model;
        ObjectTreeView view(model);
        view.resize(332, 800);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        const int server = model.addServer({QStringLiteral("s"), {}, 0, QStringLiteral("server")});
        model.showServer(server, std::make_shared<const catalog::ServerSnapshot>(test::serverWith({"Large"})));
        const QString name = QStringLiteral("Large");
        const QModelIndex serverIndex = model.serverIndex(server);
        view.expand(serverIndex);
        view.expand(model.child(serverIndex, K::kDatabases));
        view.expand(model.databaseIndex(server, name));

        double worst = 0;
        const auto measured = [&](const char* what, const auto& step) {
            const std::clock_t start = std::clock(); // not the wall's: other programs may run
            step();
            view.grab(); // lays out and paints
            const double tookMs = 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
            worst = std::max(worst, tookMs);
            qInfo("%-28s %6.1f ms", what, tookMs);
            QCoreApplication::processEvents();
        };
        const auto tables = [&] { return model.child(model.databaseIndex(server, name), K::kTables); };
        measured("first picture", [] {});
        auto first = test::shared(test::largeTree(kTables, kColumns));
        measured("the database comes", [&] { view.keepingPlace([&] { model.showDatabase(server, name, std::move(first)); }); });
        measured("open Tables", [&] { view.expand(tables()); });
        for (int row = 0; row < 100; ++row) {
            const QModelIndex table = model.index(row * 40, 0, tables());
            view.expand(table);
            view.expand(model.child(table, K::kColumns));
        }
        measured("100 tables open", [] {});
        const QPersistentModelIndex chosen = model.index(4, 0, model.child(model.index(3960, 0, tables()), K::kColumns));
        measured("go far down", [&] { view.setCurrentIndex(chosen); });
        const int before = view.visualRect(chosen).top();

        catalog::ObjectSnapshot altered = test::largeTree(kTables, kColumns);
        altered.catalog.tables.erase(altered.catalog.tables.begin() + 2501);
        altered.details.erase(altered.details.begin() + 2501);
        auto second = test::shared(std::move(altered));
        measured("refresh", [&] { view.keepingPlace([&] { model.showDatabase(server, name, std::move(second)); }); });
        QVERIFY(chosen.isValid());
        QCOMPARE(view.currentIndex(), QModelIndex(chosen));
        QCOMPARE(view.visualRect(chosen).top(), before); // one row less above, and nothing moved
        QVERIFY(view.isExpanded(chosen.parent()));

        const ObjectTreeView::Places places = view.places();
        measured("filter: nearly all columns", [&] { model.setFilter(QStringLiteral("column1")), view.expandFound(); });
        measured("filter: every tenth", [&] { model.setFilter(QStringLiteral("7_of_")), view.expandFound(); });
        measured("filter: one column", [&] { model.setFilter(QStringLiteral("column7_of_4321")), view.expandFound(); });
        QVERIFY(view.visualRect(model.index(0, 0, model.child(model.index(0, 0, tables()), K::kColumns))).isValid());
        measured("no filter", [&] { model.setFilter({}), view.restore(places); });
        QVERIFY(view.isExpanded(model.child(model.index(40, 0, tables()), K::kColumns)));
        QCOMPARE(model.placeOf(view.currentIndex()), places.current);
        qInfo("longest step of the GUI thread: %.1f ms (limit %.0f)", worst, kMostStepMs);
#ifdef NDEBUG
        QVERIFY(worst <= kMostStepMs);
#endif
    }

    // What a person reads who points at a row: facts, never the name once more, and never a name as markup.
    void toolTips()
    {
        ObjectTreeModel model;
        ObjectTreeView view(model);
        view.resize(332, 800);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        const int server = model.addServer({QStringLiteral("s"), {}, 0, QStringLiteral("server")});
        model.showServer(server, std::make_shared<const catalog::ServerSnapshot>(test::serverWith({"Small"})));
        catalog::ObjectSnapshot tree = test::smallTree();
        tree.catalog.tables[1].columns[2].name = "<b>Name</b>";
        model.showDatabase(server, QStringLiteral("Small"), test::shared(std::move(tree)));
        const QModelIndex tables = model.child(model.databaseIndex(server, QStringLiteral("Small")), K::kTables);
        const QModelIndex columns = model.child(model.index(1, 0, tables), K::kColumns);
        const auto pointAt = [&](const QModelIndex& index) {
            view.scrollTo(index);
            const QPoint at = view.visualRect(index).center();
            QHelpEvent event(QEvent::ToolTip, at, view.viewport()->mapToGlobal(at));
            QApplication::sendEvent(view.viewport(), &event);
            return QToolTip::text();
        };
        QVERIFY(pointAt(model.index(1, 0, columns)).contains(QLatin1String("Randomized encryption, key CEK1, enclave-enabled")));
        (void)pointAt(tables);
        QTRY_VERIFY(!QToolTip::isVisible());
        QVERIFY(pointAt(model.index(2, 0, columns)).contains(QLatin1String("&lt;b&gt;Name")));
        view.resize(130, 800);
        QCOMPARE(pointAt(columns), QStringLiteral("Columns")); // it is cut there
    }
};

QTEST_MAIN(TstObjectTreeView)
#include "tst_object_tree_view.moc"
