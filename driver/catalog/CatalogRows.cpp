#include "driver/catalog/CatalogRows.h"

#include "driver/types/Convert.h"
#include "driver/types/RowForm.h"
#include "driver/types/Variant.h"

#include <algorithm>

namespace es::catalog {

std::size_t CatalogRows::rowCount() const
{
    std::size_t count = 0;
    for (const auto& block : blocks)
        count += block->rowCount();
    return count;
}

RowCursor::RowCursor(const CatalogRows& rows)
    : m_rows(rows)
{
}

bool RowCursor::next()
{
    if (m_started) ++m_row;
    m_started = true;
    while (m_block < m_rows.blocks.size() && m_row >= m_rows.blocks[m_block]->rowCount()) {
        ++m_block;
        m_row = 0;
    }
    return m_failure.empty() && m_block < m_rows.blocks.size();
}

bool RowCursor::isNull(std::string_view column)
{
    const int index = columnIndex(column);
    return index < 0 || m_rows.blocks[m_block]->isNull(m_row, static_cast<std::size_t>(index));
}

std::int64_t RowCursor::integer(std::string_view column)
{
    const int index = columnIndex(column);
    if (index < 0 || isNull(column)) return 0;
    const auto at = static_cast<std::size_t>(index);
    auto value = types::decodeRowForm(m_rows.blocks[m_block]->cell(m_row, at), (*m_rows.columns)[at].type);
    if (const auto* variant = value ? std::get_if<types::Variant>(&*value) : nullptr) {
        auto content = types::variantContent(*variant);
        value = content ? base::Result<types::Value>(std::move(content->value)) : std::move(content).error();
    }
    if (!value || !std::holds_alternative<std::int64_t>(*value)) {
        fail(column, "is not a whole number");
        return 0;
    }
    return std::get<std::int64_t>(*value);
}

std::string RowCursor::text(std::string_view column)
{
    const int index = columnIndex(column);
    if (index < 0 || isNull(column)) return {};
    const auto at = static_cast<std::size_t>(index);
    return types::displayCell(m_rows.blocks[m_block]->cell(m_row, at), (*m_rows.columns)[at].type);
}

base::Bytes RowCursor::bytes(std::string_view column)
{
    const int index = columnIndex(column);
    if (index < 0 || isNull(column)) return {};
    const auto at = static_cast<std::size_t>(index);
    const types::TypeId id = (*m_rows.columns)[at].type.id;
    if (id != types::TypeId::kBinary && id != types::TypeId::kVarBinary) {
        fail(column, "is not binary");
        return {};
    }
    const base::ByteView cell = m_rows.blocks[m_block]->cell(m_row, at);
    return {cell.begin(), cell.end()};
}

base::Result<void> RowCursor::status() const
{
    if (m_failure.empty()) return {};
    return base::makeError(kUnexpectedResult, m_failure, "database",
        "The server's catalog views are not as in SQL Server 2019 or later; check which server this is.");
}

int RowCursor::columnIndex(std::string_view column)
{
    const auto& columns = *m_rows.columns;
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const types::ColumnInfo& c) { return c.name == column; });
    if (found == columns.end()) {
        fail(column, "is missing");
        return -1;
    }
    return static_cast<int>(found - columns.begin());
}

void RowCursor::fail(std::string_view column, std::string_view why)
{
    if (m_failure.empty()) m_failure = "In the answer to a catalog query the column " + std::string(column) + " " + std::string(why) + ".";
}

} // namespace es::catalog
