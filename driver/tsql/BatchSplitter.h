// The text of an editor or a file -> batches: a line that holds nothing but GO [count] ends one. GO is a word of the tools, not of
// the server; inside comments, strings and quoted names it is none. Thread: any (pure).
#pragma once

#include "driver/base/Result.h"
#include "driver/tsql/Errors.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace es::tsql {

// Views into the text given; the batch text excludes the GO line. Batches of blank text are left out.
struct Batch {
    std::string_view text;
    std::uint32_t offset = 0;  // bytes from the start of the whole text
    std::uint32_t line = 1;    // of the batch's first byte; a server line n is whole-text line n + line - 1
    std::uint32_t repeat = 1;  // GO 5: send it five times
};

// Errors: kSyntax (GO with something after it that is neither a count nor a comment; server number 102 and the whole-text line).
[[nodiscard]] base::Result<std::vector<Batch>> splitBatches(std::string_view text);

}  // namespace es::tsql
