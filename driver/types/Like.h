// LIKE: % _ [set] [^set], ESCAPE, by the rules of a collation.
// Trailing spaces: those of the pattern must be there in the value; those of the value beyond the pattern are ignored for char and
// varchar, and significant for nchar and nvarchar.
// Thread: any once compiled (immutable).
#pragma once

#include "driver/types/Collation.h"
#include "driver/types/Value.h"

#include <optional>

namespace es::types {

class LikePattern {
public:
    // Errors: kBadPattern (escape character at the end of the pattern never matches and is no error, as in SQL Server).
    [[nodiscard]] static base::Result<LikePattern> compile(std::string_view patternUtf8, std::optional<char32_t> escape,
                                                           Collation collation);
    // `unicode`: the value or the pattern is nchar or nvarchar.
    [[nodiscard]] bool matches(std::string_view utf8, bool unicode = false) const;
    // The plaintext of an encrypted cell (code page bytes or UTF-16LE as the type says); no allocation for single-byte code pages,
    // UTF-8 and UTF-16.
    [[nodiscard]] bool matchesNormalized(base::ByteView plaintext, const SqlType& type) const;

private:
    struct Range {          // of collation weights, both ends included
        std::uint64_t first;
        std::uint64_t last;
    };
    enum class Kind : std::uint8_t { kLiteral, kAny, kMany, kSet, kNotSet, kNever };
    struct Item {
        Kind kind;
        std::uint64_t literal = 0;      // collation weight
        std::uint32_t firstRange = 0;   // into m_ranges
        std::uint32_t rangeCount = 0;
    };
    template <class Cursor> bool run(Cursor text) const;
    [[nodiscard]] bool accepts(const Item& item, std::uint64_t weight) const;

    std::vector<Item> m_items;
    std::vector<Range> m_ranges;
    Collation m_collation;
    CollationFacts m_facts;
};

}  // namespace es::types
