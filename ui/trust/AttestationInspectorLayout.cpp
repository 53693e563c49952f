// How the inspector is put together, and what its buttons do with the report.
#include "ui/reports/AttestationHtml.h"
#include "ui/reports/AttestationWords.h"
#include "ui/trust/AttestationInspector.h"
#include "ui/trust/ChainView.h"
#include "ui/trust/RawBytesDialog.h"
#include "ui/trust/RuleModel.h"
#include "ui/trust/VerdictCard.h"
#include "ui/widgets/Banner.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSaveFile>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace es::ui {

namespace {

constexpr int kHeadHeight = 36;
constexpr int kRowHeight = 24;
constexpr int kMargin = 12;

QToolButton* iconButton(QWidget* parent, const char* name, const QString& words)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(QString::fromLatin1(name));
    button->setAccessibleName(words);
    button->setToolTip(words);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

QPushButton* textButton(QWidget* parent, const char* name, const QString& text, const char* kind)
{
    auto* button = new QPushButton(text, parent);
    button->setObjectName(QString::fromLatin1(name));
    button->setAccessibleName(QString(text).remove(QLatin1Char('&')));
    if (kind != nullptr) button->setProperty("kind", QString::fromLatin1(kind));
    return button;
}

attestation::AttestationRecord recordOf(const attestation::AttestationReport& report, const std::vector<attestation::ReleasedKey>& keys)
{
    const QString program = QStringLiteral("Enclave Studio ") + QCoreApplication::applicationVersion();
    return {report, keys, program.trimmed().toStdString(), std::chrono::system_clock::now()};
}

// "attestation-sql-prod-02.contoso.com-20261122-143107"
QString fileStem(const attestation::AttestationReport& report)
{
    QString server = QString::fromStdString(report.evidence.serverName).section(QLatin1Char(','), 0, 0);
    for (QChar& c : server)
        if (!c.isLetterOrNumber() && c != u'.' && c != u'-') c = u'_';
    QString time = clockWords(report.evidence.seenAt);
    time.remove(QLatin1Char(':')).remove(QLatin1Char('-')).replace(QLatin1Char(' '), QLatin1Char('-'));
    return QStringLiteral("attestation-%1-%2").arg(server, time);
}

} // namespace

void AttestationInspector::buildHead()
{
    auto* head = new QFrame(this);
    head->setProperty("role", QStringLiteral("dockHead"));
    head->setFixedHeight(kHeadHeight);
    auto* title = new QLabel(tr("Attestation"), head);
    title->setObjectName(QStringLiteral("inspectorTitleLabel"));
    title->setProperty("role", QStringLiteral("title"));
    m_saveIcon = iconButton(head, "saveRecordToolButton", tr("Save record…"));
    m_more = iconButton(head, "inspectorMenuToolButton", tr("More…"));
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_close = iconButton(head, "closeInspectorToolButton", tr("Close the inspector (Ctrl+Alt+A)"));
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(kMargin, 0, 8, 0);
    row->setSpacing(2);
    row->addWidget(title);
    row->addStretch(1);
    for (QToolButton* button : {m_saveIcon, m_more, m_close})
        row->addWidget(button);
    layout()->addWidget(head);
    connect(m_saveIcon, &QToolButton::clicked, this, &AttestationInspector::chooseRecordFile);
    connect(m_close, &QToolButton::clicked, this, &AttestationInspector::closeRequested);
}

void AttestationInspector::buildEmpty()
{
    auto* page = new QWidget(m_stack);
    page->setObjectName(QStringLiteral("inspectorEmptyPage"));
    m_emptyIcon = new QLabel(page);
    m_emptyTitle = new QLabel(page);
    m_emptyTitle->setObjectName(QStringLiteral("inspectorEmptyTitleLabel"));
    m_emptyTitle->setProperty("role", QStringLiteral("title"));
    m_emptyText = new QLabel(page);
    m_emptyText->setObjectName(QStringLiteral("inspectorEmptyTextLabel"));
    m_emptyText->setProperty("role", QStringLiteral("small"));
    m_emptyButton = textButton(page, "attestNowPushButton", QString(), nullptr);
    for (QLabel* label : {m_emptyTitle, m_emptyText}) {
        label->setWordWrap(true);
        label->setAlignment(Qt::AlignHCenter);
    }
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(40, 20, 40, 20);
    layout->setSpacing(6);
    layout->addStretch(2);
    layout->addWidget(m_emptyIcon, 0, Qt::AlignHCenter);
    layout->addWidget(m_emptyTitle);
    layout->addWidget(m_emptyText);
    layout->addSpacing(6);
    layout->addWidget(m_emptyButton, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    m_stack->addWidget(page);
    connect(m_emptyButton, &QPushButton::clicked, this, &AttestationInspector::attestRequested);
}

QWidget* AttestationInspector::captionRow(const QString& caption, QWidget* right)
{
    auto* row = new QWidget;
    auto* label = new QLabel(caption, row);
    label->setProperty("role", QStringLiteral("caption"));
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->addWidget(label);
    layout->addStretch(1);
    layout->addWidget(right);
    return row;
}

void AttestationInspector::buildBody()
{
    m_scroll = new QScrollArea(m_stack);
    m_scroll->setObjectName(QStringLiteral("inspectorScrollArea"));
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* body = new QWidget(m_scroll);
    body->setObjectName(QStringLiteral("inspectorBody"));
    body->setProperty("role", QStringLiteral("page"));
    m_scroll->setWidget(body);
    m_card = new VerdictCard(body);
    m_chain = new ChainView(body);
    m_raw = textButton(body, "showRawBytesPushButton", tr("Show &raw bytes"), "quiet");
    m_allRules = textButton(body, "showAllRulesPushButton", QString(), "quiet");
    m_rules = new QTableView(body);
    m_rules->setObjectName(QStringLiteral("ruleTableView"));
    m_rules->setAccessibleName(tr("Rules"));
    m_rules->setProperty("box", QStringLiteral("yes"));
    m_rules->setModel(m_model);
    m_rules->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_rules->setSelectionMode(QAbstractItemView::SingleSelection);
    m_rules->setShowGrid(false);
    m_rules->setTabKeyNavigation(false);
    m_rules->setWordWrap(false);
    m_rules->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_rules->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_rules->verticalHeader()->hide();
    m_rules->verticalHeader()->setMinimumSectionSize(kRowHeight);
    m_rules->verticalHeader()->setDefaultSectionSize(kRowHeight);
    QHeaderView* header = m_rules->horizontalHeader();
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setHighlightSections(false);
    header->setMinimumHeight(26);
    header->setSectionResizeMode(RuleModel::kRule, QHeaderView::Stretch);
    header->resizeSection(RuleModel::kExpected, 122);
    header->resizeSection(RuleModel::kSeen, 122);
    m_ruleDetail = new QLabel(body);
    m_ruleDetail->setObjectName(QStringLiteral("ruleDetailLabel"));
    m_ruleDetail->setProperty("role", QStringLiteral("small"));
    m_ruleDetail->setTextFormat(Qt::PlainText);
    m_ruleDetail->setWordWrap(true);
    m_ruleDetail->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_sessionEnds = new QLabel(body);
    m_sessionEnds->setObjectName(QStringLiteral("sessionEndsLabel"));
    m_sessionEnds->setProperty("role", QStringLiteral("small"));
    m_keyList = new QTreeWidget(body);
    m_keyList->setObjectName(QStringLiteral("releasedKeyTreeWidget"));
    m_keyList->setAccessibleName(tr("Keys released to this enclave"));
    m_keyList->setProperty("box", QStringLiteral("yes"));
    m_keyList->setHeaderLabels({tr("Key"), tr("Released")});
    m_keyList->setRootIsDecorated(false);
    m_keyList->setUniformRowHeights(true);
    m_keyList->setTabKeyNavigation(false);
    m_keyList->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_keyList->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_keyList->header()->setMinimumHeight(26);
    m_keyList->header()->resizeSection(0, 110);
    m_noKeys = new QLabel(tr("No key has been released to it."), body);
    m_noKeys->setObjectName(QStringLiteral("noKeysLabel"));
    m_noKeys->setProperty("role", QStringLiteral("small"));

    auto* layout = new QVBoxLayout(body);
    layout->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    layout->setSpacing(8);
    layout->addWidget(m_card);
    layout->addWidget(m_chain);
    layout->addWidget(captionRow(tr("RULES"), m_raw));
    layout->addWidget(m_rules);
    layout->addWidget(m_ruleDetail);
    layout->addWidget(m_allRules, 0, Qt::AlignLeft);
    layout->addWidget(captionRow(tr("KEYS RELEASED TO THIS ENCLAVE"), m_sessionEnds));
    layout->addWidget(m_keyList);
    layout->addWidget(m_noKeys);
    layout->addStretch(1);
    m_stack->addWidget(m_scroll);

    connect(m_card, &VerdictCard::attestRequested, this, &AttestationInspector::attestRequested);
    connect(m_card, &VerdictCard::policyRequested, this, &AttestationInspector::policyRequested);
    connect(m_card, &VerdictCard::copyRequested, this, &AttestationInspector::copyForSupport);
    connect(m_chain, &ChainView::rulesRequested, this, &AttestationInspector::selectRule);
    connect(m_raw, &QPushButton::clicked, this, &AttestationInspector::showRaw);
    connect(m_allRules, &QPushButton::clicked, this, [this] {
        m_model->setShowAll(!m_model->showsAll());
        fitRules();
    });
    connect(m_rules->selectionModel(), &QItemSelectionModel::selectionChanged, this, &AttestationInspector::showSelectedRule);
}

void AttestationInspector::buildFoot()
{
    auto* foot = new QFrame(this);
    foot->setObjectName(QStringLiteral("inspectorButtonRow"));
    foot->setProperty("role", QStringLiteral("buttonRow"));
    m_saveRecord = textButton(foot, "saveRecordPushButton", tr("&Save record…"), "small");
    m_saveRecord->setToolTip(tr("Evidence, policy, verdict and released keys in one file, with the statements that the keys went out with."));
    m_savePage = textButton(foot, "savePagePushButton", tr("Save pa&ge to print…"), "small");
    m_savePage->setToolTip(tr("The same as a page to read and print, as an HTML file."));
    m_footNote = new QLabel(tr("verifies offline with enclavectl"), foot);
    m_footNote->setObjectName(QStringLiteral("inspectorNoteLabel"));
    m_footNote->setProperty("role", QStringLiteral("faint"));
    auto* row = new QHBoxLayout(foot);
    row->setContentsMargins(kMargin, 10, kMargin, 10);
    row->setSpacing(8);
    row->addWidget(m_saveRecord);
    row->addWidget(m_savePage);
    row->addStretch(1);
    row->addWidget(m_footNote);
    layout()->addWidget(foot);
    connect(m_saveRecord, &QPushButton::clicked, this, &AttestationInspector::chooseRecordFile);
    connect(m_savePage, &QPushButton::clicked, this, &AttestationInspector::choosePageFile);
}

void AttestationInspector::buildMenu()
{
    auto* menu = new QMenu(m_more);
    menu->setObjectName(QStringLiteral("inspectorMenu"));
    const auto add = [&](const char* name, const QString& text, auto slot) {
        QAction* action = menu->addAction(text, this, slot);
        action->setObjectName(QString::fromLatin1(name));
        return action;
    };
    m_attestAction = add("attestAgainAction", tr("Attest &again"), [this] { Q_EMIT attestRequested(); });
    m_needReport << add("showRawBytesAction", tr("Show &raw bytes"), [this] { showRaw(); });
    m_needReport << add("copyForSupportAction", tr("&Copy for support"), [this] { copyForSupport(); });
    add("editPolicyAction", tr("Edit &policy…"), [this] { Q_EMIT policyRequested(); });
    menu->addSeparator();
    add("placeRightAction", tr("At the &right"), [this] { Q_EMIT placeRequested(Place::kRight); });
    add("placeBottomAction", tr("At the &bottom"), [this] { Q_EMIT placeRequested(Place::kBottom); });
    add("placeWindowAction", tr("Own &window"), [this] { Q_EMIT placeRequested(Place::kWindow); });
    m_more->setMenu(menu);
}

void AttestationInspector::chooseRecordFile()
{
    if (!m_report) return;
    auto* dialog = new QFileDialog(this, tr("Save the record of this attestation"), fileStem(*m_report) + QStringLiteral(".json"), tr("Records (*.json);;* (*)"));
    dialog->setObjectName(QStringLiteral("saveRecordFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("json"));
    connect(dialog, &QFileDialog::fileSelected, this, [this, report = m_report, keys = m_keys](const QString& path) {
        save(path, QByteArray::fromStdString(attestation::recordToJson(recordOf(*report, keys))));
    });
    dialog->open();
}

void AttestationInspector::choosePageFile()
{
    if (!m_report) return;
    auto* dialog = new QFileDialog(this, tr("Save a page to print"), fileStem(*m_report) + QStringLiteral(".html"), tr("Web pages (*.html);;* (*)"));
    dialog->setObjectName(QStringLiteral("savePageFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("html"));
    connect(dialog, &QFileDialog::fileSelected, this,
        [this, report = m_report, keys = m_keys](const QString& path) { save(path, attestationHtml(recordOf(*report, keys))); });
    dialog->open();
}

// Whole or not at all: the old file stays until the new one is complete.
void AttestationInspector::save(const QString& path, const QByteArray& bytes)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        showProblem(tr("The file was not saved"), tr("%1: %2. Choose another folder.").arg(path, file.errorString()));
        return;
    }
    m_banner->showMessage(Banner::Kind::kInformation, tr("Saved"), path);
}

void AttestationInspector::showRaw()
{
    if (!m_report) return;
    auto* dialog = new RawBytesDialog(*m_report, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show(); // beside the rules it explains
}

void AttestationInspector::copyForSupport()
{
    if (m_report) QGuiApplication::clipboard()->setText(supportText(*m_report));
}

} // namespace es::ui
