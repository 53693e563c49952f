// Values with their length prefix, rows and RPC, both ways; PLP.                                      MS-TDS 2.2.5.2, 2.2.7.19
// A value inside the house is its row form without prefix (see types/RowBlock.h), or NULL.
// Thread: any (pure); CellScanner: one at a time.
#pragma once

#include "driver/tds/TypeInfo.h"

#include <optional>

namespace es::tds {

inline constexpr std::uint64_t kPlpNull = 0xFFFFFFFFFFFFFFFF;
inline constexpr std::uint64_t kPlpUnknownLength = 0xFFFFFFFFFFFFFFFE;
inline constexpr std::size_t kMaxCellBytes = 0x7FFFFFFF;

// One cell of a row: bytes, or NULL. Does not own.
struct Cell {
    base::ByteView bytes;
    bool isNull = true;
};

// How the values of a type are framed.
enum class Framing : std::uint8_t {
    kNone /* wire::kNull: no bytes at all */,
    kFixed,
    kU8,
    kU16,
    kU32,
    kU32ZeroNull /* variant */,
    kPlp,
    kTextPointer
};
// Bytes of a decimal, sign included: those of its precision (5, 9, 13, 17), or in a parameter as few as its digits need (2 to 17), which is
// what Microsoft's JDBC driver sends.
enum class DecimalWidth : std::uint8_t { kNone, kOfPrecision, kAny };
struct CellLayout {
    Framing framing = Framing::kNone;
    std::uint8_t exactBytes = 0;  // kFixed: always; kU8: of every value that is not NULL; 0 = no rule
    DecimalWidth decimal = DecimalWidth::kNone;
};
[[nodiscard]] CellLayout cellLayoutOf(const TypeInfo& type, Place place);

// Appends prefix and bytes. Preconditions: a fixed type is never NULL and has its width; lengths fit the prefix.
void appendCell(base::ByteWriter& out, CellLayout layout, const Cell& cell);

// A value out of bytes that are all there (RPC, TVP). The reader fails when they are not.
// nullopt = NULL. Errors: kTruncated, kMalformed, kTooLarge.
[[nodiscard]] base::Result<std::optional<base::Bytes>> readValue(base::ByteReader& reader, CellLayout layout);

// Reads one cell out of a buffer that is still growing, and remembers where it stopped: every byte is looked at once, however
// many packets a value takes. PLP chunks are moved together inside the buffer, so that a cell is one span without a copy of its own.
class CellScanner {
public:
    enum class Status : std::uint8_t { kDone, kNeedMore, kBad, kOverLimit };
    // Begins at `position` of a buffer; positions are offsets, the buffer may move between calls.
    void start(CellLayout layout, std::size_t position);
    [[nodiscard]] Status scan(std::span<base::Byte> buffer);
    // After kDone.
    [[nodiscard]] bool isNull() const { return m_isNull; }
    [[nodiscard]] std::size_t dataBegin() const { return m_dataBegin; }
    [[nodiscard]] std::size_t dataEnd() const { return m_dataEnd; }
    [[nodiscard]] std::size_t next() const { return m_position; }  // first offset behind the cell
    // The buffer lost its first `size` bytes.
    void shift(std::size_t size);

private:
    enum class Step : std::uint8_t { kPrefix, kPlpChunkHeader, kPlpChunk };
    [[nodiscard]] Status scanPrefix(std::span<base::Byte> buffer);
    [[nodiscard]] Status scanPlp(std::span<base::Byte> buffer);
    [[nodiscard]] Status take(std::span<base::Byte> buffer, std::size_t prefixBytes, std::uint64_t lengthBytes);

    CellLayout m_layout;
    Step m_step = Step::kPrefix;
    std::size_t m_position = 0;
    std::size_t m_dataBegin = 0;
    std::size_t m_dataEnd = 0;
    std::uint64_t m_plpTotal = 0;
    std::uint32_t m_chunkLeft = 0;
    bool m_isNull = false;
};

}  // namespace es::tds
