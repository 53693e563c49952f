#include "app/sandbox/engine/Security.h"

#include "app/sandbox/engine/Catalog.h"

#include <algorithm>
#include <array>

namespace es::sandbox {

namespace {

struct Cover {
    std::string_view permission;
    std::string_view by;
};

// Which permission of a database implies which other one there; CONTROL implies all of them.
constexpr auto kDatabaseCovers = std::to_array<Cover>({
    {kViewMasterKeys, "VIEW DEFINITION"},
    {kViewEncryptionKeys, "VIEW DEFINITION"},
    {"CREATE SCHEMA", "ALTER ANY SCHEMA"},
    {"CREATE ROLE", "ALTER ANY ROLE"},
});
// ALTER on the database implies these.
bool followsFromAlter(std::string_view permission)
{
    return permission.starts_with("ALTER ANY ") || permission.starts_with("CREATE ");
}

// What membership of a fixed role grants on the database as a whole.
constexpr auto kFixedGrants = std::to_array<std::pair<std::int32_t, std::string_view>>({
    {kOwnerRole, "CONTROL"},
    {kReaderRole, "SELECT"},
    {kWriterRole, "INSERT"},
    {kWriterRole, "UPDATE"},
    {kWriterRole, "DELETE"},
    {kDdlAdminRole, "ALTER ANY SCHEMA"},
    {kDdlAdminRole, "CREATE TABLE"},
    {kDdlAdminRole, "CREATE VIEW"},
    {kDdlAdminRole, "CREATE PROCEDURE"},
    {kDdlAdminRole, "CREATE FUNCTION"},
    {kDdlAdminRole, "CREATE SCHEMA"},
    {kDdlAdminRole, "CREATE SYNONYM"},
    {kDdlAdminRole, "CREATE TYPE"},
    {kDdlAdminRole, "REFERENCES"},
    {kDdlAdminRole, "CHECKPOINT"},
    {kSecurityAdminRole, "ALTER ANY ROLE"},
    {kSecurityAdminRole, "CREATE SCHEMA"},
    {kSecurityAdminRole, "VIEW DEFINITION"},
    {kAccessAdminRole, "ALTER ANY USER"},
    {kAccessAdminRole, "CREATE SCHEMA"},
    {kBackupRole, "CHECKPOINT"},
});
constexpr auto kFixedDenials = std::to_array<std::pair<std::int32_t, std::string_view>>({
    {kDenyReaderRole, "SELECT"},
    {kDenyWriterRole, "INSERT"},
    {kDenyWriterRole, "UPDATE"},
    {kDenyWriterRole, "DELETE"},
});

template <class List> auto* byName(List& list, std::string_view name)
{
    const auto found = std::find_if(list.begin(), list.end(), [&](const auto& entry) { return sameName(entry.name, name); });
    return found == list.end() ? nullptr : &*found;
}
template <class List> auto* byId(List& list, std::int32_t id)
{
    const auto found = std::find_if(list.begin(), list.end(), [&](const auto& entry) { return entry.id == id; });
    return found == list.end() ? nullptr : &*found;
}

} // namespace

const Principal* DatabaseSecurity::principal(std::string_view name) const
{
    return byName(principals, name);
}
const Principal* DatabaseSecurity::principalById(std::int32_t id) const
{
    return byId(principals, id);
}
const ServerLogin* ServerSecurity::login(std::string_view name) const
{
    return byName(logins, name);
}
const ServerLogin* ServerSecurity::loginById(std::int32_t id) const
{
    return byId(logins, id);
}

std::set<std::int32_t> DatabaseSecurity::principalsOf(std::int32_t id) const
{
    std::set<std::int32_t> out{id, kPublicRole};
    for (bool grew = true; grew;) {
        grew = false;
        for (const RoleMember& member : members)
            if (out.count(member.memberId) != 0) grew |= out.insert(member.roleId).second;
    }
    return out;
}

Access::Access(std::shared_ptr<const Catalog> catalog, std::shared_ptr<const ServerSecurity> server, std::int32_t loginId)
    : m_catalog(std::move(catalog))
    , m_server(std::move(server))
    , m_loginId(loginId)
    , m_administrator(loginId == kAdministratorLogin)
{
    const DatabaseSecurity& security = m_catalog->security;
    const Principal* user = nullptr;
    for (const Principal& candidate : security.principals)
        if (!candidate.role && candidate.loginId == loginId) user = &candidate;
    if (!m_administrator && !m_server->loginById(loginId)) return; // dropped meanwhile
    m_administrator |= allowsServer("CONTROL SERVER");
    if (m_administrator) user = security.principalById(kDboUser);
    constexpr std::int32_t kMasterId = 1;
    if (!user && m_catalog->databaseId == kMasterId) user = security.principalById(kGuestUser);
    if (!user) return;
    m_userId = user->id;
    m_userName = user->name;
    m_everything = m_userId == kDboUser;
    m_principals = security.principalsOf(m_userId);
    if (m_everything) m_principals.insert(kOwnerRole);
}

bool Access::allowsServer(std::string_view permission) const
{
    if (m_administrator) return true;
    const auto said = [&](std::string_view name) -> std::optional<bool> {
        std::optional<bool> out;
        for (const ServerPermission& entry : m_server->permissions)
            if (entry.loginId == m_loginId && entry.permission == name) out = !entry.denied && out.value_or(true);
        return out;
    };
    std::vector<std::string_view> cover{permission, "CONTROL SERVER"};
    if (permission == "VIEW SERVER SECURITY STATE" || permission == "VIEW SERVER PERFORMANCE STATE") cover.push_back("VIEW SERVER STATE");
    if (permission == "CREATE ANY DATABASE") cover.push_back("ALTER ANY DATABASE");
    bool granted = false;
    for (const std::string_view name : cover) {
        const auto answer = said(name);
        if (answer && !*answer) return false;
        granted |= answer.value_or(false);
    }
    return granted;
}

std::vector<Access::Scope> Access::coverOf(std::string_view permission, const Securable& securable) const
{
    const std::string name(permission);
    std::vector<Scope> out;
    const auto add = [&](SecurableClass securableClass, std::int32_t majorId, std::string_view by) {
        out.push_back({securableClass, majorId, std::string(by)});
    };
    if (securable.securableClass == SecurableClass::kObject) {
        add(SecurableClass::kObject, securable.majorId, name);
        add(SecurableClass::kObject, securable.majorId, "CONTROL");
    }
    if (securable.securableClass != SecurableClass::kDatabase) {
        const std::int32_t schema = securable.securableClass == SecurableClass::kSchema ? securable.majorId : securable.schemaId;
        add(SecurableClass::kSchema, schema, name);
        add(SecurableClass::kSchema, schema, "CONTROL");
        if (name == "ALTER") {
            add(SecurableClass::kDatabase, 0, "ALTER ANY SCHEMA");
            add(SecurableClass::kDatabase, 0, "ALTER");
        }
    }
    add(SecurableClass::kDatabase, 0, name);
    add(SecurableClass::kDatabase, 0, "CONTROL");
    if (securable.securableClass == SecurableClass::kDatabase) {
        for (const Cover& cover : kDatabaseCovers)
            if (cover.permission == name) add(SecurableClass::kDatabase, 0, cover.by);
        if (followsFromAlter(name)) add(SecurableClass::kDatabase, 0, "ALTER");
    }
    return out;
}

std::optional<bool> Access::saidByRoles(const Scope& scope) const
{
    if (scope.securableClass != SecurableClass::kDatabase) return std::nullopt;
    for (const auto& [role, permission] : kFixedDenials)
        if (memberOf(role) && permission == scope.permission) return false;
    for (const auto& [role, permission] : kFixedGrants)
        if (memberOf(role) && permission == scope.permission) return true;
    return std::nullopt;
}

std::optional<bool> Access::said(const Scope& scope, std::int32_t minorId) const
{
    std::optional<bool> out = minorId == 0 ? saidByRoles(scope) : std::nullopt;
    for (const PermissionEntry& entry : m_catalog->security.permissions) {
        if (entry.securableClass != scope.securableClass || entry.majorId != scope.majorId || entry.minorId != minorId
            || entry.permission != scope.permission || m_principals.count(entry.granteeId) == 0)
            continue;
        out = !entry.denied && out.value_or(true);
    }
    return out;
}

bool Access::allows(std::string_view permission, const Securable& securable) const
{
    if (m_everything) return true;
    if (m_userId < 0) return false;
    bool granted = permission == "VIEW DEFINITION" && allowsServer("VIEW ANY DEFINITION");
    for (const Scope& scope : coverOf(permission, securable)) {
        const auto answer = said(scope, 0);
        if (answer && !*answer) return false;
        granted |= answer.value_or(false);
    }
    return granted;
}

Access::Answer Access::allowsColumn(std::string_view permission, const Securable& table, std::int32_t columnId) const
{
    if (m_everything) return Answer::kYes;
    if (m_userId < 0) return Answer::kNo;
    const bool wholeTable = allows(permission, table);
    const auto column = said({SecurableClass::kObject, table.majorId, std::string(permission)}, columnId);
    if (column.value_or(wholeTable)) return Answer::kYes;
    return wholeTable || allowsSomeColumn(permission, table) ? Answer::kColumnNo : Answer::kNo;
}

bool Access::allowsSomeColumn(std::string_view permission, const Securable& table) const
{
    const auto& all = m_catalog->security.permissions;
    return std::any_of(all.begin(), all.end(), [&](const PermissionEntry& entry) {
        return entry.securableClass == SecurableClass::kObject && entry.majorId == table.majorId && entry.minorId != 0 && !entry.denied
            && entry.permission == permission && m_principals.count(entry.granteeId) != 0;
    });
}

bool Access::sees(const Securable& object) const
{
    if (m_everything) return true;
    for (const char* permission : {"SELECT", "INSERT", "UPDATE", "DELETE", "EXECUTE", "REFERENCES", "ALTER", "VIEW DEFINITION", "CONTROL"})
        if (allows(permission, object) || allowsSomeColumn(permission, object)) return true;
    return false;
}

bool Access::controls(const Securable& securable) const
{
    return m_everything || memberOf(kSecurityAdminRole) || allows("CONTROL", securable);
}

} // namespace es::sandbox
