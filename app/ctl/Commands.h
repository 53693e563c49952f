// One object per command: started once the connection stands, ends with an exit status. They use the services that windows use.
// Thread: main thread only.
#pragma once

#include "app/ctl/CommandLine.h"
#include "app/ctl/Terminal.h"
#include "ui/services/SessionHost.h"

namespace es::ctl {

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
    void finished(es::ctl::ExitStatus status);

protected:
    // Writes the error and ends with its status.
    void fail(const base::Error& error);

    const CommandLine& m_line;
    Terminal& m_terminal;
    ui::SessionHost& m_host;
};

[[nodiscard]] std::unique_ptr<CtlCommand> makeQueryCommand(const CommandLine& line, Terminal& terminal, ui::SessionHost& host);
[[nodiscard]] std::unique_ptr<CtlCommand> makeKeyCommand(const CommandLine& line, Terminal& terminal, ui::SessionHost& host);
[[nodiscard]] std::unique_ptr<CtlCommand> makeColumnsCommand(const CommandLine& line, Terminal& terminal, ui::SessionHost& host);

} // namespace es::ctl
