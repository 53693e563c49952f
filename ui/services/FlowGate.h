// Keeps a fast server from filling the memory: counts the bytes of rows that were handed out and not yet let go, and makes the
// reader wait while they are above the limit. Thread: any (locked inside).
#pragma once

#include "driver/types/RowBlock.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>

namespace es::ui {

class FlowGate : public std::enable_shared_from_this<FlowGate> {
public:
    // 0: no limit.
    explicit FlowGate(std::uint64_t limitBytes)
        : m_limitBytes(limitBytes)
    {
    }

    // The same block, counted until its last holder lets it go.
    [[nodiscard]] std::shared_ptr<const types::RowBlock> count(std::shared_ptr<const types::RowBlock> block);
    // Returns when there is room or `stop` is requested. `paused(true, held)` before it has to wait, `paused(false, held)` after.
    void waitForRoom(std::stop_token stop, const std::function<void(bool, std::uint64_t)>& paused);

private:
    void release(std::uint64_t bytes);

    std::mutex m_mutex;
    std::condition_variable_any m_room;
    const std::uint64_t m_limitBytes;
    std::uint64_t m_heldBytes = 0;
};

} // namespace es::ui
