// Paints a row of the tree: icon, name, and behind it the detail as far as it fits whole. Thread: GUI thread only.
#pragma once

#include <QHash>
#include <QPixmap>
#include <QStyledItemDelegate>

namespace es::ui {

class ObjectTreeDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit ObjectTreeDelegate(QObject* parent = nullptr);

    // `detail` without the last of its parts that do not fit into `width`: cut at ", ", in the end empty. Never half a part.
    [[nodiscard]] static QString fitting(const QString& detail, const QFontMetrics& metrics, int width);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    // Drawn once for each colour and device ratio.
    [[nodiscard]] QPixmap icon(const QByteArray& name, const char* token, int size, qreal ratio) const;

private:
    mutable QHash<QByteArray, QPixmap> m_icons;
};

} // namespace es::ui
