#include "ui/connect/EncryptionPage.h"

#include "ui/widgets/Help.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace es::ui {

namespace {

constexpr int kCheckTextIndent = 26; // where a check box's words begin

} // namespace

EncryptionPage::EncryptionPage(QWidget* parent)
    : FormPage("encryptionPage", parent)
    , m_encryption(new QCheckBox(tr("Enable Always Encr&ypted (column encryption)"), this))
    , m_enclaves(new QCheckBox(tr("Enable &secure enclaves"), this))
    , m_protocol(new QComboBox(this))
    , m_url(new QLineEdit(this))
{
    m_encryption->setObjectName(QStringLiteral("columnEncryptionCheckBox"));
    m_encryption->setAccessibleName(tr("Enable Always Encrypted (column encryption)"));
    m_enclaves->setObjectName(QStringLiteral("secureEnclavesCheckBox"));
    m_enclaves->setAccessibleName(tr("Enable secure enclaves"));
    m_protocol->setObjectName(QStringLiteral("attestationProtocolComboBox"));
    m_protocol->addItem(tr("None"), static_cast<int>(AttestationChoice::kNone));
    m_url->setObjectName(QStringLiteral("attestationUrlLineEdit"));
    auto* more = new QPushButton(tr("Learn &more"), this);
    more->setObjectName(QStringLiteral("learnMorePushButton"));
    more->setAccessibleName(tr("Learn more"));
    more->setProperty("kind", QStringLiteral("quiet"));
    connect(more, &QPushButton::clicked, this, [] { showHelp(QStringLiteral("connect")); });

    addWide(m_encryption, ConnectField::kColumnEncryption);
    addHint("encryptionHintLabel", tr("Results are decrypted and parameters encrypted here, on this machine."), false, kCheckTextIndent);
    addWide(m_enclaves, ConnectField::kEnclaves, kCheckTextIndent);
    addHeading(tr("Enclave attestation"));
    addRow(tr("P&rotocol:"), m_protocol, ConnectField::kProtocol, more);
    m_noneWarning
        = addHint("noneWarningLabel", tr("The enclave is used without attestation: encryption works, but nobody vouches for the server."));
    m_noneWarning->setProperty("tone", QStringLiteral("warn"));
    addRow(tr("&URL:"), m_url, ConnectField::kUrl);
    endRows();

    connect(m_encryption, &QCheckBox::toggled, this, &EncryptionPage::update);
    connect(m_enclaves, &QCheckBox::toggled, this, &EncryptionPage::update);
    connect(m_protocol, &QComboBox::currentIndexChanged, this, &EncryptionPage::update);
    connect(m_url, &QLineEdit::textChanged, this, &FormPage::edited);
    // Not while typing: the last character removed would disable the field under the caret.
    connect(m_url, &QLineEdit::editingFinished, this, &EncryptionPage::update);
    showProfile(ConnectionProfile());
}

void EncryptionPage::update()
{
    const bool encryption = m_encryption->isChecked();
    const bool enclaves = encryption && m_enclaves->isChecked();
    const bool none = m_protocol->currentIndex() >= 0;
    m_enclaves->setEnabled(encryption);
    m_protocol->setEnabled(enclaves);
    m_noneWarning->setVisible(enclaves && none);
    // None uses no URL; one that stands there has to be removable.
    m_url->setEnabled(enclaves && (!none || !m_url->text().isEmpty()));
    Q_EMIT edited();
}

void EncryptionPage::showProfile(const ConnectionProfile& profile)
{
    m_encryption->setChecked(profile.columnEncryption);
    m_enclaves->setChecked(profile.attestation != AttestationChoice::kOff);
    const bool offered = profile.attestation == AttestationChoice::kOff || profile.attestation == AttestationChoice::kNone;
    m_asked = offered ? AttestationChoice::kOff : profile.attestation;
    m_protocol->setPlaceholderText(m_asked == AttestationChoice::kHgs ? tr("Host Guardian Service (not available)")
            : m_asked == AttestationChoice::kAas                      ? tr("Microsoft Azure Attestation (not available)")
                                                                      : QString());
    m_protocol->setCurrentIndex(offered ? 0 : -1);
    m_url->setText(profile.attestationUrl);
    update();
}

void EncryptionPage::collect(ConnectionProfile& profile) const
{
    profile.columnEncryption = m_encryption->isChecked();
    const bool enclaves = profile.columnEncryption && m_enclaves->isChecked();
    profile.attestation = !enclaves      ? AttestationChoice::kOff
        : m_protocol->currentIndex() < 0 ? m_asked
                                         : static_cast<AttestationChoice>(m_protocol->currentData().toInt());
    profile.attestationUrl = enclaves ? m_url->text().trimmed() : QString();
}

void EncryptionPage::setColumnEncryption(bool on)
{
    m_encryption->setChecked(on);
}

void EncryptionPage::setEnclaves(bool on)
{
    m_enclaves->setChecked(on);
}

} // namespace es::ui
