// How the rows of ObjectTreeModel are made, and changed with as little ado as the difference needs.
#include "ui/models/ObjectTreeModel.h"
#include "ui/models/ObjectTreeNode.h"

#include <string_view>
#include <unordered_map>

namespace es::ui {

namespace {

// Above this many runs of rows coming or going one change of layout is cheaper for views than a signal for each run.
constexpr int kMostRuns = 8;

std::unique_ptr<ObjectNode> newNode(ObjectNode& parent, const WantedChild& wanted)
{
    auto node = std::make_unique<ObjectNode>();
    node->kind = wanted.kind;
    node->key = wanted.key;
    node->item = wanted.item;
    node->extra = wanted.extra;
    node->parent = &parent;
    return node;
}

void renumber(ObjectNode& node)
{
    for (std::size_t row = 0; row < node.children.size(); ++row)
        node.children[row]->row = static_cast<int>(row);
}

bool isSame(const ObjectNode& node, const WantedChild& wanted)
{
    return node.kind == wanted.kind && node.key == wanted.key;
}

bool isGone(const ObjectNode* node)
{
    while (node && !node->detached)
        node = node->parent;
    return node != nullptr;
}

// For each wanted child the row that is it already, or -1. Rows that would have to change their order count as gone.
std::vector<int> rowsToKeep(const ObjectNode& node, const std::vector<WantedChild>& wanted)
{
    struct Hash {
        std::size_t operator()(const std::pair<ObjectKind, std::string_view>& key) const
        {
            return std::hash<std::string_view>()(key.second) ^ static_cast<std::size_t>(key.first);
        }
    };
    std::unordered_map<std::pair<ObjectKind, std::string_view>, int, Hash> rows;
    for (const auto& child : node.children)
        rows.emplace(std::pair(child->kind, std::string_view(child->key)), child->row);
    std::vector<int> kept(wanted.size(), -1);
    int last = -1;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto found = rows.find({wanted[i].kind, std::string_view(wanted[i].key)});
        if (found == rows.end() || found->second <= last) continue;
        kept[i] = last = found->second;
    }
    return kept;
}

std::vector<bool> leaving(const ObjectNode& node, const std::vector<int>& taken)
{
    std::vector<bool> gone(node.children.size(), true);
    for (const int row : taken)
        if (row >= 0) gone[static_cast<std::size_t>(row)] = false;
    return gone;
}

} // namespace

std::vector<WantedChild> ObjectTreeModel::childrenWanted(const ObjectNode& node) const
{
    if (node.parent) return wantedChildren(node, m_filter);
    std::vector<WantedChild> servers;
    for (const auto& server : m_servers)
        if (serverWanted(*server, m_filter)) servers.push_back({ObjectKind::kServer, std::to_string(server->id), server.get(), nullptr});
    return servers;
}

void ObjectTreeModel::populate(ObjectNode& node) const
{
    if (node.populated) return;
    node.populated = true;
    for (const WantedChild& wanted : childrenWanted(node))
        node.children.push_back(newNode(node, wanted));
    renumber(node);
}

void ObjectTreeModel::reconcile(ObjectNode& node)
{
    if (!node.populated) return;
    const std::vector<WantedChild> wanted = childrenWanted(node);
    const bool same = wanted.size() == node.children.size()
        && std::equal(
            wanted.begin(), wanted.end(), node.children.begin(), [](const WantedChild& w, const auto& c) { return isSame(*c, w); });
    if (!same) {
        const std::vector<int> taken = rowsToKeep(node, wanted);
        if (!applyInRuns(node, wanted, taken)) applyAtOnce(node, wanted, taken);
    }
    for (std::size_t row = 0; row < wanted.size(); ++row) {
        node.children[row]->item = wanted[row].item;
        node.children[row]->extra = wanted[row].extra;
    }
    if (!node.children.empty()) {
        const QModelIndex parent = indexOf(node);
        Q_EMIT dataChanged(index(0, 0, parent), index(static_cast<int>(node.children.size()) - 1, 0, parent));
    }
    for (const auto& child : node.children)
        reconcile(*child);
}

// False: too many runs, nothing was done.
bool ObjectTreeModel::applyInRuns(ObjectNode& node, const std::vector<WantedChild>& wanted, const std::vector<int>& taken)
{
    const std::vector<bool> gone = leaving(node, taken);
    int runs = 0;
    for (std::size_t row = 0; row < gone.size(); ++row)
        runs += gone[row] && (row == 0 || !gone[row - 1]) ? 1 : 0;
    for (std::size_t i = 0; i < taken.size(); ++i)
        runs += taken[i] < 0 && (i == 0 || taken[i - 1] >= 0) ? 1 : 0;
    if (runs > kMostRuns) return false;

    const QModelIndex parent = indexOf(node);
    for (int last = static_cast<int>(gone.size()) - 1; last >= 0; --last) {
        if (!gone[static_cast<std::size_t>(last)]) continue;
        int first = last;
        while (first > 0 && gone[static_cast<std::size_t>(first - 1)])
            --first;
        beginRemoveRows(parent, first, last);
        node.children.erase(node.children.begin() + first, node.children.begin() + last + 1);
        renumber(node);
        endRemoveRows();
        last = first;
    }
    for (std::size_t first = 0; first < taken.size(); ++first) {
        if (taken[first] >= 0) continue;
        std::size_t end = first;
        while (end < taken.size() && taken[end] < 0)
            ++end;
        beginInsertRows(parent, static_cast<int>(first), static_cast<int>(end) - 1);
        std::vector<std::unique_ptr<ObjectNode>> fresh;
        for (std::size_t i = first; i < end; ++i)
            fresh.push_back(newNode(node, wanted[i]));
        node.children.insert(node.children.begin() + static_cast<std::ptrdiff_t>(first), std::make_move_iterator(fresh.begin()),
            std::make_move_iterator(fresh.end()));
        renumber(node);
        endInsertRows();
        first = end;
    }
    return true;
}

void ObjectTreeModel::applyAtOnce(ObjectNode& node, const std::vector<WantedChild>& wanted, const std::vector<int>& taken)
{
    const QList<QPersistentModelIndex> parents{QPersistentModelIndex(indexOf(node))};
    Q_EMIT layoutAboutToBeChanged(parents);
    std::vector<std::unique_ptr<ObjectNode>> before = std::move(node.children); // lives until no index points into it
    node.children.clear();
    node.children.reserve(wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i)
        node.children.push_back(taken[i] >= 0 ? std::move(before[static_cast<std::size_t>(taken[i])]) : newNode(node, wanted[i]));
    for (const auto& left : before)
        if (left) left->detached = true;
    renumber(node);
    const QModelIndexList kept = persistentIndexList();
    for (const QModelIndex& index : kept) {
        const auto* const at = static_cast<const ObjectNode*>(index.internalPointer());
        changePersistentIndex(index, isGone(at) ? QModelIndex() : indexOf(*at));
    }
    Q_EMIT layoutChanged(parents);
}

} // namespace es::ui
