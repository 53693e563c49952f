// The dialog while a login is tried: progress, cancel, success, failure and its way out.
#include "ui/connect/ConnectDialog.h"

#include "ui/connect/ConnectHead.h"
#include "ui/connect/EnclaveTestPanel.h"
#include "ui/connect/EncryptionPage.h"
#include "ui/connect/LoginPage.h"
#include "ui/connect/PropertiesPage.h"
#include "ui/widgets/Banner.h"

#include <QAccessible>
#include <QLabel>
#include <QPushButton>
#include <QTabWidget>
#include <QTimer>

#include <utility>

namespace es::ui {

namespace {

constexpr int kQuietMs = 500;

} // namespace

void ConnectDialog::accept()
{
    switch (m_state) {
    case State::kEditing: connectNow(); break;
    case State::kPasswordNotSaved: QDialog::accept(); break;
    case State::kConnecting:
    case State::kSavingPassword: break;
    }
}

void ConnectDialog::reject()
{
    switch (m_state) {
    case State::kEditing:
        if (m_test.isRunning())
            m_test.cancel(); // Esc ends what runs, not the dialog around it
        else
            QDialog::reject();
        break;
    case State::kConnecting:
        m_attempt.cancel();
        m_request.reset();
        setState(State::kEditing);
        m_connect->setFocus(Qt::OtherFocusReason);
        break;
    // The login has succeeded; only the secret service is not waited for any longer.
    case State::kSavingPassword:
    case State::kPasswordNotSaved: QDialog::accept(); break;
    }
}

void ConnectDialog::setState(State state)
{
    m_state = state;
    const bool editing = state == State::kEditing;
    m_tabs->setEnabled(editing);
    m_head->setChoosable(editing);
    m_save->setEnabled(editing);
    m_connect->setEnabled(editing || state == State::kPasswordNotSaved);
    m_connect->setText(state == State::kPasswordNotSaved ? tr("&Continue") : tr("&Connect"));
    m_connect->setAccessibleName(state == State::kPasswordNotSaved ? tr("Continue") : tr("Connect"));
    m_progress->hide();
    if (state == State::kConnecting || state == State::kSavingPassword) m_cancel->setFocus(Qt::OtherFocusReason);
}

void ConnectDialog::showProgress(const QString& text)
{
    m_progressText->setText(text);
    if (m_progress->isVisible()) return;
    m_progress->show();
    QAccessibleEvent alert(m_progress, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void ConnectDialog::connectNow()
{
    m_banner->hide();
    m_deleted.reset();
    m_fix = ConnectFailure::Fix::kNone;
    if (markProblems()) return;
    m_test.cancel();
    m_request = requestFromFields();
    setState(State::kConnecting);
    m_attempt.start(m_request);
}

std::shared_ptr<ConnectionRequest> ConnectDialog::requestFromFields()
{
    if (m_login->hasTypedPassword()) keepPassword(m_login->takePassword(), Kept::kTyped);
    m_secretRead = RequestId::kNone;
    auto request = std::make_shared<ConnectionRequest>();
    request->profile = collected();
    request->password = m_password.clone();
    return request;
}

// Beside the dialog's own business: Connect stays as it is, whatever comes out.
void ConnectDialog::testEnclave()
{
    if (m_state != State::kEditing || m_test.isRunning() || markProblems()) return;
    m_encryption->test().start(m_test, requestFromFields());
    m_encryption->ensureWidgetVisible(&m_encryption->test());
}

void ConnectDialog::connected()
{
    m_result = std::exchange(m_request, nullptr);
    const ConnectionProfile& profile = m_result->profile;
    m_profiles.used(profile);
    std::optional<SavedConnection> entry = m_profiles.match(profile);
    if (!entry || m_secrets.availability() != SecretStore::Availability::kThere) {
        QDialog::accept();
        return;
    }
    m_current = entry->id;
    if (m_login->remember()) {
        setState(State::kSavingPassword);
        m_secretWrite = m_secrets.write(entry->id, m_result->password);
        QTimer::singleShot(kQuietMs, this, [this] {
            if (m_state == State::kSavingPassword) showProgress(tr("Connected. Handing the password to the secret service…"));
        });
        return;
    }
    if (entry->passwordSaved) {
        m_secrets.remove(entry->id);
        passwordSaved(false);
        return;
    }
    QDialog::accept();
}

void ConnectDialog::passwordSaved(bool saved)
{
    m_secretWrite = RequestId::kNone;
    if (std::optional<SavedConnection> entry = m_profiles.find(m_current)) {
        entry->passwordSaved = saved;
        m_profiles.save(*entry);
    }
    if (isVisible()) QDialog::accept();
}

void ConnectDialog::passwordNotSaved(const base::Error& error)
{
    m_secretWrite = RequestId::kNone;
    setState(State::kPasswordNotSaved);
    m_fix = ConnectFailure::Fix::kNone;
    m_banner->showMessage(Banner::Kind::kWarning, tr("Connected, but the password was not saved"),
        QString::fromStdString(error.text) + QLatin1Char(' ') + tr("It will be asked for again next time."));
    m_connect->setFocus(Qt::OtherFocusReason);
}

void ConnectDialog::showFailure(const base::Error& error)
{
    const ConnectionProfile profile = collected();
    const ConnectFailure failure = explainFailure(error, profile);
    m_request.reset();
    setState(State::kEditing);
    // A refused password is of no use for the next try, nor is one that the secret service gave.
    if (failure.field == ConnectField::kPassword) {
        m_login->clearPassword();
        keepPassword({}, Kept::kNone);
    }
    for (FormPage* page : {static_cast<FormPage*>(m_login), static_cast<FormPage*>(m_properties), static_cast<FormPage*>(m_encryption)})
        page->clearProblems();
    mark(failure.field, failure.note);
    goTo(failure.field);
    m_fix = failure.fix;
    m_failure = QString::fromStdString(error.describe());
    m_banner->showMessage(Banner::Kind::kError, failure.title, failure.text, failure.fixText, tr("Copy details"));
}

void ConnectDialog::applyFix()
{
    const ConnectFailure::Fix fix = std::exchange(m_fix, ConnectFailure::Fix::kNone);
    ConnectionProfile profile = collected();
    m_banner->hide();
    switch (fix) {
    case ConnectFailure::Fix::kNone:
        if (m_deleted) {
            m_current = m_profiles.save(*m_deleted);
            m_deleted.reset();
            reloadProfiles();
        }
        return;
    case ConnectFailure::Fix::kEnterHostName: goTo(ConnectField::kHostName); return;
    case ConnectFailure::Fix::kChooseCaFile: m_properties->chooseCaFile(); return;
    case ConnectFailure::Fix::kDefaultDatabase: profile.database.clear(); break;
    case ConnectFailure::Fix::kLongerTimeout: profile.connectTimeoutMs = longerTimeoutMs(profile.connectTimeoutMs); break;
    case ConnectFailure::Fix::kWithoutEnclaves: m_encryption->setEnclaves(false); break;
    case ConnectFailure::Fix::kWithoutEncryption: m_encryption->setColumnEncryption(false); break;
    }
    if (fix == ConnectFailure::Fix::kDefaultDatabase || fix == ConnectFailure::Fix::kLongerTimeout) m_properties->showProfile(profile);
    connectNow();
}

} // namespace es::ui
