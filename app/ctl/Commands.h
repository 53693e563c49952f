// One object per command: started once the connection stands, ends with an exit status. They use the services that windows use.
// Thread: main thread only.
#pragma once

#include "app/ctl/CommandLine.h"
#include "app/ctl/Terminal.h"
#include "ui/services/SessionHost.h"

namespace es::ctl {

// What the program ends with because of an error, for this command.
[[nodiscard]] int exitStatusOf(const CommandLine& line, const base::Error& error);
// attest --verify and attest --print-policy: asks nobody, says the exit status.
[[nodiscard]] int runOffline(const CommandLine& line, Terminal& terminal);

class CtlCommand : public QObject {
    Q_OBJECT
public:
    CtlCommand(const CommandLine& line, Terminal& terminal, ui::SessionHost& host)
        : m_line(line)
        , m_terminal(terminal)
        , m_host(host)
    {
    }
    // The connection stands; finished() follows.
    virtual void start() = 0;

Q_SIGNALS:
    void finished(int exitStatus);

protected:
    // Writes the error and ends with its status.
    void fail(const base::Error& error);
    void finish(ExitStatus status) { Q_EMIT finished(static_cast<int>(status)); }

    const CommandLine& m_line;
    Terminal& m_terminal;
    ui::SessionHost& m_host;
};

[[nodiscard]] std::unique_ptr<CtlCommand> makeQueryCommand(const CommandLine& line, Terminal& terminal, ui::SessionHost& host);
[[nodiscard]] std::unique_ptr<CtlCommand> makeKeyCommand(const CommandLine& line, Terminal& terminal, ui::SessionHost& host);
[[nodiscard]] std::unique_ptr<CtlCommand> makeAttestCommand(const CommandLine& line, Terminal& terminal, ui::SessionHost& host);
[[nodiscard]] std::unique_ptr<CtlCommand> makeColumnsCommand(const CommandLine& line, Terminal& terminal, ui::SessionHost& host);

} // namespace es::ctl
