#include "driver/session/KeyReleaseRules.h"

#include <algorithm>

namespace es::session {

namespace {

// Names that differ in case alone may be one under this database's collation: taken as one, which can only allow more.
bool sameName(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool means(const ReferencedTable& reference, std::string_view schema, std::string_view name)
{
    return sameName(reference.name, name) && (reference.schema.empty() || sameName(reference.schema, schema));
}

bool isElsewhere(const ReferencedTable& reference, const KeyUse& use)
{
    return !reference.database.empty() && !sameName(reference.database, use.database);
}

bool isKnown(const ReferencedTable& reference, const KeyUse& use)
{
    return std::any_of(
        use.tables.begin(), use.tables.end(), [&](const KeyUse::Table& table) { return means(reference, table.schema, table.name); });
}

} // namespace

std::optional<std::vector<std::uint32_t>> usefulKeys(const BatchReferences& references, const KeyUse& use)
{
    if (!references.complete || references.sendsAllKeys) return std::nullopt;
    std::vector<std::uint32_t> keys;
    for (const ReferencedTable& table : references.tables) {
        if (isElsewhere(table, use)) return std::nullopt;
        if (!isKnown(table, use) && !table.perhaps) return std::nullopt; // a view, a synonym, new since the catalog was read
        for (const EncryptedColumnUse& column : use.columns)
            if (means(table, column.schema, column.table)) keys.push_back(column.keyId);
    }
    for (const AlteredColumn& altered : references.altered) {
        if (isElsewhere(altered.table, use)) return std::nullopt;
        for (const EncryptedColumnUse& column : use.columns)
            if (means(altered.table, column.schema, column.table) && sameName(altered.column, column.column)) keys.push_back(column.keyId);
    }
    for (const std::string& name : references.namedKeys)
        for (const KeyUse::Key& key : use.keys)
            if (sameName(key.name, name)) keys.push_back(key.keyId);
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
}

const DescribedKey* firstUselessKey(const DescribeAnswer& described, const BatchReferences& references, const KeyUse& use)
{
    const auto useful = usefulKeys(references, use);
    if (!useful) return nullptr;
    const auto useless = std::find_if(described.keys.begin(), described.keys.end(), [&](const DescribedKey& key) {
        if (!key.requestedByEnclave) return false;
        const bool ofOtherDatabase = use.databaseId != 0 && key.databaseId != use.databaseId;
        return ofOtherDatabase || !std::binary_search(useful->begin(), useful->end(), key.keyId);
    });
    return useless == described.keys.end() ? nullptr : &*useless;
}

bool needsCatalog(const BatchReferences& references)
{
    return references.complete && !references.altered.empty();
}

std::string keyTitle(const KeyUse& use, std::uint32_t keyId)
{
    const auto known = std::find_if(use.keys.begin(), use.keys.end(), [keyId](const KeyUse::Key& key) { return key.keyId == keyId; });
    const std::string number = "id " + std::to_string(keyId);
    return known == use.keys.end() ? number : '"' + known->name + "\" (" + number + ')';
}

std::string keyTitles(const KeyUse& use, const std::vector<std::uint32_t>& keyIds)
{
    std::string titles;
    for (const std::uint32_t keyId : keyIds)
        titles.append(titles.empty() ? "" : ", ").append(keyTitle(use, keyId));
    return titles.empty() ? "none" : titles;
}

} // namespace es::session
