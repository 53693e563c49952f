// Columns and function calls, with their special forms.
#include "driver/tsql/Grammar.h"

namespace es::tsql {
namespace {

bool startsWordFunction(TokenCursor& c)
{
    return c.isAnyWord({"LEFT", "RIGHT", "COALESCE", "NULLIF", "CONVERT", "TRY_CONVERT", "IDENTITY"}) && c.isSymbol("(", 1);
}

bool isNiladic(TokenCursor& c)
{
    return c.isAnyWord({"CURRENT_TIMESTAMP", "CURRENT_USER", "SESSION_USER", "SYSTEM_USER", "USER", "CURRENT_DATE"});
}

Result<ExprPtr> castCall(TokenCursor& c, const SourceRange& start, bool isTry)
{
    Cast cast;
    cast.isTry = isTry;
    ES_TRY(cast.operand, value(c));
    ES_CHECK(c.expectWord("AS"));
    ES_TRY(cast.type, dataType(c));
    ES_CHECK(c.expectSymbol(")"));
    return makeExpr(c.since(start), std::move(cast));
}

Result<ExprPtr> convertCall(TokenCursor& c, const SourceRange& start, bool isTry)
{
    Cast cast;
    cast.isTry = isTry;
    cast.isConvert = true;
    ES_TRY(cast.type, dataType(c));
    ES_CHECK(c.expectSymbol(","));
    ES_TRY(cast.operand, value(c));
    if (c.acceptSymbol(",")) {
        ES_TRY(cast.style, value(c));
    }
    ES_CHECK(c.expectSymbol(")"));
    return makeExpr(c.since(start), std::move(cast));
}

// IIF(condition, a, b) is CASE WHEN condition THEN a ELSE b END.
Result<ExprPtr> iifCall(TokenCursor& c, const SourceRange& start)
{
    Case node;
    CaseWhen when;
    ES_TRY(when.when, condition(c));
    ES_CHECK(c.expectSymbol(","));
    ES_TRY(when.then, value(c));
    ES_CHECK(c.expectSymbol(","));
    ES_TRY(node.otherwise, value(c));
    ES_CHECK(c.expectSymbol(")"));
    node.whens.push_back(std::move(when));
    return makeExpr(c.since(start), std::move(node));
}

// TRIM(s), TRIM(chars FROM s), TRIM(LEADING chars FROM s).
Result<ExprPtr> trimCall(TokenCursor& c, const SourceRange& start, ObjectName name)
{
    FunctionCall call;
    const bool sided = c.isAnyWord({"LEADING", "TRAILING", "BOTH"}) && !c.isSymbol(")", 1) && !c.isSymbol(".", 1);
    if (sided) {
        ES_TRY(const std::string side, c.takeWord());
        name.parts.back().text = side == "LEADING" ? "LTRIM" : side == "TRAILING" ? "RTRIM" : "TRIM";
    }
    call.name = std::move(name);
    ES_TRY(ExprPtr first, value(c));
    if (c.acceptWord("FROM")) {
        ES_TRY(ExprPtr text, value(c));
        call.arguments.push_back(std::move(text));
    } else if (sided) {
        return c.unexpected();
    }
    call.arguments.push_back(std::move(first));
    ES_CHECK(c.expectSymbol(")"));
    return makeExpr(c.since(start), std::move(call));
}

Result<FrameBound> frameBound(TokenCursor& c)
{
    FrameBound bound;
    if (c.acceptWords({"CURRENT", "ROW"}))
        return bound;
    if (c.acceptWords({"UNBOUNDED", "PRECEDING"})) {
        bound.kind = FrameBoundKind::kUnboundedPreceding;
    } else if (c.acceptWords({"UNBOUNDED", "FOLLOWING"})) {
        bound.kind = FrameBoundKind::kUnboundedFollowing;
    } else {
        ES_TRY(bound.count, value(c));
        bound.kind = c.isWord("PRECEDING") ? FrameBoundKind::kPreceding : FrameBoundKind::kFollowing;
        if (!c.acceptWord("PRECEDING"))
            ES_CHECK(c.expectWord("FOLLOWING"));
    }
    return bound;
}

Result<WindowFrame> windowFrame(TokenCursor& c)
{
    WindowFrame frame;
    frame.unit = c.isWord("ROWS") ? FrameUnit::kRows : FrameUnit::kRange;
    c.take();
    if (c.acceptWord("BETWEEN")) {
        ES_TRY(frame.start, frameBound(c));
        ES_CHECK(c.expectWord("AND"));
        ES_TRY(frame.end, frameBound(c));
    } else {
        ES_TRY(frame.start, frameBound(c));
    }
    return frame;
}

Result<Over> overClause(TokenCursor& c)
{
    Over over;
    if (!c.isSymbol("("))
        return c.refuse("WINDOW", c.peek().range);
    c.take();
    if (c.acceptWord("PARTITION")) {
        ES_CHECK(c.expectWord("BY"));
        do {
            ES_TRY(ExprPtr expr, value(c));
            over.partitionBy.push_back(std::move(expr));
        } while (c.acceptSymbol(","));
    }
    if (c.acceptWord("ORDER")) {
        ES_CHECK(c.expectWord("BY"));
        ES_TRY(over.orderBy, orderItems(c));
    }
    if (c.isAnyWord({"ROWS", "RANGE"})) {
        ES_TRY(over.frame, windowFrame(c));
    }
    ES_CHECK(c.expectSymbol(")"));
    return over;
}

// What may follow the closing parenthesis of a call.
Result<void> callSuffix(TokenCursor& c, FunctionCall& call)
{
    if (c.isAnyWord({"IGNORE", "RESPECT"}) && c.isWord("NULLS", 1))
        return c.refuse("IGNORE NULLS", c.peek().range);
    if (c.acceptWords({"WITHIN", "GROUP"})) {
        ES_CHECK(c.expectSymbol("("));
        ES_CHECK(c.expectWord("ORDER"));
        ES_CHECK(c.expectWord("BY"));
        ES_TRY(call.withinGroup, orderItems(c));
        ES_CHECK(c.expectSymbol(")"));
    }
    if (c.acceptWord("OVER")) {
        ES_TRY(call.over, overClause(c));
    }
    return {};
}

Result<ExprPtr> ordinaryCall(TokenCursor& c, const SourceRange& start, ObjectName name)
{
    FunctionCall call;
    call.name = std::move(name);
    if (c.isSymbol("*") && c.isSymbol(")", 1)) {
        c.take();
        call.star = true;
    } else if (!c.isSymbol(")")) {
        call.distinct = c.acceptWord("DISTINCT");
        if (!call.distinct)
            c.acceptWord("ALL");
        do {
            const SourceRange range = c.peek().range;
            if (c.acceptWord("DEFAULT")) {
                call.arguments.push_back(makeExpr(range, DefaultValue{}));
                continue;
            }
            ES_TRY(ExprPtr argument, value(c));
            call.arguments.push_back(std::move(argument));
        } while (c.acceptSymbol(","));
    }
    ES_CHECK(c.expectSymbol(")"));
    ES_CHECK(callSuffix(c, call));
    return makeExpr(c.since(start), std::move(call));
}

Result<ExprPtr> callOf(TokenCursor& c, const SourceRange& start, ObjectName name)
{
    c.take();  // (
    const bool special = name.parts.size() == 1 && !name.parts.front().quoted;
    const std::string word = special ? upperCase(name.object()) : std::string{};
    if (word == "CAST" || word == "TRY_CAST")
        return castCall(c, start, word == "TRY_CAST");
    if (word == "CONVERT" || word == "TRY_CONVERT")
        return convertCall(c, start, word == "TRY_CONVERT");
    if (word == "IIF")
        return iifCall(c, start);
    if (word == "TRIM")
        return trimCall(c, start, std::move(name));
    if (word == "PARSE" || word == "TRY_PARSE")
        return c.refuse(word, start);
    return ordinaryCall(c, start, std::move(name));
}

}  // namespace

bool startsBareFunction(TokenCursor& c)
{
    return isNiladic(c) || startsWordFunction(c) || c.isSymbol(".");
}

Result<ExprPtr> functionOrColumn(TokenCursor& c)
{
    const SourceRange start = c.peek().range;
    if (isNiladic(c)) {
        const Token token = c.take();
        FunctionCall call;
        call.name = ObjectName{{Identifier{upperCase(c.textOf(token)), token.range, false}}, token.range};
        call.withoutParentheses = true;
        return makeExpr(start, std::move(call));
    }
    if (startsWordFunction(c)) {
        const Token token = c.take();
        return callOf(c, start, ObjectName{{Identifier{c.textOf(token), token.range, false}}, token.range});
    }
    if (c.isWord("NEXT") && c.isWord("VALUE", 1))
        return c.refuse("NEXT VALUE FOR", start);
    ES_TRY(ObjectName name, objectName(c));
    if (c.isSymbol("("))
        return callOf(c, start, std::move(name));
    if (c.isSymbol("::"))
        return c.refuse("::", c.peek().range);
    return makeExpr(name.range, ColumnRef{std::move(name.parts)});
}

}  // namespace es::tsql
