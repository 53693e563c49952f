// "Connect to Server": asks for a connection, tries the login, and is accepted only when the server let it in.
// Thread: GUI thread only. Open it with open(); it is window-modal.
#pragma once

#include "ui/connect/ConnectAttempt.h"
#include "ui/connect/ConnectFailure.h"
#include "ui/services/AttestationTest.h"
#include "ui/services/ProfileStore.h"
#include "ui/services/SecretStore.h"

#include <QDialog>

class QLabel;
class QPushButton;
class QTabWidget;

namespace es::ui {

class Banner;
class ConnectHead;
class EncryptionPage;
class FormPage;
class LoginPage;
class PropertiesPage;
class StringPage;
struct ParsedConnectionString;

class ConnectDialog : public QDialog {
    Q_OBJECT
public:
    // Stores and vault live longer than the dialog.
    ConnectDialog(ProfileStore& profiles, SecretStore& secrets, std::shared_ptr<PasswordVault> vault, QWidget* parent = nullptr);
    ~ConnectDialog() override;

    // Without it, the connection used last is shown. An empty password: the one of the secret service, if it has one.
    void prefill(const ConnectionProfile& profile, const base::SecureBytes& password);
    // A login that failed elsewhere with what prefill() was given.
    void showFailure(const base::Error& error);
    // Opens at the page where protocol and policy are.
    void showAttestation();
    // After accepted(); before that nothing.
    [[nodiscard]] std::shared_ptr<const ConnectionRequest> request() const { return m_result; }

    void accept() override; // Enter: tries to connect
    void reject() override; // Esc, Cancel: ends the try, else the dialog
    void done(int result) override; // remembers the size

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    enum class State : quint8 { kEditing, kConnecting, kSavingPassword, kPasswordNotSaved };
    // Where a password comes from that does not stand in the field; a given one belongs to its server and login.
    enum class Kept : quint8 { kNone, kTyped, kGiven };

    void buildPages();
    void buildFoot();
    void wire();
    void restoreSize();
    void setTabChain();
    void setState(State state);

    [[nodiscard]] ConnectionProfile collected() const;
    void showProfile(const ConnectionProfile& profile);
    void load(const QString& id); // empty: a new connection
    void fieldsEdited();
    void useString(ParsedConnectionString& parsed);
    void focusWhatIsNeeded();

    void keepPassword(base::SecureBytes password, Kept kept);
    void askForSecret();
    [[nodiscard]] bool passwordKnown() const;

    bool markProblems(); // false: nothing to mark
    void mark(ConnectField field, const QString& text);
    void goTo(ConnectField field);
    [[nodiscard]] FormPage* pageOf(ConnectField field) const;

    void connectNow();
    void testEnclave();
    [[nodiscard]] std::shared_ptr<ConnectionRequest> requestFromFields();
    void connected();
    void showProgress(const QString& text);
    void passwordSaved(bool saved);
    void passwordNotSaved(const base::Error& error);
    void applyFix();

    void reloadProfiles();
    void saveProfile();
    void deleteProfile();

    ProfileStore& m_profiles;
    SecretStore& m_secrets;
    ConnectAttempt m_attempt;
    AttestationTest m_test;
    std::shared_ptr<ConnectionRequest> m_request; // being tried
    std::shared_ptr<const ConnectionRequest> m_result;

    State m_state = State::kEditing;
    bool m_filled = false;
    bool m_atAttestation = false;
    bool m_checking = false; // after the first Connect, rules are shown while typing
    bool m_showing = false; // fields are being filled by the program
    QString m_current; // id of the loaded connection
    ConnectionProfile m_shown; // what the fields were filled with last
    base::SecureBytes m_password;
    Kept m_kept = Kept::kNone;
    RequestId m_secretRead = RequestId::kNone;
    RequestId m_secretWrite = RequestId::kNone;
    ConnectFailure::Fix m_fix = ConnectFailure::Fix::kNone;
    QString m_failure; // of the last attempt, for the clipboard
    std::optional<SavedConnection> m_deleted; // can be brought back

    ConnectHead* m_head;
    QTabWidget* m_tabs;
    LoginPage* m_login;
    PropertiesPage* m_properties;
    EncryptionPage* m_encryption;
    StringPage* m_string;
    Banner* m_banner;
    QWidget* m_message = nullptr; // holds the banner
    QWidget* m_progress = nullptr;
    QLabel* m_progressText = nullptr;
    QPushButton* m_help = nullptr;
    QPushButton* m_save = nullptr;
    QPushButton* m_connect = nullptr;
    QPushButton* m_cancel = nullptr;
};

} // namespace es::ui
