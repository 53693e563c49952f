// The parts of ObjectTreeModel: nodes, what is known of servers and databases, and which names a filter finds. For this room's own
// files; views use ObjectTreeModel.h. Thread: GUI thread only.
#pragma once

#include "driver/catalog/ObjectSnapshot.h"
#include "driver/catalog/ServerSnapshot.h"
#include "ui/models/ObjectTreeModel.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace es::ui {

// Which names of one database contain the filter's text. Empty vectors: no filter.
struct ObjectMatches {
    enum Hit : quint8 { kNone, kInside, kItself };
    std::vector<Hit> tables; // as in the snapshot
    bool anyTable = false;
    bool anyView = false;
    bool anyProcedure = false;
    bool anyMasterKey = false;
    bool anyEncryptionKey = false;

    [[nodiscard]] bool any() const { return anyTable || anyView || anyProcedure || anyMasterKey || anyEncryptionKey; }
};

struct DatabaseState {
    std::shared_ptr<const catalog::ObjectSnapshot> snapshot; // null: not read yet
    QString error; // of the last attempt; the snapshot before it stays
    bool refreshing = false;
    ObjectMatches matches;
};

struct ServerState {
    int id = 0;
    ObjectServer look;
    std::shared_ptr<const catalog::ServerSnapshot> snapshot;
    QString error;
    bool refreshing = false;
    std::map<std::string, DatabaseState> databases; // by name; only those that were opened
};

// One row of the tree. Children are made when somebody asks for them; `item` points into the snapshot its database or server holds:
// ServerState, catalog::DatabaseInfo, Table, Column, Index, NamedObject, ColumnMasterKey or ColumnEncryptionKey; null for the rest.
struct ObjectNode {
    ObjectKind kind = ObjectKind::kServer;
    std::string key; // among its siblings of this kind: what makes it the same after a refresh
    const void* item = nullptr;
    const void* extra = nullptr; // tables: catalog::TableDetails
    ObjectNode* parent = nullptr; // null: the root, which is shown nowhere
    int row = 0;
    bool populated = false;
    bool detached = false; // on its way out
    std::vector<std::unique_ptr<ObjectNode>> children;

    template <class T> [[nodiscard]] const T& as() const { return *static_cast<const T*>(item); }
    // The nearest of that kind, this one included. Null: none.
    [[nodiscard]] const ObjectNode* nearest(ObjectKind wanted) const
    {
        const ObjectNode* node = this;
        while (node && (!node->parent || node->kind != wanted))
            node = node->parent;
        return node;
    }
    [[nodiscard]] const ServerState* server() const
    {
        const ObjectNode* const node = nearest(ObjectKind::kServer);
        return node ? &node->as<ServerState>() : nullptr;
    }
    // Of the table the node is or belongs to; taken from where the node itself came from, which during a refresh may be the snapshot
    // before. Precondition: there is one.
    [[nodiscard]] const catalog::TableDetails& tableDetails() const
    {
        return *static_cast<const catalog::TableDetails*>(nearest(ObjectKind::kTable)->extra);
    }
    // Of the database the node belongs to. Null: none, or it was never opened.
    [[nodiscard]] const DatabaseState* database() const
    {
        const ObjectNode* const node = nearest(ObjectKind::kDatabase);
        if (!node) return nullptr;
        const auto& opened = server()->databases;
        const auto found = opened.find(node->key);
        return found == opened.end() ? nullptr : &found->second;
    }
};

// A child as it should be.
struct WantedChild {
    ObjectKind kind;
    std::string key;
    const void* item = nullptr;
    const void* extra = nullptr;
};

// Letters a-z compare in either case; others as they are. `filter` lower case.
[[nodiscard]] bool containsName(std::string_view name, std::string_view filter);
[[nodiscard]] ObjectMatches matchesIn(const catalog::ObjectSnapshot& snapshot, std::string_view filter);
// The node's own name contains it.
[[nodiscard]] bool nodeMatches(const ObjectNode& node, std::string_view filter);
// Something below the node does, opened or not.
[[nodiscard]] bool matchesBelow(const ObjectNode& node, std::string_view filter);

// `filter` empty: everything. Precondition: not the root.
[[nodiscard]] std::vector<WantedChild> wantedChildren(const ObjectNode& node, std::string_view filter);
// As !wantedChildren().empty(), without making them.
[[nodiscard]] bool wantsChildren(const ObjectNode& node, std::string_view filter);
[[nodiscard]] bool serverWanted(const ServerState& server, std::string_view filter);

} // namespace es::ui
