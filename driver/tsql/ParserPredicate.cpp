// Conditions: OR, AND, NOT and the predicates.
#include "driver/tsql/Grammar.h"

namespace es::tsql {

namespace {

std::optional<ComparisonOperator> acceptComparison(TokenCursor& c)
{
    static constexpr std::pair<std::string_view, ComparisonOperator> kTable[]{
        {"=", ComparisonOperator::kEqual},         {"<>", ComparisonOperator::kNotEqual},
        {"!=", ComparisonOperator::kNotEqual},     {"<=", ComparisonOperator::kLessOrEqual},
        {">=", ComparisonOperator::kGreaterOrEqual}, {"<", ComparisonOperator::kLess},
        {">", ComparisonOperator::kGreater},       {"!<", ComparisonOperator::kGreaterOrEqual},
        {"!>", ComparisonOperator::kLessOrEqual},
    };
    for (const auto& [symbol, op] : kTable) {
        if (c.acceptSymbol(symbol))
            return op;
    }
    return std::nullopt;
}

// 4145: a value where a condition is wanted; SQL Server names the token behind it.
base::Error notACondition(TokenCursor& c)
{
    const Token& token = c.atEnd() ? c.last() : c.peek();
    std::string message = "An expression of non-boolean type specified in a context where a condition is expected, near '";
    message.append(c.shortText(token)).append("'.");
    return serverError(kSyntax, 4145, 15, token.range.line, std::move(message));
}

Result<ExprPtr> comparison(TokenCursor& c, const SourceRange& start, ExprPtr left, ComparisonOperator op)
{
    if (c.isAnyWord({"ALL", "ANY", "SOME"}) && c.isSymbol("(", 1)) {
        const bool all = c.isWord("ALL");
        c.take();
        c.take();
        ES_TRY(QueryPtr inner, query(c));
        ES_CHECK(c.expectSymbol(")"));
        return makeExpr(c.since(start), QuantifiedComparison{op, all, std::move(left), std::move(inner)});
    }
    ES_TRY(ExprPtr right, value(c));
    return makeExpr(c.since(start), Comparison{op, std::move(left), std::move(right)});
}

Result<ExprPtr> isTest(TokenCursor& c, const SourceRange& start, ExprPtr left)
{
    const bool negated = c.acceptWord("NOT");
    if (c.acceptWord("NULL"))
        return makeExpr(c.since(start), IsNull{std::move(left), negated});
    ES_CHECK(c.expectWord("DISTINCT"));
    ES_CHECK(c.expectWord("FROM"));
    ES_TRY(ExprPtr right, value(c));
    return makeExpr(c.since(start), IsDistinctFrom{std::move(left), std::move(right), negated});
}

Result<ExprPtr> inTest(TokenCursor& c, const SourceRange& start, ExprPtr left, bool negated)
{
    if (c.isSymbol("(") && startsQuery(c, 1)) {
        c.take();
        ES_TRY(QueryPtr inner, query(c));
        ES_CHECK(c.expectSymbol(")"));
        return makeExpr(c.since(start), InSubquery{std::move(left), std::move(inner), negated});
    }
    std::vector<ExprPtr> items;
    ES_CHECK(c.expectSymbol("("));
    do {
        ES_TRY(ExprPtr item, value(c));
        items.push_back(std::move(item));
        // IN ((SELECT ..) UNION (SELECT ..)): known only behind the first operand.
        if (auto* subquery = std::get_if<ScalarSubquery>(&items.front()->node); subquery && items.size() == 1 && startsSetOperation(c)) {
            ES_TRY(QueryPtr whole, queryFrom(c, std::move(subquery->query->body)));
            ES_CHECK(c.expectSymbol(")"));
            return makeExpr(c.since(start), InSubquery{std::move(left), std::move(whole), negated});
        }
    } while (c.acceptSymbol(","));
    ES_CHECK(c.expectSymbol(")"));
    return makeExpr(c.since(start), InList{std::move(left), std::move(items), negated});
}

Result<ExprPtr> likeTest(TokenCursor& c, const SourceRange& start, ExprPtr left, bool negated)
{
    Like like{std::move(left), nullptr, nullptr, negated};
    ES_TRY(like.pattern, value(c));
    if (c.acceptWord("ESCAPE")) {
        ES_TRY(like.escape, value(c));
    }
    return makeExpr(c.since(start), std::move(like));
}

Result<ExprPtr> betweenTest(TokenCursor& c, const SourceRange& start, ExprPtr left, bool negated)
{
    Between between{std::move(left), nullptr, nullptr, negated};
    ES_TRY(between.low, value(c));
    ES_CHECK(c.expectWord("AND"));
    ES_TRY(between.high, value(c));
    return makeExpr(c.since(start), std::move(between));
}

Result<ExprPtr> existsTest(TokenCursor& c, const SourceRange& start)
{
    c.take();
    ES_CHECK(c.expectSymbol("("));
    ES_TRY(QueryPtr inner, query(c));
    ES_CHECK(c.expectSymbol(")"));
    return makeExpr(c.since(start), Exists{std::move(inner)});
}

// One predicate, or a bare value when no operator follows (the caller judges that).
Result<ExprPtr> predicate(TokenCursor& c)
{
    Nesting nesting(c, 0);
    const SourceRange start = c.peek().range;
    if (c.isWord("EXISTS"))
        return existsTest(c, start);
    if (c.isAnyWord({"CONTAINS", "FREETEXT", "UPDATE"}) && c.isSymbol("(", 1))
        return c.refuse(upperCase(start.in(c.text())), start);
    ES_TRY(ExprPtr left, valueOrPredicateOperand(c));
    if (isPredicate(*left))
        return left;
    nesting.grow();
    if (const auto op = acceptComparison(c))
        return comparison(c, start, std::move(left), *op);
    if (c.acceptWord("IS"))
        return isTest(c, start, std::move(left));
    const bool negated = c.isWord("NOT") && c.isAnyWord({"IN", "LIKE", "BETWEEN"}, 1) && c.acceptWord("NOT");
    if (c.acceptWord("IN"))
        return inTest(c, start, std::move(left), negated);
    if (c.acceptWord("LIKE"))
        return likeTest(c, start, std::move(left), negated);
    if (c.acceptWord("BETWEEN"))
        return betweenTest(c, start, std::move(left), negated);
    return left;
}

Result<ExprPtr> negation(TokenCursor& c)
{
    const SourceRange start = c.peek().range;
    if (!c.acceptWord("NOT"))
        return predicate(c);
    Nesting nesting(c);
    if (nesting.tooDeep())
        return c.tooDeep();
    ES_TRY(ExprPtr operand, negation(c));
    if (!isPredicate(*operand))
        return notACondition(c);
    return makeExpr(c.since(start), Not{std::move(operand)});
}

// operand word operand word ..: one node, however many; a single operand stays what it is.
template <class Operand>
Result<ExprPtr> logicalChain(TokenCursor& c, std::string_view word, LogicalOperator op, Operand operand)
{
    Nesting nesting(c, 0);
    const SourceRange start = c.peek().range;
    ES_TRY(ExprPtr first, operand(c));
    if (!c.isWord(word))
        return first;
    nesting.grow();
    Logical node{op, {}};
    for (;;) {
        if (!isPredicate(*first))
            return notACondition(c);
        node.operands.push_back(std::move(first));
        if (!c.acceptWord(word))
            break;
        ES_TRY(first, operand(c));
    }
    return makeExpr(c.since(start), std::move(node));
}

Result<ExprPtr> conjunction(TokenCursor& c)
{
    return logicalChain(c, "AND", LogicalOperator::kAnd, negation);
}

}  // namespace

Result<ExprPtr> disjunction(TokenCursor& c)
{
    return logicalChain(c, "OR", LogicalOperator::kOr, conjunction);
}

Result<ExprPtr> condition(TokenCursor& c)
{
    ES_TRY(ExprPtr expr, disjunction(c));
    if (!isPredicate(*expr))
        return notACondition(c);
    return expr;
}

}  // namespace es::tsql
