// Session: transactions, savepoints, isolation; what a failure does to them.
// READ COMMITTED needs no lock for reading: each statement sees what is committed. The SQLite transaction therefore begins with the
// first write (or the first read of a stricter level), at once as a writer, so that it can never fail half way for want of the lock.
#include "app/sandbox/engine/RunTemporary.h"

#include <algorithm>

namespace es::sandbox {

using base::Error;
using base::Result;

namespace {

constexpr std::size_t kLongestTransactionName = 32;

bool readsTables(const tsql::QueryBody& body)
{
    if (const auto* spec = std::get_if<tsql::SelectSpec>(&body.node)) return spec->from != nullptr || spec->into;
    const auto& both = std::get<tsql::SetOperation>(body.node);
    return readsTables(*both.left) || readsTables(*both.right);
}

// The statements that begin a transaction under SET IMPLICIT_TRANSACTIONS ON.
bool beginsImplicitly(const tsql::Statement& statement)
{
    return std::visit(tsql::Overloaded{[](const tsql::SelectStatement& n) { return readsTables(*n.query->body); },
                          [](const tsql::Insert&) { return true; }, [](const tsql::Update&) { return true; },
                          [](const tsql::Delete&) { return true; }, [](const tsql::TruncateTable&) { return true; },
                          [](const tsql::CreateTable&) { return true; }, [](const tsql::AlterTable&) { return true; },
                          [](const tsql::CreateIndex&) { return true; }, [](const tsql::DropIndex&) { return true; },
                          [](const tsql::DropObjects& n) { return n.kind != tsql::ObjectKind::kDatabase; },
                          [](const tsql::CreateSchema&) { return true; }, [](const tsql::CreateColumnMasterKey&) { return true; },
                          [](const tsql::CreateColumnEncryptionKey&) { return true; }, [](const tsql::DefineView&) { return true; },
                          [](const tsql::DefineProcedure&) { return true; }, [](const tsql::Permission&) { return true; },
                          [](const tsql::Transaction& n) { return n.verb == tsql::TransactionVerb::kBegin; },
                          [](const auto&) { return false; }},
        statement.node);
}

Error snapshotRefused(const std::string& database)
{
    return sqlError(3952,
        "Snapshot isolation transaction failed accessing database '" + database
            + "' because snapshot isolation is not allowed in this database. Use ALTER DATABASE to allow snapshot isolation.");
}

} // namespace

Result<void> Session::ensureWritable()
{
    if (m_facts.doomed)
        return sqlError(3930,
            "The current transaction cannot be committed and cannot support operations that write to the log file. Roll back the "
            "transaction.");
    if (m_facts.isolation == "SNAPSHOT") return snapshotRefused(m_database);
    if (m_facts.transactionCount > 0 && !m_connection->inTransaction()) {
        ES_CHECK(m_connection->run("BEGIN IMMEDIATE"));
        return refreshCatalog();
    }
    return {};
}

Result<void> Session::ensureReadable(const BoundStatementFacts& facts)
{
    if (facts.usesTables && m_facts.isolation == "SNAPSHOT") return snapshotRefused(m_database);
    if (m_facts.transactionCount > 0 && !m_facts.doomed && (m_facts.isolation == "SERIALIZABLE" || m_facts.isolation == "REPEATABLE READ"))
        return ensureWritable();
    return {};
}

void Session::beginImplicitly(BatchRun& run, const tsql::Statement& statement)
{
    if (m_facts.transactionCount > 0 || !isOn("IMPLICIT_TRANSACTIONS") || !beginsImplicitly(statement)) return;
    m_facts.transactionCount = 1;
    run.sink.envChange({EnvKind::kBeginTransaction, {}, {}, ++m_transactionId});
}

Result<std::string> Session::transactionName(BatchRun& run, const std::string& name, std::int32_t line)
{
    if (!name.starts_with('@')) {
        if (name.size() > kLongestTransactionName)
            return sqlError(103,
                "The identifier that starts with '" + name.substr(0, kLongestTransactionName) + "' is too long. Maximum length is 32.", line,
                1, 15);
        return name;
    }
    const auto found
        = std::find_if(run.variables.begin(), run.variables.end(), [&](const Variable& v) { return sameName(v.name, name); });
    if (found == run.variables.end()) return mustDeclareVariable(name, line);
    const auto* text = std::get_if<std::string>(&found->value);
    return text ? text->substr(0, kLongestTransactionName) : std::string{};
}

Result<void> Session::runTransaction(BatchRun& run, const tsql::Transaction& node, std::int32_t line)
{
    ES_TRY(const std::string name, transactionName(run, node.name, line));
    switch (node.verb) {
    case tsql::TransactionVerb::kBegin: return begin(run.sink, name);
    case tsql::TransactionVerb::kCommit: return commit(run.sink, line);
    case tsql::TransactionVerb::kRollback: return rollback(run.sink, name, line);
    case tsql::TransactionVerb::kSave: return save(name, line);
    }
    return {};
}

Result<void> Session::begin(SinkGuard& sink, const std::string& name)
{
    if (++m_facts.transactionCount == 1) {
        m_transactionName = name;
        sink.envChange({EnvKind::kBeginTransaction, {}, {}, ++m_transactionId});
    }
    return {};
}

void Session::forgetTransaction()
{
    m_facts.transactionCount = 0;
    m_facts.doomed = false;
    m_savepoints.clear();
    m_transactionName.clear();
}

Result<void> Session::commit(SinkGuard& sink, std::int32_t line)
{
    if (m_facts.transactionCount == 0)
        return sqlError(3902, "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.", line);
    if (m_facts.doomed)
        return sqlError(3930,
            "The current transaction cannot be committed and cannot support operations that write to the log file. Roll back the "
            "transaction.",
            line);
    if (m_facts.transactionCount > 1) {
        --m_facts.transactionCount;
        return {};
    }
    if (m_connection->inTransaction()) ES_CHECK(m_connection->run("COMMIT"));
    forgetTransaction();
    m_drawnIdentities.clear();
    sink.envChange({EnvKind::kCommitTransaction, {}, {}, m_transactionId});
    if (std::exchange(m_wipeAfterCommit, false)) return wipeLog(line);
    return {};
}

Result<void> Session::rollback(SinkGuard& sink, const std::string& name, std::int32_t line)
{
    if (m_facts.transactionCount == 0)
        return sqlError(3903, "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.", line);
    if (sink.collecting()) return sqlError(3915, "Cannot use the ROLLBACK statement within an INSERT-EXEC statement.", line, 0);
    // Names are compared as they are, capital letters included, whatever the collation; the newest of several equal ones counts.
    for (std::size_t i = m_savepoints.size(); !name.empty() && i-- > 0;) {
        if (m_savepoints[i] != name) continue;
        if (m_facts.doomed)
            return sqlError(3931,
                "The current transaction cannot be committed and cannot be rolled back to a savepoint. Roll back the entire transaction.",
                line);
        ES_TRY(const std::vector<TemporaryImage> variables, temporaryImages(true)); // no rollback changes them
        ES_CHECK(m_connection->run("ROLLBACK TO sp" + std::to_string(i)));
        m_savepoints.resize(i + 1);
        ES_CHECK(refreshCatalog());
        ES_CHECK(restoreImages(variables));
        return keepIdentities();
    }
    if (!name.empty() && name != m_transactionName)
        return sqlError(
            6401, "Cannot roll back " + name + ". No transaction or savepoint of that name was found.", line);
    ES_TRY(const std::vector<TemporaryImage> variables, temporaryImages(true));
    if (m_connection->inTransaction()) ES_CHECK(m_connection->run("ROLLBACK"));
    m_wipeAfterCommit = false;
    forgetTransaction();
    sink.envChange({EnvKind::kRollbackTransaction, {}, {}, m_transactionId});
    ES_CHECK(refreshCatalog());
    ES_CHECK(restoreImages(variables));
    return keepIdentities();
}

Result<void> Session::save(const std::string& name, std::int32_t line)
{
    if (m_facts.transactionCount == 0)
        return sqlError(628, "Cannot issue SAVE TRANSACTION when there is no active transaction.", line, 0);
    ES_CHECK(ensureWritable());
    ES_CHECK(m_connection->run("SAVEPOINT sp" + std::to_string(m_savepoints.size())));
    m_savepoints.push_back(name);
    return {};
}

// A number of an IDENTITY column that was given out is not given out again, also when its row was undone.
void Session::drewIdentity(std::int32_t objectId, std::int32_t columnId, std::int64_t last)
{
    m_drawnIdentities[{objectId, columnId}] = last;
}

Result<void> Session::keepIdentities()
{
    if (m_drawnIdentities.empty()) return {};
    const auto drawn = m_facts.transactionCount > 0 ? m_drawnIdentities : std::exchange(m_drawnIdentities, {});
    ES_TRY(TransactionScope scope, TransactionScope::begin(*m_connection, TransactionScope::Kind::kWrite));
    CatalogStore store(*m_connection);
    for (const auto& [origin, last] : drawn) {
        const CatalogTable* table = m_facts.catalog->tableById(origin.first);
        const CatalogColumn* column = table ? table->columnById(origin.second) : nullptr;
        if (!column || !column->identity) continue;
        ES_TRY(const std::optional<std::int64_t> kept, store.identity(origin.first, origin.second));
        const bool further = !kept || (column->identity->increment > 0 ? last > *kept : last < *kept);
        if (further) ES_CHECK(store.setIdentity(origin.first, origin.second, last));
    }
    return scope.commit();
}

// --- what a failure does ---

bool Session::abortsBatch(const Error& error) const
{
    if (error.code == kRaised) return false;
    return consequenceOf(error) == Consequence::kBatch || (isOn("XACT_ABORT") && error.server && error.server->number != 40517);
}

// Inside TRY the transaction can only be rolled back any more; outside it is rolled back at once.
void Session::abortTransaction(BatchRun& run, const Error& error)
{
    if (m_facts.transactionCount == 0 || (error.code == kThrown && !isOn("XACT_ABORT"))) return;
    if (run.tryDepth > 0)
        m_facts.doomed = true;
    else
        (void)rollback(run.sink, {}, 0); // the error that caused it is the one to report
}

void Session::endDoomed(SinkGuard& sink)
{
    if (!m_facts.doomed) return;
    sink.message({3998, 1, 16, 1, "Uncommittable transaction is detected at the end of the batch. The transaction is rolled back.", {}, {}},
        true);
    m_facts.lastError = 3998;
    (void)rollback(sink, {}, 0); // a rollback that fails leaves nothing open: SQLite has then rolled back by itself
    sink.done({Command::kNone, {}, true});
}

// --- requests of the transaction manager ---

void Session::setIsolation(std::uint8_t level)
{
    static constexpr std::string_view kLevels[]
        = {"", "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE", "SNAPSHOT"}; // MS-TDS 2.2.6.9
    if (level > 0 && level < std::size(kLevels)) m_facts.isolation = kLevels[level];
}

Result<void> Session::beginTransaction(ExecSink& sink, const TransactionChoice& choice)
{
    SinkGuard guard(sink);
    setIsolation(choice.isolation);
    return begin(guard, choice.name);
}

Result<void> Session::commitTransaction(ExecSink& sink)
{
    SinkGuard guard(sink);
    return commit(guard, 0);
}

Result<void> Session::rollbackTransaction(ExecSink& sink, const std::string& name)
{
    SinkGuard guard(sink);
    return rollback(guard, name, 0);
}

Result<void> Session::saveTransaction(const std::string& name)
{
    return save(name, 0);
}

} // namespace es::sandbox
