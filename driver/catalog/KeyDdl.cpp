#include "driver/catalog/KeyDdl.h"

#include "driver/tsql/Quoting.h"

namespace es::catalog {

std::string createMasterKeyText(std::string_view name, std::string_view provider, std::string_view path, base::ByteView signature)
{
    std::string text = "CREATE COLUMN MASTER KEY " + tsql::quoteName(name)
        + "\n    WITH (KEY_STORE_PROVIDER_NAME = " + tsql::quoteLiteral(provider) + ",\n          KEY_PATH = " + tsql::quoteLiteral(path);
    if (!signature.empty()) text += ",\n          ENCLAVE_COMPUTATIONS (SIGNATURE = 0x" + base::toHex(signature) + ")";
    return text + ");";
}

std::string createEncryptionKeyText(std::string_view name, std::string_view masterKeyName, base::ByteView encryptedValue)
{
    return "CREATE COLUMN ENCRYPTION KEY " + tsql::quoteName(name)
        + "\n    WITH VALUES (COLUMN_MASTER_KEY = " + tsql::quoteName(masterKeyName)
        + ",\n                 ALGORITHM = 'RSA_OAEP',\n                 ENCRYPTED_VALUE = 0x" + base::toHex(encryptedValue) + ");";
}

std::string dropMasterKeyText(std::string_view name)
{
    return "DROP COLUMN MASTER KEY " + tsql::quoteName(name) + ";";
}

std::string dropEncryptionKeyText(std::string_view name)
{
    return "DROP COLUMN ENCRYPTION KEY " + tsql::quoteName(name) + ";";
}

} // namespace es::catalog
