#include "app/sandbox/engine/CatalogStore.h"

#include "app/sandbox/engine/CatalogConstraints.h"
#include "app/sandbox/engine/SecurityStore.h"
#include "driver/types/Calendar.h"
#include "driver/types/Collation.h"

#include <chrono>

namespace es::sandbox {

using base::Result;

namespace {

constexpr std::string_view kTables[] = {
    "CREATE TABLE es_meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "CREATE TABLE es_schemas(schema_id INTEGER PRIMARY KEY, name TEXT)",
    "CREATE TABLE es_objects(object_id INTEGER PRIMARY KEY, schema_id INTEGER, parent_object_id INTEGER, name TEXT, type TEXT,"
    " create_date INTEGER, modify_date INTEGER)",
    "CREATE TABLE es_columns(object_id INTEGER, column_id INTEGER, name TEXT, type_id INTEGER, length INTEGER, precision INTEGER,"
    " scale INTEGER, collation_info INTEGER, collation_sort INTEGER, collation_name TEXT, is_nullable INTEGER, is_identity INTEGER,"
    " seed INTEGER, increment INTEGER, last_value INTEGER, encryption_type INTEGER, cek_id INTEGER, default_object_id INTEGER,"
    " default_name TEXT, default_text TEXT, system_type_id INTEGER, max_length INTEGER, precision_column INTEGER,"
    " scale_column INTEGER, PRIMARY KEY(object_id, column_id)) WITHOUT ROWID",
    "CREATE TABLE es_indexes(object_id INTEGER, index_id INTEGER, name TEXT, is_clustered INTEGER, is_unique INTEGER,"
    " is_primary_key INTEGER, is_unique_constraint INTEGER, constraint_object_id INTEGER, PRIMARY KEY(object_id, index_id)) WITHOUT ROWID",
    "CREATE TABLE es_index_columns(object_id INTEGER, index_id INTEGER, position INTEGER, column_id INTEGER, is_descending INTEGER,"
    " is_included INTEGER, PRIMARY KEY(object_id, index_id, position)) WITHOUT ROWID",
    "CREATE TABLE es_encrypted_indexes(object_id INTEGER, index_id INTEGER, state INTEGER, PRIMARY KEY(object_id, index_id)) WITHOUT ROWID",
    "CREATE TABLE es_cmks(cmk_id INTEGER PRIMARY KEY, name TEXT, provider TEXT, path TEXT, allow_enclave INTEGER, signature BLOB,"
    " create_date INTEGER, modify_date INTEGER)",
    "CREATE TABLE es_ceks(cek_id INTEGER PRIMARY KEY, name TEXT, metadata_version BLOB, create_date INTEGER, modify_date INTEGER)",
    "CREATE TABLE es_cek_values(cek_id INTEGER, position INTEGER, cmk_id INTEGER, encrypted_value BLOB, algorithm TEXT,"
    " PRIMARY KEY(cek_id, position)) WITHOUT ROWID",
    "INSERT INTO es_schemas VALUES(1,'dbo'),(2,'guest'),(3,'INFORMATION_SCHEMA'),(4,'sys')",
    "INSERT INTO es_meta VALUES('version',1),('object',100000000),('schema',4),('cmk',0),('cek',0),('stamp',0)",
};

std::string text(const SqliteStatement& row, int column)
{
    return std::string(row.textAt(column));
}
std::int32_t int32(const SqliteStatement& row, int column)
{
    return static_cast<std::int32_t>(row.intAt(column));
}
base::Bytes blob(const SqliteStatement& row, int column)
{
    const base::ByteView view = row.blobAt(column);
    return {view.begin(), view.end()};
}

CatalogColumn columnOf(const SqliteStatement& row)
{
    CatalogColumn column;
    column.id = int32(row, 1);
    column.name = text(row, 2);
    column.type.id = static_cast<types::TypeId>(row.intAt(3));
    column.type.lengthBytes = static_cast<std::uint32_t>(row.intAt(4));
    column.type.precision = static_cast<std::uint8_t>(row.intAt(5));
    column.type.scale = static_cast<std::uint8_t>(row.intAt(6));
    column.type.collation = {static_cast<std::uint32_t>(row.intAt(7)), static_cast<std::uint8_t>(row.intAt(8))};
    column.collationName = text(row, 9);
    column.nullable = row.intAt(10) != 0;
    if (row.intAt(11) != 0) {
        column.identity = IdentityFacts{row.intAt(12), row.intAt(13), {}};
        if (!row.isNull(14)) column.identity->last = row.intAt(14);
    }
    column.encryption = static_cast<tsql::EncryptionKind>(row.intAt(15));
    column.cekId = int32(row, 16);
    column.defaultObjectId = int32(row, 17);
    column.defaultName = text(row, 18);
    column.defaultText = text(row, 19);
    return column;
}

// Calls `each` for every row of the query.
template <class Each> Result<void> forEach(Connection& connection, std::string_view sql, Each each)
{
    ES_TRY(SqliteStatement statement, connection.prepare(sql));
    while (true) {
        ES_TRY(const bool row, statement.step());
        if (!row) return {};
        each(statement);
    }
}

Result<void> loadTables(Connection& connection, Catalog& catalog, bool temporary)
{
    const auto words = [&](std::string_view sql) { return temporary ? twinText(sql) : std::string(sql); };
    std::map<std::int32_t, std::size_t> position;
    ES_CHECK(forEach(connection,
        words("SELECT o.object_id, o.schema_id, s.name, o.name FROM es_objects o JOIN es_schemas s USING(schema_id)"
             " WHERE o.type='U' ORDER BY o.object_id"),
        [&](const SqliteStatement& row) {
            position[int32(row, 0)] = catalog.tables.size();
            catalog.tables.push_back({int32(row, 0), int32(row, 1), text(row, 2), text(row, 3), {}, {}, {}, {}});
        }));
    const auto tableOf = [&](const SqliteStatement& row) -> CatalogTable* {
        const auto found = position.find(int32(row, 0));
        return found == position.end() ? nullptr : &catalog.tables[found->second];
    };
    ES_CHECK(forEach(connection, words("SELECT * FROM es_columns ORDER BY object_id, column_id"), [&](const SqliteStatement& row) {
        if (CatalogTable* table = tableOf(row)) table->columns.push_back(columnOf(row));
    }));
    ES_CHECK(forEach(connection, words("SELECT * FROM es_indexes ORDER BY object_id, index_id"), [&](const SqliteStatement& row) {
        if (CatalogTable* table = tableOf(row))
            table->indexes.push_back({int32(row, 1), text(row, 2), row.intAt(3) != 0, row.intAt(4) != 0, row.intAt(5) != 0,
                row.intAt(6) != 0, int32(row, 7), {}, {}});
    }));
    ES_CHECK(forEach(connection, words("SELECT object_id, index_id, state FROM es_encrypted_indexes"), [&](const SqliteStatement& row) {
        if (CatalogTable* table = tableOf(row))
            for (CatalogIndex& index : table->indexes)
                if (index.id == int32(row, 1)) {
                    index.enclave = true;
                    index.state = static_cast<IndexState>(row.intAt(2));
                }
    }));
    return forEach(connection,
        words("SELECT object_id, index_id, column_id, is_descending, is_included FROM es_index_columns"
             " ORDER BY object_id, index_id, position"),
        [&](const SqliteStatement& row) {
            if (CatalogTable* table = tableOf(row))
                for (CatalogIndex& index : table->indexes)
                    if (index.id == int32(row, 1)) index.columns.push_back({int32(row, 2), row.intAt(3) != 0, row.intAt(4) != 0});
        });
}

Result<void> loadKeys(Connection& connection, Catalog& catalog)
{
    ES_CHECK(forEach(connection, "SELECT cmk_id, name, provider, path, allow_enclave, signature FROM es_cmks ORDER BY cmk_id",
        [&](const SqliteStatement& row) {
            catalog.masterKeys.push_back({int32(row, 0), text(row, 1), text(row, 2), text(row, 3), row.intAt(4) != 0, blob(row, 5)});
        }));
    ES_CHECK(forEach(connection, "SELECT cek_id, name, metadata_version FROM es_ceks ORDER BY cek_id", [&](const SqliteStatement& row) {
        CatalogEncryptionKey key{int32(row, 0), text(row, 1), {}, {}};
        const base::ByteView stamp = row.blobAt(2);
        std::copy_n(stamp.begin(), std::min(stamp.size(), key.metadataVersion.size()), key.metadataVersion.begin());
        catalog.encryptionKeys.push_back(std::move(key));
    }));
    return forEach(connection, "SELECT cek_id, cmk_id, encrypted_value, algorithm FROM es_cek_values ORDER BY cek_id, position",
        [&](const SqliteStatement& row) {
            for (CatalogEncryptionKey& key : catalog.encryptionKeys)
                if (key.id == int32(row, 0)) key.values.push_back({int32(row, 1), blob(row, 2), text(row, 3)});
        });
}

} // namespace

std::string twinText(std::string_view sql)
{
    std::string out(sql);
    for (std::size_t at = out.find("es_"); at != std::string::npos; at = out.find("es_", at + 3))
        if (at == 0 || out[at - 1] == ' ' || out[at - 1] == '(') out[at + 1] = 't';
    return out;
}

std::int64_t storedNow()
{
    using namespace std::chrono;
    const auto sinceEpoch = system_clock::now().time_since_epoch();
    const std::int64_t units = duration_cast<milliseconds>(sinceEpoch).count() * 3 / 10; // 1/300 s
    constexpr std::int64_t kDaysFrom1900To1970 = 25567;
    return units + kDaysFrom1900To1970 * types::kDateTimeTicksPerDay;
}

Result<void> CatalogStore::create(Connection& connection, std::int32_t databaseId, const std::string& name)
{
    ES_TRY(TransactionScope scope, TransactionScope::begin(connection, TransactionScope::Kind::kWrite));
    for (const std::string_view sql : kTables)
        ES_CHECK(connection.run(sql));
    ES_CHECK(makeModuleTables(connection));
    CatalogStore store(connection);
    ES_CHECK(store.run(
        "INSERT INTO es_meta VALUES('database_id',?1),('name',?2),('create_date',?3)", {std::int64_t{databaseId}, name, storedNow()}));
    ES_CHECK(scope.commit());
    return SecurityStore(connection).ensure();
}

Result<void> CatalogStore::createTemporary(Connection& connection)
{
    ES_TRY(const std::int64_t version, temporaryVersion(connection));
    if (version > 0) return {};
    std::vector<std::string> tables;
    ES_CHECK(forEach(connection, "SELECT sql FROM main.sqlite_master WHERE type='table' AND name GLOB 'es_*'",
        [&](const SqliteStatement& row) { tables.push_back(text(row, 0)); }));
    for (const std::string& sql : tables) {
        const std::string twin = twinText(sql);
        ES_CHECK(connection.run("CREATE TEMP" + twin.substr(std::string_view("CREATE").size())));
    }
    ES_CHECK(connection.run("INSERT INTO et_schemas SELECT * FROM main.es_schemas"));
    return connection.run("INSERT INTO et_meta VALUES('version',1),('object'," + std::to_string(kFirstTemporaryId) + ")");
}

Result<std::int64_t> CatalogStore::temporaryVersion(Connection& connection)
{
    ES_TRY(const std::int64_t tables, connection.queryInt("SELECT count(*) FROM sqlite_temp_master WHERE name='et_meta'"));
    if (tables == 0) return std::int64_t{0};
    return connection.queryInt("SELECT value FROM et_meta WHERE name='version'");
}

Result<void> CatalogStore::loadTemporary(Connection& connection, Catalog& catalog)
{
    Catalog found;
    ES_CHECK(loadTables(connection, found, true));
    for (CatalogTable& table : found.tables)
        catalog.tables.push_back(std::move(table));
    return {};
}

Result<std::int64_t> CatalogStore::version(Connection& connection)
{
    return connection.queryInt("SELECT value FROM es_meta WHERE name='version'");
}

Result<std::shared_ptr<const Catalog>> CatalogStore::load(Connection& connection)
{
    ES_TRY(TransactionScope scope, TransactionScope::begin(connection, TransactionScope::Kind::kRead)); // one consistent look
    auto catalog = std::make_shared<Catalog>();
    catalog->collation = types::kDefaultCollation;
    ES_TRY(catalog->version, version(connection));
    ES_CHECK(forEach(connection, "SELECT name, value FROM es_meta", [&](const SqliteStatement& row) {
        if (row.textAt(0) == "database_id")
            catalog->databaseId = int32(row, 1);
        else if (row.textAt(0) == "name")
            catalog->databaseName = text(row, 1);
    }));
    ES_CHECK(forEach(connection, "SELECT schema_id, name FROM es_schemas ORDER BY schema_id", [&](const SqliteStatement& row) {
        catalog->schemas.push_back({int32(row, 0), text(row, 1)});
    }));
    ES_CHECK(loadTables(connection, *catalog, false));
    ES_CHECK(loadConstraints(connection, *catalog));
    ES_CHECK(loadModules(connection, *catalog));
    ES_CHECK(loadKeys(connection, *catalog));
    ES_TRY(catalog->security, SecurityStore(connection).load());
    ES_CHECK(scope.commit());
    catalog->index();
    return std::shared_ptr<const Catalog>(std::move(catalog));
}

} // namespace es::sandbox
