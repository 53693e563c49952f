// A written type -> types::SqlType. Thread: any (pure).
#pragma once

#include "driver/base/Result.h"
#include "driver/tsql/AstExpression.h"
#include "driver/tsql/Errors.h"
#include "driver/types/SqlType.h"

namespace es::tsql {

// What a missing length means: 1 in a declaration or a column, 30 in CAST and CONVERT.
enum class LengthDefault : std::uint8_t { kDeclaration, kCast };

// System types with or without the schema sys, synonyms too (integer, dec, character varying, sysname = nvarchar(128)).
// `collation` goes into character types. Errors: kBadType with server number 2715 (unknown), 2716 (takes no length), 131 (too long),
// 1002 (scale), 2750 (precision), 1001 (length 0), each with the type's line.
[[nodiscard]] base::Result<types::SqlType> resolveType(const DataType& type, types::Collation collation,
                                                       LengthDefault lengthDefault = LengthDefault::kDeclaration);

}  // namespace es::tsql
