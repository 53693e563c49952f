// Where something stands in the text of a batch. Thread: any (plain values).
#pragma once

#include <cstdint>
#include <string_view>

namespace es::tsql {

// Bytes of the UTF-8 text; line and column are those of the first byte, both from 1, the column counted in code points.
// A line ends with LF or CR LF, as in SQL Server's messages.
struct SourceRange {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    std::uint32_t line = 1;
    std::uint32_t column = 1;

    [[nodiscard]] std::uint32_t end() const { return offset + length; }
    [[nodiscard]] std::string_view in(std::string_view text) const { return text.substr(offset, length); }
    friend bool operator==(const SourceRange&, const SourceRange&) = default;
};

}  // namespace es::tsql
