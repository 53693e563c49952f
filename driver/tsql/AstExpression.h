// Syntax tree, part 1: names, types and expressions. Plain data, built by the parser, read by everybody.
// Nothing is resolved here: a name is what was written. Thread: any (plain values, move-only).
#pragma once

#include "driver/tsql/Source.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace es::tsql {

struct Expr;
struct Query;
using ExprPtr = std::unique_ptr<Expr>;    // null only where a comment says "may be null"
using QueryPtr = std::unique_ptr<Query>;

// A name without its brackets or quotes; `quoted` tells that it had some (then it is never a keyword).
struct Identifier {
    std::string text;
    SourceRange range;
    bool quoted = false;
};

// server.database.schema.object: 1 to 4 parts, a left-out middle part ("db..t") is an Identifier with empty text.
struct ObjectName {
    std::vector<Identifier> parts;
    SourceRange range;

    [[nodiscard]] std::string_view part(std::size_t fromRight) const
    {
        return fromRight < parts.size() ? std::string_view(parts[parts.size() - 1 - fromRight].text) : std::string_view{};
    }
    [[nodiscard]] std::string_view object() const { return part(0); }
    [[nodiscard]] std::string_view schema() const { return part(1); }    // empty: not written
    [[nodiscard]] std::string_view database() const { return part(2); }  // empty: not written
    [[nodiscard]] std::string_view server() const { return part(3); }    // empty: not written
};

inline constexpr int kMaxArgument = -1;  // (max)

// char(11), decimal(18, 2), nvarchar(max), dbo.MyType; see TypeResolve.h for the way to a types::SqlType.
struct DataType {
    ObjectName name;
    std::vector<int> arguments;  // kMaxArgument stands for MAX
    SourceRange range;
};

enum class LiteralKind : std::uint8_t {
    kNull,            // NULL
    kInteger,         // 42
    kDecimal,         // 4.2
    kFloat,           // 4.2e1
    kMoney,           // $4.2
    kString,          // 'text'
    kNationalString,  // N'text'
    kBinary,          // 0x00FF
};

// `text`: strings are unescaped UTF-8; numbers as written (money without its currency sign); binary: the hex digits
// without 0x. Never signed (-5 is a Unary over 5), but for money: $-5 is one literal. See LiteralValue.h for value and type.
struct Literal {
    LiteralKind kind = LiteralKind::kNull;
    std::string text;
};

struct VariableRef { std::string name; };        // "@x", with its sign
struct GlobalVariable { std::string name; };     // "@@ROWCOUNT", with its signs
struct ColumnRef { std::vector<Identifier> parts; };  // column | table.column | schema.table.column | ...
struct DefaultValue {};                          // DEFAULT in VALUES, SET and EXEC

enum class UnaryOperator : std::uint8_t { kPlus, kMinus, kBitNot };
struct Unary { UnaryOperator op; ExprPtr operand; };

enum class BinaryOperator : std::uint8_t { kAdd, kSubtract, kMultiply, kDivide, kModulo, kBitAnd, kBitOr, kBitXor };
struct Binary { BinaryOperator op; ExprPtr left, right; };

struct Collate { ExprPtr operand; Identifier collation; };
struct AtTimeZone { ExprPtr operand, zone; };

// CASE operand WHEN .. and CASE WHEN condition ..
struct CaseWhen { ExprPtr when, then; };
struct Case {
    ExprPtr operand;  // may be null: searched CASE
    std::vector<CaseWhen> whens;
    ExprPtr otherwise;  // may be null: ELSE NULL
};

// CAST, CONVERT, TRY_CAST, TRY_CONVERT (PARSE is not among them).
struct Cast {
    ExprPtr operand;
    DataType type;
    ExprPtr style;       // may be null; CONVERT only
    bool isTry = false;  // NULL instead of an error
    bool isConvert = false;
};

struct OrderItem { ExprPtr expr; bool descending = false; };

enum class FrameUnit : std::uint8_t { kRows, kRange };
enum class FrameBoundKind : std::uint8_t { kUnboundedPreceding, kPreceding, kCurrentRow, kFollowing, kUnboundedFollowing };
struct FrameBound { FrameBoundKind kind = FrameBoundKind::kCurrentRow; ExprPtr count; };  // count: kPreceding, kFollowing only
struct WindowFrame { FrameUnit unit = FrameUnit::kRange; FrameBound start, end; };
struct Over {
    std::vector<ExprPtr> partitionBy;
    std::vector<OrderItem> orderBy;
    std::optional<WindowFrame> frame;
};

// name(arguments); also CURRENT_TIMESTAMP and its like (withoutParentheses). The argument of a date part (DATEADD(day, ..)) is a
// ColumnRef of one part: only who knows the function knows that it is none. IIF has become a Case; TRIM(c FROM s) has the arguments
// {s, c}, and with LEADING or TRAILING it is named LTRIM or RTRIM.
struct FunctionCall {
    ObjectName name;
    std::vector<ExprPtr> arguments;
    bool star = false;      // COUNT(*)
    bool distinct = false;  // COUNT(DISTINCT x)
    bool withoutParentheses = false;
    std::vector<OrderItem> withinGroup;  // STRING_AGG(..) WITHIN GROUP (ORDER BY ..)
    std::optional<Over> over;
};

struct ScalarSubquery { QueryPtr query; };

// --- predicates: stand where a condition is wanted, never where a value is (the parser sees to it) ---
enum class ComparisonOperator : std::uint8_t { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
struct Comparison { ComparisonOperator op; ExprPtr left, right; };  // != is kNotEqual, !< kGreaterOrEqual, !> kLessOrEqual
struct QuantifiedComparison { ComparisonOperator op; bool all; ExprPtr left; QueryPtr query; };  // = ANY (select), <> ALL (select)
enum class LogicalOperator : std::uint8_t { kAnd, kOr };
struct Logical { LogicalOperator op; std::vector<ExprPtr> operands; };  // a AND b AND c: one node of three
struct Not { ExprPtr operand; };
struct IsNull { ExprPtr operand; bool negated = false; };
struct IsDistinctFrom { ExprPtr left, right; bool negated = false; };  // negated: IS NOT DISTINCT FROM
struct Between { ExprPtr operand, low, high; bool negated = false; };
struct InList { ExprPtr operand; std::vector<ExprPtr> items; bool negated = false; };
struct InSubquery { ExprPtr operand; QueryPtr query; bool negated = false; };
struct Like { ExprPtr operand, pattern, escape; bool negated = false; };  // escape may be null
struct Exists { QueryPtr query; };

using ExprNode = std::variant<
    Literal, VariableRef, GlobalVariable, ColumnRef, DefaultValue, Unary, Binary, Collate, AtTimeZone, Case, Cast, FunctionCall,
    ScalarSubquery, Comparison, QuantifiedComparison, Logical, Not, IsNull, IsDistinctFrom, Between, InList, InSubquery, Like, Exists>;

// `range` spans the whole expression, parentheses around it included.
struct Expr {
    SourceRange range;
    ExprNode node;
};

// std::visit(Overloaded{[](const Literal&) {..}, [](const auto&) {..}}, expr.node)
template <class... Ts>
struct Overloaded : Ts... { using Ts::operator()...; };
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

// True for the predicate alternatives of ExprNode (those that yield a truth value).
[[nodiscard]] inline bool isPredicate(const Expr& expr)
{
    static_assert(std::variant_size_v<ExprNode> == 24);
    return expr.node.index() >= 13;
}

}  // namespace es::tsql
