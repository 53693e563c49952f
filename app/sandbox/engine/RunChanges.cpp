// Session: a change of rows whose rows somebody wants to know: OUTPUT, checks, foreign keys.
#include "app/sandbox/engine/Session.h"

#include "app/sandbox/engine/Consequences.h"

namespace es::sandbox {

using base::Result;
using ChangeKind = Binder::Dml::Kind;

namespace {

std::string verbOf(ChangeKind kind)
{
    return kind == ChangeKind::kInsert ? "INSERT" : kind == ChangeKind::kUpdate ? "UPDATE" : "DELETE";
}

} // namespace

Result<void> Session::beginTracking(BatchRun& run, const Binder::Dml& dml)
{
    std::vector<Variable> none;
    BindContext context{m_facts.catalog, m_program, none, nullptr, m_shared->options().profile, {}};
    Consequences consequences(*m_connection, context, verbOf(dml.kind), {});
    ES_CHECK(consequences.makeWork(0, *dml.table, dml.changedColumns));
    if (dml.collectSql.empty()) return {};
    ES_TRY(SqliteStatement collect, prepared(run, dml.collectSql));
    ES_CHECK(collect.step());
    return {};
}

// An INSERT .. RETURNING rowid: all rows are in before SQLite yields the first.
Result<std::uint64_t> Session::changeReturning(BatchRun& run, const Binder::Dml& dml)
{
    std::vector<std::int64_t> ids;
    {
        ES_TRY(SqliteStatement work, prepared(run, dml.sql));
        while (true) {
            ES_TRY(const bool row, work.step());
            if (!row) break;
            ids.push_back(work.intAt(0));
        }
    }
    ES_TRY(SqliteStatement note, m_connection->prepare("INSERT INTO " + Consequences::workName(0) + "(r) VALUES(?1)"));
    for (const std::int64_t id : ids) {
        note.bindInt(1, id);
        ES_CHECK(note.step());
        note.reset();
    }
    return ids.size();
}

Result<void> Session::followChange(const Binder::Dml& dml)
{
    std::vector<Variable> none;
    BindContext context{m_facts.catalog, m_program, none, nullptr, m_shared->options().profile, {}};
    Consequences consequences(*m_connection, context, verbOf(dml.kind),
        [this](base::Error error, const CatalogTable& table) { return constraintError(std::move(error), table); });
    return consequences.follow(0, *dml.table, dml.kind, dml.changedColumns);
}

Result<void> Session::storeOutput(BatchRun& run, const Binder::Dml& dml)
{
    if (dml.outputIntoSql.empty()) return {};
    ES_TRY(SqliteStatement into, prepared(run, dml.outputIntoSql));
    if (auto stored = into.step(); !stored) return constraintError(std::move(stored).error(), *dml.outputTarget);
    return {};
}

Result<void> Session::giveOutput(BatchRun& run, const Binder::Dml& dml)
{
    if (!dml.output) return {};
    ES_TRY(SqliteStatement rows, prepared(run, dml.output->sql));
    ES_TRY([[maybe_unused]] const std::uint64_t count, sendRows(run, rows, dml.output->columns));
    return {};
}

} // namespace es::sandbox
