// Views about constraints and rules: keys, foreign keys, checks, defaults, computed columns. From the catalog value, not its tables:
// a database made before these were known has no such tables.
#include "app/sandbox/engine/SystemViewTypes.h"

#include "app/sandbox/engine/DefinitionText.h"

namespace es::sandbox::views {

namespace {

std::string flag(bool value)
{
    return value ? "1" : "0";
}

// The 12 cells that go with objectColumns().
std::string objectCells(
    const CatalogTable& table, const std::string& name, std::int32_t id, std::string_view type, std::string_view description)
{
    const std::string dates = "(SELECT create_date FROM es_objects WHERE object_id = " + std::to_string(id) + "), "
        + "(SELECT modify_date FROM es_objects WHERE object_id = " + std::to_string(id) + ")";
    return quoted(name) + ", " + std::to_string(id) + ", NULL, " + std::to_string(table.schemaId) + ", " + std::to_string(table.objectId)
        + ", " + quoted(type) + ", " + quoted(description) + ", " + dates + ", 0, 0, 0";
}

std::vector<SystemViewColumn> objectColumnsAnd(std::initializer_list<SystemViewColumn> more)
{
    std::vector<SystemViewColumn> columns = objectColumns();
    columns.insert(columns.end(), more);
    return columns;
}

SystemView keyConstraints(SessionFacts& session)
{
    std::string rows;
    for (const CatalogTable& table : session.catalog->tables)
        for (const CatalogIndex& index : table.indexes)
            if (index.primaryKey || index.uniqueConstraint)
                addRow(rows,
                    objectCells(table, index.name, index.constraintObjectId, index.primaryKey ? "PK" : "UQ",
                        index.primaryKey ? "PRIMARY_KEY_CONSTRAINT" : "UNIQUE_CONSTRAINT")
                        + ", " + std::to_string(index.id) + ", 0, 1");
    return withRows(objectColumnsAnd({{"unique_index_id", kInt, true}, {"is_system_named", kBit, false}, {"is_enforced", kBit, true}}),
        std::move(rows));
}

SystemView defaultConstraints(SessionFacts& session)
{
    std::string rows;
    for (const CatalogTable& table : session.catalog->tables)
        for (const CatalogColumn& column : table.columns)
            if (!column.defaultText.empty())
                addRow(rows,
                    objectCells(table, column.defaultName, column.defaultObjectId, "D ", "DEFAULT_CONSTRAINT") + ", "
                        + std::to_string(column.id) + ", " + quoted(definitionText(column.defaultText)) + ", "
                        + flag(column.defaultName.starts_with("DF__")));
    return withRows(objectColumnsAnd({{"parent_column_id", kInt, false}, {"definition", kTextMax, true}, {"is_system_named", kBit, false}}),
        std::move(rows));
}

SystemView checkConstraints(SessionFacts& session)
{
    std::string rows;
    for (const CatalogTable& table : session.catalog->tables)
        for (const CatalogCheck& check : table.checks)
            addRow(rows,
                objectCells(table, check.name, check.objectId, "C ", "CHECK_CONSTRAINT") + ", " + flag(check.disabled) + ", 0, "
                    + flag(!check.trusted) + ", " + std::to_string(check.columnId) + ", " + quoted(definitionText(check.text)) + ", 0, "
                    + flag(check.name.starts_with("CK__")));
    return withRows(objectColumnsAnd({{"is_disabled", kBit, false}, {"is_not_for_replication", kBit, false},
                        {"is_not_trusted", kBit, false}, {"parent_column_id", kInt, false}, {"definition", kTextMax, true},
                        {"uses_database_collation", kBit, true}, {"is_system_named", kBit, false}}),
        std::move(rows));
}

SystemView foreignKeys(SessionFacts& session)
{
    static constexpr std::string_view kActions[] = {"NO_ACTION", "CASCADE", "SET_NULL", "SET_DEFAULT"};
    const auto action = [](RowAction value) {
        const auto number = static_cast<std::size_t>(value);
        return std::to_string(number) + ", " + quoted(kActions[number]);
    };
    std::string rows;
    for (const CatalogTable& table : session.catalog->tables)
        for (const CatalogForeignKey& key : table.foreignKeys)
            addRow(rows,
                objectCells(table, key.name, key.objectId, "F ", "FOREIGN_KEY_CONSTRAINT") + ", " + std::to_string(key.referencedId) + ", "
                    + std::to_string(key.keyIndexId) + ", " + flag(key.disabled) + ", 0, " + flag(!key.trusted) + ", "
                    + action(key.onDelete) + ", " + action(key.onUpdate) + ", " + flag(key.name.starts_with("FK__")));
    return withRows(
        objectColumnsAnd({{"referenced_object_id", kInt, true}, {"key_index_id", kInt, true}, {"is_disabled", kBit, false},
            {"is_not_for_replication", kBit, false}, {"is_not_trusted", kBit, false}, {"delete_referential_action", kTinyInt, true},
            {"delete_referential_action_desc", kName60, true}, {"update_referential_action", kTinyInt, true},
            {"update_referential_action_desc", kName60, true}, {"is_system_named", kBit, false}}),
        std::move(rows));
}

SystemView foreignKeyColumns(SessionFacts& session)
{
    std::string rows;
    for (const CatalogTable& table : session.catalog->tables)
        for (const CatalogForeignKey& key : table.foreignKeys)
            for (std::size_t i = 0; i < key.columns.size(); ++i)
                addRow(rows,
                    std::to_string(key.objectId) + ", " + std::to_string(i + 1) + ", " + std::to_string(table.objectId) + ", "
                        + std::to_string(key.columns[i].first) + ", " + std::to_string(key.referencedId) + ", "
                        + std::to_string(key.columns[i].second));
    return withRows({{"constraint_object_id", kInt, false}, {"constraint_column_id", kInt, false}, {"parent_object_id", kInt, false},
                        {"parent_column_id", kInt, false}, {"referenced_object_id", kInt, false}, {"referenced_column_id", kInt, false}},
        std::move(rows));
}

SystemView computedColumns(SessionFacts& session)
{
    std::string rows;
    for (const CatalogTable& table : session.catalog->tables)
        for (const CatalogColumn& column : table.columns)
            if (column.computed())
                addRow(rows,
                    std::to_string(table.objectId) + ", " + quoted(column.name) + ", " + std::to_string(column.id) + ", "
                        + std::to_string(types::systemTypeId(column.type.id)) + ", " + std::to_string(types::systemTypeId(column.type.id))
                        + ", " + std::to_string(types::maxLengthColumn(column.type)) + ", "
                        + std::to_string(types::precisionColumn(column.type)) + ", " + std::to_string(types::scaleColumn(column.type))
                        + ", " + flag(column.nullable) + ", " + quoted(definitionText(column.computedText)) + ", 1, " + flag(column.persisted)
                        + ", NULL, NULL, NULL, NULL, NULL"); // a computed column cannot be encrypted
    return withRows({{"object_id", kInt, false}, {"name", kSysname, true}, {"column_id", kInt, false}, {"system_type_id", kTinyInt, false},
                        {"user_type_id", kInt, false}, {"max_length", kSmallInt, false}, {"precision", kTinyInt, false},
                        {"scale", kTinyInt, false}, {"is_nullable", kBit, true}, {"definition", kTextMax, true},
                        {"uses_database_collation", kBit, false}, {"is_persisted", kBit, false},
                        {"encryption_type", kInt, true}, {"encryption_type_desc", types::makeSized(types::TypeId::kNVarChar, 64), true},
                        {"encryption_algorithm_name", kSysname, true}, {"column_encryption_key_id", kInt, true},
                        {"column_encryption_key_database_name", kSysname, true}},
        std::move(rows));
}

constexpr ViewEntry kViews[] = {
    {"sys.key_constraints", keyConstraints},
    {"sys.default_constraints", defaultConstraints},
    {"sys.check_constraints", checkConstraints},
    {"sys.foreign_keys", foreignKeys},
    {"sys.foreign_key_columns", foreignKeyColumns},
    {"sys.computed_columns", computedColumns},
};

} // namespace

std::span<const ViewEntry> constraintViews()
{
    return kViews;
}

std::string constraintDefinition(const std::string& text)
{
    return definitionText(text);
}

} // namespace es::sandbox::views
