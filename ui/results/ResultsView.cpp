#include "ui/results/ResultsView.h"

#include "ui/models/MessagesModel.h"
#include "ui/models/ResultGridModel.h"
#include "ui/results/CellDelegate.h"
#include "ui/results/GridHeader.h"
#include "ui/widgets/Theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QListView>
#include <QLocale>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace es::ui {

namespace {

constexpr int kMaxFittedWidth = 420;

}  // namespace

ResultsView::ResultsView(QWidget* parent)
    : QWidget(parent)
    , m_tabs(new QTabWidget(this))
    , m_messages(new MessagesModel(this))
    , m_messagesView(new QListView(this))
{
    setObjectName(QStringLiteral("resultsView"));
    m_tabs->setObjectName(QStringLiteral("resultsTabWidget"));
    m_tabs->setDocumentMode(true);
    m_tabs->setIconSize(QSize(14, 14));
    m_tabs->tabBar()->setDrawBase(false);  // the style would draw it in the palette's lightest colour, a white line in the dark theme
    m_tabs->tabBar()->setAccessibleName(tr("Results and messages"));
    m_messagesView->setObjectName(QStringLiteral("messagesListView"));
    m_messagesView->setAccessibleName(tr("Messages"));
    m_messagesView->setModel(m_messages);
    m_messagesView->setWordWrap(true);
    m_messagesView->setFont(Theme::dataFont(12));
    m_messagesView->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_messagesView->setSpacing(2);
    connect(m_messagesView, &QListView::activated, this,
            [this](const QModelIndex& index) { Q_EMIT messageActivated(index.data(MessagesModel::kLineRole).toInt()); });
    m_tabs->addTab(m_messagesView, Theme::instance().icon("text"), tr("Messages"));
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        for (int i = 0; i < m_tabs->count(); ++i)
            m_tabs->setTabIcon(i, Theme::instance().icon(m_tabs->widget(i) == m_messagesView ? "text" : "table"));
    });
    connect(m_messages, &QAbstractItemModel::rowsInserted, this, &ResultsView::updateTitles);

    auto* copy = new QAction(tr("Copy"), this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(copy, &QAction::triggered, this, &ResultsView::copySelection);
    addAction(copy);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);
}

void ResultsView::clear()
{
    for (const Result& result : m_results) {
        m_tabs->removeTab(m_tabs->indexOf(result.view));
        result.view->deleteLater();
        result.model->deleteLater();
    }
    m_results.clear();
    m_messages->clear();
    updateTitles();
}

void ResultsView::addResult(int resultIndex, std::shared_ptr<const types::ColumnSet> columns)
{
    if (resultIndex != static_cast<int>(m_results.size()))
        return;
    auto* model = new ResultGridModel(this);
    model->setColumns(std::move(columns));
    auto* view = new QTableView(m_tabs);
    view->setObjectName(QStringLiteral("resultTableView%1").arg(resultIndex + 1));
    view->setAccessibleName(tr("Result %1").arg(resultIndex + 1));
    view->setHorizontalHeader(new GridHeader(view));
    view->setItemDelegate(new CellDelegate(view));
    view->setModel(model);
    view->setShowGrid(false);
    view->setWordWrap(false);
    view->setFrameShape(QFrame::NoFrame);
    view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->verticalHeader()->setDefaultSectionSize(24);
    view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    view->verticalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    view->setTabKeyNavigation(false);
    m_results.push_back({model, view});
    m_tabs->insertTab(resultIndex, view, Theme::instance().icon("table"), tr("Results %1").arg(resultIndex + 1));
    if (resultIndex == 0)
        m_tabs->setCurrentIndex(0);
    fitColumns(m_results.back());
}

void ResultsView::appendRows(int resultIndex, std::shared_ptr<const types::RowBlock> rows)
{
    if (resultIndex < 0 || resultIndex >= static_cast<int>(m_results.size()))
        return;
    const Result& result = m_results[static_cast<std::size_t>(resultIndex)];
    const bool first = result.model->rowCount() == 0;
    result.model->appendRows(std::move(rows));
    if (first)
        fitColumns(result);
    updateTitles();
}

void ResultsView::fitColumns(const Result& result) const
{
    // Only what is near the top is measured: asking for every row would stall the window.
    const int sample = std::min(result.model->rowCount(), 64);
    QStyleOptionViewItem option;
    for (int column = 0; column < result.model->columnCount(); ++column) {
        int width = result.view->horizontalHeader()->sectionSizeHint(column);
        for (int row = 0; row < sample; ++row)
            width = std::max(width, result.view->itemDelegate()->sizeHint(option, result.model->index(row, column)).width());
        result.view->setColumnWidth(column, std::min(width, kMaxFittedWidth));
    }
}

void ResultsView::updateTitles()
{
    const QLocale locale;
    for (std::size_t i = 0; i < m_results.size(); ++i) {
        const int rows = m_results[i].model->rowCount();
        m_tabs->setTabText(static_cast<int>(i),
                           tr("Results %1 · %2").arg(i + 1).arg(rows == 1 ? tr("1 row") : tr("%1 rows").arg(locale.toString(rows))));
    }
    const int count = m_messages->rowCount();
    m_tabs->setTabText(m_tabs->indexOf(m_messagesView), count == 0 ? tr("Messages") : tr("Messages · %1").arg(count));
}

void ResultsView::finish(bool failed)
{
    updateTitles();
    if (failed || m_results.empty())
        m_tabs->setCurrentWidget(m_messagesView);
}

void ResultsView::focusCurrent()
{
    m_tabs->currentWidget()->setFocus(Qt::ShortcutFocusReason);
}

void ResultsView::copySelection() const
{
    if (m_tabs->currentWidget() == m_messagesView) {
        QApplication::clipboard()->setText(m_messages->allText());
        return;
    }
    const auto found = std::find_if(m_results.begin(), m_results.end(), [this](const Result& r) { return r.view == m_tabs->currentWidget(); });
    if (found == m_results.end())
        return;
    QModelIndexList cells = found->view->selectionModel()->selectedIndexes();
    std::sort(cells.begin(), cells.end(), [](const QModelIndex& a, const QModelIndex& b) {
        return a.row() != b.row() ? a.row() < b.row() : a.column() < b.column();
    });
    QString text;
    int lastRow = -1;
    for (const QModelIndex& cell : cells) {
        if (lastRow != -1)
            text += cell.row() == lastRow ? QLatin1Char('\t') : QLatin1Char('\n');
        lastRow = cell.row();
        text += found->model->cellText(cell.row(), cell.column());
    }
    QApplication::clipboard()->setText(text);
}

}  // namespace es::ui
