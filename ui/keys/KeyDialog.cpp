#include "ui/keys/KeyDialog.h"

#include "ui/services/PasswordVault.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/ErrorWords.h"
#include "ui/widgets/Help.h"
#include "ui/widgets/Theme.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QStyle>
#include <QVBoxLayout>

namespace es::ui {

namespace {

constexpr int kQuietMs = 500;

std::shared_ptr<const ConnectionRequest> metadataOnly(const ConnectionRequest& request)
{
    auto out = std::make_shared<ConnectionRequest>();
    out->profile = request.profile;
    out->password = request.password.clone();
    // Keys are made here and their metadata is no encrypted column: the enclave has no part in it.
    out->profile.columnEncryption = false;
    out->profile.attestation = AttestationChoice::kOff;
    return out;
}

} // namespace

KeyDialog::KeyDialog(std::shared_ptr<const ConnectionRequest> request, std::shared_ptr<PasswordVault> vault, const char* name,
    const QString& title, const QString& helpPage, QWidget* parent)
    : QDialog(parent)
    , m_request(metadataOnly(*request))
    , m_vault(std::move(vault))
    , m_host(m_vault)
    , m_catalog(m_host)
    , m_keys(m_host)
    , m_banner(new Banner(this))
    , m_bar(new QProgressBar(this))
    , m_progress(new QLabel(this))
{
    setObjectName(QString::fromLatin1(name));
    setWindowTitle(title);
    setWindowModality(Qt::WindowModal);
    installHelp(this, helpPage);
    auto* page = new QWidget(this);
    page->setProperty("role", QStringLiteral("page"));
    m_body = new QVBoxLayout(page);
    m_body->setContentsMargins(20, 16, 20, 12);
    m_body->setSpacing(12);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(page);

    m_bar->setObjectName(QStringLiteral("keyProgressBar"));
    m_bar->setAccessibleName(tr("Work going on"));
    m_bar->setRange(0, 0);
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(72);
    m_progress->setObjectName(QStringLiteral("keyProgressLabel"));
    m_progress->setProperty("role", QStringLiteral("small"));
    auto* row = new QFrame(this);
    row->setProperty("role", QStringLiteral("buttonRow"));
    auto* help = new QPushButton(tr("&Help"), row);
    help->setObjectName(QStringLiteral("keyHelpPushButton"));
    help->setProperty("kind", QStringLiteral("quiet"));
    m_script = new QPushButton(tr("S&cript"), row);
    m_script->setObjectName(QStringLiteral("keyScriptPushButton"));
    m_script->setToolTip(tr("Show the exact T-SQL in a query window; the database is not changed"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, row);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_cancel = buttons->button(QDialogButtonBox::Cancel);
    m_ok->setObjectName(QStringLiteral("keyOkPushButton"));
    m_ok->setProperty("kind", QStringLiteral("primary"));
    m_cancel->setObjectName(QStringLiteral("keyCancelPushButton"));
    for (QPushButton* button : {m_ok, m_cancel}) {
        button->setIcon({});
        button->style()->unpolish(button); // the box polished it before it had its kind
        button->style()->polish(button);
    }
    help->setAutoDefault(false);
    m_script->setAutoDefault(false);
    m_ok->setDefault(true);
    auto* rowLayout = new QHBoxLayout(row);
    rowLayout->setContentsMargins(16, 11, 16, 11);
    rowLayout->addWidget(help);
    rowLayout->addWidget(m_script);
    rowLayout->addSpacing(12);
    rowLayout->addWidget(m_bar);
    rowLayout->addWidget(m_progress, 1);
    rowLayout->addWidget(buttons);
    m_bar->hide();

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    layout->addWidget(scroll, 1);
    layout->addWidget(row);

    connect(help, &QPushButton::clicked, this, [helpPage] { showHelp(helpPage); });
    connect(m_script, &QPushButton::clicked, this, [this] { send(true); });
    connect(buttons, &QDialogButtonBox::accepted, this, [this] { send(false); });
    connect(buttons, &QDialogButtonBox::rejected, this, &KeyDialog::reject);
    wire();
    updateButtons();
}

void KeyDialog::wire()
{
    m_tick.setInterval(250);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        if (m_since.elapsed() < kQuietMs) return;
        m_bar->show();
        const qint64 seconds = m_since.elapsed() / 1000;
        m_progress->setText(QStringLiteral("%1 %2:%3").arg(m_busy).arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0')));
    });
    connect(&m_host, &SessionHost::connected, this, [this] {
        setBusy(tr("Reading keys"));
        m_catalog.refresh();
        m_catalog.refreshServer();
        m_keys.listKeyFiles();
    });
    connect(&m_keys, &KeyService::keyFilesListed, this, [this](RequestId, const QStringList& names) { keyFilesArrived(names); });
    connect(&m_host, &SessionHost::connectionFailed, this, [this](RequestId, const base::Error& error) {
        setBusy({});
        showProblem(error, tr("Nothing was changed."));
    });
    connect(&m_host, &SessionHost::connectionCancelled, this, [this](RequestId) { QDialog::reject(); });
    connect(&m_catalog, &CatalogService::snapshotReady, this, [this](RequestId, std::shared_ptr<const catalog::CatalogSnapshot> found) {
        m_snapshot = std::move(found);
        setBusy({});
        snapshotArrived();
        updateButtons();
    });
    connect(&m_catalog, &CatalogService::serverReady, this,
        [this](RequestId, std::shared_ptr<const catalog::ServerSnapshot> server) { enclaveArrived(server->enclave); });
    connect(&m_catalog, &CatalogService::failed, this, [this](RequestId, const base::Error& error) {
        setBusy({});
        showProblem(error, tr("Nothing was changed."));
    });
    connect(&m_keys, &KeyService::created, this, [this](RequestId id, const KeyCreated& key) {
        if (id == m_current) finished(key);
    });
    connect(&m_keys, &KeyService::failed, this, [this](RequestId id, const base::Error& error) {
        if (id == m_current) failed(error);
    });
    connect(&m_keys, &KeyService::cancelled, this, [this](RequestId id) {
        if (id != m_current) return;
        m_current = RequestId::kNone;
        setBusy({});
        m_banner->showMessage(Banner::Kind::kInformation, tr("Cancelled"), tr("The database was not changed."));
    });
}

void KeyDialog::start()
{
    const QSize size = QSettings().value(QStringLiteral("windows/%1").arg(objectName())).toSize();
    if (size.isValid()) resize(size);
    setBusy(tr("Connecting"));
    m_host.connectTo(m_request);
}

void KeyDialog::done(int result)
{
    QSettings().setValue(QStringLiteral("windows/%1").arg(objectName()), size());
    QDialog::done(result);
}

void KeyDialog::reject()
{
    if (m_current != RequestId::kNone) {
        setBusy(tr("Cancelling"));
        m_host.cancel();
        return;
    }
    QDialog::reject(); // what still connects or reads is let go with the session
}

QLabel* KeyDialog::addNote(QFormLayout* form, const char* name)
{
    auto* note = new QLabel(this);
    note->setObjectName(QString::fromLatin1(name));
    note->setProperty("role", QStringLiteral("small"));
    note->setWordWrap(true);
    note->hide();
    form->addRow(QString(), note);
    return note;
}

void KeyDialog::showNote(QWidget* field, QLabel* note, const QString& text)
{
    note->setText(text);
    note->setProperty("tone", QStringLiteral("err"));
    note->setVisible(!text.isEmpty());
    field->setProperty("error", text.isEmpty() ? QString() : QStringLiteral("yes"));
    for (QWidget* widget : {field, static_cast<QWidget*>(note)}) {
        widget->style()->unpolish(widget);
        widget->style()->polish(widget);
    }
    field->setAccessibleDescription(text);
}

void KeyDialog::setBusy(const QString& what)
{
    if (m_busy.isEmpty() && !what.isEmpty()) m_since.start();
    m_busy = what;
    if (what.isEmpty()) {
        m_tick.stop();
        m_bar->hide();
        m_progress->clear();
    } else {
        m_tick.start();
    }
    updateButtons();
}

void KeyDialog::updateButtons()
{
    const bool ready = m_busy.isEmpty() && m_snapshot != nullptr;
    m_ok->setEnabled(ready);
    m_script->setEnabled(ready);
    m_body->parentWidget()->setEnabled(m_current == RequestId::kNone);
}

void KeyDialog::showProblem(const base::Error& error, const QString& notChanged)
{
    const ErrorWords words = wordsFor(error);
    m_banner->showMessage(Banner::Kind::kError, words.title, words.text.isEmpty() ? notChanged : words.text + QLatin1Char(' ') + notChanged);
}

void KeyDialog::send(bool scriptOnly)
{
    m_banner->hide();
    m_scriptOnly = scriptOnly;
    m_current = submit(scriptOnly);
    if (m_current == RequestId::kNone) return;
    setBusy(tr("Making the key"));
}

void KeyDialog::finished(const KeyCreated& key)
{
    m_current = RequestId::kNone;
    setBusy({});
    if (m_scriptOnly)
        Q_EMIT scriptRequested(key.statement + QLatin1Char('\n'));
    else
        Q_EMIT created(key.name);
    accept();
}

void KeyDialog::failed(const base::Error& error)
{
    m_current = RequestId::kNone;
    setBusy({});
    if (needsKeyPassword(error)) {
        const bool wrong = isWrongKeyPassword(error);
        if (!wrong) m_askedKey = QString::fromStdString(error.setting);
        if (wrong) m_vault->forget(m_askedKey.toStdString());
        return passwordNeeded(m_askedKey, wrong ? tr("%1 did not open: wrong password. Nothing was written to the server.").arg(m_askedKey) : QString());
    }
    if (!markError(error)) showProblem(error, tr("The database was not changed."));
}

} // namespace es::ui
