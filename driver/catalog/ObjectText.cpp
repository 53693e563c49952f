#include "driver/catalog/ObjectText.h"

#include "driver/tsql/Quoting.h"

namespace es::catalog {

namespace {

std::string selectTop(const std::string& columns, std::string_view path, int rows)
{
    return "SELECT TOP (" + std::to_string(rows) + ")\n" + columns + "\nFROM " + std::string(path) + ";\n";
}

} // namespace

std::string bracketedPath(std::initializer_list<std::string_view> parts)
{
    return tsql::quoteParts(parts);
}

std::string selectTopText(const Table& table, int rows)
{
    const std::string path = bracketedPath({table.schema, table.name});
    if (table.columns.empty()) return selectTopText(path, rows);
    std::string columns;
    for (const Column& column : table.columns)
        columns += (columns.empty() ? "    " : ",\n    ") + tsql::quoteName(column.name);
    return selectTop(columns, path, rows);
}

std::string selectTopText(std::string_view path, int rows)
{
    return selectTop("    *", path, rows);
}

} // namespace es::catalog
