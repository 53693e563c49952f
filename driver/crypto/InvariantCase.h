// Lower case that does not depend on the user's locale. Private to this room. Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace es::crypto {

// Simple case mapping of each code point of UTF-8 text, as .NET's invariant culture does it: ASCII and every other script the
// system's C.UTF-8 tables know, without expansions; U+0130 (dotted I) stays as it is.
[[nodiscard]] std::string lowerInvariant(std::string_view utf8);

}  // namespace es::crypto
