#include "ui/services/SandboxProcess.h"

#include <QCoreApplication>
#include <QDir>
#include <QTimer>

namespace es::ui {

namespace {

constexpr qsizetype kLastWordsBytes = 8192;
constexpr qsizetype kLongestLine = 1 << 16;

QString programOf(const SandboxSettings& settings)
{
    return settings.program.isEmpty() ? QCoreApplication::applicationDirPath() + QStringLiteral("/enclave-sandbox") : settings.program;
}

QStringList argumentsOf(const SandboxSettings& settings)
{
    QStringList arguments{QStringLiteral("--data"), settings.dataFolder, QStringLiteral("--listen"), settings.listen,
        QStringLiteral("--stop-with-parent"), QStringLiteral("0")};
    if (settings.sample) arguments << QStringLiteral("--sample");
    if (!settings.profile.isEmpty()) arguments << QStringLiteral("--profile") << settings.profile;
    if (!settings.attestation.isEmpty()) arguments << QStringLiteral("--attestation") << settings.attestation;
    for (const QString& fault : settings.faults)
        arguments << QStringLiteral("--fault") << fault;
    return arguments;
}

} // namespace

SandboxProcess::SandboxProcess(QObject* parent)
    : QObject(parent)
{
}

SandboxProcess::~SandboxProcess()
{
    if (!m_process || m_process->state() == QProcess::NotRunning) return;
    // QProcess's own destructor would kill the child and wait for it; it goes on its own once its input is closed.
    m_process->disconnect(this);
    m_process->setParent(nullptr);
    connect(m_process, &QProcess::finished, m_process, &QObject::deleteLater);
    m_process->closeWriteChannel();
    m_process->terminate();
}

void SandboxProcess::start(const SandboxSettings& settings)
{
    if (m_process && m_process->state() != QProcess::NotRunning) return;
    delete m_process;
    m_process = new QProcess(this);
    m_output.clear();
    m_errors.clear();
    m_ready = m_stopping = m_failed = false;

    connect(m_process, &QProcess::readyReadStandardOutput, this, &SandboxProcess::readOutput);
    connect(m_process, &QProcess::readyReadStandardError, this, &SandboxProcess::readErrors);
    connect(m_process, &QProcess::finished, this, &SandboxProcess::processFinished);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError problem) {
        if (problem == QProcess::FailedToStart)
            fail(kSandboxNotStarted, tr("The sandbox program could not be started (%1).").arg(m_process->errorString()),
                tr("Check that enclave-sandbox stands beside this program."));
    });
    QTimer::singleShot(settings.readyTimeoutMs, m_process, [this, seconds = settings.readyTimeoutMs / 1000] {
        if (m_ready || m_process->state() == QProcess::NotRunning) return;
        fail(kSandboxNotStarted, tr("The sandbox was not ready after %1 seconds.").arg(seconds),
            tr("Start it again; if it helps nothing, try another data folder."));
        m_process->terminate();
    });
    if (!QDir().mkpath(settings.dataFolder)) {
        fail(kSandboxNotStarted, tr("The folder %1 for the sandbox's data cannot be made.").arg(settings.dataFolder),
            tr("Choose another data folder."));
        return;
    }
    m_process->start(programOf(settings), argumentsOf(settings));
}

void SandboxProcess::stop()
{
    if (!m_process || m_process->state() == QProcess::NotRunning) return;
    m_stopping = true;
    m_process->terminate();
}

void SandboxProcess::readOutput()
{
    m_output += m_process->readAllStandardOutput();
    if (m_ready) {
        m_output.clear(); // only its first line means something
        return;
    }
    const auto end = m_output.indexOf('\n');
    if (end < 0 && m_output.size() < kLongestLine) return;
    auto info = SandboxInfo::parse(m_output.left(end));
    m_output.clear();
    if (!info) {
        fail(kSandboxNotStarted, QString::fromStdString(info.error().text), tr("Check that studio and sandbox are of the same version."));
        m_process->terminate();
        return;
    }
    m_info = std::move(*info);
    m_ready = true;
    Q_EMIT ready(m_info);
}

void SandboxProcess::readErrors()
{
    m_errors += m_process->readAllStandardError();
    m_errors = m_errors.right(kLastWordsBytes);
}

void SandboxProcess::processFinished(int exitCode)
{
    readErrors();
    const bool wasReady = std::exchange(m_ready, false);
    if (!m_stopping)
        fail(wasReady ? kSandboxEnded : kSandboxNotStarted,
            (wasReady ? tr("The sandbox ended by itself (status %1).") : tr("The sandbox did not start (status %1).")).arg(exitCode),
            tr("Start it again; what it said last may tell why."));
    Q_EMIT ended();
}

void SandboxProcess::fail(base::ErrorCode code, const QString& what, const QString& remedy)
{
    if (std::exchange(m_failed, true)) return;
    QString text = what;
    if (const QString lastWords = QString::fromUtf8(m_errors).trimmed(); !lastWords.isEmpty()) text += QLatin1Char('\n') + lastWords;
    Q_EMIT failed(base::makeError(code, text.toStdString(), "sandbox", remedy.toStdString()));
}

} // namespace es::ui
