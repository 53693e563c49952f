// Child processes of the supervisor and what it waits for: their deaths, signals, the end of its own parent.
// Thread: main thread only (the death of a parent is noticed per thread).
#pragma once

#include "driver/base/Bytes.h"

#include <optional>
#include <sys/types.h>

namespace es::sandbox {

inline constexpr base::ErrorCode kChildFailed{"supervisor", "ChildFailed"};

class Child {
public:
    // Starts `arguments[0]`; it dies with this process, hears no terminal, and inherits standard error alone. Errors: kChildFailed.
    static base::Result<Child> start(const std::vector<std::string>& arguments);
    Child(Child&& other) noexcept;
    Child& operator=(Child&& other) noexcept;
    ~Child();  // closes the pipe; the process is left alone

    [[nodiscard]] pid_t processId() const { return m_processId; }
    // The first line it prints. Errors: kChildFailed (it ended, or said nothing in time).
    base::Result<std::string> readLine(int timeoutMs);
    // SIGTERM, and SIGKILL when that is not obeyed in time. Returns when it has ended.
    void end(int timeoutMs);

private:
    Child(pid_t processId, int output) : m_processId(processId), m_output(output) {}
    pid_t m_processId = -1;
    int m_output = -1;
};

struct Ended { pid_t processId; std::string how; };  // "by signal 9 (Killed)", "with status 1"

class ProcessEvents {
public:
    // Takes SIGTERM, SIGINT, SIGHUP and SIGCHLD over from now on. `parentFd`: its end of file asks to end; -1 for none.
    // Errors: kChildFailed (parentFd is not open).
    static base::Result<ProcessEvents> watch(int parentFd);

    enum class Kind : std::uint8_t { kEndAsked, kChildEnded, kTimeout };
    // Waits; < 0: for ever. After kChildEnded, collect the dead with nextEnded().
    Kind wait(int timeoutMs);
    [[nodiscard]] static std::optional<Ended> nextEnded();

private:
    ProcessEvents(int signalFd, int parentFd) : m_signalFd(signalFd), m_parentFd(parentFd) {}
    int m_signalFd;
    int m_parentFd;
};

// The folder of the running program: its helpers stand beside it.
[[nodiscard]] std::string programFolder();

}  // namespace es::sandbox
