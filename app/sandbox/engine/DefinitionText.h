// Defaults, checks, computed columns and filters as SQL Server writes them back: ([a]>(0)), ((1)), (getdate()).
// Thread: any (pure).
#pragma once

#include <string>

namespace es::sandbox {

// `text`: the expression or condition as it was written. What no public sample shows in this spelling stays as written, in one pair of parentheses.
[[nodiscard]] std::string definitionText(const std::string& text);

} // namespace es::sandbox
