#include "ui/trust/AttestationInspector.h"

#include "ui/reports/AttestationWords.h"
#include "ui/trust/ChainView.h"
#include "ui/trust/RuleModel.h"
#include "ui/trust/VerdictCard.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/Theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace es::ui {

namespace {

enum Page { kEmptyPage, kBodyPage };

constexpr int kRowHeight = 24;
constexpr int kFootSpare = 48; // margins and gaps of the button row
constexpr int kFrame = 4; // the box's lines, and a little air under the last row

int headerHeight(const QHeaderView& header)
{
    return std::max(header.minimumHeight(), header.sizeHint().height());
}

} // namespace

AttestationInspector::AttestationInspector(QWidget* parent)
    : QFrame(parent)
    , m_model(new RuleModel(this))
    , m_banner(new Banner(this))
    , m_stack(new QStackedWidget(this))
{
    setObjectName(QStringLiteral("attestationInspector"));
    setAccessibleName(tr("Attestation"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    buildHead();
    layout->addWidget(m_banner);
    m_stack->setObjectName(QStringLiteral("inspectorStack"));
    layout->addWidget(m_stack, 1);
    buildEmpty();
    buildBody();
    buildFoot();
    buildMenu();
    connect(&Theme::instance(), &Theme::changed, this, &AttestationInspector::drawIcons);
    drawIcons();
    followNothing();
}

void AttestationInspector::drawIcons()
{
    const Theme& theme = Theme::instance();
    m_saveIcon->setIcon(theme.icon("save"));
    m_more->setIcon(theme.icon("more"));
    m_close->setIcon(theme.icon("close"));
    m_emptyIcon->setPixmap(theme.icon(m_emptyIconName, "text3").pixmap(28, 28));
    for (int row = 0; row < m_keyList->topLevelItemCount(); ++row)
        m_keyList->topLevelItem(row)->setIcon(0, theme.icon("cek", "cipher"));
}

// What does not fit is dropped whole.
void AttestationInspector::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    const int needed = m_saveRecord->sizeHint().width() + m_savePage->sizeHint().width() + m_footNote->sizeHint().width() + kFootSpare;
    m_footNote->setVisible(width() >= needed);
}

void AttestationInspector::follow(HostState state, const SessionFacts& facts)
{
    const bool connected = state == HostState::kIdle || state == HostState::kRunning || state == HostState::kCancelling;
    m_canAttest = connected && facts.encryption != EncryptionIndicator::kOff && facts.attestation != QLatin1String("off");
    m_attestAction->setEnabled(m_canAttest && !m_attesting);
    if (facts.attestationReport && connected) {
        const bool news = facts.attestationReport != m_followed || (!m_report && !m_attesting);
        m_followed = facts.attestationReport;
        if (news) m_attesting = false;
        if (news && m_report != m_followed) showReport(m_followed);
        showKeys(facts.keysReleased);
        return;
    }
    m_followed.reset();
    if (m_attesting) return;
    showReport(nullptr);
    if (!connected)
        showEmpty("connect", tr("Not connected"), tr("What is known of an enclave stands here once this window is connected."));
    else if (facts.encryption == EncryptionIndicator::kOff)
        showEmpty("shield-off", tr("Always Encrypted is off"), tr("No enclave takes part in this window. Choose “On, with secure enclaves” in the row above the editor."));
    else if (facts.attestation == QLatin1String("off"))
        showEmpty("shield", tr("No enclave in this window"), tr("No key is sent to the server. Choose “On, with secure enclaves” in the row above the editor."));
    else
        showEmpty("shield", tr("Nothing attested yet"), tr("The first statement that needs the enclave attests it. It can also be done now; that releases no key."),
            tr("Attest &now"));
}

void AttestationInspector::followNothing()
{
    m_canAttest = false;
    m_attesting = false;
    m_followed.reset();
    m_attestAction->setEnabled(false);
    showReport(nullptr);
    showEmpty("shield", tr("No query window in front"), tr("The evidence of a query window's enclave stands here."));
}

void AttestationInspector::showAttesting(const QString& sentence)
{
    m_attesting = true;
    m_attestAction->setEnabled(false);
    showReport(nullptr);
    m_card->showAttesting(sentence);
    m_stack->setCurrentIndex(kBodyPage);
}

void AttestationInspector::showTested(std::shared_ptr<const attestation::AttestationReport> report)
{
    m_attesting = false;
    m_attestAction->setEnabled(m_canAttest);
    if (report) showReport(std::move(report));
}

void AttestationInspector::showProblem(const QString& title, const QString& text)
{
    m_banner->showMessage(Banner::Kind::kError, title, text);
}

void AttestationInspector::enter()
{
    if (m_report && m_rules->isVisible())
        m_rules->setFocus(Qt::ShortcutFocusReason);
    else if (m_emptyButton->isVisible())
        m_emptyButton->setFocus(Qt::ShortcutFocusReason);
    else
        m_more->setFocus(Qt::ShortcutFocusReason);
}

void AttestationInspector::showEmpty(const char* icon, const QString& title, const QString& text, const QString& button)
{
    m_emptyIconName = icon;
    m_emptyIcon->setPixmap(Theme::instance().icon(icon, "text3").pixmap(28, 28));
    m_emptyTitle->setText(title);
    m_emptyText->setText(text);
    m_emptyButton->setText(button);
    m_emptyButton->setAccessibleName(QString(button).remove(QLatin1Char('&')));
    m_emptyButton->setVisible(!button.isEmpty());
    m_stack->setCurrentIndex(kEmptyPage);
}

void AttestationInspector::showReport(std::shared_ptr<const attestation::AttestationReport> report)
{
    m_report = std::move(report);
    m_banner->hide();
    const bool there = m_report != nullptr;
    for (QAction* action : m_needReport)
        action->setEnabled(there);
    for (QWidget* widget : {static_cast<QWidget*>(m_saveIcon), static_cast<QWidget*>(m_saveRecord), static_cast<QWidget*>(m_savePage)})
        widget->setEnabled(there);
    for (QWidget* widget : m_scroll->widget()->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
        if (widget != m_card) widget->setVisible(there);
    m_model->setReport(m_report);
    if (!there) return;
    m_card->showReport(*m_report);
    m_chain->setChain(chainOf(*m_report));
    const bool session = m_report->judgement.verdict == attestation::Verdict::kVerified || m_report->judgement.verdict == attestation::Verdict::kNotAttested;
    const QString ends = session ? clockWords(m_report->sessionEnds) : QString();
    m_sessionEnds->setText(ends.isEmpty() ? QString() : tr("session ends %1").arg(ends));
    showRules();
    m_stack->setCurrentIndex(kBodyPage);
    m_scroll->verticalScrollBar()->setValue(0);
}

void AttestationInspector::showRules()
{
    m_model->setShowAll(false);
    fitRules();
    if (m_model->rowCount() > 0 && m_model->failed(0))
        m_rules->setCurrentIndex(m_model->index(0, 0));
    else
        m_rules->clearSelection();
    showSelectedRule();
}

// The whole table is seen: the page around it scrolls.
void AttestationInspector::fitRules()
{
    m_rules->setFixedHeight(headerHeight(*m_rules->horizontalHeader()) + kRowHeight * m_model->rowCount() + kFrame);
    const QString words = m_model->showsAll() ? tr("Show &fewer rules") : tr("Show a&ll %1 rules").arg(m_model->ruleCount());
    m_allRules->setText(words);
    m_allRules->setAccessibleName(QString(words).remove(QLatin1Char('&')));
    m_allRules->setVisible(m_model->showsAll() || m_model->rowCount() < m_model->ruleCount());
}

void AttestationInspector::showSelectedRule()
{
    const QModelIndex index = m_rules->selectionModel()->hasSelection() ? m_rules->currentIndex() : QModelIndex();
    m_ruleDetail->setText(index.isValid() ? m_model->explain(index.row()) : QString());
    m_ruleDetail->setVisible(index.isValid());
}

void AttestationInspector::selectRule(const QStringList& ids)
{
    for (const QString& id : ids) {
        const int row = m_model->rowOf(id);
        if (row < 0) continue;
        if (row >= m_model->rowCount()) {
            m_model->setShowAll(true);
            fitRules();
        }
        m_rules->setCurrentIndex(m_model->index(row, 0));
        m_scroll->ensureWidgetVisible(m_ruleDetail);
        return;
    }
}

void AttestationInspector::showKeys(const std::vector<attestation::ReleasedKey>& keys)
{
    const bool visible = m_report != nullptr;
    m_keyList->setVisible(visible && !keys.empty());
    m_noKeys->setVisible(visible && keys.empty());
    if (keys == m_keys && m_keyList->topLevelItemCount() == static_cast<int>(keys.size())) return;
    m_keys = keys;
    m_keyList->clear();
    for (const attestation::ReleasedKey& key : keys) {
        const QString path = QString::fromStdString(key.keyPath);
        const QString statement = QString::fromStdString(key.statement).simplified();
        const QString at = clockWords(key.releasedAt);
        const QString name = key.name.empty() ? tr("Key %1").arg(key.keyId) : QString::fromStdString(key.name);
        auto* item = new QTreeWidgetItem(m_keyList, {name, tr("%1, for %2").arg(at, statement)});
        item->setIcon(0, Theme::instance().icon("cek", "cipher"));
        item->setToolTip(0, tr("Column encryption key %1 of database %2\nMaster key in %3: %4")
                                .arg(key.keyId)
                                .arg(key.databaseId)
                                .arg(QString::fromStdString(key.providerName), path));
        item->setToolTip(1, QString::fromStdString(key.statement));
        item->setData(0, Qt::AccessibleTextRole, tr("%1 with master key %2, released %3 for %4").arg(name, path, at, statement));
    }
    m_keyList->setFixedHeight(headerHeight(*m_keyList->header()) + kRowHeight * static_cast<int>(keys.size()) + kFrame);
}

} // namespace es::ui
