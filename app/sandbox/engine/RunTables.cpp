// Session: tables, indexes, schemas.
#include "app/sandbox/engine/Session.h"

#include "driver/types/Collation.h"
#include "driver/types/Normalize.h"
#include "driver/types/TypeNames.h"

#include <algorithm>
#include <cstdio>

namespace es::sandbox {

using base::Result;

namespace {

std::string written(const tsql::ObjectName& name)
{
    std::string out;
    for (const tsql::Identifier& part : name.parts)
        out += (out.empty() ? "" : ".") + part.text;
    return out;
}

std::string generatedName(std::string_view prefix, std::string_view table, std::int32_t objectId)
{
    char hex[9];
    std::snprintf(hex, sizeof hex, "%08X", static_cast<unsigned>(objectId));
    return std::string(prefix) + "__" + std::string(table.substr(0, 9)) + "__" + hex;
}

// A type that cannot be encrypted is said to be one, also where no column here may have it.
Result<void> refuseUnencryptable(const tsql::ColumnDefinition& node, bool known, std::int32_t line)
{
    static constexpr std::string_view kNever[] = {"xml", "timestamp", "rowversion", "image", "text", "ntext", "sql_variant", "hierarchyid",
        "geography", "geometry", "sysname"};
    const std::string name = foldName(node.type.name.object());
    if (std::find(std::begin(kNever), std::end(kNever), name) != std::end(kNever))
        return sqlError(33280,
            "Cannot create encrypted column '" + node.name.text + "' because type '" + name + "' is not supported for encryption.", line);
    if (known) return {};
    return sqlError(33286,
        "Cannot create encrypted column '" + node.name.text + "' because the user-defined type '" + std::string(node.type.name.object())
            + "' is not supported for encryption.",
        line);
}

base::Error existsAlready(std::string_view name, std::int32_t line)
{
    return sqlError(2714, "There is already an object named '" + std::string(name) + "' in the database.", line, 6);
}

std::string sqliteIndexName(const CatalogTable& table, std::int32_t indexId)
{
    return "i" + std::to_string(table.objectId) + "_" + std::to_string(indexId);
}

} // namespace

Result<void> Session::change(const std::function<Result<void>()>& work)
{
    ES_CHECK(ensureWritable());
    {
        ES_TRY(TransactionScope scope, TransactionScope::begin(*m_connection, TransactionScope::Kind::kWrite));
        ES_CHECK(refreshCatalog());
        Result<void> done = work();
        if (done) done = scope.commit();
        if (!done) {
            base::Error error = std::move(done).error();
            {
                const TransactionScope rolledBack = std::move(scope);
            }
            ES_CHECK(refreshCatalog()); // what the failed work had loaded is gone
            return error;
        }
    }
    return refreshCatalog();
}

Result<const CatalogTable*> Session::tableFor(const tsql::ObjectName& name, std::int32_t line)
{
    ES_CHECK(checkTarget(name, line));
    if (const CatalogTable* table = m_facts.catalog->table(name.schema(), name.object())) return table;
    return sqlError(
        4902, "Cannot find the object \"" + written(name) + "\" because it does not exist or you do not have permissions.", line);
}

Result<void> Session::checkTarget(const tsql::ObjectName& name, std::int32_t line) const
{
    if (name.object().starts_with("##")) return notSupported("A global temporary table (" + std::string(name.object()) + ")", line);
    const bool temporary = name.object().starts_with('#') && sameName(name.database(), "tempdb");
    if (!temporary && !name.database().empty() && !sameName(name.database(), m_database))
        return notSupported("A name in another database (" + written(name) + ")", line);
    return {};
}

Result<CatalogColumn> Session::makeColumn(const tsql::ColumnDefinition& node, std::int32_t line)
{
    std::vector<Variable> none;
    BindContext context{m_facts.catalog, m_program, none, nullptr, m_shared->options().profile, {}};
    Binder binder(context);
    CatalogColumn column;
    column.name = node.name.text;
    types::Collation collation = m_facts.catalog->collation;
    std::string collationName = types::collationName(collation);
    if (node.collation && !sameName(node.collation->text, "database_default")) {
        const auto known = types::collationByName(node.collation->text);
        if (!known) return sqlError(448, "Invalid collation '" + node.collation->text + "'.", line);
        collation = *known;
        collationName = types::canonicalCollationName(node.collation->text);
    }
    auto type = binder.typeOf(node.type, collation);
    if (node.encrypted) ES_CHECK(refuseUnencryptable(node, type.has_value(), line));
    if (!type) return std::move(type).error();
    column.type = *type;
    if (types::isText(column.type.id))
        column.collationName = collationName;
    else if (node.collation)
        return sqlError(452, "COLLATE clause cannot be used on user-defined data types or types without characters.", line);
    if (column.type.id > types::TypeId::kVarBinary) return notSupported("A column of type " + types::typeName(column.type), line);
    column.nullable = node.nullable.value_or(isOn("ANSI_NULL_DFLT_ON"));
    if (node.identity) {
        if (!types::isInteger(column.type.id) || column.type.id == types::TypeId::kBit)
            return notSupported("IDENTITY on a column of type " + types::typeName(column.type), line);
        column.identity = IdentityFacts{std::atoll(node.identity->seed.c_str()), std::atoll(node.identity->increment.c_str()), {}};
        column.nullable = node.nullable.value_or(false);
    }
    if (node.encrypted) {
        const CatalogEncryptionKey* key = m_facts.catalog->encryptionKey(node.encrypted->columnEncryptionKey.text);
        if (!key)
            return sqlError(33293,
                "Cannot find the column encryption key '" + node.encrypted->columnEncryptionKey.text
                    + "', because it does not exist or you do not have permission.",
                line);
        if (node.encrypted->algorithm != "AEAD_AES_256_CBC_HMAC_SHA_256")
            return sqlError(33292, "The encryption algorithm '" + node.encrypted->algorithm + "' is not known.", line);
        column.encryption = node.encrypted->deterministic ? tsql::EncryptionKind::kDeterministic : tsql::EncryptionKind::kRandomized;
        column.cekId = key->id;
        ES_CHECK(checkNewScheme(column, line));
        if (column.identity)
            return sqlError(
                33280, "Cannot create encrypted column '" + column.name + "', identity columns are not supported for encryption.", line);
    }
    return column;
}

Result<void> Session::checkNewScheme(const CatalogColumn& column, std::int32_t line) const
{
    if (!types::canBeEncrypted(column.type))
        return sqlError(33280,
            "Cannot create encrypted column '" + column.name + "' because type '" + types::typeName(column.type)
                + "' is not supported for encryption.",
            line);
    if (types::isText(column.type.id) && column.encryption == tsql::EncryptionKind::kDeterministic
        && !types::factsOf(column.type.collation).bin2)
        return sqlError(33289,
            "Cannot create encrypted column '" + column.name
                + "', character strings that do not use a *_BIN2 collation cannot be encrypted deterministically.",
            line);
    return {};
}

Result<void> Session::createTable(const tsql::CreateTable& node, std::string_view text, std::int32_t line)
{
    if (!node.name.database().empty() && !sameName(node.name.database(), m_database)) {
        for (const tsql::ColumnDefinition& column : node.columns)
            if (column.encrypted)
                return sqlError(33296,
                    "Cannot create the table '" + written(node.name) + "': its column '" + column.name.text
                        + "' uses a column encryption key of another database.",
                    line);
    }
    ES_CHECK(checkTarget(node.name, line));
    const bool temporary = isTemporaryName(node.name.object());
    return change([&]() -> Result<void> {
        if (temporary) ES_CHECK(makeTemporaryCatalog());
        const std::string schemaName = node.name.schema().empty() ? "dbo" : std::string(node.name.schema());
        const CatalogSchema* schema = m_facts.catalog->schema(schemaName);
        if (!schema)
            return sqlError(2760,
                "The specified schema name \"" + schemaName + "\" either does not exist or you do not have permission to use it.", line);
        const CatalogTable* known = m_facts.catalog->table(schemaName, node.name.object());
        if (known && temporary && known->objectId <= m_scopeFloor) known = nullptr; // of an outer scope: hidden from now on
        if (known || m_facts.catalog->module(schemaName, node.name.object()))
            return existsAlready(node.name.object(), line);
        std::vector<CatalogColumn> columns;
        for (const tsql::ColumnDefinition& definition : node.columns) {
            const auto columnLine = static_cast<std::int32_t>(definition.range.line);
            ES_TRY(CatalogColumn column, makeColumn(definition, columnLine));
            column.id = static_cast<std::int32_t>(columns.size()) + 1;
            if (std::any_of(columns.begin(), columns.end(), [&](const CatalogColumn& c) { return sameName(c.name, column.name); }))
                return sqlError(2705,
                    "Column names in each table must be unique. Column name '" + column.name + "' in table '"
                        + std::string(node.name.object()) + "' is specified more than once.",
                    columnLine, 3);
            if (temporary && column.encrypted())
                return sqlError(33296,
                    "Cannot create table '" + std::string(node.name.object())
                        + "' since it references a column encryption key from a different database.",
                    columnLine);
            columns.push_back(std::move(column));
        }
        if (std::count_if(columns.begin(), columns.end(), [](const CatalogColumn& c) { return c.identity.has_value(); }) > 1)
            return sqlError(2744,
                "Multiple identity columns specified for table '" + std::string(node.name.object())
                    + "'. Only one identity column per table is allowed.",
                line, 2);
        CatalogStore store(*m_connection);
        ES_TRY(const std::int32_t objectId, store.addObject(schema->id, 0, std::string(node.name.object()), "U"));
        std::string sqlColumns;
        for (const CatalogColumn& column : columns) {
            ES_CHECK(store.putColumn(objectId, column));
            sqlColumns += (sqlColumns.empty() ? "" : ", ") + column.sqlName();
        }
        ES_CHECK(m_connection->run((temporary ? "CREATE TEMP TABLE t" : "CREATE TABLE t") + std::to_string(objectId) + "(" + sqlColumns + ")"));
        for (const tsql::ColumnDefinition& definition : node.columns)
            ES_CHECK(addConstraints(objectId, definition.constraints, definition.name.text, text));
        return addConstraints(objectId, node.constraints, "", text);
    });
}

Result<void> Session::addConstraints(
    std::int32_t objectId, const std::vector<tsql::Constraint>& constraints, const std::string& columnName, std::string_view text)
{
    for (const tsql::Constraint& constraint : constraints) {
        ES_CHECK(refreshCatalog()); // each sees what the one before it made
        const CatalogTable& table = *m_facts.catalog->tableById(objectId);
        const auto line = static_cast<std::int32_t>(constraint.range.line);
        if (const auto* key = std::get_if<tsql::KeyConstraint>(&constraint.node)) {
            tsql::KeyConstraint copy{key->primary, key->clustered, key->columns};
            if (copy.columns.empty()) copy.columns.push_back({{columnName, constraint.range, false}, false});
            ES_CHECK(addKeyConstraint(table, copy, constraint.name.text, line));
        } else if (const auto* fallback = std::get_if<tsql::DefaultConstraint>(&constraint.node)) {
            const std::string& target = columnName.empty() ? fallback->forColumn.text : columnName;
            const CatalogColumn* column = table.column(target);
            if (!column)
                return sqlError(
                    1752, "Column '" + target + "' in table '" + table.name + "' is invalid for creating a default constraint.", line, 0);
            ES_CHECK(addDefault(table, *column, std::string(fallback->value->range.in(text)), constraint.name.text, line));
        } else
            return notSupported(
                std::holds_alternative<tsql::ForeignKey>(constraint.node) ? "A FOREIGN KEY constraint" : "A CHECK constraint", line);
    }
    return {};
}

Result<void> Session::addDefault(
    const CatalogTable& table, CatalogColumn column, const std::string& text, const std::string& name, std::int32_t line)
{
    if (column.encrypted())
        return sqlError(33285, "Cannot create a default constraint on the encrypted column '" + column.name + "'.", line);
    if (!column.defaultText.empty()) return sqlError(1781, "Column already has a DEFAULT bound to it.", line);
    CatalogStore store(*m_connection);
    column.defaultName = name;
    ES_TRY(column.defaultObjectId, store.addObject(table.schemaId, table.objectId, name, "D"));
    if (name.empty()) {
        column.defaultName = generatedName("DF", table.name, column.defaultObjectId);
        ES_CHECK(store.removeObject(column.defaultObjectId));
        ES_TRY(column.defaultObjectId, store.addObject(table.schemaId, table.objectId, column.defaultName, "D"));
    }
    column.defaultText = text;
    return store.putColumn(table.objectId, column);
}

Result<void> Session::addKeyConstraint(
    const CatalogTable& table, const tsql::KeyConstraint& key, const std::string& name, std::int32_t line)
{
    if (key.primary && std::any_of(table.indexes.begin(), table.indexes.end(), [](const CatalogIndex& index) { return index.primaryKey; }))
        return sqlError(1779, "Table '" + table.name + "' already has a primary key defined on it.", line, 0);
    CatalogStore store(*m_connection);
    CatalogIndex index;
    index.name = name;
    index.unique = true;
    index.primaryKey = key.primary;
    index.uniqueConstraint = !key.primary;
    index.clustered = key.clustered.value_or(key.primary);
    for (const tsql::IndexColumn& part : key.columns) {
        const CatalogColumn* column = table.column(part.name.text);
        if (!column) return sqlError(1911, "Column name '" + part.name.text + "' does not exist in the target table or view.", line);
        if (column->encryption == tsql::EncryptionKind::kRandomized) {
            const bool enclave = m_facts.catalog->schemeOf(*column).enclaveEnabled;
            return sqlError(enclave ? 33567 : 33282,
                "Column '" + column->name
                    + "' is encrypted using a randomized encryption type and is therefore not valid for use as a key column in a "
                      "constraint, index, or statistics.",
                line);
        }
        if (key.primary && column->nullable) {
            CatalogColumn changed = *column;
            changed.nullable = false;
            ES_TRY(const std::int64_t nulls,
                m_connection->queryInt("SELECT count(*) FROM " + table.sqlName() + " WHERE " + column->sqlName() + " IS NULL"));
            if (nulls > 0)
                return sqlError(8111, "Cannot define PRIMARY KEY constraint on nullable column in table '" + table.name + "'.", line);
            ES_CHECK(store.putColumn(table.objectId, changed));
        }
        index.columns.push_back({column->id, part.descending, false});
    }
    ES_TRY(index.constraintObjectId,
        store.addObject(table.schemaId, table.objectId, name.empty() ? "constraint" : name, key.primary ? "PK" : "UQ"));
    if (name.empty()) {
        ES_CHECK(store.removeObject(index.constraintObjectId));
        index.name = generatedName(key.primary ? "PK" : "UQ", table.name, index.constraintObjectId);
        ES_TRY(index.constraintObjectId, store.addObject(table.schemaId, table.objectId, index.name, key.primary ? "PK" : "UQ"));
    }
    return addIndexOn(table, std::move(index), line);
}

Result<void> Session::addIndexOn(const CatalogTable& table, CatalogIndex index, std::int32_t line)
{
    for (const CatalogIndex& other : table.indexes) {
        if (sameName(other.name, index.name))
            return sqlError(1913,
                "The operation failed because an index or statistics with name '" + index.name + "' already exists on table '" + table.name
                    + "'.",
                line);
        if (other.clustered && index.clustered)
            return sqlError(1902,
                "Cannot create more than one clustered index on table '" + table.name + "'. Drop the existing clustered index '"
                    + other.name + "' before creating another.",
                line, 3);
    }
    index.id = index.clustered ? 1 : 2;
    for (const CatalogIndex& other : table.indexes)
        if (!index.clustered) index.id = std::max(index.id, other.id + 1);
    CatalogStore store(*m_connection);
    ES_CHECK(store.addIndex(table.objectId, index));
    return createSqliteIndex(table, index, line);
}

Result<void> Session::createSqliteIndex(const CatalogTable& table, const CatalogIndex& index, std::int32_t line)
{
    std::string keys, nullKeys, anyNull;
    for (const CatalogIndexColumn& part : index.columns) {
        if (part.included) continue;
        const CatalogColumn& column = *table.columnById(part.columnId);
        std::string key = column.sqlName();
        if (!column.encrypted() && column.type.id == types::TypeId::kDateTimeOffset) key = "substr(" + key + ", 1, 8)";
        const std::string collate
            = !column.encrypted() && types::isText(column.type.id) ? " COLLATE " + collationSqlName(column.type.collation) : "";
        keys += (keys.empty() ? "" : ", ") + key + collate + (part.descending ? " DESC" : "");
        nullKeys += (nullKeys.empty() ? "" : ", ") + ("ifnull(" + key + ", x'00')") + collate;
        if (column.nullable) anyNull += (anyNull.empty() ? "" : " OR ") + column.sqlName() + " IS NULL";
    }
    const std::string name = sqliteIndexName(table, index.id);
    const auto make = [&](const std::string& sql) -> Result<void> {
        auto made = m_connection->run(sql);
        if (!made && made.error().code == kConstraint)
            return sqlError(1505,
                "The CREATE UNIQUE INDEX statement terminated because a duplicate key was found for the object name '" + table.schemaName
                    + "." + table.name + "' and the index name '" + index.name + "'.",
                line);
        return made;
    };
    ES_CHECK(
        make(std::string(index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") + name + " ON " + table.sqlName() + "(" + keys + ")"));
    // For SQL Server two NULLs are duplicates, for SQLite they are not.
    if (index.unique && !anyNull.empty())
        return make("CREATE UNIQUE INDEX " + name + "n ON " + table.sqlName() + "(" + nullKeys + ") WHERE " + anyNull);
    return {};
}

Result<void> Session::dropSqliteIndex(const CatalogTable& table, const CatalogIndex& index)
{
    const std::string name = sqliteIndexName(table, index.id);
    ES_CHECK(m_connection->run("DROP INDEX IF EXISTS " + name));
    return m_connection->run("DROP INDEX IF EXISTS " + name + "n");
}

Result<void> Session::createIndex(const tsql::CreateIndex& node, std::int32_t line)
{
    return change([&]() -> Result<void> {
        ES_TRY(const CatalogTable* table, tableFor(node.table, line));
        CatalogIndex index;
        index.name = node.name.text;
        index.unique = node.unique;
        index.clustered = node.clustered.value_or(false);
        for (const tsql::IndexColumn& part : node.columns) {
            const CatalogColumn* column = table->column(part.name.text);
            if (!column) return sqlError(1911, "Column name '" + part.name.text + "' does not exist in the target table or view.", line);
            if (column->encryption == tsql::EncryptionKind::kRandomized) {
                const bool enclave = m_facts.catalog->schemeOf(*column).enclaveEnabled;
                if (enclave && !index.clustered)
                    return notSupported("An index on the enclave-enabled randomized column '" + column->name + "'", line);
                return sqlError(enclave ? 33567 : 33573,
                    "Column '" + column->name
                        + "' is encrypted using a randomized encryption type and is therefore not valid for use as a key column in a "
                          "constraint, index, or statistics.",
                    line);
            }
            index.columns.push_back({column->id, part.descending, false});
        }
        for (const tsql::Identifier& name : node.include) {
            const CatalogColumn* column = table->column(name.text);
            if (!column) return sqlError(1911, "Column name '" + name.text + "' does not exist in the target table or view.", line);
            index.columns.push_back({column->id, false, true});
        }
        return addIndexOn(*table, std::move(index), line);
    });
}

Result<void> Session::dropIndex(const tsql::DropIndex& node, std::int32_t line)
{
    return change([&]() -> Result<void> {
        for (const tsql::DropIndex::Item& item : node.items) {
            ES_TRY(const CatalogTable* table, tableFor(item.table, line));
            const auto found = std::find_if(table->indexes.begin(), table->indexes.end(),
                [&](const CatalogIndex& index) { return sameName(index.name, item.name.text); });
            if (found == table->indexes.end()) {
                if (node.ifExists) continue;
                return sqlError(3701,
                    "Cannot drop the index '" + table->name + "." + item.name.text
                        + "', because it does not exist or you do not have permission.",
                    line, 7, 11);
            }
            if (found->primaryKey || found->uniqueConstraint)
                return sqlError(3723,
                    "An explicit DROP INDEX is not allowed on index '" + table->name + "." + found->name
                        + "'. It is being used for a constraint.",
                    line, 4);
            CatalogStore store(*m_connection);
            ES_CHECK(dropSqliteIndex(*table, *found));
            ES_CHECK(store.removeIndex(table->objectId, found->id));
            ES_CHECK(refreshCatalog());
        }
        return {};
    });
}

Result<void> Session::truncateTable(const tsql::TruncateTable& node, std::int32_t line)
{
    return change([&]() -> Result<void> {
        ES_TRY(const CatalogTable* table, tableFor(node.name, line));
        ES_CHECK(m_connection->run("DELETE FROM " + table->sqlName()));
        const std::string sql = "UPDATE es_columns SET last_value = NULL WHERE object_id = " + std::to_string(table->objectId);
        return m_connection->run(isTemporaryId(table->objectId) ? twinText(sql) : sql);
    });
}

Result<void> Session::createSchema(const tsql::CreateSchema& node, std::int32_t line)
{
    return change([&]() -> Result<void> {
        if (m_facts.catalog->schema(node.name.text)) return existsAlready(node.name.text, line);
        CatalogStore store(*m_connection);
        ES_TRY([[maybe_unused]] const std::int32_t id, store.addSchema(node.name.text));
        return {};
    });
}

Result<void> Session::dropTable(const tsql::ObjectName& name, bool ifExists, std::int32_t line)
{
    ES_CHECK(checkTarget(name, line));
    return change([&]() -> Result<void> {
        const CatalogTable* table = m_facts.catalog->table(name.schema(), name.object());
        if (const CatalogModule* module = table ? nullptr : m_facts.catalog->module(name.schema(), name.object()))
            return sqlError(3705,
                "Cannot use DROP TABLE with '" + written(name) + "' because '" + written(name) + "' is a "
                    + (module->view ? "view. Use DROP VIEW." : "procedure. Use DROP PROCEDURE."),
                line);
        if (!table && ifExists) return {};
        if (!table)
            return sqlError(3701, "Cannot drop the table '" + written(name) + "', because it does not exist or you do not have permission.",
                line, 5, 11);
        CatalogStore store(*m_connection);
        ES_CHECK(m_connection->run("DROP TABLE " + table->sqlName()));
        return store.removeObject(table->objectId);
    });
}

Result<void> Session::dropSchema(const std::string& name, bool ifExists, std::int32_t line)
{
    return change([&]() -> Result<void> {
        const CatalogSchema* schema = m_facts.catalog->schema(name);
        if (!schema && ifExists) return {};
        if (!schema)
            return sqlError(15151, "Cannot drop the schema '" + name + "', because it does not exist or you do not have permission.", line);
        const auto& tables = m_facts.catalog->tables;
        const auto used
            = std::find_if(tables.begin(), tables.end(), [&](const CatalogTable& table) { return table.schemaId == schema->id; });
        if (used != tables.end())
            return sqlError(3729, "Cannot drop schema '" + name + "' because it is being referenced by object '" + used->name + "'.", line);
        CatalogStore store(*m_connection);
        return store.removeSchema(schema->id);
    });
}

Result<void> Session::dropObjects(const tsql::DropObjects& node, std::int32_t line)
{
    for (const tsql::ObjectName& name : node.names) {
        const std::string object(name.object());
        switch (node.kind) {
        case tsql::ObjectKind::kTable: ES_CHECK(dropTable(name, node.ifExists, line)); break;
        case tsql::ObjectKind::kView: ES_CHECK(dropModule(name, true, node.ifExists, line)); break;
        case tsql::ObjectKind::kProcedure: ES_CHECK(dropModule(name, false, node.ifExists, line)); break;
        case tsql::ObjectKind::kSchema: ES_CHECK(dropSchema(object, node.ifExists, line)); break;
        case tsql::ObjectKind::kColumnMasterKey: ES_CHECK(dropMasterKey(object, node.ifExists, line)); break;
        case tsql::ObjectKind::kColumnEncryptionKey: ES_CHECK(dropEncryptionKey(object, node.ifExists, line)); break;
        case tsql::ObjectKind::kUser:
        case tsql::ObjectKind::kRole:
        case tsql::ObjectKind::kLogin: ES_CHECK(dropPrincipal(node.kind, object, node.ifExists, line)); break;
        default:
            if (node.ifExists && !m_shared->database(object)) break;
            m_connections.erase(sameName(object, m_database) ? std::string{} : foldName(object));
            ES_CHECK(m_shared->dropDatabase(object, line, m_connection->patience()));
            break;
        }
    }
    return {};
}

} // namespace es::sandbox
