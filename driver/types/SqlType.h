// SQL Server data types: what a column, a variable or a parameter is. Thread: any (plain values).   MS-TDS 2.2.5.4 - 2.2.5.6
#pragma once

#include "driver/base/Bytes.h"

namespace es::types {

enum class TypeId : std::uint8_t {
    kNull,
    kBit, kTinyInt, kSmallInt, kInt, kBigInt,
    kReal, kFloat,
    kSmallMoney, kMoney,
    kDecimal, kNumeric,
    kDate, kTime, kDateTime2, kDateTimeOffset, kSmallDateTime, kDateTime,
    kUniqueIdentifier,
    kChar, kVarChar, kNChar, kNVarChar,
    kBinary, kVarBinary,
    kText, kNText, kImage, kXml, kSqlVariant, kUdt, kJson, kVector,
};

// The 5 bytes of a collation on the wire.                                        MS-TDS 2.2.5.1.2
struct Collation {
    std::uint32_t info = 0;  // LCID in bits 0-19, flags 20-27, version 28-31
    std::uint8_t sortId = 0;
    friend bool operator==(const Collation&, const Collation&) = default;
};

inline constexpr std::uint32_t kMaxLength = 0xFFFFFFFF;  // (max)

struct SqlType {
    TypeId id = TypeId::kNull;
    std::uint32_t lengthBytes = 0;  // of char and binary types: declared size in BYTES (nchar(10) = 20), or kMaxLength
    std::uint8_t precision = 0;     // decimal, numeric: 1-38
    std::uint8_t scale = 0;         // decimal, numeric: 0-precision; time, datetime2, datetimeoffset: 0-7
    Collation collation;            // char, varchar, nchar, nvarchar, text, ntext
    friend bool operator==(const SqlType&, const SqlType&) = default;
};

}  // namespace es::types
