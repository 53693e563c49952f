// What SQLite calls back into while it runs a statement: scalar functions with SQL Server's types and errors, bits and ranks that
// the enclave gave for a column, aggregates, collations. The binder fills it, the statement text names entries by number.
//   es_f(k, a, b ..)      the k-th scalar call                     es_fv(k, ..)       the same, once per row (NEWID, RAND)
//   es_match(k, rowid)    1, 0 or NULL: the enclave's answer        es_rank(k, rowid)  the enclave's order; NULL for a NULL cell
//   es_seek(k)            a JSON array of row ids: what a search of an encrypted index found
//   es_peers(k, rank)     the same of the rows that have this rank
//   es_note(o, i, kind, rowid, before, after)   from triggers: a cell under an encrypted index came, changed or went
//   es_identity()         the next identity value of the INSERT     es_sum_int(x) ..   aggregates, see Aggregates.cpp
// Thread: session thread only.
#pragma once

#include "app/sandbox/engine/Catalog.h"
#include "app/sandbox/engine/IndexTree.h"
#include "app/sandbox/engine/Sqlite.h"
#include "driver/types/Value.h"

#include <deque>
#include <functional>
#include <map>
#include <span>
#include <unordered_map>

namespace es::sandbox {

class EngineShared;
struct Variable; // Bound.h

// What functions may ask about the session that runs them.
struct SessionFacts {
    std::string login;
    std::string hostName;
    std::string applicationName;
    std::int32_t spid = 0;
    std::int64_t rowCount = 0; // @@ROWCOUNT
    std::int32_t lastError = 0; // @@ERROR
    std::int32_t transactionCount = 0; // @@TRANCOUNT
    bool doomed = false; // XACT_STATE() is -1: nothing but ROLLBACK is left
    std::int32_t nestLevel = 0; // @@NESTLEVEL
    std::int32_t procedureId = 0; // @@PROCID
    std::int64_t lockTimeoutMs = -1;
    std::int32_t textSize = 2147483647;
    std::optional<std::int64_t> identity; // @@IDENTITY
    std::optional<std::int64_t> scopeIdentity; // SCOPE_IDENTITY(): of the procedure, EXEC text or batch that runs
    std::optional<base::ServerError> caught; // inside CATCH
    std::string language = "us_english";
    std::string isolation = "READ COMMITTED"; // as SET TRANSACTION ISOLATION LEVEL says it
    std::map<std::string, bool, std::less<>> options; // ANSI_NULLS, QUOTED_IDENTIFIER ..: true = ON
    std::shared_ptr<const Catalog> catalog;
    std::int32_t loginId = kAdministratorLogin;
    std::shared_ptr<const Access> access; // of the login in this database
    EngineShared* shared = nullptr;
    std::vector<Variable>* variables = nullptr; // of the batch whose statement runs
    std::int32_t random[2] = {0, 0}; // where RAND goes on; both 0: it was not asked yet
    types::DateTime2 utcNow; // of the statement: GETDATE() is the same for all its rows
};

struct ScalarCall;
struct CallFrame {
    SessionFacts& session;
    const ScalarCall& call;
    std::span<const types::Value> args;
};
using ScalarFunction = base::Result<types::Value> (*)(const CallFrame&);

struct ScalarCall {
    ScalarFunction function = nullptr;
    std::vector<types::SqlType> argTypes;
    types::SqlType resultType;
    std::vector<std::int64_t> constants; // operator, style, date part ..
    std::string text; // for messages: column and table of an assignment
    bool nullIfAnyNull = true;
    std::int32_t line = 0;
    mutable std::shared_ptr<void> cache; // a function's own, e.g. the compiled pattern of LIKE
};

// Rows by rowid: dense where the ids are (they nearly always are), a hash table otherwise.
template <class T> class RowIdMap {
public:
    // Before rows that do not come in the order of their ids: makes room at once where the ids are dense.
    void expect(std::int64_t lastRowId, std::int64_t rowCount)
    {
        if (lastRowId >= 0 && lastRowId / 4 < rowCount + 16384) m_dense.resize(static_cast<std::size_t>(lastRowId) + 1);
    }
    void set(std::int64_t rowId, T value)
    {
        if (rowId >= 0 && static_cast<std::uint64_t>(rowId) < m_dense.size() * 2 + 65536) {
            if (static_cast<std::size_t>(rowId) >= m_dense.size()) m_dense.resize(static_cast<std::size_t>(rowId) + 1 + m_dense.size() / 2);
            m_dense[static_cast<std::size_t>(rowId)] = value;
        } else
            m_sparse[rowId] = value;
    }
    [[nodiscard]] T get(std::int64_t rowId) const // T{} when unknown
    {
        if (!m_sparse.empty())
            if (const auto found = m_sparse.find(rowId); found != m_sparse.end()) return found->second;
        return rowId >= 0 && static_cast<std::size_t>(rowId) < m_dense.size() ? m_dense[static_cast<std::size_t>(rowId)] : T{};
    }
    void clear()
    {
        m_dense.clear();
        m_sparse.clear();
    }

private:
    std::vector<T> m_dense;
    std::unordered_map<std::int64_t, T> m_sparse;
};

// Rows by rank: the way back from es_rank, for joins.
class RankPeers {
public:
    void add(std::uint32_t rank, std::int64_t rowId) // in the order of ranks
    {
        if (rank >= m_starts.size()) m_starts.resize(std::size_t{rank} + 1, m_rowIds.size());
        m_rowIds.push_back(rowId);
    }
    [[nodiscard]] std::span<const std::int64_t> of(std::uint32_t rank) const
    {
        if (rank >= m_starts.size()) return {};
        const std::size_t end = rank + 1 < m_starts.size() ? m_starts[rank + 1] : m_rowIds.size();
        return std::span(m_rowIds).subspan(m_starts[rank], end - m_starts[rank]);
    }

private:
    std::vector<std::int64_t> m_rowIds;
    std::vector<std::size_t> m_starts;
};

enum class RowMatch : std::uint8_t { kUnknown = 0, kNo = 1, kYes = 2 };

// What happened to one cell under an encrypted index.
struct IndexNote {
    std::int32_t objectId = 0;
    std::int32_t indexId = 0;
    std::optional<IndexEntry> before;
    std::optional<IndexEntry> after;
};

struct IdentityRun {
    std::int64_t next = 1;
    std::int64_t increment = 1;
    std::optional<std::int64_t> last; // given out so far
    types::SqlType type{}; // of the column: 8115 beyond its range
};

class Program {
public:
    explicit Program(SessionFacts& session)
        : m_session(session)
    {
    }

    // The number of this call; equal calls share one, so that equal expressions have equal text.
    [[nodiscard]] std::size_t add(ScalarCall call);
    void clearCalls(); // between batches

    RowIdMap<RowMatch>& matches(std::size_t index);
    RowIdMap<std::uint32_t>& ranks(std::size_t index);
    RankPeers& peers(std::size_t index);
    std::vector<std::int64_t>& found(std::size_t index);
    void clearAnswers();
    // Notes of the statement under way; whoever runs it clears them before and applies them after.
    std::vector<IndexNote>& notes() { return m_notes; }
    IdentityRun& identityRun() { return m_identity; }
    std::int64_t& rowVersion() { return m_rowVersion; } // the last one given out in the current database
    SessionFacts& session() { return m_session; }

    // Registers all functions and the collation maker; the program must outlive the connection's statements.
    [[nodiscard]] base::Result<void> installOn(Connection& connection);

    [[nodiscard]] base::Result<Stored> evaluate(std::size_t index, std::span<sqlite3_value*> args);

private:
    SessionFacts& m_session;
    std::deque<ScalarCall> m_calls;
    std::map<std::string, std::size_t> m_byKey;
    std::map<std::size_t, RowIdMap<RowMatch>> m_matches;
    std::map<std::size_t, RowIdMap<std::uint32_t>> m_ranks;
    std::map<std::size_t, RankPeers> m_peers;
    std::map<std::size_t, std::vector<std::int64_t>> m_found;
    std::vector<IndexNote> m_notes;
    IdentityRun m_identity;
    std::int64_t m_rowVersion = 0;
    std::vector<types::Value> m_args;
};

// Per connection, handed to SQLite as user data.
struct ProgramSite {
    Program* program;
    Connection* connection;
};

inline constexpr std::string_view kVariantCollation = "es_variant"; // of sql_variant as hex digits: see Binder::comparable
// Of char .. nvarchar: SQL_ and binary collations order char and varchar by other rules.
[[nodiscard]] std::string collationSqlName(const types::SqlType& type);
[[nodiscard]] base::Result<void> installAggregates(Connection& connection, ProgramSite& site);
[[nodiscard]] base::Result<void> installTextAggregate(Connection& connection, ProgramSite& site);
[[nodiscard]] base::Result<void> installCollations(Connection& connection);

} // namespace es::sandbox
