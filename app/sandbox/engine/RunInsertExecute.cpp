// Session: INSERT .. EXEC and SELECT .. INTO: rows that come out of one statement and go into a table.
#include "app/sandbox/engine/Session.h"

#include "app/sandbox/engine/StorageCodec.h"
#include "driver/types/Collation.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;

void RowCollector::columns(const ResultShape& shape)
{
    for (const ResultColumn& column : shape.columns)
        encrypted |= column.crypto.has_value();
    if (types.empty()) {
        for (const ResultColumn& column : shape.columns)
            types.push_back(column.type);
    } else
        mismatch |= types.size() != shape.columns.size();
    current.clear();
    for (const ResultColumn& column : shape.columns)
        current.push_back(column.type);
}

void RowCollector::row(std::span<const Cell> cells)
{
    if (failure || mismatch || encrypted) return;
    std::vector<Collected> row;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        Collected cell{Stored{}, current[i]};
        if (!cells[i].null) {
            auto value = types::decodeRowForm(cells[i].bytes, current[i]);
            if (!value) {
                failure = std::move(value).error();
                return;
            }
            cell.value = toStored(*value, current[i]);
        }
        row.push_back(std::move(cell));
    }
    rows.push_back(std::move(row));
}

Result<void> Session::insertFromExecute(BatchRun& run, const tsql::Insert& node, std::int32_t line)
{
    if (run.sink.collecting()) return sqlError(8164, "An INSERT EXEC statement cannot be nested.", line);
    if (node.output || node.top) return notSupported("TOP and OUTPUT in INSERT .. EXECUTE", line);
    RowCollector collector;
    run.sink.collectInto(&collector);
    const auto* call = std::get_if<tsql::Execute>(&std::get<tsql::Insert::FromExecute>(node.source).execute->node);
    Result<Flow> done = call ? runExecute(run, *call, line) : Result<Flow>(notSupported("INSERT .. of this statement", line));
    run.sink.collectInto(nullptr);
    if (!done) return std::move(done).error();
    if (collector.encrypted) return notSupported("INSERT .. EXECUTE of encrypted columns", line);
    if (collector.mismatch) return sqlError(213, "Column name or number of supplied values does not match table definition.", line, 7);
    if (collector.failure) return std::move(*collector.failure);
    if (!node.columns.empty() && node.columns.size() != collector.types.size() && !collector.types.empty())
        return sqlError(213, "Column name or number of supplied values does not match table definition.", line, 7);
    // Each row goes in as VALUES (@1, @2 ..), with the conversions of any INSERT; all of them or none.
    tsql::Insert each;
    each.target.name = node.target.name;
    each.target.variable = node.target.variable;
    each.columns = node.columns;
    tsql::Insert::Values values;
    values.rows.emplace_back();
    tsql::Script nothing;
    BatchRun rowRun{run.text, run.rawUtf16, nothing, run.sink, run.stop, {}, {}, false, false, 0, {}};
    rowRun.procedure = run.procedure;
    for (std::size_t i = 0; i < collector.types.size(); ++i) {
        Variable variable;
        variable.name = "@" + std::to_string(i + 1);
        variable.type = collector.types[i];
        variable.parameter = true;
        variable.schemeFixed = true;
        auto expr = std::make_unique<tsql::Expr>();
        expr->range.line = static_cast<std::uint32_t>(line);
        expr->node = tsql::VariableRef{variable.name};
        values.rows[0].push_back(std::move(expr));
        rowRun.variables.push_back(std::move(variable));
    }
    each.source = std::move(values);
    tsql::Statement statement;
    statement.range.line = static_cast<std::uint32_t>(line);
    statement.node = std::move(each);
    std::uint64_t count = 0;
    ES_CHECK(ensureWritable());
    {
        ES_TRY(TransactionScope scope, TransactionScope::begin(*m_connection, TransactionScope::Kind::kWrite));
        for (const auto& row : collector.rows) {
            for (std::size_t i = 0; i < row.size(); ++i) {
                if (!(row[i].type == rowRun.variables[i].type)) {
                    rowRun.variables[i].type = row[i].type;
                    rowRun.bound.clear();
                }
                rowRun.variables[i].value = row[i].value;
            }
            ES_CHECK(changeOnce(rowRun, statement, line, count));
        }
        ES_CHECK(scope.commit());
    }
    m_facts.rowCount = static_cast<std::int64_t>(count);
    run.sink.done({Command::kInsert, isOn("NOCOUNT") ? std::nullopt : std::optional(count), false});
    return {};
}

namespace {

// SELECT .. INTO hands the IDENTITY property on from a column of the one table it reads.
bool keepsIdentity(const tsql::SelectStatement& node)
{
    const auto* spec = std::get_if<tsql::SelectSpec>(&node.query->body->node);
    return spec && spec->from && std::holds_alternative<tsql::NamedTable>(spec->from->node) && spec->groupBy.empty() && spec->groupingSets.empty() && !spec->distinct;
}

} // namespace

Result<std::vector<CatalogColumn>> Session::columnsInto(const BoundQuery& query, const tsql::ObjectName& into, bool identity, std::int32_t line)
{
    const bool temporary = isTemporaryName(into.object());
    std::vector<CatalogColumn> columns;
    bool hasIdentity = false;
    for (const OutputColumn& output : query.columns) {
        CatalogColumn column;
        column.id = static_cast<std::int32_t>(columns.size()) + 1;
        column.name = output.name;
        if (column.name.empty())
            return sqlError(1038,
                "An object or column name is missing or empty. For SELECT INTO statements, verify each column has a name. For other "
                "statements, look for empty alias names. Aliases defined as \"\" or [] are not allowed. Change the alias to a valid name.",
                line, 5, 15);
        if (std::any_of(columns.begin(), columns.end(), [&](const CatalogColumn& c) { return sameName(c.name, column.name); }))
            return sqlError(2705,
                "Column names in each table must be unique. Column name '" + column.name + "' in table '" + std::string(into.object())
                    + "' is specified more than once.",
                line, 3);
        column.type = output.expr.type.id == types::TypeId::kNull ? types::makeType(types::TypeId::kInt) : output.expr.type;
        if (types::isText(column.type.id)) column.collationName = types::collationName(column.type.collation);
        if (types::isText(column.type.id) || types::isBinary(column.type.id))
            if (column.type.lengthBytes == 0) column.type.lengthBytes = types::isUnicode(column.type.id) ? 2 : 1;
        column.nullable = output.expr.nullable;
        column.encryption = output.expr.scheme.kind;
        if (output.expr.scheme.encrypted()) {
            if (temporary)
                return sqlError(33296,
                    "Cannot create table '" + std::string(into.object())
                        + "' since it references a column encryption key from a different database.",
                    line);
            column.cekId = output.expr.scheme.columnEncryptionKeyId;
        }
        const CatalogTable* source = identity && output.expr.origin ? m_facts.catalog->tableById(output.expr.origin->objectId) : nullptr;
        const CatalogColumn* from = source ? source->columnById(output.expr.origin->columnId) : nullptr;
        if (from && from->identity && !hasIdentity) {
            hasIdentity = true;
            column.identity = IdentityFacts{from->identity->seed, from->identity->increment, {}};
            column.nullable = false;
        }
        columns.push_back(std::move(column));
    }
    return columns;
}

Result<void> Session::selectInto(BatchRun& run, const tsql::Statement& statement, const tsql::ObjectName& into)
{
    const auto line = static_cast<std::int32_t>(statement.range.line);
    ES_CHECK(checkTarget(into, line));
    ES_CHECK(bindStatement(run, statement, nullptr));
    ES_CHECK(needKeys(run.bound.at(&statement).facts.enclaveSchemes, line));
    std::uint64_t count = 0;
    const auto work = [&]() -> Result<void> {
        const std::string name(into.object());
        const std::string schemaName = into.schema().empty() ? "dbo" : std::string(into.schema());
        const CatalogSchema* schema = m_facts.catalog->schema(schemaName);
        if (!schema)
            return sqlError(2760,
                "The specified schema name \"" + schemaName + "\" either does not exist or you do not have permission to use it.", line);
        const CatalogTable* known = m_facts.catalog->table(schemaName, name);
        if ((known && !(isTemporaryId(known->objectId) && known->objectId <= m_scopeFloor)) || m_facts.catalog->module(schemaName, name))
            return sqlError(2714, "There is already an object named '" + name + "' in the database.", line, 6);
        ES_CHECK(bindStatement(run, statement, nullptr));
        const BoundEntry& entry = run.bound.at(&statement);
        ES_TRY(std::vector<CatalogColumn> columns,
            columnsInto(entry.query, into, keepsIdentity(std::get<tsql::SelectStatement>(statement.node)), line));
        const bool temporary = isTemporaryName(name);
        if (temporary) ES_CHECK(makeTemporaryCatalog());
        CatalogStore store(*m_connection);
        ES_TRY(const std::int32_t objectId, store.addObject(schema->id, 0, name, "U"));
        const std::string table = "t" + std::to_string(objectId);
        std::string names;
        for (const CatalogColumn& column : columns) {
            ES_CHECK(store.putColumn(objectId, column));
            names += (names.empty() ? "" : ", ") + column.sqlName();
        }
        ES_CHECK(m_connection->run((temporary ? "CREATE TEMP TABLE " : "CREATE TABLE ") + table + "(" + names + ")"));
        ES_CHECK(runPasses(run, entry.facts));
        const std::string limit = m_rowLimit > 0 ? " LIMIT " + std::to_string(m_rowLimit) : std::string{};
        ES_TRY(SqliteStatement insert,
            prepared(run, "INSERT INTO " + table + "(" + names + ") SELECT * FROM (" + entry.query.sql + ")" + limit));
        ES_TRY([[maybe_unused]] const bool row, insert.step());
        count = static_cast<std::uint64_t>(m_connection->changes());
        for (const CatalogColumn& column : columns) {
            if (!column.identity || count == 0) continue;
            const std::string extreme = column.identity->increment > 0 ? "max(" : "min(";
            ES_TRY(const std::int64_t last, m_connection->queryInt("SELECT " + extreme + column.sqlName() + ") FROM " + table));
            ES_CHECK(store.setIdentity(objectId, column.id, last));
        }
        return {};
    };
    ES_CHECK(change(work));
    m_program.clearAnswers();
    m_facts.rowCount = static_cast<std::int64_t>(count);
    run.sink.done({Command::kSelect, isOn("NOCOUNT") ? std::nullopt : std::optional(count), false});
    return {};
}

} // namespace es::sandbox
