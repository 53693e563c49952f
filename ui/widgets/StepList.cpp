#include "ui/widgets/StepList.h"

#include "ui/widgets/Theme.h"

#include <QAccessible>
#include <QHeaderView>

namespace es::ui {

namespace {

enum Column { kTitle, kState, kTime };

struct Look {
    const char* icon;
    const char* token;
    const char* word;
};

const Look& lookOf(StepList::State state)
{
    static constexpr Look kLooks[] = {
        {"pending", "text3", QT_TRANSLATE_NOOP("es::ui::StepList", "to do")},
        {"busy", "accentText", QT_TRANSLATE_NOOP("es::ui::StepList", "running")},
        {"ok", "ok", QT_TRANSLATE_NOOP("es::ui::StepList", "done")},
        {"skipped", "text2", QT_TRANSLATE_NOOP("es::ui::StepList", "was done before")},
        {"fail", "err", QT_TRANSLATE_NOOP("es::ui::StepList", "failed")},
        {"stop", "warn", QT_TRANSLATE_NOOP("es::ui::StepList", "stopped")},
        {"pending", "text3", QT_TRANSLATE_NOOP("es::ui::StepList", "not run")},
    };
    return kLooks[static_cast<std::size_t>(state)];
}

} // namespace

StepList::StepList(QWidget* parent)
    : QTreeWidget(parent)
{
    setProperty("box", QStringLiteral("yes"));
    setAccessibleName(tr("Steps"));
    setColumnCount(3);
    setHeaderLabels({tr("Step"), tr("State"), tr("Time")});
    headerItem()->setTextAlignment(kTime, Qt::AlignRight | Qt::AlignVCenter);
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setTabKeyNavigation(false);
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(kTitle, QHeaderView::Stretch);
    header()->setSectionResizeMode(kState, QHeaderView::Interactive);
    header()->setSectionResizeMode(kTime, QHeaderView::Interactive);
    header()->resizeSection(kState, 200);
    header()->resizeSection(kTime, 90);
    header()->setMinimumHeight(28);
    connect(&Theme::instance(), &Theme::changed, this, &StepList::repaintAll);
}

void StepList::setSteps(const QStringList& titles)
{
    clear();
    m_states.fill(State::kPending, titles.size());
    for (const QString& title : titles) {
        auto* item = new QTreeWidgetItem(this, {title, QString(), QString()});
        item->setSizeHint(kTitle, QSize(0, 28));
        item->setTextAlignment(kTime, Qt::AlignRight | Qt::AlignVCenter);
        item->setFont(kTime, Theme::dataFont(12));
        item->setToolTip(kTitle, title);
    }
    repaintAll();
}

void StepList::setState(int step, State state, const QString& fact, const QString& time)
{
    QTreeWidgetItem* item = topLevelItem(step);
    if (!item) return;
    m_states[step] = state;
    item->setData(kState, Qt::UserRole, fact);
    if (!time.isEmpty()) item->setText(kTime, time);
    paintStep(step);
    if (state == State::kRunning) setCurrentItem(item);
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void StepList::setTime(int step, const QString& time)
{
    if (QTreeWidgetItem* item = topLevelItem(step)) item->setText(kTime, time);
}

void StepList::paintStep(int step)
{
    QTreeWidgetItem* item = topLevelItem(step);
    const State state = m_states.at(step);
    const Look& look = lookOf(state);
    const Theme& theme = Theme::instance();
    const QString fact = item->data(kState, Qt::UserRole).toString();
    item->setIcon(kTitle, theme.icon(look.icon, look.token));
    item->setText(kState, fact.isEmpty() ? tr(look.word) : fact);
    item->setToolTip(kState, item->text(kState));
    item->setData(kTitle, Qt::AccessibleTextRole, tr("%1, %2").arg(item->text(kTitle), item->text(kState)));
    QFont font = this->font();
    font.setBold(state == State::kRunning || state == State::kFailed);
    item->setFont(kTitle, font);
    const bool quiet = state == State::kPending || state == State::kNotRun;
    item->setForeground(kTitle, theme.colour(quiet ? "text2" : "text"));
    const bool loud = state == State::kFailed || state == State::kStopped;
    item->setForeground(kState, theme.colour(loud ? look.token : "text2"));
    item->setForeground(kTime, theme.colour("text2"));
}

void StepList::repaintAll()
{
    for (int step = 0; step < count(); ++step)
        paintStep(step);
}

} // namespace es::ui
