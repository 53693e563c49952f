#include "tests/support/NoWarnings.h"
#include "tests/ui/models/TreeByHand.h"
#include "ui/models/EnclaveWords.h"
#include "ui/models/ObjectTreeModel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <ctime>

using namespace es;
using namespace es::ui;
using K = ObjectKind;

namespace {

constexpr double kMostStepMs = 50; // of processor time on the GUI thread, at once

struct Tree {
    ObjectTreeModel model;
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Fatal};
    int server = 0;

    Tree()
    {
        ObjectServer look;
        look.name = QStringLiteral("Sandbox");
        look.address = QStringLiteral("127.0.0.1,51433");
        look.icon = QStringLiteral("sandbox");
        look.environment = 1;
        server = model.addServer(look);
    }
    void fill()
    {
        model.showServer(server, std::make_shared<const catalog::ServerSnapshot>(test::serverWith({"ContosoHR", "Other"})));
        model.showDatabase(server, QStringLiteral("ContosoHR"), test::shared(test::smallTree()));
    }
    [[nodiscard]] QModelIndex database() const { return model.databaseIndex(server, QStringLiteral("contosohr")); }
    [[nodiscard]] QModelIndex tables() const { return model.child(database(), K::kTables); }
    [[nodiscard]] QModelIndex named(const QModelIndex& parent, const char* name) const
    {
        for (int row = 0; row < model.rowCount(parent); ++row)
            if (const QModelIndex index = model.index(row, 0, parent); index.data().toString() == QLatin1String(name)) return index;
        return {};
    }
    [[nodiscard]] QModelIndex column(const char* name) const
    {
        return named(model.child(named(tables(), "HR.Employees"), K::kColumns), name);
    }
    [[nodiscard]] QStringList names(const QModelIndex& parent) const
    {
        QStringList all;
        for (int row = 0; row < model.rowCount(parent); ++row)
            all.append(model.index(row, 0, parent).data().toString());
        return all;
    }
};

QString accessible(const QModelIndex& index)
{
    return index.data(Qt::AccessibleTextRole).toString();
}

QString detail(const QModelIndex& index)
{
    return index.data(ObjectTreeModel::kDetailRole).toString();
}

base::Error serverError(int number)
{
    base::Error error = base::makeError(base::ErrorCode{"session", "Server"}, "refused");
    error.server = base::ServerError{};
    error.server->number = number;
    error.server->message = "VIEW SERVER STATE permission was denied.";
    return error;
}

} // namespace

class TstObjectTreeModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { support::forbidWarnings(); }

    void structure()
    {
        Tree tree;
        const QModelIndex server = tree.model.serverIndex(tree.server);
        QCOMPARE(tree.names(server), QStringList{QStringLiteral("Loading…")});
        QCOMPARE(detail(server), QStringLiteral("127.0.0.1,51433, connecting…"));
        tree.fill();
        QCOMPARE(accessible(server), QStringLiteral("Sandbox, 127.0.0.1,51433, VBS enclave"));
        QCOMPARE(tree.names(server), (QStringList{QStringLiteral("Databases"), QStringLiteral("Secure enclave")}));
        QCOMPARE(tree.names(tree.model.child(server, K::kDatabases)),
            (QStringList{QStringLiteral("ContosoHR"), QStringLiteral("Other"), QStringLiteral("System Databases")}));
        QCOMPARE(tree.names(tree.database()),
            (QStringList{
                QStringLiteral("Tables"), QStringLiteral("Views"), QStringLiteral("Programmability"), QStringLiteral("Security")}));
        QCOMPARE(tree.names(tree.tables()), (QStringList{QStringLiteral("dbo.Plain"), QStringLiteral("HR.Employees")}));
        const QModelIndex keys = tree.model.child(tree.model.child(tree.database(), K::kSecurity), K::kAlwaysEncryptedKeys);
        QCOMPARE(tree.names(keys), (QStringList{QStringLiteral("Column Master Keys"), QStringLiteral("Column Encryption Keys")}));
        QCOMPARE(accessible(tree.model.child(tree.model.child(keys, K::kMasterKeys), K::kMasterKey)),
            QStringLiteral("CMK1, key file, enclave-enabled"));
        const QModelIndex cek = tree.model.child(tree.model.child(keys, K::kEncryptionKeys), K::kEncryptionKey);
        QCOMPARE(accessible(cek), QStringLiteral("CEK1, enclave-enabled"));
        QVERIFY(cek.data(Qt::ToolTipRole).toString().contains(QLatin1String("HR.Employees.SSN")));
        QCOMPARE(tree.names(tree.model.child(tree.model.child(tree.database(), K::kProgrammability), K::kProcedures)),
            QStringList{QStringLiteral("HR.RaiseSalary")});
    }

    void columns_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("icon");
        QTest::addColumn<QString>("inToolTip");
        QTest::newRow("key") << "EmployeeID"
                             << "EmployeeID, int, not null, primary key"
                             << "key-primary"
                             << "primary key";
        QTest::newRow("randomized, enclave") << "SSN"
                                             << "SSN, char(11), not null, randomized, key CEK1"
                                             << "lock-random-enclave"
                                             << "Randomized encryption, key CEK1, enclave-enabled";
        QTest::newRow("plain") << "FirstName"
                               << "FirstName, nvarchar(50), not null"
                               << "column"
                               << "Not encrypted";
        QTest::newRow("deterministic") << "City"
                                       << "City, nvarchar(40), null, deterministic, key CEK2"
                                       << "lock-determ"
                                       << "Latin1_General_BIN2";
    }
    void columns()
    {
        QFETCH(QString, name);
        QFETCH(QString, text);
        QFETCH(QString, icon);
        QFETCH(QString, inToolTip);
        Tree tree;
        tree.fill();
        const QModelIndex column = tree.column(name.toLatin1().constData());
        QCOMPARE(column.data().toString(), name);
        QCOMPARE(accessible(column), text);
        QCOMPARE(column.data(ObjectTreeModel::kIconRole).toString(), icon);
        QVERIFY2(column.data(Qt::ToolTipRole).toString().contains(inToolTip), qPrintable(column.data(Qt::ToolTipRole).toString()));
        QCOMPARE(column.data(ObjectTreeModel::kPathRole).toString(), QStringLiteral("[HR].[Employees].[%1]").arg(name));
        QCOMPARE(column.data(ObjectTreeModel::kDatabaseRole).toString(), QStringLiteral("ContosoHR"));
    }

    void indexes()
    {
        Tree tree;
        tree.fill();
        const QModelIndex folder = tree.model.child(tree.named(tree.tables(), "HR.Employees"), K::kIndexes);
        QCOMPARE(accessible(tree.model.index(0, 0, folder)), QStringLiteral("PK_Employees, clustered, primary key"));
        const QString toolTip = tree.model.index(1, 0, folder).data(Qt::ToolTipRole).toString();
        QVERIFY(toolTip.contains(QLatin1String("Columns: City descending")) && toolTip.contains(QLatin1String("Included: FirstName")));
        const QModelIndex empty = tree.model.child(tree.named(tree.tables(), "dbo.Plain"), K::kIndexes);
        QVERIFY(!tree.model.hasChildren(empty));
        QCOMPARE(detail(empty), QStringLiteral("none"));
    }

    void enclave_data()
    {
        QTest::addColumn<int>("configured"); // -1: no such setting
        QTest::addColumn<int>("inUse");
        QTest::addColumn<int>("sessions"); // -1: no row
        QTest::addColumn<int>("refusedWith");
        QTest::addColumn<QString>("expected");
        QTest::newRow("runs") << 1 << 1 << 1 << 0 << "VBS, running, 1 session, 2 keys";
        QTest::newRow("more") << 2 << 2 << 3 << 0 << "SGX, running, 3 sessions, 2 keys";
        QTest::newRow("stands") << 1 << 1 << -1 << 0 << "VBS, not running";
        QTest::newRow("off") << 0 << 0 << -1 << 0 << "not configured";
        QTest::newRow("restart") << 1 << 0 << -1 << 0 << "VBS, starts with the server's next restart";
        QTest::newRow("permission") << 1 << 1 << -1 << 300 << "VBS, configured, state not visible to your login";
        QTest::newRow("unreadable") << 1 << 1 << -1 << 208 << "VBS, configured, state not readable";
        QTest::newRow("old server") << -1 << 0 << -1 << 208 << "not known to this server";
    }
    void enclave()
    {
        QFETCH(int, configured);
        QFETCH(int, inUse);
        QFETCH(int, sessions);
        QFETCH(int, refusedWith);
        QFETCH(QString, expected);
        catalog::EnclaveStatus status;
        if (configured >= 0) status.configuration = catalog::EnclaveConfiguration{configured, inUse};
        if (sessions >= 0) status.counters = catalog::EnclaveCounters{sessions, 2, 0, 0};
        if (refusedWith) status.countersError = serverError(refusedWith);
        QCOMPARE(EnclaveWords::detail(status), expected);
        QVERIFY(EnclaveWords::toolTip(status).contains(expected));
        if (refusedWith == 300) QVERIFY(EnclaveWords::toolTip(status).contains(QLatin1String("VIEW SERVER STATE")));
    }

    // Rows that are the same by name stay the same index: what a view expanded, selected and showed stays.
    void refreshKeepsPlace()
    {
        Tree tree;
        tree.fill();
        const QPersistentModelIndex ssn = tree.column("SSN");
        const QPersistentModelIndex first = tree.column("FirstName");
        const QPersistentModelIndex plain = tree.named(tree.tables(), "dbo.Plain");
        const QString place = tree.model.placeOf(ssn);
        QSignalSpy resets(&tree.model, &QAbstractItemModel::modelReset);
        QSignalSpy layouts(&tree.model, &QAbstractItemModel::layoutChanged);

        catalog::ObjectSnapshot changed = test::smallTree();
        catalog::Table added = changed.catalog.tables[0];
        added.name = "Added";
        changed.catalog.tables.insert(changed.catalog.tables.begin(), added);
        changed.details.insert(changed.details.begin(), changed.details[0]);
        catalog::Table& employees = changed.catalog.tables[2];
        employees.columns[1].encryption = catalog::EncryptionType::kPlaintext; // decrypted
        employees.columns.erase(employees.columns.begin() + 2); // FirstName is gone
        changed.catalog.tables.erase(changed.catalog.tables.begin() + 1); // dbo.Plain too
        changed.details.erase(changed.details.begin() + 1);
        tree.model.showDatabase(tree.server, QStringLiteral("ContosoHR"), test::shared(std::move(changed)));

        QVERIFY(ssn.isValid());
        QCOMPARE(ssn.data().toString(), QStringLiteral("SSN"));
        QCOMPARE(ssn.data(ObjectTreeModel::kIconRole).toString(), QStringLiteral("column"));
        QVERIFY(!first.isValid());
        QVERIFY(!plain.isValid());
        QCOMPARE(tree.names(tree.tables()), (QStringList{QStringLiteral("dbo.Added"), QStringLiteral("HR.Employees")}));
        QCOMPARE(tree.model.atPlace(place), QModelIndex(ssn));
        QCOMPARE(resets.count() + layouts.count(), 0);
    }

    void errorsAndRetry()
    {
        Tree tree;
        const QModelIndex server = tree.model.serverIndex(tree.server);
        tree.model.showServerError(tree.server, QStringLiteral("Nobody listens."));
        QCOMPARE(tree.names(server), (QStringList{QStringLiteral("Nobody listens."), QStringLiteral("Try again")}));
        QCOMPARE(accessible(tree.model.index(0, 0, server)), QStringLiteral("Error: Nobody listens."));
        QVERIFY(detail(server).endsWith(QLatin1String("not connected")));
        tree.model.showServerLoading(tree.server);
        QCOMPARE(tree.names(server), QStringList{QStringLiteral("Loading…")});
        tree.fill();
        // What was read stays below the reason.
        const QPersistentModelIndex ssn = tree.column("SSN");
        tree.model.showDatabaseError(tree.server, QStringLiteral("ContosoHR"), QStringLiteral("Lost."));
        QCOMPARE(tree.model.rowCount(tree.database()), 6);
        QCOMPARE(tree.model.index(0, 0, tree.database()).data().toString(), QStringLiteral("Lost."));
        QCOMPARE(detail(tree.database()), QStringLiteral("not read"));
        QVERIFY(ssn.isValid());
        tree.model.showRefreshing(tree.server, QStringLiteral("ContosoHR"));
        tree.model.showDatabase(tree.server, QStringLiteral("ContosoHR"), test::shared(test::smallTree()));
        QCOMPARE(tree.model.rowCount(tree.database()), 4);
        QCOMPARE(detail(tree.database()), QString());

        const QModelIndex other = tree.model.databaseIndex(tree.server, QStringLiteral("Other"));
        QVERIFY(tree.model.isUnread(other));
        QCOMPARE(tree.names(other), QStringList{QStringLiteral("Loading…")});
        tree.model.showDatabaseLoading(tree.server, QStringLiteral("Other"));
        QVERIFY(!tree.model.isUnread(other));
        tree.model.removeServer(tree.server);
        QCOMPARE(tree.model.rowCount(), 0);
        tree.model.showServer(tree.server, nullptr); // too late: nothing happens
    }

    void filter()
    {
        Tree tree;
        tree.fill();
        tree.model.setFilter(QStringLiteral("ssn"));
        QCOMPARE(tree.names(tree.database()), QStringList{QStringLiteral("Tables")});
        QCOMPARE(tree.names(tree.tables()), QStringList{QStringLiteral("HR.Employees")});
        const QModelIndex table = tree.named(tree.tables(), "HR.Employees");
        QCOMPARE(tree.names(table), QStringList{QStringLiteral("Columns")});
        QCOMPARE(tree.names(tree.model.child(table, K::kColumns)), QStringList{QStringLiteral("SSN")});
        QVERIFY(tree.model.hasMatchBelow(table));
        QVERIFY(!tree.model.hasMatchBelow(tree.column("SSN")));
        // A table that is found keeps everything below it.
        tree.model.setFilter(QStringLiteral("EMPLOYEES"));
        QCOMPARE(tree.model.rowCount(tree.model.child(tree.named(tree.tables(), "HR.Employees"), K::kColumns)), 4);
        tree.model.setFilter(QStringLiteral("cek2"));
        QCOMPARE(tree.names(tree.database()), QStringList{QStringLiteral("Security")});
        tree.model.setFilter(QStringLiteral("nowhere"));
        QCOMPARE(tree.model.rowCount(), 0);
        // Read while the filter is on.
        tree.model.setFilter(QStringLiteral("city"));
        tree.model.showDatabase(tree.server, QStringLiteral("Other"), test::shared(test::smallTree()));
        QCOMPARE(tree.model.rowCount(tree.model.child(tree.model.serverIndex(tree.server), K::kDatabases)), 2);
        tree.model.setFilter({});
        QCOMPARE(tree.model.rowCount(tree.database()), 4);
    }

    // 5,000 tables of 20 columns. The tester would walk them all, so it is not there; the same code ran under it above.
    void thousands()
    {
        constexpr int kTables = 5000;
        const auto before = test::shared(test::largeTree(kTables, 20));
        catalog::ObjectSnapshot altered = test::largeTree(kTables, 20);
        altered.catalog.tables.erase(altered.catalog.tables.begin() + 2500);
        altered.details.erase(altered.details.begin() + 2500);
        const auto after = test::shared(std::move(altered));

        ObjectTreeModel model;
        const int server = model.addServer({QStringLiteral("s"), {}, 0, {}});
        model.showServer(server, std::make_shared<const catalog::ServerSnapshot>(test::serverWith({"Large"})));
        const QString name = QStringLiteral("Large");
        double worst = 0;
        const auto measured = [&](const char* what, const auto& step) {
            const std::clock_t start = std::clock(); // not the wall's: other programs may run
            step();
            const double tookMs = 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
            worst = std::max(worst, tookMs);
            qInfo("%-28s %6.1f ms", what, tookMs);
        };
        measured("show", [&] { model.showDatabase(server, name, before); });
        const auto tables = [&] { return model.child(model.databaseIndex(server, name), K::kTables); };
        measured("open Tables", [&] { QCOMPARE(model.rowCount(tables()), kTables); });
        for (int row = 0; row < 200; ++row) // somebody looked into many of them
            (void)model.rowCount(model.child(model.index(row, 0, tables()), K::kColumns));
        const QPersistentModelIndex last = model.index(kTables - 1, 0, tables());
        measured("refresh, one table less", [&] { model.showDatabase(server, name, after); });
        QCOMPARE(last.row(), kTables - 2);
        measured("filter: every second table", [&] { model.setFilter(QStringLiteral("2_of_1")); });
        measured("filter: one column", [&] { model.setFilter(QStringLiteral("Column7_of_4321")); });
        QCOMPARE(model.rowCount(tables()), 1);
        measured("no filter", [&] { model.setFilter({}); });
        QCOMPARE(model.rowCount(tables()), kTables - 1);
        qInfo("longest step of the GUI thread: %.1f ms (limit %.0f)", worst, kMostStepMs);
#ifdef NDEBUG
        QVERIFY(worst <= kMostStepMs);
#endif
    }
};

QTEST_GUILESS_MAIN(TstObjectTreeModel)
#include "tst_object_tree_model.moc"
