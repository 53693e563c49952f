#include "ui/services/SessionThread.h"

#include "driver/session/Session.h"
#include "ui/services/AttestationTest.h"
#include "ui/services/Errors.h"
#include "ui/services/KeyStores.h"
#include "ui/services/PasswordVault.h"
#include "ui/services/SessionReaper.h"
#include "ui/services/SessionSettings.h"
#include "ui/services/SharedAttestation.h"

#include <exception>

namespace es::ui {

namespace {

// The steps that a view shows are those of the session.
AttestationStep stepOf(session::ProgressStep step)
{
    using session::ProgressStep;
    switch (step) {
    case ProgressStep::kServerReached: return AttestationStep::kServerReached;
    case ProgressStep::kTlsTrusted: return AttestationStep::kTlsTrusted;
    case ProgressStep::kLoginAccepted: return AttestationStep::kLoginAccepted;
    case ProgressStep::kEnclaveSeen: return AttestationStep::kEnclaveType;
    case ProgressStep::kProtocolFits: return AttestationStep::kProtocolFits;
    case ProgressStep::kServiceAnswers: return AttestationStep::kServiceAnswers;
    case ProgressStep::kEvidenceValid: return AttestationStep::kEvidenceValid;
    case ProgressStep::kSessionOpened: break;
    }
    return AttestationStep::kSessionOpened;
}

SessionFacts factsOf(const session::SessionState& state, const ConnectionProfile& profile)
{
    SessionFacts facts;
    facts.serverText = profile.serverText();
    facts.serverName = QString::fromStdString(state.programName);
    facts.serverVersion = QString::fromStdString(state.serverVersion);
    facts.login = profile.user;
    facts.database = QString::fromStdString(state.database);
    facts.sessionId = state.spid;
    switch (state.encryptionState()) {
    case session::EncryptionState::kOff: facts.encryption = EncryptionIndicator::kOff; break;
    case session::EncryptionState::kOn: facts.encryption = EncryptionIndicator::kOn; break;
    case session::EncryptionState::kEnclaveSessionOpen: facts.encryption = EncryptionIndicator::kEnclaveSession; break;
    }
    facts.enclaveType = QString::fromStdString(state.enclaveType);
    facts.attestation = attestationChoiceName(profile.attestation);
    facts.attested = state.enclaveAttested;
    facts.attestationReport = state.attestation;
    facts.keysReleased = state.keysReleased;
    facts.roundTrips = state.counters.roundTrips;
    facts.bytesSent = state.counters.bytesSent;
    facts.bytesReceived = state.counters.bytesReceived;
    return facts;
}

base::Error internalError(const char* what)
{
    return base::makeError(kInternal, std::string("Something in this program failed that should not: ") + what, {},
        "Please report this with what you did before.");
}

} // namespace

SessionThread::SessionThread(SessionHost& host, std::shared_ptr<Postbox> postbox, std::shared_ptr<PasswordVault> vault)
    : m_host(&host)
    , m_postbox(std::move(postbox))
    , m_vault(std::move(vault))
{
}

SessionThread::~SessionThread() = default;

void SessionThread::start()
{
    SessionReaper::run([self = shared_from_this()] { self->run(); });
}

RequestId SessionThread::push(Work work)
{
    auto job = std::make_shared<Job>();
    job->id = nextRequestId();
    job->work = std::move(work);
    const std::lock_guard lock(m_mutex);
    m_waiting.push_back(job);
    m_wake.notify_one();
    return job->id;
}

void SessionThread::cancel()
{
    // Outside the lock: a stop callback may take a moment (it wakes the socket).
    std::vector<std::shared_ptr<Job>> jobs;
    {
        const std::lock_guard lock(m_mutex);
        if (m_running) jobs.push_back(m_running);
        jobs.insert(jobs.end(), m_waiting.begin(), m_waiting.end());
    }
    for (const auto& job : jobs) {
        if (!job->stop.request_stop()) job->abandon.request_stop();
    }
}

void SessionThread::letGo()
{
    std::shared_ptr<Job> running;
    {
        const std::lock_guard lock(m_mutex);
        m_ending = true;
        m_waiting.clear();
        running = m_running;
        m_wake.notify_one();
    }
    if (running) {
        running->stop.request_stop();
        running->abandon.request_stop();
    }
}

void SessionThread::run()
{
    m_keyStores = std::make_unique<KeyStores>(m_vault);
    while (const std::shared_ptr<Job> job = nextJob()) {
        perform(*job);
        jobDone();
    }
    closeSession();
    m_keyStores.reset();
}

std::shared_ptr<SessionThread::Job> SessionThread::nextJob()
{
    std::unique_lock lock(m_mutex);
    m_wake.wait(lock, [this] { return m_ending || !m_waiting.empty(); });
    if (m_ending) return nullptr;
    m_running = m_waiting.front();
    m_waiting.pop_front();
    return m_running;
}

void SessionThread::jobDone()
{
    {
        const std::lock_guard lock(m_mutex);
        m_running.reset();
    }
    const bool usable = m_session && m_session->state().usable;
    const bool lost = m_session && !usable;
    post([usable, lost](SessionHost& host) { host.jobEnded(usable, lost); });
}

void SessionThread::perform(Job& job)
{
    // Nothing of ours throws; what a library throws (out of memory) ends here, once, and is reported.
    try {
        if (const auto* connectWork = std::get_if<Connect>(&job.work))
            connect(job, *connectWork);
        else if (const auto* task = std::get_if<SessionTask>(&job.work))
            runTask(job, *task);
        else
            closeSession();
    } catch (const std::exception& problem) {
        post([id = job.id, error = internalError(problem.what())](SessionHost& host) { Q_EMIT host.taskRefused(id, error); });
    }
}

void SessionThread::connect(Job& job, const Connect& connect)
{
    closeSession();
    const auto fail
        = [&](const base::Error& error) { post([id = job.id, error](SessionHost& host) { Q_EMIT host.connectionFailed(id, error); }); };
    auto settings = sessionSettings(*connect.request);
    if (!settings) return fail(settings.error());
    auto session = session::Session::connect(std::move(*settings), servicesOfThread(), job.stop.get_token());
    if (!session) return fail(session.error());
    if (!*session) {
        post([id = job.id](SessionHost& host) { Q_EMIT host.connectionCancelled(id); });
        return;
    }
    m_session = std::move(*session);
    m_profile = connect.request->profile;
    const SessionFacts facts = factsOf(m_session->state(), m_profile);
    post([id = job.id, facts](SessionHost& host) {
        host.takeFacts(facts);
        host.m_usable = true;
        Q_EMIT host.connected(id, facts);
    });
}

session::Services SessionThread::servicesOfThread()
{
    session::Services services{m_keyStores->registry()};
    services.documents = &m_vault->attestation().documents;
    services.enclaveSessions = &m_vault->attestation().sessions;
    services.progress = [this](const session::Progress& progress) {
        post([step = stepOf(progress.step), fact = QString::fromStdString(progress.fact), elapsed = progress.elapsed.count()](
                 SessionHost& host) { Q_EMIT host.attestationProgress(step, fact, elapsed); });
    };
    return services;
}

void SessionThread::runTask(Job& job, const SessionTask& task)
{
    if (!m_session || !m_session->state().usable) {
        auto error
            = base::makeError(kNotConnected, m_session ? "The connection was lost." : "There is no connection.", "host", "Connect again.");
        error.consequence = base::Consequence::kSessionUnusable;
        post([id = job.id, error](SessionHost& host) { Q_EMIT host.taskRefused(id, error); });
        return;
    }
    takeKeyUse();
    TaskContext context{
        *m_session, *m_keyStores, job.stop.get_token(), job.abandon.get_token(), [this] { return factsOf(m_session->state(), m_profile); }};
    task(context);
    postFacts();
    post([id = job.id](SessionHost& host) { Q_EMIT host.taskEnded(id); });
}

// What somebody read of the catalog since the last task; what the session read itself meanwhile is not older than that.
void SessionThread::takeKeyUse()
{
    const session::SessionState& state = m_session->state();
    auto use = m_vault->attestation().keyUse.find(state.serverName, m_profile.user, state.database);
    if (use == m_keyUse) return;
    m_keyUse = use;
    m_session->setKeyUse(std::move(use));
}

void SessionThread::closeSession()
{
    if (m_session) m_session->close();
    m_session.reset();
    m_keyUse.reset();
}

void SessionThread::postFacts()
{
    post([facts = factsOf(m_session->state(), m_profile)](SessionHost& host) { host.takeFacts(facts); });
}

} // namespace es::ui
