#include "app/studio/Studio.h"

#include "ui/query/QueryWindow.h"
#include "ui/services/PasswordVault.h"

#include <QFile>

namespace es::studio {

namespace {

constexpr char kExample[] =
    "-- The sandbox's sample database. F5 runs the selection, or everything.\n"
    "SELECT TOP (100) EmployeeID, SSN, FirstName, LastName, Salary\n"
    "FROM HR.Employees\n"
    "ORDER BY EmployeeID;\n";

}  // namespace

Studio::Studio(QString sandboxData)
    : m_sandboxData(std::move(sandboxData))
    , m_vault(std::make_shared<ui::PasswordVault>())
    , m_window(m_vault)
{
    connect(&m_window, &ui::MainWindow::reconnectRequested, this, [this] {
        if (!m_sandbox || !m_sandbox->isReady())
            startSandbox();
    });
}

void Studio::start(const QString& file)
{
    m_window.query().setText(QString::fromLatin1(kExample));
    if (!file.isEmpty()) {
        QFile text(file);
        if (text.open(QIODevice::ReadOnly)) {
            m_window.query().setText(QString::fromUtf8(text.readAll()));
        } else {
            m_window.query().showProblem(base::makeError({"studio", "FileUnreadable"}, text.errorString().toStdString(), "file",
                                                         "Check the path and its permissions."),
                                         tr("%1 was not opened").arg(file));
        }
    }
    m_window.show();
    startSandbox();
}

void Studio::startSandbox()
{
    m_sandbox = std::make_unique<ui::SandboxProcess>();
    connect(m_sandbox.get(), &ui::SandboxProcess::ready, this, &Studio::sandboxReady);
    connect(m_sandbox.get(), &ui::SandboxProcess::failed, this, &Studio::sandboxFailed);
    ui::SandboxSettings settings;
    settings.dataFolder = m_sandboxData;
    m_sandbox->start(settings);
}

void Studio::sandboxReady(const ui::SandboxInfo& info)
{
    auto request = std::make_shared<ui::ConnectionRequest>();
    request->profile = info.profile();
    request->profile.attestation = ui::AttestationChoice::kOff;  // the window begins with Always Encrypted off; the trust bar turns it on
    auto password = ui::readPasswordFile(info.passwordFile);
    if (!password) {
        sandboxFailed(password.error());
        return;
    }
    request->password = std::move(password).value();
    m_window.openConnection(std::move(request));
}

void Studio::sandboxFailed(const base::Error& error)
{
    m_window.query().showProblem(error, tr("The sandbox is not running"));
}

}  // namespace es::studio
