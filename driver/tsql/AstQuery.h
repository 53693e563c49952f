// Syntax tree, part 2: queries and table sources. Thread: any (plain values, move-only).
#pragma once

#include "driver/tsql/AstExpression.h"

namespace es::tsql {

struct TableSource;
struct QueryBody;
using TableSourcePtr = std::unique_ptr<TableSource>;
using QueryBodyPtr = std::unique_ptr<QueryBody>;

// --- table sources ---
struct TableAlias {
    Identifier name;                  // empty text: none
    std::vector<Identifier> columns;  // AS t(a, b)
};

struct NamedTable {
    ObjectName name;  // "#t" is a temporary table
    TableAlias alias;
    std::vector<std::string> hints;  // WITH (NOLOCK, ..): upper case, unjudged
};
struct TableVariable { std::string name; TableAlias alias; };                  // @t
struct DerivedTable { QueryPtr query; TableAlias alias; };                     // (SELECT ..) AS t
struct ValuesTable { std::vector<std::vector<ExprPtr>> rows; TableAlias alias; };  // (VALUES (..), (..)) AS t(a, b)
struct FunctionTable { ObjectName name; std::vector<ExprPtr> arguments; TableAlias alias; };  // STRING_SPLIT(..) AS s

enum class JoinKind : std::uint8_t { kInner, kLeft, kRight, kFull, kCross, kCrossApply, kOuterApply };
enum class JoinHint : std::uint8_t { kNone, kLoop, kHash, kMerge, kRemote };
struct JoinedTable {
    JoinKind kind = JoinKind::kInner;  // "FROM a, b" is kCross
    JoinHint hint = JoinHint::kNone;
    TableSourcePtr left, right;
    ExprPtr on;  // may be null: kCross and the two applies
};

struct TableSource {
    SourceRange range;
    std::variant<NamedTable, TableVariable, DerivedTable, ValuesTable, FunctionTable, JoinedTable> node;
};

// --- select ---
struct SelectExpr { ExprPtr expr; Identifier alias; };        // alias: empty text when none; "x = expr" lands here too
struct SelectStar { std::vector<Identifier> qualifier; };     // *, t.*, schema.t.*
// @v = expr, @v += expr
struct SelectAssign { std::string variable; std::optional<BinaryOperator> compound; ExprPtr expr; };
struct SelectItem {
    SourceRange range;
    std::variant<SelectExpr, SelectStar, SelectAssign> node;
};

struct Top { ExprPtr count; bool percent = false; bool withTies = false; };

struct SelectSpec {
    bool distinct = false;
    std::optional<Top> top;
    std::vector<SelectItem> items;
    std::optional<ObjectName> into;
    TableSourcePtr from;  // may be null
    ExprPtr where;        // may be null
    std::vector<ExprPtr> groupBy;
    // ROLLUP, CUBE and GROUPING SETS, multiplied out: for each set the places of its keys in groupBy. Empty: a plain GROUP BY.
    std::vector<std::vector<std::size_t>> groupingSets;
    ExprPtr having;       // may be null
};

enum class SetOperator : std::uint8_t { kUnion, kUnionAll, kExcept, kIntersect };
struct SetOperation { SetOperator op; QueryBodyPtr left, right; };

// Select lists joined by set operations; INTERSECT has been bound tighter than UNION and EXCEPT.
struct QueryBody {
    SourceRange range;
    std::variant<SelectSpec, SetOperation> node;
};

struct CommonTable {
    Identifier name;
    std::vector<Identifier> columns;
    QueryPtr query;
};

// One whole query: WITH, body, ORDER BY, OFFSET/FETCH, OPTION.
struct Query {
    SourceRange range;
    std::vector<CommonTable> with;  // filled only on the outermost query of a statement
    QueryBodyPtr body;
    std::vector<OrderItem> orderBy;
    ExprPtr offset;  // may be null
    ExprPtr fetch;   // may be null
    std::vector<std::string> options;  // OPTION (..): upper case, unjudged
};

}  // namespace es::tsql
