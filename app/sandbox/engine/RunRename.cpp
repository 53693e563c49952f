// Session: sp_rename. Columns, tables, indexes and constraints; T-SQL that the catalog keeps is not rewritten, so a column that
// such text reads keeps its name.
#include "app/sandbox/engine/Session.h"

#include "app/sandbox/engine/Consequences.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;

namespace {

// "a.b", "[a].[b.c]": the parts without their brackets.
std::vector<std::string> partsOf(std::string_view name)
{
    std::vector<std::string> parts(1);
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char open = name[i];
        if ((open == '[' || open == '"') && parts.back().empty()) {
            const char close = open == '[' ? ']' : '"';
            for (++i; i < name.size(); ++i) {
                if (name[i] == close && (i + 1 >= name.size() || name[i + 1] != close)) break;
                parts.back() += name[i];
                if (name[i] == close) ++i;
            }
        } else if (name[i] == '.')
            parts.emplace_back();
        else
            parts.back() += name[i];
    }
    return parts;
}

base::Error noSuchItem(const std::string& name, const std::string& database, const std::string& kind, std::int32_t line)
{
    return sqlError(15225,
        "No item by the name of '" + name + "' could be found in the current database '" + database
            + "', given that @itemtype was input as '" + (kind.empty() ? "(null)" : kind) + "'.",
        line);
}

// To whom a table may not be changed, nothing of it is there.
bool mayAlter(const Access& access, const CatalogTable& table)
{
    return access.allows("ALTER", {SecurableClass::kObject, table.objectId, table.schemaId});
}

base::Error nameTaken(const std::string& name, std::string_view kind, std::int32_t line)
{
    return sqlError(15335,
        "Error: The new name '" + name + "' is already in use as a " + std::string(kind)
            + " name and would cause a duplicate that is not permitted.",
        line);
}

} // namespace

Result<void> Session::rename(const std::string& table, const std::string& idColumn, std::int64_t id, const std::string& name)
{
    ES_TRY(SqliteStatement statement, m_connection->prepare("UPDATE " + table + " SET name = ?1 WHERE " + idColumn + " = ?2"));
    statement.bind(1, name);
    statement.bindInt(2, id);
    ES_CHECK(statement.step());
    return m_connection->run("UPDATE es_meta SET value=value+1 WHERE name='version'");
}

Result<void> Session::renameColumn(const std::vector<std::string>& parts, const std::string& name, std::int32_t line)
{
    const auto wrong
        = [&] { return sqlError(15248, "Either the parameter @objname is ambiguous or the claimed @objtype (COLUMN) is wrong.", line); };
    if (parts.size() < 2) return wrong();
    const CatalogTable* table = m_facts.catalog->table(parts.size() > 2 ? parts[parts.size() - 3] : "", parts[parts.size() - 2]);
    const CatalogColumn* column = table ? table->column(parts.back()) : nullptr;
    if (!column || !mayAlter(*m_facts.access, *table)) return wrong();
    if (const CatalogColumn* other = table->column(name); other && other != column) return nameTaken(name, "COLUMN", line);
    ES_TRY(const std::string reader, readerOf(*table, *column, line));
    if (!reader.empty())
        return sqlError(15336,
            "Object '" + table->name + "." + column->name + "' cannot be renamed because the object participates in enforced dependencies.",
            line);
    CatalogColumn renamed = *column;
    renamed.name = name;
    return CatalogStore(*m_connection).putColumn(table->objectId, renamed);
}

Result<void> Session::renameObject(
    const std::vector<std::string>& parts, const std::string& name, const std::string& kind, std::int32_t line)
{
    const Catalog& catalog = *m_facts.catalog;
    const std::string schema = parts.size() > 1 ? parts[parts.size() - 2] : "";
    if (kind == "index") {
        const CatalogTable* table
            = parts.size() > 1 ? catalog.table(parts.size() > 2 ? parts[parts.size() - 3] : "", parts[parts.size() - 2]) : nullptr;
        if (!table || !mayAlter(*m_facts.access, *table)) return noSuchItem(parts.back(), m_database, "INDEX", line);
        for (const CatalogIndex& index : table->indexes) {
            if (!sameName(index.name, parts.back())) continue;
            if (index.constraintObjectId != 0) ES_CHECK(rename("es_objects", "object_id", index.constraintObjectId, name));
            return rename("es_indexes", "object_id = " + std::to_string(table->objectId) + " AND index_id", index.id, name);
        }
        return noSuchItem(parts.back(), m_database, "INDEX", line);
    }
    if (const CatalogTable* table = catalog.table(schema, parts.back()); table && mayAlter(*m_facts.access, *table)) {
        if (const CatalogTable* other = catalog.table(table->schemaName, name); other && other != table)
            return nameTaken(name, "OBJECT", line);
        return rename("es_objects", "object_id", table->objectId, name);
    }
    for (const CatalogTable& table : catalog.tables) {
        if (!schema.empty() && !sameName(schema, table.schemaName)) continue;
        if (!mayAlter(*m_facts.access, table)) continue;
        for (const CatalogIndex& index : table.indexes)
            if (index.constraintObjectId != 0 && sameName(index.name, parts.back())) {
                ES_CHECK(rename("es_objects", "object_id", index.constraintObjectId, name));
                return rename("es_indexes", "constraint_object_id", index.constraintObjectId, name);
            }
        for (const CatalogCheck& check : table.checks)
            if (sameName(check.name, parts.back())) {
                ES_CHECK(rename("es_objects", "object_id", check.objectId, name));
                return rename("es_checks", "object_id", check.objectId, name);
            }
        for (const CatalogForeignKey& key : table.foreignKeys)
            if (sameName(key.name, parts.back())) {
                ES_CHECK(rename("es_objects", "object_id", key.objectId, name));
                return rename("es_foreign_keys", "object_id", key.objectId, name);
            }
    }
    return noSuchItem(parts.back(), m_database, kind, line);
}

Result<void> Session::runRename(BatchRun& run, const tsql::Execute& node, std::int32_t line)
{
    std::string values[3];
    static constexpr std::string_view kNames[] = {"@objname", "@newname", "@objtype"};
    for (std::size_t i = 0; i < 3; ++i) {
        const tsql::ExecuteArgument* given = callArgument(node, i, kNames[i]);
        if (!given && i < 2)
            return sqlError(201,
                "Procedure or function 'sp_rename' expects parameter '" + std::string(kNames[i]) + "', which was not supplied.", line, 4);
        if (given) {
            const auto* word = std::get_if<tsql::ColumnRef>(&given->value->node);
            if (word && word->parts.size() == 1)
                values[i] = word->parts[0].text;
            else {
                ES_TRY(values[i], evaluateText(run, *given->value));
            }
        }
    }
    const std::vector<std::string> parts = partsOf(values[0]);
    const std::string kind = foldName(values[2]);
    if (!kind.empty() && kind != "column" && kind != "object" && kind != "index") return notSupported("sp_rename of a " + values[2], line);
    ES_CHECK(change([&]() -> Result<void> {
        return kind == "column" ? renameColumn(parts, values[1], line) : renameObject(parts, values[1], kind, line);
    }));
    run.sink.message(
        infoMessage("Caution: Changing any part of an object name could break scripts and stored procedures.", line, 15477), false);
    run.sink.returnStatus(0);
    return {};
}

} // namespace es::sandbox
