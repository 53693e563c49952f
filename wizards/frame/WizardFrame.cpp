#include "wizards/frame/WizardFrame.h"

#include "ui/widgets/Help.h"
#include "ui/widgets/Theme.h"

#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>

namespace es::wizards {

using ui::Theme;

namespace {

constexpr int kRailWidth = 236;

} // namespace

WizardFrame::WizardFrame(const char* name, const QString& title, const QString& helpPage, QWidget* parent)
    : QDialog(parent)
    , m_title(new QLabel(this))
    , m_sentence(new QLabel(this))
    , m_stack(new QStackedWidget(this))
    , m_open(new QLabel(this))
    , m_back(new QPushButton(tr("< &Back"), this))
    , m_next(new QPushButton(tr("&Next >"), this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
{
    setObjectName(QString::fromLatin1(name));
    setWindowTitle(title);
    setWindowModality(Qt::WindowModal);
    ui::installHelp(this, helpPage);
    resize(1120, 736);
    setMinimumSize(900, 600);
    if (const QSize size = QSettings().value(QStringLiteral("windows/%1").arg(objectName())).toSize(); size.isValid()) resize(size);

    auto* rail = new QFrame(this);
    rail->setProperty("role", QStringLiteral("rail"));
    rail->setFixedWidth(kRailWidth);
    m_rail = new QVBoxLayout(rail);
    m_rail->setContentsMargins(0, 16, 0, 16);
    m_railPages = new QVBoxLayout;
    m_railPages->setSpacing(0);
    m_rail->addLayout(m_railPages);
    m_rail->addStretch(1);

    m_title->setObjectName(QStringLiteral("pageTitleLabel"));
    m_title->setProperty("role", QStringLiteral("h2"));
    m_sentence->setObjectName(QStringLiteral("pageSentenceLabel"));
    m_sentence->setProperty("role", QStringLiteral("sub"));
    m_sentence->setWordWrap(true);
    auto* page = new QFrame(this);
    page->setObjectName(QStringLiteral("wizardPageFrame"));
    page->setProperty("role", QStringLiteral("surface"));
    auto* pageLayout = new QVBoxLayout(page);
    pageLayout->setContentsMargins(24, 18, 24, 16);
    pageLayout->setSpacing(4);
    pageLayout->addWidget(m_title);
    pageLayout->addWidget(m_sentence);
    pageLayout->addSpacing(8);
    pageLayout->addWidget(m_stack, 1);
    auto* upper = new QHBoxLayout;
    upper->setSpacing(0);
    upper->addWidget(rail);
    upper->addWidget(page, 1);

    auto* row = new QFrame(this);
    row->setProperty("role", QStringLiteral("buttonRow"));
    auto* help = new QPushButton(tr("&Help"), row);
    help->setObjectName(QStringLiteral("wizardHelpPushButton"));
    help->setProperty("kind", QStringLiteral("quiet"));
    m_open->setObjectName(QStringLiteral("wizardOpenLabel"));
    m_open->setProperty("role", QStringLiteral("small"));
    m_back->setObjectName(QStringLiteral("wizardBackPushButton"));
    m_next->setObjectName(QStringLiteral("wizardNextPushButton"));
    m_next->setProperty("kind", QStringLiteral("primary"));
    m_cancel->setObjectName(QStringLiteral("wizardCancelPushButton"));
    for (QPushButton* button : {help, m_back, m_cancel})
        button->setAutoDefault(false);
    m_next->setDefault(true);
    m_buttons = new QHBoxLayout(row);
    m_buttons->setContentsMargins(16, 11, 16, 11);
    m_buttons->addWidget(help);
    m_buttons->addStretch(1);
    m_buttons->addWidget(m_open);
    m_buttons->addSpacing(8);
    m_buttons->addWidget(m_back);
    m_buttons->addWidget(m_next);
    m_buttons->addWidget(m_cancel);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(upper, 1);
    layout->addWidget(row);

    connect(help, &QPushButton::clicked, this, [helpPage] { ui::showHelp(helpPage); });
    connect(m_back, &QPushButton::clicked, this, [this] { showPage(m_current - 1); });
    connect(m_next, &QPushButton::clicked, this, &WizardFrame::next);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(&Theme::instance(), &Theme::changed, this, &WizardFrame::updateRail);
}

void WizardFrame::done(int result)
{
    QSettings().setValue(QStringLiteral("windows/%1").arg(objectName()), size());
    QDialog::done(result);
}

void WizardFrame::addRail(QWidget* head, QWidget* foot)
{
    m_rail->insertWidget(0, head);
    m_rail->insertSpacing(1, 8);
    m_rail->addWidget(foot);
}

QPushButton* WizardFrame::addButton(const QString& text, const char* name)
{
    auto* button = new QPushButton(text, this);
    button->setObjectName(QString::fromLatin1(name));
    button->setAutoDefault(false);
    m_buttons->insertWidget(1, button);
    return button;
}

void WizardFrame::addPage(WizardPage* page)
{
    m_pages.push_back(page);
    m_stack->addWidget(page);
    auto* row = new QFrame(this);
    row->setProperty("railRow", QStringLiteral("yes"));
    auto* icon = new QLabel(row);
    auto* text = new QLabel(page->title(), row);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(16, 6, 12, 6);
    layout->setSpacing(10);
    layout->addWidget(icon);
    layout->addWidget(text, 1);
    m_railPages->addWidget(row);
    m_railIcons.push_back(icon);
    m_railTexts.push_back(text);
    connect(page, &WizardPage::changed, this, &WizardFrame::updateButtons);
}

void WizardFrame::showPage(int index)
{
    if (index < 0 || index >= static_cast<int>(m_pages.size())) return;
    m_current = index;
    WizardPage* front = page(index);
    m_title->setText(front->title());
    m_sentence->setText(front->sentence());
    m_stack->setCurrentWidget(front);
    front->entered();
    updateRail();
    updateButtons();
    front->firstFocus()->setFocus(Qt::OtherFocusReason);
}

void WizardFrame::next()
{
    if (!page(m_current)->isComplete()) return;
    if (leave(m_current)) showPage(m_current + 1);
}

void WizardFrame::updateButtons()
{
    if (m_current < 0) return;
    const WizardPage* front = page(m_current);
    m_back->setEnabled(m_current > 0);
    m_back->setVisible(!front->isLast());
    m_next->setVisible(!front->isLast());
    m_next->setEnabled(front->isComplete());
    m_next->setText(front->nextText());
    m_open->setText(front->openText());
}

void WizardFrame::updateRail()
{
    for (std::size_t i = 0; i < m_pages.size(); ++i) {
        const int index = static_cast<int>(i);
        const bool now = index == m_current;
        const bool past = index < m_current;
        m_railIcons[i]->setPixmap(
            Theme::instance().icon(now ? "arrow-right" : past ? "ok" : "pending", now ? "accentText" : past ? "ok" : "text3").pixmap(16, 16));
        m_railTexts[i]->setProperty("role", now ? QStringLiteral("h3") : QStringLiteral("sub"));
        m_railTexts[i]->setAccessibleDescription(now ? tr("current page") : past ? tr("done") : tr("to come"));
        QWidget* row = m_railTexts[i]->parentWidget();
        row->setProperty("current", now ? QStringLiteral("yes") : QString());
        for (QWidget* widget : {static_cast<QWidget*>(m_railTexts[i]), row}) {
            widget->style()->unpolish(widget);
            widget->style()->polish(widget);
        }
    }
}

} // namespace es::wizards
