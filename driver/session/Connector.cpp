#include "driver/session/Connector.h"

#include "driver/session/LoginMachine.h"
#include "driver/session/MachineLoop.h"
#include "driver/session/ProgressTeller.h"
#include "driver/session/ServerErrors.h"
#include "driver/tds/BrowserAnswer.h"

#include <algorithm>

namespace es::session {

namespace {

constexpr std::uint32_t kBrowserTimeoutMs = 5000;  // of the connect timeout, for SQL Server Browser at most

base::Error fatalError(base::ErrorCode code, std::string text, std::string setting, std::string remedy)
{
    base::Error error = base::makeError(code, std::move(text), std::move(setting), std::move(remedy));
    error.consequence = base::Consequence::kSessionUnusable;
    return error;
}

base::Error loginTimedOut(const ConnectionSettings& settings)
{
    return fatalError(kTimedOut,
        "The server did not complete the login within " + std::to_string(settings.connectTimeoutMs / 1000) + " seconds.", "connect-timeout",
        "Check that address and port are those of a SQL Server, or allow more time.");
}

base::Error loginFailure(base::Error error, const ConnectionSettings& settings)
{
    if (error.code == transport::kTimedOut) return loginTimedOut(settings);
    if (error.code == transport::kConnectionLost) return connectionLostError(error, "during login");
    error.consequence = base::Consequence::kSessionUnusable;
    return error;
}

LoopOptions loginOptions(const ConnectionSettings& settings, const Services& services, std::stop_token cancel)
{
    LoopOptions options;
    options.cancel = std::move(cancel);
    options.cancelMeans = CancelMeans::kStopAtOnce;
    options.clock = &services.clock;
    options.deadline = services.clock.now() + std::chrono::milliseconds(settings.connectTimeoutMs);
    options.tls.hostName = settings.tls.hostNameInCertificate.empty() ? settings.host : settings.tls.hostNameInCertificate;
    options.tls.caFile = settings.tls.caFile;
    options.tls.trustServerCertificate = settings.tls.trustServerCertificate;
    if (settings.tls.mode == EncryptionMode::kStrict) options.tls.form = tls::TlsForm::kFirst;
    return options;
}

std::string addressOf(const ConnectionSettings& settings)
{
    return settings.host + ',' + std::to_string(settings.port);
}

std::string lowerAscii(std::string text)
{
    std::transform(
        text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

base::Error instanceNotFound(const ConnectionSettings& settings, const std::string& why)
{
    return fatalError(kInstanceNotFound, "The port of the instance " + settings.host + "\\" + settings.instance + " is not known: " + why,
        "host", "Check the instance's name and that SQL Server Browser runs there (UDP port 1434), or give the port as host,port.");
}

// Routing is information that came through TLS from a server whose certificate was checked, but its text goes into messages and names.
bool isHostName(const std::string& host)
{
    return !host.empty() && host.size() <= 255
        && std::all_of(host.begin(), host.end(), [](char c) { return c > ' ' && c < 0x7F && c != ',' && c != ';' && c != '"'; });
}

} // namespace

Connector::Connector(ConnectionSettings settings, const Services& services, transport::Network& network, std::stop_token cancel)
    : m_settings(std::move(settings))
    , m_services(services)
    , m_network(network)
    , m_cancel(std::move(cancel))
{
}

void Connector::spend(std::chrono::steady_clock::time_point since)
{
    const auto used = std::chrono::duration_cast<std::chrono::milliseconds>(m_services.clock.now() - since).count();
    m_settings.connectTimeoutMs -= static_cast<std::uint32_t>(std::clamp<std::int64_t>(used, 0, m_settings.connectTimeoutMs));
}

base::Result<bool> Connector::findInstance()
{
    transport::DatagramQuestion question;
    question.host = m_settings.host;
    question.port = tds::kBrowserPort;
    question.timeoutMs = static_cast<int>(std::min(m_settings.connectTimeoutMs, kBrowserTimeoutMs));
    auto bytes = tds::encodeInstanceQuestion(m_settings.instance);
    if (!bytes) return instanceNotFound(m_settings, bytes.error().text);
    question.question = std::move(*bytes);
    question.accept = [this](base::ByteView datagram) {
        const auto answer = tds::decodeBrowserAnswer(datagram);
        return answer && tds::sameInstance(answer->instanceName, m_settings.instance);
    };
    const auto since = m_services.clock.now();
    auto datagram = m_network.ask(question, m_cancel);
    if (!datagram) {
        if (datagram.error().code == transport::kHostNotFound) return std::move(datagram).error();
        return instanceNotFound(m_settings, datagram.error().text);
    }
    if (!*datagram) return false;
    spend(since);
    ES_TRY(const tds::BrowserAnswer answer, tds::decodeBrowserAnswer(**datagram));
    if (!answer.tcpPort) return instanceNotFound(m_settings, "it does not listen on TCP.");
    m_settings.port = *answer.tcpPort;
    return true;
}

// The name that the new server's certificate has to carry is its own: a name given for the first server says nothing about it.
base::Result<void> Connector::takeRoute(const Route& route)
{
    std::string host = route.host.substr(0, route.host.find('\\'));  // beside a port the instance's name says nothing new
    if (!isHostName(host) || route.port == 0) return protocolError("the server sends its clients on to an address that is none.");
    m_settings.host = std::move(host);
    m_settings.port = route.port;
    m_settings.instance.clear();
    m_settings.tls.hostNameInCertificate.clear();
    const std::string address = lowerAscii(addressOf(m_settings));
    const bool again = std::find(m_visited.begin(), m_visited.end(), address) != m_visited.end();
    if (again || m_visited.size() > kMaxRoutes)
        return fatalError(kRoutedInCircles,
            again ? "The server sends its clients on to \"" + addressOf(m_settings) + "\", where this login has been already."
                  : "The login was sent on " + std::to_string(kMaxRoutes) + " times without reaching a server that takes it.",
            "host", "Ask whoever runs the server how its routing is set up, or connect to the last address itself.");
    return {};
}

base::Result<Connected> Connector::run()
{
    if (m_settings.port == 0) {
        ES_TRY(const bool found, findInstance());
        if (!found) return Connected{};
    }
    for (;;) {
        m_visited.push_back(lowerAscii(addressOf(m_settings)));
        const auto started = m_services.clock.now();
        transport::SocketOptions options{m_settings.host, m_settings.port, static_cast<int>(m_settings.connectTimeoutMs)};
        ES_TRY(auto transport, m_network.connect(options, m_cancel));
        if (transport == nullptr) return Connected{};
        spend(started);
        ProgressTeller(m_services).tell(ProgressStep::kServerReached, addressOf(m_settings),
            std::chrono::duration_cast<std::chrono::milliseconds>(m_services.clock.now() - started));
        const auto loginStarted = m_services.clock.now();
        ES_TRY(Connected reached, overTransport(std::move(transport), m_settings.clone(), m_services, m_cancel));
        if (!reached.transport || !reached.facts.route) return reached;
        reached.transport->close();
        spend(loginStarted);
        m_services.log.write(base::LogLevel::kInfo, "session",
            addressOf(m_settings) + " sends this login on to " + reached.facts.route->host + ',' + std::to_string(reached.facts.route->port));
        ES_CHECK(takeRoute(*reached.facts.route));
    }
}

base::Result<Connected> Connector::overTransport(
    std::unique_ptr<transport::Transport> transport, ConnectionSettings settings, const Services& services, std::stop_token cancel)
{
    Connected connected;
    connected.facts.state.serverName = addressOf(settings);
    LoginMachine login(settings, connected.facts);
    ProgressTeller teller(services);
    ToldLogin machine(login, settings, connected.facts, teller);
    auto end = runMachine(machine, *transport, loginOptions(settings, services, std::move(cancel)));
    if (!end || *end == LoopEnd::kStopped) {
        transport->close();
        if (end) return Connected{};
        return loginFailure(std::move(end).error(), settings);
    }
    connected.facts.state.counters.roundTrips = login.answersRead() + 1; // and the TLS handshake
    connected.transport = std::move(transport);
    connected.settings = std::move(settings);
    return connected;
}

} // namespace es::session
