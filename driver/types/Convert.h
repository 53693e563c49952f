// T-SQL conversions: CAST and CONVERT, assignment to a column, and the text that a query tool shows.
// Conversion errors carry SQL Server's number (220, 232, 241, 242, 244, 245, 248, 257, 295, 517, 529, 8114, 8115, 8152, 8169, ...),
// its message and severity 16 in Error::server with Origin::kServer; line, server name and procedure are the caller's to fill.
// Thread: any (pure).
#pragma once

#include "driver/types/SqlType.h"
#include "driver/types/Value.h"

namespace es::types {

inline constexpr int kNoStyle = -1;

// CAST(value AS to), or CONVERT(to, value, style). NULL stays NULL. Text too long for the target is cut in silence, numbers too long
// are errors (integers in char and varchar: '*'). char, nchar, binary come out padded. Errors: kConversionFailed.
[[nodiscard]] base::Result<Value> convertValue(const Value& value, const SqlType& from, const SqlType& to, int style = kNoStyle);
// INSERT and UPDATE of a column: the implicit conversions only (257 otherwise), and text or binary that does not fit is error 8152
// (trailing spaces may go); the caller that knows table and column turns it into 2628. Errors: kConversionFailed.
[[nodiscard]] base::Result<Value> assignValue(const Value& value, const SqlType& from, const SqlType& to);
// The same for a parameter that a client sends (encrypted or not): char, nchar and binary are not padded, so that a cell encrypted by
// the client has the bytes that other drivers give it.
[[nodiscard]] base::Result<Value> parameterValue(const Value& value, const SqlType& from, const SqlType& to);
// May a value of this type stand where that one is wanted, without CAST?
[[nodiscard]] bool isImplicitlyConvertible(TypeId from, TypeId to);
[[nodiscard]] bool isConvertible(TypeId from, TypeId to);

// As a query tool prints a cell: money with 4 digits, dates ISO ("2024-05-05 12:34:00.0000000" by the scale), binary 0x..., floats
// with the fewest digits that read back the same, bit 0 or 1, guid in capitals. NULL: "NULL".
[[nodiscard]] std::string displayText(const Value& value, const SqlType& type);
// The same straight from a RowBlock cell (never NULL). Bytes that cannot be read are shown as 0x...
[[nodiscard]] std::string displayCell(base::ByteView rowForm, const SqlType& type);
// The inverse of displayText for a person's input or a test: ISO 8601 dates, 0x... for binary, "." as decimal point; text as is.
// Stricter than CAST: nothing is rounded, cut or padded. Errors: kConversionFailed with the server's numbers.
[[nodiscard]] base::Result<Value> valueFromText(std::string_view text, const SqlType& type);

}  // namespace es::types
