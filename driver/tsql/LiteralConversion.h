// A literal of a declaration -> the value of a parameter of the declared type. Internal to this room. Thread: any (pure).
#pragma once

#include "driver/tsql/LiteralValue.h"

namespace es::tsql {

// The types that Always Encrypted can hold; all others are not worth a parameter.
[[nodiscard]] bool canBeParameter(const types::SqlType& type);

// Strings and binaries go as they are, unpadded: LIKE '%6818' must find what char(11) padding would hide. Whole numbers want whole
// numbers, dates ISO 8601; nothing is cut. Errors: kBadLiteral, text = the reason alone.
[[nodiscard]] base::Result<types::Value> convertLiteral(const Literal& literal, bool negative, const types::SqlType& type,
                                                        types::Collation collation);

}  // namespace es::tsql
