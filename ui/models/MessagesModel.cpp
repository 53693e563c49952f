#include "ui/models/MessagesModel.h"

namespace es::ui {

MessagesModel::MessagesModel(QObject* parent)
    : QAbstractListModel(parent)
{
}

void MessagesModel::append(MessageEntry entry)
{
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_errorCount += entry.kind == MessageEntry::Kind::kError ? 1 : 0;
    m_entries.push_back(std::move(entry));
    endInsertRows();
}

void MessagesModel::clear()
{
    beginResetModel();
    m_entries.clear();
    m_errorCount = 0;
    endResetModel();
}

const MessageEntry& MessagesModel::entry(int row) const
{
    return m_entries[static_cast<std::size_t>(row)];
}

QString MessagesModel::textOf(const MessageEntry& entry)
{
    QString text;
    const bool headline = entry.number != 0 && entry.kind == MessageEntry::Kind::kError;
    if (headline) {
        text = QStringLiteral("Msg %1, Level %2, State %3").arg(entry.number).arg(entry.severity).arg(entry.state);
        if (!entry.procedure.isEmpty()) text += QStringLiteral(", Procedure ") + entry.procedure;
        if (const int line = entry.line > 0 ? entry.line : entry.serverLine; line > 0)
            text += QStringLiteral(", Line ") + QString::number(line);
        text += QLatin1Char('\n');
    }
    text += entry.text;
    if (!entry.remedy.isEmpty()) text += QLatin1Char('\n') + entry.remedy;
    return text;
}

QString MessagesModel::allText() const
{
    QString text;
    for (const MessageEntry& entry : m_entries)
        text += textOf(entry) + QLatin1Char('\n');
    return text;
}

int MessagesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

QVariant MessagesModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const MessageEntry& entry = m_entries[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return textOf(entry);
    case kKindRole: return static_cast<int>(entry.kind);
    case kNumberRole: return entry.number;
    case kSeverityRole: return entry.severity;
    case kStateRole: return entry.state;
    case kLineRole: return entry.line;
    case kRemedyRole: return entry.remedy;
    default: return {};
    }
}

} // namespace es::ui
