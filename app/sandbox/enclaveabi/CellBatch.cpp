#include "app/sandbox/enclaveabi/CellBatch.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace es::sandbox {

using base::Byte;
using base::ByteView;

namespace {

constexpr std::size_t kCountOffset = 0;
constexpr std::size_t kUsedOffset = 4;
constexpr std::size_t kEndsOffset = 8;
constexpr std::uint32_t kNullFlag = 0x80000000U;

}  // namespace

CellBatch::CellBatch(std::size_t dataBytes) : m_own(kHeaderBytes + dataBytes), m_memory(m_own) {}

CellBatch::CellBatch(std::span<Byte> memory) : m_memory(memory)
{
    assert(memory.size() > kHeaderBytes);
}

std::uint32_t CellBatch::u32At(std::size_t offset) const
{
    std::uint32_t value = 0;
    std::memcpy(&value, m_memory.data() + offset, sizeof value);
    return value;
}

void CellBatch::setU32(std::size_t offset, std::uint32_t value)
{
    std::memcpy(m_memory.data() + offset, &value, sizeof value);
}

std::size_t CellBatch::size() const
{
    return std::min<std::size_t>(u32At(kCountOffset), kMaxCells);
}

bool CellBatch::add(ByteView cell)
{
    const std::size_t count = size();
    const std::size_t used = std::min<std::size_t>(u32At(kUsedOffset), dataCapacity());
    if (count == kMaxCells || cell.size() > dataCapacity() - used)
        return false;
    std::copy(cell.begin(), cell.end(), m_memory.begin() + static_cast<std::ptrdiff_t>(kHeaderBytes + used));
    setU32(kEndsOffset + 4 * count, static_cast<std::uint32_t>(used + cell.size()));
    setU32(kUsedOffset, static_cast<std::uint32_t>(used + cell.size()));
    setU32(kCountOffset, static_cast<std::uint32_t>(count + 1));
    return true;
}

bool CellBatch::addNull()
{
    const std::size_t count = size();
    if (count == kMaxCells)
        return false;
    setU32(kEndsOffset + 4 * count, u32At(kUsedOffset) | kNullFlag);
    setU32(kCountOffset, static_cast<std::uint32_t>(count + 1));
    return true;
}

bool CellBatch::isNull(std::size_t index) const
{
    return (u32At(kEndsOffset + 4 * index) & kNullFlag) != 0;
}

ByteView CellBatch::cell(std::size_t index) const
{
    assert(index < kMaxCells);
    const std::uint32_t word = u32At(kEndsOffset + 4 * index);
    const std::size_t begin = index == 0 ? 0 : u32At(kEndsOffset + 4 * (index - 1)) & ~kNullFlag;
    const std::size_t end = word & ~kNullFlag;
    if ((word & kNullFlag) != 0 || begin > end || end > dataCapacity())
        return {};
    return ByteView(m_memory).subspan(kHeaderBytes + begin, end - begin);
}

void CellBatch::clear()
{
    setU32(kCountOffset, 0);
    setU32(kUsedOffset, 0);
}

bool CellBatch::assign(const CellBatch& other)
{
    clear();
    const std::uint32_t count = other.u32At(kCountOffset);
    const std::uint32_t used = other.u32At(kUsedOffset);
    if (count > kMaxCells || used > other.dataCapacity() || used > dataCapacity())
        return false;
    std::memcpy(m_memory.data() + kEndsOffset, other.m_memory.data() + kEndsOffset, 4 * std::size_t{count});
    std::uint32_t last = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t word = u32At(kEndsOffset + 4 * i);
        const std::uint32_t end = word & ~kNullFlag;
        if (end < last || end > used || ((word & kNullFlag) != 0 && end != last))
            return false;
        last = end;
    }
    std::memcpy(m_memory.data() + kHeaderBytes, other.m_memory.data() + kHeaderBytes, used);
    setU32(kUsedOffset, used);
    setU32(kCountOffset, count);
    return true;
}

}  // namespace es::sandbox
