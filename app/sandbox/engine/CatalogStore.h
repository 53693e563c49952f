// The catalog's own tables (es_...) inside each database's SQLite file: making them, reading them whole, and each change of them.
// Every change belongs to the transaction of the statement that makes it, together with the data it describes.
// Thread: session thread only (uses the session's connection).
#pragma once

#include "app/sandbox/engine/Catalog.h"
#include "app/sandbox/engine/Sqlite.h"

#include <memory>

namespace es::sandbox {

// Temporary tables and table variables have ids from here on. Their catalog is a twin of the database's (et_.. for es_..) among SQLite's
// temporary tables, so that it comes and goes with their transaction; which of the two is meant, the id tells.
inline constexpr std::int32_t kFirstTemporaryId = 2'000'000'000;
[[nodiscard]] inline bool isTemporaryId(std::int32_t objectId)
{
    return objectId >= kFirstTemporaryId;
}
// "#t" and, of table variables, "@t".
[[nodiscard]] inline bool isTemporaryName(std::string_view name)
{
    return !name.empty() && (name.front() == '#' || name.front() == '@');
}

// The statement for the twin: et_x wherever es_x stands as a name.
[[nodiscard]] std::string twinText(std::string_view sql);

class CatalogStore {
public:
    // Creates the es_ tables in a new file. `databaseId` and `name` are kept in the file.
    [[nodiscard]] static base::Result<void> create(Connection& connection, std::int32_t databaseId, const std::string& name);
    // The current version number: cheap, changes with every change of the catalog.
    [[nodiscard]] static base::Result<std::int64_t> version(Connection& connection);
    [[nodiscard]] static base::Result<std::shared_ptr<const Catalog>> load(Connection& connection);
    // The twin for temporary tables: making it on this connection, its version, and its tables into `catalog`.
    [[nodiscard]] static base::Result<void> createTemporary(Connection& connection);
    [[nodiscard]] static base::Result<std::int64_t> temporaryVersion(Connection& connection); // 0: there is none
    [[nodiscard]] static base::Result<void> loadTemporary(Connection& connection, Catalog& catalog);

    // The tables for views and procedures, where they are not there yet.
    [[nodiscard]] static base::Result<void> makeModuleTables(Connection& connection);

    explicit CatalogStore(Connection& connection)
        : m_connection(connection)
    {
    }

    // All of these want a write transaction around them, and note the change of version.
    [[nodiscard]] base::Result<std::int32_t> addObject(
        std::int32_t schemaId, std::int32_t parentId, const std::string& name, std::string_view type);
    [[nodiscard]] base::Result<void> removeObject(std::int32_t objectId); // with its columns, indexes, children
    [[nodiscard]] base::Result<void> putColumn(std::int32_t objectId, const CatalogColumn& column); // adds or replaces
    [[nodiscard]] base::Result<void> removeColumn(std::int32_t objectId, std::int32_t columnId);
    [[nodiscard]] base::Result<void> addIndex(std::int32_t objectId, const CatalogIndex& index);
    [[nodiscard]] base::Result<void> removeIndex(std::int32_t objectId, std::int32_t indexId);
    [[nodiscard]] base::Result<void> setIndexState(std::int32_t objectId, std::int32_t indexId, IndexState state); // of an encrypted one
    [[nodiscard]] base::Result<void> putModule(const CatalogModule& module, const std::vector<CatalogColumn>& columns); // adds or replaces
    [[nodiscard]] base::Result<void> removeModule(std::int32_t objectId);
    [[nodiscard]] base::Result<std::int32_t> addSchema(const std::string& name);
    [[nodiscard]] base::Result<void> removeSchema(std::int32_t schemaId);
    [[nodiscard]] base::Result<void> addMasterKey(const CatalogMasterKey& key); // the id is given here
    [[nodiscard]] base::Result<void> removeMasterKey(std::int32_t id);
    [[nodiscard]] base::Result<void> putEncryptionKey(CatalogEncryptionKey key); // id 0: a new one; gets a new metadata version
    [[nodiscard]] base::Result<void> removeEncryptionKey(std::int32_t id);
    // Not a change of version: happens with every INSERT.
    [[nodiscard]] base::Result<void> setIdentity(std::int32_t objectId, std::int32_t columnId, std::int64_t last);
    [[nodiscard]] base::Result<std::optional<std::int64_t>> identity(std::int32_t objectId, std::int32_t columnId);

private:
    [[nodiscard]] static base::Result<void> loadModules(Connection& connection, Catalog& catalog);
    [[nodiscard]] base::Result<void> run(std::string_view sql, std::initializer_list<Stored> values);
    [[nodiscard]] base::Result<void> changed(std::int32_t objectId = 0);
    [[nodiscard]] base::Result<std::int32_t> nextId(std::string_view counter, bool temporary = false);

    Connection& m_connection;
};

// datetime as stored (1/300 s since 1900-01-01), of now.
[[nodiscard]] std::int64_t storedNow();

} // namespace es::sandbox
