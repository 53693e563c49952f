#include "wizards/encrypt/EncryptWizard.h"

#include "ui/keys/NewEncryptionKeyDialog.h"
#include "ui/keys/NewMasterKeyDialog.h"
#include "ui/services/EnvironmentWords.h"
#include "ui/services/PasswordVault.h"
#include "ui/widgets/ErrorWords.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/WindowSize.h"
#include "wizards/encrypt/AssessmentPage.h"
#include "wizards/encrypt/KeysPage.h"
#include "wizards/encrypt/ResultsPage.h"
#include "wizards/encrypt/SelectionPage.h"
#include "wizards/encrypt/SummaryPage.h"
#include "wizards/frame/SaveText.h"
#include "wizards/plan/Planner.h"

#include <QCoreApplication>
#include <QPushButton>

namespace es::wizards {

namespace {

constexpr int kSlowMs = 500;
constexpr int kGiveUpMs = 800; // every wait can be ended within a second

std::shared_ptr<const ui::ConnectionRequest> withEnclave(const ui::ConnectionRequest& request)
{
    auto own = std::make_shared<ui::ConnectionRequest>();
    own->profile = request.profile;
    own->profile.columnEncryption = true;
    if (own->profile.attestation == ui::AttestationChoice::kOff) own->profile.attestation = ui::AttestationChoice::kNone;
    own->password = request.password.clone();
    return own;
}

WizardPlace placeOf(const ui::ConnectionProfile& profile, bool differs)
{
    WizardPlace place;
    place.database = profile.database;
    place.server = profile.serverText();
    place.environment = QString::fromLatin1(ui::environmentKey(profile.environment));
    place.environmentWord = ui::environmentWord(profile);
    place.remark = EncryptWizard::tr("Data never leaves the server. Only ALTER TABLE … ALTER COLUMN is used.");
    if (differs)
        place.remark += QLatin1Char('\n')
            + EncryptWizard::tr(
                "Your connection has secure enclaves off. The wizard uses one of its own with Always Encrypted and secure enclaves on, "
                "attestation None; yours stays as it is.");
    return place;
}

QString bracketed(const std::string& name)
{
    return QLatin1Char('[') + QString::fromStdString(name).replace(QLatin1Char(']'), QLatin1String("]]")) + QLatin1Char(']');
}

} // namespace

EncryptWizard::EncryptWizard(std::shared_ptr<const ui::ConnectionRequest> request, std::shared_ptr<ui::PasswordVault> vault,
    const QStringList& columns, bool decrypt, QWidget* parent)
    : WizardFrame(QStringLiteral("encrypt"), parent)
    , m_request(std::move(request))
    , m_own(withEnclave(*m_request))
    , m_vault(std::move(vault))
    , m_host(m_vault)
    , m_catalog(m_host)
    , m_runner(m_host)
{
    setObjectName(QStringLiteral("encryptWizard"));
    setWindowTitle(tr("Always Encrypted Wizard"));
    setAccessibleName(windowTitle());
    setMinimumSize(900, 560);
    rail().setPlace(placeOf(m_own->profile, m_own->profile != m_request->profile));
    m_slow.setSingleShot(true);
    m_slow.setInterval(kSlowMs);
    m_giveUp.setSingleShot(true);
    m_giveUp.setInterval(kGiveUpMs);
    buildPages(columns, decrypt);
    wireSession();
    ui::keepSize(this, QSize(1120, 736));
    goTo(m_selection);
    connectToServer();
}

EncryptWizard::~EncryptWizard() = default;

void EncryptWizard::buildPages(const QStringList& columns, bool decrypt)
{
    m_selection = new SelectionPage(columns, decrypt, this);
    m_keys = new KeysPage(this);
    m_assessment = new AssessmentPage(this);
    m_summary = new SummaryPage(this);
    m_results = new ResultsPage(this);
    for (WizardPage* page : std::initializer_list<WizardPage*>{m_selection, m_keys, m_assessment, m_summary, m_results})
        addPage(page);
    setWanted(m_keys, false);

    m_save = makeButton(tr("&Save script…"), "saveResultScriptPushButton", this);
    m_stop = makeButton(tr("&Stop…"), "stopPushButton", this);
    m_stop->setProperty("kind", QStringLiteral("danger"));
    m_query = makeButton(tr("&Query these columns"), "queryColumnsPushButton", this);
    addTool(m_save);
    addWay(m_query);
    addWay(m_stop);
    connect(m_save, &QPushButton::clicked, this, &EncryptWizard::saveScript);
    connect(m_summary, &SummaryPage::saveRequested, this, &EncryptWizard::saveScript);
    connect(m_query, &QPushButton::clicked, this, &EncryptWizard::queryColumns);
    connect(m_stop, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_selection, &SelectionPage::changed, this, [this] {
        const bool needs = m_selection->needsKey();
        if (needs != isWanted(m_keys)) setWanted(m_keys, needs);
    });
    connect(m_selection, &SelectionPage::fixRequested, this, &EncryptWizard::connectToServer);
    connect(m_keys, &KeysPage::newMasterKeyRequested, this, &EncryptWizard::openMasterKeyDialog);
    connect(m_keys, &KeysPage::newEncryptionKeyRequested, this, &EncryptWizard::openEncryptionKeyDialog);
    connect(m_results, &ResultsPage::passwordGiven, this, [this] {
        m_vault->remember(m_askedKey.toStdString(), m_results->takePassword());
        run();
    });
    connect(m_results, &ResultsPage::passwordDeclined, this, [this] {
        m_vault->forget(m_askedKey.toStdString());
        nextButton()->setFocus();
    });
    connect(m_results, &ResultsPage::runAgainRequested, this, [this] {
        if (m_host.isConnected()) return run();
        m_runAfterConnect = true;
        m_results->start(m_summary->plan());
        m_results->connecting();
        connectToServer();
    });
}

void EncryptWizard::wireSession()
{
    connect(&m_slow, &QTimer::timeout, this, [this] {
        if (currentPage() == m_selection && !m_snapshot)
            m_selection->showBusy(tr("Reading the catalog of %1…").arg(m_own->profile.database));
    });
    connect(&m_giveUp, &QTimer::timeout, this, [this] {
        if (isRunning()) m_runner.cancel(); // the second one closes the connection
    });
    connect(&m_host, &ui::SessionHost::connected, this, [this] {
        if (std::exchange(m_runAfterConnect, false))
            run();
        else
            readCatalog();
    });
    connect(&m_host, &ui::SessionHost::connectionFailed, this, [this](ui::RequestId, const base::Error& error) { showFailure(error); });
    connect(&m_catalog, &ui::CatalogService::snapshotReady, this, [this](ui::RequestId id, const auto& snapshot) {
        if (id == m_reading) takeSnapshot(snapshot);
    });
    connect(&m_catalog, &ui::CatalogService::failed, this, [this](ui::RequestId id, const base::Error& error) {
        if (id == m_reading) showFailure(error);
    });
    connect(&m_runner, &Runner::stepChanged, this, [this](ui::RequestId id, const StepEvent& event) {
        if (id == m_run) m_results->stepChanged(event);
    });
    connect(&m_runner, &Runner::ended, this, [this](ui::RequestId id, const RunEnd& end) {
        if (id == m_run) runEnded(end);
    });
}

void EncryptWizard::connectToServer()
{
    m_slow.start();
    m_host.connectTo(m_own);
}

void EncryptWizard::readCatalog()
{
    m_slow.start();
    m_reading = m_catalog.refresh();
}

void EncryptWizard::takeSnapshot(const std::shared_ptr<const catalog::CatalogSnapshot>& snapshot)
{
    m_slow.stop();
    const bool first = m_snapshot == nullptr;
    m_snapshot = snapshot;
    m_selection->setSnapshot(snapshot);
    m_keys->setSnapshot(snapshot);
    if (first && currentPage() == m_selection && m_selection->firstFocus()) m_selection->firstFocus()->setFocus();
    if (currentPage() == m_keys) {
        setWanted(m_keys, true); // it stays in the rail while one is on it
        updateButtons();
        if (m_keys->isComplete()) nextButton()->setFocus();
    }
}

void EncryptWizard::showFailure(const base::Error& error)
{
    m_slow.stop();
    if (currentPage() == m_results) {
        m_runAfterConnect = false;
        RunEnd end;
        end.outcome = RunEnd::Outcome::kFailed;
        end.error = error;
        end.error->consequence = base::Consequence::kSessionUnusable;
        m_results->ended(end);
        updateButtons();
        return;
    }
    const ui::ErrorWords words = ui::wordsFor(error);
    if (currentPage() != m_selection) goTo(m_selection);
    m_selection->showProblem(words.title, words.text, tr("Try again"));
}

// Dialogs do not stack: the wizard comes back, as it was, when the other one is closed.
void EncryptWizard::stepAsideFor(QDialog* dialog)
{
    connect(dialog, &QDialog::finished, this, &QDialog::open);
    hide();
    dialog->open();
}

void EncryptWizard::openMasterKeyDialog()
{
    auto* dialog = new ui::NewMasterKeyDialog(m_own, m_vault, parentWidget());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ui::NewMasterKeyDialog::scriptRequested, this, &EncryptWizard::queryRequested);
    connect(dialog, &ui::NewMasterKeyDialog::created, this, [this] {
        Q_EMIT columnsChanged();
        readCatalog();
    });
    stepAsideFor(dialog);
}

void EncryptWizard::openEncryptionKeyDialog(const QString& masterKey)
{
    auto* dialog = new ui::NewEncryptionKeyDialog(m_own, m_vault, masterKey, parentWidget());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ui::NewEncryptionKeyDialog::scriptRequested, this, &EncryptWizard::queryRequested);
    connect(dialog, &ui::NewEncryptionKeyDialog::created, this, [this] {
        Q_EMIT columnsChanged();
        readCatalog();
    });
    stepAsideFor(dialog);
}

void EncryptWizard::next()
{
    if (currentPage() == m_results) return reject();
    if (currentPage() == m_summary) {
        goTo(m_results);
        return run();
    }
    if (currentPage() == m_assessment) makeSummary();
    // Keys are chosen for the columns by now, so the choices are read as the page is shown.
    const bool toAssessment = currentPage() == m_keys || (currentPage() == m_selection && !isWanted(m_keys));
    if (toAssessment) m_assessment->assess(m_snapshot, m_selection->choices());
    WizardFrame::next();
}

void EncryptWizard::back()
{
    if (currentPage() == m_results) return;
    WizardFrame::back();
    if (currentPage() == m_selection) setWanted(m_keys, m_selection->needsKey());
    if (currentPage() == m_keys && !m_selection->needsKey()) {
        setWanted(m_keys, false);
        goTo(m_selection);
    }
}

void EncryptWizard::makeSummary()
{
    const auto plan = makePlan(*m_snapshot, m_assessment->possibleChoices());
    if (plan) {
        m_summary->setPlan(std::make_shared<const Plan>(*plan));
        return;
    }
    const ui::ErrorWords words = ui::wordsFor(plan.error());
    m_summary->showProblem(words.title, words.text);
}

void EncryptWizard::run()
{
    m_ran = true;
    m_results->start(m_summary->plan());
    m_run = m_runner.run(m_summary->plan());
    setCurrentState(WizardRail::State::kBusy);
    updateButtons();
    m_stop->setFocus();
}

void EncryptWizard::runEnded(const RunEnd& end)
{
    m_run = ui::RequestId::kNone;
    m_giveUp.stop();
    endQuestion();
    if (end.error && ui::needsKeyPassword(*end.error)) {
        askForPassword(*end.error);
        return;
    }
    m_results->ended(end);
    setCurrentState(m_results->succeeded() ? WizardRail::State::kFinished : WizardRail::State::kFailed);
    updateButtons();
    nextButton()->setFocus();
    if (m_results->anythingDone()) Q_EMIT columnsChanged();
}

void EncryptWizard::askForPassword(const base::Error& error)
{
    const bool again = ui::isWrongKeyPassword(error);
    if (!again) m_askedKey = QString::fromStdString(error.setting);
    m_results->askForPassword(
        m_askedKey, again ? tr("%1 did not open: wrong password. Nothing was sent to the server.").arg(m_askedKey) : QString());
    setCurrentState(WizardRail::State::kFailed);
    updateButtons();
}

void EncryptWizard::stopNow()
{
    if (!isRunning()) return;
    m_results->stopping();
    m_runner.cancel();
    m_giveUp.start();
}

void EncryptWizard::reject()
{
    if (!isRunning()) return QDialog::reject();
    if (isAsking()) return endQuestion();
    ask(tr("Stop the run? The server undoes the statement that runs; columns that are done stay as they are now."), tr("S&top now"),
        tr("&Go on"), [this] { stopNow(); });
}

void EncryptWizard::updateButtons()
{
    WizardFrame::updateButtons();
    if (!m_stop) return; // while the pages are being added
    const bool results = currentPage() == m_results;
    m_save->setVisible(results && !isRunning());
    m_query->setVisible(results && m_results->succeeded());
    m_stop->setVisible(results && isRunning());
    backButton()->setVisible(!results);
    nextButton()->setVisible(!results || !isRunning());
    cancelButton()->setVisible(!results);
}

void EncryptWizard::saveScript()
{
    const auto plan = m_summary->plan();
    if (!plan) return;
    saveText(this, tr("Save script"), tr("%1-columns.sql").arg(QString::fromStdString(plan->database)),
        QByteArray::fromStdString(planToScript(*plan)), [this](const QString& path, const QString& problem) {
            const QString words = problem.isEmpty() ? tr("Saved as %1").arg(path) : tr("Not saved: %1").arg(problem);
            m_save->setToolTip(words);
            m_summary->tell(words, !problem.isEmpty());
            m_results->tell(words, !problem.isEmpty());
        });
}

void EncryptWizard::queryColumns()
{
    QString text;
    const auto plan = m_summary->plan();
    QStringList tables;
    for (const Step& step : plan->steps) {
        const QString table = bracketed(step.schema) + QLatin1Char('.') + bracketed(step.table);
        if (!tables.contains(table)) tables.append(table);
    }
    for (const QString& table : tables) {
        QStringList columns;
        for (const Step& step : plan->steps)
            if (bracketed(step.schema) + QLatin1Char('.') + bracketed(step.table) == table) columns.append(bracketed(step.column));
        text += QStringLiteral("SELECT TOP (100) %1\nFROM %2;\n").arg(columns.join(QLatin1String(", ")), table);
    }
    Q_EMIT queryRequested(text);
    QDialog::accept();
}

} // namespace es::wizards
