#include "ui/results/GridHeader.h"

#include "driver/types/RowBlock.h"
#include "ui/models/ResultGridModel.h"
#include "ui/widgets/Theme.h"

#include <QPainter>

namespace es::ui {

namespace {

constexpr int kHeight = 42;
constexpr int kInset = 10;
constexpr int kLock = 14;

struct HeaderTexts {
    QString name;
    QString type;
    QString scheme;
    QString key;
    types::ColumnState state;
};

HeaderTexts textsOf(const QAbstractItemModel* model, int section)
{
    const auto ask = [&](int role) { return model->headerData(section, Qt::Horizontal, role); };
    return {ask(Qt::DisplayRole).toString(), ask(ResultGridModel::kTypeNameRole).toString(), ask(ResultGridModel::kSchemeRole).toString(),
            ask(ResultGridModel::kKeyNameRole).toString(), static_cast<types::ColumnState>(ask(ResultGridModel::kColumnStateRole).toInt())};
}

QFont nameFont(QFont font)
{
    font.setPixelSize(12);
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont detailFont(QFont font)
{
    font.setPixelSize(11);
    return font;
}

}  // namespace

GridHeader::GridHeader(QWidget* parent)
    : QHeaderView(Qt::Horizontal, parent)
{
    setSectionsMovable(true);
    setSectionsClickable(true);
    setHighlightSections(false);
    setMinimumSectionSize(56);
    setAccessibleName(tr("Columns of the result"));
}

QSize GridHeader::sizeHint() const
{
    return {QHeaderView::sizeHint().width(), kHeight};
}

QSize GridHeader::sectionSizeFromContents(int section) const
{
    const HeaderTexts texts = textsOf(model(), section);
    const int lock = texts.state == types::ColumnState::kPlain ? 0 : kLock + 6;
    const int name = QFontMetrics(nameFont(font())).horizontalAdvance(texts.name) + lock;
    QString detail = texts.type;
    for (const QString& part : {texts.scheme, texts.key})
        if (!part.isEmpty()) detail += QStringLiteral(" · ") + part;
    return {std::max(name, QFontMetrics(detailFont(font())).horizontalAdvance(detail)) + 2 * kInset + 2, kHeight};
}

void GridHeader::paintSection(QPainter* painter, const QRect& rect, int section) const
{
    const Theme& theme = Theme::instance();
    const HeaderTexts texts = textsOf(model(), section);
    const bool decrypted = texts.state == types::ColumnState::kDecrypted;
    const bool stored = texts.state == types::ColumnState::kCiphertext;
    painter->save();
    painter->fillRect(rect, theme.colour(decrypted ? "cipherSoft" : stored ? "sunken" : "window"));
    painter->setPen(theme.colour("border"));
    painter->drawLine(rect.topRight(), rect.bottomRight());
    painter->drawLine(rect.bottomLeft(), rect.bottomRight());

    const QRect inner = rect.adjusted(kInset, 5, -kInset, -5);
    QRect top(inner.left(), inner.top(), inner.width(), 16);
    if (texts.state != types::ColumnState::kPlain) {
        const bool determ = texts.scheme.startsWith(QLatin1String("D"), Qt::CaseInsensitive);
        const char* lock = stored ? "lock-off" : determ ? "lock-determ" : "lock-random-enclave";
        theme.icon(lock, stored ? "text2" : "cipher").paint(painter, QRect(top.left(), top.top() + 1, kLock, kLock));
        top.setLeft(top.left() + kLock + 6);
    }
    painter->setFont(nameFont(font()));
    painter->setPen(theme.colour("text"));
    painter->drawText(top, Qt::AlignLeft | Qt::AlignVCenter, painter->fontMetrics().elidedText(texts.name, Qt::ElideRight, top.width()));

    QRect bottom(inner.left(), inner.top() + 16, inner.width(), 15);
    painter->setFont(detailFont(font()));
    const QFontMetrics metrics = painter->fontMetrics();
    painter->setPen(theme.colour("text2"));
    const QString type = metrics.elidedText(texts.type, Qt::ElideRight, bottom.width());
    painter->drawText(bottom, Qt::AlignLeft | Qt::AlignVCenter, type);
    const QString scheme = texts.scheme.isEmpty() ? QString() : QStringLiteral(" · ") + texts.scheme;
    const QString whole = texts.key.isEmpty() ? scheme : scheme + QStringLiteral(" · ") + texts.key;
    bottom.setLeft(bottom.left() + metrics.horizontalAdvance(type));
    painter->setPen(theme.colour("cipher"));
    // What does not fit is dropped whole, the key before the scheme; the tooltip has both.
    for (const QString& part : {whole, scheme}) {
        if (metrics.horizontalAdvance(part) > bottom.width()) continue;
        painter->drawText(bottom, Qt::AlignLeft | Qt::AlignVCenter, part);
        break;
    }
    painter->restore();
}

}  // namespace es::ui
