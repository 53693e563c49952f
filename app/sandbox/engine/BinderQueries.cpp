// Binder: queries that SQLite has no form for, said in what it has: APPLY, recursive common table expressions with their limit,
// comparisons with ANY and ALL.
#include "app/sandbox/engine/Binder.h"

#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::TypeId;
using types::Value;

namespace {

// Level of a row in a recursion; constants[0]: the limit, 0 for none.
Result<Value> levelFunction(const CallFrame& frame)
{
    const std::int64_t level = std::get<std::int64_t>(frame.args[0]) + 1;
    const std::int64_t limit = frame.call.constants[0];
    if (limit > 0 && level > limit)
        return sqlError(530,
            "The statement terminated. The maximum recursion " + std::to_string(limit)
                + " has been exhausted before statement completion.");
    return Value(level);
}

bool namesTable(const tsql::TableSource& source, std::string_view name)
{
    if (const auto* table = std::get_if<tsql::NamedTable>(&source.node))
        return table->name.parts.size() == 1 && sameName(table->name.object(), name);
    const auto* join = std::get_if<tsql::JoinedTable>(&source.node);
    return join && (namesTable(*join->left, name) || namesTable(*join->right, name));
}

bool isRecursive(const tsql::CommonTable& table)
{
    const auto* set = std::get_if<tsql::SetOperation>(&table.query->body->node);
    const auto* part = set && set->op == tsql::SetOperator::kUnionAll ? std::get_if<tsql::SelectSpec>(&set->right->node) : nullptr;
    return part && part->from && namesTable(*part->from, table.name.text);
}

bool isOne(const std::optional<tsql::Top>& top)
{
    const auto* literal = top && !top->percent && !top->withTies ? std::get_if<tsql::Literal>(&top->count->node) : nullptr;
    return literal && literal->text == "1";
}

} // namespace

Result<std::string> Binder::bindQuantified(const tsql::QuantifiedComparison& node, Scope& scope, std::int32_t line)
{
    ES_TRY(BoundExpr left, bind(*node.left, scope));
    ES_TRY(const BoundQuery query, bindQuery(*node.query, &scope, Place::kScalar));
    if (query.columns.size() != 1)
        return sqlError(
            116, "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.", line);
    const std::string alias = newAlias();
    BoundExpr item = query.columns[0].expr;
    item.sql = alias + ".c1";
    item.variable.reset();
    item.constant.reset();
    item.literal = false;
    item.rowId.clear();
    if (involvesEncryption(left, item)) return notSupported("A comparison with ANY or ALL on encrypted columns", line);
    ES_TRY(const std::string meets, comparison(node.op, std::move(left), std::move(item), line));
    const std::string exists = "EXISTS (SELECT 1 FROM (" + query.sql + ") AS " + alias + " WHERE ";
    // ALL: one false decides, then one unknown; ANY: one true decides, then one unknown.
    return "(CASE WHEN " + exists + (node.all ? "NOT " : "") + meets + ") THEN " + (node.all ? "0" : "1") + " WHEN " + exists + meets
        + " IS NULL) THEN NULL ELSE " + (node.all ? "1" : "0") + " END)";
}

Result<std::string> Binder::bindCommon(
    const tsql::CommonTable& table, std::size_t scopeIndex, std::size_t position, const std::string& alias, Scope& scope)
{
    // Inside, only the earlier ones of its own list are visible.
    const std::vector<CommonScope> outer = m_commonTables;
    m_commonTables.resize(scopeIndex + 1);
    m_commonTables.back().visible = position;
    Result<std::string> out
        = isRecursive(table) ? bindRecursive(table, alias, scope) : bindDerived(*table.query, alias, table.columns, scope);
    m_commonTables = outer;
    return out;
}

Result<std::string> Binder::bindRecursive(const tsql::CommonTable& table, const std::string& alias, Scope& scope)
{
    const auto line = static_cast<std::int32_t>(table.query->range.line);
    const auto& set = std::get<tsql::SetOperation>(table.query->body->node);
    const auto& part = std::get<tsql::SelectSpec>(set.right->node);
    const std::string& name = table.name.text;
    if (part.distinct || part.top || part.having || !part.groupBy.empty() || !part.groupingSets.empty())
        return notSupported("DISTINCT, TOP, GROUP BY or HAVING in the recursive part of '" + name + "'", line);
    ES_TRY(BoundQuery anchor, bindBody(*set.left, nullptr, scope.parent, Place::kScalar));
    if (!table.columns.empty() && table.columns.size() != anchor.columns.size())
        return sqlError(8158, "'" + name + "' has a different number of columns than were specified in the column list.", line);
    std::string names, cells;
    for (std::size_t i = 0; i < anchor.columns.size(); ++i) {
        OutputColumn& column = anchor.columns[i];
        if (i < table.columns.size()) column.name = table.columns[i].text;
        if (column.name.empty())
            return sqlError(8155, "No column name was specified for column " + std::to_string(i + 1) + " of '" + name + "'.", line, 2);
        if (column.expr.scheme.encrypted()) return notSupported("A recursive common table expression over encrypted columns", line);
        if (column.expr.type.id == TypeId::kNull) column.expr.type = types::makeType(TypeId::kInt);
        column.expr.nullable = true;
        names += ", c" + std::to_string(i + 1);
        cells += ", a.c" + std::to_string(i + 1);
    }
    const std::string sqlName = "es_" + newAlias();
    m_recursions.push_back({&table, sqlName, anchor.columns, ""});
    auto bound = bindSpec(part, nullptr, scope.parent, Place::kScalar);
    const Recursion recursion = std::move(m_recursions.back());
    m_recursions.pop_back();
    ES_TRY(const BoundQuery rest, std::move(bound));
    if (rest.columns.size() != anchor.columns.size())
        return sqlError(205,
            "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target "
            "lists.",
            line);
    for (std::size_t i = 0; i < rest.columns.size(); ++i) {
        types::SqlType a = anchor.columns[i].expr.type;
        types::SqlType b = rest.columns[i].expr.type;
        a.collation = b.collation = {};
        if (a != b && !rest.columns[i].expr.isNullLiteral())
            return sqlError(240,
                "Types don't match between the anchor and the recursive part in column \"" + anchor.columns[i].name
                    + "\" of recursive query \"" + name + "\".",
                line);
    }
    BoundExpr level;
    level.sql = recursion.level;
    level.type = types::makeType(TypeId::kInt);
    std::vector<BoundExpr> args{level};
    const BoundExpr next = call(levelFunction, std::move(args), types::makeType(TypeId::kInt), line, {m_maxRecursion}, true, true);
    const std::string sqlAlias = newAlias();
    Source source;
    source.alias = alias;
    source.sqlAlias = sqlAlias;
    for (std::size_t i = 0; i < recursion.columns.size(); ++i) {
        BoundExpr expr;
        expr.sql = sqlAlias + ".c" + std::to_string(i + 1);
        expr.type = recursion.columns[i].expr.type;
        expr.label = CollationLabel::kImplicit;
        expr.name = recursion.columns[i].name;
        source.columns.push_back({recursion.columns[i].name, std::move(expr)});
    }
    scope.sources.push_back(std::move(source));
    // The text of a query begins with "SELECT ": the level goes in front of its list.
    return "(WITH RECURSIVE " + sqlName + "(lv" + names + ") AS (SELECT 0" + cells + " FROM (" + anchor.sql + ") AS a UNION ALL SELECT "
        + next.sql + " AS lv, " + rest.sql.substr(7) + ") SELECT " + names.substr(2) + " FROM " + sqlName + ") AS " + sqlAlias;
}

Result<std::string> Binder::useRecursion(std::size_t position, const std::string& alias, Scope& scope)
{
    Recursion& recursion = m_recursions[position];
    const auto line = static_cast<std::int32_t>(recursion.table->query->range.line);
    if (!recursion.level.empty()) // named twice
        return sqlError(253,
            "Recursive member of a common table expression '" + recursion.table->name.text + "' has multiple recursive references.", line);
    Source source;
    source.alias = alias;
    source.sqlAlias = newAlias();
    for (std::size_t i = 0; i < recursion.columns.size(); ++i) {
        BoundExpr expr;
        expr.sql = source.sqlAlias + ".c" + std::to_string(i + 1);
        expr.type = recursion.columns[i].expr.type;
        expr.label = CollationLabel::kImplicit;
        expr.name = recursion.columns[i].name;
        source.columns.push_back({recursion.columns[i].name, std::move(expr)});
    }
    recursion.level = source.sqlAlias + ".lv";
    const std::string text = recursion.sqlName + " AS " + source.sqlAlias;
    scope.sources.push_back(std::move(source));
    return text;
}

// SQLite's FROM cannot look to its left. What can be said without looking: a plain SELECT becomes a join whose condition is its WHERE,
// a SELECT of exactly one row becomes one subquery per column, VALUES become a choice by number. Anything else is refused by name.
Result<std::string> Binder::bindApply(const tsql::JoinedTable& node, Scope& scope, std::int32_t line)
{
    const bool outer = node.kind == tsql::JoinKind::kOuterApply;
    const std::string verb = outer ? "OUTER APPLY" : "CROSS APPLY";
    const std::string join = outer ? " LEFT JOIN " : " JOIN ";
    ES_TRY(const std::string left, bindSource(*node.left, scope));
    const auto refuse = [&] { return notSupported(verb + " of this kind of query", line); };
    // Of a table nothing depends on the left; STRING_SPLIT comes to json_each, which may look there in SQLite too.
    const auto* function = std::get_if<tsql::FunctionTable>(&node.right->node);
    if (std::holds_alternative<tsql::NamedTable>(node.right->node) || (function && sameName(function->name.object(), "STRING_SPLIT"))) {
        const std::size_t first = scope.sources.size();
        ES_TRY(const std::string right, bindSource(*node.right, scope));
        for (std::size_t i = first; outer && i < scope.sources.size(); ++i)
            for (SourceColumn& column : scope.sources[i].columns)
                column.expr.nullable = true;
        return left + join + right + " ON 1";
    }
    Source source;
    source.sqlAlias = newAlias();
    const auto addColumn = [&](const std::string& name, BoundExpr expr) -> Result<void> {
        if (name.empty())
            return sqlError(8155,
                "No column name was specified for column " + std::to_string(source.columns.size() + 1) + " of '" + source.alias + "'.",
                line, 2);
        expr.constant.reset();
        expr.literal = false;
        expr.variable.reset();
        expr.nullable |= outer;
        source.columns.push_back({name, std::move(expr)});
        return {};
    };
    if (const auto* values = std::get_if<tsql::ValuesTable>(&node.right->node)) {
        source.alias = values->alias.name.text;
        std::string numbers;
        std::vector<std::vector<BoundExpr>> rows;
        for (std::size_t r = 0; r < values->rows.size(); ++r) {
            numbers += (r ? " UNION ALL SELECT " : "SELECT ") + std::to_string(r + 1) + (r ? "" : " AS k");
            rows.emplace_back();
            for (const tsql::ExprPtr& cell : values->rows[r]) {
                ES_TRY(BoundExpr bound, bind(*cell, scope));
                ES_CHECK(requirePlain(bound, line, "VALUES"));
                rows.back().push_back(std::move(bound));
            }
            if (rows.back().size() != rows.front().size())
                return sqlError(10709, "The number of columns for each row in a table value constructor must be the same.", line);
        }
        for (std::size_t i = 0; i < rows.front().size(); ++i) {
            BoundExpr all = rows.front()[i];
            for (const auto& row : rows) {
                ES_TRY(const types::SqlType type, common(all, row[i], line));
                all.literal = all.isNullLiteral() && row[i].isNullLiteral();
                all.type = type;
                all.nullable |= row[i].nullable;
            }
            all.sql = "CASE " + source.sqlAlias + ".k";
            for (std::size_t r = 0; r < rows.size(); ++r) {
                ES_TRY(const BoundExpr cell, castTo(rows[r][i], all.type, line));
                all.sql += " WHEN " + std::to_string(r + 1) + " THEN " + cell.sql;
            }
            all.sql = "(" + all.sql + " END)";
            all.origin.reset();
            all.rowId.clear();
            ES_CHECK(addColumn(i < values->alias.columns.size() ? values->alias.columns[i].text : "", std::move(all)));
        }
        const std::string text = left + " JOIN (" + numbers + ") AS " + source.sqlAlias;
        scope.sources.push_back(std::move(source));
        return text;
    }
    const auto* derived = std::get_if<tsql::DerivedTable>(&node.right->node);
    const auto* spec = derived ? std::get_if<tsql::SelectSpec>(&derived->query->body->node) : nullptr;
    if (!spec || spec->into || spec->having || !spec->groupBy.empty() || !spec->groupingSets.empty() || spec->distinct || derived->query->offset) return refuse();
    source.alias = derived->alias.name.text;
    const auto nameOf
        = [&](std::size_t i, const std::string& own) { return i < derived->alias.columns.size() ? derived->alias.columns[i].text : own; };
    Scope inner;
    inner.parent = &scope;
    inner.aggregateAllowed = true;
    std::string from = "(SELECT 1) AS " + source.sqlAlias, on = "1";
    if (spec->from) {
        ES_TRY(from, bindSource(*spec->from, inner));
        if (std::holds_alternative<tsql::JoinedTable>(spec->from->node)) from = "(" + from + ")";
    }
    inner.grouped = false;
    ES_TRY(std::vector<OutputColumn> items, bindItems(*spec, inner));
    const bool oneRow = isOne(spec->top) || (!spec->top && inner.sawAggregate);
    if (spec->top && !isOne(spec->top)) return refuse();
    if (!oneRow) {
        if (!derived->query->orderBy.empty()) return refuse();
        if (spec->where) {
            inner.aggregateAllowed = false;
            ES_TRY(on, bindCondition(*spec->where, inner));
        }
        for (std::size_t i = 0; i < items.size(); ++i) {
            BoundExpr expr = std::move(items[i].expr);
            const bool plain = expr.origin.has_value();
            if (expr.sql.find(" OVER (") != std::string::npos) return refuse(); // its window is one row's, not the join's
            if (outer && !plain) {
                const Source* first = inner.sources.empty() ? nullptr : &inner.sources.front();
                if (!first || !first->table) return refuse();
                expr.sql = "(CASE WHEN " + first->sqlAlias + ".rowid IS NOT NULL THEN " + expr.sql + " END)";
            }
            ES_CHECK(addColumn(nameOf(i, items[i].name), std::move(expr)));
        }
        scope.sources.push_back(std::move(source));
        return left + join + from + " ON " + on;
    }
    // Bound again, whole, now that it is known to yield one row.
    ES_TRY(const BoundQuery whole, bindQuery(*derived->query, &scope, Place::kScalar));
    for (std::size_t i = 0; i < whole.columns.size(); ++i) {
        BoundExpr expr = whole.columns[i].expr;
        if (expr.scheme.encrypted()) return notSupported(verb + " over encrypted columns", line);
        const std::string alias = newAlias();
        expr.sql = "(SELECT " + alias + ".c" + std::to_string(i + 1) + " FROM (" + whole.sql + ") AS " + alias + ")";
        expr.origin.reset();
        expr.rowId.clear();
        ES_CHECK(addColumn(nameOf(i, whole.columns[i].name), std::move(expr)));
    }
    std::string text = left;
    if (!outer) text += " JOIN (SELECT 1) AS " + source.sqlAlias + " ON EXISTS (" + whole.sql + ")";
    scope.sources.push_back(std::move(source));
    return text;
}

} // namespace es::sandbox
