#include "driver/catalog/ObjectSnapshot.h"
#include "driver/catalog/ObjectText.h"
#include "driver/catalog/ServerSnapshot.h"
#include "tests/driver/catalog/CatalogAnswers.h"

#include <QTest>

using namespace es;
using namespace es::catalog;
using test::answer;

namespace {

const std::monostate kNull;

CatalogSnapshot twoTables()
{
    CatalogSnapshot snapshot;
    for (const int id : {20, 10}) { // by name, not by id
        Table table;
        table.objectId = id;
        table.schema = "HR";
        table.name = id == 20 ? "Employees" : "Zweite]Tabelle";
        Column column;
        column.id = 1;
        column.name = "Id";
        table.columns.push_back(column);
        column.id = 2;
        column.name = "odd]name";
        table.columns.push_back(column);
        snapshot.tables.push_back(table);
    }
    return snapshot;
}

std::vector<CatalogRows> answers()
{
    const auto n = test::sysname();
    const auto i = test::integer();
    return {
        answer({{"object_id", i}, {"index_id", i}, {"name", n}, {"type_desc", n}, {"is_unique", i}, {"is_primary_key", i},
                   {"is_unique_constraint", i}, {"is_disabled", i}},
            {{10, 2, "IX_b", "NONCLUSTERED", 0, 0, 0, 1}, {20, 1, "PK_e", "CLUSTERED", 1, 1, 0, 0},
                {99, 1, "later", "CLUSTERED", 1, 1, 0, 0}}),
        answer({{"object_id", i}, {"index_id", i}, {"column_id", i}, {"is_descending_key", i}, {"is_included_column", i}},
            {{10, 2, 2, 1, 0}, {10, 2, 1, 0, 1}, {20, 1, 1, 0, 0}, {99, 1, 1, 0, 0}}),
        answer({{"object_id", i}, {"row_count", i}}, {{20, 1000}, {99, 5}}),
        answer({{"object_id", i}, {"schema_name", n}, {"name", n}}, {{30, "dbo", "v1"}}),
        answer({{"object_id", i}, {"schema_name", n}, {"name", n}}, {{40, "dbo", "p1"}, {41, "dbo", "p2"}}),
    };
}

} // namespace

class TstObjectSnapshot : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void detailsFollowTheTables()
    {
        const auto built = buildObjectSnapshot(twoTables(), answers());
        QVERIFY(built);
        QCOMPARE(built->details.size(), std::size_t{2});
        const TableDetails& employees = built->details[0];
        QCOMPARE(employees.objectId, 20);
        QCOMPARE(employees.rowCount.value_or(-1), 1000);
        QCOMPARE(employees.indexes.size(), std::size_t{1});
        QVERIFY(employees.inPrimaryKey(1));
        QVERIFY(!employees.inPrimaryKey(2));
        const TableDetails& other = built->details[1];
        QVERIFY(!other.rowCount); // the server did not tell
        QCOMPARE(other.indexes[0].columns.size(), std::size_t{2});
        QVERIFY(other.indexes[0].columns[0].descending);
        QVERIFY(other.indexes[0].columns[1].included);
        QVERIFY(other.indexes[0].disabled);
        QVERIFY(!other.inPrimaryKey(2));
        QCOMPARE(built->views.size(), std::size_t{1});
        QCOMPARE(built->procedures[1].name, std::string("p2"));
    }

    void unexpectedAnswers()
    {
        auto missing = answers();
        missing[2] = answer({{"object_id", test::integer()}}, {{20}});
        const auto built = buildObjectSnapshot(twoTables(), missing);
        QVERIFY(!built);
        QCOMPARE(built.error().code, kUnexpectedResult);
        QVERIFY(QString::fromStdString(built.error().text).contains(QLatin1String("row_count")));
        missing.pop_back();
        QVERIFY(!buildObjectSnapshot(twoTables(), missing));
    }

    void server()
    {
        const auto n = test::sysname();
        const auto i = test::integer();
        const auto databases = readDatabases(answer({{"database_id", i}, {"name", n}, {"state_desc", n}, {"has_access", i}},
            {{5, "ContosoHR", "ONLINE", 1}, {1, "master", "ONLINE", 1}, {6, "Old", "RESTORING", 0}, {7, "x", "ONLINE", kNull}}));
        QVERIFY(databases);
        QCOMPARE(databases->size(), std::size_t{4});
        QVERIFY(!(*databases)[0].isSystem());
        QVERIFY((*databases)[1].isSystem());
        QVERIFY(!(*databases)[2].accessible);
        QVERIFY((*databases)[3].accessible); // not known is no reason to grey it out

        const std::vector<test::AnswerColumn> setting{{"configured", i}, {"in_use", i}};
        QCOMPARE((*readEnclaveConfiguration(answer(setting, {{1, 0}})))->configured, 1);
        QVERIFY(!*readEnclaveConfiguration(answer(setting, {}))); // SQL Server 2017 has no such row
        const std::vector<test::AnswerColumn> counters{{"current_enclave_session_count", i}, {"current_column_encryption_key_count", i},
            {"current_memory_size_kb", i}, {"total_evicted_session_count", i}};
        QCOMPARE((*readEnclaveCounters(answer(counters, {{1, 2, 3, 4}})))->keyCount, 2);
        QVERIFY(!*readEnclaveCounters(answer(counters, {}))); // no enclave runs
        QVERIFY(!readEnclaveCounters(answer(setting, {{1, 1}})));
    }

    void words()
    {
        QCOMPARE(enclaveTypeName(0), std::string());
        QCOMPARE(enclaveTypeName(1), std::string("VBS"));
        QCOMPARE(enclaveTypeName(2), std::string("SGX"));
        QCOMPARE(enclaveTypeName(9), std::string("type 9"));
        base::Error error;
        QVERIFY(!isPermissionDenied(error));
        error.server = base::ServerError{};
        error.server->number = 300;
        QVERIFY(isPermissionDenied(error));
        error.server->number = 208;
        QVERIFY(!isPermissionDenied(error));
    }

    void statements()
    {
        const auto tables = twoTables().tables;
        QCOMPARE(
            selectTopText(tables[1], 1000), std::string("SELECT TOP (1000)\n    [Id],\n    [odd]]name]\nFROM [HR].[Zweite]]Tabelle];\n"));
        QCOMPARE(selectTopText("[dbo].[v]", 10), std::string("SELECT TOP (10)\n    *\nFROM [dbo].[v];\n"));
        Table hidden = tables[0];
        hidden.columns.clear();
        QCOMPARE(selectTopText(hidden, 5), std::string("SELECT TOP (5)\n    *\nFROM [HR].[Employees];\n"));
        QCOMPARE(bracketedPath({"HR", "Employees", "SSN"}), std::string("[HR].[Employees].[SSN]"));
    }
};

QTEST_APPLESS_MAIN(TstObjectSnapshot)
#include "tst_object_snapshot.moc"
