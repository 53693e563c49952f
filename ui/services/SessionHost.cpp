#include "ui/services/SessionHost.h"

#include "ui/services/SessionThread.h"

namespace es::ui {

SessionHost::SessionHost(std::shared_ptr<PasswordVault> vault, QObject* parent)
    : QObject(parent)
    , m_postbox(std::make_shared<Postbox>(this))
    , m_thread(std::make_shared<SessionThread>(*this, m_postbox, std::move(vault)))
{
    m_thread->start();
}

SessionHost::~SessionHost()
{
    m_postbox->close();
    m_thread->letGo();
}

bool SessionHost::isConnected() const
{
    return m_usable;
}

RequestId SessionHost::connectTo(std::shared_ptr<const ConnectionRequest> request)
{
    ++m_jobs;
    m_usable = false;
    setState(HostState::kConnecting);
    return m_thread->push(SessionThread::Connect{std::move(request)});
}

void SessionHost::disconnectFromServer()
{
    ++m_jobs;
    m_usable = false;
    setState(HostState::kDraining);
    cancel();
    m_thread->push(SessionThread::Disconnect{});
}

RequestId SessionHost::submit(SessionTask task)
{
    ++m_jobs;
    if (m_state == HostState::kIdle) setState(HostState::kRunning);
    return m_thread->push(std::move(task));
}

void SessionHost::cancel()
{
    if (m_jobs == 0) return;
    if (m_state == HostState::kRunning || m_state == HostState::kConnecting) setState(HostState::kCancelling);
    m_thread->cancel();
}

void SessionHost::jobEnded(bool usable, bool lost)
{
    --m_jobs;
    m_usable = usable;
    if (m_jobs > 0)
        setState(usable ? HostState::kRunning : HostState::kConnecting);
    else
        setState(usable ? HostState::kIdle : lost ? HostState::kBroken : HostState::kDisconnected);
}

void SessionHost::setState(HostState state)
{
    if (state == m_state) return;
    m_state = state;
    Q_EMIT stateChanged(state);
}

void SessionHost::takeFacts(const SessionFacts& facts)
{
    if (facts == m_facts) return;
    m_facts = facts;
    Q_EMIT factsChanged(m_facts);
}

} // namespace es::ui
