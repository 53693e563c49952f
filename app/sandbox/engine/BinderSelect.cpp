// Binder: SELECT. The text of a query always names its output c1, c2 ..; in a FROM, rowids of encrypted columns follow as r1, r2 ..
#include "app/sandbox/engine/Binder.h"
#include "app/sandbox/engine/Deduction.h"
#include "app/sandbox/engine/Functions.h"
#include "app/sandbox/engine/LiteralDigits.h"
#include "app/sandbox/engine/Requirements.h"
#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::TypeId;
using types::Value;

namespace {

std::int32_t lineOf(const tsql::Expr& expr)
{
    return static_cast<std::int32_t>(expr.range.line);
}

Result<Value> rowLimitFunction(const CallFrame& frame)
{
    const auto* count = std::get_if<std::int64_t>(&frame.args[0]);
    if (!count)
        return sqlError(1060, "The number of rows provided for a TOP or FETCH clauses row count parameter must be an integer.", 0, 1, 15);
    if (frame.call.constants[0] == 1 && *count < 0) return sqlError(10742, "The offset specified in a OFFSET clause may not be negative.", 0, 1, 15);
    if (frame.call.constants[0] == 2 && *count < 1)
        return sqlError(10744, "The number of rows provided for a FETCH clause must be greater then zero.", 0, 1, 15);
    if (*count < 0) return sqlError(127, "A TOP N or FETCH rowcount value may not be negative.", 0, 1, 15);
    return Value(*count);
}

std::string nameOf(const tsql::SelectExpr& item)
{
    if (!item.alias.text.empty()) return item.alias.text;
    const auto* column = std::get_if<tsql::ColumnRef>(&item.expr->node);
    return column ? column->parts.back().text : std::string{};
}

// Outside of what stands in quotes.
bool hasSubquery(const std::string& sql)
{
    bool quoted = false;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        if (sql[i] == '\'') quoted = !quoted;
        if (!quoted && sql.compare(i, 7, "(SELECT") == 0) return true;
    }
    return false;
}

std::string joinColumns(const std::vector<OutputColumn>& columns, bool withRowIds)
{
    std::string out;
    for (std::size_t i = 0; i < columns.size(); ++i)
        out += (i ? ", " : "") + columns[i].expr.sql + " AS c" + std::to_string(i + 1);
    for (std::size_t i = 0; withRowIds && i < columns.size(); ++i)
        if (!columns[i].expr.rowId.empty()) out += ", " + columns[i].expr.rowId + " AS r" + std::to_string(i + 1);
    return out;
}

} // namespace

bool hasOwnKey(const BoundExpr& expr)
{
    return types::isBinary(expr.type.id) || expr.type.id == TypeId::kDateTimeOffset || expr.type.id == TypeId::kSqlVariant
        || isIncomparable(expr.type.id);
}

Result<BoundQuery> Binder::bindQuery(const tsql::Query& query, Scope* outer, Place place)
{
    const std::size_t depth = m_commonTables.size();
    if (!query.with.empty()) m_commonTables.push_back({&query.with, query.with.size()});
    const auto line = static_cast<std::int32_t>(query.range.line);
    for (const std::string& option : query.options)
        if (option.starts_with("MAXRECURSION ")) m_maxRecursion = std::strtoll(option.c_str() + 13, nullptr, 10);
    if (m_maxRecursion > 32767)
        return sqlError(310,
            "The value " + std::to_string(m_maxRecursion) + " specified for the MAXRECURSION option exceeds the allowed maximum of 32767.", line, 1, 15);
    if (!query.orderBy.empty() && place != Place::kTop && !query.offset) {
        const auto* spec = std::get_if<tsql::SelectSpec>(&query.body->node);
        if (!spec || !spec->top)
            return sqlError(1033,
                "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table "
                "expressions, unless TOP, OFFSET or FOR XML is also specified.",
                line, 1, 15);
    }
    Result<BoundQuery> out = bindBody(*query.body, &query, outer, place);
    m_commonTables.resize(depth);
    return out;
}

Result<BoundQuery> Binder::bindBody(const tsql::QueryBody& body, const tsql::Query* query, Scope* outer, Place place)
{
    if (const auto* spec = std::get_if<tsql::SelectSpec>(&body.node)) return bindSpec(*spec, query, outer, place);
    ES_TRY(BoundQuery out, bindSetOperation(std::get<tsql::SetOperation>(body.node), outer));
    if (!query || (query->orderBy.empty() && !query->offset)) return out;
    Scope scope;
    scope.parent = outer;
    ES_TRY(const std::string order, bindOrderBy(*query, scope, out.columns, true));
    ES_TRY(const std::string limit, bindLimit(nullptr, query));
    out.sql = "SELECT * FROM (" + out.sql + ")" + order + limit;
    out.ordered = !query->orderBy.empty();
    return out;
}

Result<BoundQuery> Binder::bindSpec(const tsql::SelectSpec& spec, const tsql::Query* query, Scope* outer, Place place)
{
    if (spec.into && place != Place::kTop) return notSupported("SELECT INTO", static_cast<std::int32_t>(spec.into->range.line));
    if (!spec.groupingSets.empty()) return bindGroupingSets(spec, query, outer);
    Scope scope;
    scope.parent = outer;
    const bool byRank = spec.top && (spec.top->percent || spec.top->withTies);
    std::string from, where, having, order;
    if (spec.from) {
        ES_TRY(const std::string text, bindSource(*spec.from, scope));
        from = " FROM " + text;
    }
    if (spec.where) {
        ES_TRY(const std::string text, bindFilter(*spec.where, scope));
        where = " WHERE " + text;
    }
    ES_TRY(std::string group, bindGroupBy(spec, scope));
    scope.grouped = true;
    scope.aggregateAllowed = true;
    BoundQuery out;
    ES_TRY(out.columns, bindItems(spec, scope));
    const std::size_t violationsInList = scope.violations.size();
    if (spec.having) {
        ES_TRY(const std::string text, bindCondition(*spec.having, scope));
        having = " HAVING " + text;
    }
    const std::size_t violationsBefore = scope.violations.size();
    if (query) {
        m_orderByText = byRank;
        auto text = bindOrderBy(*query, scope, out.columns, false);
        m_orderByText = false;
        ES_TRY(order, std::move(text));
        out.ordered = !order.empty();
    }
    const bool grouped = !spec.groupBy.empty() || scope.sawAggregate || spec.having;
    if (grouped && !scope.violations.empty()) {
        const GroupViolation& first = scope.violations.front();
        const bool inOrder = violationsBefore == 0;
        const bool inHaving = !inOrder && violationsInList == 0;
        const std::string quote = inOrder ? "\"" : "'";
        return sqlError(inOrder ? 8127 : inHaving ? 8121 : 8120,
            "Column " + quote + first.column + quote + " is invalid in the " + (inOrder ? "ORDER BY clause" : inHaving ? "HAVING clause" : "select list")
                + " because it is not contained in either an aggregate function or the GROUP BY clause.",
            first.line);
    }
    std::string distinct;
    if (spec.distinct) {
        const bool byKeys = std::any_of(out.columns.begin(), out.columns.end(),
            [](const OutputColumn& column) { return column.expr.scheme.encrypted() || hasOwnKey(column.expr); });
        if (byKeys && grouped)
            return notSupported("DISTINCT together with GROUP BY or aggregates over these columns",
                static_cast<std::int32_t>(spec.items.front().range.line));
        if (byKeys) {
            ES_TRY(group, distinctGroup(out.columns, static_cast<std::int32_t>(spec.items.front().range.line)));
        } else {
            distinct = "DISTINCT ";
            for (OutputColumn& column : out.columns) {
                ES_TRY(column.expr.sql, comparable(column.expr));
            }
        }
    }
    const bool rowsAreLost = spec.distinct || grouped;
    for (OutputColumn& column : out.columns)
        if (rowsAreLost || !column.expr.scheme.encrypted()) column.expr.rowId.clear();
    if (byRank) {
        const SelectText text{joinColumns(out.columns, place == Place::kFrom), from + where + group + having, order};
        ES_TRY(out.sql, topByRank(spec, out.columns, text, place == Place::kFrom));
        return out;
    }
    ES_TRY(const std::string limit, bindLimit(&spec.top, query));
    const std::string list = distinct + joinColumns(out.columns, place == Place::kFrom);
    if (!spec.having || !spec.groupBy.empty()) {
        out.sql = "SELECT " + list + from + where + group + having + order + limit;
        return out;
    }
    // All rows are one group. SQLite wants an aggregate in the list before it allows HAVING.
    std::string names;
    for (std::size_t i = 0; i < out.columns.size(); ++i)
        names += (i ? ", c" : "c") + std::to_string(i + 1);
    out.sql = "SELECT " + names + " FROM (SELECT " + list + ", count(*) AS es_g" + from + where + having + order + limit + ")";
    return out;
}

Result<std::string> Binder::distinctGroup(const std::vector<OutputColumn>& columns, std::int32_t line)
{
    std::string out;
    for (const OutputColumn& column : columns) {
        ES_TRY(const std::string key, orderKey(column.expr, tsql::Operation::kDistinct, line));
        out += (out.empty() ? " GROUP BY " : ", ") + key;
    }
    return out;
}

Result<std::string> Binder::bindGroupBy(const tsql::SelectSpec& spec, Scope& scope)
{
    std::string out;
    for (const tsql::ExprPtr& expr : spec.groupBy) {
        scope.bindingKeys = true;
        Result<BoundExpr> key = bind(*expr, scope);
        scope.bindingKeys = false;
        ES_TRY(const BoundExpr bound, std::move(key));
        if (hasSubquery(bound.sql)) return inGroupBy(lineOf(*expr));
        if (bound.constant)
            return sqlError(
                164, "Each GROUP BY expression must contain at least one column that is not an outer reference.", lineOf(*expr), 1, 15);
        scope.groupKeys.insert(bound.sql);
        ES_TRY(const std::string text, orderKey(bound, tsql::Operation::kGroupBy, lineOf(*expr)));
        out += (out.empty() ? " GROUP BY " : ", ") + text;
    }
    return out;
}

Result<std::vector<OutputColumn>> Binder::bindItems(const tsql::SelectSpec& spec, Scope& scope)
{
    std::vector<OutputColumn> out;
    for (const tsql::SelectItem& item : spec.items) {
        const auto line = static_cast<std::int32_t>(item.range.line);
        if (const auto* star = std::get_if<tsql::SelectStar>(&item.node)) {
            ES_CHECK(addStar(*star, scope, out, line));
            continue;
        }
        if (const auto* assign = std::get_if<tsql::SelectAssign>(&item.node)) {
            ES_TRY(BoundExpr bound, bindAssigned(*assign, scope, line));
            out.push_back({assign->variable, std::move(bound)});
            continue;
        }
        const auto& expr = std::get<tsql::SelectExpr>(item.node);
        ES_TRY(BoundExpr bound, bind(*expr.expr, scope));
        out.push_back({nameOf(expr), std::move(bound)});
    }
    return out;
}

Result<void> Binder::addStar(const tsql::SelectStar& star, Scope& scope, std::vector<OutputColumn>& out, std::int32_t line)
{
    if (scope.sources.empty()) return sqlError(263, "Must specify table to select from.", line);
    bool found = false;
    for (const Source& source : scope.sources) {
        if (!star.qualifier.empty() && !sameName(source.alias, star.qualifier.back().text)) continue;
        found = true;
        for (const SourceColumn& column : source.columns) {
            if (scope.groupKeys.count(column.expr.sql) == 0) scope.violations.push_back({source.alias + "." + column.name, line});
            if (column.expr.scheme.encrypted())
                ES_CHECK(requireVisibleKeys(m_context.program.session(), column.expr.scheme.keyName, line));
            out.push_back({column.name, column.expr});
        }
    }
    if (!found)
        return sqlError(107,
            "The column prefix '" + star.qualifier.back().text + "' does not match with a table name or alias name used in the query.",
            line, 1, 15);
    return {};
}

Result<std::string> Binder::bindOrderBy(const tsql::Query& query, Scope& scope, const std::vector<OutputColumn>& columns, bool outputOnly)
{
    std::string out;
    const auto* spec = std::get_if<tsql::SelectSpec>(&query.body->node);
    const bool distinct = spec && spec->distinct;
    std::size_t number = 0;
    for (const tsql::OrderItem& item : query.orderBy) {
        ++number;
        const std::int32_t line = lineOf(*item.expr);
        std::optional<std::size_t> position;
        if (const auto* literal = std::get_if<tsql::Literal>(&item.expr->node); literal && literal->kind == tsql::LiteralKind::kInteger) {
            const std::size_t place = static_cast<std::size_t>(std::strtoull(literal->text.c_str(), nullptr, 10));
            if (place < 1 || place > columns.size())
                return sqlError(108,
                    "The ORDER BY position number " + literal->text + " is out of range of the number of items in the select list.", line,
                    1, 15);
            position = place - 1;
        }
        if (const auto* column = std::get_if<tsql::ColumnRef>(&item.expr->node); column && column->parts.size() == 1) {
            for (std::size_t i = 0; i < columns.size(); ++i) {
                if (columns[i].name.empty() || !sameName(columns[i].name, column->parts[0].text)) continue;
                if (position && columns[*position].expr.sql != columns[i].expr.sql && !outputOnly)
                    return sqlError(209, "Ambiguous column name '" + column->parts[0].text + "'.", line);
                if (!position) position = i;
            }
        }
        BoundExpr key;
        if (position) {
            key = columns[*position].expr;
            const bool plain = !key.scheme.encrypted() && !hasOwnKey(key);
            if ((plain && !m_orderByText) || outputOnly) key.sql = "c" + std::to_string(*position + 1);
            if (outputOnly) key.rowId.clear();
        } else if (outputOnly)
            return sqlError(104,
                "ORDER BY items must appear in the select list if the statement contains a UNION, INTERSECT or EXCEPT operator.", line, 1,
                15);
        else {
            ES_TRY(key, bind(*item.expr, scope));
            const bool listed = std::any_of(
                columns.begin(), columns.end(), [&](const OutputColumn& column) { return column.expr.sql == key.sql; });
            if (distinct && !listed)
                return sqlError(
                    145, "ORDER BY items must appear in the select list if SELECT DISTINCT is specified.", line, 1, 15);
            if (key.constant)
                return sqlError(
                    408, "A constant expression was encountered in the ORDER BY list, position " + std::to_string(number) + ".", line, 1, 15);
        }
        ES_TRY(const std::string text, orderKey(key, tsql::Operation::kOrderBy, line));
        out += (out.empty() ? " ORDER BY " : ", ") + text + (item.descending ? " DESC" : "");
    }
    return out;
}

Result<std::string> Binder::rowLimit(const tsql::Expr& count, std::int32_t line, Limit kind)
{
    Scope none;
    ES_TRY(BoundExpr bound, bind(count, none));
    if (!types::isInteger(bound.type.id) && !bound.isNullLiteral())
        return sqlError(
            1060, "The number of rows provided for a TOP or FETCH clauses row count parameter must be an integer.", line, 1, 15);
    ES_TRY(bound, castTo(std::move(bound), types::makeType(TypeId::kBigInt), line));
    std::vector<BoundExpr> args{std::move(bound)};
    return call(rowLimitFunction, std::move(args), types::makeType(TypeId::kBigInt), line, {static_cast<std::int64_t>(kind)}, false).sql;
}

Result<std::string> Binder::bindLimit(const std::optional<tsql::Top>* top, const tsql::Query* query)
{
    if (top && *top) {
        const std::int32_t line = lineOf(*(*top)->count);
        if (query && query->offset)
            return sqlError(10741, "A TOP can not be used in the same query or sub-query as a OFFSET.", line, 2, 15);
        if ((*top)->percent) return notSupported("TOP .. PERCENT", line);
        if ((*top)->withTies) return notSupported("TOP .. WITH TIES", line);
        ES_TRY(const std::string count, rowLimit(*(*top)->count, line));
        return " LIMIT " + count;
    }
    if (!query || !query->offset) return std::string{};
    ES_TRY(const std::string offset, rowLimit(*query->offset, lineOf(*query->offset), Limit::kOffset));
    std::string fetch = "-1";
    if (query->fetch) {
        ES_TRY(fetch, rowLimit(*query->fetch, lineOf(*query->fetch), Limit::kFetch));
    }
    return " LIMIT " + fetch + " OFFSET " + offset;
}

Result<BoundExpr> Binder::toVariable(BoundExpr value, std::size_t position, std::int32_t line)
{
    const Variable& target = m_context.variables[position];
    ES_TRY(const BoundExpr reference, bindVariable(target.name, line));
    tie(reference, value, line);
    noteMeeting(reference, value, true, line);
    if (target.undeclared && m_context.deduction) {
        TypeDeduction::Found& found = m_context.deduction->parameters[position];
        found.output = true;
        found.input = false;
        return value;
    }
    if (value.isNullLiteral()) return constant(types::Null{}, target.type);
    if (inferring()) return value;
    if (target.scheme.encrypted() || value.scheme.encrypted()) {
        ES_CHECK(checkAssignable(value, target.type, target.scheme, line));
        return value;
    }
    const bool tooLarge = target.type.id == TypeId::kSqlVariant && types::isLarge(value.type);
    if (tooLarge || !types::isImplicitlyConvertible(value.type.id, target.type.id))
        return assignTo(std::move(value), target.type, line, ""); // says which of 206 and 257 it is
    return castTo(std::move(value), target.type, line);
}

} // namespace es::sandbox
