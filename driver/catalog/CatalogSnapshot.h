// What a database's catalog says about tables, columns and keys, as plain data at one moment.
// Thread: any (immutable once built; shared as shared_ptr<const CatalogSnapshot>).
#pragma once

#include "driver/base/Bytes.h"

#include <string>
#include <string_view>
#include <vector>

namespace es::catalog {

// sys.columns.encryption_type
enum class EncryptionType : std::uint8_t { kPlaintext = 0, kDeterministic = 1, kRandomized = 2 };

[[nodiscard]] std::string_view encryptionTypeName(EncryptionType type); // "Plaintext", "Deterministic", "Randomized"
[[nodiscard]] std::string_view encryptionTypeKeyword(EncryptionType type); // "DETERMINISTIC", "RANDOMIZED"; empty for plaintext

struct ColumnMasterKey {
    std::int32_t id = 0;
    std::string name;
    std::string provider; // key store provider name
    std::string path;
    bool allowEnclaveComputations = false;
    base::Bytes signature;
    std::string created; // as the server prints it
};

struct EncryptedCekValue {
    std::int32_t masterKeyId = 0;
    std::string algorithm; // RSA_OAEP
    base::Bytes encryptedValue;
};

struct ColumnEncryptionKey {
    std::int32_t id = 0;
    std::string name;
    std::vector<EncryptedCekValue> values; // one or two
    std::string created;
};

struct Column {
    std::int32_t id = 0; // sys.columns.column_id
    std::string name;
    std::string typeName; // of sys.types: "char", or a user-defined name
    std::string typeText; // as a column definition writes it: "char(11)", "decimal(18,2)", "nvarchar(max)"
    bool userDefinedType = false;
    std::string collation; // empty: not a text column
    bool nullable = true;
    bool identity = false;
    bool computed = false;
    bool rowGuid = false;
    bool hasDefault = false;
    EncryptionType encryption = EncryptionType::kPlaintext;
    std::int32_t encryptionKeyId = 0; // of ColumnEncryptionKey; 0 when plaintext
    std::string algorithm;
};

struct Table {
    std::int32_t objectId = 0;
    std::string schema;
    std::string name;
    std::vector<Column> columns; // by column id

    [[nodiscard]] const Column* findColumn(std::string_view columnName) const; // case-insensitive; null when absent
};

struct CatalogSnapshot {
    std::string database;
    std::string collation; // of the database
    std::vector<Table> tables; // by schema and name
    std::vector<ColumnMasterKey> masterKeys;
    std::vector<ColumnEncryptionKey> encryptionKeys;

    // Names compare without case (as the default collation does). Null when absent.
    [[nodiscard]] const Table* findTable(std::string_view schema, std::string_view name) const;
    [[nodiscard]] const ColumnMasterKey* findMasterKey(std::string_view name) const;
    [[nodiscard]] const ColumnMasterKey* masterKeyById(std::int32_t id) const;
    [[nodiscard]] const ColumnEncryptionKey* findEncryptionKey(std::string_view name) const;
    [[nodiscard]] const ColumnEncryptionKey* encryptionKeyById(std::int32_t id) const;

    // One value of an enclave-enabled master key is enough.        (sql-surface 2.2)
    [[nodiscard]] bool isEnclaveEnabled(const ColumnEncryptionKey& key) const;
};

// ASCII letters compare equal in either case; other characters must be the same.
[[nodiscard]] bool sameName(std::string_view a, std::string_view b);

} // namespace es::catalog
