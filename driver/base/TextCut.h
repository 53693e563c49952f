// Long text for a person or a record, cut between characters. Thread: any (pure).
#pragma once

#include "driver/base/Utf16.h"

namespace es::base {

// The beginning, at most so many bytes of UTF-8.
[[nodiscard]] inline std::string cutText(std::string_view text, std::size_t maxBytes)
{
    if (text.size() <= maxBytes) return std::string(text);
    std::size_t end = 0;
    for (std::size_t size = 0; end + (size = codePointAt(text, end).sizeBytes) <= maxBytes;)
        end += size;
    return std::string(text.substr(0, end));
}

}  // namespace es::base
