#include "wizards/encrypt/ColumnDelegate.h"

#include "ui/widgets/Theme.h"
#include "wizards/encrypt/ColumnTreeModel.h"
#include "wizards/encrypt/EncryptWords.h"

#include <QApplication>
#include <QComboBox>
#include <QPainter>
#include <QTimer>

namespace es::wizards {

using catalog::EncryptionType;

namespace {

constexpr int kRowHeight = 28;
constexpr int kIconSize = 16;
constexpr int kGap = 8;

void drawIcon(QPainter* painter, const QRect& rect, const char* name, const char* token)
{
    ui::Theme::instance().icon(name, token).paint(painter, rect);
}

} // namespace

ColumnDelegate::ColumnDelegate(QObject* parent)
    : QStyledItemDelegate(parent)
{
}

QSize ColumnDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    return {QStyledItemDelegate::sizeHint(option, index).width(), kRowHeight};
}

// The style paints ground and check box, with no text; name, detail, lock and chevron are ours.
void ColumnDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem style = option;
    initStyleOption(&style, index);
    const QString text = style.text;
    const ui::Theme& theme = ui::Theme::instance();
    const bool combo = index.column() == ColumnTreeModel::kType || index.column() == ColumnTreeModel::kKey;
    const bool enabled = index.flags().testFlag(Qt::ItemIsEnabled);
    style.text.clear();
    style.state &= ~QStyle::State_HasFocus; // the frame below, not the style's
    const QWidget* widget = option.widget;
    widget->style()->drawControl(QStyle::CE_ItemViewItem, &style, painter, widget);
    QRect rect = option.rect.adjusted(6, 0, -6, 0);
    style.text = text;
    if (index.column() == ColumnTreeModel::kName)
        rect = widget->style()->subElementRect(QStyle::SE_ItemViewItemText, &style, widget).adjusted(8, 0, 0, 0);
    painter->save();
    const bool cipher = index.data(ColumnTreeModel::kCipherRole).toBool();
    if (combo && !text.isEmpty() && index.flags().testFlag(Qt::ItemIsEditable)) {
        const QRect chevron(rect.right() - 14, rect.center().y() - 6, 14, 14);
        drawIcon(painter, chevron, "chevron-down", "text2");
        rect.setRight(chevron.left() - 4);
        const QRect icon(rect.left(), rect.center().y() - kIconSize / 2 + 1, kIconSize, kIconSize);
        const auto target = static_cast<EncryptionType>(index.data(ColumnTreeModel::kTargetRole).toInt());
        if (index.column() == ColumnTreeModel::kType)
            drawIcon(painter, icon, typeIcon(target, cipher), cipher ? "cipher" : "text2");
        else
            drawIcon(painter, icon, "cek", "cipher");
        rect.setLeft(icon.right() + kGap);
    }
    painter->setFont(style.font);
    const bool quiet = index.column() == ColumnTreeModel::kState || index.column() == ColumnTreeModel::kPossible;
    painter->setPen(theme.colour(!enabled ? "text3" : quiet ? "text2" : "text"));
    const QString shown = style.fontMetrics.elidedText(text, Qt::ElideRight, rect.width());
    painter->drawText(rect, Qt::AlignVCenter | Qt::AlignLeft, shown);
    // A detail that does not fit is left out whole.
    const QString detail = index.data(ColumnTreeModel::kDetailRole).toString();
    const QFontMetrics metrics(style.font);
    const int left = rect.left() + metrics.horizontalAdvance(shown) + kGap;
    QFont small = option.font;
    small.setPixelSize(12);
    if (!detail.isEmpty() && left + QFontMetrics(small).horizontalAdvance(detail) <= rect.right()) {
        painter->setFont(small);
        painter->setPen(theme.colour(enabled ? "text2" : "text3"));
        painter->drawText(QRect(left, rect.top(), rect.right() - left, rect.height()), Qt::AlignVCenter | Qt::AlignLeft, detail);
    }
    // Which cell F2 or Space is for.
    if (option.state.testFlag(QStyle::State_HasFocus) && (combo || index.column() == ColumnTreeModel::kName)) {
        painter->setPen(theme.colour("accentText"));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(option.rect.adjusted(0, 1, -1, -2));
    }
    painter->restore();
}

QWidget* ColumnDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex& index) const
{
    auto* combo = new QComboBox(parent);
    const ui::Theme& theme = ui::Theme::instance();
    if (index.column() == ColumnTreeModel::kType) {
        combo->setObjectName(QStringLiteral("encryptionTypeComboBox"));
        combo->setAccessibleName(tr("Encryption Type"));
        for (const auto type : {EncryptionType::kPlaintext, EncryptionType::kDeterministic, EncryptionType::kRandomized})
            combo->addItem(theme.icon(typeIcon(type, true), type == EncryptionType::kPlaintext ? "text2" : "cipher"), typeWord(type),
                static_cast<int>(type));
    } else {
        combo->setObjectName(QStringLiteral("encryptionKeyComboBox"));
        combo->setAccessibleName(tr("Encryption Key"));
        for (const QString& key : m_keys)
            combo->addItem(theme.icon("cek", "cipher"), tr("%1 (enclave-enabled)").arg(key), key);
    }
    auto* self = const_cast<ColumnDelegate*>(this);
    connect(combo, &QComboBox::activated, self, [self, combo] {
        Q_EMIT self->commitData(combo);
        Q_EMIT self->closeEditor(combo);
    });
    QTimer::singleShot(0, combo, &QComboBox::showPopup);
    return combo;
}

void ColumnDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const
{
    auto* combo = qobject_cast<QComboBox*>(editor);
    const int role = index.column() == ColumnTreeModel::kType ? ColumnTreeModel::kTargetRole : ColumnTreeModel::kKeyRole;
    combo->setCurrentIndex(combo->findData(index.data(role)));
}

void ColumnDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const
{
    const auto* combo = qobject_cast<QComboBox*>(editor);
    if (combo->currentIndex() >= 0) model->setData(index, combo->currentData(), Qt::EditRole);
}

void ColumnDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option, const QModelIndex&) const
{
    editor->setGeometry(option.rect.adjusted(0, -1, 0, 1));
}

} // namespace es::wizards
