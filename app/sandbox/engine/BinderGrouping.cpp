// Binder: GROUPING SETS, ROLLUP and CUBE as one grouped SELECT per set; GROUPING and GROUPING_ID; TOP .. PERCENT and WITH TIES by rank.
#include "app/sandbox/engine/Functions.h"

#include "driver/types/TypeNames.h"

#include <algorithm>
#include <cmath>

namespace es::sandbox {

using base::Result;
using types::TypeId;
using types::Value;

namespace {

std::int32_t lineOf(const tsql::Expr& expr)
{
    return static_cast<std::int32_t>(expr.range.line);
}

// Whether the total of no rows at all is a row is nowhere told.
Result<Value> totalOfNothing(const CallFrame& frame)
{
    if (std::get<std::int64_t>(frame.args[0]) != 0) return Value(std::int64_t{1});
    return notSupported("The grand total of a ROLLUP, CUBE or GROUPING SETS over no rows", 0);
}

// How many of the rows TOP .. PERCENT names: part of a row counts as one.
Result<Value> percentLimit(const CallFrame& frame)
{
    const auto* percent = std::get_if<double>(&frame.args[1]);
    if (!percent || *percent < 0 || *percent > 100) return sqlError(1031, "Percent values must be between 0 and 100.", 0, 1, 15);
    return Value(static_cast<std::int64_t>(std::ceil(static_cast<double>(std::get<std::int64_t>(frame.args[0])) * *percent / 100)));
}

BoundExpr bigint(std::string sql)
{
    BoundExpr out;
    out.sql = std::move(sql);
    out.type = types::makeType(TypeId::kBigInt);
    return out;
}

std::string columnNames(const std::vector<OutputColumn>& columns, bool withRowIds)
{
    std::string out;
    for (std::size_t i = 0; i < columns.size(); ++i)
        out += (i ? ", c" : "c") + std::to_string(i + 1);
    for (std::size_t i = 0; withRowIds && i < columns.size(); ++i)
        if (!columns[i].expr.rowId.empty()) out += ", r" + std::to_string(i + 1);
    return out;
}

} // namespace

Result<std::string> Binder::topByRank(
    const tsql::SelectSpec& spec, const std::vector<OutputColumn>& columns, const SelectText& text, bool withRowIds)
{
    const tsql::Top& top = *spec.top;
    const std::int32_t line = lineOf(*top.count);
    if (top.withTies && text.order.empty())
        return sqlError(1062, "The TOP N WITH TIES clause is not allowed without a corresponding ORDER BY clause.", line, 1, 15);
    if (spec.distinct) return notSupported("DISTINCT with TOP .. PERCENT or WITH TIES", line);
    std::string limit;
    if (top.percent) {
        Scope none;
        ES_TRY(BoundExpr percent, bind(*top.count, none));
        ES_TRY(percent, castTo(std::move(percent), types::makeType(TypeId::kFloat), line));
        std::vector<BoundExpr> args{bigint("es_n"), std::move(percent)};
        limit = call(percentLimit, std::move(args), types::makeType(TypeId::kBigInt), line, {}, false).sql;
    } else {
        ES_TRY(limit, rowLimit(*top.count, line));
    }
    return "SELECT " + columnNames(columns, withRowIds) + " FROM (SELECT " + text.list + ", " + (top.withTies ? "rank()" : "row_number()") + " OVER ("
        + text.order + ") AS es_k" + (top.percent ? ", count(*) OVER () AS es_n" : "") + text.rest + ") WHERE es_k <= " + limit
        + " ORDER BY es_k";
}

// One SELECT for each set; what is not a key in it reads as NULL there.
Result<BoundQuery> Binder::bindGroupingSets(const tsql::SelectSpec& spec, const tsql::Query* query, Scope* outer)
{
    const auto line = static_cast<std::int32_t>(spec.items.front().range.line);
    if (spec.distinct) return notSupported("DISTINCT with ROLLUP, CUBE or GROUPING SETS", line);
    if (spec.top && (spec.top->percent || spec.top->withTies))
        return notSupported("TOP .. PERCENT or WITH TIES with ROLLUP, CUBE or GROUPING SETS", line);
    BoundQuery out;
    std::string branches, order;
    for (const std::vector<std::size_t>& set : spec.groupingSets) {
        Scope scope;
        scope.parent = outer;
        std::string from, where, having;
        if (spec.from) {
            ES_TRY(const std::string text, bindSource(*spec.from, scope));
            from = " FROM " + text;
        }
        if (spec.where) {
            ES_TRY(const std::string text, bindFilter(*spec.where, scope));
            where = " WHERE " + text;
        }
        ES_TRY(const std::string group, bindGroupingSet(spec, set, scope));
        scope.grouped = true;
        scope.aggregateAllowed = true;
        ES_TRY(std::vector<OutputColumn> columns, bindItems(spec, scope));
        if (spec.having) {
            ES_TRY(having, bindCondition(*spec.having, scope));
        }
        if (set.empty()) {
            std::vector<BoundExpr> args{bigint("count(*)")};
            const std::string rows = call(totalOfNothing, std::move(args), types::makeType(TypeId::kInt), line, {}, true, true).sql;
            having = rows + (having.empty() ? "" : " AND " + having);
        }
        std::string keys, orderHere;
        if (query) {
            ES_TRY(keys, bindGroupedOrder(*query, scope, columns, orderHere));
        }
        if (!scope.violations.empty())
            return sqlError(8120,
                "Column '" + scope.violations.front().column
                    + "' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.",
                scope.violations.front().line);
        std::string list;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            OutputColumn& column = columns[i];
            if (column.expr.scheme.encrypted()) return notSupported("ROLLUP, CUBE or GROUPING SETS over encrypted columns", line);
            if (!branches.empty()) {
                ES_TRY(column.expr, castTo(std::move(column.expr), out.columns[i].expr.type, line));
            }
            list += (i ? ", " : "") + column.expr.sql + " AS c" + std::to_string(i + 1);
            column.expr.rowId.clear();
            column.expr.origin.reset();
            column.expr.variable.reset();
            column.expr.constant.reset();
            column.expr.literal = false;
            column.expr.nullable = true;
        }
        // SQLite wants an aggregate in the list before it allows one in HAVING.
        branches += (branches.empty() ? "SELECT " : " UNION ALL SELECT ") + list + keys + ", count(*) AS es_g" + from + where + group
            + (having.empty() ? "" : " HAVING " + having);
        if (out.columns.empty()) {
            out.columns = std::move(columns);
            order = std::move(orderHere);
        }
    }
    ES_TRY(const std::string limit, bindLimit(&spec.top, query));
    out.ordered = !order.empty();
    out.sql = "SELECT " + columnNames(out.columns, false) + " FROM (" + branches + ")" + order + limit;
    return out;
}

Result<std::string> Binder::bindGroupingSet(const tsql::SelectSpec& spec, const std::vector<std::size_t>& set, Scope& scope)
{
    std::string group;
    std::set<std::string> present;
    std::vector<std::string> all;
    for (std::size_t i = 0; i < spec.groupBy.size(); ++i) {
        const std::int32_t line = lineOf(*spec.groupBy[i]);
        ES_TRY(const BoundExpr bound, bind(*spec.groupBy[i], scope));
        if (bound.constant)
            return sqlError(164, "Each GROUP BY expression must contain at least one column that is not an outer reference.", line, 1, 15);
        if (bound.scheme.encrypted()) return notSupported("ROLLUP, CUBE or GROUPING SETS over encrypted columns", line);
        // A key inside another one would read as NULL there.
        for (const std::string& other : all)
            if (other != bound.sql && (other.find(bound.sql) != std::string::npos || bound.sql.find(other) != std::string::npos))
                return notSupported("ROLLUP, CUBE or GROUPING SETS over an expression and a part of it", line);
        all.push_back(bound.sql);
        if (std::find(set.begin(), set.end(), i) == set.end() || !present.insert(bound.sql).second) continue;
        ES_TRY(const std::string key, orderKey(bound, tsql::Operation::kGroupBy, line));
        group += (group.empty() ? " GROUP BY " : ", ") + key;
    }
    for (const std::string& key : all) {
        scope.groupKeys.insert(key);
        if (present.count(key) == 0) scope.absentKeys.insert(key);
    }
    return group;
}

// The keys of ORDER BY as columns k<n> of the branch; `order`: the clause over them.
Result<std::string> Binder::bindGroupedOrder(
    const tsql::Query& query, Scope& scope, const std::vector<OutputColumn>& columns, std::string& order)
{
    std::string keys;
    for (const tsql::OrderItem& item : query.orderBy) {
        const std::int32_t line = lineOf(*item.expr);
        std::optional<std::size_t> place;
        if (const auto* literal = std::get_if<tsql::Literal>(&item.expr->node); literal && literal->kind == tsql::LiteralKind::kInteger) {
            const std::size_t number = static_cast<std::size_t>(std::strtoull(literal->text.c_str(), nullptr, 10));
            if (number < 1 || number > columns.size())
                return sqlError(108,
                    "The ORDER BY position number " + literal->text + " is out of range of the number of items in the select list.", line, 1, 15);
            place = number - 1;
        } else if (const auto* column = std::get_if<tsql::ColumnRef>(&item.expr->node); column && column->parts.size() == 1) {
            for (std::size_t i = 0; i < columns.size() && !place; ++i)
                if (!columns[i].name.empty() && sameName(columns[i].name, column->parts[0].text)) place = i;
        }
        BoundExpr key;
        if (place) {
            key = columns[*place].expr;
            key.sql = "c" + std::to_string(*place + 1);
        } else {
            ES_TRY(key, bind(*item.expr, scope));
            const std::string name = "k" + std::to_string(&item - query.orderBy.data() + 1);
            keys += ", " + key.sql + " AS " + name;
            key.sql = name;
        }
        key.constant.reset();
        key.literal = false;
        ES_TRY(const std::string text, orderKey(key, tsql::Operation::kOrderBy, line));
        order += (order.empty() ? " ORDER BY " : ", ") + text + (item.descending ? " DESC" : "");
    }
    return keys;
}

// GROUPING(a): 1 where a is no key of the set. GROUPING_ID(a, b): these as bits, the last one lowest.
Result<BoundExpr> Binder::bindGrouping(const tsql::FunctionCall& node, Scope& scope, std::int32_t line)
{
    const bool id = sameName(node.name.object(), "GROUPING_ID");
    if (node.arguments.empty() || (!id && node.arguments.size() != 1))
        return sqlError(174, "The " + foldName(node.name.object()) + " function requires 1 argument(s).", line, 1, 15);
    std::int64_t bits = 0;
    for (std::size_t i = 0; i < node.arguments.size(); ++i) {
        ++scope.insideAggregate; // the expression itself is asked for, not what it reads as here
        auto bound = bind(*node.arguments[i], scope);
        --scope.insideAggregate;
        ES_TRY(const BoundExpr key, std::move(bound));
        if (!scope.grouped || scope.groupKeys.count(key.sql) == 0)
            return sqlError(8161,
                "Argument " + std::to_string(i + 1) + " of the " + upperAscii(node.name.object())
                    + " function does not match any of the expressions in the GROUP BY clause.",
                line);
        bits = bits * 2 + (scope.absentKeys.count(key.sql) != 0 ? 1 : 0);
    }
    BoundExpr out = constant(Value(bits), types::makeType(id ? TypeId::kInt : TypeId::kTinyInt));
    out.nullable = false;
    return out;
}

} // namespace es::sandbox
