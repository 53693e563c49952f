#include "ui/keys/NewEncryptionKeyDialog.h"

#include "ui/services/PasswordVault.h"
#include "ui/widgets/SecretEdit.h"
#include "ui/widgets/Theme.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace es::ui {

NewEncryptionKeyDialog::NewEncryptionKeyDialog(
    std::shared_ptr<const ConnectionRequest> request, std::shared_ptr<PasswordVault> vault, const QString& masterKey, QWidget* parent)
    : KeyDialog(std::move(request), std::move(vault), "newEncryptionKeyDialog", tr("New Column Encryption Key"), QStringLiteral("new-cek"), parent)
    , m_wanted(masterKey)
    , m_name(new QLineEdit(this))
    , m_master(new QComboBox(this))
    , m_passwordLabel(new QLabel(tr("&Password:"), this))
    , m_password(new SecretEdit(this))
    , m_enclaveNote(new QLabel(this))
{
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_name->setObjectName(QStringLiteral("nameLineEdit"));
    m_name->setAccessibleName(tr("Name"));
    form->addRow(tr("&Name:"), m_name);
    m_nameNote = addNote(form, "nameNoteLabel");
    m_master->setObjectName(QStringLiteral("masterKeyComboBox"));
    m_master->setAccessibleName(tr("Column master key"));
    form->addRow(tr("Column &master key:"), m_master);
    m_masterNote = addNote(form, "masterKeyNoteLabel");
    m_password->setObjectName(QStringLiteral("passwordLineEdit"));
    m_password->setAccessibleName(tr("Password"));
    m_passwordLabel->setBuddy(m_password);
    form->addRow(m_passwordLabel, m_password);
    m_passwordNote = addNote(form, "passwordNoteLabel");
    body()->addLayout(form);
    m_enclaveNote->setObjectName(QStringLiteral("enclaveNoteLabel"));
    m_enclaveNote->setProperty("role", QStringLiteral("small"));
    m_enclaveNote->setWordWrap(true);
    body()->addWidget(m_enclaveNote);
    body()->addStretch(1);
    connect(m_name, &QLineEdit::textChanged, this, [this] { showNote(m_name, m_nameNote, {}); });
    connect(m_master, &QComboBox::currentIndexChanged, this, &NewEncryptionKeyDialog::showMaster);
    connect(m_password, &QLineEdit::textEdited, this, [this] { showNote(m_password, m_passwordNote, {}); });
    showPassword(false);
    m_name->setText(QStringLiteral("CEK1"));
    m_name->selectAll();
    m_name->setFocus();
    resize(620, 360);
    setMinimumSize(540, 320);
    start();
}

void NewEncryptionKeyDialog::snapshotArrived()
{
    m_master->clear();
    for (const catalog::ColumnMasterKey& key : snapshot()->masterKeys) {
        const QString name = QString::fromStdString(key.name);
        m_master->addItem(Theme::instance().icon("cmk"), key.allowEnclaveComputations ? tr("%1 (enclave-enabled)").arg(name) : name, name);
    }
    const int wanted = m_master->findData(m_wanted);
    if (wanted >= 0) {
        m_master->setCurrentIndex(wanted);
    } else {
        for (int i = 0; i < m_master->count(); ++i)
            if (snapshot()->masterKeys[static_cast<std::size_t>(i)].allowEnclaveComputations) m_master->setCurrentIndex(i); // the newest that may
    }
    if (m_name->text() == QLatin1String("CEK1")) {
        m_name->setText(freeName(QStringLiteral("CEK"), [this](const QString& name) { return snapshot()->findEncryptionKey(name.toStdString()) != nullptr; }));
        m_name->selectAll();
    }
    showMaster();
    if (m_master->count() == 0)
        showNote(m_master, m_masterNote, tr("This database has no column master key yet. Make one first: New Column Master Key…"));
}

const catalog::ColumnMasterKey* NewEncryptionKeyDialog::chosen() const
{
    return snapshot() ? snapshot()->findMasterKey(m_master->currentData().toString().toStdString()) : nullptr;
}

void NewEncryptionKeyDialog::showMaster()
{
    const catalog::ColumnMasterKey* master = chosen();
    m_enclaveNote->setVisible(master);
    if (!master) return;
    const QString name = QString::fromStdString(master->name);
    m_enclaveNote->setText(master->allowEnclaveComputations
            ? tr("The new key will be enclave-enabled, since %1 allows enclave computations: columns can be encrypted in place, and LIKE, ranges "
                 "and sorting work on them.").arg(name)
            : tr("The new key will not be enclave-enabled, since %1 does not allow enclave computations: columns encrypted with it can be compared "
                 "with = at most, and not encrypted in place.").arg(name));
    showNote(m_password, m_passwordNote, {});
    showPassword(!vault().find(master->path));
}

void NewEncryptionKeyDialog::showPassword(bool visible)
{
    m_passwordLabel->setVisible(visible);
    m_password->setVisible(visible);
    if (const catalog::ColumnMasterKey* master = chosen())
        m_password->setPlaceholderText(tr("of key file %1").arg(QString::fromStdString(master->path)));
}

RequestId NewEncryptionKeyDialog::submit(bool scriptOnly)
{
    const QString name = m_name->text().trimmed();
    const catalog::ColumnMasterKey* master = chosen();
    if (name.isEmpty() || snapshot()->findEncryptionKey(name.toStdString())) {
        showNote(m_name, m_nameNote,
            name.isEmpty() ? tr("The key needs a name in the database.") : tr("The database already has a column encryption key %1.").arg(name));
        m_name->setFocus();
        return RequestId::kNone;
    }
    if (!master) return m_master->setFocus(), RequestId::kNone;
    if (!m_password->text().isEmpty()) vault().remember(master->path, m_password->takeSecret());
    return keys().createEncryptionKey({name, QString::fromStdString(master->name), scriptOnly});
}

bool NewEncryptionKeyDialog::markError(const base::Error& error)
{
    const QString text = QString::fromStdString(error.text) + QLatin1Char(' ') + QString::fromStdString(error.remedy);
    if (error.code.name == "NameTaken") {
        showNote(m_name, m_nameNote, text);
        m_name->setFocus();
        return true;
    }
    if (error.code.name == "KeyNotFound" || error.code.name == "MasterKeyNotSigned" || error.code.name == "UnknownProvider") {
        showNote(m_master, m_masterNote, text);
        m_master->setFocus();
        return true;
    }
    return false;
}

void NewEncryptionKeyDialog::passwordNeeded(const QString& keyFile, const QString& complaint)
{
    showPassword(true);
    showNote(m_password, m_passwordNote, complaint.isEmpty() ? tr("The password of key file %1 is needed.").arg(keyFile) : complaint);
    m_password->setFocus();
}

} // namespace es::ui
