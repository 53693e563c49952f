#include "ui/explorer/ObjectExplorer.h"

#include "ui/explorer/ObjectTreeView.h"
#include "ui/explorer/ServerBrowser.h"
#include "ui/models/ObjectTreeModel.h"
#include "ui/services/PasswordVault.h"
#include "ui/widgets/ErrorWords.h"
#include "ui/widgets/Help.h"
#include "ui/widgets/Theme.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace es::ui {

namespace {

constexpr int kFilterDelayMs = 60; // one search for a burst of keys
constexpr int kSayRefreshingAfterMs = 500;

// "Sandbox" and where it is, or the host alone; the usual port goes without saying.
ObjectServer lookOf(const ConnectionProfile& profile)
{
    constexpr quint16 kUsualPort = 1433;
    ObjectServer look;
    const QString address = profile.port == kUsualPort ? profile.host : profile.serverText();
    look.name = profile.name.isEmpty() ? address : profile.name;
    if (!profile.name.isEmpty()) look.address = address;
    look.environment = static_cast<int>(profile.environment);
    look.icon = profile.environment == Environment::kSandbox ? QStringLiteral("sandbox") : QStringLiteral("server");
    return look;
}

QString reasonOf(const base::Error& error)
{
    const ErrorWords words = wordsFor(error);
    return words.text.isEmpty() ? words.title : QString(words.title + QLatin1Char(' ') + words.text);
}

} // namespace

struct ObjectExplorer::BeforeFilter {
    ObjectTreeView::Places places;
    bool touched = false; // the person chose a row since
};

ObjectExplorer::ObjectExplorer(std::shared_ptr<PasswordVault> vault, QWidget* parent)
    : QWidget(parent)
    , m_vault(std::move(vault))
    , m_model(new ObjectTreeModel(this))
    , m_tree(nullptr)
    , m_head(nullptr)
    , m_connect(nullptr)
    , m_refresh(nullptr)
    , m_filterButton(nullptr)
    , m_filter(nullptr)
    , m_pages(nullptr)
    , m_treePages(nullptr)
    , m_emptyConnect(nullptr)
    , m_emptyIcon(nullptr)
    , m_nothingFound(nullptr)
{
    setObjectName(QStringLiteral("objectExplorer"));
    setMinimumWidth(200);
    buildHead();
    buildBody();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(m_pages, 1);
    wireTree();
    m_filterDelay.setSingleShot(true);
    m_filterDelay.setInterval(kFilterDelayMs);
    connect(&m_filterDelay, &QTimer::timeout, this, &ObjectExplorer::applyFilter);
    connect(&Theme::instance(), &Theme::changed, this, &ObjectExplorer::paintIcons);
    paintIcons();
    showPages();
}

ObjectExplorer::~ObjectExplorer() = default;

void ObjectExplorer::wireTree()
{
    connect(m_tree, &QTreeView::expanded, this, [this](const QModelIndex& index) {
        if (!m_model->isUnread(index)) return;
        if (Server* const server = serverOf(index)) server->browser->read(index.data(ObjectTreeModel::kDatabaseRole).toString());
    });
    connect(m_tree, &ObjectTreeView::rowActivated, this, [this](const QModelIndex& index) {
        if (static_cast<ObjectKind>(index.data(ObjectTreeModel::kKindRole).toInt()) == ObjectKind::kRetry) retry(index);
    });
    connect(m_tree, &ObjectTreeView::refreshRequested, this, &ObjectExplorer::refreshCurrent);
    connect(m_tree, &ObjectTreeView::stopRequested, this, [this] { stop(m_tree->currentIndex()); });
    connect(m_tree, &ObjectTreeView::copyRequested, this, &ObjectExplorer::copyNames);
    connect(m_tree, &ObjectTreeView::menuRequested, this, &ObjectExplorer::showMenu);
    connect(m_tree, &ObjectTreeView::touched, this, [this] {
        if (m_beforeFilter) m_beforeFilter->touched = true;
    });
}

void ObjectExplorer::addServer(std::shared_ptr<const ConnectionRequest> request)
{
    const ConnectionProfile& profile = request->profile;
    const auto same = std::find_if(m_servers.begin(), m_servers.end(), [&](const Server& server) {
        const ConnectionProfile& other = server.browser->request()->profile;
        if (other.ownSandbox && profile.ownSandbox) return true; // started anew, it listens elsewhere
        return other.serverText() == profile.serverText() && other.user == profile.user;
    });
    Server* server = nullptr;
    QStringList opened;
    if (same != m_servers.end()) {
        server = &*same;
        opened = server->browser->openedDatabases();
        m_model->changeServer(server->id, lookOf(profile));
    } else {
        const int id = m_model->addServer(lookOf(profile));
        server = &m_servers.emplace_back();
        server->id = id;
    }
    server->browser = std::make_unique<ServerBrowser>(std::move(request), m_vault);
    wireServer(*server);
    showPages();
    server->browser->read({});
    for (const QString& database : opened)
        server->browser->read(database);
    const QModelIndex index = m_model->serverIndex(server->id);
    if (!m_tree->currentIndex().isValid()) m_tree->setCurrentIndex(index);
    m_tree->expand(index);
}

void ObjectExplorer::wireServer(Server& server)
{
    const int id = server.id;
    ServerBrowser* const browser = server.browser.get();
    connect(browser, &ServerBrowser::started, this, [this, id](const QString& database) { readStarted(id, database); });
    connect(browser, &ServerBrowser::serverReady, this, [this, id](const auto& snapshot) {
        readEnded(id, {}, [&] { m_model->showServer(id, snapshot); });
        if (Server* const known = serverById(id)) {
            known->snapshot = snapshot;
            openWhatWasAskedFor(*known);
        }
    });
    connect(browser, &ServerBrowser::databaseReady, this, [this, id](const QString& database, const auto& snapshot) {
        readEnded(id, database, [&] { m_model->showDatabase(id, database, snapshot); });
        if (Server* const known = serverById(id)) known->databases[database] = snapshot;
        if (Server* const known = serverById(id); known && known->opening == database) {
            known->opening.clear();
            m_tree->expand(m_model->child(m_model->databaseIndex(id, database), ObjectKind::kTables));
        }
    });
    connect(browser, &ServerBrowser::failed, this, [this, id](const QString& database, const base::Error& error) {
        readEnded(id, database, [&] {
            if (database.isEmpty())
                m_model->showServerError(id, reasonOf(error));
            else
                m_model->showDatabaseError(id, database, reasonOf(error));
        });
        Q_EMIT serverFailed(error);
    });
    connect(browser, &ServerBrowser::stopped, this, [this, id](const QString& database) {
        readEnded(id, database, [&] {
            if (database.isEmpty())
                m_model->showServerError(id, tr("Stopped before the server answered."));
            else
                m_model->showDatabaseError(id, database, tr("Stopped before the database was read."));
        });
    });
}

ObjectExplorer::Server* ObjectExplorer::serverById(int id)
{
    const auto found = std::find_if(m_servers.begin(), m_servers.end(), [&](const Server& server) { return server.id == id; });
    return found == m_servers.end() ? nullptr : &*found;
}

ObjectExplorer::Server* ObjectExplorer::serverOf(const QModelIndex& index)
{
    return index.isValid() ? serverById(index.data(ObjectTreeModel::kServerRole).toInt()) : nullptr;
}

void ObjectExplorer::removeServer(int id)
{
    m_servers.erase(
        std::remove_if(m_servers.begin(), m_servers.end(), [&](const Server& server) { return server.id == id; }), m_servers.end());
    m_model->removeServer(id);
    if (m_servers.empty()) m_filter->clear();
    showPages();
}

void ObjectExplorer::readStarted(int id, const QString& database)
{
    m_tree->keepingPlace([&] {
        if (database.isEmpty())
            m_model->showServerLoading(id);
        else
            m_model->showDatabaseLoading(id, database);
    });
    // What is there already stays in sight; only a refresh that takes its time says so.
    QTimer::singleShot(kSayRefreshingAfterMs, this, [this, id, database] {
        Server* const server = serverById(id);
        if (server && server->browser->isReading(database)) m_model->showRefreshing(id, database);
    });
}

void ObjectExplorer::readEnded(int, const QString&, const std::function<void()>& change)
{
    m_tree->keepingPlace(change);
    if (m_model->isFiltered()) m_tree->expandFound();
    showPages();
}

// Once, when the server has come: the tables of the database one connected to are what one is after.
void ObjectExplorer::openWhatWasAskedFor(Server& server)
{
    if (std::exchange(server.opened, true)) return;
    const QModelIndex index = m_model->serverIndex(server.id);
    m_tree->expand(index);
    m_tree->expand(m_model->child(index, ObjectKind::kDatabases));
    const QModelIndex database = m_model->databaseIndex(server.id, server.browser->request()->profile.database);
    if (!database.isValid() || m_model->parent(database) != m_model->child(index, ObjectKind::kDatabases)) return;
    server.opening = database.data(ObjectTreeModel::kDatabaseRole).toString();
    m_tree->expand(database);
}

void ObjectExplorer::refresh(const QModelIndex& index)
{
    Server* const server = serverOf(index);
    if (!server) return;
    const QString database = index.data(ObjectTreeModel::kDatabaseRole).toString();
    const auto kind = static_cast<ObjectKind>(index.data(ObjectTreeModel::kKindRole).toInt());
    if (!database.isEmpty()) {
        server->browser->read(database);
        return;
    }
    server->browser->read({});
    if (kind == ObjectKind::kEnclave) return;
    for (const QString& opened : server->browser->openedDatabases())
        server->browser->read(opened);
}

void ObjectExplorer::refreshCurrent()
{
    if (const QModelIndex current = m_tree->currentIndex(); current.isValid()) {
        refresh(current);
        return;
    }
    for (const Server& server : m_servers)
        refresh(m_model->serverIndex(server.id));
}

void ObjectExplorer::retry(const QModelIndex& index)
{
    if (Server* const server = serverOf(index)) server->browser->read(index.data(ObjectTreeModel::kDatabaseRole).toString());
}

void ObjectExplorer::stop(const QModelIndex& index)
{
    if (Server* const server = serverOf(index)) server->browser->stop(index.data(ObjectTreeModel::kDatabaseRole).toString());
}

void ObjectExplorer::refreshDatabase(const QString& serverText, const QString& database)
{
    for (const Server& server : m_servers) {
        if (server.browser->request()->profile.serverText() != serverText) continue;
        server.browser->read({});
        for (const QString& opened : server.browser->openedDatabases())
            if (opened.compare(database, Qt::CaseInsensitive) == 0) server.browser->read(opened);
    }
}

QList<std::shared_ptr<const ConnectionRequest>> ObjectExplorer::servers() const
{
    QList<std::shared_ptr<const ConnectionRequest>> requests;
    for (const Server& server : m_servers)
        requests.append(server.browser->request());
    return requests;
}

void ObjectExplorer::copyNames()
{
    QModelIndexList rows = m_tree->selectionModel()->selectedIndexes();
    std::sort(rows.begin(), rows.end(),
        [this](const auto& a, const auto& b) { return m_tree->visualRect(a).top() < m_tree->visualRect(b).top(); });
    QStringList names;
    for (const QModelIndex& row : rows)
        names.append(row.data(Qt::DisplayRole).toString());
    if (!names.isEmpty()) QGuiApplication::clipboard()->setText(names.join(QLatin1Char('\n')));
}

void ObjectExplorer::focusFilter()
{
    if (m_servers.empty()) {
        m_emptyConnect->setFocus(Qt::ShortcutFocusReason);
        return;
    }
    m_filterButton->setChecked(true);
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void ObjectExplorer::showFilter(bool shown)
{
    m_filter->setVisible(shown);
    if (shown)
        m_filter->setFocus(Qt::OtherFocusReason);
    else
        m_filter->clear();
}

void ObjectExplorer::applyFilter()
{
    const QString text = m_filter->text().trimmed();
    if (!text.isEmpty() && !m_model->isFiltered()) {
        m_beforeFilter = std::make_unique<BeforeFilter>();
        m_beforeFilter->places = m_tree->places();
    }
    m_model->setFilter(text);
    if (m_model->isFiltered()) {
        m_tree->expandFound();
    } else if (m_beforeFilter) {
        // A row chosen among those found stays chosen, in the whole tree.
        const QString chosen = m_beforeFilter->touched ? m_model->placeOf(m_tree->currentIndex()) : QString();
        m_tree->restore(m_beforeFilter->places);
        if (const QModelIndex index = m_model->atPlace(chosen); !chosen.isEmpty() && index.isValid()) {
            m_tree->setCurrentIndex(index);
            m_tree->scrollTo(index);
        }
        m_beforeFilter.reset();
    }
    showPages();
}

// F1 belongs to the page of what has the focus. A shortcut here would be as good as the window's own, and then neither would win.
bool ObjectExplorer::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_F1) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

void ObjectExplorer::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_F1)
        showHelp(QStringLiteral("explorer"));
    else
        QWidget::keyPressEvent(event);
}

// From the filter line: Down and Enter go to the rows, Esc takes the filter away and then goes to the tree.
bool ObjectExplorer::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_filter || event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Escape && !m_filter->text().isEmpty()) {
        m_filter->clear();
        return true;
    }
    if (key == Qt::Key_Down || key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Escape) {
        if (m_filterDelay.isActive()) {
            m_filterDelay.stop();
            applyFilter();
        }
        if (m_treePages->currentIndex() == 0) m_tree->setFocus(Qt::OtherFocusReason);
        if (!m_tree->currentIndex().isValid()) m_tree->setCurrentIndex(m_model->index(0, 0));
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace es::ui
