#include "wizards/frame/WizardFrame.h"

#include "ui/widgets/Help.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>

namespace es::wizards {

namespace {

QScrollArea* areaOf(const WizardPage* page)
{
    return qobject_cast<QScrollArea*>(page->parentWidget()->parentWidget());
}

} // namespace

WizardFrame::WizardFrame(const QString& helpPage, QWidget* parent)
    : QDialog(parent)
    , m_rail(new WizardRail(this))
    , m_stack(new QStackedWidget(this))
    , m_title(new QLabel(this))
    , m_sentence(new QLabel(this))
    , m_note(new QLabel(this))
    , m_buttonRow(new QFrame(this))
    , m_question(new QFrame(this))
{
    setWindowModality(Qt::WindowModal);
    m_stack->setObjectName(QStringLiteral("wizardPageStackedWidget"));
    m_title->setObjectName(QStringLiteral("wizardTitleLabel"));
    m_title->setProperty("role", QStringLiteral("h2"));
    m_sentence->setObjectName(QStringLiteral("wizardSentenceLabel"));
    m_sentence->setProperty("role", QStringLiteral("sub"));
    m_sentence->setWordWrap(true);
    m_note->setObjectName(QStringLiteral("wizardNoteLabel"));
    auto* surface = new QFrame(this);
    surface->setProperty("role", QStringLiteral("surface"));
    auto* content = new QVBoxLayout(surface);
    content->setContentsMargins(24, 16, 24, 16);
    content->setSpacing(2);
    content->addWidget(m_title);
    content->addWidget(m_sentence);
    content->addSpacing(10);
    content->addWidget(m_stack, 1);
    buildQuestion();
    content->addSpacing(8);
    content->addWidget(m_question);
    auto* upper = new QHBoxLayout;
    upper->setSpacing(0);
    upper->addWidget(m_rail);
    upper->addWidget(surface, 1);
    buildButtons(helpPage);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(upper, 1);
    layout->addWidget(m_buttonRow);
    ui::installHelp(this, helpPage);
}

QPushButton* WizardFrame::makeButton(const QString& text, const char* objectName, QWidget* parent)
{
    auto* button = new QPushButton(text, parent);
    button->setObjectName(QString::fromLatin1(objectName));
    button->setAutoDefault(false);
    return button;
}

void WizardFrame::buildButtons(const QString& helpPage)
{
    m_buttonRow->setProperty("role", QStringLiteral("buttonRow"));
    m_help = makeButton(tr("&Help"), "helpPushButton", m_buttonRow);
    m_help->setProperty("kind", QStringLiteral("quiet"));
    m_back = makeButton(tr("< &Back"), "backPushButton", m_buttonRow);
    m_back->setAccessibleName(tr("Back"));
    m_next = makeButton(tr("&Next >"), "nextPushButton", m_buttonRow);
    m_next->setProperty("kind", QStringLiteral("primary"));
    m_cancel = makeButton(tr("Cancel"), "cancelPushButton", m_buttonRow);
    m_tools = new QHBoxLayout;
    m_tools->setSpacing(8);
    m_ways = new QHBoxLayout;
    m_ways->setSpacing(8);
    auto* row = new QHBoxLayout(m_buttonRow);
    row->setContentsMargins(16, 11, 16, 11);
    row->setSpacing(8);
    row->addWidget(m_help);
    row->addLayout(m_tools);
    row->addStretch(1);
    row->addWidget(m_note);
    row->addSpacing(6);
    row->addLayout(m_ways);
    row->addWidget(m_back);
    row->addWidget(m_next);
    row->addWidget(m_cancel);
    connect(m_help, &QPushButton::clicked, this, [helpPage] { ui::showHelp(helpPage); });
    connect(m_back, &QPushButton::clicked, this, [this] { back(); });
    connect(m_next, &QPushButton::clicked, this, [this] { next(); });
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
}

void WizardFrame::buildQuestion()
{
    m_question->setObjectName(QStringLiteral("wizardQuestionFrame"));
    m_question->setProperty("banner", QStringLiteral("warning"));
    m_questionText = new QLabel(m_question);
    m_questionText->setObjectName(QStringLiteral("wizardQuestionLabel"));
    m_questionText->setWordWrap(true);
    m_no = makeButton({}, "questionNoPushButton", m_question);
    m_yes = makeButton({}, "questionYesPushButton", m_question);
    m_yes->setProperty("kind", QStringLiteral("danger"));
    auto* row = new QHBoxLayout(m_question);
    row->setContentsMargins(14, 10, 14, 10);
    row->setSpacing(8);
    row->addWidget(m_questionText, 1);
    row->addWidget(m_no);
    row->addWidget(m_yes);
    m_question->hide();
    connect(m_no, &QPushButton::clicked, this, &WizardFrame::endQuestion);
    connect(m_yes, &QPushButton::clicked, this, [this] {
        const std::function<void()> then = m_onYes;
        endQuestion();
        if (then) then();
    });
}

void WizardFrame::ask(const QString& question, const QString& yesText, const QString& noText, const std::function<void()>& yes)
{
    m_onYes = yes;
    m_questionText->setText(question);
    m_yes->setText(yesText);
    m_no->setText(noText);
    m_question->setAccessibleName(question);
    m_question->show();
    m_no->setFocus(); // the safe way on
}

void WizardFrame::endQuestion()
{
    m_question->hide();
    m_onYes = {};
}

bool WizardFrame::isAsking() const
{
    return !m_question->isHidden();
}

void WizardFrame::addPage(WizardPage* page)
{
    auto* area = new QScrollArea(m_stack);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(page);
    m_stack->addWidget(area);
    m_pages.append(page);
    connect(page, &WizardPage::changed, this, [this, page] {
        if (page != currentPage()) return;
        updateHead();
        updateButtons();
    });
}

void WizardFrame::addTool(QPushButton* button)
{
    m_tools->addWidget(button);
}

void WizardFrame::addWay(QPushButton* button)
{
    m_ways->addWidget(button);
}

WizardPage* WizardFrame::currentPage() const
{
    return m_pages.value(m_stack->currentIndex());
}

QList<WizardPage*> WizardFrame::wantedPages() const
{
    QList<WizardPage*> wanted;
    for (WizardPage* page : m_pages)
        if (isWanted(page)) wanted.append(page);
    return wanted;
}

void WizardFrame::setWanted(WizardPage* page, bool wanted)
{
    if (wanted)
        m_unwanted.remove(page);
    else
        m_unwanted.insert(page);
    updateRail();
}

void WizardFrame::goTo(WizardPage* page)
{
    endQuestion();
    m_stack->setCurrentWidget(areaOf(page));
    updateRail();
    updateHead();
    updateButtons();
    QWidget* first = page->firstFocus();
    if (!first) first = m_next->isEnabled() ? m_next : m_cancel;
    first->setFocus(Qt::OtherFocusReason);
}

void WizardFrame::updateRail()
{
    const QList<WizardPage*> wanted = wantedPages();
    QStringList names;
    for (const WizardPage* page : wanted)
        names.append(page->title());
    m_rail->setEntries(names);
    const int current = static_cast<int>(wanted.indexOf(currentPage()));
    for (int i = 0; i < wanted.size() && i <= current; ++i)
        m_rail->setState(i, i == current ? WizardRail::State::kCurrent : WizardRail::State::kDone);
}

void WizardFrame::setCurrentState(WizardRail::State state)
{
    const int current = static_cast<int>(wantedPages().indexOf(currentPage()));
    if (current >= 0) m_rail->setState(current, state);
}

void WizardFrame::updateHead()
{
    const WizardPage* page = currentPage();
    if (!page) return;
    m_title->setText(page->title());
    m_sentence->setText(page->sentence());
    m_note->setText(page->note());
    m_note->setProperty("tone", page->noteNeedsAttention() ? QVariant(QStringLiteral("warn")) : QVariant());
    m_note->setProperty("role", QStringLiteral("small"));
    m_note->style()->unpolish(m_note);
    m_note->style()->polish(m_note);
}

void WizardFrame::updateButtons()
{
    const WizardPage* page = currentPage();
    if (!page) return;
    const QString text = page->nextText();
    if (m_next->text() != text) {
        m_next->setText(text);
        QString plain = text;
        m_next->setAccessibleName(plain.remove(QLatin1Char('&')).remove(QLatin1Char('>')).trimmed());
    }
    m_next->setEnabled(page->isComplete());
    m_back->setEnabled(wantedPages().indexOf(currentPage()) > 0);
}

void WizardFrame::next()
{
    const QList<WizardPage*> wanted = wantedPages();
    const auto index = wanted.indexOf(currentPage());
    if (index >= 0 && index + 1 < wanted.size()) goTo(wanted[index + 1]);
}

void WizardFrame::back()
{
    const QList<WizardPage*> wanted = wantedPages();
    const auto index = wanted.indexOf(currentPage());
    if (index > 0) goTo(wanted[index - 1]);
}

} // namespace es::wizards
