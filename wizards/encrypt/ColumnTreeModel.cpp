#include "wizards/encrypt/ColumnTreeModel.h"

#include "ui/widgets/Theme.h"
#include "wizards/encrypt/EncryptWords.h"

#include <QFont>

namespace es::wizards {

using catalog::EncryptionType;

namespace {

// Internal id of a table's row; a column's row carries the number of its table plus one.
constexpr quintptr kTableRow = 0;

} // namespace

ColumnTreeModel::ColumnTreeModel(QObject* parent)
    : QAbstractItemModel(parent)
{
}

void ColumnTreeModel::setSnapshot(std::shared_ptr<const catalog::CatalogSnapshot> snapshot)
{
    const std::vector<ColumnChoice> before = choices();
    beginResetModel();
    m_snapshot = std::move(snapshot);
    m_choices.clear();
    for (const catalog::Table& table : m_snapshot->tables) {
        std::vector<Choice>& row = m_choices.emplace_back();
        for (const catalog::Column& column : table.columns)
            row.push_back(freshChoice(column));
    }
    endResetModel();
    for (const ColumnChoice& old : before) {
        const QModelIndex index = indexOf(old.schema, old.table, old.column);
        if (index.isValid()) apply(index, old.target, QString::fromStdString(old.key));
    }
    Q_EMIT choicesChanged();
}

ColumnTreeModel::Choice ColumnTreeModel::freshChoice(const catalog::Column& column) const
{
    Choice choice;
    choice.target = column.encryption;
    if (column.encryption == EncryptionType::kPlaintext) {
        choice.impossible = obstacleWords(obstacleOf(column));
        return choice;
    }
    choice.key = keyName(column);
    const auto* key = m_snapshot->encryptionKeyById(column.encryptionKeyId);
    if (!key || !m_snapshot->isEnclaveEnabled(*key)) choice.impossible = tr("key not enclave-enabled");
    return choice;
}

void ColumnTreeModel::setDefaults(EncryptionType target, const QString& key)
{
    m_defaultTarget = target;
    m_defaultKey = key;
}

void ColumnTreeModel::fillMissingKeys(const QString& key)
{
    for (std::size_t table = 0; table < m_choices.size(); ++table) {
        for (std::size_t column = 0; column < m_choices[table].size(); ++column) {
            Choice& choice = m_choices[table][column];
            if (!choice.checked || choice.target == EncryptionType::kPlaintext) continue;
            if (!choice.key.isEmpty() && m_snapshot->findEncryptionKey(choice.key.toStdString())) continue;
            choice.key = key;
            rowChanged(createIndex(static_cast<int>(column), 0, static_cast<quintptr>(table + 1)));
        }
    }
}

QStringList ColumnTreeModel::usableKeys() const
{
    QStringList names;
    if (!m_snapshot) return names;
    for (const auto& key : m_snapshot->encryptionKeys)
        if (m_snapshot->isEnclaveEnabled(key)) names.append(QString::fromStdString(key.name));
    return names;
}

bool ColumnTreeModel::choose(const std::string& schema, const std::string& table, const std::string& column)
{
    const QModelIndex index = indexOf(schema, table, column);
    if (!index.isValid() || !isPossible(index)) return false;
    check(index, true);
    return true;
}

QModelIndex ColumnTreeModel::indexOf(const std::string& schema, const std::string& table, const std::string& column) const
{
    if (!m_snapshot) return {};
    for (std::size_t t = 0; t < m_snapshot->tables.size(); ++t) {
        const catalog::Table& found = m_snapshot->tables[t];
        if (!catalog::sameName(found.schema, schema) || !catalog::sameName(found.name, table)) continue;
        if (column.empty()) return createIndex(static_cast<int>(t), 0, kTableRow);
        for (std::size_t c = 0; c < found.columns.size(); ++c)
            if (catalog::sameName(found.columns[c].name, column)) return createIndex(static_cast<int>(c), 0, static_cast<quintptr>(t + 1));
    }
    return {};
}

void ColumnTreeModel::apply(const QModelIndex& index, EncryptionType target, const QString& key)
{
    Choice* choice = choiceAt(index);
    if (!choice || !choice->impossible.isEmpty()) return;
    choice->target = target;
    if (!key.isEmpty()) choice->key = key;
    settle(index);
}

// Checked is what differs from the catalog.
void ColumnTreeModel::settle(const QModelIndex& index)
{
    Choice& choice = *choiceAt(index);
    const catalog::Column& column = *columnAt(index);
    if (choice.target == EncryptionType::kPlaintext) choice.key.clear();
    if (choice.target != EncryptionType::kPlaintext && choice.key.isEmpty()) choice.key = m_defaultKey;
    choice.checked = choice.target != column.encryption || choice.key != keyName(column);
    rowChanged(index);
    Q_EMIT choicesChanged();
}

void ColumnTreeModel::check(const QModelIndex& index, bool checked)
{
    Choice& choice = *choiceAt(index);
    const catalog::Column& column = *columnAt(index);
    if (!checked) {
        choice = freshChoice(column);
        rowChanged(index);
        Q_EMIT choicesChanged();
        return;
    }
    const bool encrypted = column.encryption != EncryptionType::kPlaintext;
    apply(index,
        encrypted                                           ? EncryptionType::kPlaintext
            : m_defaultTarget == EncryptionType::kPlaintext ? EncryptionType::kRandomized
                                                            : m_defaultTarget,
        m_defaultKey);
}

void ColumnTreeModel::rowChanged(const QModelIndex& index)
{
    Q_EMIT dataChanged(index.siblingAtColumn(0), index.siblingAtColumn(kColumnCount - 1));
    const QModelIndex table = parent(index);
    Q_EMIT dataChanged(table, table.siblingAtColumn(kColumnCount - 1));
}

std::vector<ColumnChoice> ColumnTreeModel::choices() const
{
    std::vector<ColumnChoice> chosen;
    for (std::size_t t = 0; t < m_choices.size(); ++t) {
        const catalog::Table& table = m_snapshot->tables[t];
        for (std::size_t c = 0; c < m_choices[t].size(); ++c)
            if (const Choice& choice = m_choices[t][c]; choice.checked)
                chosen.push_back({table.schema, table.name, table.columns[c].name, choice.target, choice.key.toStdString()});
    }
    return chosen;
}

int ColumnTreeModel::chosenCount() const
{
    int count = 0;
    for (const auto& table : m_choices)
        count += static_cast<int>(std::count_if(table.begin(), table.end(), [](const Choice& choice) { return choice.checked; }));
    return count;
}

const catalog::Table* ColumnTreeModel::tableAt(const QModelIndex& index) const
{
    if (!index.isValid() || !m_snapshot) return nullptr;
    const auto table
        = index.internalId() == kTableRow ? static_cast<std::size_t>(index.row()) : static_cast<std::size_t>(index.internalId() - 1);
    return table < m_snapshot->tables.size() ? &m_snapshot->tables[table] : nullptr;
}

const catalog::Column* ColumnTreeModel::columnAt(const QModelIndex& index) const
{
    const catalog::Table* table = tableAt(index);
    if (!table || index.internalId() == kTableRow) return nullptr;
    return &table->columns[static_cast<std::size_t>(index.row())];
}

const ColumnTreeModel::Choice* ColumnTreeModel::choiceAt(const QModelIndex& index) const
{
    if (!columnAt(index)) return nullptr;
    return &m_choices[static_cast<std::size_t>(index.internalId() - 1)][static_cast<std::size_t>(index.row())];
}

ColumnTreeModel::Choice* ColumnTreeModel::choiceAt(const QModelIndex& index)
{
    return const_cast<Choice*>(std::as_const(*this).choiceAt(index));
}

EncryptionType ColumnTreeModel::targetAt(const QModelIndex& index) const
{
    const Choice* choice = choiceAt(index);
    return choice ? choice->target : EncryptionType::kPlaintext;
}

bool ColumnTreeModel::isPossible(const QModelIndex& index) const
{
    const Choice* choice = choiceAt(index);
    return choice && choice->impossible.isEmpty();
}

QString ColumnTreeModel::keyName(const catalog::Column& column) const
{
    const auto* key = column.encryption == EncryptionType::kPlaintext ? nullptr : m_snapshot->encryptionKeyById(column.encryptionKeyId);
    return key ? QString::fromStdString(key->name) : QString();
}

QString ColumnTreeModel::keyLabel(const QString& key) const
{
    const auto* found = m_snapshot->findEncryptionKey(key.toStdString());
    return found && m_snapshot->isEnclaveEnabled(*found) ? tr("%1 (enclave-enabled)").arg(key) : key;
}

QModelIndex ColumnTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (row < 0 || row >= rowCount(parent) || column < 0 || column >= kColumnCount) return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row() + 1) : kTableRow);
}

QModelIndex ColumnTreeModel::parent(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == kTableRow) return {};
    return createIndex(static_cast<int>(index.internalId() - 1), 0, kTableRow);
}

int ColumnTreeModel::rowCount(const QModelIndex& parent) const
{
    if (!m_snapshot) return 0;
    if (!parent.isValid()) return static_cast<int>(m_snapshot->tables.size());
    if (parent.internalId() != kTableRow || parent.column() != 0) return 0;
    return static_cast<int>(m_snapshot->tables[static_cast<std::size_t>(parent.row())].columns.size());
}

int ColumnTreeModel::columnCount(const QModelIndex&) const
{
    return kColumnCount;
}

QVariant ColumnTreeModel::tableData(const QModelIndex& index, int role) const
{
    const catalog::Table& table = *tableAt(index);
    if (role == Qt::DisplayRole && index.column() == kName) return QString::fromStdString(table.schema + "." + table.name);
    if (role == Qt::DecorationRole && index.column() == kName) return ui::Theme::instance().icon("table");
    if (role == Qt::FontRole && index.column() == kName) {
        QFont font;
        font.setBold(true);
        return font;
    }
    if (role == Qt::DisplayRole && index.column() == kPossible) {
        const auto& row = m_choices[static_cast<std::size_t>(index.row())];
        const auto chosen = std::count_if(row.begin(), row.end(), [](const Choice& choice) { return choice.checked; });
        return chosen == 0 ? QString() : tr("%1 of %2 change").arg(chosen).arg(row.size());
    }
    return {};
}

QString ColumnTreeModel::displayText(const QModelIndex& index) const
{
    const catalog::Column& column = *columnAt(index);
    const Choice& choice = *choiceAt(index);
    switch (index.column()) {
    case kName: return QString::fromStdString(column.name);
    case kState:
        return column.encryption == EncryptionType::kPlaintext ? typeWord(column.encryption)
                                                               : tr("%1 · %2").arg(typeWord(column.encryption), keyName(column));
    case kType: return choice.impossible.isEmpty() || column.encryption != EncryptionType::kPlaintext ? typeWord(choice.target) : tr("—");
    case kKey:
        if (choice.target == EncryptionType::kPlaintext) return {};
        return choice.key.isEmpty() ? tr("none yet") : keyLabel(choice.key);
    case kPossible:
        if (!choice.impossible.isEmpty()) return choice.impossible;
        return choice.checked ? possibleAfterwards(column, choice.target) : QString();
    default: return {};
    }
}

QVariant ColumnTreeModel::data(const QModelIndex& index, int role) const
{
    if (!tableAt(index)) return {};
    const catalog::Column* column = columnAt(index);
    if (!column) return tableData(index, role);
    const Choice& choice = *choiceAt(index);
    switch (role) {
    case Qt::DisplayRole: return displayText(index);
    case Qt::ToolTipRole: {
        const QString text = displayText(index);
        return text.isEmpty() ? QVariant() : text;
    }
    case Qt::CheckStateRole: return index.column() == kName ? QVariant(choice.checked ? Qt::Checked : Qt::Unchecked) : QVariant();
    case Qt::FontRole:
        if (index.column() == kName && choice.checked) {
            QFont font;
            font.setBold(true);
            return font;
        }
        return {};
    case Qt::AccessibleTextRole:
        return index.column() == kName ? QVariant(tr("%1, %2").arg(displayText(index), QString::fromStdString(column->typeText)))
                                       : displayText(index);
    case kDetailRole: return index.column() == kName ? QVariant(QString::fromStdString(column->typeText)) : QVariant();
    case kTargetRole: return static_cast<int>(choice.target);
    case kKeyRole: return choice.key;
    case kCipherRole: return choice.target != EncryptionType::kPlaintext;
    default: return {};
    }
}

bool ColumnTreeModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    Choice* choice = choiceAt(index);
    if (!choice || !choice->impossible.isEmpty()) return false;
    if (role == Qt::CheckStateRole && index.column() == kName) {
        check(index, value.toInt() == Qt::Checked);
        return true;
    }
    if (role != Qt::EditRole) return false;
    if (index.column() == kType) return apply(index, static_cast<EncryptionType>(value.toInt()), {}), true;
    if (index.column() != kKey || choice->target == EncryptionType::kPlaintext) return false;
    apply(index, choice->target, value.toString());
    return true;
}

Qt::ItemFlags ColumnTreeModel::flags(const QModelIndex& index) const
{
    if (!index.isValid()) return Qt::NoItemFlags;
    const Choice* choice = choiceAt(index);
    if (!choice) return Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    Qt::ItemFlags flags = Qt::ItemNeverHasChildren;
    if (!choice->impossible.isEmpty()) return flags;
    flags |= Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    if (index.column() == kName) flags |= Qt::ItemIsUserCheckable;
    if (index.column() == kType || (index.column() == kKey && choice->target != EncryptionType::kPlaintext)) flags |= Qt::ItemIsEditable;
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
