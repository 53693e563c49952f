// Functions and @@variables about server, session and catalog.
#include "app/sandbox/engine/Functions.h"

#include "app/sandbox/engine/Shared.h"
#include "driver/types/Collation.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

Value orNull(const std::string& text)
{
    return text.empty() ? Value(types::Null{}) : Value(text);
}
const std::string& text(const CallFrame& f, std::size_t i)
{
    return std::get<std::string>(f.args[i]);
}
std::int64_t number(const CallFrame& f, std::size_t i)
{
    return std::get<std::int64_t>(f.args[i]);
}

Result<Value> dbName(const CallFrame& f)
{
    if (f.args.empty()) return Value(f.session.catalog->databaseName);
    const auto entry = f.session.shared->databaseById(static_cast<std::int32_t>(number(f, 0)));
    return entry ? Value(entry->name) : Value(types::Null{});
}

Result<Value> dbId(const CallFrame& f)
{
    if (f.args.empty()) return Value(std::int64_t{f.session.catalog->databaseId});
    const auto entry = f.session.shared->database(text(f, 0));
    return entry ? Value(std::int64_t{entry->id}) : Value(types::Null{});
}

Result<Value> login(const CallFrame& f)
{
    return Value(f.session.login);
}
Result<Value> hostName(const CallFrame& f)
{
    return orNull(f.session.hostName);
}
Result<Value> appName(const CallFrame& f)
{
    return orNull(f.session.applicationName);
}

Result<Value> schemaName(const CallFrame& f)
{
    if (f.args.empty()) return Value(std::string("dbo"));
    for (const CatalogSchema& schema : f.session.catalog->schemas)
        if (schema.id == number(f, 0)) return Value(schema.name);
    return Value(types::Null{});
}

Result<Value> schemaId(const CallFrame& f)
{
    const CatalogSchema* schema = f.session.catalog->schema(f.args.empty() ? std::string("dbo") : text(f, 0));
    return schema ? Value(std::int64_t{schema->id}) : Value(types::Null{});
}

Result<Value> columnName(const CallFrame& f)
{
    const CatalogTable* table = f.session.catalog->tableById(static_cast<std::int32_t>(number(f, 0)));
    const CatalogColumn* column = table ? table->columnById(static_cast<std::int32_t>(number(f, 1))) : nullptr;
    return column ? Value(column->name) : Value(types::Null{});
}

Result<Value> columnLength(const CallFrame& f)
{
    const auto [schema, name] = objectNameParts(text(f, 0));
    const CatalogTable* table = f.session.catalog->table(schema, name);
    const CatalogColumn* column = table ? table->column(text(f, 1)) : nullptr;
    return column ? Value(std::int64_t{types::maxLengthColumn(column->type)}) : Value(types::Null{});
}

Result<Value> columnProperty(const CallFrame& f)
{
    const CatalogTable* table = f.session.catalog->tableById(static_cast<std::int32_t>(number(f, 0)));
    const CatalogColumn* column = table ? table->column(text(f, 1)) : nullptr;
    if (!column) return Value(types::Null{});
    const std::string property = upperAscii(text(f, 2));
    if (property == "ISIDENTITY") return Value(std::int64_t{column->identity.has_value()});
    if (property == "ALLOWSNULL") return Value(std::int64_t{column->nullable});
    if (property == "COLUMNID") return Value(std::int64_t{column->id});
    if (property == "ORDINAL") return Value(static_cast<std::int64_t>(column - table->columns.data()) + 1);
    if (property == "ISCOMPUTED") return Value(std::int64_t{column->computed()});
    if (property == "ISROWGUIDCOL" || property == "ISSPARSE" || property == "ISHIDDEN" || property == "ISFULLTEXTINDEXED"
        || property == "ISIDNOTFORREPL" || property == "ISCOLUMNSET")
        return Value(std::int64_t{0});
    if (property == "USESANSITRIM") return types::isText(column->type.id) || types::isBinary(column->type.id) ? Value(std::int64_t{1}) : Value(types::Null{});
    if (property == "PRECISION") {
        const bool sized = types::isText(column->type.id) || types::isBinary(column->type.id);
        if (!sized) return Value(std::int64_t{types::precisionColumn(column->type)});
        if (types::isLarge(column->type)) return Value(std::int64_t{-1});
        return Value(static_cast<std::int64_t>(types::declaredLength(column->type)));
    }
    if (property == "SCALE") return types::isNumber(column->type.id) && !types::isApproximate(column->type.id) ? Value(std::int64_t{types::scaleColumn(column->type)}) : Value(types::Null{});
    return Value(types::Null{});
}

Value identityValue(const std::optional<std::int64_t>& last)
{
    if (!last) return Value(types::Null{});
    const auto bits = static_cast<std::uint64_t>(*last);
    return Value(types::Decimal{static_cast<types::UInt128>(*last < 0 ? 0 - bits : bits), *last < 0, 38, 0});
}

Result<Value> scopeIdentity(const CallFrame& f)
{
    return identityValue(f.session.scopeIdentity);
}

SqlType identityType()
{
    SqlType type = types::makeDecimal(38, 0);
    type.id = TypeId::kNumeric;
    return type;
}

enum ErrorPart : std::int64_t { kNumber, kSeverity, kState, kLine, kMessage, kProcedure };

Result<Value> caughtError(const CallFrame& f)
{
    if (!f.session.caught) return Value(types::Null{});
    const base::ServerError& error = *f.session.caught;
    switch (f.call.constants[0]) {
    case kNumber: return Value(std::int64_t{error.number});
    case kSeverity: return Value(std::int64_t{error.severity});
    case kState: return Value(std::int64_t{error.state});
    case kLine: return Value(std::int64_t{error.line});
    case kMessage: return Value(error.message);
    default: return orNull(error.procedure);
    }
}

enum Global : std::int64_t {
    kVersion,
    kSpid,
    kRowCount,
    kError,
    kTranCount,
    kServerName,
    kServiceName,
    kLanguage,
    kIdentity,
    kLockTimeout,
    kTextSize,
    kNestLevel,
    kDateFirst,
    kMaxPrecision,
    kOptions,
    kMaxConnections,
    kFetchStatus,
    kProcId,
    kMicrosoftVersion,
    kLangId
};

std::int64_t optionBits(const SessionFacts& session)
{
    static constexpr std::pair<std::string_view, std::int64_t> kBits[] = {{"IMPLICIT_TRANSACTIONS", 2}, {"CURSOR_CLOSE_ON_COMMIT", 4},
        {"ANSI_WARNINGS", 8}, {"ANSI_PADDING", 16}, {"ANSI_NULLS", 32}, {"ARITHABORT", 64}, {"QUOTED_IDENTIFIER", 256}, {"NOCOUNT", 512},
        {"ANSI_NULL_DFLT_ON", 1024}, {"CONCAT_NULL_YIELDS_NULL", 4096}, {"XACT_ABORT", 16384}};
    std::int64_t out = 0;
    for (const auto& [name, bit] : kBits)
        if (const auto found = session.options.find(name); found != session.options.end() && found->second) out |= bit;
    return out;
}

Result<Value> globalValue(const CallFrame& f)
{
    const SessionFacts& s = f.session;
    switch (f.call.constants[0]) {
    case kVersion: return Value(s.shared->versionText());
    case kSpid: return Value(std::int64_t{s.spid});
    case kRowCount: return Value(s.rowCount);
    case kError: return Value(std::int64_t{s.lastError});
    case kTranCount: return Value(std::int64_t{s.transactionCount});
    case kServerName: return Value(s.shared->options().serverName);
    case kServiceName: return Value(std::string("MSSQLSERVER"));
    case kLanguage: return Value(s.language);
    case kIdentity: return identityValue(s.identity);
    case kLockTimeout: return Value(s.lockTimeoutMs);
    case kNestLevel: return Value(std::int64_t{s.nestLevel});
    case kProcId: return Value(std::int64_t{s.procedureId});
    case kTextSize: return Value(std::int64_t{s.textSize});
    case kDateFirst: return Value(std::int64_t{7});
    case kMaxPrecision: return Value(std::int64_t{38});
    case kOptions: return Value(optionBits(s));
    case kMaxConnections: return Value(std::int64_t{32767});
    case kFetchStatus: return Value(std::int64_t{0});
    case kMicrosoftVersion: return Value(std::int64_t{s.shared->productVersion()[0]} << 24 | s.shared->productVersion()[2]);
    default: return Value(std::int64_t{0});
    }
}

struct GlobalSpec {
    std::string_view name;
    Global id;
    TypeId type;
    std::uint32_t length = 0;
};

constexpr GlobalSpec kGlobals[] = {
    {"@@VERSION", kVersion, TypeId::kNVarChar, 300},
    {"@@SPID", kSpid, TypeId::kSmallInt},
    {"@@ROWCOUNT", kRowCount, TypeId::kInt},
    {"@@ERROR", kError, TypeId::kInt},
    {"@@TRANCOUNT", kTranCount, TypeId::kInt},
    {"@@SERVERNAME", kServerName, TypeId::kNVarChar, 128},
    {"@@SERVICENAME", kServiceName, TypeId::kNVarChar, 128},
    {"@@LANGUAGE", kLanguage, TypeId::kNVarChar, 128},
    {"@@IDENTITY", kIdentity, TypeId::kNumeric},
    {"@@LOCK_TIMEOUT", kLockTimeout, TypeId::kInt},
    {"@@TEXTSIZE", kTextSize, TypeId::kInt},
    {"@@NESTLEVEL", kNestLevel, TypeId::kInt},
    {"@@DATEFIRST", kDateFirst, TypeId::kTinyInt},
    {"@@MAX_PRECISION", kMaxPrecision, TypeId::kTinyInt},
    {"@@OPTIONS", kOptions, TypeId::kInt},
    {"@@MAX_CONNECTIONS", kMaxConnections, TypeId::kInt},
    {"@@FETCH_STATUS", kFetchStatus, TypeId::kInt},
    {"@@PROCID", kProcId, TypeId::kInt},
    {"@@MICROSOFTVERSION", kMicrosoftVersion, TypeId::kInt},
    {"@@LANGID", kLangId, TypeId::kSmallInt},
};

// --- binding ---

SqlType sysname(const FunctionArgs& a)
{
    return types::makeSized(TypeId::kNVarChar, 128, a.binder.catalog().collation);
}

// Arguments: 'n' number, 't' text.
Result<BoundExpr> simple(
    FunctionArgs& a, ScalarFunction function, const SqlType& type, std::string_view kinds, std::vector<std::int64_t> constants = {})
{
    for (std::size_t i = 0; i < a.args.size(); ++i) {
        const SqlType wanted
            = kinds[i] == 'n' ? types::makeType(TypeId::kBigInt) : types::makeSized(TypeId::kNVarChar, 4000, a.binder.catalog().collation);
        ES_TRY(a.args[i], a.binder.castTo(std::move(a.args[i]), wanted, a.line));
    }
    return a.binder.call(function, std::move(a.args), type, a.line, std::move(constants));
}

Result<BoundExpr> bindText(FunctionArgs& a)
{
    if (a.name == "DB_NAME") return simple(a, dbName, sysname(a), "n");
    if (a.name == "SCHEMA_NAME") return simple(a, schemaName, sysname(a), "n");
    if (a.name == "COL_NAME") return simple(a, columnName, sysname(a), "nn");
    const bool isLogin = a.name == "SUSER_SNAME" || a.name == "SUSER_NAME" || a.name == "SYSTEM_USER" || a.name == "ORIGINAL_LOGIN";
    if (!a.args.empty()) return notSupported(std::string(a.name) + " with an argument", a.line);
    return simple(a, isLogin ? login : a.name == "HOST_NAME" ? hostName : appName, sysname(a), "");
}

Result<BoundExpr> bindNumber(FunctionArgs& a)
{
    const SqlType integer = types::makeType(TypeId::kInt);
    if (a.name == "DB_ID") return simple(a, dbId, integer, "t");
    if (a.name == "SCHEMA_ID") return simple(a, schemaId, integer, "t");
    if (a.name == "COL_LENGTH") return simple(a, columnLength, types::makeType(TypeId::kSmallInt), "tt");
    if (a.name == "COLUMNPROPERTY") return simple(a, columnProperty, integer, "ntt");
    if (a.name == "XACT_STATE") {
        return a.binder.call([](const CallFrame& f) -> Result<Value> { return Value(std::int64_t{f.session.doomed ? -1 : f.session.transactionCount > 0}); }, {},
            types::makeType(TypeId::kSmallInt), a.line);
    }
    if (a.name == "SCOPE_IDENTITY") return a.binder.call(scopeIdentity, {}, identityType(), a.line);
    return notSupported("The function " + std::string(a.name), a.line);
}

Result<BoundExpr> bindCaught(FunctionArgs& a)
{
    static constexpr std::pair<std::string_view, ErrorPart> kParts[] = {{"ERROR_NUMBER", kNumber}, {"ERROR_SEVERITY", kSeverity},
        {"ERROR_STATE", kState}, {"ERROR_LINE", kLine}, {"ERROR_MESSAGE", kMessage}, {"ERROR_PROCEDURE", kProcedure}};
    for (const auto& [name, part] : kParts) {
        if (name != a.name) continue;
        const SqlType type = part == kMessage ? types::makeSized(TypeId::kNVarChar, 4000, a.binder.catalog().collation)
            : part == kProcedure              ? sysname(a)
                                              : types::makeType(TypeId::kInt);
        return a.binder.call(caughtError, {}, type, a.line, {part});
    }
    return notSupported("The function " + std::string(a.name), a.line);
}

constexpr FunctionSpec kSystem[] = {
    {"DB_NAME", 0, 1, bindText},
    {"SCHEMA_NAME", 0, 1, bindText},
    {"COL_NAME", 2, 2, bindText},
    {"SUSER_SNAME", 0, 1, bindText},
    {"SUSER_NAME", 0, 1, bindText},
    {"SYSTEM_USER", 0, 0, bindText},
    {"ORIGINAL_LOGIN", 0, 0, bindText},
    {"HOST_NAME", 0, 0, bindText},
    {"APP_NAME", 0, 0, bindText},
    {"DB_ID", 0, 1, bindNumber},
    {"SCHEMA_ID", 0, 1, bindNumber},
    {"COL_LENGTH", 2, 2, bindNumber},
    {"COLUMNPROPERTY", 3, 3, bindNumber},
    {"XACT_STATE", 0, 0, bindNumber},
    {"SCOPE_IDENTITY", 0, 0, bindNumber},
    {"ERROR_NUMBER", 0, 0, bindCaught},
    {"ERROR_SEVERITY", 0, 0, bindCaught},
    {"ERROR_STATE", 0, 0, bindCaught},
    {"ERROR_LINE", 0, 0, bindCaught},
    {"ERROR_MESSAGE", 0, 0, bindCaught},
    {"ERROR_PROCEDURE", 0, 0, bindCaught},
};

} // namespace

std::span<const FunctionSpec> systemFunctions()
{
    return kSystem;
}

Result<BoundExpr> bindGlobalVariable(Binder& binder, const std::string& name, std::int32_t line)
{
    const std::string upper = upperAscii(name);
    for (const GlobalSpec& spec : kGlobals) {
        if (spec.name != upper) continue;
        SqlType type = types::makeType(spec.type);
        if (spec.type == TypeId::kNVarChar) type = types::makeSized(spec.type, spec.length, binder.catalog().collation);
        if (spec.type == TypeId::kNumeric) type = identityType();
        BoundExpr out = binder.call(globalValue, {}, type, line, {spec.id});
        out.nullable = spec.id == kIdentity;
        return out;
    }
    return notSupported("The variable " + name, line);
}

} // namespace es::sandbox
