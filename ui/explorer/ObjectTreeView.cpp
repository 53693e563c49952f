#include "ui/explorer/ObjectTreeView.h"

#include "ui/explorer/ObjectTreeDelegate.h"
#include "ui/models/ObjectTreeModel.h"
#include "ui/widgets/Theme.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTextDocument>
#include <QToolTip>

namespace es::ui {

namespace {

constexpr int kIndent = 13;
constexpr int kNarrowIndent = 10;
constexpr int kNarrowBelow = 290; // wide: from here a step of kIndent leaves room for names
constexpr int kInset = 2; // of the selection inside the view, which has 4 of its own on both sides
constexpr int kChevron = 12;
constexpr int kBesideName = 28; // the icon and what is around it
constexpr int kMostExpanded = 300; // rows opened for a filter: more is nothing to read, and time

bool isKey(const QKeyEvent& event, int key)
{
    return event.key() == key && (event.modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
}

} // namespace

ObjectTreeView::ObjectTreeView(ObjectTreeModel& model, QWidget* parent)
    : QTreeView(parent)
    , m_model(model)
    , m_delegate(new ObjectTreeDelegate(this))
{
    setObjectName(QStringLiteral("objectTreeView"));
    setAccessibleName(tr("Object Explorer"));
    setModel(&model);
    setItemDelegate(m_delegate);
    setHeaderHidden(true);
    header()->setStretchLastSection(true);
    header()->setMinimumSectionSize(0);
    setUniformRowHeights(true);
    setIndentation(kIndent);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setMouseTracking(true);
    connect(&Theme::instance(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void ObjectTreeView::keepingPlace(const std::function<void()>& change)
{
    const QPersistentModelIndex top = indexAt(QPoint(width() / 2, 1));
    const int before = top.isValid() ? visualRect(top).top() : 0;
    change();
    if (!top.isValid()) return;
    executeDelayedItemsLayout();
    updateGeometries();
    verticalScrollBar()->setValue(verticalScrollBar()->value() + visualRect(top).top() - before);
}

ObjectTreeView::Places ObjectTreeView::places() const
{
    Places places;
    collectExpanded({}, places.expanded);
    places.current = m_model.placeOf(currentIndex());
    places.top = m_model.placeOf(indexAt(QPoint(width() / 2, 1)));
    return places;
}

void ObjectTreeView::collectExpanded(const QModelIndex& parent, QStringList& places) const
{
    for (int row = 0; row < m_model.rowCount(parent); ++row) {
        const QModelIndex index = m_model.index(row, 0, parent);
        if (!isExpanded(index)) continue;
        places.append(m_model.placeOf(index));
        collectExpanded(index, places);
    }
}

void ObjectTreeView::restore(const Places& places)
{
    collapseAll();
    scheduleDelayedItemsLayout();
    for (const QString& place : places.expanded)
        if (const QModelIndex index = m_model.atPlace(place); index.isValid()) expand(index);
    executeDelayedItemsLayout();
    if (const QModelIndex top = m_model.atPlace(places.top); top.isValid()) scrollTo(top, PositionAtTop);
    if (const QModelIndex current = m_model.atPlace(places.current); current.isValid()) setCurrentIndex(current);
}

void ObjectTreeView::expandFound()
{
    scheduleDelayedItemsLayout(); // one layout for all of them
    int budget = kMostExpanded;
    expandFoundBelow({}, budget);
}

void ObjectTreeView::expandFoundBelow(const QModelIndex& parent, int& budget)
{
    for (int row = 0; row < m_model.rowCount(parent) && budget > 0; ++row) {
        const QModelIndex index = m_model.index(row, 0, parent);
        if (!m_model.hasMatchBelow(index)) continue;
        --budget;
        expand(index);
        expandFoundBelow(index, budget);
    }
}

// A window's own F5 or copy must not win while the tree has the focus.
bool ObjectTreeView::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        auto* const key = static_cast<QKeyEvent*>(event);
        if (isKey(*key, Qt::Key_F5) || key->matches(QKeySequence::Copy)) {
            key->accept();
            return true;
        }
    }
    return QTreeView::event(event);
}

// A name that only repeats what can be read in full is no help; and a name with a "<" in it is a name, not markup.
bool ObjectTreeView::viewportEvent(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) return QTreeView::viewportEvent(event);
    const auto* const help = static_cast<QHelpEvent*>(event);
    const QModelIndex index = indexAt(help->pos());
    const QString text = index.data(Qt::ToolTipRole).toString();
    const bool cut = fontMetrics().horizontalAdvance(index.data().toString()) > visualRect(index).width() - kBesideName;
    if (text.isEmpty() || (text == index.data().toString() && !cut))
        QToolTip::hideText();
    else
        QToolTip::showText(
            help->globalPos(), Qt::mightBeRichText(text) ? Qt::convertFromPlainText(text) : text, viewport(), visualRect(index));
    return true;
}

void ObjectTreeView::keyPressEvent(QKeyEvent* event)
{
    const QModelIndex current = currentIndex();
    if (isKey(*event, Qt::Key_F5)) {
        Q_EMIT refreshRequested();
    } else if (isKey(*event, Qt::Key_Escape)) {
        Q_EMIT stopRequested();
    } else if (isKey(*event, Qt::Key_Menu) || (event->key() == Qt::Key_F10 && event->modifiers() == Qt::ShiftModifier)) {
        requestMenuOfCurrent(); // a platform that makes its own event of the Menu key has the menu open by now, and that gets the key
    } else if (event->matches(QKeySequence::Copy)) {
        Q_EMIT copyRequested();
    } else if ((isKey(*event, Qt::Key_Return) || isKey(*event, Qt::Key_Enter)) && current.isValid()) {
        if (m_model.hasChildren(current))
            setExpanded(current, !isExpanded(current));
        else
            Q_EMIT rowActivated(current);
    } else if (event->key() == Qt::Key_Asterisk) {
        event->ignore(); // the base class would open everything below, thousands of tables
    } else {
        Q_EMIT touched();
        QTreeView::keyPressEvent(event);
    }
}

void ObjectTreeView::mousePressEvent(QMouseEvent* event)
{
    Q_EMIT touched();
    m_pressed = indexAt(event->pos());
    QTreeView::mousePressEvent(event);
}

void ObjectTreeView::mouseReleaseEvent(QMouseEvent* event)
{
    QTreeView::mouseReleaseEvent(event);
    const QModelIndex released = indexAt(event->pos());
    if (event->button() == Qt::LeftButton && released.isValid() && m_pressed == released && !m_model.hasChildren(released))
        Q_EMIT rowActivated(released);
}

void ObjectTreeView::requestMenuOfCurrent()
{
    const QModelIndex current = currentIndex();
    if (current.isValid()) scrollTo(current);
    const QRect rect = current.isValid() ? visualRect(current) : QRect(0, 0, kIndent, 0);
    Q_EMIT menuRequested(current, viewport()->mapToGlobal(rect.bottomLeft() + QPoint(kIndent, 0)));
}

void ObjectTreeView::contextMenuEvent(QContextMenuEvent* event)
{
    if (event->reason() != QContextMenuEvent::Keyboard) {
        Q_EMIT menuRequested(indexAt(event->pos()), event->globalPos());
        return;
    }
    requestMenuOfCurrent();
}

void ObjectTreeView::resizeEvent(QResizeEvent* event)
{
    const int indent = width() < kNarrowBelow ? kNarrowIndent : kIndent;
    if (indent != indentation()) setIndentation(indent);
    QTreeView::resizeEvent(event);
}

void ObjectTreeView::paintEvent(QPaintEvent* event)
{
    m_hovered = viewport()->underMouse() ? indexAt(viewport()->mapFromGlobal(QCursor::pos())) : QModelIndex();
    QTreeView::paintEvent(event);
    m_hovered = {};
}

// The base class would let the style paint the ground; here it has an inset and says whether the tree has the focus.
void ObjectTreeView::drawRow(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Theme& theme = Theme::instance();
    const QRect ground(kInset, option.rect.top(), viewport()->width() - 2 * kInset, option.rect.height());
    const bool selected = selectionModel()->isSelected(index);
    const bool active = hasFocus() && isActiveWindow();
    if (selected)
        painter->fillRect(ground, theme.colour(active ? "selection" : "selectionIdle"));
    else if (index == m_hovered)
        painter->fillRect(ground, theme.colour("hover"));
    if (active && index == currentIndex() && (!selected || theme.kind() == ThemeKind::kHighContrast)) {
        painter->setPen(theme.colour("accentText"));
        painter->drawRect(ground.adjusted(0, 0, -1, -1));
    }
    QStyleOptionViewItem item(option);
    item.rect = visualRect(index);
    item.rect.setRight(viewport()->width() - 1);
    item.state.setFlag(QStyle::State_Selected, selected);
    drawBranches(painter, QRect(0, option.rect.top(), item.rect.left(), option.rect.height()), index);
    m_delegate->paint(painter, item, index);
}

void ObjectTreeView::drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const
{
    if (!m_model.hasChildren(index)) return;
    const QPixmap chevron
        = m_delegate->icon(isExpanded(index) ? "chevron-down" : "chevron-right", "text2", kChevron, painter->device()->devicePixelRatioF());
    painter->drawPixmap(
        rect.right() + 1 - indentation() + (indentation() - kChevron) / 2, rect.top() + (rect.height() - kChevron) / 2, chevron);
}

} // namespace es::ui
