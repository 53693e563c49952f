// Session: indexes of tables: CREATE INDEX, DROP INDEX, and what SQLite has for one that is not on an enclave-enabled column.
#include "app/sandbox/engine/RunTemporary.h"

#include "app/sandbox/engine/CatalogConstraints.h"
#include "app/sandbox/engine/Consequences.h"
#include "app/sandbox/engine/Functions.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;

namespace {

std::string sqliteIndexName(const CatalogTable& table, std::int32_t indexId)
{
    return "i" + std::to_string(table.objectId) + "_" + std::to_string(indexId);
}

} // namespace

Result<void> Session::addIndexOn(const CatalogTable& table, CatalogIndex index, std::int32_t line)
{
    for (const CatalogIndex& other : table.indexes) {
        if (sameName(other.name, index.name))
            return sqlError(1913,
                "The operation failed because an index or statistics with name '" + index.name + "' already exists on table '" + table.name
                    + "'.",
                line);
        if (other.clustered && index.clustered)
            return sqlError(1902,
                "Cannot create more than one clustered index on table '" + table.name + "'. Drop the existing clustered index '"
                    + other.name + "' before creating another.",
                line, 3);
    }
    for (const CatalogIndexColumn& part : index.columns) {
        const CatalogColumn& column = *table.columnById(part.columnId);
        const bool old = isIncomparable(column.type.id) && column.type.id != types::TypeId::kXml;
        if (column.encrypted() || !(part.included ? old : types::isLarge(column.type))) continue;
        const std::string text = "Column '" + column.name + "' in table '" + table.schemaName + "." + table.name + "' is of a type that is invalid for use as ";
        if (part.included) return sqlError(1999, text + "included column in an index.", line);
        return sqlError(1919, text + "a key column in an index.", line);
    }
    index.id = index.clustered ? 1 : 2;
    for (const CatalogIndex& other : table.indexes)
        if (!index.clustered) index.id = std::max(index.id, other.id + 1);
    CatalogStore store(*m_connection);
    ES_CHECK(store.addIndex(table.objectId, index));
    if (!index.filterText.empty()) ES_CHECK(ConstraintStore(*m_connection).putFilter(table.objectId, index.id, index.filterText));
    if (index.enclave) ES_CHECK(store.setIndexState(table.objectId, index.id, IndexState::kValid));
    return createSqliteIndex(table, index, line);
}

Result<void> Session::createSqliteIndex(const CatalogTable& table, const CatalogIndex& index, std::int32_t line)
{
    if (index.enclave) return makeEncryptedIndex(table, index, line);
    std::string keys, nullKeys, anyNull;
    for (const CatalogIndexColumn& part : index.columns) {
        if (part.included) continue;
        const CatalogColumn& column = *table.columnById(part.columnId);
        const auto [key, collate] = Consequences::keyText(column, column.sqlName());
        keys += (keys.empty() ? "" : ", ") + key + collate + (part.descending ? " DESC" : "");
        nullKeys += (nullKeys.empty() ? "" : ", ") + ("ifnull(" + key + ", x'00')") + collate;
        if (column.nullable) anyNull += (anyNull.empty() ? "" : " OR ") + column.sqlName() + " IS NULL";
    }
    std::string filter;
    if (!index.filterText.empty()) {
        std::vector<Variable> none;
        BindContext context{m_facts.catalog, m_program, none, nullptr, m_shared->options().profile, {}};
        Binder binder(context);
        ES_TRY(filter, binder.conditionOn(table, index.filterText, table.sqlName(), line));
        // Our functions are numbered anew in every batch, so none may stay in the file. Without the filter the index only has more rows.
        if (filter.find("es_f") != std::string::npos && index.unique)
            return notSupported("A unique filtered index with this condition", line);
        if (filter.find("es_f") != std::string::npos) filter.clear();
    }
    const std::string name = sqliteIndexName(table, index.id);
    const auto make = [&](const std::string& sql) -> Result<void> {
        auto made = m_connection->run(sql);
        if (!made && made.error().code == kConstraint)
            return sqlError(1505,
                "The CREATE UNIQUE INDEX statement terminated because a duplicate key was found for the object name '" + table.schemaName
                    + "." + table.name + "' and the index name '" + index.name + "'.",
                line);
        return made;
    };
    ES_CHECK(
        make(std::string(index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") + name + " ON " + table.sqlName() + "(" + keys + ")"
        + (filter.empty() ? "" : " WHERE " + filter)));
    // For SQL Server two NULLs are duplicates, for SQLite they are not.
    if (index.unique && !anyNull.empty())
        return make("CREATE UNIQUE INDEX " + name + "n ON " + table.sqlName() + "(" + nullKeys + ") WHERE (" + anyNull + ")"
            + (filter.empty() ? "" : " AND " + filter));
    return {};
}

Result<void> Session::dropSqliteIndex(const CatalogTable& table, const CatalogIndex& index)
{
    if (index.enclave) return dropEncryptedIndex(table, index);
    const std::string name = sqliteIndexName(table, index.id);
    ES_CHECK(m_connection->run("DROP INDEX IF EXISTS " + name));
    return m_connection->run("DROP INDEX IF EXISTS " + name + "n");
}

// What a filter may not be: of a temporary table, or about encrypted values, whose order and equality only the enclave knows.
Result<void> Session::checkFilter(const CatalogTable& table, const CatalogIndex& index, std::int32_t line)
{
    if (isTemporaryId(table.objectId)) return notSupported("A filtered index of a temporary table", line);
    std::vector<Variable> none;
    BindContext context{m_facts.catalog, m_program, none, nullptr, m_shared->options().profile, {}};
    Binder binder(context);
    ES_TRY(const std::string filter, binder.conditionOn(table, index.filterText, "k", line));
    for (const CatalogColumn& column : table.columns) {
        const bool key = std::any_of(index.columns.begin(), index.columns.end(),
            [&](const CatalogIndexColumn& part) { return !part.included && part.columnId == column.id; });
        if (column.encrypted() && (key || Consequences::reads(filter, "k", {column.id})))
            return notSupported("A filtered index on the encrypted column '" + column.name + "'", line);
    }
    return {};
}

Result<void> Session::createIndex(BatchRun& run, const tsql::CreateIndex& node, std::int32_t line)
{
    bool enclave = false;
    const auto work = [&]() -> Result<void> {
        ES_TRY(const CatalogTable* table, tableFor(node.table, line));
        CatalogIndex index;
        index.name = node.name.text;
        index.unique = node.unique;
        index.clustered = node.clustered.value_or(false);
        if (node.where) index.filterText = std::string(node.where->range.in(run.text));
        for (const tsql::IndexColumn& part : node.columns) {
            const CatalogColumn* column = table->column(part.name.text);
            if (!column) return sqlError(1911, "Column name '" + part.name.text + "' does not exist in the target table or view.", line);
            if (column->computed()) return notSupported("An index on the computed column '" + column->name + "'", line);
            if (column->encryption == tsql::EncryptionKind::kRandomized) {
                if (isTemporaryId(table->objectId))
                    return notSupported("An index on the encrypted column '" + column->name + "' of a temporary table", line);
                ES_CHECK(checkEncryptedKey(*column, index, node.columns.size(), line));
                enclave = index.enclave = true;
            }
            index.columns.push_back({column->id, part.descending, false});
        }
        for (const tsql::Identifier& name : node.include) {
            const CatalogColumn* column = table->column(name.text);
            if (!column) return sqlError(1911, "Column name '" + name.text + "' does not exist in the target table or view.", line);
            index.columns.push_back({column->id, false, true});
        }
        if (!index.filterText.empty()) ES_CHECK(checkFilter(*table, index, line));
        return addIndexOn(*table, std::move(index), line);
    };
    ES_CHECK(change(work));
    const auto database = m_shared->database(m_database);
    if (enclave && !(database && database->acceleratedRecovery))
        run.sink.message({33586, 1, 10, line,
                             "Accelerated Database Recovery (ADR) is not enabled for database '" + m_database
                                 + "'. Enable ADR before an index or statistics on columns encrypted with enclave-enabled keys are created.",
                             {}, {}},
            false);
    return {};
}

Result<void> Session::dropIndex(const tsql::DropIndex& node, std::int32_t line)
{
    return change([&]() -> Result<void> {
        for (const tsql::DropIndex::Item& item : node.items) {
            ES_TRY(const CatalogTable* table, tableFor(item.table, line));
            const auto found = std::find_if(table->indexes.begin(), table->indexes.end(),
                [&](const CatalogIndex& index) { return sameName(index.name, item.name.text); });
            if (found == table->indexes.end()) {
                if (node.ifExists) continue;
                return sqlError(3701,
                    "Cannot drop the index '" + table->name + "." + item.name.text
                        + "', because it does not exist or you do not have permission.",
                    line, 7, 11);
            }
            if (found->primaryKey || found->uniqueConstraint)
                return sqlError(3723,
                    "An explicit DROP INDEX is not allowed on index '" + table->name + "." + found->name
                        + "'. It is being used for a constraint.",
                    line, 4);
            for (const Catalog::Reference& reference : m_facts.catalog->referencesTo(table->objectId))
                if (reference.key->keyIndexId == found->id)
                    return sqlError(3723,
                        "An explicit DROP INDEX is not allowed on index '" + table->name + "." + found->name
                            + "'. It is being used for FOREIGN KEY constraint enforcement.",
                        line, 6);
            CatalogStore store(*m_connection);
            ES_CHECK(dropSqliteIndex(*table, *found));
            ES_CHECK(store.removeIndex(table->objectId, found->id));
            ES_CHECK(refreshCatalog());
        }
        return {};
    });
}

} // namespace es::sandbox
