// What somebody tries who has got into the enclave's process, or wants to look into it from outside. Prints the name of the error, or "done".
//   wall_probe confined CALL   gives up system calls as the enclave does, then makes this one
//   wall_probe free CALL       makes it without: the control
//   wall_probe outside HOW PID looks into another process
#include "app/sandbox/enclave/LinuxConfinement.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <thread>
#include <unistd.h>

namespace {

long protectExecutable()
{
    static char page[8192];
    void* aligned = reinterpret_cast<void*>((reinterpret_cast<std::uintptr_t>(page) + 4095) & ~std::uintptr_t{4095});
    return ::mprotect(aligned, 4096, PROT_READ | PROT_EXEC);
}

long mapMemory(int protection)
{
    void* data = ::mmap(nullptr, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return data == MAP_FAILED ? -1 : 0;
}

long makeThread()
{
    long result = -1;
    std::thread([&] { result = 0; }).join();
    return result;
}

long forked(long call)
{
    if (call == 0)
        ::_exit(0);
    return call;
}

// As the system call itself answers: -1 with errno.
long callNamed(const std::string& name)
{
    if (name == "open") return ::open("/etc/passwd", O_RDONLY);
    if (name == "create") return ::open("/tmp/es-wall-probe", O_CREAT | O_WRONLY, 0600);
    if (name == "unlink") return ::unlink("/tmp/es-wall-probe-nothing") == 0 || errno == ENOENT ? 0 : -1;
    if (name == "inet") return ::socket(AF_INET, SOCK_STREAM, 0);
    if (name == "unix") return ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (name == "fork") return forked(::fork());
    if (name == "clone") return forked(::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr));
    if (name == "thread") return makeThread();
    if (name == "exec") return ::syscall(SYS_execve, "/bin/true", nullptr, nullptr);
    if (name == "ptrace") return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    if (name == "dumpable") return ::syscall(SYS_prctl, 4 /* PR_SET_DUMPABLE */, 1, 0, 0, 0);
    if (name == "executable") return mapMemory(PROT_READ | PROT_WRITE | PROT_EXEC);
    if (name == "protect") return protectExecutable();
    if (name == "memory") return mapMemory(PROT_READ | PROT_WRITE);
    if (name == "memfd") return ::memfd_create("probe", 0);
    if (name == "kill") return ::kill(::getppid(), 0);
    if (name == "writeElsewhere") return ::write(1000, "x", 1); // a number that nobody has opened
    if (name == "readv") {
        char byte = 0;
        iovec here{&byte, 1};
        iovec there{&byte, 1};
        return ::process_vm_readv(::getpid(), &here, 1, &there, 1, 0);
    }
    std::fprintf(stderr, "no call named %s\n", name.c_str());
    std::exit(2);
}

long openOf(const std::string& pid, const char* file)
{
    return ::open(("/proc/" + pid + "/" + file).c_str(), O_RDONLY);
}

long lookInto(const std::string& how, const std::string& pid)
{
    const auto process = static_cast<pid_t>(std::atol(pid.c_str()));
    if (how == "attach") return ::ptrace(PTRACE_ATTACH, process, nullptr, nullptr);
    if (how == "seize") return ::ptrace(PTRACE_SEIZE, process, nullptr, nullptr);
    if (how == "mem") return openOf(pid, "mem");
    if (how == "maps") {
        char byte = 0;  // some files of /proc ask for the right when they are read
        const long file = openOf(pid, "maps");
        return file < 0 ? -1 : ::read(static_cast<int>(file), &byte, 1) == 1 ? 0 : -1;
    }
    if (how == "environ") return openOf(pid, "environ");
    if (how == "fd") return openOf(pid, "fd");
    if (how == "pidfd") {
        const long descriptor = ::syscall(SYS_pidfd_open, process, 0);
        return ::syscall(SYS_pidfd_getfd, descriptor, 1, 0);
    }
    char byte = 0;
    iovec here{&byte, 1};
    iovec there{reinterpret_cast<void*>(std::strtoull(std::getenv("ES_PROBE_ADDRESS"), nullptr, 16)), 1};
    if (how == "vmRead") return ::process_vm_readv(process, &here, 1, &there, 1, 0);
    if (how == "vmWrite") return ::process_vm_writev(process, &here, 1, &there, 1, 0);
    std::fprintf(stderr, "no way named %s\n", how.c_str());
    std::exit(2);
}

}  // namespace

int main(int argc, char** argv)
{
    const std::string mode = argc > 2 ? argv[1] : "";
    if (mode == "confined") {
        if (const auto confined = es::sandbox::confineToNeededCalls(); !confined) {
            std::fprintf(stderr, "%s\n", confined.error().describe().c_str());
            return 2;
        }
    }
    const long result = mode == "outside" ? lookInto(argv[2], argc > 3 ? argv[3] : "0") : callNamed(argv[2]);
    const std::string word = result >= 0 ? "done" : strerrorname_np(errno);
    return ::write(STDOUT_FILENO, word.data(), word.size()) > 0 ? 0 : 1;
}
