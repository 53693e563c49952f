#include "driver/tds/CellValue.h"

#include "driver/tds/Errors.h"

#include <cstring>
#include <limits>

namespace es::tds {
namespace {

constexpr std::uint16_t kNullU16 = 0xFFFF;
constexpr std::uint32_t kNullU32 = 0xFFFFFFFF;
constexpr std::size_t kTimestampBytes = 8;

std::uint8_t fixedBytesOf(std::uint8_t wireType)
{
    switch (wireType) {
    case wire::kInt1:
    case wire::kBit: return 1;
    case wire::kInt2: return 2;
    case wire::kInt4:
    case wire::kFloat4:
    case wire::kMoney4:
    case wire::kDateTime4: return 4;
    case wire::kInt8:
    case wire::kFloat8:
    case wire::kMoney8:
    case wire::kDateTime8: return 8;
    default: return 0;
    }
}

std::uint8_t timeBytes(std::uint8_t scale)
{
    return scale <= 2 ? 3 : scale <= 4 ? 4 : 5;
}

constexpr std::uint8_t kDateBytes = 3;
constexpr std::uint8_t kOffsetBytes = 2;

// Value width that a type of byte-length framing has whenever it is not NULL; 0 = any.
CellLayout byteLengthLayout(const TypeInfo& type, Place place)
{
    CellLayout layout{Framing::kU8, 0};
    switch (type.wireType) {
    case wire::kDate: layout.exactBytes = kDateBytes; break;
    case wire::kTime: layout.exactBytes = timeBytes(type.scale); break;
    case wire::kDateTime2: layout.exactBytes = static_cast<std::uint8_t>(timeBytes(type.scale) + kDateBytes); break;
    case wire::kDateTimeOffset: layout.exactBytes = static_cast<std::uint8_t>(timeBytes(type.scale) + kDateBytes + kOffsetBytes); break;
    case wire::kDecimalN:
    case wire::kNumericN:
    case wire::kOldDecimal:
    case wire::kOldNumeric: layout.decimal = place == Place::kResult ? DecimalWidth::kOfPrecision : DecimalWidth::kAny; break;
    case wire::kGuid:
    case wire::kIntN:
    case wire::kBitN:
    case wire::kFloatN:
    case wire::kMoneyN:
    case wire::kDateTimeN: layout.exactBytes = static_cast<std::uint8_t>(type.lengthBytes); break;
    default: break;  // the old char and binary types
    }
    return layout;
}

bool fits(CellLayout layout, std::size_t lengthBytes)
{
    switch (layout.decimal) {
    case DecimalWidth::kOfPrecision: return lengthBytes == 5 || lengthBytes == 9 || lengthBytes == 13 || lengthBytes == 17;
    case DecimalWidth::kAny: return lengthBytes >= 2 && lengthBytes <= 17;
    case DecimalWidth::kNone: break;
    }
    return layout.exactBytes == 0 || lengthBytes == layout.exactBytes;
}

void appendPlp(base::ByteWriter& out, const Cell& cell)
{
    if (cell.isNull) {
        out.u64le(kPlpNull);
        return;
    }
    out.u64le(cell.bytes.size());
    if (!cell.bytes.empty()) {
        out.u32le(static_cast<std::uint32_t>(cell.bytes.size()));
        out.bytes(cell.bytes);
    }
    out.u32le(0);
}

void appendTextPointer(base::ByteWriter& out, const Cell& cell)
{
    constexpr std::uint8_t kPointerBytes = 16;
    if (cell.isNull) {
        out.u8(0);
        return;
    }
    out.u8(kPointerBytes);
    out.zeros(kPointerBytes + kTimestampBytes);
    out.u32le(static_cast<std::uint32_t>(cell.bytes.size()));
    out.bytes(cell.bytes);
}

base::Result<std::optional<base::Bytes>> readPlp(base::ByteReader& reader)
{
    const std::uint64_t total = reader.u64le();
    if (reader.ok() && total == kPlpNull)
        return std::optional<base::Bytes>();
    base::Bytes value;
    while (reader.ok()) {
        const base::ByteView chunk = reader.bytes(reader.u32le());
        if (reader.ok() && chunk.empty())
            break;
        value.insert(value.end(), chunk.begin(), chunk.end());
        if (value.size() > kMaxCellBytes)
            return protocolError(kTooLarge, "A value is longer than 2 GB.");
    }
    if (!reader.ok())
        return protocolError(kTruncated, "A value is cut off.");
    if (total != kPlpUnknownLength && total != value.size())
        return protocolError(kMalformed, "A value has another length than it says.");
    return std::optional<base::Bytes>(std::move(value));
}

std::uint64_t littleAt(std::span<base::Byte> buffer, std::size_t position, std::size_t size)
{
    std::uint64_t value = 0;
    std::memcpy(&value, buffer.data() + position, size);  // callers have checked the bounds
    return value;
}

}  // namespace

CellLayout cellLayoutOf(const TypeInfo& type, Place place)
{
    if (const std::uint8_t fixed = fixedBytesOf(type.wireType); fixed != 0)
        return {Framing::kFixed, fixed};
    if (type.isMax())
        return {Framing::kPlp, 0};
    switch (type.wireType) {
    case wire::kNull:
    case wire::kTable: return {Framing::kNone, 0};
    case wire::kBigVarBinary:
    case wire::kBigBinary:
    case wire::kBigVarChar:
    case wire::kBigChar:
    case wire::kNVarChar:
    case wire::kNChar:
    case wire::kVector: return {Framing::kU16, 0};
    case wire::kUdt: return {Framing::kPlp, 0};
    case wire::kImage:
    case wire::kText:
    case wire::kNText: return {place == Place::kRpc ? Framing::kU32 : Framing::kTextPointer, 0};
    case wire::kVariant: return {Framing::kU32ZeroNull, 0};
    default: return byteLengthLayout(type, place);
    }
}

void appendCell(base::ByteWriter& out, CellLayout layout, const Cell& cell)
{
    const std::size_t size = cell.isNull ? 0 : cell.bytes.size();
    switch (layout.framing) {
    case Framing::kNone: return;
    case Framing::kFixed: break;
    case Framing::kU8: out.u8(static_cast<std::uint8_t>(size)); break;
    case Framing::kU16: out.u16le(cell.isNull ? kNullU16 : static_cast<std::uint16_t>(size)); break;
    case Framing::kU32: out.u32le(cell.isNull ? kNullU32 : static_cast<std::uint32_t>(size)); break;
    case Framing::kU32ZeroNull: out.u32le(static_cast<std::uint32_t>(size)); break;
    case Framing::kPlp: appendPlp(out, cell); return;
    case Framing::kTextPointer: appendTextPointer(out, cell); return;
    }
    if (!cell.isNull)
        out.bytes(cell.bytes);
}

base::Result<std::optional<base::Bytes>> readValue(base::ByteReader& reader, CellLayout layout)
{
    std::size_t size = 0;
    bool null = false;
    switch (layout.framing) {
    case Framing::kNone: null = true; break;
    case Framing::kFixed: size = layout.exactBytes; break;
    case Framing::kU8:
        size = reader.u8();
        null = size == 0;
        if (!null && !fits(layout, size))
            return protocolError(kMalformed, "A value has a length that its type does not allow.");
        break;
    case Framing::kU16: size = reader.u16le(); null = size == kNullU16; break;
    case Framing::kU32: size = reader.u32le(); null = size == kNullU32; break;
    case Framing::kU32ZeroNull: size = reader.u32le(); null = size == 0; break;
    case Framing::kTextPointer:
        size = reader.u8();
        null = size == 0;
        if (!null) {
            reader.skip(size + kTimestampBytes);
            size = reader.u32le();
        }
        break;
    case Framing::kPlp: return readPlp(reader);
    }
    if (reader.ok() && null)
        return std::optional<base::Bytes>();
    const base::ByteView bytes = reader.bytes(size);
    if (!reader.ok())
        return protocolError(kTruncated, "A value is cut off.");
    return std::optional<base::Bytes>(base::Bytes(bytes.begin(), bytes.end()));
}

void CellScanner::start(CellLayout layout, std::size_t position)
{
    m_layout = layout;
    m_step = Step::kPrefix;
    m_position = m_dataBegin = m_dataEnd = position;
    m_isNull = false;
}

void CellScanner::shift(std::size_t size)
{
    m_position -= size;
    m_dataBegin -= size;
    m_dataEnd -= size;
}

CellScanner::Status CellScanner::scan(std::span<base::Byte> buffer)
{
    return m_step == Step::kPrefix ? scanPrefix(buffer) : scanPlp(buffer);
}

CellScanner::Status CellScanner::take(std::span<base::Byte> buffer, std::size_t prefixBytes, std::uint64_t lengthBytes)
{
    if (lengthBytes > kMaxCellBytes)
        return Status::kOverLimit;
    const std::size_t there = buffer.size() - m_position;
    if (there < prefixBytes || there - prefixBytes < lengthBytes)
        return Status::kNeedMore;
    m_dataBegin = m_position + prefixBytes;
    m_dataEnd = m_dataBegin + static_cast<std::size_t>(lengthBytes);
    m_position = m_dataEnd;
    return Status::kDone;
}

CellScanner::Status CellScanner::scanPrefix(std::span<base::Byte> buffer)
{
    static constexpr std::size_t kPrefixBytes[] = {0, 0, 1, 2, 4, 4, 8, 1};  // by Framing
    const std::size_t prefix = kPrefixBytes[static_cast<std::size_t>(m_layout.framing)];
    if (buffer.size() - m_position < prefix)
        return Status::kNeedMore;
    const std::uint64_t length = littleAt(buffer, m_position, prefix);
    const auto null = [&] {
        m_isNull = true;
        return take(buffer, prefix, 0);
    };
    switch (m_layout.framing) {
    case Framing::kNone: return null();
    case Framing::kFixed: return take(buffer, 0, m_layout.exactBytes);
    case Framing::kU8:
        if (length == 0)
            return null();
        return fits(m_layout, static_cast<std::size_t>(length)) ? take(buffer, prefix, length) : Status::kBad;
    case Framing::kU16: return length == kNullU16 ? null() : take(buffer, prefix, length);
    case Framing::kU32: return length == kNullU32 ? null() : take(buffer, prefix, length);
    case Framing::kU32ZeroNull: return length == 0 ? null() : take(buffer, prefix, length);
    case Framing::kTextPointer: {
        if (length == 0)
            return null();
        const std::size_t head = prefix + static_cast<std::size_t>(length) + kTimestampBytes + sizeof(std::uint32_t);
        if (buffer.size() - m_position < head)
            return Status::kNeedMore;
        return take(buffer, head, littleAt(buffer, m_position + head - sizeof(std::uint32_t), sizeof(std::uint32_t)));
    }
    case Framing::kPlp: break;
    }
    if (length == kPlpNull)
        return null();
    if (length != kPlpUnknownLength && length > kMaxCellBytes)
        return Status::kOverLimit;
    m_plpTotal = length;
    m_position += prefix;
    m_dataBegin = m_dataEnd = m_position;
    m_step = Step::kPlpChunkHeader;
    return scanPlp(buffer);
}

CellScanner::Status CellScanner::scanPlp(std::span<base::Byte> buffer)
{
    for (;;) {
        if (m_step == Step::kPlpChunkHeader) {
            if (buffer.size() - m_position < sizeof(std::uint32_t))
                return Status::kNeedMore;
            m_chunkLeft = static_cast<std::uint32_t>(littleAt(buffer, m_position, sizeof(std::uint32_t)));
            m_position += sizeof(std::uint32_t);
            const std::uint64_t sizeSoFar = m_dataEnd - m_dataBegin;
            if (m_chunkLeft == 0)
                return m_plpTotal == kPlpUnknownLength || m_plpTotal == sizeSoFar ? Status::kDone : Status::kBad;
            if (sizeSoFar + m_chunkLeft > kMaxCellBytes)
                return Status::kOverLimit;
            if (m_plpTotal != kPlpUnknownLength && sizeSoFar + m_chunkLeft > m_plpTotal)
                return Status::kBad;
            if (sizeSoFar == 0)
                m_dataBegin = m_dataEnd = m_position;  // the first chunk stays where it is
            m_step = Step::kPlpChunk;
        }
        const std::size_t size = std::min<std::size_t>(m_chunkLeft, buffer.size() - m_position);
        if (m_dataEnd != m_position)
            std::memmove(buffer.data() + m_dataEnd, buffer.data() + m_position, size);
        m_dataEnd += size;
        m_position += size;
        m_chunkLeft -= static_cast<std::uint32_t>(size);
        if (m_chunkLeft > 0)
            return Status::kNeedMore;
        m_step = Step::kPlpChunkHeader;
    }
}

}  // namespace es::tds
