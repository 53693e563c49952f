// Binder: rules that the catalog keeps as T-SQL (checks, computed columns, filters), and the OUTPUT clause.
#include "app/sandbox/engine/Binder.h"

#include "app/sandbox/engine/Consequences.h"
#include "driver/tsql/Parser.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;

Result<BoundExpr> Binder::expressionOn(const CatalogTable& table, const std::string& text, const std::string& sqlAlias, std::int32_t line)
{
    ES_TRY(const tsql::ExprPtr expr, tsql::parseExpression(text));
    Scope scope;
    addTable(table, "", sqlAlias, scope);
    ES_CHECK(bindComputed(scope.sources.front(), line));
    auto bound = bind(*expr, scope);
    if (!bound) return atLine(std::move(bound).error(), line);
    return bound;
}

Result<std::string> Binder::conditionOn(const CatalogTable& table, const std::string& text, const std::string& sqlAlias, std::int32_t line)
{
    ES_TRY(const tsql::ExprPtr expr, tsql::parseCondition(text));
    Scope scope;
    addTable(table, "", sqlAlias, scope);
    ES_CHECK(bindComputed(scope.sources.front(), line));
    auto bound = bindCondition(*expr, scope);
    if (!bound) return atLine(std::move(bound).error(), line);
    return bound;
}

Result<void> Binder::bindComputed(Source& source, std::int32_t line)
{
    if (!source.table) return {};
    for (std::size_t i = 0; i < source.columns.size() && i < source.table->columns.size(); ++i) {
        const CatalogColumn& column = source.table->columns[i];
        if (!column.computed()) continue;
        ES_TRY(const tsql::ExprPtr expr, tsql::parseExpression(column.computedText));
        Scope scope;
        scope.sources.push_back(source);
        auto bound = bind(*expr, scope);
        if (!bound) return atLine(std::move(bound).error(), line);
        BoundExpr& place = source.columns[i].expr;
        place.sql = bound->sql;
        place.rowId.clear();
        place.origin.reset();
    }
    return {};
}

// Constraints that an INSERT, UPDATE or DELETE of these columns can meet.
bool Binder::mustTrack(const CatalogTable& table, const Dml& dml) const
{
    const auto changes
        = [&](std::int32_t id) { return std::find(dml.changedColumns.begin(), dml.changedColumns.end(), id) != dml.changedColumns.end(); };
    if (dml.kind != Dml::Kind::kDelete) {
        for (const CatalogCheck& check : table.checks)
            if (!check.disabled) return true;
        for (const CatalogForeignKey& key : table.foreignKeys)
            if (!key.disabled
                && (dml.kind == Dml::Kind::kInsert
                    || std::any_of(key.columns.begin(), key.columns.end(), [&](const auto& part) { return changes(part.first); })))
                return true;
    }
    if (dml.kind == Dml::Kind::kInsert) return false;
    for (const Catalog::Reference& reference : m_catalog.referencesTo(table.objectId)) {
        const auto& columns = reference.key->columns;
        if (!reference.key->disabled
            && (dml.kind == Dml::Kind::kDelete
                || std::any_of(columns.begin(), columns.end(), [&](const auto& part) { return changes(part.second); })))
            return true;
    }
    return false;
}

Result<void> Binder::bindOutput(const tsql::OutputClause& output, Dml& dml, std::int32_t line)
{
    const CatalogTable& table = *dml.table;
    const std::string work = newAlias();
    std::string from = " FROM " + Consequences::workName(0) + " AS " + work;
    Scope scope;
    if (dml.kind != Dml::Kind::kInsert) {
        addTable(table, "deleted", work, scope);
        Source& deleted = scope.sources.back();
        for (std::size_t i = 0; i < deleted.columns.size(); ++i)
            deleted.columns[i].expr.sql = work + ".o" + std::to_string(table.columns[i].id);
        ES_CHECK(bindComputed(deleted, line));
    }
    if (dml.kind != Dml::Kind::kDelete) {
        const std::string now = newAlias();
        addTable(table, "inserted", now, scope);
        ES_CHECK(bindComputed(scope.sources.back(), line));
        from += " JOIN " + table.sqlName() + " AS " + now + " ON " + now + ".rowid = " + work + ".r";
    }
    for (Source& source : scope.sources)
        for (SourceColumn& column : source.columns)
            column.expr.rowId.clear(); // the enclave has not been asked about these rows
    BoundQuery query;
    for (const tsql::SelectItem& item : output.items) {
        const auto itemLine = static_cast<std::int32_t>(item.range.line);
        if (const auto* star = std::get_if<tsql::SelectStar>(&item.node)) {
            ES_CHECK(addStar(*star, scope, query.columns, itemLine));
            continue;
        }
        const auto* expr = std::get_if<tsql::SelectExpr>(&item.node);
        if (!expr) return notSupported("A variable in OUTPUT", itemLine);
        ES_TRY(BoundExpr bound, bind(*expr->expr, scope));
        const auto* column = std::get_if<tsql::ColumnRef>(&expr->expr->node);
        query.columns.push_back({!expr->alias.text.empty() ? expr->alias.text : column ? column->parts.back().text : "", std::move(bound)});
    }
    std::string list;
    for (std::size_t i = 0; i < query.columns.size(); ++i)
        list += (i ? ", " : "") + query.columns[i].expr.sql + " AS c" + std::to_string(i + 1);
    query.sql = "SELECT " + list + from + " ORDER BY " + work + ".r";
    dml.tracked = true;
    if (!output.into) {
        dml.output = std::move(query);
        return {};
    }
    ES_TRY(const CatalogTable* target,
        output.into->variable.empty() ? tableNamed(output.into->name) : tableVariable(output.into->variable, line));
    Dml probe;
    probe.kind = Dml::Kind::kInsert;
    if (mustTrack(*target, probe)) return notSupported("OUTPUT INTO a table with constraints", line);
    std::vector<const CatalogColumn*> targets;
    const CatalogColumn* identity = nullptr;
    for (const CatalogColumn& column : target->columns) {
        if (column.identity) identity = &column;
        if (output.intoColumns.empty() && !column.identity && !column.computed()) targets.push_back(&column);
    }
    if (identity) return notSupported("OUTPUT INTO a table with an identity column", line);
    for (const tsql::Identifier& name : output.intoColumns) {
        const CatalogColumn* column = target->column(name.text);
        if (!column) return invalidColumnName(name.text, line);
        targets.push_back(column);
    }
    std::string rest;
    ES_TRY(const std::string head, insertHead(*target, targets, nullptr, rest, line));
    ES_TRY(const std::string values, insertFromQuery(*target, targets, rest, query, line));
    dml.outputIntoSql = head + values;
    dml.outputTarget = target;
    return {};
}

} // namespace es::sandbox
