// The way to a server: looks up the port of a named instance, opens the stream, logs in, and follows the server's routing to another.
// Private to this room. Thread: session thread only.                     MS-TDS 2.2.7.9 (ENVCHANGE 20); MC-SQLR
#pragma once

#include "driver/session/ConnectionFacts.h"
#include "driver/session/Session.h"
#include "driver/transport/Network.h"

namespace es::session {

struct Connected {
    std::unique_ptr<transport::Transport> transport;  // null: cancelled
    ConnectionSettings settings;                      // host and port are those of the server that was reached
    ConnectionFacts facts;
};

// How often a login may be sent on: what drivers allow is more, what servers do is once.
inline constexpr int kMaxRoutes = 5;

class Connector {
public:
    Connector(ConnectionSettings settings, const Services& services, transport::Network& network, std::stop_token cancel);

    // Errors: the login's, the transport's, kInstanceNotFound, kRoutedInCircles.
    [[nodiscard]] base::Result<Connected> run();
    // The login alone, over a stream that is open; routing has then nowhere to go. Errors: the login's.
    [[nodiscard]] static base::Result<Connected> overTransport(
        std::unique_ptr<transport::Transport> transport, ConnectionSettings settings, const Services& services, std::stop_token cancel);

private:
    // False: cancelled.
    [[nodiscard]] base::Result<bool> findInstance();
    [[nodiscard]] base::Result<void> takeRoute(const Route& route);
    void spend(std::chrono::steady_clock::time_point since);

    ConnectionSettings m_settings;
    const Services& m_services;
    transport::Network& m_network;
    std::stop_token m_cancel;
    std::vector<std::string> m_visited;
};

}  // namespace es::session
