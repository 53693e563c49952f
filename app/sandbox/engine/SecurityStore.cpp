#include "app/sandbox/engine/SecurityStore.h"

#include "app/sandbox/engine/CatalogStore.h"

namespace es::sandbox {

using base::Result;

namespace {

constexpr std::string_view kTables[] = {
    "CREATE TABLE es_principals(principal_id INTEGER PRIMARY KEY, name TEXT, type TEXT, login_id INTEGER, is_fixed INTEGER,"
    " create_date INTEGER)",
    "CREATE TABLE es_role_members(role_id INTEGER, member_id INTEGER, PRIMARY KEY(role_id, member_id)) WITHOUT ROWID",
    "CREATE TABLE es_permissions(class INTEGER, major_id INTEGER, minor_id INTEGER, grantee_id INTEGER, permission TEXT, state TEXT,"
    " PRIMARY KEY(class, major_id, minor_id, grantee_id, permission)) WITHOUT ROWID",
};
constexpr std::int32_t kFirstUserId = 5;
constexpr std::int32_t kFirstLoginId = 257;

struct FixedPrincipal {
    std::int32_t id;
    std::string_view name;
    bool role;
};
constexpr FixedPrincipal kFixed[] = {
    {kPublicRole, "public", true},
    {kDboUser, "dbo", false},
    {kGuestUser, "guest", false},
    {3, "INFORMATION_SCHEMA", false},
    {4, "sys", false},
    {kOwnerRole, "db_owner", true},
    {kAccessAdminRole, "db_accessadmin", true},
    {kSecurityAdminRole, "db_securityadmin", true},
    {kDdlAdminRole, "db_ddladmin", true},
    {kBackupRole, "db_backupoperator", true},
    {kReaderRole, "db_datareader", true},
    {kWriterRole, "db_datawriter", true},
    {kDenyReaderRole, "db_denydatareader", true},
    {kDenyWriterRole, "db_denydatawriter", true},
};

std::int32_t int32(const SqliteStatement& row, int column)
{
    return static_cast<std::int32_t>(row.intAt(column));
}

template <class Each> Result<void> forEach(Connection& connection, std::string_view sql, Each each)
{
    ES_TRY(SqliteStatement statement, connection.prepare(sql));
    while (true) {
        ES_TRY(const bool row, statement.step());
        if (!row) return {};
        each(statement);
    }
}

} // namespace

Result<void> SecurityStore::changed()
{
    return m_connection.run("UPDATE es_meta SET value=value+1 WHERE name='version'");
}

Result<void> SecurityStore::ensure()
{
    ES_TRY(const std::int64_t tables, m_connection.queryInt("SELECT count(*) FROM sqlite_master WHERE name='es_principals'"));
    if (tables > 0) return {};
    ES_TRY(TransactionScope scope, TransactionScope::begin(m_connection, TransactionScope::Kind::kWrite));
    for (const std::string_view sql : kTables)
        ES_CHECK(m_connection.run(sql));
    for (const FixedPrincipal& fixed : kFixed)
        ES_CHECK(m_connection.run("INSERT INTO es_principals VALUES(?1,?2,?3,?4,1,?5)",
            {std::int64_t{fixed.id}, std::string(fixed.name), std::string(fixed.role ? "R" : "S"),
                std::int64_t{fixed.id == kDboUser ? kAdministratorLogin : 0}, storedNow()}));
    for (const std::string_view permission : {kViewMasterKeys, kViewEncryptionKeys})
        ES_CHECK(m_connection.run("INSERT INTO es_permissions VALUES(0,0,0,0,?1,'G')", {std::string(permission)}));
    ES_CHECK(changed());
    return scope.commit();
}

Result<DatabaseSecurity> SecurityStore::load()
{
    DatabaseSecurity out;
    ES_TRY(const std::int64_t tables, m_connection.queryInt("SELECT count(*) FROM sqlite_master WHERE name='es_principals'"));
    if (tables == 0) return out;
    ES_CHECK(forEach(m_connection, "SELECT principal_id, name, type, login_id, is_fixed, create_date FROM es_principals ORDER BY principal_id",
        [&](const SqliteStatement& row) {
            out.principals.push_back(
                {int32(row, 0), std::string(row.textAt(1)), row.textAt(2) == "R", row.intAt(4) != 0, int32(row, 3), row.intAt(5)});
        }));
    ES_CHECK(forEach(m_connection, "SELECT role_id, member_id FROM es_role_members",
        [&](const SqliteStatement& row) { out.members.push_back({int32(row, 0), int32(row, 1)}); }));
    ES_CHECK(forEach(m_connection, "SELECT class, major_id, minor_id, grantee_id, permission, state FROM es_permissions",
        [&](const SqliteStatement& row) {
            out.permissions.push_back({static_cast<SecurableClass>(row.intAt(0)), int32(row, 1), int32(row, 2), int32(row, 3),
                std::string(row.textAt(4)), row.textAt(5) == "D"});
        }));
    return out;
}

Result<void> SecurityStore::addPrincipal(const std::string& name, bool role, std::int32_t loginId)
{
    ES_TRY(const std::int64_t last,
        m_connection.queryInt("SELECT ifnull(max(principal_id), 0) FROM es_principals WHERE principal_id < "
            + std::to_string(kOwnerRole)));
    ES_CHECK(m_connection.run("INSERT INTO es_principals VALUES(?1,?2,?3,?4,0,?5)",
        {std::max<std::int64_t>(last + 1, kFirstUserId), name, std::string(role ? "R" : "S"), std::int64_t{loginId}, storedNow()}));
    return changed();
}

Result<void> SecurityStore::removePrincipal(std::int32_t id)
{
    for (const char* sql : {"DELETE FROM es_permissions WHERE grantee_id=?1", "DELETE FROM es_role_members WHERE role_id=?1 OR member_id=?1",
             "DELETE FROM es_principals WHERE principal_id=?1"})
        ES_CHECK(m_connection.run(sql, {std::int64_t{id}}));
    return changed();
}

Result<void> SecurityStore::setOwner(std::int32_t loginId)
{
    ES_CHECK(m_connection.run("UPDATE es_principals SET login_id=?1 WHERE principal_id=1", {std::int64_t{loginId}}));
    return changed();
}

Result<void> SecurityStore::setMember(std::int32_t roleId, std::int32_t memberId, bool member)
{
    ES_CHECK(m_connection.run(member ? "INSERT OR IGNORE INTO es_role_members VALUES(?1,?2)" : "DELETE FROM es_role_members WHERE role_id=?1 AND member_id=?2",
        {std::int64_t{roleId}, std::int64_t{memberId}}));
    return changed();
}

Result<void> SecurityStore::setPermission(PermissionEntry entry, std::optional<bool> denied)
{
    const auto securableClass = static_cast<std::int64_t>(entry.securableClass);
    ES_CHECK(m_connection.run("DELETE FROM es_permissions WHERE class=?1 AND major_id=?2 AND minor_id=?3 AND grantee_id=?4 AND permission=?5",
        {securableClass, std::int64_t{entry.majorId}, std::int64_t{entry.minorId}, std::int64_t{entry.granteeId}, entry.permission}));
    // What is said of a table as a whole takes the place of what was said of its columns.
    if (entry.securableClass == SecurableClass::kObject && entry.minorId == 0)
        ES_CHECK(m_connection.run("DELETE FROM es_permissions WHERE class=1 AND major_id=?1 AND minor_id<>0 AND grantee_id=?2 AND permission=?3",
            {std::int64_t{entry.majorId}, std::int64_t{entry.granteeId}, entry.permission}));
    if (denied)
        ES_CHECK(m_connection.run("INSERT INTO es_permissions VALUES(?1,?2,?3,?4,?5,?6)",
            {securableClass, std::int64_t{entry.majorId}, std::int64_t{entry.minorId}, std::int64_t{entry.granteeId}, entry.permission,
                std::string(*denied ? "D" : "G")}));
    return changed();
}

// --- master ---

Result<void> SecurityStore::ensureLogins()
{
    ES_CHECK(m_connection.run(
        "CREATE TABLE IF NOT EXISTS es_logins(login_id INTEGER PRIMARY KEY, name TEXT, secret TEXT, default_database TEXT,"
        " create_date INTEGER)"));
    return m_connection.run("CREATE TABLE IF NOT EXISTS es_server_permissions(login_id INTEGER, permission TEXT, state TEXT,"
                            " PRIMARY KEY(login_id, permission)) WITHOUT ROWID");
}

Result<ServerSecurity> SecurityStore::loadLogins()
{
    ServerSecurity out;
    ES_CHECK(forEach(m_connection, "SELECT login_id, name, secret, default_database, create_date FROM es_logins ORDER BY login_id",
        [&](const SqliteStatement& row) {
            out.logins.push_back({int32(row, 0), std::string(row.textAt(1)), std::string(row.textAt(2)), std::string(row.textAt(3)), row.intAt(4)});
        }));
    ES_CHECK(forEach(m_connection, "SELECT login_id, permission, state FROM es_server_permissions",
        [&](const SqliteStatement& row) { out.permissions.push_back({int32(row, 0), std::string(row.textAt(1)), row.textAt(2) == "D"}); }));
    return out;
}

Result<void> SecurityStore::addLogin(const ServerLogin& login)
{
    // Ids are never given twice: users of a dropped login must not become somebody else's.
    ES_CHECK(m_connection.run("INSERT OR IGNORE INTO es_meta VALUES('login',?1)", {std::int64_t{kFirstLoginId - 1}}));
    ES_CHECK(m_connection.run("UPDATE es_meta SET value=value+1 WHERE name='login'"));
    ES_TRY(const std::int64_t id, m_connection.queryInt("SELECT value FROM es_meta WHERE name='login'"));
    return m_connection.run("INSERT INTO es_logins VALUES(?1,?2,?3,?4,?5)", {id, login.name, login.secret, login.defaultDatabase, storedNow()});
}

Result<void> SecurityStore::removeLogin(std::int32_t id)
{
    ES_CHECK(m_connection.run("DELETE FROM es_server_permissions WHERE login_id=?1", {std::int64_t{id}}));
    return m_connection.run("DELETE FROM es_logins WHERE login_id=?1", {std::int64_t{id}});
}

Result<void> SecurityStore::setServerPermission(std::int32_t loginId, const std::string& permission, std::optional<bool> denied)
{
    ES_CHECK(m_connection.run("DELETE FROM es_server_permissions WHERE login_id=?1 AND permission=?2", {std::int64_t{loginId}, permission}));
    if (!denied) return {};
    return m_connection.run("INSERT INTO es_server_permissions VALUES(?1,?2,?3)", {std::int64_t{loginId}, permission, std::string(*denied ? "D" : "G")});
}

} // namespace es::sandbox
