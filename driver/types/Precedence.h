// Which type an expression has: data type precedence, decimal precision and scale, and the arithmetic itself.
// Thread: any (pure).
#pragma once

#include "driver/types/SqlType.h"
#include "driver/types/Value.h"

#include <optional>

namespace es::types {

// Higher wins; kNull is lowest, sql_variant and UDT highest.
[[nodiscard]] int precedenceOf(TypeId id);

// The type of CASE, COALESCE, UNION, IN and comparisons over two operands. Empty when the types clash (206) in SQL Server.
// kNull takes the other's type (two NULLs: int). Decimals: the smallest that holds both, at most 38 digits. Text: the longer length,
// collation of the first that has one.
[[nodiscard]] std::optional<SqlType> commonType(const SqlType& a, const SqlType& b);

enum class ArithmeticOp : std::uint8_t { kAdd, kSubtract, kMultiply, kDivide, kModulo, kBitAnd, kBitOr, kBitXor };

// The type of `a op b`; + concatenates text and binary. Empty when SQL Server refuses it (402, 8117).
[[nodiscard]] std::optional<SqlType> arithmeticType(ArithmeticOp op, const SqlType& a, const SqlType& b);

// The value of `a op b`; NULL if either is. Converts the operands, then computes as SQL Server does: int overflow 8115, division by
// zero 8134, decimals rounded to the result scale, text concatenated. Errors: kConversionFailed with these numbers.
[[nodiscard]] base::Result<Value> arithmetic(ArithmeticOp op, const Value& a, const SqlType& aType, const Value& b, const SqlType& bType);
// -a, in the same type: -tinyint overflows unless 0. Errors: kConversionFailed 8115, 8117.
[[nodiscard]] base::Result<Value> negate(const Value& value, const SqlType& type);

}  // namespace es::types
