// An index on an enclave-enabled randomized column: plaintext order, kept by the server, known to the enclave alone. The pages
// (IndexTree.h) change in the transaction of the data; each question to the enclave carries a level of the tree, never one row.
//   EncryptedIndex.cpp  finding    EncryptedIndexBuild.cpp  making from the table    EncryptedIndexChange.cpp  keeping    ..Check.cpp
// Errors: the enclave's own (33545, 33546, 33195, 33187), 8646 when the pages do not hold together. After an Error of a change the
// caller rolls the statement back. Thread: session thread only.                                                  sql-surface 9
#pragma once

#include "app/sandbox/enclaveabi/EnclaveGate.h"
#include "app/sandbox/engine/IndexTree.h"

#include <stop_token>

namespace es::sandbox {

class EncryptedIndex {
public:
    struct Source {
        std::string treeName;
        std::string tableName; // SQLite's
        std::string columnName;
        bool unique = false;
    };
    // `column.session` may be kAnySession for everything but find() with LIKE.
    EncryptedIndex(Connection& connection, EnclaveGate& gate, const EncryptedColumn& column, Source source)
        : m_connection(connection)
        , m_gate(gate)
        , m_column(column)
        , m_source(std::move(source))
        , m_tree(connection, m_source.treeName)
    {
    }

    // Whether a search can use the index: all but <>, LIKE only for text of a BIN2 collation.
    [[nodiscard]] static bool serves(CellOperator op, const types::SqlType& type);

    // --- finding: row ids in the index's order; no NULL matches. The enclave is asked once per level, LIKE once more ---
    [[nodiscard]] base::Result<std::vector<std::int64_t>> find(const CellPredicate& predicate);

    // --- making and keeping; false: a unique index met a value twice ---
    [[nodiscard]] base::Result<bool> build(std::stop_token stop); // into the empty tree
    [[nodiscard]] base::Result<bool> apply(std::vector<IndexEntry> removed, std::vector<IndexEntry> added);

    // --- checking against the table: what is wrong, as DBCC says it; empty: nothing ---
    struct Fault {
        std::int32_t number = 0; // 8951 a row is missing, 8952 an entry too many, 2511 order, 8935 the pages themselves
        std::string text;
    };
    [[nodiscard]] base::Result<std::vector<Fault>> check(std::stop_token stop);

private:
    // A place between two entries: before the first that is not less than the operand, or behind the last that is not greater.
    struct Cut {
        std::size_t operand = 0;
        bool behind = false;
        std::vector<std::size_t> path; // child per level, then position in the leaf
        std::int64_t page = IndexTree::kRoot;
    };
    base::Result<void> locate(std::span<const IndexOperand> operands, std::vector<Cut>& cuts);
    base::Result<void> collect(const Cut* from, const Cut* to, bool nullsOnly, std::vector<std::int64_t>& out);
    base::Result<std::vector<std::int64_t>> findLike(const CellPredicate& predicate, std::vector<std::int64_t> candidates);
    base::Result<std::vector<std::uint32_t>> ranksOf(const std::vector<IndexEntry>& entries);

    struct Position { // of a (value, row id) among the entries of a leaf
        std::int64_t leaf = 0;
        std::size_t index = 0;
        bool present = false;
    };
    class Changes; // EncryptedIndexChange.cpp
    class Walk; // EncryptedIndexCheck.cpp
    base::Result<bool> duplicates(const std::vector<IndexEntry>& removed, const std::vector<IndexEntry>& added);

    Connection& m_connection;
    EnclaveGate& m_gate;
    EncryptedColumn m_column;
    Source m_source;
    IndexTree m_tree;
};

} // namespace es::sandbox
