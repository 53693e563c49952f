#include "driver/catalog/CatalogSnapshot.h"

#include <algorithm>

namespace es::catalog {

namespace {

char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

template <class Items, class Predicate> auto findIn(const Items& items, Predicate predicate) -> const typename Items::value_type*
{
    const auto found = std::find_if(items.begin(), items.end(), predicate);
    return found == items.end() ? nullptr : &*found;
}

} // namespace

std::string_view encryptionTypeName(EncryptionType type)
{
    switch (type) {
    case EncryptionType::kDeterministic: return "Deterministic";
    case EncryptionType::kRandomized: return "Randomized";
    case EncryptionType::kPlaintext: break;
    }
    return "Plaintext";
}

std::string_view encryptionTypeKeyword(EncryptionType type)
{
    switch (type) {
    case EncryptionType::kDeterministic: return "DETERMINISTIC";
    case EncryptionType::kRandomized: return "RANDOMIZED";
    case EncryptionType::kPlaintext: break;
    }
    return {};
}

bool sameName(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lowered(x) == lowered(y); });
}

const Column* Table::findColumn(std::string_view columnName) const
{
    return findIn(columns, [&](const Column& c) { return sameName(c.name, columnName); });
}

const Table* CatalogSnapshot::findTable(std::string_view schema, std::string_view name) const
{
    return findIn(tables, [&](const Table& t) { return sameName(t.schema, schema) && sameName(t.name, name); });
}

const ColumnMasterKey* CatalogSnapshot::findMasterKey(std::string_view name) const
{
    return findIn(masterKeys, [&](const ColumnMasterKey& k) { return sameName(k.name, name); });
}

const ColumnMasterKey* CatalogSnapshot::masterKeyById(std::int32_t id) const
{
    return findIn(masterKeys, [&](const ColumnMasterKey& k) { return k.id == id; });
}

const ColumnEncryptionKey* CatalogSnapshot::findEncryptionKey(std::string_view name) const
{
    return findIn(encryptionKeys, [&](const ColumnEncryptionKey& k) { return sameName(k.name, name); });
}

const ColumnEncryptionKey* CatalogSnapshot::encryptionKeyById(std::int32_t id) const
{
    return findIn(encryptionKeys, [&](const ColumnEncryptionKey& k) { return k.id == id; });
}

bool CatalogSnapshot::isEnclaveEnabled(const ColumnEncryptionKey& key) const
{
    return std::any_of(key.values.begin(), key.values.end(), [&](const EncryptedCekValue& value) {
        const ColumnMasterKey* master = masterKeyById(value.masterKeyId);
        return master && master->allowEnclaveComputations;
    });
}

} // namespace es::catalog
