#include "wizards/encrypt/ResultsPage.h"

#include "ui/widgets/ErrorWords.h"
#include "ui/widgets/SecretEdit.h"
#include "ui/widgets/StepList.h"
#include "ui/widgets/Theme.h"
#include "wizards/encrypt/SummaryPage.h"

#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>

namespace es::wizards {

using ui::StepList;

namespace {

QString seconds(qint64 milliseconds)
{
    return ResultsPage::tr("%1 s").arg(QLocale().toString(static_cast<double>(milliseconds) / 1000.0, 'f', 1));
}

QString nameOf(const Step& step)
{
    return QString::fromStdString(step.schema + "." + step.table + "." + step.column);
}

} // namespace

ResultsPage::ResultsPage(QWidget* parent)
    : WizardPage(tr("Results"), tr("Each statement as it runs, and what came of it."), parent)
    , m_icon(new QLabel(this))
    , m_verdict(new QLabel(this))
    , m_text(new QLabel(this))
    , m_bar(new QProgressBar(this))
    , m_progress(new QLabel(this))
    , m_stop(new QPushButton(tr("&Stop…"), this))
    , m_steps(new StepList(this))
    , m_password(new QFrame(this))
    , m_passwordText(new QLabel(m_password))
    , m_secret(new ui::SecretEdit(m_password))
    , m_continue(new QPushButton(tr("&Use key and continue"), m_password))
    , m_question(new QFrame(this))
    , m_stopNow(new QPushButton(tr("S&top now"), m_question))
    , m_query(new QPushButton(tr("&Query these columns"), this))
{
    m_verdict->setObjectName(QStringLiteral("verdictLabel"));
    m_verdict->setProperty("role", QStringLiteral("h3"));
    m_text->setObjectName(QStringLiteral("verdictTextLabel"));
    m_text->setProperty("role", QStringLiteral("small"));
    m_text->setWordWrap(true);
    m_bar->setObjectName(QStringLiteral("runProgressBar"));
    m_bar->setAccessibleName(tr("Steps done"));
    m_bar->setTextVisible(false);
    m_progress->setObjectName(QStringLiteral("runProgressLabel"));
    m_progress->setProperty("role", QStringLiteral("small"));
    for (const auto& [button, name] : {std::pair{m_stop, "stopPushButton"}, std::pair{m_continue, "continuePushButton"},
             std::pair{m_stopNow, "stopNowPushButton"}, std::pair{m_query, "queryColumnsPushButton"}}) {
        button->setObjectName(QString::fromLatin1(name));
        button->setAutoDefault(false);
    }
    m_stopNow->setProperty("kind", QStringLiteral("danger"));
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_verdict);
    words->addWidget(m_text);
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(m_icon, 0, Qt::AlignTop);
    head->addLayout(words, 1);
    head->addWidget(m_stop, 0, Qt::AlignTop);
    head->addWidget(m_query, 0, Qt::AlignTop);

    m_password->setObjectName(QStringLiteral("passwordFrame"));
    m_password->setProperty("banner", QStringLiteral("information"));
    m_passwordText->setObjectName(QStringLiteral("passwordTextLabel"));
    m_passwordText->setWordWrap(true);
    m_secret->setObjectName(QStringLiteral("keyPasswordLineEdit"));
    m_secret->setAccessibleName(tr("Password of the key file"));
    m_secret->setMaximumWidth(240);
    m_continue->setProperty("kind", QStringLiteral("fix"));
    auto* ask = new QHBoxLayout(m_password);
    ask->setContentsMargins(12, 8, 12, 8);
    ask->addWidget(m_passwordText, 1);
    ask->addWidget(m_secret);
    ask->addWidget(m_continue);
    m_password->hide();

    m_question->setObjectName(QStringLiteral("stopQuestionFrame"));
    m_question->setProperty("banner", QStringLiteral("warning"));
    auto* question = new QLabel(tr("A statement is running. Stopping undoes it on the server; columns that are done stay as they are."), m_question);
    question->setWordWrap(true);
    auto* goOn = new QPushButton(tr("&Go on"), m_question);
    goOn->setObjectName(QStringLiteral("goOnPushButton"));
    goOn->setAutoDefault(false);
    auto* stopRow = new QHBoxLayout(m_question);
    stopRow->setContentsMargins(12, 8, 12, 8);
    stopRow->addWidget(question, 1);
    stopRow->addWidget(goOn);
    stopRow->addWidget(m_stopNow);
    m_question->hide();

    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* inside = new QWidget(scroll);
    inside->setProperty("role", QStringLiteral("page"));
    auto* insideLayout = new QVBoxLayout(inside);
    insideLayout->setContentsMargins(0, 0, 0, 0);
    insideLayout->addWidget(m_steps);
    insideLayout->addStretch(1);
    scroll->setWidget(inside);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addLayout(head);
    layout->addWidget(m_password);
    layout->addWidget(m_question);
    layout->addWidget(m_bar);
    layout->addWidget(m_progress);
    layout->addWidget(scroll, 1);

    m_tick.setInterval(250);
    connect(&m_tick, &QTimer::timeout, this, &ResultsPage::tick);
    connect(m_stop, &QPushButton::clicked, this, &ResultsPage::askToStop);
    connect(goOn, &QPushButton::clicked, m_question, &QWidget::hide);
    connect(m_stopNow, &QPushButton::clicked, this, &ResultsPage::stopRequested);
    connect(m_query, &QPushButton::clicked, this, &ResultsPage::queryRequested);
    const auto enter = [this] {
        if (m_secret->text().isEmpty()) return;
        m_password->hide();
        Q_EMIT passwordEntered(m_secret->takeSecret());
    };
    connect(m_continue, &QPushButton::clicked, this, enter);
    connect(m_secret, &QLineEdit::returnPressed, this, enter);
}

void ResultsPage::begin(std::shared_ptr<const Plan> plan)
{
    m_plan = std::move(plan);
    QStringList titles;
    for (const Step& step : m_plan->steps)
        titles << QString::fromStdString(step.title);
    m_steps->setSteps(titles);
    m_done = 0;
    m_running = true;
    m_begun = false;
    m_since.start();
    m_bar->setRange(0, static_cast<int>(m_plan->steps.size()));
    m_bar->setValue(0);
    m_bar->show();
    m_password->hide();
    m_question->hide();
    m_query->hide();
    m_stop->show();
    m_stop->setEnabled(true);
    showVerdict("busy", "accentText", tr("%1…").arg(jobText(*m_plan)), tr("The statements run in the server's enclave; no value passes through this machine."));
    m_tick.start();
    tick();
    Q_EMIT changed();
}

void ResultsPage::showVerdict(const char* icon, const char* token, const QString& title, const QString& text)
{
    m_icon->setPixmap(ui::Theme::instance().icon(icon, token).pixmap(20, 20));
    m_verdict->setText(title);
    m_text->setText(text);
}

void ResultsPage::tick()
{
    const qint64 elapsed = m_since.elapsed() / 1000;
    const int total = static_cast<int>(m_plan->steps.size());
    m_progress->setText(tr("step %1 of %2 · elapsed %3:%4").arg(std::min(m_done + 1, total)).arg(total).arg(elapsed / 60).arg(elapsed % 60, 2, 10, QLatin1Char('0')));
}

void ResultsPage::stepChanged(const StepEvent& event)
{
    using Kind = StepEvent::Kind;
    switch (event.kind) {
    case Kind::kStarted:
        m_begun = true;
        m_steps->setState(event.stepIndex, StepList::State::kBusy);
        return;
    case Kind::kSkipped: m_steps->setState(event.stepIndex, StepList::State::kSkipped); break;
    case Kind::kDone: m_steps->setState(event.stepIndex, StepList::State::kDone, seconds(event.elapsedMs)); break;
    case Kind::kFailed: {
        const ui::ErrorWords words = ui::wordsFor(*event.error);
        m_steps->setState(event.stepIndex, StepList::State::kFailed, seconds(event.elapsedMs), words.title + QLatin1Char(' ') + words.text);
        return;
    }
    }
    m_bar->setValue(++m_done);
    tick();
}

void ResultsPage::finished(const RunEnd& end)
{
    m_running = false;
    m_tick.stop();
    m_question->hide();
    m_stop->hide();
    const auto total = static_cast<int>(m_plan->steps.size());
    for (int i = 0; i < m_steps->count(); ++i)
        if (m_steps->state(i) == StepList::State::kPending || m_steps->state(i) == StepList::State::kBusy) m_steps->setState(i, StepList::State::kNotRun);
    QStringList done, left;
    for (int i = 0; i < total; ++i)
        (m_steps->state(i) == StepList::State::kDone || m_steps->state(i) == StepList::State::kSkipped ? done : left) << nameOf(m_plan->steps[static_cast<std::size_t>(i)]);
    const QString what = (done.isEmpty() ? tr("Nothing was changed.") : tr("Done: %1.").arg(done.join(QStringLiteral(", "))))
        + (left.isEmpty() ? QString() : tr(" As before: %1.").arg(left.join(QStringLiteral(", "))));
    m_progress->setText(tr("%1 of %2 steps · %3").arg(end.stepsDone).arg(total).arg(seconds(end.elapsedMs)));
    switch (end.outcome) {
    case RunEnd::Outcome::kCompleted:
        showVerdict("ok", "ok", total == 1 ? tr("1 column is done") : tr("%1 columns are done").arg(total),
            tr("%1 of %2 statements, %3. No cell value crossed the wire. Applications that cached plans or metadata should connect again.")
                .arg(end.stepsDone)
                .arg(total)
                .arg(seconds(end.elapsedMs)));
        m_query->show();
        m_query->setFocus();
        break;
    case RunEnd::Outcome::kCancelled: showVerdict("warn", "warn", tr("Stopped"), what); break;
    case RunEnd::Outcome::kFailed: {
        const ui::ErrorWords words = ui::wordsFor(*end.error);
        showVerdict("fail", "err", words.title, words.text + QLatin1Char(' ') + what);
        break;
    }
    }
    Q_EMIT changed();
}

void ResultsPage::askForPassword(const QString& keyFile, bool wasWrong)
{
    m_running = false;
    m_tick.stop();
    m_stop->hide();
    m_bar->hide();
    m_progress->clear();
    for (int i = 0; i < m_steps->count(); ++i)
        m_steps->setState(i, StepList::State::kPending);
    showVerdict("key-file", "accentText", tr("The key file %1 is closed").arg(keyFile), tr("Nothing was changed yet."));
    m_passwordText->setText(wasWrong ? tr("%1 did not open: wrong password. Nothing was sent to the server.").arg(keyFile)
                                     : tr("Its password opens the column encryption keys that the enclave needs. It stays in memory until the program ends."));
    m_password->setProperty("banner", wasWrong ? QStringLiteral("error") : QStringLiteral("information"));
    m_password->style()->unpolish(m_password);
    m_password->style()->polish(m_password);
    m_password->show();
    m_secret->setFocus();
    Q_EMIT changed();
}

void ResultsPage::askToStop()
{
    if (!m_running) return;
    m_question->show();
    m_stopNow->setFocus();
}

void ResultsPage::showStopping()
{
    m_question->hide();
    m_stop->setEnabled(false);
    showVerdict("busy", "warn", tr("Stopping…"), tr("The server undoes the statement that runs."));
}

QWidget* ResultsPage::firstFocus()
{
    return m_stop;
}

} // namespace es::wizards
