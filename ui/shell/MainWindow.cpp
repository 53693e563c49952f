#include "ui/shell/MainWindow.h"

#include "ui/query/QueryWindow.h"
#include "ui/services/PasswordVault.h"
#include "ui/widgets/Theme.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>

namespace es::ui {

MainWindow::MainWindow(std::shared_ptr<PasswordVault> vault, QWidget* parent)
    : QMainWindow(parent)
    , m_vault(std::move(vault))
    , m_tabs(new QTabWidget(this))
    , m_query(new QueryWindow(m_vault, this))
    , m_status(new QLabel(this))
    , m_caret(new QLabel(this))
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("Enclave Studio"));
    setWindowIcon(Theme::instance().icon("app-mark", "accentText"));
    resize(1240, 800);
    setMinimumSize(860, 560);
    m_tabs->setObjectName(QStringLiteral("documentTabWidget"));
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setDrawBase(false);  // the style would draw it in the palette's lightest colour, a white line in the dark theme
    m_tabs->tabBar()->setAccessibleName(tr("Open documents"));
    m_tabs->addTab(m_query, Theme::instance().icon("file-sql"), tr("Query 1"));
    setCentralWidget(m_tabs);
    m_status->setObjectName(QStringLiteral("statusLabel"));
    m_caret->setObjectName(QStringLiteral("caretLabel"));
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addWidget(m_status, 1);
    statusBar()->addPermanentWidget(m_caret);
    connect(m_query, &QueryWindow::statusChanged, this, [this](const QString& text) {
        m_status->setText(text);
        m_status->setAccessibleName(text);
    });
    connect(m_query, &QueryWindow::caretChanged, this,
            [this](int line, int column) { m_caret->setText(tr("Ln %1, Col %2").arg(line).arg(column)); });
    connect(m_query, &QueryWindow::reconnectRequested, this, &MainWindow::reconnectRequested);
    m_caret->setText(tr("Ln %1, Col %2").arg(1).arg(1));
    buildMenus();
    m_query->setFocus();
}

void MainWindow::buildMenus()
{
    QMenu* file = menuBar()->addMenu(tr("&File"));
    QAction* quit = file->addAction(tr("E&xit"), this, &QWidget::close);
    quit->setObjectName(QStringLiteral("exitAction"));
    quit->setShortcut(QKeySequence::Quit);

    QMenu* query = menuBar()->addMenu(tr("&Query"));
    QAction* execute = query->addAction(tr("&Execute"), m_query, &QueryWindow::execute);
    execute->setObjectName(QStringLiteral("executeAction"));
    execute->setShortcuts({QKeySequence(Qt::Key_F5), QKeySequence(Qt::CTRL | Qt::Key_E)});
    QAction* stop = query->addAction(tr("&Cancel"), m_query, &QueryWindow::stop);
    stop->setObjectName(QStringLiteral("cancelAction"));
    stop->setShortcuts({QKeySequence(Qt::ALT | Qt::Key_Pause), QKeySequence(Qt::ALT | Qt::Key_Cancel)});

    QMenu* view = menuBar()->addMenu(tr("&View"));
    QMenu* themes = view->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    const auto add = [&](const QString& text, ThemeKind kind) {
        QAction* action = themes->addAction(text, this, [kind] { Theme::instance().apply(*qApp, kind); });
        action->setCheckable(true);
        action->setChecked(Theme::instance().kind() == kind);
        group->addAction(action);
    };
    add(tr("&Light"), ThemeKind::kLight);
    add(tr("&Dark"), ThemeKind::kDark);
    add(tr("&High contrast"), ThemeKind::kHighContrast);

    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&About Enclave Studio"), this, &MainWindow::showAbout)->setObjectName(QStringLiteral("aboutAction"));
}

void MainWindow::openConnection(std::shared_ptr<const ConnectionRequest> request)
{
    m_query->connectTo(std::move(request));
}

void MainWindow::showAbout()
{
    auto* box = new QMessageBox(this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setObjectName(QStringLiteral("aboutMessageBox"));
    box->setWindowTitle(tr("About Enclave Studio"));
    box->setIconPixmap(Theme::instance().icon("app-mark", "accentText").pixmap(48, 48));
    box->setText(tr("<b>Enclave Studio %1</b><br>Always Encrypted with secure enclaves, for SQL Server and for rehearsal in a local "
                    "sandbox.<br><br>Free software under the GNU General Public License, version 3 or later.<br>Built with Qt %2 and QScintilla.")
                     .arg(QCoreApplication::applicationVersion(), QString::fromLatin1(qVersion())));
    box->open();
}

}  // namespace es::ui
