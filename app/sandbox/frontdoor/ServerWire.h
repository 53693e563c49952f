// The byte stream of one connection, TLS included once it was started: the TDS layers above see plaintext only.
// Thread: one thread reads, one writes, at the same time; startTls before there are two.
#pragma once

#include "app/sandbox/frontdoor/PosixTcp.h"
#include "driver/base/Mutex.h"
#include "driver/tls/TlsEndpoint.h"

#include <optional>

namespace es::sandbox {

class ServerWire {
public:
    explicit ServerWire(TcpConnection connection) : m_connection(std::move(connection)) {}

    // 0 = the client has closed. Errors: kWireBroken, kWireTimeout, tls::kTls*.
    base::Result<std::size_t> read(std::span<base::Byte> into, int timeoutMs = -1);
    base::Result<void> write(base::ByteView bytes);

    // The handshake, its records wrapped in PRELOGIN packets; plain records after it.              tds reference 4.1
    base::Result<void> startTls(tls::TlsEndpoint endpoint, int timeoutMs);
    // The handshake as bare records, from the first byte on.                                       tds reference 4.2
    base::Result<void> startTlsFirst(tls::TlsEndpoint endpoint, int timeoutMs);
    // What the client begins with, without consuming it: it tells the two kinds of clients apart.
    base::Result<base::Byte> firstByte(int timeoutMs);
    void shutdown() { m_connection.shutdown(); }
    [[nodiscard]] std::string peerName() const { return m_connection.peerName(); }

private:
    base::Result<void> sendHandshake(base::ByteView records);
    void useTls(tls::TlsEndpoint endpoint);
    base::Result<std::size_t> readClear(std::span<base::Byte> into, int timeoutMs);

    TcpConnection m_connection;
    base::Bytes m_early;       // read by firstByte(), not handed out yet
    bool m_encrypted = false;  // for good before there are two threads
    base::Mutex m_tlsMutex;
    std::optional<tls::TlsEndpoint> m_tls ES_GUARDED_BY(m_tlsMutex);  // is for one thread at a time
};

}  // namespace es::sandbox
