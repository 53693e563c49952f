// Where session threads are counted, so that a program can end in order: a host that is let go joins nobody, its thread ends
// on its own time and is collected here. Thread: any.
#pragma once

#include <functional>

namespace es::ui {

class SessionReaper {
public:
    // Starts a thread that this class collects once it has ended.
    static void run(std::function<void()> body);
    // Threads that have not ended, those of living hosts included.
    [[nodiscard]] static int liveCount();
    // For main() after the event loop, when no host is left: waits until all have ended or the time is up.
    // False: some still run; end the process with std::_Exit.
    [[nodiscard]] static bool waitForAll(int timeoutMs);
};

} // namespace es::ui
