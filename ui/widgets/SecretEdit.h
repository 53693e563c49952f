// A password field that hands its text over once, as bytes that are wiped, and forgets it, undo history included.
// The way from the keyboard through Qt's own strings is best effort: those cannot be wiped.
// Thread: GUI thread only.
#pragma once

#include "driver/base/SecureBytes.h"

#include <QLineEdit>

namespace es::ui {

class SecretEdit : public QLineEdit {
    Q_OBJECT
public:
    explicit SecretEdit(QWidget* parent = nullptr);
    [[nodiscard]] base::SecureBytes takeSecret();  // UTF-8
};

}  // namespace es::ui
