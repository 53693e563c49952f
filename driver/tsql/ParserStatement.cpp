// Which statement begins here; control of flow, transactions, PRINT, RETURN and other small ones.
#include "driver/tsql/Grammar.h"

#include <algorithm>
#include <array>

namespace es::tsql {
namespace {

using Rule = Result<StatementNode> (*)(TokenCursor&);

Result<StatementPtr> innerStatement(TokenCursor& c)
{
    ES_TRY(Statement inner, statement(c));
    return std::make_unique<Statement>(std::move(inner));
}

// SELECT .. | WITH a AS (..) SELECT/INSERT/UPDATE/DELETE ..
Result<StatementNode> withOrSelect(TokenCursor& c)
{
    ES_TRY(std::vector<CommonTable> with, commonTables(c));
    if (c.isWord("INSERT"))
        return insertStatement(c, std::move(with));
    if (c.isWord("UPDATE"))
        return updateStatement(c, std::move(with));
    if (c.isWord("DELETE"))
        return deleteStatement(c, std::move(with));
    if (c.isWord("MERGE"))
        return c.refuse("MERGE", c.peek().range);
    ES_TRY(QueryPtr whole, query(c));
    whole->with = std::move(with);
    ES_TRY(whole->options, optionClause(c));
    return asNode(SelectStatement{std::move(whole)});
}

Result<StatementNode> plainInsert(TokenCursor& c) { return insertStatement(c, {}); }
Result<StatementNode> plainUpdate(TokenCursor& c) { return updateStatement(c, {}); }
Result<StatementNode> plainDelete(TokenCursor& c) { return deleteStatement(c, {}); }
Result<StatementNode> wordyExecute(TokenCursor& c) { return executeStatement(c, true); }

Result<StatementNode> ifStatement(TokenCursor& c)
{
    If node;
    c.take();
    ES_TRY(node.condition, condition(c));
    ES_TRY(node.then, innerStatement(c));
    if (c.isWord("ELSE") || (c.isSymbol(";") && c.isWord("ELSE", 1))) {
        c.acceptSymbol(";");
        c.take();
        ES_TRY(node.otherwise, innerStatement(c));
    }
    return asNode(std::move(node));
}

Result<StatementNode> whileStatement(TokenCursor& c)
{
    While node;
    c.take();
    ES_TRY(node.condition, condition(c));
    ES_TRY(node.body, innerStatement(c));
    return asNode(std::move(node));
}

// The name behind TRAN: a word or a variable; nothing is fine.
Result<std::string> transactionName(TokenCursor& c)
{
    if (c.isKind(TokenKind::kVariable))
        return c.expectVariable();
    if (!c.isName())
        return std::string{};
    ES_TRY(Identifier name, c.expectName());
    return std::move(name.text);
}

Result<StatementNode> tryCatch(TokenCursor& c)
{
    TryCatch node;
    c.take();
    c.take();  // BEGIN TRY
    ES_TRY(node.body, statementsUntilEnd(c));
    if (node.body.empty())
        return c.unexpected();
    ES_CHECK(c.expectWord("END"));
    ES_CHECK(c.expectWord("TRY"));
    c.acceptSymbol(";");
    ES_CHECK(c.expectWord("BEGIN"));
    ES_CHECK(c.expectWord("CATCH"));
    ES_TRY(node.handler, statementsUntilEnd(c));
    ES_CHECK(c.expectWord("END"));
    ES_CHECK(c.expectWord("CATCH"));
    return asNode(std::move(node));
}

Result<StatementNode> beginStatement(TokenCursor& c)
{
    if (c.isWord("TRY", 1))
        return tryCatch(c);
    if (c.isAnyWord({"DISTRIBUTED", "ATOMIC", "DIALOG", "CONVERSATION"}, 1))
        return c.refuse("BEGIN " + upperCase(c.peek(1).range.in(c.text())), c.peek().range);
    c.take();
    if (c.acceptWord("TRAN") || c.acceptWord("TRANSACTION")) {
        Transaction node{TransactionVerb::kBegin, {}};
        ES_TRY(node.name, transactionName(c));
        if (c.isWord("WITH") && c.isWord("MARK", 1))
            return c.refuse("WITH MARK", c.peek().range);
        return asNode(std::move(node));
    }
    Block node;
    ES_TRY(node.statements, statementsUntilEnd(c));
    if (node.statements.empty())
        return c.unexpected();
    ES_CHECK(c.expectWord("END"));
    return asNode(std::move(node));
}

Result<StatementNode> endTransaction(TokenCursor& c)
{
    Transaction node{c.isWord("COMMIT") ? TransactionVerb::kCommit : TransactionVerb::kRollback, {}};
    c.take();
    const bool work = c.acceptWord("WORK");
    if (!work && (c.acceptWord("TRAN") || c.acceptWord("TRANSACTION"))) {
        ES_TRY(node.name, transactionName(c));
    }
    if (node.verb == TransactionVerb::kCommit && c.acceptWords({"WITH"})) {  // how late the log is written changes no result here
        ES_CHECK(c.expectSymbol("("));
        ES_CHECK(c.expectWord("DELAYED_DURABILITY"));
        ES_CHECK(c.expectSymbol("="));
        ES_TRY([[maybe_unused]] const bool on, c.expectOnOff());
        ES_CHECK(c.expectSymbol(")"));
    }
    return asNode(std::move(node));
}

Result<StatementNode> saveTransaction(TokenCursor& c)
{
    Transaction node{TransactionVerb::kSave, {}};
    c.take();
    if (!c.acceptWord("TRAN"))
        ES_CHECK(c.expectWord("TRANSACTION"));
    ES_TRY(node.name, transactionName(c));
    if (node.name.empty())
        return c.unexpected();
    return asNode(std::move(node));
}

Result<StatementNode> throwStatement(TokenCursor& c)
{
    Throw node;
    c.take();
    if (!c.isKind(TokenKind::kInteger) && !c.isKind(TokenKind::kVariable))
        return asNode(std::move(node));
    ES_TRY(node.number, primary(c, false));
    ES_CHECK(c.expectSymbol(","));
    ES_TRY(node.message, primary(c, false));
    ES_CHECK(c.expectSymbol(","));
    ES_TRY(node.state, primary(c, false));
    return asNode(std::move(node));
}

Result<StatementNode> raiseErrorStatement(TokenCursor& c)
{
    RaiseError node;
    c.take();
    ES_TRY(node.arguments, valueList(c));
    if (node.arguments.size() < 3)
        return c.unexpected();
    if (c.acceptWord("WITH")) {
        do {
            ES_TRY(std::string option, c.takeWord());
            node.options.push_back(std::move(option));
        } while (c.acceptSymbol(","));
    }
    return asNode(std::move(node));
}

Result<StatementNode> printStatement(TokenCursor& c)
{
    Print node;
    c.take();
    ES_TRY(node.value, value(c));
    return asNode(std::move(node));
}

bool startsValue(TokenCursor& c)
{
    switch (c.peek().kind) {
    case TokenKind::kEnd:
    case TokenKind::kBad:
    case TokenKind::kBlank:
        return false;
    case TokenKind::kWord:
        return c.isName() || c.isAnyWord({"NULL", "CASE"}) || startsBareFunction(c);
    case TokenKind::kSymbol:
        return c.isSymbol("(") || c.isSymbol("-") || c.isSymbol("+") || c.isSymbol("~");
    default:
        return true;
    }
}

Result<StatementNode> returnStatement(TokenCursor& c)
{
    Return node;
    c.take();
    if (startsValue(c)) {
        ES_TRY(node.value, value(c));
    }
    return asNode(std::move(node));
}

Result<StatementNode> waitForStatement(TokenCursor& c)
{
    WaitFor node;
    c.take();
    if (c.isSymbol("("))
        return c.refuse("WAITFOR (", c.peek().range);
    node.delay = c.acceptWord("DELAY");
    if (!node.delay)
        ES_CHECK(c.expectWord("TIME"));
    ES_TRY(node.time, primary(c, false));
    return asNode(std::move(node));
}

Result<StatementNode> useStatement(TokenCursor& c)
{
    Use node;
    c.take();
    ES_TRY(node.database, c.expectName());
    return asNode(std::move(node));
}

Result<StatementNode> truncateStatement(TokenCursor& c)
{
    TruncateTable node;
    c.take();
    ES_CHECK(c.expectWord("TABLE"));
    ES_TRY(node.name, objectName(c));
    return asNode(std::move(node));
}

Result<StatementNode> reconfigureStatement(TokenCursor& c)
{
    c.take();
    return asNode(Reconfigure{c.acceptWords({"WITH", "OVERRIDE"})});
}

template <class Node>
Result<StatementNode> oneWord(TokenCursor& c)
{
    c.take();
    return asNode(Node{});
}

template <PermissionVerb verb>
Result<StatementNode> permission(TokenCursor& c)
{
    return permissionStatement(c, verb);
}

Result<StatementNode> gotoStatement(TokenCursor& c)
{
    c.take();
    ES_TRY(const Identifier name, c.expectName());
    return asNode(Goto{name.text});
}

struct Entry { std::string_view word; Rule rule; };
constexpr auto kStatements = std::to_array<Entry>({
    {"ALTER", alterStatement}, {"BEGIN", beginStatement}, {"BREAK", oneWord<Break>}, {"GOTO", gotoStatement}, {"CHECKPOINT", oneWord<Checkpoint>},
    {"COMMIT", endTransaction}, {"CONTINUE", oneWord<Continue>}, {"CREATE", createStatement}, {"DECLARE", declareStatement},
    {"DBCC", dbccStatement}, {"DELETE", plainDelete}, {"DENY", permission<PermissionVerb::kDeny>}, {"DROP", dropStatement}, {"EXEC", wordyExecute},
    {"EXECUTE", wordyExecute}, {"GRANT", permission<PermissionVerb::kGrant>}, {"IF", ifStatement}, {"INSERT", plainInsert},
    {"PRINT", printStatement}, {"RAISERROR", raiseErrorStatement}, {"RECONFIGURE", reconfigureStatement}, {"RETURN", returnStatement},
    {"REVOKE", permission<PermissionVerb::kRevoke>}, {"ROLLBACK", endTransaction}, {"SAVE", saveTransaction}, {"SELECT", withOrSelect},
    {"SET", setStatement}, {"THROW", throwStatement}, {"TRUNCATE", truncateStatement}, {"UPDATE", plainUpdate}, {"USE", useStatement},
    {"WAITFOR", waitForStatement}, {"WHILE", whileStatement}, {"WITH", withOrSelect},
});

// First words of statements that we know by name and nobody here runs.
constexpr auto kRefused = std::to_array<std::string_view>({
    "ADD", "BACKUP", "BULK", "CLOSE", "DEALLOCATE", "DISABLE", "DISK", "DUMP", "ENABLE", "FETCH", "KILL", "LINENO", "LOAD",
    "MERGE", "OPEN", "READTEXT", "RECEIVE", "RENAME", "RESTORE", "REVERT", "SEND", "SETUSER", "SHUTDOWN", "UPDATETEXT", "WRITETEXT",
});

Result<StatementNode> statementNode(TokenCursor& c, bool firstOfBatch)
{
    if (c.isKind(TokenKind::kWord)) {
        const std::string word = upperCase(c.peek().range.in(c.text()));
        const auto entry = std::ranges::find(kStatements, std::string_view(word), &Entry::word);
        if (entry != kStatements.end() && !(word == "THROW" && firstOfBatch && c.isSymbol(".", 1)))
            return entry->rule(c);
        const bool ordinary = c.isName() && (c.isSymbol(".", 1) || firstOfBatch);
        if (std::ranges::find(kRefused, std::string_view(word)) != kRefused.end() && !ordinary)
            return c.refuse(word, c.peek().range);
        if (c.isName() && c.isSymbol(":", 1)) {
            ES_TRY(const Identifier name, c.expectName());
            c.take();  // :
            return asNode(Label{name.text});
        }
    }
    if (c.isSymbol("(")) {
        ES_TRY(QueryPtr whole, query(c));
        ES_TRY(whole->options, optionClause(c));
        return asNode(SelectStatement{std::move(whole)});
    }
    if (firstOfBatch && c.isName())
        return executeStatement(c, false);  // a procedure's name alone, at the start of a batch
    return c.unexpected();
}

}  // namespace

Result<Statement> statement(TokenCursor& c)
{
    Nesting nesting(c);
    if (nesting.tooDeep())
        return c.tooDeep();
    const bool firstOfBatch = c.statementCount++ == 0;
    const SourceRange start = c.peek().range;
    ES_TRY(StatementNode node, statementNode(c, firstOfBatch));
    return Statement{c.since(start), std::move(node)};
}

Result<std::vector<Statement>> statementsUntilEnd(TokenCursor& c)
{
    std::vector<Statement> statements;
    bool terminated = true;
    for (;;) {
        while (c.acceptSymbol(";"))
            terminated = true;
        if (c.atEnd() || c.isWord("END"))
            return statements;
        if (c.isWord("WITH") && !terminated)
            return c.unexpected();  // 319
        ES_TRY(Statement next, statement(c));
        statements.push_back(std::move(next));
        terminated = false;
    }
}

}  // namespace es::tsql
