// Session: SELECT, INSERT, UPDATE, DELETE. Rows go out as SQLite yields them.
#include "app/sandbox/engine/RunElsewhere.h"
#include "app/sandbox/engine/Session.h"

#include "app/sandbox/engine/CatalogConstraints.h"
#include "app/sandbox/engine/StorageCodec.h"
#include "driver/types/Normalize.h"
#include "driver/types/RowBlock.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;

namespace {

// The longest plaintext that a value of this type normalizes to.
std::size_t plaintextBytes(const SqlType& type)
{
    switch (type.id) {
    case TypeId::kDecimal:
    case TypeId::kNumeric: return 17;
    case TypeId::kUniqueIdentifier: return 16;
    case TypeId::kDateTimeOffset: return 10;
    default: return types::isText(type.id) || types::isBinary(type.id) ? type.lengthBytes : 8;
    }
}

SqlType cipherType(const SqlType& type)
{
    const bool large = type.lengthBytes == types::kMaxLength || types::cipherCellBytes(plaintextBytes(type)) > 8000;
    return types::makeSized(
        TypeId::kVarBinary, large ? types::kMaxLength : static_cast<std::uint32_t>(types::cipherCellBytes(plaintextBytes(type))));
}

} // namespace

base::Error duplicateKey(const CatalogTable& table, const CatalogIndex& index)
{
    const std::string object = table.schemaName + "." + table.name;
    if (index.primaryKey || index.uniqueConstraint)
        return sqlError(2627,
            std::string("Violation of ") + (index.primaryKey ? "PRIMARY KEY" : "UNIQUE KEY") + " constraint '" + index.name
                + "'. Cannot insert duplicate key in object '" + object + "'.",
            0, 1, 14);
    return sqlError(2601, "Cannot insert duplicate key row in object '" + object + "' with unique index '" + index.name + "'.", 0, 1, 14);
}

ResultShape Session::shapeOf(const std::vector<OutputColumn>& columns) const
{
    ResultShape shape;
    for (const OutputColumn& column : columns) {
        ResultColumn out;
        out.name = column.name;
        out.type = column.expr.type.id == TypeId::kNull ? types::makeType(TypeId::kInt) : column.expr.type;
        out.nullable = column.expr.nullable;
        out.identity = column.expr.identity;
        out.computed = !column.expr.origin.has_value();
        const CatalogEncryptionKey* key
            = column.expr.scheme.encrypted() ? m_facts.catalog->encryptionKeyById(column.expr.scheme.columnEncryptionKeyId) : nullptr;
        if (key) {
            ColumnCrypto crypto;
            crypto.baseType = column.expr.type;
            crypto.encryptionType = static_cast<std::uint8_t>(column.expr.scheme.kind);
            const auto known = std::find_if(shape.keys.begin(), shape.keys.end(),
                [&](const KeyTableEntry& entry) { return entry.keyId == static_cast<std::uint32_t>(key->id); });
            crypto.keyIndex = static_cast<std::size_t>(known - shape.keys.begin());
            if (known == shape.keys.end()) {
                KeyTableEntry entry{static_cast<std::uint32_t>(m_facts.catalog->databaseId), static_cast<std::uint32_t>(key->id), 1,
                    key->metadataVersion, {}};
                for (const CatalogKeyValue& value : key->values)
                    if (const CatalogMasterKey* master = m_facts.catalog->masterKeyById(value.cmkId))
                        entry.values.push_back({value.encryptedValue, master->providerName, master->keyPath, value.algorithm});
                shape.keys.push_back(std::move(entry));
            }
            out.type = cipherType(column.expr.type);
            out.crypto = crypto;
        }
        shape.columns.push_back(std::move(out));
    }
    return shape;
}

Result<SqliteStatement> Session::prepared(BatchRun& run, const std::string& sql)
{
    ES_TRY(SqliteStatement statement, m_connection->prepare(sql));
    m_facts.variables = &run.variables;
    const int count = std::min(statement.parameterCount(), static_cast<int>(run.variables.size()));
    for (int i = 1; i <= count; ++i)
        statement.bind(i, run.variables[static_cast<std::size_t>(i - 1)].value);
    return statement;
}

Result<std::uint64_t> Session::sendRows(BatchRun& run, SqliteStatement& rows, const std::vector<OutputColumn>& columns)
{
    const ResultShape shape = shapeOf(columns);
    if (!run.sink.columns(shape)) return cancelledInside();
    base::Bytes bytes;
    std::vector<std::size_t> ends(shape.columns.size());
    std::vector<Cell> cells(shape.columns.size());
    std::uint64_t count = 0;
    const bool fmtOnly = isOn("FMTONLY");
    while (!fmtOnly && (m_rowLimit == 0 || count < static_cast<std::uint64_t>(m_rowLimit))) {
        if (run.stop.stop_requested()) return cancelledInside();
        ES_TRY(const bool row, rows.step());
        if (!row) break;
        bytes.clear();
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const int column = static_cast<int>(i);
            cells[i].null = rows.isNull(column);
            if (!cells[i].null) ES_CHECK(appendRowForm(rows, column, shape.columns[i].type, bytes));
            ends[i] = bytes.size();
        }
        // Views only now: the buffer may have moved while it grew.
        for (std::size_t i = 0, start = 0; i < cells.size(); start = ends[i++])
            cells[i].bytes = base::ByteView(bytes).subspan(start, ends[i] - start);
        if (!run.sink.row(cells)) return cancelledInside();
        ++count;
    }
    return count;
}

Result<void> Session::runSelect(BatchRun& run, const tsql::Statement& statement, const tsql::SelectStatement& node)
{
    if (const auto* spec = std::get_if<tsql::SelectSpec>(&node.query->body->node); spec && spec->into)
        return selectInto(run, statement, *spec->into);
    ES_TRY([[maybe_unused]] const std::unique_ptr<DatabaseVisit> visit, bindWhereItReads(run, statement));
    const BoundEntry& entry = run.bound.at(&statement);
    ES_CHECK(needKeys(entry.facts.enclaveSchemes, static_cast<std::int32_t>(statement.range.line)));
    ES_CHECK(ensureReadable(entry.facts));
    std::uint64_t count = 0;
    {
        // The enclave's answers and the rows must come from one and the same state of the file.
        ES_TRY(TransactionScope scope, TransactionScope::begin(*m_connection, TransactionScope::Kind::kRead));
        ES_CHECK(runPasses(run, entry.facts));
        ES_TRY(SqliteStatement rows, prepared(run, entry.query.sql));
        if (entry.targets.empty()) {
            ES_TRY(count, sendRows(run, rows, entry.query.columns));
        } else {
            while (m_rowLimit == 0 || count < static_cast<std::uint64_t>(m_rowLimit)) {
                ES_TRY(const bool row, rows.step());
                if (!row) break;
                ++count;
                for (std::size_t i = 0; i < entry.targets.size(); ++i)
                    run.variables[entry.targets[i]].value = rows.storedAt(static_cast<int>(i));
            }
        }
    }
    m_program.clearAnswers();
    m_facts.rowCount = static_cast<std::int64_t>(count);
    const bool counts = !isOn("NOCOUNT") && entry.targets.empty();
    run.sink.done({Command::kSelect, counts ? std::optional(count) : std::nullopt, false});
    return {};
}

base::Error Session::constraintError(base::Error error, const CatalogTable& table) const
{
    if (!(error.code == kConstraint) || !error.server) return error;
    // "UNIQUE constraint failed: t5.c1, t5.c2" or "index 'i5_2n'": SQLite names columns or the index, we know which constraint that is.
    const std::string& words = error.server->message;
    for (const CatalogIndex& index : table.indexes) {
        if (!index.unique || index.enclave) continue;
        std::string columns;
        for (const CatalogIndexColumn& column : index.columns)
            if (!column.included) columns += (columns.empty() ? "" : ", ") + table.sqlName() + ".c" + std::to_string(column.columnId);
        const std::string named = "index 'i" + std::to_string(table.objectId) + "_" + std::to_string(index.id);
        if (!words.ends_with(": " + columns) && words.find(named + "'") == std::string::npos
            && words.find(named + "n'") == std::string::npos)
            continue;
        return duplicateKey(table, index);
    }
    return error;
}

Result<std::uint64_t> Session::changeRows(BatchRun& run, const Binder::Dml& dml)
{
    m_program.notes().clear(); // of an attempt that was undone
    if (dml.tracked && dml.kind == Binder::Dml::Kind::kInsert) return changeReturning(run, dml);
    ES_TRY(SqliteStatement work, prepared(run, dml.sql));
    ES_CHECK(work.step());
    return static_cast<std::uint64_t>(m_connection->changes());
}

Result<bool> Session::changesSeveralRows(BatchRun& run, const Binder::Dml& dml)
{
    ES_TRY(SqliteStatement rows, prepared(run, dml.severalRowsSql));
    ES_CHECK(rows.step());
    return rows.intAt(0) != 0;
}

// An UPDATE that met a duplicate. SQLite looks at each row as it is written, SQL Server at the end of the statement: SET id = id + 1 is
// no violation there. Where several rows change, the statement runs again without the unique indexes concerned, and putting
// these back finds the duplicates that are left. The caller's transaction undoes all of it when one is found.
Result<std::uint64_t> Session::changeKeys(BatchRun& run, const Binder::Dml& dml)
{
    std::vector<const CatalogIndex*> indexes;
    for (const CatalogIndex& index : dml.table->indexes) {
        const bool concerned = index.unique && !index.enclave && std::any_of(index.columns.begin(), index.columns.end(), [&](const CatalogIndexColumn& part) {
            return std::find(dml.changedColumns.begin(), dml.changedColumns.end(), part.columnId) != dml.changedColumns.end();
        });
        if (concerned) indexes.push_back(&index);
    }
    for (const CatalogIndex* index : indexes)
        ES_CHECK(dropSqliteIndex(*dml.table, *index));
    ES_TRY(const std::uint64_t count, changeRows(run, dml));
    for (const CatalogIndex* index : indexes)
        if (auto back = createSqliteIndex(*dml.table, *index, 0); !back)
            return back.error().server->number == 1505 ? duplicateKey(*dml.table, *index) : std::move(back).error();
    return count;
}

Result<void> Session::changeOnce(BatchRun& run, const tsql::Statement& statement, std::int32_t, std::uint64_t& count)
{
    // Only now is the catalog sure not to change under the statement.
    ES_CHECK(refreshCatalog());
    ES_CHECK(bindStatement(run, statement, nullptr));
    const BoundEntry& entry = run.bound.at(&statement);
    const Binder::Dml& dml = entry.dml;
    ES_CHECK(runPasses(run, entry.facts));
    CatalogStore store(*m_connection);
    IdentityRun& identity = m_program.identityRun();
    std::int64_t newestBefore = 0;
    if (dml.identityColumn) {
        const IdentityFacts& facts = *dml.identityColumn->identity;
        ES_TRY(const std::optional<std::int64_t> last, store.identity(dml.table->objectId, dml.identityColumn->id));
        std::int64_t next = facts.seed;
        if (!last) {
            ES_TRY(next, firstIdentity(*dml.table, facts.seed));
        } else if (__builtin_add_overflow(*last, facts.increment, &next) && !dml.explicitIdentity)
            return sqlError(8115, "Arithmetic overflow error converting IDENTITY to data type bigint.");
        identity = {next, facts.increment, {}, dml.identityColumn->type};
        if (dml.explicitIdentity) {
            ES_TRY(newestBefore, m_connection->queryInt("SELECT ifnull(max(rowid), 0) FROM " + dml.table->sqlName()));
        }
    }
    ES_TRY(m_program.rowVersion(), ConstraintStore(*m_connection).rowVersion());
    const std::int64_t rowVersionBefore = m_program.rowVersion();
    if (dml.tracked) ES_CHECK(beginTracking(run, dml));
    const std::vector<Variable> variablesBefore = dml.kind == Binder::Dml::Kind::kUpdate ? run.variables : std::vector<Variable>();
    auto changed = changeRows(run, dml);
    if (!changed && changed.error().code == kConstraint && !dml.changedColumns.empty()) {
        ES_TRY(const bool several, changesSeveralRows(run, dml));
        run.variables = variablesBefore; // the statement runs once more
        if (several) changed = changeKeys(run, dml);
    }
    if (!changed) return constraintError(std::move(changed).error(), *dml.table);
    count += *changed;
    if (dml.tracked) ES_CHECK(followChange(dml));
    ES_CHECK(storeOutput(run, dml));
    if (m_program.rowVersion() != rowVersionBefore) ES_CHECK(ConstraintStore(*m_connection).setRowVersion(m_program.rowVersion()));
    ES_CHECK(keepIndexes()); // of all tables that were changed: also by a foreign key's action and by OUTPUT .. INTO
    if (dml.identityColumn && dml.explicitIdentity && *changed > 0) {
        // A number that somebody gives moves the counter on, never back.
        const std::string column = dml.identityColumn->sqlName();
        const bool up = dml.identityColumn->identity->increment > 0;
        const std::string fresh = " FROM " + dml.table->sqlName() + " WHERE rowid > " + std::to_string(newestBefore);
        ES_TRY(const std::int64_t extreme, m_connection->queryInt("SELECT " + std::string(up ? "max(" : "min(") + column + ")" + fresh));
        ES_TRY(const std::optional<std::int64_t> last, store.identity(dml.table->objectId, dml.identityColumn->id));
        const std::int64_t reached = last.value_or(identity.next);
        if (up ? extreme > reached || (!last && extreme == reached) : extreme < reached || (!last && extreme == reached)) {
            ES_CHECK(store.setIdentity(dml.table->objectId, dml.identityColumn->id, extreme));
            if (m_facts.transactionCount > 0) drewIdentity(dml.table->objectId, dml.identityColumn->id, extreme);
        }
        ES_TRY(m_facts.identity, m_connection->queryInt("SELECT " + column + fresh + " ORDER BY rowid DESC LIMIT 1"));
        m_facts.scopeIdentity = m_facts.identity;
    } else if (dml.identityColumn && identity.last) {
        ES_CHECK(store.setIdentity(dml.table->objectId, dml.identityColumn->id, *identity.last));
        if (m_facts.transactionCount > 0) drewIdentity(dml.table->objectId, dml.identityColumn->id, *identity.last);
        m_facts.identity = m_facts.scopeIdentity = identity.last;
    }
    return giveOutput(run, dml);
}

// The numbers that a failed INSERT drew are gone, as those of an undone one are.
void Session::keepDrawn(const Binder::Dml& dml)
{
    const std::optional<std::int64_t> last = m_program.identityRun().last;
    const CatalogTable* table = last && dml.identityColumn ? m_facts.catalog->tableById(dml.table->objectId) : nullptr;
    if (!table || !table->columnById(dml.identityColumn->id)) return;
    if (m_facts.transactionCount > 0) drewIdentity(table->objectId, dml.identityColumn->id, *last);
    const auto write = [&]() -> Result<void> {
        ES_TRY(TransactionScope scope, TransactionScope::begin(*m_connection, TransactionScope::Kind::kWrite));
        ES_CHECK(CatalogStore(*m_connection).setIdentity(table->objectId, dml.identityColumn->id, *last));
        return scope.commit();
    };
    (void)write(); // the statement's own error is the one to report
}

Result<void> Session::runDml(BatchRun& run, const tsql::Statement& statement, Command command)
{
    const auto line = static_cast<std::int32_t>(statement.range.line);
    if (m_rowLimit > 0) return notSupported("INSERT, UPDATE and DELETE under SET ROWCOUNT", line);
    ES_CHECK(bindStatement(run, statement, nullptr));
    ES_CHECK(needKeys(run.bound.at(&statement).facts.enclaveSchemes, line));
    if (isOn("FMTONLY")) return {};
    ES_CHECK(ensureWritable());
    std::uint64_t count = 0;
    m_program.identityRun() = {};
    const auto work = [&]() -> Result<void> {
        ES_TRY(TransactionScope scope, TransactionScope::begin(*m_connection, TransactionScope::Kind::kWrite));
        ES_CHECK(changeOnce(run, statement, line, count));
        return scope.commit();
    };
    if (Result<void> done = work(); !done) {
        keepDrawn(run.bound.at(&statement).dml);
        return done;
    }
    m_program.clearAnswers();
    m_facts.rowCount = static_cast<std::int64_t>(count);
    // Inside a procedure NOCOUNT keeps the whole DONE back.
    if (isOn("NOCOUNT") && run.sink.inside()) return {};
    run.sink.done({command, isOn("NOCOUNT") ? std::nullopt : std::optional(count), false});
    return {};
}

} // namespace es::sandbox
