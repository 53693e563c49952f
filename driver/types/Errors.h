// Error names of this room. T-SQL conversion errors carry SQL Server's number in Error::server and Origin::kServer.
// Thread: any (constants).
#pragma once

#include "driver/base/Error.h"

namespace es::types {

inline constexpr base::ErrorCode kConversionFailed{"types", "ConversionFailed"};    // T-SQL error, see Error::server.number
inline constexpr base::ErrorCode kWrongValueKind{"types", "WrongValueKind"};        // a Value that does not fit the SqlType
inline constexpr base::ErrorCode kMalformedValue{"types", "MalformedValue"};        // row form or normalized bytes of a wrong size or range
inline constexpr base::ErrorCode kValueOutOfRange{"types", "ValueOutOfRange"};      // fits the kind but not the declared type
inline constexpr base::ErrorCode kUnknownType{"types", "UnknownType"};              // no such type name, or wrong length/precision/scale
inline constexpr base::ErrorCode kUnmappable{"types", "Unmappable"};                // a character that the code page does not have
inline constexpr base::ErrorCode kNoCodePage{"types", "NoCodePage"};                // Unicode-only collation on char or varchar
inline constexpr base::ErrorCode kCannotBeEncrypted{"types", "CannotBeEncrypted"};  // type outside Always Encrypted
inline constexpr base::ErrorCode kBadPattern{"types", "BadPattern"};                // LIKE: impossible escape character

}  // namespace es::types
