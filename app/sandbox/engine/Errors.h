// The errors of the SQL engine: SQL Server's numbers and words, made in one place. Thread: any (pure).
#pragma once

#include "driver/base/Result.h"

#include <string>

namespace es::sandbox {

inline constexpr base::ErrorCode kSqlError{"engine", "SqlError"}; // `server` holds number, state, class, line
inline constexpr base::ErrorCode kStorageFailed{"engine", "StorageFailed"}; // SQLite or the disk refused; `server` is filled too
inline constexpr base::ErrorCode kConstraint{
    "engine", "Constraint"}; // a unique index refused; becomes 2627 or 2601 before it leaves the room
inline constexpr base::ErrorCode kThrown{"engine", "Thrown"}; // THROW: ends the batch whatever its number
inline constexpr base::ErrorCode kRaised{"engine", "Raised"}; // RAISERROR: ends nothing, whatever XACT_ABORT says
inline constexpr base::ErrorCode kCrossedScope{"engine", "CrossedScope"}; // ended a procedure or EXEC; for the caller a statement failed
inline constexpr base::ErrorCode kDataFolder{"engine", "DataFolder"}; // the data folder cannot be used
inline constexpr base::ErrorCode kCancelledInside{"engine", "CancelledInside"}; // never leaves the room: becomes ExecOutcome::kCancelled

// An Error whose `server` part is what a client sees. line 0 = not known yet, the statement's line is filled in later.
[[nodiscard]] base::Error sqlError(
    std::int32_t number, std::string message, std::int32_t line = 0, std::uint8_t state = 1, std::uint8_t severity = 16);
// A construct that this engine does not run: refused by name (number 40517, "... is not supported in the sandbox").
[[nodiscard]] base::Error notSupported(std::string construct, std::int32_t line);
// Fills the line where none is set.
[[nodiscard]] base::Error atLine(base::Error error, std::int32_t line);

// What an error ends: the statement alone; the procedure, EXEC or batch it stands in (what could not be bound); or everything up to
// the client, open transaction included (conversions, deadlocks, too deep nesting).
enum class Consequence : std::uint8_t { kStatement, kScope, kBatch };
[[nodiscard]] Consequence consequenceOf(const base::Error& error);

[[nodiscard]] base::Error invalidObjectName(const std::string& name, std::int32_t line); // 208
[[nodiscard]] base::Error invalidColumnName(const std::string& name, std::int32_t line); // 207
[[nodiscard]] base::Error inGroupBy(std::int32_t line); // 144: an aggregate or a subquery stands there
[[nodiscard]] base::Error mustDeclareVariable(const std::string& name, std::int32_t line); // 137
[[nodiscard]] base::Error keyNotInEnclave(std::int32_t line); // 33546
[[nodiscard]] base::Error enclaveNotAvailable(std::int32_t line); // 33545
[[nodiscard]] base::Error cancelledInside(); // kCancelledInside
[[nodiscard]] base::Error lockTimeout(std::int32_t line); // 1222

} // namespace es::sandbox
