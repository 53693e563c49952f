// Names and texts as T-SQL source. Thread: any (pure).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace es::tsql {

// [name], with ] doubled: right for every name.
[[nodiscard]] std::string quoteName(std::string_view name);
// The name itself where that is unambiguous (an ordinary identifier that is no reserved word), else quoteName.
[[nodiscard]] std::string quoteNameIfNeeded(std::string_view name);
// [schema].[object]: parts quoted and joined; empty parts are left out.
[[nodiscard]] std::string quoteParts(std::initializer_list<std::string_view> parts);
// N'text' with ' doubled.
[[nodiscard]] std::string quoteLiteral(std::string_view text);
// 'text' with ' doubled: for ASCII text only.
[[nodiscard]] std::string quoteAsciiLiteral(std::string_view text);
[[nodiscard]] bool isReservedWord(std::string_view word);

}  // namespace es::tsql
