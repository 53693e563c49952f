// DECLARE, SET and EXEC.
#include "driver/tsql/Grammar.h"

#include <algorithm>
#include <array>

namespace es::tsql {
namespace {

Result<VariableDeclaration> variableDeclaration(TokenCursor& c)
{
    VariableDeclaration node;
    const SourceRange start = c.peek().range;
    ES_TRY(node.name, c.expectVariable());
    c.acceptWord("AS");
    if (c.isWord("CURSOR"))
        return c.refuse("CURSOR", c.peek().range);
    if (c.acceptWord("TABLE")) {
        node.isTable = true;
        ES_CHECK(c.expectSymbol("("));
        ES_TRY(TableElements elements, tableElements(c, false));
        ES_CHECK(c.expectSymbol(")"));
        node.tableColumns = std::move(elements.columns);
        node.tableConstraints = std::move(elements.constraints);
    } else {
        ES_TRY(node.type, dataType(c));
        if (c.acceptSymbol("=")) {
            ES_TRY(node.initial, value(c));
        }
    }
    node.range = c.since(start);
    return node;
}

Result<StatementNode> setVariable(TokenCursor& c)
{
    SetVariable node;
    ES_TRY(node.name, c.expectVariable());
    if (c.isSymbol("."))
        return c.refuse("SET @variable.method", c.peek().range);
    node.compound = acceptCompound(c);
    if (!node.compound)
        ES_CHECK(c.expectSymbol("="));
    if (c.isWord("CURSOR"))
        return c.refuse("CURSOR", c.peek().range);
    ES_TRY(node.value, value(c));
    return asNode(std::move(node));
}

// SET options whose value is ON or OFF; several may stand in one statement.
constexpr auto kSwitches = std::to_array<std::string_view>({
    "ANSI_DEFAULTS", "ANSI_NULLS", "ANSI_NULL_DFLT_OFF", "ANSI_NULL_DFLT_ON", "ANSI_PADDING", "ANSI_WARNINGS", "ARITHABORT", "ARITHIGNORE",
    "CONCAT_NULL_YIELDS_NULL", "CURSOR_CLOSE_ON_COMMIT", "FMTONLY", "FORCEPLAN", "IMPLICIT_TRANSACTIONS", "NOCOUNT", "NOEXEC",
    "NUMERIC_ROUNDABORT", "PARSEONLY", "QUOTED_IDENTIFIER", "REMOTE_PROC_TRANSACTIONS", "RESULT_SET_CACHING", "SHOWPLAN_ALL",
    "SHOWPLAN_TEXT", "SHOWPLAN_XML", "XACT_ABORT", "NO_BROWSETABLE",
});
// Those with one value of their own.
constexpr auto kValued = std::to_array<std::string_view>({
    "CONTEXT_INFO", "DATEFIRST", "DATEFORMAT", "DEADLOCK_PRIORITY", "LANGUAGE", "LOCK_TIMEOUT", "QUERY_GOVERNOR_COST_LIMIT", "ROWCOUNT",
    "TEXTSIZE",
});

template <std::size_t size>
bool holds(const std::array<std::string_view, size>& words, std::string_view word)
{
    return std::ranges::find(words, word) != words.end();
}

Result<std::string> optionValue(TokenCursor& c)
{
    if (c.isKind(TokenKind::kString) || c.isKind(TokenKind::kNationalString))
        return c.expectString();
    if (c.isSymbol("-") || c.isKind(TokenKind::kInteger))
        return c.expectInteger();
    if (!c.isKind(TokenKind::kWord) && !c.isKind(TokenKind::kVariable) && !c.isKind(TokenKind::kBinary)
        && !c.isKind(TokenKind::kQuotedName))
        return c.unexpected();
    return std::string(c.take().range.in(c.text()));
}

Result<StatementNode> isolationLevel(TokenCursor& c)
{
    SetOption node{{"TRANSACTION ISOLATION LEVEL"}, {}, {}};
    ES_CHECK(c.expectWord("ISOLATION"));
    ES_CHECK(c.expectWord("LEVEL"));
    if (c.acceptWords({"READ", "COMMITTED"}))
        node.value = "READ COMMITTED";
    else if (c.acceptWords({"READ", "UNCOMMITTED"}))
        node.value = "READ UNCOMMITTED";
    else if (c.acceptWords({"REPEATABLE", "READ"}))
        node.value = "REPEATABLE READ";
    else if (c.acceptWord("SNAPSHOT"))
        node.value = "SNAPSHOT";
    else if (c.acceptWord("SERIALIZABLE"))
        node.value = "SERIALIZABLE";
    else
        return c.unexpected();
    return asNode(std::move(node));
}

Result<StatementNode> setSwitches(TokenCursor& c, std::string first)
{
    SetOption node{{std::move(first)}, {}, {}};
    while (c.acceptSymbol(",")) {
        ES_TRY(std::string word, c.takeWord());
        node.options.push_back(std::move(word));
    }
    ES_TRY(const bool on, c.expectOnOff());
    node.value = on ? "ON" : "OFF";
    return asNode(std::move(node));
}

Result<StatementNode> setOption(TokenCursor& c)
{
    const Token token = c.peek();
    ES_TRY(std::string word, c.takeWord());
    if (word == "TRANSACTION")
        return isolationLevel(c);
    if (word == "IDENTITY_INSERT") {
        SetOption node{{word}, {}, {}};
        ES_TRY(node.table, objectName(c));
        ES_TRY(const bool on, c.expectOnOff());
        node.value = on ? "ON" : "OFF";
        return asNode(std::move(node));
    }
    if (word == "STATISTICS") {
        ES_TRY(const std::string kind, c.takeWord());
        return setSwitches(c, word + " " + kind);
    }
    if (holds(kValued, word)) {
        SetOption node{{word}, {}, {}};
        ES_TRY(node.value, optionValue(c));
        return asNode(std::move(node));
    }
    if (holds(kSwitches, word))
        return setSwitches(c, std::move(word));
    std::string message("'");
    message.append(token.range.in(c.text())).append("' is not a recognized SET option.");
    return serverError(kSyntax, 195, 15, token.range.line, std::move(message));
}

bool startsArgument(TokenCursor& c)
{
    switch (c.peek().kind) {
    case TokenKind::kEnd:
    case TokenKind::kBad:
    case TokenKind::kBlank:
        return false;
    case TokenKind::kWord:
        return c.isName() || c.isAnyWord({"NULL", "DEFAULT"});
    case TokenKind::kSymbol:
        return c.isSymbol("-") || c.isSymbol("+");
    default:
        return true;
    }
}

// A literal, a signed number, a variable, DEFAULT, or a bare word; no other expression is allowed here.
Result<ExprPtr> argumentValue(TokenCursor& c)
{
    const SourceRange range = c.peek().range;
    if (c.acceptWord("DEFAULT"))
        return makeExpr(range, DefaultValue{});
    if (c.isSymbol("-") || c.isSymbol("+")) {
        const auto op = c.isSymbol("-") ? UnaryOperator::kMinus : UnaryOperator::kPlus;
        c.take();
        if (c.isKind(TokenKind::kVariable) || c.isName() || c.isSymbol("("))
            return c.unexpected();
        ES_TRY(ExprPtr operand, primary(c, false));
        return makeExpr(c.since(range), Unary{op, std::move(operand)});
    }
    if (c.isName()) {
        ES_TRY(Identifier word, c.expectName());
        ColumnRef reference;
        reference.parts.push_back(std::move(word));
        return makeExpr(range, std::move(reference));
    }
    return primary(c, false);
}

Result<ExecuteArgument> executeArgument(TokenCursor& c)
{
    ExecuteArgument argument;
    if (c.isKind(TokenKind::kVariable) && c.isSymbol("=", 1)) {
        ES_TRY(argument.name, c.expectVariable());
        c.take();
    }
    if (!startsArgument(c))
        return c.unexpected();
    ES_TRY(argument.value, argumentValue(c));
    argument.output = c.acceptWord("OUTPUT") || c.acceptWord("OUT");
    return argument;
}

// EXEC ('text' + @more)
Result<StatementNode> executeText(TokenCursor& c)
{
    Execute node;
    c.take();  // (
    ES_TRY(node.text, value(c));
    if (c.isSymbol(","))
        return c.refuse("EXECUTE .. AT", c.peek().range);
    ES_CHECK(c.expectSymbol(")"));
    if (c.isAnyWord({"AT", "AS"}))
        return c.refuse("EXECUTE .. " + upperCase(c.peek().range.in(c.text())), c.peek().range);
    return asNode(std::move(node));
}

}  // namespace

Result<StatementNode> declareStatement(TokenCursor& c)
{
    Declare node;
    c.take();
    if (c.isName() && c.peek(1).kind == TokenKind::kWord)
        return c.refuse("CURSOR", c.peek().range);
    do {
        ES_TRY(VariableDeclaration one, variableDeclaration(c));
        node.variables.push_back(std::move(one));
    } while (c.acceptSymbol(","));
    return asNode(std::move(node));
}

Result<StatementNode> setStatement(TokenCursor& c)
{
    c.take();
    return c.isKind(TokenKind::kVariable) ? setVariable(c) : setOption(c);
}

Result<StatementNode> executeStatement(TokenCursor& c, bool withWord)
{
    if (withWord) {
        c.take();
        if (c.isSymbol("("))
            return executeText(c);
        if (c.isWord("AS"))
            return c.refuse("EXECUTE AS", c.peek().range);
    }
    Execute node;
    if (c.isKind(TokenKind::kVariable) && c.isSymbol("=", 1)) {
        ES_TRY(node.resultVariable, c.expectVariable());
        c.take();
    }
    if (c.isKind(TokenKind::kVariable)) {
        ES_TRY(node.procedureVariable, c.expectVariable());
    } else {
        ES_TRY(node.procedure, objectName(c));
    }
    if (startsArgument(c)) {
        do {
            ES_TRY(ExecuteArgument argument, executeArgument(c));
            node.arguments.push_back(std::move(argument));
        } while (c.acceptSymbol(","));
    }
    if (c.isWord("WITH") && c.isAnyWord({"RECOMPILE", "RESULT"}, 1))
        return c.refuse("EXECUTE .. WITH", c.peek().range);
    return asNode(std::move(node));
}

}  // namespace es::tsql
