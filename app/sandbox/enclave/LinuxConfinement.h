// What this process may ask of the system from now on: the calls that work on cells needs, and no other. No files, no network, no other
// process, no new executable memory. A call that is not named in LinuxConfinement.cpp fails with EPERM.
// Thread: any; it holds for every thread of the process, present and future, and cannot be taken back.
#pragma once

#include "driver/base/Result.h"

namespace es::sandbox {

// Errors: kConfinement when the kernel has no seccomp filters, or knows another processor than the filter. Does nothing in a build with
// a sanitizer, whose runtime needs calls of its own.
[[nodiscard]] base::Result<void> confineToNeededCalls();

inline constexpr base::ErrorCode kConfinement{"enclave", "Confinement"};

}  // namespace es::sandbox
