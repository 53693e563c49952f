// Which column keys the tables of a database use, as far as somebody read it from the catalog: the measure for what a server may ask for.
// Thread: any (plain values; shared as const).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace es::session {

struct EncryptedColumnUse {
    std::string schema;
    std::string table;
    std::string column;
    std::uint32_t keyId = 0;  // sys.column_encryption_keys.column_encryption_key_id
};

struct KeyUse {
    std::string database;
    struct Table { std::string schema; std::string name; };
    std::vector<Table> tables;                // all base tables, encrypted columns or not: a name that is none of them decides nothing
    std::vector<EncryptedColumnUse> columns;
    struct Key { std::string name; std::uint32_t keyId = 0; };
    std::vector<Key> keys;                    // names, for ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = name)
};

}  // namespace es::session
