// Session: a batch. Nothing of it runs before all of it is bound; a statement that names what the batch itself makes first is
// bound when its turn comes, as SQL Server does.
#include "app/sandbox/engine/RunTemporary.h"

#include "app/sandbox/engine/Functions.h"
#include "app/sandbox/engine/StorageCodec.h"
#include "driver/base/Utf16.h"
#include "driver/tsql/Parser.h"
#include "driver/types/Convert.h"

#include <algorithm>
#include <chrono>

namespace es::sandbox {

using base::Error;
using base::Result;

namespace {

types::DateTime2 utcNow()
{
    using namespace std::chrono;
    constexpr std::int64_t kDaysTo1970 = 719162; // from 0001-01-01
    constexpr std::int64_t kTicksPerDay = 864000000000;
    const std::int64_t ticks = duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count() / 100;
    return {types::Date{static_cast<std::int32_t>(kDaysTo1970 + ticks / kTicksPerDay)}, types::Time{ticks % kTicksPerDay}};
}

// Statements that change names which later ones may use.
bool changesNames(const tsql::Statement& statement)
{
    return std::visit(
        tsql::Overloaded{[](const tsql::CreateTable&) { return true; }, [](const tsql::AlterTable&) { return true; },
            [](const tsql::DropObjects&) { return true; }, [](const tsql::CreateSchema&) { return true; },
            [](const tsql::DefineView&) { return true; }, [](const tsql::CreateDatabase&) { return true; }, [](const tsql::Use&) { return true; },
            [](const tsql::CreateColumnMasterKey&) { return true; }, [](const tsql::CreateColumnEncryptionKey&) { return true; },
            [](const tsql::SetOption&) { return true; }, [](const tsql::CreateIndex&) { return true; },
            [](const tsql::AlterIndex&) { return true; }, [](const tsql::DropIndex&) { return true; }, [](const tsql::Execute&) { return true; }, [](const auto&) { return false; }},
        statement.node);
}

std::int32_t lineOf(const tsql::Statement& statement)
{
    return static_cast<std::int32_t>(statement.range.line);
}

// SET PARSEONLY works where it is read, not where it would run.
bool onlyParsed(SessionFacts& facts, const tsql::Script& script)
{
    for (const tsql::Statement& statement : script.statements)
        if (const auto* option = std::get_if<tsql::SetOption>(&statement.node); option && option->options[0] == "PARSEONLY")
            facts.options["PARSEONLY"] = option->value == "ON";
    const auto found = facts.options.find("PARSEONLY");
    return found != facts.options.end() && found->second;
}

bool isInvalidName(const Error& error)
{
    return error.server && error.server->number == 208;
}
bool isUnsupported(const Error& error)
{
    return error.server && error.server->number == 40517;
}

void visitStatement(const tsql::Statement& statement, const std::function<void(const tsql::Statement&)>& each)
{
    each(statement);
    const auto child = [&](const tsql::StatementPtr& inner) {
        if (inner) visitStatement(*inner, each);
    };
    std::visit(tsql::Overloaded{[&](const tsql::Block& n) { forEachStatement(n.statements, each); },
                   [&](const tsql::TryCatch& n) {
                       forEachStatement(n.body, each);
                       forEachStatement(n.handler, each);
                   },
                   [&](const tsql::If& n) {
                       child(n.then);
                       child(n.otherwise);
                   },
                   [&](const tsql::Insert& n) {
                       if (const auto* call = std::get_if<tsql::Insert::FromExecute>(&n.source)) child(call->execute);
                   },
                   [&](const tsql::While& n) { child(n.body); }, [](const auto&) {}},
        statement.node);
}

bool assigns(const tsql::SelectStatement& node)
{
    const auto* spec = std::get_if<tsql::SelectSpec>(&node.query->body->node);
    return spec && std::any_of(spec->items.begin(), spec->items.end(), [](const tsql::SelectItem& item) {
        return std::holds_alternative<tsql::SelectAssign>(item.node);
    });
}

} // namespace

void forEachStatement(const std::vector<tsql::Statement>& statements, const std::function<void(const tsql::Statement&)>& each)
{
    for (const tsql::Statement& statement : statements)
        visitStatement(statement, each);
}

ExecOutcome Session::execute(const BatchRequest& request, ExecSink& rawSink, std::stop_token stop)
{
    SinkGuard sink(rawSink);
    m_stop = stop;
    m_connection->setPatience({m_connection->patience().timeoutMs, stop});
    // Read by SQLite between its steps, and by us between rows and batches of cells.
    const std::stop_callback wake(stop, [connection = m_connection] { connection->interrupt(); });
    if (m_nesting == 0) m_program.clearCalls();
    noteSession(true);
    const auto before = request.ownScope ? std::optional(settings()) : std::nullopt;
    if (before) m_facts.scopeIdentity.reset();
    bool cancelled = false;
    EnclaveGate::OpeningAnswer opening;
    const auto work = [&]() -> Result<void> {
        ES_CHECK(refreshCatalog());
        ES_TRY(opening, beginOpening(request));
        ES_TRY(const tsql::Script script, tsql::parse(request.text, {isOn("QUOTED_IDENTIFIER")}));
        if (onlyParsed(m_facts, script)) return {};
        BatchRun run{request.text, request.rawUtf16, script, sink, stop, {}, {}, false, false, 0, {}};
        ES_CHECK(addParameters(run, request.parameters));
        const TemporaryScope temporary(*this, true);
        ES_CHECK(bindAll(run));
        ES_CHECK(awaitOpening(std::exchange(opening, {})));
        ES_CHECK(runScript(run));
        giveOutputs(run, request.parameters);
        return {};
    };
    Result<void> done = work();
    // A package counts whatever came of its statement; if it was refused itself, that is what the client hears.
    if (auto opened = awaitOpening(opening); !opened) done = std::move(opened);
    if (!done) {
        const Error error = std::move(done).error();
        cancelled = error.code == kCancelledInside;
        if (!cancelled) {
            if (error.server)
                sink.message(*error.server, true);
            else
                sink.message({50000, 1, 16, 1, error.describe(), {}, {}}, true);
            m_facts.lastError = error.server ? error.server->number : 50000;
            sink.done({Command::kNone, {}, true});
        } else if (isOn("XACT_ABORT") && m_facts.transactionCount > 0) {
            (void)rollback(sink, {}, 0); // the client asked for an end: nothing more to report
        }
    }
    endDoomed(sink);
    if (before) restore(*before, sink);
    noteSession(false);
    m_stop = {};
    m_connection->setPatience({m_connection->patience().timeoutMs, {}});
    if (cancelled || !sink.alive()) return ExecOutcome::kCancelled;
    if (sink.open()) sink.done({Command::kNone, {}, false});
    return ExecOutcome::kCompleted;
}

Result<EnclaveGate::OpeningAnswer> Session::beginOpening(const BatchRequest& request)
{
    if (request.enclavePackage.empty()) return EnclaveGate::OpeningAnswer();
    EnclaveGate* gate = m_shared->options().gate;
    if (!gate) return enclaveNotAvailable(1);
    base::Bytes own;
    base::ByteView text = request.rawUtf16;
    if (text.empty()) {
        own = base::utf16leFromUtf8(request.text);
        text = own;
    }
    const base::ByteView texts[] = {text};
    return gate->beginOpening(request.enclavePackage, texts);
}

Result<void> Session::awaitOpening(const EnclaveGate::OpeningAnswer& answer)
{
    if (!answer) return {};
    ES_TRY(const OpenedPackage opened, answer());
    if (m_enclaveSession != opened.session) m_heldKeys.clear();
    m_enclaveSession = opened.session;
    m_heldKeys.insert(opened.keys.begin(), opened.keys.end());
    return {};
}

Result<void> Session::addParameters(BatchRun& run, const std::vector<EngineParameter>& parameters)
{
    for (const EngineParameter& parameter : parameters) {
        Variable entry;
        entry.name = parameter.name;
        entry.type = parameter.type;
        entry.parameter = true;
        entry.schemeFixed = true;
        if (parameter.cipher) {
            const CipherInfo& cipher = *parameter.cipher;
            const CatalogEncryptionKey* key = m_facts.catalog->encryptionKeyById(static_cast<std::int32_t>(cipher.keyId));
            // A stale description: the client describes the statement anew and tries once more.
            if (!key || cipher.databaseId != static_cast<std::uint32_t>(m_facts.catalog->databaseId)
                || cipher.metadataVersion != key->metadataVersion)
                return sqlError(33514,
                    "Incorrect parameter encryption metadata was received from the client. The error occurred during the invocation "
                    "of the batch and therefore the client can refresh the parameter encryption metadata by calling "
                    "sp_describe_parameter_encryption and retry.",
                    1);
            entry.scheme = m_facts.catalog->schemeOf(static_cast<tsql::EncryptionKind>(cipher.encryptionType), key->id);
            entry.value = parameter.cell ? Stored(*parameter.cell) : Stored(std::monostate{});
        } else
            entry.value = toStored(parameter.value, parameter.type);
        run.variables.push_back(std::move(entry));
    }
    return {};
}

Result<void> Session::declareAll(BatchRun& run, const std::vector<tsql::Statement>& statements)
{
    Error failure;
    bool failed = false;
    forEachStatement(statements, [&](const tsql::Statement& statement) {
        const auto* declare = std::get_if<tsql::Declare>(&statement.node);
        if (!declare || failed) return;
        BindContext context{m_facts.catalog, m_program, run.variables, nullptr, m_shared->options().profile, run.text};
        Binder binder(context);
        for (const tsql::VariableDeclaration& declaration : declare->variables) {
            const auto line = static_cast<std::int32_t>(declaration.range.line);
            const auto fail = [&](Error error) {
                failure = atLine(std::move(error), line);
                failed = true;
            };
            if (std::any_of(
                    run.variables.begin(), run.variables.end(), [&](const Variable& v) { return sameName(v.name, declaration.name); }))
                return fail(sqlError(134,
                    "The variable name '" + declaration.name
                        + "' has already been declared. Variable names must be unique within a query batch or stored procedure.",
                    line, 2, 15));
            if (declaration.isTable) {
                if (auto made = makeTableVariable(declaration, run.text, line); !made) return fail(std::move(made).error());
                continue;
            }
            auto type = binder.typeOf(declaration.type);
            if (!type) return fail(std::move(type).error());
            if (isIncomparable(type->id) && type->id != types::TypeId::kXml)
                return fail(sqlError(2739, "The text, ntext, and image data types are invalid for local variables.", line));
            Variable variable;
            variable.name = declaration.name;
            variable.type = *type;
            run.variables.push_back(std::move(variable));
        }
    });
    if (failed) return failure;
    return {};
}

Result<void> Session::bindAll(BatchRun& run)
{
    std::optional<Error> unsupported;
    forEachStatement(run.script.statements, [&](const tsql::Statement& statement) {
        run.hasDdl |= changesNames(statement);
        const auto* call = std::get_if<tsql::Execute>(&statement.node);
        if (!unsupported && !(call && userProcedure(call->procedure)))
            if (auto checked = checkSupported(statement); !checked) unsupported = std::move(checked).error();
    });
    if (unsupported) return *unsupported;
    ES_CHECK(checkLabels(run.script.statements));
    ES_CHECK(declareAll(run, run.script.statements));
    const auto& tables = m_facts.catalog->tables;
    const bool anyEncrypted = std::any_of(tables.begin(), tables.end(), [](const CatalogTable& table) {
        return std::any_of(table.columns.begin(), table.columns.end(), [](const CatalogColumn& column) { return column.encrypted(); });
    });
    const bool cipherParameters
        = std::any_of(run.variables.begin(), run.variables.end(), [](const Variable& v) { return v.scheme.encrypted(); });
    if ((anyEncrypted || cipherParameters) && !run.variables.empty()) ES_CHECK(inferSchemes(run));
    return bindList(run, run.script.statements, nullptr);
}

Result<void> Session::inferSchemes(BatchRun& run)
{
    tsql::SchemeInference inference(m_shared->options().profile);
    for (Variable& variable : run.variables)
        variable.node = !variable.schemeFixed ? inference.addFree(variable.name)
            : variable.scheme.encrypted()     ? inference.addColumn(variable.name, variable.scheme)
                                              : inference.addPlaintext(variable.name);
    // What is wrong is said when the statements are bound for good; here only the schemes are found.
    (void)bindList(run, run.script.statements, &inference);
    (void)inference.finish();
    for (Variable& variable : run.variables) {
        if (!variable.schemeFixed) variable.scheme = inference.schemeOf(*variable.node);
        variable.node.reset();
    }
    run.bound.clear();
    if (inference.conflict()) return *inference.conflict();
    return {};
}

Result<void> Session::bindList(BatchRun& run, const std::vector<tsql::Statement>& statements, tsql::SchemeInference* inference)
{
    std::optional<Error> failure;
    forEachStatement(statements, [&](const tsql::Statement& statement) {
        if (failure) return;
        auto bound = bindStatement(run, statement, inference);
        if (bound || inference) return;
        Error error = atLine(std::move(bound).error(), lineOf(statement));
        const bool later = !isUnsupported(error) && (run.hasDdl || isInvalidName(error));
        if (!later) failure = std::move(error);
    });
    if (failure) return *failure;
    return {};
}

Result<BoundEntry> Session::bindNow(BatchRun& run, tsql::SchemeInference* inference, const std::function<Result<BoundEntry>(Binder&)>& bind)
{
    BindContext context{m_facts.catalog, m_program, run.variables, inference, m_shared->options().profile, run.text, run.deduction, m_visiting,
        &m_elsewhere};
    Binder binder(context);
    ES_TRY(BoundEntry entry, bind(binder));
    entry.facts = binder.takeFacts();
    entry.catalog = m_facts.catalog;
    return entry;
}

Result<BoundEntry*> Session::entryOf(BatchRun& run, const void* key, const std::function<Result<BoundEntry>(Binder&)>& bind)
{
    const auto found = run.bound.find(key);
    if (found != run.bound.end() && found->second.catalog == m_facts.catalog) return &found->second;
    ES_TRY(BoundEntry entry, bindNow(run, nullptr, bind));
    return &(run.bound[key] = std::move(entry));
}

Result<BoundEntry*> Session::boundExpression(BatchRun& run, const tsql::Expr& expr, bool isCondition, tsql::SchemeInference* inference)
{
    const auto bind = [&](Binder& binder) -> Result<BoundEntry> {
        BoundEntry entry;
        Scope none;
        BoundExpr value;
        if (isCondition) {
            ES_TRY(const std::string text, binder.bindCondition(expr, none));
            value.sql = "(" + text + ")";
            value.type.id = types::TypeId::kBit;
        } else {
            ES_TRY(value, binder.bind(expr, none));
        }
        entry.query.sql = "SELECT " + value.sql;
        entry.query.columns.push_back({"", std::move(value)});
        return entry;
    };
    if (inference) {
        ES_TRY([[maybe_unused]] const BoundEntry ignored, bindNow(run, inference, bind));
        return nullptr;
    }
    return entryOf(run, &expr, bind);
}

Result<void> Session::bindStatement(BatchRun& run, const tsql::Statement& statement, tsql::SchemeInference* inference)
{
    m_elsewhere.clear();
    Result<void> bound = bindHere(run, statement, inference);
    if (bound || inference || m_visiting || m_elsewhere.empty()) return bound;
    return bindElsewhere(run, statement, std::move(bound).error());
}

Result<void> Session::bindHere(BatchRun& run, const tsql::Statement& statement, tsql::SchemeInference* inference)
{
    const std::int32_t line = lineOf(statement);
    const auto keep = [&](const std::function<Result<BoundEntry>(Binder&)>& bind) -> Result<void> {
        if (inference) {
            ES_TRY([[maybe_unused]] const BoundEntry ignored, bindNow(run, inference, bind));
            return {};
        }
        ES_TRY([[maybe_unused]] const BoundEntry* entry, entryOf(run, &statement, bind));
        return {};
    };
    const auto expression = [&](const tsql::ExprPtr& expr, bool isCondition) -> Result<void> {
        if (!expr) return {};
        ES_TRY([[maybe_unused]] const BoundEntry* entry, boundExpression(run, *expr, isCondition, inference));
        return {};
    };
    // DECLARE @v t = x and SET @v = x: one bound conversion, kept under the expression's address.
    const auto assignment
        = [&](const std::string& name, const tsql::ExprPtr& expr, std::optional<tsql::BinaryOperator> compound) -> Result<void> {
        if (!expr) return {};
        const auto bind = [&](Binder& binder) -> Result<BoundEntry> {
            BoundEntry entry;
            Scope none;
            ES_TRY(const std::size_t position, binder.variable(name, line));
            ES_TRY(BoundExpr value, binder.bind(*expr, none));
            if (compound) {
                BoundExpr old;
                old.sql = "?" + std::to_string(position + 1);
                old.type = run.variables[position].type;
                old.variable = position;
                old.name = name;
                ES_TRY(value, binder.arithmetic(*compound, std::move(old), std::move(value), line));
            }
            ES_TRY(value, binder.toVariable(std::move(value), position, line));
            entry.query.sql = "SELECT " + value.sql;
            entry.query.columns.push_back({"", std::move(value)});
            return entry;
        };
        if (inference) {
            ES_TRY([[maybe_unused]] const BoundEntry ignored, bindNow(run, inference, bind));
            return {};
        }
        ES_TRY([[maybe_unused]] const BoundEntry* entry, entryOf(run, expr.get(), bind));
        return {};
    };
    return std::visit(tsql::Overloaded{[&](const tsql::SelectStatement& n) {
                                           return keep([&](Binder& binder) -> Result<BoundEntry> {
                                               BoundEntry entry;
                                               if (assigns(n)) {
                                                   ES_TRY(entry.query, binder.bindAssigning(*n.query, entry.targets));
                                               } else {
                                                   ES_TRY(entry.query, binder.bindQuery(*n.query, nullptr, Binder::Place::kTop));
                                               }
                                               return entry;
                                           });
                                       },
                          [&](const tsql::Insert& n) -> Result<void> {
                              if (std::holds_alternative<tsql::Insert::FromExecute>(n.source)) return {}; // row by row: RunInsertExecute
                              return keep([&](Binder& binder) -> Result<BoundEntry> {
                                  BoundEntry entry;
                                  const CatalogTable* table = binder.catalog().table(n.target.name.schema(), n.target.name.object());
                                  const bool on = table && foldName(table->schemaName) + "." + foldName(table->name) == m_identityInsert;
                                  ES_TRY(entry.dml, binder.bindInsert(n, line, on));
                                  return entry;
                              });
                          },
                          [&](const tsql::Update& n) {
                              return keep([&](Binder& binder) -> Result<BoundEntry> {
                                  BoundEntry entry;
                                  ES_TRY(entry.dml, binder.bindUpdate(n, line));
                                  return entry;
                              });
                          },
                          [&](const tsql::Delete& n) {
                              return keep([&](Binder& binder) -> Result<BoundEntry> {
                                  BoundEntry entry;
                                  ES_TRY(entry.dml, binder.bindDelete(n, line));
                                  return entry;
                              });
                          },
                          [&](const tsql::Declare& n) -> Result<void> {
                              for (const tsql::VariableDeclaration& declaration : n.variables)
                                  ES_CHECK(assignment(declaration.name, declaration.initial, {}));
                              return {};
                          },
                          [&](const tsql::SetVariable& n) { return assignment(n.name, n.value, n.compound); },
                          [&](const tsql::If& n) { return expression(n.condition, true); },
                          [&](const tsql::While& n) { return expression(n.condition, true); },
                          [&](const tsql::Print& n) { return expression(n.value, false); },
                          [&](const tsql::Return& n) { return expression(n.value, false); },
                          [&](const tsql::Execute& n) { return bindCall(run, n, inference, line); }, [](const auto&) -> Result<void> { return {}; }},
        statement.node);
}

Result<void> Session::runScript(BatchRun& run)
{
    m_facts.utcNow = utcNow();
    ES_TRY([[maybe_unused]] const Flow flow, runList(run, run.script.statements));
    return {};
}

void Session::report(BatchRun& run, const Error& error)
{
    const base::ServerError message = error.server ? *error.server : base::ServerError{50000, 1, 16, 0, error.describe(), {}, {}};
    m_facts.lastError = message.number;
    run.worstSeverity = std::max<std::int32_t>(run.worstSeverity, message.severity);
    run.sink.message(message, true);
    // SQLite rolls back by itself when the disk is full or fails: the transaction is gone, and so the counter must be.
    if (m_facts.transactionCount > 0 && error.code == kStorageFailed && !m_connection->inTransaction()) forgetTransaction();
}

void Session::giveOutputs(BatchRun& run, const std::vector<EngineParameter>& parameters)
{
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (!parameters[i].output) continue;
        const Variable& variable = run.variables[i];
        ReturnedParameter out;
        out.ordinal = i;
        out.name = parameters[i].takesFormalName && !variable.formalName.empty() ? variable.formalName : parameters[i].name;
        out.type = parameters[i].type;
        if (parameters[i].cipher) {
            out.cipher = parameters[i].cipher;
            if (const auto* cell = std::get_if<base::Bytes>(&variable.value)) out.cell = *cell;
        } else if (auto value = fromStored(variable.value, variable.type))
            out.value = *std::move(value);
        run.sink.returnValue(out);
    }
}

} // namespace es::sandbox
