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
    std::uint32_t databaseId = 0;             // DB_ID(); 0: not known, then a key's database is not compared
    struct Table { std::string schema; std::string name; };
    // All base tables without triggers, encrypted columns or not: a name that is none of them decides nothing (a trigger runs what the
    // statement's text does not say).
    std::vector<Table> tables;
    std::vector<EncryptedColumnUse> columns;
    struct Key { std::string name; std::uint32_t keyId = 0; };
    std::vector<Key> keys;                    // names, for ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = name)

    // Empty: not known.
    [[nodiscard]] std::string nameOf(std::uint32_t ofDatabase, std::uint32_t keyId) const
    {
        if (databaseId != 0 && databaseId != ofDatabase) return {};
        for (const Key& key : keys)
            if (key.keyId == keyId) return key.name;
        return {};
    }
};

}  // namespace es::session
