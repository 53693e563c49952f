// The composition root: the sandbox as a child process, the main window, and the connection between them.
// Thread: GUI thread only.
#pragma once

#include "ui/services/SandboxProcess.h"
#include "ui/shell/MainWindow.h"

#include <memory>

namespace es::ui {
class PasswordVault;
}

namespace es::studio {

class Studio : public QObject {
    Q_OBJECT
public:
    explicit Studio(QString sandboxData);
    // Shows the window at once; the sandbox comes up behind it. `file`: SQL to open, empty: an example.
    void start(const QString& file);

private:
    void startSandbox();
    void sandboxReady(const ui::SandboxInfo& info);
    void sandboxFailed(const base::Error& error);

    QString m_sandboxData;
    std::shared_ptr<ui::PasswordVault> m_vault;
    std::unique_ptr<ui::SandboxProcess> m_sandbox;
    ui::MainWindow m_window;
};

}  // namespace es::studio
