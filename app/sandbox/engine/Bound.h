// What the binder makes of names and expressions: SQLite text together with SQL Server's type and encryption scheme.
// Thread: session thread only (plain values).
#pragma once

#include "app/sandbox/enclaveabi/EnclaveGate.h"
#include "app/sandbox/engine/Catalog.h"
#include "app/sandbox/engine/Sqlite.h"
#include "driver/tsql/Ast.h"
#include "driver/tsql/SchemeInference.h"
#include "driver/types/Value.h"

#include <set>

namespace es::sandbox {

// A variable or parameter of the batch; the binder writes it as ?<position + 1>.
struct Variable {
    std::string name; // "@x"
    types::SqlType type;
    Stored value; // plaintext in stored form, or the cell of an encrypted value
    tsql::EncryptionScheme scheme;
    bool parameter = false;
    std::string formalName; // of the procedure's parameter whose output value it took
    bool schemeFixed = false; // a parameter that came with a request: its scheme is a fact, not an inference
    std::optional<tsql::SchemeInference::Node> node; // in the inference under way
    bool undeclared = false; // its type is to be deduced (Deduction.h)
};

struct ColumnOrigin {
    std::int32_t objectId = 0;
    std::int32_t columnId = 0;
    friend auto operator<=>(const ColumnOrigin&, const ColumnOrigin&) = default;
};

// Which of two collations wins: explicit COLLATE over a column's over a literal's or variable's.
enum class CollationLabel : std::uint8_t { kCoercible, kImplicit, kExplicit, kNone };

struct BoundExpr {
    std::string sql;
    types::SqlType type; // of the plaintext
    bool nullable = true;
    CollationLabel label = CollationLabel::kCoercible;
    tsql::EncryptionScheme scheme;
    std::string name; // column or variable as messages print it; empty for an expression
    std::optional<types::Value> constant; // known when binding
    bool literal = false;
    std::optional<std::size_t> variable; // a plain reference to it
    std::optional<std::size_t> undeclared; // the undeclared parameter on which the type hangs
    std::optional<ColumnOrigin> origin; // a plain reference to a table's column
    std::string rowId; // the SQLite text of that row's id; empty when it is lost (DISTINCT, UNION)
    bool identity = false;

    [[nodiscard]] bool isNullLiteral() const { return literal && constant && types::isNull(*constant); }
};

// A column that a table source offers.
struct SourceColumn {
    std::string name;
    BoundExpr expr;
};

struct Source {
    std::string alias; // as messages and qualified names say it
    std::string schema; // of a table without alias
    std::vector<SourceColumn> columns;
    const CatalogTable* table = nullptr;
    std::string sqlAlias;
};

struct GroupViolation {
    std::string column;
    std::int32_t line = 0;
};

// Names that an expression may use; inner scopes see the outer ones.
struct Scope {
    Scope* parent = nullptr;
    std::vector<Source> sources;
    bool grouped = false; // column references must be group keys or stand inside an aggregate
    bool aggregateAllowed = false;
    bool bindingKeys = false; // those of GROUP BY
    bool sawAggregate = false;
    int insideAggregate = 0;
    std::set<std::string> groupKeys; // SQLite text of the group expressions
    std::set<std::string> absentKeys; // those that are no keys of the grouping set at hand: they read as NULL outside aggregates
    std::vector<GroupViolation> violations;
};

struct OutputColumn {
    std::string name;
    BoundExpr expr; // type, nullability, scheme, origin; sql is c<n> when the query stands in a FROM
};

struct BoundQuery {
    std::string sql;
    std::vector<OutputColumn> columns;
    bool ordered = false;
};

// One question to the enclave about a whole column, asked before the statement runs. Its position is k of es_match and es_rank.
struct EncryptedPass {
    enum class Kind : std::uint8_t { kMatch, kRank };
    Kind kind = Kind::kMatch;
    std::size_t number = 0;
    ColumnOrigin origin;
    CellOperator op = CellOperator::kEqual;
    std::vector<std::size_t> operands; // positions of variables
    std::optional<char32_t> escape;
    std::int32_t indexId = 0; // kMatch: the encrypted index to search instead of reading the column; es_seek(k) names the rows
    std::size_t rankGroup = 0; // columns ranked together share a group
    bool peers = false; // kRank: es_peers(k, rank) looks rows up by rank
    std::int32_t line = 0;
};

// Everything that a statement needs to run.
struct BoundStatementFacts {
    std::vector<EncryptedPass> passes;
    std::vector<tsql::EncryptionScheme> enclaveSchemes; // keys the enclave must hold
    bool usesTables = false; // of the user
};

} // namespace es::sandbox
