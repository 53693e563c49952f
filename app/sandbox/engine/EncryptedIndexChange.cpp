// EncryptedIndex: kept while rows come, change and go. The entries of one statement go down the tree together; leaves are merged with
// what falls into them, pages that overflow are cut, and only then is anything written.
#include "app/sandbox/engine/EncryptedIndex.h"

#include "app/sandbox/enclaveabi/EnclaveErrors.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace es::sandbox {

using base::Bytes;
using base::Result;

// The pages that a change touches, in memory until save().
class EncryptedIndex::Changes {
public:
    Changes(EncryptedIndex& index)
        : m_index(index)
    {
    }

    // The entries' places, in their order. Errors: the enclave's.
    Result<std::vector<Position>> locate(const std::vector<const IndexEntry*>& entries)
    {
        std::vector<IndexOperand> operands;
        std::vector<std::size_t> operandOf(entries.size());
        for (std::size_t i = 0; i < entries.size(); ++i)
            if (entries[i]->cell) {
                operandOf[i] = operands.size();
                operands.push_back({*entries[i]->cell, false, {}});
            }
        std::vector<std::int64_t> at(entries.size(), IndexTree::kRoot);
        std::vector<Position> out(entries.size());
        for (bool atLeaf = entries.empty(); !atLeaf;) {
            std::map<std::int64_t, std::vector<std::size_t>> byPage; // entries
            for (std::size_t i = 0; i < entries.size(); ++i)
                byPage[at[i]].push_back(i);
            std::vector<IndexPage> pages;
            for (const auto& [page, members] : byPage) {
                ES_TRY(const Node* node, load(page));
                IndexPage question{node->stored.cells, {}};
                for (const std::size_t i : members)
                    if (entries[i]->cell) question.operands.push_back(static_cast<std::uint32_t>(operandOf[i]));
                if (!question.operands.empty()) pages.push_back(std::move(question));
            }
            std::vector<IndexPlace> places;
            if (!pages.empty()) {
                ES_TRY(places, m_index.m_gate.search(m_index.m_column, operands, pages));
            }
            std::size_t next = 0;
            for (const auto& [page, members] : byPage) {
                Node& node = m_nodes.at(page);
                const auto cells = IndexCells::parse(node.stored.cells);
                for (const std::size_t i : members) {
                    const IndexPlace place
                        = entries[i]->cell ? places.at(next++) : IndexPlace{0, static_cast<std::uint32_t>(cells->nullCount())};
                    if (place.upTo > node.stored.size()) return brokenIndex(m_index.m_tree.name());
                    atLeaf = node.stored.leaf();
                    const auto ids = node.stored.rowIds.begin();
                    if (atLeaf) {
                        const auto found = std::lower_bound(ids + place.below, ids + place.upTo, entries[i]->rowId);
                        out[i] = {page, static_cast<std::size_t>(found - ids), found != ids + place.upTo && *found == entries[i]->rowId};
                    } else {
                        const auto behind = std::upper_bound(ids + place.below, ids + place.upTo, entries[i]->rowId) - ids;
                        const std::size_t child = behind == 0 ? 0 : static_cast<std::size_t>(behind - 1);
                        at[i] = node.stored.children[child];
                        m_parents[at[i]] = page;
                    }
                }
            }
        }
        return out;
    }

    // Takes out and puts in: the positions are those that locate() gave, added entries come in their order.
    Result<void> merge(const std::vector<Position>& removed, const std::vector<const IndexEntry*>& added, const std::vector<Position>& places)
    {
        std::map<std::int64_t, std::set<std::size_t>> gone;
        for (const Position& position : removed) {
            if (!position.present) return brokenIndex(m_index.m_tree.name());
            gone[position.leaf].insert(position.index);
        }
        std::map<std::int64_t, std::vector<std::size_t>> coming;
        for (std::size_t i = 0; i < places.size(); ++i)
            coming[places[i].leaf].push_back(i);
        std::set<std::int64_t> leaves;
        for (const auto& [page, ignored] : gone)
            leaves.insert(page);
        for (const auto& [page, ignored] : coming)
            leaves.insert(page);
        for (const std::int64_t page : leaves) {
            Node& node = m_nodes.at(page);
            open(node);
            std::vector<std::int64_t> rowIds;
            std::vector<std::optional<Bytes>> cells;
            const std::vector<std::size_t>& arrivals = coming[page];
            std::size_t arrival = 0;
            for (std::size_t i = 0; i <= node.stored.size(); ++i) {
                for (; arrival < arrivals.size() && places[arrivals[arrival]].index == i; ++arrival) {
                    rowIds.push_back(added[arrivals[arrival]]->rowId);
                    cells.push_back(added[arrivals[arrival]]->cell);
                }
                if (i == node.stored.size() || gone[page].count(i)) continue;
                rowIds.push_back(node.stored.rowIds[i]);
                cells.push_back(std::move(node.cells[i]));
            }
            if (arrival != arrivals.size()) return brokenIndex(m_index.m_tree.name()); // not in the order of the index
            node.stored.rowIds = std::move(rowIds);
            node.cells = std::move(cells);
        }
        return cutOverfull(leaves);
    }

    Result<void> save()
    {
        for (auto& [page, node] : m_nodes) {
            if (!node.opened) continue;
            node.stored.cells = IndexCells::encode(node.cells);
            ES_CHECK(m_index.m_tree.store(node.stored));
        }
        return {};
    }

private:
    struct Node {
        IndexNode stored;
        bool opened = false; // `cells` rule, stored.cells are old
        std::vector<std::optional<Bytes>> cells;
    };

    Result<Node*> load(std::int64_t page)
    {
        if (const auto found = m_nodes.find(page); found != m_nodes.end()) {
            close(found->second);
            return &found->second;
        }
        ES_TRY(IndexNode stored, m_index.m_tree.load(page));
        return &(m_nodes[page] = Node{std::move(stored), false, {}});
    }
    static void open(Node& node)
    {
        if (!node.opened) node.cells = IndexTree::cellsOf(node.stored);
        node.opened = true;
    }
    static void close(Node& node) // for a further question; stays to be saved
    {
        if (node.opened) node.stored.cells = IndexCells::encode(node.cells);
    }

    Result<std::int64_t> newPage()
    {
        if (m_lastPage == 0) {
            ES_TRY(m_lastPage, m_index.m_tree.lastPage());
        }
        return ++m_lastPage;
    }

    // Cuts pages that hold too much, level by level upwards.
    Result<void> cutOverfull(std::set<std::int64_t> pages)
    {
        while (!pages.empty()) {
            std::map<std::int64_t, std::map<std::int64_t, std::vector<std::int64_t>>> siblings; // parent, child: new pages behind it
            for (const std::int64_t page : pages) {
                if (m_nodes.at(page).stored.size() <= IndexTree::kMaxEntries) continue;
                if (page == IndexTree::kRoot) {
                    ES_CHECK(raiseRoot());
                    break; // the root was the only page of its level
                }
                ES_TRY(siblings[m_parents.at(page)][page], cut(page));
            }
            pages.clear();
            for (const auto& [parent, children] : siblings) {
                addChildren(m_nodes.at(parent), children);
                pages.insert(parent);
            }
        }
        return {};
    }

    // Keeps the first part and moves the others into new pages, whose numbers it answers.
    Result<std::vector<std::int64_t>> cut(std::int64_t page)
    {
        open(m_nodes.at(page));
        const std::size_t size = m_nodes.at(page).stored.size();
        const std::size_t parts = (size + IndexTree::kSplitEntries - 1) / IndexTree::kSplitEntries;
        std::vector<std::int64_t> out;
        for (std::size_t part = parts - 1; part > 0; --part) {
            ES_TRY(const std::int64_t number, newPage());
            Node& node = m_nodes.at(page);
            const auto begin = static_cast<std::ptrdiff_t>(size * part / parts);
            Node fresh;
            fresh.opened = true;
            fresh.stored.page = number;
            fresh.stored.level = node.stored.level;
            moveTail(node.stored.rowIds, begin, fresh.stored.rowIds);
            moveTail(node.cells, begin, fresh.cells);
            if (!node.stored.leaf()) {
                moveTail(node.stored.children, begin, fresh.stored.children);
                for (const std::int64_t child : fresh.stored.children)
                    m_parents[child] = number;
            } else {
                fresh.stored.next = node.stored.next;
                node.stored.next = number;
            }
            out.insert(out.begin(), number);
            m_nodes[number] = std::move(fresh);
        }
        return out;
    }
    template <class T> static void moveTail(std::vector<T>& from, std::ptrdiff_t begin, std::vector<T>& to)
    {
        to.assign(std::make_move_iterator(from.begin() + begin), std::make_move_iterator(from.end()));
        from.resize(static_cast<std::size_t>(begin));
    }

    void addChildren(Node& parent, const std::map<std::int64_t, std::vector<std::int64_t>>& siblings)
    {
        open(parent);
        std::vector<std::int64_t> rowIds, children;
        std::vector<std::optional<Bytes>> cells;
        const auto add = [&](std::int64_t child, std::int64_t rowId, std::optional<Bytes> cell) {
            children.push_back(child);
            rowIds.push_back(rowId);
            cells.push_back(std::move(cell));
            m_parents[child] = parent.stored.page;
        };
        for (std::size_t i = 0; i < parent.stored.size(); ++i) {
            const std::int64_t child = parent.stored.children[i];
            const auto found = siblings.find(child);
            // The first entry of a page bounds nothing, so it may have fallen behind: what a new sibling brings must stay above it.
            const Node* first = i == 0 && found != siblings.end() ? &m_nodes.at(child) : nullptr;
            if (first)
                add(child, first->stored.rowIds.front(), first->cells.front());
            else
                add(child, parent.stored.rowIds[i], std::move(parent.cells[i]));
            if (found == siblings.end()) continue;
            for (const std::int64_t page : found->second) {
                const Node& node = m_nodes.at(page);
                add(page, node.stored.rowIds.front(), node.cells.front());
            }
        }
        parent.stored.rowIds = std::move(rowIds);
        parent.stored.children = std::move(children);
        parent.cells = std::move(cells);
    }

    // The root's content moves into pages of its own, above which it stays.
    Result<void> raiseRoot()
    {
        ES_TRY(const std::int64_t number, newPage());
        Node& root = m_nodes.at(IndexTree::kRoot);
        open(root);
        Node below = std::move(root);
        below.stored.page = number;
        for (const std::int64_t child : below.stored.children)
            m_parents[child] = number;
        Node top;
        top.opened = true;
        top.stored.page = IndexTree::kRoot;
        top.stored.level = below.stored.level + 1;
        top.stored.rowIds = {below.stored.rowIds.front()};
        top.cells = {below.cells.front()};
        top.stored.children = {number};
        m_nodes[number] = std::move(below);
        m_nodes[IndexTree::kRoot] = std::move(top);
        m_parents[number] = IndexTree::kRoot;
        std::map<std::int64_t, std::vector<std::int64_t>> siblings;
        ES_TRY(siblings[number], cut(number));
        addChildren(m_nodes.at(IndexTree::kRoot), siblings);
        if (m_nodes.at(IndexTree::kRoot).stored.size() > IndexTree::kMaxEntries) return raiseRoot();
        return {};
    }

    EncryptedIndex& m_index;
    std::map<std::int64_t, Node> m_nodes;
    std::map<std::int64_t, std::int64_t> m_parents;
    std::int64_t m_lastPage = 0;
};

Result<std::vector<std::uint32_t>> EncryptedIndex::ranksOf(const std::vector<IndexEntry>& entries)
{
    std::size_t fed = 0;
    ES_TRY(std::vector<std::uint32_t> ranks, m_gate.rank(m_column, [&](CellBatch& batch) -> Result<void> {
        for (; fed < entries.size(); ++fed)
            if (!(entries[fed].cell ? batch.add(*entries[fed].cell) : batch.addNull())) break;
        if (batch.empty() && fed < entries.size()) return sqlError(33550, "An encrypted value is too large for the enclave.");
        return {};
    }));
    if (ranks.size() != entries.size()) return enclaveError(33192, "The enclave returned another number of ranks than it was given values.");
    return ranks;
}

// Whether a row that stays has a value that comes. Two NULLs are duplicates in SQL Server.
Result<bool> EncryptedIndex::duplicates(const std::vector<IndexEntry>& removed, const std::vector<IndexEntry>& added)
{
    std::set<std::int64_t> going;
    for (const IndexEntry& entry : removed)
        going.insert(entry.rowId);
    std::vector<std::int64_t> same;
    CellPredicate predicate{CellOperator::kIn, {}, {}};
    bool anyNull = false;
    for (const IndexEntry& entry : added)
        if (entry.cell)
            predicate.operands.push_back(*entry.cell);
        else
            anyNull = true;
    if (!predicate.operands.empty()) {
        ES_TRY(same, find(predicate));
    }
    if (anyNull) ES_CHECK(collect(nullptr, nullptr, true, same));
    return std::any_of(same.begin(), same.end(), [&](std::int64_t rowId) { return !going.count(rowId); });
}

Result<bool> EncryptedIndex::apply(std::vector<IndexEntry> removed, std::vector<IndexEntry> added)
{
    if (added.size() > 1) {
        ES_TRY(const std::vector<std::uint32_t> ranks, ranksOf(added));
        std::vector<std::size_t> order(added.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::pair(ranks[a], added[a].rowId) < std::pair(ranks[b], added[b].rowId); });
        std::vector<IndexEntry> sorted;
        for (std::size_t i = 0; i < order.size(); ++i) {
            if (m_source.unique && i > 0 && ranks[order[i - 1]] == ranks[order[i]]) return false;
            sorted.push_back(std::move(added[order[i]]));
        }
        added = std::move(sorted);
    }
    if (m_source.unique && !added.empty()) {
        ES_TRY(const bool twice, duplicates(removed, added));
        if (twice) return false;
    }
    constexpr std::size_t kAtOnce = 1024; // bounds what one message carries
    Changes changes(*this);
    // What goes, goes first: a row may come back with the value that it had, and its two entries differ in nothing that is compared.
    for (std::size_t gone = 0, come = 0; gone < removed.size() || come < added.size();) {
        std::vector<const IndexEntry*> all, arriving;
        for (; gone < removed.size() && all.size() < kAtOnce; ++gone)
            all.push_back(&removed[gone]);
        const auto goingCount = static_cast<std::ptrdiff_t>(all.size());
        for (; gone == removed.size() && come < added.size() && arriving.size() < kAtOnce; ++come)
            arriving.push_back(&added[come]);
        all.insert(all.end(), arriving.begin(), arriving.end());
        ES_TRY(const std::vector<Position> places, changes.locate(all));
        ES_CHECK(changes.merge({places.begin(), places.begin() + goingCount}, arriving, {places.begin() + goingCount, places.end()}));
    }
    ES_CHECK(changes.save());
    return true;
}

} // namespace es::sandbox
