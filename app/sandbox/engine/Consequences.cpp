#include "app/sandbox/engine/Consequences.h"

#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using Kind = Binder::Dml::Kind;

namespace {

constexpr int kMaxLevels = 32;
constexpr int kAllRows = -1; // instead of a level: every row of the table

bool contains(const std::vector<std::int32_t>& ids, std::int32_t id)
{
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// A key cell as foreign keys compare it. `prefix`: "q." + "c", or "w." + "o".
std::string keyCell(const CatalogColumn& column, const std::string& prefix)
{
    const auto [cell, collate] = Consequences::keyText(column, prefix + std::to_string(column.id));
    return collate.empty() ? cell : "(" + cell + collate + ")";
}

// "parent key = child cells", one condition per column.
std::string keysMeet(const CatalogTable& parent, const std::string& parentPrefix, const CatalogTable& child, const std::string& childPrefix,
    const CatalogForeignKey& key)
{
    std::string out;
    for (const auto& [own, referenced] : key.columns)
        out += (out.empty() ? "" : " AND ") + keyCell(*parent.columnById(referenced), parentPrefix) + " = "
            + keyCell(*child.columnById(own), childPrefix);
    return out;
}

const CatalogColumn* onlyColumn(const CatalogTable& table, const std::vector<std::int32_t>& ids)
{
    return ids.size() == 1 ? table.columnById(ids.front()) : nullptr;
}

} // namespace

Consequences::KeyText Consequences::keyText(const CatalogColumn& column, const std::string& cell)
{
    if (column.encrypted()) return {cell, {}};
    if (types::isText(column.type.id)) return {cell, " COLLATE " + collationSqlName(column.type)};
    switch (column.type.id) {
    case types::TypeId::kDateTimeOffset: return {"substr(" + cell + ", 1, 8)", {}};
    // The digits of two values that differ in zero bytes at the end alone are the same ones once their zeros at the end are gone; hex(NULL) is ''.
    case types::TypeId::kVarBinary: return {"iif(" + cell + " IS NULL, NULL, rtrim(hex(" + cell + "), '0'))", {}};
    case types::TypeId::kSqlVariant: return {"iif(" + cell + " IS NULL, NULL, hex(" + cell + "))", " COLLATE " + std::string(kVariantCollation)};
    default: return {cell, {}};
    }
}

bool Consequences::reads(const std::string& sql, const std::string& alias, const std::vector<std::int32_t>& columns)
{
    return std::any_of(columns.begin(), columns.end(), [&](std::int32_t id) {
        const std::string cell = alias + ".c" + std::to_string(id);
        for (std::size_t at = sql.find(cell); at != std::string::npos; at = sql.find(cell, at + 1)) {
            const char next = at + cell.size() < sql.size() ? sql[at + cell.size()] : ' ';
            if (next < '0' || next > '9') return true;
        }
        return false;
    });
}

std::string Consequences::oldNames(const CatalogTable& table)
{
    std::string out = "r";
    for (const CatalogColumn& column : table.columns)
        if (!column.computed()) out += ", o" + std::to_string(column.id);
    return out;
}

std::string Consequences::oldCells(const CatalogTable& table, const std::string& alias)
{
    std::string out = alias + ".rowid";
    for (const CatalogColumn& column : table.columns)
        if (!column.computed()) out += ", " + alias + "." + column.sqlName();
    return out;
}

std::string Consequences::updateSql(const CatalogTable& table, const std::vector<std::int32_t>& changed, int level)
{
    std::string set;
    for (const std::int32_t id : changed)
        set += (set.empty() ? "c" : ", c") + std::to_string(id) + " = w.n" + std::to_string(id);
    for (const CatalogColumn& column : table.columns)
        if (column.rowVersion) set += ", " + column.sqlName() + " = es_rowversion()";
    return "UPDATE " + table.sqlName() + " AS x SET " + set + " FROM " + workName(level) + " AS w WHERE x.rowid = w.r";
}

Result<void> Consequences::makeWork(int level, const CatalogTable& table, const std::vector<std::int32_t>& changed)
{
    std::string columns = "r INTEGER PRIMARY KEY";
    for (const CatalogColumn& column : table.columns)
        if (!column.computed()) columns += ", o" + std::to_string(column.id);
    for (const std::int32_t id : changed)
        columns += ", n" + std::to_string(id);
    ES_CHECK(m_connection.run("DROP TABLE IF EXISTS " + workName(level)));
    return m_connection.run("CREATE TABLE " + workName(level) + "(" + columns + ")");
}

Result<bool> Consequences::anyRow(const std::string& sql)
{
    ES_TRY(SqliteStatement rows, m_connection.prepare(sql + " LIMIT 1"));
    return rows.step();
}

base::Error Consequences::conflict(
    std::string_view what, const std::string& name, const CatalogTable& table, const CatalogColumn* column) const
{
    return sqlError(547,
        "The " + m_verb + " statement conflicted with the " + std::string(what) + " constraint \"" + name
            + "\". The conflict occurred in database \"" + m_context.catalog->databaseName + "\", table \"" + table.schemaName + "."
            + table.name + "\"" + (column ? ", column '" + column->name + "'." : "."),
        0, 0);
}

Result<void> Consequences::lookAtCheck(
    const CatalogTable& table, const CatalogCheck& check, const std::vector<std::int32_t>* changed, int level)
{
    Binder binder(m_context);
    ES_TRY(const std::string condition, binder.conditionOn(table, check.text, "k", 0));
    if (changed && !reads(condition, "k", *changed)) return {};
    const std::string which = level == kAllRows ? std::string{} : "k.rowid IN (SELECT r FROM " + workName(level) + ") AND ";
    ES_TRY(const bool broken, anyRow("SELECT 1 FROM " + table.sqlName() + " AS k WHERE " + which + "NOT (" + condition + ")"));
    if (!broken) return {};
    std::vector<std::int32_t> used;
    for (const CatalogColumn& column : table.columns)
        if (reads(condition, "k", {column.id})) used.push_back(column.id);
    return conflict("CHECK", check.name, table, onlyColumn(table, used));
}

Result<void> Consequences::lookAtKey(const CatalogTable& table, const CatalogForeignKey& key, int level)
{
    const CatalogTable* parent = m_context.catalog->tableById(key.referencedId);
    if (!parent) return {};
    std::string present;
    for (const auto& part : key.columns)
        present += " AND k.c" + std::to_string(part.first) + " IS NOT NULL";
    const std::string which = level == kAllRows ? std::string("1") : "k.rowid IN (SELECT r FROM " + workName(level) + ")";
    ES_TRY(const bool broken,
        anyRow("SELECT 1 FROM " + table.sqlName() + " AS k WHERE " + which + present + " AND NOT EXISTS (SELECT 1 FROM " + parent->sqlName()
            + " AS p WHERE " + keysMeet(*parent, "p.c", table, "k.c", key) + ")"));
    if (!broken) return {};
    const bool same = parent->objectId == table.objectId;
    return conflict(same ? "FOREIGN KEY SAME TABLE" : "FOREIGN KEY", key.name, *parent,
        key.columns.size() == 1 ? parent->columnById(key.columns.front().second) : nullptr);
}

Result<void> Consequences::verify(const CatalogTable& table, const CatalogCheck& check)
{
    return lookAtCheck(table, check, nullptr, kAllRows);
}

Result<void> Consequences::verify(const CatalogTable& table, const CatalogForeignKey& key)
{
    return lookAtKey(table, key, kAllRows);
}

// Rows that still point to a key which is gone.
Result<void> Consequences::lookAtReference(int level, const CatalogTable& parent, const Catalog::Reference& reference)
{
    const CatalogTable& child = *reference.table;
    ES_TRY(const bool broken,
        anyRow("SELECT 1 FROM " + workName(level) + " AS w JOIN " + child.sqlName() + " AS k ON "
            + keysMeet(parent, "w.o", child, "k.c", *reference.key) + " WHERE NOT EXISTS (SELECT 1 FROM " + parent.sqlName()
            + " AS p WHERE " + keysMeet(parent, "p.c", child, "k.c", *reference.key) + ")"));
    if (!broken) return {};
    const bool same = parent.objectId == child.objectId;
    const auto& columns = reference.key->columns;
    return conflict(same ? "SAME TABLE REFERENCE" : "REFERENCE", reference.key->name, child,
        columns.size() == 1 ? child.columnById(columns.front().first) : nullptr);
}

// ON DELETE and ON UPDATE: CASCADE, SET NULL, SET DEFAULT.
Result<void> Consequences::actOn(
    int level, const CatalogTable& parent, const Catalog::Reference& reference, Kind kind, const std::vector<std::int32_t>& changed)
{
    const CatalogTable& child = *reference.table;
    const RowAction action = kind == Kind::kDelete ? reference.key->onDelete : reference.key->onUpdate;
    const bool deletes = kind == Kind::kDelete && action == RowAction::kCascade;
    std::vector<std::int32_t> columns;
    std::string names, cells, moved;
    for (const auto& [own, referenced] : reference.key->columns) {
        const std::string id = std::to_string(referenced);
        if (contains(changed, referenced)) moved += (moved.empty() ? " AND (w.o" : " OR w.o") + id + " IS NOT w.n" + id;
        if (deletes) continue;
        columns.push_back(own);
        names += ", n" + std::to_string(own);
        if (action == RowAction::kCascade)
            cells += (contains(changed, referenced) ? ", w.n" : ", w.o") + id;
        else if (action == RowAction::kSetNull)
            cells += ", NULL";
        else {
            Binder binder(m_context);
            ES_TRY(const std::string value, binder.defaultText(child, *child.columnById(own), 0));
            cells += ", " + value;
        }
    }
    if (!moved.empty()) moved += ")";
    const int next = level + 1;
    ES_CHECK(makeWork(next, child, columns));
    ES_CHECK(m_connection.run("INSERT OR IGNORE INTO " + workName(next) + "(" + oldNames(child) + names + ") SELECT " + oldCells(child, "k")
        + cells + " FROM " + child.sqlName() + " AS k JOIN " + workName(level) + " AS w ON "
        + keysMeet(parent, "w.o", child, "k.c", *reference.key) + moved));
    auto done = m_connection.run(deletes ? "DELETE FROM " + child.sqlName() + " WHERE rowid IN (SELECT r FROM " + workName(next) + ")"
                                         : updateSql(child, columns, next));
    if (!done) return m_naming(std::move(done).error(), child);
    return follow(next, child, deletes ? Kind::kDelete : Kind::kUpdate, columns);
}

Result<void> Consequences::follow(int level, const CatalogTable& table, Kind kind, const std::vector<std::int32_t>& changed)
{
    if (level >= kMaxLevels)
        return sqlError(217, "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).");
    if (kind != Kind::kDelete) {
        for (const CatalogCheck& check : table.checks)
            if (!check.disabled) ES_CHECK(lookAtCheck(table, check, kind == Kind::kUpdate ? &changed : nullptr, level));
        for (const CatalogForeignKey& key : table.foreignKeys) {
            const bool concerned = kind == Kind::kInsert
                || std::any_of(key.columns.begin(), key.columns.end(), [&](const auto& part) { return contains(changed, part.first); });
            if (!key.disabled && concerned) ES_CHECK(lookAtKey(table, key, level));
        }
    }
    if (kind == Kind::kInsert) return {};
    std::vector<Catalog::Reference> references;
    for (const Catalog::Reference& reference : m_context.catalog->referencesTo(table.objectId)) {
        const auto& columns = reference.key->columns;
        const bool concerned = kind == Kind::kDelete
            || std::any_of(columns.begin(), columns.end(), [&](const auto& part) { return contains(changed, part.second); });
        if (!reference.key->disabled && concerned) references.push_back(reference);
    }
    const auto acts = [&](const Catalog::Reference& reference) {
        return (kind == Kind::kDelete ? reference.key->onDelete : reference.key->onUpdate) != RowAction::kNoAction;
    };
    for (const Catalog::Reference& reference : references)
        if (acts(reference)) ES_CHECK(actOn(level, table, reference, kind, changed));
    for (const Catalog::Reference& reference : references)
        if (!acts(reference)) ES_CHECK(lookAtReference(level, table, reference));
    return {};
}

} // namespace es::sandbox
