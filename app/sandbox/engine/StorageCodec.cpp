#include "app/sandbox/engine/StorageCodec.h"

#include "driver/base/ByteWriter.h"
#include "driver/base/Utf16.h"
#include "driver/types/Calendar.h"
#include "driver/types/Collation.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace es::sandbox {

using base::Byte;
using base::Bytes;
using base::ByteView;
using base::Result;
using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

constexpr std::int64_t kMinutesPerDay = 1440;
constexpr int kOffsetBias = 840; // 14 h: offsets are -840 .. 840 minutes

Bytes storeDecimal(const types::Decimal& decimal)
{
    Bytes out(17);
    out[0] = decimal.negative ? 0 : 1;
    auto magnitude = decimal.magnitude;
    for (std::size_t i = 16; i >= 1; --i) {
        out[i] = static_cast<Byte>(magnitude);
        magnitude >>= 8;
    }
    if (decimal.negative) std::transform(out.begin() + 1, out.end(), out.begin() + 1, [](Byte b) { return static_cast<Byte>(~b); });
    return out;
}

types::Decimal loadDecimal(ByteView blob, const SqlType& type)
{
    types::Decimal out;
    out.precision = type.precision;
    out.scale = type.scale;
    out.negative = blob[0] == 0;
    for (std::size_t i = 1; i <= 16; ++i)
        out.magnitude = out.magnitude << 8 | static_cast<Byte>(out.negative ? ~blob[i] : blob[i]);
    return out;
}

std::int64_t ticksOf(const types::DateTime2& value)
{
    return value.date.days * types::kTicksPerDay + value.time.ticks;
}
types::DateTime2 fromTicks(std::int64_t ticks)
{
    return {types::Date{static_cast<std::int32_t>(ticks / types::kTicksPerDay)}, types::Time{ticks % types::kTicksPerDay}};
}

Bytes storeOffsetTime(const types::DateTimeOffset& value)
{
    Bytes out(10);
    auto ticks = static_cast<std::uint64_t>(ticksOf(value.utc));
    for (std::size_t i = 8; i-- > 0; ticks >>= 8)
        out[i] = static_cast<Byte>(ticks);
    const auto biased = static_cast<std::uint16_t>(value.offsetMinutes + kOffsetBias);
    out[8] = static_cast<Byte>(biased >> 8);
    out[9] = static_cast<Byte>(biased);
    return out;
}

types::DateTimeOffset loadOffsetTime(ByteView blob)
{
    std::uint64_t ticks = 0;
    for (std::size_t i = 0; i < 8; ++i)
        ticks = ticks << 8 | blob[i];
    return {fromTicks(static_cast<std::int64_t>(ticks)), static_cast<std::int16_t>((blob[8] << 8 | blob[9]) - kOffsetBias)};
}

// The stored order is the order in which SQL Server compares: last group first, then the others, each byte-wise.
constexpr std::array<std::size_t, 16> kGuidOrder{10, 11, 12, 13, 14, 15, 8, 9, 7, 6, 5, 4, 3, 2, 1, 0};

Bytes storeGuid(const types::Guid& guid)
{
    Bytes out(16);
    for (std::size_t i = 0; i < 16; ++i)
        out[i] = guid.bytes[kGuidOrder[i]];
    return out;
}

types::Guid loadGuid(ByteView blob)
{
    types::Guid guid;
    for (std::size_t i = 0; i < 16; ++i)
        guid.bytes[kGuidOrder[i]] = blob[i];
    return guid;
}

base::Error damaged(const SqlType& type)
{
    return sqlError(8624, "A stored value does not fit its column's type " + types::typeName(type) + ".");
}

std::int64_t dateTimeUnits(const types::DateTime& v)
{
    return std::int64_t{v.days} * types::kDateTimeTicksPerDay + v.ticks;
}

types::DateTime dateTimeFrom(std::int64_t units)
{
    constexpr std::int64_t perDay = types::kDateTimeTicksPerDay;
    std::int64_t days = units / perDay;
    std::int64_t rest = units % perDay;
    if (rest < 0) {
        rest += perDay;
        --days;
    }
    return {static_cast<std::int32_t>(days), static_cast<std::uint32_t>(rest)};
}

Result<Value> fromInteger(std::int64_t n, const SqlType& type)
{
    switch (type.id) {
    case TypeId::kSmallMoney:
    case TypeId::kMoney: return Value(types::Money{n});
    case TypeId::kDate: return Value(types::Date{static_cast<std::int32_t>(n)});
    case TypeId::kTime: return Value(types::Time{n});
    case TypeId::kDateTime2: return Value(fromTicks(n));
    case TypeId::kDateTime: return Value(dateTimeFrom(n));
    case TypeId::kSmallDateTime:
        return Value(types::SmallDateTime{static_cast<std::uint16_t>(n / kMinutesPerDay), static_cast<std::uint16_t>(n % kMinutesPerDay)});
    case TypeId::kReal: return Value(static_cast<float>(n));
    case TypeId::kFloat: return Value(static_cast<double>(n));
    default:
        if (types::isInteger(type.id) || type.id == TypeId::kNull) return Value(n);
        return damaged(type);
    }
}

Result<Value> fromBlob(ByteView blob, const SqlType& type)
{
    if (types::isDecimal(type.id) && blob.size() == 17) return Value(loadDecimal(blob, type));
    if (type.id == TypeId::kUniqueIdentifier && blob.size() == 16) return Value(loadGuid(blob));
    if (type.id == TypeId::kDateTimeOffset && blob.size() == 10) return Value(loadOffsetTime(blob));
    if (types::isBinary(type.id)) return Value(Bytes(blob.begin(), blob.end()));
    if (type.id == TypeId::kSqlVariant) return Value(types::Variant{Bytes(blob.begin(), blob.end())});
    return damaged(type);
}

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Result<void> appendText(std::string_view text, const SqlType& type, Bytes& out)
{
    const std::size_t start = out.size();
    if (types::isUnicode(type.id))
        base::appendUtf16le(text, out);
    else if (isAscii(text))
        out.insert(out.end(), text.begin(), text.end());
    else {
        ES_TRY(const Bytes bytes, types::textToCodePageLossy(text, type.collation));
        out.insert(out.end(), bytes.begin(), bytes.end());
    }
    if (types::isFixedLength(type.id)) {
        while (out.size() - start < type.lengthBytes) {
            out.push_back(' ');
            if (type.id == TypeId::kNChar) out.push_back(0);
        }
    }
    return {};
}

} // namespace

Stored toStored(const Value& value, const SqlType&)
{
    struct Visitor {
        Stored operator()(types::Null) const { return std::monostate{}; }
        Stored operator()(std::int64_t n) const { return n; }
        Stored operator()(float f) const { return static_cast<double>(f); }
        Stored operator()(double d) const { return d; }
        Stored operator()(types::Money m) const { return m.tenThousandths; }
        Stored operator()(const types::Decimal& d) const { return storeDecimal(d); }
        Stored operator()(types::Date d) const { return std::int64_t{d.days}; }
        Stored operator()(types::Time t) const { return t.ticks; }
        Stored operator()(const types::DateTime2& d) const { return ticksOf(d); }
        Stored operator()(const types::DateTimeOffset& d) const { return storeOffsetTime(d); }
        Stored operator()(const types::DateTime& d) const { return dateTimeUnits(d); }
        Stored operator()(types::SmallDateTime d) const { return d.days * kMinutesPerDay + d.minutes; }
        Stored operator()(const types::Guid& g) const { return storeGuid(g); }
        Stored operator()(const std::string& s) const { return s; }
        Stored operator()(const Bytes& b) const { return b; }
        Stored operator()(const types::Variant& v) const { return v.bytes; }
    };
    return std::visit(Visitor{}, value);
}

Result<Value> fromStored(const Stored& stored, const SqlType& type)
{
    if (isNull(stored)) return Value(types::Null{});
    if (const auto* number = std::get_if<std::int64_t>(&stored)) return fromInteger(*number, type);
    if (const auto* real = std::get_if<double>(&stored)) {
        if (type.id == TypeId::kReal) return Value(static_cast<float>(*real));
        if (type.id == TypeId::kFloat) return Value(*real);
        return damaged(type);
    }
    if (const auto* text = std::get_if<std::string>(&stored)) {
        if (types::isText(type.id) || type.id == TypeId::kXml) return Value(*text);
        return damaged(type);
    }
    return fromBlob(std::get<Bytes>(stored), type);
}

Result<void> appendRowForm(const SqliteStatement& row, int column, const SqlType& type, Bytes& out)
{
    if (types::isText(type.id)) return appendText(row.textAt(column), type, out);
    if (type.id == TypeId::kVarBinary || type.id == TypeId::kSqlVariant) {
        const ByteView blob = row.blobAt(column);
        out.insert(out.end(), blob.begin(), blob.end());
        return {};
    }
    static constexpr std::array<std::pair<TypeId, std::size_t>, 5> kIntegerWidths{
        {{TypeId::kBit, 1}, {TypeId::kTinyInt, 1}, {TypeId::kSmallInt, 2}, {TypeId::kInt, 4}, {TypeId::kBigInt, 8}}};
    for (const auto& [id, width] : kIntegerWidths) {
        if (id != type.id) continue;
        const auto number = static_cast<std::uint64_t>(row.intAt(column));
        for (std::size_t i = 0; i < width; ++i)
            out.push_back(static_cast<Byte>(number >> (8 * i)));
        return {};
    }
    ES_TRY(const Value value, fromStored(row.storedAt(column), type));
    ES_TRY(const Bytes bytes, types::encodeRowForm(value, type));
    out.insert(out.end(), bytes.begin(), bytes.end());
    return {};
}

Result<Stored> storedFromRowForm(ByteView rowForm, const SqlType& type)
{
    ES_TRY(const Value value, types::decodeRowForm(rowForm, type));
    return toStored(value, type);
}

std::string sqlLiteral(const Stored& stored)
{
    if (const auto* number = std::get_if<std::int64_t>(&stored)) {
        // The smallest bigint has no positive counterpart to negate.
        if (*number == INT64_MIN) return "(-9223372036854775807 - 1)";
        return *number < 0 ? "(" + std::to_string(*number) + ")" : std::to_string(*number);
    }
    if (const auto* real = std::get_if<double>(&stored)) {
        char buffer[40];
        std::snprintf(buffer, sizeof buffer, "(%.17e)", *real);
        return buffer;
    }
    if (const auto* text = std::get_if<std::string>(&stored)) {
        if (text->find('\0') != std::string::npos) return "CAST(x'" + base::toHex(base::viewOf(*text)) + "' AS TEXT)";
        std::string out = "'";
        for (const char c : *text)
            out += c == '\'' ? "''" : std::string(1, c);
        return out + "'";
    }
    if (const auto* blob = std::get_if<Bytes>(&stored)) return "x'" + base::toHex(*blob) + "'";
    return "NULL";
}

bool sameStorage(const SqlType& a, const SqlType& b)
{
    if (types::isInteger(a.id) && types::isInteger(b.id)) return a.id == b.id || (a.id != TypeId::kBit && b.id != TypeId::kBit);
    if (types::isDecimal(a.id) && types::isDecimal(b.id)) return a.scale == b.scale;
    if (types::isMoney(a.id) && types::isMoney(b.id)) return true;
    if (types::isApproximate(a.id) && types::isApproximate(b.id)) return true;
    if (types::isText(a.id) && types::isText(b.id)) return true;
    if (types::isBinary(a.id) && types::isBinary(b.id)) return true;
    return a.id == b.id;
}

} // namespace es::sandbox
