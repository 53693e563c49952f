#include "app/studio/Studio.h"

#include "app/studio/LogFile.h"
#include "ui/keys/NewEncryptionKeyDialog.h"
#include "ui/keys/NewMasterKeyDialog.h"
#include "ui/query/QueryWindow.h"
#include "ui/shell/Settings.h"
#include "ui/shell/StartPage.h"
#include "ui/widgets/ErrorWords.h"
#include "wizards/encrypt/EncryptWizard.h"

#include <QApplication>
#include <QMessageBox>

#include <algorithm>

namespace es::studio {

using ui::ConnectionProfile;
using ui::ConnectionRequest;

namespace {

constexpr int kSaveAfterMs = 800; // of quiet: a keystroke is no reason to write a file
constexpr int kRecentShown = 7;

// Harmless on any server: who and where, nothing of the data.
constexpr char kSandboxExample[] = "-- The sample database. F5 runs the selection, or everything.\n"
                                   "SELECT TOP (100) EmployeeID, SSN, FirstName, LastName, Salary\n"
                                   "FROM HR.Employees\n"
                                   "ORDER BY EmployeeID;\n";

std::shared_ptr<ConnectionRequest> copyOf(const ConnectionRequest& request)
{
    auto out = std::make_shared<ConnectionRequest>();
    out->profile = request.profile;
    out->password = request.password.clone();
    return out;
}

// What was chosen for the sandbox before, with the addresses of this start of it. A protocol is never exchanged for a weaker one: if this
// start does not serve it, connecting says so.
void takeChoices(ConnectionProfile& fresh, const ConnectionProfile& before)
{
    fresh.database = before.database;
    fresh.columnEncryption = before.columnEncryption;
    fresh.attestation = before.attestation;
    fresh.attestationPolicy = before.attestationPolicy;
    if (before.attestation == ui::AttestationChoice::kOff || before.attestation == ui::AttestationChoice::kNone) fresh.attestationUrl.clear();
}

} // namespace

Studio::Studio(QString sandboxData, ui::ThemeKind desktopLook, LogFile& log)
    : m_sandboxData(std::move(sandboxData))
    , m_log(log)
    , m_vault(std::make_shared<ui::PasswordVault>())
    , m_profiles(QString())
    , m_desktop(desktopLook)
    , m_explorer(nullptr)
    , m_window(m_vault, [this](QWidget* dock) { return m_explorer = new ui::ObjectExplorer(m_vault, dock); })
{
    m_saveSoon.setSingleShot(true);
    m_saveSoon.setInterval(kSaveAfterMs);
    connect(&m_saveSoon, &QTimer::timeout, this, &Studio::saveWorkspace);
    connect(&m_desktop, &ui::DesktopAppearance::changed, this, &Studio::applyTheme);
    connect(&ui::Settings::instance(), &ui::Settings::themeChanged, this, &Studio::applyTheme);
    connect(&m_profiles, &ui::ProfileStore::changed, this, &Studio::showRecent);
    wireWindow();
    wireExplorer();
    showRecent();
}

Studio::~Studio() = default;

void Studio::wireWindow()
{
    using ui::MainWindow;
    connect(&m_window, &MainWindow::sandboxRequested, this, [this] { openSandbox(); });
    connect(&m_window, &MainWindow::connectRequested, this, [this] { openConnectDialog({}, {}, std::nullopt, [this](auto request) { opened(request); }); });
    connect(&m_window.startPage(), &ui::StartPage::recentRequested, this, &Studio::connectRecent);
    connect(&m_window, &MainWindow::connectionSettingsRequested, this,
        [this](ui::QueryWindow* query, const std::optional<base::Error>& failure) {
            const auto then = [query = QPointer(query)](std::shared_ptr<const ConnectionRequest> request) {
                if (query) query->connectTo(std::move(request));
            };
            openConnectDialog(query->profile(), query->request() ? query->request()->password.clone() : base::SecureBytes(), failure, then);
        });
    connect(&m_window, &MainWindow::attestationSettingsRequested, this, [this](ui::QueryWindow* query) {
        const auto then = [query = QPointer(query)](std::shared_ptr<const ConnectionRequest> request) {
            if (query) query->connectTo(std::move(request));
        };
        openConnectDialog(query->profile(), query->request() ? query->request()->password.clone() : base::SecureBytes(), std::nullopt, then, true);
    });
    connect(&m_window, &MainWindow::reconnectRequested, this, &Studio::reconnect);
    connect(&m_window, &MainWindow::newMasterKeyRequested, this, [this] { newMasterKey(m_window.currentQuery()->request()); });
    connect(&m_window, &MainWindow::newEncryptionKeyRequested, this, [this] { newEncryptionKey(m_window.currentQuery()->request(), {}); });
    connect(&m_window, &MainWindow::wizardRequested, this, [this] { openWizard(m_window.currentQuery()->request(), {}, false); });
    connect(&m_window, &MainWindow::findInTreeRequested, m_explorer, &ui::ObjectExplorer::focusFilter);
    connect(&m_window, &MainWindow::workspaceChanged, this, [this] { m_saveSoon.start(); });
    connect(&m_window, &MainWindow::closing, this, &Studio::saveWorkspace);
}

void Studio::wireExplorer()
{
    using ui::ObjectExplorer;
    connect(m_explorer, &ObjectExplorer::connectRequested, &m_window, &ui::MainWindow::connectRequested);
    connect(m_explorer, &ObjectExplorer::newQueryRequested, this,
        [this](std::shared_ptr<const ConnectionRequest> request, const QString& text) { m_window.newQuery(std::move(request), text); });
    connect(m_explorer, &ObjectExplorer::newMasterKeyRequested, this, &Studio::newMasterKey);
    connect(m_explorer, &ObjectExplorer::newEncryptionKeyRequested, this, &Studio::newEncryptionKey);
    connect(m_explorer, &ObjectExplorer::encryptRequested, this, &Studio::openWizard);
}

void Studio::start(const QString& file)
{
    auto state = ui::loadWorkspace(ui::defaultWorkspaceFile());
    if (state)
        m_window.restore(*state);
    m_window.show();
    if (!state) showProblem(tr("The last session was not restored"), state.error());
    if (!file.isEmpty()) m_window.openFile(file);
    m_log.write(base::LogLevel::kInfo, "studio", "started, version " + QCoreApplication::applicationVersion().toStdString());
    if (!state) return;
    // Tabs of the sandbox come back with it. Others wait for a click: a password may be needed, and nobody asked for a connection yet.
    bool sandboxTab = false;
    for (ui::QueryWindow* query : m_window.queries())
        sandboxTab = sandboxTab || query->profile().ownSandbox;
    for (const ConnectionProfile& server : state->servers)
        sandboxTab = sandboxTab || server.ownSandbox;
    if (!sandboxTab) return;
    withSandbox(
        [this](const std::shared_ptr<const ConnectionRequest>& request) {
            m_explorer->addServer(request);
            for (ui::QueryWindow* query : m_window.queries())
                if (query->profile().ownSandbox && !query->request()) reconnect(query);
        },
        [this](const base::Error& error) { showProblem(tr("The sandbox is not running"), error); });
}

void Studio::applyTheme()
{
    ui::ThemeKind kind = m_desktop.kind();
    switch (ui::Settings::instance().theme()) {
    case ui::ThemeChoice::kDesktop: break;
    case ui::ThemeChoice::kLight: kind = ui::ThemeKind::kLight; break;
    case ui::ThemeChoice::kDark: kind = ui::ThemeKind::kDark; break;
    case ui::ThemeChoice::kHighContrast: kind = ui::ThemeKind::kHighContrast; break;
    }
    if (kind != ui::Theme::instance().kind()) ui::Theme::instance().apply(*qApp, kind);
}

void Studio::withSandbox(const WithRequest& then, const std::function<void(const base::Error&)>& otherwise)
{
    if (m_sandboxRequest) return then(m_sandboxRequest);
    m_waiting.emplace_back(then, otherwise);
    if (m_waiting.size() > 1) return; // on its way already
    m_window.startPage().setSandboxStarting(true);
    m_window.setServerStatus(tr("Sandbox starting…"));
    m_sandbox = std::make_unique<ui::SandboxProcess>();
    connect(m_sandbox.get(), &ui::SandboxProcess::ready, this, &Studio::sandboxReady);
    connect(m_sandbox.get(), &ui::SandboxProcess::failed, this, &Studio::sandboxFailed);
    connect(m_sandbox.get(), &ui::SandboxProcess::ended, this, &Studio::sandboxEnded);
    ui::SandboxSettings settings;
    settings.dataFolder = m_sandboxData;
    m_sandbox->start(settings);
}

void Studio::sandboxReady(const ui::SandboxInfo& info)
{
    auto password = ui::readPasswordFile(info.passwordFile);
    if (!password) return sandboxFailed(password.error());
    auto request = std::make_shared<ConnectionRequest>();
    request->profile = info.profile();
    request->profile.name = tr("Sandbox");
    request->profile.environment = ui::Environment::kSandbox;
    request->profile.ownSandbox = true;
    request->profile.columnEncryption = true;
    request->password = std::move(password).value();
    m_sandboxRequest = std::move(request);
    m_window.startPage().setSandboxStarting(false);
    m_window.setServerStatus(tr("Sandbox running at %1").arg(info.server));
    m_log.write(base::LogLevel::kInfo, "studio", "sandbox ready at " + info.server.toStdString());
    // Where the tree showed it before, it shows it again.
    const auto servers = m_explorer->servers();
    if (std::any_of(servers.begin(), servers.end(), [](const auto& server) { return server->profile.ownSandbox; }))
        m_explorer->addServer(m_sandboxRequest);
    for (const auto& waiting : std::exchange(m_waiting, {}))
        waiting.first(m_sandboxRequest);
}

void Studio::sandboxFailed(const base::Error& error)
{
    logError("sandbox", error);
    m_sandboxRequest.reset();
    m_window.startPage().setSandboxStarting(false);
    m_window.setServerStatus(tr("Sandbox stopped"));
    for (const auto& waiting : std::exchange(m_waiting, {}))
        waiting.second(error);
}

void Studio::sandboxEnded()
{
    m_sandboxRequest.reset();
    m_window.setServerStatus(tr("Sandbox stopped"));
}

void Studio::openSandbox(const std::optional<ConnectionProfile>& asBefore)
{
    withSandbox(
        [this, asBefore](const std::shared_ptr<const ConnectionRequest>& request) {
            ConnectionProfile profile = request->profile;
            if (asBefore) takeChoices(profile, *asBefore);
            openConnectDialog(profile, request->password, std::nullopt, [this](auto chosen) { opened(chosen); });
        },
        [this](const base::Error& error) { showProblem(tr("The sandbox is not running"), error); });
}

void Studio::openConnectDialog(
    const ConnectionProfile& profile, const base::SecureBytes& password, const std::optional<base::Error>& failure, const WithRequest& then,
    bool atAttestation)
{
    if (QApplication::activeModalWidget()) return; // dialogs do not stack
    auto* dialog = new ui::ConnectDialog(m_profiles, m_secrets, m_vault, &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->prefill(profile, password);
    if (failure) dialog->showFailure(*failure);
    if (atAttestation) dialog->showAttestation();
    connect(dialog, &QDialog::accepted, this, [dialog, then] { then(dialog->request()); });
    dialog->open();
}

void Studio::opened(std::shared_ptr<const ConnectionRequest> request)
{
    m_log.write(base::LogLevel::kInfo, "studio", "connected to " + request->profile.serverText().toStdString());
    m_explorer->addServer(request);
    m_window.newQuery(request, request->profile.ownSandbox ? QString::fromLatin1(kSandboxExample) : QString());
}

void Studio::connectRecent(const QString& id)
{
    const auto found = m_profiles.find(id);
    if (!found) return;
    if (found->profile.ownSandbox) return openSandbox(found->profile);
    openConnectDialog(found->profile, {}, std::nullopt, [this](auto request) { opened(request); });
}

void Studio::reconnect(ui::QueryWindow* query)
{
    const ConnectionProfile& profile = query->profile();
    if (!profile.ownSandbox) {
        if (!query->request()) openConnectDialog(profile, {}, std::nullopt, [query = QPointer(query)](auto request) {
            if (query) query->connectTo(std::move(request));
        });
        return;
    }
    // Another start of the sandbox, another port: what the tab chose stays.
    withSandbox(
        [query = QPointer(query)](const std::shared_ptr<const ConnectionRequest>& fresh) {
            if (!query) return;
            auto request = copyOf(*fresh);
            takeChoices(request->profile, query->profile());
            query->connectTo(std::move(request));
        },
        [query = QPointer(query)](const base::Error& error) {
            if (query) query->showProblem(error, tr("The sandbox is not running"), {ui::Fix::kReconnect, tr("Start again")});
        });
}

void Studio::newMasterKey(std::shared_ptr<const ConnectionRequest> request)
{
    if (!request || QApplication::activeModalWidget()) return;
    auto* dialog = new ui::NewMasterKeyDialog(request, m_vault, &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ui::NewMasterKeyDialog::created, this, [this, request](const QString& name) {
        m_explorer->refreshDatabase(request->profile.serverText(), request->profile.database);
        m_window.showStatus(tr("Column master key %1 was created").arg(name));
    });
    connect(dialog, &ui::NewMasterKeyDialog::scriptRequested, this, [this, request](const QString& text) { m_window.newQuery(request, text); });
    dialog->open();
}

void Studio::newEncryptionKey(std::shared_ptr<const ConnectionRequest> request, const QString& masterKey)
{
    if (!request || QApplication::activeModalWidget()) return;
    auto* dialog = new ui::NewEncryptionKeyDialog(request, m_vault, masterKey, &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ui::NewEncryptionKeyDialog::created, this, [this, request](const QString& name) {
        m_explorer->refreshDatabase(request->profile.serverText(), request->profile.database);
        m_window.showStatus(tr("Column encryption key %1 was created").arg(name));
    });
    connect(dialog, &ui::NewEncryptionKeyDialog::scriptRequested, this, [this, request](const QString& text) { m_window.newQuery(request, text); });
    dialog->open();
}

void Studio::openWizard(std::shared_ptr<const ConnectionRequest> request, const QStringList& columns, bool decrypt)
{
    if (!request || QApplication::activeModalWidget()) return;
    auto* wizard = new wizards::EncryptWizard(request, m_vault, columns, decrypt, &m_window);
    wizard->setAttribute(Qt::WA_DeleteOnClose);
    connect(wizard, &wizards::EncryptWizard::columnsChanged, this,
        [this, request] { m_explorer->refreshDatabase(request->profile.serverText(), request->profile.database); });
    connect(wizard, &wizards::EncryptWizard::queryRequested, this, [this, request](const QString& text) { m_window.newQuery(request, text); });
    wizard->open();
}

void Studio::showProblem(const QString& title, const base::Error& error)
{
    logError("problem", error);
    if (QApplication::activeModalWidget()) return m_window.showStatus(title);
    const ui::ErrorWords words = ui::wordsFor(error);
    auto* box = new QMessageBox(QMessageBox::NoIcon, title, words.title, QMessageBox::Close, &m_window);
    box->setObjectName(QStringLiteral("problemMessageBox"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(words.text);
    box->open();
}

void Studio::showRecent()
{
    QList<ui::RecentConnection> recent;
    for (const ui::SavedConnection& saved : m_profiles.recent())
        if (recent.size() < kRecentShown) recent.append({saved.id, saved.profile, saved.lastUsed});
    m_window.startPage().setRecent(recent);
}

void Studio::saveWorkspace()
{
    ui::WorkspaceState state = m_window.workspace();
    for (const auto& server : m_explorer->servers())
        state.servers.append(server->profile);
    if (const auto saved = ui::saveWorkspace(ui::defaultWorkspaceFile(), state); !saved) {
        logError("workspace", saved.error());
        m_window.showStatus(QString::fromStdString(saved.error().text));
    }
}

void Studio::logError(const char* what, const base::Error& error)
{
    // Code and number say which; the words may quote a server or a path and stay on the screen.
    std::string line = std::string(what) + ": " + std::string(error.code.room) + '.' + std::string(error.code.name);
    if (error.server) line += " " + std::to_string(error.server->number);
    m_log.write(base::LogLevel::kError, "studio", line);
}

} // namespace es::studio
