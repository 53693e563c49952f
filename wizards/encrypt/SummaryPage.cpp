#include "wizards/encrypt/SummaryPage.h"

#include "ui/widgets/Theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace es::wizards {

QString jobText(const Plan& plan)
{
    const auto count = static_cast<int>(plan.steps.size());
    const auto all = [&](StepKind kind) { return std::all_of(plan.steps.begin(), plan.steps.end(), [kind](const Step& s) { return s.kind == kind; }); };
    if (all(StepKind::kEncrypt)) return count == 1 ? SummaryPage::tr("Encrypt 1 column") : SummaryPage::tr("Encrypt %1 columns").arg(count);
    if (all(StepKind::kDecrypt)) return count == 1 ? SummaryPage::tr("Decrypt 1 column") : SummaryPage::tr("Decrypt %1 columns").arg(count);
    if (all(StepKind::kReencrypt)) return count == 1 ? SummaryPage::tr("Re-encrypt 1 column") : SummaryPage::tr("Re-encrypt %1 columns").arg(count);
    return SummaryPage::tr("Change %1 columns").arg(count);
}

SummaryPage::SummaryPage(QWidget* parent)
    : WizardPage(tr("Summary"), tr("These statements, in this order, and nothing else. Save the script to have it reviewed first."), parent)
    , m_connection(new QLabel(this))
    , m_steps(new QTreeWidget(this))
    , m_sql(new QPlainTextEdit(this))
    , m_facts(new QLabel(this))
{
    m_connection->setObjectName(QStringLiteral("connectionLabel"));
    m_connection->setProperty("role", QStringLiteral("small"));
    m_connection->setWordWrap(true);
    m_steps->setObjectName(QStringLiteral("stepsTreeWidget"));
    m_steps->setAccessibleName(tr("Steps"));
    m_steps->setProperty("box", QStringLiteral("yes"));
    m_steps->setRootIsDecorated(false);
    m_steps->setUniformRowHeights(true);
    m_steps->setTabKeyNavigation(false);
    m_steps->setHeaderLabels({tr("#"), tr("Step"), tr("Object")});
    m_steps->setColumnWidth(0, 44);
    m_steps->setColumnWidth(1, 420);
    m_sql->setObjectName(QStringLiteral("statementPlainTextEdit"));
    m_sql->setAccessibleName(tr("T-SQL"));
    m_sql->setReadOnly(true);
    m_sql->setTabChangesFocus(true);
    m_sql->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_sql->setFont(ui::Theme::dataFont(12));
    m_facts->setObjectName(QStringLiteral("factsLabel"));
    m_facts->setProperty("role", QStringLiteral("small"));
    m_facts->setWordWrap(true);
    m_facts->setAlignment(Qt::AlignTop);
    m_facts->setTextFormat(Qt::RichText);
    auto* lower = new QHBoxLayout;
    lower->setSpacing(16);
    lower->addWidget(m_sql, 5);
    lower->addWidget(m_facts, 2);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(m_connection);
    layout->addWidget(m_steps, 2);
    layout->addLayout(lower, 3);
    connect(m_steps, &QTreeWidget::currentItemChanged, this, &SummaryPage::showStep);
}

void SummaryPage::setPlan(std::shared_ptr<const Plan> plan, const QString& connection)
{
    m_plan = std::move(plan);
    m_connection->setText(connection);
    m_connection->setVisible(!connection.isEmpty());
    m_steps->clear();
    for (std::size_t i = 0; i < m_plan->steps.size(); ++i) {
        const Step& step = m_plan->steps[i];
        auto* item = new QTreeWidgetItem(m_steps,
            {QString::number(i + 1), QString::fromStdString(step.title), QString::fromStdString(step.schema + "." + step.table)});
        item->setSizeHint(0, QSize(0, 26));
    }
    m_sql->setPlainText(QString::fromStdString(planToScript(*m_plan)));
    m_steps->setCurrentItem(m_steps->topLevelItem(0));
    showStep();
    Q_EMIT changed();
}

void SummaryPage::showStep()
{
    const int row = m_steps->indexOfTopLevelItem(m_steps->currentItem());
    if (!m_plan || row < 0) return;
    const Step& step = m_plan->steps[static_cast<std::size_t>(row)];
    QString notes;
    for (const std::string& note : step.notes)
        notes += QStringLiteral("<p>%1</p>").arg(QString::fromStdString(note).toHtmlEscaped());
    m_facts->setText(tr("<b>Where it runs</b><p>In the server's enclave. No value passes through this machine.</p>"
                        "<b>Locks</b><p>%1 is locked while its statement runs.</p>"
                        "<b>Done when</b><p>sys.columns shows %2.</p>"
                        "<b>If stopped</b><p>%3</p>%4")
                         .arg(QString::fromStdString(step.schema + "." + step.table).toHtmlEscaped(),
                             QString::fromUtf8(catalog::encryptionTypeName(step.after.encryption).data())
                                 + (step.after.key.empty() ? QString() : tr(" with %1").arg(QString::fromStdString(step.after.key).toHtmlEscaped())),
                             QString::fromStdString(step.ifStopped).toHtmlEscaped(),
                             notes.isEmpty() ? QString() : tr("<b>Notes</b>%1").arg(notes)));
    // The statement of the step comes into view; the text is the whole script.
    const int at = static_cast<int>(m_sql->toPlainText().indexOf(QString::fromStdString(step.statement)));
    if (at < 0) return;
    QTextCursor cursor = m_sql->textCursor();
    cursor.setPosition(at);
    m_sql->setTextCursor(cursor);
    m_sql->ensureCursorVisible();
}

QString SummaryPage::nextText() const
{
    return m_plan ? jobText(*m_plan) : tr("&Next >");
}

QWidget* SummaryPage::firstFocus()
{
    return m_steps;
}

} // namespace es::wizards
