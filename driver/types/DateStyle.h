// Which texts a CONVERT style takes for a date: more than the order of day, month and year. Room-internal. Thread: any (pure).
#pragma once

#include <cstdint>
#include <string_view>

namespace es::types {

enum class StyleVerdict : std::uint8_t {
    kFits,
    kSyntax,    // 241, smalldatetime 295
    kRange,     // 242
    kMismatch,  // 9807: a date, but not of this style
    kUnknown,   // 9809: no such style, or one of the Hijri calendar (130, 131)
};

// datetime and smalldatetime (`old`) read another grammar than date, time, datetime2 and datetimeoffset. The styles without century want
// two digits of year, those with it four; a T stands in yyyy-mm-ddThh:mm:ss alone. Style kNoStyle counts as 0.
[[nodiscard]] StyleVerdict judgeDateText(std::string_view text, int style, bool old);

}  // namespace es::types
