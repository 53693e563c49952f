// Session: ALTER TABLE .. ALTER COLUMN, the in-place encryption above all.
// One SQLite transaction covers the cells and the catalog, so a kill at any moment leaves the column wholly old or wholly new. Cells go
// to the enclave in batches read by key (no cursor stays open over the writes), the enclave works on one batch while the next is read and
// the one before is written. Success is reported when the write-ahead log, which still held the old values, has been emptied.
#include "app/sandbox/engine/Session.h"

#include "app/sandbox/engine/InPlaceCells.h"
#include "driver/base/Utf16.h"
#include "driver/types/Collation.h"
#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

namespace es::sandbox {

using base::Result;

namespace {

constexpr auto kWipePatience = std::chrono::seconds(30);

EnclaveKeyId keyIdOf(const Catalog& catalog, std::int32_t cekId)
{
    return {static_cast<std::uint32_t>(catalog.databaseId), static_cast<std::uint16_t>(cekId)};
}

// varchar, nvarchar and varbinary may grow under an index, a check or a default; not under the keys of a primary or foreign key.
bool mayGrow(const CatalogTable& table, const CatalogColumn& from, const CatalogColumn& to)
{
    const types::TypeId id = from.type.id;
    const bool sized = id == types::TypeId::kVarChar || id == types::TypeId::kNVarChar || id == types::TypeId::kVarBinary;
    if (!sized || to.type.id != id || from.encrypted() || to.encrypted() || from.type.collation != to.type.collation || types::isLarge(to.type)
        || to.type.lengthBytes < from.type.lengthBytes)
        return false;
    const bool primary = std::any_of(table.indexes.begin(), table.indexes.end(), [&](const CatalogIndex& index) {
        return index.primaryKey && std::any_of(index.columns.begin(), index.columns.end(), [&](const auto& part) { return part.columnId == from.id; });
    });
    const bool foreign = std::any_of(table.foreignKeys.begin(), table.foreignKeys.end(), [&](const CatalogForeignKey& key) {
        return std::any_of(key.columns.begin(), key.columns.end(), [&](const auto& part) { return part.first == from.id; });
    });
    const bool computed = std::any_of(table.columns.begin(), table.columns.end(), [](const CatalogColumn& column) { return column.computed(); });
    return !primary && !foreign && !computed;
}

bool sameType(const types::SqlType& a, const types::SqlType& b)
{
    return a.id == b.id && a.lengthBytes == b.lengthBytes && a.precision == b.precision && a.scale == b.scale;
}

} // namespace

// The rules of the in-place change, in the order in which a caller can mend them.
Result<void> Session::checkInPlace(const CatalogColumn& from, const CatalogColumn& to, std::int32_t line)
{
    const Catalog& catalog = *m_facts.catalog;
    if (!sameType(from.type, to.type) || types::factsOf(from.type.collation).codePage != types::factsOf(to.type.collation).codePage)
        return sqlError(33544,
            "Cannot alter column '" + to.name
                + "'. The statement attempts to encrypt, decrypt or re-encrypt the column in-place using a secure enclave, "
                  "and to change the data type or the code page of the column. Use separate statements.",
            line);
    std::vector<tsql::EncryptionScheme> schemes;
    for (const CatalogColumn* column : {&from, &to}) {
        if (!column->encrypted()) continue;
        schemes.push_back(catalog.schemeOf(*column));
        if (!schemes.back().enclaveEnabled)
            return sqlError(33543,
                "Cannot alter column '" + to.name
                    + "'. The statement attempts to encrypt, decrypt or re-encrypt the column in-place using a secure "
                      "enclave, but the current and/or the target column encryption key for the column is not enclave-enabled: '"
                    + schemes.back().keyName + "'.",
                line);
    }
    return needKeys(schemes, line);
}

Result<void> Session::alterColumn(BatchRun& run, const CatalogTable& original, const tsql::AlterColumn& node, std::int32_t line)
{
    const std::int32_t objectId = original.objectId;
    bool leavesOldValues = false;
    const auto work = [&]() -> Result<void> {
        const auto keep = m_facts.catalog;
        const CatalogTable* table = keep->tableById(objectId);
        const CatalogColumn* found = table ? table->column(node.column.name.text) : nullptr;
        if (!found)
            return sqlError(4924,
                "ALTER TABLE ALTER COLUMN failed because column '" + node.column.name.text + "' does not exist in table '" + original.name
                    + "'.",
                line);
        const CatalogColumn from = *found;
        if (from.computed() || from.rowVersion)
            return sqlError(
                4928, "Cannot alter column '" + from.name + "' because it is '" + (from.computed() ? "COMPUTED" : "timestamp") + "'.", line);
        ES_TRY(CatalogColumn to, makeColumn(node.column, line));
        to.id = from.id;
        to.identity = from.identity;
        to.defaultObjectId = from.defaultObjectId;
        to.defaultName = from.defaultName;
        to.defaultText = from.defaultText;
        const bool schemeChanges = from.encryption != to.encryption || from.cekId != to.cekId;
        const bool formChanges = schemeChanges || !sameType(from.type, to.type) || from.type.collation != to.type.collation;
        if (from.identity && (schemeChanges || to.encrypted()))
            return sqlError(
                33280, "Cannot create encrypted column '" + from.name + "', identity columns are not supported for encryption.", line);
        if (to.encrypted() && !from.defaultText.empty())
            return sqlError(33285, "Cannot encrypt column '" + from.name + "' because a default constraint is defined on it.", line);
        const bool keyTakesNull = to.nullable && !from.nullable && std::any_of(table->indexes.begin(), table->indexes.end(), [&](const CatalogIndex& index) {
            return index.primaryKey && std::any_of(index.columns.begin(), index.columns.end(), [&](const auto& part) { return part.columnId == from.id; });
        });
        if (keyTakesNull || (formChanges && !(mayGrow(*table, from, to) && keep->referencesTo(objectId).empty()))) {
            if (auto dependents = refuseDependents(*table, from, line); !dependents) {
                run.sink.message(*dependents.error().server, true);
                return sqlError(4922, "ALTER TABLE ALTER COLUMN " + from.name + " failed because one or more objects access this column.", line, 9);
            }
        }
        if (!to.nullable && from.nullable) {
            ES_TRY(const std::int64_t nulls,
                m_connection->queryInt(
                    "SELECT count(*) FROM (SELECT 1 FROM " + table->sqlName() + " WHERE " + from.sqlName() + " IS NULL LIMIT 1)"));
            if (nulls > 0)
                return sqlError(515,
                    "Cannot insert the value NULL into column '" + from.name + "', table '" + m_database + "." + table->schemaName + "."
                        + table->name + "'; column does not allow nulls. UPDATE fails.",
                    line, 2);
        }
        if (schemeChanges) {
            ES_CHECK(checkInPlace(from, to, line));
            ES_CHECK(convertInPlace(run, *table, from, to, line));
            leavesOldValues = true;
        } else if (from.encrypted()) {
            if (!sameType(from.type, to.type)) return notSupported("A change of the data type of an encrypted column", line);
        } else if (!sameType(from.type, to.type) || from.type.collation != to.type.collation)
            ES_CHECK(convertPlain(*table, from, to, line));
        CatalogStore store(*m_connection);
        return store.putColumn(objectId, to);
    };
    ES_CHECK(change(work));
    if (!leavesOldValues) return {};
    if (m_facts.transactionCount > 0) {
        m_wipeAfterCommit = true; // the log cannot be emptied before the transaction ends
        return {};
    }
    return wipeLog(line);
}

Result<void> Session::convertInPlace(
    BatchRun& run, const CatalogTable& table, const CatalogColumn& from, const CatalogColumn& to, std::int32_t line)
{
    const Catalog& catalog = *m_facts.catalog;
    base::Bytes own;
    ColumnConversion conversion;
    conversion.session = *m_enclaveSession;
    conversion.statementUtf16le = run.rawUtf16;
    if (run.rawUtf16.empty()) {
        own = base::utf16leFromUtf8(run.text);
        conversion.statementUtf16le = own;
    }
    conversion.schemaName = table.schemaName;
    conversion.tableName = table.name;
    conversion.columnName = from.name;
    conversion.type = to.type;
    if (from.encrypted()) conversion.fromKey = keyIdOf(catalog, from.cekId);
    if (to.encrypted()) {
        conversion.toKey = keyIdOf(catalog, to.cekId);
        conversion.toKeyName = catalog.encryptionKeyById(to.cekId)->name;
        conversion.toDeterministic = to.encryption == tsql::EncryptionKind::kDeterministic;
    }
    ES_TRY(CellReader reader, CellReader::open(*m_connection, {table.sqlName(), from.sqlName(), from.type, from.encrypted()}, run.stop));
    ES_TRY(CellWriter writer, CellWriter::open(*m_connection, {table.sqlName(), to.sqlName(), to.type, to.encrypted()}));
    auto done = m_shared->options().gate->convert(
        conversion, [&](CellBatch& batch) { return reader.fill(batch); },
        [&](const CellBatch& cells) -> Result<void> {
            if (run.stop.stop_requested()) return cancelledInside();
            return writer.write(cells, reader.pending());
        });
    if (!done) return atLine(std::move(done).error(), line);
    return {};
}

// An ordinary ALTER COLUMN: each value converted as by an assignment.
Result<void> Session::convertPlain(const CatalogTable& table, const CatalogColumn& from, const CatalogColumn& to, std::int32_t line)
{
    std::vector<Variable> none;
    BindContext context{m_facts.catalog, m_program, none, nullptr, m_shared->options().profile, {}};
    Binder binder(context);
    Scope scope;
    binder.addTable(table, "", table.sqlName(), scope);
    for (const SourceColumn& column : scope.sources[0].columns) {
        if (!column.expr.origin || column.expr.origin->columnId != from.id) continue;
        ES_TRY(const BoundExpr value,
            binder.assignTo(column.expr, to.type, line,
                "table '" + m_database + "." + table.schemaName + "." + table.name + "', column '" + to.name + "'"));
        if (value.sql != column.expr.sql)
            ES_CHECK(m_connection->run("UPDATE " + table.sqlName() + " SET " + from.sqlName() + " = " + value.sql));
    }
    return {};
}

// The pages that the log overwrote still hold old values until the checkpoint, and the log itself until it is cut to nothing.
Result<void> Session::wipeLog(std::int32_t line)
{
    const auto entry = m_shared->database(m_database);
    const auto deadline = std::chrono::steady_clock::now() + kWipePatience;
    const auto oldValuesRemain = [&](const std::string& why) {
        base::Error error
            = sqlError(33192, "The column was changed, but old values remain in the database's write-ahead log because " + why, line, 2);
        error.remedy = "Run CHECKPOINT when nothing stands in its way.";
        return error;
    };
    while (true) {
        // Whatever happens from here on, the change itself is committed: the message has to say so.
        const auto emptied = m_connection->queryInt("PRAGMA wal_checkpoint(TRUNCATE)");
        if (!emptied && emptied.error().server)
            return oldValuesRemain("it could not be emptied: " + emptied.error().server->message + " Mend that and run CHECKPOINT.");
        const bool busy = !emptied || *emptied != 0;
        std::error_code missing;
        const auto logBytes = std::filesystem::file_size(entry->path + "-wal", missing);
        if (!busy && (missing || logBytes == 0)) return {};
        if (m_stop.stop_requested() || std::chrono::steady_clock::now() >= deadline)
            return oldValuesRemain("another session still reads. Close that session and run CHECKPOINT.");
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

} // namespace es::sandbox
