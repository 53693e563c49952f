// Session: what the enclave is asked before a statement runs. A column goes to it once, in batches of its ring's size; what comes
// back is kept by rowid (a byte for a match, four for a rank) and read by es_match and es_rank.
#include "app/sandbox/engine/EncryptedSort.h"
#include "app/sandbox/engine/Session.h"

#include "driver/types/TypeNames.h"

#include <algorithm>
#include <deque>

namespace es::sandbox {

using base::Result;

namespace {

// Rows of one column, handed out batch by batch; remembers whose cell is whose.
class CellCursor {
public:
    CellCursor(SqliteStatement rows, std::stop_token stop)
        : m_rows(std::move(rows))
        , m_stop(std::move(stop))
    {
    }

    // False: the column is at its end and the batch has room left.
    Result<bool> fill(CellBatch& batch)
    {
        if (m_stop.stop_requested()) return cancelledInside();
        while (!m_ended) {
            if (!m_pending) {
                ES_TRY(m_pending, m_rows.step());
                m_ended = !m_pending; // SQLite would start all over on the next step
                if (m_ended) break;
            }
            const bool fits = m_rows.isNull(1) ? batch.addNull() : batch.add(m_rows.blobAt(1));
            if (!fits) {
                if (batch.empty()) return sqlError(33550, "An encrypted value is too large for the enclave.");
                return true;
            }
            m_rowIds.push_back(m_rows.intAt(0));
            m_pending = false;
        }
        return false;
    }
    // The row that the next answer is for. Answered rows are forgotten, so that a pass over a large table needs no more memory than one
    // over a small one.
    std::int64_t answered()
    {
        const std::int64_t rowId = m_rowIds.front();
        m_rowIds.pop_front();
        return rowId;
    }

private:
    SqliteStatement m_rows;
    std::stop_token m_stop;
    std::deque<std::int64_t> m_rowIds; // of the cells handed out and not answered yet, in their order
    bool m_pending = false;
    bool m_ended = false;
};

RowMatch inverted(CellMatch match)
{
    // For BETWEEN with one NULL end: beyond the known end is certainly no, everything else unknown.
    return match == CellMatch::kYes ? RowMatch::kNo : RowMatch::kUnknown;
}

RowMatch plainMatch(CellMatch match, bool noIsUnknown)
{
    if (match == CellMatch::kYes) return RowMatch::kYes;
    return match == CellMatch::kNo && !noIsUnknown ? RowMatch::kNo : RowMatch::kUnknown;
}

} // namespace

Result<void> Session::needKeys(const std::vector<tsql::EncryptionScheme>& schemes, std::int32_t line)
{
    if (schemes.empty()) return {};
    EnclaveGate* gate = m_shared->options().gate;
    if (!gate) return enclaveNotAvailable(line);
    for (const tsql::EncryptionScheme& scheme : schemes) {
        if (!m_enclaveSession) return keyNotInEnclave(line);
        const EnclaveKeyId key{static_cast<std::uint32_t>(scheme.databaseId), static_cast<std::uint16_t>(scheme.columnEncryptionKeyId)};
        if (m_heldKeys.count(key)) continue;
        ES_TRY(const bool held, gate->hasKey(*m_enclaveSession, key));
        if (!held) return keyNotInEnclave(line);
        m_heldKeys.insert(key);
    }
    return {};
}

Result<void> Session::runPasses(BatchRun& run, const BoundStatementFacts& facts)
{
    m_program.clearAnswers();
    ES_CHECK(needKeys(facts.enclaveSchemes, facts.passes.empty() ? 0 : facts.passes.front().line));
    if (!facts.passes.empty() && !m_enclaveSession) return keyNotInEnclave(facts.passes.front().line);
    std::set<std::size_t> groups;
    for (const EncryptedPass& pass : facts.passes) {
        if (pass.kind == EncryptedPass::Kind::kMatch) {
            if (auto done = runMatch(run, pass); !done) return atLine(std::move(done).error(), pass.line);
        } else if (groups.insert(pass.rankGroup).second) {
            if (auto done = runRanks(run, facts.passes, pass.rankGroup); !done) return atLine(std::move(done).error(), pass.line);
        }
    }
    return {};
}

Result<void> Session::runMatch(BatchRun& run, const EncryptedPass& pass)
{
    const CatalogTable& table = *m_facts.catalog->tableById(pass.origin.objectId);
    const CatalogColumn& column = *table.columnById(pass.origin.columnId);
    CellPredicate predicate{pass.op, {}, pass.escape};
    std::vector<bool> nulls;
    for (const std::size_t operand : pass.operands) {
        const auto* cell = std::get_if<base::Bytes>(&run.variables[operand].value);
        nulls.push_back(!cell);
        if (cell) predicate.operands.push_back(*cell);
    }
    RowIdMap<RowMatch>& answers = m_program.matches(pass.number);
    if (predicate.operands.empty()) return {}; // every operand is NULL: unknown for every row
    const bool hadNull = predicate.operands.size() != pass.operands.size();
    if (pass.indexId != 0) {
        if (pass.op == CellOperator::kBetween && hadNull) return {}; // no row is certainly between
        ES_TRY(const bool sought, seek(pass, predicate));
        if (sought) return {};
    }
    bool halfOpen = false;
    if (pass.op == CellOperator::kBetween && hadNull) {
        predicate.op = nulls[0] ? CellOperator::kGreater : CellOperator::kLess;
        halfOpen = true;
    }
    ES_TRY(SqliteStatement rows, m_connection->prepare("SELECT rowid, " + column.sqlName() + " FROM " + table.sqlName()));
    CellCursor cursor(std::move(rows), run.stop);
    const EncryptedColumn where{*m_enclaveSession,
        {static_cast<std::uint32_t>(m_facts.catalog->databaseId), static_cast<std::uint16_t>(column.cekId)}, column.type};
    return m_shared->options().gate->evaluate(
        where, predicate,
        [&](CellBatch& batch) -> Result<void> {
            ES_TRY([[maybe_unused]] const bool more, cursor.fill(batch));
            return {};
        },
        [&](std::span<const CellMatch> matches) -> Result<void> {
            for (const CellMatch match : matches) {
                const std::int64_t rowId = cursor.answered();
                if (pass.indexId == 0)
                    answers.set(rowId, halfOpen ? inverted(match) : plainMatch(match, hadNull));
                else if (match == CellMatch::kYes)
                    m_program.found(pass.number).push_back(rowId);
            }
            return {};
        });
}

Result<void> Session::runRanks(BatchRun& run, const std::vector<EncryptedPass>& passes, std::size_t group)
{
    struct Member {
        std::size_t number;
        SqliteStatement rows;
        std::int64_t rowCount = 0;
        std::int64_t lastRowId = 0;
    };
    std::vector<Member> members;
    std::optional<EncryptedColumn> where;
    for (const EncryptedPass& pass : passes) {
        if (pass.kind != EncryptedPass::Kind::kRank || pass.rankGroup != group) continue;
        const CatalogTable& table = *m_facts.catalog->tableById(pass.origin.objectId);
        const CatalogColumn& column = *table.columnById(pass.origin.columnId);
        ES_TRY(SqliteStatement rows, m_connection->prepare("SELECT rowid, " + column.sqlName() + " FROM " + table.sqlName()));
        members.push_back({pass.number, std::move(rows)});
        where = EncryptedColumn{*m_enclaveSession,
            {static_cast<std::uint32_t>(m_facts.catalog->databaseId), static_cast<std::uint16_t>(column.cekId)}, column.type};
    }
    // Row ids of several columns go through one sort: the remainder tells whose it is.
    const auto count = static_cast<std::int64_t>(members.size());
    EncryptedSort sort(*m_shared->options().gate, *where, m_shared->options().dataFolder, run.stop);
    for (std::size_t i = 0; i < members.size(); ++i) {
        Member& member = members[i];
        for (;; ++member.rowCount) {
            if (member.rowCount % CellBatch::kMaxCells == 0 && run.stop.stop_requested()) return cancelledInside();
            ES_TRY(const bool row, member.rows.step());
            if (!row) break;
            const std::int64_t rowId = member.rows.intAt(0);
            member.lastRowId = std::max(member.lastRowId, rowId);
            ES_CHECK(sort.add(rowId * count + static_cast<std::int64_t>(i), member.rows.isNull(1), member.rows.blobAt(1)));
        }
        m_program.ranks(member.number).expect(member.lastRowId, member.rowCount);
    }
    std::uint32_t rank = kNullRank;
    ES_TRY([[maybe_unused]] const bool all, sort.finish([&](const SortedCell& cell) -> Result<bool> {
        if (cell.null) return true; // what the answers say of a row that they do not know
        rank += cell.startsValue ? 1 : 0;
        m_program.ranks(members[static_cast<std::size_t>(cell.rowId % count)].number).set(cell.rowId / count, rank);
        return true;
    }));
    return {};
}

} // namespace es::sandbox
