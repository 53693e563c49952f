// CatalogStore: views and procedures, as text with what was found out when they were defined.
#include "app/sandbox/engine/CatalogStore.h"

#include "driver/types/TypeNames.h"

namespace es::sandbox {

using base::Result;

namespace {

constexpr std::string_view kModuleTables[] = {
    "CREATE TABLE IF NOT EXISTS es_modules(object_id INTEGER PRIMARY KEY, text TEXT, uses_quoted_identifier INTEGER)",
    "CREATE TABLE IF NOT EXISTS es_parameters(object_id INTEGER, parameter_id INTEGER, name TEXT, type_id INTEGER, length INTEGER,"
    " precision INTEGER, scale INTEGER, collation_info INTEGER, collation_sort INTEGER, is_output INTEGER, has_default INTEGER,"
    " encryption_type INTEGER, cek_id INTEGER, system_type_id INTEGER, max_length INTEGER, precision_column INTEGER,"
    " scale_column INTEGER, PRIMARY KEY(object_id, parameter_id)) WITHOUT ROWID",
};

template <class Each> Result<void> forEach(Connection& connection, std::string_view sql, Each each)
{
    ES_TRY(SqliteStatement statement, connection.prepare(sql));
    while (true) {
        ES_TRY(const bool row, statement.step());
        if (!row) return {};
        each(statement);
    }
}

CatalogParameter parameterOf(const SqliteStatement& row)
{
    CatalogParameter out;
    out.name = std::string(row.textAt(2));
    out.type.id = static_cast<types::TypeId>(row.intAt(3));
    out.type.lengthBytes = static_cast<std::uint32_t>(row.intAt(4));
    out.type.precision = static_cast<std::uint8_t>(row.intAt(5));
    out.type.scale = static_cast<std::uint8_t>(row.intAt(6));
    out.type.collation = {static_cast<std::uint32_t>(row.intAt(7)), static_cast<std::uint8_t>(row.intAt(8))};
    out.output = row.intAt(9) != 0;
    out.hasDefault = row.intAt(10) != 0;
    out.encryption = static_cast<tsql::EncryptionKind>(row.intAt(11));
    out.cekId = static_cast<std::int32_t>(row.intAt(12));
    return out;
}

} // namespace

Result<void> CatalogStore::makeModuleTables(Connection& connection)
{
    for (const std::string_view sql : kModuleTables)
        ES_CHECK(connection.run(sql));
    return {};
}

Result<void> CatalogStore::loadModules(Connection& connection, Catalog& catalog)
{
    std::map<std::int32_t, std::size_t> position;
    ES_CHECK(forEach(connection,
        "SELECT o.object_id, o.schema_id, s.name, o.name, o.type, m.text, m.uses_quoted_identifier FROM es_objects o"
        " JOIN es_schemas s USING(schema_id) JOIN es_modules m USING(object_id) ORDER BY o.object_id",
        [&](const SqliteStatement& row) {
            const auto id = static_cast<std::int32_t>(row.intAt(0));
            position[id] = catalog.modules.size();
            CatalogModule module;
            module.objectId = id;
            module.schemaId = static_cast<std::int32_t>(row.intAt(1));
            module.schemaName = std::string(row.textAt(2));
            module.name = std::string(row.textAt(3));
            module.view = row.textAt(4) == "V";
            module.text = std::string(row.textAt(5));
            module.quotedIdentifiers = row.intAt(6) != 0;
            catalog.modules.push_back(std::move(module));
        }));
    ES_CHECK(forEach(connection, "SELECT * FROM es_parameters ORDER BY object_id, parameter_id", [&](const SqliteStatement& row) {
        const auto found = position.find(static_cast<std::int32_t>(row.intAt(0)));
        if (found != position.end()) catalog.modules[found->second].parameters.push_back(parameterOf(row));
    }));
    return forEach(connection, "SELECT object_id, name FROM es_columns ORDER BY object_id, column_id", [&](const SqliteStatement& row) {
        const auto found = position.find(static_cast<std::int32_t>(row.intAt(0)));
        if (found != position.end()) catalog.modules[found->second].columnNames.emplace_back(row.textAt(1));
    });
}

Result<void> CatalogStore::putModule(const CatalogModule& module, const std::vector<CatalogColumn>& columns)
{
    const std::int64_t id = module.objectId;
    ES_CHECK(run("INSERT OR REPLACE INTO es_modules VALUES(?1,?2,?3)", {id, module.text, std::int64_t{module.quotedIdentifiers}}));
    ES_CHECK(run("DELETE FROM es_parameters WHERE object_id=?1", {id}));
    ES_CHECK(run("DELETE FROM es_columns WHERE object_id=?1", {id}));
    std::int64_t position = 0;
    for (const CatalogParameter& parameter : module.parameters)
        ES_CHECK(run("INSERT INTO es_parameters VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17)",
            {id, ++position, parameter.name, static_cast<std::int64_t>(parameter.type.id), std::int64_t{parameter.type.lengthBytes},
                std::int64_t{parameter.type.precision}, std::int64_t{parameter.type.scale},
                std::int64_t{parameter.type.collation.info}, std::int64_t{parameter.type.collation.sortId},
                std::int64_t{parameter.output}, std::int64_t{parameter.hasDefault}, static_cast<std::int64_t>(parameter.encryption),
                std::int64_t{parameter.cekId}, std::int64_t{types::systemTypeId(parameter.type.id)},
                std::int64_t{types::maxLengthColumn(parameter.type)}, std::int64_t{types::precisionColumn(parameter.type)},
                std::int64_t{types::scaleColumn(parameter.type)}}));
    for (const CatalogColumn& column : columns)
        ES_CHECK(putColumn(module.objectId, column));
    ES_CHECK(run("UPDATE es_objects SET modify_date=?2 WHERE object_id=?1", {id, storedNow()}));
    return changed();
}

Result<void> CatalogStore::removeModule(std::int32_t objectId)
{
    ES_CHECK(run("DELETE FROM es_modules WHERE object_id=?1", {std::int64_t{objectId}}));
    ES_CHECK(run("DELETE FROM es_parameters WHERE object_id=?1", {std::int64_t{objectId}}));
    return removeObject(objectId);
}

} // namespace es::sandbox
