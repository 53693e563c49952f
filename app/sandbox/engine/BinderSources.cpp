// Binder: FROM. Every source gets an alias of ours (q1, q2 ..) and columns c1, c2 ..; a table's rowid stays reachable, since the
// enclave's answers are kept by row.
#include "app/sandbox/engine/Binder.h"

#include "app/sandbox/engine/SecurityViews.h"
#include "driver/types/TypeNames.h"
#include "driver/types/Variant.h"

namespace es::sandbox {

using base::Result;

namespace {

std::string written(const tsql::ObjectName& name)
{
    std::string out;
    for (const tsql::Identifier& part : name.parts)
        out += (out.empty() ? "" : ".") + part.text;
    return out;
}

Result<types::Value> variantOfWhole(const CallFrame& frame)
{
    const auto id = static_cast<types::TypeId>(std::get<std::int64_t>(frame.args[1]));
    ES_TRY(types::Variant variant, types::makeVariant(frame.args[0], types::makeType(id)));
    return types::Value(std::move(variant));
}

void makeNullable(Scope& scope, std::size_t from, std::size_t to)
{
    for (std::size_t i = from; i < to; ++i)
        for (SourceColumn& column : scope.sources[i].columns)
            column.expr.nullable = true;
}

// The columns of a query as a source sees them from outside.
Source sourceOf(const BoundQuery& query, const std::string& alias, const std::string& sqlAlias, const std::vector<tsql::Identifier>& names)
{
    Source source;
    source.alias = alias;
    source.sqlAlias = sqlAlias;
    for (std::size_t i = 0; i < query.columns.size(); ++i) {
        SourceColumn column{i < names.size() ? names[i].text : query.columns[i].name, query.columns[i].expr};
        column.expr.sql = sqlAlias + ".c" + std::to_string(i + 1);
        if (!column.expr.rowId.empty()) column.expr.rowId = sqlAlias + ".r" + std::to_string(i + 1);
        column.expr.constant.reset();
        column.expr.literal = false;
        column.expr.variable.reset();
        column.expr.name = column.name;
        column.expr.label = CollationLabel::kImplicit;
        source.columns.push_back(std::move(column));
    }
    return source;
}

} // namespace

Result<void> Binder::checkDatabase(const tsql::ObjectName& name, std::int32_t line) const
{
    const bool other = !name.database().empty() && !sameName(name.database(), m_catalog.databaseName);
    // A name with a server is none of this server's databases.
    if (other && name.server().empty() && m_context.elsewhere) *m_context.elsewhere = name.database();
    if (!m_context.visiting || m_viewDepth > 0 || (!other && !name.database().empty())) return {};
    return notSupported("A statement across databases (" + written(name) + " beside " + m_catalog.databaseName + ")", line);
}

Result<const CatalogTable*> Binder::tableNamed(const tsql::ObjectName& name) const
{
    const auto line = static_cast<std::int32_t>(name.range.line);
    if (!name.server().empty()) return notSupported("A linked server name (" + written(name) + ")", line);
    if (name.object().starts_with("##")) return notSupported("A global temporary table (" + std::string(name.object()) + ")", line);
    const bool temporary = name.object().starts_with('#') && sameName(name.database(), "tempdb");
    ES_CHECK(checkDatabase(name, line));
    if (!temporary && !name.database().empty() && !sameName(name.database(), m_catalog.databaseName))
        return notSupported("A name in another database (" + written(name) + ")", line);
    if (const CatalogTable* table = m_catalog.table(name.schema(), name.object())) return table;
    if (viewNamed(name)) return notSupported("Changing rows through the view " + written(name), line);
    return invalidObjectName(written(name), line);
}

Result<const CatalogTable*> Binder::tableVariable(const std::string& name, std::int32_t line) const
{
    if (m_context.visiting) return notSupported("A table variable beside another database", line);
    const std::string inside = name + "/" + std::to_string(m_context.program.session().nestLevel);
    if (const CatalogTable* table = m_catalog.table("", inside)) return table;
    return sqlError(1087, "Must declare the table variable \"" + name + "\".", line, 2, 15);
}

const CatalogModule* Binder::viewNamed(const tsql::ObjectName& name) const
{
    if (!name.server().empty() || (!name.database().empty() && !sameName(name.database(), m_catalog.databaseName))) return nullptr;
    const CatalogModule* module = m_catalog.module(name.schema(), name.object());
    return module && module->view ? module : nullptr;
}

void Binder::addQuery(const BoundQuery& query, const std::string& alias, const std::vector<tsql::Identifier>& names, Scope& scope)
{
    scope.sources.push_back(sourceOf(query, alias, newAlias(), names));
}

void Binder::addTable(const CatalogTable& table, const std::string& alias, const std::string& sqlAlias, Scope& scope)
{
    m_facts.usesTables = true;
    Source source;
    source.alias = alias.empty() ? table.name : alias;
    source.schema = alias.empty() ? table.schemaName : "";
    source.table = &table;
    source.sqlAlias = sqlAlias;
    for (const CatalogColumn& column : table.columns) {
        BoundExpr expr;
        expr.sql = sqlAlias + "." + column.sqlName();
        expr.type = column.type;
        expr.nullable = column.nullable;
        expr.label = CollationLabel::kImplicit;
        if (!m_context.deduction) expr.scheme = m_catalog.schemeOf(column);
        expr.name = column.name;
        expr.origin = ColumnOrigin{table.objectId, column.id};
        expr.rowId = sqlAlias + ".rowid";
        expr.identity = column.identity.has_value();
        if (column.computed()) expr.sql = "NULL"; // until bindComputed
        source.columns.push_back({column.name, std::move(expr)});
    }
    scope.sources.push_back(std::move(source));
}

Result<std::string> Binder::bindSource(const tsql::TableSource& source, Scope& scope)
{
    const auto line = static_cast<std::int32_t>(source.range.line);
    return std::visit(
        tsql::Overloaded{[&](const tsql::NamedTable& n) { return bindNamed(n, scope, line); },
            [&](const tsql::DerivedTable& n) { return bindDerived(*n.query, n.alias.name.text, n.alias.columns, scope); },
            [&](const tsql::ValuesTable& n) { return bindValues(n, scope, line); },
            [&](const tsql::JoinedTable& n) { return bindJoin(n, scope, line); },
            [&](const tsql::TableVariable& n) -> Result<std::string> {
                ES_TRY(const CatalogTable* table, tableVariable(n.name, line));
                const std::string sqlAlias = newAlias();
                addTable(*table, n.alias.name.text.empty() ? n.name : n.alias.name.text, sqlAlias, scope);
                return table->sqlName() + " AS " + sqlAlias;
            },
            [&](const tsql::FunctionTable& n) { return bindTableFunction(n, scope, line); }},
        source.node);
}

Result<std::string> Binder::bindNamed(const tsql::NamedTable& node, Scope& scope, std::int32_t line)
{
    const std::string alias = node.alias.name.text;
    if (node.name.parts.size() == 1) {
        for (std::size_t i = m_commonTables.size(); i-- > 0;) {
            const auto& tables = *m_commonTables[i].tables;
            for (std::size_t k = 0; k < tables.size(); ++k) {
                if (!sameName(tables[k].name.text, node.name.object())) continue;
                if (k >= m_commonTables[i].visible) {
                    for (std::size_t r = m_recursions.size(); r-- > 0;)
                        if (m_recursions[r].table == &tables[k])
                            return useRecursion(r, alias.empty() ? tables[k].name.text : alias, scope);
                    return notSupported("A recursive common table expression of this form (" + tables[k].name.text + ")", line);
                }
                return bindCommon(tables[k], i, k, alias.empty() ? tables[k].name.text : alias, scope);
            }
        }
    }
    std::string_view schema = node.name.schema();
    const std::string_view elsewhere = node.name.database();
    // The databases and settings of the server are the same seen from everywhere; other views are those of their database.
    const bool ofServer = sameName(node.name.object(), "databases") || sameName(node.name.object(), "configurations");
    if (!isSystemSchema(schema) || !ofServer) ES_CHECK(checkDatabase(node.name, line));
    if (isSystemSchema(schema) && !elsewhere.empty() && !ofServer && !sameName(elsewhere, m_catalog.databaseName))
        return notSupported("A name in another database (" + written(node.name) + ")", line);
    if (isSystemSchema(schema)) {
        // What a statement names itself is asked for when it runs; a view lends nobody its maker's right to look at the server.
        const std::string_view state = serverStateFor(foldName(schema) + "." + foldName(node.name.object()), m_context.profile);
        const SessionFacts& session = m_context.program.session();
        if (m_viewDepth > 0 && !state.empty() && session.access && !session.access->allowsServer(state))
            return sqlError(297, "The user does not have permission to perform this action.", line);
        ES_TRY(const std::optional<SystemView> view, systemView(schema, node.name.object(), m_context.program.session()));
        if (!view) return notSupported("The system view " + written(node.name), line);
        Source source;
        source.alias = alias.empty() ? std::string(node.name.object()) : alias;
        source.schema = alias.empty() ? std::string(schema) : "";
        source.sqlAlias = newAlias();
        std::string names;
        for (const SystemViewColumn& column : view->columns) {
            BoundExpr expr;
            const std::string name = "c" + std::to_string(source.columns.size() + 1);
            names += (names.empty() ? "" : ", ") + name;
            expr.sql = source.sqlAlias + "." + name;
            expr.type = column.type;
            expr.nullable = column.nullable;
            expr.label = CollationLabel::kImplicit;
            expr.name = column.name;
            source.columns.push_back({std::string(column.name), std::move(expr)});
        }
        if (view->numbersAsVariants) {
            BoundExpr kind;
            kind.sql = source.sqlAlias + ".c" + std::to_string(source.columns.size() + 1);
            kind.type = types::makeType(types::TypeId::kInt);
            names += ", c" + std::to_string(source.columns.size() + 1);
            for (SourceColumn& column : source.columns) {
                if (column.expr.type.id != types::TypeId::kSqlVariant) continue;
                BoundExpr whole = column.expr;
                whole.type = types::makeType(types::TypeId::kBigInt);
                column.expr.sql = call(variantOfWhole, {std::move(whole), kind}, column.expr.type, line).sql;
            }
        }
        // Column names of a compound or VALUES query are not ours to choose; a common table expression gives them.
        const std::string text = "(WITH es_v(" + names + ") AS (" + view->sql + ") SELECT * FROM es_v) AS " + source.sqlAlias;
        scope.sources.push_back(std::move(source));
        return text;
    }
    if (const CatalogModule* view = viewNamed(node.name)) {
        ES_TRY(const std::string text, bindView(*view, alias, scope, line));
        for (std::size_t i = 0; i < node.alias.columns.size() && i < scope.sources.back().columns.size(); ++i)
            scope.sources.back().columns[i].name = node.alias.columns[i].text;
        return text;
    }
    ES_TRY(const CatalogTable* table, tableNamed(node.name));
    const std::string sqlAlias = newAlias();
    addTable(*table, alias, sqlAlias, scope);
    ES_CHECK(bindComputed(scope.sources.back(), line));
    for (std::size_t i = 0; i < node.alias.columns.size() && i < scope.sources.back().columns.size(); ++i)
        scope.sources.back().columns[i].name = node.alias.columns[i].text;
    return table->sqlName() + " AS " + sqlAlias;
}

Result<std::string> Binder::bindDerived(
    const tsql::Query& query, const std::string& alias, const std::vector<tsql::Identifier>& names, Scope& scope)
{
    const auto line = static_cast<std::int32_t>(query.range.line);
    ES_TRY(const BoundQuery bound, bindQuery(query, scope.parent, Place::kFrom));
    if (!names.empty() && names.size() != bound.columns.size())
        return sqlError(8158, "'" + alias + "' has a different number of columns than were specified in the column list.", line);
    Source source = sourceOf(bound, alias, newAlias(), names);
    for (std::size_t i = 0; i < source.columns.size(); ++i) {
        if (source.columns[i].name.empty())
            return sqlError(8155, "No column name was specified for column " + std::to_string(i + 1) + " of '" + alias + "'.", line, 2);
        for (std::size_t k = 0; k < i; ++k)
            if (sameName(source.columns[i].name, source.columns[k].name))
                return sqlError(
                    8156, "The column '" + source.columns[i].name + "' was specified multiple times for '" + alias + "'.", line);
    }
    const std::string text = "(" + bound.sql + ") AS " + source.sqlAlias;
    scope.sources.push_back(std::move(source));
    return text;
}

Result<std::string> Binder::bindValues(const tsql::ValuesTable& node, Scope& scope, std::int32_t line)
{
    BoundQuery query;
    std::vector<std::vector<BoundExpr>> rows;
    Scope inner;
    inner.parent = scope.parent;
    for (const auto& row : node.rows) {
        std::vector<BoundExpr> cells;
        for (const tsql::ExprPtr& cell : row) {
            ES_TRY(BoundExpr bound, bind(*cell, inner));
            ES_CHECK(requirePlain(bound, line, "VALUES"));
            cells.push_back(std::move(bound));
        }
        if (!rows.empty() && rows.front().size() != cells.size())
            return sqlError(10709, "The number of columns for each row in a table value constructor must be the same.", line);
        rows.push_back(std::move(cells));
    }
    for (std::size_t i = 0; i < rows.front().size(); ++i) {
        BoundExpr widest = rows.front()[i];
        for (const auto& row : rows) {
            ES_TRY(const types::SqlType type, common(widest, row[i], line));
            widest.literal = widest.isNullLiteral() && row[i].isNullLiteral();
            widest.type = type;
            widest.nullable |= row[i].nullable;
        }
        query.columns.push_back({"", std::move(widest)});
    }
    for (const auto& row : rows) {
        query.sql += query.sql.empty() ? "SELECT " : " UNION ALL SELECT ";
        for (std::size_t i = 0; i < row.size(); ++i) {
            ES_TRY(const BoundExpr cell, castTo(row[i], query.columns[i].expr.type, line));
            query.sql += (i ? ", " : "") + cell.sql + " AS c" + std::to_string(i + 1);
        }
    }
    Source source = sourceOf(query, node.alias.name.text, newAlias(), node.alias.columns);
    const std::string text = "(" + query.sql + ") AS " + source.sqlAlias;
    scope.sources.push_back(std::move(source));
    return text;
}

Result<std::string> Binder::bindJoin(const tsql::JoinedTable& node, Scope& scope, std::int32_t line)
{
    if (node.kind == tsql::JoinKind::kCrossApply || node.kind == tsql::JoinKind::kOuterApply)
        return bindApply(node, scope, line);
    const std::size_t first = scope.sources.size();
    ES_TRY(const std::string left, bindSource(*node.left, scope));
    const std::size_t middle = scope.sources.size();
    ES_TRY(std::string right, bindSource(*node.right, scope));
    const std::size_t last = scope.sources.size();
    for (std::size_t i = first; i < middle; ++i)
        for (std::size_t k = middle; k < last; ++k)
            if (sameName(scope.sources[i].alias, scope.sources[k].alias) && sameName(scope.sources[i].schema, scope.sources[k].schema))
                return sqlError(1013,
                    "The objects \"" + scope.sources[i].alias + "\" and \"" + scope.sources[k].alias
                        + "\" in the FROM clause have the same exposed names. Use correlation names to distinguish them.",
                    line);
    if (std::holds_alternative<tsql::JoinedTable>(node.right->node)) right = "(" + right + ")";
    std::string out = left;
    switch (node.kind) {
    case tsql::JoinKind::kLeft: out += " LEFT JOIN "; break;
    case tsql::JoinKind::kRight: out += " RIGHT JOIN "; break;
    case tsql::JoinKind::kFull: out += " FULL JOIN "; break;
    default: out += " JOIN "; break; // not CROSS JOIN: SQLite keeps the order of those
    }
    out += right;
    if (node.on) {
        // It sees the tables of its own join alone: in "FROM a, b JOIN c ON .." no column of a.
        Scope own;
        own.parent = scope.parent;
        own.sources.assign(scope.sources.begin() + static_cast<std::ptrdiff_t>(first), scope.sources.end());
        // Where both sides keep their rows, a condition that finds rows by their ids is not SQLite's strength.
        const bool filters = node.kind != tsql::JoinKind::kRight && node.kind != tsql::JoinKind::kFull;
        const bool outer = std::exchange(m_filtering, filters);
        auto on = bindCondition(*node.on, own);
        m_filtering = outer;
        if (!on) return std::move(on).error();
        out += " ON " + *on;
    }
    if (node.kind == tsql::JoinKind::kRight || node.kind == tsql::JoinKind::kFull) makeNullable(scope, first, middle);
    if (node.kind == tsql::JoinKind::kLeft || node.kind == tsql::JoinKind::kFull) makeNullable(scope, middle, last);
    return out;
}

} // namespace es::sandbox
