#include "ui/query/QueryBar.h"

#include "ui/widgets/Theme.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QToolButton>

namespace es::ui {

namespace {

constexpr int kQuietMs = 500; // what is over sooner needs no progress
constexpr int kTickMs = 250;
constexpr int kBarWidth = 72;

} // namespace

QueryBar::QueryBar(QWidget* parent)
    : QFrame(parent)
    , m_execute(new QToolButton(this))
    , m_stop(new QToolButton(this))
    , m_parameterize(new QCheckBox(tr("&Parameterize variables"), this))
    , m_database(new QLabel(this))
    , m_progress(new QLabel(this))
    , m_bar(new QProgressBar(this))
{
    setObjectName(QStringLiteral("queryBarFrame"));
    setProperty("bar", QStringLiteral("query"));
    m_execute->setObjectName(QStringLiteral("executeToolButton"));
    m_execute->setText(tr("Execute"));
    m_execute->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_execute->setProperty("kind", QStringLiteral("run"));
    m_execute->setToolTip(tr("Run the selection, or everything (F5)"));
    m_execute->setAccessibleName(tr("Execute"));
    m_execute->setFocusPolicy(Qt::TabFocus);
    m_stop->setObjectName(QStringLiteral("stopToolButton"));
    m_stop->setText(tr("Cancel"));
    m_stop->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_stop->setToolTip(tr("Stop what runs (Alt+Break); again: give the connection up"));
    m_stop->setAccessibleName(tr("Cancel the query"));
    m_stop->setFocusPolicy(Qt::TabFocus);
    m_parameterize->setObjectName(QStringLiteral("parameterizeCheckBox"));
    m_parameterize->setChecked(true);
    m_parameterize->setToolTip(
        tr("DECLARE @x type = literal becomes a typed parameter, which is encrypted before it leaves this machine"));
    m_database->setObjectName(QStringLiteral("databaseLabel"));
    m_database->setProperty("role", QStringLiteral("secondary"));
    m_progress->setObjectName(QStringLiteral("queryProgressLabel"));
    m_progress->setProperty("role", QStringLiteral("secondary"));
    m_bar->setObjectName(QStringLiteral("queryProgressBar"));
    m_bar->setAccessibleName(tr("Work going on"));
    m_bar->setRange(0, 0);
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(kBarWidth);
    m_bar->hide();

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 12, 6);
    row->setSpacing(8);
    row->addWidget(m_execute);
    row->addWidget(m_stop);
    row->addSpacing(8);
    row->addWidget(m_parameterize);
    row->addSpacing(8);
    row->addWidget(m_database);
    row->addStretch(1);
    row->addWidget(m_progress);
    row->addWidget(m_bar);

    m_timer.setInterval(kTickMs);
    connect(&m_timer, &QTimer::timeout, this, &QueryBar::tick);
    connect(m_execute, &QToolButton::clicked, this, &QueryBar::executeRequested);
    connect(m_stop, &QToolButton::clicked, this, &QueryBar::stopRequested);
    connect(&Theme::instance(), &Theme::changed, this, &QueryBar::applyIcons);
    applyIcons();
}

void QueryBar::applyIcons()
{
    m_execute->setIcon(Theme::instance().icon("run", "onAccent"));
    m_stop->setIcon(Theme::instance().icon("stop"));
}

void QueryBar::setCanExecute(bool can)
{
    m_execute->setEnabled(can);
}

void QueryBar::setCanStop(bool can)
{
    m_stop->setEnabled(can);
}

bool QueryBar::parameterize() const
{
    return m_parameterize->isChecked();
}

void QueryBar::setParameterize(bool on)
{
    m_parameterize->setChecked(on);
}

void QueryBar::setDatabase(const QString& name)
{
    m_database->setText(name.isEmpty() ? QString() : tr("Database %1").arg(name));
}

void QueryBar::setBusy(const QString& what)
{
    if (what == m_busy) return;
    const bool wasBusy = !m_busy.isEmpty();
    m_busy = what;
    if (what.isEmpty()) {
        m_timer.stop();
        m_progress->clear();
        m_bar->hide();
        return;
    }
    if (!wasBusy) {
        m_rows = 0;
        m_since.start();
        m_timer.start();
    }
}

void QueryBar::setRowCount(quint64 rows)
{
    m_rows = rows;
}

void QueryBar::tick()
{
    const qint64 elapsed = m_since.elapsed();
    if (elapsed < kQuietMs) return;
    m_bar->show();
    const qint64 seconds = elapsed / 1000;
    const QString age = QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
    m_progress->setText(
        m_rows == 0 ? tr("%1 %2").arg(m_busy, age) : tr("%1 %2 · %3 rows").arg(m_busy, age, QLocale().toString(m_rows)));
}

} // namespace es::ui
