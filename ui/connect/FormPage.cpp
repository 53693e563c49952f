#include "ui/connect/FormPage.h"

#include <QAccessible>
#include <QGridLayout>
#include <QLabel>
#include <QStyle>

namespace es::ui {

namespace {

constexpr int kLabelWidth = 150;
constexpr int kMargin = 20;
constexpr int kRowSpacing = 8;
constexpr int kGroupSpacing = 14;

QString withoutMnemonic(QString label)
{
    label.remove(QLatin1Char('&'));
    if (label.endsWith(QLatin1Char(':'))) label.chop(1);
    return label;
}

} // namespace

FormPage::FormPage(const char* name, QWidget* parent)
    : QScrollArea(parent)
    , m_page(new QWidget(this))
    , m_grid(new QGridLayout(m_page))
{
    setObjectName(QString::fromLatin1(name) + QLatin1String("ScrollArea"));
    m_page->setObjectName(QString::fromLatin1(name));
    m_page->setProperty("role", QStringLiteral("page"));
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    m_grid->setContentsMargins(kMargin, 16, kMargin, 16);
    m_grid->setHorizontalSpacing(10);
    m_grid->setVerticalSpacing(0);
    m_grid->setColumnMinimumWidth(0, kLabelWidth);
    m_grid->setColumnStretch(1, 1);
    setWidget(m_page);
}

void FormPage::addRow(const QString& label, QWidget* field, ConnectField meaning, QWidget* beside)
{
    auto* text = new QLabel(label, m_page);
    text->setObjectName(field->objectName() + QLatin1String("Label"));
    text->setBuddy(field);
    if (field->accessibleName().isEmpty()) field->setAccessibleName(withoutMnemonic(label));
    m_grid->addWidget(text, m_row, 0, Qt::AlignVCenter);
    m_grid->addWidget(field, m_row, 1, 1, beside ? 1 : 2);
    addStop(field);
    if (beside) {
        m_grid->addWidget(beside, m_row, 2);
        addStop(beside);
    }
    ++m_row;
    addProblemLine(field, meaning, 1, 0);
    m_grid->setRowMinimumHeight(m_row++, kRowSpacing);
}

void FormPage::addWide(QWidget* field, ConnectField meaning, int indent)
{
    auto* line = new QHBoxLayout;
    line->setContentsMargins(indent, 0, 0, 0);
    line->addWidget(field);
    addStop(field);
    line->addStretch(1);
    m_grid->addLayout(line, m_row++, 0, 1, 3);
    addProblemLine(field, meaning, 0, indent + 26);
    m_grid->setRowMinimumHeight(m_row++, kRowSpacing);
}

void FormPage::addProblemLine(QWidget* field, ConnectField meaning, int column, int indent)
{
    if (meaning == ConnectField::kNone) return;
    auto* problem = new QLabel(m_page);
    problem->setObjectName(field->objectName() + QLatin1String("ProblemLabel"));
    problem->setProperty("role", QStringLiteral("small"));
    problem->setProperty("tone", QStringLiteral("err"));
    problem->setWordWrap(true);
    problem->setContentsMargins(indent, 3, 0, 0);
    problem->hide();
    m_grid->addWidget(problem, m_row++, column, 1, 3 - column);
    m_fields.insert(meaning, Entry{field, problem});
}

QLabel* FormPage::addHeading(const QString& text)
{
    if (m_row > 0) m_grid->setRowMinimumHeight(m_row++, kGroupSpacing - kRowSpacing);
    auto* heading = new QLabel(text, m_page);
    heading->setProperty("role", QStringLiteral("h3"));
    m_grid->addWidget(heading, m_row++, 0, 1, 3);
    m_grid->setRowMinimumHeight(m_row++, kRowSpacing);
    return heading;
}

QLabel* FormPage::addHint(const char* name, const QString& text, bool underFields, int indent)
{
    auto* hint = new QLabel(text, m_page);
    hint->setObjectName(QString::fromLatin1(name));
    hint->setProperty("role", QStringLiteral("small"));
    hint->setWordWrap(true);
    hint->setContentsMargins(indent, 0, 0, 0);
    m_grid->addWidget(hint, m_row++, underFields ? 1 : 0, 1, underFields ? 2 : 3);
    m_grid->setRowMinimumHeight(m_row++, kRowSpacing);
    return hint;
}

void FormPage::addUnder(QWidget* widget)
{
    m_grid->addWidget(widget, m_row++, 1, 1, 2);
    m_grid->setRowMinimumHeight(m_row++, kRowSpacing);
}

void FormPage::addLine(QWidget* widget, bool leftAligned)
{
    m_grid->addWidget(widget, m_row++, 0, 1, 3, leftAligned ? Qt::AlignLeft : Qt::Alignment());
    m_grid->setRowMinimumHeight(m_row++, kRowSpacing);
}

void FormPage::endRows()
{
    m_grid->setRowStretch(m_row, 1);
}

void FormPage::setProblem(ConnectField field, const QString& text)
{
    const auto found = m_fields.constFind(field);
    if (found == m_fields.constEnd() || found->problem->text() == text) return;
    found->problem->setText(text);
    found->problem->setVisible(!text.isEmpty());
    found->field->setProperty("error", text.isEmpty() ? QVariant() : QVariant(QStringLiteral("yes")));
    found->field->setAccessibleDescription(text);
    found->field->style()->unpolish(found->field);
    found->field->style()->polish(found->field);
}

void FormPage::clearProblems()
{
    const auto fields = m_fields.keys();
    for (const ConnectField field : fields)
        setProblem(field, QString());
}

void FormPage::focusField(ConnectField field)
{
    const auto found = m_fields.constFind(field);
    if (found == m_fields.constEnd()) return;
    found->field->setFocus(Qt::OtherFocusReason);
    ensureWidgetVisible(found->problem->isHidden() ? found->field : found->problem);
}

} // namespace es::ui
