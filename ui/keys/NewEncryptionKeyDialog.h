// "New Column Encryption Key": 32 random bytes, wrapped by a column master key, and the metadata. Thread: GUI thread only.
#pragma once

#include "ui/keys/KeyDialog.h"

class QComboBox;
class QLineEdit;

namespace es::ui {

class SecretEdit;

class NewEncryptionKeyDialog : public KeyDialog {
    Q_OBJECT
public:
    // `masterKey` is chosen at first where it exists.
    NewEncryptionKeyDialog(std::shared_ptr<const ConnectionRequest> request, std::shared_ptr<PasswordVault> vault, const QString& masterKey,
        QWidget* parent = nullptr);

protected:
    void snapshotArrived() override;
    RequestId submit(bool scriptOnly) override;
    bool markError(const base::Error& error) override;
    void passwordNeeded(const QString& keyFile, const QString& complaint) override;

private:
    [[nodiscard]] const catalog::ColumnMasterKey* chosen() const;
    void showMaster();
    void showPassword(bool visible);

    const QString m_wanted;
    QLineEdit* m_name;
    QLabel* m_nameNote;
    QComboBox* m_master;
    QLabel* m_masterNote;
    QLabel* m_passwordLabel;
    SecretEdit* m_password;
    QLabel* m_passwordNote;
    QLabel* m_enclaveNote;
};

} // namespace es::ui
