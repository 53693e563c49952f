#include "ui/query/QueryWindow.h"

#include "ui/editor/SqlEditor.h"
#include "ui/models/MessagesModel.h"
#include "ui/widgets/ErrorWords.h"
#include "ui/widgets/KeyPasswordDialog.h"
#include "ui/results/ResultsView.h"
#include "ui/services/PasswordVault.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/Theme.h"

#include <QAction>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QLocale>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

namespace es::ui {

QueryWindow::QueryWindow(std::shared_ptr<PasswordVault> vault, QWidget* parent)
    : QWidget(parent)
    , m_vault(std::move(vault))
    , m_host(m_vault)
    , m_query(m_host)
    , m_trust(new TrustBar(this))
    , m_execute(new QToolButton(this))
    , m_stop(new QToolButton(this))
    , m_parameterize(new QCheckBox(tr("&Parameterize variables"), this))
    , m_editor(new SqlEditor(this))
    , m_banner(new Banner(this))
    , m_results(new ResultsView(this))
{
    setObjectName(QStringLiteral("queryWindow"));
    buildBars();
    wire();
    updateActions();
}

QueryWindow::~QueryWindow() = default;

void QueryWindow::buildBars()
{
    const Theme& theme = Theme::instance();
    auto* bar = new QFrame(this);
    bar->setObjectName(QStringLiteral("queryBarFrame"));
    bar->setProperty("bar", QStringLiteral("query"));
    m_execute->setObjectName(QStringLiteral("executeToolButton"));
    m_execute->setText(tr("Execute"));
    m_execute->setIcon(theme.icon("run", "onAccent"));
    m_execute->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_execute->setProperty("kind", QStringLiteral("run"));
    m_execute->setToolTip(tr("Run the selection, or everything (F5)"));
    m_execute->setAccessibleName(tr("Execute"));
    m_execute->setFocusPolicy(Qt::TabFocus);
    m_stop->setObjectName(QStringLiteral("stopToolButton"));
    m_stop->setText(tr("Cancel"));
    m_stop->setIcon(theme.icon("stop"));
    m_stop->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_stop->setToolTip(tr("Stop what runs (Alt+Break); again: give the connection up"));
    m_stop->setAccessibleName(tr("Cancel the query"));
    m_stop->setFocusPolicy(Qt::TabFocus);
    m_parameterize->setObjectName(QStringLiteral("parameterizeCheckBox"));
    m_parameterize->setChecked(true);
    m_parameterize->setToolTip(tr("DECLARE @x type = literal becomes a typed parameter, which is encrypted before it leaves this machine"));
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(12, 6, 12, 6);
    row->setSpacing(8);
    row->addWidget(m_execute);
    row->addWidget(m_stop);
    row->addSpacing(8);
    row->addWidget(m_parameterize);
    row->addStretch(1);

    auto* lower = new QWidget(this);
    auto* lowerLayout = new QVBoxLayout(lower);
    lowerLayout->setContentsMargins(0, 0, 0, 0);
    lowerLayout->setSpacing(0);
    lowerLayout->addWidget(m_banner);
    lowerLayout->addWidget(m_results, 1);
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setObjectName(QStringLiteral("querySplitter"));
    splitter->setHandleWidth(3);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_editor);
    splitter->addWidget(lower);
    splitter->setStretchFactor(0, 10);
    splitter->setStretchFactor(1, 13);
    splitter->setSizes({300, 390});

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_trust);
    layout->addWidget(bar);
    layout->addWidget(splitter, 1);
    setFocusProxy(m_editor);
}

void QueryWindow::wire()
{
    connect(m_execute, &QToolButton::clicked, this, &QueryWindow::execute);
    connect(m_stop, &QToolButton::clicked, this, &QueryWindow::stop);
    connect(m_trust, &TrustBar::choiceChanged, this, &QueryWindow::changeEncryption);
    connect(m_banner, &Banner::fixRequested, this, &QueryWindow::applyFix);
    connect(m_results, &ResultsView::messageActivated, m_editor, &SqlEditor::markLine);
    connect(m_editor, &SqlEditor::caretMoved, this, [this] { Q_EMIT caretChanged(m_editor->caretLine(), m_editor->caretColumn()); });

    connect(&m_host, &SessionHost::stateChanged, this, [this](HostState state) {
        m_trust->showState(state, m_host.facts());
        updateActions();
        if (state == HostState::kCancelling)
            Q_EMIT statusChanged(tr("Cancelling…"));
    });
    connect(&m_host, &SessionHost::factsChanged, this, [this](const SessionFacts& facts) { m_trust->showState(m_host.state(), facts); });
    connect(&m_host, &SessionHost::connected, this, [this](RequestId, const SessionFacts& facts) {
        m_trust->showState(m_host.state(), facts);
        Q_EMIT statusChanged(tr("Connected to %1, database %2").arg(facts.serverText, facts.database));
        if (std::exchange(m_runAfterConnect, false))
            execute();
    });
    connect(&m_host, &SessionHost::connectionFailed, this,
            [this](RequestId, const base::Error& error) { connectionFailed(error); });

    connect(&m_query, &QueryService::columnsReady, this,
            [this](RequestId, int index, std::shared_ptr<const types::ColumnSet> columns) { m_results->addResult(index, std::move(columns)); });
    connect(&m_query, &QueryService::rowsReady, this,
            [this](RequestId, int index, std::shared_ptr<const types::RowBlock> rows) { m_results->appendRows(index, std::move(rows)); });
    connect(&m_query, &QueryService::statementDone, this, [this](RequestId, qint64 rows) {
        if (rows >= 0) {
            MessageEntry entry;
            entry.text = rows == 1 ? tr("(1 row affected)") : tr("(%1 rows affected)").arg(QLocale().toString(rows));
            m_results->messages().append(entry);
        }
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
    connect(&m_query, &QueryService::ended, this, &QueryWindow::queryEnded);
}

void QueryWindow::connectTo(std::shared_ptr<const ConnectionRequest> request)
{
    m_request = std::move(request);
    const ConnectionProfile& profile = m_request->profile;
    m_trust->setChoice(!profile.columnEncryption                          ? EncryptionChoice::kOff
                           : profile.attestation == AttestationChoice::kOff ? EncryptionChoice::kOn
                                                                            : EncryptionChoice::kOnWithEnclave);
    reconnect();
}

void QueryWindow::reconnect()
{
    m_banner->hide();
    Q_EMIT statusChanged(tr("Connecting to %1…").arg(m_request->profile.serverText()));
    m_host.connectTo(m_request);
}

void QueryWindow::changeEncryption(EncryptionChoice choice)
{
    if (!m_request)
        return;
    auto changed = std::make_shared<ConnectionRequest>();
    changed->profile = m_request->profile;
    changed->password = m_request->password.clone();
    changed->profile.columnEncryption = choice != EncryptionChoice::kOff;
    changed->profile.attestation = choice == EncryptionChoice::kOnWithEnclave ? AttestationChoice::kNone : AttestationChoice::kOff;
    m_request = std::move(changed);
    reconnect();
}

void QueryWindow::setText(const QString& text)
{
    m_editor->setText(text);
}

QString QueryWindow::text() const
{
    return m_editor->text();
}

void QueryWindow::execute()
{
    if (m_query.isRunning())
        return;
    if (!m_host.isConnected()) {
        m_runAfterConnect = true;
        if (m_request && m_host.state() != HostState::kConnecting) {
            Q_EMIT reconnectRequested();
            reconnect();
        }
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
    QueryRequest request;
    request.text = piece.text;
    request.firstLine = piece.firstLine;
    request.parameterize = m_parameterize->isChecked() && m_trust->choice() != EncryptionChoice::kOff;
    Q_EMIT statusChanged(tr("Running…"));
    m_query.run(request);
    updateActions();
}

void QueryWindow::stop()
{
    if (m_query.isRunning())
        m_query.cancel();
    else
        m_host.cancel();
}

void QueryWindow::queryEnded(RequestId, const QueryEnd& end)
{
    const bool failed = end.outcome == QueryEnd::Outcome::kFailed || m_anyError;
    m_results->finish(failed);
    m_trust->showState(m_host.state(), end.facts);
    updateActions();
    const QString seconds = QLocale().toString(static_cast<double>(end.elapsedMs) / 1000.0, 'f', 3);
    const QString rows = end.rowCount == 1 ? tr("1 row") : tr("%1 rows").arg(QLocale().toString(end.rowCount));
    const QString trips = end.facts.roundTrips == 1 ? tr("1 round trip") : tr("%1 round trips").arg(end.facts.roundTrips);
    switch (end.outcome) {
    case QueryEnd::Outcome::kCompleted: Q_EMIT statusChanged(tr("%1 · %2 s · %3 so far").arg(rows, seconds, trips)); break;
    case QueryEnd::Outcome::kCancelled: Q_EMIT statusChanged(tr("Cancelled after %1 s · %2").arg(seconds, rows)); break;
    case QueryEnd::Outcome::kFailed: Q_EMIT statusChanged(tr("Failed after %1 s").arg(seconds)); break;
    }
    if (end.error)
        explain(end);
}

void QueryWindow::explain(const QueryEnd& end)
{
    const base::Error& error = *end.error;
    if (needsKeyPassword(error)) {
        askForKeyPassword(error);
        return;
    }
    const ErrorWords words = wordsFor(error);
    QString fix;
    m_fix = Fix::kNone;
    if (words.number == 33546 && m_trust->choice() != EncryptionChoice::kOnWithEnclave) {
        m_fix = Fix::kTurnOnEnclaves;
        fix = tr("Turn on enclaves and run again");
    } else if ((words.number == 33277 || words.number == 33299 || words.number == 206 || words.number == 402) && !m_parameterize->isChecked()) {
        m_fix = Fix::kParameterize;
        fix = tr("Parameterize and run again");
    } else if (error.consequence == base::Consequence::kSessionUnusable) {
        m_fix = Fix::kReconnect;
        fix = tr("Connect again");
    }
    m_banner->showMessage(Banner::Kind::kError, words.title, words.text, fix);
}

void QueryWindow::askForKeyPassword(const base::Error& error)
{
    const bool again = isWrongKeyPassword(error);
    if (!again)
        m_askedKey = QString::fromStdString(error.setting);
    auto* dialog = new KeyPasswordDialog(m_askedKey, again ? tr("%1 did not open: wrong password. Nothing was sent to the server.").arg(m_askedKey) : QString(),
                                         this);
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
    m_fix = Fix::kReconnect;
    const ErrorWords words = wordsFor(error);
    m_banner->showMessage(Banner::Kind::kError, words.title, words.text, tr("Connect again"));
    Q_EMIT statusChanged(tr("Not connected"));
    updateActions();
}

void QueryWindow::showProblem(const base::Error& error, const QString& title)
{
    m_fix = Fix::kReconnect;
    m_banner->showMessage(Banner::Kind::kError, title, QString::fromStdString(error.describe()), tr("Start again"));
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
        m_parameterize->setChecked(true);
        execute();
        return;
    case Fix::kReconnect:
        Q_EMIT reconnectRequested();
        if (m_request)
            reconnect();
        return;
    }
}

void QueryWindow::updateActions()
{
    const HostState state = m_host.state();
    m_execute->setEnabled(!m_query.isRunning() && state != HostState::kConnecting && m_request != nullptr);
    m_stop->setEnabled(m_query.isRunning() || state == HostState::kConnecting);
    m_trust->setEnabled(!m_query.isRunning());
}

}  // namespace es::ui
