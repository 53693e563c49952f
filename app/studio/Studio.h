// The composition root: puts the rooms together, answers what the main window asks for, and keeps the sandbox as a child process.
// Thread: GUI thread only.
#pragma once

#include "ui/connect/ConnectDialog.h"
#include "ui/explorer/ObjectExplorer.h"
#include "ui/services/PasswordVault.h"
#include "ui/services/ProfileStore.h"
#include "ui/services/SandboxProcess.h"
#include "ui/services/SecretStore.h"
#include "ui/shell/DesktopAppearance.h"
#include "ui/shell/MainWindow.h"

#include <QPointer>
#include <QTimer>

#include <functional>
#include <memory>

namespace es::studio {

class LogFile;

class Studio : public QObject {
    Q_OBJECT
public:
    Studio(QString sandboxData, ui::ThemeKind desktopLook, LogFile& log);
    ~Studio() override;
    // Shows the window with what was open last time. `file`: SQL to open beside it; empty: none.
    void start(const QString& file);

private:
    void wireWindow();
    void wireExplorer();
    void applyTheme();

    // The sandbox: started when asked for; `then` gets its connection.
    using WithRequest = std::function<void(std::shared_ptr<const ui::ConnectionRequest>)>;
    void withSandbox(const WithRequest& then, const std::function<void(const base::Error&)>& otherwise);
    void sandboxReady(const ui::SandboxInfo& info);
    void sandboxFailed(const base::Error& error);
    void sandboxEnded();
    void openSandbox(const std::optional<ui::ConnectionProfile>& asBefore = std::nullopt);

    void openConnectDialog(const ui::ConnectionProfile& profile, const base::SecureBytes& password, const std::optional<base::Error>& failure,
        const WithRequest& then, bool atAttestation = false);
    void connectRecent(const QString& id);
    void reconnect(ui::QueryWindow* query);
    void opened(std::shared_ptr<const ui::ConnectionRequest> request); // explorer and a first query
    void newMasterKey(std::shared_ptr<const ui::ConnectionRequest> request);
    void newEncryptionKey(std::shared_ptr<const ui::ConnectionRequest> request, const QString& masterKey);
    void openWizard(std::shared_ptr<const ui::ConnectionRequest> request, const QStringList& columns, bool decrypt);
    void showProblem(const QString& title, const base::Error& error);
    void showRecent();
    void saveWorkspace();
    void logError(const char* what, const base::Error& error);

    QString m_sandboxData;
    LogFile& m_log;
    std::shared_ptr<ui::PasswordVault> m_vault;
    ui::ProfileStore m_profiles;
    ui::SecretStore m_secrets;
    ui::DesktopAppearance m_desktop;
    std::unique_ptr<ui::SandboxProcess> m_sandbox;
    std::shared_ptr<const ui::ConnectionRequest> m_sandboxRequest; // while it runs
    std::vector<std::pair<WithRequest, std::function<void(const base::Error&)>>> m_waiting; // for the sandbox
    QTimer m_saveSoon;
    ui::ObjectExplorer* m_explorer; // in the window
    ui::MainWindow m_window;
};

} // namespace es::studio
