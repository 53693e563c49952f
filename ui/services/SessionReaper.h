// Where session threads go after their host is let go: they end on their own time, nobody joins them in a destructor.
// Thread: the main thread, except enter/leave which the threads' owners call.
#pragma once

namespace es::ui {

class SessionThread;

class SessionReaper {
public:
    // Threads that have not ended yet, those of living hosts included.
    [[nodiscard]] static int liveCount();
    // For main() after the event loop, when no window is left: waits until all threads have ended or the time is up.
    // False: some still run; end the process with std::_Exit.
    [[nodiscard]] static bool waitForAll(int timeoutMs);
};

}  // namespace es::ui
