// What follows from changed rows: CHECK constraints are looked at, foreign keys too, and their actions are carried out.
// The rows stand in a work table of the connection, one per level of a cascade:
//   temp.es_w<level>(r rowid, o<column_id> the old cell of every stored column, n<column_id> the new cell of those that change)
// Runs inside the statement's transaction; an error means that the caller rolls all of it back.
// Errors: 547 for a conflict, 217 for more than 32 levels. Thread: session thread only.
#pragma once

#include "app/sandbox/engine/Binder.h"

namespace es::sandbox {

class Consequences {
public:
    using Naming = std::function<base::Error(base::Error, const CatalogTable&)>; // gives a violated unique index its message

    Consequences(Connection& connection, BindContext& context, std::string verb, Naming naming)
        : m_connection(connection)
        , m_context(context)
        , m_verb(std::move(verb))
        , m_naming(std::move(naming))
    {
    }

    [[nodiscard]] static std::string workName(int level) { return "temp.es_w" + std::to_string(level); }
    // "r, o1, o2, n2" and "alias.rowid, alias.c1, alias.c2": what collects rows, but for the new cells.
    [[nodiscard]] static std::string oldNames(const CatalogTable& table);
    [[nodiscard]] static std::string oldCells(const CatalogTable& table, const std::string& alias);
    // "UPDATE .. SET .. FROM the work table": writes the new cells, and a new rowversion.
    [[nodiscard]] static std::string updateSql(const CatalogTable& table, const std::vector<std::int32_t>& changed, int level);

    // A cell as a key compares it, in functions that SQLite has by itself, so that it may stand in an index. Several spellings of one value
    // are one key: trailing zero bytes, one instant at two offsets, a sql_variant of two base types. NULL stays NULL. `collate`: empty, or
    // with a leading blank.
    struct KeyText {
        std::string cell;
        std::string collate;
    };
    [[nodiscard]] static KeyText keyText(const CatalogColumn& column, const std::string& cell);

    // Whether text bound with this alias reads one of the columns.
    [[nodiscard]] static bool reads(const std::string& sql, const std::string& alias, const std::vector<std::int32_t>& columns);

    [[nodiscard]] base::Result<void> makeWork(int level, const CatalogTable& table, const std::vector<std::int32_t>& changed);
    // The change of the rows in the level's work table has been made.
    [[nodiscard]] base::Result<void> follow(
        int level, const CatalogTable& table, Binder::Dml::Kind kind, const std::vector<std::int32_t>& changed);
    // All rows of the table: ALTER TABLE .. WITH CHECK.
    [[nodiscard]] base::Result<void> verify(const CatalogTable& table, const CatalogCheck& check);
    [[nodiscard]] base::Result<void> verify(const CatalogTable& table, const CatalogForeignKey& key);

private:
    base::Result<bool> anyRow(const std::string& sql);
    base::Result<void> lookAtCheck(
        const CatalogTable& table, const CatalogCheck& check, const std::vector<std::int32_t>* changed, int level);
    base::Result<void> lookAtKey(const CatalogTable& table, const CatalogForeignKey& key, int level);
    base::Result<void> actOn(int level, const CatalogTable& parent, const Catalog::Reference& reference, Binder::Dml::Kind kind,
        const std::vector<std::int32_t>& changed);
    base::Result<void> lookAtReference(int level, const CatalogTable& parent, const Catalog::Reference& reference);
    [[nodiscard]] base::Error conflict(
        std::string_view what, const std::string& name, const CatalogTable& table, const CatalogColumn* column) const;

    Connection& m_connection;
    BindContext& m_context;
    std::string m_verb; // "INSERT"
    Naming m_naming;
};

} // namespace es::sandbox
