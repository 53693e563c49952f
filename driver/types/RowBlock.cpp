#include "driver/types/RowBlock.h"

#include <cassert>

namespace es::types {

bool RowBlock::isNull(std::size_t row, std::size_t column) const
{
    assert(row < m_rowCount && column < m_columns.size());
    const auto& bits = m_columns[column].nullBits;
    const std::size_t word = row / 64;
    return word < bits.size() && (bits[word] >> (row % 64) & 1) != 0;
}

base::ByteView RowBlock::cell(std::size_t row, std::size_t column) const
{
    assert(row < m_rowCount && column < m_columns.size());
    if (isNull(row, column))
        return {};
    const Column& c = m_columns[column];
    if (c.widthBytes != 0)
        return base::ByteView(c.data).subspan(row * c.widthBytes, c.widthBytes);
    const std::size_t begin = row == 0 ? 0 : c.ends[row - 1];
    return base::ByteView(c.data).subspan(begin, c.ends[row] - begin);
}

std::size_t RowBlock::memoryBytes() const
{
    std::size_t total = sizeof(RowBlock) + m_columns.capacity() * sizeof(Column);
    for (const Column& c : m_columns)
        total += c.data.capacity() + c.ends.capacity() * sizeof(std::uint32_t) + c.nullBits.capacity() * sizeof(std::uint64_t);
    return total;
}

RowBlockBuilder::RowBlockBuilder(const ColumnSet& columns)
{
    m_widths.reserve(columns.size());
    for (const ColumnInfo& column : columns)
        m_widths.push_back(fixedWidthBytes(column.type));
}

// The block under construction is made at the first cell, so that an idle builder costs nothing.
void RowBlockBuilder::startBlock()
{
    m_block = std::make_unique<RowBlock>();
    m_block->m_columns.resize(m_widths.size());
    for (std::size_t i = 0; i < m_widths.size(); ++i)
        m_block->m_columns[i].widthBytes = m_widths[i];
}

void RowBlockBuilder::finishCell()
{
    if (++m_nextColumn == m_widths.size()) {
        m_nextColumn = 0;
        ++m_block->m_rowCount;
    }
}

void RowBlockBuilder::appendNull()
{
    if (!m_block)
        startBlock();
    RowBlock::Column& c = m_block->m_columns[m_nextColumn];
    const std::size_t row = m_block->m_rowCount;
    if (c.nullBits.size() <= row / 64)
        c.nullBits.resize(row / 64 + 1, 0);
    c.nullBits[row / 64] |= std::uint64_t{1} << (row % 64);
    if (c.widthBytes != 0)
        c.data.insert(c.data.end(), c.widthBytes, 0);
    else
        c.ends.push_back(static_cast<std::uint32_t>(c.data.size()));
    m_payloadBytes += 1;
    finishCell();
}

void RowBlockBuilder::append(base::ByteView cell)
{
    if (!m_block)
        startBlock();
    RowBlock::Column& c = m_block->m_columns[m_nextColumn];
    assert(c.widthBytes == 0 || cell.size() == c.widthBytes);
    c.data.insert(c.data.end(), cell.begin(), cell.end());
    if (c.widthBytes == 0)
        c.ends.push_back(static_cast<std::uint32_t>(c.data.size()));
    else
        c.data.resize((m_block->m_rowCount + 1) * c.widthBytes);  // a wrong width must not shift the rows after it
    m_payloadBytes += cell.size() + (c.widthBytes == 0 ? sizeof(std::uint32_t) : 0);
    finishCell();
}

std::size_t RowBlockBuilder::rowCount() const { return m_block ? m_block->m_rowCount : 0; }
std::size_t RowBlockBuilder::payloadBytes() const { return m_payloadBytes; }

std::shared_ptr<const RowBlock> RowBlockBuilder::take()
{
    assert(m_nextColumn == 0);
    if (!m_block)
        startBlock();
    for (RowBlock::Column& c : m_block->m_columns) {
        c.data.shrink_to_fit();
        c.ends.shrink_to_fit();
        c.nullBits.shrink_to_fit();
    }
    m_payloadBytes = 0;
    return std::shared_ptr<const RowBlock>(std::move(m_block));
}

std::uint32_t fixedWidthBytes(const SqlType& type)
{
    const auto timeWidth = [&] { return type.scale <= 2 ? 3u : type.scale <= 4 ? 4u : 5u; };
    switch (type.id) {
    case TypeId::kBit: case TypeId::kTinyInt: return 1;
    case TypeId::kSmallInt: return 2;
    case TypeId::kInt: case TypeId::kReal: case TypeId::kSmallMoney: case TypeId::kSmallDateTime: return 4;
    case TypeId::kBigInt: case TypeId::kFloat: case TypeId::kMoney: case TypeId::kDateTime: return 8;
    case TypeId::kDecimal: case TypeId::kNumeric:
        return type.precision <= 9 ? 5 : type.precision <= 19 ? 9 : type.precision <= 28 ? 13 : 17;
    case TypeId::kDate: return 3;
    case TypeId::kTime: return timeWidth();
    case TypeId::kDateTime2: return timeWidth() + 3;
    case TypeId::kDateTimeOffset: return timeWidth() + 5;
    case TypeId::kUniqueIdentifier: return 16;
    default: return 0;
    }
}

}  // namespace es::types
