// Sends the enclave-enabled keys of a database to the server's enclave, after saying which they are. Thread: GUI thread only; it never
// waits. Open it with open().
#pragma once

#include "ui/services/EnclaveService.h"

#include <QDialog>

class QLabel;
class QPushButton;

namespace es::ui {

class Banner;
class KeyPasswordStrip;
class PasswordVault;

// What the catalog says about one key.
struct EnclaveKey {
    QString name;
    QString masterKey; // "CMK_HR, keys/contoso-hr.p12"
};

class SendKeysDialog : public QDialog {
    Q_OBJECT
public:
    SendKeysDialog(std::shared_ptr<const ConnectionRequest> request, std::shared_ptr<PasswordVault> vault, const QList<EnclaveKey>& keys,
        QWidget* parent = nullptr);
    void reject() override; // also while it runs: the session is let go

private:
    void send();
    void failed(const base::Error& error);
    void setBusy(const QString& words);

    std::shared_ptr<const ConnectionRequest> m_request;
    std::shared_ptr<PasswordVault> m_vault;
    SessionHost m_host;
    EnclaveService m_enclave;
    int m_count;
    QString m_keyFile; // whose password was asked last
    QLabel* m_state;
    Banner* m_banner;
    KeyPasswordStrip* m_password;
    QPushButton* m_send;
    QPushButton* m_close;
};

} // namespace es::ui
