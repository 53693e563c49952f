// Whole queries: set operations, ORDER BY, OFFSET and FETCH, common table expressions, OPTION.
#include "driver/tsql/Grammar.h"

namespace es::tsql {
namespace {

Result<QueryBodyPtr> queryBody(TokenCursor& c);

std::optional<SetOperator> acceptUnionOrExcept(TokenCursor& c)
{
    if (c.acceptWord("UNION"))
        return c.acceptWord("ALL") ? SetOperator::kUnionAll : SetOperator::kUnion;
    if (c.acceptWord("EXCEPT"))
        return SetOperator::kExcept;
    return std::nullopt;
}

QueryBodyPtr makeBody(const SourceRange& range, SetOperator op, QueryBodyPtr left, QueryBodyPtr right)
{
    return std::make_unique<QueryBody>(QueryBody{range, SetOperation{op, std::move(left), std::move(right)}});
}

Result<QueryBodyPtr> queryOperand(TokenCursor& c)
{
    if (!c.isSymbol("("))
        return selectSpec(c);
    Nesting nesting(c);
    if (nesting.tooDeep())
        return c.tooDeep();
    c.take();
    ES_TRY(QueryBodyPtr inner, queryBody(c));
    ES_CHECK(c.expectSymbol(")"));
    return inner;
}

// operand INTERSECT operand ..; `left` has been read.
Result<QueryBodyPtr> intersections(TokenCursor& c, QueryBodyPtr left)
{
    Nesting nesting(c, 0);
    const SourceRange start = left->range;
    while (c.acceptWord("INTERSECT")) {
        ES_TRY(QueryBodyPtr right, queryOperand(c));
        left = makeBody(c.since(start), SetOperator::kIntersect, std::move(left), std::move(right));
        if (!nesting.grow())
            return c.tooDeep();
    }
    return left;
}

// The rest of a body whose first operand has been read.
Result<QueryBodyPtr> setOperations(TokenCursor& c, QueryBodyPtr first, Nesting& nesting)
{
    const SourceRange start = first->range;
    ES_TRY(QueryBodyPtr left, intersections(c, std::move(first)));
    while (const auto op = acceptUnionOrExcept(c)) {
        ES_TRY(QueryBodyPtr operand, queryOperand(c));
        ES_TRY(QueryBodyPtr right, intersections(c, std::move(operand)));
        left = makeBody(c.since(start), *op, std::move(left), std::move(right));
        if (!nesting.grow())
            return c.tooDeep();
    }
    return left;
}

Result<QueryBodyPtr> queryBody(TokenCursor& c)
{
    Nesting nesting(c, 0);
    ES_TRY(QueryBodyPtr first, queryOperand(c));
    return setOperations(c, std::move(first), nesting);
}

Result<void> offsetAndFetch(TokenCursor& c, Query& query)
{
    if (!c.acceptWord("OFFSET"))
        return {};
    ES_TRY(query.offset, value(c));
    if (!c.acceptWord("ROWS"))
        ES_CHECK(c.expectWord("ROW"));
    if (!c.acceptWord("FETCH"))
        return {};
    if (!c.acceptWord("NEXT"))
        ES_CHECK(c.expectWord("FIRST"));
    ES_TRY(query.fetch, value(c));
    if (!c.acceptWord("ROWS"))
        ES_CHECK(c.expectWord("ROW"));
    return c.expectWord("ONLY");
}

Result<void> queryTail(TokenCursor& c, Query& query)
{
    if (c.acceptWord("ORDER")) {
        ES_CHECK(c.expectWord("BY"));
        ES_TRY(query.orderBy, orderItems(c));
        ES_CHECK(offsetAndFetch(c, query));
    }
    if (c.isWord("FOR") && c.isAnyWord({"XML", "JSON", "BROWSE"}, 1))
        return c.refuse("FOR " + upperCase(c.peek(1).range.in(c.text())), c.peek().range);
    return {};
}

}  // namespace

bool startsQuery(TokenCursor& c, std::size_t ahead)
{
    return c.isWord("SELECT", ahead);
}

bool startsSetOperation(TokenCursor& c)
{
    return c.isAnyWord({"UNION", "EXCEPT", "INTERSECT"});
}

Result<QueryPtr> queryFrom(TokenCursor& c, QueryBodyPtr first)
{
    Nesting nesting(c);
    if (nesting.tooDeep())
        return c.tooDeep();
    auto whole = std::make_unique<Query>();
    const SourceRange start = first->range;
    nesting.grow();  // `first` was built outside
    ES_TRY(whole->body, setOperations(c, std::move(first), nesting));
    ES_CHECK(queryTail(c, *whole));
    whole->range = c.since(start);
    return whole;
}

Result<QueryPtr> query(TokenCursor& c)
{
    Nesting nesting(c);
    if (nesting.tooDeep())
        return c.tooDeep();
    auto whole = std::make_unique<Query>();
    const SourceRange start = c.peek().range;
    ES_TRY(whole->body, queryBody(c));
    ES_CHECK(queryTail(c, *whole));
    whole->range = c.since(start);
    return whole;
}

Result<std::vector<OrderItem>> orderItems(TokenCursor& c)
{
    std::vector<OrderItem> items;
    do {
        OrderItem item;
        ES_TRY(item.expr, value(c));
        item.descending = c.acceptWord("DESC");
        if (!item.descending)
            c.acceptWord("ASC");
        items.push_back(std::move(item));
    } while (c.acceptSymbol(","));
    return items;
}

Result<std::vector<CommonTable>> commonTables(TokenCursor& c)
{
    std::vector<CommonTable> tables;
    if (!c.acceptWord("WITH"))
        return tables;
    if (c.isWord("XMLNAMESPACES") && c.isSymbol("(", 1))
        return c.refuse("WITH XMLNAMESPACES", c.peek().range);
    do {
        CommonTable table;
        ES_TRY(table.name, c.expectName());
        if (c.isSymbol("(")) {
            ES_TRY(table.columns, nameList(c));
        }
        ES_CHECK(c.expectWord("AS"));
        ES_CHECK(c.expectSymbol("("));
        ES_TRY(table.query, query(c));
        ES_CHECK(c.expectSymbol(")"));
        tables.push_back(std::move(table));
    } while (c.acceptSymbol(","));
    return tables;
}

Result<std::vector<std::string>> parenthesizedWords(TokenCursor& c)
{
    std::vector<std::string> items(1);
    ES_CHECK(c.expectSymbol("("));
    int open = 1;
    for (;;) {
        if (c.atEnd() || c.isKind(TokenKind::kBad))
            return c.unexpected();
        const bool opens = c.isSymbol("(");
        const bool closes = c.isSymbol(")");
        const bool separates = c.isSymbol(",") && open == 1;
        const Token token = c.take();
        open += opens ? 1 : closes ? -1 : 0;
        if (open == 0)
            break;
        if (separates)
            items.emplace_back();
        else
            appendWord(items.back(), upperCase(token.range.in(c.text())));
    }
    return items;
}

Result<std::vector<std::string>> optionClause(TokenCursor& c)
{
    if (!c.acceptWord("OPTION"))
        return std::vector<std::string>{};
    return parenthesizedWords(c);
}

}  // namespace es::tsql
