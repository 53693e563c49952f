#include "wizards/encrypt/SummaryPage.h"

#include "ui/widgets/Banner.h"
#include "ui/widgets/Theme.h"
#include "wizards/encrypt/EncryptWords.h"
#include "wizards/frame/SqlView.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSet>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <optional>

namespace es::wizards {

namespace {

constexpr int kNarrow = 720;
constexpr int kFactsWidth = 236;
constexpr int kVisibleSteps = 5;

// The kind of all steps, or nothing.
std::optional<StepKind> commonKind(const Plan& plan)
{
    for (const Step& step : plan.steps)
        if (step.kind != plan.steps.front().kind) return std::nullopt;
    return plan.steps.empty() ? std::nullopt : std::optional(plan.steps.front().kind);
}

QString stepTitle(const Step& step)
{
    const QString column = QString::fromStdString(step.column);
    switch (step.kind) {
    case StepKind::kEncrypt: return SummaryPage::tr("Encrypt %1").arg(column);
    case StepKind::kDecrypt: return SummaryPage::tr("Decrypt %1").arg(column);
    case StepKind::kReencrypt: return SummaryPage::tr("Re-encrypt %1").arg(column);
    }
    return column;
}

QString becomes(const Step& step)
{
    const QString type = typeWord(step.after.encryption);
    return step.after.key.empty() ? type : SummaryPage::tr("%1 · %2").arg(type, QString::fromStdString(step.after.key));
}

} // namespace

QString planVerb(const Plan& plan)
{
    const QString columns = columnCount(static_cast<int>(plan.steps.size()));
    const auto kind = commonKind(plan);
    if (!kind) return SummaryPage::tr("Change %1").arg(columns);
    switch (*kind) {
    case StepKind::kEncrypt: return SummaryPage::tr("Encrypt %1").arg(columns);
    case StepKind::kDecrypt: return SummaryPage::tr("Decrypt %1").arg(columns);
    case StepKind::kReencrypt: return SummaryPage::tr("Re-encrypt %1").arg(columns);
    }
    return columns;
}

QString planOutcome(const Plan& plan)
{
    const int count = static_cast<int>(plan.steps.size());
    const auto kind = commonKind(plan);
    const QString columns = columnCount(count);
    if (!kind)
        return count == 1 ? SummaryPage::tr("1 column is changed in place") : SummaryPage::tr("%1 are changed in place").arg(columns);
    switch (*kind) {
    case StepKind::kEncrypt:
        return count == 1 ? SummaryPage::tr("1 column is encrypted in place") : SummaryPage::tr("%1 are encrypted in place").arg(columns);
    case StepKind::kDecrypt:
        return count == 1 ? SummaryPage::tr("1 column is decrypted in place") : SummaryPage::tr("%1 are decrypted in place").arg(columns);
    case StepKind::kReencrypt:
        return count == 1 ? SummaryPage::tr("1 column is re-encrypted in place")
                          : SummaryPage::tr("%1 are re-encrypted in place").arg(columns);
    }
    return columns;
}

SummaryPage::SummaryPage(QWidget* parent)
    : WizardPage(tr("Summary"), parent)
    , m_banner(new ui::Banner(this))
{
    setObjectName(QStringLiteral("summaryPage"));
    m_lower = new QBoxLayout(QBoxLayout::LeftToRight);
    m_lower->setSpacing(16);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(m_banner);
    buildSteps();
    layout->addLayout(m_lower, 1);
    buildFacts();
    setSentence(tr("These statements, in this order, and nothing else. Save the script to have it reviewed first."));
}

void SummaryPage::buildSteps()
{
    m_steps = new QTreeWidget(this);
    m_steps->setObjectName(QStringLiteral("planTreeWidget"));
    m_steps->setAccessibleName(tr("Steps of the plan"));
    m_steps->setProperty("box", QStringLiteral("yes"));
    m_steps->setHeaderLabels({tr("#"), tr("Step"), tr("Object"), tr("Becomes"), tr("If stopped in this step")});
    m_steps->setRootIsDecorated(false);
    m_steps->setUniformRowHeights(true);
    m_steps->setTabKeyNavigation(false);
    m_steps->header()->setMinimumHeight(28);
    m_steps->header()->resizeSection(0, 40);
    for (int column = 1; column < m_steps->columnCount(); ++column)
        m_steps->header()->setSectionResizeMode(column, QHeaderView::Stretch);
    layout()->addWidget(m_steps);

    auto* box = new QVBoxLayout;
    box->setSpacing(6);
    m_sql = new SqlView(this);
    m_sql->setObjectName(QStringLiteral("statementPlainTextEdit"));
    m_sql->setAccessibleName(tr("Statements"));
    m_sql->setMinimumHeight(130);
    auto* save = new QPushButton(tr("&Save script…"), this);
    save->setObjectName(QStringLiteral("saveScriptPushButton"));
    auto* copy = new QPushButton(tr("&Copy"), this);
    copy->setObjectName(QStringLiteral("copyPushButton"));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    for (QPushButton* button : {save, copy}) {
        button->setAutoDefault(false);
        button->setProperty("kind", QStringLiteral("small"));
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    box->addWidget(m_sql, 1);
    box->addLayout(buttons);
    m_lower->addLayout(box, 1);
    connect(save, &QPushButton::clicked, this, &SummaryPage::saveRequested);
    connect(copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_sql->toPlainText());
        setNote(tr("Copied"));
    });
    connect(m_steps, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
        const int row = m_steps->indexOfTopLevelItem(item);
        if (m_plan && row >= 0) m_sql->showPlaceOf(QString::fromStdString(m_plan->steps[static_cast<std::size_t>(row)].title));
    });
}

void SummaryPage::buildFacts()
{
    m_facts = new QWidget(this);
    auto* layout = new QVBoxLayout(m_facts);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    const auto fact = [&](const QString& caption, const char* name, QLabel** captionLabel = nullptr) {
        auto* head = new QLabel(caption.toUpper(), m_facts);
        head->setProperty("role", QStringLiteral("caption"));
        auto* text = new QLabel(m_facts);
        text->setObjectName(QString::fromLatin1(name));
        text->setProperty("role", QStringLiteral("small"));
        text->setWordWrap(true);
        layout->addWidget(head);
        layout->addWidget(text);
        layout->addSpacing(6);
        if (captionLabel) *captionLabel = head;
        return text;
    };
    m_columns = fact(tr("Columns"), "columnsFactLabel");
    m_statements = fact(tr("Statements"), "statementsFactLabel");
    fact(tr("Data"), "dataFactLabel")
        ->setText(tr("No cell value passes through this machine: the enclave changes the values inside the server."));
    fact(tr("If stopped"), "stoppedFactLabel")
        ->setText(tr("The server undoes the statement that runs. Columns that were done before stay as they are then."));
    m_notes = fact(tr("Note"), "notesFactLabel", &m_notesCaption);
    layout->addStretch(1);
    m_lower->addWidget(m_facts);
}

void SummaryPage::setPlan(std::shared_ptr<const Plan> plan)
{
    m_plan = std::move(plan);
    m_banner->hide();
    m_sql->setPlainText(QString::fromStdString(planToScript(*m_plan)));
    m_steps->clear();
    QSet<QString> tables;
    QStringList notes;
    int number = 0;
    for (const Step& step : m_plan->steps) {
        const QString table = QString::fromStdString(step.schema + "." + step.table);
        tables.insert(table);
        auto* item = new QTreeWidgetItem(
            m_steps, {QString::number(++number), stepTitle(step), table, becomes(step), tr("the column stays as it was")});
        item->setSizeHint(0, QSize(0, 26));
        for (int column = 2; column < item->columnCount(); ++column)
            item->setForeground(column, ui::Theme::instance().colour("text2"));
        item->setToolTip(4, ifStoppedWords());
        item->setData(0, Qt::AccessibleTextRole, tr("Step %1: %2").arg(number).arg(item->text(1)));
        for (const QString& note : notesOf(step))
            notes.append(tr("%1: %2").arg(QString::fromStdString(step.column), note));
    }
    m_steps->setCurrentItem(m_steps->topLevelItem(0));
    const int shown = std::min(number, kVisibleSteps);
    m_steps->setFixedHeight(m_steps->header()->sizeHint().height() + 28 * std::max(shown, 2) + 8);
    m_columns->setText(tables.size() == 1 ? tr("%1 of %2").arg(columnCount(number), *tables.begin())
                                          : tr("%1 of %2 tables").arg(columnCount(number)).arg(tables.size()));
    m_statements->setText(number == 1
            ? tr("1 ALTER TABLE, wholly done or not done at all. The table is locked meanwhile.")
            : tr("%1 ALTER TABLE, each wholly done or not done at all. Its table is locked meanwhile.").arg(number));
    m_notes->setText(notes.join(QLatin1Char('\n')));
    m_notes->setVisible(!notes.isEmpty());
    m_notesCaption->setVisible(!notes.isEmpty());
    setNote({});
}

void SummaryPage::showProblem(const QString& title, const QString& text)
{
    m_plan.reset();
    m_steps->clear();
    m_sql->clear();
    m_banner->showMessage(ui::Banner::Kind::kError, title, text);
    setNote({});
}

QString SummaryPage::nextText() const
{
    return m_plan ? tr("&%1").arg(planVerb(*m_plan)) : WizardPage::nextText();
}

void SummaryPage::resizeEvent(QResizeEvent* event)
{
    WizardPage::resizeEvent(event);
    const bool narrow = width() < kNarrow;
    m_lower->setDirection(narrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_facts->setMinimumWidth(narrow ? 0 : kFactsWidth);
    m_facts->setMaximumWidth(narrow ? QWIDGETSIZE_MAX : kFactsWidth);
}

} // namespace es::wizards
