// EncryptedIndex: compared with its table, through the enclave, for DBCC. Every entry must be a row's own cell, every row must have its
// entry, all pages and what bounds them must stand in the order of the plaintexts.
#include "app/sandbox/engine/EncryptedIndex.h"

#include "app/sandbox/enclaveabi/EnclaveErrors.h"

#include <algorithm>
#include <set>

namespace es::sandbox {

using base::Bytes;
using base::Result;

// The tree from left to right: entries of the leaves, and between them the bounds that the inner pages name.
class EncryptedIndex::Walk {
public:
    struct Item {
        bool bound = false; // least that may follow
        std::int64_t rowId = 0;
        std::optional<Bytes> cell;
    };
    Walk(IndexTree& tree)
        : m_tree(tree)
    {
    }

    // Empty at the end. Errors: 8646 when the pages do not form a tree.
    Result<std::optional<Item>> next()
    {
        if (!m_started) {
            m_started = true;
            ES_CHECK(enter(IndexTree::kRoot, -1));
        }
        while (!m_stack.empty()) {
            Frame& top = m_stack.back();
            if (top.position == top.node.size()) {
                m_stack.pop_back();
                continue;
            }
            const std::size_t i = top.position;
            if (top.node.leaf()) {
                ++top.position;
                return std::optional(Item{false, top.node.rowIds[i], top.cells[i]});
            }
            if (i > 0 && !top.told) {
                top.told = true;
                return std::optional(Item{true, top.node.rowIds[i], top.cells[i]});
            }
            ++top.position;
            top.told = false;
            ES_CHECK(enter(top.node.children[i], top.node.level - 1));
        }
        if (m_nextLeaf.value_or(0) != 0) return brokenIndex(m_tree.name());
        return std::optional<Item>{};
    }

private:
    struct Frame {
        IndexNode node;
        std::vector<std::optional<Bytes>> cells;
        std::size_t position = 0;
        bool told = false;
    };
    Result<void> enter(std::int64_t page, std::int64_t level)
    {
        if (!m_seen.insert(page).second) return brokenIndex(m_tree.name());
        ES_TRY(IndexNode node, m_tree.load(page));
        if (level >= 0 && node.level != level) return brokenIndex(m_tree.name());
        if (node.leaf()) {
            if (m_nextLeaf && *m_nextLeaf != page) return brokenIndex(m_tree.name());
            m_nextLeaf = node.next;
        }
        auto cells = IndexTree::cellsOf(node);
        m_stack.push_back({std::move(node), std::move(cells), 0, false});
        return {};
    }

    IndexTree& m_tree;
    std::vector<Frame> m_stack;
    std::set<std::int64_t> m_seen;
    std::optional<std::int64_t> m_nextLeaf;
    bool m_started = false;
};

Result<std::vector<EncryptedIndex::Fault>> EncryptedIndex::check(std::stop_token stop)
{
    constexpr std::size_t kMaxFaults = 100;
    std::vector<Fault> faults;
    const auto fault = [&](std::int32_t number, std::string text) {
        if (faults.size() < kMaxFaults) faults.push_back({number, std::move(text)});
    };
    ES_TRY(SqliteStatement row, m_connection.prepare("SELECT " + m_source.columnName + " FROM " + m_source.tableName + " WHERE rowid = ?1"));
    struct Known {
        bool bound;
        std::int64_t rowId;
    };
    std::vector<Known> sequence;
    std::int64_t entries = 0;
    Walk walk(m_tree);
    std::optional<Walk::Item> pending;
    bool ended = false;
    const auto feed = [&](CellBatch& batch) -> Result<void> {
        if (stop.stop_requested()) return cancelledInside();
        while (!ended) {
            if (!pending) {
                ES_TRY(pending, walk.next());
                ended = !pending;
                if (ended) break;
            }
            if (!(pending->cell ? batch.add(*pending->cell) : batch.addNull())) break;
            if (!pending->bound) {
                ++entries;
                row.reset();
                row.bindInt(1, pending->rowId);
                ES_TRY(const bool found, row.step());
                const base::ByteView cell = found ? row.blobAt(0) : base::ByteView();
                const bool same = found && row.isNull(0) == !pending->cell
                    && (!pending->cell || std::equal(cell.begin(), cell.end(), pending->cell->begin(), pending->cell->end()));
                if (!same) fault(8952, "row " + std::to_string(pending->rowId) + (found ? " has another value" : " does not exist"));
            }
            sequence.push_back({pending->bound, pending->rowId});
            pending.reset();
        }
        return {};
    };
    const auto ranked = m_gate.rank(m_column, feed);
    if (!ranked) {
        if (ranked.error().server && ranked.error().server->number == 8646) return std::vector<Fault>{{8935, "the pages do not form a tree"}};
        return ranked.error();
    }
    const std::vector<std::uint32_t>& ranks = *ranked;
    if (ranks.size() != sequence.size()) return enclaveError(33192, "The enclave returned another number of ranks than it was given values.");
    std::optional<std::size_t> entry; // the last one before
    for (std::size_t i = 0; i < sequence.size(); ++i) {
        if (!sequence[i].bound) {
            if (m_source.unique && entry && ranks[i] == ranks[*entry])
                fault(2512, "rows " + std::to_string(sequence[*entry].rowId) + " and " + std::to_string(sequence[i].rowId) + " have the same key");
            entry = i;
        }
        if (i == 0) continue;
        const auto before = std::pair(ranks[i - 1], sequence[i - 1].rowId);
        const auto here = std::pair(ranks[i], sequence[i].rowId);
        // A bound may equal the entry that follows it; two entries, or an entry and the bound behind it, differ.
        const bool fine = sequence[i - 1].bound ? before <= here : before < here;
        if (!fine) fault(2511, "the entry of row " + std::to_string(sequence[i].rowId) + " is out of order");
    }
    // Entries are rows' own cells and no two are alike: as many of them as rows means that none is missing.
    ES_TRY(const std::int64_t rows, m_connection.queryInt("SELECT count(*) FROM " + m_source.tableName));
    if (entries < rows) fault(8951, std::to_string(rows - entries) + " rows have no entry");
    return faults;
}

} // namespace es::sandbox
