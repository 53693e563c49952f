// Pages of an index on an enclave-enabled randomized column, and the questions about them that only the enclave can answer: where in
// this page does a value belong. One crossing carries the pages of one level of the tree for every value looked for.
// Thread: any (pure).
#pragma once

#include "driver/base/Result.h"
#include "driver/base/Bytes.h"
#include "driver/types/SqlType.h"

#include <functional>
#include <optional>
#include <vector>

namespace es::sandbox {

// The cells of one page in index order, as they are stored and sent (little-endian). NULL cells come first.
//   u32 count | count times u32: end offset of the cell in the data, bit 31 set for NULL | data
// Whoever wrote the bytes, parse() accepts only what holds together.
class IndexCells {
public:
    static constexpr std::size_t kMaxCells = 4096;

    // The view must outlive the object. Nothing when the bytes do not hold together.
    [[nodiscard]] static std::optional<IndexCells> parse(base::ByteView bytes);
    [[nodiscard]] static base::Bytes encode(const std::vector<std::optional<base::Bytes>>& cells);

    [[nodiscard]] std::size_t size() const { return m_count; }
    [[nodiscard]] bool isNull(std::size_t index) const;
    [[nodiscard]] base::ByteView at(std::size_t index) const;  // empty for NULL
    [[nodiscard]] std::size_t nullCount() const;

private:
    [[nodiscard]] std::uint32_t word(std::size_t index) const;

    std::size_t m_count = 0;
    base::ByteView m_ends;
    base::ByteView m_data;
};

// A value to find a place for: the cell of a value, or of a LIKE pattern, of which the literal beginning counts.
struct IndexOperand {
    base::Bytes cell;
    bool pattern = false;
    std::optional<char32_t> escape;  // of the pattern
    friend bool operator==(const IndexOperand&, const IndexOperand&) = default;
};

struct IndexPage {
    base::ByteView cells;                  // as IndexCells stores them
    std::vector<std::uint32_t> operands;   // positions of the values to find a place for in this page
};

// How many of the page's cells order before the value (NULLs included), and how many before it or with it. For a pattern: compared by
// as many characters as its literal beginning has.
struct IndexPlace {
    std::uint32_t below = 0;
    std::uint32_t upTo = 0;
    friend bool operator==(const IndexPlace&, const IndexPlace&) = default;
};

// Halves the page until the place is found. `order` tells how the cell with this position compares with the value: <0, 0, >0.
[[nodiscard]] base::Result<IndexPlace> placeIn(
    const IndexCells& cells, const std::function<base::Result<int>(std::size_t index)>& order);

// The plaintext that a pattern's matches begin with, of the column's type; empty when the pattern begins with a wildcard. UTF-8 in.
[[nodiscard]] std::string literalBeginning(std::string_view patternUtf8, std::optional<char32_t> escape);

// Compares a plaintext with a literal beginning of the same form, by the beginning's length; text of a BIN2 collation.
[[nodiscard]] int compareBeginning(base::ByteView plaintext, base::ByteView beginning, const types::SqlType& type);

}  // namespace es::sandbox
