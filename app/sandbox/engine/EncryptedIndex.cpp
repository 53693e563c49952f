// EncryptedIndex: finding rows.
#include "app/sandbox/engine/EncryptedIndex.h"

#include "app/sandbox/enclaveabi/EnclaveErrors.h"
#include "driver/types/Collation.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Bytes;
using base::Result;

bool EncryptedIndex::serves(CellOperator op, const types::SqlType& type)
{
    if (op == CellOperator::kNotEqual) return false;
    return op != CellOperator::kLike || (types::isText(type.id) && types::factsOf(type.collation).bin2);
}

// All cuts go down together: a level of the tree is one question, with each page in it once.
Result<void> EncryptedIndex::locate(std::span<const IndexOperand> operands, std::vector<Cut>& cuts)
{
    for (bool atLeaf = cuts.empty(); !atLeaf;) {
        std::map<std::int64_t, IndexNode> nodes;
        for (const Cut& cut : cuts)
            if (!nodes.count(cut.page)) {
                ES_TRY(nodes[cut.page], m_tree.load(cut.page));
            }
        std::vector<IndexPage> pages;
        std::map<std::pair<std::int64_t, std::size_t>, std::size_t> question; // page and operand: position of the answer
        std::size_t asked = 0;
        for (const auto& [number, node] : nodes) {
            IndexPage page{node.cells, {}};
            for (const Cut& cut : cuts)
                if (cut.page == number && question.emplace(std::pair(number, cut.operand), asked).second) {
                    page.operands.push_back(static_cast<std::uint32_t>(cut.operand));
                    ++asked;
                }
            pages.push_back(std::move(page));
        }
        ES_TRY(const std::vector<IndexPlace> places, m_gate.search(m_column, operands, pages));
        for (Cut& cut : cuts) {
            const IndexNode& node = nodes.at(cut.page);
            const IndexPlace& place = places.at(question.at({cut.page, cut.operand}));
            const std::size_t index = cut.behind ? place.upTo : place.below;
            if (index > node.size()) return brokenIndex(m_tree.name());
            atLeaf = node.leaf();
            cut.path.push_back(node.leaf() || index == 0 ? index : index - 1);
            if (!node.leaf()) cut.page = node.children[cut.path.back()];
        }
    }
    return {};
}

// Row ids from cut to cut along the leaves; no `from`: behind the NULLs, no `to`: up to the end.
Result<void> EncryptedIndex::collect(const Cut* from, const Cut* to, bool nullsOnly, std::vector<std::int64_t>& out)
{
    if (from && to && !(from->path < to->path)) return {};
    std::int64_t page = from ? from->page : IndexTree::kRoot;
    std::size_t index = from ? from->path.back() : 0;
    if (!from) {
        while (true) {
            ES_TRY(const IndexNode node, m_tree.load(page));
            if (node.leaf()) break;
            page = node.children.front();
        }
    }
    while (page != 0) {
        ES_TRY(const IndexNode node, m_tree.load(page));
        const auto cells = IndexCells::parse(node.cells);
        const std::size_t nulls = cells->nullCount();
        std::size_t end = to && to->page == page ? to->path.back() : node.size();
        if (nullsOnly) end = std::min(end, nulls);
        if (!nullsOnly) index = std::max(index, nulls);
        if (index < end)
            out.insert(out.end(), node.rowIds.begin() + static_cast<std::ptrdiff_t>(index), node.rowIds.begin() + static_cast<std::ptrdiff_t>(end));
        if ((to && to->page == page) || (nullsOnly && nulls < node.size())) return {};
        page = node.next;
        index = 0;
    }
    return {};
}

Result<std::vector<std::int64_t>> EncryptedIndex::find(const CellPredicate& predicate)
{
    std::vector<IndexOperand> operands;
    for (const Bytes& cell : predicate.operands)
        operands.push_back({cell, predicate.op == CellOperator::kLike, predicate.escape});
    std::vector<Cut> cuts;
    const auto cut = [&](std::size_t operand, bool behind) {
        cuts.push_back({operand, behind, {}, IndexTree::kRoot});
    };
    // Two cuts per range; a range that is open at one side has one.
    bool openBelow = false, openAbove = false;
    switch (predicate.op) {
    case CellOperator::kLess:
    case CellOperator::kLessEqual:
        openBelow = true;
        cut(0, predicate.op == CellOperator::kLessEqual);
        break;
    case CellOperator::kGreater:
    case CellOperator::kGreaterEqual:
        openAbove = true;
        cut(0, predicate.op == CellOperator::kGreater);
        break;
    case CellOperator::kBetween:
        cut(0, false);
        cut(1, true);
        break;
    case CellOperator::kNotEqual: return sqlError(8624, "An encrypted index was asked for inequality.");
    default:
        for (std::size_t i = 0; i < operands.size(); ++i) {
            cut(i, false);
            cut(i, true);
        }
    }
    ES_CHECK(locate(operands, cuts));
    std::vector<std::int64_t> out;
    if (openBelow) {
        ES_CHECK(collect(nullptr, &cuts[0], false, out));
    } else if (openAbove) {
        ES_CHECK(collect(&cuts[0], nullptr, false, out));
    } else {
        for (std::size_t i = 0; i + 1 < cuts.size(); i += 2)
            ES_CHECK(collect(&cuts[i], &cuts[i + 1], false, out));
    }
    if (predicate.op == CellOperator::kLike) return findLike(predicate, std::move(out));
    return out;
}

// What begins as the pattern does need not match all of it.
Result<std::vector<std::int64_t>> EncryptedIndex::findLike(const CellPredicate& predicate, std::vector<std::int64_t> candidates)
{
    if (candidates.empty()) return candidates;
    ES_TRY(SqliteStatement cell, m_connection.prepare("SELECT " + m_source.columnName + " FROM " + m_source.tableName + " WHERE rowid = ?1"));
    std::size_t fed = 0;
    std::vector<std::int64_t> out;
    std::size_t answered = 0;
    ES_CHECK(m_gate.evaluate(
        m_column, predicate,
        [&](CellBatch& batch) -> Result<void> {
            for (; fed < candidates.size(); ++fed) {
                cell.reset();
                cell.bindInt(1, candidates[fed]);
                ES_TRY(const bool row, cell.step());
                if (!row) return brokenIndex(m_tree.name());
                if (!(cell.isNull(0) ? batch.addNull() : batch.add(cell.blobAt(0)))) break;
            }
            if (batch.empty() && fed < candidates.size()) return sqlError(33550, "An encrypted value is too large for the enclave.");
            return {};
        },
        [&](std::span<const CellMatch> matches) -> Result<void> {
            for (const CellMatch match : matches) {
                if (match == CellMatch::kYes) out.push_back(candidates[answered]);
                ++answered;
            }
            return {};
        }));
    return out;
}

} // namespace es::sandbox
