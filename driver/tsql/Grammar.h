// The rules of the grammar, one function each; every one takes tokens from the cursor and returns what they mean. Internal to this room.
#pragma once

#include "driver/tsql/Ast.h"
#include "driver/tsql/TokenCursor.h"

namespace es::tsql {

using base::Result;

// --- ParserName.cpp: names, types ---
Result<ObjectName> objectName(TokenCursor& c);
Result<std::vector<Identifier>> nameList(TokenCursor& c);  // (a, b)
Result<std::vector<IndexColumn>> indexColumns(TokenCursor& c);  // (a, b DESC)
Result<DataType> dataType(TokenCursor& c);

// --- ParserExpression.cpp, ParserPredicate.cpp, ParserFunction.cpp ---
Result<ExprPtr> value(TokenCursor& c);                     // never a predicate
Result<ExprPtr> valueOrPredicateOperand(TokenCursor& c);   // a value, or a whole condition in parentheses
Result<ExprPtr> condition(TokenCursor& c);                 // always a predicate
Result<ExprPtr> primary(TokenCursor& c, bool predicates);  // predicates: ( .. ) may hold a condition
Result<ExprPtr> disjunction(TokenCursor& c);               // whatever stands there
Result<ExprPtr> caseExpression(TokenCursor& c);
Result<ExprPtr> functionOrColumn(TokenCursor& c);
bool startsBareFunction(TokenCursor& c);                   // CURRENT_TIMESTAMP, LEFT(..), CONVERT(..): reserved words that are values
Result<std::vector<ExprPtr>> valueList(TokenCursor& c);    // (a, b), at least one
Result<std::vector<ExprPtr>> cellList(TokenCursor& c);     // (a, DEFAULT, b)
Result<std::vector<OrderItem>> orderItems(TokenCursor& c); // behind ORDER BY
bool startsQuery(TokenCursor& c, std::size_t ahead = 0);   // SELECT stands there
std::optional<BinaryOperator> acceptCompound(TokenCursor& c);  // += and its like

template <class T>
ExprPtr makeExpr(const SourceRange& range, T node)
{
    return std::make_unique<Expr>(Expr{range, ExprNode(std::move(node))});
}

// --- ParserQuery.cpp, ParserSelect.cpp, ParserTable.cpp ---
Result<QueryPtr> query(TokenCursor& c);                                 // without WITH
Result<QueryPtr> queryFrom(TokenCursor& c, QueryBodyPtr first);         // the first operand has been read
Result<QueryBodyPtr> selectSpec(TokenCursor& c);
Result<std::vector<CommonTable>> commonTables(TokenCursor& c);          // WITH a AS (..), .. ; empty when there is none
Result<std::optional<Top>> optionalTop(TokenCursor& c);
Result<void> groupByClause(TokenCursor& c, SelectSpec& spec);  // behind GROUP BY
Result<std::vector<SelectItem>> selectItems(TokenCursor& c);
Result<TableSourcePtr> fromClause(TokenCursor& c);                      // behind FROM: sources with commas
Result<TableAlias> tableAlias(TokenCursor& c);
Result<std::vector<std::string>> tableHints(TokenCursor& c);            // WITH (..), empty when there is none
Result<std::vector<std::string>> optionClause(TokenCursor& c);          // OPTION (..), empty when there is none
Result<std::vector<std::string>> parenthesizedWords(TokenCursor& c);    // ( .. , .. ) to upper-case texts, one per comma
bool startsSetOperation(TokenCursor& c);

// --- statements ---
Result<Statement> statement(TokenCursor& c);
Result<std::vector<Statement>> statementsUntilEnd(TokenCursor& c);      // up to the end of the text or an END
Result<StatementNode> insertStatement(TokenCursor& c, std::vector<CommonTable> with);
Result<StatementNode> updateStatement(TokenCursor& c, std::vector<CommonTable> with);
Result<StatementNode> deleteStatement(TokenCursor& c, std::vector<CommonTable> with);
Result<StatementNode> declareStatement(TokenCursor& c);
Result<StatementNode> setStatement(TokenCursor& c);
Result<StatementNode> executeStatement(TokenCursor& c, bool withWord);  // else the procedure's name stands first
Result<StatementNode> createStatement(TokenCursor& c);
Result<StatementNode> alterStatement(TokenCursor& c);
Result<StatementNode> dropStatement(TokenCursor& c);
Result<StatementNode> createTable(TokenCursor& c);
Result<StatementNode> alterTable(TokenCursor& c);
Result<StatementNode> createIndex(TokenCursor& c);
Result<StatementNode> alterIndex(TokenCursor& c);
Result<StatementNode> dropIndex(TokenCursor& c);
Result<StatementNode> createColumnMasterKey(TokenCursor& c);
Result<StatementNode> createColumnEncryptionKey(TokenCursor& c);
Result<StatementNode> alterColumnEncryptionKey(TokenCursor& c);
Result<StatementNode> defineView(TokenCursor& c, DefineMode mode);
Result<StatementNode> defineProcedure(TokenCursor& c, DefineMode mode);
Result<StatementNode> dbccStatement(TokenCursor& c);
Result<StatementNode> alterDatabase(TokenCursor& c);
Result<StatementNode> permissionStatement(TokenCursor& c, PermissionVerb verb);
Result<StatementNode> createPrincipal(TokenCursor& c, ObjectKind kind);
Result<StatementNode> alterRole(TokenCursor& c);
Result<ProcedureParameter> procedureParameter(TokenCursor& c);

struct TableElements { std::vector<ColumnDefinition> columns; std::vector<Constraint> constraints; };
Result<TableElements> tableElements(TokenCursor& c, bool columnsOnly);  // a, b, c: inside CREATE TABLE (..), DECLARE @t TABLE (..), ADD
Result<ColumnDefinition> columnDefinition(TokenCursor& c);
Result<Constraint> tableConstraint(TokenCursor& c);
bool startsTableConstraint(TokenCursor& c);

template <class T>
Result<StatementNode> asNode(T node)
{
    return StatementNode(std::move(node));
}

}  // namespace es::tsql
