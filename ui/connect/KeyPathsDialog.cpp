#include "ui/connect/KeyPathsDialog.h"

#include "ui/widgets/Help.h"
#include "ui/widgets/TextField.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/WindowSize.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace es::ui {

namespace {

constexpr QSize kStart(560, 380);

} // namespace

KeyPathsDialog::KeyPathsDialog(const QStringList& paths, QWidget* parent)
    : QDialog(parent)
    , m_text(new TextField(this))
{
    setObjectName(QStringLiteral("keyPathsDialog"));
    setWindowTitle(tr("Trusted key paths"));
    setWindowModality(Qt::WindowModal);
    setMinimumSize(420, 300);
    auto* label = new QLabel(tr("&Key paths of the column master keys to trust, one in each line:"), this);
    label->setBuddy(m_text);
    label->setWordWrap(true);
    m_text->setObjectName(QStringLiteral("keyPathsPlainTextEdit"));
    m_text->setAccessibleName(tr("Key paths, one in each line"));
    m_text->setTabChangesFocus(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setFont(Theme::dataFont(12));
    m_text->setPlainText(paths.join(QLatin1Char('\n')));
    auto* hint = new QLabel(tr("A server that names any other path gets no key of it, whatever its metadata says. An empty list trusts none."), this);
    hint->setProperty("role", QStringLiteral("small"));
    hint->setWordWrap(true);
    auto* ok = new QPushButton(tr("OK"), this);
    ok->setObjectName(QStringLiteral("okPushButton"));
    ok->setProperty("kind", QStringLiteral("primary"));
    ok->setDefault(true);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    cancel->setObjectName(QStringLiteral("cancelPushButton"));
    cancel->setAutoDefault(false);
    auto* foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(ok);
    foot->addWidget(cancel);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 16, 20, 16);
    layout->setSpacing(8);
    layout->addWidget(label);
    layout->addWidget(m_text, 1);
    layout->addWidget(hint);
    layout->addSpacing(4);
    layout->addLayout(foot);
    connect(ok, &QPushButton::clicked, this, &QDialog::accept);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    keepSize(this, kStart);
    installHelp(this, QStringLiteral("policy"));
    m_text->setFocus();
}

QStringList KeyPathsDialog::paths() const
{
    QStringList out;
    for (const QString& line : m_text->toPlainText().split(QLatin1Char('\n')))
        if (const QString path = line.trimmed(); !path.isEmpty() && !out.contains(path, Qt::CaseInsensitive)) out.append(path);
    return out;
}

} // namespace es::ui
