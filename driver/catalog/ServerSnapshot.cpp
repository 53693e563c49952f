#include "driver/catalog/ServerSnapshot.h"

#include <array>

namespace es::catalog {

namespace {

constexpr std::array<std::string_view, 3> kQueries{
    // kDatabases
    "SELECT d.database_id, d.name, d.state_desc, HAS_DBACCESS(d.name) AS has_access FROM sys.databases AS d ORDER BY d.name;",
    // kEnclaveConfiguration: both values are sql_variant on SQL Server
    "SELECT CAST(c.value AS int) AS configured, CAST(c.value_in_use AS int) AS in_use FROM sys.configurations AS c "
    "WHERE c.name = 'column encryption enclave type';",
    // kEnclaveCounters
    "SELECT e.current_enclave_session_count, e.current_column_encryption_key_count, e.current_memory_size_kb, "
    "e.total_evicted_session_count FROM sys.dm_column_encryption_enclave AS e;",
};

} // namespace

std::string_view queryText(ServerQuestion question)
{
    return kQueries[static_cast<std::size_t>(question)];
}

base::Result<std::vector<DatabaseInfo>> readDatabases(const CatalogRows& rows)
{
    std::vector<DatabaseInfo> databases;
    for (RowCursor row(rows); row.next();) {
        DatabaseInfo database;
        database.id = static_cast<std::int32_t>(row.integer("database_id"));
        database.name = row.text("name");
        database.state = row.text("state_desc");
        database.accessible = row.isNull("has_access") || row.integer("has_access") != 0;
        ES_CHECK(row.status());
        databases.push_back(std::move(database));
    }
    return databases;
}

base::Result<std::optional<EnclaveConfiguration>> readEnclaveConfiguration(const CatalogRows& rows)
{
    RowCursor row(rows);
    if (!row.next()) return std::optional<EnclaveConfiguration>{};
    const EnclaveConfiguration configuration{row.integer("configured"), row.integer("in_use")};
    ES_CHECK(row.status());
    return std::optional(configuration);
}

base::Result<std::optional<EnclaveCounters>> readEnclaveCounters(const CatalogRows& rows)
{
    RowCursor row(rows);
    if (!row.next()) return std::optional<EnclaveCounters>{};
    const EnclaveCounters counters{row.integer("current_enclave_session_count"), row.integer("current_column_encryption_key_count"),
        row.integer("current_memory_size_kb"), row.integer("total_evicted_session_count")};
    ES_CHECK(row.status());
    return std::optional(counters);
}

std::string enclaveTypeName(std::int64_t type)
{
    switch (type) {
    case 0: return {};
    case 1: return "VBS";
    case 2: return "SGX";
    default: return "type " + std::to_string(type);
    }
}

bool isPermissionDenied(const base::Error& error)
{
    if (!error.server) return false;
    // 229 object, 262 database, 297 and 300 server state, 371 and 15247 in some builds
    for (const int number : {229, 262, 297, 300, 371, 15247})
        if (error.server->number == number) return true;
    return false;
}

} // namespace es::catalog
