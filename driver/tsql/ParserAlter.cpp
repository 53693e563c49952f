// ALTER TABLE, indexes, ALTER DATABASE.
#include "driver/tsql/Grammar.h"

namespace es::tsql {
namespace {

// ONLINE = ON inside the words of a WITH (..) clause.
std::optional<bool> onlineOption(const std::vector<std::string>& words)
{
    for (const std::string& word : words) {
        if (word == "ONLINE = OFF")
            return false;
        if (word.starts_with("ONLINE = ON"))
            return true;
    }
    return std::nullopt;
}

Result<AlterColumn> alterColumn(TokenCursor& c)
{
    AlterColumn action;
    if (c.isName() && c.isAnyWord({"ADD", "DROP"}, 1))
        return c.refuse("ALTER COLUMN .. " + upperCase(c.peek(1).range.in(c.text())), c.peek(1).range);
    ES_TRY(action.column, columnDefinition(c));
    if (c.isWord("WITH") && c.isSymbol("(", 1)) {
        c.take();
        ES_TRY(const std::vector<std::string> words, parenthesizedWords(c));
        action.online = onlineOption(words);
        if (!action.online)
            return c.refuse("WITH (" + words.front() + ")", c.peek().range);
    }
    return action;
}

Result<DropItems> dropItems(TokenCursor& c)
{
    DropItems action;
    bool column = false;
    do {
        if (c.acceptWord("COLUMN"))
            column = true;
        else if (c.acceptWord("CONSTRAINT"))
            column = false;
        DropItem item;
        item.column = column;
        item.ifExists = c.acceptWords({"IF", "EXISTS"});
        ES_TRY(item.name, c.expectName());
        action.items.push_back(std::move(item));
    } while (c.acceptSymbol(","));
    return action;
}

Result<ToggleConstraint> toggleConstraint(TokenCursor& c, std::optional<bool> withCheck)
{
    ToggleConstraint action;
    action.withCheck = withCheck;
    action.enable = c.isWord("CHECK");
    c.take();
    ES_CHECK(c.expectWord("CONSTRAINT"));
    if (c.acceptWord("ALL"))
        return action;
    do {
        ES_TRY(Identifier name, c.expectName());
        action.names.push_back(std::move(name));
    } while (c.acceptSymbol(","));
    return action;
}

Result<AddItems> addItems(TokenCursor& c, std::optional<bool> withCheck)
{
    AddItems action;
    action.withCheck = withCheck;
    ES_TRY(TableElements elements, tableElements(c, false));
    action.columns = std::move(elements.columns);
    action.constraints = std::move(elements.constraints);
    return action;
}

// [WITH CHECK | NOCHECK]
std::optional<bool> acceptWithCheck(TokenCursor& c)
{
    if (c.acceptWords({"WITH", "CHECK"}))
        return true;
    if (c.acceptWords({"WITH", "NOCHECK"}))
        return false;
    return std::nullopt;
}

// Words up to the end of a statement whose form we do not judge.
Result<std::vector<std::string>> looseWords(TokenCursor& c)
{
    std::vector<std::string> words;
    while (!c.atEnd() && !c.isSymbol(";")
           && !c.isAnyWord({"ALTER", "BEGIN", "CREATE", "DECLARE", "DELETE", "DROP", "ELSE", "END", "EXEC", "EXECUTE", "GRANT",
                            "IF", "INSERT", "PRINT", "RETURN", "REVOKE", "SELECT", "UPDATE", "USE", "WHILE"})) {
        if (c.isKind(TokenKind::kBad))
            return c.unexpected();
        words.push_back(upperCase(c.take().range.in(c.text())));
    }
    if (words.empty())
        return c.unexpected();
    return words;
}

Result<DropIndex::Item> dropIndexItem(TokenCursor& c)
{
    DropIndex::Item item;
    ES_TRY(ObjectName name, objectName(c));
    if (c.acceptWord("ON")) {
        if (name.parts.size() != 1)
            return c.unexpected();
        item.name = std::move(name.parts.front());
        ES_TRY(item.table, objectName(c));
        return item;
    }
    if (name.parts.size() < 2)
        return c.unexpected();
    item.name = std::move(name.parts.back());  // table.index, the old form
    name.parts.pop_back();
    item.table = std::move(name);
    return item;
}

}  // namespace

Result<StatementNode> alterTable(TokenCursor& c)
{
    AlterTable node;
    c.take();  // TABLE
    ES_TRY(node.name, objectName(c));
    const std::optional<bool> withCheck = acceptWithCheck(c);
    if (c.isAnyWord({"CHECK", "NOCHECK"})) {
        ES_TRY(node.action, toggleConstraint(c, withCheck));
    } else if (c.acceptWord("ADD")) {
        ES_TRY(node.action, addItems(c, withCheck));
    } else if (withCheck) {
        return c.unexpected();
    } else if (c.acceptWords({"ALTER", "COLUMN"})) {
        ES_TRY(node.action, alterColumn(c));
    } else if (c.acceptWord("DROP")) {
        ES_TRY(node.action, dropItems(c));
    } else if (c.isAnyWord({"ENABLE", "DISABLE", "SWITCH", "SET", "REBUILD"})) {
        return c.refuse("ALTER TABLE .. " + upperCase(c.peek().range.in(c.text())), c.peek().range);
    } else {
        return c.unexpected();
    }
    return asNode(std::move(node));
}

Result<StatementNode> createIndex(TokenCursor& c)
{
    CreateIndex node;
    node.unique = c.acceptWord("UNIQUE");
    if (c.acceptWord("CLUSTERED"))
        node.clustered = true;
    else if (c.acceptWord("NONCLUSTERED"))
        node.clustered = false;
    if (c.isWord("COLUMNSTORE"))
        return c.refuse("COLUMNSTORE", c.peek().range);
    ES_CHECK(c.expectWord("INDEX"));
    ES_TRY(node.name, c.expectName());
    ES_CHECK(c.expectWord("ON"));
    ES_TRY(node.table, objectName(c));
    ES_TRY(node.columns, indexColumns(c));
    if (c.acceptWord("INCLUDE")) {
        ES_TRY(node.include, nameList(c));
    }
    if (c.acceptWord("WHERE")) {
        ES_TRY(node.where, condition(c));
    }
    if (c.isWord("WITH") && c.isSymbol("(", 1)) {
        c.take();
        ES_TRY(node.options, parenthesizedWords(c));
    }
    if (c.isWord("ON") && (c.isName(1) || c.isWord("PRIMARY", 1))) {  // file group: read and dropped
        c.take();
        c.take();
    }
    return asNode(std::move(node));
}

Result<StatementNode> alterIndex(TokenCursor& c)
{
    AlterIndex node{};
    c.take();  // INDEX
    if (!c.acceptWord("ALL")) {
        ES_TRY(node.name, c.expectName());
    }
    ES_CHECK(c.expectWord("ON"));
    ES_TRY(node.table, objectName(c));
    if (c.acceptWord("REBUILD"))
        node.action = AlterIndexAction::kRebuild;
    else if (c.acceptWord("REORGANIZE"))
        node.action = AlterIndexAction::kReorganize;
    else if (c.acceptWord("DISABLE"))
        node.action = AlterIndexAction::kDisable;
    else if (c.isAnyWord({"SET", "RESUME", "PAUSE", "ABORT"}))
        return c.refuse("ALTER INDEX .. " + upperCase(c.peek().range.in(c.text())), c.peek().range);
    else
        return c.unexpected();
    if (c.isWord("WITH") && c.isSymbol("(", 1)) {
        c.take();
        ES_TRY([[maybe_unused]] const auto options, parenthesizedWords(c));
    }
    return asNode(std::move(node));
}

Result<StatementNode> dropIndex(TokenCursor& c)
{
    DropIndex node;
    c.take();  // INDEX
    node.ifExists = c.acceptWords({"IF", "EXISTS"});
    do {
        ES_TRY(DropIndex::Item item, dropIndexItem(c));
        node.items.push_back(std::move(item));
    } while (c.acceptSymbol(","));
    return asNode(std::move(node));
}

Result<StatementNode> alterDatabase(TokenCursor& c)
{
    c.take();  // DATABASE
    if (c.acceptWords({"SCOPED", "CONFIGURATION"})) {
        AlterScopedConfiguration node;
        ES_TRY(node.words, looseWords(c));
        return asNode(std::move(node));
    }
    if (c.isAnyWord({"SCOPED", "AUDIT", "ENCRYPTION"}))
        return c.refuse("ALTER DATABASE " + upperCase(c.peek().range.in(c.text())), c.peek().range);
    AlterDatabase node;
    if (!c.acceptWord("CURRENT")) {
        ES_TRY(node.name, c.expectName());
    }
    ES_TRY(node.words, looseWords(c));
    return asNode(std::move(node));
}

}  // namespace es::tsql
