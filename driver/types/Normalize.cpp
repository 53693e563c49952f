#include "driver/types/Normalize.h"

#include "driver/types/RowForm.h"
#include "driver/types/ValueBytes.h"

namespace es::types {
namespace {

base::Error cannotBeEncrypted(const SqlType& type)
{
    return base::makeError(kCannotBeEncrypted, "Type " + typeName(type) + " cannot be encrypted.", "type",
                           "Change the column to a type that Always Encrypted supports.");
}

void put(base::Bytes& out, base::ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

std::size_t normalizedWidth(TypeId id)
{
    switch (id) {
    case TypeId::kReal: case TypeId::kSmallDateTime: return 4;
    case TypeId::kDecimal: case TypeId::kNumeric: return 17;
    case TypeId::kDate: return 3;
    case TypeId::kTime: return 5;
    case TypeId::kDateTimeOffset: return 10;
    case TypeId::kUniqueIdentifier: return 16;
    default: return 8;
    }
}

bool validDays(base::ByteView bytes) { return getLittle(bytes) <= static_cast<std::uint64_t>(kMaxDays); }
bool validTicks(std::uint64_t ticks) { return ticks < static_cast<std::uint64_t>(kTicksPerDay); }
bool validOffset(base::ByteView bytes)
{
    const auto minutes = static_cast<std::int16_t>(getLittle(bytes));
    return minutes >= -840 && minutes <= 840;
}
bool validDateTimeBytes(base::ByteView bytes)
{
    return validDateTime({static_cast<std::int32_t>(getLittle(bytes.first(4))), static_cast<std::uint32_t>(getLittle(bytes.subspan(4)))});
}

// The cell's time (5 bytes of 100 ns) as row form, or the reverse; false if past midnight.
bool putRowTime(base::ByteView ticks5, int scale, base::Bytes& out)
{
    const std::uint64_t ticks = getLittle(ticks5);
    if (!validTicks(ticks))
        return false;
    putLittle(out, ticks / static_cast<std::uint64_t>(ticksPerUnit(scale)), timeWidth(scale));
    return true;
}
bool putCellTime(base::ByteView units, int scale, base::Bytes& out)
{
    const std::uint64_t ticks = getLittle(units) * static_cast<std::uint64_t>(ticksPerUnit(scale));
    if (!validTicks(ticks))
        return false;
    putLittle(out, ticks, 5);
    return true;
}

bool putRowDecimal(base::ByteView plaintext, const SqlType& type, base::Bytes& out)
{
    if (plaintext.size() < 2 || plaintext.size() > 17)
        return false;
    const UInt128 magnitude = getLittle128(plaintext.subspan(1));
    if (type.precision < 1 || type.precision > kMaxPrecision || plaintext[0] > 1 || magnitude >= pow10(type.precision))
        return false;
    out.push_back(magnitude == 0 ? 1 : plaintext[0]);
    putLittle(out, magnitude, decimalWidth(type.precision));
    return true;
}

bool putRowInteger(base::ByteView plaintext, const SqlType& type, base::Bytes& out)
{
    std::uint64_t bits = getLittle(plaintext);
    std::size_t width = 8;
    switch (type.id) {
    case TypeId::kBit: bits = bits != 0 ? 1 : 0; width = 1; break;
    case TypeId::kTinyInt: width = 1; break;
    case TypeId::kSmallInt: width = 2; break;
    case TypeId::kInt: width = 4; break;
    case TypeId::kSmallMoney: bits = swapHalves(bits); width = 4; break;
    default: break;
    }
    if (!rangeOf(type.id).holds(static_cast<std::int64_t>(bits)))
        return false;
    putLittle(out, bits, width);
    return true;
}

bool putCellInteger(base::ByteView row, const SqlType& type, base::Bytes& out)
{
    const std::uint64_t bits = getLittle(row);
    switch (type.id) {
    case TypeId::kBit: putLittle(out, std::uint64_t{bits != 0}, 8); return row.size() == 1;
    case TypeId::kTinyInt: putLittle(out, bits, 8); return row.size() == 1;
    case TypeId::kSmallInt: putLittle(out, static_cast<std::int64_t>(static_cast<std::int16_t>(bits)), 8); return row.size() == 2;
    case TypeId::kInt: putLittle(out, static_cast<std::int64_t>(static_cast<std::int32_t>(bits)), 8); return row.size() == 4;
    case TypeId::kSmallMoney:
        putLittle(out, swapHalves(static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(bits)})), 8);
        return row.size() == 4;
    default: putLittle(out, bits, 8); return row.size() == 8;
    }
}

bool putRow(base::ByteView plaintext, const SqlType& type, base::Bytes& out)
{
    const bool widthFits = plaintext.size() == normalizedWidth(type.id);
    switch (type.id) {
    case TypeId::kBit: case TypeId::kTinyInt: case TypeId::kSmallInt: case TypeId::kInt: case TypeId::kBigInt: case TypeId::kSmallMoney:
        return widthFits && putRowInteger(plaintext, type, out);
    case TypeId::kDecimal: case TypeId::kNumeric:
        return putRowDecimal(plaintext, type, out);
    case TypeId::kReal: case TypeId::kFloat: case TypeId::kMoney: case TypeId::kUniqueIdentifier:
        break;
    case TypeId::kDate:
        if (!widthFits || !validDays(plaintext))
            return false;
        break;
    case TypeId::kDateTime:
        if (!widthFits || !validDateTimeBytes(plaintext))
            return false;
        break;
    case TypeId::kSmallDateTime:
        if (!widthFits || getLittle(plaintext.subspan(2)) >= 1440)
            return false;
        break;
    case TypeId::kTime:
        return widthFits && type.scale <= 7 && putRowTime(plaintext, type.scale, out);
    case TypeId::kDateTime2:
        if (!widthFits || type.scale > 7 || !validDays(plaintext.subspan(5)) || !putRowTime(plaintext.first(5), type.scale, out))
            return false;
        put(out, plaintext.subspan(5));
        return true;
    case TypeId::kDateTimeOffset:
        if (!widthFits || type.scale > 7 || !validDays(plaintext.subspan(5, 3)) || !validOffset(plaintext.subspan(8)) ||
            !putRowTime(plaintext.first(5), type.scale, out))
            return false;
        put(out, plaintext.subspan(5));
        return true;
    default: {  // char and binary
        if ((type.lengthBytes != kMaxLength && plaintext.size() > type.lengthBytes) || (isUnicode(type.id) && plaintext.size() % 2 != 0))
            return false;
        const std::size_t from = out.size();
        put(out, plaintext);
        if (isFixedLength(type.id))
            padTo(out, from, type);
        return true;
    }
    }
    if (!widthFits)
        return false;
    put(out, plaintext);
    return true;
}

bool putCell(base::ByteView row, const SqlType& type, base::Bytes& out)
{
    const std::size_t width = timeWidth(type.scale);
    switch (type.id) {
    case TypeId::kBit: case TypeId::kTinyInt: case TypeId::kSmallInt: case TypeId::kInt: case TypeId::kBigInt: case TypeId::kSmallMoney:
        return putCellInteger(row, type, out);
    case TypeId::kDecimal: case TypeId::kNumeric: {
        if (row.size() < 2 || row.size() > 17 || row[0] > 1 || type.precision > kMaxPrecision)
            return false;
        const UInt128 magnitude = getLittle128(row.subspan(1));
        if (magnitude >= pow10(type.precision))
            return false;
        out.push_back(magnitude == 0 ? 1 : row[0]);
        putLittle(out, magnitude, 16);
        return true;
    }
    case TypeId::kTime:
        return type.scale <= 7 && row.size() == width && putCellTime(row, type.scale, out);
    case TypeId::kDateTime2:
        if (type.scale > 7 || row.size() != width + 3 || !validDays(row.subspan(width)) || !putCellTime(row.first(width), type.scale, out))
            return false;
        put(out, row.subspan(width));
        return true;
    case TypeId::kDateTimeOffset:
        if (type.scale > 7 || row.size() != width + 5 || !validDays(row.subspan(width, 3)) || !validOffset(row.subspan(width + 3)) ||
            !putCellTime(row.first(width), type.scale, out))
            return false;
        put(out, row.subspan(width));
        return true;
    case TypeId::kReal: case TypeId::kFloat: case TypeId::kMoney: case TypeId::kUniqueIdentifier:
        if (row.size() != normalizedWidth(type.id))
            return false;
        break;
    case TypeId::kDate:
        if (row.size() != 3 || !validDays(row))
            return false;
        break;
    case TypeId::kDateTime:
        if (row.size() != 8 || !validDateTimeBytes(row))
            return false;
        break;
    case TypeId::kSmallDateTime:
        if (row.size() != 4 || getLittle(row.subspan(2)) >= 1440)
            return false;
        break;
    default:
        if ((type.lengthBytes != kMaxLength && row.size() > type.lengthBytes) || (isUnicode(type.id) && row.size() % 2 != 0))
            return false;
    }
    put(out, row);
    return true;
}

}  // namespace

bool canBeEncrypted(const SqlType& type)
{
    return type.id >= TypeId::kBit && type.id <= TypeId::kVarBinary;
}

base::Result<base::Bytes> normalize(const Value& value, const SqlType& type)
{
    if (!canBeEncrypted(type))
        return cannotBeEncrypted(type);
    ES_TRY(const auto row, encodeRowFormUnpadded(value, type));
    base::Bytes out;
    ES_CHECK(normalizedFromRowForm(row, type, out));
    return out;
}

base::Result<Value> denormalize(base::ByteView plaintext, const SqlType& type)
{
    base::Bytes row;
    ES_CHECK(rowFormFromNormalized(plaintext, type, row));
    return decodeRowForm(row, type);
}

base::Result<void> rowFormFromNormalized(base::ByteView plaintext, const SqlType& type, base::Bytes& out)
{
    if (!canBeEncrypted(type))
        return cannotBeEncrypted(type);
    const std::size_t size = out.size();
    if (putRow(plaintext, type, out))
        return {};
    out.resize(size);
    return malformed(type);
}

base::Result<void> normalizedFromRowForm(base::ByteView rowForm, const SqlType& type, base::Bytes& out)
{
    if (!canBeEncrypted(type))
        return cannotBeEncrypted(type);
    const std::size_t size = out.size();
    if (putCell(rowForm, type, out))
        return {};
    out.resize(size);
    return malformed(type);
}

}  // namespace es::types
