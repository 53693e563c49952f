// Session: SELECT from another database of the server.
#include "app/sandbox/engine/RunElsewhere.h"

namespace es::sandbox {

using base::Error;
using base::Result;

namespace {

bool onlyReads(const tsql::Statement& statement)
{
    const auto* select = std::get_if<tsql::SelectStatement>(&statement.node);
    const auto* spec = select ? std::get_if<tsql::SelectSpec>(&select->query->body->node) : nullptr;
    return select && !(spec && spec->into);
}

// Keys and schemes of parameters are those of the session's database.
bool isAboutEncryption(const Error& error)
{
    const std::int32_t number = error.server ? error.server->number : 0;
    return number == 206 || number == 402 || number == 33277 || number == 33278 || number == 33299;
}

} // namespace

DatabaseVisit::DatabaseVisit(Session& session, std::unique_ptr<Connection> there, std::string name)
    : m_session(session)
    , m_there(std::move(there))
    , m_name(std::move(name))
    , m_connection(session.m_connection)
    , m_database(session.m_database)
    , m_catalog(session.m_facts.catalog)
    , m_access(session.m_facts.access)
    , m_hasTemporary(std::exchange(session.m_hasTemporary, false))
{
    m_there->setPatience(m_connection->patience());
    m_wake.emplace(session.m_stop, Interrupter{m_there.get()});
    m_session.m_shared->useDatabase(m_name, 1);
    m_session.m_visiting = true;
    m_session.m_connection = m_there.get();
    m_session.m_database = m_name;
}

DatabaseVisit::~DatabaseVisit()
{
    m_session.m_shared->useDatabase(m_name, -1);
    m_session.m_visiting = false;
    m_session.m_hasTemporary = m_hasTemporary;
    m_session.m_connection = m_connection;
    m_session.m_database = m_database;
    m_session.m_facts.catalog = m_catalog;
    m_session.m_facts.access = m_access;
}

Result<std::unique_ptr<DatabaseVisit>> DatabaseVisit::to(Session& session, const std::string& name, Error unbound)
{
    const auto entry = session.m_shared->database(name);
    const std::int32_t line = unbound.server ? unbound.server->line : 0;
    if (!entry) return sqlError(208, "Invalid object name: there is no database '" + name + "'.", line);
    const std::string& level = session.m_facts.isolation;
    if (session.m_facts.transactionCount > 0 && (level == "SERIALIZABLE" || level == "REPEATABLE READ"))
        return notSupported("Reading another database in a transaction at " + level, line);
    ES_TRY(std::unique_ptr<Connection> there, Connection::open(entry->path, false));
    ES_CHECK(session.m_program.installOn(*there));
    ES_TRY(std::shared_ptr<const Catalog> catalog, session.m_shared->catalog(*there, entry->name));
    auto access = std::make_shared<const Access>(catalog, session.m_shared->serverSecurity(), session.m_facts.loginId);
    if (!access->mayEnter()) return session.mayNotEnter(entry->name, line);
    std::unique_ptr<DatabaseVisit> visit(new DatabaseVisit(session, std::move(there), entry->name));
    session.m_facts.catalog = std::move(catalog);
    session.m_facts.access = std::move(access);
    return visit;
}

Result<void> Session::bindElsewhere(BatchRun& run, const tsql::Statement& statement, Error unbound)
{
    if (!onlyReads(statement)) return unbound;
    const std::string name = m_elsewhere;
    const std::int32_t line = static_cast<std::int32_t>(statement.range.line);
    ES_TRY(const std::unique_ptr<DatabaseVisit> visit, DatabaseVisit::to(*this, name, unbound));
    Result<void> bound = bindHere(run, statement, nullptr);
    if (!bound && isAboutEncryption(bound.error())) return notSupported("An encrypted column of another database beside other values", line);
    if (bound) run.elsewhere[&statement] = name;
    return bound;
}

Result<std::unique_ptr<DatabaseVisit>> Session::bindWhereItReads(BatchRun& run, const tsql::Statement& statement)
{
    ES_CHECK(bindStatement(run, statement, nullptr));
    const auto found = run.elsewhere.find(&statement);
    if (found == run.elsewhere.end()) return std::unique_ptr<DatabaseVisit>{};
    ES_TRY(std::unique_ptr<DatabaseVisit> visit, DatabaseVisit::to(*this, found->second, {}));
    ES_CHECK(bindHere(run, statement, nullptr));
    ES_CHECK(checkReads(run, statement));
    return visit;
}

} // namespace es::sandbox
