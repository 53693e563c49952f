// Page "Always Encrypted": column encryption, secure enclaves, attestation. Thread: GUI thread only.
#pragma once

#include "ui/connect/FormPage.h"
#include "ui/services/ConnectionProfile.h"

class QCheckBox;
class QComboBox;
class QLineEdit;

namespace es::ui {

class EncryptionPage : public FormPage {
    Q_OBJECT
public:
    explicit EncryptionPage(QWidget* parent = nullptr);

    void showProfile(const ConnectionProfile& profile);
    void collect(ConnectionProfile& profile) const;
    void setColumnEncryption(bool on);
    void setEnclaves(bool on);

private:
    void update();

    QCheckBox* m_encryption;
    QCheckBox* m_enclaves;
    QComboBox* m_protocol;
    QLabel* m_noneWarning = nullptr;
    QLineEdit* m_url;
    AttestationChoice m_asked = AttestationChoice::kOff; // a protocol that is not offered, while nothing else was chosen
};

} // namespace es::ui
