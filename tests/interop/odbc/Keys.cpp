// A master key of the provider ES_TEST_KEY, two column keys wrapped and signed here, all created by DDL; and every shared key unwrapped.
#include "Groups.h"
#include "MasterKey.h"

#include <map>
#include <openssl/rand.h>

namespace {

constexpr const char* kProvider = "ES_TEST_KEY";

std::string unhex(const std::string& text)
{
    std::string out;
    for (size_t i = 0; i + 1 < text.size(); i += 2)
        out += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    return out;
}

std::string createMasterKey(Connection& c, const std::string& name, const std::string& path)
{
    const MasterKey key(path);
    c.run("CREATE COLUMN MASTER KEY [" + name + "] WITH (KEY_STORE_PROVIDER_NAME = N'" + kProvider + "', KEY_PATH = N'" + path
        + "', ENCLAVE_COMPUTATIONS (SIGNATURE = " + hex(key.signMetadata(kProvider)) + "))");
    return joined(
        c.rows("SELECT name, key_store_provider_name, key_path, allow_enclave_computations FROM sys.column_master_keys WHERE name = N'"
            + name + "'"));
}

std::string createColumnKey(Connection& c, const std::string& name)
{
    std::string secret(32, '\0');
    require(RAND_bytes(reinterpret_cast<unsigned char*>(secret.data()), 32) == 1, "random bytes");
    const std::string wrapped = MasterKey(keys::kFile).wrap(secret);
    c.run("CREATE COLUMN ENCRYPTION KEY [" + name + "] WITH VALUES (COLUMN_MASTER_KEY = [" + keys::kMaster
        + "], ALGORITHM = 'RSA_OAEP', ENCRYPTED_VALUE = " + hex(wrapped) + ")");
    return name + ", " + std::to_string(wrapped.size()) + " bytes wrapped";
}

// Each value of every key over the test key, whoever wrapped it: two values of one key are the same key.
std::string unwrapAll(Connection& c)
{
    const auto found = c.rows("SELECT k.name, v.encrypted_value FROM sys.column_encryption_keys AS k JOIN sys.column_encryption_key_values AS v "
                              "ON v.column_encryption_key_id = k.column_encryption_key_id JOIN sys.column_master_keys AS m ON m.column_master_key_id = "
                              "v.column_master_key_id WHERE m.key_path = N'witness' AND m.key_store_provider_name <> N'MSSQL_JAVA_KEYSTORE'");
    const MasterKey key(keys::kFile);
    std::map<std::string, std::string> secrets;
    for (const Row& row : found) {
        const std::string secret = key.unwrap(unhex(shown(row[1])));
        require(secret.size() == 32, shown(row[0]) + ": " + std::to_string(secret.size()) + " bytes");
        const auto [at, isNew] = secrets.emplace(shown(row[0]), secret);
        require(isNew || at->second == secret, "two values of " + shown(row[0]) + " differ");
    }
    require(found.size() > secrets.size(), "no key has two values");
    return std::to_string(found.size()) + " values of " + std::to_string(secrets.size()) + " keys, two values are one key";
}

} // namespace

std::string keys::encrypted(const char* type, const char* key)
{
    return std::string(" ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = [") + key + "], ENCRYPTION_TYPE = " + type
        + ", ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256')";
}

void runKeys(const Settings& s)
{
    Connection c(s);
    step("master-key", [&] { return createMasterKey(c, keys::kMaster, keys::kFile); });
    step("column-key", [&] { return createColumnKey(c, keys::kColumn) + "; " + createColumnKey(c, keys::kColumn2); });
    step("unwraps-every-key", [&] { return unwrapAll(c); });
}
