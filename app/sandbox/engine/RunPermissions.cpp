// Session: whether the login may do what a statement says, asked just before it runs.        sql-surface section 5
// What a table or view hides is asked of the statement's text; what a catalog view hides is SecurityViews.cpp's matter.
#include "app/sandbox/engine/Session.h"

#include "app/sandbox/engine/Requirements.h"
#include "app/sandbox/engine/SecurityViews.h"

#include <algorithm>

namespace es::sandbox {

using base::Error;
using base::Result;

namespace {

constexpr std::uint8_t kPermissionSeverity = 14;

std::string written(const tsql::ObjectName& name)
{
    std::string out;
    for (const tsql::Identifier& part : name.parts)
        out += (out.empty() ? "" : ".") + part.text;
    return out;
}

Error cannotFind(const tsql::ObjectName& name, std::int32_t line)
{
    return sqlError(
        1088, "Cannot find the object \"" + written(name) + "\" because it does not exist or you do not have permissions.", line, 13);
}

bool encryptsColumns(const tsql::Statement& statement)
{
    const auto any = [](const std::vector<tsql::ColumnDefinition>& columns) {
        return std::any_of(columns.begin(), columns.end(), [](const tsql::ColumnDefinition& column) { return column.encrypted.has_value(); });
    };
    if (const auto* create = std::get_if<tsql::CreateTable>(&statement.node)) return any(create->columns);
    const auto* alter = std::get_if<tsql::AlterTable>(&statement.node);
    if (!alter) return false;
    if (const auto* add = std::get_if<tsql::AddItems>(&alter->action)) return any(add->columns);
    const auto* change = std::get_if<tsql::AlterColumn>(&alter->action);
    return change && change->column.encrypted;
}

std::string_view kindName(tsql::ObjectKind kind)
{
    switch (kind) {
    case tsql::ObjectKind::kView: return "view";
    case tsql::ObjectKind::kProcedure: return "procedure";
    case tsql::ObjectKind::kSchema: return "schema";
    case tsql::ObjectKind::kDatabase: return "database";
    case tsql::ObjectKind::kUser: return "user";
    case tsql::ObjectKind::kRole: return "role";
    case tsql::ObjectKind::kLogin: return "login";
    case tsql::ObjectKind::kColumnMasterKey: return "column master key";
    case tsql::ObjectKind::kColumnEncryptionKey: return "column encryption key";
    default: return "table";
    }
}

Error cannotDrop(tsql::ObjectKind kind, const tsql::ObjectName& name, std::int32_t line)
{
    const std::string text = "Cannot drop the " + std::string(kindName(kind)) + " '" + written(name)
        + "', because it does not exist or you do not have permission.";
    const bool ofTables = kind == tsql::ObjectKind::kTable || kind == tsql::ObjectKind::kView || kind == tsql::ObjectKind::kProcedure
        || kind == tsql::ObjectKind::kDatabase;
    return ofTables ? sqlError(3701, text, line, 20, 11) : sqlError(15151, text, line);
}

Error noPermissionForAction(std::int32_t line)
{
    return sqlError(15247, "User does not have permission to perform this action.", line);
}

bool isTemporary(const tsql::ObjectName& name)
{
    return !name.object().empty() && name.object().front() == '#';
}

} // namespace

Securable Session::objectSecurable(const tsql::ObjectName& name) const
{
    const bool elsewhere = !name.server().empty() || (!name.database().empty() && !sameName(name.database(), m_database));
    if (elsewhere) return {SecurableClass::kObject, 0, 0};
    if (const CatalogTable* table = m_facts.catalog->table(name.schema(), name.object()))
        return {SecurableClass::kObject, table->objectId, table->schemaId};
    const CatalogModule* module = m_facts.catalog->module(name.schema(), name.object());
    return module ? Securable{SecurableClass::kObject, module->objectId, module->schemaId} : Securable{SecurableClass::kObject, 0, 0};
}

Error Session::permissionDenied(std::string_view permission, std::int32_t line) const
{
    return sqlError(262, std::string(permission) + " permission denied in database '" + m_database + "'.", line, 1, kPermissionSeverity);
}

Result<void> requireVisibleKeys(const SessionFacts& session, std::string_view keyName, std::int32_t line)
{
    if (!session.access) return {};
    for (const std::string_view permission : {kViewEncryptionKeys, kViewMasterKeys})
        if (!session.access->allows(permission))
            return sqlError(33293,
                "Cannot find the column " + std::string(permission == kViewMasterKeys ? "master" : "encryption") + " key"
                    + (keyName.empty() ? std::string() : " \"" + std::string(keyName) + "\"")
                    + " because it does not exist or you do not have permissions (" + std::string(permission) + ").",
                line);
    return {};
}

// Whether the name means this column of the table. A name without qualifier means the nearest scope that has such a column.
bool Session::means(const Requirements& needs, const Requirements::ColumnUse& use, const TableNeed& need, const std::string& column) const
{
    const bool star = use.name.empty();
    if (!star && !sameName(use.name, column)) return false;
    const bool ofOutput = sameName(use.qualifier, "inserted") || sameName(use.qualifier, "deleted");
    const auto qualifies = [&](const TableNeed& other) {
        if (ofOutput && other.output) return true;
        return use.qualifier.empty() || sameName(use.qualifier, other.alias.empty() ? other.name->object() : std::string_view(other.alias));
    };
    if (star) return need.scope == use.scope && qualifies(need);
    for (const std::size_t scope : scopesOf(needs, use)) {
        if (need.scope == scope) return qualifies(need);
        const bool foundHere = std::any_of(needs.tables.begin(), needs.tables.end(), [&](const TableNeed& other) {
            if (other.permission != "SELECT" || other.scope != scope || !qualifies(other)) return false;
            const CatalogTable* table = m_facts.catalog->tableById(objectSecurable(*other.name).majorId);
            return table && table->column(use.name);
        });
        if (foundHere) return false;
    }
    return false;
}

Result<void> Session::checkTable(const Requirements& needs, const TableNeed& need, std::int32_t line) const
{
    const Access& access = *m_facts.access;
    const Securable object = objectSecurable(*need.name);
    const CatalogTable* table = m_facts.catalog->tableById(object.majorId);
    const CatalogModule* module = m_facts.catalog->moduleById(object.majorId);
    if (!table && !module) return {}; // the binder says what is wrong with the name
    const std::string& schemaName = table ? table->schemaName : module->schemaName;
    const auto text = [&](std::string_view what) {
        return "The " + std::string(need.permission) + " permission was denied on the " + std::string(what) + "object '"
            + (table ? table->name : module->name) + "', database '" + m_database + "', schema '" + schemaName + "'.";
    };
    if (!table) return access.allows(need.permission, object) ? Result<void>() : sqlError(229, text(""), line, 5, kPermissionSeverity);
    const bool reads = need.permission == "SELECT";
    bool anyColumn = false;
    for (const CatalogColumn& column : table->columns) {
        const bool used = reads
            ? std::any_of(needs.columns.begin(), needs.columns.end(), [&](const auto& use) { return means(needs, use, need, column.name); })
            : std::any_of(need.columns.begin(), need.columns.end(), [&](const std::string& name) { return sameName(name, column.name); });
        if (!used) continue;
        anyColumn = true;
        const Access::Answer answer = access.allowsColumn(need.permission, object, column.id);
        if (answer == Access::Answer::kNo) return sqlError(229, text(""), line, 5, kPermissionSeverity);
        if (answer == Access::Answer::kColumnNo)
            return sqlError(230, text("column '" + column.name + "' of the "), line, 1, kPermissionSeverity);
    }
    const bool enough = access.allows(need.permission, object) || (reads && access.allowsSomeColumn(need.permission, object));
    if (!anyColumn && !enough) return sqlError(229, text(""), line, 5, kPermissionSeverity);
    return {};
}

Result<void> Session::checkSystemView(BatchRun& run, const tsql::ObjectName& name, std::int32_t line) const
{
    const std::string permission(serverStateFor(foldName(name.schema()) + "." + foldName(name.object()), m_shared->options().profile));
    if (permission.empty() || m_facts.access->allowsServer(permission)) return {};
    run.sink.message({300, 1, kPermissionSeverity, line, permission + " permission was denied on object 'server', database 'master'.", {}, {}},
        true);
    return sqlError(297, "The user does not have permission to perform this action.", line);
}

Result<void> Session::checkDrop(const tsql::DropObjects& node, std::int32_t line) const
{
    const Access& access = *m_facts.access;
    for (const tsql::ObjectName& name : node.names) {
        bool allowed = true;
        switch (node.kind) {
        case tsql::ObjectKind::kTable:
        case tsql::ObjectKind::kView:
        case tsql::ObjectKind::kProcedure: {
            const Securable object = objectSecurable(name);
            allowed = isTemporary(name) || object.majorId == 0 || access.allows("CONTROL", object)
                || access.allows("ALTER", {SecurableClass::kSchema, object.schemaId, 0});
            break;
        }
        case tsql::ObjectKind::kSchema: {
            const CatalogSchema* schema = m_facts.catalog->schema(name.object());
            allowed = !schema || access.allows("CONTROL", {SecurableClass::kSchema, schema->id, 0}) || access.allows("ALTER ANY SCHEMA");
            break;
        }
        case tsql::ObjectKind::kDatabase:
            allowed = access.allowsServer("ALTER ANY DATABASE")
                || (sameName(name.object(), m_database) ? access.allows("CONTROL") : access.administrator());
            break;
        case tsql::ObjectKind::kColumnMasterKey: allowed = access.allows("ALTER ANY COLUMN MASTER KEY"); break;
        case tsql::ObjectKind::kColumnEncryptionKey: allowed = access.allows("ALTER ANY COLUMN ENCRYPTION KEY"); break;
        case tsql::ObjectKind::kUser: allowed = access.allows("ALTER ANY USER"); break;
        case tsql::ObjectKind::kRole: allowed = access.allows("ALTER ANY ROLE"); break;
        case tsql::ObjectKind::kLogin: allowed = access.allowsServer("ALTER ANY LOGIN"); break;
        default: allowed = access.everything(); break;
        }
        if (!allowed) return cannotDrop(node.kind, name, line);
    }
    return {};
}

Result<void> Session::checkCreate(std::string_view permission, const tsql::ObjectName& name, std::int32_t line) const
{
    if (isTemporary(name)) return {};
    if (!m_facts.access->allows(permission)) return permissionDenied(permission, line);
    const std::string schemaName = name.schema().empty() ? "dbo" : std::string(name.schema());
    const CatalogSchema* schema = m_facts.catalog->schema(schemaName);
    if (schema && !m_facts.access->allows("ALTER", {SecurableClass::kSchema, schema->id, 0}))
        return sqlError(2760,
            "The specified schema name \"" + schemaName + "\" either does not exist or you do not have permission to use it.", line);
    return {};
}

Result<void> Session::checkAlter(const tsql::ObjectName& name, std::int32_t line) const
{
    const Securable object = objectSecurable(name);
    if (isTemporary(name) || object.majorId == 0 || m_facts.access->allows("ALTER", object)) return {};
    return cannotFind(name, line);
}

Result<void> Session::checkDefinition(BatchRun& run, const tsql::Statement& statement) const
{
    const Access& access = *m_facts.access;
    const auto line = static_cast<std::int32_t>(statement.range.line);
    const auto unless = [](bool allowed, Error error) -> Result<void> {
        if (allowed) return {};
        return error;
    };
    if (encryptsColumns(statement)) ES_CHECK(requireVisibleKeys(m_facts, "", line));
    return std::visit(
        tsql::Overloaded{[&](const tsql::CreateTable& n) { return checkCreate("CREATE TABLE", n.name, line); },
            [&](const tsql::DefineView& n) {
                return objectSecurable(n.name).majorId != 0 ? checkAlter(n.name, line) : checkCreate("CREATE VIEW", n.name, line);
            },
            [&](const tsql::DefineProcedure& n) {
                return objectSecurable(n.name).majorId != 0 ? checkAlter(n.name, line) : checkCreate("CREATE PROCEDURE", n.name, line);
            },
            [&](const tsql::CreateSynonym& n) { return checkCreate("CREATE SYNONYM", n.name, line); },
            [&](const tsql::AlterTable& n) { return checkAlter(n.name, line); },
            [&](const tsql::TruncateTable& n) { return checkAlter(n.name, line); },
            [&](const tsql::CreateIndex& n) { return checkAlter(n.table, line); },
            [&](const tsql::AlterIndex& n) { return checkAlter(n.table, line); },
            [&](const tsql::DropIndex& n) -> Result<void> {
                for (const tsql::DropIndex::Item& item : n.items)
                    ES_CHECK(checkAlter(item.table, line));
                return {};
            },
            [&](const tsql::SetOption& n) -> Result<void> { return n.table.parts.empty() ? Result<void>() : checkAlter(n.table, line); },
            [&](const tsql::DropObjects& n) { return checkDrop(n, line); },
            [&](const tsql::CreateSchema&) -> Result<void> {
                if (access.allows("CREATE SCHEMA")) return {};
                const Error first = permissionDenied("CREATE SCHEMA", line);
                run.sink.message(*first.server, true);
                return sqlError(2759, "CREATE SCHEMA failed due to previous errors.", line, 0);
            },
            [&](const tsql::CreateDatabase&) {
                return unless(access.allowsServer("CREATE ANY DATABASE"),
                    sqlError(262, "CREATE DATABASE permission denied in database 'master'.", line, 1, kPermissionSeverity));
            },
            [&](const tsql::CreateColumnMasterKey&) { return unless(access.allows("ALTER ANY COLUMN MASTER KEY"), noPermissionForAction(line)); },
            [&](const tsql::CreateColumnEncryptionKey&) -> Result<void> {
                ES_CHECK(unless(access.allows("ALTER ANY COLUMN ENCRYPTION KEY"), noPermissionForAction(line)));
                return requireVisibleKeys(m_facts, "", line);
            },
            [&](const tsql::AlterColumnEncryptionKey& n) {
                return unless(access.allows("ALTER ANY COLUMN ENCRYPTION KEY"),
                    sqlError(15151,
                        "Cannot alter the column encryption key '" + n.name.text
                            + "', because it does not exist or you do not have permission.",
                        line));
            },
            [&](const tsql::AlterDatabase& n) {
                const std::string name = n.name.text.empty() ? m_database : n.name.text;
                return unless(access.allowsServer("ALTER ANY DATABASE") || (sameName(name, m_database) && access.allows("ALTER")),
                    sqlError(5011,
                        "User does not have permission to alter database '" + name
                            + "', the database does not exist, or the database is not in a state that allows access checks.",
                        line, 9, kPermissionSeverity));
            },
            [&](const tsql::AlterScopedConfiguration&) {
                return unless(access.allows("ALTER ANY DATABASE SCOPED CONFIGURATION"), noPermissionForAction(line));
            },
            [&](const tsql::Reconfigure&) {
                return unless(access.allowsServer("ALTER SETTINGS"),
                    sqlError(5812, "You do not have permission to run the RECONFIGURE statement.", line, 1, kPermissionSeverity));
            },
            [&](const tsql::Dbcc& n) { return checkDbcc(n, line); },
            [&](const tsql::Checkpoint&) { return unless(access.allows("CHECKPOINT"), permissionDenied("CHECKPOINT", line)); },
            [&](const tsql::Execute& n) { return run.inProcedure ? Result<void>() : checkExecute(n, line); }, [](const auto&) -> Result<void> { return {}; }},
        statement.node);
}

Result<void> Session::checkExecute(const tsql::Execute& node, std::int32_t line) const
{
    if (callsSystemProcedure(node, "sp_configure") && node.arguments.size() > 1 && !m_facts.access->allowsServer("ALTER SETTINGS"))
        return noPermissionForAction(line);
    if (callsSystemProcedure(node, "sp_enclave_send_keys")) return requireVisibleKeys(m_facts, "", line);
    return {};
}

// Asked where the procedure is entered, however it was named.
Result<void> Session::checkExecuteOf(const CatalogModule& procedure, std::int32_t line) const
{
    if (m_facts.access->allows("EXECUTE", {SecurableClass::kObject, procedure.objectId, procedure.schemaId})) return {};
    return sqlError(229,
        "The EXECUTE permission was denied on the object '" + procedure.name + "', database '" + m_database + "', schema '"
            + procedure.schemaName + "'.",
        line, 5, kPermissionSeverity);
}

Result<void> Session::checkDbcc(const tsql::Dbcc& node, std::int32_t line) const
{
    const Access& access = *m_facts.access;
    const std::string who = "User '" + access.userName() + "' does not have permission to run DBCC ";
    if (node.command == tsql::DbccCommand::kFreeProcedureCache) {
        if (access.allowsServer("ALTER SERVER STATE")) return {};
        return sqlError(2571, who + "FREEPROCCACHE.", line, 3, kPermissionSeverity);
    }
    const bool wholeDatabase = node.command == tsql::DbccCommand::kCheckDatabase;
    if (access.everything() || access.memberOf(kOwnerRole) || (!wholeDatabase && access.memberOf(kDdlAdminRole))) return {};
    return wholeDatabase ? sqlError(2571, who + "CHECKDB.", line, 3, kPermissionSeverity)
                         : sqlError(2557, who + (node.command == tsql::DbccCommand::kCheckIdentity ? "CHECKIDENT" : "CHECKTABLE") + " for object '" + written(node.name) + "'.", line, 3, kPermissionSeverity);
}

Result<void> Session::checkStatement(BatchRun& run, const tsql::Statement& statement) const
{
    const Access& access = *m_facts.access;
    if (access.administrator()) return {};
    const auto line = static_cast<std::int32_t>(statement.range.line);
    if (!access.mayEnter()) return mayNotEnter(m_database, line);
    ES_CHECK(checkDefinition(run, statement));
    return checkReads(run, statement);
}

Result<void> Session::checkReads(BatchRun& run, const tsql::Statement& statement) const
{
    const Access& access = *m_facts.access;
    if (access.administrator()) return {};
    const auto line = static_cast<std::int32_t>(statement.range.line);
    const Requirements needs = requirementsOf(statement);
    for (const tsql::ObjectName* made : needs.made)
        ES_CHECK(checkCreate("CREATE TABLE", *made, line));
    for (const TableNeed& need : needs.tables) {
        const bool elsewhere = !need.name->database().empty() && !sameName(need.name->database(), m_database);
        if (isSystemSchema(need.name->schema()))
            ES_CHECK(checkSystemView(run, *need.name, line));
        else if (!elsewhere && !isTemporary(*need.name) && !access.everything() && (!run.inProcedure || m_visiting)) // elsewhere: asked there, of procedures too
            ES_CHECK(checkTable(needs, need, line));
    }
    return {};
}

Error Session::mayNotEnter(const std::string& database, std::int32_t line) const
{
    return sqlError(916,
        "The server principal \"" + m_facts.login + "\" is not able to access the database \"" + database
            + "\" under the current security context.",
        line, 2, kPermissionSeverity);
}

void Session::refreshAccess()
{
    const auto server = m_shared->serverSecurity();
    if (m_facts.access && m_accessCatalog == m_facts.catalog && m_accessServer == server) return;
    m_accessCatalog = m_facts.catalog;
    m_accessServer = server;
    m_facts.access = std::make_shared<const Access>(m_facts.catalog, server, m_facts.loginId);
}

} // namespace es::sandbox
