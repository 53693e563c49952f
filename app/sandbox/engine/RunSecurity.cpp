// Session: logins, users, roles, permissions; the statements that change them.
#include "app/sandbox/engine/Session.h"

#include "app/sandbox/engine/SecurityStore.h"

#include <algorithm>
#include <array>

namespace es::sandbox {

using base::Error;
using base::Result;

namespace {

constexpr auto kServerPermissions = std::to_array<std::string_view>({"CONTROL SERVER", "VIEW SERVER STATE", "VIEW SERVER SECURITY STATE",
    "VIEW SERVER PERFORMANCE STATE", "VIEW ANY DEFINITION", "VIEW ANY DATABASE", "ALTER ANY LOGIN", "ALTER ANY DATABASE",
    "CREATE ANY DATABASE", "ALTER SETTINGS", "ALTER SERVER STATE"});
constexpr auto kObjectPermissions = std::to_array<std::string_view>(
    {"SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES", "EXECUTE", "ALTER", "CONTROL", "VIEW DEFINITION"});
constexpr auto kDatabasePermissions = std::to_array<std::string_view>({"ALTER ANY COLUMN MASTER KEY", "ALTER ANY COLUMN ENCRYPTION KEY",
    kViewMasterKeys, kViewEncryptionKeys, "ALTER ANY SCHEMA", "ALTER ANY ROLE", "ALTER ANY USER",
    "ALTER ANY DATABASE SCOPED CONFIGURATION", "CREATE TABLE", "CREATE VIEW", "CREATE PROCEDURE", "CREATE SCHEMA", "CREATE ROLE",
    "CREATE SYNONYM", "CHECKPOINT", "VIEW DATABASE STATE", "CONNECT"});
constexpr auto kColumnPermissions = std::to_array<std::string_view>({"SELECT", "UPDATE", "REFERENCES"});

template <class List> bool isIn(const List& list, std::string_view name)
{
    return std::find(list.begin(), list.end(), name) != list.end();
}

Error noPermission(std::int32_t line)
{
    return sqlError(15247, "User does not have permission to perform this action.", line);
}

Error cannot(std::string_view act, std::string_view kind, const std::string& name, std::int32_t line)
{
    return sqlError(15151,
        "Cannot " + std::string(act) + " the " + std::string(kind) + " '" + name + "', because it does not exist or you do not have permission.",
        line);
}

std::optional<bool> deniedBy(tsql::PermissionVerb verb)
{
    if (verb == tsql::PermissionVerb::kRevoke) return std::nullopt;
    return verb == tsql::PermissionVerb::kDeny;
}

std::string withoutSynonyms(const std::string& permission)
{
    if (permission == "EXEC") return "EXECUTE";
    return permission == "CREATE PROC" ? "CREATE PROCEDURE" : permission;
}

} // namespace

// A procedure that was made when its columns were encrypted otherwise says so, instead of what follows from it.
Result<void> Session::refuseStaleModule(const Error& error, const CatalogModule& module, std::int32_t line)
{
    if (!error.server || !isSchemeClash(error.server->number)) return {};
    CatalogModule now = module;
    if (!findParameters(now, line)) return {};
    for (std::size_t i = 0; i < module.parameters.size() && i < now.parameters.size(); ++i) {
        const CatalogParameter& stored = module.parameters[i];
        if (stored.encryption == now.parameters[i].encryption && stored.cekId == now.parameters[i].cekId) continue;
        return sqlError(33515,
            "The encryption information stored for the parameter '" + stored.name + "' of the module '" + module.schemaName + "." + module.name
                + "' differs from the one that its statements need. Run sp_refresh_parameter_encryption '" + module.schemaName + "."
                + module.name + "' to refresh it.",
            line);
    }
    return {};
}

Result<void> Session::createDatabase(const std::string& name, std::int32_t line)
{
    ES_CHECK(m_shared->createDatabase(name, line, m_connection->patience()));
    if (m_facts.loginId == kAdministratorLogin) return {};
    // Whoever makes a database owns it.
    const auto entry = m_shared->database(name);
    ES_TRY(const std::unique_ptr<Connection> connection, Connection::open(entry->path, false));
    ES_TRY(TransactionScope scope, TransactionScope::begin(*connection, TransactionScope::Kind::kWrite));
    ES_CHECK(SecurityStore(*connection).setOwner(m_facts.loginId));
    return scope.commit();
}

Result<void> Session::createPrincipal(const tsql::CreatePrincipal& node, std::int32_t line)
{
    if (node.kind == tsql::ObjectKind::kLogin) return createLogin(node, line);
    if (node.kind == tsql::ObjectKind::kUser) return createUser(node, line);
    if (!m_facts.access->allows("CREATE ROLE")) return noPermission(line);
    return change([&]() -> Result<void> {
        if (m_facts.catalog->security.principal(node.name.text))
            return sqlError(15023, "User, group, or role '" + node.name.text + "' already exists in the current database.", line);
        return SecurityStore(*m_connection).addPrincipal(node.name.text, true, 0);
    });
}

Result<void> Session::createLogin(const tsql::CreatePrincipal& node, std::int32_t line)
{
    if (!m_facts.access->allowsServer("ALTER ANY LOGIN")) return noPermission(line);
    PasswordHasher* passwords = m_shared->options().passwords;
    if (!passwords) return notSupported("CREATE LOGIN on a server that checks no passwords", line);
    if (m_facts.transactionCount > 0) return notSupported("CREATE LOGIN inside a transaction", line);
    const bool taken = m_shared->serverSecurity()->login(node.name.text) || sameName(node.name.text, m_shared->options().administrator);
    if (taken) return sqlError(15025, "The server principal '" + node.name.text + "' already exists.", line);
    if (node.password.empty())
        return sqlError(15116, "Password validation failed. The password does not meet the operating system policy requirements because it "
                               "is too short.", line);
    if (!node.defaultDatabase.empty() && !m_shared->database(node.defaultDatabase))
        return sqlError(15010, "The database '" + node.defaultDatabase + "' does not exist. Supply a valid database name.", line);
    ServerLogin login;
    login.name = node.name.text;
    login.defaultDatabase = node.defaultDatabase.empty() ? "master" : node.defaultDatabase;
    ES_TRY(login.secret, passwords->hash(node.password));
    ES_CHECK(m_shared->changeServerSecurity(m_connection->patience(), [&](SecurityStore& store) { return store.addLogin(login); }));
    return refreshCatalog();
}

Result<void> Session::createUser(const tsql::CreatePrincipal& node, std::int32_t line)
{
    if (!m_facts.access->allows("ALTER ANY USER")) return noPermission(line);
    return change([&]() -> Result<void> {
        const DatabaseSecurity& security = m_facts.catalog->security;
        if (security.principal(node.name.text))
            return sqlError(15023, "User, group, or role '" + node.name.text + "' already exists in the current database.", line);
        std::int32_t loginId = 0;
        if (!node.withoutLogin) {
            const std::string& wanted = node.forLogin.text.empty() ? node.name.text : node.forLogin.text;
            const auto server = m_shared->serverSecurity();
            const ServerLogin* login = server->login(wanted);
            const bool administrator = sameName(wanted, m_shared->options().administrator);
            if (!login && !administrator)
                return sqlError(15007, "'" + wanted + "' is not a valid login or you do not have permission.", line);
            loginId = administrator ? kAdministratorLogin : login->id;
            if (std::any_of(security.principals.begin(), security.principals.end(),
                    [&](const Principal& principal) { return principal.loginId == loginId; }))
                return sqlError(15063, "The login already has an account under a different user name.", line);
        }
        return SecurityStore(*m_connection).addPrincipal(node.name.text, false, loginId);
    });
}

Result<void> Session::dropPrincipal(tsql::ObjectKind kind, const std::string& name, bool ifExists, std::int32_t line)
{
    if (kind == tsql::ObjectKind::kLogin) {
        const auto server = m_shared->serverSecurity();
        const ServerLogin* login = server->login(name);
        if (!login) return cannot("drop", "login", name, line);
        if (m_facts.transactionCount > 0) return notSupported("DROP LOGIN inside a transaction", line);
        if (login->id == m_facts.loginId)
            return sqlError(15434, "Could not drop login '" + name + "' as the user is currently logged in.", line);
        ES_CHECK(m_shared->changeServerSecurity(m_connection->patience(), [&](SecurityStore& store) { return store.removeLogin(login->id); }));
        return refreshCatalog();
    }
    return change([&]() -> Result<void> {
        const DatabaseSecurity& security = m_facts.catalog->security;
        const Principal* found = security.principal(name);
        const bool role = kind == tsql::ObjectKind::kRole;
        if ((!found || found->role != role) && ifExists) return {};
        if (!found || found->role != role) return cannot("drop", role ? "role" : "user", name, line);
        if (found->fixed) return sqlError(15150, std::string("Cannot drop the ") + (role ? "role" : "user") + " '" + name + "'.", line);
        const bool hasMembers = std::any_of(
            security.members.begin(), security.members.end(), [&](const RoleMember& member) { return member.roleId == found->id; });
        if (hasMembers) return sqlError(15144, "The role has members. It must be empty before it can be dropped.", line);
        return SecurityStore(*m_connection).removePrincipal(found->id);
    });
}

Result<void> Session::alterRole(const tsql::AlterRole& node, std::int32_t line)
{
    return change([&]() -> Result<void> {
        const DatabaseSecurity& security = m_facts.catalog->security;
        const Access& access = *m_facts.access;
        const Principal* role = security.principal(node.role.text);
        if (!role || !role->role) return cannot("alter", "role", node.role.text, line);
        // Members of db_owner alone give away the fixed roles.
        const bool allowed = role->fixed ? access.everything() || access.memberOf(kOwnerRole) : access.allows("ALTER ANY ROLE");
        if (!allowed) return cannot("alter", "role", node.role.text, line);
        if (role->id == kPublicRole) return sqlError(15081, "Membership of the public role cannot be changed.", line);
        const Principal* member = security.principal(node.member.text);
        if (!member) return cannot(node.add ? "add" : "drop", "principal", node.member.text, line);
        if (member->fixed) return sqlError(15405, "Cannot use the special principal '" + member->name + "'.", line);
        if (node.add && security.principalsOf(role->id).count(member->id) != 0)
            return sqlError(15413, "Cannot make a role a member of itself.", line);
        return SecurityStore(*m_connection).setMember(role->id, member->id, node.add);
    });
}

Result<Securable> Session::securableOf(const tsql::Permission& node, std::int32_t line) const
{
    const std::string name(node.on.object());
    if (node.on.parts.empty() || node.securableClass == "DATABASE") {
        if (!node.on.parts.empty() && !sameName(name, m_database))
            return sqlError(15151, "Cannot find the database '" + name + "', because it does not exist or you do not have permission.", line);
        return Securable{};
    }
    if (node.securableClass == "SCHEMA") {
        const CatalogSchema* schema = m_facts.catalog->schema(name);
        if (!schema || !m_facts.access->controls({SecurableClass::kSchema, schema ? schema->id : 0, 0}))
            return cannot("find", "schema", name, line);
        return Securable{SecurableClass::kSchema, schema->id, 0};
    }
    if (!node.securableClass.empty() && node.securableClass != "OBJECT")
        return notSupported("A permission on " + node.securableClass, line);
    const Securable object = objectSecurable(node.on);
    if (object.majorId == 0 || !m_facts.access->controls(object)) return cannot("find", "object", name, line);
    return object;
}

Result<void> Session::changePermissions(const tsql::Permission& node, std::int32_t line)
{
    const bool ofServer = node.on.parts.empty() && isIn(kServerPermissions, node.permissions.front());
    if (ofServer || node.securableClass == "SERVER") return changeServerPermissions(node, line);
    return change([&]() -> Result<void> {
        const DatabaseSecurity& security = m_facts.catalog->security;
        ES_TRY(const Securable securable, securableOf(node, line));
        const bool onDatabase = securable.securableClass == SecurableClass::kDatabase;
        if (onDatabase && !m_facts.access->controls(securable)) return sqlError(4613, "Grantor does not have GRANT permission.", line);
        SecurityStore store(*m_connection);
        for (std::size_t i = 0; i < node.permissions.size(); ++i) {
            const std::string permission = withoutSynonyms(node.permissions[i]);
            const bool known = isIn(kObjectPermissions, permission) || (onDatabase && isIn(kDatabasePermissions, permission));
            if (!known) return notSupported("The permission " + permission + " here", line);
            std::vector<std::int32_t> minors;
            const CatalogTable* table = m_facts.catalog->tableById(securable.majorId);
            if (!node.columns[i].empty() && (!table || !isIn(kColumnPermissions, permission)))
                return sqlError(1020,
                    "Sub-entity lists (such as column or security expressions) cannot be specified for entity-level permissions.", line, 1, 15);
            for (const tsql::Identifier& name : node.columns[i]) {
                const CatalogColumn* column = table->column(name.text);
                if (!column) return invalidColumnName(name.text, line);
                minors.push_back(column->id);
            }
            if (minors.empty()) minors.push_back(0);
            for (const tsql::Identifier& name : node.principals) {
                const Principal* grantee = security.principal(name.text);
                if (!grantee) return cannot("find", "user", name.text, line);
                if (grantee->role && grantee->fixed && grantee->id != kPublicRole)
                    return sqlError(4617, "Cannot grant, deny or revoke permissions to or from special roles.", line);
                const bool special = (grantee->fixed && !grantee->role && grantee->id != kGuestUser) || grantee->id == m_facts.access->userId();
                if (special)
                    return sqlError(4624,
                        "Cannot grant, deny, or revoke permissions to sa, dbo, entity owner, information_schema, sys, or yourself.", line);
                for (const std::int32_t minor : minors)
                    ES_CHECK(store.setPermission(
                        {securable.securableClass, securable.majorId, minor, grantee->id, permission, false}, deniedBy(node.verb)));
            }
        }
        return {};
    });
}

Result<void> Session::changeServerPermissions(const tsql::Permission& node, std::int32_t line)
{
    if (!sameName(m_database, "master"))
        return sqlError(4621, "Permissions at the server scope can only be granted when the current database is master", line, 10);
    if (!m_facts.access->allowsServer("CONTROL SERVER")) return sqlError(4613, "Grantor does not have GRANT permission.", line);
    if (m_facts.transactionCount > 0) return notSupported("GRANT at the server scope inside a transaction", line);
    const auto work = [&](SecurityStore& store) -> Result<void> {
        ES_TRY(const ServerSecurity server, store.loadLogins());
        for (const std::string& permission : node.permissions) {
            if (!isIn(kServerPermissions, permission)) return notSupported("The permission " + permission + " at the server scope", line);
            for (const tsql::Identifier& name : node.principals) {
                const ServerLogin* login = server.login(name.text);
                if (!login) return cannot("find", "login", name.text, line);
                ES_CHECK(store.setServerPermission(login->id, permission, deniedBy(node.verb)));
            }
        }
        return {};
    };
    ES_CHECK(m_shared->changeServerSecurity(m_connection->patience(), work));
    return refreshCatalog();
}

} // namespace es::sandbox
