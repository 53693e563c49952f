#include "wizards/encrypt/EncryptWizard.h"

#include "driver/tsql/Quoting.h"
#include "ui/keys/NewEncryptionKeyDialog.h"
#include "ui/keys/NewMasterKeyDialog.h"
#include "ui/services/EnvironmentWords.h"
#include "ui/services/PasswordVault.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/ErrorWords.h"
#include "ui/widgets/Theme.h"
#include "wizards/encrypt/AssessmentPage.h"
#include "wizards/encrypt/ResultsPage.h"
#include "wizards/encrypt/SelectionPage.h"
#include "wizards/encrypt/SummaryPage.h"
#include "wizards/plan/Planner.h"

#include <QFileDialog>
#include <QLabel>
#include <QPushButton>
#include <QSaveFile>
#include <QVBoxLayout>

#include <map>

namespace es::wizards {

namespace {

// In-place encryption needs both, whatever the window it was opened from has.
std::shared_ptr<const ui::ConnectionRequest> withEnclave(const ui::ConnectionRequest& request)
{
    auto out = std::make_shared<ui::ConnectionRequest>();
    out->profile = request.profile;
    out->password = request.password.clone();
    out->profile.columnEncryption = true;
    if (out->profile.attestation == ui::AttestationChoice::kOff) out->profile.attestation = ui::AttestationChoice::kNone;
    return out;
}

} // namespace

EncryptWizard::EncryptWizard(std::shared_ptr<const ui::ConnectionRequest> request, std::shared_ptr<ui::PasswordVault> vault,
    const QStringList& columns, bool decrypt, QWidget* parent)
    : WizardFrame("encryptWizard", tr("Always Encrypted Wizard"), QStringLiteral("encrypt"), parent)
    , m_asked(std::move(request))
    , m_request(withEnclave(*m_asked))
    , m_vault(std::move(vault))
    , m_host(m_vault)
    , m_catalog(m_host)
    , m_runner(m_host)
    , m_banner(new ui::Banner(this))
{
    buildPages(columns, decrypt);
    wire();
    showPage(0);
    connectNow();
}

EncryptWizard::~EncryptWizard() = default;

void EncryptWizard::buildPages(const QStringList& columns, bool decrypt)
{
    auto* head = new QWidget(this);
    auto* database = new QLabel(m_request->profile.database, head);
    database->setProperty("role", QStringLiteral("h3"));
    auto* server = new QLabel(m_request->profile.serverText(), head);
    server->setProperty("role", QStringLiteral("small"));
    auto* headLayout = new QVBoxLayout(head);
    headLayout->setContentsMargins(16, 0, 12, 0);
    headLayout->setSpacing(2);
    headLayout->addWidget(database);
    headLayout->addWidget(server);
    if (const QString word = ui::environmentWord(m_request->profile); !word.isEmpty()) {
        auto* chip = new QLabel(word, head);
        chip->setProperty("role", QStringLiteral("chip"));
        chip->setProperty("environment", QString::fromLatin1(ui::environmentKey(m_request->profile.environment)));
        headLayout->addSpacing(4);
        headLayout->addWidget(chip, 0, Qt::AlignLeft);
    }
    auto* foot = new QLabel(tr("Data never leaves the server. Only ALTER TABLE … ALTER COLUMN is used."), this);
    foot->setProperty("role", QStringLiteral("small"));
    foot->setWordWrap(true);
    foot->setContentsMargins(16, 0, 12, 0);
    addRail(head, foot);

    m_selection = new SelectionPage(columns, decrypt, this);
    m_assessment = new AssessmentPage(this);
    m_summary = new SummaryPage(this);
    m_results = new ResultsPage(this);
    for (WizardPage* page : {static_cast<WizardPage*>(m_selection), static_cast<WizardPage*>(m_assessment), static_cast<WizardPage*>(m_summary),
             static_cast<WizardPage*>(m_results)})
        addPage(page);
    m_save = addButton(tr("Save &script…"), "saveScriptPushButton");
    m_save->hide();
    qobject_cast<QVBoxLayout*>(m_selection->layout())->insertWidget(0, m_banner);
}

void EncryptWizard::wire()
{
    using ui::RequestId;
    connect(m_banner, &ui::Banner::fixRequested, this, &EncryptWizard::connectNow);
    connect(&m_host, &ui::SessionHost::connected, this, [this] {
        m_selection->setWaiting(tr("Reading the catalog…"));
        m_catalog.refresh();
    });
    connect(&m_host, &ui::SessionHost::connectionFailed, this, [this](RequestId, const base::Error& error) { problem(error); });
    connect(&m_catalog, &ui::CatalogService::failed, this, [this](RequestId, const base::Error& error) { problem(error); });
    connect(&m_catalog, &ui::CatalogService::snapshotReady, this, [this](RequestId, std::shared_ptr<const catalog::CatalogSnapshot> found) {
        m_snapshot = std::move(found);
        m_selection->setSnapshot(m_snapshot);
    });
    connect(m_selection, &SelectionPage::newMasterKeyRequested, this, &EncryptWizard::makeMasterKey);
    connect(m_selection, &SelectionPage::newEncryptionKeyRequested, this, &EncryptWizard::makeEncryptionKey);
    connect(&m_runner, &Runner::stepChanged, this, [this](RequestId, const StepEvent& event) { m_results->stepChanged(event); });
    connect(&m_runner, &Runner::ended, this, [this](RequestId, const RunEnd& end) { runEnded(end); });
    connect(m_results, &ResultsPage::stopRequested, this, [this] {
        m_results->showStopping();
        m_runner.cancel();
    });
    connect(m_results, &ResultsPage::passwordEntered, this, [this](const base::SecureBytes& password) {
        m_vault->remember(m_askedKey.toStdString(), password.clone());
        run();
    });
    connect(m_results, &ResultsPage::queryRequested, this, [this] {
        Q_EMIT queryRequested(queryText());
        accept();
    });
    connect(m_save, &QPushButton::clicked, this, &EncryptWizard::saveScript);
}

void EncryptWizard::connectNow()
{
    m_banner->hide();
    m_selection->setWaiting(tr("Connecting to %1…").arg(m_request->profile.serverText()));
    m_host.connectTo(m_request);
}

void EncryptWizard::problem(const base::Error& error)
{
    const ui::ErrorWords words = ui::wordsFor(error);
    m_selection->setWaiting(tr("The catalog could not be read."));
    m_banner->showMessage(ui::Banner::Kind::kError, words.title, words.text, tr("Try again"));
}

void EncryptWizard::makeMasterKey()
{
    auto* dialog = new ui::NewMasterKeyDialog(m_asked, m_vault, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ui::NewMasterKeyDialog::created, this, [this] {
        Q_EMIT columnsChanged();
        m_catalog.refresh();
    });
    connect(dialog, &ui::NewMasterKeyDialog::scriptRequested, this, &EncryptWizard::queryRequested);
    dialog->open();
}

void EncryptWizard::makeEncryptionKey()
{
    auto* dialog = new ui::NewEncryptionKeyDialog(m_asked, m_vault, QString(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ui::NewEncryptionKeyDialog::created, this, [this] {
        Q_EMIT columnsChanged();
        m_catalog.refresh();
    });
    connect(dialog, &ui::NewEncryptionKeyDialog::scriptRequested, this, &EncryptWizard::queryRequested);
    dialog->open();
}

bool EncryptWizard::leave(int index)
{
    if (page(index) == m_selection) {
        Choices choices;
        choices.columns = m_selection->choices();
        m_assessment->assess(m_snapshot, std::move(choices));
        return true;
    }
    if (page(index) == m_assessment) return makePlanNow();
    if (page(index) == m_summary) {
        showPage(index + 1);
        run();
    }
    return false;
}

bool EncryptWizard::makePlanNow()
{
    auto plan = makePlan(*m_snapshot, m_assessment->possible());
    if (!plan) return false; // the assessment left only what the planner takes
    m_plan = std::make_shared<const Plan>(std::move(plan).value());
    QString connection = tr("No cell value crosses the wire: the server's enclave does the work.");
    if (m_request->profile.attestation == ui::AttestationChoice::kNone)
        connection += QLatin1Char(' ') + tr("The enclave is used without attestation: nobody vouches for it.");
    if (m_asked->profile.attestation == ui::AttestationChoice::kOff || !m_asked->profile.columnEncryption)
        connection += QLatin1Char(' ') + tr("The window's connection has no enclave; the wizard's own has.");
    m_summary->setPlan(m_plan, connection);
    m_save->show();
    return true;
}

void EncryptWizard::run()
{
    m_results->begin(m_plan);
    cancelButton()->setText(tr("Close"));
    m_runner.run(m_plan);
}

void EncryptWizard::runEnded(const RunEnd& end)
{
    if (end.stepsDone > 0) Q_EMIT columnsChanged();
    if (end.error && ui::needsKeyPassword(*end.error)) {
        const bool wrong = ui::isWrongKeyPassword(*end.error);
        if (!wrong) m_askedKey = QString::fromStdString(end.error->setting);
        if (wrong) m_vault->forget(m_askedKey.toStdString());
        m_results->askForPassword(m_askedKey, wrong);
        return;
    }
    m_results->finished(end);
    if (end.outcome != RunEnd::Outcome::kCompleted) cancelButton()->setFocus();
}

void EncryptWizard::reject()
{
    if (m_results->isRunning()) return m_results->askToStop();
    WizardFrame::reject(); // what still connects or reads is let go with the session
}

void EncryptWizard::saveScript()
{
    auto* dialog = new QFileDialog(this, tr("Save the script"), QStringLiteral("encrypt.sql"), QStringLiteral("SQL (*.sql)"));
    dialog->setObjectName(QStringLiteral("saveScriptDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("sql"));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        QSaveFile file(path);
        const QByteArray text = QByteArray::fromStdString(planToScript(*m_plan));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
            m_save->setText(tr("Not saved: %1").arg(file.errorString()));
        else
            m_save->setText(tr("Script saved"));
    });
    dialog->open();
}

QString EncryptWizard::queryText() const
{
    std::map<std::string, std::vector<std::string>> byTable;
    for (const Step& step : m_plan->steps)
        byTable[tsql::quoteParts({step.schema, step.table})].push_back(tsql::quoteName(step.column));
    QString text;
    for (const auto& [table, columns] : byTable) {
        QStringList names;
        for (const std::string& column : columns)
            names << QString::fromStdString(column);
        text += QStringLiteral("SELECT TOP (100) %1\nFROM %2;\n").arg(names.join(QStringLiteral(", ")), QString::fromStdString(table));
    }
    return text;
}

} // namespace es::wizards
