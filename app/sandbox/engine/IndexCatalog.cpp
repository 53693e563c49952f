#include "app/sandbox/engine/IndexCatalog.h"

#include "app/sandbox/engine/IndexTree.h"

namespace es::sandbox {

using base::Result;

namespace {

std::string treeName(std::int64_t objectId, std::int64_t indexId)
{
    return "x" + std::to_string(objectId) + "_" + std::to_string(indexId);
}

} // namespace

std::string indexTreeName(const CatalogTable& table, const CatalogIndex& index)
{
    return treeName(table.objectId, index.id);
}

Result<void> layOutIndex(Connection& connection, const CatalogTable& table, const CatalogIndex& index)
{
    const std::string tree = indexTreeName(table, index);
    ES_CHECK(IndexTree(connection, tree).create());
    const std::string column = "c" + std::to_string(index.columns.front().columnId);
    const std::string note = "SELECT es_note(" + std::to_string(table.objectId) + ", " + std::to_string(index.id) + ", ";
    const std::string on = " ON " + table.sqlName() + " ";
    ES_CHECK(connection.run(
        "CREATE TRIGGER " + tree + "i AFTER INSERT" + on + "BEGIN " + note + "1, NEW.rowid, NULL, NEW." + column + "); END"));
    ES_CHECK(connection.run("CREATE TRIGGER " + tree + "u AFTER UPDATE OF " + column + on + "WHEN OLD." + column + " IS NOT NEW." + column
        + " BEGIN " + note + "2, NEW.rowid, OLD." + column + ", NEW." + column + "); END"));
    return connection.run(
        "CREATE TRIGGER " + tree + "d AFTER DELETE" + on + "BEGIN " + note + "3, OLD.rowid, OLD." + column + ", NULL); END");
}

Result<void> removeIndexParts(Connection& connection, const std::string& tree)
{
    for (const char* suffix : {"i", "u", "d"})
        ES_CHECK(connection.run("DROP TRIGGER IF EXISTS " + tree + suffix));
    return connection.run("DROP TABLE IF EXISTS " + tree);
}

Result<void> settleIndexes(Connection& connection, bool enclave)
{
    ES_CHECK(connection.run("CREATE TABLE IF NOT EXISTS es_encrypted_indexes(object_id INTEGER, index_id INTEGER, state INTEGER,"
                            " PRIMARY KEY(object_id, index_id)) WITHOUT ROWID"));
    if (enclave) return {};
    ES_TRY(TransactionScope scope, TransactionScope::begin(connection, TransactionScope::Kind::kWrite));
    std::vector<std::string> trees;
    {
        ES_TRY(SqliteStatement valid, connection.prepare("SELECT object_id, index_id FROM es_encrypted_indexes WHERE state = 0"));
        while (true) {
            ES_TRY(const bool row, valid.step());
            if (!row) break;
            trees.push_back(treeName(valid.intAt(0), valid.intAt(1)));
        }
    }
    if (trees.empty()) return {};
    for (const std::string& tree : trees)
        ES_CHECK(removeIndexParts(connection, tree));
    ES_CHECK(connection.run("UPDATE es_encrypted_indexes SET state = 2 WHERE state = 0"));
    ES_CHECK(connection.run("UPDATE es_meta SET value = value + 1 WHERE name = 'version'"));
    return scope.commit();
}

} // namespace es::sandbox
