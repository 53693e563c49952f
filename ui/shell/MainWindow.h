// The studio's window: the object explorer beside tabs of query windows, menus, status. Everything that needs another room
// (connecting, keys, the wizard) is asked for by signals; the composition root answers. Thread: GUI thread only.
#pragma once

#include "ui/services/ConnectionProfile.h"
#include "ui/shell/Workspace.h"

#include <QMainWindow>

#include <functional>
#include <memory>
#include <optional>

class QDockWidget;
class QLabel;

namespace es::ui {

class DocumentTabs;
class InspectorDock;
class MainActions;
class PasswordVault;
class QueryWindow;
class StartPage;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    // Makes the explorer, which stands in the dock at the left: as a child of `dock` from the start, because a widget that moves is styled twice.
    using MakeExplorer = std::function<QWidget*(QWidget* dock)>;
    MainWindow(std::shared_ptr<PasswordVault> vault, const MakeExplorer& makeExplorer, QWidget* parent = nullptr);
    ~MainWindow() override;

    // A new tab in front; connects it where there is a request.
    QueryWindow* newQuery(std::shared_ptr<const ConnectionRequest> request, const QString& text = {});
    void openFile(const QString& path);
    void showStartPage();
    [[nodiscard]] StartPage& startPage() { return *m_start; }
    // Null when the start page is in front.
    [[nodiscard]] QueryWindow* currentQuery() const;
    [[nodiscard]] QList<QueryWindow*> queries() const;
    void showStatus(const QString& text);
    void setServerStatus(const QString& text); // the right end of the status bar: the sandbox

    [[nodiscard]] WorkspaceState workspace() const;
    void restore(const WorkspaceState& state);

    // What actions do; the actions themselves are in MainActions.
    void chooseFileToOpen();
    void save();
    void saveAs();
    void closeCurrent();
    void nextPane(bool forward);
    void switchTab(int step);
    void toggleExplorer();
    void toggleInspector();
    void showAbout();
    [[nodiscard]] QString helpPage() const; // of what has the keyboard

Q_SIGNALS:
    void sandboxRequested();
    void connectRequested();
    void connectionSettingsRequested(es::ui::QueryWindow* query, const std::optional<es::base::Error>& failure);
    void attestationSettingsRequested(es::ui::QueryWindow* query); // the same where protocol and policy are
    void reconnectRequested(es::ui::QueryWindow* query);
    void newMasterKeyRequested();
    void newEncryptionKeyRequested();
    void wizardRequested();
    void findInTreeRequested();
    void currentChanged();
    void workspaceChanged(); // text, tabs or connections: worth saving soon
    void closing(); // accepted: the last moment to save

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    QueryWindow* addQuery(const QString& title);
    void watch(QueryWindow* query);
    void closeTab(int index);
    void askAndClose(QueryWindow* query);
    void updateTab(QueryWindow* query);
    void updateCurrent();
    void saveTo(QueryWindow* query, const QString& path);

    std::shared_ptr<PasswordVault> m_vault;
    DocumentTabs* m_tabs;
    StartPage* m_start;
    QDockWidget* m_dock;
    InspectorDock* m_inspector;
    QLabel* m_status;
    QLabel* m_server;
    QLabel* m_encoding;
    QLabel* m_caret;
    std::unique_ptr<MainActions> m_actions;
    int m_queryNumber = 0;
    bool m_closeAgreed = false;
};

} // namespace es::ui
