// Foreign keys, checks, computed columns, rowversion columns and filtered indexes in a database's own catalog: es_ tables beside those
// of CatalogStore.h, made when the first of them is needed. Every change belongs to the transaction of the statement that makes it; the
// caller notes the change of the catalog's version (CatalogStore does with every object it adds or removes).
// Thread: session thread only (uses the session's connection).
#pragma once

#include "app/sandbox/engine/Catalog.h"
#include "app/sandbox/engine/Sqlite.h"

namespace es::sandbox {

// Completes the tables of a catalog that is being loaded.
[[nodiscard]] base::Result<void> loadConstraints(Connection& connection, Catalog& catalog);

class ConstraintStore {
public:
    explicit ConstraintStore(Connection& connection)
        : m_connection(connection)
    {
    }

    // `tableId` holds the constraint; an entry with the same object id is replaced.
    [[nodiscard]] base::Result<void> putCheck(std::int32_t tableId, const CatalogCheck& check);
    [[nodiscard]] base::Result<void> putForeignKey(std::int32_t tableId, const CatalogForeignKey& key);
    // What makes the column more than stored cells: computed text, persisted, rowversion.
    [[nodiscard]] base::Result<void> putColumnRule(std::int32_t tableId, const CatalogColumn& column);
    [[nodiscard]] base::Result<void> putFilter(std::int32_t tableId, std::int32_t indexId, const std::string& text);
    // Of a table with everything on it, or of one constraint.
    [[nodiscard]] base::Result<void> forget(std::int32_t objectId);
    [[nodiscard]] base::Result<void> forgetColumn(std::int32_t tableId, std::int32_t columnId);
    [[nodiscard]] base::Result<void> forgetIndex(std::int32_t tableId, std::int32_t indexId);

    // The last rowversion given out in this database (@@DBTS); 0 before the first.
    [[nodiscard]] base::Result<std::int64_t> rowVersion();
    [[nodiscard]] base::Result<void> setRowVersion(std::int64_t last);

private:
    [[nodiscard]] base::Result<void> ensureTables();

    Connection& m_connection;
};

} // namespace es::sandbox
