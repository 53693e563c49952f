// What a person wants done to which columns: what wizard pages edit and the command line fills in.
// Thread: any (plain values).
#pragma once

#include "driver/catalog/CatalogSnapshot.h"

#include <string>
#include <vector>

namespace es::wizards {

struct ColumnChoice {
    std::string schema;
    std::string table;
    std::string column;
    catalog::EncryptionType target = catalog::EncryptionType::kRandomized; // kPlaintext: decrypt
    std::string key; // column encryption key; empty when decrypting
    friend bool operator==(const ColumnChoice&, const ColumnChoice&) = default;
};

struct Choices {
    std::vector<ColumnChoice> columns;
    // Text that is not BIN2 gets the BIN2 collation of its code page in the same statement. Deterministic encryption needs it;
    // randomized works without, but LIKE and comparisons then fail with 33542.
    bool changeCollation = true;
    bool online = false; // WITH (ONLINE = ON)
    friend bool operator==(const Choices&, const Choices&) = default;
};

} // namespace es::wizards
