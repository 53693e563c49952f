// "New Column Master Key": a key file, new or there already, and its metadata in the database. Thread: GUI thread only.
#pragma once

#include "ui/keys/KeyDialog.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;
class QRadioButton;

namespace es::ui {

class SecretEdit;

class NewMasterKeyDialog : public KeyDialog {
    Q_OBJECT
public:
    NewMasterKeyDialog(std::shared_ptr<const ConnectionRequest> request, std::shared_ptr<PasswordVault> vault, QWidget* parent = nullptr);

protected:
    void snapshotArrived() override;
    void enclaveArrived(const catalog::EnclaveStatus& enclave) override;
    void keyFilesArrived(const QStringList& names) override;
    RequestId submit(bool scriptOnly) override;
    bool markError(const base::Error& error) override;
    void passwordNeeded(const QString& keyFile, const QString& complaint) override;

private:
    void buildFields();
    void showMode();

    QLineEdit* m_name;
    QLabel* m_nameNote;
    QComboBox* m_store;
    QRadioButton* m_generate;
    QRadioButton* m_existing;
    QLineEdit* m_file;
    QLabel* m_fileNote;
    QComboBox* m_files;
    QComboBox* m_bits;
    SecretEdit* m_password;
    SecretEdit* m_repeat;
    QLabel* m_passwordNote;
    QCheckBox* m_enclave;
    QLabel* m_enclaveNote;
    QFormLayout* m_form;
    bool m_fileTouched = false; // the person chose a name; before that it follows the key's
};

} // namespace es::ui
