// Who may do what: the logins of the server, the users, roles and permissions of one database, and the judgement over them.
// A permission is granted or denied to a principal on a securable; a denial anywhere above wins over every grant, except that a
// grant on a column wins over a denial on its table, as in SQL Server.                              sql-surface section 5
// Thread: any (plain values, immutable once loaded).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace es::sandbox {

class Catalog;

// As sys.database_permissions.class counts.
enum class SecurableClass : std::uint8_t { kDatabase = 0, kObject = 1, kSchema = 3, kServer = 100 };

inline constexpr std::int32_t kPublicRole = 0;
inline constexpr std::int32_t kDboUser = 1;
inline constexpr std::int32_t kGuestUser = 2;
inline constexpr std::int32_t kOwnerRole = 16384;
inline constexpr std::int32_t kAccessAdminRole = 16385;
inline constexpr std::int32_t kSecurityAdminRole = 16386;
inline constexpr std::int32_t kDdlAdminRole = 16387;
inline constexpr std::int32_t kBackupRole = 16389;
inline constexpr std::int32_t kReaderRole = 16390;
inline constexpr std::int32_t kWriterRole = 16391;
inline constexpr std::int32_t kDenyReaderRole = 16392;
inline constexpr std::int32_t kDenyWriterRole = 16393;

// The login that the server was started with; it is nobody of CREATE LOGIN, and may do everything.
inline constexpr std::int32_t kAdministratorLogin = 1;

inline constexpr std::string_view kViewMasterKeys = "VIEW ANY COLUMN MASTER KEY DEFINITION";
inline constexpr std::string_view kViewEncryptionKeys = "VIEW ANY COLUMN ENCRYPTION KEY DEFINITION";

struct Principal {
    std::int32_t id = 0;
    std::string name;
    bool role = false;
    bool fixed = false; // made with the database
    std::int32_t loginId = 0; // 0: none
    std::int64_t createDate = 0; // datetime in stored form
};
struct RoleMember {
    std::int32_t roleId = 0;
    std::int32_t memberId = 0;
};
struct PermissionEntry {
    SecurableClass securableClass = SecurableClass::kDatabase;
    std::int32_t majorId = 0; // object_id, schema_id
    std::int32_t minorId = 0; // column_id; 0: the whole object
    std::int32_t granteeId = 0;
    std::string permission; // upper case
    bool denied = false;
};
struct DatabaseSecurity {
    std::vector<Principal> principals;
    std::vector<RoleMember> members;
    std::vector<PermissionEntry> permissions;

    [[nodiscard]] const Principal* principal(std::string_view name) const; // any letter case
    [[nodiscard]] const Principal* principalById(std::int32_t id) const;
    // The principal, public, and every role that it is a member of, through other roles too.
    [[nodiscard]] std::set<std::int32_t> principalsOf(std::int32_t id) const;
};

struct ServerLogin {
    std::int32_t id = 0;
    std::string name;
    std::string secret; // a salted slow hash, made and understood by whoever checks logins
    std::string defaultDatabase;
    std::int64_t createDate = 0;
};
struct ServerPermission {
    std::int32_t loginId = 0;
    std::string permission;
    bool denied = false;
};
struct ServerSecurity {
    std::vector<ServerLogin> logins;
    std::vector<ServerPermission> permissions;

    [[nodiscard]] const ServerLogin* login(std::string_view name) const;
    [[nodiscard]] const ServerLogin* loginById(std::int32_t id) const;
};

struct Securable {
    SecurableClass securableClass = SecurableClass::kDatabase;
    std::int32_t majorId = 0;
    std::int32_t schemaId = 0; // of an object
};

// What one login may do in one database.
class Access {
public:
    Access(std::shared_ptr<const Catalog> catalog, std::shared_ptr<const ServerSecurity> server, std::int32_t loginId);

    [[nodiscard]] bool mayEnter() const { return m_everything || m_userId >= 0; }
    // Administrator or the database's owner: nothing is denied to them.
    [[nodiscard]] bool everything() const { return m_everything; }
    [[nodiscard]] bool administrator() const { return m_administrator; }
    [[nodiscard]] const std::string& userName() const { return m_userName; }
    [[nodiscard]] std::int32_t userId() const { return m_userId; }
    // Of a user-defined or fixed role of the database; public counts.
    [[nodiscard]] bool memberOf(std::int32_t roleId) const { return m_principals.count(roleId) != 0; }

    // `permission` in upper case, without synonyms. Server permissions ask the login.
    [[nodiscard]] bool allows(std::string_view permission, const Securable& securable = {}) const;
    enum class Answer : std::uint8_t { kNo, kYes, kColumnNo }; // kColumnNo: the table would be allowed, or other columns of it
    [[nodiscard]] Answer allowsColumn(std::string_view permission, const Securable& table, std::int32_t columnId) const;
    [[nodiscard]] bool allowsSomeColumn(std::string_view permission, const Securable& table) const;
    [[nodiscard]] bool allowsServer(std::string_view permission) const;
    // Whether catalog views show the object: to whoever has any permission on it.
    [[nodiscard]] bool sees(const Securable& object) const;
    // May give and take permissions on it.
    [[nodiscard]] bool controls(const Securable& securable) const;

private:
    struct Scope {
        SecurableClass securableClass;
        std::int32_t majorId;
        std::string permission;
    };
    [[nodiscard]] std::vector<Scope> coverOf(std::string_view permission, const Securable& securable) const;
    [[nodiscard]] std::optional<bool> said(const Scope& scope, std::int32_t minorId) const; // granted, denied, nothing
    [[nodiscard]] std::optional<bool> saidByRoles(const Scope& scope) const;

    std::shared_ptr<const Catalog> m_catalog;
    std::shared_ptr<const ServerSecurity> m_server;
    std::int32_t m_loginId;
    bool m_administrator = false;
    bool m_everything = false;
    std::int32_t m_userId = -1;
    std::string m_userName;
    std::set<std::int32_t> m_principals;
};

} // namespace es::sandbox
