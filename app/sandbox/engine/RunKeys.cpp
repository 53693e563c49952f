// Session: column master keys and column encryption keys. What clients give is stored unchecked; only clients can verify it.
#include "app/sandbox/engine/Session.h"

#include "driver/base/Utf16.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;

namespace {

constexpr std::size_t kMaxPathCharacters = 4000;

base::Error keyMissing(std::string_view kind, const std::string& name, std::int32_t line)
{
    return sqlError(
        33293, "Cannot find the " + std::string(kind) + " \"" + name + "\" because it does not exist or you do not have permissions.", line);
}

base::Error emptyPart(std::string_view part, std::int32_t line)
{
    return sqlError(33297, "The " + std::string(part) + " must not be empty.", line);
}

} // namespace

Result<void> Session::createMasterKey(const tsql::CreateColumnMasterKey& node, std::int32_t line)
{
    return change([&]() -> Result<void> {
        if (m_facts.catalog->masterKey(node.name.text))
            return sqlError(2714, "There is already an object named '" + node.name.text + "' in the database.", line, 6);
        if (node.providerName.empty()) return emptyPart("KEY_STORE_PROVIDER_NAME", line);
        if (node.keyPath.empty()) return emptyPart("KEY_PATH", line);
        if (base::utf16Units(node.keyPath) > kMaxPathCharacters)
            return sqlError(33297, "The KEY_PATH is longer than 4000 characters.", line);
        CatalogMasterKey key;
        key.name = node.name.text;
        key.providerName = node.providerName;
        key.keyPath = node.keyPath;
        key.allowEnclave = node.enclaveSignatureHex.has_value();
        if (key.allowEnclave) {
            ES_TRY(key.signature, base::fromHex(*node.enclaveSignatureHex));
        }
        return CatalogStore(*m_connection).addMasterKey(key);
    });
}

Result<CatalogKeyValue> Session::keyValue(const tsql::KeyValue& node, std::int32_t line) const
{
    const CatalogMasterKey* master = m_facts.catalog->masterKey(node.columnMasterKey.text);
    if (!master) return keyMissing("column master key", node.columnMasterKey.text, line);
    CatalogKeyValue value;
    value.cmkId = master->id;
    value.algorithm = node.algorithm;
    ES_TRY(value.encryptedValue, base::fromHex(node.encryptedHex));
    if (value.encryptedValue.empty()) return emptyPart("ENCRYPTED_VALUE", line);
    if (node.algorithm != "RSA_OAEP") return sqlError(33292, "The encryption algorithm '" + node.algorithm + "' is not known.", line);
    return value;
}

Result<void> Session::createEncryptionKey(const tsql::CreateColumnEncryptionKey& node, std::int32_t line)
{
    return change([&]() -> Result<void> {
        if (m_facts.catalog->encryptionKey(node.name.text))
            return sqlError(2714, "There is already an object named '" + node.name.text + "' in the database.", line, 6);
        CatalogEncryptionKey key;
        key.name = node.name.text;
        for (const tsql::KeyValue& part : node.values) {
            ES_TRY(CatalogKeyValue value, keyValue(part, line));
            if (std::any_of(key.values.begin(), key.values.end(), [&](const CatalogKeyValue& other) { return other.cmkId == value.cmkId; }))
                return sqlError(33291,
                    "The column encryption key '" + key.name + "' already has a value for the column master key '"
                        + part.columnMasterKey.text + "'.",
                    line);
            key.values.push_back(std::move(value));
        }
        return CatalogStore(*m_connection).putEncryptionKey(std::move(key));
    });
}

Result<void> Session::alterEncryptionKey(const tsql::AlterColumnEncryptionKey& node, std::int32_t line)
{
    return change([&]() -> Result<void> {
        const CatalogEncryptionKey* found = m_facts.catalog->encryptionKey(node.name.text);
        if (!found) return keyMissing("column encryption key", node.name.text, line);
        CatalogEncryptionKey key = *found;
        const CatalogMasterKey* master = m_facts.catalog->masterKey(node.value.columnMasterKey.text);
        if (!master) return keyMissing("column master key", node.value.columnMasterKey.text, line);
        const auto present
            = std::find_if(key.values.begin(), key.values.end(), [&](const CatalogKeyValue& value) { return value.cmkId == master->id; });
        if (node.add) {
            if (present != key.values.end())
                return sqlError(33291,
                    "The column encryption key '" + key.name + "' already has a value for the column master key '" + master->name + "'.",
                    line);
            if (key.values.size() >= 2)
                return sqlError(33288, "The column encryption key '" + key.name + "' already has two values.", line);
            ES_TRY(CatalogKeyValue value, keyValue(node.value, line));
            key.values.push_back(std::move(value));
        } else {
            if (present == key.values.end())
                return sqlError(33290,
                    "The column encryption key '" + key.name + "' has no value for the column master key '" + master->name + "'.", line);
            if (key.values.size() == 1)
                return sqlError(33275, "Cannot drop the only value of the column encryption key '" + key.name + "'.", line);
            key.values.erase(present);
            if (m_facts.catalog->enclaveEnabled(*found) && !m_facts.catalog->enclaveEnabled(key)) ES_CHECK(refuseEnclaveUse(key, line));
        }
        return CatalogStore(*m_connection).putEncryptionKey(std::move(key));
    });
}

// What was made to compute in the enclave with this key would be left without it.
Result<void> Session::refuseEnclaveUse(const CatalogEncryptionKey& key, std::int32_t line) const
{
    for (const CatalogTable& table : m_facts.catalog->tables)
        for (const CatalogIndex& index : table.indexes)
            for (const CatalogIndexColumn& part : index.columns) {
                const CatalogColumn* column = table.columnById(part.columnId);
                const bool inEnclave = column && !part.included && column->encryption == tsql::EncryptionKind::kRandomized && column->cekId == key.id;
                if (inEnclave)
                    return sqlError(33579,
                        "The value of the column encryption key '" + key.name + "' cannot be dropped: the key would no longer be enclave-enabled, "
                        "and the index '" + index.name + "' of '" + table.schemaName + "." + table.name + "' needs that.",
                        line);
            }
    return {};
}

Result<void> Session::dropMasterKey(const std::string& name, bool ifExists, std::int32_t line)
{
    return change([&]() -> Result<void> {
        const CatalogMasterKey* key = m_facts.catalog->masterKey(name);
        if (!key && ifExists) return {};
        if (!key)
            return sqlError(
                15151, "Cannot drop the column master key '" + name + "', because it does not exist or you do not have permission.", line);
        for (const CatalogEncryptionKey& other : m_facts.catalog->encryptionKeys)
            for (const CatalogKeyValue& value : other.values)
                if (value.cmkId == key->id)
                    return sqlError(15580,
                        "Cannot drop the column master key '" + name + "' because the column encryption key '" + other.name
                            + "' is encrypted by it.",
                        line);
        return CatalogStore(*m_connection).removeMasterKey(key->id);
    });
}

Result<void> Session::dropEncryptionKey(const std::string& name, bool ifExists, std::int32_t line)
{
    return change([&]() -> Result<void> {
        const CatalogEncryptionKey* key = m_facts.catalog->encryptionKey(name);
        if (!key && ifExists) return {};
        if (!key)
            return sqlError(15151,
                "Cannot drop the column encryption key '" + name + "', because it does not exist or you do not have permission.", line);
        for (const CatalogTable& table : m_facts.catalog->tables)
            for (const CatalogColumn& column : table.columns)
                if (column.encrypted() && column.cekId == key->id)
                    return sqlError(33287,
                        "Cannot drop column encryption key '" + name + "' because the key is referenced by column '" + table.schemaName
                            + "." + table.name + "." + column.name + "'.",
                        line);
        return CatalogStore(*m_connection).removeEncryptionKey(key->id);
    });
}

} // namespace es::sandbox
