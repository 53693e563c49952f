#include "ui/trust/ChainView.h"

#include "ui/widgets/PanelButton.h"
#include "ui/widgets/Theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace es::ui {

namespace {

constexpr int kLinkHeight = 26;
constexpr int kArrowAt = 21; // from the left, under the cards' icons
constexpr int kTextAt = 44;
constexpr int kHead = 4;

struct Look {
    const char* card;
    const char* icon;
    const char* token;
    const char* word;
};

const Look& lookOf(ChainState state)
{
    static constexpr Look kLooks[] = {
        {"proven", "ok", "ok", QT_TRANSLATE_NOOP("es::ui::ChainView", "proven")},
        {"failed", "fail", "err", QT_TRANSLATE_NOOP("es::ui::ChainView", "failed")},
        {"unproven", "pending", "text3", QT_TRANSLATE_NOOP("es::ui::ChainView", "not proven")},
    };
    return kLooks[static_cast<std::size_t>(state)];
}

} // namespace

ChainView::ChainView(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("chainView"));
    setAccessibleName(tr("Chain of proofs"));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    connect(&Theme::instance(), &Theme::changed, this, &ChainView::build);
}

void ChainView::setChain(const Chain& chain)
{
    m_chain = chain;
    build();
}

void ChainView::build()
{
    while (QLayoutItem* item = m_layout->takeAt(0)) {
        if (QWidget* old = item->widget()) {
            old->setParent(nullptr); // out of sight of whoever looks for a card
            old->deleteLater();
        }
        delete item;
    }
    m_cards.clear();
    for (int i = 0; i < m_chain.nodes.size(); ++i) {
        m_cards.append(addCard(m_chain.nodes.at(i), i));
        if (i < m_chain.links.size()) addLink(m_chain.links.at(i), i);
    }
    for (int i = 1; i < m_cards.size(); ++i)
        setTabOrder(m_cards.at(i - 1), m_cards.at(i));
    update();
}

PanelButton* ChainView::addCard(const ChainNode& node, int index)
{
    const Look& look = lookOf(node.state);
    const Theme& theme = Theme::instance();
    auto* card = new PanelButton(this);
    card->setObjectName(QStringLiteral("chainCard%1").arg(index));
    card->setLook("chain", look.card);
    card->setAccessibleName(tr("%1, %2: %3").arg(node.title, tr(look.word), node.detail));
    card->setToolTip(node.detail);
    QLabel* icon = card->addLabel("chainIconLabel");
    icon->setPixmap(theme.icon(node.icon).pixmap(18, 18));
    QLabel* title = card->addLabel("chainTitleLabel", "title");
    title->setText(node.title);
    QLabel* detail = card->addLabel("chainDetailLabel", "small");
    detail->setText(node.detail);
    detail->setWordWrap(true);
    QLabel* mark = card->addLabel("chainMarkLabel");
    mark->setPixmap(theme.icon(look.icon, look.token).pixmap(16, 16));
    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    words->addWidget(title);
    words->addWidget(detail);
    auto* row = new QHBoxLayout(card);
    row->setContentsMargins(12, 6, 12, 6);
    row->setSpacing(14);
    row->addWidget(icon);
    row->addLayout(words, 1);
    row->addWidget(mark);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    card->setSizePolicy(policy);
    connect(card, &QAbstractButton::clicked, this, [this, index] { Q_EMIT rulesRequested(m_chain.nodes.at(index).rules); });
    m_layout->addWidget(card);
    card->show();
    return card;
}

void ChainView::addLink(const ChainLink& link, int index)
{
    auto* text = new QLabel(link.text, this);
    text->setObjectName(QStringLiteral("chainLinkLabel%1").arg(index));
    text->setProperty("role", QStringLiteral("small"));
    text->setContentsMargins(kTextAt, 0, 0, 0);
    text->setMinimumHeight(kLinkHeight);
    text->setWordWrap(true);
    text->setAccessibleName(link.proven ? tr("proven: %1").arg(link.text) : tr("not proven: %1").arg(link.text));
    m_layout->addWidget(text);
    text->show();
}

void ChainView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (int i = 0; i + 1 < m_cards.size(); ++i) {
        const bool proven = m_chain.links.at(i).proven;
        const QColor colour = Theme::instance().colour(proven ? "ok" : "text3");
        const qreal top = m_cards.at(i)->geometry().bottom() + 2;
        const qreal bottom = m_cards.at(i + 1)->geometry().top() - 2;
        painter.setPen(QPen(colour, 1.6, proven ? Qt::SolidLine : Qt::DashLine));
        painter.drawLine(QPointF(kArrowAt, top), QPointF(kArrowAt, bottom));
        painter.setPen(QPen(colour, 1.6));
        painter.drawPolyline(QPolygonF{{kArrowAt - kHead, bottom - kHead}, {kArrowAt, bottom}, {kArrowAt + kHead, bottom - kHead}});
    }
}

} // namespace es::ui
