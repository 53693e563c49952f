// What a server says about itself as a whole: its databases and its secure enclave. Values and text alone.
// Thread: any (immutable once built).
#pragma once

#include "driver/catalog/CatalogRows.h"

#include <optional>

namespace es::catalog {

struct DatabaseInfo {
    std::int32_t id = 0;
    std::string name;
    std::string state; // ONLINE, RESTORING, OFFLINE, ...
    bool accessible = true; // for this login

    [[nodiscard]] bool isSystem() const { return id >= 1 && id <= 4; } // master, tempdb, model, msdb
};

// Row `column encryption enclave type` of sys.configurations: 0 none, 1 VBS, 2 SGX.                 (sql-surface 2.6)
struct EnclaveConfiguration {
    std::int64_t configured = 0;
    std::int64_t inUse = 0; // differs: the server has not been started again since
};

// The row of sys.dm_column_encryption_enclave; the server has one only while an enclave runs.
struct EnclaveCounters {
    std::int64_t sessionCount = 0;
    std::int64_t keyCount = 0;
    std::int64_t memoryKb = 0;
    std::int64_t evictedSessionCount = 0;
};

struct EnclaveStatus {
    std::optional<EnclaveConfiguration> configuration; // none: this server knows no such setting, or the question failed
    std::optional<EnclaveCounters> counters; // none: no enclave runs, or the question failed
    std::optional<base::Error> configurationError;
    std::optional<base::Error> countersError;
};

struct ServerSnapshot {
    std::vector<DatabaseInfo> databases; // by name
    EnclaveStatus enclave;
};

enum class ServerQuestion : std::uint8_t { kDatabases, kEnclaveConfiguration, kEnclaveCounters };

[[nodiscard]] std::string_view queryText(ServerQuestion question);

// All three: errors kUnexpectedResult.
[[nodiscard]] base::Result<std::vector<DatabaseInfo>> readDatabases(const CatalogRows& rows);
[[nodiscard]] base::Result<std::optional<EnclaveConfiguration>> readEnclaveConfiguration(const CatalogRows& rows);
[[nodiscard]] base::Result<std::optional<EnclaveCounters>> readEnclaveCounters(const CatalogRows& rows);

// "VBS", "SGX"; empty for 0; "type 7" for what this program has never heard of.
[[nodiscard]] std::string enclaveTypeName(std::int64_t type);
// The server refused the question for want of a permission.
[[nodiscard]] bool isPermissionDenied(const base::Error& error);

} // namespace es::catalog
