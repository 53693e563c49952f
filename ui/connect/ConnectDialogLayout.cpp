// How the dialog is put together: head, tabs, banner, progress, buttons; its size and the order of Tab.
#include "ui/connect/ConnectDialog.h"

#include "ui/connect/ConnectHead.h"
#include "ui/connect/EncryptionPage.h"
#include "ui/connect/LoginPage.h"
#include "ui/connect/PropertiesPage.h"
#include "ui/connect/StringPage.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/Help.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScreen>
#include <QSettings>
#include <QShowEvent>
#include <QTabBar>
#include <QTabWidget>

namespace es::ui {

namespace {

constexpr QSize kStartSize(744, 786);
constexpr QSize kMinimumSize(640, 560);
constexpr QLatin1String kSizeKey("windows/connectDialog/size");

} // namespace

void ConnectDialog::buildPages()
{
    m_tabs->setObjectName(QStringLiteral("connectTabWidget"));
    m_tabs->tabBar()->setObjectName(QStringLiteral("connectTabBar"));
    m_tabs->tabBar()->setAccessibleName(tr("Pages"));
    m_tabs->tabBar()->setDrawBase(false);
    m_tabs->setUsesScrollButtons(false);
    // The bar is a stop of its own; by its proxy the widget around it would be a second one, out of order.
    m_tabs->setFocusProxy(nullptr);
    m_tabs->setFocusPolicy(Qt::NoFocus);
    m_tabs->addTab(m_login, tr("Login"));
    m_tabs->addTab(m_properties, tr("Connection Properties"));
    m_tabs->addTab(m_encryption, tr("Always Encrypted"));
    m_tabs->addTab(m_string, tr("Additional Properties"));

    m_progress = new QFrame(this);
    m_progress->setObjectName(QStringLiteral("progressFrame"));
    m_progressText = new QLabel(m_progress);
    m_progressText->setObjectName(QStringLiteral("progressLabel"));
    m_progressText->setTextFormat(Qt::PlainText);
    auto* bar = new QProgressBar(m_progress);
    bar->setObjectName(QStringLiteral("connectProgressBar"));
    bar->setAccessibleName(tr("Connecting"));
    bar->setRange(0, 0);
    bar->setTextVisible(false);
    auto* progress = new QVBoxLayout(m_progress);
    progress->setContentsMargins(20, 10, 20, 12);
    progress->setSpacing(8);
    progress->addWidget(m_progressText);
    progress->addWidget(bar);
    m_progress->hide();

    m_message = new QFrame(this);
    m_message->setProperty("role", QStringLiteral("surface"));
    auto* message = new QVBoxLayout(m_message);
    message->setContentsMargins(16, 0, 16, 12);
    message->addWidget(m_banner);
    m_message->hide();
    m_banner->installEventFilter(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(m_tabs, 1);
    layout->addWidget(m_message);
    layout->addWidget(m_progress);
}

void ConnectDialog::buildFoot()
{
    const auto button = [this](const char* name, const QString& text, const char* kind) {
        auto* made = new QPushButton(text, this);
        made->setObjectName(QString::fromLatin1(name));
        made->setAccessibleName(QString(text).remove(QLatin1Char('&')));
        if (kind != nullptr) made->setProperty("kind", QString::fromLatin1(kind));
        return made;
    };
    m_help = button("helpPushButton", tr("&Help"), "quiet");
    m_save = button("saveProfilePushButton", tr("Sa&ve profile"), "quiet");
    m_connect = button("connectPushButton", tr("&Connect"), "primary");
    m_cancel = button("cancelPushButton", tr("Cancel"), nullptr);
    m_connect->setDefault(true);
    connect(m_help, &QPushButton::clicked, this, [] { showHelp(QStringLiteral("connect")); });
    connect(m_save, &QPushButton::clicked, this, &ConnectDialog::saveProfile);
    connect(m_connect, &QPushButton::clicked, this, &ConnectDialog::accept);
    connect(m_cancel, &QPushButton::clicked, this, &ConnectDialog::reject);

    auto* foot = new QFrame(this);
    foot->setObjectName(QStringLiteral("connectButtonRow"));
    foot->setProperty("role", QStringLiteral("buttonRow"));
    auto* row = new QHBoxLayout(foot);
    row->setContentsMargins(16, 12, 16, 12);
    row->setSpacing(8);
    row->addWidget(m_help);
    row->addWidget(m_save);
    row->addStretch(1);
    row->addWidget(m_connect);
    row->addWidget(m_cancel);
    layout()->addWidget(foot);
}

void ConnectDialog::setTabChain()
{
    // Reading order: head, tabs, the fields of each page, message, buttons.
    QList<QWidget*> stops = m_head->tabStops();
    stops += m_tabs->tabBar();
    for (const FormPage* page : {static_cast<FormPage*>(m_login), static_cast<FormPage*>(m_properties),
             static_cast<FormPage*>(m_encryption), static_cast<FormPage*>(m_string)})
        stops += page->tabStops();
    stops += {m_banner->findChild<QWidget*>(QStringLiteral("bannerFixPushButton")),
        m_banner->findChild<QWidget*>(QStringLiteral("bannerSecondPushButton")),
        m_banner->findChild<QWidget*>(QStringLiteral("bannerCloseToolButton")), m_help, m_save, m_connect, m_cancel};
    for (qsizetype i = 1; i < stops.size(); ++i)
        setTabOrder(stops[i - 1], stops[i]);
}

void ConnectDialog::restoreSize()
{
    setMinimumSize(kMinimumSize);
    QSize size = QSettings().value(kSizeKey, kStartSize).toSize();
    if (const QScreen* here = screen()) size = size.boundedTo(here->availableSize());
    resize(size.expandedTo(kMinimumSize));
}

void ConnectDialog::done(int result)
{
    QSettings().setValue(kSizeKey, size());
    QDialog::done(result);
}

// The frame around the banner comes and goes with it, or an empty strip would stay.
bool ConnectDialog::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_banner && (event->type() == QEvent::ShowToParent || event->type() == QEvent::HideToParent))
        m_message->setVisible(event->type() == QEvent::ShowToParent);
    return QDialog::eventFilter(watched, event);
}

void ConnectDialog::showEvent(QShowEvent* event)
{
    QDialog::showEvent(event);
    if (event->spontaneous()) return;
    if (!m_filled) {
        const QList<SavedConnection> recent = m_profiles.recent();
        if (!recent.isEmpty()) load(recent.first().id);
        m_filled = true;
    }
    if (m_atAttestation) return goTo(ConnectField::kProtocol);
    // A failure that was shown before has its own field.
    if (m_banner->isHidden() || m_tabs->currentWidget() == m_login) focusWhatIsNeeded();
}

} // namespace es::ui
