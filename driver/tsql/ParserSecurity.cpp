// Logins, users, roles and permissions.
#include "driver/tsql/Grammar.h"

namespace es::tsql {
namespace {

// "ALTER ANY COLUMN MASTER KEY", "SELECT", "UPDATE (a, b)": words up to the comma or the next clause.
Result<void> permissionName(TokenCursor& c, Permission& node)
{
    std::string name;
    while (c.isKind(TokenKind::kWord) && !c.isAnyWord({"ON", "TO", "FROM"})) {
        ES_TRY(const std::string word, c.takeWord());
        appendWord(name, word);
    }
    if (name.empty())
        return c.unexpected();
    node.permissions.push_back(std::move(name));
    node.columns.emplace_back();
    if (c.isSymbol("(")) {
        ES_TRY(node.columns.back(), nameList(c));
    }
    return {};
}

// [class words ::] name [(columns)]: columns behind the name are those of the one permission.
Result<void> securable(TokenCursor& c, Permission& node)
{
    std::size_t words = 0;
    while (c.isKind(TokenKind::kWord, words) && words < 4)
        ++words;
    if (c.isSymbol("::", words)) {
        for (std::size_t i = 0; i < words; ++i) {
            ES_TRY(const std::string word, c.takeWord());
            appendWord(node.securableClass, word);
        }
        c.take();  // ::
    }
    ES_TRY(node.on, objectName(c));
    if (!c.isSymbol("("))
        return {};
    if (node.permissions.size() != 1 || !node.columns.front().empty())
        return c.unexpected();
    ES_TRY(node.columns.front(), nameList(c));
    return {};
}

// A principal may be PUBLIC, which is a reserved word.
Result<Identifier> principalName(TokenCursor& c)
{
    if (!c.isWord("PUBLIC"))
        return c.expectName();
    const Token token = c.take();
    return Identifier{"public", token.range, false};
}

Result<void> loginOptions(TokenCursor& c, CreatePrincipal& node)
{
    if (c.isWord("FROM"))
        return c.refuse("CREATE LOGIN .. FROM", c.peek().range);
    ES_CHECK(c.expectWord("WITH"));
    ES_CHECK(c.expectWord("PASSWORD"));
    ES_CHECK(c.expectSymbol("="));
    if (c.isKind(TokenKind::kBinary))
        return c.refuse("PASSWORD = 0x", c.peek().range);
    ES_TRY(node.password, c.expectString());
    if (c.isWord("MUST_CHANGE"))
        return c.refuse("MUST_CHANGE", c.peek().range);
    while (c.acceptSymbol(",")) {  // CHECK_POLICY = OFF and its like: read and dropped
        const SourceRange range = c.peek().range;
        ES_TRY(const std::string option, c.takeWord());
        ES_CHECK(c.expectSymbol("="));
        if (option == "SID")
            return c.refuse("SID", range);
        if (option == "DEFAULT_DATABASE") {
            ES_TRY(const Identifier database, c.expectName());
            node.defaultDatabase = database.text;
        } else {
            c.take();
        }
    }
    return {};
}

Result<void> userOptions(TokenCursor& c, CreatePrincipal& node)
{
    if (c.acceptWords({"WITHOUT", "LOGIN"})) {
        node.withoutLogin = true;
    } else if (c.acceptWord("FOR") || c.acceptWord("FROM")) {
        ES_CHECK(c.expectWord("LOGIN"));
        ES_TRY(node.forLogin, c.expectName());
    }
    if (c.isWord("WITH") && !c.isWord("DEFAULT_SCHEMA", 1))
        return c.refuse("CREATE USER .. WITH", c.peek().range);
    if (c.acceptWords({"WITH", "DEFAULT_SCHEMA"})) {
        ES_CHECK(c.expectSymbol("="));
        const SourceRange range = c.peek().range;
        ES_TRY(const Identifier schema, c.expectName());
        if (upperCase(schema.text) != "DBO")
            return c.refuse("DEFAULT_SCHEMA other than dbo", range);
    }
    return {};
}

}  // namespace

Result<StatementNode> permissionStatement(TokenCursor& c, PermissionVerb verb)
{
    Permission node;
    node.verb = verb;
    c.take();
    if (verb == PermissionVerb::kRevoke && c.isWord("GRANT") && c.isWord("OPTION", 1))
        return c.refuse("GRANT OPTION FOR", c.peek().range);
    do {
        ES_CHECK(permissionName(c, node));
    } while (c.acceptSymbol(","));
    if (c.acceptWord("ON"))
        ES_CHECK(securable(c, node));
    if (!(verb == PermissionVerb::kRevoke && c.acceptWord("FROM")))
        ES_CHECK(c.expectWord("TO"));
    do {
        ES_TRY(Identifier name, principalName(c));
        node.principals.push_back(std::move(name));
    } while (c.acceptSymbol(","));
    if (c.isWord("WITH") && c.isWord("GRANT", 1))
        return c.refuse("WITH GRANT OPTION", c.peek().range);
    if (c.isAnyWord({"CASCADE", "AS"}))
        return c.refuse(upperCase(c.peek().range.in(c.text())), c.peek().range);
    return asNode(std::move(node));
}

Result<StatementNode> createPrincipal(TokenCursor& c, ObjectKind kind)
{
    CreatePrincipal node;
    node.kind = kind;
    c.take();  // LOGIN, USER, ROLE
    ES_TRY(node.name, c.expectName());
    if (kind == ObjectKind::kLogin)
        ES_CHECK(loginOptions(c, node));
    if (kind == ObjectKind::kUser)
        ES_CHECK(userOptions(c, node));
    if (kind == ObjectKind::kRole && c.acceptWord("AUTHORIZATION")) {
        const SourceRange range = c.peek().range;
        ES_TRY(const Identifier owner, c.expectName());
        if (upperCase(owner.text) != "DBO")
            return c.refuse("AUTHORIZATION other than dbo", range);
    }
    return asNode(std::move(node));
}

Result<StatementNode> alterRole(TokenCursor& c)
{
    AlterRole node;
    c.take();  // ROLE
    ES_TRY(node.role, c.expectName());
    node.add = c.isWord("ADD");
    if (!c.acceptWord("ADD"))
        ES_CHECK(c.expectWord("DROP"));
    ES_CHECK(c.expectWord("MEMBER"));
    ES_TRY(node.member, c.expectName());
    return asNode(std::move(node));
}

}  // namespace es::tsql
