// What all sessions of an engine share: the data folder, the list of databases, catalogs already read, session numbers.
// Thread: any (locked inside).
#pragma once

#include "app/sandbox/engine/CatalogStore.h"
#include "app/sandbox/engine/Engine.h"
#include "app/sandbox/engine/SecurityStore.h"
#include "app/sandbox/engine/Settings.h"
#include "driver/base/Mutex.h"

#include <functional>

namespace es::sandbox {

struct DatabaseEntry {
    std::int32_t id = 0;
    std::string name;
    std::string path;
    std::int64_t createDate = 0; // datetime in stored form
    std::uint64_t incarnation = 0; // another one when it was dropped and made again under its name since the server's start
    bool acceleratedRecovery = false; // as SET; recovery here is the same with and without, only warning 33586 asks for it
};

class EngineShared {
public:
    explicit EngineShared(EngineOptions options)
        : m_options(std::move(options))
    {
    }

    [[nodiscard]] const EngineOptions& options() const { return m_options; }
    // Opens or makes `master`, reads the list of databases.
    [[nodiscard]] base::Result<void> open();
    [[nodiscard]] std::vector<DatabaseEntry> databases() const;
    [[nodiscard]] std::optional<DatabaseEntry> database(std::string_view name) const;
    [[nodiscard]] std::optional<DatabaseEntry> databaseById(std::int32_t id) const;
    // Errors: 1801 exists, 1802 file, 1222 somebody else writes to master. Registered in master only when its file is complete.
    [[nodiscard]] base::Result<void> createDatabase(const std::string& name, std::int32_t line, const LockPatience& patience);
    // Errors: 3701 none of that name, 3702 in use, 3708 system database, 1222.
    [[nodiscard]] base::Result<void> dropDatabase(const std::string& name, std::int32_t line, const LockPatience& patience);

    // ALTER DATABASE .. SET ACCELERATED_DATABASE_RECOVERY. Errors: 911 none of that name, 1222.
    [[nodiscard]] base::Result<void> setAcceleratedRecovery(const std::string& name, bool on, std::int32_t line, const LockPatience& patience);

    [[nodiscard]] std::int32_t newSpid();
    // What sys.dm_exec_sessions and sys.dm_exec_connections show of a session: as of its last request's beginning or end.
    struct SessionEntry {
        std::int32_t loginId = 0;
        std::string login;
        std::string hostName;
        std::string applicationName;
        std::string language;
        std::string isolation;
        std::int64_t loginTime = 0; // datetime as stored
        std::int64_t lockTimeoutMs = -1;
        std::int64_t rowCount = 0;
        std::int32_t lastError = 0;
        std::int32_t transactionCount = 0;
        std::int32_t databaseId = 1;
        bool running = false;
    };
    void noteSession(std::int32_t spid, SessionEntry entry);
    void forgetSession(std::int32_t spid);
    [[nodiscard]] std::map<std::int32_t, SessionEntry> sessions() const;
    void useDatabase(const std::string& name, int change); // +1 a session entered, -1 it left

    // The catalog of this version, from memory when some session has read it already.
    [[nodiscard]] base::Result<std::shared_ptr<const Catalog>> catalog(Connection& connection, const std::string& name);

    // Uses of encrypted indexes since the start (sys.dm_db_index_usage_stats).
    struct IndexUse {
        std::int64_t seeks = 0;
        std::int64_t updates = 0;
        std::int64_t lastSeek = 0; // datetime as stored; 0: never
        std::int64_t lastUpdate = 0;
    };
    using IndexKey = std::array<std::int32_t, 3>; // database, object, index
    void countIndexUse(const IndexKey& index, bool seek);
    [[nodiscard]] std::map<IndexKey, IndexUse> indexUses() const;

    // The options of sp_configure. `setSetting` notes a value in range; `installSettings` makes it last (RECONFIGURE).
    [[nodiscard]] SettingStates settings() const;
    void setSetting(std::size_t setting, std::int32_t value);
    [[nodiscard]] base::Result<void> installSettings(const LockPatience& patience);

    // Logins and their permissions: what holds now, never null. `work` changes them in master's file, in one transaction.
    [[nodiscard]] std::shared_ptr<const ServerSecurity> serverSecurity() const;
    [[nodiscard]] base::Result<void> changeServerSecurity(
        const LockPatience& patience, const std::function<base::Result<void>(SecurityStore&)>& work);

    [[nodiscard]] std::string versionText() const;
    [[nodiscard]] std::array<std::uint16_t, 3> productVersion() const;

private:
    [[nodiscard]] std::string pathOf(const std::string& name) const;
    [[nodiscard]] base::Result<void> readSettings() ES_WITH_LOCK(m_mutex) ES_WITH_LOCK(m_masterMutex);
    [[nodiscard]] std::optional<DatabaseEntry> find(std::string_view name) const ES_WITH_LOCK(m_mutex);

    EngineOptions m_options;
    // Who writes to master may have to wait for a session that has changed it and not yet committed. Nobody else waits then: the lists have a
    // lock of their own, never held over work on a file. Order: m_masterMutex first.
    base::Mutex m_masterMutex;
    mutable base::Mutex m_mutex;
    std::unique_ptr<Connection> m_master ES_GUARDED_BY(m_masterMutex);
    std::vector<DatabaseEntry> m_databases ES_GUARDED_BY(m_mutex);
    std::uint64_t m_incarnations ES_GUARDED_BY(m_mutex) = 0;
    std::map<std::string, int> m_users ES_GUARDED_BY(m_mutex);
    std::map<std::string, std::shared_ptr<const Catalog>> m_catalogs ES_GUARDED_BY(m_mutex);
    std::map<IndexKey, IndexUse> m_indexUses ES_GUARDED_BY(m_mutex);
    SettingStates m_settings ES_GUARDED_BY(m_mutex){};
    std::shared_ptr<const ServerSecurity> m_security ES_GUARDED_BY(m_mutex);
    std::int32_t m_nextSpid ES_GUARDED_BY(m_mutex) = 51;
    std::map<std::int32_t, SessionEntry> m_sessions ES_GUARDED_BY(m_mutex);
};

} // namespace es::sandbox
