// Values: operators by precedence, literals, variables, parentheses, CASE.
#include "driver/tsql/Grammar.h"

#include <utility>

namespace es::tsql {
namespace {

using OperatorTable = std::initializer_list<std::pair<std::string_view, BinaryOperator>>;

std::optional<BinaryOperator> acceptOperator(TokenCursor& c, OperatorTable table)
{
    for (const auto& [symbol, op] : table) {
        if (c.acceptSymbol(symbol))
            return op;
    }
    return std::nullopt;
}

Result<ExprPtr> postfix(TokenCursor& c, bool predicates)
{
    Nesting nesting(c, 0);
    const SourceRange start = c.peek().range;
    ES_TRY(ExprPtr expr, primary(c, predicates));
    while (!isPredicate(*expr)) {
        if (c.isSymbol(".") && c.isName(1) && c.isSymbol("(", 2))
            return c.refuse("." + std::string(c.peek(1).range.in(c.text())) + "(..)", c.peek().range);  // a method of xml
        if (c.acceptWord("COLLATE")) {
            ES_TRY(Identifier collation, c.expectName());
            expr = makeExpr(c.since(start), Collate{std::move(expr), std::move(collation)});
        } else if (c.acceptWords({"AT", "TIME", "ZONE"})) {
            ES_TRY(ExprPtr zone, primary(c, false));
            expr = makeExpr(c.since(start), AtTimeZone{std::move(expr), std::move(zone)});
        } else {
            break;
        }
        if (!nesting.grow())
            return c.tooDeep();
    }
    return expr;
}

Result<ExprPtr> unary(TokenCursor& c, bool predicates)
{
    const SourceRange start = c.peek().range;
    std::optional<UnaryOperator> op;
    if (c.acceptSymbol("-"))
        op = UnaryOperator::kMinus;
    else if (c.acceptSymbol("+"))
        op = UnaryOperator::kPlus;
    else if (c.acceptSymbol("~"))
        op = UnaryOperator::kBitNot;
    if (!op)
        return postfix(c, predicates);
    Nesting nesting(c);
    if (nesting.tooDeep())
        return c.tooDeep();
    ES_TRY(ExprPtr operand, unary(c, false));
    return makeExpr(c.since(start), Unary{*op, std::move(operand)});
}

// left op right op right ..: a tree that leans to the left.
template <class Operand>
Result<ExprPtr> chain(TokenCursor& c, bool predicates, Operand operand, OperatorTable table)
{
    Nesting nesting(c, 0);
    const SourceRange start = c.peek().range;
    ES_TRY(ExprPtr left, operand(c, predicates));
    while (!isPredicate(*left)) {
        const auto op = acceptOperator(c, table);
        if (!op)
            break;
        ES_TRY(ExprPtr right, operand(c, false));
        left = makeExpr(c.since(start), Binary{*op, std::move(left), std::move(right)});
        if (!nesting.grow())
            return c.tooDeep();
    }
    return left;
}

Result<ExprPtr> multiplicative(TokenCursor& c, bool predicates)
{
    return chain(c, predicates, unary,
                 {{"*", BinaryOperator::kMultiply}, {"/", BinaryOperator::kDivide}, {"%", BinaryOperator::kModulo}});
}

std::optional<LiteralKind> literalKind(TokenKind kind)
{
    switch (kind) {
    case TokenKind::kInteger: return LiteralKind::kInteger;
    case TokenKind::kDecimal: return LiteralKind::kDecimal;
    case TokenKind::kFloat: return LiteralKind::kFloat;
    case TokenKind::kMoney: return LiteralKind::kMoney;
    case TokenKind::kString: return LiteralKind::kString;
    case TokenKind::kNationalString: return LiteralKind::kNationalString;
    case TokenKind::kBinary: return LiteralKind::kBinary;
    default: return std::nullopt;
    }
}

// ( value ), ( condition ), ( query ); "((SELECT 1) UNION (SELECT 2))" shows only behind its first operand that it is a query.
Result<ExprPtr> parenthesized(TokenCursor& c, bool predicates)
{
    const SourceRange start = c.peek().range;
    c.take();
    if (startsQuery(c)) {
        ES_TRY(QueryPtr inner, query(c));
        ES_CHECK(c.expectSymbol(")"));
        return makeExpr(c.since(start), ScalarSubquery{std::move(inner)});
    }
    ES_TRY(ExprPtr inner, predicates ? disjunction(c) : value(c));
    if (auto* subquery = std::get_if<ScalarSubquery>(&inner->node); subquery && startsSetOperation(c)) {
        ES_TRY(QueryPtr whole, queryFrom(c, std::move(subquery->query->body)));
        inner = makeExpr(c.since(start), ScalarSubquery{std::move(whole)});
    }
    ES_CHECK(c.expectSymbol(")"));
    inner->range = c.since(start);
    return inner;
}

}  // namespace

Result<ExprPtr> value(TokenCursor& c)
{
    // SQL Server gives + - & ^ | one level.
    return chain(c, false, multiplicative,
                 {{"+", BinaryOperator::kAdd}, {"-", BinaryOperator::kSubtract}, {"&", BinaryOperator::kBitAnd},
                  {"|", BinaryOperator::kBitOr}, {"^", BinaryOperator::kBitXor}});
}

Result<ExprPtr> valueOrPredicateOperand(TokenCursor& c)
{
    return chain(c, true, multiplicative,
                 {{"+", BinaryOperator::kAdd}, {"-", BinaryOperator::kSubtract}, {"&", BinaryOperator::kBitAnd},
                  {"|", BinaryOperator::kBitOr}, {"^", BinaryOperator::kBitXor}});
}

Result<ExprPtr> primary(TokenCursor& c, bool predicates)
{
    Nesting nesting(c);
    if (nesting.tooDeep())
        return c.tooDeep();
    const Token& token = c.peek();
    const SourceRange range = token.range;
    if (const auto kind = literalKind(token.kind)) {
        std::string text = c.textOf(c.take());
        return makeExpr(range, Literal{*kind, std::move(text)});
    }
    if (token.kind == TokenKind::kVariable) {
        std::string name = c.textOf(c.take());
        if (name.starts_with("@@"))
            return makeExpr(range, GlobalVariable{upperCase(name)});
        return makeExpr(range, VariableRef{std::move(name)});
    }
    if (c.isSymbol("("))
        return parenthesized(c, predicates);
    if (c.isSymbol("{"))
        return c.refuse("{", range);  // ODBC escapes: a driver's business
    if (c.acceptWord("NULL"))
        return makeExpr(range, Literal{LiteralKind::kNull, {}});
    if (c.isWord("CASE"))
        return caseExpression(c);
    if (c.isName() || startsBareFunction(c))
        return functionOrColumn(c);
    return c.unexpected();
}

Result<ExprPtr> caseExpression(TokenCursor& c)
{
    const SourceRange start = c.peek().range;
    c.take();
    Case node;
    if (!c.isWord("WHEN")) {
        ES_TRY(node.operand, value(c));
    }
    while (c.acceptWord("WHEN")) {
        CaseWhen when;
        ES_TRY(when.when, node.operand ? value(c) : condition(c));
        ES_CHECK(c.expectWord("THEN"));
        ES_TRY(when.then, value(c));
        node.whens.push_back(std::move(when));
    }
    if (node.whens.empty())
        return c.unexpected();
    if (c.acceptWord("ELSE")) {
        ES_TRY(node.otherwise, value(c));
    }
    ES_CHECK(c.expectWord("END"));
    return makeExpr(c.since(start), std::move(node));
}

Result<std::vector<ExprPtr>> valueList(TokenCursor& c)
{
    std::vector<ExprPtr> values;
    ES_CHECK(c.expectSymbol("("));
    do {
        ES_TRY(ExprPtr expr, value(c));
        values.push_back(std::move(expr));
    } while (c.acceptSymbol(","));
    ES_CHECK(c.expectSymbol(")"));
    return values;
}

Result<std::vector<ExprPtr>> cellList(TokenCursor& c)
{
    std::vector<ExprPtr> values;
    ES_CHECK(c.expectSymbol("("));
    do {
        const SourceRange range = c.peek().range;
        if (c.acceptWord("DEFAULT")) {
            values.push_back(makeExpr(range, DefaultValue{}));
            continue;
        }
        ES_TRY(ExprPtr expr, value(c));
        values.push_back(std::move(expr));
    } while (c.acceptSymbol(","));
    ES_CHECK(c.expectSymbol(")"));
    return values;
}

std::optional<BinaryOperator> acceptCompound(TokenCursor& c)
{
    return acceptOperator(c, {{"+=", BinaryOperator::kAdd}, {"-=", BinaryOperator::kSubtract}, {"*=", BinaryOperator::kMultiply},
                              {"/=", BinaryOperator::kDivide}, {"%=", BinaryOperator::kModulo}, {"&=", BinaryOperator::kBitAnd},
                              {"|=", BinaryOperator::kBitOr}, {"^=", BinaryOperator::kBitXor}});
}

}  // namespace es::tsql
