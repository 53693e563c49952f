// Session: schemas.
#include "app/sandbox/engine/Session.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;

Result<void> Session::createSchema(const tsql::CreateSchema& node, std::int32_t line)
{
    return change([&]() -> Result<void> {
        // Every schema is dbo's: with another owner, views and procedures could not lend their owner's right as they do.
        if (!node.owner.text.empty() && !m_facts.catalog->security.principal(node.owner.text))
            return sqlError(
                15151, "Cannot find the user '" + node.owner.text + "', because it does not exist or you do not have permission.", line);
        if (!node.owner.text.empty() && !sameName(node.owner.text, "dbo"))
            return notSupported("A schema with another owner than dbo", line);
        if (m_facts.catalog->schema(node.name.text))
            return sqlError(2714, "There is already an object named '" + node.name.text + "' in the database.", line, 6);
        CatalogStore store(*m_connection);
        ES_TRY([[maybe_unused]] const std::int32_t id, store.addSchema(node.name.text));
        return {};
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
        const auto& modules = m_facts.catalog->modules;
        const auto inside
            = std::find_if(modules.begin(), modules.end(), [&](const CatalogModule& module) { return module.schemaId == schema->id; });
        if (inside != modules.end())
            return sqlError(3729, "Cannot drop schema '" + name + "' because it is being referenced by object '" + inside->name + "'.", line);
        CatalogStore store(*m_connection);
        return store.removeSchema(schema->id);
    });
}

} // namespace es::sandbox
