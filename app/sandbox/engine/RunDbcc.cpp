// Session: DBCC. CHECKTABLE and CHECKDB: SQLite's own check of its pages, and every encrypted index against its table, through the enclave.
#include "app/sandbox/engine/Session.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;

namespace {

base::ServerError finding(std::int32_t number, std::string text, std::int32_t line)
{
    return {number, 1, 16, line, std::move(text), {}, {}};
}

std::string countText(std::string_view command, std::size_t errors, const std::string& what)
{
    return std::string(command) + " found 0 allocation errors and " + std::to_string(errors) + " consistency errors in " + what + ".";
}

} // namespace

Result<std::size_t> Session::checkTable(BatchRun& run, const CatalogTable& table, bool quiet, std::int32_t line)
{
    std::size_t errors = 0;
    const auto tell = [&](std::int32_t number, const std::string& text) {
        ++errors;
        run.sink.message(finding(number, text, line), true);
    };
    const std::string who = "Table error: table '" + table.name + "' (ID " + std::to_string(table.objectId) + ")";
    {
        ES_TRY(SqliteStatement pages, m_connection->prepare("PRAGMA integrity_check('" + table.sqlName() + "')"));
        while (true) {
            ES_TRY(const bool row, pages.step());
            if (!row) break;
            if (pages.textAt(0) != "ok") tell(8935, who + ". " + std::string(pages.textAt(0)));
        }
    }
    for (const CatalogIndex& index : table.indexes) {
        if (!index.servesEnclave()) continue;
        ES_TRY(const EnclaveSessionId session, maintenanceSession(*table.columnById(index.columns.front().columnId), line));
        ES_TRY(EncryptedIndex work, encryptedIndex(table, index, session));
        ES_TRY(const std::vector<EncryptedIndex::Fault> faults, work.check(run.stop));
        for (const EncryptedIndex::Fault& fault : faults)
            tell(fault.number, who + ", index '" + index.name + "' (ID " + std::to_string(index.id) + "): " + fault.text + ".");
    }
    if (!quiet) {
        ES_TRY(const std::int64_t rows, m_connection->queryInt("SELECT count(*) FROM " + table.sqlName()));
        run.sink.message(infoMessage("There are " + std::to_string(rows) + " rows for object \"" + table.name + "\".", line, 2593), false);
        if (errors > 0)
            run.sink.message(infoMessage(
                                 countText("CHECKTABLE", errors, "table '" + table.name + "' (object ID " + std::to_string(table.objectId) + ")"), line, 8990),
                false);
    }
    return errors;
}

Result<void> Session::runDbcc(BatchRun& run, const tsql::Dbcc& node, std::int32_t line)
{
    const auto completed = [&] {
        run.sink.message(
            infoMessage("DBCC execution completed. If DBCC printed error messages, contact your system administrator.", line, 2528), false);
    };
    const bool wholeDatabase = node.command == tsql::DbccCommand::kCheckDatabase;
    if (node.command == tsql::DbccCommand::kCheckIdentity) {
        ES_CHECK(checkIdentity(run, node, line));
        if (!node.noInformation) completed();
        return {};
    }
    if (node.command == tsql::DbccCommand::kFreeProcedureCache) { // no plan is kept beyond a batch
        if (!node.noInformation) completed();
        return {};
    }
    if (wholeDatabase && !node.name.parts.empty() && !sameName(node.name.object(), m_database))
        return notSupported("DBCC CHECKDB of another database", line);
    ES_CHECK(ensureReadable({}));
    std::size_t errors = 0;
    {
        // Index and table as of one moment.
        ES_TRY(TransactionScope scope, TransactionScope::begin(*m_connection, TransactionScope::Kind::kRead));
        ES_TRY([[maybe_unused]] const std::int64_t settled, m_connection->queryInt("SELECT count(*) FROM es_meta"));
        ES_CHECK(refreshCatalog());
        const auto keep = m_facts.catalog;
        if (wholeDatabase) {
            for (const CatalogTable& table : keep->tables) {
                ES_TRY(const std::size_t found, checkTable(run, table, node.noInformation, line));
                errors += found;
            }
        } else {
            const CatalogTable* table = keep->table(node.name.schema(), node.name.object());
            if (!table)
                return sqlError(2501, "Cannot find a table or object with the name \"" + std::string(node.name.object())
                        + "\". Check the system catalog.", line, 45);
            ES_TRY(errors, checkTable(run, *table, node.noInformation, line));
        }
    }
    if (node.noInformation) return {};
    if (wholeDatabase)
        run.sink.message(infoMessage(countText("CHECKDB", errors, "database '" + m_database + "'"), line, 8989), false);
    completed();
    return {};
}

} // namespace es::sandbox
