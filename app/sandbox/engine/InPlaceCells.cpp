#include "app/sandbox/engine/InPlaceCells.h"

#include "app/sandbox/engine/StorageCodec.h"

#include <sqlite3.h>

namespace es::sandbox {

using base::Result;

namespace {

constexpr const char* kPointerKind = "es-cell-writer";

void callNextCell(sqlite3_context* context, int /*count*/, sqlite3_value** values)
{
    auto* writer = static_cast<CellWriter*>(sqlite3_value_pointer(values[0], kPointerKind));
    if (!writer) return sqlite3_result_error(context, "no writer", -1);
    writer->give(context, sqlite3_value_int64(values[1]));
}

base::Error rowsChanged()
{
    return sqlError(33192, "The rows of the table are not the ones that were sent to the enclave.");
}

} // namespace

Result<void> installCellFunction(Connection& connection)
{
    const int code = sqlite3_create_function_v2(
        connection.raw(), "es_next_cell", 2, SQLITE_UTF8 | SQLITE_DIRECTONLY, nullptr, callNextCell, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return connection.errorOf(code);
    return {};
}

Result<CellReader> CellReader::open(Connection& connection, CellPlace place, std::stop_token stop)
{
    ES_TRY(SqliteStatement rows,
        connection.prepare("SELECT rowid, " + place.column + " FROM " + place.table + " WHERE rowid > ?1 ORDER BY rowid LIMIT ?2"));
    return CellReader(std::move(rows), std::move(place), std::move(stop));
}

Result<void> CellReader::fill(CellBatch& batch)
{
    if (m_stop.stop_requested()) return cancelledInside();
    m_rows.reset();
    m_rows.bindInt(1, m_last);
    m_rows.bindInt(2, static_cast<std::int64_t>(CellBatch::kMaxCells));
    while (true) {
        ES_TRY(const bool row, m_rows.step());
        if (!row) break;
        ES_TRY(const bool fits, add(batch));
        if (!fits) {
            if (batch.empty()) return sqlError(33550, "A value is too large for the enclave.");
            break;
        }
        m_last = m_rows.intAt(0);
        m_pending.push_back(m_last);
    }
    m_rows.reset();
    return {};
}

Result<bool> CellReader::add(CellBatch& batch)
{
    if (m_rows.isNull(1)) return batch.addNull();
    if (m_place.encrypted) return batch.add(m_rows.blobAt(1));
    m_bytes.clear();
    ES_CHECK(appendRowForm(m_rows, 1, m_place.type, m_bytes));
    return batch.add(m_bytes);
}

// One statement for a batch costs SQLite about half of one statement for each row.
Result<CellWriter> CellWriter::open(Connection& connection, CellPlace place)
{
    ES_TRY(SqliteStatement update,
        connection.prepare(
            "UPDATE " + place.table + " SET " + place.column + " = es_next_cell(?1, rowid) WHERE rowid BETWEEN ?2 AND ?3"));
    return CellWriter(&connection, std::move(update), std::move(place));
}

Result<void> CellWriter::write(const CellBatch& cells, std::deque<std::int64_t>& rowIds)
{
    if (cells.empty()) return {};
    if (cells.size() > rowIds.size()) return rowsChanged();
    m_cells = &cells;
    m_rowIds = &rowIds;
    m_next = 0;
    m_update.reset();
    sqlite3_bind_pointer(m_update.raw(), 1, this, kPointerKind, nullptr);
    m_update.bindInt(2, rowIds.front());
    m_update.bindInt(3, rowIds[cells.size() - 1]);
    auto stepped = m_update.step();
    m_update.reset();
    m_cells = nullptr;
    if (!stepped) return std::move(stepped).error();
    if (m_next != cells.size()) return rowsChanged();
    rowIds.erase(rowIds.begin(), rowIds.begin() + static_cast<std::ptrdiff_t>(cells.size()));
    return {};
}

void CellWriter::give(sqlite3_context* context, std::int64_t rowId)
{
    const auto fail = [&](base::Error error) {
        m_connection->setFunctionError(std::move(error));
        sqlite3_result_error(context, "no cell", -1);
    };
    if (!m_cells || m_next >= m_cells->size() || (*m_rowIds)[m_next] != rowId) return fail(rowsChanged());
    const std::size_t index = m_next++;
    if (m_cells->isNull(index)) return sqlite3_result_null(context);
    const base::ByteView cell = m_cells->cell(index);
    if (m_place.encrypted) return sqlite3_result_blob64(context, cell.data(), cell.size(), SQLITE_STATIC);
    auto value = storedFromRowForm(cell, m_place.type);
    if (!value) return fail(std::move(value).error());
    giveResult(context, *value);
}

} // namespace es::sandbox
