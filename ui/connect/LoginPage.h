// Page "Login": server, login, password. Thread: GUI thread only.
#pragma once

#include "driver/base/SecureBytes.h"
#include "ui/connect/FormPage.h"
#include "ui/services/ProfileStore.h"
#include "ui/services/SecretStore.h"

class QCheckBox;
class QComboBox;
class QLineEdit;

namespace es::ui {

class SecretEdit;

class LoginPage : public FormPage {
    Q_OBJECT
public:
    explicit LoginPage(QWidget* parent = nullptr);

    void setRecent(const QList<SavedConnection>& recent);
    void showProfile(const ConnectionProfile& profile);
    void collect(ConnectionProfile& profile) const; // host and port stay as they are when the text is no address
    [[nodiscard]] QString serverText() const;

    // Typed by the person in this dialog, and taken out of the field.
    [[nodiscard]] bool hasTypedPassword() const;
    [[nodiscard]] base::SecureBytes takePassword();
    void clearPassword();
    // A password is known that does not stand in the field.
    void setPasswordKept(bool kept);

    void setSecretService(SecretStore::Availability availability, const QString& absence);
    [[nodiscard]] bool remember() const;
    void setRemember(bool remember);

    [[nodiscard]] bool focusFirstEmpty(bool passwordKnown); // false: nothing is empty

Q_SIGNALS:
    void recentChosen(const QString& id);
    void addressEdited(); // server or login, by the person
    void passwordEdited();

private:
    QComboBox* m_server;
    QLineEdit* m_user;
    SecretEdit* m_password;
    QCheckBox* m_remember;
    QLabel* m_notSaved;
};

} // namespace es::ui
