#include "ui/widgets/KeyPasswordStrip.h"

#include "ui/widgets/SecretEdit.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

namespace es::ui {

KeyPasswordStrip::KeyPasswordStrip(QWidget* parent)
    : QFrame(parent)
    , m_text(new QLabel(this))
    , m_problem(new QLabel(this))
    , m_password(new SecretEdit(this))
{
    setObjectName(QStringLiteral("keyPasswordStrip"));
    setProperty("banner", QStringLiteral("information"));
    m_text->setObjectName(QStringLiteral("keyPasswordTextLabel"));
    m_text->setWordWrap(true);
    m_problem->setObjectName(QStringLiteral("keyPasswordProblemLabel"));
    m_problem->setProperty("tone", QStringLiteral("err"));
    m_problem->setWordWrap(true);
    m_password->setObjectName(QStringLiteral("keyPasswordLineEdit"));
    m_password->setAccessibleName(tr("Password of the key file"));
    auto* use = new QPushButton(tr("&Use key"), this);
    use->setObjectName(QStringLiteral("useKeyPushButton"));
    use->setProperty("kind", QStringLiteral("fix"));
    use->setAutoDefault(false);
    auto* decline = new QPushButton(tr("&Not now"), this);
    decline->setObjectName(QStringLiteral("declineKeyPushButton"));
    decline->setProperty("kind", QStringLiteral("small"));
    decline->setAutoDefault(false);
    auto* row = new QHBoxLayout;
    row->addWidget(m_password, 1);
    row->addWidget(use);
    row->addWidget(decline);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(6);
    layout->addWidget(m_text);
    layout->addWidget(m_problem);
    layout->addLayout(row);
    connect(use, &QPushButton::clicked, this, [this] { answer(true); });
    connect(decline, &QPushButton::clicked, this, [this] { answer(false); });
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    hide();
}

void KeyPasswordStrip::ask(const QString& keyName, const QString& complaint)
{
    m_text->setText(tr("The column master key %1 is a file that a password protects. It stays in memory until the program ends.").arg(keyName));
    m_problem->setText(complaint);
    m_problem->setVisible(!complaint.isEmpty());
    m_password->clear();
    m_password->setProperty("error", complaint.isEmpty() ? QString() : QStringLiteral("yes"));
    m_password->style()->unpolish(m_password);
    m_password->style()->polish(m_password);
    setAccessibleName(complaint.isEmpty() ? m_text->text() : complaint);
    show();
    m_password->setFocus();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

base::SecureBytes KeyPasswordStrip::takePassword()
{
    return m_password->takeSecret();
}

// Enter and Escape mean this question, not the dialog around it.
void KeyPasswordStrip::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        answer(true);
    else if (event->key() == Qt::Key_Escape)
        answer(false);
    else
        QFrame::keyPressEvent(event);
}

void KeyPasswordStrip::answer(bool wasGiven)
{
    if (wasGiven && m_password->text().isEmpty()) return m_password->setFocus();
    hide();
    if (wasGiven) {
        Q_EMIT given();
    } else {
        static_cast<void>(m_password->takeSecret());
        Q_EMIT declined();
    }
}

} // namespace es::ui
