#include "ui/services/QueryService.h"

#include "ui/services/Errors.h"
#include "ui/services/Postbox.h"
#include "ui/services/QueryTask.h"

namespace es::ui {

namespace {

// Carries what the session's thread finds to the service's thread; each post is one signal there.
class PostingListener : public QueryListener {
public:
    PostingListener(QueryService* service, Postbox& postbox, RequestId id)
        : m_service(service)
        , m_postbox(postbox)
        , m_id(id)
    {
    }

    void columns(int resultIndex, std::shared_ptr<const types::ColumnSet> columns) override
    {
        post([=, columns = std::move(columns)](QueryService& s, RequestId id) { Q_EMIT s.columnsReady(id, resultIndex, columns); });
    }
    void rows(int resultIndex, std::shared_ptr<const types::RowBlock> rows) override
    {
        // Moved out when it is delivered, so that the queue keeps nothing alive once the receivers have let go.
        post([=, rows = std::move(rows)](QueryService& s, RequestId id) mutable { Q_EMIT s.rowsReady(id, resultIndex, std::move(rows)); });
    }
    void statementDone(std::int64_t rowCount) override
    {
        post([=](QueryService& s, RequestId id) { Q_EMIT s.statementDone(id, rowCount); });
    }
    void message(const QueryMessage& message) override
    {
        post([=](QueryService& s, RequestId id) { Q_EMIT s.message(id, message); });
    }
    void paused(bool paused, std::uint64_t heldBytes) override
    {
        post([=](QueryService& s, RequestId id) { Q_EMIT s.pausedForMemory(id, paused, heldBytes); });
    }

private:
    template <class Function> void post(Function news)
    {
        m_postbox.post([service = m_service, id = m_id, news = std::move(news)]() mutable { news(*service, id); });
    }

    QueryService* m_service; // only touched in its own thread, through the postbox
    Postbox& m_postbox;
    RequestId m_id;
};

QueryEnd failedEnd(const base::Error& error)
{
    QueryEnd end;
    end.outcome = QueryEnd::Outcome::kFailed;
    end.error = error;
    end.errorCount = 1;
    return end;
}

QueryMessage messageOf(const base::Error& error)
{
    QueryMessage message;
    message.kind = QueryMessage::Kind::kError;
    message.text = QString::fromStdString(error.text);
    message.remedy = QString::fromStdString(error.remedy);
    return message;
}

} // namespace

QueryService::QueryService(SessionHost& host, QObject* parent)
    : QObject(parent)
    , m_host(&host)
    , m_postbox(std::make_shared<Postbox>(this))
{
    connect(&host, &SessionHost::taskRefused, this, [this](RequestId task, const base::Error& error) {
        if (task != m_task || !isRunning()) return;
        Q_EMIT message(m_current, messageOf(error));
        finish(m_current, failedEnd(error));
    });
}

QueryService::~QueryService()
{
    m_postbox->close();
    if (isRunning() && m_host) m_host->cancel();
}

RequestId QueryService::run(const QueryRequest& request)
{
    const RequestId id = nextRequestId();
    if (isRunning() || !m_host) {
        const auto error = m_host ? base::makeError(kBusy, "A query is running on this connection.", {}, "Wait for its end or cancel it.")
                                  : base::makeError(kNotConnected, "There is no connection.", "host", "Connect again.");
        m_postbox->post([this, id, error] { Q_EMIT ended(id, failedEnd(error)); });
        return id;
    }
    m_current = id;
    m_task = m_host->submit([this, id, request, postbox = m_postbox](TaskContext& context) {
        PostingListener listener(this, *postbox, id);
        const QueryEnd end = runQuery(context, request, listener);
        postbox->post([this, id, end] { finish(id, end); });
    });
    m_postbox->post([this, id] {
        if (m_current == id) Q_EMIT started(id);
    });
    return id;
}

void QueryService::cancel()
{
    if (isRunning() && m_host) m_host->cancel();
}

void QueryService::finish(RequestId id, const QueryEnd& end)
{
    if (id == m_current) {
        m_current = RequestId::kNone;
        m_task = RequestId::kNone;
    }
    Q_EMIT ended(id, end);
}

} // namespace es::ui
