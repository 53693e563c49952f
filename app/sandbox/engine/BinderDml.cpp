// Binder: INSERT, UPDATE, DELETE.
#include "app/sandbox/engine/Binder.h"

#include "app/sandbox/engine/Consequences.h"
#include "app/sandbox/engine/Requirements.h"
#include "driver/tsql/Parser.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::Value;

namespace {

Result<Value> refuseNullFunction(const CallFrame& frame)
{
    return sqlError(515, frame.call.text, 0, 2);
}

std::string fullName(const Catalog& catalog, const CatalogTable& table)
{
    return catalog.databaseName + "." + table.schemaName + "." + table.name;
}

base::Error explicitRowVersion(std::int32_t line)
{
    return sqlError(273,
        "Cannot insert an explicit value into a timestamp column. Use INSERT with a column list to exclude the timestamp column, or "
        "insert a DEFAULT into the timestamp column.",
        line);
}

// Rows as wide as the whole table: the identity column is among them.
bool givesIdentity(const tsql::Insert& insert, std::size_t width)
{
    const auto* values = std::get_if<tsql::Insert::Values>(&insert.source);
    return values && std::any_of(values->rows.begin(), values->rows.end(), [&](const auto& row) { return row.size() == width; });
}

base::Error computedTarget(const CatalogColumn& column, std::int32_t line)
{
    return sqlError(271,
        "The column \"" + column.name
            + "\" cannot be modified because it is either a computed column or is the result of a UNION operator.",
        line);
}

} // namespace

Result<BoundExpr> Binder::defaultOf(const CatalogColumn& column, std::int32_t line)
{
    if (column.defaultText.empty()) {
        BoundExpr null = constant(types::Null{}, column.type);
        null.literal = true;
        return null;
    }
    ES_TRY(const tsql::ExprPtr expr, tsql::parseExpression(column.defaultText));
    Scope none;
    auto bound = bind(*expr, none);
    if (!bound) return atLine(std::move(bound).error(), line);
    return bound;
}

// The value as the column takes it: converted, or untouched ciphertext; NULL refused where the column does not take it.
Result<std::string> Binder::columnValue(const CatalogTable& table, const CatalogColumn& column, BoundExpr value, std::int32_t line)
{
    const tsql::EncryptionScheme scheme = m_context.deduction ? tsql::EncryptionScheme{} : m_catalog.schemeOf(column);
    if (scheme.encrypted()) ES_CHECK(requireVisibleKeys(m_context.program.session(), scheme.keyName, line));
    noteTarget(value, column.type);
    tieToColumn(value, column.type, scheme, line);
    if (inferring()) return value.sql;
    bool canBeNull = value.nullable;
    std::string sql = value.sql;
    if (scheme.encrypted() || value.scheme.encrypted()) {
        ES_CHECK(checkAssignable(value, column.type, scheme, line));
    } else {
        ES_TRY(const BoundExpr converted,
            assignTo(std::move(value), column.type, line, "table '" + fullName(m_catalog, table) + "', column '" + column.name + "'"));
        sql = converted.sql;
        canBeNull = converted.nullable;
    }
    if (column.nullable || !canBeNull) return sql;
    const BoundExpr refuse = call(refuseNullFunction, {}, column.type, line, {}, false, true,
        "Cannot insert the value NULL into column '" + column.name + "', table '" + fullName(m_catalog, table)
            + "'; column does not allow nulls.");
    return "ifnull(" + sql + ", " + refuse.sql + ")";
}

Result<std::string> Binder::defaultText(const CatalogTable& table, const CatalogColumn& column, std::int32_t line)
{
    ES_TRY(BoundExpr value, defaultOf(column, line));
    return columnValue(table, column, std::move(value), line);
}

// "INSERT INTO t(..) ": the columns named, then the others, which take their default, or the next identity value.
Result<std::string> Binder::insertHead(const CatalogTable& table, const std::vector<const CatalogColumn*>& targets,
    const CatalogColumn* identity, std::string& restValues, std::int32_t line)
{
    std::string columnList;
    for (const CatalogColumn* column : targets)
        columnList += (columnList.empty() ? "" : ", ") + column->sqlName();
    for (const CatalogColumn& column : table.columns) {
        if (column.computed() || std::find(targets.begin(), targets.end(), &column) != targets.end()) continue;
        std::string value = column.rowVersion ? "es_rowversion()" : "es_identity()";
        if (&column != identity && !column.rowVersion) {
            ES_TRY(BoundExpr fallback, defaultOf(column, line));
            ES_TRY(value, columnValue(table, column, std::move(fallback), line));
        }
        columnList += (columnList.empty() ? "" : ", ") + column.sqlName();
        restValues += ", " + value;
    }
    return "INSERT INTO " + table.sqlName() + "(" + columnList + ") ";
}

Result<std::string> Binder::insertFromQuery(const CatalogTable& table, const std::vector<const CatalogColumn*>& targets,
    const std::string& restValues, const BoundQuery& query, std::int32_t line)
{
    if (query.columns.size() != targets.size())
        return sqlError(213, "Column name or number of supplied values does not match table definition.", line);
    const std::string alias = newAlias();
    std::string text;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        BoundExpr value = query.columns[i].expr;
        if (targets[i]->rowVersion) {
            if (!value.isNullLiteral()) return explicitRowVersion(line);
            text += (i ? ", " : "") + std::string("es_rowversion()");
            continue;
        }
        if (!value.isNullLiteral()) {
            value.constant.reset();
            value.literal = false;
        }
        value.sql = alias + ".c" + std::to_string(i + 1);
        ES_TRY(const std::string cell, columnValue(table, *targets[i], std::move(value), line));
        text += (i ? ", " : "") + cell;
    }
    return "SELECT " + text + restValues + " FROM (" + query.sql + ") AS " + alias;
}

// Several rows of VALUES are one table, whose columns have one type each before they go into the target's.
Result<void> Binder::unifyRows(
    std::vector<std::vector<std::optional<BoundExpr>>>& rows, const std::vector<const CatalogColumn*>& targets, std::int32_t line)
{
    for (std::size_t i = 0; rows.size() > 1 && i < targets.size(); ++i) {
        std::optional<BoundExpr> widest;
        bool differ = false;
        for (const auto& row : rows) {
            const std::optional<BoundExpr>& cell = row[i];
            if (!cell || cell->isNullLiteral()) continue;
            if (cell->scheme.encrypted() || inferring()) return {}; // no conversion there, whatever they are
            if (!widest) {
                widest = cell;
                continue;
            }
            differ = differ || cell->type.id != widest->type.id || cell->type.scale != widest->type.scale
                || (targets[i]->type.id == types::TypeId::kSqlVariant && cell->type != widest->type);
            ES_TRY(widest->type, common(*widest, *cell, line));
        }
        for (auto& row : rows)
            if (differ && row[i] && !row[i]->isNullLiteral()) {
                ES_TRY(*row[i], castTo(std::move(*row[i]), widest->type, line));
            }
    }
    return {};
}

Result<Binder::Dml> Binder::bindInsert(const tsql::Insert& insert, std::int32_t line, bool identityInsert)
{
    if (insert.top && !std::holds_alternative<tsql::Insert::FromQuery>(insert.source)) return notSupported("TOP in INSERT without a query", line);
    Dml out;
    ES_TRY(out.table, insert.target.variable.empty() ? tableNamed(insert.target.name) : tableVariable(insert.target.variable, line));
    const std::size_t commonDepth = m_commonTables.size();
    if (!insert.with.empty()) m_commonTables.push_back({&insert.with, insert.with.size()});
    std::vector<const CatalogColumn*> targets;
    for (const tsql::Identifier& name : insert.columns) {
        const CatalogColumn* column = out.table->column(name.text);
        if (!column) return invalidColumnName(name.text, static_cast<std::int32_t>(name.range.line));
        if (std::find(targets.begin(), targets.end(), column) != targets.end())
            return sqlError(264,
                "The column name '" + name.text + "' is specified more than once in the SET clause or column list of an INSERT.", line);
        if (column->computed()) return computedTarget(*column, line);
        targets.push_back(column);
    }
    for (const CatalogColumn& column : out.table->columns) {
        if (insert.columns.empty() && !std::holds_alternative<tsql::Insert::Defaults>(insert.source) && !column.identity
            && !column.computed())
            targets.push_back(&column);
        if (column.identity) out.identityColumn = &column;
    }
    if (out.identityColumn && insert.columns.empty() && givesIdentity(insert, targets.size() + 1))
        return sqlError(8101,
            "An explicit value for the identity column in table '" + out.table->name
                + "' can only be specified when a column list is used and IDENTITY_INSERT is ON.",
            line);
    if (out.identityColumn && std::find(targets.begin(), targets.end(), out.identityColumn) != targets.end()) {
        if (!identityInsert)
            return sqlError(544,
                "Cannot insert explicit value for identity column in table '" + out.table->name + "' when IDENTITY_INSERT is set to OFF.",
                line);
        out.explicitIdentity = true;
    } else if (out.identityColumn && identityInsert)
        return sqlError(545,
            "Explicit value must be specified for identity column in table '" + out.table->name + "' when IDENTITY_INSERT is set to ON.",
            line);

    std::string restValues;
    ES_TRY(const std::string head, insertHead(*out.table, targets, out.identityColumn, restValues, line));
    if (const auto* values = std::get_if<tsql::Insert::Values>(&insert.source)) {
        std::string rows;
        std::vector<std::vector<std::optional<BoundExpr>>> cells;
        for (const auto& row : values->rows) {
            if (row.size() != targets.size())
                return insert.columns.empty()
                    ? sqlError(213, "Column name or number of supplied values does not match table definition.", line)
                    : sqlError(row.size() > targets.size() ? 110 : 109,
                        "The number of columns in the INSERT statement and the number of values in the VALUES clause differ. "
                        "The number of values must match the number of columns.",
                        line, 1, 15);
            cells.emplace_back();
            for (std::size_t i = 0; i < row.size(); ++i) {
                Scope none;
                const auto cellLine = static_cast<std::int32_t>(row[i]->range.line);
                const bool isDefault = std::holds_alternative<tsql::DefaultValue>(row[i]->node);
                const auto* literal = std::get_if<tsql::Literal>(&row[i]->node);
                if (targets[i]->rowVersion && !isDefault && !(literal && literal->kind == tsql::LiteralKind::kNull))
                    return explicitRowVersion(cellLine);
                cells.back().emplace_back();
                if (isDefault || targets[i]->rowVersion) continue;
                ES_TRY(cells.back().back(), bind(*row[i], none));
            }
        }
        ES_CHECK(unifyRows(cells, targets, line));
        for (std::size_t r = 0; r < cells.size(); ++r) {
            std::string text;
            for (std::size_t i = 0; i < targets.size(); ++i) {
                const auto cellLine = static_cast<std::int32_t>(values->rows[r][i]->range.line);
                if (targets[i]->rowVersion) {
                    text += (i ? ", " : "") + std::string("es_rowversion()");
                    continue;
                }
                ES_TRY(BoundExpr value, cells[r][i] ? Result<BoundExpr>(std::move(*cells[r][i])) : defaultOf(*targets[i], cellLine));
                ES_TRY(const std::string cell, columnValue(*out.table, *targets[i], std::move(value), cellLine));
                text += (i ? ", " : "") + cell;
            }
            text += restValues;
            rows += (rows.empty() ? "VALUES (" : ", (") + text + ")";
        }
        out.sql = head + rows;
    } else if (const auto* select = std::get_if<tsql::Insert::FromQuery>(&insert.source)) {
        ES_TRY(const BoundQuery query, bindQuery(*select->query, nullptr, Place::kFrom));
        if (query.columns.size() != targets.size())
            return sqlError(insert.columns.empty()          ? 213
                    : query.columns.size() > targets.size() ? 121
                                                            : 120,
                "Column name or number of supplied values does not match table definition.", line);
        ES_TRY(const std::string rows, insertFromQuery(*out.table, targets, restValues, query, line));
        ES_TRY(const std::string limit, bindLimit(&insert.top, nullptr));
        out.sql = head + rows + limit;
    } else if (std::holds_alternative<tsql::Insert::Defaults>(insert.source)) {
        out.sql = head + "VALUES (" + restValues.substr(std::min<std::size_t>(2, restValues.size())) + ")";
    } else
        return notSupported("INSERT .. EXECUTE", line);
    m_commonTables.resize(commonDepth);
    out.tracked = mustTrack(*out.table, out);
    if (insert.output) ES_CHECK(bindOutput(*insert.output, out, line));
    if (out.tracked) out.sql += " RETURNING rowid";
    return out;
}

Result<std::size_t> Binder::targetSource(const tsql::DmlTarget& target, Scope& scope, std::int32_t line)
{
    if (target.name.parts.size() == 1) {
        for (std::size_t i = 0; i < scope.sources.size(); ++i)
            if (sameName(scope.sources[i].alias, target.name.object()) && scope.sources[i].table) return i;
        for (const CommonScope& level : m_commonTables)
            for (const tsql::CommonTable& common : *level.tables)
                if (sameName(common.name.text, target.name.object()))
                    return notSupported("Changing rows through the common table expression " + common.name.text, line);
    }
    ES_TRY(const CatalogTable* table, target.variable.empty() ? tableNamed(target.name) : tableVariable(target.variable, line));
    for (std::size_t i = 0; i < scope.sources.size(); ++i)
        if (scope.sources[i].table == table) return i;
    if (!scope.sources.empty()) return notSupported("A FROM clause that does not name the table to change", line);
    addTable(*table, "", newAlias(), scope);
    ES_CHECK(bindComputed(scope.sources.back(), line));
    return std::size_t{0};
}

Result<std::vector<std::pair<const CatalogColumn*, std::string>>> Binder::bindAssignments(
    const tsql::Update& update, Scope& scope, std::size_t target, std::int32_t)
{
    ES_CHECK(checkVariableAssignments(update));
    std::vector<std::pair<const CatalogColumn*, std::string>> out;
    std::optional<BoundExpr> riding;
    const CatalogTable& table = *scope.sources[target].table;
    for (const tsql::Assignment& assignment : update.assignments) {
        const auto line = static_cast<std::int32_t>(assignment.range.line);
        if (assignment.column.empty()) {
            m_live = true;
            Result<BoundExpr> bound = bind(*assignment.value, scope);
            m_live = false;
            ES_TRY(BoundExpr value, std::move(bound));
            ES_TRY(riding, bindUpdateVariable(assignment, std::move(value), line));
            continue;
        }
        const std::string& name = assignment.column.back().text;
        const CatalogColumn* column = table.column(name);
        if (!column) return invalidColumnName(name, line);
        if (column->computed()) return computedTarget(*column, line);
        if (column->rowVersion) return sqlError(272, "Cannot update a timestamp column.", line);
        if (column->identity) return sqlError(8102, "Cannot update identity column '" + column->name + "'.", line);
        if (std::any_of(out.begin(), out.end(), [&](const auto& entry) { return entry.first == column; }))
            return sqlError(
                264, "The column name '" + name + "' is specified more than once in the SET clause or column list of an INSERT.", line);
        const bool isDefault = std::holds_alternative<tsql::DefaultValue>(assignment.value->node);
        m_live = !assignment.variable.empty();
        Result<BoundExpr> given = isDefault ? defaultOf(*column, line) : bind(*assignment.value, scope);
        m_live = false;
        ES_TRY(BoundExpr value, std::move(given));
        if (!assignment.variable.empty()) {
            // The variable takes what the column takes.
            if (column->encrypted()) return notSupported("SET of an encrypted variable in UPDATE", line);
            ES_TRY(value, assignTo(std::move(value), column->type, line, "table '" + fullName(m_catalog, table) + "', column '" + column->name + "'"));
            const types::SqlType type = value.type;
            ES_TRY(const BoundExpr variable, bindVariable(assignment.variable, line));
            if (!(m_context.variables[*variable.variable].type == type))
                return notSupported("SET @variable = column = .. where their types differ", line);
            ES_TRY(value, bindUpdateVariable(assignment, std::move(value), line));
            value.nullable = true;
        }
        if (assignment.compound) {
            const auto found = std::find_if(scope.sources[target].columns.begin(), scope.sources[target].columns.end(),
                [&](const SourceColumn& candidate) { return candidate.expr.origin && candidate.expr.origin->columnId == column->id; });
            ES_TRY(value, arithmetic(*assignment.compound, found->expr, std::move(value), line));
        }
        ES_TRY(std::string text, columnValue(table, *column, std::move(value), line));
        out.emplace_back(column, std::move(text));
    }
    if (riding) out.front().second = afterwards(*riding, out.front().second, out.front().first->type, static_cast<std::int32_t>(update.assignments.front().range.line));
    return out;
}

Result<Binder::Dml> Binder::bindUpdate(const tsql::Update& update, std::int32_t line)
{
    const std::size_t commonDepth = m_commonTables.size();
    if (!update.with.empty()) m_commonTables.push_back({&update.with, update.with.size()});
    Scope scope;
    std::string from;
    if (update.from) {
        ES_TRY(from, bindSource(*update.from, scope));
    }
    ES_TRY(const std::size_t target, targetSource(update.target, scope, line));
    ES_TRY(const auto assignments, bindAssignments(update, scope, target, line));
    std::string where;
    if (update.where) {
        ES_TRY(const std::string text, bindFilter(*update.where, scope));
        where = " WHERE " + text;
    }
    const Source& source = scope.sources[target];
    const std::string rowId = source.sqlAlias + ".rowid";
    if (from.empty()) from = source.table->sqlName() + " AS " + source.sqlAlias;
    ES_TRY(const std::string limit, bindLimit(&update.top, nullptr));
    Dml out;
    out.kind = Dml::Kind::kUpdate;
    out.table = source.table;
    out.severalRowsSql = "SELECT count(*) > 1 FROM (SELECT 1 FROM (SELECT " + rowId + " FROM " + from + where + limit + ") LIMIT 2)";
    for (const auto& assignment : assignments)
        out.changedColumns.push_back(assignment.first->id);
    std::string set;
    for (const CatalogColumn& column : source.table->columns)
        if (column.rowVersion) set += (set.empty() ? "" : ", ") + column.sqlName() + " = es_rowversion()";
    out.tracked = mustTrack(*out.table, out);
    if (update.output) ES_CHECK(bindOutput(*update.output, out, line));
    if (out.tracked) {
        std::string names = Consequences::oldNames(*out.table);
        std::string cells = Consequences::oldCells(*out.table, source.sqlAlias);
        for (const auto& [column, value] : assignments) {
            names += ", n" + std::to_string(column->id);
            cells += ", " + value;
        }
        out.collectSql
            = "INSERT OR IGNORE INTO " + Consequences::workName(0) + "(" + names + ") SELECT " + cells + " FROM " + from + where + limit;
        out.sql = Consequences::updateSql(*out.table, out.changedColumns, 0);
    } else if (!update.from) {
        for (const auto& [column, value] : assignments)
            set += (set.empty() ? "" : ", ") + column->sqlName() + " = " + value;
        if (!limit.empty()) where = " WHERE rowid IN (SELECT " + rowId + " FROM " + from + where + limit + ")";
        out.sql = "UPDATE " + from + " SET " + set + where;
    } else {
        const std::string changed = newAlias();
        const std::string rows = newAlias();
        std::string list = rowId + " AS r";
        for (std::size_t i = 0; i < assignments.size(); ++i) {
            const std::string name = "v" + std::to_string(i + 1);
            list += ", " + assignments[i].second + " AS " + name;
            set += (set.empty() ? "" : ", ") + assignments[i].first->sqlName() + " = " + rows + "." + name;
        }
        out.sql = "UPDATE " + source.table->sqlName() + " AS " + changed + " SET " + set + " FROM (SELECT " + list + " FROM " + from + where
            + limit + ") AS " + rows + " WHERE " + changed + ".rowid = " + rows + ".r";
    }
    m_commonTables.resize(commonDepth);
    return out;
}

Result<Binder::Dml> Binder::bindDelete(const tsql::Delete& statement, std::int32_t line)
{
    const std::size_t commonDepth = m_commonTables.size();
    if (!statement.with.empty()) m_commonTables.push_back({&statement.with, statement.with.size()});
    Scope scope;
    std::string from;
    if (statement.from) {
        ES_TRY(from, bindSource(*statement.from, scope));
    }
    ES_TRY(const std::size_t target, targetSource(statement.target, scope, line));
    std::string where;
    if (statement.where) {
        ES_TRY(const std::string text, bindFilter(*statement.where, scope));
        where = " WHERE " + text;
    }
    const Source& source = scope.sources[target];
    ES_TRY(const std::string limit, bindLimit(&statement.top, nullptr));
    Dml out;
    out.kind = Dml::Kind::kDelete;
    out.table = source.table;
    out.tracked = mustTrack(*out.table, out);
    if (statement.output) ES_CHECK(bindOutput(*statement.output, out, line));
    const std::string own = source.table->sqlName() + " AS " + source.sqlAlias;
    if (out.tracked) {
        out.collectSql = "INSERT OR IGNORE INTO " + Consequences::workName(0) + "(" + Consequences::oldNames(*out.table) + ") SELECT "
            + Consequences::oldCells(*out.table, source.sqlAlias) + " FROM " + (from.empty() ? own : from) + where + limit;
        out.sql = "DELETE FROM " + source.table->sqlName() + " WHERE rowid IN (SELECT r FROM " + Consequences::workName(0) + ")";
    } else if (!statement.from && limit.empty())
        out.sql = "DELETE FROM " + own + where;
    else
        out.sql = "DELETE FROM " + source.table->sqlName() + " WHERE rowid IN (SELECT " + source.sqlAlias + ".rowid FROM "
            + (from.empty() ? own : from) + where + limit + ")";
    m_commonTables.resize(commonDepth);
    return out;
}

} // namespace es::sandbox
