#include "ui/services/QueryTask.h"

#include "driver/session/Errors.h"
#include "driver/session/Session.h"
#include "driver/tsql/BatchSplitter.h"
#include "driver/tsql/Parameterizer.h"
#include "ui/services/FlowGate.h"

#include <QElapsedTimer>

namespace es::ui {

namespace {

// One run: what is known so far, and the sink that the session writes into.
class QueryRun : public session::ResultSink {
public:
    QueryRun(TaskContext& context, const QueryRequest& request, QueryListener& listener)
        : m_context(context)
        , m_request(request)
        , m_listener(listener)
        , m_gate(std::make_shared<FlowGate>(request.memoryLimitBytes))
    {
    }

    QueryEnd run();

    void onColumns(std::shared_ptr<const types::ColumnSet> columns) override { m_listener.columns(++m_resultIndex, std::move(columns)); }
    void onRows(std::shared_ptr<const types::RowBlock> rows) override;
    void onMessage(const base::ServerError& message, bool isError) override;
    void onStatementDone(std::optional<std::uint64_t> rowCount) override
    {
        m_listener.statementDone(rowCount ? static_cast<std::int64_t>(*rowCount) : -1);
    }

private:
    [[nodiscard]] bool runBatch(const tsql::Batch& batch); // false: go no further
    [[nodiscard]] base::Result<session::Statement> statementFor(const tsql::Batch& batch);
    [[nodiscard]] int editorLine(std::int32_t batchLine) const;
    void tellBadDeclarations(const tsql::Batch& batch, const base::Error& error);
    void tell(const base::Error& error, int line = 0);
    void fail(const base::Error& error);

    TaskContext& m_context;
    const QueryRequest& m_request;
    QueryListener& m_listener;
    std::shared_ptr<FlowGate> m_gate;
    QueryEnd m_end;
    int m_resultIndex = -1;
    int m_batchLine = 1;
};

QueryEnd QueryRun::run()
{
    QElapsedTimer timer;
    timer.start();
    const std::string text = m_request.text.toStdString();
    const auto batches = tsql::splitBatches(text);
    if (!batches) {
        tell(batches.error());
        fail(batches.error());
    } else {
        for (const tsql::Batch& batch : *batches)
            if (!runBatch(batch)) break;
    }
    m_end.elapsedMs = timer.elapsed();
    m_end.facts = m_context.facts();
    return m_end;
}

bool QueryRun::runBatch(const tsql::Batch& batch)
{
    m_batchLine = static_cast<int>(batch.line);
    const auto statement = statementFor(batch);
    if (!statement) {
        tellBadDeclarations(batch, statement.error());
        fail(statement.error());
        return !m_request.stopAtError;
    }
    for (std::uint32_t pass = 0; pass < batch.repeat; ++pass) {
        if (m_context.stop.stop_requested()) {
            m_end.outcome = QueryEnd::Outcome::kCancelled;
            return false;
        }
        const auto outcome = m_context.session.execute(*statement, *this, m_context.stop, m_context.abandon);
        if (!outcome) {
            if (outcome.error().code != session::kServerError) // else told when it came
                tell(outcome.error());
            fail(outcome.error());
            if (m_request.stopAtError || outcome.error().consequence == base::Consequence::kSessionUnusable) return false;
        } else if (*outcome == session::Outcome::kCancelled) {
            m_end.outcome = QueryEnd::Outcome::kCancelled;
            return false;
        }
    }
    return true;
}

base::Result<session::Statement> QueryRun::statementFor(const tsql::Batch& batch)
{
    session::Statement statement;
    if (!m_request.parameterize) {
        statement.text = batch.text;
        return statement;
    }
    ES_TRY(auto parameterized, tsql::parameterize(batch.text, m_context.session.state().collation));
    statement.text = std::move(parameterized.text);
    for (tsql::LiteralParameter& literal : parameterized.parameters)
        statement.parameters.push_back({std::move(literal.name), literal.type, std::move(literal.value), false, false});
    for (const tsql::SkippedDeclaration& skipped : parameterized.skipped) {
        QueryMessage notice;
        notice.kind = QueryMessage::Kind::kNotice;
        notice.text = QString::fromStdString(skipped.variable + " was sent as written, not as a parameter: " + skipped.reason);
        notice.line = editorLine(static_cast<std::int32_t>(skipped.declaration.line));
        m_listener.message(notice);
    }
    return statement;
}

void QueryRun::onRows(std::shared_ptr<const types::RowBlock> rows)
{
    m_end.rowCount += rows->rowCount();
    m_listener.rows(m_resultIndex, m_gate->count(std::move(rows)));
    m_gate->waitForRoom(m_context.stop, [this](bool paused, std::uint64_t held) { m_listener.paused(paused, held); });
}

void QueryRun::onMessage(const base::ServerError& server, bool isError)
{
    QueryMessage message;
    message.kind = isError ? QueryMessage::Kind::kError : QueryMessage::Kind::kInformation;
    message.text = QString::fromStdString(server.message);
    message.number = server.number;
    message.severity = server.severity;
    message.state = server.state;
    message.serverLine = server.line;
    message.procedure = QString::fromStdString(server.procedure);
    if (server.procedure.empty() && server.line > 0) message.line = editorLine(server.line);
    m_end.errorCount += isError ? 1 : 0;
    m_listener.message(message);
}

// A line of the batch, as it is counted in the editor.
int QueryRun::editorLine(std::int32_t batchLine) const
{
    return batchLine + (m_batchLine - 1) + (m_request.firstLine - 1);
}

// Every literal that its declared type cannot hold, each at its line.
void QueryRun::tellBadDeclarations(const tsql::Batch& batch, const base::Error& error)
{
    if (error.code != tsql::kBadLiteral) return tell(error);
    for (const tsql::BadDeclaration& bad : tsql::markParameters(batch.text, m_context.session.state().collation).bad)
        tell(bad.error, editorLine(static_cast<std::int32_t>(bad.declaration.line)));
}

// An error that we found, maybe in the server's words (number and line of the batch).
void QueryRun::tell(const base::Error& error, int line)
{
    QueryMessage message;
    message.kind = QueryMessage::Kind::kError;
    message.text = QString::fromStdString(error.text);
    message.remedy = QString::fromStdString(error.remedy);
    message.line = line;
    if (error.server) {
        if (error.text.empty()) message.text = QString::fromStdString(error.server->message);
        message.number = error.server->number;
        message.severity = error.server->severity;
        message.state = error.server->state;
        message.serverLine = error.server->line;
        if (line == 0 && error.server->line > 0) message.line = editorLine(error.server->line);
    }
    ++m_end.errorCount;
    m_listener.message(message);
}

void QueryRun::fail(const base::Error& error)
{
    m_end.outcome = QueryEnd::Outcome::kFailed;
    if (!m_end.error) m_end.error = error;
}

} // namespace

QueryEnd runQuery(TaskContext& context, const QueryRequest& request, QueryListener& listener)
{
    return QueryRun(context, request, listener).run();
}

} // namespace es::ui
