#include "ui/shell/MainWindow.h"

#include "ui/editor/SqlEditor.h"
#include "ui/query/QueryWindow.h"
#include "ui/services/EnvironmentWords.h"
#include "ui/services/PasswordVault.h"
#include "ui/shell/AboutDialog.h"
#include "ui/shell/DocumentTabs.h"
#include "ui/shell/InspectorDock.h"
#include "ui/shell/MainActions.h"
#include "ui/shell/StartPage.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QFileDialog>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QScreen>
#include <QStatusBar>

namespace es::ui {

namespace {

const QString kGeometry = QStringLiteral("windows/main/geometry");
const QString kState = QStringLiteral("windows/main/state");
const QString kFilter = QStringLiteral("SQL (*.sql);;* (*)");
constexpr int kExplorerWidth = 332;

} // namespace

MainWindow::MainWindow(std::shared_ptr<PasswordVault> vault, const MakeExplorer& makeExplorer, QWidget* parent)
    : QMainWindow(parent)
    , m_vault(std::move(vault))
    , m_tabs(new DocumentTabs(this))
    , m_start(new StartPage(m_tabs->findChild<QStackedWidget*>())) // where it will stand: a widget that moves is styled twice
    , m_dock(new QDockWidget(tr("Object Explorer"), this))
    , m_inspector(nullptr)
    , m_status(new QLabel(this))
    , m_server(new QLabel(this))
    , m_encoding(new QLabel(this))
    , m_caret(new QLabel(this))
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("Enclave Studio"));
    // No larger than the screen lets a window be, its frame included.
    constexpr QSize kFrame(0, 40);
    resize(QSize(1440, 900).boundedTo(screen()->availableSize() - kFrame));
    setMinimumSize(860, 560);
    setCentralWidget(m_tabs);
    m_dock->setObjectName(QStringLiteral("explorerDockWidget"));
    m_dock->setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable);
    m_dock->setTitleBarWidget(new QWidget(m_dock)); // the explorer has a head of its own
    m_dock->setWidget(makeExplorer(m_dock));
    addDockWidget(Qt::LeftDockWidgetArea, m_dock);
    resizeDocks({m_dock}, {kExplorerWidth}, Qt::Horizontal);
    m_inspector = new InspectorDock(*this);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    connect(m_inspector, &InspectorDock::settingsRequested, this, &MainWindow::attestationSettingsRequested);
    connect(m_inspector, &InspectorDock::left, this, [this] {
        if (QWidget* page = m_tabs->currentWidget()) page->setFocus(Qt::ShortcutFocusReason);
    });

    m_status->setObjectName(QStringLiteral("statusLabel"));
    m_status->setMinimumWidth(1); // a long sentence must not set the width of the window
    m_server->setObjectName(QStringLiteral("serverStatusLabel"));
    m_encoding->setObjectName(QStringLiteral("encodingLabel"));
    m_caret->setObjectName(QStringLiteral("caretLabel"));
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addWidget(m_status, 1);
    statusBar()->addPermanentWidget(m_server);
    statusBar()->addPermanentWidget(m_caret);
    statusBar()->addPermanentWidget(m_encoding);

    connect(m_tabs, &QTabWidget::currentChanged, this, &MainWindow::updateCurrent);
    connect(&m_tabs->bar(), &QTabBar::tabCloseRequested, this, &MainWindow::closeTab);
    connect(&m_tabs->bar(), &QTabBar::tabMoved, this, &MainWindow::workspaceChanged);
    connect(m_tabs, &DocumentTabs::newRequested, this, [this] {
        const QueryWindow* query = currentQuery();
        newQuery(query ? query->request() : nullptr);
    });
    connect(m_start, &StartPage::sandboxRequested, this, &MainWindow::sandboxRequested);
    connect(m_start, &StartPage::connectRequested, this, &MainWindow::connectRequested);
    connect(m_start, &StartPage::openRequested, this, &MainWindow::chooseFileToOpen);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        setWindowIcon(Theme::instance().icon("app-mark", "accentText"));
        for (QueryWindow* query : queries())
            updateTab(query);
        if (const int start = m_tabs->indexOf(m_start); start >= 0) m_tabs->setTabIcon(start, Theme::instance().icon("enclave"));
    });
    setWindowIcon(Theme::instance().icon("app-mark", "accentText"));

    m_actions = std::make_unique<MainActions>(*this);
    showStartPage();
    const QSettings settings;
    restoreGeometry(settings.value(kGeometry).toByteArray());
    restoreState(settings.value(kState).toByteArray());
    updateCurrent();
}

MainWindow::~MainWindow() = default;

QueryWindow* MainWindow::currentQuery() const
{
    return qobject_cast<QueryWindow*>(m_tabs->currentWidget());
}

QList<QueryWindow*> MainWindow::queries() const
{
    QList<QueryWindow*> out;
    for (int i = 0; i < m_tabs->count(); ++i)
        if (auto* query = qobject_cast<QueryWindow*>(m_tabs->widget(i))) out << query;
    return out;
}

void MainWindow::showStartPage()
{
    if (m_tabs->indexOf(m_start) < 0)
        m_tabs->insertTab(0, m_start, Theme::instance().icon("enclave"), tr("Start"));
    m_tabs->setCurrentWidget(m_start);
    m_start->setFocus();
}

QueryWindow* MainWindow::addQuery(const QString& title)
{
    auto* query = new QueryWindow(m_vault, m_tabs);
    query->setTitle(title);
    m_tabs->addTab(query, Theme::instance().icon("file-sql"), title);
    watch(query);
    updateTab(query);
    return query;
}

QueryWindow* MainWindow::newQuery(std::shared_ptr<const ConnectionRequest> request, const QString& text)
{
    QueryWindow* query = addQuery(tr("Query %1").arg(++m_queryNumber));
    query->setText(text, false);
    m_tabs->setCurrentWidget(query);
    query->setFocus();
    if (request) query->connectTo(std::move(request));
    Q_EMIT workspaceChanged();
    return query;
}

void MainWindow::watch(QueryWindow* query)
{
    connect(query, &QueryWindow::statusChanged, this, [this, query](const QString& text) {
        if (query == currentQuery()) showStatus(text);
        query->setProperty("lastStatus", text);
    });
    connect(query, &QueryWindow::caretChanged, this, [this, query] {
        if (query == currentQuery()) updateCurrent();
    });
    connect(query, &QueryWindow::documentChanged, this, [this, query] {
        updateTab(query);
        Q_EMIT workspaceChanged();
    });
    connect(query, &QueryWindow::reconnectRequested, this, [this, query] { Q_EMIT reconnectRequested(query); });
    connect(query, &QueryWindow::connectionSettingsRequested, this,
        [this, query](const std::optional<base::Error>& failure) { Q_EMIT connectionSettingsRequested(query, failure); });
    connect(query, &QueryWindow::evidenceRequested, this, [this] { m_inspector->open(); });
    connect(query, &QueryWindow::attestationSettingsRequested, this, [this, query] { Q_EMIT attestationSettingsRequested(query); });
    connect(query, &QueryWindow::wizardRequested, this, &MainWindow::wizardRequested);
}

void MainWindow::updateTab(QueryWindow* query)
{
    const int index = m_tabs->indexOf(query);
    if (index < 0) return;
    m_tabs->setTabText(index, query->title());
    m_tabs->setTabIcon(index, Theme::instance().icon("file-sql"));
    m_tabs->bar().setFacts(index,
        {environmentWord(query->profile()), QString::fromLatin1(environmentKey(query->profile().environment)), query->isModified()});
    if (query == currentQuery()) updateCurrent();
}

void MainWindow::updateCurrent()
{
    QueryWindow* query = currentQuery();
    m_caret->setVisible(query);
    m_encoding->setVisible(query);
    if (query) {
        m_caret->setText(tr("Ln %1, Col %2").arg(query->editor().caretLine()).arg(query->editor().caretColumn()));
        m_encoding->setText(query->encodingName());
        showStatus(query->property("lastStatus").toString());
    } else {
        showStatus(tr("Ready"));
    }
    const QString name = query ? query->title() : QString();
    setWindowTitle(name.isEmpty() ? tr("Enclave Studio") : tr("%1 - Enclave Studio").arg(name));
    if (m_actions) m_actions->update();
    m_inspector->follow(query);
    Q_EMIT currentChanged();
}

void MainWindow::showStatus(const QString& text)
{
    m_status->setText(text);
    m_status->setToolTip(text);
}

void MainWindow::setServerStatus(const QString& text)
{
    m_server->setText(text);
}

void MainWindow::chooseFileToOpen()
{
    auto* dialog = new QFileDialog(this, tr("Open a script"), QString(), kFilter);
    dialog->setObjectName(QStringLiteral("openFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList& paths) {
        for (const QString& path : paths)
            openFile(path);
    });
    dialog->open();
}

void MainWindow::openFile(const QString& path)
{
    for (QueryWindow* open : queries())
        if (open->filePath() == path) return m_tabs->setCurrentWidget(open);
    const QueryWindow* current = currentQuery();
    QueryWindow* query = newQuery(current ? current->request() : nullptr);
    if (const auto read = query->openFile(path); !read) query->showProblem(read.error(), tr("The script was not opened"), {});
}

void MainWindow::save()
{
    QueryWindow* query = currentQuery();
    if (!query) return;
    if (query->filePath().isEmpty())
        saveAs();
    else
        saveTo(query, query->filePath());
}

void MainWindow::saveAs()
{
    QueryWindow* query = currentQuery();
    if (!query) return;
    auto* dialog = new QFileDialog(this, tr("Save the script"), query->filePath().isEmpty() ? query->title() + QStringLiteral(".sql") : query->filePath(), kFilter);
    dialog->setObjectName(QStringLiteral("saveFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("sql"));
    connect(dialog, &QFileDialog::fileSelected, query, [this, query](const QString& path) { saveTo(query, path); });
    dialog->open();
}

void MainWindow::saveTo(QueryWindow* query, const QString& path)
{
    if (const auto saved = query->saveFile(path); !saved) query->showProblem(saved.error(), tr("The script was not saved"), {});
}

void MainWindow::closeCurrent()
{
    closeTab(m_tabs->currentIndex());
}

void MainWindow::closeTab(int index)
{
    QWidget* page = m_tabs->widget(index);
    auto* query = qobject_cast<QueryWindow*>(page);
    if (!query) {
        if (page) m_tabs->removeTab(index);
        return;
    }
    // An untouched example or an empty editor is no loss; a text that was written here is asked about.
    if (query->isRunning() || (query->isModified() && !query->text().trimmed().isEmpty())) return askAndClose(query);
    m_tabs->removeTab(index);
    query->deleteLater();
    if (m_tabs->count() == 0) showStartPage();
    Q_EMIT workspaceChanged();
}

void MainWindow::askAndClose(QueryWindow* query)
{
    m_tabs->setCurrentWidget(query);
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("Close tab"),
        query->isRunning() ? tr("%1 is running a query.").arg(query->title()) : tr("%1 has changes that are in no file.").arg(query->title()),
        QMessageBox::NoButton, this);
    box->setObjectName(QStringLiteral("closeTabMessageBox"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(query->isRunning() ? tr("Closing cancels it; an open transaction is rolled back by the server.")
                                               : tr("Closing the tab drops them. Closing the whole program would keep them."));
    QPushButton* save = query->isRunning() ? nullptr : box->addButton(tr("&Save…"), QMessageBox::ActionRole);
    QPushButton* close = box->addButton(query->isRunning() ? tr("&Cancel query and close") : tr("&Drop changes"), QMessageBox::DestructiveRole);
    QPushButton* keep = box->addButton(tr("&Keep open"), QMessageBox::RejectRole);
    close->setProperty("kind", QStringLiteral("danger"));
    box->setDefaultButton(keep);
    box->setEscapeButton(keep);
    connect(box, &QMessageBox::buttonClicked, query, [this, query, save, close](QAbstractButton* pressed) {
        if (pressed == save && save) return this->save();
        if (pressed != close) return;
        m_tabs->removeTab(m_tabs->indexOf(query));
        query->deleteLater(); // its session ends on its own thread
        if (m_tabs->count() == 0) showStartPage();
        Q_EMIT workspaceChanged();
    });
    box->open();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    int running = 0;
    for (const QueryWindow* query : queries())
        running += query->isRunning() ? 1 : 0;
    if (running > 0 && !m_closeAgreed) {
        event->ignore();
        auto* box = new QMessageBox(QMessageBox::NoIcon, tr("Close Enclave Studio"),
            running == 1 ? tr("A query is running.") : tr("%1 queries are running.").arg(running), QMessageBox::NoButton, this);
        box->setObjectName(QStringLiteral("closeMessageBox"));
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->setInformativeText(tr("Closing cancels it; an open transaction is rolled back by the server. Tabs and texts, saved or not, are "
                                   "back at the next start."));
        QPushButton* close = box->addButton(tr("&Cancel and close"), QMessageBox::DestructiveRole);
        QPushButton* keep = box->addButton(tr("&Keep open"), QMessageBox::RejectRole);
        close->setProperty("kind", QStringLiteral("danger"));
        box->setDefaultButton(keep);
        box->setEscapeButton(keep);
        connect(box, &QMessageBox::buttonClicked, this, [this, close](QAbstractButton* pressed) {
            if (pressed != close) return;
            m_closeAgreed = true;
            this->close();
        });
        box->open();
        return;
    }
    QSettings settings;
    settings.setValue(kGeometry, saveGeometry());
    settings.setValue(kState, saveState());
    Q_EMIT closing();
    for (QueryWindow* query : queries())
        if (query->isRunning()) query->stop();
    event->accept();
    QApplication::quit();
}

void MainWindow::nextPane(bool forward)
{
    QueryWindow* query = currentQuery();
    QWidget* explorer = m_dock->isVisible() ? m_dock->widget() : nullptr;
    const bool inExplorer = explorer && explorer->isAncestorOf(focusWidget());
    const auto enterCentre = [&] {
        if (query)
            query->enterPanes(forward);
        else
            m_start->setFocus(Qt::ShortcutFocusReason);
    };
    // The round: explorer, editor, results, inspector; backwards the other way. One that floats has a window of its own.
    const bool inspector = m_inspector->isVisible() && !m_inspector->isFloating();
    const bool inInspector = inspector && m_inspector->isAncestorOf(focusWidget());
    const auto enterExplorer = [&] { return explorer ? explorer->setFocus(Qt::ShortcutFocusReason) : enterCentre(); };
    if (inExplorer && !forward && inspector) return m_inspector->open();
    if (inExplorer) return enterCentre();
    if (inInspector) return forward ? enterExplorer() : enterCentre();
    if (query && query->focusNextPane(forward)) return;
    if (forward && inspector) return m_inspector->open();
    enterExplorer();
}

void MainWindow::switchTab(int step)
{
    if (m_tabs->count() > 0) m_tabs->setCurrentIndex((m_tabs->currentIndex() + step + m_tabs->count()) % m_tabs->count());
    if (QWidget* page = m_tabs->currentWidget()) page->setFocus(Qt::ShortcutFocusReason);
}

void MainWindow::toggleExplorer()
{
    // F8 brings one there from elsewhere; inside it, it goes away.
    const bool inside = m_dock->widget()->isAncestorOf(focusWidget());
    m_dock->setVisible(!(m_dock->isVisible() && inside));
    if (m_dock->isVisible())
        m_dock->widget()->setFocus(Qt::ShortcutFocusReason);
    else if (QWidget* page = m_tabs->currentWidget())
        page->setFocus(Qt::ShortcutFocusReason);
}

void MainWindow::toggleInspector()
{
    m_inspector->toggle();
}

void MainWindow::showAbout()
{
    auto* dialog = new AboutDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

QString MainWindow::helpPage() const
{
    const QWidget* focused = QApplication::focusWidget();
    if (focused && m_inspector->isAncestorOf(focused)) return QStringLiteral("attestation");
    return currentQuery() ? QStringLiteral("query") : QStringLiteral("start");
}

WorkspaceState MainWindow::workspace() const
{
    WorkspaceState state;
    for (QueryWindow* query : queries()) {
        WorkspaceTab tab;
        tab.title = query->title();
        tab.path = query->filePath();
        tab.modified = query->isModified();
        tab.text = query->text();
        tab.line = query->editor().caretLine();
        tab.column = query->editor().caretColumn();
        if (!query->profile().host.isEmpty() || query->profile().ownSandbox) tab.profile = query->profile();
        if (query == currentQuery()) state.current = static_cast<int>(state.tabs.size());
        state.tabs.append(std::move(tab));
    }
    return state;
}

void MainWindow::restore(const WorkspaceState& state)
{
    for (const WorkspaceTab& tab : state.tabs) {
        QueryWindow* query = addQuery(tab.title);
        // The next new tab is called after the last of these: "Query 4" after "Query 3".
        const int number = QStringView(tab.title).mid(tab.title.lastIndexOf(QLatin1Char(' ')) + 1).toInt();
        m_queryNumber = std::max(m_queryNumber, number);
        const bool fromFile = !tab.path.isEmpty() && !tab.modified;
        if (fromFile) {
            if (const auto read = query->openFile(tab.path); !read) query->showProblem(read.error(), tr("The script was not opened"), {});
        } else {
            query->setText(tab.text, tab.modified);
            query->setFilePath(tab.path);
        }
        query->editor().setCaret(tab.line, tab.column);
        updateTab(query);
        if (tab.profile)
            query->waitFor(*tab.profile, tr("Not connected yet"), tr("This tab belongs to %1.").arg(tab.profile->ownSandbox ? tr("the sandbox") : tab.profile->serverText()),
                {tab.profile->ownSandbox ? Fix::kReconnect : Fix::kChangeConnection, tab.profile->ownSandbox ? tr("Open the sandbox") : tr("Connect…")});
    }
    const QList<QueryWindow*> restored = queries();
    if (state.current >= 0 && state.current < restored.size()) {
        m_tabs->setCurrentWidget(restored.at(state.current));
        restored.at(state.current)->setFocus();
    }
}

} // namespace es::ui
