// What one database contains, as a value: schemas, tables, columns, indexes, column keys. Loaded whole from the database's own
// SQLite file, never changed in place; a change of the file gives a new one (CatalogStore.h).
// Thread: any once loaded (immutable, shared).
#pragma once

#include "app/sandbox/engine/Security.h"
#include "driver/base/Bytes.h"
#include "driver/tsql/EncryptionScheme.h"
#include "driver/types/SqlType.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace es::sandbox {

struct IdentityFacts {
    std::int64_t seed = 1;
    std::int64_t increment = 1;
    std::optional<std::int64_t> last; // nothing inserted yet: none
};

struct CatalogColumn {
    std::int32_t id = 0; // column_id; the SQLite column is c<id>
    std::string name;
    types::SqlType type; // of the plaintext
    std::string collationName; // as written in canonical spelling; empty: not text
    bool nullable = true;
    std::optional<IdentityFacts> identity;
    tsql::EncryptionKind encryption = tsql::EncryptionKind::kPlaintext;
    std::int32_t cekId = 0;
    std::int32_t defaultObjectId = 0;
    std::string defaultName;
    std::string defaultText; // T-SQL expression; empty: none
    std::string computedText; // T-SQL expression over the other columns; empty: the column is stored
    bool persisted = false;
    bool rowVersion = false; // rowversion: filled by the server with every change of the row

    [[nodiscard]] bool encrypted() const { return encryption != tsql::EncryptionKind::kPlaintext; }
    [[nodiscard]] bool computed() const { return !computedText.empty(); } // then SQLite has no such column
    [[nodiscard]] std::string sqlName() const { return "c" + std::to_string(id); }
};

struct CatalogIndexColumn {
    std::int32_t columnId = 0;
    bool descending = false;
    bool included = false;
};

// kInvalid: the server ran without an enclave meanwhile. Only a valid index has pages and is kept.
enum class IndexState : std::uint8_t { kValid, kDisabled, kInvalid };

struct CatalogIndex {
    std::int32_t id = 0; // index_id: 1 clustered, 2 and more nonclustered
    std::string name;
    bool clustered = false;
    bool unique = false;
    bool primaryKey = false;
    bool uniqueConstraint = false;
    std::int32_t constraintObjectId = 0;
    std::vector<CatalogIndexColumn> columns;
    std::string filterText; // T-SQL condition of a filtered index; empty: none
    bool enclave = false; // its key is an enclave-enabled randomized column: pages of our own (EncryptedIndex.h), none of SQLite's
    IndexState state = IndexState::kValid; // of such an index

    [[nodiscard]] bool servesEnclave() const { return enclave && state == IndexState::kValid; }
};

struct CatalogCheck {
    std::int32_t objectId = 0;
    std::string name;
    std::int32_t columnId = 0; // 0: of the table
    std::string text; // T-SQL condition
    bool disabled = false;
    bool trusted = true;
};

enum class RowAction : std::uint8_t { kNoAction, kCascade, kSetNull, kSetDefault }; // the numbers of sys.foreign_keys

struct CatalogForeignKey {
    std::int32_t objectId = 0;
    std::string name;
    std::int32_t referencedId = 0; // a table
    std::int32_t keyIndexId = 0; // its index
    RowAction onDelete = RowAction::kNoAction;
    RowAction onUpdate = RowAction::kNoAction;
    bool disabled = false;
    bool trusted = true;
    std::vector<std::pair<std::int32_t, std::int32_t>> columns; // own column_id, referenced column_id
};

struct CatalogTable {
    std::int32_t objectId = 0; // the SQLite table is t<objectId>
    std::int32_t schemaId = 0;
    std::string schemaName;
    std::string name;
    std::vector<CatalogColumn> columns;
    std::vector<CatalogIndex> indexes;
    std::vector<CatalogCheck> checks;
    std::vector<CatalogForeignKey> foreignKeys;

    [[nodiscard]] std::string sqlName() const { return "t" + std::to_string(objectId); }
    [[nodiscard]] const CatalogColumn* column(std::string_view name) const; // any letter case
    [[nodiscard]] const CatalogColumn* columnById(std::int32_t id) const;
};

// A parameter of a procedure with the encryption that was found when the procedure was defined.
struct CatalogParameter {
    std::string name; // with '@'
    types::SqlType type;
    bool output = false;
    bool hasDefault = false;
    tsql::EncryptionKind encryption = tsql::EncryptionKind::kPlaintext;
    std::int32_t cekId = 0;
};

// A view or a procedure.
struct CatalogModule {
    std::int32_t objectId = 0;
    std::int32_t schemaId = 0;
    std::string schemaName;
    std::string name;
    bool view = false; // else a procedure
    std::string text; // the batch that defined it
    bool quotedIdentifiers = true; // as they were set then
    std::vector<CatalogParameter> parameters; // of a procedure
    std::vector<std::string> columnNames; // of a view
};

struct CatalogSchema {
    std::int32_t id = 0;
    std::string name;
};

struct CatalogMasterKey {
    std::int32_t id = 0;
    std::string name;
    std::string providerName;
    std::string keyPath;
    bool allowEnclave = false;
    base::Bytes signature;
};

struct CatalogKeyValue {
    std::int32_t cmkId = 0;
    base::Bytes encryptedValue;
    std::string algorithm;
};

struct CatalogEncryptionKey {
    std::int32_t id = 0;
    std::string name;
    std::array<base::Byte, 8> metadataVersion{}; // changes with every change of the key
    std::vector<CatalogKeyValue> values;
};

// Names compare in any letter case, as with the default collation of SQL Server's catalogs.
[[nodiscard]] std::string foldName(std::string_view name);
[[nodiscard]] bool sameName(std::string_view a, std::string_view b);

class Catalog {
public:
    std::int64_t version = 0;
    std::int32_t databaseId = 0;
    std::string databaseName;
    types::Collation collation;
    std::vector<CatalogSchema> schemas;
    std::vector<CatalogTable> tables;
    std::vector<CatalogModule> modules;
    std::vector<CatalogMasterKey> masterKeys;
    std::vector<CatalogEncryptionKey> encryptionKeys;
    DatabaseSecurity security;

    void index(); // once after loading

    // `schema` empty: dbo. Null when there is none.
    [[nodiscard]] const CatalogTable* table(std::string_view schema, std::string_view name) const;
    [[nodiscard]] const CatalogTable* tableById(std::int32_t objectId) const;
    struct Reference {
        const CatalogTable* table; // that holds the key
        const CatalogForeignKey* key;
    };
    [[nodiscard]] std::vector<Reference> referencesTo(std::int32_t objectId) const;
    [[nodiscard]] const CatalogModule* module(std::string_view schema, std::string_view name) const;
    [[nodiscard]] const CatalogModule* moduleById(std::int32_t objectId) const;
    [[nodiscard]] const CatalogSchema* schema(std::string_view name) const;
    [[nodiscard]] const CatalogMasterKey* masterKey(std::string_view name) const;
    [[nodiscard]] const CatalogMasterKey* masterKeyById(std::int32_t id) const;
    [[nodiscard]] const CatalogEncryptionKey* encryptionKey(std::string_view name) const;
    [[nodiscard]] const CatalogEncryptionKey* encryptionKeyById(std::int32_t id) const;
    // Some value of the key is wrapped by a master key that allows enclave computations.
    [[nodiscard]] bool enclaveEnabled(const CatalogEncryptionKey& key) const;
    [[nodiscard]] tsql::EncryptionScheme schemeOf(tsql::EncryptionKind kind, std::int32_t cekId) const;
    [[nodiscard]] tsql::EncryptionScheme schemeOf(const CatalogColumn& column) const { return schemeOf(column.encryption, column.cekId); }

private:
    std::map<std::string, std::size_t, std::less<>> m_byName; // folded "schema\0table" -> position in tables
    std::map<std::int32_t, std::size_t> m_byId;
};

} // namespace es::sandbox
