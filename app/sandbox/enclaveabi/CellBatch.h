// Some hundred to some thousand cells on their way to or from the enclave, in memory that the other side of the border reads
// directly (a shared-memory buffer), or in memory of its own. One crossing carries one batch, never one row.
// Thread: one at a time. Views stay valid until the next clear() or the return of the call that lent the batch.
#pragma once

#include "driver/base/Bytes.h"

namespace es::sandbox {

// Layout of the memory (little-endian), the same on both sides of the border. The other process may write anything there at any
// time: cell() stays inside the memory whatever it says; who needs more (the enclave) takes a private copy with assign().
//   offset          size               field
//   0               4                  cell count n
//   4               4                  bytes used in the data part
//   8               4 * kMaxCells      end offset of each cell in the data part; bit 31 set: the cell is NULL
//   8+4*kMaxCells   rest               data, cell after cell
class CellBatch {
public:
    static constexpr std::size_t kMaxCells = 1024;
    static constexpr std::size_t kHeaderBytes = 8 + 4 * kMaxCells;
    static constexpr std::size_t kDefaultDataBytes = std::size_t{4} << 20;

    explicit CellBatch(std::size_t dataBytes = kDefaultDataBytes);  // memory of its own
    explicit CellBatch(std::span<base::Byte> memory);               // lent memory of more than kHeaderBytes; contents are kept

    // False when it does not fit any more: hand the batch on, and add the cell to the next one. A cell that does not even fit
    // an empty batch (see fitsAlone) can never be sent.
    [[nodiscard]] bool add(base::ByteView cell);
    [[nodiscard]] bool addNull();
    [[nodiscard]] bool fitsAlone(std::size_t cellBytes) const { return cellBytes <= dataCapacity(); }

    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] bool empty() const { return size() == 0; }
    [[nodiscard]] bool isNull(std::size_t index) const;
    [[nodiscard]] base::ByteView cell(std::size_t index) const;  // empty for NULL
    void clear();
    // Takes over what other memory holds, reading each length once: whoever else can write there cannot make this one inconsistent.
    // False (and empty) when what it says does not hold together.
    [[nodiscard]] bool assign(const CellBatch& other);

private:
    [[nodiscard]] std::size_t dataCapacity() const { return m_memory.size() - kHeaderBytes; }
    [[nodiscard]] std::uint32_t u32At(std::size_t offset) const;
    void setU32(std::size_t offset, std::uint32_t value);
    [[nodiscard]] bool addEnd(std::uint32_t end, std::uint32_t flag);

    base::Bytes m_own;
    std::span<base::Byte> m_memory;
};

}  // namespace es::sandbox
