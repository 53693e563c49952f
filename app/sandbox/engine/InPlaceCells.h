// The cells of one column on their way to the enclave and back: read by key in batches, written back by one UPDATE for each batch.
// Thread: session thread only. The order of rows is rowid order in both directions; the writer checks it for every cell.
#pragma once

#include "app/sandbox/engine/Sqlite.h"
#include "app/sandbox/enclaveabi/CellBatch.h"
#include "driver/types/SqlType.h"

#include <deque>
#include <stop_token>
#include <string_view>

struct sqlite3_value;

namespace es::sandbox {

// A column of a user table by the names it has inside SQLite.
struct CellPlace {
    std::string table;
    std::string column;
    types::SqlType type;
    bool encrypted = false;
};

// Registers the function with which the writer's UPDATE asks for the next cell.
[[nodiscard]] base::Result<void> installCellFunction(Connection& connection);

class CellReader {
public:
    [[nodiscard]] static base::Result<CellReader> open(Connection& connection, CellPlace place, std::stop_token stop);
    // Leaves the batch empty when there are no more rows. No cursor stays open afterwards, so that the writer may change the rows.
    [[nodiscard]] base::Result<void> fill(CellBatch& batch);
    // The rowids of the cells read and not yet taken, in order.
    [[nodiscard]] std::deque<std::int64_t>& pending() { return m_pending; }

private:
    CellReader(SqliteStatement rows, CellPlace place, std::stop_token stop)
        : m_rows(std::move(rows))
        , m_place(std::move(place))
        , m_stop(std::move(stop))
    {
    }
    [[nodiscard]] base::Result<bool> add(CellBatch& batch);

    SqliteStatement m_rows;
    CellPlace m_place;
    std::stop_token m_stop;
    base::Bytes m_bytes;
    std::deque<std::int64_t> m_pending;
    std::int64_t m_last = INT64_MIN;
};

class CellWriter {
public:
    [[nodiscard]] static base::Result<CellWriter> open(Connection& connection, CellPlace place);
    // Writes one batch over the rows at the front of `rowIds` and takes them off.
    // Errors: 33192 when the table's rows are not the ones that were read; those of a value that the type cannot be.
    [[nodiscard]] base::Result<void> write(const CellBatch& cells, std::deque<std::int64_t>& rowIds);

    // For the registered function: the value for this row, which must be the next one.
    void give(sqlite3_context* context, std::int64_t rowId);

private:
    CellWriter(Connection* connection, SqliteStatement update, CellPlace place)
        : m_connection(connection)
        , m_update(std::move(update))
        , m_place(std::move(place))
    {
    }

    Connection* m_connection;
    SqliteStatement m_update;
    CellPlace m_place;
    const CellBatch* m_cells = nullptr;
    const std::deque<std::int64_t>* m_rowIds = nullptr;
    std::size_t m_next = 0;
};

} // namespace es::sandbox
