// The families of types and the numbers that catalog views show for them.
#include "driver/types/TypeNames.h"

namespace es::types {

bool isInteger(TypeId id) { return id >= TypeId::kBit && id <= TypeId::kBigInt; }
bool isDecimal(TypeId id) { return id == TypeId::kDecimal || id == TypeId::kNumeric; }
bool isMoney(TypeId id) { return id == TypeId::kMoney || id == TypeId::kSmallMoney; }
bool isApproximate(TypeId id) { return id == TypeId::kReal || id == TypeId::kFloat; }
bool isNumber(TypeId id) { return isInteger(id) || isDecimal(id) || isMoney(id) || isApproximate(id); }
bool isDateOrTime(TypeId id) { return id >= TypeId::kDate && id <= TypeId::kDateTime; }
bool isBinary(TypeId id) { return id == TypeId::kBinary || id == TypeId::kVarBinary || id == TypeId::kImage; }
bool isFixedLength(TypeId id) { return id == TypeId::kChar || id == TypeId::kNChar || id == TypeId::kBinary; }

bool isText(TypeId id)
{
    return (id >= TypeId::kChar && id <= TypeId::kNVarChar) || id == TypeId::kText || id == TypeId::kNText;
}

bool isUnicode(TypeId id)
{
    return id == TypeId::kNChar || id == TypeId::kNVarChar || id == TypeId::kNText || id == TypeId::kXml;
}

bool isLarge(const SqlType& type)
{
    switch (type.id) {
    case TypeId::kText: case TypeId::kNText: case TypeId::kImage: case TypeId::kXml: case TypeId::kJson: case TypeId::kUdt:
        return true;
    case TypeId::kVarChar: case TypeId::kNVarChar: case TypeId::kVarBinary:
        return type.lengthBytes == kMaxLength;
    default:
        return false;
    }
}

std::uint32_t declaredLength(const SqlType& type)
{
    if (type.lengthBytes == kMaxLength)
        return kMaxLength;
    return type.id == TypeId::kNChar || type.id == TypeId::kNVarChar ? type.lengthBytes / 2 : type.lengthBytes;
}

std::uint8_t systemTypeId(TypeId id)
{
    switch (id) {
    case TypeId::kNull: return 0;
    case TypeId::kBit: return 104;
    case TypeId::kTinyInt: return 48;
    case TypeId::kSmallInt: return 52;
    case TypeId::kInt: return 56;
    case TypeId::kBigInt: return 127;
    case TypeId::kReal: return 59;
    case TypeId::kFloat: return 62;
    case TypeId::kSmallMoney: return 122;
    case TypeId::kMoney: return 60;
    case TypeId::kDecimal: return 106;
    case TypeId::kNumeric: return 108;
    case TypeId::kDate: return 40;
    case TypeId::kTime: return 41;
    case TypeId::kDateTime2: return 42;
    case TypeId::kDateTimeOffset: return 43;
    case TypeId::kSmallDateTime: return 58;
    case TypeId::kDateTime: return 61;
    case TypeId::kUniqueIdentifier: return 36;
    case TypeId::kChar: return 175;
    case TypeId::kVarChar: return 167;
    case TypeId::kNChar: return 239;
    case TypeId::kNVarChar: return 231;
    case TypeId::kBinary: return 173;
    case TypeId::kVarBinary: return 165;
    case TypeId::kText: return 35;
    case TypeId::kNText: return 99;
    case TypeId::kImage: return 34;
    case TypeId::kXml: return 241;
    case TypeId::kSqlVariant: return 98;
    case TypeId::kUdt: return 240;
    case TypeId::kJson: return 244;
    case TypeId::kVector: return 255;
    }
    return 0;
}

std::int16_t maxLengthColumn(const SqlType& type)
{
    switch (type.id) {
    case TypeId::kChar: case TypeId::kVarChar: case TypeId::kNChar: case TypeId::kNVarChar:
    case TypeId::kBinary: case TypeId::kVarBinary: case TypeId::kUdt: case TypeId::kVector:
        return type.lengthBytes == kMaxLength ? std::int16_t{-1} : static_cast<std::int16_t>(type.lengthBytes);
    case TypeId::kXml: case TypeId::kJson:
        return -1;
    case TypeId::kText: case TypeId::kNText: case TypeId::kImage:
        return 16;
    case TypeId::kSqlVariant:
        return 8016;
    case TypeId::kBit: case TypeId::kTinyInt: return 1;
    case TypeId::kSmallInt: return 2;
    case TypeId::kInt: case TypeId::kReal: case TypeId::kSmallMoney: case TypeId::kSmallDateTime: return 4;
    case TypeId::kBigInt: case TypeId::kFloat: case TypeId::kMoney: case TypeId::kDateTime: return 8;
    case TypeId::kDate: return 3;
    case TypeId::kUniqueIdentifier: return 16;
    case TypeId::kDecimal: case TypeId::kNumeric:
        return type.precision <= 9 ? 5 : type.precision <= 19 ? 9 : type.precision <= 28 ? 13 : 17;
    case TypeId::kTime: return type.scale <= 2 ? 3 : type.scale <= 4 ? 4 : 5;
    case TypeId::kDateTime2: return type.scale <= 2 ? 6 : type.scale <= 4 ? 7 : 8;
    case TypeId::kDateTimeOffset: return type.scale <= 2 ? 8 : type.scale <= 4 ? 9 : 10;
    case TypeId::kNull: return 0;
    }
    return 0;
}

std::uint8_t precisionColumn(const SqlType& type)
{
    const auto withFraction = [&](int whole) {
        return static_cast<std::uint8_t>(type.scale == 0 ? whole : whole + 1 + type.scale);
    };
    switch (type.id) {
    case TypeId::kBit: return 1;
    case TypeId::kTinyInt: return 3;
    case TypeId::kSmallInt: return 5;
    case TypeId::kInt: return 10;
    case TypeId::kBigInt: return 19;
    case TypeId::kReal: return 24;
    case TypeId::kFloat: return 53;
    case TypeId::kSmallMoney: return 10;
    case TypeId::kMoney: return 19;
    case TypeId::kDecimal: case TypeId::kNumeric: return type.precision;
    case TypeId::kDate: return 10;
    case TypeId::kTime: return withFraction(8);
    case TypeId::kDateTime2: return withFraction(19);
    case TypeId::kDateTimeOffset: return withFraction(26);
    case TypeId::kSmallDateTime: return 16;
    case TypeId::kDateTime: return 23;
    default: return 0;
    }
}

std::uint8_t scaleColumn(const SqlType& type)
{
    switch (type.id) {
    case TypeId::kMoney: case TypeId::kSmallMoney: return 4;
    case TypeId::kDateTime: return 3;
    case TypeId::kDecimal: case TypeId::kNumeric:
    case TypeId::kTime: case TypeId::kDateTime2: case TypeId::kDateTimeOffset: return type.scale;
    default: return 0;
    }
}

}  // namespace es::types
