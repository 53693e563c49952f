#include "ui/trust/VerdictCard.h"

#include "ui/reports/AttestationWords.h"
#include "ui/widgets/Theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>

namespace es::ui {

using attestation::Verdict;

VerdictCard::VerdictCard(QWidget* parent)
    : QFrame(parent)
    , m_icon(new QLabel(this))
    , m_title(new QLabel(this))
    , m_sentence(new QLabel(this))
    , m_explanation(new QLabel(this))
    , m_buttons(new QWidget(this))
    , m_attest(addButton("attestAgainPushButton", tr("Attest &again")))
    , m_policy(addButton("editPolicyPushButton", tr("Edit po&licy…")))
    , m_copy(addButton("copyForSupportPushButton", tr("Cop&y for support")))
{
    setObjectName(QStringLiteral("verdictCard"));
    m_title->setObjectName(QStringLiteral("verdictTitleLabel"));
    m_title->setProperty("role", QStringLiteral("title"));
    m_sentence->setObjectName(QStringLiteral("verdictSentenceLabel"));
    m_explanation->setObjectName(QStringLiteral("verdictExplanationLabel"));
    for (QLabel* label : {m_title, m_sentence, m_explanation}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    for (QLabel* label : {m_sentence, m_explanation})
        label->setProperty("role", QStringLiteral("small"));
    auto* buttons = new QHBoxLayout(m_buttons);
    buttons->setContentsMargins(0, 4, 0, 0);
    buttons->setSpacing(8);
    for (QPushButton* button : {m_attest, m_policy, m_copy})
        buttons->addWidget(button);
    buttons->addStretch(1);
    auto* words = new QVBoxLayout;
    words->setSpacing(3);
    words->addWidget(m_title);
    words->addWidget(m_sentence);
    words->addWidget(m_explanation);
    words->addWidget(m_buttons);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 10, 14, 10);
    row->setSpacing(12);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    connect(m_attest, &QPushButton::clicked, this, &VerdictCard::attestRequested);
    connect(m_policy, &QPushButton::clicked, this, &VerdictCard::policyRequested);
    connect(m_copy, &QPushButton::clicked, this, &VerdictCard::copyRequested);
    connect(&Theme::instance(), &Theme::changed, this, &VerdictCard::drawIcon);
    m_buttons->hide();
}

QPushButton* VerdictCard::addButton(const char* name, const QString& text)
{
    auto* button = new QPushButton(text, m_buttons);
    button->setObjectName(QString::fromLatin1(name));
    button->setAccessibleName(QString(text).remove(QLatin1Char('&')));
    button->setProperty("kind", QStringLiteral("small"));
    return button;
}

QString VerdictCard::title() const
{
    return m_title->text();
}

void VerdictCard::setText(QLabel* label, const QString& text)
{
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

void VerdictCard::drawIcon()
{
    m_icon->setPixmap(Theme::instance().icon(m_iconName, m_token).pixmap(20, 20));
}

void VerdictCard::showLook(const char* card, const char* icon, const char* token)
{
    m_iconName = icon;
    m_token = token;
    setProperty("card", QString::fromLatin1(card));
    m_title->setProperty("tone", QString::fromLatin1(token));
    for (QWidget* widget : {static_cast<QWidget*>(this), static_cast<QWidget*>(m_title)}) {
        widget->style()->unpolish(widget);
        widget->style()->polish(widget);
    }
    drawIcon();
    setAccessibleName(m_title->text() + QLatin1Char(' ') + m_sentence->text());
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void VerdictCard::showReport(const attestation::AttestationReport& report)
{
    const VerdictWords words = verdictWords(report);
    setText(m_title, words.title);
    setText(m_sentence, words.sentence);
    setText(m_explanation, QStringList{words.why, words.remedy}.join(QLatin1Char(' ')).trimmed());
    const Verdict verdict = report.judgement.verdict;
    m_buttons->setVisible(verdict != Verdict::kVerified);
    const QString policy = verdict == Verdict::kNotAttested ? tr("&Set up attestation…") : tr("Edit po&licy…");
    m_policy->setText(policy);
    m_policy->setAccessibleName(QString(policy).remove(QLatin1Char('&')));
    m_attest->setVisible(verdict == Verdict::kRefused || verdict == Verdict::kUnreachable);
    m_copy->setVisible(m_attest->isVisibleTo(m_buttons));
    switch (verdict) {
    case Verdict::kVerified: showLook("ok", "shield-check", "ok"); return;
    case Verdict::kNotAttested: showLook("warning", "shield-warn", "warn"); return;
    case Verdict::kRefused:
    case Verdict::kUnreachable: showLook("error", "shield-x", "err"); return;
    }
}

void VerdictCard::showAttesting(const QString& sentence)
{
    setText(m_title, tr("Attesting…"));
    setText(m_sentence, sentence);
    setText(m_explanation, {});
    m_buttons->hide();
    showLook("information", "busy", "accentText");
}

} // namespace es::ui
