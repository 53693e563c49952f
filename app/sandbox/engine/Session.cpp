// Session: databases, SET options.
#include "app/sandbox/engine/RunTemporary.h"

#include "app/sandbox/engine/Functions.h"
#include "driver/tsql/Parser.h"
#include "driver/tsql/TypeResolve.h"
#include "driver/types/Calendar.h"
#include "driver/types/Collation.h"

#include <algorithm>
#include <charconv>

namespace es::sandbox {

using base::Result;

namespace {

constexpr std::int64_t kPatienceMs = 30'000; // SET LOCK_TIMEOUT -1 is for ever in SQL Server; here a writer waits this long

void setDefaults(SessionFacts& facts)
{
    facts.options.clear();
    for (const char* name :
        {"ANSI_NULLS", "ANSI_WARNINGS", "ANSI_PADDING", "ANSI_NULL_DFLT_ON", "ARITHABORT", "CONCAT_NULL_YIELDS_NULL", "QUOTED_IDENTIFIER"})
        facts.options[name] = true;
    facts.lockTimeoutMs = -1;
    facts.textSize = 2147483647;
    facts.rowCount = 0;
}

// Options that change nothing here at either value.
bool isHarmless(std::string_view option)
{
    static constexpr std::string_view kNames[] = {"ARITHIGNORE", "CURSOR_CLOSE_ON_COMMIT",
        "DEADLOCK_PRIORITY", "FORCEPLAN", "NO_BROWSETABLE", "OFFSETS", "QUERY_GOVERNOR_COST_LIMIT", "REMOTE_PROC_TRANSACTIONS", "STATISTICS",
        "CONTEXT_INFO", "STATISTICS IO", "STATISTICS TIME", "STATISTICS XML", "STATISTICS PROFILE", "DISABLE_DEF_CNST_CHK"};
    return std::find(std::begin(kNames), std::end(kNames), option) != std::end(kNames);
}

} // namespace

Session::Session(std::shared_ptr<EngineShared> shared, SessionOptions options)
    : m_shared(std::move(shared))
    , m_options(std::move(options))
    , m_program(m_facts)
{
    m_facts.login = m_options.login;
    m_facts.hostName = m_options.hostName;
    m_facts.applicationName = m_options.applicationName;
    m_facts.spid = m_shared->newSpid();
    m_facts.shared = m_shared.get();
    m_loginTime = storedNow();
    setDefaults(m_facts);
}

Session::~Session()
{
    m_shared->forgetSession(m_facts.spid);
    if (!m_database.empty()) m_shared->useDatabase(m_database, -1);
}

Result<void> Session::openFirst(const std::string& database)
{
    const auto security = m_shared->serverSecurity();
    const ServerLogin* login = m_options.loginId != 0 ? security->loginById(m_options.loginId) : security->login(m_options.login);
    if (m_options.loginId > kAdministratorLogin && !login)
        return sqlError(18456, "Login failed for user '" + m_options.login + "'.", 0, 1, 14);
    m_facts.loginId = login ? login->id : kAdministratorLogin;
    const bool ownDefault = login && database.empty() && !login->defaultDatabase.empty();
    ES_CHECK(useDatabase(ownDefault ? login->defaultDatabase : database.empty() ? "master" : database, nullptr, 0));
    noteSession(false);
    return {};
}

// What the others see of this session.
void Session::noteSession(bool running)
{
    m_shared->noteSession(m_facts.spid,
        {m_facts.loginId, m_facts.login, m_facts.hostName, m_facts.applicationName, m_facts.language, m_facts.isolation, m_loginTime,
            m_facts.lockTimeoutMs, m_facts.rowCount, m_facts.lastError, m_facts.transactionCount, m_facts.catalog ? m_facts.catalog->databaseId : 1,
            running});
}

Result<void> Session::useDatabase(const std::string& name, SinkGuard* sink, std::int32_t line)
{
    const auto entry = m_shared->database(name);
    if (!entry) return sqlError(911, "Database '" + name + "' does not exist. Make sure that the name is entered correctly.", line);
    if (m_facts.transactionCount > 0 && !sameName(entry->name, m_database))
        return notSupported("USE of another database inside a transaction", line);
    // Somebody may have dropped it and made another of its name while this session was elsewhere: that file is gone.
    auto& [incarnation, slot] = m_connections[foldName(entry->name)];
    if (!slot || incarnation != entry->incarnation) {
        ES_TRY(slot, Connection::open(entry->path, false));
        incarnation = entry->incarnation;
        ES_CHECK(m_program.installOn(*slot));
    }
    if (m_facts.loginId != kAdministratorLogin) {
        ES_TRY(const auto catalog, m_shared->catalog(*slot, entry->name));
        if (!Access(catalog, m_shared->serverSecurity(), m_facts.loginId).mayEnter()) return mayNotEnter(entry->name, line);
    }
    std::vector<TemporaryImage> images;
    if (m_connection && m_connection != slot.get()) {
        ES_TRY(images, temporaryImages(false)); // they go along
        dropTemporary(kFirstTemporaryId, false);
    }
    m_connection = slot.get();
    m_connection->setPatience({m_facts.lockTimeoutMs < 0 ? kPatienceMs : m_facts.lockTimeoutMs, m_stop});
    const std::string old = m_database;
    m_database = entry->name;
    m_shared->useDatabase(m_database, 1);
    if (!old.empty()) m_shared->useDatabase(old, -1);
    ES_CHECK(refreshCatalog());
    ES_CHECK(restoreImages(images));
    if (sink) {
        sink->envChange({EnvKind::kDatabase, m_database, old, 0});
        sink->message({5701, 2, 0, line, "Changed database context to '" + m_database + "'.", {}, {}}, false);
    }
    return {};
}

Result<void> Session::refreshCatalog()
{
    ES_TRY(std::shared_ptr<const Catalog> catalog, m_shared->catalog(*m_connection, m_database));
    ES_CHECK(addTemporary(catalog));
    m_facts.catalog = std::move(catalog);
    refreshAccess();
    return {};
}

bool Session::isOn(std::string_view option) const
{
    const auto found = m_facts.options.find(option);
    return found != m_facts.options.end() && found->second;
}

void Session::reset()
{
    // A failing ROLLBACK leaves nothing open that the next statement could use: SQLite has then rolled back by itself.
    if (m_connection && m_connection->inTransaction()) (void)m_connection->run("ROLLBACK");
    dropTemporary(kFirstTemporaryId, false);
    forgetTransaction();
    setDefaults(m_facts);
    m_facts.identity.reset();
    m_facts.scopeIdentity.reset();
    m_facts.isolation = "READ COMMITTED";
    m_identityInsert.clear();
    m_rowLimit = 0;
    // The login's database may have been dropped meanwhile; then the session stays where it is.
    (void)useDatabase(m_options.database.empty() ? "master" : m_options.database, nullptr, 0);
}

// --- SET ---

Result<void> Session::setOption(const tsql::SetOption& option, std::int32_t line)
{
    for (const std::string& name : option.options) {
        const auto number = [&]() -> Result<std::int64_t> {
            std::int64_t out = 0;
            const auto end = std::from_chars(option.value.data(), option.value.data() + option.value.size(), out);
            if (end.ec != std::errc{}) return notSupported("SET " + name + " " + option.value, line);
            return out;
        };
        if (name == "TRANSACTION ISOLATION LEVEL") {
            m_facts.isolation = option.value;
        } else if (name == "IDENTITY_INSERT") {
            ES_CHECK(setIdentityInsert(option, line));
        } else if (name == "LOCK_TIMEOUT") {
            ES_TRY(m_facts.lockTimeoutMs, number());
            m_connection->setPatience({m_facts.lockTimeoutMs < 0 ? kPatienceMs : m_facts.lockTimeoutMs, m_stop});
        } else if (name == "ROWCOUNT") {
            ES_TRY(m_rowLimit, number());
        } else if (name == "TEXTSIZE") {
            ES_TRY(const std::int64_t size, number());
            m_facts.textSize = static_cast<std::int32_t>(size <= 0 ? 4096 : std::min<std::int64_t>(size, 2147483647));
        } else if (name == "LANGUAGE") {
            if (foldName(option.value) != "us_english" && foldName(option.value) != "english")
                return notSupported("SET LANGUAGE " + option.value, line);
        } else if (name == "DATEFIRST") {
            if (option.value != "7") return notSupported("SET DATEFIRST " + option.value, line);
        } else if (name == "DATEFORMAT") {
            if (foldName(option.value) != "mdy") return notSupported("SET DATEFORMAT " + option.value, line);
        } else if (name == "ANSI_NULLS" || name == "CONCAT_NULL_YIELDS_NULL" || name == "ANSI_PADDING" || name == "ANSI_WARNINGS") {
            if (option.value != "ON") return notSupported("SET " + name + " OFF", line);
        } else if (name == "SHOWPLAN_ALL" || name == "SHOWPLAN_TEXT" || name == "SHOWPLAN_XML" || name == "NUMERIC_ROUNDABORT") {
            if (option.value != "OFF") return notSupported("SET " + name + " ON", line);
        } else if (name == "ANSI_DEFAULTS") {
            if (option.value != "ON") return notSupported("SET ANSI_DEFAULTS OFF", line);
            for (const char* each : {"ANSI_NULL_DFLT_ON", "IMPLICIT_TRANSACTIONS", "QUOTED_IDENTIFIER"}) // the others are always on
                m_facts.options[each] = true;
        } else if (name == "ANSI_NULL_DFLT_OFF" || name == "ANSI_NULL_DFLT_ON") {
            const bool on = option.value == "ON";
            m_facts.options[name] = on;
            if (on) m_facts.options[name == "ANSI_NULL_DFLT_ON" ? "ANSI_NULL_DFLT_OFF" : "ANSI_NULL_DFLT_ON"] = false;
        } else if (name == "NOEXEC" || name == "PARSEONLY" || name == "ARITHABORT" || name == "QUOTED_IDENTIFIER" || name == "NOCOUNT"
            || name == "XACT_ABORT" || name == "IMPLICIT_TRANSACTIONS" || name == "FMTONLY") {
            m_facts.options[name] = option.value == "ON";
        } else if (!isHarmless(name))
            return notSupported("SET " + name, line);
    }
    return {};
}

// Of one table at a time. Errors: 8106, 8107.
Result<void> Session::setIdentityInsert(const tsql::SetOption& option, std::int32_t line)
{
    ES_TRY(const CatalogTable* table, tableFor(option.table, line));
    const auto quoted = [&](const std::string& name) { return "'" + name + "'"; };
    if (std::none_of(table->columns.begin(), table->columns.end(), [](const CatalogColumn& column) { return column.identity.has_value(); }))
        return sqlError(8106, "Table " + quoted(table->name) + " does not have the identity property. Cannot perform SET operation.", line);
    const std::string name = foldName(table->schemaName) + "." + foldName(table->name);
    if (option.value != "ON") {
        if (m_identityInsert == name) m_identityInsert.clear();
        return {};
    }
    const std::size_t dot = m_identityInsert.find('.');
    const bool other = !m_identityInsert.empty() && m_identityInsert != name
        && m_facts.catalog->table(m_identityInsert.substr(0, dot), m_identityInsert.substr(dot + 1));
    if (other)
        return sqlError(8107,
            "IDENTITY_INSERT is already ON for table '" + m_database + "." + m_identityInsert + "'. Cannot perform SET operation for table "
                + quoted(table->name) + ".",
            line);
    m_identityInsert = name;
    return {};
}

Result<std::vector<EngineParameter>> Session::parseDeclarations(std::string_view declarations) const
{
    ES_TRY(const std::vector<tsql::ProcedureParameter> parsed, tsql::parseParameterList(declarations));
    std::vector<EngineParameter> out;
    for (const tsql::ProcedureParameter& parameter : parsed) {
        EngineParameter entry;
        entry.name = parameter.name;
        ES_TRY(entry.type, tsql::resolveType(parameter.type, types::kDefaultCollation));
        entry.output = parameter.output;
        out.push_back(std::move(entry));
    }
    return out;
}

} // namespace es::sandbox
