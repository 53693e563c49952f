// Session: ALTER TABLE ADD and DROP.
#include "app/sandbox/engine/RunTemporary.h"

#include "app/sandbox/engine/CatalogConstraints.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;

Result<void> Session::alterTable(BatchRun& run, const tsql::AlterTable& node, std::int32_t line)
{
    if (const auto* alter = std::get_if<tsql::AlterColumn>(&node.action)) {
        ES_TRY(const CatalogTable* table, tableFor(node.name, line));
        return alterColumn(run, *table, *alter, line);
    }
    return change([&]() -> Result<void> {
        ES_TRY(const CatalogTable* table, tableFor(node.name, line));
        if (const auto* add = std::get_if<tsql::AddItems>(&node.action)) return addColumns(*table, *add, run.text, line);
        if (const auto* toggle = std::get_if<tsql::ToggleConstraint>(&node.action)) return toggleConstraints(*table, *toggle, line);
        return dropItems(*table, std::get<tsql::DropItems>(node.action), line);
    });
}

Result<void> Session::addColumns(const CatalogTable& table, const tsql::AddItems& items, std::string_view text, std::int32_t line)
{
    if (isTemporaryId(table.objectId)) ES_CHECK(refuseForTemporary(items.columns, items.constraints, line));
    CatalogStore store(*m_connection);
    const auto keep = m_facts.catalog; // `table` lives in it, and it is replaced below
    const std::int32_t objectId = table.objectId;
    ES_TRY(const std::int64_t rowCount, m_connection->queryInt("SELECT count(*) FROM " + table.sqlName()));
    // Ids of dropped columns are not used again.
    const std::string newest = "SELECT ifnull(max(column_id), 0) + 1 FROM es_columns WHERE object_id = " + std::to_string(objectId);
    ES_TRY(std::int64_t nextId, m_connection->queryInt(isTemporaryId(objectId) ? twinText(newest) : newest));
    for (const tsql::ColumnDefinition& definition : items.columns) {
        const auto columnLine = static_cast<std::int32_t>(definition.range.line);
        ES_TRY(CatalogColumn column, makeColumn(definition, columnLine));
        ES_CHECK(completeColumn(column, definition, text, columnLine));
        if (isTemporaryId(objectId) && (column.computed() || column.rowVersion))
            return notSupported("A computed or rowversion column in a temporary table (" + column.name + ")", columnLine);
        const auto& others = m_facts.catalog->tableById(objectId)->columns;
        if (column.identity && std::any_of(others.begin(), others.end(), [](const CatalogColumn& other) { return other.identity.has_value(); }))
            return severalIdentities(table.name, columnLine);
        const bool key = std::any_of(definition.constraints.begin(), definition.constraints.end(), [](const tsql::Constraint& constraint) {
            const auto* made = std::get_if<tsql::KeyConstraint>(&constraint.node);
            return made && made->primary;
        });
        if (key && !definition.nullable.has_value()) column.nullable = false;
        if (m_facts.catalog->tableById(objectId)->column(column.name))
            return sqlError(2705,
                "Column names in each table must be unique. Column name '" + column.name + "' in table '" + table.name
                    + "' is specified more than once.",
                line, 4);
        // DEFAULT .. WITH VALUES: rows that are there get the default although the column takes NULL.
        const bool withValues = std::any_of(definition.constraints.begin(), definition.constraints.end(), [&](const tsql::Constraint& c) {
            return std::holds_alternative<tsql::DefaultConstraint>(c.node) && foldName(c.range.in(text)).ends_with("with values");
        });
        const bool hasDefault = std::any_of(definition.constraints.begin(), definition.constraints.end(),
            [](const tsql::Constraint& constraint) { return std::holds_alternative<tsql::DefaultConstraint>(constraint.node); });
        if (!column.nullable && !hasDefault && !column.identity && !column.rowVersion && rowCount > 0)
            return sqlError(4901,
                "ALTER TABLE only allows columns to be added that can contain nulls, or have a DEFAULT definition specified. Column '"
                    + column.name + "' cannot be added to non-empty table '" + table.name
                    + "' because it does not satisfy these conditions.",
                line);
        column.id = static_cast<std::int32_t>(nextId++);
        ES_CHECK(store.putColumn(objectId, column));
        if (column.computed() || column.rowVersion) ES_CHECK(ConstraintStore(*m_connection).putColumnRule(objectId, column));
        if (!column.computed())
            ES_CHECK(m_connection->run("ALTER TABLE t" + std::to_string(objectId) + " ADD COLUMN " + column.sqlName()));
        ES_CHECK(refreshCatalog());
        if (column.computed()) ES_CHECK(typeComputed(*m_facts.catalog->tableById(objectId), column, columnLine));
        ES_CHECK(addConstraints(objectId, definition.constraints, column.name, text, items.withCheck.value_or(true)));
        ES_CHECK(refreshCatalog());
        const CatalogTable& now = *m_facts.catalog->tableById(objectId);
        const CatalogColumn& made = *now.columnById(column.id);
        if (made.identity) {
            const IdentityFacts& identity = *made.identity;
            ES_CHECK(m_connection->run("UPDATE " + now.sqlName() + " SET " + made.sqlName() + " = " + std::to_string(identity.seed) + " + "
                + std::to_string(identity.increment) + " * (SELECT count(*) FROM " + now.sqlName() + " x WHERE x.rowid < " + now.sqlName()
                + ".rowid)"));
            if (rowCount > 0) ES_CHECK(store.setIdentity(objectId, made.id, identity.seed + identity.increment * (rowCount - 1)));
        } else if (made.rowVersion) {
            ConstraintStore counters(*m_connection);
            ES_TRY(m_program.rowVersion(), counters.rowVersion());
            ES_CHECK(m_connection->run("UPDATE " + now.sqlName() + " SET " + made.sqlName() + " = es_rowversion()"));
            ES_CHECK(counters.setRowVersion(m_program.rowVersion()));
        } else if ((!made.nullable || withValues) && !made.defaultText.empty()) {
            std::vector<Variable> none;
            BindContext context{m_facts.catalog, m_program, none, nullptr, m_shared->options().profile, text};
            Binder binder(context);
            ES_TRY(const std::string value, binder.defaultText(now, made, line));
            ES_CHECK(m_connection->run("UPDATE " + now.sqlName() + " SET " + made.sqlName() + " = " + value));
        }
    }
    return addConstraints(objectId, items.constraints, "", text, items.withCheck.value_or(true));
}

Result<void> Session::refuseDependents(const CatalogTable& table, const CatalogColumn& column, std::int32_t line)
{
    for (const CatalogIndex& index : table.indexes)
        for (const CatalogIndexColumn& part : index.columns)
            if (part.columnId == column.id)
                return sqlError(5074,
                    std::string("The ") + (index.primaryKey || index.uniqueConstraint ? "object" : "index") + " '" + index.name
                        + "' is dependent on column '" + column.name + "'.",
                    line);
    for (const CatalogForeignKey& key : table.foreignKeys)
        for (const auto& part : key.columns)
            if (part.first == column.id)
                return sqlError(5074, "The object '" + key.name + "' is dependent on column '" + column.name + "'.", line);
    ES_TRY(const std::string reader, readerOf(table, column, line));
    if (!reader.empty()) {
        const bool isColumn = table.column(reader) != nullptr;
        return sqlError(
            5074, std::string("The ") + (isColumn ? "column" : "object") + " '" + reader + "' is dependent on column '" + column.name + "'.", line);
    }
    if (!column.defaultText.empty())
        return sqlError(5074, "The object '" + column.defaultName + "' is dependent on column '" + column.name + "'.", line);
    return {};
}

Result<void> Session::dropItems(const CatalogTable& original, const tsql::DropItems& items, std::int32_t line)
{
    CatalogStore store(*m_connection);
    const auto keep = m_facts.catalog; // `original` lives in it, and it is replaced below
    const std::int32_t objectId = original.objectId;
    for (const tsql::DropItem& item : items.items) {
        ES_CHECK(refreshCatalog());
        const CatalogTable& table = *m_facts.catalog->tableById(objectId);
        if (item.column) {
            const CatalogColumn* column = table.column(item.name.text);
            if (!column && item.ifExists) continue;
            if (!column)
                return sqlError(4924,
                    "ALTER TABLE DROP COLUMN failed because column '" + item.name.text + "' does not exist in table '" + table.name + "'.",
                    line);
            ES_CHECK(refuseDependents(table, *column, line));
            if (table.columns.size() == 1)
                return sqlError(4923,
                    "ALTER TABLE DROP COLUMN failed because '" + column->name + "' is the only data column in table '" + table.name + "'.",
                    line);
            ES_CHECK(store.removeColumn(objectId, column->id));
            if (!column->computed())
                ES_CHECK(m_connection->run("ALTER TABLE " + table.sqlName() + " DROP COLUMN " + column->sqlName()));
            continue;
        }
        const auto index = std::find_if(table.indexes.begin(), table.indexes.end(), [&](const CatalogIndex& candidate) {
            return (candidate.primaryKey || candidate.uniqueConstraint) && sameName(candidate.name, item.name.text);
        });
        const auto owner = std::find_if(table.columns.begin(), table.columns.end(), [&](const CatalogColumn& candidate) {
            return !candidate.defaultText.empty() && sameName(candidate.defaultName, item.name.text);
        });
        if (index != table.indexes.end()) {
            for (const Catalog::Reference& reference : m_facts.catalog->referencesTo(objectId))
                if (reference.key->keyIndexId == index->id)
                    return sqlError(3725,
                        "The constraint '" + index->name + "' is being referenced by table '" + reference.table->name
                            + "', foreign key constraint '" + reference.key->name + "'.",
                        line, 0);
            const std::string name = "i" + std::to_string(objectId) + "_" + std::to_string(index->id);
            ES_CHECK(store.removeIndex(objectId, index->id));
            ES_CHECK(m_connection->run("DROP INDEX IF EXISTS " + name));
            ES_CHECK(m_connection->run("DROP INDEX IF EXISTS " + name + "n"));
        } else if (owner != table.columns.end()) {
            CatalogColumn column = *owner;
            ES_CHECK(store.removeObject(column.defaultObjectId));
            column.defaultObjectId = 0;
            column.defaultName.clear();
            column.defaultText.clear();
            ES_CHECK(store.putColumn(objectId, column));
        } else {
            ES_TRY(const bool dropped, dropConstraint(table, item.name.text));
            if (!dropped && !item.ifExists) return sqlError(3728, "'" + item.name.text + "' is not a constraint.", line);
        }
    }
    return {};
}

} // namespace es::sandbox
