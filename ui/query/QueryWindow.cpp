#include "ui/query/QueryWindow.h"

#include "ui/editor/SqlEditor.h"
#include "ui/models/MessagesModel.h"
#include "ui/query/QueryBar.h"
#include "ui/results/ResultsView.h"
#include "ui/services/EnvironmentWords.h"
#include "ui/services/PasswordVault.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/ErrorWords.h"
#include "ui/widgets/KeyPasswordDialog.h"

#include <QFileInfo>
#include <QLocale>
#include <QSplitter>
#include <QVBoxLayout>

namespace es::ui {

QueryWindow::QueryWindow(std::shared_ptr<PasswordVault> vault, QWidget* parent)
    : QWidget(parent)
    , m_vault(std::move(vault))
    , m_host(m_vault)
    , m_query(m_host)
    , m_enclave(m_host)
    , m_trust(new TrustBar(this))
    , m_bar(new QueryBar(this))
    , m_editor(new SqlEditor(this))
    , m_banner(new Banner(this))
    , m_results(new ResultsView(this))
    , m_lower(new QWidget(this))
{
    setObjectName(QStringLiteral("queryWindow"));
    auto* lowerLayout = new QVBoxLayout(m_lower);
    lowerLayout->setContentsMargins(0, 0, 0, 0);
    lowerLayout->setSpacing(0);
    lowerLayout->addWidget(m_banner);
    lowerLayout->addWidget(m_results, 1);
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setObjectName(QStringLiteral("querySplitter"));
    splitter->setHandleWidth(3);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_editor);
    splitter->addWidget(m_lower);
    splitter->setStretchFactor(0, 10);
    splitter->setStretchFactor(1, 13);
    splitter->setSizes({300, 390});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_trust);
    layout->addWidget(m_bar);
    layout->addWidget(splitter, 1);
    setFocusProxy(m_editor);
    wireSession();
    wireQuery();
    wireAttestation();
    updateState();
}

QueryWindow::~QueryWindow() = default;

void QueryWindow::wireSession()
{
    connect(m_bar, &QueryBar::executeRequested, this, &QueryWindow::execute);
    connect(m_bar, &QueryBar::stopRequested, this, &QueryWindow::stop);
    connect(m_trust, &TrustBar::choiceChanged, this, &QueryWindow::changeEncryption);
    connect(m_banner, &Banner::fixRequested, this, &QueryWindow::applyFix);
    connect(m_results, &ResultsView::messageActivated, m_editor, &SqlEditor::markLine);
    connect(m_editor, &SqlEditor::caretMoved, this, [this] { Q_EMIT caretChanged(m_editor->caretLine(), m_editor->caretColumn()); });
    connect(m_editor, &SqlEditor::textEdited, this, &QueryWindow::documentChanged);
    connect(m_editor, &SqlEditor::modificationChanged, this, &QueryWindow::documentChanged);

    connect(&m_host, &SessionHost::stateChanged, this, [this](HostState state) {
        updateState();
        if (state == HostState::kCancelling) Q_EMIT statusChanged(tr("Cancelling…"));
    });
    connect(&m_host, &SessionHost::factsChanged, this, &QueryWindow::updateState);
    connect(&m_host, &SessionHost::connected, this, [this](RequestId, const SessionFacts& facts) {
        updateState();
        Q_EMIT statusChanged(tr("Connected to %1, database %2").arg(facts.serverText, facts.database));
        if (std::exchange(m_runAfterConnect, false)) execute();
    });
    connect(&m_host, &SessionHost::connectionFailed, this, [this](RequestId, const base::Error& error) { connectionFailed(error); });
    connect(&m_host, &SessionHost::connectionCancelled, this, [this](RequestId) {
        m_runAfterConnect = false;
        m_fix = Fix::kReconnect;
        m_banner->showMessage(Banner::Kind::kInformation, tr("Connecting was cancelled"), tr("Nothing was sent."), tr("Connect again"));
        Q_EMIT statusChanged(tr("Not connected"));
        updateState();
    });
}

void QueryWindow::wireQuery()
{
    connect(&m_query, &QueryService::columnsReady, this,
        [this](RequestId, int index, std::shared_ptr<const types::ColumnSet> columns) { m_results->addResult(index, std::move(columns)); });
    connect(
        &m_query, &QueryService::rowsReady, this, [this](RequestId, int index, std::shared_ptr<const types::RowBlock> rows) {
            m_rows += rows->rowCount();
            m_bar->setRowCount(m_rows);
            m_results->appendRows(index, std::move(rows));
        });
    connect(&m_query, &QueryService::statementDone, this, [this](RequestId, qint64 rows) {
        if (rows < 0) return;
        MessageEntry entry;
        entry.text = rows == 1 ? tr("(1 row affected)") : tr("(%1 rows affected)").arg(QLocale().toString(rows));
        m_results->messages().append(entry);
    });
    connect(&m_query, &QueryService::message, this, [this](RequestId, const QueryMessage& message) {
        MessageEntry entry;
        entry.kind = static_cast<MessageEntry::Kind>(message.kind);
        entry.text = message.text;
        entry.number = message.number;
        entry.severity = message.severity;
        entry.state = message.state;
        entry.line = message.line;
        entry.procedure = message.procedure;
        entry.remedy = message.remedy;
        m_results->messages().append(entry);
        if (message.kind == QueryMessage::Kind::kError) {
            m_anyError = true;
            m_editor->markLine(message.line);
        }
    });
    connect(&m_query, &QueryService::ended, this, [this](RequestId, const QueryEnd& end) { queryEnded(end); });
}

void QueryWindow::connectTo(std::shared_ptr<const ConnectionRequest> request)
{
    m_request = std::move(request);
    m_profile = m_request->profile;
    if (m_profile.attestation != AttestationChoice::kOff) {
        m_protocol = m_profile.attestation;
        m_protocolUrl = m_profile.attestationUrl;
    }
    m_trust->setChoice(!m_profile.columnEncryption                         ? EncryptionChoice::kOff
            : m_profile.attestation == AttestationChoice::kOff ? EncryptionChoice::kOn
                                                               : EncryptionChoice::kOnWithEnclave);
    m_trust->setEnvironment(environmentWord(m_profile), QString::fromLatin1(environmentKey(m_profile.environment)));
    reconnect();
    Q_EMIT documentChanged();
}

void QueryWindow::waitFor(const ConnectionProfile& profile, const QString& title, const QString& why, const FixOffer& fix)
{
    m_profile = profile;
    m_trust->setEnvironment(environmentWord(profile), QString::fromLatin1(environmentKey(profile.environment)));
    m_fix = fix.fix;
    m_banner->showMessage(Banner::Kind::kInformation, title, why, fix.label);
    updateState();
    Q_EMIT documentChanged();
}

void QueryWindow::reconnect()
{
    m_banner->hide();
    m_failure.reset();
    Q_EMIT statusChanged(tr("Connecting to %1…").arg(m_request->profile.serverText()));
    m_host.connectTo(m_request);
    updateState();
}

// The program's own sandbox may have to be started again, and then listens elsewhere: that is not this window's to know.
void QueryWindow::connectAgain()
{
    if (m_request && !m_profile.ownSandbox)
        reconnect();
    else
        Q_EMIT reconnectRequested();
}

void QueryWindow::changeEncryption(EncryptionChoice choice)
{
    if (!m_request) return;
    auto changed = std::make_shared<ConnectionRequest>();
    changed->profile = m_request->profile;
    changed->password = m_request->password.clone();
    changed->profile.columnEncryption = choice != EncryptionChoice::kOff;
    const bool enclave = choice == EncryptionChoice::kOnWithEnclave;
    changed->profile.attestation = enclave ? m_protocol : AttestationChoice::kOff;
    changed->profile.attestationUrl = enclave ? m_protocolUrl : QString();
    m_request = std::move(changed);
    m_profile = m_request->profile;
    reconnect();
    Q_EMIT documentChanged();
}

QString QueryWindow::title() const
{
    return m_path.isEmpty() ? m_title : QFileInfo(m_path).fileName();
}

void QueryWindow::setTitle(const QString& title)
{
    m_title = title;
    Q_EMIT documentChanged();
}

base::Result<void> QueryWindow::openFile(const QString& path)
{
    ES_TRY(TextFile file, TextFile::read(path));
    m_editor->setText(file.text);
    m_file = std::move(file);
    m_file.text.clear();
    m_path = path;
    Q_EMIT documentChanged();
    return {};
}

base::Result<void> QueryWindow::saveFile(const QString& path)
{
    TextFile file = m_file;
    file.text = m_editor->text();
    ES_CHECK(file.write(path));
    m_path = path;
    m_editor->setModified(false);
    Q_EMIT statusChanged(tr("Saved %1").arg(path));
    Q_EMIT documentChanged();
    return {};
}

void QueryWindow::setText(const QString& text, bool modified)
{
    m_editor->setText(text);
    m_editor->setModified(modified);
}

QString QueryWindow::text() const
{
    return m_editor->text();
}

bool QueryWindow::isModified() const
{
    return m_editor->isModified();
}

void QueryWindow::execute()
{
    if (m_query.isRunning()) return;
    if (!m_host.isConnected()) {
        if (!m_request) {
            Q_EMIT connectionSettingsRequested(std::nullopt);
            return;
        }
        m_runAfterConnect = true;
        if (m_host.state() != HostState::kConnecting) connectAgain();
        return;
    }
    const SqlEditor::Piece piece = m_editor->pieceToRun();
    if (piece.text.trimmed().isEmpty()) {
        Q_EMIT statusChanged(tr("Nothing to run: the editor is empty"));
        return;
    }
    m_banner->hide();
    m_results->clear();
    m_editor->clearMarks();
    m_anyError = false;
    m_rows = 0;
    m_lower->show();
    QueryRequest request;
    request.text = piece.text;
    request.firstLine = piece.firstLine;
    request.parameterize = m_bar->parameterize() && m_trust->choice() != EncryptionChoice::kOff;
    Q_EMIT statusChanged(tr("Running…"));
    m_query.run(request);
    updateState();
}

void QueryWindow::stop()
{
    if (m_query.isRunning())
        m_query.cancel();
    else
        m_host.cancel();
}

void QueryWindow::queryEnded(const QueryEnd& end)
{
    const bool failed = end.outcome == QueryEnd::Outcome::kFailed || m_anyError;
    m_results->finish(failed);
    updateState();
    const QString seconds = QLocale().toString(static_cast<double>(end.elapsedMs) / 1000.0, 'f', 3);
    const QString rows = end.rowCount == 1 ? tr("1 row") : tr("%1 rows").arg(QLocale().toString(end.rowCount));
    const QString trips = end.facts.roundTrips == 1 ? tr("1 round trip") : tr("%1 round trips").arg(end.facts.roundTrips);
    switch (end.outcome) {
    case QueryEnd::Outcome::kCompleted: Q_EMIT statusChanged(tr("%1 · %2 s · %3 so far").arg(rows, seconds, trips)); break;
    case QueryEnd::Outcome::kCancelled: Q_EMIT statusChanged(tr("Cancelled after %1 s · %2").arg(seconds, rows)); break;
    case QueryEnd::Outcome::kFailed: Q_EMIT statusChanged(tr("Failed after %1 s").arg(seconds)); break;
    }
    if (end.error) explain(end);
}

void QueryWindow::explain(const QueryEnd& end)
{
    const base::Error& error = *end.error;
    if (needsKeyPassword(error)) {
        askForKeyPassword(error);
        return;
    }
    if (isEnclaveRefused(error) || isServiceUnreachable(error)) {
        explainAttestation(error, end.facts.attestationReport); // the host is told of it a moment later
        return;
    }
    const ErrorWords words = wordsFor(error);
    const FixOffer offer = fixForQuery(error, {m_trust->choice() == EncryptionChoice::kOnWithEnclave, m_bar->parameterize()});
    m_fix = offer.fix;
    m_banner->showMessage(Banner::Kind::kError, words.title, words.text, offer.label);
}

void QueryWindow::askForKeyPassword(const base::Error& error)
{
    const bool again = isWrongKeyPassword(error);
    if (!again) m_askedKey = QString::fromStdString(error.setting);
    auto* dialog = new KeyPasswordDialog(
        m_askedKey, again ? tr("%1 did not open: wrong password. Nothing was sent to the server.").arg(m_askedKey) : QString(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        m_vault->remember(m_askedKey.toStdString(), dialog->takePassword());
        execute();
    });
    connect(dialog, &QDialog::rejected, this, [this] {
        m_vault->forget(m_askedKey.toStdString());
        m_fix = Fix::kNone;
        m_banner->showMessage(Banner::Kind::kWarning, tr("The key %1 stays closed").arg(m_askedKey),
            tr("Without its password encrypted columns cannot be shown. Run again to be asked, or set Always Encrypted to "
               "Off to see them as stored."));
    });
    dialog->open();
}

void QueryWindow::connectionFailed(const base::Error& error)
{
    m_runAfterConnect = false;
    m_failure = error;
    const ErrorWords words = wordsFor(error);
    const FixOffer offer = fixForConnection(error);
    m_fix = offer.fix;
    m_details = QString::fromStdString(error.describe());
    m_banner->showMessage(Banner::Kind::kError, words.title, words.text, offer.label, tr("Copy details"));
    Q_EMIT statusChanged(tr("Not connected"));
    updateState();
}

void QueryWindow::showProblem(const base::Error& error, const QString& title, const FixOffer& fix)
{
    m_fix = fix.fix;
    m_banner->showMessage(Banner::Kind::kError, title, QString::fromStdString(error.describe()), fix.label);
}

void QueryWindow::applyFix()
{
    m_banner->hide();
    switch (std::exchange(m_fix, Fix::kNone)) {
    case Fix::kNone: return;
    case Fix::kTurnOnEnclaves:
        m_trust->setChoice(EncryptionChoice::kOnWithEnclave);
        m_runAfterConnect = true;
        changeEncryption(EncryptionChoice::kOnWithEnclave);
        return;
    case Fix::kParameterize:
        m_bar->setParameterize(true);
        execute();
        return;
    case Fix::kReconnect: connectAgain(); return;
    case Fix::kChangeConnection: Q_EMIT connectionSettingsRequested(m_failure); return;
    case Fix::kOpenWizard: Q_EMIT wizardRequested(); return;
    case Fix::kShowEvidence: Q_EMIT evidenceRequested(); return;
    case Fix::kUseSuggestedUrl: useSuggestedUrl(); return;
    case Fix::kRunAgain: execute(); return;
    case Fix::kChangeAttestation: Q_EMIT attestationSettingsRequested(); return;
    }
}

void QueryWindow::toggleResults()
{
    m_lower->setVisible(!m_lower->isVisible());
    if (!m_lower->isVisible()) m_editor->setFocus();
}

void QueryWindow::enterPanes(bool forward)
{
    if (forward || !m_lower->isVisible())
        m_editor->setFocus(Qt::ShortcutFocusReason);
    else
        m_results->focusCurrent();
}

bool QueryWindow::focusNextPane(bool forward)
{
    const bool inResults = m_lower->isAncestorOf(focusWidget()) && m_lower->isVisible();
    if (forward && !inResults && m_lower->isVisible()) {
        m_results->focusCurrent();
        return true;
    }
    if (!forward && inResults) {
        m_editor->setFocus(Qt::ShortcutFocusReason);
        return true;
    }
    return false;
}

void QueryWindow::updateState()
{
    const HostState state = m_host.state();
    const bool running = m_query.isRunning();
    const bool connecting = state == HostState::kConnecting;
    m_trust->showState(state, m_host.facts());
    m_bar->setDatabase(m_host.isConnected() ? m_host.facts().database : QString());
    m_bar->setCanExecute(!running && !connecting);
    m_bar->setCanStop(running || connecting);
    m_bar->setBusy(state == HostState::kCancelling ? tr("Cancelling") : running ? tr("Running") : connecting ? tr("Connecting") : QString());
    Q_EMIT trustChanged();
}

} // namespace es::ui
