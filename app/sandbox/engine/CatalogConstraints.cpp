#include "app/sandbox/engine/CatalogConstraints.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;

namespace {

constexpr std::string_view kTables[] = {
    "CREATE TABLE IF NOT EXISTS es_checks(object_id INTEGER PRIMARY KEY, table_id INTEGER, column_id INTEGER, name TEXT, text TEXT,"
    " is_disabled INTEGER, is_trusted INTEGER)",
    "CREATE TABLE IF NOT EXISTS es_foreign_keys(object_id INTEGER PRIMARY KEY, table_id INTEGER, name TEXT, referenced_id INTEGER,"
    " key_index_id INTEGER, on_delete INTEGER, on_update INTEGER, is_disabled INTEGER, is_trusted INTEGER)",
    "CREATE TABLE IF NOT EXISTS es_foreign_key_columns(object_id INTEGER, position INTEGER, column_id INTEGER, referenced_column_id "
    "INTEGER,"
    " PRIMARY KEY(object_id, position)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS es_column_rules(table_id INTEGER, column_id INTEGER, computed_text TEXT, is_persisted INTEGER,"
    " is_row_version INTEGER, PRIMARY KEY(table_id, column_id)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS es_index_filters(table_id INTEGER, index_id INTEGER, text TEXT, PRIMARY KEY(table_id, index_id)) WITHOUT "
    "ROWID",
};

std::int32_t int32(const SqliteStatement& row, int column)
{
    return static_cast<std::int32_t>(row.intAt(column));
}

Result<bool> hasTables(Connection& connection)
{
    ES_TRY(const std::int64_t count, connection.queryInt("SELECT count(*) FROM sqlite_master WHERE name = 'es_index_filters'"));
    return count > 0;
}

// Calls `each` with the table that column 0 names.
template <class Each> Result<void> forTables(Connection& connection, Catalog& catalog, std::string_view sql, Each each)
{
    ES_TRY(SqliteStatement rows, connection.prepare(sql));
    while (true) {
        ES_TRY(const bool row, rows.step());
        if (!row) return {};
        const auto table = std::find_if(catalog.tables.begin(), catalog.tables.end(),
            [&](const CatalogTable& candidate) { return candidate.objectId == int32(rows, 0); });
        if (table != catalog.tables.end()) each(*table, rows);
    }
}

} // namespace

Result<void> loadConstraints(Connection& connection, Catalog& catalog)
{
    ES_TRY(const bool any, hasTables(connection));
    if (!any) return {};
    ES_CHECK(forTables(connection, catalog,
        "SELECT table_id, object_id, name, column_id, text, is_disabled, is_trusted FROM es_checks ORDER BY object_id",
        [](CatalogTable& table, const SqliteStatement& row) {
            table.checks.push_back({int32(row, 1), std::string(row.textAt(2)), int32(row, 3), std::string(row.textAt(4)), row.intAt(5) != 0,
                row.intAt(6) != 0});
        }));
    ES_CHECK(forTables(connection, catalog,
        "SELECT table_id, object_id, name, referenced_id, key_index_id, on_delete, on_update, is_disabled, is_trusted FROM es_foreign_keys"
        " ORDER BY object_id",
        [](CatalogTable& table, const SqliteStatement& row) {
            table.foreignKeys.push_back({int32(row, 1), std::string(row.textAt(2)), int32(row, 3), int32(row, 4),
                static_cast<RowAction>(row.intAt(5)), static_cast<RowAction>(row.intAt(6)), row.intAt(7) != 0, row.intAt(8) != 0, {}});
        }));
    ES_CHECK(forTables(connection, catalog,
        "SELECT f.table_id, c.object_id, c.column_id, c.referenced_column_id FROM es_foreign_key_columns c JOIN es_foreign_keys f"
        " USING (object_id) ORDER BY c.object_id, c.position",
        [](CatalogTable& table, const SqliteStatement& row) {
            for (CatalogForeignKey& key : table.foreignKeys)
                if (key.objectId == int32(row, 1)) key.columns.emplace_back(int32(row, 2), int32(row, 3));
        }));
    ES_CHECK(forTables(connection, catalog, "SELECT table_id, column_id, computed_text, is_persisted, is_row_version FROM es_column_rules",
        [](CatalogTable& table, const SqliteStatement& row) {
            for (CatalogColumn& column : table.columns) {
                if (column.id != int32(row, 1)) continue;
                column.computedText = std::string(row.textAt(2));
                column.persisted = row.intAt(3) != 0;
                column.rowVersion = row.intAt(4) != 0;
            }
        }));
    return forTables(
        connection, catalog, "SELECT table_id, index_id, text FROM es_index_filters", [](CatalogTable& table, const SqliteStatement& row) {
            for (CatalogIndex& index : table.indexes)
                if (index.id == int32(row, 1)) index.filterText = std::string(row.textAt(2));
        });
}

Result<void> ConstraintStore::ensureTables()
{
    ES_TRY(const bool any, hasTables(m_connection));
    if (any) return {};
    for (const std::string_view sql : kTables)
        ES_CHECK(m_connection.run(sql));
    return {};
}

Result<void> ConstraintStore::putCheck(std::int32_t tableId, const CatalogCheck& check)
{
    ES_CHECK(ensureTables());
    return m_connection.run("INSERT OR REPLACE INTO es_checks VALUES(?1,?2,?3,?4,?5,?6,?7)",
        {std::int64_t{check.objectId}, std::int64_t{tableId}, std::int64_t{check.columnId}, check.name, check.text,
            std::int64_t{check.disabled}, std::int64_t{check.trusted}});
}

Result<void> ConstraintStore::putForeignKey(std::int32_t tableId, const CatalogForeignKey& key)
{
    ES_CHECK(ensureTables());
    ES_CHECK(m_connection.run("INSERT OR REPLACE INTO es_foreign_keys VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
        {std::int64_t{key.objectId}, std::int64_t{tableId}, key.name, std::int64_t{key.referencedId}, std::int64_t{key.keyIndexId},
            static_cast<std::int64_t>(key.onDelete), static_cast<std::int64_t>(key.onUpdate), std::int64_t{key.disabled},
            std::int64_t{key.trusted}}));
    std::int64_t position = 0;
    for (const auto& [own, referenced] : key.columns)
        ES_CHECK(m_connection.run("INSERT OR REPLACE INTO es_foreign_key_columns VALUES(?1,?2,?3,?4)",
            {std::int64_t{key.objectId}, ++position, std::int64_t{own}, std::int64_t{referenced}}));
    return {};
}

Result<void> ConstraintStore::putColumnRule(std::int32_t tableId, const CatalogColumn& column)
{
    ES_CHECK(ensureTables());
    return m_connection.run("INSERT OR REPLACE INTO es_column_rules VALUES(?1,?2,?3,?4,?5)",
        {std::int64_t{tableId}, std::int64_t{column.id}, column.computedText, std::int64_t{column.persisted},
            std::int64_t{column.rowVersion}});
}

Result<void> ConstraintStore::putFilter(std::int32_t tableId, std::int32_t indexId, const std::string& text)
{
    ES_CHECK(ensureTables());
    return m_connection.run("INSERT OR REPLACE INTO es_index_filters VALUES(?1,?2,?3)", {std::int64_t{tableId}, std::int64_t{indexId}, text});
}

Result<void> ConstraintStore::forget(std::int32_t objectId)
{
    ES_TRY(const bool any, hasTables(m_connection));
    if (!any) return {};
    for (const char* sql : {"DELETE FROM es_foreign_key_columns WHERE object_id IN (SELECT object_id FROM es_foreign_keys WHERE ?1 IN "
                            "(object_id, table_id))",
             "DELETE FROM es_foreign_keys WHERE ?1 IN (object_id, table_id)", "DELETE FROM es_checks WHERE ?1 IN (object_id, table_id)",
             "DELETE FROM es_column_rules WHERE table_id=?1", "DELETE FROM es_index_filters WHERE table_id=?1"})
        ES_CHECK(m_connection.run(sql, {std::int64_t{objectId}}));
    return {};
}

Result<void> ConstraintStore::forgetColumn(std::int32_t tableId, std::int32_t columnId)
{
    ES_TRY(const bool any, hasTables(m_connection));
    if (!any) return {};
    return m_connection.run("DELETE FROM es_column_rules WHERE table_id=?1 AND column_id=?2", {std::int64_t{tableId}, std::int64_t{columnId}});
}

Result<void> ConstraintStore::forgetIndex(std::int32_t tableId, std::int32_t indexId)
{
    ES_TRY(const bool any, hasTables(m_connection));
    if (!any) return {};
    return m_connection.run("DELETE FROM es_index_filters WHERE table_id=?1 AND index_id=?2", {std::int64_t{tableId}, std::int64_t{indexId}});
}

Result<std::int64_t> ConstraintStore::rowVersion()
{
    return m_connection.queryInt("SELECT ifnull((SELECT value FROM es_meta WHERE name = 'row_version'), 0)");
}

Result<void> ConstraintStore::setRowVersion(std::int64_t last)
{
    return m_connection.run("INSERT OR REPLACE INTO es_meta VALUES('row_version', ?1)", {last});
}

} // namespace es::sandbox
