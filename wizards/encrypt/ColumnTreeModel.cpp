#include "wizards/encrypt/ColumnTreeModel.h"

#include "wizards/plan/Assessment.h"
#include "wizards/plan/Planner.h"

namespace es::wizards {

using catalog::EncryptionType;

namespace {

QString typeText(EncryptionType type)
{
    switch (type) {
    case EncryptionType::kPlaintext: return ColumnTreeModel::tr("Plaintext");
    case EncryptionType::kDeterministic: return ColumnTreeModel::tr("Deterministic");
    case EncryptionType::kRandomized: return ColumnTreeModel::tr("Randomized");
    }
    return {};
}

QString iconFor(EncryptionType type)
{
    switch (type) {
    case EncryptionType::kPlaintext: return QStringLiteral("column text2");
    case EncryptionType::kDeterministic: return QStringLiteral("lock-determ-enclave cipher");
    case EncryptionType::kRandomized: return QStringLiteral("lock-random-enclave cipher");
    }
    return {};
}

QString bracketed(const std::string& name)
{
    return QLatin1Char('[') + QString::fromStdString(name).replace(QLatin1Char(']'), QLatin1String("]]")) + QLatin1Char(']');
}

} // namespace

ColumnTreeModel::ColumnTreeModel(QObject* parent)
    : QAbstractItemModel(parent)
{
}

QString ColumnTreeModel::keyText(const QString& key)
{
    return tr("%1 (enclave-enabled)").arg(key);
}

void ColumnTreeModel::setSnapshot(std::shared_ptr<const catalog::CatalogSnapshot> snapshot)
{
    const std::vector<ColumnChoice> kept = choices();
    beginResetModel();
    m_snapshot = std::move(snapshot);
    m_keys.clear();
    for (const catalog::ColumnEncryptionKey& key : m_snapshot->encryptionKeys)
        if (m_snapshot->isEnclaveEnabled(key)) m_keys << QString::fromStdString(key.name);
    m_groups.clear();
    m_groups.reserve(m_snapshot->tables.size());
    for (const catalog::Table& table : m_snapshot->tables) {
        Group group{&table, {}};
        group.rows.reserve(table.columns.size());
        for (const catalog::Column& column : table.columns) {
            Row row;
            row.column = &column;
            row.target = column.encryption;
            if (const auto* key = m_snapshot->encryptionKeyById(column.encryptionKeyId)) row.key = QString::fromStdString(key->name);
            row.obstacle = QString::fromStdString(obstacleOf(*m_snapshot, table, column));
            group.rows.push_back(std::move(row));
        }
        m_groups.push_back(std::move(group));
    }
    endResetModel();
    for (const ColumnChoice& choice : kept)
        preselect({bracketed(choice.schema) + QLatin1Char('.') + bracketed(choice.table) + QLatin1Char('.') + bracketed(choice.column)}, choice.target);
}

QModelIndex ColumnTreeModel::preselect(const QStringList& names, EncryptionType target)
{
    QModelIndex first;
    for (std::size_t g = 0; g < m_groups.size(); ++g) {
        const QString table = bracketed(m_groups[g].table->schema) + QLatin1Char('.') + bracketed(m_groups[g].table->name);
        const QModelIndex parent = index(static_cast<int>(g), 0);
        if (!first.isValid() && names.contains(table, Qt::CaseInsensitive)) first = parent;
        for (std::size_t r = 0; r < m_groups[g].rows.size(); ++r) {
            Row& row = m_groups[g].rows[r];
            if (!names.contains(table + QLatin1Char('.') + bracketed(row.column->name), Qt::CaseInsensitive)) continue;
            check(row, true, target);
            const QModelIndex cell = index(static_cast<int>(r), 0, parent);
            if (!first.isValid()) first = cell;
            rowChanged(cell);
        }
    }
    return first;
}

// A check without a target of its own becomes Randomized, the choice that leaks least and allows most.
void ColumnTreeModel::check(Row& row, bool checked, EncryptionType target)
{
    if (!row.obstacle.isEmpty()) return;
    row.checked = checked;
    row.target = checked ? target : row.column->encryption;
    if (row.target != EncryptionType::kPlaintext && !m_keys.contains(row.key)) row.key = m_keys.value(0);
    if (!checked) {
        const auto* key = m_snapshot->encryptionKeyById(row.column->encryptionKeyId);
        row.key = key ? QString::fromStdString(key->name) : QString();
    }
}

bool ColumnTreeModel::differs(const Row& row) const
{
    const ColumnScheme now = schemeOf(*m_snapshot, *row.column);
    if (row.target != now.encryption) return true;
    return row.target != EncryptionType::kPlaintext && row.key != QString::fromStdString(now.key);
}

std::vector<ColumnChoice> ColumnTreeModel::choices() const
{
    std::vector<ColumnChoice> out;
    for (const Group& group : m_groups)
        for (const Row& row : group.rows)
            if (row.checked && differs(row))
                out.push_back({group.table->schema, group.table->name, row.column->name, row.target,
                    row.target == EncryptionType::kPlaintext ? std::string() : row.key.toStdString()});
    return out;
}

// internalId: 0 for tables, else the table's row + 1.
QModelIndex ColumnTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (row < 0 || column < 0 || column >= kColumnCount || row >= rowCount(parent)) return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : quintptr{0});
}

QModelIndex ColumnTreeModel::parent(const QModelIndex& index) const
{
    return index.isValid() && index.internalId() != 0 ? createIndex(static_cast<int>(index.internalId() - 1), 0, quintptr{0}) : QModelIndex();
}

int ColumnTreeModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid()) return static_cast<int>(m_groups.size());
    if (parent.internalId() != 0 || parent.column() != 0) return 0;
    return static_cast<int>(m_groups[static_cast<std::size_t>(parent.row())].rows.size());
}

ColumnTreeModel::Row* ColumnTreeModel::rowOf(const QModelIndex& index)
{
    if (!index.isValid() || index.internalId() == 0) return nullptr;
    return &m_groups[index.internalId() - 1].rows[static_cast<std::size_t>(index.row())];
}

const ColumnTreeModel::Row* ColumnTreeModel::rowOf(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == 0) return nullptr;
    return &m_groups[index.internalId() - 1].rows[static_cast<std::size_t>(index.row())];
}

EncryptionType ColumnTreeModel::targetOf(const QModelIndex& index)
{
    const auto* model = qobject_cast<const ColumnTreeModel*>(index.model());
    const Row* row = model ? model->rowOf(index) : nullptr;
    return row ? row->target : EncryptionType::kPlaintext;
}

void ColumnTreeModel::setTarget(const QModelIndex& index, EncryptionType target)
{
    Row* row = rowOf(index);
    if (!row || !row->obstacle.isEmpty()) return;
    check(*row, target != row->column->encryption || row->checked, target);
    rowChanged(index);
}

void ColumnTreeModel::setKey(const QModelIndex& index, const QString& key)
{
    Row* row = rowOf(index);
    if (!row || !row->obstacle.isEmpty() || row->target == EncryptionType::kPlaintext) return;
    row->key = key;
    row->checked = true;
    rowChanged(index);
}

void ColumnTreeModel::rowChanged(const QModelIndex& index)
{
    const QModelIndex parentIndex = parent(index);
    Q_EMIT dataChanged(this->index(index.row(), 0, parentIndex), this->index(index.row(), kColumnCount - 1, parentIndex));
    Q_EMIT dataChanged(this->index(parentIndex.row(), 0), this->index(parentIndex.row(), kColumnCount - 1));
    Q_EMIT choicesChanged();
}

QVariant ColumnTreeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    if (index.internalId() == 0) return tableData(m_groups[static_cast<std::size_t>(index.row())], index.column(), role);
    const Group& group = m_groups[index.internalId() - 1];
    return columnData(group, group.rows[static_cast<std::size_t>(index.row())], index.column(), role);
}

QVariant ColumnTreeModel::tableData(const Group& group, int column, int role) const
{
    const QString name = QString::fromStdString(group.table->schema + "." + group.table->name);
    if (column == kName && (role == Qt::DisplayRole || role == Qt::AccessibleTextRole)) return name;
    if (column == kName && role == kIconRole) return QStringLiteral("table text2");
    if (column == kPossible && role == Qt::DisplayRole) {
        int changing = 0;
        for (const Row& row : group.rows)
            changing += row.checked && differs(row) ? 1 : 0;
        if (changing > 0) return tr("%1 of %2 change").arg(changing).arg(group.rows.size());
    }
    return {};
}

QString ColumnTreeModel::possible(const Row& row) const
{
    ColumnScheme after = schemeOf(*m_snapshot, *row.column);
    after.encryption = row.target;
    // The collation that the plan would give it: as of Latin1_General_BIN2, for the words.
    if (row.checked && !after.collation.empty() && row.target != EncryptionType::kPlaintext) after.collation = "Latin1_General_BIN2";
    if (row.target == EncryptionType::kPlaintext) return {};
    QStringList words;
    for (const std::string& word : possibleWith(after, m_keys.contains(row.key)))
        words << QString::fromStdString(word);
    return words.join(QStringLiteral("  "));
}

QVariant ColumnTreeModel::columnData(const Group& group, const Row& row, int column, int role) const
{
    const QString name = QString::fromStdString(row.column->name);
    if (role == kObstacleRole) return row.obstacle;
    if (role == Qt::ToolTipRole && !row.obstacle.isEmpty()) return tr("%1 cannot be encrypted: %2").arg(name, row.obstacle);
    switch (column) {
    case kName:
        if (role == Qt::DisplayRole) return name;
        if (role == Qt::CheckStateRole) return row.checked ? Qt::Checked : Qt::Unchecked;
        if (role == kDetailRole) return QString::fromStdString(row.column->typeText);
        if (role == Qt::AccessibleTextRole)
            return QStringList{name, QString::fromStdString(row.column->typeText), row.checked ? tr("chosen") : tr("not chosen"), row.obstacle}
                .join(QStringLiteral(", "));
        return {};
    case kState: {
        const ColumnScheme now = schemeOf(*m_snapshot, *row.column);
        if (role != Qt::DisplayRole) return {};
        return now.key.empty() ? typeText(now.encryption) : typeText(now.encryption) + QStringLiteral(", ") + QString::fromStdString(now.key);
    }
    case kType:
        if (role == Qt::DisplayRole) return row.obstacle.isEmpty() ? typeText(row.target) : QStringLiteral("—");
        if (role == Qt::EditRole) return static_cast<int>(row.target);
        if (role == kIconRole) return row.obstacle.isEmpty() ? iconFor(row.target) : QString();
        return {};
    case kKey:
        if (row.target == EncryptionType::kPlaintext) return {};
        if (role == Qt::DisplayRole) return m_keys.contains(row.key) ? keyText(row.key) : row.key;
        if (role == Qt::EditRole) return row.key;
        if (role == kIconRole) return row.key.isEmpty() ? QString() : QStringLiteral("cek cipher");
        return {};
    case kPossible:
        if (role == Qt::DisplayRole) return row.obstacle.isEmpty() ? possible(row) : row.obstacle;
        return {};
    default: Q_UNUSED(group); return {};
    }
}

bool ColumnTreeModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    Row* row = rowOf(index);
    if (!row || !row->obstacle.isEmpty()) return false;
    if (index.column() == kName && role == Qt::CheckStateRole) {
        const bool checked = value.toInt() == Qt::Checked;
        const EncryptionType now = row->column->encryption;
        check(*row, checked, now == EncryptionType::kPlaintext ? EncryptionType::kRandomized : EncryptionType::kPlaintext);
        rowChanged(index);
        return true;
    }
    if (role != Qt::EditRole) return false;
    if (index.column() == kType)
        setTarget(index, static_cast<EncryptionType>(value.toInt()));
    else if (index.column() == kKey)
        setKey(index, value.toString());
    else
        return false;
    return true;
}

Qt::ItemFlags ColumnTreeModel::flags(const QModelIndex& index) const
{
    const Row* row = rowOf(index);
    if (!row) return Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    if (!row->obstacle.isEmpty()) return Qt::ItemIsSelectable;
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    if (index.column() == kName) flags |= Qt::ItemIsUserCheckable;
    if (index.column() == kType || (index.column() == kKey && row->target != EncryptionType::kPlaintext)) flags |= Qt::ItemIsEditable;
    return flags;
}

QVariant ColumnTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
    case kName: return tr("Name");
    case kState: return tr("State");
    case kType: return tr("Encryption Type");
    case kKey: return tr("Encryption Key");
    case kPossible: return tr("Possible afterwards");
    default: return {};
    }
}

} // namespace es::wizards
