#include "ui/results/CellDelegate.h"

#include "driver/types/RowBlock.h"
#include "ui/models/ResultGridModel.h"
#include "ui/widgets/Theme.h"

#include <QPainter>

namespace es::ui {

namespace {

constexpr int kInset = 10;

}  // namespace

CellDelegate::CellDelegate(QObject* parent)
    : QStyledItemDelegate(parent)
    , m_font(Theme::dataFont(12))
{
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const QString text = index.data(Qt::DisplayRole).toString();
    return {QFontMetrics(m_font).horizontalAdvance(text.left(120)) + 2 * kInset + 2, 24};
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Theme& theme = Theme::instance();
    const auto state = static_cast<types::ColumnState>(index.data(ResultGridModel::kColumnStateRole).toInt());
    const bool null = index.data(ResultGridModel::kIsNullRole).toBool();
    const bool selected = (option.state & QStyle::State_Selected) != 0;
    const char* ground = selected ? ((option.state & QStyle::State_Active) != 0 ? "selection" : "selectionIdle")
        : state == types::ColumnState::kDecrypted                               ? "cipherTint"
        : index.row() % 2 == 1                                                  ? "alt"
                                                                                : "surface";
    painter->save();
    painter->fillRect(option.rect, theme.colour(ground));
    painter->setPen(theme.colour("border"));
    painter->drawLine(option.rect.topRight(), option.rect.bottomRight());
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());

    const bool quiet = state == types::ColumnState::kCiphertext;
    QFont font = m_font;
    if (null) {
        font = option.font;
        font.setPixelSize(11);
        font.setWeight(QFont::Medium);
    }
    painter->setFont(font);
    painter->setPen(theme.colour(null ? (selected ? "text2" : "text3") : quiet ? "text2" : "text"));
    const QRect inner = option.rect.adjusted(kInset, 0, -kInset, 0);
    const QVariant alignment = index.data(Qt::TextAlignmentRole);
    const int flags = alignment.isValid() ? alignment.toInt() : static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    QString text = index.data(Qt::DisplayRole).toString();
    text.replace(QLatin1Char('\n'), QChar(0x21B5));
    painter->drawText(inner, flags | Qt::TextSingleLine, painter->fontMetrics().elidedText(text, Qt::ElideRight, inner.width()));
    if ((option.state & QStyle::State_HasFocus) != 0) {
        painter->setPen(QPen(theme.colour("accentText"), 2));
        painter->drawRect(option.rect.adjusted(1, 1, -2, -2));
    }
    painter->restore();
}

}  // namespace es::ui
