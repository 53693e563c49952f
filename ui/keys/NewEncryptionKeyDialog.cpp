#include "ui/keys/NewEncryptionKeyDialog.h"

#include "ui/widgets/Theme.h"
#include "ui/widgets/WindowSize.h"

#include <QComboBox>
#include <QFrame>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace es::ui {

namespace {

constexpr std::string_view kKeyFileStore = "ES_KEY_FILE";
constexpr int kCardIconSize = 18;

} // namespace

NewEncryptionKeyDialog::NewEncryptionKeyDialog(
    std::shared_ptr<const ConnectionRequest> request, std::shared_ptr<PasswordVault> vault, const QString& masterKey, QWidget* parent)
    : KeyDialog(std::move(request), std::move(vault), QStringLiteral("new-cek"), parent)
    , m_wanted(masterKey)
{
    setObjectName(QStringLiteral("newEncryptionKeyDialog"));
    setWindowTitle(tr("New Column Encryption Key"));
    setAccessibleName(windowTitle());
    setMinimumSize(560, 360);
    build();
    keepSize(this, QSize(640, 400));
    m_name->setFocus();
    start();
}

void NewEncryptionKeyDialog::build()
{
    m_fields = new QWidget(this);
    m_name = new QLineEdit(QStringLiteral("CEK1"), m_fields);
    m_name->setObjectName(QStringLiteral("nameLineEdit"));
    m_name->setAccessibleName(tr("Name"));
    m_name->setMaxLength(128);
    m_name->selectAll();
    m_nameProblem = new QLabel(m_fields);
    m_nameProblem->setObjectName(QStringLiteral("nameProblemLabel"));
    m_nameProblem->setProperty("role", QStringLiteral("small"));
    m_nameProblem->setProperty("tone", QStringLiteral("err"));
    m_nameProblem->setWordWrap(true);
    m_nameProblem->hide();
    m_masterKey = new QComboBox(m_fields);
    m_masterKey->setObjectName(QStringLiteral("masterKeyComboBox"));
    m_masterKey->setAccessibleName(tr("Column master key"));
    m_refresh = new QToolButton(m_fields);
    m_refresh->setObjectName(QStringLiteral("refreshToolButton"));
    m_refresh->setIcon(Theme::instance().icon("refresh"));
    m_refresh->setAccessibleName(tr("Refresh the column master keys"));
    m_refresh->setToolTip(m_refresh->accessibleName());
    m_refresh->setFocusPolicy(Qt::TabFocus);
    auto* nameLabel = new QLabel(tr("&Name:"), m_fields);
    nameLabel->setBuddy(m_name);
    auto* masterLabel = new QLabel(tr("Column &master key:"), m_fields);
    masterLabel->setBuddy(m_masterKey);
    auto* form = new QGridLayout;
    form->setHorizontalSpacing(10);
    form->setVerticalSpacing(8);
    form->setColumnStretch(1, 1);
    form->addWidget(nameLabel, 0, 0);
    form->addWidget(m_name, 0, 1, 1, 2);
    form->addWidget(m_nameProblem, 1, 1, 1, 2);
    form->addWidget(masterLabel, 2, 0);
    form->addWidget(m_masterKey, 2, 1);
    form->addWidget(m_refresh, 2, 2);

    auto* card = new QFrame(m_fields);
    card->setObjectName(QStringLiteral("outcomeFrame"));
    card->setProperty("role", QStringLiteral("card"));
    m_cardIcon = new QLabel(card);
    m_cardTitle = new QLabel(card);
    m_cardTitle->setObjectName(QStringLiteral("outcomeTitleLabel"));
    m_cardTitle->setProperty("role", QStringLiteral("h3"));
    m_cardText = new QLabel(card);
    m_cardText->setObjectName(QStringLiteral("outcomeTextLabel"));
    m_cardText->setProperty("role", QStringLiteral("small"));
    m_cardText->setWordWrap(true);
    auto* words = new QGridLayout(card);
    words->setContentsMargins(14, 12, 14, 12);
    words->setHorizontalSpacing(10);
    words->setVerticalSpacing(4);
    words->setColumnStretch(1, 1);
    words->addWidget(m_cardIcon, 0, 0);
    words->addWidget(m_cardTitle, 0, 1);
    words->addWidget(m_cardText, 1, 1);
    auto* note = new QLabel(tr("32 random bytes are made and wrapped on this machine. The key leaves it only wrapped."), m_fields);
    note->setObjectName(QStringLiteral("wrapNoteLabel"));
    note->setProperty("role", QStringLiteral("faint"));
    note->setWordWrap(true);

    auto* layout = new QVBoxLayout(m_fields);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(14);
    layout->addLayout(form);
    layout->addWidget(card);
    layout->addStretch(1);
    layout->addWidget(note);
    body()->addWidget(m_fields, 1);
    connect(m_refresh, &QToolButton::clicked, this, [this] { refresh(); });
    connect(m_masterKey, &QComboBox::currentIndexChanged, this, &NewEncryptionKeyDialog::showMasterKey);
    connect(m_name, &QLineEdit::textChanged, this, &NewEncryptionKeyDialog::checkName);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        m_refresh->setIcon(Theme::instance().icon("refresh"));
        showMasterKey();
    });
    m_cardTitle->setText(tr("Reading the column master keys…"));
    m_cardText->hide();
}

void NewEncryptionKeyDialog::situationReady(const KeySituation& situation)
{
    m_situation = situation;
    const QString before = m_masterKey->count() > 0 ? m_masterKey->currentData().toString() : m_wanted;
    {
        const QSignalBlocker quiet(m_masterKey);
        m_masterKey->clear();
        int enclaveKey = -1;
        for (const auto& key : situation.snapshot->masterKeys) {
            const QString name = QString::fromStdString(key.name);
            if (key.allowEnclaveComputations && enclaveKey < 0) enclaveKey = m_masterKey->count();
            m_masterKey->addItem(key.allowEnclaveComputations ? tr("%1 (enclave-enabled)").arg(name) : name, name);
        }
        const int wanted = m_masterKey->findData(before);
        m_masterKey->setCurrentIndex(wanted >= 0 ? wanted : std::max(enclaveKey, m_masterKey->count() > 0 ? 0 : -1));
    }
    if (std::exchange(m_firstSituation, false) && m_name->text() == QLatin1String("CEK1")) {
        m_name->setText(nextFreeName(QStringLiteral("CEK"),
            [&](const QString& name) { return situation.snapshot->findEncryptionKey(name.toStdString()) != nullptr; }));
        m_name->selectAll();
    }
    checkName();
    showMasterKey();
}

const catalog::ColumnMasterKey* NewEncryptionKeyDialog::chosen() const
{
    return m_situation.snapshot ? m_situation.snapshot->findMasterKey(m_masterKey->currentData().toString().toStdString()) : nullptr;
}

void NewEncryptionKeyDialog::showMasterKey()
{
    if (!m_situation.snapshot) return;
    const auto say = [this](const char* icon, const char* token, const QString& title, const QString& text) {
        m_cardIcon->setPixmap(Theme::instance().icon(icon, token).pixmap(kCardIconSize, kCardIconSize));
        m_cardTitle->setText(title);
        m_cardText->setText(text);
        m_cardText->show();
    };
    const catalog::ColumnMasterKey* master = chosen();
    if (!master)
        say("info", "text2", tr("There is no column master key yet"),
            tr("The database %1 has none. Make one first: New Column Master Key…")
                .arg(QString::fromStdString(m_situation.snapshot->database)));
    else if (master->provider != kKeyFileStore)
        say("warn", "warn", tr("This column master key cannot be used here"),
            tr("It is in the key store %1, which is not available on this machine. Choose a key whose store is Key file.")
                .arg(QString::fromStdString(master->provider)));
    else if (master->allowEnclaveComputations)
        say("lock-random-enclave", "cipher", tr("Will be enclave-enabled"),
            tr("%1 allows enclave computations; its signature is checked before anything is wrapped. Columns under the new key can be "
               "encrypted in place and queried with LIKE, ranges and ORDER BY.")
                .arg(QString::fromStdString(master->name)));
    else
        say("lock-random", "cipher", tr("Will not be enclave-enabled"),
            tr("%1 does not allow enclave computations. Columns under the new key cannot be encrypted in place, and the server can only "
               "compare deterministic ones for equality.")
                .arg(QString::fromStdString(master->name)));
    updateButtons();
}

void NewEncryptionKeyDialog::checkName()
{
    const QString name = m_name->text().trimmed();
    const bool taken = m_situation.snapshot && m_situation.snapshot->findEncryptionKey(name.toStdString());
    mark(m_name, m_nameProblem, taken ? tr("The database already has a column encryption key named %1.").arg(name) : QString());
}

bool NewEncryptionKeyDialog::canMake() const
{
    const catalog::ColumnMasterKey* master = chosen();
    return master && master->provider == kKeyFileStore;
}

RequestId NewEncryptionKeyDialog::make(bool scriptOnly)
{
    checkName();
    if (m_name->text().trimmed().isEmpty()) mark(m_name, m_nameProblem, tr("The key needs a name."));
    if (!m_nameProblem->text().isEmpty()) {
        m_name->setFocus();
        return RequestId::kNone;
    }
    return keys().createEncryptionKey({m_name->text().trimmed(), m_masterKey->currentData().toString(), scriptOnly});
}

QString NewEncryptionKeyDialog::busyWords() const
{
    return tr("Making the key and wrapping it with %1…").arg(m_masterKey->currentData().toString());
}

bool NewEncryptionKeyDialog::markError(const base::Error& error)
{
    if (error.code.name != "NameTaken") return false;
    mark(m_name, m_nameProblem, QString::fromStdString(error.text));
    m_name->setFocus();
    return true;
}

QString NewEncryptionKeyDialog::scriptedWords(const KeyCreated& key) const
{
    return tr("It holds a new key, wrapped by %1. Run it, or close it: the key exists nowhere else.").arg(key.keyPath);
}

QString NewEncryptionKeyDialog::keyFile() const
{
    const catalog::ColumnMasterKey* master = chosen();
    return master ? QString::fromStdString(master->path) : QString();
}

void NewEncryptionKeyDialog::setFieldsEnabled(bool enabled)
{
    m_fields->setEnabled(enabled);
}

} // namespace es::ui
