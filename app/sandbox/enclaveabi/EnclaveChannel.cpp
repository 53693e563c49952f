#include "app/sandbox/enclaveabi/EnclaveChannel.h"

#include "app/sandbox/enclaveabi/EnclaveErrors.h"

#include <algorithm>

namespace es::sandbox {

using base::Byte;
using base::Bytes;
using base::ByteView;

namespace {

constexpr int kLookForDeathMs = 50;  // how soon a waiting side notices that the other process is gone

}  // namespace

base::Result<std::unique_ptr<EnclaveChannel>> EnclaveChannel::open(const std::string& socketPath)
{
    auto socket = LocalSocket::connect(socketPath);
    if (!socket)
        return enclaveError(33545, "No enclave process is running.");
    ES_TRY(auto memory, SharedMemory::create(SharedRing::kTotalBytes));
    std::unique_ptr<EnclaveChannel> channel(new EnclaveChannel(std::move(*socket), SharedRing(std::move(memory))));
    if (!channel->m_socket.sendMessage(abi::encode(abi::Hello{})) || !channel->m_socket.sendDescriptor(channel->m_ring.descriptor()))
        return channel->died();
    auto reply = channel->m_socket.receiveMessage();
    if (!reply)
        return channel->died();
    ES_TRY([[maybe_unused]] auto fields, abi::decodeReply(*reply));
    return channel;
}

base::Error EnclaveChannel::died()
{
    m_usable = false;
    return enclaveError(33545, "The enclave process ended while it was needed.");
}

base::Result<Bytes> EnclaveChannel::call(const abi::Request& request)
{
    ES_CHECK(ask(request));
    return answer();
}

base::Result<void> EnclaveChannel::askEncoded(ByteView message)
{
    ++m_crossings;
    m_askedByMailbox = Mailbox::fits(message);
    if (!m_askedByMailbox)
        return m_socket.sendMessage(message) ? base::Result<void>() : died();
    if (m_mailbox.ask(message) && !m_socket.sendMessage({}))
        return died();
    return {};
}

base::Result<Bytes> EnclaveChannel::answer()
{
    while (m_askedByMailbox && !m_mailbox.answered()) {
        m_mailbox.awaitAnswer(kLookForDeathMs);
        if (!m_mailbox.answered() && m_socket.peerGone())
            return died();
    }
    if (m_askedByMailbox) {
        if (const auto reply = m_mailbox.reply())
            return abi::decodeReply(*reply);
    }
    auto reply = m_socket.receiveMessage();
    if (!reply)
        return died();
    return abi::decodeReply(*reply);
}

// Until the enclave has answered this slot; its failure ends the stream.
base::Result<void> EnclaveChannel::awaitAnswer(std::size_t slot)
{
    while (m_ring.state(slot) == SlotState::kFull) {
        m_ring.waitWhile(slot, SlotState::kFull, kLookForDeathMs);
        if (m_ring.state(slot) == SlotState::kFull && m_socket.peerGone())
            return died();
    }
    if (m_ring.state(slot) == SlotState::kDone)
        return {};
    if (m_ring.state(slot) != SlotState::kFailed)
        return died();
    const std::span<Byte> output = m_ring.output(slot);
    auto told = abi::decodeReply(ByteView(output).first(std::min<std::size_t>(output.size(), 4096)));
    return told ? died() : std::move(told).error();
}

// Ends the stream after `fed` batches that are all answered, and reads the final reply.
base::Result<Bytes> EnclaveChannel::finish(std::uint64_t fed)
{
    m_ring.setState(fed % SharedRing::kSlots, SlotState::kEnd);
    auto reply = m_socket.receiveMessage();
    if (!reply)
        return died();
    return abi::decodeReply(*reply);
}

base::Result<Bytes> EnclaveChannel::stream(const abi::Request& request, const CellFeed& feed, const Take& take)
{
    m_ring.reset();
    ES_TRY([[maybe_unused]] auto accepted, call(request));

    std::uint64_t fed = 0;
    std::uint64_t taken = 0;
    bool more = true;
    std::array<std::size_t, SharedRing::kSlots> counts{};
    std::optional<base::Error> stopped;  // the caller's own reason to end: the stream is brought to its end first
    while (true) {
        while (more && !stopped && fed - taken < SharedRing::kSlots) {
            const std::size_t slot = fed % SharedRing::kSlots;
            CellBatch batch = m_ring.input(slot);
            batch.clear();
            if (auto fine = feed(batch); !fine)
                stopped = std::move(fine).error();
            else if (batch.empty())
                more = false;
            else {
                counts[slot] = batch.size();
                ++fed;
                ++m_crossings;
                m_ring.setState(slot, SlotState::kFull);
            }
        }
        if (taken == fed)
            break;
        const std::size_t slot = taken % SharedRing::kSlots;
        ES_CHECK(awaitAnswer(slot));
        if (!stopped) {
            if (auto fine = take(m_ring.output(slot), counts[slot]); !fine)
                stopped = std::move(fine).error();
        }
        m_ring.setState(slot, SlotState::kIdle);
        ++taken;
    }
    auto reply = finish(fed);
    if (stopped)
        return std::move(*stopped);
    return reply;
}

bool serveStream(SharedRing& ring, const LocalSocket& socket, CellBatch& privateInput, const BatchWork& work)
{
    for (std::uint64_t turn = 0;; ++turn) {
        const std::size_t slot = turn % SharedRing::kSlots;
        SlotState state = ring.state(slot);
        while (state != SlotState::kFull && state != SlotState::kEnd) {
            ring.waitWhile(slot, state, kLookForDeathMs);
            if (ring.state(slot) == state && socket.peerGone())
                return false;
            state = ring.state(slot);
        }
        if (state == SlotState::kEnd)
            return true;
        base::Result<void> done = privateInput.assign(ring.input(slot))
            ? work(privateInput, ring.output(slot))
            : base::Result<void>(enclaveError(33550, "A batch of cells is malformed."));
        if (!done) {
            const Bytes told = abi::encodeError(done.error());
            std::copy_n(told.begin(), std::min<std::size_t>(told.size(), 4096), ring.output(slot).begin());
            ring.setState(slot, SlotState::kFailed);
            return false;
        }
        ring.setState(slot, SlotState::kDone);
    }
}

}  // namespace es::sandbox
