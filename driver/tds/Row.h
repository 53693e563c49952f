// ROW and NBCROW: one value per column; NBCROW says in a bitmap which are NULL.                       MS-TDS 2.2.7.19, 2.2.7.14
// Thread: one at a time.
#pragma once

#include "driver/tds/ColMetadata.h"

namespace es::tds {

// One decoded row. The spans look into the decoder's buffer: valid until its next call.
struct Row {
    std::span<const Cell> cells;
};

// Writes rows of one result set. Cells are in row form without prefix.
class RowWriter {
public:
    // `allowNullBitmap`: false for clients before TDS 7.3B and for bulk load.
    explicit RowWriter(const std::vector<Column>& columns, bool allowNullBitmap = true);

    // Token byte included; NBCROW when some cell is NULL and that is shorter. Precondition: one cell per column.
    void append(base::ByteWriter& out, std::span<const Cell> cells) const;

private:
    std::vector<CellLayout> m_layouts;
    bool m_allowNullBitmap;
};

// Reads one row out of a growing buffer, going on where it stopped.
class RowReader {
public:
    RowReader() = default;
    // `bulkLoad`: decimals of any length, as FreeTDS sends them there.
    explicit RowReader(const std::vector<Column>& columns, bool bulkLoad = false);
    [[nodiscard]] std::size_t columnCount() const { return m_layouts.size(); }

    // `position`: behind the token byte.
    void start(bool nullBitmap, std::size_t position);
    [[nodiscard]] CellScanner::Status scan(std::span<base::Byte> buffer);
    [[nodiscard]] std::size_t next() const { return m_position; }
    // After kDone; into that buffer.
    [[nodiscard]] Row row(base::ByteView buffer);
    void shift(std::size_t size);

private:
    struct Range { std::size_t begin, end; bool isNull; };
    std::vector<CellLayout> m_layouts;
    std::vector<Range> m_ranges;
    std::vector<Cell> m_cells;
    base::Bytes m_nulls;
    CellScanner m_scanner;
    std::size_t m_position = 0;
    std::size_t m_column = 0;
    bool m_hasBitmap = false;
    bool m_bitmapPending = false;
    bool m_insideCell = false;
};

}  // namespace es::tds
