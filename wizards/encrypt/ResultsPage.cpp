#include "wizards/encrypt/ResultsPage.h"

#include "ui/widgets/KeyPasswordStrip.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/ErrorWords.h"
#include "ui/widgets/StepList.h"
#include "ui/widgets/Theme.h"
#include "wizards/encrypt/EncryptWords.h"
#include "wizards/encrypt/SummaryPage.h"

#include <QFrame>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QVBoxLayout>

namespace es::wizards {

using State = ui::StepList::State;

namespace {

constexpr int kTickMs = 250;
constexpr int kIconSize = 20;

// Icon, bold line, small line.
QFrame* makeCard(QWidget* parent, const char* name, QLabel** icon, QLabel** title, QLabel** text)
{
    auto* card = new QFrame(parent);
    *icon = new QLabel(card);
    *title = new QLabel(card);
    (*title)->setObjectName(QString::fromLatin1(name) + QStringLiteral("TitleLabel"));
    (*title)->setProperty("role", QStringLiteral("h3"));
    (*title)->setWordWrap(true);
    *text = new QLabel(card);
    (*text)->setObjectName(QString::fromLatin1(name) + QStringLiteral("TextLabel"));
    (*text)->setProperty("role", QStringLiteral("small"));
    (*text)->setWordWrap(true);
    auto* grid = new QGridLayout(card);
    grid->setContentsMargins(14, 10, 14, 10);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(1, 1);
    grid->addWidget(*icon, 0, 0, 2, 1, Qt::AlignTop);
    grid->addWidget(*title, 0, 1);
    grid->addWidget(*text, 1, 1);
    card->hide();
    return card;
}

} // namespace

ResultsPage::ResultsPage(QWidget* parent)
    : WizardPage(tr("Results"), parent)
    , m_banner(new ui::Banner(this))
    , m_password(new ui::KeyPasswordStrip(this))
    , m_steps(new ui::StepList(this))
{
    setObjectName(QStringLiteral("resultsPage"));
    m_steps->setObjectName(QStringLiteral("runStepsTreeWidget"));
    m_steps->setMinimumHeight(120);
    m_okCard = makeCard(this, "outcome", &m_okIcon, &m_okTitle, &m_okText);
    m_okCard->setProperty("banner", QStringLiteral("ok"));
    m_after = makeCard(this, "after", &m_afterIcon, &m_afterTitle, &m_afterText);
    m_after->setProperty("role", QStringLiteral("card"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    buildProgress();
    layout->addWidget(m_progressCard);
    layout->addWidget(m_okCard);
    layout->addWidget(m_password);
    layout->addWidget(m_banner);
    layout->addWidget(m_steps, 1);
    layout->addWidget(m_after);
    connect(m_password, &ui::KeyPasswordStrip::given, this, &ResultsPage::passwordGiven);
    connect(m_password, &ui::KeyPasswordStrip::declined, this, [this] {
        m_banner->show();
        Q_EMIT passwordDeclined();
    });
    m_tick.setInterval(kTickMs);
    connect(&m_tick, &QTimer::timeout, this, &ResultsPage::showTime);
    connect(m_banner, &ui::Banner::fixRequested, this, &ResultsPage::runAgainRequested);
    const auto icons = [this] {
        m_okIcon->setPixmap(ui::Theme::instance().icon("ok", "ok").pixmap(kIconSize, kIconSize));
        m_afterIcon->setPixmap(ui::Theme::instance().icon("backup").pixmap(kIconSize, kIconSize));
    };
    connect(&ui::Theme::instance(), &ui::Theme::changed, this, icons);
    icons();
}

void ResultsPage::buildProgress()
{
    m_progressCard = new QFrame(this);
    m_progressCard->setProperty("role", QStringLiteral("card"));
    m_what = new QLabel(m_progressCard);
    m_what->setObjectName(QStringLiteral("progressTitleLabel"));
    m_what->setProperty("role", QStringLiteral("h3"));
    m_which = new QLabel(m_progressCard);
    m_which->setObjectName(QStringLiteral("progressStepLabel"));
    m_which->setProperty("role", QStringLiteral("small"));
    m_bar = new QProgressBar(m_progressCard);
    m_bar->setObjectName(QStringLiteral("runProgressBar"));
    m_bar->setAccessibleName(tr("Progress"));
    m_bar->setTextVisible(false);
    m_time = new QLabel(m_progressCard);
    m_time->setObjectName(QStringLiteral("elapsedLabel"));
    m_time->setProperty("role", QStringLiteral("small"));
    auto* grid = new QGridLayout(m_progressCard);
    grid->setContentsMargins(16, 10, 16, 10);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(0, 1);
    grid->addWidget(m_what, 0, 0);
    grid->addWidget(m_which, 0, 1, Qt::AlignRight);
    grid->addWidget(m_bar, 1, 0, 1, 2);
    grid->addWidget(m_time, 2, 1, Qt::AlignRight);
}

QString ResultsPage::nameOf(int step) const
{
    const Step& s = m_plan->steps[static_cast<std::size_t>(step)];
    return QString::fromStdString(s.schema + "." + s.table + "." + s.column);
}

QString ResultsPage::nextText() const
{
    return tr("Close");
}

void ResultsPage::start(std::shared_ptr<const Plan> plan)
{
    m_plan = std::move(plan);
    m_done = 0;
    m_running = -1;
    m_succeeded = m_stopping = false;
    QStringList titles;
    for (const Step& step : m_plan->steps) {
        const QString name = nameOf(static_cast<int>(titles.size()));
        titles.append(step.kind == StepKind::kEncrypt ? tr("Encrypt %1").arg(name)
                : step.kind == StepKind::kDecrypt     ? tr("Decrypt %1").arg(name)
                                                      : tr("Re-encrypt %1").arg(name));
    }
    m_steps->setSteps(titles);
    m_banner->hide();
    m_okCard->hide();
    m_after->hide();
    m_bar->setRange(0, static_cast<int>(m_plan->steps.size()));
    m_bar->setValue(0);
    m_what->setText(tr("Comparing the plan with the catalog…"));
    m_which->clear();
    m_elapsed.start();
    m_tick.start();
    showTime();
    m_progressCard->show();
    setNote({});
    setSentence(tr("Running. Each step is one statement: it is wholly done or not done at all."));
}

void ResultsPage::connecting()
{
    m_what->setText(tr("Connecting again…"));
}

void ResultsPage::showTime()
{
    m_time->setText(tr("elapsed %1").arg(elapsedText(m_elapsed.elapsed())));
}

void ResultsPage::stepChanged(const StepEvent& event)
{
    const int step = event.stepIndex;
    switch (event.kind) {
    case StepEvent::Kind::kStarted:
        m_running = step;
        m_steps->setState(step, State::kRunning);
        if (!m_stopping) m_what->setText(m_steps->topLevelItem(step)->text(0));
        m_which->setText(tr("step %1 of %2").arg(step + 1).arg(m_steps->count()));
        return;
    case StepEvent::Kind::kSkipped:
        ++m_done;
        m_steps->setState(step, State::kSkipped);
        break;
    case StepEvent::Kind::kDone:
        ++m_done;
        m_running = -1;
        m_steps->setState(step, State::kDone, {}, secondsText(event.elapsedMs));
        break;
    case StepEvent::Kind::kFailed: m_steps->setState(step, State::kFailed, {}, secondsText(event.elapsedMs)); break;
    }
    m_bar->setValue(m_done);
}

void ResultsPage::stopping()
{
    m_stopping = true;
    m_what->setText(tr("Stopping: the server undoes the statement that runs…"));
}

void ResultsPage::finishSteps(bool stopped, bool unknown)
{
    for (int step = 0; step < m_steps->count(); ++step) {
        if (m_steps->state(step) == State::kRunning)
            m_steps->setState(step, State::kStopped, unknown ? tr("outcome not seen") : stopped ? tr("stopped, undone") : QString());
        else if (unknown && m_steps->state(step) == State::kFailed)
            m_steps->setState(step, State::kFailed, tr("connection lost"));
        else if (m_steps->state(step) == State::kPending)
            m_steps->setState(step, State::kNotRun);
    }
}

// What is and what is not changed, column by column.
QString ResultsPage::whatIsTrueNow(bool unknown) const
{
    QStringList done, notDone, open;
    for (int step = 0; step < m_steps->count(); ++step) {
        const State state = m_steps->state(step);
        if (state == State::kDone || state == State::kSkipped)
            done.append(nameOf(step));
        else if (unknown && (state == State::kFailed || state == State::kStopped))
            open.append(nameOf(step));
        else
            notDone.append(nameOf(step));
    }
    QStringList sentences;
    const QString comma = tr(", ");
    if (!done.isEmpty()) sentences.append(tr("Done as planned: %1.").arg(done.join(comma)));
    if (!notDone.isEmpty()) sentences.append(tr("Not changed: %1.").arg(notDone.join(comma)));
    if (!open.isEmpty())
        sentences.append(tr("Not known: %1. The server finishes the statement or undoes it, never half; the next run looks first.")
                             .arg(open.join(comma)));
    return sentences.join(QLatin1Char(' '));
}

void ResultsPage::showEnd(bool ok, const QString& sentence)
{
    m_succeeded = ok;
    m_tick.stop();
    m_progressCard->hide();
    setSentence(sentence);
}

void ResultsPage::ended(const RunEnd& end)
{
    const bool lost = end.error && end.error->consequence == base::Consequence::kSessionUnusable;
    finishSteps(m_stopping || end.outcome == RunEnd::Outcome::kCancelled, lost);
    const QString now = whatIsTrueNow(lost);
    switch (end.outcome) {
    case RunEnd::Outcome::kCompleted:
        m_okTitle->setText(planOutcome(*m_plan));
        m_okText->setText(tr("%1 in %2. The statements carried no cell value: this connection sent %3 and received %4 in all.")
                              .arg(m_steps->count() == 1 ? tr("1 step") : tr("%1 steps").arg(m_steps->count()), secondsText(end.elapsedMs),
                                  QLocale().formattedDataSize(static_cast<qint64>(end.facts.bytesSent), 1, QLocale::DataSizeSIFormat),
                                  QLocale().formattedDataSize(static_cast<qint64>(end.facts.bytesReceived), 1, QLocale::DataSizeSIFormat)));
        m_okCard->setAccessibleName(m_okTitle->text());
        m_okCard->show();
        m_afterTitle->setText(tr("Before you close"));
        m_afterText->setText(m_plan->steps.front().kind == StepKind::kDecrypt
                ? tr("The values stand in clear in the database now, in its log and in every backup made from here on.")
                : tr("Back up the key files and their passwords: without them nobody can read these columns. Backups of the database made "
                     "before "
                     "now still hold the values in clear."));
        m_after->show();
        showEnd(true, tr("Completed."));
        return;
    case RunEnd::Outcome::kCancelled:
        m_banner->showMessage(
            ui::Banner::Kind::kWarning, tr("Stopped after step %1 of %2").arg(m_done).arg(m_steps->count()), now, tr("Run the rest"));
        showEnd(false, tr("Stopped by you."));
        return;
    case RunEnd::Outcome::kFailed: break;
    }
    const ui::ErrorWords words = end.error ? ui::wordsFor(*end.error) : ui::ErrorWords{};
    if (m_stopping && lost) {
        m_banner->showMessage(ui::Banner::Kind::kWarning, tr("Stopped: the connection was given up"), now, tr("Connect and run the rest"));
        showEnd(false, tr("Stopped by you."));
        return;
    }
    const bool outdated = end.error && end.error->code == kPlanOutOfDate;
    m_banner->showMessage(ui::Banner::Kind::kError, words.title, words.text.isEmpty() ? now : words.text + QLatin1Char('\n') + now,
        outdated   ? QString()
            : lost ? tr("Connect and run the rest")
                   : tr("Run again"));
    showEnd(false,
        m_done > 0 ? tr("Ended early: %1 of %2 steps are done.").arg(m_done).arg(m_steps->count()) : tr("Failed. No step was done."));
}

void ResultsPage::askForPassword(const QString& key, const QString& complaint)
{
    keyStaysClosed(key); // what is true until there is an answer
    m_banner->hide();
    m_password->ask(key, complaint);
}

base::SecureBytes ResultsPage::takePassword()
{
    return m_password->takePassword();
}

void ResultsPage::keyStaysClosed(const QString& key)
{
    for (int step = 0; step < m_steps->count(); ++step)
        if (m_steps->state(step) == State::kFailed) m_steps->setState(step, State::kStopped, tr("needs the key"));
    finishSteps(false, false);
    m_banner->showMessage(ui::Banner::Kind::kWarning, tr("The key %1 stays closed").arg(key),
        tr("The enclave cannot work without it. %1").arg(whatIsTrueNow(false)), tr("Enter the password"));
    showEnd(false, tr("Not run to the end."));
}

} // namespace es::wizards
