#include "ui/connect/PropertiesPage.h"

#include "ui/services/EnvironmentWords.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

namespace es::ui {

namespace {

constexpr int kLongestTimeoutSeconds = 3600;
constexpr int kMsPerSecond = 1000;
constexpr int kCheckTextIndent = 26; // where a check box's words begin

} // namespace

PropertiesPage::PropertiesPage(QWidget* parent)
    : FormPage("propertiesPage", parent)
    , m_database(new QLineEdit(this))
    , m_timeout(new QSpinBox(this))
    , m_encrypt(new QComboBox(this))
    , m_trust(new QCheckBox(tr("&Trust server certificate"), this))
    , m_hostName(new QLineEdit(this))
    , m_caFile(new QLineEdit(this))
    , m_name(new QLineEdit(this))
    , m_environment(new QComboBox(this))
    , m_word(new QLineEdit(this))
{
    m_database->setObjectName(QStringLiteral("databaseLineEdit"));
    m_database->setPlaceholderText(tr("the login's default database"));
    m_timeout->setObjectName(QStringLiteral("timeoutSpinBox"));
    m_timeout->setRange(1, kLongestTimeoutSeconds);
    m_timeout->setSuffix(tr(" s"));
    m_timeout->setMaximumWidth(120);
    m_encrypt->setObjectName(QStringLiteral("encryptComboBox"));
    m_encrypt->addItem(tr("Mandatory"), false);
    m_encrypt->addItem(tr("Strict (TDS 8.0)"), true);
    m_trust->setObjectName(QStringLiteral("trustCertificateCheckBox"));
    m_hostName->setObjectName(QStringLiteral("hostNameLineEdit"));
    m_hostName->setPlaceholderText(tr("the server's name"));
    m_caFile->setObjectName(QStringLiteral("caFileLineEdit"));
    m_caFile->setPlaceholderText(tr("this computer's trusted issuers"));
    m_name->setObjectName(QStringLiteral("profileNameLineEdit"));
    m_name->setPlaceholderText(tr("under which it can be saved"));
    m_environment->setObjectName(QStringLiteral("environmentComboBox"));
    m_word->setObjectName(QStringLiteral("environmentWordLineEdit"));
    for (const Environment environment :
        {Environment::kNone, Environment::kSandbox, Environment::kDevelopment, Environment::kTest, Environment::kProduction})
        m_environment->addItem(environmentName(environment), static_cast<int>(environment));
    auto* browse = new QPushButton(tr("&Browse…"), this);
    browse->setObjectName(QStringLiteral("browseCaFilePushButton"));
    browse->setAccessibleName(tr("Browse for the CA file"));

    addRow(tr("&Database:"), m_database, ConnectField::kDatabase);
    addRow(tr("Connect time&out:"), m_timeout, ConnectField::kTimeout);
    addHeading(tr("Encryption of the connection"));
    addHint("encryptHintLabel", tr("The connection is always encrypted (TLS); this cannot be turned off."), false);
    addRow(tr("Encr&ypt:"), m_encrypt);
    addWide(m_trust, ConnectField::kTrust);
    m_trustWarning = addHint("trustWarningLabel",
        tr("Nobody checks who answers: whoever sits between you and the server can read along, the password too."), false,
        kCheckTextIndent);
    m_trustWarning->setProperty("tone", QStringLiteral("warn"));
    addRow(tr("Host name in certi&ficate:"), m_hostName, ConnectField::kHostName);
    addRow(tr("CA f&ile:"), m_caFile, ConnectField::kCaFile, browse);
    addHeading(tr("Profile"));
    addRow(tr("Profile &name:"), m_name, ConnectField::kProfileName);
    addRow(tr("&Environment:"), m_environment);
    addRow(tr("&Word on tabs:"), m_word);
    endRows();

    for (QLineEdit* edit : {m_database, m_hostName, m_caFile, m_name, m_word})
        connect(edit, &QLineEdit::textChanged, this, &FormPage::edited);
    connect(m_timeout, &QSpinBox::valueChanged, this, &FormPage::edited);
    connect(m_encrypt, &QComboBox::currentIndexChanged, this, &PropertiesPage::update);
    connect(m_trust, &QCheckBox::toggled, this, &PropertiesPage::update);
    connect(m_environment, &QComboBox::currentIndexChanged, this, &PropertiesPage::update);
    connect(browse, &QPushButton::clicked, this, &PropertiesPage::chooseCaFile);
    showProfile(ConnectionProfile());
}

void PropertiesPage::update()
{
    const auto environment = static_cast<Environment>(m_environment->currentData().toInt());
    const bool strict = m_encrypt->currentData().toBool();
    m_trust->setEnabled(!strict || m_trust->isChecked());  // never a choice that cannot be taken back
    m_trustWarning->setVisible(m_trust->isChecked());
    m_word->setEnabled(environment != Environment::kNone);
    m_word->setPlaceholderText(environmentWord(environment));
    Q_EMIT edited();
}

void PropertiesPage::showProfile(const ConnectionProfile& profile)
{
    m_database->setText(profile.database);
    m_timeout->setValue(profile.connectTimeoutMs / kMsPerSecond);
    m_encrypt->setCurrentIndex(m_encrypt->findData(profile.strictEncryption));
    m_trust->setChecked(profile.trustServerCertificate);
    m_hostName->setText(profile.hostNameInCertificate);
    m_caFile->setText(profile.caFile);
    m_name->setText(profile.name);
    m_environment->setCurrentIndex(m_environment->findData(static_cast<int>(profile.environment)));
    m_word->setText(profile.environmentName);
    update();
}

void PropertiesPage::collect(ConnectionProfile& profile) const
{
    profile.database = m_database->text().trimmed();
    profile.connectTimeoutMs = m_timeout->value() * kMsPerSecond;
    profile.strictEncryption = m_encrypt->currentData().toBool();
    profile.trustServerCertificate = m_trust->isChecked();
    profile.hostNameInCertificate = m_hostName->text().trimmed();
    profile.caFile = m_caFile->text().trimmed();
    profile.name = m_name->text().trimmed();
    profile.environment = static_cast<Environment>(m_environment->currentData().toInt());
    profile.environmentName = profile.environment == Environment::kNone ? QString() : m_word->text().trimmed();
}

void PropertiesPage::chooseCaFile()
{
    auto* dialog = new QFileDialog(this, tr("Choose the file of trusted issuers"), QFileInfo(m_caFile->text()).absolutePath(),
        tr("Certificates in PEM form (*.pem *.crt *.cer);;All files (*)"));
    dialog->setObjectName(QStringLiteral("caFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        m_caFile->setText(file);
        m_caFile->setFocus(Qt::OtherFocusReason);
    });
    dialog->open();
}

} // namespace es::ui
