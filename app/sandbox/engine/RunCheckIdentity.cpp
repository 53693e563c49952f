// Session: DBCC CHECKIDENT: what an identity column has reached, and another number to go on from.
#include "app/sandbox/engine/Session.h"

#include "app/sandbox/engine/CatalogStore.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;

std::string firstIdentityName(std::int32_t objectId)
{
    return "first_identity_" + std::to_string(objectId);
}

Result<std::int64_t> Session::firstIdentity(const CatalogTable& table, std::int64_t seed)
{
    return m_connection->queryInt("SELECT ifnull((SELECT value FROM es_meta WHERE name = '" + firstIdentityName(table.objectId) + "'), "
        + std::to_string(seed) + ")");
}

Result<void> Session::checkIdentity(BatchRun& run, const tsql::Dbcc& node, std::int32_t line)
{
    std::optional<std::int64_t> wanted;
    if (node.reseed) {
        ES_TRY(const Evaluated value, evaluate(run, *node.reseed));
        ES_TRY(const Stored number, convertStored(value, types::makeType(types::TypeId::kBigInt)));
        if (const auto* given = std::get_if<std::int64_t>(&number)) wanted = *given;
        if (!wanted) return notSupported("DBCC CHECKIDENT with NULL", line);
    }
    std::string report;
    const auto work = [&]() -> Result<void> {
        const CatalogTable* table = m_facts.catalog->table(node.name.schema(), node.name.object());
        if (!table)
            return sqlError(2501,
                "Cannot find a table or object with the name \"" + std::string(node.name.object()) + "\". Check the system catalog.", line, 45);
        if (isTemporaryId(table->objectId)) return notSupported("DBCC CHECKIDENT of a temporary table", line);
        const auto column = std::find_if(
            table->columns.begin(), table->columns.end(), [](const CatalogColumn& candidate) { return candidate.identity.has_value(); });
        if (column == table->columns.end()) return sqlError(7997, "'" + table->name + "' does not contain an identity column.", line);
        CatalogStore store(*m_connection);
        ES_TRY(const std::optional<std::int64_t> last, store.identity(table->objectId, column->id));
        const bool up = column->identity->increment > 0;
        const std::string extreme = (up ? "max(" : "min(") + column->sqlName() + ")";
        ES_TRY(const std::int64_t rows, m_connection->queryInt("SELECT count(*) FROM " + table->sqlName()));
        ES_TRY(const std::int64_t reached, m_connection->queryInt("SELECT ifnull(" + extreme + ", 0) FROM " + table->sqlName()));
        const auto shown = [](const std::optional<std::int64_t>& number) { return number ? std::to_string(*number) : std::string("NULL"); };
        report = "Checking identity information: current identity value '" + shown(last) + "'";
        if (wanted && !node.noReseed) {
            report += ".";
            m_drawnIdentities.erase({table->objectId, column->id});
            if (last) return store.setIdentity(table->objectId, column->id, *wanted);
            // No row was ever there: the next one gets this very number.
            return m_connection->run(
                "INSERT OR REPLACE INTO es_meta VALUES('" + firstIdentityName(table->objectId) + "', " + std::to_string(*wanted) + ")");
        }
        report += ", current column value '" + (rows > 0 ? std::to_string(reached) : std::string("NULL")) + "'.";
        const bool behind = rows > 0 && (!last || (up ? reached > *last : reached < *last));
        if (node.noReseed || !behind) return {};
        return store.setIdentity(table->objectId, column->id, reached);
    };
    ES_CHECK(change(work));
    if (!node.noInformation) run.sink.message(infoMessage(report, line, 7998), false);
    return {};
}

} // namespace es::sandbox
