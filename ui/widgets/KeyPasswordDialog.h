// Asks for the password of one key file, after a worker ended with "secret needed". Thread: GUI thread only.
#pragma once

#include "driver/base/SecureBytes.h"

#include <QDialog>

class QLabel;

namespace es::ui {

class SecretEdit;

class KeyPasswordDialog : public QDialog {
    Q_OBJECT
public:
    // `complaint` says why it is asked again; empty on the first time.
    KeyPasswordDialog(const QString& keyName, const QString& complaint, QWidget* parent = nullptr);
    [[nodiscard]] base::SecureBytes takePassword();

private:
    SecretEdit* m_password;
};

}  // namespace es::ui
