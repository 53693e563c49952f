#include "app/sandbox/supervisor/LinuxChild.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace es::sandbox {

namespace {

base::Error failed(std::string text)
{
    return base::makeError(kChildFailed, std::move(text), {}, "Look at the messages before this one.");
}

// In the child, between fork and exec: only calls that are safe there.
[[noreturn]] void becomeProgram(char* const* arguments, int output, pid_t parent)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent)
        ::_exit(127);
    ::setpgid(0, 0);  // Ctrl+C in a terminal is for the supervisor, which ends its children in order
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int input = ::open("/dev/null", O_RDONLY);
    ::dup2(input, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::execv(arguments[0], arguments);
    ::_exit(127);
}

sigset_t watchedSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD})
        sigaddset(&signals, signal);
    return signals;
}

}  // namespace

base::Result<Child> Child::start(const std::vector<std::string>& arguments)
{
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0)
        return failed("No pipe could be made: " + std::string(std::strerror(errno)) + ".");
    std::vector<std::string> copies = arguments;
    std::vector<char*> pointers;
    for (std::string& copy : copies)
        pointers.push_back(copy.data());
    pointers.push_back(nullptr);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child == 0)
        becomeProgram(pointers.data(), pipe[1], parent);
    ::close(pipe[1]);
    Child started(child, pipe[0]);
    if (child < 0)
        return failed(arguments[0] + " could not be started: " + std::strerror(errno) + ".");
    return started;
}

Child::Child(Child&& other) noexcept : m_processId(std::exchange(other.m_processId, -1)), m_output(std::exchange(other.m_output, -1)) {}

Child& Child::operator=(Child&& other) noexcept
{
    std::swap(m_processId, other.m_processId);
    std::swap(m_output, other.m_output);
    return *this;
}

Child::~Child()
{
    if (m_output >= 0)
        ::close(m_output);
}

base::Result<std::string> Child::readLine(int timeoutMs)
{
    using Clock = std::chrono::steady_clock;
    const auto deadline = Clock::now() + std::chrono::milliseconds(timeoutMs);
    std::string line;
    while (true) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd state{m_output, POLLIN, 0};
        const int ready = left > 0 ? ::poll(&state, 1, static_cast<int>(left)) : 0;
        if (ready == 0)
            return failed("A helper program was not ready in time.");
        char character = 0;
        const ssize_t got = ready > 0 ? ::read(m_output, &character, 1) : -1;
        if (got == 0)
            return failed("A helper program ended before it was ready.");
        if (got < 0 && errno != EINTR)
            return failed("A helper program could not be read.");
        if (got == 1 && character == '\n')
            return line;
        if (got == 1)
            line += character;
    }
}

void Child::end(int timeoutMs)
{
    if (m_processId <= 0)
        return;
    ::kill(m_processId, SIGTERM);
    for (int waitedMs = 0; ::waitpid(m_processId, nullptr, WNOHANG) == 0; waitedMs += 10) {
        if (waitedMs >= timeoutMs)
            ::kill(m_processId, SIGKILL);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    m_processId = -1;
}

base::Result<ProcessEvents> ProcessEvents::watch(int parentFd)
{
    if (parentFd >= 0 && ::fcntl(parentFd, F_SETFD, FD_CLOEXEC) != 0)
        return base::makeError(kChildFailed, "The descriptor of --stop-with-parent is not open.", "stop-with-parent",
                               "Give the number of an open pipe or socket.");
    const sigset_t signals = watchedSignals();
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    return ProcessEvents(::signalfd(-1, &signals, SFD_CLOEXEC), parentFd);
}

ProcessEvents::Kind ProcessEvents::wait(int timeoutMs)
{
    pollfd states[2]{{m_signalFd, POLLIN, 0}, {m_parentFd, POLLIN, 0}};
    while (true) {
        const int ready = ::poll(states, m_parentFd >= 0 ? 2 : 1, timeoutMs);
        if (ready == 0)
            return Kind::kTimeout;
        if (ready < 0)
            continue;
        if (states[1].revents != 0) {
            char ignored[256];
            if (::read(m_parentFd, ignored, sizeof ignored) <= 0)
                return Kind::kEndAsked;
        }
        if ((states[0].revents & POLLIN) != 0) {
            signalfd_siginfo signal{};
            if (::read(m_signalFd, &signal, sizeof signal) != sizeof signal)
                continue;
            return signal.ssi_signo == SIGCHLD ? Kind::kChildEnded : Kind::kEndAsked;
        }
    }
}

std::optional<Ended> ProcessEvents::nextEnded()
{
    int status = 0;
    const pid_t processId = ::waitpid(-1, &status, WNOHANG);
    if (processId <= 0)
        return std::nullopt;
    if (WIFSIGNALED(status))
        return Ended{processId, "by signal " + std::to_string(WTERMSIG(status)) + " (" + ::strsignal(WTERMSIG(status)) + ")"};
    return Ended{processId, "with status " + std::to_string(WEXITSTATUS(status))};
}

std::string programFolder()
{
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/exe", error).parent_path().string();
}

}  // namespace es::sandbox
