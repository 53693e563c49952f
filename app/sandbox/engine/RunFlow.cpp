// Session: running statements one after the other, control of flow, variables, messages.
#include "app/sandbox/engine/Session.h"

#include "app/sandbox/engine/StorageCodec.h"
#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Error;
using base::Result;

namespace {

std::int32_t lineOf(const tsql::Statement& statement)
{
    return static_cast<std::int32_t>(statement.range.line);
}

// %s and %d of RAISERROR, in order; what has no argument stays as "(null)".
std::string formatted(const std::string& format, const std::vector<std::string>& values)
{
    std::string out;
    std::size_t next = 0;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%' || i + 1 >= format.size()) {
            out += format[i];
            continue;
        }
        ++i;
        if (format[i] == '%') {
            out += '%';
            continue;
        }
        while (i < format.size() && std::string_view("sdiuoxX").find(format[i]) == std::string_view::npos)
            ++i; // width and flags are dropped
        out += next < values.size() ? values[next++] : std::string("(null)");
    }
    return out;
}

} // namespace

base::ServerError infoMessage(std::string text, std::int32_t line, std::int32_t number)
{
    return {number, 1, 0, line, std::move(text), {}, {}};
}

Result<Flow> Session::runList(BatchRun& run, const std::vector<tsql::Statement>& statements)
{
    for (const tsql::Statement& statement : statements) {
        ES_TRY(const Flow flow, runOne(run, statement));
        if (flow != Flow::kNext) return flow;
    }
    return Flow::kNext;
}

// A statement that fails alone is reported here, and the batch goes on; what ends the batch goes up as the Error.
Result<Flow> Session::runOne(BatchRun& run, const tsql::Statement& statement)
{
    if (run.stop.stop_requested() || !run.sink.alive()) return cancelledInside();
    beginImplicitly(run, statement);
    Result<Flow> flow = runNode(run, statement);
    if (flow) return flow;
    Error error = atLine(std::move(flow).error(), lineOf(statement));
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
    const std::int32_t line = lineOf(statement);
    const auto next = [&](Result<void> result) -> Result<Flow> {
        if (!result) return std::move(result).error();
        m_facts.lastError = 0;
        return Flow::kNext;
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
            [&](const tsql::Insert&) { return next(runDml(run, statement, Command::kInsert)); },
            [&](const tsql::Update&) { return next(runDml(run, statement, Command::kUpdate)); },
            [&](const tsql::Delete&) { return next(runDml(run, statement, Command::kDelete)); },
            [&](const tsql::Declare& n) -> Result<Flow> {
                ES_CHECK(bindStatement(run, statement, nullptr));
                return next(runDeclare(run, n));
            },
            [&](const tsql::SetVariable& n) -> Result<Flow> {
                ES_CHECK(bindStatement(run, statement, nullptr));
                return next(runSetVariable(run, n, line));
            },
            [&](const tsql::SetOption& n) { return next(setOption(n, line)); },
            [&](const tsql::If& n) -> Result<Flow> {
                ES_TRY(const bool yes, condition(run, *n.condition));
                if (yes) return runOne(run, *n.then);
                return n.otherwise ? runOne(run, *n.otherwise) : Result<Flow>(Flow::kNext);
            },
            [&](const tsql::While& n) { return runWhile(run, n); }, [&](const tsql::Block& n) { return runList(run, n.statements); },
            [&](const tsql::TryCatch& n) { return runTry(run, n); }, [&](const tsql::Throw& n) { return next(runThrow(run, n, line)); },
            [&](const tsql::RaiseError& n) { return next(runRaise(run, n, line)); },
            [&](const tsql::Print& n) { return next(runPrint(run, n, line)); },
            [&](const tsql::Return&) -> Result<Flow> { return Flow::kReturn; },
            [&](const tsql::Break&) -> Result<Flow> { return Flow::kBreak; },
            [&](const tsql::Continue&) -> Result<Flow> { return Flow::kContinue; },
            [&](const tsql::Execute& n) { return runExecute(run, n, line); },
            [&](const tsql::Use& n) -> Result<Flow> { return next(useDatabase(n.database.text, &run.sink, line)); },
            [&](const tsql::Transaction& n) -> Result<Flow> {
                return next(runTransaction(run, n, line));
            },
            [&](const tsql::CreateTable& n) { return ddl(createTable(n, run.text, line)); },
            [&](const tsql::AlterTable& n) { return ddl(alterTable(run, n, line)); },
            [&](const tsql::TruncateTable& n) { return ddl(truncateTable(n, line)); },
            [&](const tsql::CreateIndex& n) { return ddl(createIndex(n, run.text, line)); },
            [&](const tsql::DropIndex& n) { return ddl(dropIndex(n, line)); },
            [&](const tsql::DropObjects& n) { return ddl(dropObjects(n, line)); },
            [&](const tsql::CreateSchema& n) { return ddl(createSchema(n, line)); },
            [&](const tsql::CreateDatabase& n) { return ddl(m_shared->createDatabase(n.name.text, line)); },
            [&](const tsql::CreateColumnMasterKey& n) { return ddl(createMasterKey(n, line)); },
            [&](const tsql::CreateColumnEncryptionKey& n) { return ddl(createEncryptionKey(n, line)); },
            [&](const tsql::AlterColumnEncryptionKey& n) { return ddl(alterEncryptionKey(n, line)); },
            [&](const tsql::AlterScopedConfiguration&) { return ddl({}); }, // CLEAR PROCEDURE_CACHE: no plan is kept beyond a batch
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
        if (flow == Flow::kReturn) return flow;
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
    run.sink.message(infoMessage(std::move(text), line), false);
    return {};
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
        again.code = kThrown;
        return again;
    }
    ES_TRY(const std::string number, evaluateText(run, *node.number));
    ES_TRY(std::string message, evaluateText(run, *node.message));
    ES_TRY(const std::string state, evaluateText(run, *node.state));
    Error error = sqlError(std::atoi(number.c_str()), std::move(message), line, static_cast<std::uint8_t>(std::atoi(state.c_str())));
    error.code = kThrown;
    return error;
}

Result<void> Session::runRaise(BatchRun& run, const tsql::RaiseError& node, std::int32_t line)
{
    std::vector<std::string> values;
    for (const tsql::ExprPtr& argument : node.arguments) {
        ES_TRY(std::string text, evaluateText(run, *argument));
        values.push_back(std::move(text));
    }
    if (values.size() < 3) return notSupported("RAISERROR without severity and state", line);
    const int severity = std::atoi(values[1].c_str());
    const int state = std::atoi(values[2].c_str());
    std::string text = formatted(values[0], {values.begin() + 3, values.end()});
    if (severity > 10) {
        Error error
            = sqlError(50000, std::move(text), line, static_cast<std::uint8_t>(state), static_cast<std::uint8_t>(std::min(severity, 25)));
        error.code = kRaised;
        return error;
    }
    run.sink.message(
        {50000, static_cast<std::uint8_t>(state), static_cast<std::uint8_t>(std::max(severity, 0)), line, std::move(text), {}, {}}, false);
    return {};
}

} // namespace es::sandbox
