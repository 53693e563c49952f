// Page "Connection Properties": database, time-out, how the server proves who it is, and where the server stands.
// Thread: GUI thread only.
#pragma once

#include "ui/connect/FormPage.h"
#include "ui/services/ConnectionProfile.h"

class QCheckBox;
class QComboBox;
class QLineEdit;
class QSpinBox;

namespace es::ui {

class PropertiesPage : public FormPage {
    Q_OBJECT
public:
    explicit PropertiesPage(QWidget* parent = nullptr);

    void showProfile(const ConnectionProfile& profile);
    void collect(ConnectionProfile& profile) const;
    void chooseCaFile(); // opens the file dialog

private:
    void update();

    QLineEdit* m_database;
    QSpinBox* m_timeout;
    QComboBox* m_encrypt;
    QCheckBox* m_trust;
    QLabel* m_trustWarning = nullptr;
    QLineEdit* m_hostName;
    QLineEdit* m_caFile;
    QLineEdit* m_name;
    QComboBox* m_environment;
    QLineEdit* m_word;
};

} // namespace es::ui
