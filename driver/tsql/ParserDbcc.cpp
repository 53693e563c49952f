// Parser: DBCC CHECKTABLE, CHECKDB, CHECKIDENT and FREEPROCCACHE; every other DBCC command is refused by name.
#include "driver/tsql/Grammar.h"

namespace es::tsql {

using base::Result;

namespace {

// 'a name in quotes', a name, or 0 for the current database.
Result<ObjectName> checkedName(TokenCursor& c)
{
    if (c.isKind(TokenKind::kString) || c.isKind(TokenKind::kNationalString)) {
        ObjectName name;
        const SourceRange range = c.peek().range;
        ES_TRY(const std::string text, c.expectString());
        // 'dbo.T' and '[dbo].[T]' are names inside a string.
        TokenCursor inside(text, {});
        ES_TRY(name, objectName(inside));
        if (!inside.atEnd())
            return inside.unexpected();
        for (Identifier& part : name.parts)
            part.range = range;
        return name;
    }
    if (c.isKind(TokenKind::kInteger)) {
        ES_CHECK(c.expectInteger());
        return ObjectName{};
    }
    return objectName(c);
}

// ", NORESEED", ", RESEED", ", RESEED, value"
Result<void> reseeding(TokenCursor& c, Dbcc& node)
{
    if (!c.acceptSymbol(","))
        return {};
    if (c.acceptWord("NORESEED")) {
        node.noReseed = true;
        return {};
    }
    ES_CHECK(c.expectWord("RESEED"));
    if (!c.acceptSymbol(","))
        return {};
    ES_TRY(node.reseed, value(c));
    return {};
}

}  // namespace

Result<StatementNode> dbccStatement(TokenCursor& c)
{
    const SourceRange start = c.peek().range;
    Dbcc node;
    c.take();
    ES_TRY(const std::string command, c.takeWord());
    if (command == "CHECKDB")
        node.command = DbccCommand::kCheckDatabase;
    else if (command == "FREEPROCCACHE")
        node.command = DbccCommand::kFreeProcedureCache;
    else if (command == "CHECKIDENT")
        node.command = DbccCommand::kCheckIdentity;
    else if (command != "CHECKTABLE")
        return c.refuse("DBCC " + command, start);
    if (c.acceptSymbol("(")) {
        if (node.command == DbccCommand::kFreeProcedureCache)
            return c.refuse("DBCC FREEPROCCACHE with a plan", start);
        ES_TRY(node.name, checkedName(c));
        if (node.command == DbccCommand::kCheckIdentity) {
            ES_CHECK(reseeding(c, node));
        } else if (c.acceptSymbol(","))
            return c.refuse("DBCC " + command + " with a second argument", start);
        ES_CHECK(c.expectSymbol(")"));
    } else if (node.command == DbccCommand::kCheckTable || node.command == DbccCommand::kCheckIdentity) {
        return c.unexpected();
    }
    if (c.acceptWord("WITH")) {
        do {
            ES_TRY(const std::string option, c.takeWord());
            if (option == "NO_INFOMSGS")
                node.noInformation = true;
            else if (option != "ALL_ERRORMSGS" && option != "EXTENDED_LOGICAL_CHECKS" && option != "DATA_PURITY" && option != "TABLOCK")
                return c.refuse("DBCC .. WITH " + option, start);
        } while (c.acceptSymbol(","));
    }
    return asNode(std::move(node));
}

}  // namespace es::tsql
