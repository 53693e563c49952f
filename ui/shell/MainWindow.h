// The studio's window: tabs of query windows, menus, status. Thread: GUI thread only.
#pragma once

#include "ui/services/ConnectionProfile.h"

#include <QMainWindow>

#include <memory>

class QLabel;
class QTabWidget;

namespace es::ui {

class PasswordVault;
class QueryWindow;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(std::shared_ptr<PasswordVault> vault, QWidget* parent = nullptr);

    // Connects the query window; later ones get the same request.
    void openConnection(std::shared_ptr<const ConnectionRequest> request);
    [[nodiscard]] QueryWindow& query() { return *m_query; }

Q_SIGNALS:
    void reconnectRequested();

private:
    void buildMenus();
    void showAbout();

    std::shared_ptr<PasswordVault> m_vault;
    QTabWidget* m_tabs;
    QueryWindow* m_query;
    QLabel* m_status;
    QLabel* m_caret;
};

}  // namespace es::ui
