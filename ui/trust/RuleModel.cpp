#include "ui/trust/RuleModel.h"

#include "ui/reports/AttestationWords.h"
#include "ui/widgets/Theme.h"

#include <QFont>

#include <algorithm>

namespace es::ui {

using attestation::RuleResult;
using attestation::RuleVerdict;

namespace {

struct Look {
    const char* icon;
    const char* token;
};

Look lookOf(RuleVerdict verdict)
{
    switch (verdict) {
    case RuleVerdict::kPassed: return {"ok", "ok"};
    case RuleVerdict::kFailed: return {"fail", "err"};
    case RuleVerdict::kNotChecked: break;
    }
    return {"pending", "text3"};
}

} // namespace

RuleModel::RuleModel(QObject* parent)
    : QAbstractTableModel(parent)
{
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumnCount - 1));
    });
}

void RuleModel::setReport(std::shared_ptr<const attestation::AttestationReport> report)
{
    beginResetModel();
    m_report = std::move(report);
    m_rows.clear();
    if (m_report)
        for (const RuleResult& rule : m_report->judgement.rules)
            m_rows.push_back(&rule);
    std::stable_partition(m_rows.begin(), m_rows.end(), [](const RuleResult* rule) { return rule->verdict == RuleVerdict::kFailed; });
    endResetModel();
}

int RuleModel::briefCount() const
{
    const auto failures = std::count_if(m_rows.begin(), m_rows.end(), [](const RuleResult* rule) { return rule->verdict == RuleVerdict::kFailed; });
    return std::min(ruleCount(), std::max(kBriefCount, static_cast<int>(failures)));
}

void RuleModel::setShowAll(bool all)
{
    if (all == m_all) return;
    const int brief = briefCount();
    if (brief == ruleCount()) {
        m_all = all;
    } else if (all) {
        beginInsertRows({}, brief, ruleCount() - 1);
        m_all = true;
        endInsertRows();
    } else {
        beginRemoveRows({}, brief, ruleCount() - 1);
        m_all = false;
        endRemoveRows();
    }
}

int RuleModel::rowOf(const QString& ruleId) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [&](const RuleResult* rule) { return QString::fromStdString(rule->id) == ruleId; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

bool RuleModel::failed(int row) const
{
    return m_rows.at(static_cast<std::size_t>(row))->verdict == RuleVerdict::kFailed;
}

QString RuleModel::text(const RuleResult& rule, int column) const
{
    switch (column) {
    case kRule: return ruleTitle(m_report->evidence.protocol, rule.id);
    case kExpected: return rule.expected.empty() ? tr("any") : QString::fromStdString(rule.expected);
    default: break;
    }
    if (rule.verdict == RuleVerdict::kNotChecked && rule.seen.empty()) return tr("not checked");
    return QString::fromStdString(rule.seen);
}

QString RuleModel::explain(int row) const
{
    const RuleResult& rule = *m_rows.at(static_cast<std::size_t>(row));
    const QString why = ruleWhy(m_report->evidence.protocol, rule.id);
    QStringList lines{tr("%1: %2").arg(text(rule, kRule), ruleVerdictWord(rule.verdict))};
    if (!why.isEmpty()) lines.append(why);
    lines.append(tr("Expected: %1").arg(text(rule, kExpected)));
    if (!rule.seen.empty()) lines.append(tr("Seen: %1").arg(text(rule, kSeen)));
    return lines.join(QLatin1Char('\n'));
}

int RuleModel::rowCount(const QModelIndex& parent) const
{
    if (parent.isValid()) return 0;
    return m_all ? ruleCount() : briefCount();
}

int RuleModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : kColumnCount;
}

QVariant RuleModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const RuleResult& rule = *m_rows.at(static_cast<std::size_t>(index.row()));
    const Look look = lookOf(rule.verdict);
    const bool failing = rule.verdict == RuleVerdict::kFailed;
    const Theme& theme = Theme::instance();
    switch (role) {
    // In a cell a long digest is read by its beginning; the whole of it stands in the tooltip and below the table.
    case Qt::DisplayRole: return index.column() == kRule ? text(rule, kRule) : shortHex(text(rule, index.column()));
    case Qt::ToolTipRole: return explain(index.row());
    case Qt::DecorationRole: return index.column() == kRule ? QVariant(theme.icon(look.icon, look.token)) : QVariant();
    case Qt::AccessibleTextRole:
        if (index.column() != kRule) return text(rule, index.column());
        return tr("%1, %2, expected %3, seen %4").arg(text(rule, kRule), ruleVerdictWord(rule.verdict), text(rule, kExpected), text(rule, kSeen));
    case Qt::FontRole: {
        if (index.column() != kRule) return Theme::dataFont(12);
        QFont font;
        font.setPixelSize(13);
        font.setWeight(failing ? QFont::DemiBold : QFont::Normal);
        return font;
    }
    case Qt::ForegroundRole:
        if (index.column() == kSeen && failing) return theme.colour("err");
        return theme.colour(index.column() == kExpected || rule.verdict == RuleVerdict::kNotChecked ? "text2" : "text");
    default: return {};
    }
}

QVariant RuleModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
    case kRule: return tr("Rule");
    case kExpected: return tr("Expected");
    case kSeen: return tr("Seen");
    default: return {};
    }
}

} // namespace es::ui
