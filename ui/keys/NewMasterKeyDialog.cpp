#include "ui/keys/NewMasterKeyDialog.h"

#include "ui/services/PasswordVault.h"
#include "ui/widgets/SecretEdit.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/WindowSize.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFormLayout>
#include <QFrame>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QStackedWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace es::ui {

namespace {

constexpr int kDefaultKeyBits = 3072;

QFormLayout* makeForm()
{
    auto* form = new QFormLayout;
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(10);
    form->setVerticalSpacing(8);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    return form;
}

// Two forms below each other keep one edge.
QLabel* addRow(QFormLayout* form, const QString& text, QWidget* field, const QString& accessibleName)
{
    auto* label = new QLabel(text);
    label->setBuddy(field);
    label->setMinimumWidth(118);
    field->setAccessibleName(accessibleName);
    form->addRow(label, field);
    return label;
}

QLabel* addProblem(QFormLayout* form, const char* name)
{
    auto* label = new QLabel;
    label->setObjectName(QString::fromLatin1(name));
    label->setProperty("role", QStringLiteral("small"));
    label->setProperty("tone", QStringLiteral("err"));
    label->setWordWrap(true);
    label->hide();
    form->addRow(QString(), label);
    return label;
}

} // namespace

NewMasterKeyDialog::NewMasterKeyDialog(
    std::shared_ptr<const ConnectionRequest> request, std::shared_ptr<PasswordVault> vault, QWidget* parent)
    : KeyDialog(std::move(request), std::move(vault), QStringLiteral("new-cmk"), parent)
{
    setObjectName(QStringLiteral("newMasterKeyDialog"));
    setWindowTitle(tr("New Column Master Key"));
    setAccessibleName(windowTitle());
    setMinimumSize(640, 480);
    m_fields = new QWidget(this);
    auto* layout = new QVBoxLayout(m_fields);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    body()->addWidget(m_fields, 1);
    buildHead();
    m_source = new QStackedWidget(m_fields);
    m_source->setObjectName(QStringLiteral("keySourceStackedWidget"));
    m_source->addWidget(buildGenerate());
    m_source->addWidget(buildExisting());
    layout->addWidget(m_source, 1);
    buildEnclave();
    chooseSource();
    keepSize(this, QSize(720, 640));
    m_name->setFocus();
    start();
}

void NewMasterKeyDialog::buildHead()
{
    m_name = new QLineEdit(QStringLiteral("CMK1"), m_fields);
    m_name->setObjectName(QStringLiteral("nameLineEdit"));
    m_name->setMaxLength(128);
    m_name->selectAll();
    m_store = new QComboBox(m_fields);
    m_store->setObjectName(QStringLiteral("keyStoreComboBox"));
    m_store->addItem(tr("Key file"));
    m_location = new QLineEdit(m_fields);
    m_location->setObjectName(QStringLiteral("locationLineEdit"));
    m_location->setReadOnly(true);
    auto* form = makeForm();
    addRow(form, tr("&Name:"), m_name, tr("Name"));
    m_nameProblem = addProblem(form, "nameProblemLabel");
    addRow(form, tr("&Key store:"), m_store, tr("Key store"));
    addRow(form, tr("&Location:"), m_location, tr("Location"));

    m_generate = new QRadioButton(tr("&Generate a key file"), m_fields);
    m_generate->setObjectName(QStringLiteral("generateRadioButton"));
    m_generate->setChecked(true);
    m_existing = new QRadioButton(tr("&Use a key file that exists"), m_fields);
    m_existing->setObjectName(QStringLiteral("existingRadioButton"));
    m_existing->setEnabled(false);
    auto* choice = new QHBoxLayout;
    choice->setSpacing(20);
    choice->addWidget(m_generate);
    choice->addWidget(m_existing);
    choice->addStretch(1);
    auto* layout = static_cast<QVBoxLayout*>(m_fields->layout());
    layout->addLayout(form);
    layout->addLayout(choice);

    connect(m_generate, &QRadioButton::toggled, this, &NewMasterKeyDialog::chooseSource);
    connect(m_name, &QLineEdit::textChanged, this, [this] {
        if (!m_fileNameEdited) m_fileName->setText(m_name->text());
        mark(m_name, m_nameProblem, {});
        checkFields();
    });
}

QWidget* NewMasterKeyDialog::buildGenerate()
{
    auto* page = new QWidget(m_fields);
    m_fileName = new QLineEdit(m_name->text(), page);
    m_fileName->setObjectName(QStringLiteral("fileNameLineEdit"));
    m_keyLength = new QComboBox(page);
    m_keyLength->setObjectName(QStringLiteral("keyLengthComboBox"));
    for (const int bits : {2048, 3072, 4096})
        m_keyLength->addItem(tr("RSA %1").arg(bits), bits);
    m_keyLength->setCurrentIndex(m_keyLength->findData(kDefaultKeyBits));
    m_password = new SecretEdit(page);
    m_password->setObjectName(QStringLiteral("passwordLineEdit"));
    m_repeat = new SecretEdit(page);
    m_repeat->setObjectName(QStringLiteral("repeatPasswordLineEdit"));
    auto* form = makeForm();
    addRow(form, tr("&File name:"), m_fileName, tr("File name"));
    m_fileNameProblem = addProblem(form, "fileNameProblemLabel");
    addRow(form, tr("Key l&ength:"), m_keyLength, tr("Key length"));
    addRow(form, tr("&Password:"), m_password, tr("Password"));
    addRow(form, tr("&Repeat password:"), m_repeat, tr("Repeat password"));
    m_passwordProblem = addProblem(form, "passwordProblemLabel");
    auto* hint = new QLabel(
        tr("The file holds the private key. Whoever has file and password can read the columns; without them nobody can."), page);
    hint->setObjectName(QStringLiteral("keyFileHintLabel"));
    hint->setProperty("role", QStringLiteral("faint"));
    hint->setWordWrap(true);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addLayout(form);
    layout->addWidget(hint);
    layout->addStretch(1);
    connect(m_fileName, &QLineEdit::textEdited, this, [this] { m_fileNameEdited = true; });
    connect(m_fileName, &QLineEdit::textChanged, this, &NewMasterKeyDialog::checkFields);
    connect(m_password, &QLineEdit::textChanged, this, &NewMasterKeyDialog::checkFields);
    connect(m_repeat, &QLineEdit::textChanged, this, &NewMasterKeyDialog::checkFields);
    return page;
}

QWidget* NewMasterKeyDialog::buildExisting()
{
    auto* page = new QWidget(m_fields);
    m_files = new QTreeWidget(page);
    m_files->setObjectName(QStringLiteral("keyFilesTreeWidget"));
    m_files->setAccessibleName(tr("Key files"));
    m_files->setProperty("box", QStringLiteral("yes"));
    m_files->setRootIsDecorated(false);
    m_files->setUniformRowHeights(true);
    m_files->setHeaderLabels({tr("Key file"), tr("Key"), tr("Usable here")});
    m_files->header()->resizeSection(0, 220);
    m_files->header()->resizeSection(1, 150);
    m_files->header()->setMinimumHeight(28);
    m_filesProblem = new QLabel(page);
    m_filesProblem->setObjectName(QStringLiteral("keyFilesProblemLabel"));
    m_filesProblem->setProperty("role", QStringLiteral("small"));
    m_filesProblem->setProperty("tone", QStringLiteral("err"));
    m_filesProblem->setWordWrap(true);
    m_filesProblem->hide();
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_files, 1);
    layout->addWidget(m_filesProblem);
    connect(&Theme::instance(), &Theme::changed, m_files, [this] {
        for (int row = 0; row < m_files->topLevelItemCount(); ++row)
            paintKeyFile(m_files->topLevelItem(row));
    });
    connect(m_files, &QTreeWidget::currentItemChanged, this, [this] { mark(nullptr, m_filesProblem, {}); });
    return page;
}

void NewMasterKeyDialog::buildEnclave()
{
    m_enclave = new QCheckBox(tr("&Allow enclave computations"), m_fields);
    m_enclave->setObjectName(QStringLiteral("allowEnclaveCheckBox"));
    m_enclave->setChecked(true);
    m_enclaveNote = new QLabel(m_fields);
    m_enclaveNote->setObjectName(QStringLiteral("enclaveNoteLabel"));
    m_enclaveNote->setProperty("role", QStringLiteral("small"));
    m_enclaveNote->setWordWrap(true);
    m_enclaveNote->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_enclaveCard = new QFrame(m_fields);
    m_enclaveCard->setObjectName(QStringLiteral("enclaveUnavailableFrame"));
    m_enclaveCard->setProperty("banner", QStringLiteral("warning"));
    m_enclaveTitle = new QLabel(m_enclaveCard);
    m_enclaveTitle->setObjectName(QStringLiteral("enclaveUnavailableTitleLabel"));
    m_enclaveTitle->setProperty("role", QStringLiteral("h3"));
    m_enclaveTitle->setWordWrap(true);
    m_enclaveReason = new QLabel(m_enclaveCard);
    m_enclaveReason->setObjectName(QStringLiteral("enclaveUnavailableLabel"));
    m_enclaveReason->setProperty("role", QStringLiteral("small"));
    m_enclaveReason->setWordWrap(true);
    m_checkAgain = new QPushButton(tr("Chec&k again"), m_enclaveCard);
    m_checkAgain->setObjectName(QStringLiteral("checkAgainPushButton"));
    m_checkAgain->setProperty("kind", QStringLiteral("small"));
    m_checkAgain->setAutoDefault(false);
    auto* card = new QVBoxLayout(m_enclaveCard);
    card->setContentsMargins(14, 10, 14, 10);
    card->setSpacing(6);
    card->addWidget(m_enclaveTitle);
    card->addWidget(m_enclaveReason);
    card->addWidget(m_checkAgain, 0, Qt::AlignLeft);
    m_enclaveCard->hide();
    auto* group = new QVBoxLayout;
    group->setSpacing(4);
    group->addWidget(m_enclave);
    auto* note = new QHBoxLayout;
    note->setContentsMargins(28, 0, 0, 0);
    note->addWidget(m_enclaveNote);
    group->addLayout(note);
    auto* inset = new QHBoxLayout;
    inset->setContentsMargins(28, 2, 0, 0);
    inset->addWidget(m_enclaveCard);
    group->addLayout(inset);
    static_cast<QVBoxLayout*>(m_fields->layout())->addLayout(group);
    connect(m_checkAgain, &QPushButton::clicked, this, [this] { refresh(); });
    connect(m_enclave, &QCheckBox::toggled, this, &NewMasterKeyDialog::showEnclave);
    m_enclaveNote->setText(tr("Asking the server whether it has an enclave…"));
}

void NewMasterKeyDialog::situationReady(const KeySituation& situation)
{
    m_situation = situation;
    m_location->setText(QDir::toNativeSeparators(situation.keyFolder));
    if (std::exchange(m_firstSituation, false)) {
        const bool untouched = m_name->text() == QLatin1String("CMK1");
        const auto taken = [&](const QString& name) {
            const bool file
                = std::any_of(situation.keyFiles.begin(), situation.keyFiles.end(), [&](const KeyFile& f) { return f.name == name; });
            return file || situation.snapshot->findMasterKey(name.toStdString()) != nullptr;
        };
        if (untouched) {
            m_name->setText(nextFreeName(QStringLiteral("CMK"), taken));
            m_name->selectAll();
        }
        m_enclave->setChecked(situation.hasEnclave());
    }
    fillKeyFiles();
    showEnclave();
    checkFields();
}

void NewMasterKeyDialog::paintKeyFile(QTreeWidgetItem* item)
{
    const Theme& theme = Theme::instance();
    item->setIcon(0, theme.icon("key-file"));
    item->setIcon(2, item->flags() == Qt::NoItemFlags ? theme.icon("fail", "err") : theme.icon("ok", "ok"));
}

void NewMasterKeyDialog::fillKeyFiles()
{
    const QString before = m_generatedFile.isEmpty() ? chosenFile() : m_generatedFile;
    m_files->clear();
    for (const KeyFile& file : m_situation.keyFiles) {
        auto* item = new QTreeWidgetItem(m_files);
        item->setText(0, file.name);
        item->setSizeHint(0, QSize(0, 28));
        item->setText(1, file.keyBits > 0 ? tr("RSA %1").arg(file.keyBits) : tr("shown once it is open"));
        const bool usable = file.problem.isEmpty();
        item->setText(2, usable ? (file.passwordKnown ? tr("yes") : tr("yes, with its password")) : file.problem);
        item->setToolTip(2, item->text(2));
        if (!usable) item->setFlags(Qt::NoItemFlags);
        paintKeyFile(item);
        if (usable && (file.name == before || !m_files->currentItem())) m_files->setCurrentItem(item);
    }
    const bool any = m_files->currentItem() != nullptr;
    m_existing->setEnabled(any);
    m_existing->setToolTip(any ? QString() : tr("There is no usable key file in the folder yet."));
    // The file that was generated for a script, or before a failure, is there now: it is used, not made again.
    const bool made = std::any_of(
        m_situation.keyFiles.begin(), m_situation.keyFiles.end(), [this](const KeyFile& file) { return file.name == m_generatedFile; });
    if (!m_generatedFile.isEmpty()) {
        if (made)
            m_existing->setChecked(true);
        else
            vault().forget(m_generatedFile.toStdString());
        m_generatedFile.clear();
    }
}

void NewMasterKeyDialog::showEnclave()
{
    const bool has = m_situation.hasEnclave();
    const bool known = m_situation.snapshot != nullptr;
    m_enclave->setEnabled(!known || has);
    if (known && !has) m_enclave->setChecked(false);
    m_enclaveCard->setVisible(known && !has);
    m_enclaveNote->setVisible(!known || has);
    if (!known) return;
    if (has) {
        m_enclaveNote->setText(m_enclave->isChecked()
                ? tr("The server has an enclave. The key signs this permission; it cannot be changed later.")
                : tr("Columns under this key can neither be encrypted in place nor be searched in the enclave. This cannot be changed "
                     "later."));
        return;
    }
    const QString later = tr(" A key made now without it can never be enclave-enabled: its columns would have to move to another key.");
    m_enclaveTitle->setText(tr("Not available: this server has no enclave"));
    if (!m_situation.enclaveInUse)
        m_enclaveReason->setText(
            tr("The server does not know the setting column encryption enclave type; enclaves need SQL Server 2019 or later.") + later);
    else if (m_situation.enclaveConfigured > 0)
        m_enclaveReason->setText(tr("The server setting column encryption enclave type is set to %1, but takes effect after a restart.")
                                     .arg(m_situation.enclaveConfigured)
            + later);
    else
        m_enclaveReason->setText(
            tr("The server setting column encryption enclave type is 0. A server administrator can set it to 1 (VBS) and "
               "restart SQL Server.")
            + later);
}

bool NewMasterKeyDialog::generates() const
{
    return m_generate->isChecked();
}

QString NewMasterKeyDialog::chosenFile() const
{
    const QTreeWidgetItem* item = m_files->currentItem();
    return item ? item->text(0) : QString();
}

void NewMasterKeyDialog::chooseSource()
{
    m_source->setCurrentIndex(generates() ? 0 : 1);
    checkFields();
}

// Says at once what can be seen at once: a name that is taken, two passwords that differ.
void NewMasterKeyDialog::checkFields()
{
    if (!m_passwordProblem) return;
    const QString name = m_name->text().trimmed();
    const bool taken = m_situation.snapshot && m_situation.snapshot->findMasterKey(name.toStdString());
    mark(m_name, m_nameProblem, taken ? tr("The database already has a column master key named %1.").arg(name) : QString());
    const bool fileTaken = std::any_of(m_situation.keyFiles.begin(), m_situation.keyFiles.end(),
        [this](const KeyFile& file) { return file.name == m_fileName->text().trimmed(); });
    mark(m_fileName, m_fileNameProblem,
        generates() && fileTaken ? tr("The folder has this key file already. Choose another name, or use the file that exists.")
                                 : QString());
    const bool differ = !m_repeat->text().isEmpty() && m_repeat->text() != m_password->text();
    mark(m_repeat, m_passwordProblem, differ ? tr("The two passwords differ.") : QString());
    mark(m_password, m_passwordProblem, m_passwordProblem->text());
    updateButtons();
}

bool NewMasterKeyDialog::fieldsAreRight()
{
    checkFields();
    if (m_name->text().trimmed().isEmpty()) mark(m_name, m_nameProblem, tr("The key needs a name."));
    if (!m_nameProblem->text().isEmpty()) return m_name->setFocus(), false;
    if (!generates()) {
        if (chosenFile().isEmpty()) mark(nullptr, m_filesProblem, tr("Choose a key file."));
        return !chosenFile().isEmpty();
    }
    if (m_fileName->text().trimmed().isEmpty()) mark(m_fileName, m_fileNameProblem, tr("The key file needs a name."));
    if (!m_fileNameProblem->text().isEmpty()) return m_fileName->setFocus(), false;
    if (m_password->text().isEmpty()) {
        mark(m_password, m_passwordProblem, tr("A key file needs a password."));
        return m_password->setFocus(), false;
    }
    if (m_repeat->text() != m_password->text()) {
        mark(m_repeat, m_passwordProblem, tr("The two passwords differ."));
        return m_repeat->setFocus(), false;
    }
    return true;
}

RequestId NewMasterKeyDialog::make(bool scriptOnly)
{
    if (!fieldsAreRight()) return RequestId::kNone;
    NewMasterKey wanted;
    wanted.name = m_name->text().trimmed();
    wanted.createFile = generates();
    wanted.keyFile = keyFile();
    wanted.keyBits = m_keyLength->currentData().toInt();
    wanted.allowEnclaveComputations = m_enclave->isChecked();
    wanted.scriptOnly = scriptOnly;
    if (generates()) {
        m_generatedFile = wanted.keyFile;
        vault().remember(wanted.keyFile.toStdString(), m_password->takeSecret());
        m_repeat->setText({}); // not clear(), which keeps it in the undo history
        checkFields();
    }
    return keys().createMasterKey(wanted);
}

QString NewMasterKeyDialog::busyWords() const
{
    return m_generatedFile.isEmpty() ? tr("Opening the key file…") : tr("Making a key of %1 bits…").arg(m_keyLength->currentData().toInt());
}

bool NewMasterKeyDialog::markError(const base::Error& error)
{
    const bool name = error.code.name == "NameTaken";
    const bool file = error.code.name == "BadKeyName" || error.code.name == "KeyExists";
    if (!name && !file) return false;
    // These are found out before any file is made: the password that was taken for it is for no file.
    vault().forget(m_generatedFile.toStdString());
    m_generatedFile.clear();
    QLineEdit* field = name ? m_name : m_fileName;
    mark(field, name ? m_nameProblem : m_fileNameProblem, QString::fromStdString(error.text));
    field->setFocus();
    return true;
}

QString NewMasterKeyDialog::scriptedWords(const KeyCreated& key) const
{
    return m_generatedFile.isEmpty()
        ? tr("The key file %1 signed it.").arg(key.keyPath)
        : tr("The key file %1 was made in the key folder, since it signs the statement. It is kept.").arg(key.keyPath);
}

QString NewMasterKeyDialog::keyFile() const
{
    return generates() ? m_fileName->text().trimmed() : chosenFile();
}

void NewMasterKeyDialog::setFieldsEnabled(bool enabled)
{
    m_fields->setEnabled(enabled);
}

} // namespace es::ui
