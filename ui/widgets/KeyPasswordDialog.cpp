#include "ui/widgets/KeyPasswordDialog.h"

#include "ui/widgets/SecretEdit.h"
#include "ui/widgets/Theme.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>

namespace es::ui {

KeyPasswordDialog::KeyPasswordDialog(const QString& keyName, const QString& complaint, QWidget* parent)
    : QDialog(parent)
    , m_password(new SecretEdit(this))
{
    setObjectName(QStringLiteral("keyPasswordDialog"));
    setWindowTitle(tr("Password of a key file"));
    setWindowModality(Qt::WindowModal);
    auto* text = new QLabel(tr("The column master key %1 is a file that a password protects. It is needed to open the column "
                               "encryption keys of this query, and is kept in memory until the program ends.")
                                .arg(keyName),
                            this);
    text->setObjectName(QStringLiteral("keyPasswordTextLabel"));
    text->setWordWrap(true);
    text->setMinimumWidth(400);
    m_password->setObjectName(QStringLiteral("keyPasswordLineEdit"));
    auto* form = new QFormLayout;
    form->addRow(tr("&Password:"), m_password);
    auto* problem = new QLabel(complaint, this);
    problem->setObjectName(QStringLiteral("keyPasswordProblemLabel"));
    QPalette red = problem->palette();
    red.setColor(QPalette::WindowText, Theme::instance().colour("err"));
    problem->setPalette(red);
    problem->setWordWrap(true);
    problem->setVisible(!complaint.isEmpty());
    if (!complaint.isEmpty())
        m_password->setProperty("error", QStringLiteral("yes"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->setObjectName(QStringLiteral("keyPasswordButtonBox"));
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Use key"));
    for (QAbstractButton* button : buttons->buttons())
        button->setIcon({});
    buttons->button(QDialogButtonBox::Ok)->setProperty("kind", QStringLiteral("primary"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, 16);
    layout->setSpacing(14);
    layout->addWidget(text);
    layout->addLayout(form);
    layout->addWidget(problem);
    layout->addStretch(1);
    layout->addWidget(buttons);
    m_password->setFocus();
}

base::SecureBytes KeyPasswordDialog::takePassword()
{
    return m_password->takeSecret();
}

}  // namespace es::ui
