#include "driver/transport/SocketTransport.h"

#include "driver/tds/Packet.h"
#include "driver/transport/PosixSocket.h"
#include "driver/transport/PosixResolver.h"

#include <algorithm>
#include <array>

namespace es::transport {
namespace {

constexpr std::size_t kReceiveBytes = std::size_t{64} << 10;
constexpr std::size_t kEncryptAtOnceBytes = std::size_t{256} << 10;

base::Error closedByUs()
{
    return transportError(kConnectionLost, "The connection is closed.", {}, "Connect again.");
}

base::Error notAHandshake()
{
    return transportError(kTlsHandshake, "The server answered the start of encryption with something else.", "encrypt",
                          "Check that host and port belong to a SQL Server that supports TLS 1.2.");
}

}  // namespace

struct SocketTransport::Impl {
    std::unique_ptr<PosixSocket> socket;
    std::optional<tls::TlsEndpoint> tls;
    base::Bytes unsent;          // what a cancelled write left behind
    std::size_t sentOffset = 0;  // of it, what has gone out since
    ByteCounters counters;
    base::Bytes received = base::Bytes(kReceiveBytes);

    void queue(base::ByteView bytes)
    {
        unsent.erase(unsent.begin(), unsent.begin() + static_cast<std::ptrdiff_t>(sentOffset));
        sentOffset = 0;
        unsent.insert(unsent.end(), bytes.begin(), bytes.end());
    }
    base::Result<Finished> flush(const std::stop_token& stop, Deadline deadline);
    base::Result<ReadOutcome> readTls(std::span<base::Byte> into, const std::stop_token& stop, Deadline deadline);
    base::Result<Finished> handshake(tls::TlsEndpoint& endpoint, tls::TlsForm form, const std::stop_token& stop, Deadline deadline);
};

// All of the queue, in order.
base::Result<Finished> SocketTransport::Impl::flush(const std::stop_token& stop, Deadline deadline)
{
    while (sentOffset < unsent.size()) {
        ES_TRY(const std::size_t sent, socket->send(base::ByteView(unsent).subspan(sentOffset), stop, deadline));
        if (sent == 0)
            return Finished::kCancelled;
        sentOffset += sent;
    }
    unsent.clear();
    sentOffset = 0;
    return Finished::kDone;
}

base::Result<ReadOutcome> SocketTransport::Impl::readTls(std::span<base::Byte> into, const std::stop_token& stop, Deadline deadline)
{
    for (;;) {
        ES_TRY(const std::size_t plain, tls->read(into));
        if (plain > 0)
            return ReadOutcome{plain, Finished::kDone};
        if (tls->peerClosed())
            return transportError(
                kConnectionLost, "The connection to the server was lost (the other side ended it).", {}, "Connect again.");
        ES_TRY(const std::size_t size, socket->receive(received, stop, deadline));
        if (size == 0)
            return ReadOutcome{0, Finished::kCancelled};
        tls->feedCiphertext(base::ByteView(received).first(size));
    }
}

// Records travel as payload of PRELOGIN packets until both sides are done, or bare.            MS-TDS 2.2.6.5, 3.2.5.2
base::Result<Finished> SocketTransport::Impl::handshake(
    tls::TlsEndpoint& endpoint, tls::TlsForm form, const std::stop_token& stop, Deadline deadline)
{
    const bool wrapped = form == tls::TlsForm::kInsidePrelogin;
    tds::PacketReader reader;
    for (;;) {
        const base::Result<bool> done = endpoint.handshake();
        if (const base::Bytes records = endpoint.takeCiphertext(); !records.empty()) {
            base::Bytes packets;
            if (wrapped)
                tds::appendPackets(tds::PacketType::kPrelogin, records, tds::kDefaultPacketBytes, packets);
            queue(wrapped ? packets : records);
            ES_TRY(const Finished finished, flush(stop, deadline));
            if (finished == Finished::kCancelled)
                return finished;
        }
        if (!done)
            return done.error();
        if (*done)
            break;
        ES_TRY(const std::size_t size, socket->receive(received, stop, deadline));
        if (size == 0)
            return Finished::kCancelled;
        if (!wrapped) {
            endpoint.feedCiphertext(base::ByteView(received).first(size));
            continue;
        }
        reader.feed(base::ByteView(received).first(size));
        for (;;) {
            ES_TRY(const std::optional<tds::Packet> packet, reader.next());
            if (!packet)
                break;
            if (packet->header.type != tds::PacketType::kPrelogin && packet->header.type != tds::PacketType::kTabularResult)
                return notAHandshake();
            endpoint.feedCiphertext(packet->payload);
        }
    }
    endpoint.feedCiphertext(reader.takeUnread());
    return Finished::kDone;
}

SocketTransport::SocketTransport(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

SocketTransport::~SocketTransport()
{
    close();
}

base::Result<std::unique_ptr<Transport>> SocketTransport::connect(const SocketOptions& options, std::stop_token stop)
{
    ES_TRY(std::unique_ptr<PosixSocket> socket, PosixSocket::connect(options, std::move(stop)));
    if (!socket)
        return std::unique_ptr<Transport>();
    auto impl = std::make_unique<Impl>();
    impl->socket = std::move(socket);
    return std::unique_ptr<Transport>(new SocketTransport(std::move(impl)));
}

base::Result<Finished> SocketTransport::write(base::ByteView bytes, std::stop_token stop, int timeoutMs)
{
    if (!m_impl->socket)
        return closedByUs();
    const Deadline deadline = deadlineAfter(timeoutMs);
    m_impl->counters.sent += bytes.size();
    if (!m_impl->tls)
        m_impl->queue(bytes);
    while (m_impl->tls && !bytes.empty()) {
        const base::ByteView piece = bytes.first(std::min(bytes.size(), kEncryptAtOnceBytes));
        bytes = bytes.subspan(piece.size());
        ES_CHECK(m_impl->tls->write(piece));
        m_impl->queue(m_impl->tls->takeCiphertext());
        if (stop.stop_requested())
            continue;  // the rest is queued as well: a message must not end in its middle
        ES_TRY([[maybe_unused]] const Finished finished, m_impl->flush(stop, deadline));
    }
    return m_impl->flush(stop, deadline);
}

base::Result<ReadOutcome> SocketTransport::read(std::span<base::Byte> into, std::stop_token stop, int timeoutMs)
{
    if (!m_impl->socket)
        return closedByUs();
    const Deadline deadline = deadlineAfter(timeoutMs);
    ReadOutcome outcome;
    if (m_impl->tls) {
        ES_TRY(outcome, m_impl->readTls(into, stop, deadline));
    } else {
        ES_TRY(outcome.bytes, m_impl->socket->receive(into, stop, deadline));
        outcome.finished = outcome.bytes == 0 ? Finished::kCancelled : Finished::kDone;
    }
    m_impl->counters.received += outcome.bytes;
    return outcome;
}

base::Result<Finished> SocketTransport::startTls(const tls::TlsClientOptions& options, std::stop_token stop, int timeoutMs)
{
    if (!m_impl->socket)
        return closedByUs();
    ES_TRY(tls::TlsEndpoint endpoint, tls::TlsEndpoint::client(options));
    ES_TRY(const Finished finished, m_impl->handshake(endpoint, options.form, stop, deadlineAfter(timeoutMs)));
    if (finished == Finished::kDone)
        m_impl->tls.emplace(std::move(endpoint));
    return finished;
}

void SocketTransport::close()
{
    if (!m_impl->socket)
        return;
    if (m_impl->tls && m_impl->unsent.empty()) {
        m_impl->tls->close();
        m_impl->socket->sendWithoutWaiting(m_impl->tls->takeCiphertext());
    }
    m_impl->socket.reset();
}

ByteCounters SocketTransport::counters() const
{
    return m_impl->counters;
}

bool SocketTransport::encrypted() const
{
    return m_impl->tls.has_value();
}

}  // namespace es::transport
