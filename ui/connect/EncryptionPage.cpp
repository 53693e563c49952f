#include "ui/connect/EncryptionPage.h"

#include "driver/attestation/PolicyFromReport.h"
#include "ui/connect/EnclaveTestPanel.h"
#include "ui/connect/PolicyChoice.h"
#include "ui/widgets/Help.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include <algorithm>

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
    , m_policy(new PolicyChoice(this))
    , m_test(new EnclaveTestPanel(this))
{
    m_encryption->setObjectName(QStringLiteral("columnEncryptionCheckBox"));
    m_encryption->setAccessibleName(tr("Enable Always Encrypted (column encryption)"));
    m_enclaves->setObjectName(QStringLiteral("secureEnclavesCheckBox"));
    m_enclaves->setAccessibleName(tr("Enable secure enclaves"));
    m_protocol->setObjectName(QStringLiteral("attestationProtocolComboBox"));
    m_protocol->addItem(tr("None"), static_cast<int>(AttestationChoice::kNone));
    m_protocol->addItem(tr("Host Guardian Service"), static_cast<int>(AttestationChoice::kHgs));
    m_protocol->addItem(tr("Microsoft Azure Attestation"), static_cast<int>(AttestationChoice::kAas));
    m_url->setObjectName(QStringLiteral("attestationUrlLineEdit"));
    auto* more = new QPushButton(tr("Learn &more"), this);
    more->setObjectName(QStringLiteral("learnMorePushButton"));
    more->setAccessibleName(tr("Learn more"));
    more->setProperty("kind", QStringLiteral("quiet"));
    connect(more, &QPushButton::clicked, this, [] { showHelp(QStringLiteral("test-enclave")); });

    addWide(m_encryption, ConnectField::kColumnEncryption);
    addHint("encryptionHintLabel", tr("Results are decrypted and parameters encrypted here, on this machine."), false, kCheckTextIndent);
    addWide(m_enclaves, ConnectField::kEnclaves, kCheckTextIndent);
    addHeading(tr("Enclave attestation"));
    addRow(tr("P&rotocol:"), m_protocol, ConnectField::kProtocol, more);
    m_noneWarning
        = addHint("noneWarningLabel", tr("The enclave is used without attestation: encryption works, but nobody vouches for the server."));
    m_noneWarning->setProperty("tone", QStringLiteral("warn"));
    addRow(tr("&URL:"), m_url, ConnectField::kUrl);
    addRow(tr("Po&licy:"), m_policy->policyBox(), ConnectField::kPolicy, m_policy->policyButton());
    addRow(tr("Trusted &key paths:"), m_policy->pathsBox(), ConnectField::kKeyPaths, m_policy->pathsButton());
    addLine(m_test);
    addStop(m_test->trustButton());
    addStop(m_test->button());
    endRows();

    connect(m_encryption, &QCheckBox::toggled, this, &EncryptionPage::update);
    connect(m_enclaves, &QCheckBox::toggled, this, &EncryptionPage::update);
    connect(m_protocol, &QComboBox::currentIndexChanged, this, &EncryptionPage::update);
    connect(m_url, &QLineEdit::textChanged, this, &EncryptionPage::changed);
    connect(m_test, &EnclaveTestPanel::failureShown, this, [this](QWidget* card) { ensureWidgetVisible(card); });
    connect(m_test, &EnclaveTestPanel::trustRequested, this, [this] {
        const auto policy = attestation::policyFromReport(*m_test->verified());
        if (policy) m_policy->propose(*policy);
    });
    connect(m_policy, &PolicyChoice::changed, this, &EncryptionPage::changed);
    // Not while typing: the last character removed would disable the field under the caret.
    connect(m_url, &QLineEdit::editingFinished, this, &EncryptionPage::update);
    showProfile(ConnectionProfile());
}

void EncryptionPage::changed()
{
    m_test->settingsChanged();
    Q_EMIT edited();
}

void EncryptionPage::update()
{
    const bool encryption = m_encryption->isChecked();
    const bool enclaves = encryption && m_enclaves->isChecked();
    const bool none = static_cast<AttestationChoice>(m_protocol->currentData().toInt()) == AttestationChoice::kNone;
    m_enclaves->setEnabled(encryption);
    m_protocol->setEnabled(enclaves);
    m_noneWarning->setVisible(enclaves && none);
    // None uses no URL; one that stands there has to be removable.
    m_url->setEnabled(enclaves && (!none || !m_url->text().isEmpty()));
    m_url->setPlaceholderText(none ? QString() : tr("https://…"));
    m_policy->setEnabled(enclaves && !none, enclaves);
    m_test->setUsable(enclaves);
    changed();
}

void EncryptionPage::showProfile(const ConnectionProfile& profile)
{
    m_encryption->setChecked(profile.columnEncryption);
    m_enclaves->setChecked(profile.attestation != AttestationChoice::kOff);
    m_protocol->setCurrentIndex(std::max(0, m_protocol->findData(static_cast<int>(profile.attestation))));
    m_url->setText(profile.attestationUrl);
    m_policy->setText(profile.attestationPolicy);
    update();
}

void EncryptionPage::collect(ConnectionProfile& profile) const
{
    profile.columnEncryption = m_encryption->isChecked();
    const bool enclaves = profile.columnEncryption && m_enclaves->isChecked();
    profile.attestation = enclaves ? static_cast<AttestationChoice>(m_protocol->currentData().toInt()) : AttestationChoice::kOff;
    profile.attestationUrl = enclaves ? m_url->text().trimmed() : QString();
    profile.attestationPolicy = m_policy->text(); // kept while enclaves are off: it was written by hand
}

void EncryptionPage::setColumnEncryption(bool on)
{
    m_encryption->setChecked(on);
}

void EncryptionPage::setUrl(const QString& url)
{
    m_url->setText(url);
}

void EncryptionPage::setEnclaves(bool on)
{
    m_enclaves->setChecked(on);
}

} // namespace es::ui
