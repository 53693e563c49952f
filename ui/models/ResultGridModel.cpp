#include "ui/models/ResultGridModel.h"

#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::ui {

namespace {

// Characters that would break a cell of one line become spaces or are left to kFullTextRole.
QString oneLine(QString text, int limit)
{
    if (text.size() > limit) text = text.left(limit) + QChar(0x2026);
    for (QChar& c : text)
        if (c == QLatin1Char('\n') || c == QLatin1Char('\r') || c == QLatin1Char('\t')) c = QLatin1Char(' ');
    return text;
}

QString stateText(types::ColumnState state)
{
    switch (state) {
    case types::ColumnState::kDecrypted: return ResultGridModel::tr("encrypted in the database, shown decrypted");
    case types::ColumnState::kCiphertext: return ResultGridModel::tr("encrypted, shown as stored");
    case types::ColumnState::kPlain: break;
    }
    return ResultGridModel::tr("not encrypted");
}

} // namespace

ResultGridModel::ResultGridModel(QObject* parent)
    : QAbstractTableModel(parent)
    , m_columns(std::make_shared<const types::ColumnSet>())
{
}

void ResultGridModel::setColumns(std::shared_ptr<const types::ColumnSet> columns)
{
    beginResetModel();
    m_columns = std::move(columns);
    m_blocks.clear();
    m_firstRows.clear();
    m_rowCount = 0;
    m_memoryBytes = 0;
    endResetModel();
}

void ResultGridModel::appendRows(std::shared_ptr<const types::RowBlock> block)
{
    if (!block || block->rowCount() == 0) return;
    const int added = static_cast<int>(block->rowCount());
    beginInsertRows({}, m_rowCount, m_rowCount + added - 1);
    m_memoryBytes += block->memoryBytes();
    m_firstRows.push_back(m_rowCount);
    m_blocks.push_back(std::move(block));
    m_rowCount += added;
    endInsertRows();
}

void ResultGridModel::clear()
{
    setColumns(std::make_shared<const types::ColumnSet>());
}

const types::ColumnSet& ResultGridModel::columns() const
{
    return *m_columns;
}

ResultGridModel::Position ResultGridModel::positionOf(int row) const
{
    const auto after = std::upper_bound(m_firstRows.begin(), m_firstRows.end(), row);
    const auto block = static_cast<std::size_t>(after - m_firstRows.begin()) - 1;
    return {m_blocks[block].get(), static_cast<std::size_t>(row - m_firstRows[block])};
}

base::ByteView ResultGridModel::cellBytes(int row, int column) const
{
    const Position at = positionOf(row);
    return at.block->cell(at.row, static_cast<std::size_t>(column));
}

bool ResultGridModel::isNull(int row, int column) const
{
    const Position at = positionOf(row);
    return at.block->isNull(at.row, static_cast<std::size_t>(column));
}

QString ResultGridModel::cellText(int row, int column) const
{
    if (isNull(row, column)) return QStringLiteral("NULL");
    return QString::fromStdString(types::displayCell(cellBytes(row, column), (*m_columns)[static_cast<std::size_t>(column)].type));
}

int ResultGridModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_rowCount;
}

int ResultGridModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns->size());
}

QVariant ResultGridModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const types::ColumnInfo& column = (*m_columns)[static_cast<std::size_t>(index.column())];
    switch (role) {
    case Qt::DisplayRole: return oneLine(cellText(index.row(), index.column()), kDisplayLimit);
    case kFullTextRole: return cellText(index.row(), index.column());
    case kIsNullRole: return isNull(index.row(), index.column());
    case kColumnStateRole: return static_cast<int>(column.state);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment((types::isNumber(column.type.id) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    default: return {};
    }
}

QVariant ResultGridModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal)
        return section >= 0 && section < columnCount() ? columnHeader((*m_columns)[static_cast<std::size_t>(section)], role) : QVariant();
    return role == Qt::DisplayRole ? QVariant(section + 1) : QVariant();
}

QVariant ResultGridModel::columnHeader(const types::ColumnInfo& column, int role) const
{
    switch (role) {
    case Qt::DisplayRole: return column.name.empty() ? tr("(No column name)") : QString::fromStdString(column.name);
    case kTypeNameRole: return QString::fromStdString(types::typeName(column.type));
    case kSchemeRole: return QString::fromStdString(column.encryptionScheme);
    case kKeyNameRole: return QString::fromStdString(column.keyName);
    case kColumnStateRole: return static_cast<int>(column.state);
    case Qt::ToolTipRole: return headerToolTip(column);
    case Qt::AccessibleTextRole: return headerSentence(column);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment((types::isNumber(column.type.id) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    default: return {};
    }
}

// What the header's two lines and its lock say to the eye.
QString ResultGridModel::headerSentence(const types::ColumnInfo& column) const
{
    QStringList parts{columnHeader(column, Qt::DisplayRole).toString(), QString::fromStdString(types::typeName(column.type))};
    if (column.state != types::ColumnState::kPlain) parts += stateText(column.state);
    if (!column.encryptionScheme.empty()) parts += QString::fromStdString(column.encryptionScheme);
    if (!column.keyName.empty()) parts += tr("key %1").arg(QString::fromStdString(column.keyName));
    return parts.join(QStringLiteral(", "));
}

QString ResultGridModel::headerToolTip(const types::ColumnInfo& column) const
{
    QString text = QString::fromStdString(column.name) + QStringLiteral(": ") + QString::fromStdString(types::typeName(column.type));
    if (column.nullable) text += tr(", may be NULL");
    text += QLatin1Char('\n') + stateText(column.state);
    if (!column.encryptionScheme.empty()) text += QStringLiteral(" (") + QString::fromStdString(column.encryptionScheme) + QLatin1Char(')');
    if (!column.keyName.empty()) text += tr("\nKey: %1").arg(QString::fromStdString(column.keyName));
    return text;
}

} // namespace es::ui
