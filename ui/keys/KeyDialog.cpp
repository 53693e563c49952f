#include "ui/keys/KeyDialog.h"

#include "ui/services/PasswordVault.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/ErrorWords.h"
#include "ui/widgets/Help.h"
#include "ui/widgets/KeyPasswordStrip.h"
#include "ui/widgets/Theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>

namespace es::ui {

namespace {

constexpr int kSlowMs = 500;

} // namespace

KeyDialog::KeyDialog(
    std::shared_ptr<const ConnectionRequest> request, std::shared_ptr<PasswordVault> vault, const QString& helpPage, QWidget* parent)
    : QDialog(parent)
    , m_request(std::move(request))
    , m_vault(std::move(vault))
    , m_host(m_vault)
    , m_situation(m_host)
    , m_keys(m_host)
{
    setWindowModality(Qt::WindowModal);
    m_slow.setSingleShot(true);
    m_slow.setInterval(kSlowMs);
    buildFrame(helpPage);
    installHelp(this, helpPage);
    wire();
}

KeyDialog::~KeyDialog() = default;

void KeyDialog::buildFrame(const QString& helpPage)
{
    m_banner = new Banner(this);
    m_password = new KeyPasswordStrip(this);
    auto* page = new QWidget(this);
    page->setProperty("role", QStringLiteral("page"));
    m_body = new QVBoxLayout(page);
    m_body->setContentsMargins(20, 20, 20, 16);
    m_body->setSpacing(8);
    m_body->addWidget(m_banner);
    m_body->addWidget(m_password);
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("pageScrollArea"));
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(page);

    const auto button = [this](const QString& text, const char* name) {
        auto* made = new QPushButton(text, this);
        made->setObjectName(QString::fromLatin1(name));
        made->setAutoDefault(false);
        return made;
    };
    m_help = button(tr("&Help"), "helpPushButton");
    m_help->setProperty("kind", QStringLiteral("quiet"));
    m_script = button(tr("&Script"), "scriptPushButton");
    m_script->setIcon(Theme::instance().icon("script"));
    m_script->setToolTip(tr("Put the exact statement into a query tab instead of running it"));
    m_ok = button(tr("OK"), "okPushButton");
    m_ok->setProperty("kind", QStringLiteral("primary"));
    m_ok->setDefault(true);
    m_cancel = button(tr("Cancel"), "cancelPushButton");
    m_progress = new QLabel(this);
    m_progress->setObjectName(QStringLiteral("progressLabel"));
    m_progress->setProperty("role", QStringLiteral("small"));
    m_progress->setWordWrap(true);
    QSizePolicy keepPlace(QSizePolicy::Ignored, QSizePolicy::Preferred); // so that the buttons do not move
    keepPlace.setRetainSizeWhenHidden(true);
    m_progress->setSizePolicy(keepPlace);

    auto* row = new QFrame(this);
    row->setProperty("role", QStringLiteral("buttonRow"));
    auto* buttons = new QHBoxLayout(row);
    buttons->setContentsMargins(16, 11, 16, 11);
    buttons->setSpacing(8);
    buttons->addWidget(m_help);
    buttons->addWidget(m_script);
    buttons->addSpacing(8);
    buttons->addWidget(m_progress, 1);
    buttons->addWidget(m_ok);
    buttons->addWidget(m_cancel);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(scroll, 1);
    layout->addWidget(row);
    connect(m_help, &QPushButton::clicked, this, [helpPage] { showHelp(helpPage); });
}

void KeyDialog::wire()
{
    connect(m_script, &QPushButton::clicked, this, [this] { attempt(true); });
    connect(m_ok, &QPushButton::clicked, this, [this] { attempt(false); });
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_password, &KeyPasswordStrip::given, this, [this] {
        m_vault->remember(m_askedKey.toStdString(), m_password->takePassword());
        attempt(m_scriptOnly);
    });
    connect(m_password, &KeyPasswordStrip::declined, this, [this] {
        m_vault->forget(m_askedKey.toStdString());
        m_banner->showMessage(Banner::Kind::kWarning, tr("The key %1 stays closed").arg(m_askedKey),
            tr("Without its password it can neither sign nor wrap a key. Nothing was changed in the database."));
    });
    connect(&m_slow, &QTimer::timeout, m_progress, [this] { m_progress->setVisible(m_busy); });
    connect(&Theme::instance(), &Theme::changed, this, [this] { m_script->setIcon(Theme::instance().icon("script")); });
    connect(m_banner, &Banner::fixRequested, this, [this] {
        m_banner->hide();
        start();
    });

    connect(&m_host, &SessionHost::connected, this, [this] { refresh(); });
    connect(&m_host, &SessionHost::connectionFailed, this, [this](RequestId, const base::Error& error) { failedWith(error); });
    connect(&m_situation, &KeySituationService::ready, this, [this](RequestId, const KeySituation& situation) {
        m_ready = true;
        setBusy(false);
        situationReady(situation);
        updateButtons();
    });
    connect(&m_situation, &KeySituationService::failed, this, [this](RequestId, const base::Error& error) { failedWith(error); });
    connect(&m_keys, &KeyService::created, this, [this](RequestId id, const KeyCreated& key) {
        if (id == m_current) finished(key);
    });
    connect(&m_keys, &KeyService::failed, this, [this](RequestId id, const base::Error& error) {
        if (id == m_current) failedWith(error);
    });
    connect(&m_keys, &KeyService::cancelled, this, [this](RequestId id) {
        if (id == m_current) setBusy(false);
    });
}

void KeyDialog::start()
{
    setBusy(true, tr("Connecting to %1…").arg(m_request->profile.serverText()));
    m_host.connectTo(m_request);
}

void KeyDialog::refresh()
{
    setBusy(true, tr("Reading the keys of %1…").arg(m_request->profile.database));
    m_situation.refresh();
}

void KeyDialog::attempt(bool scriptOnly)
{
    if (m_busy) return;
    m_banner->hide();
    m_scriptOnly = scriptOnly;
    m_current = make(scriptOnly);
    if (m_current != RequestId::kNone) setBusy(true, busyWords());
}

void KeyDialog::finished(const KeyCreated& key)
{
    setBusy(false);
    m_current = RequestId::kNone;
    if (key.executed) {
        Q_EMIT created(key.name);
        accept();
        return;
    }
    Q_EMIT scriptRequested(key.statement);
    m_banner->showMessage(
        Banner::Kind::kInformation, tr("The statement is in a query tab. Nothing was changed in the database."), scriptedWords(key));
    refresh();
}

void KeyDialog::failedWith(const base::Error& error)
{
    setBusy(false);
    m_current = RequestId::kNone;
    if (needsKeyPassword(error) && m_ready) {
        askForPassword(error);
        return;
    }
    const bool lost = error.consequence == base::Consequence::kSessionUnusable || !m_host.isConnected();
    if (!lost && markError(error)) return;
    const ErrorWords words = wordsFor(error);
    m_banner->showMessage(Banner::Kind::kError, words.title, words.text, lost ? tr("Connect again") : QString());
    if (lost)
        m_ready = false;
    else if (m_ready)
        refresh();
    updateButtons();
}

void KeyDialog::askForPassword(const base::Error& error)
{
    const bool again = isWrongKeyPassword(error);
    m_askedKey = again ? keyFile() : QString::fromStdString(error.setting);
    m_banner->hide();
    m_password->ask(m_askedKey, again ? tr("%1 did not open: wrong password. Nothing was written to the server.").arg(m_askedKey) : QString());
}

void KeyDialog::setBusy(bool busy, const QString& words)
{
    m_busy = busy;
    m_progress->setVisible(false);
    m_progress->setText(words);
    if (busy)
        m_slow.start();
    else
        m_slow.stop();
    // Before the first answer the fields can be filled already.
    setFieldsEnabled(!busy || m_current == RequestId::kNone);
    updateButtons();
}

void KeyDialog::updateButtons()
{
    const bool can = !m_busy && m_ready && canMake();
    m_ok->setEnabled(can);
    m_script->setEnabled(can);
}

void KeyDialog::reject()
{
    m_current = RequestId::kNone;
    m_host.cancel();
    QDialog::reject();
}

void KeyDialog::mark(QWidget* field, QLabel* label, const QString& problem)
{
    const QVariant wanted = problem.isEmpty() ? QVariant() : QVariant(QStringLiteral("yes"));
    if (field && field->property("error") != wanted) {
        field->setProperty("error", wanted);
        field->style()->unpolish(field);
        field->style()->polish(field);
    }
    label->setText(problem);
    label->setVisible(!problem.isEmpty());
}

QString KeyDialog::nextFreeName(const QString& stem, const std::function<bool(const QString&)>& taken)
{
    int number = 1;
    while (taken(stem + QString::number(number)))
        ++number;
    return stem + QString::number(number);
}

} // namespace es::ui
