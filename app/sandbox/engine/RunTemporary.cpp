// Session: temporary tables (#t) and table variables (@t). They live among SQLite's temporary tables of the connection, in memory;
// their catalog is the twin that CatalogStore keeps there. Table variables are known as "@t/<level>", so that no other scope sees them.
#include "app/sandbox/engine/RunTemporary.h"

#include "driver/tsql/Parser.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;

namespace {

Result<std::vector<std::vector<Stored>>> rowsOf(Connection& connection, const std::string& sql)
{
    std::vector<std::vector<Stored>> out;
    ES_TRY(SqliteStatement rows, connection.prepare(sql));
    while (true) {
        ES_TRY(const bool row, rows.step());
        if (!row) return out;
        std::vector<Stored> cells;
        for (int i = 0; i < rows.columnCount(); ++i)
            cells.push_back(rows.storedAt(i));
        out.push_back(std::move(cells));
    }
}

Result<void> putRows(Connection& connection, const std::string& into, const std::vector<std::vector<Stored>>& rows)
{
    if (rows.empty()) return {};
    std::string marks;
    for (std::size_t i = 0; i < rows.front().size(); ++i)
        marks += i ? ",?" : "?";
    std::string sql = "INSERT INTO ";
    sql.append(into).append(" VALUES(").append(marks).append(")");
    ES_TRY(SqliteStatement put, connection.prepare(sql));
    for (const std::vector<Stored>& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            put.bind(static_cast<int>(i) + 1, row[i]);
        ES_TRY([[maybe_unused]] const bool more, put.step());
        put.reset();
    }
    return {};
}

// The twin's tables that hold facts of single objects.
Result<std::vector<std::string>> twinTables(Connection& connection)
{
    std::vector<std::string> out;
    ES_TRY(const auto rows,
        rowsOf(connection,
            "SELECT m.name FROM sqlite_temp_master m, pragma_table_info(m.name) i WHERE m.name GLOB 'et_*' AND i.name='object_id'"));
    for (const std::vector<Stored>& row : rows)
        out.push_back(std::get<std::string>(row[0]));
    return out;
}

std::string ofObject(const std::string& twin, std::int32_t objectId)
{
    const std::string id = std::to_string(objectId);
    return twin + " WHERE object_id=" + id + (twin == "et_objects" ? " OR parent_object_id=" + id : std::string{});
}

} // namespace

Result<void> Session::makeTemporaryCatalog()
{
    m_hasTemporary = true;
    return CatalogStore::createTemporary(*m_connection);
}

Result<void> Session::addTemporary(std::shared_ptr<const Catalog>& catalog)
{
    if (!m_hasTemporary) return {};
    ES_TRY(const std::int64_t version, CatalogStore::temporaryVersion(*m_connection));
    if (version == 0) {
        m_hasTemporary = false; // it went with the transaction that made it
        return {};
    }
    // Numbers of versions come again after a rollback: what was built inside a transaction is not kept.
    const bool lasting = !m_connection->inTransaction();
    if (lasting && catalog == m_overlaidBase && version == m_temporaryVersion) {
        catalog = m_overlaid;
        return {};
    }
    auto merged = std::make_shared<Catalog>(*catalog);
    ES_CHECK(CatalogStore::loadTemporary(*m_connection, *merged));
    merged->index();
    m_overlaidBase = lasting ? catalog : nullptr;
    m_overlaid = merged;
    m_temporaryVersion = version;
    catalog = m_overlaid;
    return {};
}

Result<std::int32_t> Session::newestTemporary()
{
    if (!m_hasTemporary) return kFirstTemporaryId;
    ES_TRY(const std::int64_t version, CatalogStore::temporaryVersion(*m_connection));
    if (version == 0) return kFirstTemporaryId;
    ES_TRY(const std::int64_t newest, m_connection->queryInt("SELECT value FROM et_meta WHERE name='object'"));
    return static_cast<std::int32_t>(newest);
}

void Session::dropTemporary(std::int32_t floor, bool variablesOnly)
{
    if (!m_hasTemporary || !refreshCatalog()) return;
    const std::shared_ptr<const Catalog> catalog = m_facts.catalog;
    CatalogStore store(*m_connection);
    for (const CatalogTable& table : catalog->tables) {
        if (!isTemporaryId(table.objectId) || table.objectId <= floor || (variablesOnly && table.name.front() != '@')) continue;
        if (m_connection->run("DROP TABLE temp." + table.sqlName())) (void)store.removeObject(table.objectId);
    }
    (void)refreshCatalog();
}

Result<void> Session::makeTableVariable(const tsql::VariableDeclaration& declaration, std::string_view text, std::int32_t line)
{
    const std::string_view written = declaration.range.in(text);
    std::string definition = "CREATE TABLE [";
    definition.append(declaration.name).append("/").append(std::to_string(m_nesting)).append("] ");
    definition.append(written.substr(std::min(written.find('('), written.size())));
    ES_TRY(const tsql::Script script, tsql::parse(definition));
    ES_CHECK(checkSupported(script.statements[0]));
    return createTable(std::get<tsql::CreateTable>(script.statements[0].node), definition, line);
}

// --- carrying them over: to another connection, or past a rollback ---

Result<Session::TemporaryImage> Session::imageOf(std::int32_t objectId)
{
    TemporaryImage image;
    image.objectId = objectId;
    const std::string table = "t" + std::to_string(objectId);
    ES_TRY(const auto definitions,
        rowsOf(*m_connection, "SELECT sql FROM sqlite_temp_master WHERE tbl_name='" + table + "' AND sql NOT NULL ORDER BY type='index'"));
    for (const std::vector<Stored>& row : definitions)
        image.definitions.push_back(std::get<std::string>(row[0]));
    ES_TRY(const auto names, rowsOf(*m_connection, "SELECT name FROM pragma_table_info('" + table + "')"));
    image.columns = "rowid";
    for (const std::vector<Stored>& row : names)
        image.columns += "," + std::get<std::string>(row[0]);
    ES_TRY(image.rows, rowsOf(*m_connection, "SELECT " + image.columns + " FROM temp." + table));
    ES_TRY(const std::vector<std::string> twins, twinTables(*m_connection));
    for (const std::string& twin : twins) {
        ES_TRY(auto facts, rowsOf(*m_connection, "SELECT * FROM " + ofObject(twin, objectId)));
        image.facts.emplace_back(twin, std::move(facts));
    }
    return image;
}

Result<std::vector<Session::TemporaryImage>> Session::temporaryImages(bool variablesOnly)
{
    std::vector<TemporaryImage> out;
    if (!m_hasTemporary) return out;
    for (const CatalogTable& table : m_facts.catalog->tables) {
        if (!isTemporaryId(table.objectId) || (variablesOnly && table.name.front() != '@')) continue;
        ES_TRY(TemporaryImage image, imageOf(table.objectId));
        out.push_back(std::move(image));
    }
    return out;
}

Result<void> Session::restoreImages(const std::vector<TemporaryImage>& images)
{
    if (images.empty()) return {};
    ES_CHECK(makeTemporaryCatalog());
    for (const TemporaryImage& image : images) {
        const std::string table = "temp.t" + std::to_string(image.objectId);
        ES_CHECK(m_connection->run("DROP TABLE IF EXISTS " + table));
        for (const std::string& definition : image.definitions) {
            const bool isTable = definition.starts_with("CREATE TABLE");
            ES_CHECK(m_connection->run(isTable ? "CREATE TEMP" + definition.substr(std::string_view("CREATE").size()) : definition));
        }
        ES_CHECK(putRows(*m_connection, table + "(" + image.columns + ")", image.rows));
        for (const auto& [twin, facts] : image.facts) {
            ES_CHECK(m_connection->run("DELETE FROM " + ofObject(twin, image.objectId)));
            ES_CHECK(putRows(*m_connection, twin, facts));
        }
        ES_CHECK(m_connection->run("UPDATE et_meta SET value=max(value," + std::to_string(image.objectId) + ") WHERE name='object'"));
    }
    ES_CHECK(m_connection->run("UPDATE et_meta SET value=value+1 WHERE name='version'"));
    m_overlaidBase.reset();
    return refreshCatalog();
}

Result<void> refuseForTemporary(
    const std::vector<tsql::ColumnDefinition>& columns, const std::vector<tsql::Constraint>& constraints, std::int32_t line)
{
    const auto refused = [](const tsql::Constraint& constraint) {
        return std::holds_alternative<tsql::CheckConstraint>(constraint.node) || std::holds_alternative<tsql::ForeignKey>(constraint.node);
    };
    bool any = std::any_of(constraints.begin(), constraints.end(), refused);
    for (const tsql::ColumnDefinition& column : columns) {
        any |= std::any_of(column.constraints.begin(), column.constraints.end(), refused);
        if (column.computed) return notSupported("A computed column of a temporary table or table variable", line);
    }
    if (any) return notSupported("A CHECK or FOREIGN KEY constraint of a temporary table or table variable", line);
    return {};
}

// --- the end of a scope ---

TemporaryScope::TemporaryScope(Session& session, bool variablesOnly)
    : m_session(session)
    , m_before(session.m_scopeFloor)
    , m_variablesOnly(variablesOnly)
{
    const auto newest = session.newestTemporary();
    m_floor = newest ? *newest : session.m_scopeFloor;
    if (!variablesOnly) session.m_scopeFloor = m_floor;
}

TemporaryScope::~TemporaryScope()
{
    m_session.dropTemporary(m_floor, m_variablesOnly);
    m_session.m_scopeFloor = m_before;
}

} // namespace es::sandbox
