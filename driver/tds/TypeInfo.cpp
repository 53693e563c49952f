#include "driver/tds/TypeInfo.h"

#include "driver/tds/Errors.h"

#include <algorithm>
#include <array>

namespace es::tds {
namespace {

using types::SqlType;
using types::TypeId;

constexpr std::uint16_t kMaxMarker = 0xFFFF;
constexpr std::uint8_t kMaxPrecision = 38;
constexpr std::uint8_t kMaxTimeScale = 7;

// What stands behind the type byte.
enum class Form : std::uint8_t {
    kBare,
    kU8,
    kU8PrecisionScale,
    kScale,
    kU16,
    kU16Collation,
    kU32,
    kU32Collation,
    kXml,
    kUdt,
    kTable,
    kVector
};

struct WireFacts {
    std::uint8_t wireType;
    Form form;
    TypeId id;  // for the N types: of the longest
};

constexpr std::array kWireTypes{
    WireFacts{wire::kNull, Form::kBare, TypeId::kNull},
    WireFacts{wire::kInt1, Form::kBare, TypeId::kTinyInt},
    WireFacts{wire::kBit, Form::kBare, TypeId::kBit},
    WireFacts{wire::kInt2, Form::kBare, TypeId::kSmallInt},
    WireFacts{wire::kInt4, Form::kBare, TypeId::kInt},
    WireFacts{wire::kInt8, Form::kBare, TypeId::kBigInt},
    WireFacts{wire::kFloat4, Form::kBare, TypeId::kReal},
    WireFacts{wire::kFloat8, Form::kBare, TypeId::kFloat},
    WireFacts{wire::kMoney4, Form::kBare, TypeId::kSmallMoney},
    WireFacts{wire::kMoney8, Form::kBare, TypeId::kMoney},
    WireFacts{wire::kDateTime4, Form::kBare, TypeId::kSmallDateTime},
    WireFacts{wire::kDateTime8, Form::kBare, TypeId::kDateTime},
    WireFacts{wire::kGuid, Form::kU8, TypeId::kUniqueIdentifier},
    WireFacts{wire::kIntN, Form::kU8, TypeId::kBigInt},
    WireFacts{wire::kBitN, Form::kU8, TypeId::kBit},
    WireFacts{wire::kFloatN, Form::kU8, TypeId::kFloat},
    WireFacts{wire::kMoneyN, Form::kU8, TypeId::kMoney},
    WireFacts{wire::kDateTimeN, Form::kU8, TypeId::kDateTime},
    WireFacts{wire::kDecimalN, Form::kU8PrecisionScale, TypeId::kDecimal},
    WireFacts{wire::kNumericN, Form::kU8PrecisionScale, TypeId::kNumeric},
    WireFacts{wire::kDate, Form::kBare, TypeId::kDate},
    WireFacts{wire::kTime, Form::kScale, TypeId::kTime},
    WireFacts{wire::kDateTime2, Form::kScale, TypeId::kDateTime2},
    WireFacts{wire::kDateTimeOffset, Form::kScale, TypeId::kDateTimeOffset},
    WireFacts{wire::kBigVarBinary, Form::kU16, TypeId::kVarBinary},
    WireFacts{wire::kBigBinary, Form::kU16, TypeId::kBinary},
    WireFacts{wire::kBigVarChar, Form::kU16Collation, TypeId::kVarChar},
    WireFacts{wire::kBigChar, Form::kU16Collation, TypeId::kChar},
    WireFacts{wire::kNVarChar, Form::kU16Collation, TypeId::kNVarChar},
    WireFacts{wire::kNChar, Form::kU16Collation, TypeId::kNChar},
    WireFacts{wire::kImage, Form::kU32, TypeId::kImage},
    WireFacts{wire::kText, Form::kU32Collation, TypeId::kText},
    WireFacts{wire::kNText, Form::kU32Collation, TypeId::kNText},
    WireFacts{wire::kVariant, Form::kU32, TypeId::kSqlVariant},
    WireFacts{wire::kXml, Form::kXml, TypeId::kXml},
    WireFacts{wire::kUdt, Form::kUdt, TypeId::kUdt},
    WireFacts{wire::kTable, Form::kTable, TypeId::kNull},
    WireFacts{wire::kJson, Form::kBare, TypeId::kJson},
    WireFacts{wire::kVector, Form::kVector, TypeId::kVector},
    WireFacts{wire::kOldDecimal, Form::kU8PrecisionScale, TypeId::kDecimal},
    WireFacts{wire::kOldNumeric, Form::kU8PrecisionScale, TypeId::kNumeric},
    WireFacts{wire::kOldVarBinary, Form::kU8, TypeId::kVarBinary},
    WireFacts{wire::kOldVarChar, Form::kU8, TypeId::kVarChar},
    WireFacts{wire::kOldBinary, Form::kU8, TypeId::kBinary},
    WireFacts{wire::kOldChar, Form::kU8, TypeId::kChar},
};

const WireFacts* factsOf(std::uint8_t wireType)
{
    static const auto table = [] {
        std::array<const WireFacts*, 256> byByte{};
        for (const WireFacts& facts : kWireTypes)
            byByte[facts.wireType] = &facts;
        return byByte;
    }();
    return table[wireType];
}

// The N types: which length means which type.
struct NullableForm {
    std::uint8_t wireType;
    std::uint8_t lengthBytes;
    std::uint8_t fixedWireType;  // the NOT NULL form, 0 when there is none
    TypeId id;
};
constexpr std::array kNullableForms{
    NullableForm{wire::kBitN, 1, wire::kBit, TypeId::kBit},
    NullableForm{wire::kIntN, 1, wire::kInt1, TypeId::kTinyInt},
    NullableForm{wire::kIntN, 2, wire::kInt2, TypeId::kSmallInt},
    NullableForm{wire::kIntN, 4, wire::kInt4, TypeId::kInt},
    NullableForm{wire::kIntN, 8, wire::kInt8, TypeId::kBigInt},
    NullableForm{wire::kFloatN, 4, wire::kFloat4, TypeId::kReal},
    NullableForm{wire::kFloatN, 8, wire::kFloat8, TypeId::kFloat},
    NullableForm{wire::kMoneyN, 4, wire::kMoney4, TypeId::kSmallMoney},
    NullableForm{wire::kMoneyN, 8, wire::kMoney8, TypeId::kMoney},
    NullableForm{wire::kDateTimeN, 4, wire::kDateTime4, TypeId::kSmallDateTime},
    NullableForm{wire::kDateTimeN, 8, wire::kDateTime8, TypeId::kDateTime},
    NullableForm{wire::kGuid, 16, 0, TypeId::kUniqueIdentifier},
};

bool isNullableForm(std::uint8_t wireType)
{
    return std::any_of(kNullableForms.begin(), kNullableForms.end(), [&](const NullableForm& f) { return f.wireType == wireType; });
}

const NullableForm* nullableForm(std::uint8_t wireType, std::uint32_t lengthBytes)
{
    const auto found = std::find_if(kNullableForms.begin(), kNullableForms.end(), [&](const NullableForm& f) {
        return f.wireType == wireType && f.lengthBytes == lengthBytes;
    });
    return found == kNullableForms.end() ? nullptr : &*found;
}

const NullableForm* nullableForm(TypeId id)
{
    const auto found = std::find_if(kNullableForms.begin(), kNullableForms.end(), [&](const NullableForm& f) { return f.id == id; });
    return found == kNullableForms.end() ? nullptr : &*found;
}

bool mayBeMax(std::uint8_t wireType)
{
    return wireType == wire::kBigVarBinary || wireType == wire::kBigVarChar || wireType == wire::kNVarChar || wireType == wire::kUdt;
}

constexpr std::uint32_t kGuidBytes = 16;

std::uint32_t decimalLengthBytes(std::uint8_t precision)
{
    return precision <= 9 ? 5 : precision <= 19 ? 9 : precision <= 28 ? 13 : 17;
}

bool plausible(const TypeInfo& type)
{
    switch (factsOf(type.wireType)->form) {
    case Form::kU8: return !isNullableForm(type.wireType) || nullableForm(type.wireType, type.lengthBytes) != nullptr;
    case Form::kU8PrecisionScale:
        return type.precision >= 1 && type.precision <= kMaxPrecision && type.scale <= type.precision && type.lengthBytes <= 17;
    case Form::kScale: return type.scale <= kMaxTimeScale;
    default: return true;
    }
}

std::uint32_t readLength16(base::ByteReader& reader, std::uint8_t wireType)
{
    const std::uint16_t length = reader.u16le();
    return length == kMaxMarker && mayBeMax(wireType) ? types::kMaxLength : length;
}

void readUdt(base::ByteReader& reader, Place place, TypeInfo& type)
{
    if (place == Place::kResult)
        type.lengthBytes = readLength16(reader, type.wireType);
    else
        type.lengthBytes = types::kMaxLength;
    for (int i = 0; i < 3; ++i)
        type.names.push_back(reader.bVarchar());
    if (place == Place::kResult)
        type.names.push_back(reader.usVarchar());
}

void readXml(base::ByteReader& reader, TypeInfo& type)
{
    if (reader.u8() == 0)
        return;
    type.names.push_back(reader.bVarchar());
    type.names.push_back(reader.bVarchar());
    type.names.push_back(reader.usVarchar());
}

void readForm(base::ByteReader& reader, Form form, Place place, TypeInfo& type)
{
    switch (form) {
    case Form::kBare: break;
    case Form::kU8: type.lengthBytes = reader.u8(); break;
    case Form::kU8PrecisionScale:
        type.lengthBytes = reader.u8();
        type.precision = reader.u8();
        type.scale = reader.u8();
        break;
    case Form::kScale: type.scale = reader.u8(); break;
    case Form::kU16: type.lengthBytes = readLength16(reader, type.wireType); break;
    case Form::kU16Collation:
        type.lengthBytes = readLength16(reader, type.wireType);
        type.collation = readCollation(reader);
        break;
    case Form::kU32: type.lengthBytes = reader.u32le(); break;
    case Form::kU32Collation:
        type.lengthBytes = reader.u32le();
        type.collation = readCollation(reader);
        break;
    case Form::kXml: readXml(reader, type); break;
    case Form::kUdt: readUdt(reader, place, type); break;
    case Form::kTable:
        for (int i = 0; i < 3; ++i)
            type.names.push_back(reader.bVarchar());
        break;
    case Form::kVector:
        type.lengthBytes = reader.u16le();
        type.scale = reader.u8();
        break;
    }
}

std::string nameAt(const TypeInfo& type, std::size_t index)
{
    return index < type.names.size() ? type.names[index] : std::string();
}

void appendUdt(base::ByteWriter& out, const TypeInfo& type, Place place)
{
    if (place == Place::kResult)
        out.u16le(static_cast<std::uint16_t>(type.lengthBytes));
    for (std::size_t i = 0; i < 3; ++i)
        out.bVarchar(nameAt(type, i));
    if (place == Place::kResult)
        out.usVarchar(nameAt(type, 3));
}

void appendXml(base::ByteWriter& out, const TypeInfo& type)
{
    out.u8(type.names.empty() ? 0 : 1);
    if (type.names.empty())
        return;
    out.bVarchar(nameAt(type, 0));
    out.bVarchar(nameAt(type, 1));
    out.usVarchar(nameAt(type, 2));
}

}  // namespace

bool TypeInfo::isMax() const
{
    return wireType == wire::kXml || wireType == wire::kUdt || wireType == wire::kJson
        || (lengthBytes == types::kMaxLength && mayBeMax(wireType));
}

void appendCollation(base::ByteWriter& out, const types::Collation& collation)
{
    out.u32le(collation.info);
    out.u8(collation.sortId);
}

types::Collation readCollation(base::ByteReader& reader)
{
    types::Collation collation;
    collation.info = reader.u32le();
    collation.sortId = reader.u8();
    return collation;
}

void appendTypeInfo(base::ByteWriter& out, const TypeInfo& type, Place place)
{
    out.u8(type.wireType);
    const WireFacts* facts = factsOf(type.wireType);
    switch (facts == nullptr ? Form::kBare : facts->form) {
    case Form::kBare: break;
    case Form::kU8: out.u8(static_cast<std::uint8_t>(type.lengthBytes)); break;
    case Form::kU8PrecisionScale:
        out.u8(static_cast<std::uint8_t>(type.lengthBytes));
        out.u8(type.precision);
        out.u8(type.scale);
        break;
    case Form::kScale: out.u8(type.scale); break;
    case Form::kU16: out.u16le(static_cast<std::uint16_t>(type.lengthBytes)); break;
    case Form::kU16Collation:
        out.u16le(static_cast<std::uint16_t>(type.lengthBytes));
        appendCollation(out, type.collation);
        break;
    case Form::kU32: out.u32le(type.lengthBytes); break;
    case Form::kU32Collation:
        out.u32le(type.lengthBytes);
        appendCollation(out, type.collation);
        break;
    case Form::kXml: appendXml(out, type); break;
    case Form::kUdt: appendUdt(out, type, place); break;
    case Form::kTable:
        for (std::size_t i = 0; i < 3; ++i)
            out.bVarchar(nameAt(type, i));
        break;
    case Form::kVector:
        out.u16le(static_cast<std::uint16_t>(type.lengthBytes));
        out.u8(type.scale);
        break;
    }
}

base::Result<TypeInfo> readTypeInfo(base::ByteReader& reader, Place place)
{
    TypeInfo type;
    type.wireType = reader.u8();
    const WireFacts* facts = factsOf(type.wireType);
    if (reader.ok() && facts == nullptr)
        return protocolError(kUnknownType, "The other side names a data type that this program does not know (0x"
                                               + base::toHex({&type.wireType, 1}) + ").");
    if (reader.ok())
        readForm(reader, facts->form, place, type);
    if (!reader.ok())
        return protocolError(kTruncated, "A data type is cut off.");
    if (place == Place::kRpc && type.wireType == wire::kGuid && type.lengthBytes < kGuidBytes)
        type.lengthBytes = kGuidBytes;  // Microsoft's JDBC driver writes 0 or 1 here when the value is NULL
    if (!plausible(type))
        return protocolError(kMalformed, "A data type has an impossible length, precision or scale.");
    return type;
}

SqlType sqlTypeOf(const TypeInfo& type)
{
    const WireFacts* facts = factsOf(type.wireType);
    SqlType sql;
    if (facts == nullptr)
        return sql;
    sql.id = facts->id;
    if (const NullableForm* form = nullableForm(type.wireType, type.lengthBytes))
        sql.id = form->id;
    else if (facts->form != Form::kU8PrecisionScale)
        sql.lengthBytes = type.lengthBytes;
    sql.precision = type.precision;
    sql.scale = type.scale;
    sql.collation = type.collation;
    return sql;
}

TypeInfo typeInfoOf(const SqlType& sql, bool nullable)
{
    TypeInfo type;
    if (const NullableForm* form = nullableForm(sql.id)) {
        const bool fixed = !nullable && form->fixedWireType != 0;
        type.wireType = fixed ? form->fixedWireType : form->wireType;
        type.lengthBytes = fixed ? 0 : form->lengthBytes;
        return type;
    }
    // The table lists the modern form of each type before the old one.
    const auto facts = std::find_if(kWireTypes.begin(), kWireTypes.end(), [&](const WireFacts& f) { return f.id == sql.id; });
    if (facts == kWireTypes.end())
        return type;
    type.wireType = facts->wireType;
    type.lengthBytes = sql.lengthBytes;
    switch (facts->form) {
    case Form::kU8PrecisionScale:
        type.lengthBytes = decimalLengthBytes(sql.precision);
        type.precision = sql.precision;
        type.scale = sql.scale;
        break;
    case Form::kScale: type.scale = sql.scale; [[fallthrough]];
    case Form::kBare: type.lengthBytes = 0; break;
    case Form::kU16:
    case Form::kU16Collation:
        type.lengthBytes = sql.lengthBytes == 0 && mayBeMax(type.wireType) ? types::kMaxLength : sql.lengthBytes;
        break;
    case Form::kU32:
    case Form::kU32Collation:
        if (sql.lengthBytes == 0 || sql.lengthBytes == types::kMaxLength)
            type.lengthBytes = sql.id == TypeId::kSqlVariant ? 8009 : sql.id == TypeId::kNText ? 0x7FFFFFFE : 0x7FFFFFFF;
        break;
    case Form::kVector: type.scale = sql.scale; break;
    default: break;
    }
    if (facts->form == Form::kU16Collation || facts->form == Form::kU32Collation)
        type.collation = sql.collation;
    return type;
}

TypeInfo parameterTypeInfoOf(const SqlType& sql)
{
    TypeInfo type = typeInfoOf(sql, true);
    if (type.wireType == wire::kDecimalN || type.wireType == wire::kNumericN)
        type.lengthBytes = 17;
    return type;
}

}  // namespace es::tds
