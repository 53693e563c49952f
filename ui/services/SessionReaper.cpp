#include "ui/services/SessionReaper.h"

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

namespace es::ui {

namespace {

struct Collected {
    std::mutex mutex;
    std::condition_variable oneEnded;
    struct Entry {
        std::thread thread;
        bool ended = false;
    };
    std::list<Entry> entries;

    // Joins only what has ended already, so nobody waits. Precondition: locked.
    void collect()
    {
        for (auto entry = entries.begin(); entry != entries.end();) {
            if (!entry->ended) {
                ++entry;
                continue;
            }
            entry->thread.join();
            entry = entries.erase(entry);
        }
    }
};

// Never destroyed: threads may still run while the program's other objects are torn down.
Collected& collected()
{
    static auto* const instance = new Collected;
    return *instance;
}

} // namespace

void SessionReaper::run(std::function<void()> body)
{
    Collected& all = collected();
    const std::lock_guard lock(all.mutex);
    all.collect();
    Collected::Entry& entry = all.entries.emplace_back();
    entry.thread = std::thread([&all, &entry, work = std::move(body)]() mutable {
        work();
        work = nullptr; // what it holds goes before it counts as ended
        const std::lock_guard endLock(all.mutex);
        entry.ended = true;
        all.oneEnded.notify_all();
    });
}

int SessionReaper::liveCount()
{
    Collected& all = collected();
    const std::lock_guard lock(all.mutex);
    all.collect();
    return static_cast<int>(all.entries.size());
}

bool SessionReaper::waitForAll(int timeoutMs)
{
    Collected& all = collected();
    std::unique_lock lock(all.mutex);
    return all.oneEnded.wait_for(lock, std::chrono::milliseconds(timeoutMs), [&] {
        all.collect();
        return all.entries.empty();
    });
}

} // namespace es::ui
