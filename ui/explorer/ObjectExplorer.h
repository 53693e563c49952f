// The Object Explorer: servers with their databases, objects and keys as a tree, and what can be done with each.
// It asks with connections of its own and never waits; windows are opened by whoever hears its signals. Thread: GUI thread only.
#pragma once

#include "driver/base/Error.h"
#include "ui/services/ConnectionProfile.h"

#include <QModelIndex>
#include <QTimer>
#include <QWidget>

#include <map>
#include <memory>
#include <vector>

class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace es::catalog {
struct ObjectSnapshot;
struct ServerSnapshot;
}

namespace es::ui {

class ObjectTreeModel;
class ObjectTreeView;
class PasswordVault;
class ServerBrowser;

class ObjectExplorer : public QWidget {
    Q_OBJECT
public:
    explicit ObjectExplorer(std::shared_ptr<PasswordVault> vault, QWidget* parent = nullptr);
    ~ObjectExplorer() override;

    // The same server and login once more: its connections are made anew, its place in the tree stays.
    void addServer(std::shared_ptr<const ConnectionRequest> request);
    // After something changed there: reads the database again where it is open, and the server's enclave.
    void refreshDatabase(const QString& serverText, const QString& database);
    void focusFilter();
    [[nodiscard]] QList<std::shared_ptr<const ConnectionRequest>> servers() const;

Q_SIGNALS:
    void connectRequested();
    // In all of these the request names the database concerned.
    void newQueryRequested(std::shared_ptr<const es::ui::ConnectionRequest> request, const QString& text);
    void newMasterKeyRequested(std::shared_ptr<const es::ui::ConnectionRequest> request);
    void newEncryptionKeyRequested(std::shared_ptr<const es::ui::ConnectionRequest> request, const QString& masterKey);
    // "[schema].[table].[column]" or whole tables "[schema].[table]"; empty: the whole database.
    void encryptRequested(std::shared_ptr<const es::ui::ConnectionRequest> request, const QStringList& columns, bool decrypt);
    void serverFailed(const es::base::Error& error);

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Server {
        int id = 0; // in the model
        std::unique_ptr<ServerBrowser> browser;
        bool opened = false; // what it was connected for was expanded once
        std::shared_ptr<const catalog::ServerSnapshot> snapshot; // as read last
        std::map<QString, std::shared_ptr<const catalog::ObjectSnapshot>> databases; // those that were opened
        QString opening; // the database whose tables are to be shown when they come
    };

    // ObjectExplorerPages.cpp
    void buildHead();
    void buildBody();
    [[nodiscard]] QWidget* emptyPage();
    [[nodiscard]] QWidget* treePage();
    void paintIcons();
    void showPages();

    void wireTree();
    void wireServer(Server& server);
    [[nodiscard]] Server* serverById(int id);
    [[nodiscard]] Server* serverOf(const QModelIndex& index);
    void removeServer(int id);
    void readStarted(int id, const QString& database);
    void readEnded(int id, const QString& database, const std::function<void()>& change);
    void openWhatWasAskedFor(Server& server);
    void refresh(const QModelIndex& index);
    void refreshCurrent();
    void retry(const QModelIndex& index);
    void stop(const QModelIndex& index);
    void copyNames();
    void applyFilter();
    void showFilter(bool shown);

    // ObjectExplorerMenu.cpp
    void showMenu(const QModelIndex& index, const QPoint& globalPosition);
    void addServerActions(QMenu& menu, const QModelIndex& index);
    void addObjectActions(QMenu& menu, const QModelIndex& index);
    void addKeyActions(QMenu& menu, const QModelIndex& index);
    void addCommonActions(QMenu& menu, const QModelIndex& index);
    void addEnclaveActions(QMenu& menu, const QModelIndex& index);
    void configureEnclave(const QModelIndex& index);
    void sendKeys(const QModelIndex& index);
    void addWizardActions(QMenu& menu, const QModelIndex& index);
    [[nodiscard]] QModelIndexList selectedBeside(const QModelIndex& index) const;
    [[nodiscard]] std::shared_ptr<const ConnectionRequest> requestFor(const QModelIndex& index);

    const std::shared_ptr<PasswordVault> m_vault;
    ObjectTreeModel* m_model;
    ObjectTreeView* m_tree;
    QWidget* m_head;
    QToolButton* m_connect;
    QToolButton* m_refresh;
    QToolButton* m_filterButton;
    QLineEdit* m_filter;
    QStackedWidget* m_pages; // no server, tree
    QStackedWidget* m_treePages; // rows, nothing found
    QPushButton* m_emptyConnect;
    QLabel* m_emptyIcon;
    QLabel* m_nothingFound;
    QTimer m_filterDelay;
    struct BeforeFilter;
    std::unique_ptr<BeforeFilter> m_beforeFilter; // the tree's places, while there is a filter
    std::vector<Server> m_servers;
};

} // namespace es::ui
