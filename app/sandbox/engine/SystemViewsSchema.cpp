// INFORMATION_SCHEMA.
#include "app/sandbox/engine/SystemViewTypes.h"

namespace es::sandbox::views {

using types::TypeId;

namespace {

const types::SqlType kRule = types::makeSized(TypeId::kVarChar, 11);
const types::SqlType kDeferrable = types::makeSized(TypeId::kVarChar, 2);

std::string database(const SessionFacts& session)
{
    return quoted(session.catalog->databaseName);
}

SystemView tables(SessionFacts& session)
{
    return {{{"TABLE_CATALOG", kSysname, true}, {"TABLE_SCHEMA", kSysname, true}, {"TABLE_NAME", kSysname, false},
                {"TABLE_TYPE", types::makeSized(TypeId::kVarChar, 10), true}},
        "SELECT " + database(session)
            + ", s.name, o.name, CASE o.type WHEN 'V' THEN 'VIEW' ELSE 'BASE TABLE' END FROM es_objects o JOIN es_schemas s USING "
              "(schema_id) WHERE o.type IN ('U', 'V')"};
}

std::string isOneOf(std::initializer_list<TypeId> ids)
{
    std::string out;
    for (const TypeId id : ids)
        out += (out.empty() ? "c.type_id IN (" : ", ") + std::to_string(static_cast<int>(id));
    return out + ")";
}

SystemView columns(SessionFacts& session)
{
    const std::string isText
        = isOneOf({TypeId::kChar, TypeId::kVarChar, TypeId::kNChar, TypeId::kNVarChar, TypeId::kText, TypeId::kNText});
    const std::string isNational = isOneOf({TypeId::kNChar, TypeId::kNVarChar, TypeId::kNText});
    // Types whose length is not the one of sys.columns: in characters, in bytes.
    const std::string others = "WHEN " + isOneOf({TypeId::kText, TypeId::kImage}) + " THEN 2147483647 WHEN " + isOneOf({TypeId::kXml})
        + " THEN -1 WHEN " + isOneOf({TypeId::kSqlVariant}) + " THEN 0 WHEN " + isOneOf({TypeId::kNText}) + " THEN ";
    const std::string isLarge = others + "1073741823 ";
    const std::string isLargeBytes = others + "2147483646 ";
    const std::string isBinary = isOneOf({TypeId::kBinary, TypeId::kVarBinary});
    const std::string isTimed = isOneOf({TypeId::kTime, TypeId::kDateTime2, TypeId::kDateTimeOffset});
    const std::string isApproximate = isOneOf({TypeId::kReal, TypeId::kFloat});
    const std::string isNumeric = isOneOf({TypeId::kTinyInt, TypeId::kSmallInt, TypeId::kInt, TypeId::kBigInt, TypeId::kReal,
        TypeId::kFloat, TypeId::kSmallMoney, TypeId::kMoney, TypeId::kDecimal, TypeId::kNumeric});
    std::string rowVersions, defaults;
    for (const CatalogTable& table : session.catalog->tables)
        for (const CatalogColumn& column : table.columns) {
            const std::string here = "c.object_id = " + std::to_string(table.objectId) + " AND c.column_id = " + std::to_string(column.id);
            if (column.rowVersion) rowVersions += "WHEN " + here + " THEN 'timestamp' ";
            if (!column.defaultText.empty()) defaults += "WHEN " + here + " THEN " + quoted(constraintDefinition(column.defaultText)) + " ";
        }
    const std::string typeName
        = rowVersions.empty() ? typeNameCase("c.type_id") : "CASE " + rowVersions + "ELSE " + typeNameCase("c.type_id") + " END";
    const std::string defaultText = defaults.empty() ? "NULL" : "CASE " + defaults + "END";
    return {{{"TABLE_CATALOG", kSysname, true}, {"TABLE_SCHEMA", kSysname, true}, {"TABLE_NAME", kSysname, false},
                {"COLUMN_NAME", kSysname, true}, {"ORDINAL_POSITION", kInt, false}, {"COLUMN_DEFAULT", kPath, true},
                {"IS_NULLABLE", kYesNo, true}, {"DATA_TYPE", kSysname, true}, {"CHARACTER_MAXIMUM_LENGTH", kInt, true},
                {"CHARACTER_OCTET_LENGTH", kInt, true}, {"NUMERIC_PRECISION", kTinyInt, true}, {"NUMERIC_PRECISION_RADIX", kSmallInt, true},
                {"NUMERIC_SCALE", kInt, true}, {"DATETIME_PRECISION", kSmallInt, true}, {"CHARACTER_SET_CATALOG", kSysname, true},
                {"CHARACTER_SET_SCHEMA", kSysname, true}, {"CHARACTER_SET_NAME", kSysname, true}, {"COLLATION_CATALOG", kSysname, true},
                {"COLLATION_SCHEMA", kSysname, true}, {"COLLATION_NAME", kSysname, true}, {"DOMAIN_CATALOG", kSysname, true},
                {"DOMAIN_SCHEMA", kSysname, true}, {"DOMAIN_NAME", kSysname, true}},
        "SELECT " + database(session)
            + ", s.name, o.name, c.name,"
              " (SELECT count(*) FROM es_columns k WHERE k.object_id = c.object_id AND k.column_id <= c.column_id), "
            + defaultText + ", CASE WHEN c.is_nullable THEN 'YES' ELSE 'NO' END, " + typeName + ", CASE " + isLarge
            + "WHEN c.max_length < 0 AND ("
            + isText + " OR " + isBinary + ") THEN -1 WHEN " + isNational + " THEN c.max_length / 2 WHEN " + isText + " OR " + isBinary
            + " THEN c.max_length END, CASE " + isLargeBytes + "WHEN " + isText + " OR " + isBinary + " THEN c.max_length END, CASE WHEN " + isNumeric
            + " THEN c.precision_column END, CASE WHEN " + isApproximate + " THEN 2 WHEN " + isNumeric + " THEN 10 END, CASE WHEN "
            + isApproximate + " THEN NULL WHEN " + isNumeric + " THEN c.scale_column END, CASE WHEN " + isTimed
            + " THEN c.scale_column WHEN " + isOneOf({TypeId::kDateTime}) + " THEN 3 WHEN "
            + isOneOf({TypeId::kDate, TypeId::kSmallDateTime}) + " THEN 0 END, NULL, NULL, CASE WHEN " + isNational
            + " THEN 'UNICODE' WHEN " + isText
            + " THEN 'iso_1' END, NULL, NULL, nullif(c.collation_name, ''), NULL, NULL, NULL FROM es_columns c JOIN es_objects o USING "
              "(object_id) JOIN es_schemas s USING (schema_id) WHERE o.type IN ('U', 'V')"};
}

// A text of more than 4000 characters is none, as documented, and one whose definition the login may not see.
SystemView viewsView(SessionFacts& session)
{
    std::string seen = "0";
    for (const CatalogModule& module : session.catalog->modules)
        if (!session.access || session.access->everything()
            || session.access->allows("VIEW DEFINITION", {SecurableClass::kObject, module.objectId, module.schemaId}))
            seen += ", " + std::to_string(module.objectId);
    return {{{"TABLE_CATALOG", kSysname, true}, {"TABLE_SCHEMA", kSysname, true}, {"TABLE_NAME", kSysname, false}, {"VIEW_DEFINITION", kPath, true},
                {"CHECK_OPTION", types::makeSized(TypeId::kVarChar, 7), true}, {"IS_UPDATABLE", types::makeSized(TypeId::kVarChar, 2), false}},
        "SELECT " + database(session)
            + ", s.name, o.name, (SELECT CASE WHEN length(m.text) <= 4000 THEN m.text END FROM es_modules m WHERE m.object_id = o.object_id AND m.object_id IN ("
            + seen
            + ")), 'NONE', 'NO'"
              " FROM es_objects o JOIN es_schemas s USING (schema_id) WHERE o.type = 'V'"};
}

SystemView schemata(SessionFacts& session)
{
    return {{{"CATALOG_NAME", kSysname, true}, {"SCHEMA_NAME", kSysname, false}, {"SCHEMA_OWNER", kSysname, true},
                {"DEFAULT_CHARACTER_SET_CATALOG", kSysname, true}, {"DEFAULT_CHARACTER_SET_SCHEMA", kSysname, true},
                {"DEFAULT_CHARACTER_SET_NAME", kSysname, true}},
        "SELECT " + database(session)
            + ", name, CASE WHEN name IN ('guest', 'INFORMATION_SCHEMA', 'sys') THEN name ELSE 'dbo' END, NULL, NULL, 'iso_1' FROM "
              "es_schemas"};
}

// "'db', 'schema', 'name'" of something that belongs to the table.
std::string named(const SessionFacts& session, const CatalogTable& table, const std::string& name)
{
    return database(session) + ", " + quoted(table.schemaName) + ", " + quoted(name);
}

SystemView tableConstraints(SessionFacts& session)
{
    std::string rows;
    for (const CatalogTable& table : session.catalog->tables) {
        const auto add = [&](const std::string& name, std::string_view type) {
            addRow(rows, named(session, table, name) + ", " + named(session, table, table.name) + ", " + quoted(type) + ", 'NO', 'NO'");
        };
        for (const CatalogIndex& index : table.indexes)
            if (index.primaryKey || index.uniqueConstraint) add(index.name, index.primaryKey ? "PRIMARY KEY" : "UNIQUE");
        for (const CatalogForeignKey& key : table.foreignKeys)
            add(key.name, "FOREIGN KEY");
        for (const CatalogCheck& check : table.checks)
            add(check.name, "CHECK");
    }
    return withRows(
        {{"CONSTRAINT_CATALOG", kSysname, true}, {"CONSTRAINT_SCHEMA", kSysname, true}, {"CONSTRAINT_NAME", kSysname, false},
            {"TABLE_CATALOG", kSysname, true}, {"TABLE_SCHEMA", kSysname, true}, {"TABLE_NAME", kSysname, true},
            {"CONSTRAINT_TYPE", kRule, true}, {"IS_DEFERRABLE", kDeferrable, false}, {"INITIALLY_DEFERRED", kDeferrable, false}},
        std::move(rows));
}

// constraint, table, column and the column's place in it, of keys and foreign keys.
template <class Each> void forKeyColumns(const SessionFacts& session, Each each)
{
    for (const CatalogTable& table : session.catalog->tables) {
        for (const CatalogIndex& index : table.indexes) {
            if (!index.primaryKey && !index.uniqueConstraint) continue;
            int place = 0;
            for (const CatalogIndexColumn& part : index.columns)
                if (const CatalogColumn* column = table.columnById(part.columnId)) each(table, index.name, *column, ++place);
        }
        for (const CatalogForeignKey& key : table.foreignKeys) {
            int place = 0;
            for (const auto& part : key.columns)
                if (const CatalogColumn* column = table.columnById(part.first)) each(table, key.name, *column, ++place);
        }
    }
}

SystemView keyColumnUsage(SessionFacts& session)
{
    std::string rows;
    forKeyColumns(session, [&](const CatalogTable& table, const std::string& name, const CatalogColumn& column, int place) {
        addRow(rows,
            named(session, table, name) + ", " + named(session, table, table.name) + ", " + quoted(column.name) + ", "
                + std::to_string(place));
    });
    return withRows({{"CONSTRAINT_CATALOG", kSysname, true}, {"CONSTRAINT_SCHEMA", kSysname, true}, {"CONSTRAINT_NAME", kSysname, false},
                        {"TABLE_CATALOG", kSysname, true}, {"TABLE_SCHEMA", kSysname, true}, {"TABLE_NAME", kSysname, false},
                        {"COLUMN_NAME", kSysname, true}, {"ORDINAL_POSITION", kInt, false}},
        std::move(rows));
}

// Whether a definition names the column: [name], outside of what stands in quotes.
bool namesColumn(const std::string& definition, const std::string& column)
{
    bool inQuotes = false;
    for (std::size_t i = 0; i < definition.size(); ++i) {
        if (definition[i] == '\'') inQuotes = !inQuotes;
        if (inQuotes || definition[i] != '[') continue;
        std::string name;
        for (++i; i < definition.size(); ++i) {
            if (definition[i] == ']' && (i + 1 >= definition.size() || definition[i + 1] != ']')) break;
            if (definition[i] == ']') ++i;
            name += definition[i];
        }
        if (sameName(name, column)) return true;
    }
    return false;
}

SystemView constraintColumnUsage(SessionFacts& session)
{
    std::string rows;
    forKeyColumns(session, [&](const CatalogTable& table, const std::string& name, const CatalogColumn& column, int) {
        addRow(rows, named(session, table, table.name) + ", " + quoted(column.name) + ", " + named(session, table, name));
    });
    for (const CatalogTable& table : session.catalog->tables)
        for (const CatalogCheck& check : table.checks)
            for (const CatalogColumn& column : table.columns)
                if (namesColumn(constraintDefinition(check.text), column.name) || column.id == check.columnId)
                    addRow(rows, named(session, table, table.name) + ", " + quoted(column.name) + ", " + named(session, table, check.name));
    return withRows({{"TABLE_CATALOG", kSysname, true}, {"TABLE_SCHEMA", kSysname, true}, {"TABLE_NAME", kSysname, false},
                        {"COLUMN_NAME", kSysname, true}, {"CONSTRAINT_CATALOG", kSysname, true}, {"CONSTRAINT_SCHEMA", kSysname, true},
                        {"CONSTRAINT_NAME", kSysname, false}},
        std::move(rows));
}

SystemView constraintTableUsage(SessionFacts& session)
{
    std::string rows;
    for (const CatalogTable& table : session.catalog->tables) {
        const auto add
            = [&](const std::string& name) { addRow(rows, named(session, table, table.name) + ", " + named(session, table, name)); };
        for (const CatalogIndex& index : table.indexes)
            if (index.primaryKey || index.uniqueConstraint) add(index.name);
        for (const CatalogForeignKey& key : table.foreignKeys)
            add(key.name);
        for (const CatalogCheck& check : table.checks)
            add(check.name);
    }
    return withRows(
        {{"TABLE_CATALOG", kSysname, true}, {"TABLE_SCHEMA", kSysname, true}, {"TABLE_NAME", kSysname, false},
            {"CONSTRAINT_CATALOG", kSysname, true}, {"CONSTRAINT_SCHEMA", kSysname, true}, {"CONSTRAINT_NAME", kSysname, false}},
        std::move(rows));
}

SystemView referentialConstraints(SessionFacts& session)
{
    static constexpr std::string_view kRules[] = {"NO ACTION", "CASCADE", "SET NULL", "SET DEFAULT"};
    std::string rows;
    for (const CatalogTable& table : session.catalog->tables)
        for (const CatalogForeignKey& key : table.foreignKeys) {
            const CatalogTable* other = session.catalog->tableById(key.referencedId);
            if (!other) continue;
            std::string unique;
            for (const CatalogIndex& index : other->indexes)
                if (index.id == key.keyIndexId) unique = index.name;
            addRow(rows,
                named(session, table, key.name) + ", " + named(session, *other, unique) + ", 'SIMPLE', "
                    + quoted(kRules[static_cast<std::size_t>(key.onUpdate)]) + ", "
                    + quoted(kRules[static_cast<std::size_t>(key.onDelete)]));
        }
    return withRows({{"CONSTRAINT_CATALOG", kSysname, true}, {"CONSTRAINT_SCHEMA", kSysname, true}, {"CONSTRAINT_NAME", kSysname, false},
                        {"UNIQUE_CONSTRAINT_CATALOG", kSysname, true}, {"UNIQUE_CONSTRAINT_SCHEMA", kSysname, true},
                        {"UNIQUE_CONSTRAINT_NAME", kSysname, true}, {"MATCH_OPTION", types::makeSized(TypeId::kVarChar, 7), true},
                        {"UPDATE_RULE", kRule, true}, {"DELETE_RULE", kRule, true}},
        std::move(rows));
}

SystemView checkConstraints(SessionFacts& session)
{
    std::string rows;
    for (const CatalogTable& table : session.catalog->tables)
        for (const CatalogCheck& check : table.checks)
            addRow(rows, named(session, table, check.name) + ", " + quoted(constraintDefinition(check.text)));
    return withRows({{"CONSTRAINT_CATALOG", kSysname, true}, {"CONSTRAINT_SCHEMA", kSysname, true}, {"CONSTRAINT_NAME", kSysname, false},
                        {"CHECK_CLAUSE", kPath, true}},
        std::move(rows));
}

constexpr ViewEntry kViews[] = {
    {"information_schema.tables", tables},
    {"information_schema.columns", columns},
    {"information_schema.views", viewsView},
    {"information_schema.schemata", schemata},
    {"information_schema.table_constraints", tableConstraints},
    {"information_schema.key_column_usage", keyColumnUsage},
    {"information_schema.constraint_column_usage", constraintColumnUsage},
    {"information_schema.constraint_table_usage", constraintTableUsage},
    {"information_schema.referential_constraints", referentialConstraints},
    {"information_schema.check_constraints", checkConstraints},
};

} // namespace

std::span<const ViewEntry> schemaViews()
{
    return kViews;
}

} // namespace es::sandbox::views
