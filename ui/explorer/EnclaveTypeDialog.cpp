#include "ui/explorer/EnclaveTypeDialog.h"

#include "ui/models/EnclaveWords.h"
#include "ui/widgets/Help.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/WindowSize.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>

#include <algorithm>

namespace es::ui {

namespace {

constexpr QSize kStart(560, 400);

} // namespace

EnclaveTypeDialog::EnclaveTypeDialog(const QString& serverName, const catalog::EnclaveStatus& status, QWidget* parent)
    : QDialog(parent)
    , m_status(status)
    , m_type(new QComboBox(this))
    , m_consequence(new QLabel(this))
    , m_script(new QPlainTextEdit(this))
    , m_open(new QPushButton(tr("&Open as a query"), this))
{
    setObjectName(QStringLiteral("enclaveTypeDialog"));
    setWindowTitle(tr("Enclave type of %1").arg(serverName));
    setWindowModality(Qt::WindowModal);
    setMinimumSize(460, 340);
    auto* now = new QLabel(tr("Now: %1.").arg(EnclaveWords::detail(status)), this);
    now->setObjectName(QStringLiteral("enclaveNowLabel"));
    now->setWordWrap(true);
    auto* label = new QLabel(tr("&Enclave type:"), this);
    label->setBuddy(m_type);
    m_type->setObjectName(QStringLiteral("enclaveTypeComboBox"));
    m_type->setAccessibleName(tr("Enclave type"));
    m_type->addItem(tr("Off"), 0);
    m_type->addItem(tr("VBS (virtualization-based security, Windows)"), 1);
    m_type->addItem(tr("SGX (Intel, where the host has it)"), 2);
    if (status.configuration) m_type->setCurrentIndex(std::max(0, m_type->findData(static_cast<int>(status.configuration->configured))));
    auto* scriptLabel = new QLabel(tr("&Statements:"), this);
    scriptLabel->setBuddy(m_script);
    m_script->setObjectName(QStringLiteral("enclaveScriptPlainTextEdit"));
    m_script->setAccessibleName(tr("Statements"));
    m_script->setReadOnly(true);
    m_script->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_script->setTabChangesFocus(true);
    m_script->setFont(Theme::dataFont(12));
    m_script->setProperty("role", QStringLiteral("sql"));
    m_consequence->setObjectName(QStringLiteral("enclaveConsequenceLabel"));
    m_consequence->setProperty("role", QStringLiteral("small"));
    m_consequence->setWordWrap(true);
    m_open->setObjectName(QStringLiteral("openScriptPushButton"));
    m_open->setAccessibleName(tr("Open as a query"));
    m_open->setProperty("kind", QStringLiteral("primary"));
    m_open->setDefault(true);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    cancel->setObjectName(QStringLiteral("cancelPushButton"));
    cancel->setAutoDefault(false);

    auto* form = new QGridLayout;
    form->setHorizontalSpacing(10);
    form->addWidget(label, 0, 0);
    form->addWidget(m_type, 0, 1);
    form->setColumnStretch(1, 1);
    auto* foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(m_open);
    foot->addWidget(cancel);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 16, 20, 16);
    layout->setSpacing(8);
    layout->addWidget(now);
    layout->addLayout(form);
    layout->addWidget(scriptLabel);
    layout->addWidget(m_script, 1);
    layout->addWidget(m_consequence);
    layout->addSpacing(4);
    layout->addLayout(foot);
    connect(m_type, &QComboBox::currentIndexChanged, this, &EnclaveTypeDialog::update);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_open, &QPushButton::clicked, this, [this] {
        Q_EMIT scriptRequested(script());
        accept();
    });
    update();
    m_type->setFocus();
    keepSize(this, kStart);
    installHelp(this, QStringLiteral("explorer"));
}

QString EnclaveTypeDialog::script() const
{
    return QStringLiteral("EXEC sp_configure 'column encryption enclave type', %1;\nRECONFIGURE;\n").arg(m_type->currentData().toInt());
}

void EnclaveTypeDialog::update()
{
    m_script->setPlainText(script());
    const bool same = m_status.configuration && m_status.configuration->configured == m_type->currentData().toInt();
    m_consequence->setText(same ? tr("This is what is configured already.")
                                : tr("It takes effect when the SQL Server service is restarted. It needs the permission ALTER SETTINGS. Nothing is run here: the "
                                     "statements open in a query window."));
    m_open->setEnabled(!same);
}

} // namespace es::ui
