// Asks for the password of a key file inside the dialog that needs it: a second dialog on top of the first would hide what it is about.
// Thread: GUI thread only.
#pragma once

#include "driver/base/SecureBytes.h"

#include <QFrame>

class QLabel;

namespace es::ui {

class SecretEdit;

class KeyPasswordStrip : public QFrame {
    Q_OBJECT
public:
    explicit KeyPasswordStrip(QWidget* parent = nullptr); // hidden
    // Shows itself and takes the keyboard. `complaint` says why it is asked again; empty on the first time.
    void ask(const QString& keyName, const QString& complaint);
    [[nodiscard]] base::SecureBytes takePassword();

Q_SIGNALS:
    // It has hidden itself: the password is to be taken, or there is none.
    void given();
    void declined();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void answer(bool given);

    QLabel* m_text;
    QLabel* m_problem;
    SecretEdit* m_password;
};

} // namespace es::ui
