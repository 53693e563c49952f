#include "app/sandbox/enclaveabi/SharedRing.h"

namespace es::sandbox {

namespace {

constexpr std::size_t kCacheLineBytes = 64;

}  // namespace

SharedWord& SharedRing::word(std::size_t slot) const
{
    // The memory is page-aligned and fresh pages are zero: a valid lock-free atomic in state kIdle.
    return *reinterpret_cast<SharedWord*>(m_memory.bytes().subspan(slot * kCacheLineBytes, sizeof(SharedWord)).data());
}

SlotState SharedRing::state(std::size_t slot) const
{
    return static_cast<SlotState>(word(slot).load(std::memory_order_acquire));
}

void SharedRing::setState(std::size_t slot, SlotState state)
{
    word(slot).store(static_cast<std::uint32_t>(state), std::memory_order_release);
    wakeWord(word(slot));
}

void SharedRing::waitWhile(std::size_t slot, SlotState old, int timeoutMs) const
{
    if (state(slot) == old)
        waitWord(word(slot), static_cast<std::uint32_t>(old), timeoutMs);
}

void SharedRing::reset()
{
    for (std::size_t slot = 0; slot < kSlots; ++slot)
        setState(slot, SlotState::kIdle);
}

CellBatch SharedRing::input(std::size_t slot) const
{
    return CellBatch(m_memory.bytes().subspan(kFirstSlotOffset + slot * kSlotBytes, kInputBytes));
}

std::span<base::Byte> SharedRing::output(std::size_t slot) const
{
    return m_memory.bytes().subspan(kFirstSlotOffset + slot * kSlotBytes + kInputBytes, kOutputBytes);
}

}  // namespace es::sandbox
