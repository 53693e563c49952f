// CREATE, ALTER and DROP: which kind; tables, schemas, databases, synonyms.
#include "driver/tsql/Grammar.h"

namespace es::tsql {
namespace {

// 111: what must stand alone at the head of a batch.
Result<void> firstInBatch(TokenCursor& c, std::string_view construct, std::uint32_t line)
{
    if (c.statementCount == 1)
        return {};
    std::string message("'");
    message.append(construct).append("' must be the first statement in a query batch.");
    return serverError(kSyntax, 111, 15, line, std::move(message));
}

Result<StatementNode> createSchema(TokenCursor& c)
{
    CreateSchema node;
    ES_CHECK(firstInBatch(c, "CREATE SCHEMA", c.peek().range.line));
    c.take();  // SCHEMA
    if (!c.isWord("AUTHORIZATION")) {
        ES_TRY(node.name, c.expectName());
    }
    if (c.acceptWord("AUTHORIZATION")) {
        ES_TRY(node.owner, c.expectName());
        if (node.name.text.empty())
            node.name = node.owner;
    }
    if (c.isAnyWord({"CREATE", "GRANT", "DENY", "REVOKE"}))
        return c.refuse("CREATE SCHEMA with elements", c.peek().range);
    return asNode(std::move(node));
}

Result<StatementNode> createDatabase(TokenCursor& c)
{
    CreateDatabase node;
    c.take();  // DATABASE
    if (c.isAnyWord({"SCOPED", "AUDIT", "ENCRYPTION"}))
        return c.refuse("CREATE DATABASE " + upperCase(c.peek().range.in(c.text())), c.peek().range);
    ES_TRY(node.name, c.expectName());
    if (c.acceptWord("COLLATE")) {
        ES_TRY(node.collation, c.expectName());
    }
    if (c.isAnyWord({"ON", "LOG", "CONTAINMENT", "AS"}))
        return c.refuse("CREATE DATABASE .. " + upperCase(c.peek().range.in(c.text())), c.peek().range);
    return asNode(std::move(node));
}

Result<StatementNode> createSynonym(TokenCursor& c)
{
    CreateSynonym node;
    c.take();
    ES_TRY(node.name, objectName(c));
    ES_CHECK(c.expectWord("FOR"));
    ES_TRY(node.target, objectName(c));
    return asNode(std::move(node));
}

std::optional<ObjectKind> principalKind(TokenCursor& c)
{
    if (c.isWord("LOGIN"))
        return ObjectKind::kLogin;
    if (c.isWord("USER"))
        return ObjectKind::kUser;
    if (c.isWord("ROLE"))
        return ObjectKind::kRole;
    return std::nullopt;
}

bool isColumnKey(TokenCursor& c, std::string_view kind)
{
    return c.isWord("COLUMN") && c.isWord(kind, 1) && c.isWord("KEY", 2);
}

// VIEW and PROCEDURE, the same words behind CREATE, CREATE OR ALTER and ALTER; nothing when it is neither.
Result<std::optional<StatementNode>> moduleDefinition(TokenCursor& c, DefineMode mode)
{
    const std::uint32_t line = c.peek().range.line;
    const std::string verb = mode == DefineMode::kAlter ? "ALTER " : "CREATE ";
    if (c.isWord("VIEW")) {
        ES_CHECK(firstInBatch(c, verb + "VIEW", line));
        ES_TRY(StatementNode node, defineView(c, mode));
        return std::optional(std::move(node));
    }
    if (c.isAnyWord({"PROC", "PROCEDURE"})) {
        // SQL Server names both kinds in this message.
        ES_CHECK(firstInBatch(c, "CREATE/ALTER PROCEDURE", line));
        ES_TRY(StatementNode node, defineProcedure(c, mode));
        return std::optional(std::move(node));
    }
    return std::optional<StatementNode>{};
}

// Refuses "CREATE FUNCTION" and its like by name; what is no word is a syntax error.
base::Error refuseDefinition(TokenCursor& c, std::string_view verb)
{
    if (!c.isKind(TokenKind::kWord))
        return c.unexpected();
    return c.refuse(std::string(verb) + " " + upperCase(c.peek().range.in(c.text())), c.peek().range);
}

std::optional<ObjectKind> acceptDroppable(TokenCursor& c)
{
    static constexpr std::pair<std::string_view, ObjectKind> kKinds[]{
        {"TABLE", ObjectKind::kTable},     {"VIEW", ObjectKind::kView},         {"PROC", ObjectKind::kProcedure},
        {"PROCEDURE", ObjectKind::kProcedure}, {"FUNCTION", ObjectKind::kFunction}, {"TRIGGER", ObjectKind::kTrigger},
        {"SCHEMA", ObjectKind::kSchema},   {"DATABASE", ObjectKind::kDatabase}, {"SYNONYM", ObjectKind::kSynonym},
        {"TYPE", ObjectKind::kType},       {"SEQUENCE", ObjectKind::kSequence}, {"USER", ObjectKind::kUser},
        {"ROLE", ObjectKind::kRole},       {"LOGIN", ObjectKind::kLogin},
    };
    if (c.acceptWords({"COLUMN", "MASTER", "KEY"}))
        return ObjectKind::kColumnMasterKey;
    if (c.acceptWords({"COLUMN", "ENCRYPTION", "KEY"}))
        return ObjectKind::kColumnEncryptionKey;
    for (const auto& [word, kind] : kKinds) {
        if (c.acceptWord(word))
            return kind;
    }
    return std::nullopt;
}

}  // namespace

Result<StatementNode> createTable(TokenCursor& c)
{
    CreateTable node;
    c.take();  // TABLE
    ES_TRY(node.name, objectName(c));
    if (c.isWord("AS"))
        return c.refuse("CREATE TABLE .. AS", c.peek().range);
    ES_CHECK(c.expectSymbol("("));
    ES_TRY(TableElements elements, tableElements(c, false));
    ES_CHECK(c.expectSymbol(")"));
    node.columns = std::move(elements.columns);
    node.constraints = std::move(elements.constraints);
    while (c.isAnyWord({"ON", "TEXTIMAGE_ON"})) {  // file groups: read and dropped
        c.take();
        if (!c.isName() && !c.isWord("PRIMARY"))
            return c.unexpected();
        c.take();
        if (c.isSymbol("("))
            return c.refuse("CREATE TABLE .. ON a partition scheme", c.peek().range);
    }
    if (c.isWord("WITH") && c.isSymbol("(", 1)) {
        c.take();
        ES_TRY(node.options, parenthesizedWords(c));
    }
    return asNode(std::move(node));
}

Result<StatementNode> createStatement(TokenCursor& c)
{
    c.take();  // CREATE
    const bool orAlter = c.acceptWords({"OR", "ALTER"});
    ES_TRY(std::optional<StatementNode> module, moduleDefinition(c, orAlter ? DefineMode::kCreateOrAlter : DefineMode::kCreate));
    if (module)
        return std::move(*module);
    if (orAlter)
        return refuseDefinition(c, "CREATE OR ALTER");
    if (c.isWord("TABLE"))
        return createTable(c);
    if (c.isAnyWord({"INDEX", "UNIQUE", "CLUSTERED", "NONCLUSTERED"}))
        return createIndex(c);
    if (c.isWord("SCHEMA"))
        return createSchema(c);
    if (c.isWord("DATABASE"))
        return createDatabase(c);
    if (c.isWord("SYNONYM"))
        return createSynonym(c);
    if (isColumnKey(c, "MASTER"))
        return createColumnMasterKey(c);
    if (isColumnKey(c, "ENCRYPTION"))
        return createColumnEncryptionKey(c);
    if (const auto kind = principalKind(c))
        return createPrincipal(c, *kind);
    return refuseDefinition(c, "CREATE");
}

Result<StatementNode> alterStatement(TokenCursor& c)
{
    c.take();  // ALTER
    ES_TRY(std::optional<StatementNode> module, moduleDefinition(c, DefineMode::kAlter));
    if (module)
        return std::move(*module);
    if (c.isWord("TABLE"))
        return alterTable(c);
    if (c.isWord("INDEX"))
        return alterIndex(c);
    if (isColumnKey(c, "ENCRYPTION"))
        return alterColumnEncryptionKey(c);
    if (isColumnKey(c, "MASTER")) {  // there is no such statement
        c.take();
        return c.unexpected();
    }
    if (c.isWord("DATABASE"))
        return alterDatabase(c);
    if (c.isWord("ROLE"))
        return alterRole(c);
    return refuseDefinition(c, "ALTER");
}

Result<StatementNode> dropStatement(TokenCursor& c)
{
    c.take();  // DROP
    if (c.isWord("INDEX"))
        return dropIndex(c);
    const auto kind = acceptDroppable(c);
    if (!kind)
        return refuseDefinition(c, "DROP");
    DropObjects node{*kind, {}, c.acceptWords({"IF", "EXISTS"})};
    do {
        ES_TRY(ObjectName name, objectName(c));
        node.names.push_back(std::move(name));
    } while (c.acceptSymbol(","));
    return asNode(std::move(node));
}

}  // namespace es::tsql
