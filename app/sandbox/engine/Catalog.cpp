#include "app/sandbox/engine/Catalog.h"

#include "driver/types/Collation.h"

#include <algorithm>

namespace es::sandbox {

namespace {

template <class Range> auto findByName(const Range& range, std::string_view name) -> decltype(range.data())
{
    const auto found = std::find_if(range.begin(), range.end(), [&](const auto& item) { return sameName(item.name, name); });
    return found == range.end() ? nullptr : &*found;
}

template <class Range> auto findById(const Range& range, std::int32_t id) -> decltype(range.data())
{
    const auto found = std::find_if(range.begin(), range.end(), [&](const auto& item) { return item.id == id; });
    return found == range.end() ? nullptr : &*found;
}

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string tableKey(std::string_view schema, std::string_view name)
{
    return foldName(schema.empty() ? "dbo" : schema) + '\0' + foldName(name);
}

} // namespace

std::string foldName(std::string_view name)
{
    if (!isAscii(name)) return types::equalityKey(name, types::kDefaultCollation);
    std::string out(name);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    while (!out.empty() && out.back() == ' ')
        out.pop_back();
    return out;
}

bool sameName(std::string_view a, std::string_view b)
{
    return foldName(a) == foldName(b);
}

const CatalogColumn* CatalogTable::column(std::string_view wanted) const
{
    return findByName(columns, wanted);
}
const CatalogColumn* CatalogTable::columnById(std::int32_t wanted) const
{
    return findById(columns, wanted);
}

void Catalog::index()
{
    for (std::size_t i = 0; i < tables.size(); ++i) {
        m_byName[tableKey(tables[i].schemaName, tables[i].name)] = i;
        m_byId[tables[i].objectId] = i;
    }
}

const CatalogTable* Catalog::table(std::string_view schemaName, std::string_view name) const
{
    const auto found = m_byName.find(tableKey(schemaName, name));
    return found == m_byName.end() ? nullptr : &tables[found->second];
}

const CatalogTable* Catalog::tableById(std::int32_t objectId) const
{
    const auto found = m_byId.find(objectId);
    return found == m_byId.end() ? nullptr : &tables[found->second];
}

std::vector<Catalog::Reference> Catalog::referencesTo(std::int32_t objectId) const
{
    std::vector<Reference> out;
    for (const CatalogTable& table : tables)
        for (const CatalogForeignKey& key : table.foreignKeys)
            if (key.referencedId == objectId) out.push_back({&table, &key});
    return out;
}

const CatalogModule* Catalog::module(std::string_view schemaName, std::string_view name) const
{
    const std::string wanted = tableKey(schemaName, name);
    const auto found
        = std::find_if(modules.begin(), modules.end(), [&](const CatalogModule& m) { return tableKey(m.schemaName, m.name) == wanted; });
    return found == modules.end() ? nullptr : &*found;
}

const CatalogModule* Catalog::moduleById(std::int32_t objectId) const
{
    const auto found = std::find_if(modules.begin(), modules.end(), [&](const CatalogModule& m) { return m.objectId == objectId; });
    return found == modules.end() ? nullptr : &*found;
}

const CatalogSchema* Catalog::schema(std::string_view name) const
{
    return findByName(schemas, name);
}
const CatalogMasterKey* Catalog::masterKey(std::string_view name) const
{
    return findByName(masterKeys, name);
}
const CatalogMasterKey* Catalog::masterKeyById(std::int32_t id) const
{
    return findById(masterKeys, id);
}
const CatalogEncryptionKey* Catalog::encryptionKey(std::string_view name) const
{
    return findByName(encryptionKeys, name);
}
const CatalogEncryptionKey* Catalog::encryptionKeyById(std::int32_t id) const
{
    return findById(encryptionKeys, id);
}

bool Catalog::enclaveEnabled(const CatalogEncryptionKey& key) const
{
    return std::any_of(key.values.begin(), key.values.end(), [&](const CatalogKeyValue& value) {
        const CatalogMasterKey* master = masterKeyById(value.cmkId);
        return master && master->allowEnclave;
    });
}

tsql::EncryptionScheme Catalog::schemeOf(tsql::EncryptionKind kind, std::int32_t cekId) const
{
    tsql::EncryptionScheme scheme;
    scheme.kind = kind;
    const CatalogEncryptionKey* key = scheme.encrypted() ? encryptionKeyById(cekId) : nullptr;
    if (!key) return scheme;
    scheme.databaseId = databaseId;
    scheme.columnEncryptionKeyId = cekId;
    scheme.enclaveEnabled = enclaveEnabled(*key);
    scheme.keyName = key->name;
    scheme.databaseName = databaseName;
    return scheme;
}

} // namespace es::sandbox
