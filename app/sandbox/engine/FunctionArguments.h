// What the families of text functions share: reading arguments when running, converting them when binding.
// Thread: session thread only.
#pragma once

#include "app/sandbox/engine/Functions.h"
#include "driver/types/Collation.h"

#include <optional>

namespace es::sandbox {

// --- running: preconditions are the argument types that binding made ---
[[nodiscard]] inline const std::string& text(const CallFrame& frame, std::size_t i)
{
    return std::get<std::string>(frame.args[i]);
}
[[nodiscard]] inline std::int64_t number(const CallFrame& frame, std::size_t i)
{
    return std::get<std::int64_t>(frame.args[i]);
}
// DATALENGTH: a decimal has the width of its digits, a sql_variant that of what it holds (FunctionsVariant.cpp).
[[nodiscard]] base::Result<std::int64_t> storedBytes(const types::Value& value, const types::SqlType& type);
[[nodiscard]] std::u16string units(std::string_view utf8);
[[nodiscard]] std::string utf8(std::u16string_view units);
// How two texts compare: SQL_ and binary collations know other rules for char and varchar.
struct TextRules {
    types::Collation collation;
    types::TextKind kind = types::TextKind::kUnicode;
};
[[nodiscard]] TextRules rulesOf(const types::SqlType& collated, const types::SqlType& other);
struct Found {
    std::size_t at;
    std::size_t size; // may differ from that of the text looked for: N'ss' is found in N'straße' as one character
};
// The first place from `start` where `what` stands by the collation's rules.
[[nodiscard]] std::optional<Found> findText(const std::u16string& what, const std::u16string& in, std::size_t start, const TextRules& rules);
[[nodiscard]] bool sameCharacter(char16_t a, char16_t b, const TextRules& rules);

// --- binding ---
// varchar or nvarchar of so many characters, at most 8000 or 4000; (max) stays.
[[nodiscard]] types::SqlType textType(bool unicode, std::uint32_t size, types::Collation collation);
// The argument as text of variable length; numbers and dates are converted as CAST does.
[[nodiscard]] base::Result<void> toText(FunctionArgs& a, std::size_t i);
[[nodiscard]] base::Result<void> toInt(FunctionArgs& a, std::size_t i, types::TypeId wanted = types::TypeId::kInt); // Errors: 8115, 245 ..
// A position or length that the server takes as a whole number or decimal alone. Errors: 8116.
[[nodiscard]] base::Result<void> toPosition(FunctionArgs& a, std::size_t i, bool large);
// Characters that a value of this type may need as text in CONCAT.
[[nodiscard]] std::uint32_t widthAsText(const BoundExpr& arg);
[[nodiscard]] types::SqlType likeArgument(const FunctionArgs& a, std::size_t i);
[[nodiscard]] BoundExpr make(
    FunctionArgs& a, ScalarFunction function, const types::SqlType& type, std::vector<std::int64_t> constants = {}, bool strict = true);
[[nodiscard]] base::Error invalidArgument(FunctionArgs& a, std::size_t i); // 8116

} // namespace es::sandbox
