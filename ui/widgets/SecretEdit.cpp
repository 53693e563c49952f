#include "ui/widgets/SecretEdit.h"

namespace es::ui {

SecretEdit::SecretEdit(QWidget* parent)
    : QLineEdit(parent)
{
    setEchoMode(QLineEdit::Password);
    setInputMethodHints(Qt::ImhHiddenText | Qt::ImhSensitiveData | Qt::ImhNoPredictiveText);
}

base::SecureBytes SecretEdit::takeSecret()
{
    QByteArray utf8 = text().toUtf8();
    base::SecureBytes secret(base::ByteView(reinterpret_cast<const base::Byte*>(utf8.constData()), static_cast<std::size_t>(utf8.size())));
    base::scrub(utf8.data(), static_cast<std::size_t>(utf8.size()));
    setText(QString());  // unlike clear(), also empties the undo history
    return secret;
}

}  // namespace es::ui
