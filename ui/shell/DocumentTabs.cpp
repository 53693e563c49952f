#include "ui/shell/DocumentTabs.h"

#include "ui/widgets/Theme.h"

#include <QMouseEvent>
#include <QPainter>
#include <QStyle>
#include <QToolButton>

namespace es::ui {

namespace {

constexpr int kHeight = 36;
constexpr int kStripe = 3;
constexpr int kMargin = 12;
constexpr int kIcon = 16;
constexpr int kGap = 8;
constexpr int kChipPadding = 6;
constexpr int kChipHeight = 18;
constexpr int kDot = 6;
constexpr int kClose = 20;
constexpr int kMaxName = 220;

QFont nameFont(const QFont& base)
{
    QFont font = base;
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont chipFont(const QFont& base)
{
    QFont font = base;
    font.setPixelSize(11);
    font.setWeight(QFont::DemiBold);
    return font;
}

// "production" -> the token of its text colour.
QByteArray textToken(const QString& key)
{
    if (key == QLatin1String("sandbox")) return "envSandboxT";
    if (key == QLatin1String("development")) return "envDevT";
    if (key == QLatin1String("test")) return "envTestT";
    if (key == QLatin1String("production")) return "envProdT";
    return "text2";
}

QByteArray stripeToken(const QString& key)
{
    QByteArray token = textToken(key);
    if (token == "text2") return {};
    token.chop(1);
    return token;
}

} // namespace

DocumentTabBar::DocumentTabBar(QWidget* parent)
    : QTabBar(parent)
{
    setObjectName(QStringLiteral("documentTabBar"));
    setAccessibleName(tr("Open documents"));
    setDrawBase(false);
    setExpanding(false);
    setMovable(true);
    setElideMode(Qt::ElideMiddle);
    setIconSize(QSize(kIcon, kIcon));
    setFocusPolicy(Qt::TabFocus);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

TabFacts DocumentTabBar::factsOf(int index) const
{
    const QStringList parts = tabData(index).toStringList();
    if (parts.size() != 3) return {};
    return {parts.at(0), parts.at(1), !parts.at(2).isEmpty()};
}

void DocumentTabBar::setFacts(int index, const TabFacts& facts)
{
    setTabData(index, QStringList{facts.environmentWord, facts.environmentKey, facts.modified ? QStringLiteral("modified") : QString()});
    QStringList sentence{tabText(index)};
    if (!facts.environmentWord.isEmpty()) sentence << facts.environmentWord.toLower();
    if (facts.modified) sentence << tr("unsaved");
    setAccessibleTabName(index, sentence.join(QStringLiteral(", ")));
    setTabToolTip(index, sentence.join(QStringLiteral(", ")));
    setTabText(index, tabText(index)); // the only way to have the tabs laid out anew
}

int DocumentTabBar::chipWidth(const QString& word) const
{
    return word.isEmpty() ? 0 : QFontMetrics(chipFont(font())).horizontalAdvance(word) + 2 * kChipPadding + kGap;
}

QSize DocumentTabBar::tabSizeHint(int index) const
{
    const TabFacts facts = factsOf(index);
    const int name = std::min(kMaxName, QFontMetrics(nameFont(font())).horizontalAdvance(tabText(index)));
    return {kMargin + kIcon + kGap + name + 1 + kGap + chipWidth(facts.environmentWord) + kDot + kGap + kClose + kGap, kHeight};
}

QSize DocumentTabBar::minimumTabSizeHint(int index) const
{
    return tabSizeHint(index); // a name is not cut: what does not fit is scrolled to
}

void DocumentTabBar::tabInserted(int index)
{
    QTabBar::tabInserted(index);
    auto* close = new QToolButton(this);
    close->setObjectName(QStringLiteral("closeTabToolButton"));
    close->setAccessibleName(tr("Close tab"));
    close->setToolTip(tr("Close tab (Ctrl+F4)"));
    close->setIcon(Theme::instance().icon("close"));
    close->setIconSize(QSize(12, 12));
    close->setProperty("kind", QStringLiteral("tabClose"));
    close->setFixedSize(kClose, kClose);
    close->setFocusPolicy(Qt::NoFocus);
    connect(close, &QToolButton::clicked, this, [this, close] {
        for (int i = 0; i < count(); ++i)
            if (tabButton(i, QTabBar::RightSide) == close) return Q_EMIT tabCloseRequested(i);
    });
    connect(&Theme::instance(), &Theme::changed, close, [close] { close->setIcon(Theme::instance().icon("close")); });
    setTabButton(index, QTabBar::RightSide, close);
}

void DocumentTabBar::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::MiddleButton) {
        if (const int index = tabAt(event->position().toPoint()); index >= 0) Q_EMIT tabCloseRequested(index);
        return;
    }
    QTabBar::mouseReleaseEvent(event);
}

void DocumentTabBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), Theme::instance().colour("sunken"));
    for (int i = 0; i < count(); ++i)
        if (i != currentIndex()) paintTab(painter, i);
    if (currentIndex() >= 0) paintTab(painter, currentIndex());
}

void DocumentTabBar::paintTab(QPainter& painter, int index) const
{
    const Theme& theme = Theme::instance();
    const TabFacts facts = factsOf(index);
    const QRect area = tabRect(index);
    const bool current = index == currentIndex();
    const bool hovered = area.contains(mapFromGlobal(QCursor::pos())) && underMouse();
    painter.fillRect(area, theme.colour(current ? "window" : hovered ? "hover" : "sunken"));
    const QByteArray stripe = stripeToken(facts.environmentKey);
    if (!stripe.isEmpty() || current)
        painter.fillRect(QRect(area.left(), area.top(), area.width(), kStripe), theme.colour(stripe.isEmpty() ? "accent" : stripe.constData()));
    painter.fillRect(QRect(area.right(), area.top(), 1, area.height()), theme.colour("border"));

    int x = area.left() + kMargin;
    const int middle = area.top() + (area.height() + kStripe) / 2;
    tabIcon(index).paint(&painter, QRect(x, middle - kIcon / 2, kIcon, kIcon));
    x += kIcon + kGap;
    const int chip = chipWidth(facts.environmentWord);
    const int nameWidth = area.left() + area.width() - x - chip - kDot - kGap - kClose - 2 * kGap;
    painter.setFont(current ? nameFont(font()) : font());
    painter.setPen(theme.colour(current ? "text" : "text2"));
    const QString name = painter.fontMetrics().elidedText(tabText(index), Qt::ElideMiddle, nameWidth);
    painter.drawText(QRect(x, area.top() + kStripe, nameWidth, area.height() - kStripe), Qt::AlignVCenter | Qt::AlignLeft, name);
    x += std::min(nameWidth, painter.fontMetrics().horizontalAdvance(name)) + kGap;
    if (chip > 0) {
        const QColor colour = theme.colour(textToken(facts.environmentKey).constData());
        const QRectF box(x + 0.5, middle - kChipHeight / 2.0 + 0.5, chip - kGap - 1, kChipHeight - 1);
        painter.setPen(colour);
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(box, 3, 3);
        painter.setFont(chipFont(font()));
        painter.drawText(box, Qt::AlignCenter, facts.environmentWord);
        x += chip;
    }
    if (facts.modified) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.colour("text2"));
        painter.drawEllipse(QRectF(x, middle - kDot / 2.0, kDot, kDot));
    }
    if (current && hasFocus()) {
        painter.setPen(QPen(theme.colour("accentText"), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(area).adjusted(3, kStripe + 2, -3, -3), 4, 4);
    }
}

DocumentTabs::DocumentTabs(QWidget* parent)
    : QTabWidget(parent)
    , m_bar(new DocumentTabBar(this))
{
    setObjectName(QStringLiteral("documentTabWidget"));
    setTabBar(m_bar);
    setDocumentMode(true);
    auto* add = new QToolButton(this);
    add->setObjectName(QStringLiteral("newQueryToolButton"));
    add->setAccessibleName(tr("New query"));
    add->setToolTip(tr("New query (Ctrl+N)"));
    add->setIcon(Theme::instance().icon("plus"));
    add->setFocusPolicy(Qt::TabFocus);
    connect(add, &QToolButton::clicked, this, &DocumentTabs::newRequested);
    connect(&Theme::instance(), &Theme::changed, add, [add] { add->setIcon(Theme::instance().icon("plus")); });
    setCornerWidget(add, Qt::TopRightCorner);
}

// The style would draw a line of its own above the corner; this is all there is to paint behind tabs.
void DocumentTabs::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(QRect(0, 0, width(), m_bar->height()), Theme::instance().colour("sunken"));
}

} // namespace es::ui
