#include "driver/session/CollectingSink.h"

namespace es::session {

namespace {

// The block that holds `row`, which becomes the row inside it.
const types::RowBlock* blockOf(const std::vector<std::shared_ptr<const types::RowBlock>>& blocks, std::size_t& row)
{
    for (const auto& block : blocks) {
        if (row < block->rowCount()) return block.get();
        row -= block->rowCount();
    }
    return nullptr;
}

} // namespace

std::size_t CollectedResultSet::rowCount() const
{
    std::size_t count = 0;
    for (const auto& block : blocks)
        count += block->rowCount();
    return count;
}

bool CollectedResultSet::isNull(std::size_t row, std::size_t column) const
{
    const types::RowBlock* block = blockOf(blocks, row);
    return block == nullptr || block->isNull(row, column);
}

base::ByteView CollectedResultSet::cell(std::size_t row, std::size_t column) const
{
    const types::RowBlock* block = blockOf(blocks, row);
    return block == nullptr ? base::ByteView{} : block->cell(row, column);
}

void CollectingSink::onColumns(std::shared_ptr<const types::ColumnSet> columns)
{
    resultSets.push_back({std::move(columns), {}});
}

void CollectingSink::onRows(std::shared_ptr<const types::RowBlock> rows)
{
    if (!resultSets.empty()) resultSets.back().blocks.push_back(std::move(rows));
}

void CollectingSink::onMessage(const base::ServerError& message, bool isError)
{
    messages.push_back({message, isError});
}

void CollectingSink::onStatementDone(std::optional<std::uint64_t> rowCount)
{
    rowCounts.push_back(rowCount);
}

void CollectingSink::onReturnValue(const ReturnValue& value)
{
    returnValues.push_back(value);
}

} // namespace es::session
