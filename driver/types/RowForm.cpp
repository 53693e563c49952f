#include "driver/types/RowForm.h"

#include "driver/base/Utf16.h"
#include "driver/types/RowBlock.h"
#include "driver/types/ValueBytes.h"
#include "driver/types/Variant.h"

namespace es::types {
namespace {

base::Result<base::Bytes> encodeInteger(const Value& value, const SqlType& type)
{
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number == nullptr)
        return wrongKind(type);
    if (!rangeOf(type.id).holds(*number))
        return outOfRange(type);
    base::Bytes out;
    putLittle(out, static_cast<std::uint64_t>(*number), fixedWidthBytes(type));
    return out;
}

base::Result<base::Bytes> encodeMoney(const Value& value, const SqlType& type)
{
    const auto* money = std::get_if<Money>(&value);
    if (money == nullptr)
        return wrongKind(type);
    if (!rangeOf(type.id).holds(money->tenThousandths))
        return outOfRange(type);
    base::Bytes out;
    const auto bits = static_cast<std::uint64_t>(money->tenThousandths);
    if (type.id == TypeId::kSmallMoney)
        putLittle(out, bits, 4);
    else
        putLittle(out, swapHalves(bits), 8);
    return out;
}

base::Result<base::Bytes> encodeDecimal(const Value& value, const SqlType& type)
{
    const auto* decimal = std::get_if<Decimal>(&value);
    if (decimal == nullptr)
        return wrongKind(type);
    const auto fitted = rescaled(*decimal, type.precision, type.scale);
    if (!fitted)
        return outOfRange(type);
    base::Bytes out{static_cast<base::Byte>(fitted->negative ? 0 : 1)};
    putLittle(out, fitted->magnitude, decimalWidth(type.precision));
    return out;
}

base::Result<base::Bytes> encodeDateOrTime(const Value& value, const SqlType& type)
{
    base::Bytes out;
    const auto putTime = [&](Time time) {
        putLittle(out, static_cast<std::uint64_t>(time.ticks / ticksPerUnit(type.scale)), timeWidth(type.scale));
    };
    const auto putDate = [&](Date date) { putLittle(out, static_cast<std::uint32_t>(date.days), 3); };
    if (const auto* date = std::get_if<Date>(&value); date != nullptr && type.id == TypeId::kDate) {
        if (!validDate(*date))
            return outOfRange(type);
        putDate(*date);
    } else if (const auto* time = std::get_if<Time>(&value); time != nullptr && type.id == TypeId::kTime) {
        if (!validTime(*time))
            return outOfRange(type);
        putTime(*time);
    } else if (const auto* stamp = std::get_if<DateTime2>(&value); stamp != nullptr && type.id == TypeId::kDateTime2) {
        if (!validDate(stamp->date) || !validTime(stamp->time))
            return outOfRange(type);
        putTime(stamp->time);
        putDate(stamp->date);
    } else if (const auto* offset = std::get_if<DateTimeOffset>(&value); offset != nullptr && type.id == TypeId::kDateTimeOffset) {
        if (!validDate(offset->utc.date) || !validTime(offset->utc.time) || offset->offsetMinutes < -840 || offset->offsetMinutes > 840)
            return outOfRange(type);
        putTime(offset->utc.time);
        putDate(offset->utc.date);
        putLittle(out, static_cast<std::uint16_t>(offset->offsetMinutes), 2);
    } else if (const auto* old = std::get_if<DateTime>(&value); old != nullptr && type.id == TypeId::kDateTime) {
        if (!validDateTime(*old))
            return outOfRange(type);
        putLittle(out, static_cast<std::uint32_t>(old->days), 4);
        putLittle(out, old->ticks, 4);
    } else if (const auto* small = std::get_if<SmallDateTime>(&value); small != nullptr && type.id == TypeId::kSmallDateTime) {
        if (small->minutes >= 1440)
            return outOfRange(type);
        putLittle(out, static_cast<std::uint32_t>(small->days), 2);
        putLittle(out, static_cast<std::uint32_t>(small->minutes), 2);
    } else {
        return wrongKind(type);
    }
    return out;
}

template <class Float>
base::Result<base::Bytes> encodeFloat(const Value& value, const SqlType& type)
{
    const auto* number = std::get_if<Float>(&value);
    if (number == nullptr)
        return wrongKind(type);
    base::Bytes out(sizeof(Float));
    std::memcpy(out.data(), number, sizeof(Float));
    return out;
}

base::Result<Value> decodeDecimal(base::ByteView bytes, const SqlType& type)
{
    // Row form has the width of the precision; RPC values may have 17 bytes for any precision, legacy types fewer.
    if (bytes.size() < 2 || bytes.size() > 17)
        return malformed(type);
    Decimal decimal;
    decimal.magnitude = getLittle128(bytes.subspan(1));
    decimal.precision = type.precision;
    decimal.scale = type.scale;
    decimal.negative = bytes[0] == 0 && decimal.magnitude != 0;
    if (bytes[0] > 1 || type.precision < 1 || type.precision > kMaxPrecision || decimal.magnitude >= pow10(type.precision))
        return malformed(type);
    return Value(decimal);
}

base::Result<Value> decodeDateOrTime(base::ByteView bytes, const SqlType& type)
{
    if (type.scale > 7 || bytes.size() != fixedWidthBytes(type))
        return malformed(type);
    const std::size_t width = timeWidth(type.scale);
    const auto time = [&] { return Time{static_cast<std::int64_t>(getLittle(bytes.first(width))) * ticksPerUnit(type.scale)}; };
    const auto date = [&](std::size_t at) { return Date{static_cast<std::int32_t>(getLittle(bytes.subspan(at, 3)))}; };
    switch (type.id) {
    case TypeId::kDate: {
        const Date value = date(0);
        return validDate(value) ? base::Result<Value>(Value(value)) : malformed(type);
    }
    case TypeId::kTime: {
        const Time value = time();
        return validTime(value) ? base::Result<Value>(Value(value)) : malformed(type);
    }
    case TypeId::kDateTime2: {
        const DateTime2 value{date(width), time()};
        return validDate(value.date) && validTime(value.time) ? base::Result<Value>(Value(value)) : malformed(type);
    }
    case TypeId::kDateTimeOffset: {
        const DateTimeOffset value{{date(width), time()}, static_cast<std::int16_t>(getLittle(bytes.subspan(width + 3, 2)))};
        const bool valid = validDate(value.utc.date) && validTime(value.utc.time) && value.offsetMinutes >= -840 && value.offsetMinutes <= 840;
        return valid ? base::Result<Value>(Value(value)) : malformed(type);
    }
    case TypeId::kDateTime: {
        const DateTime value{static_cast<std::int32_t>(getLittle(bytes.first(4))), static_cast<std::uint32_t>(getLittle(bytes.subspan(4, 4)))};
        return validDateTime(value) ? base::Result<Value>(Value(value)) : malformed(type);
    }
    default: {
        const SmallDateTime value{static_cast<std::uint16_t>(getLittle(bytes.first(2))), static_cast<std::uint16_t>(getLittle(bytes.subspan(2, 2)))};
        return value.minutes < 1440 ? base::Result<Value>(Value(value)) : malformed(type);
    }
    }
}

base::Result<Value> decodeNumber(base::ByteView bytes, const SqlType& type)
{
    if (bytes.size() != fixedWidthBytes(type))
        return malformed(type);
    const std::uint64_t bits = getLittle(bytes);
    switch (type.id) {
    case TypeId::kBit: return Value(std::int64_t{bits != 0});
    case TypeId::kTinyInt: return Value(static_cast<std::int64_t>(bits));
    case TypeId::kSmallInt: return Value(std::int64_t{static_cast<std::int16_t>(bits)});
    case TypeId::kInt: return Value(std::int64_t{static_cast<std::int32_t>(bits)});
    case TypeId::kBigInt: return Value(static_cast<std::int64_t>(bits));
    case TypeId::kSmallMoney: return Value(Money{static_cast<std::int32_t>(bits)});
    case TypeId::kMoney: return Value(Money{static_cast<std::int64_t>(swapHalves(bits))});
    case TypeId::kReal: {
        float value = 0;
        std::memcpy(&value, bytes.data(), sizeof value);
        return Value(value);
    }
    default: {
        double value = 0;
        std::memcpy(&value, bytes.data(), sizeof value);
        return Value(value);
    }
    }
}

base::Result<base::Bytes> encode(const Value& value, const SqlType& type, bool pad)
{
    if (isInteger(type.id))
        return encodeInteger(value, type);
    if (isMoney(type.id))
        return encodeMoney(value, type);
    if (isDecimal(type.id))
        return encodeDecimal(value, type);
    if (isDateOrTime(type.id))
        return encodeDateOrTime(value, type);
    if (type.id == TypeId::kReal)
        return encodeFloat<float>(value, type);
    if (type.id == TypeId::kFloat)
        return encodeFloat<double>(value, type);
    if (type.id == TypeId::kSqlVariant) {
        const auto* variant = std::get_if<Variant>(&value);
        return variant == nullptr ? base::Result<base::Bytes>(wrongKind(type)) : variant->bytes;
    }
    if (type.id == TypeId::kUniqueIdentifier) {
        const auto* guid = std::get_if<Guid>(&value);
        return guid == nullptr ? base::Result<base::Bytes>(wrongKind(type)) : base::Bytes(guid->bytes.begin(), guid->bytes.end());
    }
    ES_TRY(auto bytes, textOrBinaryBytes(value, type));
    if (pad && isFixedLength(type.id))
        padTo(bytes, 0, type);
    return bytes;
}

}  // namespace

void padTo(base::Bytes& out, std::size_t from, const SqlType& type)
{
    const std::size_t wanted = from + type.lengthBytes;
    if (type.id == TypeId::kNChar) {
        while (out.size() + 1 < wanted) {
            out.push_back(' ');
            out.push_back(0);
        }
    } else if (out.size() < wanted) {
        out.resize(wanted, type.id == TypeId::kBinary ? 0 : ' ');
    }
}

base::Result<base::Bytes> textOrBinaryBytes(const Value& value, const SqlType& type)
{
    base::Bytes bytes;
    if (isUnicode(type.id)) {
        const auto* text = std::get_if<std::string>(&value);
        if (text == nullptr)
            return wrongKind(type);
        base::appendUtf16le(*text, bytes);
    } else if (isText(type.id)) {
        const auto* text = std::get_if<std::string>(&value);
        if (text == nullptr)
            return wrongKind(type);
        ES_TRY(bytes, textToCodePage(*text, type.collation));
    } else if (type.id == TypeId::kJson) {
        const auto* text = std::get_if<std::string>(&value);
        if (text == nullptr)
            return wrongKind(type);
        bytes.assign(text->begin(), text->end());
    } else {
        const auto* binary = std::get_if<base::Bytes>(&value);
        if (binary == nullptr || type.id == TypeId::kNull || type.id == TypeId::kSqlVariant)
            return wrongKind(type);
        bytes = *binary;
    }
    if (!isLarge(type) && bytes.size() > type.lengthBytes)
        return outOfRange(type);
    return bytes;
}

base::Result<Value> textOrBinaryValue(base::ByteView bytes, const SqlType& type, bool pad)
{
    if (!isLarge(type) && bytes.size() > type.lengthBytes)
        return malformed(type);
    if (type.id == TypeId::kJson)
        return Value(std::string(bytes.begin(), bytes.end()));
    base::Bytes padded;
    if (pad && isFixedLength(type.id) && bytes.size() < type.lengthBytes) {
        padded.assign(bytes.begin(), bytes.end());
        padTo(padded, 0, type);
        bytes = padded;
    }
    if (isUnicode(type.id)) {
        if (bytes.size() % 2 != 0)
            return malformed(type);
        if (type.id == TypeId::kXml && bytes.size() >= 2 && bytes[0] == 0xFF && bytes[1] == 0xFE)
            bytes = bytes.subspan(2);
        return Value(base::utf8FromUtf16le(bytes));
    }
    if (isText(type.id)) {
        ES_TRY(auto text, textFromCodePage(bytes, type.collation));
        return Value(std::move(text));
    }
    return Value(base::Bytes(bytes.begin(), bytes.end()));
}

base::Result<base::Bytes> encodeRowForm(const Value& value, const SqlType& type) { return encode(value, type, true); }
base::Result<base::Bytes> encodeRowFormUnpadded(const Value& value, const SqlType& type) { return encode(value, type, false); }

base::Result<Value> decodeRowForm(base::ByteView bytes, const SqlType& type)
{
    if (isInteger(type.id) || isMoney(type.id) || isApproximate(type.id))
        return decodeNumber(bytes, type);
    if (isDecimal(type.id))
        return decodeDecimal(bytes, type);
    if (isDateOrTime(type.id))
        return decodeDateOrTime(bytes, type);
    if (type.id == TypeId::kUniqueIdentifier) {
        if (bytes.size() != 16)
            return malformed(type);
        Guid guid;
        std::memcpy(guid.bytes.data(), bytes.data(), 16);
        return Value(guid);
    }
    if (type.id == TypeId::kSqlVariant) {
        ES_TRY(auto variant, readVariant(bytes));
        return Value(std::move(variant));
    }
    if (type.id == TypeId::kNull)
        return malformed(type);
    return textOrBinaryValue(bytes, type, false);
}

}  // namespace es::types
