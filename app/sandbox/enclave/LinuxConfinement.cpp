#include "app/sandbox/enclave/LinuxConfinement.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

#if defined(__has_feature)
#define ES_HAS_FEATURE(name) __has_feature(name)
#else
#define ES_HAS_FEATURE(name) 0
#endif

namespace es::sandbox {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || ES_HAS_FEATURE(address_sanitizer) || ES_HAS_FEATURE(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kArchitecture = 0;  // no filter: confineToNeededCalls() says so
#endif
constexpr std::uint32_t kOtherNumbers = 0x40000000U;  // x86-64 kernels take the numbers of x32 too, from here on

// Words with the server and the attestation program, waiting for batches, memory, threads, randomness, the clock, the end.
constexpr long kPlain[] = {
    SYS_recvfrom, SYS_sendto, SYS_recvmsg, SYS_sendmsg, SYS_accept4, SYS_connect, SYS_setsockopt, SYS_shutdown, SYS_close,
    SYS_ppoll, SYS_fcntl, SYS_fstat, SYS_newfstatat,
#if defined(SYS_poll)
    SYS_poll,
#endif
    SYS_futex, SYS_sched_yield, SYS_sched_getaffinity, SYS_set_robust_list, SYS_rseq, SYS_restart_syscall, SYS_membarrier,
    SYS_munmap, SYS_mremap, SYS_brk, SYS_madvise, SYS_mlock,
    SYS_getrandom, SYS_clock_gettime, SYS_clock_nanosleep,
    SYS_getpid, SYS_gettid, SYS_rt_sigprocmask, SYS_rt_sigtimedwait, SYS_rt_sigreturn, SYS_exit, SYS_exit_group,
};

// Allowed when an argument fits; the argument's low 32 bits are compared, which hold all of it for these calls.
struct Bounded {
    long call;
    std::size_t argument;
    std::uint32_t mask;    // 0: the argument is at most `value`; else argument & mask == value
    std::uint32_t value;
};
constexpr std::uint32_t kThread = 0x00010000;  // CLONE_THREAD: a thread of this process, never another process
constexpr Bounded kBounded[] = {
    {SYS_mmap, 2, PROT_EXEC, 0},
    {SYS_mprotect, 2, PROT_EXEC, 0},
    {SYS_clone, 0, kThread, kThread},
    {SYS_socket, 0, 0xFFFFFFFFU, AF_UNIX},
    {SYS_write, 0, 0, STDERR_FILENO},  // the word "ready", and what a dying C++ runtime says
};

constexpr std::uint32_t argumentOffset(std::size_t index)
{
    static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
    return static_cast<std::uint32_t>(offsetof(seccomp_data, args) + index * sizeof(std::uint64_t));
}

class Filter {
public:
    Filter()
    {
        load(offsetof(seccomp_data, arch));
        jump(BPF_JEQ, kArchitecture, 1, 0);
        give(SECCOMP_RET_KILL_PROCESS);
        load(offsetof(seccomp_data, nr));
        jump(BPF_JGE, kOtherNumbers, 0, 1);
        give(SECCOMP_RET_KILL_PROCESS);
        for (const long call : kPlain)
            onCall(call, SECCOMP_RET_ALLOW);
        // The flags of clone3 lie in memory, where a filter cannot look: without it the C library takes clone.
        onCall(SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
        for (const Bounded& bounded : kBounded)
            onCall(bounded);
        give(SECCOMP_RET_ERRNO | EPERM);
    }

    [[nodiscard]] sock_fprog program() { return {static_cast<unsigned short>(m_code.size()), m_code.data()}; }

private:
    void load(std::size_t offset) { m_code.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset))); }
    void give(std::uint32_t verdict) { m_code.push_back(BPF_STMT(BPF_RET | BPF_K, verdict)); }
    void jump(std::uint16_t test, std::uint32_t value, std::uint8_t ifTrue, std::uint8_t ifFalse)
    {
        m_code.push_back(BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), value, ifTrue, ifFalse));
    }
    void onCall(long call, std::uint32_t verdict)
    {
        jump(BPF_JEQ, static_cast<std::uint32_t>(call), 0, 1);
        give(verdict);
    }
    void onCall(const Bounded& bounded)
    {
        jump(BPF_JEQ, static_cast<std::uint32_t>(bounded.call), 0, bounded.mask != 0 ? 5 : 4);
        load(argumentOffset(bounded.argument));
        if (bounded.mask != 0) {
            m_code.push_back(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, bounded.mask));
            jump(BPF_JEQ, bounded.value, 0, 1);
        } else {
            jump(BPF_JGT, bounded.value, 1, 0);
        }
        give(SECCOMP_RET_ALLOW);
        give(SECCOMP_RET_ERRNO | EPERM);  // the number of the call is gone from the register: nothing further can be asked
    }

    std::vector<sock_filter> m_code;
};

base::Error refused(std::string_view what)
{
    return base::makeError(kConfinement, "The enclave could not give up system calls: " + std::string(what) + ".", {},
                           "Use a kernel with seccomp filters (CONFIG_SECCOMP_FILTER) and a container profile that allows seccomp().");
}

}  // namespace

base::Result<void> confineToNeededCalls()
{
    if (kSanitized)
        return {};
    if (kArchitecture == 0)
        return refused("there is no list for this processor");
    Filter filter;
    const sock_fprog program = filter.program();
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
        || ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0)
        return refused(std::strerror(errno));
    return {};
}

}  // namespace es::sandbox
