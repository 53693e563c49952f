// INSERT, UPDATE, DELETE.
#include "driver/tsql/Grammar.h"

namespace es::tsql {
namespace {

Result<DmlTarget> dmlTarget(TokenCursor& c)
{
    DmlTarget target;
    if (c.isKind(TokenKind::kVariable)) {
        ES_TRY(target.variable, c.expectVariable());
    } else if (c.isAnyWord({"OPENQUERY", "OPENROWSET", "OPENDATASOURCE"})) {
        return c.refuse(upperCase(c.peek().range.in(c.text())), c.peek().range);
    } else {
        ES_TRY(target.name, objectName(c));
    }
    ES_TRY(target.hints, tableHints(c));
    return target;
}

Result<std::optional<OutputClause>> outputClause(TokenCursor& c)
{
    if (!c.acceptWord("OUTPUT"))
        return std::optional<OutputClause>{};
    OutputClause output;
    ES_TRY(output.items, selectItems(c));
    if (c.acceptWord("INTO")) {
        ES_TRY(output.into, dmlTarget(c));
        if (c.isSymbol("(") && !startsQuery(c, 1)) {
            ES_TRY(output.intoColumns, nameList(c));
        }
    }
    return std::optional(std::move(output));
}

Result<ExprPtr> dmlWhere(TokenCursor& c)
{
    if (!c.acceptWord("WHERE"))
        return ExprPtr{};
    if (c.isWord("CURRENT") && c.isWord("OF", 1))
        return c.refuse("CURRENT OF", c.peek().range);
    return condition(c);
}

Result<void> insertSource(TokenCursor& c, Insert& node)
{
    if (c.acceptWord("VALUES")) {
        Insert::Values values;
        do {
            ES_TRY(auto row, cellList(c));
            values.rows.push_back(std::move(row));
        } while (c.acceptSymbol(","));
        node.source = std::move(values);
        return {};
    }
    if (c.acceptWord("DEFAULT")) {
        node.source = Insert::Defaults{};
        return c.expectWord("VALUES");
    }
    if (c.isAnyWord({"EXEC", "EXECUTE"})) {
        ES_TRY(Statement call, statement(c));
        node.source = Insert::FromExecute{std::make_unique<Statement>(std::move(call))};
        return {};
    }
    if (!startsQuery(c) && !c.isSymbol("("))
        return c.unexpected();
    ES_TRY(QueryPtr source, query(c));
    ES_TRY(source->options, optionClause(c));
    node.source = Insert::FromQuery{std::move(source)};
    return {};
}

Result<ExprPtr> assignedValue(TokenCursor& c)
{
    const SourceRange range = c.peek().range;
    if (c.acceptWord("DEFAULT"))
        return makeExpr(range, DefaultValue{});
    return value(c);
}

Result<void> assignmentOperator(TokenCursor& c, Assignment& assignment)
{
    assignment.compound = acceptCompound(c);
    return assignment.compound ? Result<void>{} : c.expectSymbol("=");
}

Result<Assignment> assignment(TokenCursor& c)
{
    Assignment node;
    const SourceRange start = c.peek().range;
    if (c.isKind(TokenKind::kVariable)) {
        ES_TRY(node.variable, c.expectVariable());
        ES_CHECK(assignmentOperator(c, node));
        // @v = column = expr: a name with an assignment behind it.
        if (!c.isName() || !c.isSymbol("=", 1)) {
            ES_TRY(node.value, value(c));
            node.range = c.since(start);
            return node;
        }
    }
    ES_TRY(ObjectName column, objectName(c));
    if (c.isSymbol("("))
        return c.refuse(upperCase(column.object()), column.range);  // .WRITE(..)
    node.column = std::move(column.parts);
    ES_CHECK(assignmentOperator(c, node));
    ES_TRY(node.value, assignedValue(c));
    node.range = c.since(start);
    return node;
}

}  // namespace

Result<StatementNode> insertStatement(TokenCursor& c, std::vector<CommonTable> with)
{
    Insert node;
    node.with = std::move(with);
    c.take();
    ES_TRY(node.top, optionalTop(c));
    if (c.isWord("BULK"))
        return c.refuse("INSERT BULK", c.peek().range);
    c.acceptWord("INTO");
    ES_TRY(node.target, dmlTarget(c));
    if (c.isSymbol("(") && !startsQuery(c, 1) && !c.isSymbol("(", 1)) {
        ES_TRY(node.columns, nameList(c));
    }
    ES_TRY(node.output, outputClause(c));
    ES_CHECK(insertSource(c, node));
    return asNode(std::move(node));
}

Result<StatementNode> updateStatement(TokenCursor& c, std::vector<CommonTable> with)
{
    Update node;
    node.with = std::move(with);
    c.take();
    if (c.isWord("STATISTICS"))
        return c.refuse("UPDATE STATISTICS", c.peek().range);
    ES_TRY(node.top, optionalTop(c));
    ES_TRY(node.target, dmlTarget(c));
    ES_CHECK(c.expectWord("SET"));
    do {
        ES_TRY(Assignment one, assignment(c));
        node.assignments.push_back(std::move(one));
    } while (c.acceptSymbol(","));
    ES_TRY(node.output, outputClause(c));
    if (c.acceptWord("FROM")) {
        ES_TRY(node.from, fromClause(c));
    }
    ES_TRY(node.where, dmlWhere(c));
    ES_TRY(node.options, optionClause(c));
    return asNode(std::move(node));
}

Result<StatementNode> deleteStatement(TokenCursor& c, std::vector<CommonTable> with)
{
    Delete node;
    node.with = std::move(with);
    c.take();
    ES_TRY(node.top, optionalTop(c));
    c.acceptWord("FROM");
    ES_TRY(node.target, dmlTarget(c));
    ES_TRY(node.output, outputClause(c));
    if (c.acceptWord("FROM")) {
        ES_TRY(node.from, fromClause(c));
    }
    ES_TRY(node.where, dmlWhere(c));
    ES_TRY(node.options, optionClause(c));
    return asNode(std::move(node));
}

}  // namespace es::tsql
