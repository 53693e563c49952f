// TYPE_INFO: a data type as the wire spells it, both ways, and how its values are framed.           MS-TDS 2.2.5.4 - 2.2.5.6
// Thread: any (plain values, pure functions).
#pragma once

#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"
#include "driver/types/SqlType.h"

namespace es::tds {

// The type byte.
namespace wire {
inline constexpr std::uint8_t kNull = 0x1F, kInt1 = 0x30, kBit = 0x32, kInt2 = 0x34, kInt4 = 0x38, kInt8 = 0x7F, kFloat4 = 0x3B,
    kFloat8 = 0x3E, kMoney4 = 0x7A, kMoney8 = 0x3C, kDateTime4 = 0x3A, kDateTime8 = 0x3D, kGuid = 0x24, kIntN = 0x26,
    kBitN = 0x68, kFloatN = 0x6D, kMoneyN = 0x6E, kDateTimeN = 0x6F, kDecimalN = 0x6A, kNumericN = 0x6C, kDate = 0x28,
    kTime = 0x29, kDateTime2 = 0x2A, kDateTimeOffset = 0x2B, kBigVarBinary = 0xA5, kBigBinary = 0xAD, kBigVarChar = 0xA7,
    kBigChar = 0xAF, kNVarChar = 0xE7, kNChar = 0xEF, kImage = 0x22, kText = 0x23, kNText = 0x63, kVariant = 0x62, kXml = 0xF1,
    kUdt = 0xF0, kTable = 0xF3, kJson = 0xF4, kVector = 0xF5, kOldDecimal = 0x37, kOldNumeric = 0x3F, kOldVarBinary = 0x25,
    kOldVarChar = 0x27, kOldBinary = 0x2D, kOldChar = 0x2F;
}

// Where a type or value stands: UDT spelling and the framing of text types differ.
enum class Place : std::uint8_t { kResult /* COLMETADATA, ROW, RETURNVALUE, bulk */, kRpc };

struct TypeInfo {
    std::uint8_t wireType = wire::kNull;
    std::uint32_t lengthBytes = 0;       // as on the wire; types::kMaxLength for 0xFFFF = (max); 0 where the wire has none
    std::uint8_t precision = 0;
    std::uint8_t scale = 0;              // vector: the element type
    types::Collation collation;
    std::vector<std::string> names;      // UDT: database, schema, type[, assembly]; XML with schema: 3; table type: 3
    friend bool operator==(const TypeInfo&, const TypeInfo&) = default;

    [[nodiscard]] bool isMax() const;    // values framed as PLP
};

void appendTypeInfo(base::ByteWriter& out, const TypeInfo& type, Place place);
// On a reader that runs out, the reader's ok() is false and the error is kTruncated. Errors: kUnknownType, kTruncated.
[[nodiscard]] base::Result<TypeInfo> readTypeInfo(base::ByteReader& reader, Place place);

// The house's type. Unknown combinations (INTN of 3 bytes) are refused in readTypeInfo already.
[[nodiscard]] types::SqlType sqlTypeOf(const TypeInfo& type);
// The wire's spelling; `nullable` = the N forms (INTN, BITN, MONEYN ...), else the fixed ones where they exist.
// char and binary types without length get (max) for var types.
[[nodiscard]] TypeInfo typeInfoOf(const types::SqlType& type, bool nullable = true);
// As drivers send it for parameters: nullable form, decimal length 17, text as nvarchar(max)-like types unchanged.
[[nodiscard]] TypeInfo parameterTypeInfoOf(const types::SqlType& type);

void appendCollation(base::ByteWriter& out, const types::Collation& collation);
[[nodiscard]] types::Collation readCollation(base::ByteReader& reader);

}  // namespace es::tds
