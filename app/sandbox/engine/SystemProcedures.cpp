// Finding a catalog procedure, and running it: its parameters are the variables of a batch of its own.
#include "app/sandbox/engine/SystemProcedures.h"

#include "app/sandbox/engine/Session.h"
#include "app/sandbox/engine/StorageCodec.h"
#include "driver/tsql/Parser.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;

namespace {

// What was given for the parameter at this position: by name, or by place among those without a name.
const tsql::ExecuteArgument* given(const tsql::Execute& node, std::size_t position, std::string_view name)
{
    const tsql::ExecuteArgument* found = callArgument(node, position, name);
    return found && std::holds_alternative<tsql::DefaultValue>(found->value->node) ? nullptr : found;
}

Result<void> checkArguments(const tsql::Execute& node, const SystemProcedure& procedure, std::int32_t line)
{
    if (node.arguments.size() > procedure.parameters.size())
        return sqlError(8144, "Procedure or function " + std::string(procedure.name) + " has too many arguments specified.", line, 2);
    for (const tsql::ExecuteArgument& argument : node.arguments)
        if (!argument.name.empty()
            && std::none_of(procedure.parameters.begin(), procedure.parameters.end(),
                [&](const SystemParameter& known) { return sameName(known.name, argument.name); }))
            return sqlError(8145, argument.name + " is not a parameter for procedure " + std::string(procedure.name) + ".", line, 2);
    return {};
}

} // namespace

const SystemProcedure* systemProcedure(std::string_view name)
{
    const std::string wanted = foldName(name);
    for (const auto family : {tableProcedures(), parameterProcedures(), serverProcedures()})
        for (const SystemProcedure& candidate : family)
            if (candidate.name == wanted) return &candidate;
    return nullptr;
}

Result<Stored> Session::systemArgument(
    BatchRun& run, const tsql::Execute& node, const SystemProcedure& procedure, std::size_t position, const types::SqlType& type)
{
    const SystemParameter& parameter = procedure.parameters[position];
    const auto line = static_cast<std::int32_t>(node.procedure.range.line);
    if (const tsql::ExecuteArgument* argument = given(node, position, parameter.name)) {
        // sp_columns Employees: a bare word is text.
        if (const auto* word = std::get_if<tsql::ColumnRef>(&argument->value->node); word && word->parts.size() == 1)
            return convertStored({Stored(word->parts[0].text), types::makeSized(types::TypeId::kNVarChar, 4000)}, type);
        ES_TRY(const Evaluated value, evaluate(run, *argument->value));
        return convertStored(value, type);
    }
    if (parameter.initial.empty())
        return sqlError(201,
            "Procedure or function '" + std::string(procedure.name) + "' expects parameter '" + std::string(parameter.name)
                + "', which was not supplied.",
            line, 4);
    ES_TRY(const tsql::ExprPtr initial, tsql::parseExpression(parameter.initial));
    const auto* literal = std::get_if<tsql::Literal>(&initial->node);
    if (!literal || literal->kind == tsql::LiteralKind::kNull) return Stored{};
    ES_TRY(const Evaluated value, evaluate(run, *initial));
    run.bound.erase(initial.get()); // the expression dies here
    return convertStored(value, type);
}

Result<void> Session::runSystemProcedure(BatchRun& run, const tsql::Execute& node, const SystemProcedure& procedure, std::int32_t line)
{
    ES_CHECK(checkArguments(node, procedure, line));
    ES_TRY(const tsql::Script script, tsql::parse(procedure.text, {true}));
    BatchRun inner{procedure.text, {}, script, run.sink, run.stop, {}, {}, false, false, 0, {}};
    std::string declarations;
    for (const SystemParameter& parameter : procedure.parameters)
        declarations += std::string(declarations.empty() ? "" : ", ") + std::string(parameter.name) + " " + std::string(parameter.type);
    ES_TRY(const std::vector<EngineParameter> parameters, parseDeclarations(declarations));
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        Variable variable;
        variable.name = parameters[i].name;
        variable.type = parameters[i].type;
        variable.parameter = true;
        variable.schemeFixed = true;
        ES_TRY(variable.value, systemArgument(run, node, procedure, i, variable.type));
        const auto* text = std::get_if<std::string>(&variable.value);
        if (text && !text->empty() && variable.name.ends_with("_qualifier") && !procedure.anyQualifier && !sameName(*text, m_database))
            return sqlError(15250, "The database name component of the object qualifier must be the name of the current database.", line);
        inner.variables.push_back(std::move(variable));
    }
    ES_CHECK(bindAll(inner));
    ES_CHECK(runScript(inner));
    run.sink.returnStatus(0);
    return {};
}

} // namespace es::sandbox
