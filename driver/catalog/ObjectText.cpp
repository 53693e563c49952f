#include "driver/catalog/ObjectText.h"

#include "driver/tsql/Quoting.h"

namespace es::catalog {

namespace {

std::string selectTop(const std::string& columns, std::string_view schema, std::string_view name, int rows)
{
    return "SELECT TOP (" + std::to_string(rows) + ")\n" + columns + "\nFROM " + bracketedPath({schema, name}) + ";\n";
}

} // namespace

std::string bracketedPath(std::initializer_list<std::string_view> parts)
{
    return tsql::quoteParts(parts);
}

std::string selectTopText(const Table& table, int rows)
{
    if (table.columns.empty()) return selectTopText(table.schema, table.name, rows);
    std::string columns;
    for (const Column& column : table.columns)
        columns += (columns.empty() ? "    " : ",\n    ") + tsql::quoteName(column.name);
    return selectTop(columns, table.schema, table.name, rows);
}

std::string selectTopText(std::string_view schema, std::string_view name, int rows)
{
    return selectTop("    *", schema, name, rows);
}

} // namespace es::catalog
