// Session: running what has a scope of its own: procedures, EXEC ('..'), sp_executesql. Inside are other variables; SET options,
// the database and temporary tables go back to what they were when the scope ends.
#include "app/sandbox/engine/RunTemporary.h"

#include "app/sandbox/engine/StorageCodec.h"
#include "driver/base/Utf16.h"
#include "driver/tsql/Parser.h"
#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Error;
using base::Result;

namespace {

constexpr int kMaxNestingLevel = 32;

std::size_t positionOf(const std::vector<Variable>& variables, const std::string& name)
{
    const auto found = std::find_if(variables.begin(), variables.end(), [&](const Variable& v) { return sameName(v.name, name); });
    return static_cast<std::size_t>(found - variables.begin());
}

// The keys of its encrypted parameters may have been dropped since it was defined.
Result<void> keysExist(const Catalog& catalog, const CatalogModule& module, std::int32_t line)
{
    for (const CatalogParameter& parameter : module.parameters)
        if (parameter.encryption != tsql::EncryptionKind::kPlaintext && !catalog.encryptionKeyById(parameter.cekId))
            return sqlError(33294,
                "Some parameters of the module '" + module.schemaName + "." + module.name
                    + "' have to be encrypted, but their column encryption key cannot be found. Run sp_refresh_parameter_encryption '"
                    + module.schemaName + "." + module.name + "' to refresh them.",
                line);
    return {};
}

} // namespace

Session::ScopeSettings Session::settings() const
{
    return {m_facts.options, m_facts.isolation, m_database, m_rowLimit, m_facts.lockTimeoutMs, m_facts.textSize, m_facts.scopeIdentity};
}

void Session::restore(const ScopeSettings& settings, SinkGuard& sink)
{
    m_facts.options = settings.options;
    m_facts.isolation = settings.isolation;
    m_rowLimit = settings.rowLimit;
    m_facts.lockTimeoutMs = settings.lockTimeoutMs;
    m_facts.textSize = settings.textSize;
    m_facts.scopeIdentity = settings.scopeIdentity;
    // Another database can only have been left for a reason that its own statement has reported.
    if (m_database != settings.database) (void)useDatabase(settings.database, &sink, 0);
}

// What a scope may change for itself alone.
class Session::ScopeGuard {
public:
    ScopeGuard(Session& session, BatchRun& outer, std::int32_t procedureId, int levels)
        : m_session(session)
        , m_outer(outer)
        , m_settings(session.settings())
        , m_procedureId(std::exchange(session.m_facts.procedureId, procedureId))
        , m_transactionCount(session.m_facts.transactionCount)
        , m_levels(levels)
    {
        m_session.m_facts.nestLevel = m_session.m_nesting += levels;
        m_session.m_facts.scopeIdentity.reset();
        m_outer.sink.enter();
    }
    ~ScopeGuard()
    {
        m_outer.sink.leave();
        m_session.m_facts.nestLevel = m_session.m_nesting -= m_levels;
        m_session.m_facts.procedureId = m_procedureId;
        m_session.restore(m_settings, m_outer.sink);
    }
    ScopeGuard(const ScopeGuard&) = delete;
    ScopeGuard& operator=(const ScopeGuard&) = delete;
    [[nodiscard]] std::int32_t transactionCount() const { return m_transactionCount; }

private:
    Session& m_session;
    BatchRun& m_outer;
    ScopeSettings m_settings;
    std::int32_t m_procedureId;
    std::int32_t m_transactionCount;
    int m_levels;
};

const CatalogModule* Session::userProcedure(const tsql::ObjectName& name) const
{
    if (name.parts.empty() || !name.server().empty() || (!name.database().empty() && !sameName(name.database(), m_database))) return nullptr;
    const CatalogModule* module = m_facts.catalog->module(name.schema(), name.object());
    return module && !module->view ? module : nullptr;
}

// The variables that are arguments take over the encryption of the parameters they go to.
Result<void> Session::bindCall(BatchRun& run, const tsql::Execute& node, tsql::SchemeInference* inference, std::int32_t line)
{
    const CatalogModule* module = userProcedure(node.procedure);
    if (!module) return {};
    if (!inference) ES_CHECK(keysExist(*m_facts.catalog, *module, line));
    std::vector<Variable> formal;
    for (const CatalogParameter& parameter : module->parameters) {
        Variable entry;
        entry.name = parameter.name;
        formal.push_back(std::move(entry));
    }
    const auto given = matchArguments(node, module->name, formal, 0, line);
    if (!given) return {}; // said when its turn comes
    BindContext context{m_facts.catalog, m_program, run.variables, inference, m_shared->options().profile, run.text, run.deduction};
    Binder binder(context);
    for (std::size_t i = 0; i < given->size(); ++i) {
        if (!(*given)[i] || !std::holds_alternative<tsql::VariableRef>((*given)[i]->value->node)) continue;
        const CatalogParameter& parameter = module->parameters[i];
        Scope none;
        ES_TRY(const BoundExpr value, binder.bind(*(*given)[i]->value, none));
        if (value.undeclared && run.deduction) {
            binder.noteTarget(value, parameter.type);
            run.deduction->parameters[*value.undeclared].formalName = parameter.name;
            run.deduction->parameters[*value.undeclared].output = parameter.output && (*given)[i]->output;
            continue;
        }
        const tsql::EncryptionScheme scheme = m_facts.catalog->schemeOf(parameter.encryption, parameter.cekId);
        binder.tieToColumn(value, parameter.type, scheme, line);
        if (!inference && (scheme.encrypted() || value.scheme.encrypted()))
            ES_CHECK(binder.checkAssignable(value, parameter.type, scheme, line));
    }
    return {};
}

Result<void> Session::runScope(BatchRun& outer, BatchRun& inner, std::int32_t procedureId, int levels, std::int32_t line)
{
    if (m_nesting + levels > kMaxNestingLevel)
        return sqlError(217, "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).", line);
    inner.tryDepth = outer.tryDepth; // a TRY around the call catches what happens inside
    const ScopeGuard scope(*this, outer, procedureId, levels);
    const TemporaryScope temporary(*this, false);
    const auto work = [&]() -> Result<void> {
        ES_CHECK(bindAll(inner));
        ES_TRY([[maybe_unused]] const Flow flow, runList(inner, inner.script.statements));
        return {};
    };
    Result<void> done = work();
    outer.worstSeverity = std::max(outer.worstSeverity, inner.worstSeverity);
    if (!done) {
        Error error = std::move(done).error();
        const bool crosses = error.server && error.server->number != 40517 && consequenceOf(error) == Consequence::kScope;
        if (error.server && error.server->procedure.empty()) error.server->procedure = inner.procedure;
        if (crosses) error.code = kCrossedScope;
        return error;
    }
    if (m_facts.transactionCount != scope.transactionCount() && procedureId != 0 && !isOn("XACT_ABORT"))
        return sqlError(266,
            "Transaction count after EXECUTE indicates a mismatching number of BEGIN and COMMIT statements. Previous count = "
                + std::to_string(scope.transactionCount()) + ", current count = " + std::to_string(m_facts.transactionCount) + ".",
            line, 2);
    return {};
}

// Which argument goes to which parameter. Errors: 119, 8143, 8144, 8145, 8146.
Result<std::vector<const tsql::ExecuteArgument*>> Session::matchArguments(
    const tsql::Execute& node, const std::string& procedure, const std::vector<Variable>& parameters, std::size_t first, std::int32_t line)
{
    std::vector<const tsql::ExecuteArgument*> out(parameters.size(), nullptr);
    bool named = false;
    for (std::size_t i = first; i < node.arguments.size(); ++i) {
        const tsql::ExecuteArgument& argument = node.arguments[i];
        std::size_t position = i - first;
        if (argument.name.empty() && named)
            return sqlError(119,
                "Must pass parameter number " + std::to_string(i + 1)
                    + " and subsequent parameters as '@name = value'. After the form '@name = value' has been used, all subsequent "
                      "parameters must be passed in the form '@name = value'.",
                line, 1, 15);
        if (!argument.name.empty()) {
            named = true;
            position = positionOf(parameters, argument.name);
        }
        if (parameters.empty())
            return sqlError(8146, "Procedure " + procedure + " has no parameters and arguments were supplied.", line, 2);
        if (position >= parameters.size())
            return argument.name.empty()
                ? sqlError(8144, "Procedure or function " + procedure + " has too many arguments specified.", line, 2)
                : sqlError(8145, argument.name + " is not a parameter for procedure " + procedure + ".", line, 2);
        if (out[position])
            return sqlError(8143, "Parameter '" + parameters[position].name + "' was supplied multiple times.", line);
        out[position] = &argument;
    }
    return out;
}

// The value as the parameter takes it: text too long is cut, what cannot be converted is 8114.
Result<Stored> Session::argumentValue(BatchRun& run, const tsql::Expr& expr, const Variable& parameter, std::int32_t line)
{
    if (const auto* reference = std::get_if<tsql::VariableRef>(&expr.node)) {
        const std::size_t position = positionOf(run.variables, reference->name);
        if (position == run.variables.size()) return mustDeclareVariable(reference->name, line);
        const Variable& given = run.variables[position];
        if (given.scheme.encrypted() || parameter.scheme.encrypted()) {
            BindContext context{m_facts.catalog, m_program, run.variables, nullptr, m_shared->options().profile, run.text};
            Binder binder(context);
            Scope none;
            ES_TRY(const BoundExpr bound, binder.bind(expr, none));
            ES_CHECK(binder.checkAssignable(bound, parameter.type, parameter.scheme, line));
            return given.value;
        }
    } else if (const auto* word = std::get_if<tsql::ColumnRef>(&expr.node); word && word->parts.size() == 1) {
        const Evaluated text{Stored(word->parts[0].text), types::makeSized(types::TypeId::kNVarChar, 4000, m_facts.catalog->collation)};
        return convertStored(text, parameter.type);
    }
    ES_TRY(const Evaluated value, evaluate(run, expr));
    if (parameter.scheme.encrypted() && !isNull(value.value)) {
        BindContext context{m_facts.catalog, m_program, run.variables, nullptr, m_shared->options().profile, run.text};
        Binder binder(context);
        Scope none;
        ES_TRY(const BoundExpr bound, binder.bind(expr, none));
        ES_CHECK(binder.checkAssignable(bound, parameter.type, parameter.scheme, line));
    }
    auto converted = convertStored(value, parameter.type);
    if (!converted && (!converted.error().server || converted.error().server->number == 245))
        return sqlError(8114,
            "Error converting data type " + std::string(types::baseTypeName(value.type.id)) + " to "
                + std::string(types::baseTypeName(parameter.type.id)) + ".", line, 5);
    return converted;
}

// Values go in; the variables that take output values are noted.
Result<std::vector<std::optional<std::size_t>>> Session::passArguments(BatchRun& run, std::vector<Variable>& parameters,
    const std::vector<const tsql::ExecuteArgument*>& given, const std::vector<CatalogParameter>* declared, std::int32_t line)
{
    std::vector<std::optional<std::size_t>> outputs(parameters.size());
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (!given[i] || std::holds_alternative<tsql::DefaultValue>(given[i]->value->node)) continue;
        ES_TRY(parameters[i].value, argumentValue(run, *given[i]->value, parameters[i], line));
        if (!given[i]->output) continue;
        const auto* reference = std::get_if<tsql::VariableRef>(&given[i]->value->node);
        if (!reference) return sqlError(179, "Cannot use the OUTPUT option when passing a constant to a stored procedure.", line, 1, 15);
        if (declared && !(*declared)[i].output)
            return sqlError(8162,
                "The formal parameter \"" + parameters[i].name
                    + "\" was not declared as an OUTPUT parameter, but the actual parameter passed in requested output.",
                line, 2);
        outputs[i] = positionOf(run.variables, reference->name);
        run.variables[*outputs[i]].formalName = parameters[i].name;
    }
    return outputs;
}

Result<void> Session::takeOutputs(
    BatchRun& run, const BatchRun& inner, const std::vector<std::optional<std::size_t>>& outputs, std::int32_t line)
{
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (!outputs[i]) continue;
        Variable& target = run.variables[*outputs[i]];
        const Variable& source = inner.variables[i];
        if (source.scheme.encrypted() || target.scheme.encrypted()) {
            if (!(source.scheme == target.scheme)) return notSupported("An output parameter whose encryption differs from the variable's", line);
            target.value = source.value;
        } else {
            ES_TRY(target.value, convertStored({source.value, source.type}, target.type));
        }
    }
    return {};
}

// EXEC of a procedure: arguments, the body, output values, the status.
Result<void> Session::runProcedure(BatchRun& run, const CatalogModule& procedure, const tsql::Execute& node, std::int32_t line)
{
    if (!run.inProcedure) ES_CHECK(checkExecuteOf(procedure, line));
    const CatalogModule module = procedure; // the body may alter or drop it
    ES_CHECK(keysExist(*m_facts.catalog, module, line));
    ES_TRY(ModuleTree tree, parseModule(module.text, module.quotedIdentifiers));
    const base::Bytes raw = base::utf16leFromUtf8(module.text);
    BatchRun inner{module.text, raw, tree.body, run.sink, run.stop, {}, {}, false, false, 0, {}};
    inner.procedure = module.name;
    inner.inProcedure = true;
    for (const CatalogParameter& parameter : module.parameters) {
        Variable variable;
        variable.name = parameter.name;
        variable.type = parameter.type;
        variable.parameter = true;
        variable.schemeFixed = true;
        variable.scheme = m_facts.catalog->schemeOf(parameter.encryption, parameter.cekId);
        inner.variables.push_back(std::move(variable));
    }
    ES_TRY(const auto given, matchArguments(node, module.name, inner.variables, 0, line));
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (given[i] && !std::holds_alternative<tsql::DefaultValue>(given[i]->value->node)) continue;
        if (!module.parameters[i].hasDefault)
            return sqlError(201,
                "Procedure or function '" + module.name + "' expects parameter '" + module.parameters[i].name + "', which was not supplied.",
                line, 4);
        BatchRun apart{module.text, raw, tree.body, run.sink, run.stop, {}, {}, false, false, 0, {}};
        ES_TRY(inner.variables[i].value, argumentValue(apart, *tree.parameters[i].defaultValue, inner.variables[i], line));
    }
    ES_TRY(const auto outputs, passArguments(run, inner.variables, given, &module.parameters, line));
    Result<void> done = runScope(run, inner, module.objectId, 1, line);
    if (!done) ES_CHECK(refuseStaleModule(done.error(), module, line));
    if (!done && !(done.error().server && done.error().server->number == 266)) return done;
    ES_CHECK(takeOutputs(run, inner, outputs, line));
    const std::int32_t status = inner.returned ? inner.status : inner.worstSeverity > 10 ? 10 - inner.worstSeverity : 0;
    ES_CHECK(giveStatus(run, node, status, line));
    return done;
}

// RETURN's value, to the variable of EXEC @v = p and to the client of the outermost call.
Result<void> Session::giveStatus(BatchRun& run, const tsql::Execute& node, std::int32_t status, std::int32_t line)
{
    if (!node.resultVariable.empty()) {
        const std::size_t position = positionOf(run.variables, node.resultVariable);
        if (position == run.variables.size()) return mustDeclareVariable(node.resultVariable, line);
        ES_TRY(run.variables[position].value,
            convertStored({Stored(std::int64_t{status}), types::makeType(types::TypeId::kInt)}, run.variables[position].type));
    }
    if (m_nesting > 0) return {};
    run.sink.returnStatus(status);
    run.sink.endCall();
    return {};
}

Result<void> Session::runText(BatchRun& run, const tsql::Execute& node, std::int32_t line)
{
    ES_TRY(const std::string text, evaluateText(run, *node.text));
    ES_TRY(const tsql::Script script, parseInside(text));
    const base::Bytes raw = base::utf16leFromUtf8(text);
    BatchRun inner{text, raw, script, run.sink, run.stop, {}, {}, false, false, 0, {}};
    ES_CHECK(runScope(run, inner, 0, 1, line));
    return {};
}

// A syntax error inside a text ends the text, not the batch around it.
Result<tsql::Script> Session::parseInside(const std::string& text)
{
    auto script = tsql::parse(text, {isOn("QUOTED_IDENTIFIER")});
    if (script || (script.error().server && script.error().server->number == 40517)) return script;
    Error error = std::move(script).error();
    error.code = kCrossedScope;
    return error;
}

// EXEC @name: of the procedures that users have made.
Result<void> Session::runNamedByVariable(BatchRun& run, const tsql::Execute& node, std::int32_t line)
{
    const std::size_t position = positionOf(run.variables, node.procedureVariable);
    if (position == run.variables.size()) return mustDeclareVariable(node.procedureVariable, line);
    const auto* value = std::get_if<std::string>(&run.variables[position].value);
    const std::string text = value ? *value : std::string{};
    const std::optional<tsql::ObjectName> name = objectNameOf(text);
    if (const CatalogModule* module = name ? m_facts.catalog->module(name->schema(), name->object()) : nullptr; module && !module->view)
        return runProcedure(run, *module, node, line);
    if (name && foldName(name->object()).starts_with("sp_")) return notSupported("The procedure " + text + ", named by a variable,", line);
    return sqlError(2812, "Could not find stored procedure '" + text + "'.", line, 62);
}

Result<void> Session::runExecuteSql(BatchRun& run, const tsql::Execute& node, std::int32_t line)
{
    const tsql::ExecuteArgument* text = callArgument(node, 0, "@stmt");
    if (!text) text = callArgument(node, 0, "@statement");
    if (!text) return sqlError(201, "Procedure or function 'sp_executesql' expects parameter '@stmt', which was not supplied.", line, 4);
    ES_TRY(const Evaluated given, evaluate(run, *text->value));
    if (!types::isUnicode(given.type.id) && given.type.id != types::TypeId::kNull)
        return sqlError(214, "Procedure expects parameter '@statement' of type 'ntext/nchar/nvarchar'.", line, 2);
    ES_TRY(const std::string statement, evaluateText(run, *text->value));
    std::vector<EngineParameter> parameters;
    const tsql::ExecuteArgument* declarations = callArgument(node, 1, "@params");
    if (!declarations) declarations = callArgument(node, 1, "@parameters");
    if (declarations) {
        ES_TRY(const Evaluated list, evaluate(run, *declarations->value));
        if (!types::isUnicode(list.type.id) && list.type.id != types::TypeId::kNull)
            return sqlError(214, "Procedure expects parameter '@params' of type 'ntext/nchar/nvarchar'.", line, 3);
        ES_TRY(const std::string declared, evaluateText(run, *declarations->value));
        ES_TRY(parameters, parseDeclarations(declared));
    }
    ES_TRY(const tsql::Script script, parseInside(statement));
    const base::Bytes raw = base::utf16leFromUtf8(statement);
    BatchRun inner{statement, raw, script, run.sink, run.stop, {}, {}, false, false, 0, {}};
    std::vector<const tsql::ExecuteArgument*> values;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        Variable variable;
        variable.name = parameters[i].name;
        variable.type = parameters[i].type;
        variable.parameter = true;
        variable.schemeFixed = true;
        const tsql::ExecuteArgument* argument = callArgument(node, i + 2, variable.name);
        if (!argument)
            return sqlError(8178,
                "The parameterized query '" + statement + "' expects the parameter '" + variable.name + "', which was not supplied.", line);
        if (const auto* reference = std::get_if<tsql::VariableRef>(&argument->value->node)) {
            const std::size_t source = positionOf(run.variables, reference->name);
            if (source == run.variables.size()) return mustDeclareVariable(reference->name, line);
            variable.scheme = run.variables[source].scheme;
        }
        values.push_back(argument);
        inner.variables.push_back(std::move(variable));
    }
    if (node.arguments.size() > parameters.size() + (declarations ? 2 : 1))
        return sqlError(8144, "Procedure or function has too many arguments specified.", line, 2);
    ES_TRY(const auto outputs, passArguments(run, inner.variables, values, nullptr, line));
    ES_CHECK(runScope(run, inner, 0, 2, line)); // as @@NESTLEVEL counts it
    ES_CHECK(takeOutputs(run, inner, outputs, line));
    return giveStatus(run, node, inner.worstSeverity > 10 ? m_facts.lastError : 0, line);
}

} // namespace es::sandbox
