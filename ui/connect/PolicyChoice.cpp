#include "ui/connect/PolicyChoice.h"

#include "ui/connect/KeyPathsDialog.h"
#include "ui/connect/PolicyDialog.h"

#include <QComboBox>
#include <QFileDialog>
#include <QPushButton>
#include <QSignalBlocker>

namespace es::ui {

using attestation::Policy;

namespace {

enum Choice { kStrict, kFile, kCustom };
enum PathChoice { kAnyPath, kListedPaths };

QPushButton* smallButton(QWidget* page, const char* name)
{
    auto* button = new QPushButton(page);
    button->setObjectName(QString::fromLatin1(name));
    button->setAutoDefault(false);
    return button;
}

} // namespace

PolicyChoice::PolicyChoice(QWidget* page)
    : QObject(page)
    , m_page(page)
    , m_policyBox(new QComboBox(page))
    , m_edit(smallButton(page, "editPolicyPushButton"))
    , m_pathsBox(new QComboBox(page))
    , m_editPaths(smallButton(page, "editKeyPathsPushButton"))
{
    m_policyBox->setObjectName(QStringLiteral("attestationPolicyComboBox"));
    m_pathsBox->setObjectName(QStringLiteral("trustedKeyPathsComboBox"));
    for (QComboBox* box : {m_policyBox, m_pathsBox})
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_policyBox->addItems({tr("Strict default"), tr("From a file…"), tr("Custom")});
    m_pathsBox->addItems({tr("Any path that is signed"), QString()});
    m_editPaths->setText(tr("Edit…"));
    m_editPaths->setAccessibleName(tr("Edit trusted key paths…"));
    connect(m_policyBox, &QComboBox::activated, this, &PolicyChoice::choosePolicy);
    connect(m_pathsBox, &QComboBox::activated, this, &PolicyChoice::choosePaths);
    connect(m_edit, &QPushButton::clicked, this, &PolicyChoice::editPolicy);
    connect(m_editPaths, &QPushButton::clicked, this, &PolicyChoice::editPaths);
    refresh();
}

bool PolicyChoice::isStrict() const
{
    Policy bare = m_policy;
    bare.trustedKeyPaths.reset();
    return m_unreadable.isEmpty() && bare == Policy();
}

void PolicyChoice::setText(const QString& json)
{
    m_policy = Policy();
    m_unreadable.clear();
    if (!json.isEmpty()) {
        if (auto read = attestation::policyFromJson(json.toStdString()))
            m_policy = std::move(*read);
        else
            m_unreadable = json;
    }
    refresh();
}

QString PolicyChoice::text() const
{
    if (!m_unreadable.isEmpty()) return m_unreadable;
    return m_policy == Policy() ? QString() : QString::fromStdString(attestation::policyToJson(m_policy));
}

void PolicyChoice::setEnabled(bool policy, bool paths)
{
    m_policyEnabled = policy;
    m_pathsEnabled = paths;
    refresh();
}

void PolicyChoice::refresh()
{
    const QSignalBlocker quietPolicy(m_policyBox);
    const QSignalBlocker quietPaths(m_pathsBox);
    const bool strict = isStrict();
    const QString name = QString::fromStdString(m_policy.name);
    m_policyBox->setItemText(kCustom, strict || !m_unreadable.isEmpty() || name.isEmpty() || m_policy.name == Policy().name ? tr("Custom") : tr("Custom: %1").arg(name));
    m_policyBox->setCurrentIndex(strict ? kStrict : kCustom);
    m_edit->setText(strict ? tr("View…") : tr("Edit…"));
    m_edit->setAccessibleName(strict ? tr("View policy…") : tr("Edit policy…"));
    const bool listed = m_policy.trustedKeyPaths.has_value();
    m_pathsBox->setItemText(kListedPaths, tr("Only paths on this list (%1)").arg(listed ? m_policy.trustedKeyPaths->size() : 0));
    m_pathsBox->setCurrentIndex(listed ? kListedPaths : kAnyPath);
    m_policyBox->setEnabled(m_policyEnabled);
    m_edit->setEnabled(m_policyEnabled);
    m_pathsBox->setEnabled(m_pathsEnabled && m_unreadable.isEmpty());
    m_editPaths->setEnabled(m_pathsBox->isEnabled() && listed);
}

void PolicyChoice::take(const Policy& policy)
{
    m_policy = policy;
    m_unreadable.clear();
    refresh();
    Q_EMIT changed();
}

// What is chosen holds only once it is given; until then the box shows what does.
void PolicyChoice::choosePolicy(int index)
{
    refresh();
    if (index == kStrict && !isStrict()) {
        Policy strict;
        strict.trustedKeyPaths = m_policy.trustedKeyPaths;
        take(strict);
    } else if (index == kFile) {
        chooseFile();
    } else if (index == kCustom && isStrict()) {
        Policy own = m_policy;
        own.name = tr("Custom").toStdString();
        openDialog(QString::fromStdString(attestation::policyToJson(own)));
    }
}

void PolicyChoice::choosePaths(int index)
{
    if (index == kAnyPath) {
        Policy changed = m_policy;
        changed.trustedKeyPaths.reset();
        if (!(changed == m_policy)) take(changed);
        return;
    }
    refresh();
    editPaths();
}

void PolicyChoice::editPolicy()
{
    openDialog(m_unreadable.isEmpty() ? QString::fromStdString(attestation::policyToJson(m_policy)) : m_unreadable);
}

void PolicyChoice::propose(const Policy& policy)
{
    Policy proposed = policy;
    if (!proposed.trustedKeyPaths) proposed.trustedKeyPaths = m_policy.trustedKeyPaths;
    openDialog(QString::fromStdString(attestation::policyToJson(proposed)));
}

void PolicyChoice::openDialog(const QString& text, const QString& file)
{
    auto* dialog = new PolicyDialog(text, m_page->window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (!file.isEmpty()) dialog->loadFile(file);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { take(dialog->policy()); });
    dialog->open();
}

void PolicyChoice::chooseFile()
{
    auto* dialog = new QFileDialog(m_page->window(), tr("Load a policy"), QString(), QStringLiteral("JSON (*.json);;* (*)"));
    dialog->setObjectName(QStringLiteral("policyFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) { openDialog(QString(), path); });
    dialog->open();
}

void PolicyChoice::editPaths()
{
    QStringList paths;
    for (const std::string& path : m_policy.trustedKeyPaths.value_or(std::vector<std::string>()))
        paths.append(QString::fromStdString(path));
    auto* dialog = new KeyPathsDialog(paths, m_page->window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        Policy changed = m_policy;
        changed.trustedKeyPaths.emplace();
        for (const QString& path : dialog->paths())
            changed.trustedKeyPaths->push_back(path.toStdString());
        take(changed);
    });
    dialog->open();
}

} // namespace es::ui
