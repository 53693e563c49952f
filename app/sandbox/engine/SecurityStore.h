// The tables of logins, principals and permissions: in each database's file, the logins in master's.
// Changes belong to the transaction of the statement that makes them. Thread: session thread only.
#pragma once

#include "app/sandbox/engine/Security.h"
#include "app/sandbox/engine/Sqlite.h"

namespace es::sandbox {

class SecurityStore {
public:
    explicit SecurityStore(Connection& connection)
        : m_connection(connection)
    {
    }

    // Makes the tables where they are missing, with the fixed principals and what public may do from the start. Wants no transaction.
    [[nodiscard]] base::Result<void> ensure();
    [[nodiscard]] base::Result<DatabaseSecurity> load();

    [[nodiscard]] base::Result<void> addPrincipal(const std::string& name, bool role, std::int32_t loginId);
    // With its memberships and its permissions.
    [[nodiscard]] base::Result<void> removePrincipal(std::int32_t id);
    [[nodiscard]] base::Result<void> setOwner(std::int32_t loginId); // dbo's login
    [[nodiscard]] base::Result<void> setMember(std::int32_t roleId, std::int32_t memberId, bool member);
    // `denied` absent: revoked.
    [[nodiscard]] base::Result<void> setPermission(PermissionEntry entry, std::optional<bool> denied);

    // --- master alone ---
    [[nodiscard]] base::Result<void> ensureLogins();
    [[nodiscard]] base::Result<ServerSecurity> loadLogins();
    [[nodiscard]] base::Result<void> addLogin(const ServerLogin& login); // the id is given here
    [[nodiscard]] base::Result<void> removeLogin(std::int32_t id);
    [[nodiscard]] base::Result<void> setServerPermission(std::int32_t loginId, const std::string& permission, std::optional<bool> denied);

private:
    [[nodiscard]] base::Result<void> changed();

    Connection& m_connection;
};

} // namespace es::sandbox
