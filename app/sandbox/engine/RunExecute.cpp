// Session: EXEC of procedures: those of the users, and the system procedures that drivers call; any other of the server's is refused
// by name.
#include "app/sandbox/engine/Session.h"

#include "app/sandbox/engine/SystemProcedures.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;

namespace {

bool isSystemName(const tsql::ObjectName& name)
{
    const std::string schema = foldName(name.schema());
    return schema.empty() || schema == "sys" || schema == "dbo";
}

// SQL Server has it, or may have it: to say that it is not there would be wrong.
bool isOfTheServer(const tsql::ObjectName& name)
{
    const std::string object = foldName(name.object());
    return object.starts_with("sp_") || object.starts_with("xp_") || foldName(name.schema()) == "sys";
}

// Also what a misspelled first word of a batch comes to: "SELEC 1" calls a procedure.
base::Error noSuchProcedure(const tsql::ObjectName& name, std::int32_t line)
{
    std::string words;
    for (const tsql::Identifier& part : name.parts)
        words += (words.empty() ? "" : ".") + part.text;
    return sqlError(2812, "Could not find stored procedure '" + words + "'.", line, 62);
}

} // namespace

bool callsSystemProcedure(const tsql::Execute& node, std::string_view name)
{
    return !node.procedure.parts.empty() && isSystemName(node.procedure) && sameName(node.procedure.object(), name);
}

const tsql::ExecuteArgument* callArgument(const tsql::Execute& node, std::size_t position, std::string_view name)
{
    for (const tsql::ExecuteArgument& candidate : node.arguments)
        if (!candidate.name.empty() && sameName(candidate.name, name)) return &candidate;
    return position < node.arguments.size() && node.arguments[position].name.empty() ? &node.arguments[position] : nullptr;
}

Result<void> checkSupported(const tsql::Statement& statement)
{
    const auto line = static_cast<std::int32_t>(statement.range.line);
    const auto refuse = [&](std::string name) -> Result<void> { return notSupported(std::move(name), line); };
    const auto columns = [&](const std::vector<tsql::ColumnDefinition>& definitions) -> Result<void> {
        for (const tsql::ColumnDefinition& column : definitions) {
            if (column.sparse) return refuse("A sparse column (" + column.name.text + ")");
            if (column.rowGuidCol) return refuse("ROWGUIDCOL");
        }
        return {};
    };
    return std::visit(
        tsql::Overloaded{[&](const tsql::CreateTable& n) -> Result<void> {
                             if (!n.options.empty()) return refuse("CREATE TABLE .. WITH " + n.options.front());
                             return columns(n.columns);
                         },
            [&](const tsql::AlterTable& n) -> Result<void> {
                const auto* add = std::get_if<tsql::AddItems>(&n.action);
                return add ? columns(add->columns) : Result<void>{};
            },
            [&](const tsql::DropObjects& n) -> Result<void> {
                static constexpr tsql::ObjectKind kKnown[] = {tsql::ObjectKind::kTable, tsql::ObjectKind::kView, tsql::ObjectKind::kProcedure, tsql::ObjectKind::kSchema,
                    tsql::ObjectKind::kDatabase, tsql::ObjectKind::kColumnMasterKey, tsql::ObjectKind::kColumnEncryptionKey};
                if (std::find(std::begin(kKnown), std::end(kKnown), n.kind) == std::end(kKnown))
                    return refuse("DROP of this kind of object");
                return {};
            },
            [&](const tsql::Execute& n) -> Result<void> {
                for (const std::string_view known :
                    {"sp_describe_parameter_encryption", "sp_executesql", "sp_configure", "sp_enclave_send_keys", "sp_refreshview", "sp_refreshsqlmodule",
                        "sp_refresh_parameter_encryption", "sp_helptext"})
                    if (callsSystemProcedure(n, known)) return {};
                if (!n.procedure.parts.empty() && isSystemName(n.procedure)
                    && (systemProcedure(n.procedure.object()) || sameName(n.procedure.object(), "sp_rename")))
                    return {};
                if (n.procedure.parts.empty()) return {}; // of text or of a variable
                if (isOfTheServer(n.procedure)) return refuse("The procedure " + std::string(n.procedure.object()));
                return {}; // nobody can have made it: said when its turn comes, as SQL Server does
            },
            [&](const tsql::AlterScopedConfiguration& n) -> Result<void> {
                if (n.words.size() == 2 && n.words[0] == "CLEAR" && n.words[1] == "PROCEDURE_CACHE") return {};
                return refuse("ALTER DATABASE SCOPED CONFIGURATION with this option");
            },
            [&](const tsql::CreateSynonym&) { return refuse("A synonym"); },
            [&](const tsql::AlterDatabase& n) -> Result<void> {
                const std::size_t named = n.words.size() == 4 && n.words[2] == "=" ? 3 : 2;
                const bool recovery = n.words.size() == named + 1 && n.words[0] == "SET" && n.words[1] == "ACCELERATED_DATABASE_RECOVERY";
                if (recovery && (n.words[named] == "ON" || n.words[named] == "OFF")) return {};
                return refuse("ALTER DATABASE with another option than ACCELERATED_DATABASE_RECOVERY");
            },
            [&](const tsql::Permission&) { return refuse("GRANT, DENY and REVOKE"); },
            [&](const tsql::CreatePrincipal&) { return refuse("CREATE LOGIN, USER and ROLE"); },
            [&](const tsql::AlterRole&) { return refuse("ALTER ROLE"); }, [](const auto&) -> Result<void> { return {}; }},
        statement.node);
}

Result<Flow> Session::runExecute(BatchRun& run, const tsql::Execute& node, std::int32_t line)
{
    if (node.text) {
        ES_CHECK(runText(run, node, line));
        return Flow::kNext;
    }
    if (!node.procedureVariable.empty()) {
        ES_CHECK(runNamedByVariable(run, node, line));
        return Flow::kNext;
    }
    if (const CatalogModule* module = userProcedure(node.procedure)) {
        ES_CHECK(runProcedure(run, *module, node, line));
        return Flow::kNext;
    }
    if (callsSystemProcedure(node, "sp_describe_parameter_encryption"))
        ES_CHECK(runDescribeCall(run, node, line));
    else if (callsSystemProcedure(node, "sp_executesql"))
        ES_CHECK(runExecuteSql(run, node, line));
    else if (callsSystemProcedure(node, "sp_configure"))
        ES_CHECK(runConfigure(run, node, line));
    else if (callsSystemProcedure(node, "sp_enclave_send_keys"))
        ES_CHECK(sendKeys(node, line));
    else if (callsSystemProcedure(node, "sp_helptext"))
        ES_CHECK(helpText(run, node, line));
    else if (callsSystemProcedure(node, "sp_refreshview") || callsSystemProcedure(node, "sp_refreshsqlmodule")
        || callsSystemProcedure(node, "sp_refresh_parameter_encryption"))
        ES_CHECK(refreshModule(run, node, line));
    else if (callsSystemProcedure(node, "sp_rename"))
        ES_CHECK(runRename(run, node, line));
    else if (const SystemProcedure* procedure = isSystemName(node.procedure) ? systemProcedure(node.procedure.object()) : nullptr)
        ES_CHECK(runSystemProcedure(run, node, *procedure, line));
    else if (isOfTheServer(node.procedure))
        return notSupported("The procedure " + std::string(node.procedure.object()), line);
    else
        return noSuchProcedure(node.procedure, line);
    return Flow::kNext;
}

Result<void> Session::runDescribeCall(BatchRun& run, const tsql::Execute& node, std::int32_t line)
{
    const tsql::ExecuteArgument* text = callArgument(node, 0, "@tsql");
    if (!text)
        return sqlError(
            201, "Procedure or function 'sp_describe_parameter_encryption' expects parameter '@tsql', which was not supplied.", line, 4);
    DescribeRequest request;
    ES_TRY(request.text, evaluateText(run, *text->value));
    if (const tsql::ExecuteArgument* declarations = callArgument(node, 1, "@params")) {
        ES_TRY(request.declarations, evaluateText(run, *declarations->value));
    }
    if (const tsql::ExecuteArgument* attestation = callArgument(node, 2, "@attestation_parameters")) {
        ES_TRY(const Evaluated value, evaluate(run, *attestation->value));
        if (const auto* bytes = std::get_if<base::Bytes>(&value.value)) request.attestationParameters = *bytes;
    }
    sendDescribe(describeScript(request), run.sink);
    run.sink.returnStatus(0);
    return {};
}

} // namespace es::sandbox
