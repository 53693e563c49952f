// Small pieces that row form and normalized form share. Room-internal. Thread: any (pure).
#pragma once

#include "driver/types/Calendar.h"
#include "driver/types/DecimalMath.h"
#include "driver/types/Errors.h"
#include "driver/types/TypeNames.h"

#include <cstring>

namespace es::types {

// Digits of time beyond this scale are cut: units of 100 ns per unit of the scale.
[[nodiscard]] constexpr std::int64_t ticksPerUnit(int scale)
{
    std::int64_t ticks = 1;
    for (int i = scale; i < 7; ++i)
        ticks *= 10;
    return ticks;
}
[[nodiscard]] constexpr std::size_t timeWidth(int scale) { return scale <= 2 ? 3 : scale <= 4 ? 4 : 5; }
[[nodiscard]] constexpr std::size_t decimalWidth(int precision)  // without the sign byte
{
    return precision <= 9 ? 4 : precision <= 19 ? 8 : precision <= 28 ? 12 : 16;
}

// Little-endian, `width` bytes of at most 16.
template <class T>
inline void putLittle(base::Bytes& out, T value, std::size_t width)
{
    base::Byte bytes[16];
    for (std::size_t i = 0; i < width; ++i)
        bytes[i] = static_cast<base::Byte>(value >> (8 * i));
    out.insert(out.end(), bytes, bytes + width);
}
[[nodiscard]] inline std::uint64_t getLittle(base::ByteView bytes)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size() && i < 8; ++i)
        value |= std::uint64_t{bytes[i]} << (8 * i);
    return value;
}
[[nodiscard]] inline UInt128 getLittle128(base::ByteView bytes)
{
    UInt128 value = 0;
    for (std::size_t i = 0; i < bytes.size() && i < 16; ++i)
        value |= UInt128{bytes[i]} << (8 * i);
    return value;
}
// money on the wire: the high half first.
[[nodiscard]] inline std::uint64_t swapHalves(std::uint64_t value) { return value << 32 | value >> 32; }

[[nodiscard]] inline base::Error malformed(const SqlType& type)
{
    return base::makeError(kMalformedValue, "The bytes are no value of type " + typeName(type) + ".");
}
[[nodiscard]] inline base::Error wrongKind(const SqlType& type)
{
    return base::makeError(kWrongValueKind, "The value is not of the kind that type " + typeName(type) + " holds.", "value",
                           "Convert the value to the type first.");
}
[[nodiscard]] inline base::Error outOfRange(const SqlType& type)
{
    return base::makeError(kValueOutOfRange, "The value does not fit into type " + typeName(type) + ".", "value",
                           "Use a smaller value or a larger type.");
}

struct IntRange {
    std::int64_t lowest;
    std::int64_t highest;
    [[nodiscard]] bool holds(std::int64_t value) const { return value >= lowest && value <= highest; }
};
[[nodiscard]] constexpr IntRange rangeOf(TypeId id)
{
    switch (id) {
    case TypeId::kBit: return {0, 1};
    case TypeId::kTinyInt: return {0, 255};
    case TypeId::kSmallInt: return {-32768, 32767};
    case TypeId::kInt: case TypeId::kSmallMoney: return {-2147483648LL, 2147483647LL};
    default: return {INT64_MIN, INT64_MAX};
    }
}

[[nodiscard]] inline bool validDate(Date date) { return date.days >= 0 && date.days <= kMaxDays; }
[[nodiscard]] inline bool validTime(Time time) { return time.ticks >= 0 && time.ticks < kTicksPerDay; }
[[nodiscard]] inline bool validDateTime(DateTime value)
{
    return value.days >= kDays1753 - kDays1900 && value.days <= kMaxDays - kDays1900 && value.ticks < kDateTimeTicksPerDay;
}

// Text and binary values to their bytes, unpadded, checked against the declared length.
[[nodiscard]] base::Result<base::Bytes> textOrBinaryBytes(const Value& value, const SqlType& type);
// The reverse; `pad`: char, nchar and binary are filled up to the declared length.
[[nodiscard]] base::Result<Value> textOrBinaryValue(base::ByteView bytes, const SqlType& type, bool pad);
// Appends blanks or zeros until `out` holds `from` + declared length bytes.
void padTo(base::Bytes& out, std::size_t from, const SqlType& type);

}  // namespace es::types
