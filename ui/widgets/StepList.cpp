#include "ui/widgets/StepList.h"

#include "ui/widgets/Theme.h"

#include <QAccessible>
#include <QLabel>
#include <QStyle>
#include <QVBoxLayout>

namespace es::ui {

namespace {

struct Look {
    const char* icon;
    const char* token;
    const char* word;
};

Look lookOf(StepList::State state)
{
    switch (state) {
    case StepList::State::kPending: return {"pending", "text3", QT_TRANSLATE_NOOP("es::ui::StepList", "waiting")};
    case StepList::State::kBusy: return {"busy", "accentText", QT_TRANSLATE_NOOP("es::ui::StepList", "running")};
    case StepList::State::kDone: return {"ok", "ok", QT_TRANSLATE_NOOP("es::ui::StepList", "done")};
    case StepList::State::kSkipped: return {"skipped", "text3", QT_TRANSLATE_NOOP("es::ui::StepList", "was done already")};
    case StepList::State::kFailed: return {"fail", "err", QT_TRANSLATE_NOOP("es::ui::StepList", "failed")};
    case StepList::State::kNotRun: return {"pending", "text3", QT_TRANSLATE_NOOP("es::ui::StepList", "not run")};
    }
    return {"pending", "text3", ""};
}

} // namespace

StepList::StepList(QWidget* parent)
    : QFrame(parent)
    , m_layout(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("stepList"));
    setAccessibleName(tr("Steps"));
    setProperty("role", QStringLiteral("card"));
    m_layout->setContentsMargins(8, 8, 8, 8);
    m_layout->setSpacing(2);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        for (const Row& row : m_rows)
            paintRow(row);
    });
}

void StepList::setSteps(const QStringList& titles)
{
    for (const Row& row : m_rows)
        delete row.frame;
    m_rows.clear();
    for (const QString& title : titles) {
        Row row;
        row.frame = new QFrame(this);
        row.icon = new QLabel(row.frame);
        row.title = new QLabel(title, row.frame);
        row.fact = new QLabel(row.frame);
        row.fact->setProperty("role", QStringLiteral("faint"));
        row.reason = new QLabel(row.frame);
        row.reason->setProperty("role", QStringLiteral("small"));
        row.reason->setWordWrap(true);
        row.reason->setTextInteractionFlags(Qt::TextSelectableByMouse);
        row.reason->hide();
        auto* head = new QHBoxLayout;
        head->setSpacing(10);
        head->addWidget(row.icon);
        head->addWidget(row.title, 1);
        head->addWidget(row.fact);
        auto* layout = new QVBoxLayout(row.frame);
        layout->setContentsMargins(8, 4, 8, 4);
        layout->setSpacing(4);
        layout->addLayout(head);
        layout->addWidget(row.reason);
        m_layout->addWidget(row.frame);
        m_rows.push_back(row);
        paintRow(row);
    }
}

void StepList::setState(int index, State state, const QString& fact, const QString& reason)
{
    Row& row = m_rows.at(static_cast<std::size_t>(index));
    row.state = state;
    row.fact->setText(fact);
    row.reason->setText(reason);
    row.reason->setVisible(!reason.isEmpty());
    paintRow(row);
    QAccessibleEvent alert(row.frame, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void StepList::paintRow(const Row& row)
{
    const Look look = lookOf(row.state);
    row.icon->setPixmap(Theme::instance().icon(look.icon, look.token).pixmap(16, 16));
    row.icon->setAccessibleName(tr(look.word));
    if (row.fact->text().isEmpty() && (row.state == State::kNotRun || row.state == State::kSkipped)) row.fact->setText(tr(look.word));
    row.title->setProperty("role", row.state == State::kBusy || row.state == State::kFailed ? QStringLiteral("h3") : QString());
    row.frame->setProperty("role", row.state == State::kFailed ? QStringLiteral("errorCard") : QString());
    row.frame->setAccessibleName(row.title->text() + QStringLiteral(", ") + tr(look.word));
    for (QWidget* widget : {static_cast<QWidget*>(row.title), static_cast<QWidget*>(row.frame)}) {
        widget->style()->unpolish(widget);
        widget->style()->polish(widget);
    }
}

} // namespace es::ui
