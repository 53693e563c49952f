// Functions about users, roles and permissions.
#include "app/sandbox/engine/Functions.h"

#include "app/sandbox/engine/Shared.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

const std::string& textOf(const Value& value)
{
    static const std::string kEmpty;
    const auto* text = std::get_if<std::string>(&value);
    return text ? *text : kEmpty;
}
Value flag(bool yes)
{
    return Value(std::int64_t{yes});
}

Result<Value> userName(const CallFrame& f)
{
    if (f.args.empty()) return Value(f.session.access->userName());
    const auto* id = std::get_if<std::int64_t>(&f.args[0]);
    const Principal* found = id ? f.session.catalog->security.principalById(static_cast<std::int32_t>(*id)) : nullptr;
    return found ? Value(found->name) : Value(types::Null{});
}

Result<Value> principalId(const CallFrame& f)
{
    if (f.args.empty()) return Value(std::int64_t{f.session.access->userId()});
    const Principal* found = f.session.catalog->security.principal(textOf(f.args[0]));
    return found ? Value(std::int64_t{found->id}) : Value(types::Null{});
}

Result<Value> isMember(const CallFrame& f)
{
    const DatabaseSecurity& security = f.session.catalog->security;
    const Principal* role = security.principal(textOf(f.args[0]));
    if (!role || !role->role) return Value(types::Null{});
    if (f.args.size() < 2) return flag(f.session.access->memberOf(role->id));
    const Principal* other = security.principal(textOf(f.args[1]));
    if (!other) return Value(types::Null{});
    const bool owner = other->id == kDboUser && role->id == kOwnerRole;
    return flag(owner || security.principalsOf(other->id).count(role->id) != 0);
}

Result<Value> isServerMember(const CallFrame& f)
{
    const std::string role = foldName(textOf(f.args[0]));
    if (f.args.size() > 1) return Value(types::Null{}); // of another login: not visible
    if (role == "public") return flag(true);
    static constexpr std::string_view kRoles[] = {"sysadmin", "securityadmin", "serveradmin", "setupadmin", "processadmin", "diskadmin",
        "dbcreator", "bulkadmin"};
    if (std::find(std::begin(kRoles), std::end(kRoles), role) == std::end(kRoles)) return Value(types::Null{});
    return flag(f.session.loginId == kAdministratorLogin); // a member of sysadmin is one of all of them
}

Result<Value> hasDbAccess(const CallFrame& f)
{
    const auto entry = f.session.shared->database(textOf(f.args[0]));
    if (!entry) return Value(types::Null{});
    if (f.session.access->administrator() || entry->id == f.session.catalog->databaseId) return flag(true);
    ES_TRY(const std::unique_ptr<Connection> connection, Connection::open(entry->path, false));
    ES_TRY(const auto catalog, f.session.shared->catalog(*connection, entry->name));
    return flag(Access(catalog, f.session.shared->serverSecurity(), f.session.loginId).mayEnter());
}

// Names as in a statement: [schema].[object]; brackets taken off.
std::vector<std::string> partsOf(const std::string& name)
{
    std::vector<std::string> out(1);
    bool inside = false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        if (!inside && c == '[')
            inside = true;
        else if (inside && c == ']' && i + 1 < name.size() && name[i + 1] == ']')
            out.back() += name[i++];
        else if (inside && c == ']')
            inside = false;
        else if (!inside && c == '.')
            out.emplace_back();
        else
            out.back() += c;
    }
    return out;
}

// HAS_PERMS_BY_NAME(securable, class, permission [, column, 'COLUMN'])
Result<Value> hasPermissions(const CallFrame& f)
{
    const Access& access = *f.session.access;
    const Catalog& catalog = *f.session.catalog;
    const std::string securableClass = upperAscii(textOf(f.args[1]));
    std::string permission = upperAscii(textOf(f.args[2]));
    if (permission.empty()) return Value(types::Null{});
    if (permission == "EXEC") permission = "EXECUTE";
    const bool any = permission == "ANY";
    if (securableClass.empty() || securableClass == "SERVER") return flag(any || access.allowsServer(permission));
    const std::vector<std::string> parts = partsOf(textOf(f.args[0]));
    if (securableClass == "DATABASE") {
        const bool here = parts.back().empty() || sameName(parts.back(), catalog.databaseName);
        if (!here && !access.administrator()) return Value(types::Null{});
        return flag(here ? any || access.allows(permission) : f.session.shared->database(parts.back()).has_value());
    }
    if (securableClass == "SCHEMA") {
        const CatalogSchema* schema = catalog.schema(parts.back());
        if (!schema) return Value(types::Null{});
        return flag(any || access.allows(permission, {SecurableClass::kSchema, schema->id, 0}));
    }
    if (securableClass != "OBJECT") return Value(types::Null{});
    const std::string schemaName = parts.size() > 1 ? parts[parts.size() - 2] : "";
    const CatalogTable* table = catalog.table(schemaName, parts.back());
    const CatalogModule* module = catalog.module(schemaName, parts.back());
    if (!table && !module) return Value(types::Null{});
    const Securable object{SecurableClass::kObject, table ? table->objectId : module->objectId, table ? table->schemaId : module->schemaId};
    if (f.args.size() > 3) {
        const CatalogColumn* column = table ? table->column(textOf(f.args[3])) : nullptr;
        if (!column || upperAscii(f.args.size() > 4 ? textOf(f.args[4]) : "COLUMN") != "COLUMN") return Value(types::Null{});
        return flag(access.allowsColumn(permission, object, column->id) == Access::Answer::kYes);
    }
    return flag(any ? access.sees(object) : access.allows(permission, object));
}

Result<BoundExpr> bindSecurity(FunctionArgs& a)
{
    const SqlType text = types::makeSized(TypeId::kNVarChar, 4000, a.binder.catalog().collation);
    const SqlType name = types::makeSized(TypeId::kNVarChar, 128, a.binder.catalog().collation);
    const bool takesId = a.name == "USER_NAME";
    for (BoundExpr& argument : a.args) {
        ES_TRY(argument, a.binder.castTo(std::move(argument), takesId ? types::makeType(TypeId::kBigInt) : text, a.line));
    }
    const bool names = takesId || a.name == "CURRENT_USER" || a.name == "SESSION_USER" || a.name == "USER";
    const ScalarFunction function = names                         ? userName
        : a.name == "DATABASE_PRINCIPAL_ID" || a.name == "USER_ID" ? principalId
        : a.name == "IS_SRVROLEMEMBER"                             ? isServerMember
        : a.name == "HAS_DBACCESS"                                 ? hasDbAccess
        : a.name == "HAS_PERMS_BY_NAME"                            ? hasPermissions
                                                                   : isMember;
    const bool nullIfAnyNull = a.name != "HAS_PERMS_BY_NAME"; // its first two arguments may be NULL: the server
    return a.binder.call(
        function, std::move(a.args), names ? name : types::makeType(TypeId::kInt), a.line, {}, nullIfAnyNull, a.args.empty());
}

constexpr FunctionSpec kSecurity[] = {
    {"USER_NAME", 0, 1, bindSecurity},
    {"CURRENT_USER", 0, 0, bindSecurity},
    {"SESSION_USER", 0, 0, bindSecurity},
    {"USER", 0, 0, bindSecurity},
    {"USER_ID", 0, 1, bindSecurity},
    {"DATABASE_PRINCIPAL_ID", 0, 1, bindSecurity},
    {"HAS_DBACCESS", 1, 1, bindSecurity},
    {"IS_SRVROLEMEMBER", 1, 2, bindSecurity},
    {"IS_ROLEMEMBER", 1, 2, bindSecurity},
    {"IS_MEMBER", 1, 1, bindSecurity},
    {"HAS_PERMS_BY_NAME", 3, 5, bindSecurity},
};

} // namespace

std::span<const FunctionSpec> securityFunctions()
{
    return kSecurity;
}

} // namespace es::sandbox
