#include "ui/models/ObjectTreeModel.h"

#include "ui/models/ObjectTreeNode.h"
#include "ui/models/ObjectTreeText.h"

#include <algorithm>

namespace es::ui {

namespace {

constexpr QChar kPlaceSeparator(0x1F);

QString placePart(const ObjectNode& node)
{
    return QString::number(static_cast<int>(node.kind)) + QLatin1Char(':') + QString::fromStdString(node.key);
}

} // namespace

ObjectTreeModel::ObjectTreeModel(QObject* parent)
    : QAbstractItemModel(parent)
    , m_root(std::make_unique<ObjectNode>())
{
    m_root->populated = true;
}

ObjectTreeModel::~ObjectTreeModel() = default;

int ObjectTreeModel::addServer(const ObjectServer& server)
{
    auto state = std::make_unique<ServerState>();
    state->id = ++m_lastServer;
    state->look = server;
    m_servers.push_back(std::move(state));
    reconcile(*m_root);
    return m_lastServer;
}

void ObjectTreeModel::changeServer(int server, const ObjectServer& look)
{
    ServerState* const state = findServer(server);
    if (!state) return;
    state->look = look;
    serverChanged(server);
}

void ObjectTreeModel::removeServer(int server)
{
    const auto found = std::find_if(m_servers.begin(), m_servers.end(), [&](const auto& s) { return s->id == server; });
    if (found == m_servers.end()) return;
    const std::unique_ptr<ServerState> leaving = std::move(*found); // its nodes still speak of it until they are gone
    m_servers.erase(found);
    reconcile(*m_root);
}

void ObjectTreeModel::showServerLoading(int server)
{
    ServerState* const state = findServer(server);
    if (!state) return;
    state->error.clear();
    state->refreshing = false;
    serverChanged(server);
}

void ObjectTreeModel::showServer(int server, std::shared_ptr<const catalog::ServerSnapshot> snapshot)
{
    ServerState* const state = findServer(server);
    if (!state) return;
    const auto before = std::exchange(state->snapshot, std::move(snapshot)); // kept while rows still point into it
    state->error.clear();
    state->refreshing = false;
    serverChanged(server);
}

void ObjectTreeModel::showServerError(int server, const QString& reason)
{
    ServerState* const state = findServer(server);
    if (!state) return;
    state->error = reason;
    state->refreshing = false;
    serverChanged(server);
}

void ObjectTreeModel::showDatabaseLoading(int server, const QString& database)
{
    DatabaseState* const state = openDatabase(server, database);
    if (!state) return;
    state->error.clear();
    state->refreshing = false;
    databaseChanged(server, database);
}

void ObjectTreeModel::showDatabase(int server, const QString& database, std::shared_ptr<const catalog::ObjectSnapshot> snapshot)
{
    DatabaseState* const state = openDatabase(server, database);
    if (!state) return;
    const auto before = std::exchange(state->snapshot, std::move(snapshot));
    state->matches = matchesIn(*state->snapshot, m_filter);
    state->error.clear();
    state->refreshing = false;
    databaseChanged(server, database);
}

void ObjectTreeModel::showDatabaseError(int server, const QString& database, const QString& reason)
{
    DatabaseState* const state = openDatabase(server, database);
    if (!state) return;
    state->error = reason;
    state->refreshing = false;
    databaseChanged(server, database);
}

void ObjectTreeModel::showRefreshing(int server, const QString& database)
{
    QModelIndex index;
    if (ServerState* const state = findServer(server); state && database.isEmpty()) {
        state->refreshing = true;
        index = serverIndex(server);
    } else if (DatabaseState* const opened = openDatabase(server, database)) {
        opened->refreshing = true;
        index = databaseIndex(server, database);
    }
    if (index.isValid()) Q_EMIT dataChanged(index, index);
}

void ObjectTreeModel::setFilter(const QString& text)
{
    std::string filter = text.trimmed().toStdString();
    std::transform(
        filter.begin(), filter.end(), filter.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (filter == m_filter) return;
    m_filter = std::move(filter);
    for (const auto& server : m_servers)
        for (auto& [name, database] : server->databases)
            if (database.snapshot) database.matches = matchesIn(*database.snapshot, m_filter);
    reconcile(*m_root);
}

bool ObjectTreeModel::hasMatchBelow(const QModelIndex& index) const
{
    return index.isValid() && matchesBelow(nodeAt(index), m_filter);
}

ServerState* ObjectTreeModel::findServer(int server) const
{
    const auto found = std::find_if(m_servers.begin(), m_servers.end(), [&](const auto& s) { return s->id == server; });
    return found == m_servers.end() ? nullptr : found->get();
}

DatabaseState* ObjectTreeModel::openDatabase(int server, const QString& database)
{
    ServerState* const state = findServer(server);
    return state && !database.isEmpty() ? &state->databases[database.toStdString()] : nullptr;
}

// With a filter a change below decides whether the rows above are shown at all.
void ObjectTreeModel::serverChanged(int server)
{
    const QModelIndex index = serverIndex(server);
    if (isFiltered() || !index.isValid()) {
        reconcile(*m_root);
        return;
    }
    reconcile(nodeAt(index));
    Q_EMIT dataChanged(index, index);
}

void ObjectTreeModel::databaseChanged(int server, const QString& database)
{
    const QModelIndex index = databaseIndex(server, database);
    if (isFiltered() || !index.isValid()) {
        reconcile(*m_root);
        return;
    }
    reconcile(nodeAt(index));
    Q_EMIT dataChanged(index, index);
}

QModelIndex ObjectTreeModel::serverIndex(int server) const
{
    for (const auto& node : m_root->children)
        if (node->as<ServerState>().id == server) return indexOf(*node);
    return {};
}

QModelIndex ObjectTreeModel::databaseIndex(int server, const QString& database) const
{
    const QModelIndex folder = child(serverIndex(server), ObjectKind::kDatabases);
    for (const QModelIndex& parent : {folder, child(folder, ObjectKind::kSystemDatabases)}) {
        for (int row = 0; parent.isValid() && row < rowCount(parent); ++row) {
            const QModelIndex found = index(row, 0, parent);
            const ObjectNode& node = nodeAt(found);
            if (node.kind == ObjectKind::kDatabase && catalog::sameName(node.key, database.toStdString())) return found;
        }
    }
    return {};
}

QModelIndex ObjectTreeModel::child(const QModelIndex& parent, ObjectKind kind) const
{
    if (!parent.isValid()) return {};
    ObjectNode& node = nodeAt(parent);
    populate(node);
    for (const auto& candidate : node.children)
        if (candidate->kind == kind) return indexOf(*candidate);
    return {};
}

bool ObjectTreeModel::isUnread(const QModelIndex& database) const
{
    if (!database.isValid() || nodeAt(database).kind != ObjectKind::kDatabase) return false;
    return nodeAt(database).database() == nullptr;
}

QString ObjectTreeModel::placeOf(const QModelIndex& index) const
{
    if (!index.isValid()) return {};
    QString place;
    for (const ObjectNode* node = &nodeAt(index); node->parent; node = node->parent)
        place = place.isEmpty() ? placePart(*node) : QString(placePart(*node) + kPlaceSeparator + place);
    return place;
}

QModelIndex ObjectTreeModel::atPlace(const QString& place) const
{
    const ObjectNode* node = m_root.get();
    for (const QString& part : place.split(kPlaceSeparator)) {
        const auto kind = static_cast<ObjectKind>(part.section(QLatin1Char(':'), 0, 0).toInt());
        const std::string key = part.section(QLatin1Char(':'), 1).toStdString();
        populate(const_cast<ObjectNode&>(*node));
        const auto next
            = std::find_if(node->children.begin(), node->children.end(), [&](const auto& c) { return c->kind == kind && c->key == key; });
        if (next == node->children.end()) return {};
        node = next->get();
    }
    return indexOf(*node);
}

const catalog::Table* ObjectTreeModel::tableOf(const QModelIndex& index) const
{
    if (!index.isValid()) return nullptr;
    const ObjectNode* const node = nodeAt(index).nearest(ObjectKind::kTable);
    return node ? &node->as<catalog::Table>() : nullptr;
}

ObjectNode& ObjectTreeModel::nodeAt(const QModelIndex& index) const
{
    return index.isValid() ? *static_cast<ObjectNode*>(index.internalPointer()) : *m_root;
}

QModelIndex ObjectTreeModel::indexOf(const ObjectNode& node) const
{
    return node.parent ? createIndex(node.row, 0, const_cast<ObjectNode*>(&node)) : QModelIndex();
}

QModelIndex ObjectTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (column != 0 || row < 0) return {};
    ObjectNode& node = nodeAt(parent);
    populate(node);
    return row < static_cast<int>(node.children.size()) ? createIndex(row, 0, node.children[static_cast<std::size_t>(row)].get())
                                                        : QModelIndex();
}

QModelIndex ObjectTreeModel::parent(const QModelIndex& index) const
{
    return index.isValid() ? indexOf(*nodeAt(index).parent) : QModelIndex();
}

int ObjectTreeModel::rowCount(const QModelIndex& parent) const
{
    if (parent.column() > 0) return 0;
    ObjectNode& node = nodeAt(parent);
    populate(node);
    return static_cast<int>(node.children.size());
}

int ObjectTreeModel::columnCount(const QModelIndex&) const
{
    return 1;
}

bool ObjectTreeModel::hasChildren(const QModelIndex& parent) const
{
    const ObjectNode& node = nodeAt(parent);
    return node.populated ? !node.children.empty() : wantsChildren(node, m_filter);
}

Qt::ItemFlags ObjectTreeModel::flags(const QModelIndex& index) const
{
    return index.isValid() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::NoItemFlags;
}

QVariant ObjectTreeModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const ObjectNode& node = nodeAt(index);
    switch (role) {
    case Qt::DisplayRole: return ObjectTreeText::name(node);
    case Qt::ToolTipRole: return ObjectTreeText::toolTip(node);
    case Qt::AccessibleTextRole: return ObjectTreeText::accessibleText(node);
    case kKindRole: return static_cast<int>(node.kind);
    case kIconRole: return ObjectTreeText::icon(node);
    case kDetailRole: return ObjectTreeText::detail(node);
    case kSchemeRole: return static_cast<int>(ObjectTreeText::scheme(node));
    case kEnclaveKeyRole: return ObjectTreeText::enclaveEnabled(node);
    case kEnvironmentRole: return node.kind == ObjectKind::kServer ? QVariant(node.as<ServerState>().look.environment) : QVariant();
    case kServerRole: return node.server()->id;
    case kDatabaseRole: {
        const ObjectNode* const database = node.nearest(ObjectKind::kDatabase);
        return database ? QString::fromStdString(database->key) : QString();
    }
    case kPathRole: return ObjectTreeText::path(node);
    default: return {};
    }
}

} // namespace es::ui
