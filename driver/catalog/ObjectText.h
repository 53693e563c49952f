// Names of objects as T-SQL and as arguments between rooms, and the statements a tree hands to a query window. Pure.
// Thread: any.
#pragma once

#include "driver/catalog/CatalogSnapshot.h"

#include <initializer_list>

namespace es::catalog {

// [schema].[table].[column]: each part in brackets, ] doubled; empty parts are left out.
[[nodiscard]] std::string bracketedPath(std::initializer_list<std::string_view> parts);
// SELECT TOP (rows) with every column named; * when the table shows none (no permission to see them).
[[nodiscard]] std::string selectTopText(const Table& table, int rows);
// For a view, whose columns the tree does not read. `path` in brackets.
[[nodiscard]] std::string selectTopText(std::string_view path, int rows);

} // namespace es::catalog
