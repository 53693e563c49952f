// The BIN2 collation with the code page of another one: what ALTER COLUMN may change to in the statement that encrypts.
// Thread: any (pure).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace es::wizards {

[[nodiscard]] bool isBin2Name(std::string_view collation); // Latin1_General_BIN2, Latin1_General_100_BIN2_UTF8
[[nodiscard]] bool isUtf8Name(std::string_view collation);
// "Latin1_General_100_CI_AS_SC_UTF8" -> "Latin1_General_100_BIN2_UTF8", "SQL_Latin1_General_CP1_CI_AS" -> "Latin1_General_BIN2".
// Nothing: a name of no known form.
[[nodiscard]] std::optional<std::string> bin2Of(std::string_view collation);

} // namespace es::wizards
