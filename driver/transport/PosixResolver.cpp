#include "driver/transport/PosixResolver.h"

#include "driver/base/Mutex.h"

#include <netdb.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>

namespace es::transport {
namespace {

// What the helper thread and the waiting one share; whoever is last frees it, so a resolver that never returns hurts nobody.
struct Lookup {
    base::Mutex mutex;
    PosixWakeUp done;
    int error ES_GUARDED_BY(mutex) = 0;
    std::vector<SocketAddress> addresses ES_GUARDED_BY(mutex);
};

int lookUp(const std::string& host, std::uint16_t port, int flags, std::vector<SocketAddress>& out)
{
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags | AI_NUMERICSERV;
    addrinfo* list = nullptr;
    const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
    for (const addrinfo* entry = error == 0 ? list : nullptr; entry != nullptr; entry = entry->ai_next) {
        SocketAddress address;
        address.sizeBytes = entry->ai_addrlen;
        std::memcpy(&address.storage, entry->ai_addr, std::min<std::size_t>(entry->ai_addrlen, sizeof(address.storage)));
        out.push_back(address);
    }
    if (error == 0)
        freeaddrinfo(list);
    return error;
}

base::Error hostNotFound(const std::string& host)
{
    return transportError(kHostNotFound, "There is no computer with the name \"" + host + "\".", "host",
                          "Check the spelling of the server's name and that this computer is on the right network.");
}

std::string withoutBrackets(const std::string& host)
{
    return host.size() > 2 && host.front() == '[' && host.back() == ']' ? host.substr(1, host.size() - 2) : host;
}

int millisecondsUntil(Deadline deadline)
{
    if (!deadline)
        return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1 << 30));
}

}  // namespace

base::Error transportError(base::ErrorCode code, std::string text, std::string setting, std::string remedy)
{
    base::Error error = base::makeError(code, std::move(text), std::move(setting), std::move(remedy));
    error.consequence = base::Consequence::kSessionUnusable;
    return error;
}

base::Error connectTimedOut(const SocketOptions& options)
{
    return transportError(kTimedOut,
        options.host + ":" + std::to_string(options.port) + " did not answer within " + std::to_string(options.timeoutMs) + " ms.",
        "connect-timeout", "Check host and port and any firewall between; give the connection more time if the network is slow.");
}

Deadline deadlineAfter(int timeoutMs)
{
    if (timeoutMs < 0)
        return std::nullopt;
    return std::chrono::steady_clock::now() + std::chrono::milliseconds(timeoutMs);
}

WaitEnd waitFor(int fd, short events, const PosixWakeUp& wakeUp, const std::stop_token& stop, Deadline deadline)
{
    const std::stop_callback wake(stop, [&wakeUp] { wakeUp.signal(); });
    for (;;) {
        if (stop.stop_requested()) {
            wakeUp.drain();
            return WaitEnd::kCancelled;
        }
        pollfd fds[] = {{fd, events, 0}, {wakeUp.fd(), POLLIN, 0}};
        const int ready = poll(fds, 2, millisecondsUntil(deadline));
        if (stop.stop_requested())
            continue;
        if (fds[1].revents != 0)
            wakeUp.drain();  // left over from a stop that an earlier wait had seen already
        if (ready > 0 && fds[0].revents != 0)
            return WaitEnd::kReady;
        if (ready == 0 && deadline && std::chrono::steady_clock::now() >= *deadline)
            return WaitEnd::kTimeUp;
        if (ready < 0 && errno != EINTR)
            return WaitEnd::kReady;  // the read or write that follows says what is wrong
    }
}

base::Result<std::vector<SocketAddress>> resolve(const SocketOptions& options, const std::stop_token& stop, Deadline deadline)
{
    const std::string host = withoutBrackets(options.host);
    std::vector<SocketAddress> numeric;
    if (host.empty())
        return hostNotFound(options.host);
    if (lookUp(host, options.port, AI_NUMERICHOST, numeric) == 0)
        return numeric;

    const auto lookup = std::make_shared<Lookup>();
    const PosixWakeUp wakeUp;
    if (!lookup->done.ok() || !wakeUp.ok())
        return transportError(
            kConnectionLost, "This computer has no room for another connection.", {}, "Close other programs and try again.");
    try {
        std::thread([lookup, host, port = options.port] {
            std::vector<SocketAddress> addresses;
            const int error = lookUp(host, port, AI_ADDRCONFIG, addresses);
            const base::Lock lock(lookup->mutex);
            lookup->error = error;
            lookup->addresses = std::move(addresses);
            lookup->done.signal();
        }).detach();
    } catch (const std::system_error&) {
        return transportError(kConnectionLost, "This computer has no room for another thread.", {}, "Close other programs and try again.");
    }
    switch (waitFor(lookup->done.fd(), POLLIN, wakeUp, stop, deadline)) {
    case WaitEnd::kCancelled: return std::vector<SocketAddress>();
    case WaitEnd::kTimeUp: return connectTimedOut(options);
    case WaitEnd::kReady: break;
    }
    const base::Lock lock(lookup->mutex);
    if (lookup->error != 0 || lookup->addresses.empty())
        return hostNotFound(options.host);
    return std::move(lookup->addresses);
}

}  // namespace es::transport
