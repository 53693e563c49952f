#include "ui/connect/ConnectDialog.h"

#include "ui/connect/ConnectHead.h"
#include "ui/connect/ConnectRules.h"
#include "ui/connect/EnclaveTestPanel.h"
#include "ui/connect/EncryptionPage.h"
#include "ui/connect/LoginPage.h"
#include "ui/connect/PolicyChoice.h"
#include "ui/connect/PropertiesPage.h"
#include "ui/connect/StringPage.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/ErrorWords.h"
#include "ui/widgets/Help.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QTabBar>
#include <QTabWidget>

namespace es::ui {

ConnectDialog::ConnectDialog(ProfileStore& profiles, SecretStore& secrets, std::shared_ptr<PasswordVault> vault, QWidget* parent)
    : QDialog(parent)
    , m_profiles(profiles)
    , m_secrets(secrets)
    , m_attempt(vault)
    , m_test(std::move(vault))
    , m_head(new ConnectHead(this))
    , m_tabs(new QTabWidget(this))
    , m_login(new LoginPage)
    , m_properties(new PropertiesPage)
    , m_encryption(new EncryptionPage)
    , m_string(new StringPage)
    , m_banner(new Banner(this))
{
    setObjectName(QStringLiteral("connectDialog"));
    setWindowTitle(tr("Connect to Server"));
    setWindowModality(Qt::WindowModal);
    buildPages();
    buildFoot();
    wire();
    setTabChain();
    restoreSize();
    installHelp(this, QStringLiteral("connect"));
    reloadProfiles();
    m_login->setSecretService(m_secrets.availability(), m_secrets.absence());
    showProfile(ConnectionProfile());
    if (m_profiles.problem()) {
        const ErrorWords words = wordsFor(*m_profiles.problem());
        m_banner->showMessage(Banner::Kind::kWarning, words.title, words.text);
    }
}

ConnectDialog::~ConnectDialog()
{
    // A field that loses the keyboard by this still says that it was edited.
    for (FormPage* page : {static_cast<FormPage*>(m_login), static_cast<FormPage*>(m_properties), static_cast<FormPage*>(m_encryption)})
        page->disconnect(this);
}

void ConnectDialog::wire()
{
    connect(m_head, &ConnectHead::profileChosen, this, &ConnectDialog::load);
    connect(m_head, &ConnectHead::deleteRequested, this, &ConnectDialog::deleteProfile);
    connect(m_login, &LoginPage::recentChosen, this, &ConnectDialog::load);
    connect(m_login, &LoginPage::addressEdited, this, [this] {
        m_secretRead = RequestId::kNone;
        if (m_kept == Kept::kGiven) keepPassword({}, Kept::kNone);
    });
    connect(m_login, &LoginPage::passwordEdited, this, [this] {
        m_secretRead = RequestId::kNone;
        keepPassword({}, Kept::kNone);
    });
    for (FormPage* page : {static_cast<FormPage*>(m_login), static_cast<FormPage*>(m_properties), static_cast<FormPage*>(m_encryption)})
        connect(page, &FormPage::edited, this, &ConnectDialog::fieldsEdited);
    connect(m_string, &StringPage::stringRead, this, &ConnectDialog::useString);
    connect(m_banner, &Banner::fixRequested, this, &ConnectDialog::applyFix);
    connect(m_banner, &Banner::secondRequested, this, [this] { QGuiApplication::clipboard()->setText(m_failure); });

    EnclaveTestPanel& test = m_encryption->test();
    connect(&test, &EnclaveTestPanel::testRequested, this, &ConnectDialog::testEnclave);
    connect(&test, &EnclaveTestPanel::cancelRequested, &m_test, &AttestationTest::cancel);
    connect(&test, &EnclaveTestPanel::urlOffered, this, [this](const QString& url) {
        m_encryption->setUrl(url);
        testEnclave();
    });
    connect(&test, &EnclaveTestPanel::protocolRequested, this, [this] { goTo(ConnectField::kProtocol); });
    connect(&test, &EnclaveTestPanel::policyRequested, this, [this] { m_encryption->policy().editPolicy(); });

    connect(&m_attempt, &ConnectAttempt::succeeded, this, &ConnectDialog::connected);
    connect(&m_attempt, &ConnectAttempt::failed, this, &ConnectDialog::showFailure);
    connect(&m_attempt, &ConnectAttempt::takesTime, this, [this](int seconds) {
        const QString server = m_request->profile.serverText();
        showProgress(seconds == 0 ? tr("Connecting to %1…").arg(server) : tr("Connecting to %1… %2 s").arg(server).arg(seconds));
    });

    connect(&m_profiles, &ProfileStore::changed, this, &ConnectDialog::reloadProfiles);
    connect(&m_secrets, &SecretStore::availabilityChanged, this, [this] {
        m_login->setSecretService(m_secrets.availability(), m_secrets.absence());
        askForSecret();
    });
    connect(&m_secrets, &SecretStore::found, this, [this](RequestId id, const std::shared_ptr<const base::SecureBytes>& password) {
        if (id != m_secretRead || id == RequestId::kNone) return;
        m_secretRead = RequestId::kNone;
        if (!password) return;
        const bool waiting = m_state == State::kEditing && m_login->isAncestorOf(focusWidget());
        keepPassword(password->clone(), Kept::kGiven);
        if (waiting) focusWhatIsNeeded();
    });
    connect(&m_secrets, &SecretStore::written, this, [this](RequestId id) {
        if (id == m_secretWrite && id != RequestId::kNone) passwordSaved(true);
    });
    connect(&m_secrets, &SecretStore::failed, this, [this](RequestId id, const base::Error& error) {
        if (id == RequestId::kNone) return;
        if (id == m_secretWrite) passwordNotSaved(error);
        if (id == m_secretRead) m_secretRead = RequestId::kNone;
    });
}

ConnectionProfile ConnectDialog::collected() const
{
    ConnectionProfile profile;
    m_login->collect(profile);
    m_properties->collect(profile);
    m_encryption->collect(profile);
    // Still the program's own sandbox, unless another server was typed over it.
    profile.ownSandbox = m_shown.ownSandbox && profile.serverText() == m_shown.serverText();
    return profile;
}

void ConnectDialog::showProfile(const ConnectionProfile& profile)
{
    m_shown = profile;
    m_showing = true;
    m_login->showProfile(profile);
    m_properties->showProfile(profile);
    m_encryption->showProfile(profile);
    m_showing = false;
    m_checking = false;
    for (FormPage* page : {static_cast<FormPage*>(m_login), static_cast<FormPage*>(m_properties), static_cast<FormPage*>(m_encryption)})
        page->clearProblems();
    fieldsEdited();
}

void ConnectDialog::fieldsEdited()
{
    if (m_showing) return;
    const ConnectionProfile profile = collected();
    m_head->showProfile(profile);
    m_string->showProfile(profile);
    for (FormPage* page : {static_cast<FormPage*>(m_login), static_cast<FormPage*>(m_properties), static_cast<FormPage*>(m_encryption)})
        page->clearProblems();
    const QList<FieldProblem> problems = m_checking ? problemsOf(profile, m_login->serverText()) : encryptionProblemsOf(profile);
    // What is not available here is said at once: it was not chosen in this dialog.
    for (const FieldProblem& problem : problems)
        mark(problem.field, problem.text);
}

void ConnectDialog::load(const QString& id)
{
    const std::optional<SavedConnection> connection = m_profiles.find(id);
    m_filled = true;
    m_banner->hide();
    m_secretRead = RequestId::kNone;
    m_login->clearPassword();
    keepPassword({}, Kept::kNone);
    m_current = connection ? id : QString();
    m_login->setRemember(connection && connection->passwordSaved);
    showProfile(connection ? connection->profile : ConnectionProfile());
    m_head->setProfiles(m_profiles.saved(), m_current);
    askForSecret();
}

void ConnectDialog::prefill(const ConnectionProfile& profile, const base::SecureBytes& password)
{
    m_filled = true;
    const std::optional<SavedConnection> known = m_profiles.match(profile);
    m_current = known ? known->id : QString();
    m_login->clearPassword();
    m_login->setRemember(known && known->passwordSaved);
    showProfile(profile);
    m_head->setProfiles(m_profiles.saved(), m_current);
    keepPassword(password.clone(), password.empty() ? Kept::kNone : Kept::kGiven);
    if (password.empty()) askForSecret();
    if (isVisible()) focusWhatIsNeeded();
}

void ConnectDialog::useString(ParsedConnectionString& parsed)
{
    // A connection string knows neither the profile's own words nor a CA file.
    const ConnectionProfile before = collected();
    ConnectionProfile profile = parsed.profile;
    profile.name = before.name;
    profile.environment = before.environment;
    profile.environmentName = before.environmentName;
    profile.caFile = before.caFile;
    m_secretRead = RequestId::kNone;
    m_login->clearPassword();
    keepPassword(std::move(parsed.password), parsed.hasPassword ? Kept::kTyped : Kept::kNone);
    showProfile(profile);
}

void ConnectDialog::keepPassword(base::SecureBytes password, Kept kept)
{
    m_password = std::move(password);
    m_kept = kept;
    m_login->setPasswordKept(kept != Kept::kNone);
}

bool ConnectDialog::passwordKnown() const
{
    return m_kept != Kept::kNone || m_login->hasTypedPassword();
}

void ConnectDialog::askForSecret()
{
    const std::optional<SavedConnection> connection = m_profiles.find(m_current);
    if (!connection || !connection->passwordSaved || passwordKnown() || m_secretRead != RequestId::kNone) return;
    // Still looking: it is asked again when the look has ended.
    if (m_secrets.availability() != SecretStore::Availability::kThere) return;
    const ConnectionProfile now = collected();
    if (now.serverText() == connection->profile.serverText() && now.user == connection->profile.user)
        m_secretRead = m_secrets.read(m_current);
}

void ConnectDialog::focusWhatIsNeeded()
{
    m_tabs->setCurrentWidget(m_login);
    if (!m_login->focusFirstEmpty(passwordKnown())) m_connect->setFocus(Qt::OtherFocusReason);
}

void ConnectDialog::showAttestation()
{
    m_atAttestation = true;
    goTo(ConnectField::kProtocol);
}

FormPage* ConnectDialog::pageOf(ConnectField field) const
{
    for (FormPage* page : {static_cast<FormPage*>(m_login), static_cast<FormPage*>(m_properties), static_cast<FormPage*>(m_encryption)})
        if (page->has(field)) return page;
    return nullptr;
}

void ConnectDialog::mark(ConnectField field, const QString& text)
{
    if (FormPage* page = pageOf(field)) page->setProblem(field, text);
}

void ConnectDialog::goTo(ConnectField field)
{
    FormPage* page = pageOf(field);
    if (page == nullptr) return;
    m_tabs->setCurrentWidget(page);
    page->focusField(field);
}

bool ConnectDialog::markProblems()
{
    m_checking = true;
    fieldsEdited();
    const QList<FieldProblem> problems = problemsOf(collected(), m_login->serverText());
    if (problems.isEmpty()) return false;
    goTo(problems.first().field);
    return true;
}

void ConnectDialog::reloadProfiles()
{
    m_head->setProfiles(m_profiles.saved(), m_current);
    m_login->setRecent(m_profiles.recent());
}

void ConnectDialog::saveProfile()
{
    const ConnectionProfile profile = collected();
    m_checking = false;
    fieldsEdited();
    if (profile.name.isEmpty()) {
        mark(ConnectField::kProfileName, tr("Give the profile a name to save it under."));
        goTo(ConnectField::kProfileName);
        return;
    }
    if (!ConnectionProfile().setServerText(m_login->serverText())) {
        markProblems();
        return;
    }
    SavedConnection connection;
    for (const SavedConnection& saved : m_profiles.saved())
        if (saved.profile.name.compare(profile.name, Qt::CaseInsensitive) == 0) connection = saved;
    if (connection.id.isEmpty()) {
        // What was only used lately becomes this profile instead of standing beside it.
        if (const auto used = m_profiles.match(profile); used && !used->saved) connection = *used;
    }
    // A saved password belongs to one server and login.
    const ConnectionProfile& old = connection.profile;
    if (connection.passwordSaved && (old.serverText() != profile.serverText() || old.user != profile.user)) {
        m_secrets.remove(connection.id);
        connection.passwordSaved = false;
    }
    connection.profile = profile;
    connection.saved = true;
    m_current = m_profiles.save(connection);
    reloadProfiles();
    m_fix = ConnectFailure::Fix::kNone;
    m_deleted.reset();
    if (m_profiles.problem()) {
        const ErrorWords words = wordsFor(*m_profiles.problem());
        m_banner->showMessage(Banner::Kind::kWarning, words.title, words.text);
    } else {
        m_banner->showMessage(
            Banner::Kind::kInformation, tr("The profile %1 is saved").arg(profile.name), tr("The password is no part of it."));
    }
}

void ConnectDialog::deleteProfile()
{
    m_deleted = m_profiles.find(m_current);
    if (!m_deleted) return;
    if (m_deleted->passwordSaved) m_secrets.remove(m_current);
    m_deleted->passwordSaved = false;
    const QString id = std::exchange(m_current, QString());
    m_profiles.remove(id);
    m_fix = ConnectFailure::Fix::kNone;
    m_banner->showMessage(Banner::Kind::kInformation, tr("The profile %1 is deleted").arg(m_deleted->profile.name),
        tr("Its settings still stand in the fields; a saved password is gone."), tr("Undo"));
}

} // namespace es::ui
