// Names of types as T-SQL writes them, the families they belong to, and short ways to write a type down in code.
// Thread: any (pure).
#pragma once

#include "driver/types/Collation.h"

#include <vector>

namespace es::types {

// "char(11)", "nvarchar(max)", "decimal(18,2)", "datetime2(3)" (always with scale), "float", "int".
[[nodiscard]] std::string typeName(const SqlType& type);
// Without length: "nvarchar".
[[nodiscard]] std::string_view baseTypeName(TypeId id);

// `name` in any case and with its usual synonyms (integer, dec, character varying, national char, double precision, rowversion,
// sysname, ...); `args` as written, -1 for max, empty for the T-SQL defaults (char 1, decimal(18,0), datetime2 7, float 53).
// Errors: kUnknownType (unknown name, or length, precision, scale out of range: the text says which).
[[nodiscard]] base::Result<SqlType> typeFromName(std::string_view name, const std::vector<int>& args = {},
                                                 Collation collation = kDefaultCollation);
// "decimal(18,2)", "nvarchar(max)", "double precision": the whole text. Errors: kUnknownType.
[[nodiscard]] base::Result<SqlType> typeFromText(std::string_view text, Collation collation = kDefaultCollation);

[[nodiscard]] SqlType makeType(TypeId id);                                         // types without arguments; defaults otherwise
[[nodiscard]] SqlType makeDecimal(std::uint8_t precision, std::uint8_t scale);
[[nodiscard]] SqlType makeScaled(TypeId id, std::uint8_t scale);                   // time, datetime2, datetimeoffset
// Length as T-SQL counts it: characters for nchar and nvarchar, bytes otherwise; kMaxLength for (max).
[[nodiscard]] SqlType makeSized(TypeId id, std::uint32_t length, Collation collation = kDefaultCollation);

[[nodiscard]] bool isInteger(TypeId id);        // bit, tinyint ... bigint
[[nodiscard]] bool isDecimal(TypeId id);        // decimal, numeric
[[nodiscard]] bool isMoney(TypeId id);          // money, smallmoney
[[nodiscard]] bool isApproximate(TypeId id);    // real, float
[[nodiscard]] bool isNumber(TypeId id);         // all of the above
[[nodiscard]] bool isDateOrTime(TypeId id);
[[nodiscard]] bool isText(TypeId id);           // char, varchar, nchar, nvarchar, text, ntext
[[nodiscard]] bool isUnicode(TypeId id);        // nchar, nvarchar, ntext, xml
[[nodiscard]] bool isBinary(TypeId id);         // binary, varbinary, image
[[nodiscard]] bool isFixedLength(TypeId id);    // char, nchar, binary: padded to the declared length
[[nodiscard]] bool isLarge(const SqlType& type);  // (max), text, ntext, image, xml, json, udt: PLP or pointer on the wire
// Declared length as T-SQL counts it (nchar(10): 10); kMaxLength for (max).
[[nodiscard]] std::uint32_t declaredLength(const SqlType& type);

// Columns of sys.types and sys.columns.
[[nodiscard]] std::uint8_t systemTypeId(TypeId id);      // 56 for int, 231 for nvarchar
[[nodiscard]] std::int16_t maxLengthColumn(const SqlType& type);  // -1 for (max)
[[nodiscard]] std::uint8_t precisionColumn(const SqlType& type);
[[nodiscard]] std::uint8_t scaleColumn(const SqlType& type);

}  // namespace es::types
