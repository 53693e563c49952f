// One request and its reply in shared memory, for what is asked many times a second: a crossing without a system call while the enclave
// still looks, the local socket as its doorbell when it has gone to sleep.
//   offset                  what
//   0                       state word
//   64, 68                  length of the request, of the reply (kBySocket: the reply comes over the socket)
//   4096                    request, at most kMessageBytes; behind it the reply
// Life: kAsleep -(server asks, rings)-> kAsked -(enclave)-> kAnswered -(server asks again)-> kAsked ..
//       kAnswered -(enclave has looked long enough)-> kAsleep. Who sets kAsked over kAsleep rings once; the enclave reads one ring.
// Either side may write anything there at any time: lengths are read once, and messages are copied out before they are looked at.
// Thread: each side by one thread; the state word orders the rest.
#pragma once

#include "app/sandbox/enclaveabi/LinuxSharedMemory.h"

#include <chrono>
#include <optional>

namespace es::sandbox {

class Mailbox {
public:
    static constexpr std::size_t kMessageBytes = std::size_t{1} << 20;
    static constexpr std::size_t kBytes = 4096 + 2 * kMessageBytes;

    explicit Mailbox(std::span<base::Byte> memory) : m_memory(memory) {}

    // --- the server's side ---
    [[nodiscard]] static bool fits(base::ByteView message) { return message.size() <= kMessageBytes; }
    [[nodiscard]] bool ask(base::ByteView request);  // true: the enclave sleeps, ring
    [[nodiscard]] bool answered() const;
    void awaitAnswer(int timeoutMs) const;           // may return early: look again
    [[nodiscard]] std::optional<base::Bytes> reply() const;  // nothing: it comes over the socket

    // --- the enclave's side ---
    // Looks for a request that follows the last answer at once. Looks longer when that has paid, up to kLongestLook, and shorter
    // when it has not: an idle channel costs no processor.
    [[nodiscard]] bool askedAgain();
    [[nodiscard]] std::optional<base::Bytes> request() const;  // nothing: nothing is asked, or its length is wrong
    void answer(base::ByteView reply);
    void answerBySocket();

private:
    static constexpr std::chrono::microseconds kShortestLook{40};
    static constexpr std::chrono::microseconds kLongestLook{200};
    static constexpr std::uint32_t kBySocket = 0xFFFFFFFFU;

    [[nodiscard]] SharedWord& word(std::size_t offset) const;

    std::span<base::Byte> m_memory;
    std::chrono::microseconds m_look = kShortestLook;  // the enclave's own
    bool m_asleep = true;                               // the same
};

}  // namespace es::sandbox
