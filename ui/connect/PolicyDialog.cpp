#include "ui/connect/PolicyDialog.h"

#include "ui/widgets/Banner.h"
#include "ui/widgets/Help.h"
#include "ui/widgets/TextField.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/WindowSize.h"

#include <QFile>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSaveFile>
#include <QStyle>

namespace es::ui {

namespace {

constexpr QSize kStart(680, 620);
constexpr qint64 kLargestFile = 1 << 20;
const QString kFilter = QStringLiteral("JSON (*.json);;* (*)");

} // namespace

PolicyDialog::PolicyDialog(const QString& text, QWidget* parent)
    : QDialog(parent)
    , m_banner(new Banner(this))
    , m_text(new TextField(this))
    , m_problem(new QLabel(this))
{
    setObjectName(QStringLiteral("policyDialog"));
    setWindowTitle(tr("Attestation policy"));
    setWindowModality(Qt::WindowModal);
    setMinimumSize(520, 400);
    auto* intro = new QLabel(tr("&What an enclave must prove before a key goes there. Members that are left out keep the strict default."), this);
    intro->setBuddy(m_text);
    intro->setWordWrap(true);
    m_text->setObjectName(QStringLiteral("policyPlainTextEdit"));
    m_text->setAccessibleName(tr("Policy, as JSON"));
    m_text->setFont(Theme::dataFont(12));
    m_text->setTabChangesFocus(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_problem->setObjectName(QStringLiteral("policyProblemLabel"));
    m_problem->setProperty("role", QStringLiteral("small"));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 16, 20, 16);
    layout->setSpacing(8);
    layout->addWidget(intro);
    layout->addWidget(m_banner);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_problem);
    buildFoot();
    connect(m_text, &QPlainTextEdit::textChanged, this, &PolicyDialog::check);
    m_text->setPlainText(text);
    check();
    keepSize(this, kStart);
    installHelp(this, QStringLiteral("policy"));
    m_text->setFocus();
}

void PolicyDialog::buildFoot()
{
    const auto button = [this](const char* name, const QString& words) {
        auto* made = new QPushButton(words, this);
        made->setObjectName(QString::fromLatin1(name));
        made->setAccessibleName(QString(words).remove(QLatin1Char('&')));
        made->setAutoDefault(false);
        return made;
    };
    auto* load = button("loadPolicyPushButton", tr("&Load…"));
    auto* save = button("savePolicyPushButton", tr("&Save…"));
    auto* strict = button("strictPolicyPushButton", tr("Strict &default"));
    m_ok = button("okPushButton", tr("OK"));
    m_ok->setProperty("kind", QStringLiteral("primary"));
    m_ok->setDefault(true);
    auto* cancel = button("cancelPushButton", tr("Cancel"));
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(load);
    row->addWidget(save);
    row->addWidget(strict);
    row->addStretch(1);
    row->addWidget(m_ok);
    row->addWidget(cancel);
    static_cast<QVBoxLayout*>(layout())->addSpacing(4);
    static_cast<QVBoxLayout*>(layout())->addLayout(row);
    connect(load, &QPushButton::clicked, this, &PolicyDialog::chooseFile);
    connect(save, &QPushButton::clicked, this, &PolicyDialog::chooseTarget);
    connect(strict, &QPushButton::clicked, this, [this] { fillFrom(attestation::Policy()); });
    connect(m_ok, &QPushButton::clicked, this, &PolicyDialog::accept);
    connect(cancel, &QPushButton::clicked, this, &PolicyDialog::reject);
}

void PolicyDialog::check()
{
    auto read = attestation::policyFromJson(m_text->toPlainText().toStdString());
    m_valid = read.has_value();
    if (read) m_policy = std::move(*read);
    const QString words = m_valid ? tr("“%1” can be used.").arg(QString::fromStdString(m_policy.name))
                                  : QString::fromStdString(read.error().text + (read.error().remedy.empty() ? "" : " " + read.error().remedy));
    m_problem->setText(words);
    m_problem->setProperty("tone", m_valid ? QStringLiteral("ok") : QStringLiteral("err"));
    m_text->setProperty("error", m_valid ? QVariant() : QVariant(QStringLiteral("yes")));
    m_text->setAccessibleDescription(words);
    for (QWidget* widget : {static_cast<QWidget*>(m_problem), static_cast<QWidget*>(m_text)}) {
        widget->style()->unpolish(widget);
        widget->style()->polish(widget);
    }
    if (m_ok) m_ok->setEnabled(m_valid);
}

void PolicyDialog::accept()
{
    if (m_valid) QDialog::accept();
}

void PolicyDialog::showText(const QString& text)
{
    // Through the cursor, so that Undo brings the old text back.
    QTextCursor cursor(m_text->document());
    cursor.select(QTextCursor::Document);
    cursor.insertText(text);
    m_text->moveCursor(QTextCursor::Start);
}

void PolicyDialog::fillFrom(const attestation::Policy& policy)
{
    showText(QString::fromStdString(attestation::policyToJson(policy)));
}

void PolicyDialog::chooseFile()
{
    auto* dialog = new QFileDialog(this, tr("Load a policy"), QString(), kFilter);
    dialog->setObjectName(QStringLiteral("loadPolicyFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &PolicyDialog::loadFile);
    dialog->open();
}

void PolicyDialog::loadFile(const QString& path)
{
    m_banner->hide();
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() > kLargestFile) {
        const QString why = file.isOpen() ? tr("it is larger than 1 MiB") : file.errorString();
        m_banner->showMessage(Banner::Kind::kError, tr("The policy was not loaded"), tr("%1: %2. The text below is unchanged.").arg(path, why));
        return;
    }
    showText(QString::fromUtf8(file.readAll()));
}

void PolicyDialog::chooseTarget()
{
    auto* dialog = new QFileDialog(this, tr("Save the policy"), QStringLiteral("policy.json"), kFilter);
    dialog->setObjectName(QStringLiteral("savePolicyFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("json"));
    connect(dialog, &QFileDialog::fileSelected, this, &PolicyDialog::saveFile);
    dialog->open();
}

void PolicyDialog::saveFile(const QString& path)
{
    QSaveFile file(path);
    const QByteArray bytes = m_text->toPlainText().toUtf8();
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        m_banner->showMessage(Banner::Kind::kError, tr("The policy was not saved"), tr("%1: %2. Choose another folder.").arg(path, file.errorString()));
    else
        m_banner->showMessage(Banner::Kind::kInformation, tr("The policy is saved"), path);
}

} // namespace es::ui
