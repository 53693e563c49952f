#include "app/sandbox/engine/Shared.h"

#include "app/sandbox/engine/IndexCatalog.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace es::sandbox {

using base::Result;

namespace {

constexpr std::int32_t kFirstUserDatabase = 5; // as on SQL Server, where 1 to 4 are its own

// A name as a file name: anything unusual becomes %XX.
std::string fileNameOf(std::string_view name)
{
    std::string out;
    for (const char c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        char escaped[4];
        std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned char>(c));
        out += plain ? std::string(1, c) : std::string(escaped);
    }
    return out + ".db";
}

void removeFiles(const std::string& path)
{
    for (const char* suffix : {"", "-wal", "-shm"}) {
        std::error_code ignored; // what is not there need not go
        std::filesystem::remove(path + suffix, ignored);
    }
}

} // namespace

std::string EngineShared::pathOf(const std::string& name) const
{
    return m_options.dataFolder + "/" + fileNameOf(name);
}

Result<void> EngineShared::open()
{
    std::error_code failure;
    if (!std::filesystem::is_directory(m_options.dataFolder, failure))
        return base::makeError(
            kDataFolder, "The data folder '" + m_options.dataFolder + "' is not there.", "data", "Create the folder or name another one.");
    const base::Lock master(m_masterMutex);
    const base::Lock lock(m_mutex);
    const std::string path = pathOf("master");
    const bool isNew = !std::filesystem::exists(path);
    ES_TRY(m_master, Connection::open(path, isNew));
    ES_TRY(const std::int64_t tables, m_master->queryInt("SELECT count(*) FROM sqlite_master WHERE name='es_meta'"));
    if (tables == 0) ES_CHECK(CatalogStore::create(*m_master, 1, "master"));
    ES_CHECK(m_master->run(
        "CREATE TABLE IF NOT EXISTS es_databases(database_id INTEGER PRIMARY KEY, name TEXT, file TEXT, create_date INTEGER)"));
    ES_CHECK(m_master->run("CREATE TABLE IF NOT EXISTS es_accelerated_recovery(database_id INTEGER PRIMARY KEY)"));
    ES_CHECK(readSettings());
    ES_CHECK(SecurityStore(*m_master).ensureLogins());
    ES_TRY(ServerSecurity security, SecurityStore(*m_master).loadLogins());
    m_security = std::make_shared<const ServerSecurity>(std::move(security));
    ES_TRY(const std::int64_t created, m_master->queryInt("SELECT value FROM es_meta WHERE name='create_date'"));
    m_databases.push_back({1, "master", path, created, 0, false});
    ES_TRY(SqliteStatement rows, m_master->prepare("SELECT database_id, name, file, create_date, database_id IN es_accelerated_recovery"
                                                     " FROM es_databases ORDER BY database_id"));
    while (true) {
        ES_TRY(const bool row, rows.step());
        if (!row) break;
        m_databases.push_back({static_cast<std::int32_t>(rows.intAt(0)), std::string(rows.textAt(1)),
            m_options.dataFolder + "/" + std::string(rows.textAt(2)), rows.intAt(3), 0, rows.intAt(4) != 0});
    }
    // A process killed after a commit leaves a log, and under it old values in the file: what the log says is done now.
    for (const DatabaseEntry& entry : m_databases) {
        ES_TRY(const std::unique_ptr<Connection> connection, Connection::open(entry.path, false));
        ES_CHECK(settleIndexes(*connection, m_options.gate != nullptr));
        ES_CHECK(CatalogStore::makeModuleTables(*connection));
        ES_TRY([[maybe_unused]] const std::int64_t busy, connection->queryInt("PRAGMA wal_checkpoint(TRUNCATE)"));
        ES_CHECK(SecurityStore(*connection).ensure()); // a file from before there were users
    }
    return {};
}

// Configured to no enclave: there is none until a later start. Any other type means the one that this server was started with.
Result<void> EngineShared::readSettings()
{
    ES_CHECK(m_master->run("CREATE TABLE IF NOT EXISTS es_settings(configuration_id INTEGER PRIMARY KEY, value INTEGER)"));
    const std::int32_t offered = m_options.gate ? m_options.enclaveType : 0;
    m_settings[kEnclaveTypeSetting] = {offered, offered};
    ES_TRY(SqliteStatement rows, m_master->prepare("SELECT configuration_id, value FROM es_settings"));
    while (true) {
        ES_TRY(const bool row, rows.step());
        if (!row) break;
        for (std::size_t i = 0; i < kSettings.size(); ++i) {
            const bool kept = kSettings[i].id == rows.intAt(0) && (i != kEnclaveTypeSetting || rows.intAt(1) == 0);
            if (kept) m_settings[i] = {static_cast<std::int32_t>(rows.intAt(1)), static_cast<std::int32_t>(rows.intAt(1))};
        }
    }
    if (m_settings[kEnclaveTypeSetting].running == 0) m_options.gate = nullptr;
    return {};
}

SettingStates EngineShared::settings() const
{
    const base::Lock lock(m_mutex);
    return m_settings;
}

void EngineShared::setSetting(std::size_t setting, std::int32_t value)
{
    const base::Lock lock(m_mutex);
    m_settings[setting].value = value;
}

Result<void> EngineShared::installSettings(const LockPatience& patience)
{
    const base::Lock master(m_masterMutex);
    m_master->setPatience(patience);
    const SettingStates wanted = settings();
    for (std::size_t i = 0; i < kSettings.size(); ++i) {
        ES_TRY(SqliteStatement put, m_master->prepare("INSERT OR REPLACE INTO es_settings VALUES(?1,?2)"));
        put.bindInt(1, kSettings[i].id);
        put.bindInt(2, wanted[i].value);
        ES_TRY([[maybe_unused]] const bool row, put.step());
        const base::Lock lock(m_mutex);
        if (kSettings[i].dynamic) m_settings[i].running = wanted[i].value;
    }
    return {};
}

std::shared_ptr<const ServerSecurity> EngineShared::serverSecurity() const
{
    const base::Lock lock(m_mutex);
    return m_security;
}

Result<void> EngineShared::changeServerSecurity(
    const LockPatience& patience, const std::function<Result<void>(SecurityStore&)>& work)
{
    const base::Lock master(m_masterMutex);
    m_master->setPatience(patience);
    ES_TRY(TransactionScope scope, TransactionScope::begin(*m_master, TransactionScope::Kind::kWrite));
    SecurityStore store(*m_master);
    ES_CHECK(work(store));
    ES_TRY(ServerSecurity security, store.loadLogins());
    ES_CHECK(scope.commit());
    const base::Lock lock(m_mutex);
    m_security = std::make_shared<const ServerSecurity>(std::move(security));
    return {};
}

std::vector<DatabaseEntry> EngineShared::databases() const
{
    const base::Lock lock(m_mutex);
    return m_databases;
}

std::optional<DatabaseEntry> EngineShared::database(std::string_view name) const
{
    const base::Lock lock(m_mutex);
    return find(name);
}

std::optional<DatabaseEntry> EngineShared::find(std::string_view name) const
{
    const auto found
        = std::find_if(m_databases.begin(), m_databases.end(), [&](const DatabaseEntry& entry) { return sameName(entry.name, name); });
    return found == m_databases.end() ? std::nullopt : std::optional(*found);
}

std::optional<DatabaseEntry> EngineShared::databaseById(std::int32_t id) const
{
    const base::Lock lock(m_mutex);
    const auto found = std::find_if(m_databases.begin(), m_databases.end(), [&](const DatabaseEntry& entry) { return entry.id == id; });
    return found == m_databases.end() ? std::nullopt : std::optional(*found);
}

Result<void> EngineShared::createDatabase(const std::string& name, std::int32_t line, const LockPatience& patience)
{
    const base::Lock master(m_masterMutex);
    m_master->setPatience(patience);
    if (database(name)) return sqlError(1801, "Database '" + name + "' already exists. Choose a different database name.", line, 3);
    std::int32_t id = kFirstUserDatabase;
    for (const DatabaseEntry& entry : databases())
        id = std::max(id, entry.id + 1);
    const std::string path = pathOf(name);
    removeFiles(path); // left by a creation that did not get as far as its entry in master
    {
        ES_TRY(const std::unique_ptr<Connection> connection, Connection::open(path, true));
        ES_CHECK(CatalogStore::create(*connection, id, name));
    }
    ES_TRY(SqliteStatement insert, m_master->prepare("INSERT INTO es_databases VALUES(?1,?2,?3,?4)"));
    const std::int64_t now = storedNow();
    insert.bindInt(1, id);
    insert.bind(2, name);
    insert.bind(3, fileNameOf(name));
    insert.bindInt(4, now);
    ES_TRY([[maybe_unused]] const bool row, insert.step());
    const base::Lock lock(m_mutex);
    m_databases.push_back({id, name, path, now, ++m_incarnations, false});
    return {};
}

Result<void> EngineShared::setAcceleratedRecovery(const std::string& name, bool on, std::int32_t line, const LockPatience& patience)
{
    const base::Lock master(m_masterMutex);
    m_master->setPatience(patience);
    const auto entry = database(name);
    if (!entry) return sqlError(911, "Database '" + name + "' does not exist. Make sure that the name is entered correctly.", line);
    const std::string id = std::to_string(entry->id);
    ES_CHECK(m_master->run(on ? "INSERT OR IGNORE INTO es_accelerated_recovery VALUES(" + id + ")"
                              : "DELETE FROM es_accelerated_recovery WHERE database_id=" + id));
    const base::Lock lock(m_mutex);
    for (DatabaseEntry& known : m_databases)
        if (known.id == entry->id) known.acceleratedRecovery = on;
    return {};
}

Result<void> EngineShared::dropDatabase(const std::string& name, std::int32_t line, const LockPatience& patience)
{
    const base::Lock master(m_masterMutex);
    m_master->setPatience(patience);
    const auto entry = database(name);
    if (!entry)
        return sqlError(
            3701, "Cannot drop the database '" + name + "', because it does not exist or you do not have permission.", line, 1, 11);
    if (entry->id == 1) return sqlError(3708, "Cannot drop the database 'master' because it is a system database.", line);
    const auto forget = [&]() -> bool {
        const base::Lock lock(m_mutex);
        if (m_users[foldName(name)] > 0) return false;
        m_catalogs.erase(foldName(name));
        std::erase_if(m_databases, [&](const DatabaseEntry& known) { return known.id == entry->id; });
        return true;
    };
    // Off the list first: from then on no session can enter it.
    if (!forget()) return sqlError(3702, "Cannot drop database \"" + name + "\" because it is currently in use.", line, 3);
    if (auto removed = m_master->run("DELETE FROM es_databases WHERE database_id=" + std::to_string(entry->id)); !removed) {
        const base::Lock lock(m_mutex);
        m_databases.push_back(*entry);
        return removed;
    }
    // Another database will have its number one day.
    ES_CHECK(m_master->run("DELETE FROM es_accelerated_recovery WHERE database_id=" + std::to_string(entry->id)));
    removeFiles(entry->path);
    return {};
}

void EngineShared::countIndexUse(const IndexKey& index, bool seek)
{
    const std::int64_t now = storedNow();
    const base::Lock lock(m_mutex);
    IndexUse& use = m_indexUses[index];
    ++(seek ? use.seeks : use.updates);
    (seek ? use.lastSeek : use.lastUpdate) = now;
}

std::map<EngineShared::IndexKey, EngineShared::IndexUse> EngineShared::indexUses() const
{
    const base::Lock lock(m_mutex);
    return m_indexUses;
}

std::int32_t EngineShared::newSpid()
{
    const base::Lock lock(m_mutex);
    return m_nextSpid++;
}

void EngineShared::noteSession(std::int32_t spid, SessionEntry entry)
{
    const base::Lock lock(m_mutex);
    m_sessions[spid] = std::move(entry);
}

void EngineShared::forgetSession(std::int32_t spid)
{
    const base::Lock lock(m_mutex);
    m_sessions.erase(spid);
}

std::map<std::int32_t, EngineShared::SessionEntry> EngineShared::sessions() const
{
    const base::Lock lock(m_mutex);
    return m_sessions;
}

void EngineShared::useDatabase(const std::string& name, int change)
{
    const base::Lock lock(m_mutex);
    m_users[foldName(name)] += change;
}

Result<std::shared_ptr<const Catalog>> EngineShared::catalog(Connection& connection, const std::string& name)
{
    ES_TRY(const std::int64_t version, CatalogStore::version(connection));
    // What an open transaction changed is seen by its own session alone, and must not be kept for the others.
    const bool shareable = !connection.inTransaction();
    const std::string key = foldName(name);
    if (shareable) {
        const base::Lock lock(m_mutex);
        if (const auto found = m_catalogs.find(key); found != m_catalogs.end() && found->second->version == version) return found->second;
    }
    ES_TRY(const std::shared_ptr<const Catalog> loaded, CatalogStore::load(connection));
    if (shareable) {
        const base::Lock lock(m_mutex);
        m_catalogs[key] = loaded;
    }
    return loaded;
}

std::array<std::uint16_t, 3> EngineShared::productVersion() const
{
    return m_options.profile == tsql::Profile::k2019 ? std::array<std::uint16_t, 3>{15, 0, 2000}
                                                     : std::array<std::uint16_t, 3>{16, 0, 1000};
}

std::string EngineShared::versionText() const
{
    const bool is2019 = m_options.profile == tsql::Profile::k2019;
    const auto version = productVersion();
    return std::string("Microsoft SQL Server ") + (is2019 ? "2019" : "2022") + " compatible sandbox of Enclave Studio - "
        + std::to_string(version[0]) + "." + std::to_string(version[1]) + "." + std::to_string(version[2])
        + ".1\n\tThis is not SQL Server. Its enclave is a software enclave for rehearsal: it protects nothing from the owner of this "
          "machine.\n\ton Linux, SQLite storage\n";
}

} // namespace es::sandbox
