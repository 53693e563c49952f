// What this room can refuse; all of them carry Error::server with SQL Server's number, line and words.
#pragma once

#include "driver/base/Error.h"

namespace es::tsql {

inline constexpr base::ErrorCode kSyntax{"tsql", "Syntax"};              // 102, 105, 113, 156, 319 and their like
inline constexpr base::ErrorCode kNotSupported{"tsql", "NotSupported"};  // 40517: a construct known by name that nobody here runs
inline constexpr base::ErrorCode kTooDeep{"tsql", "TooDeep"};            // 191
inline constexpr base::ErrorCode kTooLong{"tsql", "TooLong"};            // text beyond kMaxBatchBytes
inline constexpr base::ErrorCode kBadLiteral{"tsql", "BadLiteral"};      // a literal that its type cannot hold
inline constexpr base::ErrorCode kBadType{"tsql", "BadType"};            // 243, 2715: unknown type, wrong arguments

inline constexpr base::ErrorCode kSchemeMismatch{"tsql", "SchemeMismatch"};  // 33277, 33278, 33299, 33542, 206

}  // namespace es::tsql
