// Views, procedures, principals and permissions.
#include "driver/tsql/Grammar.h"

namespace es::tsql {
namespace {

Result<void> moduleOptions(TokenCursor& c, bool& schemaBinding)
{
    if (!c.acceptWord("WITH"))
        return {};
    do {
        const SourceRange range = c.peek().range;
        ES_TRY(const std::string word, c.takeWord());
        if (word == "SCHEMABINDING")
            schemaBinding = true;
        else if (word != "RECOMPILE")  // changes no result
            return c.refuse("WITH " + word, range);
    } while (c.acceptSymbol(","));
    return {};
}

// "ALTER ANY COLUMN MASTER KEY", "SELECT", "SELECT (a, b)" refused: words up to the comma or the next clause.
Result<std::string> permissionName(TokenCursor& c)
{
    std::string name;
    while (c.isKind(TokenKind::kWord) && !c.isAnyWord({"ON", "TO", "FROM"})) {
        ES_TRY(const std::string word, c.takeWord());
        appendWord(name, word);
    }
    if (c.isSymbol("("))
        return c.refuse("permission on columns", c.peek().range);
    if (name.empty())
        return c.unexpected();
    return name;
}

// [class words ::] name
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
    if (c.isSymbol("("))
        return c.refuse("permission on columns", c.peek().range);
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
    c.acceptWord("MUST_CHANGE");
    while (c.acceptSymbol(",")) {  // CHECK_POLICY = OFF and its like: read and dropped
        ES_TRY([[maybe_unused]] const std::string option, c.takeWord());
        ES_CHECK(c.expectSymbol("="));
        c.take();
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
        ES_TRY([[maybe_unused]] const Identifier schema, c.expectName());
    }
    return {};
}

}  // namespace

Result<StatementNode> defineView(TokenCursor& c, DefineMode mode)
{
    DefineView node{mode, {}, {}, nullptr, false, false};
    c.take();  // VIEW
    ES_TRY(node.name, objectName(c));
    if (c.isSymbol("(")) {
        ES_TRY(node.columns, nameList(c));
    }
    ES_CHECK(moduleOptions(c, node.schemaBinding));
    ES_CHECK(c.expectWord("AS"));
    ES_TRY(std::vector<CommonTable> with, commonTables(c));
    ES_TRY(node.query, query(c));
    node.query->with = std::move(with);
    node.checkOption = c.acceptWords({"WITH", "CHECK", "OPTION"});
    return asNode(std::move(node));
}

Result<ProcedureParameter> procedureParameter(TokenCursor& c)
{
    ProcedureParameter node;
    ES_TRY(node.name, c.expectVariable());
    c.acceptWord("AS");
    ES_TRY(node.type, dataType(c));
    if (c.isWord("VARYING"))
        return c.refuse("CURSOR", c.peek().range);
    if (c.acceptSymbol("=")) {
        ES_TRY(node.defaultValue, value(c));
    }
    node.output = c.acceptWord("OUTPUT") || c.acceptWord("OUT");
    node.readOnly = c.acceptWord("READONLY");
    return node;
}

Result<StatementNode> defineProcedure(TokenCursor& c, DefineMode mode)
{
    DefineProcedure node{mode, {}, {}, {}};
    c.take();  // PROC
    ES_TRY(node.name, objectName(c));
    const bool parenthesized = c.acceptSymbol("(");
    if (c.isKind(TokenKind::kVariable)) {
        do {
            ES_TRY(ProcedureParameter parameter, procedureParameter(c));
            node.parameters.push_back(std::move(parameter));
        } while (c.acceptSymbol(","));
    }
    if (parenthesized)
        ES_CHECK(c.expectSymbol(")"));
    bool schemaBinding = false;
    ES_CHECK(moduleOptions(c, schemaBinding));
    ES_CHECK(c.expectWord("AS"));
    if (c.isWord("EXTERNAL"))
        return c.refuse("EXTERNAL NAME", c.peek().range);
    ES_TRY(node.body, statementsUntilEnd(c));
    if (node.body.empty())
        return c.unexpected();
    return asNode(std::move(node));
}

Result<StatementNode> permissionStatement(TokenCursor& c, PermissionVerb verb)
{
    Permission node{verb, {}, {}, {}, {}};
    c.take();
    if (verb == PermissionVerb::kRevoke && c.isWord("GRANT") && c.isWord("OPTION", 1))
        return c.refuse("GRANT OPTION FOR", c.peek().range);
    do {
        ES_TRY(std::string name, permissionName(c));
        node.permissions.push_back(std::move(name));
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
    CreatePrincipal node{kind, {}, {}, {}, false};
    c.take();  // LOGIN, USER, ROLE
    ES_TRY(node.name, c.expectName());
    if (kind == ObjectKind::kLogin)
        ES_CHECK(loginOptions(c, node));
    if (kind == ObjectKind::kUser)
        ES_CHECK(userOptions(c, node));
    if (kind == ObjectKind::kRole && c.acceptWord("AUTHORIZATION")) {
        ES_TRY([[maybe_unused]] const Identifier owner, c.expectName());
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
