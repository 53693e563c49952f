// Session: running statements one after the other, control of flow, variables, messages.
#include "app/sandbox/engine/Session.h"

#include "app/sandbox/engine/MessageFormat.h"
#include "app/sandbox/engine/StorageCodec.h"
#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Error;
using base::Result;

namespace {

// SET FMTONLY ON asks for the shapes of results: nothing is changed.
bool runsUnderFormatOnly(const tsql::Statement& statement)
{
    return std::visit(tsql::Overloaded{[](const tsql::SelectStatement& n) {
                                           const auto* spec = std::get_if<tsql::SelectSpec>(&n.query->body->node);
                                           return !spec || !spec->into;
                                       },
                          [](const tsql::SetOption&) { return true; }, [](const tsql::Declare&) { return true; },
                          [](const tsql::SetVariable&) { return true; }, [](const tsql::If&) { return true; },
                          [](const tsql::While&) { return true; }, [](const tsql::Block&) { return true; },
                          [](const tsql::TryCatch&) { return true; }, [](const tsql::Execute&) { return true; },
                          [](const tsql::Return&) { return true; }, [](const tsql::Goto&) { return true; }, [](const tsql::Use&) { return true; }, [](const auto&) { return false; }},
        statement.node);
}

std::int32_t lineOf(const tsql::Statement& statement)
{
    return static_cast<std::int32_t>(statement.range.line);
}

} // namespace

base::ServerError infoMessage(std::string text, std::int32_t line, std::int32_t number)
{
    return {number, 1, 0, line, std::move(text), {}, {}};
}

Result<Flow> Session::runList(BatchRun& run, const std::vector<tsql::Statement>& statements)
{
    for (std::size_t i = 0; i < statements.size(); ++i) {
        ES_TRY(const Flow flow, runOne(run, statements[i]));
        if (flow == Flow::kNext) continue;
        const auto label = std::find_if(statements.begin(), statements.end(), [&](const tsql::Statement& statement) {
            const auto* here = flow == Flow::kGoto ? std::get_if<tsql::Label>(&statement.node) : nullptr;
            return here && sameName(here->name, run.label);
        });
        if (label == statements.end()) return flow;
        i = static_cast<std::size_t>(label - statements.begin());
    }
    return Flow::kNext;
}

// A statement that fails alone is reported here, and the batch goes on; what ends the batch goes up as the Error.
Result<Flow> Session::runOne(BatchRun& run, const tsql::Statement& statement)
{
    if (run.stop.stop_requested() || !run.sink.alive()) return cancelledInside();
    if (isOn("FMTONLY") && !runsUnderFormatOnly(statement)) return Flow::kNext;
    if (isOn("NOEXEC") && !std::holds_alternative<tsql::SetOption>(statement.node)) return Flow::kNext;
    beginImplicitly(run, statement);
    Result<Flow> flow = runNode(run, statement);
    if (flow) return flow;
    Error error = atLine(std::move(flow).error(), lineOf(statement));
    if (error.server && error.server->procedure.empty()) error.server->procedure = run.procedure;
    if (error.code == kCancelledInside) return error;
    const bool aborts = abortsBatch(error);
    if (aborts) abortTransaction(run, error);
    if (run.tryDepth > 0 || aborts || consequenceOf(error) != Consequence::kStatement) return error;
    report(run, error);
    run.sink.done({Command::kNone, {}, true});
    m_facts.rowCount = 0;
    return Flow::kNext;
}

Result<Flow> Session::runNode(BatchRun& run, const tsql::Statement& statement)
{
    ES_CHECK(checkStatement(run, statement));
    const std::int32_t line = lineOf(statement);
    const auto next = [&](Result<void> result) -> Result<Flow> {
        if (!result) return std::move(result).error();
        m_facts.lastError = 0;
        return Flow::kNext;
    };
    // As next; afterwards @@ROWCOUNT is 0, after an assignment 1.
    const auto countless = [&](Result<void> result, std::int64_t rowCount = 0) -> Result<Flow> {
        if (result) m_facts.rowCount = rowCount;
        return next(std::move(result));
    };
    const auto ddl = [&](Result<void> result) -> Result<Flow> {
        if (!result) return std::move(result).error();
        m_facts.lastError = 0;
        m_facts.rowCount = 0;
        run.sink.done({Command::kOther, {}, false});
        return Flow::kNext;
    };
    return std::visit(
        tsql::Overloaded{[&](const tsql::SelectStatement& n) { return next(runSelect(run, statement, n)); },
            [&](const tsql::Insert& n) {
                if (std::holds_alternative<tsql::Insert::FromExecute>(n.source)) return next(insertFromExecute(run, n, line));
                return next(runDml(run, statement, Command::kInsert));
            },
            [&](const tsql::Update&) { return next(runDml(run, statement, Command::kUpdate)); },
            [&](const tsql::Delete&) { return next(runDml(run, statement, Command::kDelete)); },
            [&](const tsql::Declare& n) -> Result<Flow> {
                ES_CHECK(bindStatement(run, statement, nullptr));
                return next(runDeclare(run, n));
            },
            [&](const tsql::SetVariable& n) -> Result<Flow> {
                ES_CHECK(bindStatement(run, statement, nullptr));
                return countless(runSetVariable(run, n, line), 1);
            },
            [&](const tsql::SetOption& n) { return countless(setOption(n, line)); },
            [&](const tsql::If& n) -> Result<Flow> {
                ES_TRY(const bool yes, condition(run, *n.condition));
                if (yes) return runOne(run, *n.then);
                return n.otherwise ? runOne(run, *n.otherwise) : Result<Flow>(Flow::kNext);
            },
            [&](const tsql::While& n) { return runWhile(run, n); }, [&](const tsql::Block& n) { return runList(run, n.statements); },
            [&](const tsql::TryCatch& n) { return runTry(run, n); }, [&](const tsql::Throw& n) { return next(runThrow(run, n, line)); },
            [&](const tsql::RaiseError& n) -> Result<Flow> {
                ES_CHECK(runRaise(run, n, line));
                m_facts.rowCount = 0;
                m_facts.lastError = std::find(n.options.begin(), n.options.end(), "SETERROR") != n.options.end() ? 50000 : 0;
                return Flow::kNext;
            },
            [&](const tsql::Print& n) { return countless(runPrint(run, n, line)); },
            [&](const tsql::Return& n) { return runReturn(run, n, line); },
            [&](const tsql::WaitFor& n) { return next(runWait(run, n, line)); },
            [&](const tsql::DefineView& n) { return ddl(defineView(run, statement, n, line)); },
            [&](const tsql::DefineProcedure& n) { return ddl(defineProcedure(run, statement, n, line)); },
            [&](const tsql::Break&) -> Result<Flow> { return Flow::kBreak; },
            [&](const tsql::Continue&) -> Result<Flow> { return Flow::kContinue; },
            [&](const tsql::Label&) -> Result<Flow> { return Flow::kNext; },
            [&](const tsql::Goto& n) -> Result<Flow> {
                run.label = n.label;
                return Flow::kGoto;
            },
            [&](const tsql::Execute& n) { return runExecute(run, n, line); },
            [&](const tsql::Use& n) -> Result<Flow> { return countless(useDatabase(n.database.text, &run.sink, line)); },
            [&](const tsql::Transaction& n) -> Result<Flow> {
                return countless(runTransaction(run, n, line));
            },
            [&](const tsql::CreateTable& n) { return ddl(createTable(n, run.text, line)); },
            [&](const tsql::AlterTable& n) { return ddl(alterTable(run, n, line)); },
            [&](const tsql::TruncateTable& n) { return ddl(truncateTable(n, line)); },
            [&](const tsql::CreateIndex& n) { return ddl(createIndex(run, n, line)); },
            [&](const tsql::AlterIndex& n) { return ddl(alterIndex(n, line)); }, [&](const tsql::Dbcc& n) { return ddl(runDbcc(run, n, line)); },
            [&](const tsql::DropIndex& n) { return ddl(dropIndex(n, line)); },
            [&](const tsql::DropObjects& n) { return ddl(dropObjects(n, line)); },
            [&](const tsql::CreateSchema& n) { return ddl(createSchema(n, line)); },
            [&](const tsql::CreateDatabase& n) -> Result<Flow> {
                if (m_facts.transactionCount > 0)
                    return sqlError(226, "CREATE DATABASE statement not allowed within multi-statement transaction.", line, 5);
                return ddl(createDatabase(n.name.text, line));
            },
            [&](const tsql::CreatePrincipal& n) { return ddl(createPrincipal(n, line)); },
            [&](const tsql::AlterRole& n) { return ddl(alterRole(n, line)); },
            [&](const tsql::Permission& n) { return ddl(changePermissions(n, line)); },
            [&](const tsql::CreateColumnMasterKey& n) { return ddl(createMasterKey(n, line)); },
            [&](const tsql::CreateColumnEncryptionKey& n) { return ddl(createEncryptionKey(n, line)); },
            [&](const tsql::AlterColumnEncryptionKey& n) { return ddl(alterEncryptionKey(n, line)); },
            [&](const tsql::AlterScopedConfiguration&) { return ddl({}); }, // CLEAR PROCEDURE_CACHE: no plan is kept beyond a batch
            [&](const tsql::AlterDatabase& n) { return ddl(alterDatabase(n, line)); },
            [&](const tsql::Reconfigure&) { return ddl(reconfigure(line)); },
            [&](const tsql::Checkpoint&) { return ddl(wipeLog(line)); },
            [&](const auto&) -> Result<Flow> { return notSupported("This statement", line); }},
        statement.node);
}

Result<Flow> Session::runWhile(BatchRun& run, const tsql::While& node)
{
    while (true) {
        ES_TRY(const bool go, condition(run, *node.condition));
        if (!go) return Flow::kNext;
        ES_TRY(const Flow flow, runOne(run, *node.body));
        if (flow == Flow::kBreak) return Flow::kNext;
        if (flow == Flow::kReturn || flow == Flow::kGoto) return flow;
    }
}

Result<Flow> Session::runTry(BatchRun& run, const tsql::TryCatch& node)
{
    ++run.tryDepth;
    Result<Flow> flow = runList(run, node.body);
    --run.tryDepth;
    if (flow || flow.error().code == kCancelledInside || !flow.error().server || flow.error().server->severity >= 20) return flow;
    // What cannot even be bound is no affair of the TRY in the same scope, only of one around the scope.
    if (consequenceOf(flow.error()) == Consequence::kScope) return flow;
    const std::optional<base::ServerError> outer = m_facts.caught;
    m_facts.caught = flow.error().server;
    m_facts.lastError = m_facts.caught->number;
    Result<Flow> handled = runList(run, node.handler);
    m_facts.caught = outer;
    return handled;
}

Result<Session::Evaluated> Session::evaluate(BatchRun& run, const tsql::Expr& expr)
{
    ES_TRY(BoundEntry * entry, boundExpression(run, expr, false));
    ES_CHECK(runPasses(run, entry->facts));
    ES_TRY(SqliteStatement statement, prepared(run, entry->query.sql));
    ES_TRY(const bool row, statement.step());
    return Evaluated{row ? statement.storedAt(0) : Stored{}, entry->query.columns[0].expr.type};
}

Result<Stored> Session::convertStored(const Evaluated& value, const types::SqlType& type) const
{
    ES_TRY(const types::Value plain, fromStored(value.value, value.type));
    ES_TRY(const types::Value converted, types::convertValue(plain, value.type, type));
    return toStored(converted, type);
}

Result<std::string> Session::evaluateText(BatchRun& run, const tsql::Expr& expr)
{
    ES_TRY(const Evaluated out, evaluate(run, expr));
    if (out.type.id == types::TypeId::kSqlVariant || out.type.id == types::TypeId::kXml)
        return sqlError(257,
            "Implicit conversion from data type " + std::string(types::baseTypeName(out.type.id))
                + " to nvarchar is not allowed. Use the CONVERT function to run this query.",
            0, 3);
    if (isNull(out.value)) return std::string{};
    ES_TRY(const types::Value value, fromStored(out.value, out.type));
    const types::SqlType text = types::makeSized(types::TypeId::kNVarChar, types::kMaxLength);
    ES_TRY(const types::Value converted, types::convertValue(value, out.type, text));
    return std::get<std::string>(converted);
}

Result<bool> Session::condition(BatchRun& run, const tsql::Expr& expr)
{
    ES_TRY(BoundEntry * entry, boundExpression(run, expr, true));
    ES_CHECK(ensureReadable(entry->facts));
    ES_TRY(TransactionScope scope, TransactionScope::begin(*m_connection, TransactionScope::Kind::kRead));
    ES_CHECK(runPasses(run, entry->facts));
    ES_TRY(SqliteStatement statement, prepared(run, entry->query.sql));
    ES_TRY(const bool row, statement.step());
    return row && !statement.isNull(0) && statement.intAt(0) != 0;
}

Result<void> Session::assign(BatchRun& run, std::size_t variable, const tsql::Expr& expr)
{
    // Bound, conversion included, under the expression's address: see bindStatement.
    const auto found = run.bound.find(&expr);
    if (found == run.bound.end()) return sqlError(8624, "A variable's value was not bound.");
    ES_TRY(TransactionScope scope, TransactionScope::begin(*m_connection, TransactionScope::Kind::kRead));
    ES_CHECK(runPasses(run, found->second.facts));
    ES_TRY(SqliteStatement statement, prepared(run, found->second.query.sql));
    ES_TRY(const bool row, statement.step());
    run.variables[variable].value = row ? statement.storedAt(0) : Stored{};
    return {};
}

Result<void> Session::runDeclare(BatchRun& run, const tsql::Declare& node)
{
    for (std::size_t i = 0; i < node.variables.size(); ++i) {
        const tsql::VariableDeclaration& declaration = node.variables[i];
        if (!declaration.initial) continue;
        const auto position = std::find_if(
            run.variables.begin(), run.variables.end(), [&](const Variable& v) { return sameName(v.name, declaration.name); });
        ES_CHECK(assign(run, static_cast<std::size_t>(position - run.variables.begin()), *declaration.initial));
    }
    return {};
}

Result<void> Session::runSetVariable(BatchRun& run, const tsql::SetVariable& node, std::int32_t line)
{
    const auto position
        = std::find_if(run.variables.begin(), run.variables.end(), [&](const Variable& v) { return sameName(v.name, node.name); });
    if (position == run.variables.end()) return mustDeclareVariable(node.name, line);
    return assign(run, static_cast<std::size_t>(position - run.variables.begin()), *node.value);
}

Result<void> Session::runPrint(BatchRun& run, const tsql::Print& node, std::int32_t line)
{
    ES_TRY(std::string text, evaluateText(run, *node.value));
    base::ServerError words = infoMessage(std::move(text), line);
    words.procedure = run.procedure;
    run.sink.message(words, false);
    return {};
}

Result<Flow> Session::runReturn(BatchRun& run, const tsql::Return& node, std::int32_t line)
{
    if (!node.value) return Flow::kReturn;
    if (!run.inProcedure) return sqlError(178, "A RETURN statement with a return value cannot be used in this context.", line, 1, 15);
    ES_TRY(const Evaluated value, evaluate(run, *node.value));
    ES_TRY(const Stored status, convertStored(value, types::makeType(types::TypeId::kInt)));
    run.returned = true;
    if (const auto* number = std::get_if<std::int64_t>(&status)) {
        run.status = static_cast<std::int32_t>(*number);
    } else {
        base::ServerError words = infoMessage("The '" + run.procedure
                + "' procedure attempted to return a status of NULL, which is not allowed. A status of 0 will be returned instead.",
            line, 282);
        words.procedure = run.procedure;
        run.sink.message(words, false);
    }
    return Flow::kReturn;
}

Result<void> Session::runThrow(BatchRun& run, const tsql::Throw& node, std::int32_t line)
{
    if (!node.number) {
        if (!m_facts.caught)
            return sqlError(10704,
                "To rethrow an error, a THROW statement must be used inside a CATCH block. Insert the THROW statement inside a CATCH "
                "block, or add error parameters to the THROW statement.",
                line, 1, 15);
        Error again = sqlError(
            m_facts.caught->number, m_facts.caught->message, m_facts.caught->line, m_facts.caught->state, m_facts.caught->severity);
        again.server->procedure = m_facts.caught->procedure;
        again.code = kThrown;
        return again;
    }
    ES_TRY(const std::string number, evaluateText(run, *node.number));
    ES_TRY(std::string message, evaluateText(run, *node.message));
    ES_TRY(const std::string state, evaluateText(run, *node.state));
    if (std::atoll(number.c_str()) < 50000)
        return sqlError(35100,
            "Error number " + number + " in the THROW statement is outside the valid range. Specify an error number in the valid range of 50000 "
            "to 2147483647.",
            line, 10);
    Error error = sqlError(std::atoi(number.c_str()), std::move(message), line, static_cast<std::uint8_t>(std::atoi(state.c_str())));
    error.code = kThrown;
    return error;
}

// RAISERROR (text, severity, state, values ..) WITH NOWAIT, SETERROR, LOG.
Result<void> Session::runRaise(BatchRun& run, const tsql::RaiseError& node, std::int32_t line)
{
    const auto has = [&](std::string_view option) { return std::find(node.options.begin(), node.options.end(), option) != node.options.end(); };
    std::vector<MessageArgument> values;
    for (const tsql::ExprPtr& argument : node.arguments) {
        ES_TRY(const Evaluated value, evaluate(run, *argument));
        const auto* number = std::get_if<std::int64_t>(&value.value);
        if (isNull(value.value))
            values.emplace_back();
        else if (number && types::isInteger(value.type.id))
            values.emplace_back(*number);
        else {
            ES_TRY(std::string text, evaluateText(run, *argument));
            values.emplace_back(std::move(text));
        }
    }
    const auto* severityArgument = std::get_if<std::int64_t>(&values[1]);
    const auto* stateArgument = std::get_if<std::int64_t>(&values[2]);
    if (!severityArgument || !stateArgument) return sqlError(2748, "Cannot specify this data type for severity and state of RAISERROR.", line);
    if (const auto* number = std::get_if<std::int64_t>(&values[0])) {
        if (*number < 13000 || *number == 50000)
            return sqlError(2732,
                "Error number " + std::to_string(*number) + " is invalid. The number must be from 13000 through 2147483647 and it cannot be 50000.",
                line);
        if (*number < 50000) return notSupported("RAISERROR with a number of the server's own messages", line);
        return sqlError(18054,
            "Error " + std::to_string(*number) + ", severity " + std::to_string(*severityArgument) + ", state " + std::to_string(*stateArgument)
                + " was raised, but no message with that error number was found in sys.messages. If error is larger than 50000, make sure "
                  "the user-defined message is added using sp_addmessage.",
            line);
    }
    if (*stateArgument > 255)
        return sqlError(2756, "Invalid value " + std::to_string(*stateArgument) + " for state. Valid range is from 0 to 255.", line);
    const auto severity = static_cast<int>(std::clamp<std::int64_t>(*severityArgument, 0, 25));
    const auto state = static_cast<std::uint8_t>(*stateArgument < 0 ? 1 : *stateArgument);
    if (severity > 18 && !has("LOG"))
        return sqlError(2754,
            "Error severity levels greater than 18 can only be specified by members of the sysadmin role, using the WITH LOG option.", line);
    if (severity >= 20) return notSupported("RAISERROR with a severity of 20 and more", line);
    const auto* format = std::get_if<std::string>(&values[0]);
    ES_TRY(std::string text, formatMessage(format ? *format : std::string("(null)"), {values.begin() + 3, values.end()}, line));
    if (severity > 10) {
        Error error = sqlError(50000, std::move(text), line, state, static_cast<std::uint8_t>(severity));
        error.code = kRaised;
        return error;
    }
    run.sink.message({50000, state, static_cast<std::uint8_t>(severity == 10 ? 0 : severity), line, std::move(text), {}, run.procedure}, false);
    return {};
}

} // namespace es::sandbox
