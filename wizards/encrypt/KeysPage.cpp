#include "wizards/encrypt/KeysPage.h"

#include "ui/widgets/Theme.h"

#include <QFrame>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace es::wizards {

KeysPage::KeysPage(QWidget* parent)
    : WizardPage(tr("Keys"), parent)
{
    setObjectName(QStringLiteral("keysPage"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    m_master = makeCard(tr("New Column &Master Key…"), "newMasterKeyPushButton");
    m_encryption = makeCard(tr("New Column &Encryption Key…"), "newEncryptionKeyPushButton");
    layout->addStretch(1);
    connect(m_master.button, &QPushButton::clicked, this, &KeysPage::newMasterKeyRequested);
    connect(m_encryption.button, &QPushButton::clicked, this, [this] { Q_EMIT newEncryptionKeyRequested(m_masterKey); });
    connect(&ui::Theme::instance(), &ui::Theme::changed, this, &KeysPage::describe);
    setSentence(tr("The database has no key yet with which columns can be encrypted in place. It takes two."));
    describe();
}

KeysPage::Card KeysPage::makeCard(const QString& button, const char* name)
{
    auto* frame = new QFrame(this);
    frame->setProperty("role", QStringLiteral("card"));
    Card card{new QLabel(frame), new QLabel(frame), new QLabel(frame), new QPushButton(button, frame)};
    card.title->setProperty("role", QStringLiteral("h3"));
    card.title->setObjectName(QString::fromLatin1(name) + QStringLiteral("TitleLabel"));
    card.text->setProperty("role", QStringLiteral("small"));
    card.text->setWordWrap(true);
    card.button->setObjectName(QString::fromLatin1(name));
    card.button->setAutoDefault(false);
    auto* grid = new QGridLayout(frame);
    grid->setContentsMargins(16, 14, 16, 14);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    grid->addWidget(card.icon, 0, 0);
    grid->addWidget(card.title, 0, 1);
    grid->addWidget(card.text, 1, 1);
    grid->addWidget(card.button, 0, 2, 2, 1, Qt::AlignVCenter);
    layout()->addWidget(frame);
    return card;
}

void KeysPage::setSnapshot(const std::shared_ptr<const catalog::CatalogSnapshot>& snapshot)
{
    m_masterKey.clear();
    m_encryptionKey.clear();
    for (const auto& key : snapshot->masterKeys)
        if (key.allowEnclaveComputations && m_masterKey.isEmpty()) m_masterKey = QString::fromStdString(key.name);
    for (const auto& key : snapshot->encryptionKeys)
        if (snapshot->isEnclaveEnabled(key) && m_encryptionKey.isEmpty()) m_encryptionKey = QString::fromStdString(key.name);
    describe();
    setNote(isComplete() ? QString() : m_masterKey.isEmpty() ? tr("2 keys to make") : tr("1 key to make"), !isComplete());
}

void KeysPage::describe()
{
    const bool master = !m_masterKey.isEmpty();
    show(m_master, master,
        master ? tr("Column master key: %1").arg(m_masterKey) : tr("1. A column master key that allows enclave computations"),
        master
            ? tr("It allows enclave computations.")
            : tr("It stays with you: the database keeps its name, its place and its signature. It protects the column encryption keys."));
    const bool encryption = isComplete();
    show(m_encryption, encryption,
        encryption ? tr("Column encryption key: %1").arg(m_encryptionKey) : tr("2. A column encryption key under it"),
        encryption ? tr("It is enclave-enabled; the chosen columns use it.")
                   : tr("It encrypts the values. The database keeps it wrapped by the master key."));
    m_encryption.button->setEnabled(master);
    m_encryption.button->setToolTip(master ? QString() : tr("First make the column master key."));
}

void KeysPage::show(const Card& card, bool done, const QString& title, const QString& text)
{
    const bool master = card.button == m_master.button;
    card.icon->setPixmap(ui::Theme::instance().icon(done ? "ok" : master ? "cmk" : "cek", done ? "ok" : "cipher").pixmap(20, 20));
    card.title->setText(title);
    card.text->setText(text);
    card.button->setVisible(!done);
}

QWidget* KeysPage::firstFocus() const
{
    if (isComplete()) return nullptr;
    return m_masterKey.isEmpty() ? m_master.button : m_encryption.button;
}

} // namespace es::wizards
