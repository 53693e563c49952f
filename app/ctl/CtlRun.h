// One run of enclavectl: reads the files that the command line names, connects, runs the command. Thread: main thread only.
#pragma once

#include "app/ctl/Commands.h"

namespace es::ui {
class PasswordVault;
}

namespace es::ctl {

class CtlRun : public QObject {
    Q_OBJECT
public:
    CtlRun(CommandLine line, Terminal& terminal);
    ~CtlRun() override;

    void start();
    void cancel();

Q_SIGNALS:
    void finished(int exitStatus);

private:
    [[nodiscard]] base::Result<void> rememberKeyPassword();
    [[nodiscard]] base::Result<std::shared_ptr<const ui::ConnectionRequest>> connectionRequest() const;
    [[nodiscard]] base::Result<void> takeAttestation(ui::ConnectionProfile& profile) const;
    void runCommand();
    void end(int exitStatus);

    CommandLine m_line;
    Terminal& m_terminal;
    std::shared_ptr<ui::PasswordVault> m_vault;
    ui::SessionHost m_host;
    std::unique_ptr<CtlCommand> m_command;
    bool m_ended = false;
};

} // namespace es::ctl
