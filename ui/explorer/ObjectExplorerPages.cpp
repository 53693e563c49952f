// What the Object Explorer looks like: its head, the page without a server, the page with the tree.
#include "ui/explorer/ObjectExplorer.h"

#include "ui/explorer/ObjectTreeView.h"
#include "ui/models/ObjectTreeModel.h"
#include "ui/widgets/ClearAction.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/WrappedLabel.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace es::ui {

namespace {

QToolButton* headButton(QWidget* parent, const char* name, const QString& text, const QString& toolTip)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(QLatin1String(name));
    button->setAccessibleName(text);
    button->setToolTip(toolTip);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

void ObjectExplorer::buildHead()
{
    auto* head = new QFrame(this);
    m_head = head;
    head->setObjectName(QStringLiteral("explorerHeadFrame"));
    head->setProperty("role", QStringLiteral("dockHead"));
    head->setFixedHeight(36);
    auto* title = new QLabel(tr("Object Explorer"), head);
    title->setObjectName(QStringLiteral("explorerTitleLabel"));
    title->setProperty("role", QStringLiteral("h3"));
    m_connect = headButton(head, "explorerConnectToolButton", tr("Connect"), tr("Connect to a server (Ctrl+Alt+C)"));
    m_refresh = headButton(head, "explorerRefreshToolButton", tr("Refresh"), tr("Read the selected part of the tree again (F5)"));
    m_filterButton = headButton(head, "explorerFilterToolButton", tr("Filter"), tr("Show or hide the line that finds names in the tree"));
    m_filterButton->setCheckable(true);
    m_filterButton->setChecked(true);
    connect(m_connect, &QToolButton::clicked, this, &ObjectExplorer::connectRequested);
    connect(m_refresh, &QToolButton::clicked, this, &ObjectExplorer::refreshCurrent);
    connect(m_filterButton, &QToolButton::toggled, this, &ObjectExplorer::showFilter);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(12, 0, 6, 0);
    row->setSpacing(2);
    row->addWidget(title, 1);
    row->addWidget(m_connect);
    row->addWidget(m_refresh);
    row->addWidget(m_filterButton);
}

void ObjectExplorer::buildBody()
{
    m_pages = new QStackedWidget(this);
    m_pages->setObjectName(QStringLiteral("explorerStackedWidget"));
    m_pages->addWidget(emptyPage());
    m_pages->addWidget(treePage());
}

QWidget* ObjectExplorer::emptyPage()
{
    auto* page = new QFrame(m_pages); // there from the first: a widget that moves is styled twice
    page->setObjectName(QStringLiteral("explorerEmptyFrame"));
    page->setProperty("role", QStringLiteral("surface"));
    m_emptyIcon = new QLabel(page);
    m_emptyIcon->setObjectName(QStringLiteral("explorerEmptyIconLabel"));
    m_emptyIcon->setAlignment(Qt::AlignHCenter);
    auto* what = new QLabel(tr("No connection yet"), page);
    what->setObjectName(QStringLiteral("explorerEmptyTitleLabel"));
    what->setProperty("role", QStringLiteral("h3"));
    what->setAlignment(Qt::AlignHCenter);
    auto* how = new WrappedLabel(tr("Connect to a server to see its databases, keys and encrypted columns here."), page);
    how->setObjectName(QStringLiteral("explorerEmptyTextLabel"));
    how->setProperty("role", QStringLiteral("small"));
    how->setAlignment(Qt::AlignHCenter);
    m_emptyConnect = new QPushButton(tr("&Connect…"), page);
    m_emptyConnect->setObjectName(QStringLiteral("explorerEmptyConnectPushButton"));
    m_emptyConnect->setAccessibleName(tr("Connect…"));
    connect(m_emptyConnect, &QPushButton::clicked, this, &ObjectExplorer::connectRequested);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(0);
    column->addStretch(3);
    column->addWidget(m_emptyIcon);
    column->addSpacing(8);
    column->addWidget(what);
    column->addSpacing(2);
    column->addWidget(how);
    column->addSpacing(12);
    column->addWidget(m_emptyConnect, 0, Qt::AlignHCenter);
    column->addStretch(5);
    return page;
}

QWidget* ObjectExplorer::treePage()
{
    auto* page = new QFrame(m_pages);
    page->setObjectName(QStringLiteral("explorerTreeFrame"));
    page->setProperty("role", QStringLiteral("surface"));
    m_filter = new QLineEdit(page);
    m_filter->setObjectName(QStringLiteral("explorerFilterLineEdit"));
    m_filter->setProperty("kind", QStringLiteral("filter"));
    m_filter->setPlaceholderText(tr("Find in tree (Ctrl+Shift+O)"));
    m_filter->setAccessibleName(tr("Find in tree"));
    m_filter->setToolTip(tr("Shows only rows whose name contains this. Searches servers, databases and everything in the databases that "
                            "have been opened."));
    addClearAction(m_filter);
    m_filter->addAction(Theme::instance().icon("search"), QLineEdit::LeadingPosition)->setObjectName(QStringLiteral("findInTreeAction"));
    m_filter->installEventFilter(this);
    connect(m_filter, &QLineEdit::textChanged, this, [this] { m_filterDelay.start(); });

    m_tree = new ObjectTreeView(*m_model, page);
    auto* nothing = new QWidget(page);
    nothing->setObjectName(QStringLiteral("explorerNothingFoundWidget"));
    m_nothingFound = new WrappedLabel({}, nothing);
    m_nothingFound->setObjectName(QStringLiteral("explorerNothingFoundLabel"));
    m_nothingFound->setProperty("role", QStringLiteral("h3"));
    m_nothingFound->setTextFormat(Qt::PlainText);
    m_nothingFound->setAlignment(Qt::AlignHCenter);
    auto* why = new WrappedLabel(tr("Only databases that have been opened are searched inside."), nothing);
    why->setObjectName(QStringLiteral("explorerNothingFoundTextLabel"));
    why->setProperty("role", QStringLiteral("small"));
    why->setAlignment(Qt::AlignHCenter);
    auto* clear = new QPushButton(tr("C&lear filter"), nothing);
    clear->setObjectName(QStringLiteral("explorerClearFilterPushButton"));
    clear->setAccessibleName(tr("Clear filter"));
    connect(clear, &QPushButton::clicked, this, [this] {
        m_filter->clear();
        m_filter->setFocus();
    });
    auto* words = new QVBoxLayout(nothing);
    words->setContentsMargins(24, 32, 24, 24);
    words->setSpacing(4);
    words->addWidget(m_nothingFound);
    words->addWidget(why);
    words->addSpacing(8);
    words->addWidget(clear, 0, Qt::AlignHCenter);
    words->addStretch(1);
    m_treePages = new QStackedWidget(page);
    m_treePages->setObjectName(QStringLiteral("explorerTreeStackedWidget"));
    m_treePages->addWidget(m_tree);
    m_treePages->addWidget(nothing);

    auto* filterRow = new QHBoxLayout;
    filterRow->setContentsMargins(10, 8, 10, 4);
    filterRow->addWidget(m_filter);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(filterRow);
    column->addWidget(m_treePages, 1);
    setTabOrder(m_filter, m_tree);
    return page;
}

void ObjectExplorer::paintIcons()
{
    const Theme& theme = Theme::instance();
    m_connect->setIcon(theme.icon("connect"));
    m_refresh->setIcon(theme.icon("refresh"));
    m_filterButton->setIcon(theme.icon("filter"));
    for (QAction* action : m_filter->actions())
        if (action->objectName() == QLatin1String("findInTreeAction")) action->setIcon(theme.icon("search"));
    // Qt's own clear action has no getter and an icon that fits no theme.
    if (auto* const clear = m_filter->findChild<QAction*>(QStringLiteral("_q_qlineeditclearaction"))) clear->setIcon(theme.icon("close"));
    m_emptyIcon->setPixmap(theme.icon("server", "text3").pixmap(QSize(28, 28), devicePixelRatioF()));
}

void ObjectExplorer::showPages()
{
    const bool any = !m_servers.empty();
    m_pages->setCurrentIndex(any ? 1 : 0);
    m_refresh->setVisible(any);
    m_filterButton->setVisible(any);
    setFocusProxy(any ? static_cast<QWidget*>(m_tree) : m_emptyConnect);
    const bool found = m_model->rowCount() > 0 || !m_model->isFiltered();
    if (!found) m_nothingFound->setText(tr("No name contains “%1”").arg(m_filter->text().trimmed()));
    m_treePages->setCurrentIndex(found ? 0 : 1);
}

} // namespace es::ui
