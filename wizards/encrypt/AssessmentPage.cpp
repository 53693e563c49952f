#include "wizards/encrypt/AssessmentPage.h"

#include "ui/widgets/Theme.h"
#include "wizards/encrypt/EncryptWords.h"

#include <QCheckBox>
#include <QFrame>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSet>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <array>

namespace es::wizards {

namespace {

enum Column { kColumn, kResult, kFinding, kPlan };
constexpr std::array kVerdicts{Verdict::kPasses, Verdict::kPlanFixes, Verdict::kYourDecision, Verdict::kNotPossible};

} // namespace

AssessmentPage::AssessmentPage(QWidget* parent)
    : WizardPage(tr("Column Assessment"), parent)
{
    setObjectName(QStringLiteral("assessmentPage"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    m_choices.changeCollation = true;
    buildCounts();
    buildList();
    buildCard();
    connect(&ui::Theme::instance(), &ui::Theme::changed, this, &AssessmentPage::fill);
    setSentence(tr("What the catalog says about the chosen columns, before anything runs."));
}

void AssessmentPage::buildCounts()
{
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    static constexpr const char* kNames[] = {"passedCountLabel", "fixedCountLabel", "decisionCountLabel", "impossibleCountLabel"};
    for (const char* name : kNames) {
        auto* card = new QFrame(this);
        card->setProperty("role", QStringLiteral("card"));
        Count count{new QLabel(card), new QLabel(card), new QLabel(card)};
        count.number->setObjectName(QString::fromLatin1(name));
        count.number->setProperty("role", QStringLiteral("h2"));
        count.word->setProperty("role", QStringLiteral("small"));
        auto* grid = new QGridLayout(card);
        grid->setContentsMargins(14, 6, 14, 8);
        grid->setHorizontalSpacing(12);
        grid->setVerticalSpacing(0);
        grid->setColumnStretch(1, 1);
        grid->addWidget(count.icon, 0, 0, 2, 1, Qt::AlignVCenter);
        grid->addWidget(count.number, 0, 1);
        grid->addWidget(count.word, 1, 1);
        row->addWidget(card, 1);
        m_counts.append(count);
    }
    static_cast<QVBoxLayout*>(layout())->addLayout(row);
}

void AssessmentPage::buildList()
{
    m_list = new QTreeWidget(this);
    m_list->setObjectName(QStringLiteral("findingsTreeWidget"));
    m_list->setAccessibleName(tr("Findings"));
    m_list->setProperty("box", QStringLiteral("yes"));
    m_list->setHeaderLabels({tr("Column"), tr("Result"), tr("Finding"), tr("What the plan does")});
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setTabKeyNavigation(false);
    m_list->setMinimumHeight(120);
    m_list->header()->setMinimumHeight(28);
    m_list->header()->setSectionResizeMode(kColumn, QHeaderView::Interactive);
    m_list->header()->resizeSection(kColumn, 160);
    m_list->header()->resizeSection(kResult, 125);
    m_list->header()->setSectionResizeMode(kFinding, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(kPlan, QHeaderView::Stretch);
    layout()->addWidget(m_list);
    static_cast<QVBoxLayout*>(layout())->setStretchFactor(m_list, 1);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &AssessmentPage::showCard);
}

void AssessmentPage::buildCard()
{
    auto* card = new QFrame(this);
    card->setObjectName(QStringLiteral("findingFrame"));
    card->setProperty("role", QStringLiteral("card"));
    m_cardIcon = new QLabel(card);
    m_cardTitle = new QLabel(card);
    m_cardTitle->setObjectName(QStringLiteral("findingTitleLabel"));
    m_cardTitle->setProperty("role", QStringLiteral("h3"));
    m_cardTitle->setWordWrap(true);
    m_cardNumber = new QLabel(card);
    m_cardNumber->setProperty("role", QStringLiteral("faint"));
    m_cardText = new QLabel(card);
    m_cardText->setObjectName(QStringLiteral("findingTextLabel"));
    m_cardText->setProperty("role", QStringLiteral("small"));
    m_cardText->setWordWrap(true);
    m_collation = new QCheckBox(card);
    m_collation->setObjectName(QStringLiteral("changeCollationCheckBox"));
    m_collation->setChecked(true);
    m_collation->hide();
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_cardIcon);
    head->addWidget(m_cardTitle, 1);
    head->addWidget(m_cardNumber);
    auto* box = new QVBoxLayout(card);
    box->setContentsMargins(14, 10, 14, 10);
    box->setSpacing(6);
    box->addLayout(head);
    box->addWidget(m_cardText);
    box->addWidget(m_collation);
    layout()->addWidget(card);
    connect(m_collation, &QCheckBox::toggled, this, [this](bool checked) {
        m_choices.changeCollation = checked;
        assessAgain();
    });
}

void AssessmentPage::assess(std::shared_ptr<const catalog::CatalogSnapshot> snapshot, std::vector<ColumnChoice> columns)
{
    m_snapshot = std::move(snapshot);
    m_choices.columns = std::move(columns);
    assessAgain();
}

void AssessmentPage::assessAgain()
{
    if (!m_snapshot) return;
    m_findings = wizards::assess(*m_snapshot, m_choices);
    fill();
    const auto count = [this](Verdict verdict) {
        return static_cast<int>(
            std::count_if(m_findings.begin(), m_findings.end(), [&](const Finding& f) { return f.verdict == verdict; }));
    };
    const int possible = static_cast<int>(m_findings.size()) - count(Verdict::kNotPossible);
    if (possible == 0)
        setNote(tr("No column is left for a plan"), true);
    else if (const int open = count(Verdict::kYourDecision); open > 0)
        setNote(open == 1 ? tr("1 warning stays") : tr("%1 warnings stay").arg(open), true);
    else
        setNote({});
}

bool AssessmentPage::isComplete() const
{
    return std::any_of(
        m_findings.begin(), m_findings.end(), [](const Finding& finding) { return finding.verdict != Verdict::kNotPossible; });
}

void AssessmentPage::fill()
{
    const ui::Theme& theme = ui::Theme::instance();
    static const char* const kCountWords[]
        = {QT_TR_NOOP("passed"), QT_TR_NOOP("fixed by the plan"), QT_TR_NOOP("for you to decide"), QT_TR_NOOP("not possible")};
    for (const Verdict verdict : kVerdicts) {
        const auto at = static_cast<int>(verdict);
        Finding sample;
        sample.verdict = verdict;
        const FindingWords words = wordsOf(sample, {});
        const auto number = std::count_if(m_findings.begin(), m_findings.end(), [&](const Finding& f) { return f.verdict == verdict; });
        m_counts[at].icon->setPixmap(theme.icon(words.icon, number > 0 ? words.token : "text3").pixmap(18, 18));
        m_counts[at].number->setText(QString::number(number));
        m_counts[at].word->setText(tr(kCountWords[at]));
    }
    const int current = std::max(0, m_list->indexOfTopLevelItem(m_list->currentItem()));
    m_list->clear();
    for (const Finding& finding : m_findings) {
        const ColumnChoice& choice = m_choices.columns[finding.choice];
        const FindingWords words = wordsOf(finding, choice);
        auto* item = new QTreeWidgetItem(m_list);
        item->setText(kColumn, QString::fromStdString(choice.table + "." + choice.column));
        item->setToolTip(kColumn, QString::fromStdString(choice.schema + "." + choice.table + "." + choice.column));
        item->setSizeHint(kColumn, QSize(0, 28));
        item->setText(kResult, words.verdict);
        item->setIcon(kResult, theme.icon(words.icon, words.token));
        item->setForeground(kResult, theme.colour(words.token));
        item->setText(kFinding, words.finding);
        item->setToolTip(kFinding, words.finding);
        item->setText(kPlan, words.plan);
        item->setToolTip(kPlan, words.plan);
        item->setForeground(kPlan, theme.colour("text2"));
        item->setData(kColumn, Qt::AccessibleTextRole, tr("%1, %2: %3").arg(item->text(kColumn), words.verdict, words.finding));
    }
    m_list->setCurrentItem(m_list->topLevelItem(current));
    showCard();
}

void AssessmentPage::showCard()
{
    const int row = m_list->indexOfTopLevelItem(m_list->currentItem());
    if (row < 0 || row >= static_cast<int>(m_findings.size())) return;
    const Finding& finding = m_findings[static_cast<std::size_t>(row)];
    const ColumnChoice& choice = m_choices.columns[finding.choice];
    const FindingWords words = wordsOf(finding, choice);
    m_cardIcon->setPixmap(ui::Theme::instance().icon(words.icon, words.token).pixmap(18, 18));
    m_cardTitle->setText(tr("%1: %2").arg(QString::fromStdString(choice.column), words.finding));
    m_cardNumber->setText(finding.serverNumber > 0 ? tr("Msg %1 without it").arg(finding.serverNumber) : QString());
    if (finding.verdict == Verdict::kNotPossible && finding.serverNumber > 0) m_cardNumber->setText(tr("Msg %1").arg(finding.serverNumber));
    if (finding.verdict == Verdict::kYourDecision) m_cardNumber->setText(tr("Msg %1 when queried").arg(finding.serverNumber));
    m_cardText->setText(words.detail);
    // One decision for all text columns of the plan.
    QSet<QString> collations;
    int columns = 0;
    for (const Finding& other : m_findings) {
        if (other.reason != Reason::kNotBin2) continue;
        collations.insert(QString::fromStdString(other.newCollation));
        ++columns;
    }
    m_collation->setVisible(columns > 0);
    const QString collation = collations.size() == 1 ? *collations.begin() : tr("BIN2");
    m_collation->setText(columns == 1
            ? tr("&Change the collation to %1 in the same statement").arg(collation)
            : tr("&Change the collation to %1 in the same statement, for all %2 columns").arg(collation).arg(columns));
}

} // namespace es::wizards
