#include "ui/trust/RuleDelegate.h"

#include <QApplication>
#include <QIcon>
#include <QPainter>

namespace es::ui {

namespace {

constexpr int kInset = 6;
constexpr int kIconSize = 16;

} // namespace

void RuleDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const QString text = cell.text;
    const QIcon icon = cell.icon;
    cell.text.clear();
    cell.icon = QIcon();
    cell.features &= ~QStyleOptionViewItem::HasDecoration;
    const QStyle* style = cell.widget != nullptr ? cell.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget); // the ground: selection, focus
    QRect place = option.rect.adjusted(kInset, 0, -kInset, 0);
    if (!icon.isNull()) {
        icon.paint(painter, QRect(place.left(), place.center().y() - kIconSize / 2 + 1, kIconSize, kIconSize));
        place.setLeft(place.left() + kIconSize + kInset);
    }
    painter->save();
    painter->setFont(cell.font);
    painter->setPen(cell.palette.color(QPalette::Text));
    painter->drawText(place, Qt::AlignVCenter | Qt::AlignLeft, cell.fontMetrics.elidedText(text, Qt::ElideRight, place.width()));
    painter->restore();
}

} // namespace es::ui
