#include "app/sandbox/engine/SystemViews.h"

#include "app/sandbox/enclaveabi/EnclaveGate.h"
#include "app/sandbox/engine/SecurityViews.h"
#include "app/sandbox/engine/Shared.h"
#include "app/sandbox/engine/SystemViewTypes.h"
#include "driver/types/Collation.h"
#include "driver/types/TypeNames.h"
#include "driver/types/Variant.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;

namespace views {

std::vector<SystemViewColumn> objectColumns()
{
    return {{"name", kSysname, false}, {"object_id", kInt, false}, {"principal_id", kInt, true}, {"schema_id", kInt, false},
        {"parent_object_id", kInt, false}, {"type", kChar2, true}, {"type_desc", kName60, true}, {"create_date", kDateTime, false},
        {"modify_date", kDateTime, false}, {"is_ms_shipped", kBit, false}, {"is_published", kBit, false},
        {"is_schema_published", kBit, false}};
}

SystemView noRows(std::vector<SystemViewColumn> columns)
{
    std::string sql = "SELECT ";
    for (std::size_t i = 0; i < columns.size(); ++i)
        sql += i ? ", NULL" : "NULL";
    return {std::move(columns), sql + " WHERE 0"};
}

void addRow(std::string& rows, const std::string& cells)
{
    rows += (rows.empty() ? "VALUES (" : ", (") + cells + ")";
}

SystemView withRows(std::vector<SystemViewColumn> columns, std::string rows)
{
    if (rows.empty()) return noRows(std::move(columns));
    return {std::move(columns), std::move(rows)};
}

std::string typeNameCase(std::string_view column)
{
    std::string out = "CASE " + std::string(column);
    for (int id = static_cast<int>(TypeId::kBit); id <= static_cast<int>(TypeId::kSqlVariant); ++id)
        out += " WHEN " + std::to_string(id) + " THEN " + quoted(types::baseTypeName(static_cast<TypeId>(id)));
    return out + " END";
}

namespace {

const std::string kObjectSelect
    = "SELECT name, object_id, NULL, schema_id, parent_object_id, substr(type || '  ', 1, 2),"
      " CASE type WHEN 'U' THEN 'USER_TABLE' WHEN 'PK' THEN 'PRIMARY_KEY_CONSTRAINT' WHEN 'UQ' THEN 'UNIQUE_CONSTRAINT'"
      " WHEN 'D' THEN 'DEFAULT_CONSTRAINT' WHEN 'C' THEN 'CHECK_CONSTRAINT' WHEN 'F' THEN 'FOREIGN_KEY_CONSTRAINT'"
      " WHEN 'P' THEN 'SQL_STORED_PROCEDURE' ELSE 'VIEW' END, create_date, modify_date, 0, 0, 0 FROM es_objects";

SystemView objects(SessionFacts&)
{
    return {objectColumns(), kObjectSelect};
}

SystemView tables(SessionFacts&)
{
    std::vector<SystemViewColumn> columns = objectColumns();
    for (const auto& extra : std::initializer_list<SystemViewColumn>{{"max_column_id_used", kInt, false}, {"uses_ansi_nulls", kBit, true},
             {"is_memory_optimized", kBit, true}, {"temporal_type", kTinyInt, true}, {"temporal_type_desc", kName60, true},
             {"is_external", kBit, false}, {"is_node", kBit, true}, {"is_edge", kBit, true}, {"ledger_type", kTinyInt, true},
             {"ledger_type_desc", kName60, true}})
        columns.push_back(extra);
    std::string sql = kObjectSelect;
    sql.replace(sql.find(" FROM es_objects"), std::string::npos,
        ", (SELECT max(column_id) FROM es_columns x WHERE x.object_id = o.object_id), 1, 0, 0, 'NON_TEMPORAL_TABLE', 0, 0, 0, 0, "
        "'NON_LEDGER_TABLE'"
        " FROM es_objects o WHERE type = 'U'");
    return {std::move(columns), std::move(sql)};
}

// "(object_id, column_id) IN (..)" for the columns that the condition picks; "0" when there are none.
std::string isOneOf(const Catalog& catalog, bool (*wanted)(const CatalogColumn&))
{
    std::string out;
    for (const CatalogTable& table : catalog.tables)
        for (const CatalogColumn& column : table.columns)
            if (wanted(column))
                out += (out.empty() ? "((object_id, column_id) IN (VALUES (" : ", (") + std::to_string(table.objectId) + ", "
                    + std::to_string(column.id) + ")";
    return out.empty() ? "0" : out + "))";
}

SystemView columns(SessionFacts& session)
{
    const std::string typeId = "CASE WHEN " + isOneOf(*session.catalog, [](const CatalogColumn& c) { return c.rowVersion; })
        + " THEN 189 ELSE system_type_id END";
    const std::string computed = isOneOf(*session.catalog, [](const CatalogColumn& c) { return c.computed(); });
    return {{{"object_id", kInt, false}, {"name", kSysname, true}, {"column_id", kInt, false}, {"system_type_id", kTinyInt, false},
                {"user_type_id", kInt, false}, {"max_length", kSmallInt, false}, {"precision", kTinyInt, false}, {"scale", kTinyInt, false},
                {"collation_name", kSysname, true}, {"is_nullable", kBit, true}, {"is_ansi_padded", kBit, false},
                {"is_rowguidcol", kBit, false}, {"is_identity", kBit, false}, {"is_computed", kBit, false}, {"is_filestream", kBit, false},
                {"is_sparse", kBit, true}, {"is_column_set", kBit, true}, {"default_object_id", kInt, false},
                {"generated_always_type", kTinyInt, true}, {"is_hidden", kBit, true}, {"is_masked", kBit, true},
                {"encryption_type", kInt, true}, {"encryption_type_desc", types::makeSized(TypeId::kNVarChar, 64), true},
                {"encryption_algorithm_name", kSysname, true}, {"column_encryption_key_id", kInt, true},
                {"column_encryption_key_database_name", kSysname, true}},
        "SELECT object_id, name, column_id, " + typeId + ", " + typeId + ", max_length, precision_column, scale_column,"
        " nullif(collation_name, ''), is_nullable, 1, 0, is_identity, " + computed + ", 0, 0, 0, default_object_id, 0, 0, 0, nullif(encryption_type, 0),"
        " CASE encryption_type WHEN 1 THEN 'DETERMINISTIC' WHEN 2 THEN 'RANDOMIZED' END,"
        " CASE WHEN encryption_type > 0 THEN 'AEAD_AES_256_CBC_HMAC_SHA_256' END, nullif(cek_id, 0), NULL FROM es_columns"};
}

SystemView identityColumns(SessionFacts&)
{
    return {{{"object_id", kInt, false}, {"name", kSysname, true}, {"column_id", kInt, false}, {"seed_value", kVariant, true},
                {"increment_value", kVariant, true}, {"last_value", kVariant, true}, {"encryption_type", kInt, true}, {"encryption_type_desc", types::makeSized(TypeId::kNVarChar, 64), true},
                {"encryption_algorithm_name", kSysname, true}, {"column_encryption_key_id", kInt, true},
                {"column_encryption_key_database_name", kSysname, true}},
        // An identity column cannot be encrypted.
        "SELECT object_id, name, column_id, seed, increment, last_value, NULL, NULL, NULL, NULL, NULL, type_id FROM es_columns WHERE is_identity = 1",
        true};
}

SystemView schemas(SessionFacts&)
{
    return {
        {{"name", kSysname, false}, {"schema_id", kInt, false}, {"principal_id", kInt, true}}, "SELECT name, schema_id, 1 FROM es_schemas"};
}

SystemView typesView(SessionFacts&)
{
    std::string rows;
    for (int id = static_cast<int>(TypeId::kBit); id <= static_cast<int>(TypeId::kSqlVariant); ++id) {
        const auto type = static_cast<TypeId>(id);
        const SqlType full = type > TypeId::kVarBinary                    ? types::makeType(type)
            : types::isText(type) || types::isBinary(type) ? types::makeSized(type, types::isUnicode(type) ? 4000 : 8000)
            : types::isDecimal(type)                                      ? types::makeDecimal(38, 38)
                                                                          : types::makeType(type);
        const std::string number = std::to_string(types::systemTypeId(type));
        rows += (rows.empty() ? "VALUES (" : ", (") + quoted(types::baseTypeName(type)) + ", " + number + ", " + number + ", 4, "
            + std::to_string(types::maxLengthColumn(full)) + ", " + std::to_string(types::precisionColumn(full)) + ", "
            + std::to_string(types::scaleColumn(full)) + ", "
            + (types::isText(type) ? quoted(types::collationName(types::kDefaultCollation)) : "NULL") + ", 1, 0)";
    }
    rows += ", ('timestamp', 189, 189, 4, 8, 0, 0, NULL, 0, 0)";
    rows += ", ('sysname', 231, 256, 4, 256, 0, 0, " + quoted(types::collationName(types::kDefaultCollation)) + ", 0, 0)";
    return {{{"name", kSysname, false}, {"system_type_id", kTinyInt, false}, {"user_type_id", kInt, false}, {"schema_id", kInt, false},
                {"max_length", kSmallInt, false}, {"precision", kTinyInt, false}, {"scale", kTinyInt, false},
                {"collation_name", kSysname, true}, {"is_nullable", kBit, true}, {"is_user_defined", kBit, false}},
        rows};
}

SystemView databases(SessionFacts& session)
{
    std::string rows;
    const std::string level = session.shared->options().profile == tsql::Profile::k2019 ? "150" : "160";
    for (const DatabaseEntry& entry : session.shared->databases())
        rows += (rows.empty() ? "VALUES (" : ", (") + quoted(entry.name) + ", " + std::to_string(entry.id) + ", NULL, "
            + std::to_string(entry.createDate) + ", " + level + ", " + quoted(types::collationName(types::kDefaultCollation))
            + ", 0, 'MULTI_USER', 0, 0, 'ONLINE', 1, 'FULL', 0, " + (entry.acceleratedRecovery ? "1" : "0") + ", 0)";
    return {{{"name", kSysname, false}, {"database_id", kInt, false}, {"source_database_id", kInt, true}, {"create_date", kDateTime, false},
                {"compatibility_level", kTinyInt, false}, {"collation_name", kSysname, true}, {"user_access", kTinyInt, true},
                {"user_access_desc", kName60, true}, {"is_read_only", kBit, true}, {"state", kTinyInt, true}, {"state_desc", kName60, true},
                {"recovery_model", kTinyInt, true}, {"recovery_model_desc", kName60, true}, {"is_encrypted", kBit, true},
                {"is_accelerated_database_recovery_on", kBit, true}, {"containment", kTinyInt, true}},
        rows};
}

// The condition of a filtered index, from the catalog: (object_id, index_id) -> text.
std::string filterCase(const Catalog& catalog)
{
    std::string out;
    for (const CatalogTable& table : catalog.tables)
        for (const CatalogIndex& index : table.indexes)
            if (!index.filterText.empty())
                out += (out.empty() ? "CASE" : "") + std::string(" WHEN object_id = ") + std::to_string(table.objectId) + " AND index_id = "
                    + std::to_string(index.id) + " THEN " + quoted(constraintDefinition(index.filterText));
    return out.empty() ? "NULL" : out + " END";
}

SystemView indexes(SessionFacts& session)
{
    const std::string filter = filterCase(*session.catalog);
    return {
        {{"object_id", kInt, false}, {"name", kSysname, true}, {"index_id", kInt, false}, {"type", kTinyInt, false},
            {"type_desc", kName60, true}, {"is_unique", kBit, true}, {"data_space_id", kInt, true}, {"ignore_dup_key", kBit, true},
            {"is_primary_key", kBit, true}, {"is_unique_constraint", kBit, true}, {"fill_factor", kTinyInt, false},
            {"is_disabled", kBit, true}, {"is_hypothetical", kBit, true}, {"has_filter", kBit, true}, {"filter_definition", kPath, true}},
        "SELECT object_id, name, index_id, CASE WHEN is_clustered THEN 1 ELSE 2 END, CASE WHEN is_clustered THEN 'CLUSTERED' ELSE "
        "'NONCLUSTERED' END,"
        " is_unique, 1, 0, is_primary_key, is_unique_constraint, 0, ifnull((SELECT state <> 0 FROM es_encrypted_indexes e WHERE e.object_id ="
        " es_indexes.object_id AND e.index_id = es_indexes.index_id), 0), 0, ("
            + filter + ") IS NOT NULL, " + filter + " FROM es_indexes"
        " UNION ALL SELECT object_id, NULL, 0, 0, 'HEAP', 0, 1, 0, 0, 0, 0, 0, 0, 0, NULL FROM es_objects o WHERE type = 'U'"
        " AND NOT EXISTS (SELECT 1 FROM es_indexes i WHERE i.object_id = o.object_id AND i.is_clustered)"};
}

SystemView indexColumns(SessionFacts&)
{
    return {{{"object_id", kInt, false}, {"index_id", kInt, false}, {"index_column_id", kInt, false}, {"column_id", kInt, false},
                {"key_ordinal", kTinyInt, false}, {"partition_ordinal", kTinyInt, false}, {"is_descending_key", kBit, true},
                {"is_included_column", kBit, true}},
        "SELECT object_id, index_id, position, column_id, CASE WHEN is_included THEN 0 ELSE position END, 0, is_descending, is_included "
        "FROM es_index_columns"};
}

SystemView masterKeys(SessionFacts&)
{
    return {{{"name", kSysname, false}, {"column_master_key_id", kInt, false}, {"create_date", kDateTime, false},
                {"modify_date", kDateTime, false}, {"key_store_provider_name", kSysname, true}, {"key_path", kPath, true},
                {"allow_enclave_computations", kBit, false}, {"signature", kBinaryMax, true}},
        "SELECT name, cmk_id, create_date, modify_date, provider, path, allow_enclave, signature FROM es_cmks"};
}

SystemView encryptionKeys(SessionFacts&)
{
    return {{{"name", kSysname, false}, {"column_encryption_key_id", kInt, false}, {"create_date", kDateTime, false},
                {"modify_date", kDateTime, false}},
        "SELECT name, cek_id, create_date, modify_date FROM es_ceks"};
}

SystemView encryptionKeyValues(SessionFacts&)
{
    return {{{"column_encryption_key_id", kInt, false}, {"column_master_key_id", kInt, false}, {"encrypted_value", kBinary8000, true},
                {"encryption_algorithm_name", kSysname, true}},
        "SELECT cek_id, cmk_id, encrypted_value, algorithm FROM es_cek_values"};
}

std::string intVariant(std::int64_t value)
{
    const auto variant = types::makeVariant(types::Value(value), kInt);
    return variant ? sqlLiteral(variant->bytes) : "NULL";
}

SystemView configurations(SessionFacts& session)
{
    const SettingStates states = session.shared->settings();
    std::string rows;
    for (std::size_t i = 0; i < kSettings.size(); ++i) {
        const SettingInfo& info = kSettings[i];
        rows += std::string(rows.empty() ? "VALUES " : ", ") + "(" + std::to_string(info.id) + ", '" + std::string(info.name) + "', "
            + intVariant(states[i].value) + ", " + intVariant(info.minimum) + ", " + intVariant(info.maximum) + ", "
            + intVariant(states[i].running) + ", '" + std::string(info.description) + "', " + (info.dynamic ? "1" : "0") + ", 0)";
    }
    return {
        {{"configuration_id", kInt, false}, {"name", types::makeSized(TypeId::kNVarChar, 35), false}, {"value", kVariant, true},
            {"minimum", kVariant, true}, {"maximum", kVariant, true}, {"value_in_use", kVariant, true},
            {"description", types::makeSized(TypeId::kNVarChar, 255), false}, {"is_dynamic", kBit, false}, {"is_advanced", kBit, false}},
        rows};
}

Result<SystemView> enclaveView(SessionFacts& session)
{
    std::vector<SystemViewColumn> columns{{"current_enclave_session_count", kInt, false},
        {"current_column_encryption_key_count", kInt, false}, {"current_memory_size_kb", kBigInt, false},
        {"total_evicted_session_count", kBigInt, false}};
    EnclaveGate* gate = session.shared->options().gate;
    if (!gate) return noRows(std::move(columns));
    const auto facts = gate->statistics();
    if (!facts) return noRows(std::move(columns)); // no row says that no enclave runs
    return SystemView{
        std::move(columns), "SELECT " + std::to_string(facts->sessionCount) + ", " + std::to_string(facts->keyCount) + ", 0, 0"};
}

// Only encrypted indexes are counted: which of its own SQLite uses is not known here.
SystemView indexUsage(SessionFacts& session)
{
    std::string rows;
    for (const auto& [key, use] : session.shared->indexUses())
        rows += (rows.empty() ? "VALUES (" : ", (") + std::to_string(key[0]) + ", " + std::to_string(key[1]) + ", " + std::to_string(key[2])
            + ", " + std::to_string(use.seeks) + ", 0, 0, " + std::to_string(use.updates) + ", nullif(" + std::to_string(use.lastSeek)
            + ", 0), NULL, NULL, nullif(" + std::to_string(use.lastUpdate) + ", 0))";
    std::vector<SystemViewColumn> columns{{"database_id", kSmallInt, false}, {"object_id", kInt, false}, {"index_id", kInt, false},
        {"user_seeks", kBigInt, false}, {"user_scans", kBigInt, false}, {"user_lookups", kBigInt, false}, {"user_updates", kBigInt, false},
        {"last_user_seek", kDateTime, true}, {"last_user_scan", kDateTime, true}, {"last_user_lookup", kDateTime, true},
        {"last_user_update", kDateTime, true}};
    return rows.empty() ? noRows(std::move(columns)) : SystemView{std::move(columns), rows};
}

SystemView partitions(SessionFacts& session)
{
    // One list of VALUES: SQLite bounds the terms of a UNION (500), but not these.
    std::string sql;
    for (const CatalogTable& table : session.catalog->tables) {
        const bool clustered
            = std::any_of(table.indexes.begin(), table.indexes.end(), [](const CatalogIndex& index) { return index.clustered; });
        sql += (sql.empty() ? "VALUES (" : ", (") + std::to_string(table.objectId) + ", " + (clustered ? "1" : "0")
            + ", 1, (SELECT count(*) FROM " + table.sqlName() + "))";
    }
    std::vector<SystemViewColumn> columns{
        {"object_id", kInt, false}, {"index_id", kInt, false}, {"partition_number", kInt, false}, {"rows", kBigInt, true}};
    return sql.empty() ? noRows(std::move(columns)) : SystemView{std::move(columns), sql};
}

constexpr ViewEntry kViews[] = {
    {"sys.objects", objects},
    {"sys.all_objects", objects},
    {"sys.tables", tables},
    {"sys.columns", columns},
    {"sys.all_columns", columns},
    {"sys.identity_columns", identityColumns},
    {"sys.schemas", schemas},
    {"sys.types", typesView},
    {"sys.databases", databases},
    {"sys.indexes", indexes},
    {"sys.index_columns", indexColumns},
    {"sys.column_master_keys", masterKeys},
    {"sys.column_encryption_keys", encryptionKeys},
    {"sys.column_encryption_key_values", encryptionKeyValues},
    {"sys.configurations", configurations},
    {"sys.partitions", partitions},
    {"sys.dm_db_index_usage_stats", indexUsage},
};

} // namespace
} // namespace views

bool isSystemSchema(std::string_view schema)
{
    const std::string folded = foldName(schema);
    return folded == "sys" || folded == "information_schema";
}

Result<std::optional<SystemView>> systemView(std::string_view schema, std::string_view name, SessionFacts& session)
{
    const std::string wanted = foldName(schema) + "." + foldName(name);
    if (wanted == "sys.dm_column_encryption_enclave") {
        ES_TRY(SystemView view, views::enclaveView(session));
        return std::optional(std::move(view));
    }
    if (std::optional<SystemView> view = securityView(wanted, session)) return view;
    if (std::optional<SystemView> view = moduleView(wanted)) return std::optional(restricted(*std::move(view), wanted, session));
    for (const auto family : {std::span<const views::ViewEntry>(views::kViews), views::constraintViews(), views::schemaViews(), views::serverViews()})
        for (const views::ViewEntry& entry : family)
            if (entry.name == wanted) return std::optional(restricted(entry.make(session), wanted, session));
    return std::optional<SystemView>{};
}

} // namespace es::sandbox
