// A connection between two programs of this machine and user: framed messages, one file descriptor handed over at the start,
// and noticing that the other side is gone. Thread: one at a time per object.
#pragma once

#include "driver/base/Bytes.h"

#include <string>

namespace es::sandbox {

inline constexpr std::size_t kMaxLocalMessageBytes = std::size_t{1} << 30;

// All of it, on any connected stream socket. False: the other side is gone.
[[nodiscard]] bool sendAll(int fd, base::ByteView bytes);

// Where a program listens. Holds the folder open, so that connecting needs no file to be opened (the enclave may not).
class LocalAddress {
public:
    // `path` may be longer than what a socket address holds. Errors: kLocalRefused (the folder cannot be opened).
    static base::Result<LocalAddress> of(const std::string& path);
    LocalAddress(LocalAddress&& other) noexcept;
    LocalAddress& operator=(LocalAddress&& other) noexcept;
    ~LocalAddress();

    // The same place in few characters, whatever the folder's own path is.
    [[nodiscard]] const std::string& shortPath() const { return m_shortPath; }

private:
    LocalAddress(int folder, std::string shortPath) : m_folder(folder), m_shortPath(std::move(shortPath)) {}
    int m_folder = -1;
    std::string m_shortPath;
};

class LocalSocket {
public:
    LocalSocket() = default;
    explicit LocalSocket(int fd) : m_fd(fd) {}  // takes over
    LocalSocket(LocalSocket&& other) noexcept;
    LocalSocket& operator=(LocalSocket&& other) noexcept;
    ~LocalSocket();

    // Errors: kLocalRefused (nobody listens there), kLocalGone.
    static base::Result<LocalSocket> connect(const LocalAddress& address);
    static base::Result<LocalSocket> connect(const std::string& path);

    [[nodiscard]] bool isOpen() const { return m_fd >= 0; }
    [[nodiscard]] int fd() const { return m_fd; }
    void close();

    // From now on no single send or receive waits longer; one that did ends as kLocalGone. Errors: kLocalGone.
    base::Result<void> setTimeout(int timeoutMs);
    // u32 length, then the bytes. Errors: kLocalGone.
    base::Result<void> sendMessage(base::ByteView message);
    base::Result<base::Bytes> receiveMessage(std::size_t maxBytes = kMaxLocalMessageBytes);
    // One byte with a descriptor beside it; the receiver owns what it gets.
    base::Result<void> sendDescriptor(int descriptor);
    base::Result<int> receiveDescriptor();
    // True once the other side has closed or died (does not block).
    [[nodiscard]] bool peerGone() const;

private:
    int m_fd = -1;
};

class LocalListener {
public:
    LocalListener() = default;
    LocalListener(LocalListener&& other) noexcept;
    LocalListener& operator=(LocalListener&& other) noexcept;
    ~LocalListener();

    // Replaces a socket file left by a process that died. Only this user may connect. Errors: kLocalRefused.
    static base::Result<LocalListener> listen(const std::string& path);
    // Blocks. Errors: kLocalGone once the listener was shut down.
    base::Result<LocalSocket> accept();

private:
    explicit LocalListener(int fd) : m_fd(fd) {}
    int m_fd = -1;
};

inline constexpr base::ErrorCode kLocalRefused{"enclaveabi", "LocalRefused"};
inline constexpr base::ErrorCode kLocalGone{"enclaveabi", "LocalGone"};

}  // namespace es::sandbox
