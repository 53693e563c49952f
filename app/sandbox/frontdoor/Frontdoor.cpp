#include "app/sandbox/frontdoor/Frontdoor.h"

#include <system_error>

namespace es::sandbox {

void Frontdoor::start()
{
    m_acceptor = std::thread([this] { acceptConnections(); });
}

void Frontdoor::stop()
{
    if (!m_acceptor.joinable())
        return;
    m_listener.shutdown();
    m_acceptor.join();
    std::list<Connection> ending;
    {
        const base::Lock lock(m_mutex);
        m_stopping = true;
        ending.swap(m_connections);  // the entries stay where they are: their threads know them
    }
    for (Connection& connection : ending)
        connection.session->stop();
    for (Connection& connection : ending)
        connection.thread.join();
}

void Frontdoor::acceptConnections()
{
    while (auto connection = m_listener.accept())
        admit(std::move(*connection));
}

void Frontdoor::admit(TcpConnection connection)
{
    const base::Lock lock(m_mutex);
    reapEnded();
    if (m_stopping || m_connections.size() >= kMaxConnections)
        return;  // closes it
    Connection& entry = m_connections.emplace_back();
    entry.session = std::make_unique<ServerSession>(m_shared, std::move(connection), m_nextSpid);
    m_nextSpid = m_nextSpid == 32'767 ? 51 : static_cast<std::uint16_t>(m_nextSpid + 1);
    try {
        entry.thread = std::thread([&entry] {
            entry.session->run();
            entry.ended = true;
        });
    } catch (const std::system_error&) {
        m_connections.pop_back();  // no thread to be had: this client is turned away, the others stay
    }
}

void Frontdoor::reapEnded()
{
    for (auto connection = m_connections.begin(); connection != m_connections.end();) {
        if (!connection->ended) {
            ++connection;
            continue;
        }
        connection->thread.join();
        connection = m_connections.erase(connection);
    }
}

}  // namespace es::sandbox
