// Page "Always Encrypted": column encryption, secure enclaves, attestation, policy, and the test of it all. Thread: GUI thread only.
#pragma once

#include "ui/connect/FormPage.h"
#include "ui/services/ConnectionProfile.h"

class QCheckBox;
class QComboBox;
class QLineEdit;

namespace es::ui {

class EnclaveTestPanel;
class PolicyChoice;

class EncryptionPage : public FormPage {
    Q_OBJECT
public:
    explicit EncryptionPage(QWidget* parent = nullptr);

    void showProfile(const ConnectionProfile& profile);
    void collect(ConnectionProfile& profile) const;
    void setColumnEncryption(bool on);
    void setEnclaves(bool on);
    void setUrl(const QString& url);
    [[nodiscard]] PolicyChoice& policy() const { return *m_policy; }
    [[nodiscard]] EnclaveTestPanel& test() const { return *m_test; }

private:
    void update();
    void changed();

    QCheckBox* m_encryption;
    QCheckBox* m_enclaves;
    QComboBox* m_protocol;
    QLabel* m_noneWarning = nullptr;
    QLineEdit* m_url;
    PolicyChoice* m_policy;
    EnclaveTestPanel* m_test;
};

} // namespace es::ui
