#include "ui/trust/RawBytesDialog.h"

#include "ui/widgets/Help.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/WindowSize.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>

namespace es::ui {

namespace {

constexpr QSize kStart(760, 560);

} // namespace

RawBytesDialog::RawBytesDialog(const attestation::AttestationReport& report, QWidget* parent)
    : QDialog(parent)
    , m_parts(rawParts(report))
    , m_choice(new QComboBox(this))
    , m_text(new QPlainTextEdit(this))
{
    setObjectName(QStringLiteral("rawBytesDialog"));
    setWindowTitle(tr("Raw bytes of the attestation"));
    setMinimumSize(480, 320);
    auto* label = new QLabel(tr("&Part:"), this);
    label->setBuddy(m_choice);
    m_choice->setObjectName(QStringLiteral("rawPartComboBox"));
    m_choice->setAccessibleName(tr("Part"));
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_choice->setMinimumContentsLength(30);
    for (const RawPart& part : m_parts)
        m_choice->addItem(part.title);
    m_text->setObjectName(QStringLiteral("rawBytesPlainTextEdit"));
    m_text->setAccessibleName(tr("Bytes"));
    m_text->setReadOnly(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setTabChangesFocus(true);
    m_text->setFont(Theme::dataFont(12));
    m_text->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    auto* copy = new QPushButton(tr("&Copy part"), this);
    copy->setObjectName(QStringLiteral("copyPartPushButton"));
    copy->setAccessibleName(tr("Copy part"));
    copy->setAutoDefault(false);
    auto* close = new QPushButton(tr("Close"), this);
    close->setObjectName(QStringLiteral("closePushButton"));
    close->setDefault(true);

    auto* head = new QHBoxLayout;
    head->addWidget(label);
    head->addWidget(m_choice, 1);
    auto* foot = new QHBoxLayout;
    foot->addWidget(copy);
    foot->addStretch(1);
    foot->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 16, 20, 16);
    layout->setSpacing(12);
    layout->addLayout(head);
    layout->addWidget(m_text, 1);
    layout->addLayout(foot);
    connect(m_choice, &QComboBox::currentIndexChanged, this, &RawBytesDialog::showPart);
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    showPart(m_choice->currentIndex());
    m_choice->setFocus();
    keepSize(this, kStart);
    installHelp(this, QStringLiteral("attestation"));
}

void RawBytesDialog::showPart(int index)
{
    m_text->setPlainText(index < 0 ? tr("The server has sent nothing yet.") : m_parts.at(index).text);
}

} // namespace es::ui
