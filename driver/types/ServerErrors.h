// SQL Server's own errors, as the sandbox hands them out. Room-internal. Thread: any (pure).
#pragma once

#include "driver/types/Errors.h"
#include "driver/types/TypeNames.h"

namespace es::types {

[[nodiscard]] base::Error serverError(std::int32_t number, std::uint8_t state, std::string message);

// 8115, words by what is known of the source: "... converting numeric to data type int."
[[nodiscard]] base::Error overflowError(std::string_view from, std::string_view to);
[[nodiscard]] base::Error conversionFailed(std::string_view fromName, std::string_view value, std::string_view toName);  // 245
[[nodiscard]] base::Error notConvertible(std::string_view fromName, std::string_view toName);                           // 8114

// The name as error messages write it: decimal is "numeric" there when converted to; no length.
[[nodiscard]] std::string errorTypeName(const SqlType& type);

}  // namespace es::types
