// Collation weights of single characters: what compareText and LIKE are made of. Room-internal.
// Thread: any (pure).
#pragma once

#include "driver/types/Collation.h"

namespace es::types {

// One character as the collation sees it. Ordered by primary, then accent, then tertiary (case, kana, width).
struct Weight {
    std::uint32_t primary = 0;
    std::uint32_t accent = 0;
    std::uint32_t tertiary = 0;
};

struct Rules {
    Rules(Collation collation, TextKind kind);
    CollationFacts facts;
    bool turkish = false;   // I belongs to ı and İ to i
    bool sqlOrder = false;  // a SQL_ sort order over char or varchar: no expansions, hyphens count, upper case first
};

[[nodiscard]] Weight weightOf(char32_t codePoint, const Rules& rules);  // what the collation ignores is 0 already
// The weights packed into one number, for LIKE; binary collations: the code point.
[[nodiscard]] std::uint64_t packedWeight(char32_t codePoint, const Rules& rules);

// Letters that count as two (unless binary or a SQL_ sort order): the second half, and the first one in `first`; 0 for all others.
[[nodiscard]] char32_t expansionOf(char32_t codePoint, char32_t& first);

}  // namespace es::types
