#include "app/sandbox/frontdoor/RequestQueue.h"

namespace es::sandbox {

bool RequestQueue::put(tds::Message message)
{
    const base::Lock lock(m_mutex);
    if (m_waiting.size() >= kMaxWaiting)
        return false;
    if (message.type == tds::PacketType::kAttention)
        m_running.request_stop();
    m_waiting.push_back(std::move(message));
    m_changed.notify_one();
    return true;
}

void RequestQueue::close()
{
    const base::Lock lock(m_mutex);
    m_closed = true;
    m_running.request_stop();
    m_changed.notify_one();
}

bool RequestQueue::attentionIsNext() const
{
    return !m_waiting.empty() && m_waiting.front().type == tds::PacketType::kAttention;
}

std::optional<RequestQueue::Taken> RequestQueue::take()
{
    const base::Lock lock(m_mutex);
    while (!m_closed && m_waiting.empty())
        m_changed.wait(m_mutex);
    if (m_closed)
        return std::nullopt;
    Taken taken;
    taken.message = std::move(m_waiting.front());
    m_waiting.pop_front();
    if (taken.message.type != tds::PacketType::kAttention) {
        m_running = std::stop_source();
        taken.stop = m_running.get_token();
        taken.cancelled = attentionIsNext();
    }
    return taken;
}

bool RequestQueue::finishStatement()
{
    const base::Lock lock(m_mutex);
    m_running = std::stop_source(std::nostopstate);
    if (!attentionIsNext())
        return false;
    m_waiting.pop_front();
    return true;
}

}  // namespace es::sandbox
