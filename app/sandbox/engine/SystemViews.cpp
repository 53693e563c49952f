#include "app/sandbox/engine/SystemViews.h"

#include "app/sandbox/enclaveabi/EnclaveGate.h"
#include "app/sandbox/engine/SecurityViews.h"
#include "app/sandbox/engine/Shared.h"
#include "app/sandbox/engine/StorageCodec.h"
#include "driver/types/Collation.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;

namespace {

const SqlType kInt = types::makeType(TypeId::kInt);
const SqlType kBigInt = types::makeType(TypeId::kBigInt);
const SqlType kSmallInt = types::makeType(TypeId::kSmallInt);
const SqlType kTinyInt = types::makeType(TypeId::kTinyInt);
const SqlType kBit = types::makeType(TypeId::kBit);
const SqlType kDateTime = types::makeType(TypeId::kDateTime);
const SqlType kSysname = types::makeSized(TypeId::kNVarChar, 128);
const SqlType kName60 = types::makeSized(TypeId::kNVarChar, 60);
const SqlType kPath = types::makeSized(TypeId::kNVarChar, 4000);
const SqlType kChar2 = types::makeSized(TypeId::kChar, 2);
const SqlType kBinaryMax = types::makeSized(TypeId::kVarBinary, types::kMaxLength);
const SqlType kBinary8000 = types::makeSized(TypeId::kVarBinary, 8000);

std::string quoted(std::string_view text)
{
    return sqlLiteral(Stored(std::string(text)));
}

std::vector<SystemViewColumn> objectColumns()
{
    return {{"name", kSysname, false}, {"object_id", kInt, false}, {"principal_id", kInt, true}, {"schema_id", kInt, false},
        {"parent_object_id", kInt, false}, {"type", kChar2, true}, {"type_desc", kName60, true}, {"create_date", kDateTime, false},
        {"modify_date", kDateTime, false}, {"is_ms_shipped", kBit, false}, {"is_published", kBit, false},
        {"is_schema_published", kBit, false}};
}

const std::string kObjectSelect
    = "SELECT name, object_id, NULL, schema_id, parent_object_id, substr(type || '  ', 1, 2),"
      " CASE type WHEN 'U' THEN 'USER_TABLE' WHEN 'PK' THEN 'PRIMARY_KEY_CONSTRAINT' WHEN 'UQ' THEN 'UNIQUE_CONSTRAINT'"
      " WHEN 'D' THEN 'DEFAULT_CONSTRAINT' WHEN 'P' THEN 'SQL_STORED_PROCEDURE' ELSE 'VIEW' END, create_date, modify_date, 0, 0, 0 FROM es_objects";

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

SystemView noRows(std::vector<SystemViewColumn> columns)
{
    std::string sql = "SELECT ";
    for (std::size_t i = 0; i < columns.size(); ++i)
        sql += i ? ", NULL" : "NULL";
    return {std::move(columns), sql + " WHERE 0"};
}

SystemView columns(SessionFacts&)
{
    return {{{"object_id", kInt, false}, {"name", kSysname, true}, {"column_id", kInt, false}, {"system_type_id", kTinyInt, false},
                {"user_type_id", kInt, false}, {"max_length", kSmallInt, false}, {"precision", kTinyInt, false}, {"scale", kTinyInt, false},
                {"collation_name", kSysname, true}, {"is_nullable", kBit, true}, {"is_ansi_padded", kBit, false},
                {"is_rowguidcol", kBit, false}, {"is_identity", kBit, false}, {"is_computed", kBit, false}, {"is_filestream", kBit, false},
                {"is_sparse", kBit, true}, {"is_column_set", kBit, true}, {"default_object_id", kInt, false},
                {"generated_always_type", kTinyInt, true}, {"is_hidden", kBit, true}, {"is_masked", kBit, true},
                {"encryption_type", kInt, true}, {"encryption_type_desc", types::makeSized(TypeId::kNVarChar, 64), true},
                {"encryption_algorithm_name", kSysname, true}, {"column_encryption_key_id", kInt, true},
                {"column_encryption_key_database_name", kSysname, true}},
        "SELECT object_id, name, column_id, system_type_id, system_type_id, max_length, precision_column, scale_column,"
        " nullif(collation_name, ''), is_nullable, 1, 0, is_identity, 0, 0, 0, 0, default_object_id, 0, 0, 0, nullif(encryption_type, 0),"
        " CASE encryption_type WHEN 1 THEN 'DETERMINISTIC' WHEN 2 THEN 'RANDOMIZED' END,"
        " CASE WHEN encryption_type > 0 THEN 'AEAD_AES_256_CBC_HMAC_SHA_256' END, nullif(cek_id, 0), NULL FROM es_columns"};
}

SystemView identityColumns(SessionFacts&)
{
    return {{{"object_id", kInt, false}, {"name", kSysname, true}, {"column_id", kInt, false}, {"seed_value", kBigInt, true},
                {"increment_value", kBigInt, true}, {"last_value", kBigInt, true}},
        "SELECT object_id, name, column_id, seed, increment, last_value FROM es_columns WHERE is_identity = 1"};
}

SystemView schemas(SessionFacts&)
{
    return {
        {{"name", kSysname, false}, {"schema_id", kInt, false}, {"principal_id", kInt, true}}, "SELECT name, schema_id, 1 FROM es_schemas"};
}

SystemView typesView(SessionFacts&)
{
    std::string rows;
    for (int id = static_cast<int>(TypeId::kBit); id <= static_cast<int>(TypeId::kVarBinary); ++id) {
        const auto type = static_cast<TypeId>(id);
        const SqlType full = types::isText(type) || types::isBinary(type) ? types::makeSized(type, types::isUnicode(type) ? 4000 : 8000)
            : types::isDecimal(type)                                      ? types::makeDecimal(38, 38)
                                                                          : types::makeType(type);
        const std::string number = std::to_string(types::systemTypeId(type));
        rows += (rows.empty() ? "VALUES (" : ", (") + quoted(types::baseTypeName(type)) + ", " + number + ", " + number + ", 4, "
            + std::to_string(types::maxLengthColumn(full)) + ", " + std::to_string(types::precisionColumn(full)) + ", "
            + std::to_string(types::scaleColumn(full)) + ", "
            + (types::isText(type) ? quoted(types::collationName(types::kDefaultCollation)) : "NULL") + ", 1, 0)";
    }
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
            + ", 0, 'MULTI_USER', 0, 0, 'ONLINE', 1, 'FULL', 0, 0, 0)";
    return {{{"name", kSysname, false}, {"database_id", kInt, false}, {"source_database_id", kInt, true}, {"create_date", kDateTime, false},
                {"compatibility_level", kTinyInt, false}, {"collation_name", kSysname, true}, {"user_access", kTinyInt, true},
                {"user_access_desc", kName60, true}, {"is_read_only", kBit, true}, {"state", kTinyInt, true}, {"state_desc", kName60, true},
                {"recovery_model", kTinyInt, true}, {"recovery_model_desc", kName60, true}, {"is_encrypted", kBit, true},
                {"is_accelerated_database_recovery_on", kBit, true}, {"containment", kTinyInt, true}},
        rows};
}

SystemView indexes(SessionFacts&)
{
    return {
        {{"object_id", kInt, false}, {"name", kSysname, true}, {"index_id", kInt, false}, {"type", kTinyInt, false},
            {"type_desc", kName60, true}, {"is_unique", kBit, true}, {"data_space_id", kInt, true}, {"ignore_dup_key", kBit, true},
            {"is_primary_key", kBit, true}, {"is_unique_constraint", kBit, true}, {"fill_factor", kTinyInt, false},
            {"is_disabled", kBit, true}, {"is_hypothetical", kBit, true}, {"has_filter", kBit, true}, {"filter_definition", kPath, true}},
        "SELECT object_id, name, index_id, CASE WHEN is_clustered THEN 1 ELSE 2 END, CASE WHEN is_clustered THEN 'CLUSTERED' ELSE "
        "'NONCLUSTERED' END,"
        " is_unique, 1, 0, is_primary_key, is_unique_constraint, 0, 0, 0, 0, NULL FROM es_indexes"
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

SystemView keyConstraints(SessionFacts&)
{
    return {{{"name", kSysname, false}, {"object_id", kInt, false}, {"schema_id", kInt, false}, {"parent_object_id", kInt, false},
                {"type", kChar2, true}, {"type_desc", kName60, true}, {"unique_index_id", kInt, true}},
        "SELECT o.name, o.object_id, o.schema_id, o.parent_object_id, o.type, CASE o.type WHEN 'PK' THEN 'PRIMARY_KEY_CONSTRAINT' ELSE "
        "'UNIQUE_CONSTRAINT' END,"
        " i.index_id FROM es_objects o JOIN es_indexes i ON i.constraint_object_id = o.object_id WHERE o.type IN ('PK', 'UQ')"};
}

SystemView defaultConstraints(SessionFacts&)
{
    return {{{"name", kSysname, false}, {"object_id", kInt, false}, {"schema_id", kInt, false}, {"parent_object_id", kInt, false},
                {"type", kChar2, true}, {"parent_column_id", kInt, false}, {"definition", kPath, true}},
        "SELECT o.name, o.object_id, o.schema_id, o.parent_object_id, 'D ', c.column_id, '(' || c.default_text || ')'"
        " FROM es_objects o JOIN es_columns c ON c.default_object_id = o.object_id WHERE o.type = 'D'"};
}

SystemView foreignKeys(SessionFacts&)
{
    return noRows(
        {{"name", kSysname, false}, {"object_id", kInt, false}, {"parent_object_id", kInt, false}, {"referenced_object_id", kInt, false}});
}

SystemView checkConstraints(SessionFacts&)
{
    return noRows({{"name", kSysname, false}, {"object_id", kInt, false}, {"parent_object_id", kInt, false},
        {"parent_column_id", kInt, false}, {"definition", kPath, true}});
}

SystemView computedColumns(SessionFacts&)
{
    return noRows({{"object_id", kInt, false}, {"name", kSysname, true}, {"column_id", kInt, false}, {"definition", kPath, true},
        {"is_persisted", kBit, false}});
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

SystemView configurations(SessionFacts& session)
{
    const SettingStates states = session.shared->settings();
    std::string rows;
    for (std::size_t i = 0; i < kSettings.size(); ++i) {
        const SettingInfo& info = kSettings[i];
        rows += std::string(rows.empty() ? "VALUES " : ", ") + "(" + std::to_string(info.id) + ", '" + std::string(info.name) + "', "
            + std::to_string(states[i].value) + ", " + std::to_string(info.minimum) + ", " + std::to_string(info.maximum) + ", "
            + std::to_string(states[i].running) + ", '" + std::string(info.description) + "', " + (info.dynamic ? "1" : "0") + ", 0)";
    }
    return {
        {{"configuration_id", kInt, false}, {"name", types::makeSized(TypeId::kNVarChar, 35), false}, {"value", kInt, true},
            {"minimum", kInt, true}, {"maximum", kInt, true}, {"value_in_use", kInt, true},
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

SystemView schemaTables(SessionFacts& session)
{
    const std::string database = quoted(session.catalog->databaseName);
    return {{{"TABLE_CATALOG", kSysname, true}, {"TABLE_SCHEMA", kSysname, true}, {"TABLE_NAME", kSysname, false},
                {"TABLE_TYPE", types::makeSized(TypeId::kVarChar, 10), true}},
        "SELECT " + database + ", s.name, o.name, 'BASE TABLE' FROM es_objects o JOIN es_schemas s USING (schema_id) WHERE o.type = 'U'"};
}

SystemView schemaColumns(SessionFacts& session)
{
    const std::string database = quoted(session.catalog->databaseName);
    std::string typeCase = "CASE c.type_id";
    for (int id = static_cast<int>(TypeId::kBit); id <= static_cast<int>(TypeId::kVarBinary); ++id)
        typeCase += " WHEN " + std::to_string(id) + " THEN " + quoted(types::baseTypeName(static_cast<TypeId>(id)));
    const auto isOneOf = [](std::initializer_list<TypeId> ids) {
        std::string out;
        for (const TypeId id : ids)
            out += (out.empty() ? "c.type_id IN (" : ", ") + std::to_string(static_cast<int>(id));
        return out + ")";
    };
    const std::string isText = isOneOf({TypeId::kChar, TypeId::kVarChar, TypeId::kNChar, TypeId::kNVarChar});
    const std::string isNational = isOneOf({TypeId::kNChar, TypeId::kNVarChar});
    const std::string isBinary = isOneOf({TypeId::kBinary, TypeId::kVarBinary});
    const std::string isTimed = isOneOf({TypeId::kTime, TypeId::kDateTime2, TypeId::kDateTimeOffset});
    const std::string isNumeric = isOneOf({TypeId::kTinyInt, TypeId::kSmallInt, TypeId::kInt, TypeId::kBigInt, TypeId::kReal,
        TypeId::kFloat, TypeId::kSmallMoney, TypeId::kMoney, TypeId::kDecimal, TypeId::kNumeric});
    return {{{"TABLE_CATALOG", kSysname, true}, {"TABLE_SCHEMA", kSysname, true}, {"TABLE_NAME", kSysname, false},
                {"COLUMN_NAME", kSysname, true}, {"ORDINAL_POSITION", kInt, false}, {"COLUMN_DEFAULT", kPath, true},
                {"IS_NULLABLE", types::makeSized(TypeId::kVarChar, 3), true}, {"DATA_TYPE", kSysname, true},
                {"CHARACTER_MAXIMUM_LENGTH", kInt, true}, {"CHARACTER_OCTET_LENGTH", kInt, true}, {"NUMERIC_PRECISION", kTinyInt, true},
                {"NUMERIC_SCALE", kInt, true}, {"DATETIME_PRECISION", kSmallInt, true}, {"CHARACTER_SET_NAME", kSysname, true},
                {"COLLATION_NAME", kSysname, true}},
        "SELECT " + database
            + ", s.name, o.name, c.name, c.column_id, nullif(c.default_text, ''), CASE WHEN c.is_nullable THEN 'YES' ELSE 'NO' END, "
            + typeCase + " END, CASE WHEN c.max_length < 0 AND (" + isText + " OR " + isBinary + ") THEN -1 WHEN " + isNational
            + " THEN c.max_length / 2 WHEN " + isText + " OR " + isBinary + " THEN c.max_length END, CASE WHEN " + isText + " OR "
            + isBinary + " THEN c.max_length END, CASE WHEN " + isNumeric + " THEN c.precision_column END, CASE WHEN " + isNumeric
            + " THEN c.scale_column END, CASE WHEN " + isTimed + " THEN c.scale_column END, CASE WHEN " + isNational
            + " THEN 'UNICODE' WHEN " + isText
            + " THEN 'iso_1' END, nullif(c.collation_name, '') FROM es_columns c JOIN es_objects o USING (object_id)"
              " JOIN es_schemas s USING (schema_id) WHERE o.type = 'U'"};
}

SystemView schemaSchemata(SessionFacts& session)
{
    return {{{"CATALOG_NAME", kSysname, true}, {"SCHEMA_NAME", kSysname, false}, {"SCHEMA_OWNER", kSysname, true}},
        "SELECT " + quoted(session.catalog->databaseName) + ", name, 'dbo' FROM es_schemas"};
}

struct ViewEntry {
    std::string_view name; // folded, with schema
    SystemView (*make)(SessionFacts&);
};

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
    {"sys.key_constraints", keyConstraints},
    {"sys.default_constraints", defaultConstraints},
    {"sys.foreign_keys", foreignKeys},
    {"sys.check_constraints", checkConstraints},
    {"sys.computed_columns", computedColumns},
    {"sys.column_master_keys", masterKeys},
    {"sys.column_encryption_keys", encryptionKeys},
    {"sys.column_encryption_key_values", encryptionKeyValues},
    {"sys.configurations", configurations},
    {"sys.partitions", partitions},
    {"information_schema.tables", schemaTables},
    {"information_schema.columns", schemaColumns},
    {"information_schema.schemata", schemaSchemata},
};

} // namespace

bool isSystemSchema(std::string_view schema)
{
    const std::string folded = foldName(schema);
    return folded == "sys" || folded == "information_schema";
}

Result<std::optional<SystemView>> systemView(std::string_view schema, std::string_view name, SessionFacts& session)
{
    const std::string wanted = foldName(schema) + "." + foldName(name);
    if (wanted == "sys.dm_column_encryption_enclave") {
        ES_TRY(SystemView view, enclaveView(session));
        return std::optional(std::move(view));
    }
    if (std::optional<SystemView> view = securityView(wanted, session)) return view;
    if (std::optional<SystemView> view = moduleView(wanted)) return restricted(*std::move(view), wanted, session);
    for (const ViewEntry& entry : kViews)
        if (entry.name == wanted) return std::optional(restricted(entry.make(session), wanted, session));
    return std::optional<SystemView>{};
}

} // namespace es::sandbox
