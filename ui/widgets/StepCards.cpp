#include "ui/widgets/StepCards.h"

#include "ui/widgets/Theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>

namespace es::ui {

namespace {

struct Look {
    const char* icon;
    const char* token;
    const char* word;
};

const Look& lookOf(StepCards::State state)
{
    static constexpr Look kLooks[] = {
        {"pending", "text3", QT_TRANSLATE_NOOP("es::ui::StepCards", "to do")},
        {"busy", "accentText", QT_TRANSLATE_NOOP("es::ui::StepCards", "running")},
        {"ok", "ok", QT_TRANSLATE_NOOP("es::ui::StepCards", "done")},
        {"skipped", "text2", QT_TRANSLATE_NOOP("es::ui::StepCards", "not needed")},
        {"fail", "err", QT_TRANSLATE_NOOP("es::ui::StepCards", "failed")},
        {"pending", "text3", QT_TRANSLATE_NOOP("es::ui::StepCards", "not run")},
    };
    return kLooks[static_cast<std::size_t>(state)];
}

void setLook(QWidget* widget, const char* property, const QVariant& value)
{
    if (widget->property(property) == value) return;
    widget->setProperty(property, value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

} // namespace

StepCards::StepCards(QWidget* parent)
    : QFrame(parent)
    , m_layout(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("stepCards"));
    setAccessibleName(tr("Steps"));
    setProperty("role", QStringLiteral("card"));
    m_layout->setContentsMargins(4, 6, 4, 6);
    m_layout->setSpacing(0);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        for (Row& row : m_rows)
            paint(row);
    });
}

void StepCards::setSteps(const QStringList& titles)
{
    for (const Row& row : m_rows) {
        row.frame->setParent(nullptr);
        row.frame->deleteLater();
    }
    m_rows.clear();
    for (const QString& title : titles) {
        m_rows.append(addRow(title, count()));
        m_layout->addWidget(m_rows.last().frame);
        paint(m_rows.last());
    }
}

StepCards::Row StepCards::addRow(const QString& title, int index)
{
    Row row;
    row.frame = new QFrame(this);
    row.frame->setObjectName(QStringLiteral("step%1").arg(index));
    row.icon = new QLabel(row.frame);
    row.title = new QLabel(title, row.frame);
    row.title->setObjectName(QStringLiteral("step%1TitleLabel").arg(index));
    row.fact = new QLabel(row.frame);
    row.fact->setObjectName(QStringLiteral("step%1FactLabel").arg(index));
    row.fact->setProperty("role", QStringLiteral("small"));
    row.fact->setTextFormat(Qt::PlainText);
    row.fact->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row.fact->setMinimumWidth(1);
    auto* line = new QHBoxLayout;
    line->setSpacing(9);
    line->addWidget(row.icon);
    line->addWidget(row.title);
    line->addWidget(row.fact, 1);
    auto* layout = new QVBoxLayout(row.frame);
    layout->setContentsMargins(10, 4, 10, 4);
    layout->setSpacing(4);
    layout->addLayout(line);
    return row;
}

void StepCards::paint(Row& row)
{
    const Look& look = lookOf(row.state);
    row.icon->setPixmap(Theme::instance().icon(look.icon, look.token).pixmap(16, 16));
    const bool loud = row.state == State::kFailed || row.state == State::kRunning;
    const bool quiet = row.state == State::kPending || row.state == State::kNotRun;
    setLook(row.title, "role", loud ? QStringLiteral("title") : quiet ? QStringLiteral("sub") : QString());
    setLook(row.frame, "role", row.state == State::kFailed ? QStringLiteral("errorCard") : QString());
    if (row.fact->property("own").toBool()) row.fact->setText(tr(look.word));
    row.fact->setToolTip(row.fact->text());
    const QString fact = row.fact->property("own").toBool() ? QString() : QStringLiteral(": ") + row.fact->text();
    row.frame->setAccessibleName(tr("%1, %2").arg(row.title->text(), tr(look.word)) + fact);
}

void StepCards::setState(int step, State state, const QString& fact)
{
    if (step < 0 || step >= count()) return;
    Row& row = m_rows[step];
    row.state = state;
    delete std::exchange(row.card, nullptr);
    row.fact->setProperty("own", fact.isEmpty());
    row.fact->setText(fact);
    paint(row);
    QAccessibleEvent alert(row.frame, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void StepCards::setFailed(int step, const QString& fact, const QString& reason, const QString& remedy, const QString& fix)
{
    if (step < 0 || step >= count()) return;
    setState(step, State::kFailed, fact);
    Row& row = m_rows[step];
    row.card = new QWidget(row.frame);
    auto* text = new QLabel(QStringList{reason, remedy}.join(QLatin1Char(' ')).trimmed(), row.card);
    text->setObjectName(QStringLiteral("stepReasonLabel"));
    text->setProperty("role", QStringLiteral("small"));
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    const auto add = [&](const char* name, const QString& words, const char* kind) {
        auto* button = new QPushButton(words, row.card);
        button->setObjectName(QString::fromLatin1(name));
        button->setAccessibleName(QString(words).remove(QLatin1Char('&')));
        button->setProperty("kind", QString::fromLatin1(kind));
        button->setAutoDefault(false);
        buttons->addWidget(button);
        return button;
    };
    if (!fix.isEmpty()) connect(add("stepFixPushButton", fix, "fix"), &QPushButton::clicked, this, &StepCards::fixRequested, Qt::QueuedConnection);
    connect(add("stepCopyPushButton", tr("Copy &details"), "small"), &QPushButton::clicked, this, &StepCards::copyRequested);
    buttons->addStretch(1);
    auto* layout = new QVBoxLayout(row.card);
    layout->setContentsMargins(25, 0, 0, 4);
    layout->setSpacing(6);
    layout->addWidget(text);
    layout->addLayout(buttons);
    row.frame->layout()->addWidget(row.card);
    row.card->show();
    row.frame->setAccessibleName(row.frame->accessibleName() + QLatin1Char(' ') + text->text());
}

QString StepCards::text() const
{
    QStringList lines;
    for (const Row& row : m_rows) {
        lines.append(row.frame->accessibleName());
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace es::ui
