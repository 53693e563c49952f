// Session: tables, indexes, schemas.
#include "app/sandbox/engine/RunTemporary.h"

#include "app/sandbox/engine/IndexCatalog.h"

#include "app/sandbox/engine/CatalogConstraints.h"
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

std::size_t primaryKeysOf(const tsql::CreateTable& node)
{
    const auto count = [](const std::vector<tsql::Constraint>& constraints) {
        return static_cast<std::size_t>(std::count_if(constraints.begin(), constraints.end(), [](const tsql::Constraint& constraint) {
            const auto* key = std::get_if<tsql::KeyConstraint>(&constraint.node);
            return key && key->primary;
        }));
    };
    std::size_t out = count(node.constraints);
    for (const tsql::ColumnDefinition& column : node.columns)
        out += count(column.constraints);
    return out;
}

base::Error existsAlready(std::string_view name, std::int32_t line)
{
    return sqlError(2714, "There is already an object named '" + std::string(name) + "' in the database.", line, 6);
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
    if (node.computed) return column; // typed when the columns it reads are known
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
    const bool stored = column.type.id <= types::TypeId::kXml || column.type.id == types::TypeId::kSqlVariant;
    if (!stored) return notSupported("A column of type " + types::typeName(column.type), line);
    column.nullable = node.nullable.value_or(isOn("ANSI_NULL_DFLT_ON"));
    if (node.identity) {
        const bool whole = types::isInteger(column.type.id) && column.type.id != types::TypeId::kBit;
        const bool digits = types::isDecimal(column.type.id) && column.type.scale == 0;
        if (!whole && !digits)
            return sqlError(2749,
                "Identity column '" + column.name
                    + "' must be of data type int, bigint, smallint, tinyint, or decimal or numeric with a scale of 0, unencrypted, and "
                      "constrained to be nonnullable.",
                line, 2);
        if (!whole) return notSupported("IDENTITY on a column of type " + types::typeName(column.type), line);
        if (node.nullable.value_or(false))
            return sqlError(8147, "Could not create IDENTITY attribute on nullable column '" + column.name + "'.", line);
        column.identity = IdentityFacts{std::atoll(node.identity->seed.c_str()), std::atoll(node.identity->increment.c_str()), {}};
        column.nullable = node.nullable.value_or(false);
    }
    if (node.encrypted) {
        const CatalogEncryptionKey* key = m_facts.catalog->encryptionKey(node.encrypted->columnEncryptionKey.text);
        if (!key)
            return sqlError(33293,
                "Cannot find the column encryption key \"" + node.encrypted->columnEncryptionKey.text
                    + "\" because it does not exist or you do not have permissions.",
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
    if (temporary) ES_CHECK(refuseForTemporary(node.columns, node.constraints, line));
    return change([&]() -> Result<void> {
        if (temporary) ES_CHECK(makeTemporaryCatalog());
        const std::string schemaName = node.name.schema().empty() ? "dbo" : std::string(node.name.schema());
        const CatalogSchema* schema = m_facts.catalog->schema(schemaName);
        if (!schema)
            return sqlError(2760,
                "The specified schema name \"" + schemaName + "\" either does not exist or you do not have permission to use it.", line);
        const CatalogTable* known = m_facts.catalog->table(schemaName, node.name.object());
        // One of an outer scope is hidden from now on; for table variables the binder has looked.
        if (known && temporary && (known->objectId <= m_scopeFloor || known->name.front() == '@')) known = nullptr;
        if (known || m_facts.catalog->module(schemaName, node.name.object()))
            return existsAlready(node.name.object(), line);
        std::vector<CatalogColumn> columns;
        for (const tsql::ColumnDefinition& definition : node.columns) {
            const auto columnLine = static_cast<std::int32_t>(definition.range.line);
            ES_TRY(CatalogColumn column, makeColumn(definition, columnLine));
            ES_CHECK(completeColumn(column, definition, text, columnLine));
            column.id = static_cast<std::int32_t>(columns.size()) + 1;
            if (std::any_of(columns.begin(), columns.end(), [&](const CatalogColumn& c) { return sameName(c.name, column.name); }))
                return sqlError(2705,
                    "Column names in each table must be unique. Column name '" + column.name + "' in table '"
                        + std::string(node.name.object()) + "' is specified more than once.",
                    columnLine, 3);
            if (temporary && (column.computed() || column.rowVersion))
                return notSupported("A computed or rowversion column in a temporary table (" + column.name + ")", columnLine);
            if (temporary && column.encrypted())
                return sqlError(33296,
                    "Cannot create table '" + std::string(node.name.object())
                        + "' since it references a column encryption key from a different database.",
                    columnLine);
            columns.push_back(std::move(column));
        }
        if (std::count_if(columns.begin(), columns.end(), [](const CatalogColumn& c) { return c.identity.has_value(); }) > 1)
            return severalIdentities(std::string(node.name.object()), line);
        if (primaryKeysOf(node) > 1)
            return sqlError(8110, "Cannot add multiple PRIMARY KEY constraints to table '" + std::string(node.name.object()) + "'.", line, 0);
        CatalogStore store(*m_connection);
        ES_TRY(const std::int32_t objectId, store.addObject(schema->id, 0, std::string(node.name.object()), "U"));
        std::string sqlColumns;
        for (const CatalogColumn& column : columns) {
            ES_CHECK(store.putColumn(objectId, column));
            if (column.computed() || column.rowVersion) ES_CHECK(ConstraintStore(*m_connection).putColumnRule(objectId, column));
            if (column.computed()) continue;
            sqlColumns += (sqlColumns.empty() ? "" : ", ") + column.sqlName();
        }
        ES_CHECK(m_connection->run((temporary ? "CREATE TEMP TABLE t" : "CREATE TABLE t") + std::to_string(objectId) + "(" + sqlColumns + ")"));
        ES_CHECK(refreshCatalog());
        for (CatalogColumn column : m_facts.catalog->tableById(objectId)->columns)
            if (column.computed()) ES_CHECK(typeComputed(*m_facts.catalog->tableById(objectId), column, line));
        ES_CHECK(forbidNullInKeys(node, objectId));
        for (const tsql::ColumnDefinition& definition : node.columns)
            ES_CHECK(addConstraints(objectId, definition.constraints, definition.name.text, text));
        return addConstraints(objectId, node.constraints, "", text);
    });
}

base::Error severalIdentities(const std::string& table, std::int32_t line)
{
    return sqlError(
        2744, "Multiple identity columns specified for table '" + table + "'. Only one identity column per table is allowed.", line, 2);
}

// A column that its own CREATE TABLE puts into the primary key takes no NULL, unless it says so: then the key is refused.
Result<void> Session::forbidNullInKeys(const tsql::CreateTable& node, std::int32_t objectId)
{
    std::vector<std::string> keys;
    const auto collect = [&](const std::vector<tsql::Constraint>& constraints, const std::string& own) {
        for (const tsql::Constraint& constraint : constraints) {
            const auto* key = std::get_if<tsql::KeyConstraint>(&constraint.node);
            if (!key || !key->primary) continue;
            if (key->columns.empty()) keys.push_back(own);
            for (const tsql::IndexColumn& part : key->columns)
                keys.push_back(part.name.text);
        }
    };
    collect(node.constraints, {});
    for (const tsql::ColumnDefinition& column : node.columns)
        collect(column.constraints, column.name.text);
    CatalogStore store(*m_connection);
    const auto keep = m_facts.catalog;
    for (const tsql::ColumnDefinition& definition : node.columns) {
        const CatalogColumn* column = keep->tableById(objectId)->column(definition.name.text);
        const bool key = std::any_of(keys.begin(), keys.end(), [&](const std::string& name) { return sameName(name, definition.name.text); });
        if (!key || !column || !column->nullable || definition.nullable.has_value()) continue;
        CatalogColumn changed = *column;
        changed.nullable = false;
        ES_CHECK(store.putColumn(objectId, changed));
    }
    return {};
}

Result<void> Session::addConstraints(
    std::int32_t objectId, const std::vector<tsql::Constraint>& constraints, const std::string& columnName, std::string_view text,
    bool verify)
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
        } else if (const auto* check = std::get_if<tsql::CheckConstraint>(&constraint.node)) {
            ES_CHECK(addCheck(table, *check, constraint.name.text, columnName, text, verify, line));
        } else if (const auto* foreign = std::get_if<tsql::ForeignKey>(&constraint.node)) {
            ES_CHECK(addForeignKey(table, *foreign, constraint.name.text, columnName, verify, line));
        }
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
        if (column->computed()) return notSupported("A key on the computed column '" + column->name + "'", line);
        if (column->encryption == tsql::EncryptionKind::kRandomized) {
            const bool enclave = m_facts.catalog->schemeOf(*column).enclaveEnabled;
            return sqlError(enclave ? 33567 : 33282,
                "Column '" + column->name
                    + "' is encrypted using a randomized encryption type and is therefore not valid for use as a key column in a "
                      "constraint, index, or statistics.",
                line);
        }
        if (key.primary && column->nullable)
            return sqlError(8111, "Cannot define PRIMARY KEY constraint on nullable column in table '" + table.name + "'.", line);
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

Result<void> Session::truncateTable(const tsql::TruncateTable& node, std::int32_t line)
{
    return change([&]() -> Result<void> {
        ES_TRY(const CatalogTable* table, tableFor(node.name, line));
        const std::vector<Catalog::Reference> references = m_facts.catalog->referencesTo(table->objectId);
        if (std::any_of(references.begin(), references.end(), [&](const Catalog::Reference& reference) { return reference.table != table; }))
            return sqlError(4712,
                "Cannot truncate table '" + written(node.name) + "' because it is being referenced by a FOREIGN KEY constraint.", line);
        // Without rows an encrypted index is empty too: it is made anew, which takes no key.
        for (const CatalogIndex& index : table->indexes)
            if (index.servesEnclave()) ES_CHECK(dropEncryptedIndex(*table, index));
        ES_CHECK(m_connection->run("DELETE FROM " + table->sqlName()));
        for (const CatalogIndex& index : table->indexes)
            if (index.servesEnclave()) ES_CHECK(layOutIndex(*m_connection, *table, index));
        ES_CHECK(m_connection->run("DELETE FROM es_meta WHERE name = '" + firstIdentityName(table->objectId) + "'"));
        const std::string sql = "UPDATE es_columns SET last_value = NULL WHERE object_id = " + std::to_string(table->objectId);
        return m_connection->run(isTemporaryId(table->objectId) ? twinText(sql) : sql);
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
        for (const Catalog::Reference& reference : m_facts.catalog->referencesTo(table->objectId))
            if (reference.table != table)
                return sqlError(
                    3726, "Could not drop object '" + written(name) + "' because it is referenced by a FOREIGN KEY constraint.", line);
        CatalogStore store(*m_connection);
        for (const CatalogIndex& index : table->indexes)
            if (index.enclave) ES_CHECK(dropEncryptedIndex(*table, index));
        ES_CHECK(m_connection->run("DROP TABLE " + table->sqlName()));
        return store.removeObject(table->objectId);
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
            if (m_facts.transactionCount > 0)
                return sqlError(226, "DROP DATABASE statement not allowed within multi-statement transaction.", line, 5);
            ES_CHECK(m_shared->dropDatabase(object, line, m_connection->patience()));
            break;
        }
    }
    return {};
}

} // namespace es::sandbox
