// EncryptedIndex: made from the table. The enclave sorts all cells once and hands back ranks; the pages are written full, from left to
// right, then the levels above them.
#include "app/sandbox/engine/EncryptedIndex.h"

#include "app/sandbox/enclaveabi/EnclaveErrors.h"

#include <algorithm>
#include <numeric>

namespace es::sandbox {

using base::Bytes;
using base::ByteView;
using base::Result;

namespace {

// The column as it was read: row ids and cells, cell after cell.
struct Column {
    std::vector<std::int64_t> rowIds;
    std::vector<std::size_t> ends;
    std::vector<bool> nulls;
    Bytes data;

    [[nodiscard]] ByteView cell(std::size_t i) const
    {
        const std::size_t begin = i == 0 ? 0 : ends[i - 1];
        return ByteView(data).subspan(begin, ends[i] - begin);
    }
};

// Row numbers by rank; the rows came in the order of their ids, and equal ranks keep it.
std::vector<std::uint32_t> orderOf(const std::vector<std::uint32_t>& ranks)
{
    std::vector<std::uint32_t> starts(ranks.empty() ? 1 : *std::max_element(ranks.begin(), ranks.end()) + 2);
    for (const std::uint32_t rank : ranks)
        ++starts[rank + 1];
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    std::vector<std::uint32_t> order(ranks.size());
    for (std::uint32_t i = 0; i < ranks.size(); ++i)
        order[starts[ranks[i]]++] = i;
    return order;
}

// A page's entries while it is being filled: cells are copied once, into the stored form.
class PageWriter {
public:
    PageWriter(IndexTree& tree, const Column& column)
        : m_tree(tree)
        , m_column(column)
    {
    }
    // `rows`: numbers in the column, one per entry; `children`: empty for a leaf.
    Result<void> write(std::int64_t page, std::int64_t level, std::int64_t next, std::span<const std::uint32_t> rows,
        std::span<const std::int64_t> children)
    {
        IndexNode node;
        node.page = page;
        node.level = level;
        node.next = next;
        node.children.assign(children.begin(), children.end());
        std::vector<std::optional<Bytes>> cells;
        cells.reserve(rows.size());
        for (const std::uint32_t row : rows) {
            node.rowIds.push_back(m_column.rowIds[row]);
            const ByteView cell = m_column.cell(row);
            cells.push_back(m_column.nulls[row] ? std::nullopt : std::optional(Bytes(cell.begin(), cell.end())));
        }
        node.cells = IndexCells::encode(cells);
        return m_tree.store(node);
    }

private:
    IndexTree& m_tree;
    const Column& m_column;
};

} // namespace

Result<bool> EncryptedIndex::build(std::stop_token stop)
{
    Column column;
    ES_TRY(SqliteStatement rows, m_connection.prepare("SELECT rowid, " + m_source.columnName + " FROM " + m_source.tableName + " ORDER BY rowid"));
    bool pending = false, ended = false;
    ES_TRY(const std::vector<std::uint32_t> ranks, m_gate.rank(m_column, [&](CellBatch& batch) -> Result<void> {
        if (stop.stop_requested()) return cancelledInside();
        while (!ended) {
            if (!pending) {
                ES_TRY(pending, rows.step());
                ended = !pending;
                if (ended) break;
            }
            const bool null = rows.isNull(1);
            const ByteView cell = rows.blobAt(1);
            if (!(null ? batch.addNull() : batch.add(cell)))
                return batch.empty() ? Result<void>(sqlError(33550, "An encrypted value is too large for the enclave.")) : Result<void>();
            column.rowIds.push_back(rows.intAt(0));
            column.data.insert(column.data.end(), cell.begin(), cell.end());
            column.ends.push_back(column.data.size());
            column.nulls.push_back(null);
            pending = false;
        }
        return {};
    }));
    if (ranks.size() != column.rowIds.size()) return enclaveError(33192, "The enclave returned another number of ranks than it was given values.");
    const std::vector<std::uint32_t> order = orderOf(ranks);
    for (std::size_t i = 1; m_source.unique && i < order.size(); ++i)
        if (ranks[order[i - 1]] == ranks[order[i]]) return false;

    constexpr std::size_t kFill = IndexTree::kMaxEntries;
    PageWriter writer(m_tree, column);
    std::vector<std::uint32_t> entries = order; // of the level being written
    std::vector<std::int64_t> children; // below it, one per entry; none: leaves
    std::int64_t nextPage = IndexTree::kRoot + 1;
    for (std::int64_t level = 0;; ++level) {
        if (entries.size() <= kFill) {
            ES_CHECK(writer.write(IndexTree::kRoot, level, 0, entries, children));
            return true;
        }
        std::vector<std::uint32_t> firsts;
        std::vector<std::int64_t> pages;
        for (std::size_t begin = 0; begin < entries.size(); begin += kFill) {
            if (stop.stop_requested()) return cancelledInside();
            const std::size_t count = std::min(kFill, entries.size() - begin);
            const bool last = begin + count == entries.size();
            const auto below = children.empty() ? std::span<const std::int64_t>() : std::span<const std::int64_t>(children).subspan(begin, count);
            ES_CHECK(writer.write(
                nextPage, level, level == 0 && !last ? nextPage + 1 : 0, std::span<const std::uint32_t>(entries).subspan(begin, count), below));
            firsts.push_back(entries[begin]);
            pages.push_back(nextPage++);
        }
        entries = std::move(firsts);
        children = std::move(pages);
    }
}

} // namespace es::sandbox
