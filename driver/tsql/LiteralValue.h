// What a literal is worth: its value and the type that SQL Server gives it. Thread: any (pure).
#pragma once

#include "driver/base/Result.h"
#include "driver/tsql/AstExpression.h"
#include "driver/tsql/Errors.h"
#include "driver/types/SqlType.h"
#include "driver/types/Value.h"

namespace es::tsql {

struct TypedValue {
    types::SqlType type;
    types::Value value;
};

// NULL -> int NULL; 42 -> int, beyond 2^31-1 numeric(digits, 0); 4.20 -> numeric(3, 2); 4e1 -> float; $4.2 -> money;
// 'abc' -> varchar(3), N'abc' -> nvarchar(3), beyond 8,000 bytes (max); 0x00FF -> varbinary(2). An empty string has length 1.
// Errors: kBadLiteral (server numbers 1007 number too long, 168 float out of range, 293 money).
[[nodiscard]] base::Result<TypedValue> literalValue(const Literal& literal, types::Collation collation, bool negative = false);

}  // namespace es::tsql
