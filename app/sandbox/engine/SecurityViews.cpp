#include "app/sandbox/engine/SecurityViews.h"

#include "app/sandbox/engine/Shared.h"
#include "app/sandbox/engine/StorageCodec.h"
#include "driver/types/TypeNames.h"

#include <algorithm>
#include <cstdio>

namespace es::sandbox {

using types::SqlType;
using types::TypeId;

namespace {

const SqlType kInt = types::makeType(TypeId::kInt);
const SqlType kTinyInt = types::makeType(TypeId::kTinyInt);
const SqlType kBit = types::makeType(TypeId::kBit);
const SqlType kDateTime = types::makeType(TypeId::kDateTime);
const SqlType kSysname = types::makeSized(TypeId::kNVarChar, 128);
const SqlType kName60 = types::makeSized(TypeId::kNVarChar, 60);
const SqlType kChar1 = types::makeSized(TypeId::kChar, 1);
const SqlType kSid = types::makeSized(TypeId::kVarBinary, 85);

// sa has the one byte that it has everywhere; a login 16, from the id that is never given twice.
std::string sidOf(std::int32_t loginId)
{
    if (loginId == kAdministratorLogin) return "x'01'";
    char text[40];
    std::snprintf(text, sizeof text, "x'0105000000000009045345%010X'", static_cast<unsigned>(loginId));
    return text;
}

std::string quoted(std::string_view text)
{
    return sqlLiteral(Stored(std::string(text)));
}

// One's own user and roles and what every database has; all of them for whoever may see definitions or alter users.
std::string visiblePrincipals(const SessionFacts& session, std::string_view column)
{
    const Access& access = *session.access;
    if (access.everything() || access.allows("VIEW DEFINITION") || access.allows("ALTER ANY USER") || access.allows("ALTER ANY ROLE")) return "1";
    std::string ids = std::to_string(access.userId());
    for (const Principal& principal : session.catalog->security.principals)
        if (principal.fixed || (principal.role && access.memberOf(principal.id))) ids += ", " + std::to_string(principal.id);
    return std::string(column) + " IN (" + ids + ")";
}

SystemView databasePrincipals(SessionFacts& session)
{
    std::string sids = "CASE principal_id WHEN 2 THEN x'00'";
    for (const Principal& principal : session.catalog->security.principals)
        if (principal.loginId != 0) sids += " WHEN " + std::to_string(principal.id) + " THEN " + sidOf(principal.loginId);
    return {{{"name", kSysname, false}, {"principal_id", kInt, false}, {"type", kChar1, false}, {"type_desc", kName60, true},
                {"default_schema_name", kSysname, true}, {"create_date", kDateTime, false}, {"modify_date", kDateTime, false},
                {"owning_principal_id", kInt, true}, {"sid", kSid, true}, {"is_fixed_role", kBit, false}, {"authentication_type", kInt, false},
                {"authentication_type_desc", kName60, true}},
        "SELECT name, principal_id, type, CASE type WHEN 'R' THEN 'DATABASE_ROLE' ELSE 'SQL_USER' END,"
        " CASE WHEN type = 'R' OR principal_id IN (3, 4) THEN NULL WHEN principal_id = 2 THEN 'guest' ELSE 'dbo' END, create_date,"
        " create_date, CASE type WHEN 'R' THEN 1 END, " + sids + " END, principal_id >= 16384, login_id <> 0, CASE login_id <> 0 WHEN 1"
        " THEN 'INSTANCE' ELSE 'NONE' END FROM es_principals WHERE " + visiblePrincipals(session, "principal_id")};
}

SystemView roleMembers(SessionFacts& session)
{
    return {{{"role_principal_id", kInt, false}, {"member_principal_id", kInt, false}},
        "SELECT role_id, member_id FROM es_role_members WHERE " + visiblePrincipals(session, "member_id")};
}

SystemView databasePermissions(SessionFacts& session)
{
    return {{{"class", kTinyInt, false}, {"class_desc", kName60, true}, {"major_id", kInt, false}, {"minor_id", kInt, false},
                {"grantee_principal_id", kInt, false}, {"grantor_principal_id", kInt, false},
                {"permission_name", types::makeSized(TypeId::kNVarChar, 128), true}, {"state", kChar1, false}, {"state_desc", kName60, true}},
        "SELECT class, CASE class WHEN 0 THEN 'DATABASE' WHEN 1 THEN 'OBJECT_OR_COLUMN' ELSE 'SCHEMA' END, major_id, minor_id, grantee_id,"
        " 1, permission, state, CASE state WHEN 'D' THEN 'DENY' ELSE 'GRANT' END FROM es_permissions"
        " WHERE " + visiblePrincipals(session, "grantee_id")};
}

// The administrator, and the logins: all of them for whoever may alter them, otherwise one's own.
SystemView logins(SessionFacts& session, bool sqlLoginsOnly)
{
    const auto server = session.shared->serverSecurity();
    const bool all = session.access->allowsServer("ALTER ANY LOGIN");
    std::string rows = "VALUES (" + quoted(session.shared->options().administrator) + ", 1, " + sidOf(kAdministratorLogin)
        + ", 'S', 'SQL_LOGIN', 0, 0, 'master')";
    for (const ServerLogin& login : server->logins)
        if (all || login.id == session.loginId)
            rows += ", (" + quoted(login.name) + ", " + std::to_string(login.id) + ", " + sidOf(login.id) + ", 'S', 'SQL_LOGIN', 0, " + std::to_string(login.createDate)
                + ", " + quoted(login.defaultDatabase) + ")";
    if (!sqlLoginsOnly) rows += ", ('public', 2, x'02', 'R', 'SERVER_ROLE', 0, 0, NULL), ('sysadmin', 3, x'03', 'R', 'SERVER_ROLE', 0, 0, NULL)";
    return {{{"name", kSysname, false}, {"principal_id", kInt, false}, {"sid", kSid, true}, {"type", kChar1, false}, {"type_desc", kName60, true},
                {"is_disabled", kBit, true}, {"create_date", kDateTime, false}, {"default_database_name", kSysname, true}},
        rows};
}

bool viewsKeys(const SessionFacts& session, std::string_view view, std::string_view alter)
{
    return session.access->allows(view) || session.access->allows(alter);
}

std::string visibleObjects(const SessionFacts& session)
{
    std::string out;
    for (const CatalogTable& table : session.catalog->tables)
        if (session.access->sees({SecurableClass::kObject, table.objectId, table.schemaId})) out += ", " + std::to_string(table.objectId);
    for (const CatalogModule& module : session.catalog->modules)
        if (session.access->sees({SecurableClass::kObject, module.objectId, module.schemaId})) out += ", " + std::to_string(module.objectId);
    return out.empty() ? "NULL" : out.substr(2);
}

SystemView filtered(SystemView view, const std::string& condition)
{
    std::string names;
    for (std::size_t i = 0; i < view.columns.size() + (view.numbersAsVariants ? 1 : 0); ++i)
        names += (i ? ", c" : "c") + std::to_string(i + 1);
    view.sql = "WITH es_w(" + names + ") AS (" + view.sql + ") SELECT * FROM es_w WHERE " + condition;
    return view;
}

// The texts of others than `ids` are NULL.
SystemView withoutTexts(SystemView view, const std::string& ids)
{
    std::string names;
    std::string picked;
    for (std::size_t i = 0; i < view.columns.size(); ++i) {
        const std::string column = "d" + std::to_string(i + 1);
        names += (i ? ", " : "") + column;
        const bool text = view.columns[i].name == "definition";
        picked += (i ? ", " : "") + (text ? "CASE WHEN d1 IN (" + ids + ") THEN " + column + " END" : column);
    }
    view.sql = "WITH es_t(" + names + ") AS (" + view.sql + ") SELECT " + picked + " FROM es_t";
    return view;
}

std::string columnNamed(const SystemView& view, std::string_view name)
{
    for (std::size_t i = 0; i < view.columns.size(); ++i)
        if (view.columns[i].name == name) return "c" + std::to_string(i + 1);
    return {};
}

} // namespace

std::string_view serverStateFor(std::string_view name, tsql::Profile profile)
{
    const bool ofSecurity = name == "sys.dm_column_encryption_enclave" || name == "sys.dm_exec_connections";
    if (!ofSecurity && name != "sys.dm_db_index_usage_stats") return {};
    if (profile == tsql::Profile::k2019) return "VIEW SERVER STATE";
    return ofSecurity ? "VIEW SERVER SECURITY STATE" : "VIEW SERVER PERFORMANCE STATE";
}

std::optional<SystemView> securityView(std::string_view name, SessionFacts& session)
{
    if (name == "sys.database_principals") return databasePrincipals(session);
    if (name == "sys.database_role_members") return roleMembers(session);
    if (name == "sys.database_permissions") return databasePermissions(session);
    if (name == "sys.server_principals") return logins(session, false);
    if (name == "sys.sql_logins") return logins(session, true);
    return std::nullopt;
}

SystemView restricted(SystemView view, std::string_view name, const SessionFacts& session)
{
    if (!session.access || session.access->everything() || session.access->allows("VIEW DEFINITION")) return view;
    if (name == "sys.column_master_keys")
        return viewsKeys(session, kViewMasterKeys, "ALTER ANY COLUMN MASTER KEY") ? std::move(view) : filtered(std::move(view), "0");
    if (name.starts_with("sys.column_encryption_key"))
        return viewsKeys(session, kViewEncryptionKeys, "ALTER ANY COLUMN ENCRYPTION KEY") ? std::move(view) : filtered(std::move(view), "0");
    // That a module is there is seen by whoever may use it, its text is not.
    if (name == "sys.sql_modules" || name == "sys.all_sql_modules") {
        std::string ids;
        for (const CatalogModule& module : session.catalog->modules)
            if (session.access->allows("VIEW DEFINITION", {SecurableClass::kObject, module.objectId, module.schemaId}))
                ids += (ids.empty() ? "" : ", ") + std::to_string(module.objectId);
        view = withoutTexts(std::move(view), ids.empty() ? "NULL" : ids);
    }
    // Children are seen with their table.
    const std::string object = columnNamed(view, "object_id");
    const std::string parent = columnNamed(view, "parent_object_id");
    if (!object.empty() && parent.empty()) return filtered(std::move(view), object + " IN (" + visibleObjects(session) + ")");
    if (!object.empty())
        return filtered(std::move(view),
            "CASE WHEN " + parent + " <> 0 THEN " + parent + " ELSE " + object + " END IN (" + visibleObjects(session) + ")");
    const std::string schemaName = columnNamed(view, "TABLE_SCHEMA");
    const std::string tableName = columnNamed(view, "TABLE_NAME");
    if (schemaName.empty() || tableName.empty()) return view;
    return filtered(std::move(view),
        "(" + schemaName + ", " + tableName + ") IN (SELECT s.name, o.name FROM es_objects o JOIN es_schemas s USING (schema_id)"
        " WHERE o.object_id IN (" + visibleObjects(session) + "))");
}

} // namespace es::sandbox
