// Memory that two processes see, and waiting on a word of it. The only file with memfd, mmap and futex.
// Thread: the object belongs to one thread at a time; waitWord and wakeWord may be used by both sides at once.
#pragma once

#include "driver/base/Bytes.h"

#include <atomic>
#include <chrono>

namespace es::sandbox {

class SharedMemory {
public:
    // Anonymous and sealed: neither side can shrink it under the other one's feet. Errors: kSharedMemory.
    static base::Result<SharedMemory> create(std::size_t sizeBytes);
    // Maps what the other side sent; takes over `fd`. Refused unless it has exactly this size and is sealed against shrinking.
    static base::Result<SharedMemory> adopt(int fd, std::size_t sizeBytes);
    SharedMemory(SharedMemory&& other) noexcept;
    SharedMemory& operator=(SharedMemory&& other) noexcept;
    ~SharedMemory();

    [[nodiscard]] std::span<base::Byte> bytes() const { return {m_data, m_size}; }
    [[nodiscard]] int fd() const { return m_fd; }

private:
    SharedMemory(int fd, base::Byte* data, std::size_t size) : m_fd(fd), m_data(data), m_size(size) {}
    void release();

    int m_fd = -1;
    base::Byte* m_data = nullptr;
    std::size_t m_size = 0;
};

using SharedWord = std::atomic<std::uint32_t>;
static_assert(SharedWord::is_always_lock_free);

// Returns when the word differs from `old`, at the latest after timeoutMs (also early: look again). Spins shortly first, where
// there is more than one processor: an empty crossing costs 0.2 us spinning and 50 us blocking.
void waitWord(const SharedWord& word, std::uint32_t old, int timeoutMs);
void wakeWord(SharedWord& word);
// Looks at the word without blocking: true as soon as it differs from `old`, false after `limit`, at once where there is one processor.
[[nodiscard]] bool spinWhile(const SharedWord& word, std::uint32_t old, std::chrono::microseconds limit);

inline constexpr base::ErrorCode kSharedMemory{"enclaveabi", "SharedMemory"};

}  // namespace es::sandbox
