#include "app/sandbox/frontdoor/ServerWire.h"

#include "driver/tds/Packet.h"

#include <algorithm>

namespace es::sandbox {

using base::Byte;
using base::Bytes;
using base::ByteView;

namespace {

constexpr std::size_t kReadBytes = 16 * 1024;

}  // namespace

base::Result<Byte> ServerWire::firstByte(int timeoutMs)
{
    Byte buffer[kReadBytes];
    ES_TRY(const std::size_t got, m_connection.read(buffer, timeoutMs));
    if (got == 0)
        return base::makeError(kWireBroken, "The client closed without a word.");
    m_early.assign(buffer, buffer + got);
    return m_early.front();
}

base::Result<std::size_t> ServerWire::readClear(std::span<Byte> into, int timeoutMs)
{
    if (m_early.empty())
        return m_connection.read(into, timeoutMs);
    const std::size_t size = std::min(into.size(), m_early.size());
    std::copy_n(m_early.begin(), size, into.begin());
    m_early.erase(m_early.begin(), m_early.begin() + static_cast<std::ptrdiff_t>(size));
    return size;
}

void ServerWire::useTls(tls::TlsEndpoint endpoint)
{
    const base::Lock lock(m_tlsMutex);
    m_tls = std::move(endpoint);
    m_encrypted = true;
}

base::Result<std::size_t> ServerWire::read(std::span<Byte> into, int timeoutMs)
{
    if (!m_encrypted)
        return readClear(into, timeoutMs);
    while (true) {
        {
            const base::Lock lock(m_tlsMutex);
            ES_TRY(const std::size_t plain, m_tls->read(into));
            if (plain > 0 || m_tls->peerClosed())
                return plain;
        }
        Byte buffer[kReadBytes];
        ES_TRY(const std::size_t got, m_connection.read(buffer, timeoutMs));
        if (got == 0)
            return std::size_t{0};
        const base::Lock lock(m_tlsMutex);
        m_tls->feedCiphertext(ByteView(buffer).first(got));
    }
}

base::Result<void> ServerWire::write(ByteView bytes)
{
    if (!m_encrypted)
        return m_connection.write(bytes);
    Bytes records;
    {
        const base::Lock lock(m_tlsMutex);
        ES_CHECK(m_tls->write(bytes));
        records = m_tls->takeCiphertext();
    }
    return m_connection.write(records);
}

base::Result<void> ServerWire::sendHandshake(ByteView records)
{
    if (records.empty())
        return {};
    Bytes packets;
    tds::appendPackets(tds::PacketType::kPrelogin, records, tds::kDefaultPacketBytes, packets);
    return m_connection.write(packets);
}

base::Result<void> ServerWire::startTls(tls::TlsEndpoint endpoint, int timeoutMs)
{
    tds::PacketReader packets;
    while (true) {
        Byte buffer[kReadBytes];
        ES_TRY(const std::size_t got, readClear(buffer, timeoutMs));
        if (got == 0)
            return base::makeError(kWireBroken, "The client closed during the TLS handshake.");
        packets.feed(ByteView(buffer).first(got));
        bool done = false;
        while (!done) {
            ES_TRY(const auto packet, packets.next());
            if (!packet)
                break;
            if (packet->header.type != tds::PacketType::kPrelogin)
                return base::makeError(kWireBroken, "The client did not go on with the TLS handshake.");
            endpoint.feedCiphertext(packet->payload);
            const auto step = endpoint.handshake();
            ES_CHECK(sendHandshake(endpoint.takeCiphertext()));
            if (!step)
                return step.error();
            done = *step;
        }
        if (done) {
            endpoint.feedCiphertext(packets.takeUnread());
            useTls(std::move(endpoint));
            return {};
        }
    }
}

base::Result<void> ServerWire::startTlsFirst(tls::TlsEndpoint endpoint, int timeoutMs)
{
    bool done = false;
    while (!done) {
        Byte buffer[kReadBytes];
        ES_TRY(const std::size_t got, readClear(buffer, timeoutMs));
        if (got == 0)
            return base::makeError(kWireBroken, "The client closed during the TLS handshake.");
        endpoint.feedCiphertext(ByteView(buffer).first(got));
        const auto step = endpoint.handshake();
        if (const Bytes records = endpoint.takeCiphertext(); !records.empty())
            ES_CHECK(m_connection.write(records));
        if (!step)
            return step.error();
        done = *step;
    }
    useTls(std::move(endpoint));
    return {};
}

}  // namespace es::sandbox
