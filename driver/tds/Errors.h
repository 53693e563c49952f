// Error codes of the TDS room. All but kRefusedByName mean that the stream can no longer be followed: their consequence is
// kSessionUnusable.
#pragma once

#include "driver/base/Error.h"

#include <string>

namespace es::tds {

inline constexpr base::ErrorCode kTruncated{"tds", "Truncated"};          // a message ends inside an element
inline constexpr base::ErrorCode kMalformed{"tds", "Malformed"};          // a length, offset or count contradicts the format
inline constexpr base::ErrorCode kUnknownToken{"tds", "UnknownToken"};    // token byte nobody knows
inline constexpr base::ErrorCode kUnexpected{"tds", "Unexpected"};        // known, but not here (a row without columns, ...)
inline constexpr base::ErrorCode kUnknownType{"tds", "UnknownType"};      // TYPE_INFO byte nobody knows
inline constexpr base::ErrorCode kTooLarge{"tds", "TooLarge"};            // past a limit of ours
inline constexpr base::ErrorCode kRefusedByName{"tds", "RefusedByName"};  // known to the protocol, not built here
inline constexpr base::ErrorCode kCannotEncode{"tds", "CannotEncode"};    // a value that the wire has no room for

// An error of this room: origin client, session unusable, remedy filled in.
[[nodiscard]] base::Error protocolError(base::ErrorCode code, std::string text);

}  // namespace es::tds
