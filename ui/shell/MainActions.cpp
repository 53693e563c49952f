#include "ui/shell/MainActions.h"

#include "ui/editor/SqlEditor.h"
#include "ui/query/QueryWindow.h"
#include "ui/shell/LogWindow.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/Settings.h"
#include "ui/widgets/Help.h"

#include <QAction>
#include <QActionGroup>
#include <QMenuBar>

namespace es::ui {

namespace {

template <class Receiver, class Slot>
QAction* add(QMenu* menu, const char* name, const QString& text, const QList<QKeySequence>& keys, const Receiver* receiver, Slot slot)
{
    QAction* action = menu->addAction(text, receiver, slot);
    action->setObjectName(QString::fromLatin1(name));
    action->setShortcuts(keys);
    return action;
}

} // namespace

MainActions::MainActions(MainWindow& window)
    : QObject(&window)
    , m_window(window)
{
    addFile();
    addEdit();
    addView();
    addQuery();
    addConnection();
    addKeys();
    addWindow();
    addHelp();
    update();
}

void MainActions::addFile()
{
    QMenu* menu = m_window.menuBar()->addMenu(tr("&File"));
    add(menu, "newQueryAction", tr("&New Query"), {QKeySequence::New}, this, [this] {
        const QueryWindow* current = m_window.currentQuery();
        m_window.newQuery(current ? current->request() : nullptr);
    });
    add(menu, "openAction", tr("&Open…"), {QKeySequence::Open}, &m_window, &MainWindow::chooseFileToOpen);
    menu->addSeparator();
    m_needQuery << add(menu, "saveAction", tr("&Save"), {QKeySequence::Save}, &m_window, &MainWindow::save);
    m_needQuery << add(menu, "saveAsAction", tr("Save &As…"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S)}, &m_window, &MainWindow::saveAs);
    menu->addSeparator();
    add(menu, "closeTabAction", tr("&Close Tab"), {QKeySequence(Qt::CTRL | Qt::Key_F4), QKeySequence(Qt::CTRL | Qt::Key_W)}, &m_window,
        &MainWindow::closeCurrent);
    add(menu, "exitAction", tr("E&xit"), {QKeySequence(Qt::CTRL | Qt::Key_Q)}, &m_window, &QWidget::close);
}

void MainActions::addEdit()
{
    QMenu* menu = m_window.menuBar()->addMenu(tr("&Edit"));
    // The editor has these keys itself; here they are to be found and read.
    const auto edit = [&](const char* name, const QString& text, const QString& keys, SqlEditor::Edit command) {
        QAction* action = add(menu, name, text + QLatin1Char('\t') + keys, {}, this, [this, command] {
            if (QueryWindow* query = m_window.currentQuery()) query->editor().edit(command);
        });
        m_needQuery << action;
    };
    edit("undoAction", tr("&Undo"), QStringLiteral("Ctrl+Z"), SqlEditor::Edit::kUndo);
    edit("redoAction", tr("&Redo"), QStringLiteral("Ctrl+Y"), SqlEditor::Edit::kRedo);
    menu->addSeparator();
    edit("cutAction", tr("Cu&t"), QStringLiteral("Ctrl+X"), SqlEditor::Edit::kCut);
    edit("copyAction", tr("&Copy"), QStringLiteral("Ctrl+C"), SqlEditor::Edit::kCopy);
    edit("pasteAction", tr("&Paste"), QStringLiteral("Ctrl+V"), SqlEditor::Edit::kPaste);
    menu->addSeparator();
    edit("selectAllAction", tr("Select &All"), QStringLiteral("Ctrl+A"), SqlEditor::Edit::kSelectAll);
}

void MainActions::addView()
{
    QMenu* menu = m_window.menuBar()->addMenu(tr("&View"));
    add(menu, "explorerAction", tr("&Object Explorer"), {QKeySequence(Qt::Key_F8)}, &m_window, &MainWindow::toggleExplorer);
    add(menu, "inspectorAction", tr("&Attestation Inspector"), {QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_A)}, &m_window, &MainWindow::toggleInspector);
    add(menu, "findInTreeAction", tr("&Find in Tree"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O)}, &m_window, &MainWindow::findInTreeRequested);
    add(menu, "startPageAction", tr("&Start Page"), {}, &m_window, &MainWindow::showStartPage);
    m_needQuery << add(menu, "resultsAction", tr("&Results Pane"), {QKeySequence(Qt::CTRL | Qt::Key_R)}, this, [this] {
        if (QueryWindow* query = m_window.currentQuery()) query->toggleResults();
    });
    menu->addSeparator();
    QMenu* themes = menu->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    const auto theme = [&](const char* name, const QString& text, ThemeChoice choice) {
        QAction* action = add(themes, name, text, {}, this, [choice] { Settings::instance().setTheme(choice); });
        action->setCheckable(true);
        action->setChecked(Settings::instance().theme() == choice);
        group->addAction(action);
    };
    theme("themeSystemAction", tr("As the &Desktop"), ThemeChoice::kDesktop);
    theme("themeLightAction", tr("&Light"), ThemeChoice::kLight);
    theme("themeDarkAction", tr("D&ark"), ThemeChoice::kDark);
    theme("themeContrastAction", tr("&High Contrast"), ThemeChoice::kHighContrast);
}

void MainActions::addQuery()
{
    QMenu* menu = m_window.menuBar()->addMenu(tr("&Query"));
    m_needQuery << add(menu, "executeAction", tr("&Execute"), {QKeySequence(Qt::Key_F5), QKeySequence(Qt::CTRL | Qt::Key_E)}, this, [this] {
        if (QueryWindow* query = m_window.currentQuery()) query->execute();
    });
    m_needQuery << add(
        menu, "cancelAction", tr("&Cancel"), {QKeySequence(Qt::ALT | Qt::Key_Pause), QKeySequence(Qt::ALT | Qt::Key_Cancel)}, this, [this] {
            if (QueryWindow* query = m_window.currentQuery()) query->stop();
        });
    menu->addSeparator();
    m_needQuery << add(menu, "changeConnectionAction", tr("Chan&ge Connection…"), {}, this, [this] {
        if (QueryWindow* query = m_window.currentQuery()) Q_EMIT m_window.connectionSettingsRequested(query, std::nullopt);
    });
}

void MainActions::addConnection()
{
    QMenu* menu = m_window.menuBar()->addMenu(tr("&Connection"));
    add(menu, "connectAction", tr("&Connect to a Server…"), {QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_C), QKeySequence(Qt::CTRL | Qt::Key_2)},
        &m_window, &MainWindow::connectRequested);
    add(menu, "openSandboxAction", tr("&Open the Sandbox"), {QKeySequence(Qt::CTRL | Qt::Key_1)}, &m_window, &MainWindow::sandboxRequested);
}

void MainActions::addKeys()
{
    QMenu* menu = m_window.menuBar()->addMenu(tr("&Keys"));
    m_needConnection << add(menu, "newMasterKeyAction", tr("New Column &Master Key…"), {}, &m_window, &MainWindow::newMasterKeyRequested);
    m_needConnection << add(menu, "newEncryptionKeyAction", tr("New Column &Encryption Key…"), {}, &m_window, &MainWindow::newEncryptionKeyRequested);
    menu->addSeparator();
    m_needConnection << add(menu, "wizardAction", tr("Always Encrypted &Wizard…"), {}, &m_window, &MainWindow::wizardRequested);
}

void MainActions::addWindow()
{
    QMenu* menu = m_window.menuBar()->addMenu(tr("&Window"));
    add(menu, "nextTabAction", tr("&Next Tab"), {QKeySequence(Qt::CTRL | Qt::Key_Tab)}, this, [this] { m_window.switchTab(1); });
    add(menu, "previousTabAction", tr("&Previous Tab"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Tab)}, this, [this] { m_window.switchTab(-1); });
    menu->addSeparator();
    add(menu, "nextPaneAction", tr("Next P&ane"), {QKeySequence(Qt::Key_F6)}, this, [this] { m_window.nextPane(true); });
    add(menu, "previousPaneAction", tr("Pre&vious Pane"), {QKeySequence(Qt::SHIFT | Qt::Key_F6)}, this, [this] { m_window.nextPane(false); });
}

void MainActions::addHelp()
{
    QMenu* menu = m_window.menuBar()->addMenu(tr("&Help"));
    add(menu, "helpAction", tr("&Help"), {QKeySequence(Qt::Key_F1)}, this,
        [this] { showHelp(m_window.helpPage()); });
    add(menu, "helpIndexAction", tr("All &Pages"), {}, this, [] { showHelp(QStringLiteral("index")); });
    menu->addSeparator();
    const QString log = Settings::instance().logFile();
    if (!log.isEmpty()) {
        add(menu, "logFileAction", tr("Show &Log File"), {}, this, [this, log] { (new LogWindow(log, &m_window))->show(); });
        QAction* place = add(menu, "logPlaceAction", log, {}, this, [this, log] { m_window.showStatus(log); });
        place->setEnabled(false);
        menu->addSeparator();
    }
    add(menu, "aboutAction", tr("&About Enclave Studio"), {}, &m_window, &MainWindow::showAbout);
}

void MainActions::update()
{
    const QueryWindow* query = m_window.currentQuery();
    for (QAction* action : m_needQuery)
        action->setEnabled(query != nullptr);
    for (QAction* action : m_needConnection)
        action->setEnabled(query && query->request());
}

} // namespace es::ui
