// Draws name and type, locks and chevrons of the column tree; opens a real combo box for type and key. Thread: GUI thread only.
#pragma once

#include <QStyledItemDelegate>

namespace es::wizards {

class ColumnDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit ColumnDelegate(QObject* parent = nullptr);
    void setKeys(const QStringList& keys) { m_keys = keys; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void setEditorData(QWidget* editor, const QModelIndex& index) const override;
    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;
    void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    QStringList m_keys;
};

} // namespace es::wizards
