// Session: defining views and procedures. A definition is bound once to find what is wrong with it and which of its parameters
// are encrypted; tables that are not there yet are looked for when it runs.
#include "app/sandbox/engine/RunTemporary.h"

#include "app/sandbox/engine/Silence.h"
#include "driver/base/Utf16.h"
#include "driver/tsql/Parser.h"
#include "driver/types/Collation.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Error;
using base::Result;

namespace {

std::string written(const tsql::ObjectName& name)
{
    std::string out;
    for (const tsql::Identifier& part : name.parts)
        out += (out.empty() ? "" : ".") + part.text;
    return out;
}

// The whole batch is kept, what stands before CREATE too; ALTER is kept as CREATE.
std::string definitionText(std::string_view batch, const tsql::Statement& statement, tsql::DefineMode mode)
{
    std::string out(batch);
    if (mode == tsql::DefineMode::kAlter) out.replace(statement.range.offset, std::string_view("ALTER").size(), "CREATE");
    return out;
}

} // namespace

Result<ModuleTree> parseModule(const std::string& text, bool quotedIdentifiers)
{
    ES_TRY(tsql::Script script, tsql::parse(text, {quotedIdentifiers}));
    ModuleTree tree;
    for (tsql::Statement& statement : script.statements) {
        if (auto* procedure = std::get_if<tsql::DefineProcedure>(&statement.node)) {
            tree.parameters = std::move(procedure->parameters);
            tree.body.statements = std::move(procedure->body);
        } else if (auto* view = std::get_if<tsql::DefineView>(&statement.node))
            tree.view = std::make_shared<tsql::DefineView>(std::move(*view));
    }
    return tree;
}

// The object that a definition makes or replaces. Errors: 166, 208, 2010, 2714, 2760.
Result<std::optional<CatalogModule>> Session::moduleToDefine(
    const tsql::ObjectName& name, tsql::DefineMode mode, bool view, std::int32_t line)
{
    if (!name.database().empty())
        return sqlError(166,
            std::string("'CREATE/ALTER ") + (view ? "VIEW" : "PROCEDURE")
                + "' does not allow specifying the database name as a prefix to the object name.",
            line, 1, 15);
    const std::string object(name.object());
    if (object.starts_with('#')) return notSupported("A temporary procedure (" + object + ")", line);
    const CatalogModule* known = m_facts.catalog->module(name.schema(), object);
    const bool taken = known || m_facts.catalog->table(name.schema(), object);
    if (taken && mode == tsql::DefineMode::kCreate)
        return sqlError(2714, "There is already an object named '" + object + "' in the database.", line, 3);
    if (taken && (!known || known->view != view))
        return sqlError(2010, "Cannot perform alter on '" + written(name) + "' because it is an incompatible object type.", line);
    if (!taken && mode == tsql::DefineMode::kAlter) return invalidObjectName(written(name), line);
    if (known) return std::optional(*known);
    const std::string schemaName = name.schema().empty() ? "dbo" : std::string(name.schema());
    const CatalogSchema* schema = m_facts.catalog->schema(schemaName);
    if (!schema)
        return sqlError(2760,
            "The specified schema name \"" + schemaName + "\" either does not exist or you do not have permission to use it.", line);
    CatalogModule module;
    module.schemaId = schema->id;
    module.schemaName = schema->name;
    module.name = object;
    module.view = view;
    return std::optional(std::move(module));
}

Result<void> Session::storeModule(CatalogModule module, const std::vector<CatalogColumn>& columns)
{
    CatalogStore store(*m_connection);
    if (module.objectId == 0) {
        ES_TRY(module.objectId, store.addObject(module.schemaId, 0, module.name, module.view ? "V" : "P"));
    }
    return store.putModule(module, columns);
}

// Types and defaults of the parameters; which of them are encrypted shows when the body is bound.
Result<void> Session::findParameters(CatalogModule& module, std::int32_t line)
{
    ES_TRY(ModuleTree tree, parseModule(module.text, module.quotedIdentifiers));
    std::int32_t useLine = 0;
    forEachStatement(tree.body.statements, [&](const tsql::Statement& statement) {
        if (std::holds_alternative<tsql::Use>(statement.node)) useLine = static_cast<std::int32_t>(statement.range.line);
    });
    if (useLine > 0) return sqlError(154, "a USE database statement is not allowed in a procedure, function or trigger.", useLine, 1, 15);
    std::vector<Variable> none;
    BindContext context{m_facts.catalog, m_program, none, nullptr, m_shared->options().profile, {}};
    Binder binder(context);
    module.parameters.clear();
    std::vector<Variable> variables;
    for (const tsql::ProcedureParameter& parameter : tree.parameters) {
        if (parameter.readOnly) return notSupported("A table-valued parameter (" + parameter.name + ")", line);
        CatalogParameter out;
        out.name = parameter.name;
        auto type = binder.typeOf(parameter.type);
        if (!type) return atLine(std::move(type).error(), line);
        out.type = *type;
        out.output = parameter.output;
        out.hasDefault = parameter.defaultValue != nullptr;
        if (std::any_of(variables.begin(), variables.end(), [&](const Variable& v) { return sameName(v.name, out.name); }))
            return sqlError(134,
                "The variable name '" + out.name
                    + "' has already been declared. Variable names must be unique within a query batch or stored procedure.",
                line, 2, 15);
        Variable variable;
        variable.name = out.name;
        variable.type = out.type;
        variable.parameter = true;
        variables.push_back(std::move(variable));
        module.parameters.push_back(std::move(out));
    }
    Silence silence;
    SinkGuard sink(silence);
    const base::Bytes raw = base::utf16leFromUtf8(module.text);
    BatchRun inner{module.text, raw, tree.body, sink, {}, std::move(variables), {}, false, false, 0, {}};
    inner.procedure = module.name;
    const TemporaryScope temporary(*this, true); // table variables are made to be bound
    ES_CHECK(bindAll(inner));
    for (std::size_t i = 0; i < module.parameters.size(); ++i) {
        module.parameters[i].encryption = inner.variables[i].scheme.kind;
        module.parameters[i].cekId = inner.variables[i].scheme.encrypted() ? inner.variables[i].scheme.columnEncryptionKeyId : 0;
    }
    return {};
}

Result<void> Session::defineProcedure(
    BatchRun& run, const tsql::Statement& statement, const tsql::DefineProcedure& node, std::int32_t line)
{
    return change([&]() -> Result<void> {
        ES_TRY(std::optional<CatalogModule> module, moduleToDefine(node.name, node.mode, false, line));
        module->text = definitionText(run.text, statement, node.mode);
        module->quotedIdentifiers = isOn("QUOTED_IDENTIFIER");
        if (auto found = findParameters(*module, line); !found) {
            Error error = std::move(found).error();
            if (error.server && error.server->procedure.empty()) error.server->procedure = module->name;
            return error;
        }
        return storeModule(std::move(*module), {});
    });
}

// The columns as they are now; `names` from the definition's own list. Errors: 4511, 4505 (a name missing or twice), 8158.
Result<std::vector<CatalogColumn>> Session::findViewColumns(CatalogModule& module, std::int32_t line)
{
    ES_TRY(const ModuleTree tree, parseModule(module.text, module.quotedIdentifiers));
    const tsql::DefineView& view = *tree.view;
    std::vector<Variable> none;
    BindContext context{m_facts.catalog, m_program, none, nullptr, m_shared->options().profile, module.text};
    Binder binder(context);
    ES_TRY(const BoundQuery query, binder.bindQuery(*view.query, nullptr, Binder::Place::kFrom));
    if (!view.columns.empty() && view.columns.size() != query.columns.size())
        return sqlError(view.columns.size() > query.columns.size() ? 4502 : 8158,
            "View or function '" + module.name + "' has "
                + (view.columns.size() > query.columns.size() ? "more column names specified than columns defined."
                                                              : "a different number of columns than were specified in the column list."),
            line);
    std::vector<CatalogColumn> columns;
    module.columnNames.clear();
    for (const OutputColumn& output : query.columns) {
        CatalogColumn column;
        column.id = static_cast<std::int32_t>(columns.size()) + 1;
        column.name = view.columns.empty() ? output.name : view.columns[columns.size()].text;
        if (column.name.empty())
            return sqlError(4511,
                "Create View or Function failed because no column name was specified for column " + std::to_string(column.id) + ".", line);
        if (std::any_of(columns.begin(), columns.end(), [&](const CatalogColumn& c) { return sameName(c.name, column.name); }))
            return sqlError(4506,
                "Column names in each view or function must be unique. Column name '" + column.name + "' in view or function '"
                    + module.name + "' is specified more than once.",
                line);
        column.type = output.expr.type.id == types::TypeId::kNull ? types::makeType(types::TypeId::kInt) : output.expr.type;
        if (types::isText(column.type.id)) column.collationName = types::collationName(column.type.collation);
        column.nullable = output.expr.nullable;
        column.encryption = output.expr.scheme.kind;
        column.cekId = output.expr.scheme.encrypted() ? output.expr.scheme.columnEncryptionKeyId : 0;
        module.columnNames.push_back(column.name);
        columns.push_back(std::move(column));
    }
    return columns;
}

Result<void> Session::defineView(BatchRun& run, const tsql::Statement& statement, const tsql::DefineView& node, std::int32_t line)
{
    if (node.schemaBinding) return notSupported("WITH SCHEMABINDING", line);
    if (node.checkOption) return notSupported("WITH CHECK OPTION", line);
    return change([&]() -> Result<void> {
        ES_TRY(std::optional<CatalogModule> module, moduleToDefine(node.name, node.mode, true, line));
        module->text = definitionText(run.text, statement, node.mode);
        module->quotedIdentifiers = isOn("QUOTED_IDENTIFIER");
        ES_TRY(const std::vector<CatalogColumn> columns, findViewColumns(*module, line));
        return storeModule(std::move(*module), columns);
    });
}

Result<void> Session::dropModule(const tsql::ObjectName& name, bool view, bool ifExists, std::int32_t line)
{
    ES_CHECK(checkTarget(name, line));
    return change([&]() -> Result<void> {
        const CatalogModule* module = m_facts.catalog->module(name.schema(), name.object());
        const bool otherKind = module ? module->view != view : m_facts.catalog->table(name.schema(), name.object()) != nullptr;
        const std::string kind = view ? "view" : "procedure";
        if (otherKind)
            return sqlError(3705,
                "Cannot use DROP " + std::string(view ? "VIEW" : "PROCEDURE") + " with '" + written(name) + "' because '" + written(name)
                    + "' is a " + (module ? (module->view ? "view. Use DROP VIEW." : "procedure. Use DROP PROCEDURE.") : "table. Use DROP TABLE."),
                line);
        if (!module && ifExists) return {};
        if (!module)
            return sqlError(3701,
                "Cannot drop the " + kind + " '" + written(name) + "', because it does not exist or you do not have permission.", line, 5, 11);
        return CatalogStore(*m_connection).removeModule(module->objectId);
    });
}

// sp_refreshview, sp_refreshsqlmodule and sp_refresh_parameter_encryption: what was found out is found out anew.
Result<void> Session::refreshModule(BatchRun& run, const tsql::Execute& node, std::int32_t line)
{
    const tsql::ExecuteArgument* argument = callArgument(node, 0, callsSystemProcedure(node, "sp_refreshview") ? "@viewname" : "@name");
    if (!argument)
        return sqlError(201, "Procedure or function '" + std::string(node.procedure.object()) + "' expects parameter '@name', which was not supplied.",
            line, 4);
    const auto* word = std::get_if<tsql::ColumnRef>(&argument->value->node); // a bare word is text here
    std::string text = word && word->parts.size() == 1 ? word->parts[0].text : std::string();
    if (text.empty()) {
        ES_TRY(text, evaluateText(run, *argument->value));
    }
    return change([&]() -> Result<void> {
        const auto name = objectNameOf(text);
        const CatalogModule* known = name ? m_facts.catalog->module(name->schema(), name->object()) : nullptr;
        const bool allowed = known && m_facts.access->allows("ALTER", {SecurableClass::kObject, known->objectId, known->schemaId});
        if (!allowed || (callsSystemProcedure(node, "sp_refreshview") && !known->view))
            return sqlError(15165, "Could not find object '" + text + "' or you do not have permission.", line);
        CatalogModule module = *known;
        std::vector<CatalogColumn> columns;
        if (module.view) {
            ES_TRY(columns, findViewColumns(module, line));
        } else
            ES_CHECK(findParameters(module, line));
        return storeModule(std::move(module), columns);
    });
}

std::optional<tsql::ObjectName> objectNameOf(const std::string& text)
{
    auto script = tsql::parse("EXEC " + text);
    if (!script || script->statements.size() != 1) return std::nullopt;
    auto* call = std::get_if<tsql::Execute>(&script->statements[0].node);
    if (!call || call->procedure.parts.empty() || !call->arguments.empty()) return std::nullopt;
    return std::move(call->procedure);
}

} // namespace es::sandbox
