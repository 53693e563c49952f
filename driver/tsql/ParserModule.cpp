// Views and procedures.
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

}  // namespace es::tsql
