#include "app/sandbox/enclaveabi/LinuxProcess.h"

#include <csignal>
#include <cstdlib>
#include <sys/prctl.h>
#include <unistd.h>

namespace es::sandbox {

namespace {

sigset_t endSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return signals;
}

}  // namespace

std::int32_t ownProcessId()
{
    return ::getpid();
}

void dieWithParent()
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void holdEndSignals()
{
    const sigset_t signals = endSignals();
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

void waitForEnd()
{
    const sigset_t signals = endSignals();
    int received = 0;
    while (::sigwait(&signals, &received) != 0) {
    }
}

void endNow(int status)
{
    std::_Exit(status);
}

}  // namespace es::sandbox
