#include "ui/keys/NewMasterKeyDialog.h"

#include "ui/services/PasswordVault.h"
#include "ui/widgets/SecretEdit.h"
#include "ui/widgets/Theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QRadioButton>
#include <QVBoxLayout>

namespace es::ui {

NewMasterKeyDialog::NewMasterKeyDialog(std::shared_ptr<const ConnectionRequest> request, std::shared_ptr<PasswordVault> vault, QWidget* parent)
    : KeyDialog(std::move(request), std::move(vault), "newMasterKeyDialog", tr("New Column Master Key"), QStringLiteral("new-cmk"), parent)
    , m_name(new QLineEdit(this))
    , m_store(new QComboBox(this))
    , m_generate(new QRadioButton(tr("&Generate a new key file"), this))
    , m_existing(new QRadioButton(tr("&Use a key file that is there"), this))
    , m_file(new QLineEdit(this))
    , m_files(new QComboBox(this))
    , m_bits(new QComboBox(this))
    , m_password(new SecretEdit(this))
    , m_repeat(new SecretEdit(this))
    , m_enclave(new QCheckBox(tr("Allow &enclave computations"), this))
    , m_enclaveNote(new QLabel(tr("Asking the server about its enclave…"), this))
    , m_form(new QFormLayout)
{
    buildFields();
    showMode();
    m_name->setText(QStringLiteral("CMK1"));
    m_name->selectAll();
    m_name->setFocus();
    resize(640, 560);
    setMinimumSize(560, 420);
    start();
}

void NewMasterKeyDialog::buildFields()
{
    const auto field = [&](const QString& label, QWidget* widget, const char* name, const QString& accessible) {
        widget->setObjectName(QString::fromLatin1(name));
        widget->setAccessibleName(accessible);
        m_form->addRow(label, widget);
    };
    m_form->setHorizontalSpacing(12);
    m_form->setVerticalSpacing(8);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    field(tr("&Name:"), m_name, "nameLineEdit", tr("Name"));
    m_nameNote = addNote(m_form, "nameNoteLabel");
    m_store->addItem(Theme::instance().icon("key-file"), tr("Key file on this machine"));
    field(tr("Key &store:"), m_store, "keyStoreComboBox", tr("Key store"));
    m_generate->setObjectName(QStringLiteral("generateRadioButton"));
    m_existing->setObjectName(QStringLiteral("existingRadioButton"));
    m_generate->setChecked(true);
    m_form->addRow(QString(), m_generate);
    m_form->addRow(QString(), m_existing);
    field(tr("Key &file:"), m_file, "keyFileLineEdit", tr("Key file"));
    field(tr("Key &file:"), m_files, "keyFileComboBox", tr("Key file"));
    m_fileNote = addNote(m_form, "keyFileNoteLabel");
    for (const int bits : {2048, 3072, 4096})
        m_bits->addItem(tr("RSA %1").arg(bits), bits);
    m_bits->setCurrentIndex(1);
    field(tr("Key &length:"), m_bits, "keyLengthComboBox", tr("Key length"));
    field(tr("&Password:"), m_password, "passwordLineEdit", tr("Password"));
    field(tr("&Repeat:"), m_repeat, "repeatLineEdit", tr("Repeat password"));
    m_passwordNote = addNote(m_form, "passwordNoteLabel");
    body()->addLayout(m_form);

    m_enclave->setObjectName(QStringLiteral("enclaveCheckBox"));
    m_enclave->setEnabled(false);
    m_enclaveNote->setObjectName(QStringLiteral("enclaveNoteLabel"));
    m_enclaveNote->setProperty("role", QStringLiteral("small"));
    m_enclaveNote->setWordWrap(true);
    m_enclaveNote->setIndent(26);
    body()->addWidget(m_enclave);
    body()->addWidget(m_enclaveNote);
    body()->addStretch(1);

    connect(m_name, &QLineEdit::textChanged, this, [this](const QString& text) {
        showNote(m_name, m_nameNote, {});
        if (!m_fileTouched) m_file->setText(text);
    });
    connect(m_file, &QLineEdit::textEdited, this, [this] { m_fileTouched = true; });
    connect(m_file, &QLineEdit::textChanged, this, [this] { showNote(m_file, m_fileNote, {}); });
    for (SecretEdit* secret : {m_password, m_repeat})
        connect(secret, &QLineEdit::textEdited, this, [this] {
            showNote(m_password, m_passwordNote, {});
            showNote(m_repeat, m_passwordNote, {});
        });
    connect(m_generate, &QRadioButton::toggled, this, &NewMasterKeyDialog::showMode);
}

void NewMasterKeyDialog::showMode()
{
    const bool generate = m_generate->isChecked();
    const auto show = [this](QWidget* fieldWidget, bool visible) {
        fieldWidget->setVisible(visible);
        if (QWidget* label = m_form->labelForField(fieldWidget)) label->setVisible(visible);
    };
    show(m_file, generate);
    show(m_files, !generate);
    show(m_bits, generate);
    show(m_repeat, generate);
    showNote(m_file, m_fileNote, {});
    showNote(m_password, m_passwordNote, {});
}

void NewMasterKeyDialog::snapshotArrived()
{
    if (m_name->text() != QLatin1String("CMK1")) return; // typed meanwhile
    m_name->setText(freeName(QStringLiteral("CMK"), [this](const QString& name) { return snapshot()->findMasterKey(name.toStdString()) != nullptr; }));
    m_name->selectAll();
}

// Always visible: unchecked and grey without a word is what people search for in the reference tool.
void NewMasterKeyDialog::enclaveArrived(const catalog::EnclaveStatus& enclave)
{
    const auto& found = enclave.configuration;
    const QString type = found ? QString::fromStdString(catalog::enclaveTypeName(found->inUse)) : QString();
    const bool works = found && found->inUse != 0;
    m_enclave->setEnabled(works || !found);
    m_enclave->setChecked(works);
    if (works && enclave.counters)
        m_enclaveNote->setText(tr("The server has a running %1 enclave. The key signs its own entry, so that nobody can change it unseen.").arg(type));
    else if (works)
        m_enclaveNote->setText(tr("The server is set to a %1 enclave; whether it runs could not be seen.").arg(type));
    else if (found && found->configured != 0)
        m_enclaveNote->setText(tr("Not available: an enclave is configured, and the server has not been started again since. Restart it, then make the key."));
    else if (found)
        m_enclaveNote->setText(tr("Not available: this server has no enclave. The setting 'column encryption enclave type' is 0; an administrator can "
                                  "set it to 1 with sp_configure and restart the server."));
    else
        m_enclaveNote->setText(tr("Whether this server has an enclave could not be found out; your login may not see its configuration. Tick it "
                                  "if you know that there is one."));
}

void NewMasterKeyDialog::keyFilesArrived(const QStringList& names)
{
    m_files->clear();
    m_files->addItems(names);
    m_existing->setEnabled(!names.isEmpty());
    m_existing->setToolTip(names.isEmpty() ? tr("There is no key file in the key folder yet") : QString());
    if (!m_fileTouched)
        m_file->setText(m_name->text());
}

RequestId NewMasterKeyDialog::submit(bool scriptOnly)
{
    const QString name = m_name->text().trimmed();
    if (name.isEmpty()) {
        showNote(m_name, m_nameNote, tr("The key needs a name in the database."));
        m_name->setFocus();
        return RequestId::kNone;
    }
    if (snapshot()->findMasterKey(name.toStdString())) {
        showNote(m_name, m_nameNote, tr("The database already has a column master key %1.").arg(name));
        m_name->setFocus();
        return RequestId::kNone;
    }
    NewMasterKey key;
    key.name = name;
    key.createFile = m_generate->isChecked();
    key.keyFile = key.createFile ? m_file->text().trimmed() : m_files->currentText();
    key.keyBits = m_bits->currentData().toInt();
    key.allowEnclaveComputations = m_enclave->isChecked();
    key.scriptOnly = scriptOnly;
    const std::string file = key.keyFile.toStdString();
    if (key.createFile && m_password->text().isEmpty()) {
        showNote(m_password, m_passwordNote, tr("A password protects the key file. Without it nobody can read the columns: keep it safe."));
        m_password->setFocus();
        return RequestId::kNone;
    }
    if (key.createFile && m_password->text() != m_repeat->text()) {
        showNote(m_repeat, m_passwordNote, tr("The two passwords differ."));
        m_repeat->setFocus();
        return RequestId::kNone;
    }
    // Kept for this run of the program, so that the key can be used at once; a try that fails asks for it again.
    if (!m_password->text().isEmpty()) vault().remember(file, m_password->takeSecret());
    static_cast<void>(m_repeat->takeSecret());
    return keys().createMasterKey(key);
}

bool NewMasterKeyDialog::markError(const base::Error& error)
{
    const QString text = QString::fromStdString(error.text) + QLatin1Char(' ') + QString::fromStdString(error.remedy);
    if (error.code.name == "KeyExists" || error.code.name == "BadKeyName" || error.code.name == "KeyFileUnreadable" || error.code.name == "KeyNotFound") {
        showNote(m_file, m_fileNote, text);
        m_file->setFocus();
        return true;
    }
    if (error.code.name == "NameTaken") {
        showNote(m_name, m_nameNote, text);
        m_name->setFocus();
        return true;
    }
    return false;
}

void NewMasterKeyDialog::passwordNeeded(const QString& keyFile, const QString& complaint)
{
    showNote(m_password, m_passwordNote, complaint.isEmpty() ? tr("The password of key file %1 is needed.").arg(keyFile) : complaint);
    m_password->setFocus();
}

} // namespace es::ui
