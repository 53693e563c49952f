#include "ui/widgets/Banner.h"

#include "ui/widgets/Theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

namespace es::ui {

Banner::Banner(QWidget* parent)
    : QFrame(parent)
    , m_icon(new QLabel(this))
    , m_title(new QLabel(this))
    , m_text(new QLabel(this))
    , m_fix(new QPushButton(this))
    , m_second(new QPushButton(this))
{
    setObjectName(QStringLiteral("bannerFrame"));
    m_title->setObjectName(QStringLiteral("bannerTitleLabel"));
    m_title->setProperty("role", QStringLiteral("title"));
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_title->setWordWrap(true);
    m_text->setObjectName(QStringLiteral("bannerTextLabel"));
    m_text->setProperty("role", QStringLiteral("secondary"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_fix->setObjectName(QStringLiteral("bannerFixPushButton"));
    m_fix->setProperty("kind", QStringLiteral("fix"));
    m_second->setObjectName(QStringLiteral("bannerSecondPushButton"));
    m_second->setProperty("kind", QStringLiteral("small"));
    m_close = new QToolButton(this);
    m_close->setObjectName(QStringLiteral("bannerCloseToolButton"));
    m_close->setAccessibleName(tr("Close this message"));
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    connect(m_fix, &QPushButton::clicked, this, &Banner::fixRequested);
    connect(m_second, &QPushButton::clicked, this, &Banner::secondRequested);

    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_title);
    words->addWidget(m_text);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 8, 8, 8);
    row->setSpacing(10);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    row->addWidget(m_fix, 0, Qt::AlignVCenter);
    row->addWidget(m_second, 0, Qt::AlignVCenter);
    row->addWidget(m_close, 0, Qt::AlignTop);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    connect(&Theme::instance(), &Theme::changed, this, &Banner::paintIcons);
    paintIcons();
    hide();
}

void Banner::paintIcons()
{
    static constexpr const char* kIcon[] = {"fail", "warn", "info"};
    static constexpr const char* kToken[] = {"err", "warn", "accentText"};
    const auto index = static_cast<std::size_t>(m_kind);
    m_icon->setPixmap(Theme::instance().icon(kIcon[index], kToken[index]).pixmap(18, 18));
    m_close->setIcon(Theme::instance().icon("close"));
}

void Banner::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    keepHeight();
}

// A layout asks for the height that its words need at no width in particular: in a low pane the last line would be cut.
void Banner::keepHeight()
{
    // Later: inside a resize the layout around it has handed out its room already.
    QMetaObject::invokeMethod(
        this,
        [this] {
            layout()->invalidate();
            const int needed = layout()->totalHeightForWidth(width());
            if (needed != minimumHeight()) setMinimumHeight(needed);
        },
        Qt::QueuedConnection);
}

QString Banner::title() const
{
    return m_title->text();
}

void Banner::showMessage(Kind kind, const QString& title, const QString& text, const QString& fix, const QString& second)
{
    static constexpr const char* kProperty[] = {"error", "warning", "information"};
    m_kind = kind;
    const auto index = static_cast<std::size_t>(kind);
    setProperty("banner", QString::fromLatin1(kProperty[index]));
    style()->unpolish(this);
    style()->polish(this);
    paintIcons();
    m_title->setText(title);
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    m_fix->setText(fix);
    m_fix->setVisible(!fix.isEmpty());
    m_second->setText(second);
    m_second->setVisible(!second.isEmpty());
    setAccessibleName(title + QLatin1Char(' ') + text);
    show();
    keepHeight();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

}  // namespace es::ui
