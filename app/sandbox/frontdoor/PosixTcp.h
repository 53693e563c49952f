// Listening and connected TCP sockets of the server. The only file of the room with socket calls.
// Thread: a connection may be read by one thread, written by another and shut down by a third.
#pragma once

#include "driver/base/Bytes.h"

namespace es::sandbox {

class TcpConnection {
public:
    explicit TcpConnection(int fd) : m_fd(fd) {}  // takes over
    TcpConnection(TcpConnection&& other) noexcept;
    TcpConnection& operator=(TcpConnection&&) = delete;
    ~TcpConnection();

    // 0 = the other side has closed. Errors: kWireBroken, kWireTimeout (timeoutMs < 0: wait for ever).
    base::Result<std::size_t> read(std::span<base::Byte> into, int timeoutMs = -1);
    base::Result<void> write(base::ByteView bytes);
    void shutdown();  // wakes whoever reads or writes
    [[nodiscard]] std::string peerName() const;

private:
    int m_fd = -1;
};

class TcpListener {
public:
    // Port 0: any free one. Errors: kListenFailed.
    static base::Result<TcpListener> listen(const std::string& host, std::uint16_t port);
    TcpListener(TcpListener&& other) noexcept;
    TcpListener& operator=(TcpListener&&) = delete;
    ~TcpListener();

    [[nodiscard]] std::uint16_t port() const { return m_port; }
    // Blocks. Errors: kWireBroken after shutdown().
    base::Result<TcpConnection> accept();
    void shutdown();

private:
    TcpListener(int fd, std::uint16_t port) : m_fd(fd), m_port(port) {}
    int m_fd = -1;
    std::uint16_t m_port = 0;
};

inline constexpr base::ErrorCode kWireBroken{"frontdoor", "WireBroken"};
inline constexpr base::ErrorCode kWireTimeout{"frontdoor", "WireTimeout"};
inline constexpr base::ErrorCode kListenFailed{"frontdoor", "ListenFailed"};

}  // namespace es::sandbox
