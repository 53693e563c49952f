// EncryptedIndex: made from the table. The cells come sorted (EncryptedSort.h); the pages are written full, from left to right, each
// level as the one below it fills its pages.
#include "app/sandbox/engine/EncryptedIndex.h"

#include "app/sandbox/engine/EncryptedSort.h"

#include <filesystem>

namespace es::sandbox {

using base::Bytes;
using base::ByteView;
using base::Result;

namespace {

constexpr std::size_t kFill = IndexTree::kMaxEntries;

// The right edge of the tree: one page of each level, still open.
class BulkLoad {
public:
    explicit BulkLoad(IndexTree& tree)
        : m_tree(tree)
    {
    }
    Result<void> add(IndexEntry entry) { return push(0, std::move(entry), 0); }

    // What is still open is stored; the highest page becomes the root.
    Result<void> finish()
    {
        if (m_levels.empty()) return {}; // the empty root is there
        for (std::size_t level = 0; level + 1 < m_levels.size(); ++level)
            ES_CHECK(close(level, 0));
        return store(m_levels.size() - 1, IndexTree::kRoot, 0);
    }

private:
    struct Open {
        std::int64_t page = 0;
        std::vector<std::int64_t> rowIds;
        std::vector<std::int64_t> children;
        std::vector<std::optional<Bytes>> cells;
    };

    Result<void> push(std::size_t level, IndexEntry entry, std::int64_t child)
    {
        if (level == m_levels.size()) {
            m_levels.emplace_back();
            m_levels.back().page = m_nextPage++;
        }
        if (m_levels[level].rowIds.size() == kFill) {
            const std::int64_t next = m_nextPage++;
            ES_CHECK(close(level, level == 0 ? next : 0));
            m_levels[level].page = next;
        }
        Open& open = m_levels[level];
        open.rowIds.push_back(entry.rowId);
        open.cells.push_back(std::move(entry.cell));
        if (level > 0) open.children.push_back(child);
        return {};
    }

    // Stores the page and tells the level above of it.
    Result<void> close(std::size_t level, std::int64_t next)
    {
        ES_CHECK(store(level, m_levels[level].page, next));
        Open& open = m_levels[level];
        IndexEntry first{open.rowIds.front(), std::move(open.cells.front())};
        const std::int64_t page = open.page;
        open = {};
        return push(level + 1, std::move(first), page);
    }

    Result<void> store(std::size_t level, std::int64_t page, std::int64_t next)
    {
        const Open& open = m_levels[level];
        IndexNode node;
        node.page = page;
        node.level = static_cast<std::int64_t>(level);
        node.next = next;
        node.rowIds = open.rowIds;
        node.children = open.children;
        node.cells = IndexCells::encode(open.cells);
        return m_tree.store(node);
    }

    IndexTree& m_tree;
    std::vector<Open> m_levels;
    std::int64_t m_nextPage = IndexTree::kRoot + 1;
};

// Where the database's file lies; empty for one that has none.
Result<std::string> folderOf(Connection& connection)
{
    ES_TRY(SqliteStatement list, connection.prepare("SELECT file FROM pragma_database_list WHERE name = 'main'"));
    ES_TRY(const bool row, list.step());
    return row ? std::filesystem::path(std::string(list.textAt(0))).parent_path().string() : std::string();
}

} // namespace

Result<bool> EncryptedIndex::build(std::stop_token stop)
{
    ES_TRY(std::string folder, folderOf(m_connection));
    EncryptedSort sort(m_gate, m_column, std::move(folder), stop);
    ES_TRY(SqliteStatement rows, m_connection.prepare("SELECT rowid, " + m_source.columnName + " FROM " + m_source.tableName + " ORDER BY rowid"));
    for (std::size_t count = 0;; ++count) {
        if (count % CellBatch::kMaxCells == 0 && stop.stop_requested()) return cancelledInside();
        ES_TRY(const bool row, rows.step());
        if (!row) break;
        ES_CHECK(sort.add(rows.intAt(0), rows.isNull(1), rows.blobAt(1)));
    }
    BulkLoad load(m_tree);
    ES_TRY(const bool fits, sort.finish([&](const SortedCell& cell) -> Result<bool> {
        if (m_source.unique && !cell.startsValue) return false;
        IndexEntry entry{cell.rowId, std::nullopt};
        if (!cell.null) entry.cell.emplace(cell.cell.begin(), cell.cell.end());
        ES_CHECK(load.add(std::move(entry)));
        return true;
    }));
    if (!fits) return false;
    ES_CHECK(load.finish());
    return true;
}

} // namespace es::sandbox
