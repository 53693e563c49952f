#include "driver/base/PosixMemory.h"

#include "driver/base/SecureBytes.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <new>

namespace es::base {

void* allocateLocked(std::size_t size)
{
    void* data = ::operator new(size);
    // Small pieces share pages; unlocking one would unlock its neighbours, so pages stay locked until the process ends.
    (void)mlock(data, size);
    return data;
}

void releaseLocked(void* data, std::size_t size)
{
    if (data == nullptr)
        return;
    scrub(data, size);
    ::operator delete(data);
}

void refuseCoreDumps()
{
    const rlimit none{0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace es::base
