// LIKE: % _ [set] [^set], ESCAPE, by the rules of a collation.
// Trailing spaces: those of the pattern must be there in the value; those of the value beyond the pattern are ignored for char and
// varchar, and significant for nchar and nvarchar.
// Thread: any once compiled (immutable).
#pragma once

#include "driver/types/Collation.h"
#include "driver/types/Value.h"

#include <array>
#include <optional>

namespace es::types {

class LikePattern {
public:
    // A pattern that means nothing (escape character at its end, "[" without "]") matches nothing, as in SQL Server.
    // Errors: kBadPattern (an escape character beyond Unicode).
    [[nodiscard]] static base::Result<LikePattern> compile(std::string_view patternUtf8, std::optional<char32_t> escape,
                                                           Collation collation);
    // `unicode`: the value or the pattern is nchar or nvarchar.
    [[nodiscard]] bool matches(std::string_view utf8, bool unicode = false) const;
    // The plaintext of an encrypted cell (code page bytes or UTF-16LE as the type says); no allocation for single-byte code pages,
    // UTF-8 and UTF-16.
    [[nodiscard]] bool matchesNormalized(base::ByteView plaintext, const SqlType& type) const;

private:
    struct Range {  // of collation weights, both ends included
        std::uint64_t first;
        std::uint64_t last;
    };
    enum class Kind : std::uint8_t { kLiteral, kAny, kMany, kSet, kNotSet, kNever };
    struct Item {
        Kind kind;
        std::uint64_t literal = 0;     // collation weight
        std::uint32_t firstRange = 0;  // into ranges
        std::uint32_t rangeCount = 0;
    };
    // The pattern for one kind of text: weights differ between char and nchar under SQL_ collations.
    struct Program {
        std::vector<Item> items;
        std::vector<Range> ranges;
        std::array<std::uint64_t, 128> asciiWeights{};
        TextKind kind = TextKind::kUnicode;
        Collation collation;
        bool binary = false;           // weights are code points
        bool expands = false;          // some letters count as two: a sharp s as ss
        [[nodiscard]] std::uint64_t weightOf(char32_t codePoint) const;
        [[nodiscard]] bool accepts(const Item& item, std::uint64_t weight) const;
        // How many items, from this one on, the character answers: 0 when it does not fit.
        [[nodiscard]] std::size_t taken(std::size_t item, char32_t c) const;
    };
    friend class LikeCompiler;
    template <class Cursor>
    [[nodiscard]] static bool run(const Program& program, Cursor text, bool ignoreTrailingBlanks);

    std::array<Program, 2> m_programs;  // by TextKind
};

}  // namespace es::types
