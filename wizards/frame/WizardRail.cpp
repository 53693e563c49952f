#include "wizards/frame/WizardRail.h"

#include "ui/widgets/Theme.h"

#include <QGridLayout>
#include <QLabel>
#include <QStyle>
#include <QVBoxLayout>

namespace es::wizards {

namespace {

constexpr int kRailWidth = 236;
constexpr int kIconSize = 16;

} // namespace

WizardRail::WizardRail(QWidget* parent)
    : QFrame(parent)
    , m_list(new QVBoxLayout)
    , m_databaseIcon(new QLabel(this))
    , m_database(new QLabel(this))
    , m_server(new QLabel(this))
    , m_chip(new QLabel(this))
    , m_remarkIcon(new QLabel(this))
    , m_remark(new QLabel(this))
{
    setObjectName(QStringLiteral("wizardRailFrame"));
    setProperty("role", QStringLiteral("rail"));
    setFixedWidth(kRailWidth);
    m_database->setObjectName(QStringLiteral("railDatabaseLabel"));
    m_database->setProperty("role", QStringLiteral("h3"));
    m_server->setObjectName(QStringLiteral("railServerLabel"));
    m_server->setProperty("role", QStringLiteral("small"));
    m_chip->setObjectName(QStringLiteral("railEnvironmentLabel"));
    m_chip->setProperty("role", QStringLiteral("chip"));
    m_remark->setObjectName(QStringLiteral("railRemarkLabel"));
    m_remark->setProperty("role", QStringLiteral("small"));
    m_remark->setWordWrap(true);
    auto* place = new QGridLayout;
    place->setContentsMargins(16, 16, 12, 0);
    place->setHorizontalSpacing(10);
    place->setVerticalSpacing(2);
    place->setColumnStretch(1, 1);
    place->addWidget(m_databaseIcon, 0, 0, 2, 1, Qt::AlignVCenter);
    place->addWidget(m_database, 0, 1);
    place->addWidget(m_server, 1, 1);
    auto* chip = new QHBoxLayout;
    chip->setContentsMargins(16, 8, 12, 8);
    chip->addWidget(m_chip);
    chip->addStretch(1);
    auto* remark = new QHBoxLayout;
    remark->setContentsMargins(16, 8, 14, 14);
    remark->setSpacing(8);
    remark->addWidget(m_remarkIcon, 0, Qt::AlignTop);
    remark->addWidget(m_remark, 1);
    m_list->setSpacing(0);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(place);
    layout->addLayout(chip);
    layout->addLayout(m_list);
    layout->addStretch(1);
    layout->addLayout(remark);
    const auto repaint = [this] {
        m_databaseIcon->setPixmap(ui::Theme::instance().icon("database").pixmap(kIconSize, kIconSize));
        m_remarkIcon->setPixmap(ui::Theme::instance().icon("info").pixmap(kIconSize, kIconSize));
        for (const Entry& entry : m_entries)
            paintEntry(entry);
    };
    connect(&ui::Theme::instance(), &ui::Theme::changed, this, repaint);
    repaint();
}

void WizardRail::setPlace(const WizardPlace& place)
{
    m_database->setText(place.database);
    m_server->setText(place.server);
    m_server->setToolTip(place.server);
    m_chip->setText(place.environmentWord);
    m_chip->setProperty("environment", place.environment);
    m_chip->setVisible(!place.environmentWord.isEmpty());
    m_chip->style()->unpolish(m_chip);
    m_chip->style()->polish(m_chip);
    m_remark->setText(place.remark);
    m_remarkIcon->setVisible(!place.remark.isEmpty());
}

void WizardRail::setEntries(const QStringList& names)
{
    for (const Entry& entry : m_entries)
        entry.row->deleteLater();
    m_entries.clear();
    for (const QString& name : names) {
        Entry entry{new QFrame(this), nullptr, nullptr, State::kToDo};
        entry.row->setProperty("role", QStringLiteral("railEntry"));
        entry.row->setFixedHeight(34);
        entry.icon = new QLabel(entry.row);
        entry.text = new QLabel(name, entry.row);
        entry.text->setObjectName(QStringLiteral("railEntryLabel"));
        auto* row = new QHBoxLayout(entry.row);
        row->setContentsMargins(13, 0, 8, 0);
        row->setSpacing(10);
        row->addWidget(entry.icon);
        row->addWidget(entry.text, 1);
        m_list->addWidget(entry.row);
        entry.row->show();
        m_entries.append(entry);
        paintEntry(entry);
    }
}

void WizardRail::setState(int index, State state)
{
    Entry& entry = m_entries[index];
    if (entry.state == state) return;
    entry.state = state;
    paintEntry(entry);
}

void WizardRail::paintEntry(const Entry& entry)
{
    struct Look {
        const char* icon;
        const char* token;
        const char* word;
    };
    static constexpr Look kLooks[] = {
        {"pending", "text3", QT_TR_NOOP("to do")},
        {"arrow-right", "accentText", QT_TR_NOOP("current page")},
        {"busy", "accentText", QT_TR_NOOP("running")},
        {"ok", "ok", QT_TR_NOOP("done")},
        {"fail", "err", QT_TR_NOOP("failed")},
        {"ok", "ok", QT_TR_NOOP("done, current page")},
    };
    const Look& look = kLooks[static_cast<std::size_t>(entry.state)];
    entry.icon->setPixmap(ui::Theme::instance().icon(look.icon, look.token).pixmap(kIconSize, kIconSize));
    const bool current
        = entry.state == State::kCurrent || entry.state == State::kBusy || entry.state == State::kFailed || entry.state == State::kFinished;
    entry.row->setProperty("current", current ? QVariant(QStringLiteral("yes")) : QVariant());
    entry.text->setProperty("role", current ? QStringLiteral("h3") : QStringLiteral("sub"));
    entry.text->setAccessibleName(tr("%1, %2").arg(entry.text->text(), tr(look.word)));
    for (QWidget* widget : {static_cast<QWidget*>(entry.row), static_cast<QWidget*>(entry.text)}) {
        widget->style()->unpolish(widget);
        widget->style()->polish(widget);
    }
}

} // namespace es::wizards
