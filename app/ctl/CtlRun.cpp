#include "app/ctl/CtlRun.h"

#include "app/ctl/PolicyFile.h"
#include "driver/transport/Errors.h"
#include "ui/services/AttestationTest.h"
#include "ui/services/PasswordVault.h"
#include "ui/services/SandboxInfo.h"

#include <QMetaObject>

namespace es::ctl {

namespace {

const char* stepName(ui::AttestationStep step)
{
    switch (step) {
    case ui::AttestationStep::kServerReached: return "Server reached";
    case ui::AttestationStep::kTlsTrusted: return "Certificate";
    case ui::AttestationStep::kLoginAccepted: return "Logged in";
    case ui::AttestationStep::kEnclaveType: return "Enclave";
    case ui::AttestationStep::kProtocolFits: return "Protocol fits";
    case ui::AttestationStep::kServiceAnswers: return "Service answers";
    case ui::AttestationStep::kEvidenceValid: return "Evidence valid";
    case ui::AttestationStep::kSessionOpened: break;
    }
    return "Session opened";
}

} // namespace

CtlRun::CtlRun(CommandLine line, Terminal& terminal)
    : m_line(std::move(line))
    , m_terminal(terminal)
    , m_vault(std::make_shared<ui::PasswordVault>())
    , m_host(m_vault)
{
    connect(&m_host, &ui::SessionHost::connected, this, &CtlRun::runCommand);
    connect(&m_host, &ui::SessionHost::connectionFailed, this, [this](ui::RequestId, const base::Error& error) {
        base::Error shown = error;
        // Before anything ran, a lost connection is one that never stood.
        if (statusOf(error) == ExitStatus::kSessionLost) shown.code = transport::kUnreachable;
        m_terminal.error(error, exitStatusOf(m_line, shown));
        end(exitStatusOf(m_line, shown));
    });
    connect(&m_host, &ui::SessionHost::connectionCancelled, this, [this] { end(static_cast<int>(ExitStatus::kCancelled)); });
    if (m_line.command == Command::kAttest)
        connect(&m_host, &ui::SessionHost::attestationProgress, this,
            [this](ui::AttestationStep step, const QString& fact, qint64 elapsedMs) {
                m_terminal.note(QStringLiteral("%1%2 (%3 ms)").arg(QLatin1String(stepName(step)), -17).arg(fact).arg(elapsedMs));
            });
}

CtlRun::~CtlRun() = default;

void CtlRun::start()
{
    const auto fail = [this](const base::Error& error) {
        m_terminal.error(error, exitStatusOf(m_line, error));
        end(exitStatusOf(m_line, error));
    };
    if (m_line.isOffline()) return end(runOffline(m_line, m_terminal));
    if (const auto remembered = rememberKeyPassword(); !remembered) return fail(remembered.error());
    const auto request = connectionRequest();
    if (!request) return fail(request.error());
    m_host.connectTo(*request);
}

void CtlRun::cancel()
{
    m_host.cancel();
}

base::Result<void> CtlRun::rememberKeyPassword()
{
    const QString path = m_line.keyPasswordFile.isEmpty() ? qEnvironmentVariable("ES_KEY_PASSWORD_FILE") : m_line.keyPasswordFile;
    if (path.isEmpty()) return {};
    auto password = ui::readPasswordFile(path);
    if (!password) {
        base::Error error = password.error();
        error.code = kNoKeyPassword;
        error.setting = "key-password-file";
        return error;
    }
    m_vault->rememberForAll(std::move(*password));
    return {};
}

base::Result<std::shared_ptr<const ui::ConnectionRequest>> CtlRun::connectionRequest() const
{
    auto request = std::make_shared<ui::ConnectionRequest>();
    ui::ConnectionProfile& profile = request->profile;
    QString passwordFile = m_line.passwordFile;
    if (!m_line.sandboxFile.isEmpty()) {
        ES_TRY(const ui::SandboxInfo info, ui::SandboxInfo::readFile(m_line.sandboxFile));
        profile = info.profile();
        ES_CHECK(takeAttestation(profile));
        passwordFile = info.passwordFile;
    } else {
        profile.setServerText(m_line.server);
        profile.user = m_line.user;
        profile.attestation = m_line.attestation;
        profile.attestationUrl = m_line.attestationUrl;
    }
    if (!m_line.database.isEmpty()) profile.database = m_line.database;
    if (!m_line.caFile.isEmpty()) profile.caFile = m_line.caFile;
    profile.applicationName = QStringLiteral("enclavectl");
    profile.hostNameInCertificate = m_line.hostNameInCertificate;
    profile.strictEncryption = m_line.strictEncryption;
    profile.trustServerCertificate = m_line.trustServerCertificate;
    profile.columnEncryption = m_line.columnEncryption;
    if (!m_line.policyFile.isEmpty()) {
        ES_TRY(profile.attestationPolicy, readPolicyFile(m_line.policyFile));
    }
    profile.connectTimeoutMs = m_line.connectTimeoutMs;
    ES_TRY(request->password, ui::readPasswordFile(passwordFile));
    return std::shared_ptr<const ui::ConnectionRequest>(std::move(request));
}

// `profile` says what the sandbox said; so it stays, or becomes what the command line says.
base::Result<void> CtlRun::takeAttestation(ui::ConnectionProfile& profile) const
{
    if (m_line.attestationOfSandbox) {
        if (profile.attestation != ui::AttestationChoice::kOff) return {};
        return base::makeError(kBadUsage, "The sandbox's file names no attestation protocol.", "attestation", "Name it: --attestation none|hgs|aas.");
    }
    profile.attestation = m_line.attestation;
    profile.attestationUrl = m_line.attestationUrl;
    return {};
}

void CtlRun::runCommand()
{
    switch (m_line.command) {
    case Command::kAttest: m_command = makeAttestCommand(m_line, m_terminal, m_host); break;
    case Command::kEncrypt:
    case Command::kDecrypt: m_command = makeColumnsCommand(m_line, m_terminal, m_host); break;
    case Command::kNewMasterKey:
    case Command::kNewEncryptionKey:
    case Command::kListKeys: m_command = makeKeyCommand(m_line, m_terminal, m_host); break;
    default: m_command = makeQueryCommand(m_line, m_terminal, m_host); break;
    }
    connect(m_command.get(), &CtlCommand::finished, this, &CtlRun::end);
    m_command->start();
}

void CtlRun::end(int exitStatus)
{
    // Queued: the program's loop may not have begun, and the sender is still at work.
    if (!std::exchange(m_ended, true))
        QMetaObject::invokeMethod(
            this, [this, exitStatus] { Q_EMIT finished(exitStatus); }, Qt::QueuedConnection);
}

} // namespace es::ctl
