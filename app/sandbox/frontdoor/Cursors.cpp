#include "app/sandbox/frontdoor/Cursors.h"

#include <algorithm>

namespace es::sandbox {

void Cursor::add(std::span<const Cell> row)
{
    for (const Cell& cell : row) {
        if (!cell.null)
            m_bytes.insert(m_bytes.end(), cell.bytes.begin(), cell.bytes.end());
        m_ends.push_back({m_bytes.size(), cell.null});
    }
}

void Cursor::rowAt(std::int32_t row, std::vector<Cell>& cells) const
{
    const std::size_t columns = shape.columns.size();
    cells.resize(columns);
    for (std::size_t i = 0; i < columns; ++i) {
        const std::size_t at = static_cast<std::size_t>(row) * columns + i;
        const std::size_t begin = at == 0 ? 0 : static_cast<std::size_t>(m_ends[at - 1].end);
        cells[i] = {base::ByteView(m_bytes).subspan(begin, static_cast<std::size_t>(m_ends[at].end) - begin), m_ends[at].null};
    }
}

std::optional<Cursor::Block> Cursor::fetched(std::int32_t row) const
{
    if (row == 0)
        return m_block;
    if (row < 0 || row > m_block.end - m_block.begin)
        return std::nullopt;
    return Block{m_block.begin + row - 1, m_block.begin + row};
}

std::int32_t Cursor::position() const
{
    if (m_before)
        return 0;
    return m_block.begin >= rowCount() ? -1 : m_block.begin + 1;
}

std::optional<Cursor::Block> Cursor::move(std::int32_t fetchType, std::int32_t row, std::int32_t count)
{
    const std::int64_t rows = rowCount();
    const std::int64_t wanted = std::max<std::int64_t>(count, 0);
    const std::int32_t type = fetchType & ~kFetchSkipConcurrency;
    std::int64_t begin = 0;
    switch (type) {
    case kFetchFirst: break;
    case kFetchNext: begin = m_before ? 0 : m_block.end; break;
    case kFetchPrevious:
    case kFetchPreviousNoAdjust: begin = m_before ? -wanted : m_block.begin - wanted; break;
    case kFetchLast: begin = rows - wanted; break;
    case kFetchAbsolute: begin = row > 0 ? std::int64_t{row} - 1 : row < 0 ? rows + row : -wanted; break;
    case kFetchRelative: begin = (m_before ? -1 : m_block.begin) + std::int64_t{row}; break;
    case kFetchRefresh: begin = m_block.begin; break;
    default: return std::nullopt;
    }
    if (forwardOnly && type != kFetchNext && type != kFetchFirst)
        return std::nullopt;
    std::int64_t end = begin + (type == kFetchRefresh ? m_block.end - m_block.begin : wanted);
    // A block that begins in front of the first row is pulled to it, unless it lies there whole.
    m_before = end <= 0 && begin < 0;
    if (begin < 0 && !m_before) {
        begin = 0;
        if (type != kFetchPreviousNoAdjust)
            end = std::min<std::int64_t>(wanted, rows);
    }
    begin = std::clamp<std::int64_t>(begin, 0, rows);
    end = m_before ? begin : std::clamp<std::int64_t>(end, begin, rows);
    m_block = {static_cast<std::int32_t>(begin), static_cast<std::int32_t>(end)};
    return m_block;
}

std::optional<std::int32_t> Cursors::add(Cursor cursor)
{
    if (m_cursors.size() >= kMaxOpen)
        return std::nullopt;
    m_cursors.emplace(++m_last, std::move(cursor));
    return m_last;
}

Cursor* Cursors::find(std::int32_t handle)
{
    const auto found = m_cursors.find(handle);
    return found == m_cursors.end() ? nullptr : &found->second;
}

bool Cursors::close(std::int32_t handle)
{
    if (handle == -1) {
        m_cursors.clear();
        return true;
    }
    return m_cursors.erase(handle) > 0;
}

}  // namespace es::sandbox
