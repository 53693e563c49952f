#include "wizards/encrypt/AssessmentPage.h"

#include "ui/widgets/Theme.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QLabel>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace es::wizards {

using ui::Theme;

namespace {

struct Look {
    const char* icon;
    const char* token;
};

Look lookOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::kPassed: return {"ok", "ok"};
    case Verdict::kPlanFixes: return {"bulb", "accentText"};
    case Verdict::kDecision: return {"warn", "warn"};
    case Verdict::kNotPossible: return {"fail", "err"};
    }
    return {"info", "text2"};
}

QString wordOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::kPassed: return AssessmentPage::tr("Passed");
    case Verdict::kPlanFixes: return AssessmentPage::tr("Plan fixes it");
    case Verdict::kDecision: return AssessmentPage::tr("Your decision");
    case Verdict::kNotPossible: return AssessmentPage::tr("Not possible");
    }
    return {};
}

} // namespace

AssessmentPage::AssessmentPage(QWidget* parent)
    : WizardPage(tr("Column Assessment"), tr("What stands in the way, as far as the catalog shows it, found before anything runs."), parent)
    , m_summary(new QLabel(this))
    , m_table(new QTreeWidget(this))
    , m_cardTitle(new QLabel(this))
    , m_cardText(new QLabel(this))
    , m_collation(new QCheckBox(tr("Change the &collation of text to BIN2 in the same statement"), this))
{
    m_summary->setObjectName(QStringLiteral("assessmentSummaryLabel"));
    m_summary->setProperty("role", QStringLiteral("small"));
    m_table->setObjectName(QStringLiteral("findingsTreeWidget"));
    m_table->setAccessibleName(tr("Findings"));
    m_table->setProperty("box", QStringLiteral("yes"));
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setAlternatingRowColors(false);
    m_table->setTabKeyNavigation(false);
    m_table->setHeaderLabels({tr("Column"), tr("Result"), tr("Finding"), tr("What the plan does")});
    for (const auto& [section, width] : {std::pair{0, 220}, std::pair{1, 140}, std::pair{2, 230}})
        m_table->setColumnWidth(section, width);
    auto* card = new QFrame(this);
    card->setProperty("role", QStringLiteral("card"));
    m_cardTitle->setObjectName(QStringLiteral("findingTitleLabel"));
    m_cardTitle->setProperty("role", QStringLiteral("h3"));
    m_cardText->setObjectName(QStringLiteral("findingTextLabel"));
    m_cardText->setProperty("role", QStringLiteral("small"));
    m_cardText->setWordWrap(true);
    m_collation->setObjectName(QStringLiteral("changeCollationCheckBox"));
    m_collation->setChecked(true);
    auto* cardLayout = new QVBoxLayout(card);
    cardLayout->setContentsMargins(14, 10, 14, 10);
    cardLayout->setSpacing(6);
    cardLayout->addWidget(m_cardTitle);
    cardLayout->addWidget(m_cardText);
    cardLayout->addWidget(m_collation);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(m_summary);
    layout->addWidget(m_table, 1);
    layout->addWidget(card);
    connect(m_table, &QTreeWidget::currentItemChanged, this, &AssessmentPage::explainCurrent);
    connect(m_collation, &QCheckBox::toggled, this, [this](bool on) {
        m_choices.changeCollation = on;
        m_findings = wizards::assess(*m_snapshot, m_choices);
        show();
    });
}

void AssessmentPage::assess(std::shared_ptr<const catalog::CatalogSnapshot> snapshot, Choices choices)
{
    m_snapshot = std::move(snapshot);
    m_choices = std::move(choices);
    m_choices.changeCollation = m_collation->isChecked();
    m_findings = wizards::assess(*m_snapshot, m_choices);
    show();
}

void AssessmentPage::show()
{
    const int kept = std::max(0, m_table->indexOfTopLevelItem(m_table->currentItem()));
    {
        const QSignalBlocker quiet(m_table);
        m_table->clear();
        int counts[4] = {};
        int worst = 0;
        bool collation = false;
        for (std::size_t i = 0; i < m_findings.size(); ++i) {
            const Finding& finding = m_findings[i];
            const ColumnChoice& column = m_choices.columns[finding.columnIndex];
            const Look look = lookOf(finding.verdict);
            auto* item = new QTreeWidgetItem(m_table,
                {QString::fromStdString(column.schema + "." + column.table + "." + column.column), wordOf(finding.verdict),
                    QString::fromStdString(finding.finding), QString::fromStdString(finding.action)});
            item->setIcon(1, Theme::instance().icon(look.icon, look.token));
            item->setForeground(1, Theme::instance().colour(look.token));
            item->setToolTip(2, item->text(2));
            item->setToolTip(3, item->text(3));
            item->setSizeHint(0, QSize(0, 28));
            ++counts[static_cast<int>(finding.verdict)];
            collation = collation || finding.collation;
            if (static_cast<int>(finding.verdict) > static_cast<int>(m_findings[static_cast<std::size_t>(worst)].verdict)) worst = static_cast<int>(i);
        }
        m_summary->setText(tr("%1 passed, %2 fixed by the plan, %3 for you to decide, %4 not possible").arg(counts[0]).arg(counts[1]).arg(counts[2]).arg(counts[3]));
        m_collation->setVisible(collation);
        const int row = kept < m_table->topLevelItemCount() && kept > 0 ? kept : worst;
        m_table->setCurrentItem(m_table->topLevelItem(row));
    }
    explainCurrent();
    Q_EMIT changed();
}

void AssessmentPage::explainCurrent()
{
    const int row = m_table->indexOfTopLevelItem(m_table->currentItem());
    if (row < 0) return;
    const Finding& finding = m_findings[static_cast<std::size_t>(row)];
    m_cardTitle->setText(QString::fromStdString(m_choices.columns[finding.columnIndex].column + ": " + finding.finding));
    m_cardText->setText(QString::fromStdString(finding.detail));
}

Choices AssessmentPage::possible() const
{
    Choices out = m_choices;
    out.columns.clear();
    for (const Finding& finding : m_findings) {
        const bool needsCollation = finding.verdict == Verdict::kDecision && m_choices.columns[finding.columnIndex].target == catalog::EncryptionType::kDeterministic;
        if (finding.verdict != Verdict::kNotPossible && !needsCollation) out.columns.push_back(m_choices.columns[finding.columnIndex]);
    }
    return out;
}

bool AssessmentPage::isComplete() const
{
    return !possible().columns.empty();
}

QString AssessmentPage::openText() const
{
    const std::size_t left = m_choices.columns.size() - possible().columns.size();
    if (possible().columns.empty()) return tr("No column is left");
    return left == 0 ? QString() : left == 1 ? tr("1 column is left out") : tr("%1 columns are left out").arg(left);
}

QWidget* AssessmentPage::firstFocus()
{
    return m_table;
}

} // namespace es::wizards
