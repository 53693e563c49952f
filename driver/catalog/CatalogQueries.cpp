#include "driver/catalog/CatalogQueries.h"

#include <algorithm>
#include <array>

namespace es::catalog {

namespace {

constexpr std::array<std::string_view, kCatalogQuestionCount> kQueries{
    // kDatabase
    "SELECT d.name, d.collation_name FROM sys.databases AS d WHERE d.name = DB_NAME();",
    // kTables
    "SELECT t.object_id, s.name AS schema_name, t.name FROM sys.tables AS t JOIN sys.schemas AS s ON s.schema_id = t.schema_id "
    "ORDER BY s.name, t.name;",
    // kColumns
    "SELECT c.object_id, c.column_id, c.name, y.name AS type_name, y.is_user_defined, c.max_length, c.precision, c.scale, "
    "c.collation_name, c.is_nullable, c.is_identity, c.is_computed, c.is_rowguidcol, c.default_object_id, c.encryption_type, "
    "c.encryption_algorithm_name, c.column_encryption_key_id FROM sys.columns AS c JOIN sys.tables AS t ON t.object_id = c.object_id "
    "JOIN sys.types AS y ON y.user_type_id = c.user_type_id ORDER BY c.object_id, c.column_id;",
    // kMasterKeys
    "SELECT k.column_master_key_id, k.name, k.key_store_provider_name, k.key_path, k.allow_enclave_computations, k.signature, "
    "k.create_date FROM sys.column_master_keys AS k ORDER BY k.name;",
    // kEncryptionKeys
    "SELECT k.column_encryption_key_id, k.name, k.create_date FROM sys.column_encryption_keys AS k ORDER BY k.name;",
    // kEncryptionKeyValues
    "SELECT v.column_encryption_key_id, v.column_master_key_id, v.encrypted_value, v.encryption_algorithm_name "
    "FROM sys.column_encryption_key_values AS v ORDER BY v.column_encryption_key_id, v.column_master_key_id;",
};

// What stands in parentheses behind a type's name. sys.columns counts bytes; a definition counts characters.
std::string typeTextOf(const std::string& name, std::int64_t maxLength, std::int64_t precision, std::int64_t scale)
{
    const auto isOneOf = [&](std::initializer_list<std::string_view> names) {
        return std::any_of(names.begin(), names.end(), [&](std::string_view n) { return sameName(n, name); });
    };
    const auto inParentheses = [&](const std::string& inner) { return name + "(" + inner + ")"; };
    if (isOneOf({"char", "varchar", "binary", "varbinary"})) return inParentheses(maxLength < 0 ? "max" : std::to_string(maxLength));
    if (isOneOf({"nchar", "nvarchar"})) return inParentheses(maxLength < 0 ? "max" : std::to_string(maxLength / 2));
    if (isOneOf({"decimal", "numeric"})) return inParentheses(std::to_string(precision) + "," + std::to_string(scale));
    if (isOneOf({"time", "datetime2", "datetimeoffset"})) return inParentheses(std::to_string(scale));
    return name;
}

Column columnFrom(RowCursor& row)
{
    Column column;
    column.id = static_cast<std::int32_t>(row.integer("column_id"));
    column.name = row.text("name");
    column.typeName = row.text("type_name");
    column.userDefinedType = row.integer("is_user_defined") != 0;
    column.typeText = typeTextOf(column.typeName, row.integer("max_length"), row.integer("precision"), row.integer("scale"));
    column.collation = row.text("collation_name");
    column.nullable = row.integer("is_nullable") != 0;
    column.identity = row.integer("is_identity") != 0;
    column.computed = row.integer("is_computed") != 0;
    column.rowGuid = row.integer("is_rowguidcol") != 0;
    column.hasDefault = row.integer("default_object_id") != 0;
    column.encryption = static_cast<EncryptionType>(row.integer("encryption_type"));
    column.encryptionKeyId = static_cast<std::int32_t>(row.integer("column_encryption_key_id"));
    column.algorithm = row.text("encryption_algorithm_name");
    return column;
}

base::Result<void> readTables(const CatalogRows& tables, const CatalogRows& columns, CatalogSnapshot& snapshot)
{
    for (RowCursor row(tables); row.next();) {
        Table table;
        table.objectId = static_cast<std::int32_t>(row.integer("object_id"));
        table.schema = row.text("schema_name");
        table.name = row.text("name");
        ES_CHECK(row.status());
        snapshot.tables.push_back(std::move(table));
    }
    // By object id while the columns are handed out, then back to the order of names.
    std::vector<Table*> byId;
    for (Table& table : snapshot.tables)
        byId.push_back(&table);
    std::sort(byId.begin(), byId.end(), [](const Table* a, const Table* b) { return a->objectId < b->objectId; });
    for (RowCursor row(columns); row.next();) {
        const auto objectId = row.integer("object_id");
        Column column = columnFrom(row);
        ES_CHECK(row.status());
        const auto owner
            = std::lower_bound(byId.begin(), byId.end(), objectId, [](const Table* t, std::int64_t id) { return t->objectId < id; });
        if (owner != byId.end() && (*owner)->objectId == objectId) // else made between the two questions
            (*owner)->columns.push_back(std::move(column));
    }
    for (Table& table : snapshot.tables)
        std::sort(table.columns.begin(), table.columns.end(), [](const Column& a, const Column& b) { return a.id < b.id; });
    return {};
}

base::Result<void> readMasterKeys(const CatalogRows& rows, CatalogSnapshot& snapshot)
{
    for (RowCursor row(rows); row.next();) {
        ColumnMasterKey key;
        key.id = static_cast<std::int32_t>(row.integer("column_master_key_id"));
        key.name = row.text("name");
        key.provider = row.text("key_store_provider_name");
        key.path = row.text("key_path");
        key.allowEnclaveComputations = row.integer("allow_enclave_computations") != 0;
        key.signature = row.bytes("signature");
        key.created = row.text("create_date");
        ES_CHECK(row.status());
        snapshot.masterKeys.push_back(std::move(key));
    }
    return {};
}

base::Result<void> readEncryptionKeys(const CatalogRows& keys, const CatalogRows& values, CatalogSnapshot& snapshot)
{
    for (RowCursor row(keys); row.next();) {
        ColumnEncryptionKey key;
        key.id = static_cast<std::int32_t>(row.integer("column_encryption_key_id"));
        key.name = row.text("name");
        key.created = row.text("create_date");
        ES_CHECK(row.status());
        snapshot.encryptionKeys.push_back(std::move(key));
    }
    for (RowCursor row(values); row.next();) {
        const auto keyId = row.integer("column_encryption_key_id");
        EncryptedCekValue value;
        value.masterKeyId = static_cast<std::int32_t>(row.integer("column_master_key_id"));
        value.algorithm = row.text("encryption_algorithm_name");
        value.encryptedValue = row.bytes("encrypted_value");
        ES_CHECK(row.status());
        for (ColumnEncryptionKey& key : snapshot.encryptionKeys)
            if (key.id == keyId) key.values.push_back(std::move(value));
    }
    return {};
}

} // namespace

std::string_view queryText(CatalogQuestion question)
{
    return kQueries[static_cast<std::size_t>(question)];
}

base::Result<CatalogSnapshot> buildSnapshot(const std::vector<CatalogRows>& answers)
{
    if (answers.size() != kCatalogQuestionCount)
        return base::makeError(kUnexpectedResult,
            "The catalog was not read completely: " + std::to_string(answers.size()) + " of " + std::to_string(kCatalogQuestionCount)
                + " answers came.");
    const auto answer = [&](CatalogQuestion q) -> const CatalogRows& { return answers[static_cast<std::size_t>(q)]; };
    CatalogSnapshot snapshot;
    RowCursor database(answer(CatalogQuestion::kDatabase));
    if (database.next()) {
        snapshot.database = database.text("name");
        snapshot.collation = database.text("collation_name");
    }
    ES_CHECK(database.status());
    ES_CHECK(readTables(answer(CatalogQuestion::kTables), answer(CatalogQuestion::kColumns), snapshot));
    ES_CHECK(readMasterKeys(answer(CatalogQuestion::kMasterKeys), snapshot));
    ES_CHECK(readEncryptionKeys(answer(CatalogQuestion::kEncryptionKeys), answer(CatalogQuestion::kEncryptionKeyValues), snapshot));
    return snapshot;
}

} // namespace es::catalog
