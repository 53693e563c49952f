// One cell of a RowBlock as the three report formats write it. Thread: any (pure).
#pragma once

#include "driver/types/RowBlock.h"

#include <QByteArray>

namespace es::ui {

// As a query tool prints it, UTF-8; control characters that would break a table's line become spaces. NULL gives "NULL".
[[nodiscard]] QByteArray tableCell(const types::RowBlock& block, std::size_t row, std::size_t column, const types::SqlType& type);
// RFC 4180: quoted where it must be. NULL is empty, the empty text is "".
[[nodiscard]] QByteArray csvCell(const types::RowBlock& block, std::size_t row, std::size_t column, const types::SqlType& type);
[[nodiscard]] QByteArray csvText(std::string_view text);
// null, true/false for bit, numbers for numeric types, text for all others.
[[nodiscard]] QByteArray jsonCell(const types::RowBlock& block, std::size_t row, std::size_t column, const types::SqlType& type);
[[nodiscard]] QByteArray jsonText(std::string_view text);

// Columns that a terminal takes for UTF-8 text: wide East Asian characters count two, combining ones none.
[[nodiscard]] int displayWidth(std::string_view utf8);

} // namespace es::ui
