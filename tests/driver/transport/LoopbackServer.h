// A listener on 127.0.0.1 that runs one conversation in a thread. For tests of the transport.
#pragma once

#include "driver/base/Bytes.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <thread>

namespace es::testing {

class LoopbackServer {
public:
    // `talk` gets the accepted descriptor; it is closed when talk returns.
    explicit LoopbackServer(std::function<void(int)> talk)
    {
        m_listener = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        bind(m_listener, reinterpret_cast<sockaddr*>(&address), size);
        listen(m_listener, 1);
        getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size);
        m_port = ntohs(address.sin_port);
        m_thread = std::thread([this, talk = std::move(talk)] {
            const int fd = accept(m_listener, nullptr, nullptr);
            if (fd < 0) return;
            talk(fd);
            close(fd);
        });
    }
    ~LoopbackServer()
    {
        shutdown(m_listener, SHUT_RDWR);
        m_thread.join();
        close(m_listener);
    }
    [[nodiscard]] std::uint16_t port() const { return m_port; }

    static void sendAll(int fd, base::ByteView bytes)
    {
        while (!bytes.empty()) {
            const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes = bytes.subspan(static_cast<std::size_t>(sent));
        }
    }
    // Empty at the end of the stream.
    static base::Bytes receiveSome(int fd)
    {
        base::Bytes bytes(65536);
        const ssize_t got = recv(fd, bytes.data(), bytes.size(), 0);
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }

private:
    int m_listener = -1;
    std::uint16_t m_port = 0;
    std::thread m_thread;
};

}  // namespace es::testing
