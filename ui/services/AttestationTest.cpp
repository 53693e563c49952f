#include "ui/services/AttestationTest.h"

#include "driver/session/Errors.h"
#include "driver/session/Session.h"
#include "ui/services/Postbox.h"
#include "ui/services/SessionHost.h"

#include <algorithm>

namespace es::ui {

namespace {

using Outcome = AttestationTestEnd::Outcome;

// Errors of the way to the server that belong to a step of their own, whichever step was done last.
std::optional<AttestationStep> stepOfError(const base::Error& error)
{
    if (error.code.room == std::string_view("tls")) return AttestationStep::kTlsTrusted;
    if (error.code == session::kNoEnclave || error.code == session::kColumnEncryptionNotSupported) return AttestationStep::kEnclaveType;
    if (error.code == session::kEnclaveType || QByteArray::fromStdString(error.setting).startsWith("attestation"))
        return AttestationStep::kProtocolFits;
    return std::nullopt;
}

AttestationStep stepAfter(int done)
{
    return static_cast<AttestationStep>(std::min(done + 1, kAttestationStepCount - 1));
}

// In the session's thread, once connected: what attesting came to.
AttestationTestEnd attest(TaskContext& context)
{
    AttestationTestEnd end;
    const auto before = context.session.state().attestation;
    const auto outcome = context.session.attest(context.stop, context.abandon);
    if (context.session.state().attestation != before) end.report = context.session.state().attestation;
    if (!outcome) {
        end.error = outcome.error();
        const bool unreachable = end.report && end.report->judgement.verdict == attestation::Verdict::kUnreachable;
        const bool lost = end.error->consequence == base::Consequence::kSessionUnusable;
        end.outcome = unreachable ? Outcome::kUnreachable : lost ? Outcome::kNotConnected : Outcome::kRefused;
        end.failedStep = unreachable ? AttestationStep::kServiceAnswers : AttestationStep::kEvidenceValid;
        if (end.error->code == session::kNoEnclave) { // the connection does not ask for one
            end.outcome = Outcome::kNotConnected;
            end.failedStep = AttestationStep::kEnclaveType;
        }
    } else if (*outcome == session::Outcome::kCompleted && end.report) {
        const bool verified = end.report->judgement.verdict == attestation::Verdict::kVerified;
        end.outcome = verified ? Outcome::kVerified : Outcome::kNotAttested;
    }
    return end;
}

} // namespace

AttestationTest::AttestationTest(std::shared_ptr<PasswordVault> vault, QObject* parent)
    : QObject(parent)
    , m_vault(std::move(vault))
    , m_postbox(std::make_shared<Postbox>(this))
{
}

AttestationTest::~AttestationTest()
{
    m_postbox->close();
    delete m_host;
}

bool AttestationTest::isRunning() const
{
    return m_host != nullptr;
}

void AttestationTest::start(std::shared_ptr<const ConnectionRequest> request)
{
    if (isRunning()) return;
    m_lastDone = -1;
    auto* const host = new SessionHost(m_vault, this);
    m_host = host;
    connect(host, &SessionHost::attestationProgress, this, [this](AttestationStep step, const QString& fact, qint64 elapsedMs) {
        m_lastDone = static_cast<int>(step);
        Q_EMIT stepDone(step, fact, elapsedMs);
    });
    connect(host, &SessionHost::connectionFailed, this, [this](RequestId, const base::Error& error) {
        AttestationTestEnd end;
        end.outcome = Outcome::kNotConnected;
        end.error = error;
        end.failedStep = stepOfError(error).value_or(stepAfter(m_lastDone));
        finish(std::move(end));
    });
    connect(host, &SessionHost::connectionCancelled, this, [this] { finish({}); });
    connect(host, &SessionHost::taskRefused, this, [this](RequestId, const base::Error& error) {
        AttestationTestEnd end;
        end.outcome = Outcome::kNotConnected;
        end.error = error;
        end.failedStep = stepAfter(m_lastDone);
        finish(std::move(end));
    });
    connect(host, &SessionHost::connected, this, [this, host] {
        host->submit([this, host, postbox = m_postbox](TaskContext& context) {
            postbox->post([this, host, end = attest(context)] {
                if (m_host == host) finish(end); // else: cancelled meanwhile, and perhaps started anew
            });
        });
    });
    host->connectTo(std::move(request));
}

void AttestationTest::cancel()
{
    if (!isRunning()) return;
    letHostGo();
    m_postbox->post([this] {
        if (!isRunning()) Q_EMIT finished({});
    });
}

void AttestationTest::finish(AttestationTestEnd end)
{
    letHostGo();
    Q_EMIT finished(end);
}

// Never waits: the host's thread closes the connection on its own time. Later: this may be a slot of the host's.
void AttestationTest::letHostGo()
{
    if (m_host) {
        m_host->disconnect(this);
        m_host->deleteLater();
        m_host->cancel();
    }
    m_host.clear();
}

} // namespace es::ui
