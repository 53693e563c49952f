// The SQL engine of the sandbox server: SQL Server's language, types and encryption schemes on SQLite files, one per database.
// Thread: newSession and the facts are for any thread; each session belongs to one thread at a time.
#pragma once

#include "app/sandbox/engine/EngineSession.h"
#include "driver/tsql/EncryptionScheme.h"

namespace es::sandbox {

class EnclaveGate; // app/sandbox/enclaveabi/EnclaveGate.h
class EngineShared; // what all sessions share: files, counters, options

using tsql::Profile; // k2019, k2022: which product is rehearsed; sql-surface section 1

// Makes the stored form of a login's password: salted, slow, one way. Thread: any.
class PasswordHasher {
public:
    virtual ~PasswordHasher() = default;
    virtual base::Result<std::string> hash(std::string_view passwordUtf8) = 0;
};

struct EngineOptions {
    std::string dataFolder; // exists; holds NAME.db per database
    Profile profile = Profile::k2022;
    EnclaveGate* gate = nullptr; // null: no enclave (33545); must outlive the engine, may be used from several sessions' threads
    std::string serverName = "ENCLAVE-SANDBOX";
    int enclaveType = 1; // what the gate leads to: 1 VBS, 2 SGX, as sp_configure counts
    PasswordHasher* passwords = nullptr; // null: CREATE LOGIN is refused; must outlive the engine
    std::string administrator = "sa"; // the login that the server was started with: never one of CREATE LOGIN
};

// A login of CREATE LOGIN, for whoever checks its password.
struct LoginRecord {
    std::int32_t id = 0;
    std::string name;
    std::string secret; // as PasswordHasher made it
    std::string defaultDatabase;
};

struct SessionOptions {
    std::string login;
    std::string database; // empty: master
    std::string hostName;
    std::string applicationName;
    std::uint8_t columnEncryptionVersion = 0; // as acknowledged at login; 0: not negotiated
    std::int32_t loginId = 0; // LoginRecord::id of who was let in; 0: by name, and who is nobody of CREATE LOGIN is the administrator
};

class Engine {
public:
    // Opens the folder, makes `master` where it is missing. Errors: kDataFolder, kStorageFailed.
    [[nodiscard]] static base::Result<std::unique_ptr<Engine>> open(EngineOptions options);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // Errors: kSqlError 4060 (database cannot be opened), 18456 (the login has gone). The engine must outlive its sessions.
    [[nodiscard]] base::Result<std::unique_ptr<EngineSession>> newSession(SessionOptions options);

    // "Microsoft SQL Server 2022 (sandbox) ... software enclave for rehearsal": @@VERSION. Never pretends to be the product.
    [[nodiscard]] std::string versionText() const;
    // 16.0.x or 15.0.x, as LOGINACK and SERVERPROPERTY('ProductVersion') say.
    [[nodiscard]] std::array<std::uint16_t, 3> productVersion() const;
    [[nodiscard]] std::vector<std::string> databaseNames() const;
    [[nodiscard]] std::optional<LoginRecord> login(std::string_view name) const;
    // 'column encryption enclave type' in use since open; 0: no enclave is to be offered, whatever the gate.
    [[nodiscard]] int enclaveTypeInUse() const;

private:
    explicit Engine(std::shared_ptr<EngineShared> shared);
    std::shared_ptr<EngineShared> m_shared;
};

} // namespace es::sandbox
