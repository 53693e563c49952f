#include "ui/explorer/ObjectTreeDelegate.h"

#include "driver/catalog/CatalogSnapshot.h"
#include "ui/models/ObjectTreeModel.h"
#include "ui/services/ConnectionProfile.h"
#include "ui/widgets/Theme.h"

#include <QPainter>

namespace es::ui {

namespace {

constexpr int kRowHeight = 24;
constexpr int kIconSize = 16;
constexpr int kBeforeIcon = 2;
constexpr int kAfterIcon = 5;
constexpr int kBeforeDetail = 8;
constexpr int kAfterText = 3; // keeps the text inside the selection's inset

const char* environmentToken(int environment)
{
    switch (static_cast<Environment>(environment)) {
    case Environment::kSandbox: return "envSandboxT";
    case Environment::kDevelopment: return "envDevT";
    case Environment::kTest: return "envTestT";
    case Environment::kProduction: return "envProdT";
    case Environment::kNone: break;
    }
    return "text2";
}

// Violet means encryption; a colour beside it only where the row says the same in words.
const char* iconToken(const QModelIndex& index, ObjectKind kind)
{
    switch (kind) {
    case ObjectKind::kServer: return environmentToken(index.data(ObjectTreeModel::kEnvironmentRole).toInt());
    case ObjectKind::kColumn: {
        const auto scheme = static_cast<catalog::EncryptionType>(index.data(ObjectTreeModel::kSchemeRole).toInt());
        return scheme == catalog::EncryptionType::kPlaintext ? "text2" : "cipher";
    }
    case ObjectKind::kMasterKey:
    case ObjectKind::kEncryptionKey: return "cipher";
    case ObjectKind::kError: return "err";
    case ObjectKind::kRetry: return "accentText";
    default: return "text2";
    }
}

const char* nameToken(ObjectKind kind, bool selected)
{
    switch (kind) {
    case ObjectKind::kLoading: return selected ? "text2" : "text3";
    case ObjectKind::kRetry: return "accentText";
    case ObjectKind::kError: return "err";
    default: return "text";
    }
}

} // namespace

ObjectTreeDelegate::ObjectTreeDelegate(QObject* parent)
    : QStyledItemDelegate(parent)
{
    connect(&Theme::instance(), &Theme::changed, this, [this] { m_icons.clear(); });
}

QPixmap ObjectTreeDelegate::icon(const QByteArray& name, const char* token, int size, qreal ratio) const
{
    const QByteArray key = name + ' ' + token + ' ' + QByteArray::number(size) + ' ' + QByteArray::number(ratio);
    QPixmap& pixmap = m_icons[key];
    if (pixmap.isNull()) pixmap = Theme::instance().icon(name.constData(), token).pixmap(QSize(size, size), ratio);
    return pixmap;
}

QString ObjectTreeDelegate::fitting(const QString& detail, const QFontMetrics& metrics, int width)
{
    QString text = detail;
    while (!text.isEmpty() && metrics.horizontalAdvance(text) > width)
        text.truncate(std::max<qsizetype>(0, text.lastIndexOf(QLatin1String(", "))));
    return text;
}

QSize ObjectTreeDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return {option.rect.width(), std::max(kRowHeight, option.fontMetrics.height() + 8)};
}

void ObjectTreeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Theme& theme = Theme::instance();
    const auto kind = static_cast<ObjectKind>(index.data(ObjectTreeModel::kKindRole).toInt());
    const bool selected = (option.state & QStyle::State_Selected) != 0;
    painter->save();
    const QRect row = option.rect.adjusted(kBeforeIcon, 0, -kAfterText, 0);
    const QPixmap pixmap = icon(index.data(ObjectTreeModel::kIconRole).toString().toLatin1(), iconToken(index, kind), kIconSize,
        painter->device()->devicePixelRatioF());
    painter->drawPixmap(row.left(), row.top() + (row.height() - kIconSize) / 2, pixmap);

    QFont font = option.font;
    font.setPixelSize(13);
    if (kind == ObjectKind::kServer) font.setWeight(QFont::DemiBold);
    painter->setFont(font);
    painter->setPen(theme.colour(nameToken(kind, selected)));
    const QRect words = row.adjusted(kIconSize + kAfterIcon, 0, 0, 0);
    const QString name = index.data(Qt::DisplayRole).toString().simplified();
    const int nameWidth = painter->fontMetrics().horizontalAdvance(name);
    const int flags = Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine;
    painter->drawText(words, flags, painter->fontMetrics().elidedText(name, Qt::ElideRight, words.width()));

    font.setPixelSize(12);
    font.setWeight(QFont::Normal);
    painter->setFont(font);
    const int left = nameWidth + kBeforeDetail;
    const QString detail = fitting(index.data(ObjectTreeModel::kDetailRole).toString(), painter->fontMetrics(), words.width() - left);
    painter->setPen(theme.colour(selected ? "text2" : "text3"));
    if (!detail.isEmpty()) painter->drawText(words.adjusted(left, 0, 0, 0), flags, detail);
    painter->restore();
}

} // namespace es::ui
