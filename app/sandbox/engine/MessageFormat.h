// The text of RAISERROR: %[flag][width][.precision][{h | l | I64}]type with its arguments. Thread: any (pure).
#pragma once

#include "app/sandbox/engine/Errors.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace es::sandbox {

// NULL, a whole number, or text.
using MessageArgument = std::variant<std::monostate, std::int64_t, std::string>;

// A missing or NULL argument is printed as (null). Errors: 2786 (an argument of the wrong kind), 2787 (no such format).
[[nodiscard]] base::Result<std::string> formatMessage(
    const std::string& format, const std::vector<MessageArgument>& arguments, std::int32_t line);

} // namespace es::sandbox
