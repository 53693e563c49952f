#include "ui/connect/LoginPage.h"

#include "ui/widgets/SecretEdit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHash>
#include <QLabel>
#include <QLineEdit>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace es::ui {

namespace {

QString shownServer(const ConnectionProfile& profile)
{
    return profile.port == ConnectionProfile().port ? profile.host : profile.serverText();
}

} // namespace

LoginPage::LoginPage(QWidget* parent)
    : FormPage("loginPage", parent)
    , m_server(new QComboBox(this))
    , m_user(new QLineEdit(this))
    , m_password(new SecretEdit(this))
    , m_remember(new QCheckBox(tr("Re&member password"), this))
{
    m_server->setObjectName(QStringLiteral("serverComboBox"));
    m_server->setEditable(true);
    m_server->setInsertPolicy(QComboBox::NoInsert);
    m_server->setCompleter(nullptr); // it would choose a saved server while another one is typed
    m_server->setItemDelegate(new QStyledItemDelegate(m_server)); // one that heeds the style sheet
    m_server->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_server->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_server->setMinimumContentsLength(20);
    m_server->lineEdit()->setObjectName(QStringLiteral("serverLineEdit"));
    m_server->lineEdit()->setAccessibleName(tr("Server name"));
    m_server->lineEdit()->setPlaceholderText(tr("host, host,port or host\\instance"));
    m_user->setObjectName(QStringLiteral("loginLineEdit"));
    m_password->setObjectName(QStringLiteral("passwordLineEdit"));
    m_remember->setObjectName(QStringLiteral("rememberPasswordCheckBox"));
    auto* authentication = new QComboBox(this);
    authentication->setObjectName(QStringLiteral("authenticationComboBox"));
    authentication->addItem(tr("SQL Server Authentication"));

    addRow(tr("&Server name:"), m_server, ConnectField::kServer);
    addRow(tr("&Authentication:"), authentication);
    addRow(tr("&Login:"), m_user, ConnectField::kUser);
    addRow(tr("&Password:"), m_password, ConnectField::kPassword);
    auto* line = new QWidget(this);
    auto* lineLayout = new QVBoxLayout(line);
    lineLayout->setContentsMargins(0, 0, 0, 0);
    m_notSaved = new QLabel(line);
    m_notSaved->setObjectName(QStringLiteral("passwordNotSavedLabel"));
    m_notSaved->setProperty("role", QStringLiteral("small"));
    m_notSaved->setWordWrap(true);
    lineLayout->addWidget(m_remember);
    lineLayout->addWidget(m_notSaved);
    addUnder(line);
    addStop(m_remember);
    endRows();

    connect(m_server, &QComboBox::editTextChanged, this, &FormPage::edited);
    connect(m_server->lineEdit(), &QLineEdit::textEdited, this, &LoginPage::addressEdited);
    connect(m_server, &QComboBox::activated, this, [this](int index) {
        if (const QString id = m_server->itemData(index).toString(); !id.isEmpty()) Q_EMIT recentChosen(id);
    });
    connect(m_user, &QLineEdit::textChanged, this, &FormPage::edited);
    connect(m_user, &QLineEdit::textEdited, this, &LoginPage::addressEdited);
    connect(m_password, &QLineEdit::textEdited, this, &LoginPage::passwordEdited);
    connect(m_password, &QLineEdit::textChanged, this, &FormPage::edited);
    setSecretService(SecretStore::Availability::kLooking, {});
}

void LoginPage::setRecent(const QList<SavedConnection>& recent)
{
    constexpr int kShown = 20;
    const QString text = m_server->currentText();
    const QSignalBlocker quiet(m_server);
    m_server->clear();
    QHash<QString, int> timesUsed;
    for (const SavedConnection& connection : recent)
        ++timesUsed[shownServer(connection.profile)];
    for (const SavedConnection& connection : recent) {
        // The same server for several logins or databases: each can be chosen, and says what it is.
        const ConnectionProfile& profile = connection.profile;
        QString label = shownServer(profile);
        if (timesUsed.value(label) > 1)
            label = profile.database.isEmpty() ? tr("%1 (%2)").arg(label, profile.user)
                                               : tr("%1 (%2, %3)").arg(label, profile.user, profile.database);
        m_server->addItem(label, connection.id);
        if (m_server->count() == kShown) break;
    }
    m_server->setCurrentIndex(-1);
    m_server->setEditText(text);
}

void LoginPage::showProfile(const ConnectionProfile& profile)
{
    m_server->setCurrentIndex(-1);
    m_server->setEditText(profile.host.isEmpty() ? QString() : shownServer(profile));
    m_user->setText(profile.user);
}

void LoginPage::collect(ConnectionProfile& profile) const
{
    if (!profile.setServerText(serverText())) profile.host = serverText().trimmed();
    profile.user = m_user->text().trimmed();
}

QString LoginPage::serverText() const
{
    return m_server->currentText();
}

bool LoginPage::hasTypedPassword() const
{
    return !m_password->text().isEmpty();
}

base::SecureBytes LoginPage::takePassword()
{
    return m_password->takeSecret();
}

void LoginPage::clearPassword()
{
    m_password->setText(QString());
}

void LoginPage::setPasswordKept(bool kept)
{
    m_password->setPlaceholderText(kept ? QStringLiteral("••••••••") : QString());
    m_password->setToolTip(kept ? tr("The password is known; type to replace it") : QString());
}

void LoginPage::setSecretService(SecretStore::Availability availability, const QString& absence)
{
    m_remember->setVisible(availability == SecretStore::Availability::kThere);
    m_notSaved->setVisible(availability == SecretStore::Availability::kAbsent);
    m_notSaved->setText(tr("The password is not saved: %1.").arg(absence));
}

bool LoginPage::remember() const
{
    return !m_remember->isHidden() && m_remember->isChecked();
}

void LoginPage::setRemember(bool remember)
{
    m_remember->setChecked(remember);
}

bool LoginPage::focusFirstEmpty(bool passwordKnown)
{
    QWidget* const first = serverText().trimmed().isEmpty() ? static_cast<QWidget*>(m_server)
        : m_user->text().trimmed().isEmpty()                ? m_user
        : !passwordKnown                                    ? m_password
                                                            : nullptr;
    if (first == nullptr) return false;
    first->setFocus(Qt::OtherFocusReason);
    return true;
}

} // namespace es::ui
