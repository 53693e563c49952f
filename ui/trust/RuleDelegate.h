// Draws icon and text of a cell itself: with a style sheet that knows check boxes in tables, Qt draws an item's icon twice.
// Thread: GUI thread only.
#pragma once

#include <QStyledItemDelegate>

namespace es::ui {

class RuleDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace es::ui
