// Which rows a node of the tree should have, with and without a filter.
#include "ui/models/ObjectTreeNode.h"

#include <algorithm>

namespace es::ui {

namespace {

using Children = std::vector<WantedChild>;
using Matches = ObjectMatches;

char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string qualified(const std::string& schema, const std::string& name)
{
    return schema + '.' + name;
}

template <class Item> std::string keyOf(const Item& item)
{
    if constexpr (requires { item.schema; })
        return qualified(item.schema, item.name);
    else
        return item.name;
}

// Everything below is shown: there is no filter, or the node or one above it is what was looked for.
bool showsAll(const ObjectNode& node, std::string_view filter)
{
    if (filter.empty()) return true;
    for (const ObjectNode* at = &node; at->parent; at = at->parent)
        if (nodeMatches(*at, filter)) return true;
    return false;
}

template <class Item> Children itemsOf(const std::vector<Item>& items, ObjectKind kind, std::string_view filter)
{
    Children children;
    for (const Item& item : items) {
        std::string key = keyOf(item);
        if (containsName(key, filter)) children.push_back({kind, std::move(key), &item, nullptr});
    }
    return children;
}

template <class Item> bool anyOf(const std::vector<Item>& items, std::string_view filter)
{
    if (filter.empty()) return !items.empty();
    return std::any_of(items.begin(), items.end(), [&](const Item& item) { return containsName(keyOf(item), filter); });
}

void addFailure(Children& children, const QString& error)
{
    if (error.isEmpty()) return;
    children.push_back({ObjectKind::kError, {}, nullptr, nullptr});
    children.push_back({ObjectKind::kRetry, {}, nullptr, nullptr});
}

Children ofServer(const ServerState& server, bool all, std::string_view filter)
{
    Children children;
    if (all) addFailure(children, server.error);
    if (!server.snapshot) {
        if (server.error.isEmpty()) children.push_back({ObjectKind::kLoading, {}, nullptr, nullptr});
        return children;
    }
    children.push_back({ObjectKind::kDatabases, {}, nullptr, nullptr});
    if (all || containsName("secure enclave", filter)) children.push_back({ObjectKind::kEnclave, {}, nullptr, nullptr});
    return children;
}

bool databaseWanted(const ServerState& server, const catalog::DatabaseInfo& database, std::string_view filter)
{
    if (containsName(database.name, filter)) return true;
    const auto state = server.databases.find(database.name);
    return state != server.databases.end() && state->second.matches.any();
}

// What one opens a server for comes first: the four system databases, which hold no encrypted columns, stand in a folder at the end.
Children ofDatabases(const ServerState& server, bool system, std::string_view filter)
{
    Children children;
    bool anySystem = false;
    for (const catalog::DatabaseInfo& database : server.snapshot->databases) {
        if (!databaseWanted(server, database, filter)) continue;
        if (database.isSystem() == system) children.push_back({ObjectKind::kDatabase, database.name, &database, nullptr});
        anySystem = anySystem || database.isSystem();
    }
    if (!system && anySystem) children.push_back({ObjectKind::kSystemDatabases, {}, nullptr, nullptr});
    return children;
}

Children ofDatabase(const DatabaseState* state, bool all)
{
    Children children;
    if (state && all) addFailure(children, state->error);
    if (!state || !state->snapshot) {
        if (!state || state->error.isEmpty()) children.push_back({ObjectKind::kLoading, {}, nullptr, nullptr});
        return children;
    }
    const Matches& matches = state->matches;
    const auto add = [&](ObjectKind kind, bool found) {
        if (all || found) children.push_back({kind, {}, nullptr, nullptr});
    };
    add(ObjectKind::kTables, matches.anyTable);
    add(ObjectKind::kViews, matches.anyView);
    add(ObjectKind::kProgrammability, matches.anyProcedure);
    add(ObjectKind::kSecurity, matches.anyMasterKey || matches.anyEncryptionKey);
    return children;
}

Children ofTables(const DatabaseState& state, bool all)
{
    Children children;
    const auto& tables = state.snapshot->catalog.tables;
    children.reserve(tables.size());
    for (std::size_t i = 0; i < tables.size(); ++i)
        if (all || state.matches.tables[i] != Matches::kNone)
            children.push_back({ObjectKind::kTable, qualified(tables[i].schema, tables[i].name), &tables[i], &state.snapshot->details[i]});
    return children;
}

} // namespace

bool containsName(std::string_view name, std::string_view filter)
{
    const auto same = [](char a, char b) { return lowered(a) == b; };
    return filter.empty() || std::search(name.begin(), name.end(), filter.begin(), filter.end(), same) != name.end();
}

ObjectMatches matchesIn(const catalog::ObjectSnapshot& snapshot, std::string_view filter)
{
    Matches matches;
    if (filter.empty()) return matches;
    const auto& tables = snapshot.catalog.tables;
    matches.tables.resize(tables.size(), Matches::kNone);
    for (std::size_t i = 0; i < tables.size(); ++i) {
        if (containsName(qualified(tables[i].schema, tables[i].name), filter))
            matches.tables[i] = Matches::kItself;
        else if (anyOf(tables[i].columns, filter) || anyOf(snapshot.details[i].indexes, filter))
            matches.tables[i] = Matches::kInside;
        matches.anyTable = matches.anyTable || matches.tables[i] != Matches::kNone;
    }
    matches.anyView = anyOf(snapshot.views, filter);
    matches.anyProcedure = anyOf(snapshot.procedures, filter);
    matches.anyMasterKey = anyOf(snapshot.catalog.masterKeys, filter);
    matches.anyEncryptionKey = anyOf(snapshot.catalog.encryptionKeys, filter);
    return matches;
}

bool nodeMatches(const ObjectNode& node, std::string_view filter)
{
    switch (node.kind) {
    case ObjectKind::kServer: {
        const ObjectServer& look = node.as<ServerState>().look;
        return containsName(look.name.toStdString(), filter) || containsName(look.address.toStdString(), filter);
    }
    case ObjectKind::kDatabase:
    case ObjectKind::kTable: return containsName(node.key, filter);
    default: return false; // folders are on the way; nothing is below the rest
    }
}

bool matchesBelow(const ObjectNode& node, std::string_view filter)
{
    if (filter.empty()) return false;
    const DatabaseState* const state = node.database();
    switch (node.kind) {
    case ObjectKind::kServer: {
        const auto& server = node.as<ServerState>();
        return server.snapshot && (containsName("secure enclave", filter) || !ofDatabases(server, false, filter).empty());
    }
    case ObjectKind::kDatabases: return !ofDatabases(*node.server(), false, filter).empty();
    case ObjectKind::kSystemDatabases: return !ofDatabases(*node.server(), true, filter).empty();
    case ObjectKind::kDatabase: return state && state->matches.any();
    case ObjectKind::kTables: return state->matches.anyTable;
    case ObjectKind::kTable: {
        const auto& table = node.as<catalog::Table>();
        return anyOf(table.columns, filter) || anyOf(node.tableDetails().indexes, filter);
    }
    case ObjectKind::kColumns: return anyOf(node.parent->as<catalog::Table>().columns, filter);
    case ObjectKind::kIndexes: return anyOf(node.tableDetails().indexes, filter);
    case ObjectKind::kViews: return state->matches.anyView;
    case ObjectKind::kProgrammability:
    case ObjectKind::kProcedures: return state->matches.anyProcedure;
    case ObjectKind::kSecurity:
    case ObjectKind::kAlwaysEncryptedKeys: return state->matches.anyMasterKey || state->matches.anyEncryptionKey;
    case ObjectKind::kMasterKeys: return state->matches.anyMasterKey;
    case ObjectKind::kEncryptionKeys: return state->matches.anyEncryptionKey;
    default: return false;
    }
}

std::vector<WantedChild> wantedChildren(const ObjectNode& node, std::string_view filter)
{
    const bool all = showsAll(node, filter);
    const std::string_view names = all ? std::string_view() : filter;
    const DatabaseState* const state = node.database();
    const auto folder = [](ObjectKind kind) { return WantedChild{kind, {}, nullptr, nullptr}; };
    switch (node.kind) {
    case ObjectKind::kServer: return ofServer(node.as<ServerState>(), all, filter);
    case ObjectKind::kDatabases: return ofDatabases(*node.server(), false, names);
    case ObjectKind::kSystemDatabases: return ofDatabases(*node.server(), true, names);
    case ObjectKind::kDatabase: return ofDatabase(state, all);
    case ObjectKind::kTables: return ofTables(*state, all);
    case ObjectKind::kTable: {
        Children children;
        if (all || anyOf(node.as<catalog::Table>().columns, filter)) children.push_back(folder(ObjectKind::kColumns));
        if (all || anyOf(node.tableDetails().indexes, filter)) children.push_back(folder(ObjectKind::kIndexes));
        return children;
    }
    case ObjectKind::kColumns: return itemsOf(node.parent->as<catalog::Table>().columns, ObjectKind::kColumn, names);
    case ObjectKind::kIndexes: return itemsOf(node.tableDetails().indexes, ObjectKind::kIndex, names);
    case ObjectKind::kViews: return itemsOf(state->snapshot->views, ObjectKind::kView, names);
    case ObjectKind::kProgrammability: return {folder(ObjectKind::kProcedures)};
    case ObjectKind::kProcedures: return itemsOf(state->snapshot->procedures, ObjectKind::kProcedure, names);
    case ObjectKind::kSecurity: return {folder(ObjectKind::kAlwaysEncryptedKeys)};
    case ObjectKind::kAlwaysEncryptedKeys: {
        Children children;
        if (all || state->matches.anyMasterKey) children.push_back(folder(ObjectKind::kMasterKeys));
        if (all || state->matches.anyEncryptionKey) children.push_back(folder(ObjectKind::kEncryptionKeys));
        return children;
    }
    case ObjectKind::kMasterKeys: return itemsOf(state->snapshot->catalog.masterKeys, ObjectKind::kMasterKey, names);
    case ObjectKind::kEncryptionKeys: return itemsOf(state->snapshot->catalog.encryptionKeys, ObjectKind::kEncryptionKey, names);
    default: return {};
    }
}

bool wantsChildren(const ObjectNode& node, std::string_view filter)
{
    const auto snapshotOf = [&]() -> const catalog::ObjectSnapshot& { return *node.database()->snapshot; };
    switch (node.kind) {
    // These lead to what was found, or there is no filter: only without one can they be empty.
    case ObjectKind::kTables: return !snapshotOf().catalog.tables.empty();
    case ObjectKind::kColumns: return !node.parent->as<catalog::Table>().columns.empty();
    case ObjectKind::kIndexes: return !node.tableDetails().indexes.empty();
    case ObjectKind::kViews: return !snapshotOf().views.empty();
    case ObjectKind::kProcedures: return !snapshotOf().procedures.empty();
    case ObjectKind::kMasterKeys: return !snapshotOf().catalog.masterKeys.empty();
    case ObjectKind::kEncryptionKeys: return !snapshotOf().catalog.encryptionKeys.empty();
    case ObjectKind::kDatabases:
    case ObjectKind::kSystemDatabases: return !wantedChildren(node, filter).empty();
    case ObjectKind::kServer:
    case ObjectKind::kDatabase:
    case ObjectKind::kTable:
    case ObjectKind::kProgrammability:
    case ObjectKind::kSecurity:
    case ObjectKind::kAlwaysEncryptedKeys: return true;
    default: return false;
    }
}

bool serverWanted(const ServerState& server, std::string_view filter)
{
    if (filter.empty() || containsName(server.look.name.toStdString(), filter) || containsName(server.look.address.toStdString(), filter))
        return true;
    if (!server.snapshot) return false;
    return containsName("secure enclave", filter) || !ofDatabases(server, false, filter).empty();
}

} // namespace es::ui
