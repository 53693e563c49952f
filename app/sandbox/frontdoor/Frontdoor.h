// The listening side of the server program: one thread accepts, two threads serve each connection.
// Thread: start, stop and the destructor by one thread.
#pragma once

#include "app/sandbox/frontdoor/ServerSession.h"
#include "driver/base/Mutex.h"

#include <list>
#include <thread>

namespace es::sandbox {

class Frontdoor {
public:
    static constexpr std::size_t kMaxConnections = 500;

    // Everything in `shared` must outlive this object.
    Frontdoor(FrontdoorShared shared, TcpListener listener) : m_shared(std::move(shared)), m_listener(std::move(listener)) {}
    ~Frontdoor() { stop(); }
    Frontdoor(const Frontdoor&) = delete;
    Frontdoor& operator=(const Frontdoor&) = delete;

    void start();
    // No more connections; those there are end as if their clients had gone, and their transactions are rolled back.
    void stop();
    [[nodiscard]] std::uint16_t port() const { return m_listener.port(); }

private:
    struct Connection {
        std::unique_ptr<ServerSession> session;
        std::thread thread;
        std::atomic<bool> ended{false};
    };
    void acceptConnections();
    void admit(TcpConnection connection);
    void reapEnded() ES_WITH_LOCK(m_mutex);

    FrontdoorShared m_shared;
    TcpListener m_listener;
    base::Mutex m_mutex;
    std::list<Connection> m_connections ES_GUARDED_BY(m_mutex);
    bool m_stopping ES_GUARDED_BY(m_mutex) = false;
    std::uint16_t m_nextSpid ES_GUARDED_BY(m_mutex) = 51;
    std::thread m_acceptor;
};

}  // namespace es::sandbox
