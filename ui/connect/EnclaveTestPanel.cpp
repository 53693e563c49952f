#include "ui/connect/EnclaveTestPanel.h"

#include "driver/attestation/Errors.h"
#include "ui/reports/AttestationWords.h"
#include "ui/widgets/StepCards.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QUrl>

namespace es::ui {

namespace {

using Outcome = AttestationTestEnd::Outcome;
using State = StepCards::State;

constexpr int kSecondMs = 1000;

QString timed(const QString& fact, qint64 elapsedMs)
{
    const QString time = EnclaveTestPanel::tr("%1 ms").arg(elapsedMs);
    return fact.isEmpty() ? time : fact + QStringLiteral(" · ") + time;
}

bool needsService(AttestationChoice protocol)
{
    return protocol == AttestationChoice::kHgs || protocol == AttestationChoice::kAas;
}

} // namespace

EnclaveTestPanel::EnclaveTestPanel(QWidget* parent)
    : QWidget(parent)
    , m_heading(new QLabel(tr("Test enclave"), this))
    , m_outcome(new QLabel(this))
    , m_trust(new QPushButton(tr("Trust what &I see now…"), this))
    , m_button(new QPushButton(this))
    , m_steps(new StepCards(this))
{
    setObjectName(QStringLiteral("enclaveTestPanel"));
    m_heading->setProperty("role", QStringLiteral("h3"));
    m_outcome->setObjectName(QStringLiteral("enclaveTestOutcomeLabel"));
    m_outcome->setProperty("role", QStringLiteral("small"));
    m_outcome->setWordWrap(true);
    m_button->setObjectName(QStringLiteral("testEnclavePushButton"));
    m_button->setAutoDefault(false);
    m_trust->setObjectName(QStringLiteral("trustSeenPushButton"));
    m_trust->setAccessibleName(tr("Trust what I see now…"));
    m_trust->setToolTip(tr("Makes a policy that accepts this enclave and no weaker one, and shows it before it is taken."));
    m_trust->setAutoDefault(false);
    m_trust->hide();
    auto* head = new QHBoxLayout;
    head->setSpacing(10);
    head->addWidget(m_heading);
    head->addWidget(m_outcome, 1);
    head->addWidget(m_trust);
    head->addWidget(m_button);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(head);
    layout->addWidget(m_steps);
    m_steps->hide();
    m_timer.setInterval(kSecondMs);
    connect(&m_timer, &QTimer::timeout, this, &EnclaveTestPanel::tick);
    connect(m_trust, &QPushButton::clicked, this, &EnclaveTestPanel::trustRequested);
    connect(m_button, &QPushButton::clicked, this, &EnclaveTestPanel::press);
    connect(m_steps, &StepCards::fixRequested, this, &EnclaveTestPanel::applyFix);
    connect(m_steps, &StepCards::copyRequested, this, [this] { QGuiApplication::clipboard()->setText(m_details); });
    setRunning(false);
}

void EnclaveTestPanel::setRunning(bool running)
{
    m_running = running;
    const QString words = running ? tr("Cancel test") : m_steps->isHidden() ? tr("&Test enclave") : tr("&Test again");
    m_button->setText(words);
    m_button->setAccessibleName(QString(words).remove(QLatin1Char('&')));
    if (!running) m_timer.stop();
}

void EnclaveTestPanel::setUsable(bool usable)
{
    m_button->setEnabled(usable || m_running);
    m_heading->setEnabled(usable);
    if (m_steps->isHidden()) m_outcome->setText(usable ? tr("Connects, attests and closes again. It sends no key.") : QString());
}

void EnclaveTestPanel::settingsChanged()
{
    if (m_steps->isHidden()) return;
    keep(nullptr);
    m_outcome->setText(m_running ? tr("running with the settings as they were") : tr("The settings have changed since this test."));
}

void EnclaveTestPanel::keep(std::shared_ptr<const attestation::AttestationReport> verified)
{
    m_verified = std::move(verified);
    m_trust->setVisible(m_verified != nullptr);
}

void EnclaveTestPanel::press()
{
    if (m_running)
        Q_EMIT cancelRequested();
    else
        Q_EMIT testRequested();
}

void EnclaveTestPanel::start(AttestationTest& test, std::shared_ptr<const ConnectionRequest> request)
{
    if (m_test != &test) {
        m_test = &test;
        connect(&test, &AttestationTest::stepDone, this, &EnclaveTestPanel::showStep);
        connect(&test, &AttestationTest::finished, this, &EnclaveTestPanel::showEnd);
    }
    m_request = std::move(request);
    reset(m_request->profile.attestation);
    test.start(m_request);
}

void EnclaveTestPanel::reset(AttestationChoice protocol)
{
    const bool service = needsService(protocol);
    m_steps->setSteps({tr("Server reached"), tr("TLS certificate trusted"), tr("Login accepted"), tr("Enclave type"), tr("Protocol fits the enclave"),
        tr("Attestation service answers"), service ? tr("Evidence valid") : tr("Answer well formed"), tr("Enclave session opened")});
    if (!service) m_steps->setState(static_cast<int>(AttestationStep::kServiceAnswers), State::kSkipped, tr("not needed with None"));
    m_steps->show();
    m_fix = Fix::kNone;
    m_offeredUrl.clear();
    m_details.clear();
    m_passed = 0;
    keep(nullptr);
    m_outcome->setText(tr("running…"));
    setRunning(true);
    m_timer.start();
    run(0);
}

void EnclaveTestPanel::run(int step)
{
    while (step < m_steps->count() && m_steps->state(step) == State::kSkipped)
        ++step;
    m_current = step;
    m_clock.start();
    m_steps->setState(step, State::kRunning, tr("running…"));
}

void EnclaveTestPanel::tick()
{
    if (m_running && m_current >= 0) m_steps->setState(m_current, State::kRunning, tr("%1 s").arg(m_clock.elapsed() / kSecondMs));
}

void EnclaveTestPanel::showStep(AttestationStep step, const QString& fact, qint64 elapsedMs)
{
    const int index = static_cast<int>(step);
    // Some steps are told only when a later one is: what lies before a step that is done, is done.
    for (int earlier = std::max(0, m_current); earlier < index; ++earlier)
        if (m_steps->state(earlier) == State::kRunning || m_steps->state(earlier) == State::kPending) m_steps->setState(earlier, State::kDone);
    m_steps->setState(index, State::kDone, elapsedMs > 0 ? timed(fact, elapsedMs) : fact);
    if (index + 1 < m_steps->count()) run(index + 1);
}

void EnclaveTestPanel::showEnd(const AttestationTestEnd& end)
{
    const bool done = end.outcome == Outcome::kVerified || end.outcome == Outcome::kNotAttested;
    int needed = 0;
    m_passed = 0;
    for (int step = 0; step < m_steps->count(); ++step) {
        if (m_steps->state(step) == State::kSkipped) continue;
        ++needed;
        if (done && m_steps->state(step) != State::kDone) m_steps->setState(step, State::kDone);
        if (m_steps->state(step) == State::kDone) ++m_passed;
    }
    if (!done) showFailure(end);
    setRunning(false);
    m_current = -1;
    const QString count = tr("%1 of %2 passed").arg(m_passed).arg(needed);
    switch (end.outcome) {
    case Outcome::kVerified:
        m_outcome->setText(tr("%1. %2.").arg(count, verdictWords(*end.report).title));
        keep(end.report);
        return;
    case Outcome::kNotAttested: m_outcome->setText(tr("%1. Not attested: nobody vouches for this enclave.").arg(count)); return;
    case Outcome::kCancelled: m_outcome->setText(tr("%1, then cancelled").arg(count)); return;
    case Outcome::kRefused:
    case Outcome::kUnreachable:
    case Outcome::kNotConnected: m_outcome->setText(tr("%1, stopped at the first failure").arg(count)); return;
    }
}

void EnclaveTestPanel::showFailure(const AttestationTestEnd& end)
{
    const int failed = end.failedStep ? static_cast<int>(*end.failedStep) : -1;
    if (failed >= 0) m_passed = 0;
    for (int step = 0; step < m_steps->count(); ++step) {
        const bool open = m_steps->state(step) != State::kDone && m_steps->state(step) != State::kSkipped;
        if (failed >= 0 && step < failed && open) m_steps->setState(step, State::kDone);
        if (step > failed && open) m_steps->setState(step, State::kNotRun);
        if (failed >= 0 && m_steps->state(step) == State::kDone && step != failed) ++m_passed;
    }
    if (failed < 0 || !end.error) return;
    QString reason = QString::fromStdString(end.error->text);
    if (end.error->server) reason += QLatin1Char(' ') + tr("The server says: “%1”").arg(QString::fromStdString(end.error->server->message));
    QString remedy = QString::fromStdString(end.error->remedy);
    QString fact;
    QString fix;
    m_fix = Fix::kNone;
    if (end.report && !end.report->suggestedUrl.empty()) {
        m_fix = Fix::kUseUrl;
        m_offeredUrl = QString::fromStdString(end.report->suggestedUrl);
        const QUrl offered(m_offeredUrl);
        const bool sameHost = offered.host() == QUrl(m_request->profile.attestationUrl).host();
        const QString where = sameHost && offered.path().size() > 1 ? offered.path() : m_offeredUrl;
        remedy = tr("Attestation is served under %1.").arg(where);
        fix = tr("Use %1 and test again").arg(where);
    } else if (end.outcome == Outcome::kRefused && end.report) {
        const VerdictWords words = verdictWords(*end.report);
        m_fix = Fix::kEditPolicy;
        fix = tr("Edit policy…");
        fact = tr("refused");
        if (const QString rule = failedRuleSentence(*end.report); !rule.isEmpty()) reason = tr("No key was released.") + QLatin1Char(' ') + rule;
        remedy = words.why + QLatin1Char(' ') + words.remedy;
    } else if (end.failedStep == AttestationStep::kProtocolFits) {
        m_fix = Fix::kChangeProtocol;
        fix = tr("Change protocol");
    }
    if (end.report && end.outcome == Outcome::kUnreachable) {
        const auto& documents = end.report->evidence.documents;
        const QString status = documents.empty() || documents.back().status == 0 ? QString() : QString::number(documents.back().status);
        fact = timed(status, end.report->serviceElapsed.count());
    }
    m_steps->setFailed(failed, fact, reason, remedy, fix);
    // Once it has its height.
    QMetaObject::invokeMethod(this, [this, failed] { Q_EMIT failureShown(m_steps->row(failed)); }, Qt::QueuedConnection);
    m_details = m_steps->text() + QStringLiteral("\n\n") + QString::fromStdString(end.error->describe());
    if (end.report) m_details += QStringLiteral("\n\n") + supportText(*end.report);
}

void EnclaveTestPanel::applyFix()
{
    switch (m_fix) {
    case Fix::kNone: return;
    case Fix::kUseUrl: Q_EMIT urlOffered(m_offeredUrl); return;
    case Fix::kChangeProtocol: Q_EMIT protocolRequested(); return;
    case Fix::kEditPolicy: Q_EMIT policyRequested(); return;
    }
}

} // namespace es::ui
