// The system calls behind SecureBytes and process hardening: one named file, so that another system gets its own.
// Thread: any.
#pragma once

#include <cstddef>

namespace es::base {

// Memory that is not swapped out where the system allows it (a refusal by RLIMIT_MEMLOCK is no error: best effort).
[[nodiscard]] void* allocateLocked(std::size_t size);
// Wipes, unlocks, frees. A null pointer is fine.
void releaseLocked(void* data, std::size_t size);

// No core file and no tracer of the same user may show what this process holds. Called first in main of programs that hold keys.
void refuseCoreDumps();

}  // namespace es::base
