// SELECT: list, TOP, INTO, FROM, WHERE, GROUP BY, HAVING.
#include "driver/tsql/Grammar.h"

namespace es::tsql {
namespace {

bool isStringToken(TokenCursor& c, std::size_t ahead = 0)
{
    return c.isKind(TokenKind::kString, ahead) || c.isKind(TokenKind::kNationalString, ahead);
}

// An alias may be written as a name or as a string.
Result<Identifier> aliasName(TokenCursor& c)
{
    if (!isStringToken(c))
        return c.expectName();
    const Token token = c.take();
    return Identifier{c.textOf(token), token.range, true};
}

// The number of tokens of "a.b.*" before the star, or nothing when no star stands there.
std::optional<std::size_t> starAhead(TokenCursor& c)
{
    std::size_t ahead = 0;
    while (c.isName(ahead) && c.isSymbol(".", ahead + 1) && ahead < 8)
        ahead += 2;
    if (c.isSymbol("*", ahead))
        return ahead;
    return std::nullopt;
}

SelectStar selectStar(TokenCursor& c, std::size_t tokens)
{
    SelectStar star;
    for (std::size_t i = 0; i < tokens; i += 2) {
        const Token name = c.take();
        star.qualifier.push_back(Identifier{c.textOf(name), name.range, name.kind == TokenKind::kQuotedName});
        c.take();  // .
    }
    c.take();  // *
    return star;
}

Result<SelectItem> selectItem(TokenCursor& c)
{
    SelectItem item;
    const SourceRange start = c.peek().range;
    if (const auto tokens = starAhead(c)) {
        item.node = selectStar(c, *tokens);
    } else if (c.isKind(TokenKind::kVariable) && c.peek(1).kind == TokenKind::kSymbol && c.peek(1).range.in(c.text()).ends_with('=')
               && !c.isSymbol("<=", 1) && !c.isSymbol(">=", 1) && !c.isSymbol("!=", 1)) {
        SelectAssign assign;
        ES_TRY(assign.variable, c.expectVariable());
        assign.compound = acceptCompound(c);
        if (!assign.compound)
            ES_CHECK(c.expectSymbol("="));
        ES_TRY(assign.expr, value(c));
        item.node = std::move(assign);
    } else {
        SelectExpr expr;
        if ((c.isName() || isStringToken(c)) && c.isSymbol("=", 1)) {
            ES_TRY(expr.alias, aliasName(c));
            c.take();  // =
            ES_TRY(expr.expr, value(c));
        } else {
            ES_TRY(expr.expr, value(c));
            if (c.acceptWord("AS") || c.isName() || isStringToken(c)) {
                ES_TRY(expr.alias, aliasName(c));
            }
        }
        item.node = std::move(expr);
    }
    item.range = c.since(start);
    return item;
}

}  // namespace

Result<std::optional<Top>> optionalTop(TokenCursor& c)
{
    if (!c.acceptWord("TOP"))
        return std::optional<Top>{};
    Top top;
    if (c.acceptSymbol("(")) {
        ES_TRY(top.count, value(c));
        ES_CHECK(c.expectSymbol(")"));
    } else {
        if (!c.isKind(TokenKind::kInteger) && !c.isKind(TokenKind::kDecimal) && !c.isKind(TokenKind::kFloat))
            return c.unexpected();
        ES_TRY(top.count, primary(c, false));
    }
    top.percent = c.acceptWord("PERCENT");
    top.withTies = c.acceptWords({"WITH", "TIES"});
    return std::optional<Top>(std::move(top));
}

Result<std::vector<SelectItem>> selectItems(TokenCursor& c)
{
    std::vector<SelectItem> items;
    do {
        ES_TRY(SelectItem item, selectItem(c));
        items.push_back(std::move(item));
    } while (c.acceptSymbol(","));
    return items;
}

Result<QueryBodyPtr> selectSpec(TokenCursor& c)
{
    const SourceRange start = c.peek().range;
    SelectSpec spec;
    ES_CHECK(c.expectWord("SELECT"));
    spec.distinct = c.acceptWord("DISTINCT");
    if (!spec.distinct)
        c.acceptWord("ALL");
    ES_TRY(spec.top, optionalTop(c));
    ES_TRY(spec.items, selectItems(c));
    if (c.acceptWord("INTO")) {
        ES_TRY(spec.into, objectName(c));
    }
    if (c.acceptWord("FROM")) {
        ES_TRY(spec.from, fromClause(c));
    }
    if (c.acceptWord("WHERE")) {
        ES_TRY(spec.where, condition(c));
    }
    if (c.acceptWord("GROUP")) {
        ES_CHECK(c.expectWord("BY"));
        ES_CHECK(groupByClause(c, spec));
    }
    if (c.acceptWord("HAVING")) {
        ES_TRY(spec.having, condition(c));
    }
    if (c.isWord("WINDOW") && c.isWord("AS", 2))
        return c.refuse("WINDOW", c.peek().range);
    return std::make_unique<QueryBody>(QueryBody{c.since(start), std::move(spec)});
}

}  // namespace es::tsql
