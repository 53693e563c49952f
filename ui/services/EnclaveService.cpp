#include "ui/services/EnclaveService.h"

#include "driver/session/CollectingSink.h"
#include "driver/session/Session.h"
#include "ui/services/Postbox.h"

namespace es::ui {

namespace {

EnclaveNews newsOf(const session::SessionState& state)
{
    return {state.attestation, state.keysReleased};
}

base::Result<session::Outcome> sendEnclaveKeys(TaskContext& context)
{
    session::CollectingSink sink;
    const session::Statement statement{"EXEC sp_enclave_send_keys", {}, session::StatementEncryption::kAsConnected};
    return context.session.execute(statement, sink, context.stop, context.abandon);
}

} // namespace

EnclaveService::EnclaveService(SessionHost& host, QObject* parent)
    : QObject(parent)
    , m_host(&host)
    , m_postbox(std::make_shared<Postbox>(this))
{
    connect(&host, &SessionHost::taskRefused, this, [this](RequestId task, const base::Error& error) {
        if (const auto found = m_byTask.constFind(task); found != m_byTask.constEnd()) Q_EMIT failed(found.value(), error, {});
        m_byTask.remove(task);
    });
    connect(&host, &SessionHost::taskEnded, this, [this](RequestId task) { m_byTask.remove(task); });
}

EnclaveService::~EnclaveService()
{
    m_postbox->close();
}

template <class Do, class Tell> RequestId EnclaveService::submit(Do act, Tell tell)
{
    const RequestId id = nextRequestId();
    if (!m_host) return id;
    const RequestId task = m_host->submit([this, id, act, tell, postbox = m_postbox](TaskContext& context) {
        const base::Result<session::Outcome> outcome = act(context);
        const EnclaveNews news = newsOf(context.session.state());
        if (!outcome)
            postbox->post([this, id, news, error = outcome.error()] { Q_EMIT failed(id, error, news); });
        else if (*outcome == session::Outcome::kCancelled)
            postbox->post([this, id] { Q_EMIT cancelled(id); });
        else
            postbox->post([id, tell, news] { tell(id, news); });
    });
    m_byTask.insert(task, id);
    return id;
}

RequestId EnclaveService::attestAgain()
{
    return submit([](TaskContext& context) { return context.session.attest(context.stop, context.abandon); },
        [this](RequestId id, const EnclaveNews& news) { Q_EMIT attested(id, news); });
}

RequestId EnclaveService::sendKeys()
{
    return submit(sendEnclaveKeys, [this](RequestId id, const EnclaveNews& news) { Q_EMIT keysSent(id, news); });
}

} // namespace es::ui
