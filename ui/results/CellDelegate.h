// Paints one result cell without asking the style: mono text, NULL unlike empty, ciphertext unlike plaintext.
// Thread: GUI thread only.
#pragma once

#include <QStyledItemDelegate>

namespace es::ui {

class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit CellDelegate(QObject* parent = nullptr);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    QFont m_font;
};

}  // namespace es::ui
