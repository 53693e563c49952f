#include "ui/services/FlowGate.h"

namespace es::ui {

std::shared_ptr<const types::RowBlock> FlowGate::count(std::shared_ptr<const types::RowBlock> block)
{
    const std::uint64_t bytes = block->memoryBytes();
    {
        const std::lock_guard lock(m_mutex);
        m_heldBytes += bytes;
    }
    const types::RowBlock* raw = block.get();
    return {raw, [gate = shared_from_this(), held = std::move(block), bytes](const types::RowBlock*) mutable {
                held.reset();
                gate->release(bytes);
            }};
}

void FlowGate::waitForRoom(std::stop_token stop, const std::function<void(bool, std::uint64_t)>& paused)
{
    std::unique_lock lock(m_mutex);
    const auto hasRoom = [this] { return m_limitBytes == 0 || m_heldBytes < m_limitBytes; };
    if (hasRoom() || stop.stop_requested()) return;
    const auto tell = [&](bool waiting) {
        const std::uint64_t held = m_heldBytes;
        lock.unlock();
        paused(waiting, held);
        lock.lock();
    };
    tell(true);
    m_room.wait(lock, stop, hasRoom);
    tell(false);
}

void FlowGate::release(std::uint64_t bytes)
{
    const std::lock_guard lock(m_mutex);
    m_heldBytes -= bytes;
    m_room.notify_all();
}

} // namespace es::ui
