#include "ui/explorer/SendKeysDialog.h"

#include "ui/services/PasswordVault.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/ErrorWords.h"
#include "ui/widgets/Help.h"
#include "ui/widgets/KeyPasswordStrip.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/WindowSize.h"

#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace es::ui {

namespace {

constexpr QSize kStart(560, 380);

QString attestationSentence(AttestationChoice choice)
{
    if (choice == AttestationChoice::kNone) return SendKeysDialog::tr("With protocol None nobody vouches for the enclave.");
    return SendKeysDialog::tr("They go out only if the enclave is attested by the policy of this connection.");
}

} // namespace

SendKeysDialog::SendKeysDialog(
    std::shared_ptr<const ConnectionRequest> request, std::shared_ptr<PasswordVault> vault, const QList<EnclaveKey>& keys, QWidget* parent)
    : QDialog(parent)
    , m_request(std::move(request))
    , m_vault(std::move(vault))
    , m_host(m_vault)
    , m_enclave(m_host)
    , m_count(static_cast<int>(keys.size()))
    , m_state(new QLabel(this))
    , m_banner(new Banner(this))
    , m_password(new KeyPasswordStrip(this))
    , m_send(new QPushButton(keys.size() == 1 ? tr("&Send 1 key") : tr("&Send %1 keys").arg(keys.size()), this))
    , m_close(new QPushButton(tr("Cancel"), this))
{
    setObjectName(QStringLiteral("sendKeysDialog"));
    setWindowTitle(tr("Send keys to the enclave"));
    setWindowModality(Qt::WindowModal);
    setMinimumSize(460, 320);
    const bool enclaves = m_request->profile.attestation != AttestationChoice::kOff && m_request->profile.columnEncryption;
    auto* intro = new QLabel(tr("These column encryption keys of %1 are sent to the enclave of %2, with EXEC sp_enclave_send_keys, so that the server can use them "
                                "without a client, such as for an index after a restart. %3")
                                 .arg(m_request->profile.database, m_request->profile.serverText(), attestationSentence(m_request->profile.attestation)),
        this);
    intro->setObjectName(QStringLiteral("sendKeysIntroLabel"));
    intro->setWordWrap(true);
    auto* list = new QTreeWidget(this);
    list->setObjectName(QStringLiteral("sendKeysTreeWidget"));
    list->setAccessibleName(tr("Keys to send"));
    list->setProperty("box", QStringLiteral("yes"));
    list->setHeaderLabels({tr("Key"), tr("Master key")});
    list->setRootIsDecorated(false);
    list->setTabKeyNavigation(false);
    for (const EnclaveKey& key : keys) {
        auto* item = new QTreeWidgetItem(list, {key.name, key.masterKey});
        item->setIcon(0, Theme::instance().icon("cek", "cipher"));
        item->setToolTip(1, key.masterKey);
    }
    list->resizeColumnToContents(0);
    m_state->setObjectName(QStringLiteral("sendKeysStateLabel"));
    m_state->setProperty("role", QStringLiteral("small"));
    m_state->setWordWrap(true);
    if (keys.isEmpty())
        m_state->setText(tr("No key of this database is enclave-enabled: there is nothing to send."));
    else if (!enclaves)
        m_state->setText(tr("This connection is made without secure enclaves. Connect again with an attestation protocol to send keys."));
    m_send->setObjectName(QStringLiteral("sendKeysPushButton"));
    m_send->setAccessibleName(QString(m_send->text()).remove(QLatin1Char('&')));
    m_send->setProperty("kind", QStringLiteral("primary"));
    m_send->setEnabled(enclaves && !keys.isEmpty());
    m_close->setObjectName(QStringLiteral("closePushButton"));
    m_close->setAutoDefault(false);
    auto* foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(m_send);
    foot->addWidget(m_close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 16, 20, 16);
    layout->setSpacing(8);
    layout->addWidget(intro);
    layout->addWidget(list, 1);
    layout->addWidget(m_state);
    layout->addWidget(m_banner);
    layout->addWidget(m_password);
    layout->addSpacing(4);
    layout->addLayout(foot);

    connect(m_send, &QPushButton::clicked, this, &SendKeysDialog::send);
    connect(m_close, &QPushButton::clicked, this, &SendKeysDialog::reject);
    connect(m_password, &KeyPasswordStrip::given, this, [this] {
        m_vault->remember(m_keyFile.toStdString(), m_password->takePassword());
        send();
    });
    connect(m_password, &KeyPasswordStrip::declined, this, [this] { setBusy({}); });
    connect(&m_host, &SessionHost::connected, this, [this] {
        setBusy(tr("Attesting and sending…"));
        m_enclave.sendKeys();
    });
    connect(&m_host, &SessionHost::connectionFailed, this, [this](RequestId, const base::Error& error) { failed(error); });
    connect(&m_enclave, &EnclaveService::failed, this, [this](RequestId, const base::Error& error) { failed(error); });
    connect(&m_enclave, &EnclaveService::keysSent, this, [this](RequestId, const EnclaveNews& news) {
        const auto count = news.keysReleased.size();
        m_state->setText(count == 1 ? tr("The enclave holds 1 key now.") : tr("The enclave holds %1 keys now.").arg(count));
        m_send->setEnabled(false);
        m_close->setText(tr("Close"));
        m_close->setFocus();
        m_host.disconnectFromServer();
    });
    keepSize(this, kStart);
    installHelp(this, QStringLiteral("explorer"));
}

void SendKeysDialog::setBusy(const QString& words)
{
    m_state->setText(words);
    m_send->setEnabled(words.isEmpty());
}

void SendKeysDialog::send()
{
    m_banner->hide();
    m_password->hide();
    if (m_host.isConnected()) {
        setBusy(tr("Attesting and sending…"));
        m_enclave.sendKeys();
    } else {
        setBusy(tr("Connecting…"));
        m_host.connectTo(m_request);
    }
}

void SendKeysDialog::failed(const base::Error& error)
{
    setBusy({});
    if (needsKeyPassword(error)) {
        const bool again = isWrongKeyPassword(error);
        if (!again) m_keyFile = QString::fromStdString(error.setting);
        m_send->setEnabled(false);
        m_password->ask(m_keyFile, again ? tr("That password does not open it. No key was sent.") : QString());
        return;
    }
    const ErrorWords words = wordsFor(error);
    m_banner->showMessage(Banner::Kind::kError, words.title, words.text);
}

void SendKeysDialog::reject()
{
    m_host.cancel();
    QDialog::reject();
}

} // namespace es::ui
