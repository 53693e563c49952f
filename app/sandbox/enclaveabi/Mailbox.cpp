#include "app/sandbox/enclaveabi/Mailbox.h"

#include <algorithm>

namespace es::sandbox {

using base::Bytes;
using base::ByteView;

namespace {

enum State : std::uint32_t { kAsleep, kAsked, kAnswered };

constexpr std::size_t kStateOffset = 0;
constexpr std::size_t kRequestLengthOffset = 64;
constexpr std::size_t kReplyLengthOffset = 68;
constexpr std::size_t kRequestOffset = 4096;
constexpr std::size_t kReplyOffset = kRequestOffset + Mailbox::kMessageBytes;

}  // namespace

SharedWord& Mailbox::word(std::size_t offset) const
{
    return *reinterpret_cast<SharedWord*>(m_memory.subspan(offset, sizeof(SharedWord)).data());
}

bool Mailbox::ask(ByteView request)
{
    std::copy(request.begin(), request.end(), m_memory.subspan(kRequestOffset, kMessageBytes).begin());
    word(kRequestLengthOffset).store(static_cast<std::uint32_t>(request.size()), std::memory_order_relaxed);
    return word(kStateOffset).exchange(kAsked, std::memory_order_acq_rel) == kAsleep;
}

bool Mailbox::answered() const
{
    return word(kStateOffset).load(std::memory_order_acquire) != kAsked; // the enclave may be asleep again before anybody looks
}

void Mailbox::awaitAnswer(int timeoutMs) const
{
    waitWord(word(kStateOffset), kAsked, timeoutMs);
}

std::optional<Bytes> Mailbox::reply() const
{
    const std::uint32_t length = word(kReplyLengthOffset).load(std::memory_order_relaxed);
    if (length > kMessageBytes)
        return std::nullopt;
    const ByteView bytes = ByteView(m_memory).subspan(kReplyOffset, length);
    return Bytes(bytes.begin(), bytes.end());
}

bool Mailbox::askedAgain()
{
    if (m_asleep)
        return false;  // asked or not: a ring is on its way, and must be read
    SharedWord& state = word(kStateOffset);
    std::uint32_t seen = kAnswered;
    const bool heard = spinWhile(state, kAnswered, m_look) || !state.compare_exchange_strong(seen, kAsleep, std::memory_order_acq_rel);
    m_asleep = !heard;
    m_look = heard ? std::min(2 * m_look, kLongestLook) : std::max(m_look * 3 / 4, kShortestLook);
    return heard;
}

std::optional<Bytes> Mailbox::request() const
{
    const std::uint32_t length = word(kRequestLengthOffset).load(std::memory_order_relaxed);
    if (word(kStateOffset).load(std::memory_order_acquire) != kAsked || length > kMessageBytes)
        return std::nullopt;
    const ByteView bytes = ByteView(m_memory).subspan(kRequestOffset, length);
    return Bytes(bytes.begin(), bytes.end());
}

void Mailbox::answer(ByteView reply)
{
    m_asleep = false;
    if (!fits(reply))
        return answerBySocket();
    std::copy(reply.begin(), reply.end(), m_memory.subspan(kReplyOffset, kMessageBytes).begin());
    word(kReplyLengthOffset).store(static_cast<std::uint32_t>(reply.size()), std::memory_order_relaxed);
    word(kStateOffset).store(kAnswered, std::memory_order_release);
    wakeWord(word(kStateOffset));
}

void Mailbox::answerBySocket()
{
    m_asleep = false;
    word(kReplyLengthOffset).store(kBySocket, std::memory_order_relaxed);
    word(kStateOffset).store(kAnswered, std::memory_order_release);
    wakeWord(word(kStateOffset));
}

}  // namespace es::sandbox
