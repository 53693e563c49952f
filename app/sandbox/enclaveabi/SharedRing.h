// Two buffers between server and enclave, so that one can be filled while the other is worked on.
//   offset                       what
//   0, 64                        state word of slot 0, slot 1 (a cache line each)
//   4096 + slot * kSlotBytes     input batch (kInputBytes), then output (kOutputBytes)
//   behind the slots             the mailbox (Mailbox.h): one request and its reply at a time, without batches
// Life of a slot: kIdle -(server fills input)-> kFull -(enclave works)-> kDone -(server takes output)-> kIdle. Slots alternate.
// kEnd in the next slot ends the stream. kFailed: output holds an error reply (AbiMessages.h), and the stream is over.
// Thread: each side by one thread; the state words order the rest.
#pragma once

#include "app/sandbox/enclaveabi/CellBatch.h"
#include "app/sandbox/enclaveabi/LinuxSharedMemory.h"
#include "app/sandbox/enclaveabi/Mailbox.h"

namespace es::sandbox {

enum class SlotState : std::uint32_t { kIdle, kFull, kDone, kEnd, kFailed };

class SharedRing {
public:
    static constexpr std::size_t kInputBytes = CellBatch::kHeaderBytes + CellBatch::kDefaultDataBytes;
    // A cell grows by at most 65 + 15 bytes when it is encrypted, and to 8,000 when a char is padded. Untouched pages cost nothing.
    static constexpr std::size_t kOutputDataBytes = CellBatch::kDefaultDataBytes + CellBatch::kMaxCells * 8096;
    static constexpr std::size_t kOutputBytes = CellBatch::kHeaderBytes + kOutputDataBytes;
    static constexpr std::size_t kSlotBytes = kInputBytes + kOutputBytes;
    static constexpr std::size_t kFirstSlotOffset = 4096;
    static constexpr std::size_t kMailboxOffset = kFirstSlotOffset + (2 * kSlotBytes + 4095) / 4096 * 4096;
    static constexpr std::size_t kTotalBytes = kMailboxOffset + Mailbox::kBytes;
    static constexpr std::size_t kSlots = 2;

    explicit SharedRing(SharedMemory memory) : m_memory(std::move(memory)) {}

    [[nodiscard]] SlotState state(std::size_t slot) const;
    void setState(std::size_t slot, SlotState state);             // wakes the other side
    // Returns when the state is not `old` any more, or after timeoutMs at the latest.
    void waitWhile(std::size_t slot, SlotState old, int timeoutMs) const;
    void reset();                                                  // both idle

    [[nodiscard]] CellBatch input(std::size_t slot) const;
    [[nodiscard]] std::span<base::Byte> output(std::size_t slot) const;
    [[nodiscard]] Mailbox mailbox() const { return Mailbox(m_memory.bytes().subspan(kMailboxOffset, Mailbox::kBytes)); }
    [[nodiscard]] int descriptor() const { return m_memory.fd(); }

private:
    [[nodiscard]] SharedWord& word(std::size_t slot) const;

    SharedMemory m_memory;
};

}  // namespace es::sandbox
