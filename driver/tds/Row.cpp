#include "driver/tds/Row.h"

#include "driver/tds/Token.h"

namespace es::tds {
namespace {

std::size_t nullPrefixBytes(Framing framing)
{
    switch (framing) {
    case Framing::kU8:
    case Framing::kTextPointer: return 1;
    case Framing::kU16: return 2;
    case Framing::kU32:
    case Framing::kU32ZeroNull: return 4;
    case Framing::kPlp: return 8;
    case Framing::kNone:
    case Framing::kFixed: return 0;
    }
    return 0;
}

std::size_t bitmapBytes(std::size_t columns)
{
    return (columns + 7) / 8;
}

std::vector<CellLayout> layoutsOf(const std::vector<Column>& columns)
{
    std::vector<CellLayout> layouts;
    layouts.reserve(columns.size());
    for (const Column& column : columns)
        layouts.push_back(cellLayoutOf(column.type, Place::kResult));
    return layouts;
}

}  // namespace

RowWriter::RowWriter(const std::vector<Column>& columns, bool allowNullBitmap)
    : m_layouts(layoutsOf(columns)), m_allowNullBitmap(allowNullBitmap)
{
}

void RowWriter::append(base::ByteWriter& out, std::span<const Cell> cells) const
{
    const std::size_t count = std::min(cells.size(), m_layouts.size());
    std::size_t savedBytes = 0;
    if (m_allowNullBitmap)
        for (std::size_t i = 0; i < count; ++i)
            if (cells[i].isNull)
                savedBytes += nullPrefixBytes(m_layouts[i].framing);
    if (savedBytes <= bitmapBytes(count)) {
        out.u8(token::kRow);
        for (std::size_t i = 0; i < count; ++i)
            appendCell(out, m_layouts[i], cells[i]);
        return;
    }
    out.u8(token::kNbcRow);
    for (std::size_t begin = 0; begin < count; begin += 8) {
        unsigned bits = 0;
        for (std::size_t i = begin; i < std::min(begin + 8, count); ++i)
            bits |= (cells[i].isNull ? 1U : 0U) << (i - begin);
        out.u8(static_cast<std::uint8_t>(bits));
    }
    for (std::size_t i = 0; i < count; ++i)
        if (!cells[i].isNull)
            appendCell(out, m_layouts[i], cells[i]);
}

RowReader::RowReader(const std::vector<Column>& columns, bool bulkLoad)
    : m_layouts(layoutsOf(columns)), m_ranges(columns.size()), m_cells(columns.size()), m_nulls(bitmapBytes(columns.size()))
{
    for (CellLayout& layout : m_layouts)
        if (bulkLoad && layout.decimal == DecimalWidth::kOfPrecision)
            layout.decimal = DecimalWidth::kAny;
}

void RowReader::start(bool nullBitmap, std::size_t position)
{
    m_position = position;
    m_column = 0;
    m_bitmapPending = m_hasBitmap = nullBitmap;
    m_insideCell = false;
}

void RowReader::shift(std::size_t size)
{
    m_position -= size;
    for (std::size_t i = 0; i < m_column; ++i) {
        m_ranges[i].begin -= size;
        m_ranges[i].end -= size;
    }
    if (m_insideCell)
        m_scanner.shift(size);
}

CellScanner::Status RowReader::scan(std::span<base::Byte> buffer)
{
    using Status = CellScanner::Status;
    if (m_bitmapPending) {
        if (buffer.size() - m_position < m_nulls.size())
            return Status::kNeedMore;
        const auto bits = buffer.subspan(m_position, m_nulls.size());
        std::copy(bits.begin(), bits.end(), m_nulls.begin());
        m_position += m_nulls.size();
        m_bitmapPending = false;
    }
    for (; m_column < m_layouts.size(); ++m_column) {
        if (m_hasBitmap && (m_nulls[m_column / 8] >> (m_column % 8) & 1) != 0) {
            m_ranges[m_column] = {m_position, m_position, true};
            continue;
        }
        if (!m_insideCell)
            m_scanner.start(m_layouts[m_column], m_position);
        m_insideCell = true;
        const Status status = m_scanner.scan(buffer);
        if (status != Status::kDone)
            return status;
        m_insideCell = false;
        m_position = m_scanner.next();
        m_ranges[m_column] = {m_scanner.dataBegin(), m_scanner.dataEnd(), m_scanner.isNull()};
    }
    return Status::kDone;
}

Row RowReader::row(base::ByteView buffer)
{
    for (std::size_t i = 0; i < m_ranges.size(); ++i)
        m_cells[i] = {buffer.subspan(m_ranges[i].begin, m_ranges[i].end - m_ranges[i].begin), m_ranges[i].isNull};
    return {m_cells};
}

}  // namespace es::tds
