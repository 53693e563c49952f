#include "wizards/encrypt/ColumnDelegate.h"

#include "ui/widgets/Theme.h"
#include "wizards/encrypt/ColumnTreeModel.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QPainter>
#include <QSortFilterProxyModel>
#include <QTimer>

namespace es::wizards {

using catalog::EncryptionType;
using ui::Theme;

namespace {

constexpr int kRowHeight = 28;
constexpr int kIcon = 16;
constexpr int kGap = 6;

const ColumnTreeModel* modelOf(const QModelIndex& index)
{
    const auto* proxy = qobject_cast<const QSortFilterProxyModel*>(index.model());
    return qobject_cast<const ColumnTreeModel*>(proxy ? proxy->sourceModel() : index.model());
}

} // namespace

QSize ColumnDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    return {QStyledItemDelegate::sizeHint(option, index).width(), kRowHeight};
}

// The style paints ground and check box; icon, name and detail are ours.
void ColumnDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Theme& theme = Theme::instance();
    QStyleOptionViewItem base = option;
    initStyleOption(&base, index);
    const QString text = base.text;
    base.text.clear();
    base.icon = {};
    QStyle* style = base.widget->style();
    style->drawControl(QStyle::CE_ItemViewItem, &base, painter, base.widget);
    QRect area = style->subElementRect(QStyle::SE_ItemViewItemText, &base, base.widget).adjusted(2, 0, -4, 0);
    if (!(base.features & QStyleOptionViewItem::HasCheckIndicator)) area = base.rect.adjusted(6, 0, -4, 0);

    const bool enabled = base.state & QStyle::State_Enabled;
    const bool table = !index.parent().isValid();
    const bool checked = index.siblingAtColumn(ColumnTreeModel::kName).data(Qt::CheckStateRole).toInt() == Qt::Checked;
    const QStringList icon = index.data(ColumnTreeModel::kIconRole).toString().split(QLatin1Char(' '));
    painter->save();
    if (icon.size() == 2) {
        theme.icon(icon.at(0).toLatin1().constData(), enabled ? icon.at(1).toLatin1().constData() : "disabled")
            .paint(painter, QRect(area.left(), area.center().y() - kIcon / 2, kIcon, kIcon));
        area.setLeft(area.left() + kIcon + kGap);
    }
    QFont font = base.font;
    if (index.column() == ColumnTreeModel::kName && (table || checked)) font.setWeight(QFont::DemiBold);
    painter->setFont(font);
    painter->setPen(theme.colour(!enabled ? "disabled" : index.column() == ColumnTreeModel::kState || index.column() == ColumnTreeModel::kPossible ? "text2" : "text"));
    const QString shown = painter->fontMetrics().elidedText(text, Qt::ElideRight, area.width());
    painter->drawText(area, Qt::AlignVCenter | Qt::AlignLeft, shown);
    if (const QString detail = index.data(ColumnTreeModel::kDetailRole).toString(); !detail.isEmpty()) {
        area.setLeft(area.left() + painter->fontMetrics().horizontalAdvance(shown) + 8);
        QFont small = base.font;
        small.setPixelSize(12);
        painter->setFont(small);
        painter->setPen(theme.colour(enabled ? "text2" : "disabled"));
        if (painter->fontMetrics().horizontalAdvance(detail) <= area.width()) painter->drawText(area, Qt::AlignVCenter | Qt::AlignLeft, detail);
    }
    if (index.flags() & Qt::ItemIsEditable)
        theme.icon("chevron-down").paint(painter, QRect(base.rect.right() - 20, base.rect.center().y() - 7, 14, 14));
    painter->restore();
}

QWidget* ColumnDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex& index) const
{
    auto* box = new QComboBox(parent);
    if (index.column() == ColumnTreeModel::kType) {
        box->setObjectName(QStringLiteral("columnTypeComboBox"));
        box->setAccessibleName(tr("Encryption Type"));
        box->addItem(tr("Randomized"), static_cast<int>(EncryptionType::kRandomized));
        box->addItem(tr("Deterministic"), static_cast<int>(EncryptionType::kDeterministic));
        box->addItem(tr("Plaintext"), static_cast<int>(EncryptionType::kPlaintext));
    } else {
        box->setObjectName(QStringLiteral("columnKeyComboBox"));
        box->setAccessibleName(tr("Encryption Key"));
        for (const QString& key : modelOf(index)->keys())
            box->addItem(ColumnTreeModel::keyText(key), key);
    }
    connect(box, &QComboBox::activated, this, [this, box] {
        auto* self = const_cast<ColumnDelegate*>(this);
        Q_EMIT self->commitData(box);
        Q_EMIT self->closeEditor(box);
    });
    QTimer::singleShot(0, box, &QComboBox::showPopup); // one click opens the list
    return box;
}

void ColumnDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const
{
    auto* box = qobject_cast<QComboBox*>(editor);
    box->setCurrentIndex(box->findData(index.data(Qt::EditRole)));
}

void ColumnDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const
{
    model->setData(index, qobject_cast<QComboBox*>(editor)->currentData(), Qt::EditRole);
}

} // namespace es::wizards
