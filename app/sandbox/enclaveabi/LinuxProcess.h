// A helper program of the sandbox as the system sees it: tied to its parent, ended by SIGTERM. Thread: main, before others start.
#pragma once

#include <cstdint>

namespace es::sandbox {

[[nodiscard]] std::int32_t ownProcessId();
// This process ends at once when its parent dies, and its keys with it.
void dieWithParent();
// Keeps SIGTERM and SIGINT from every thread started later; waitForEnd() then takes them.
void holdEndSignals();
void waitForEnd();
[[noreturn]] void endNow(int status);  // without destructors: threads may still be at work

}  // namespace es::sandbox
