// What the text of a batch says about the tables it touches, as far as the text alone can say it.
// Thread: any (pure).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace es::session {

struct ReferencedTable {
    std::string database;   // as written; empty: the current one
    std::string schema;     // empty: not written
    std::string name;
    bool perhaps = false;   // it may be an alias or a common table expression of the same name instead
    friend bool operator==(const ReferencedTable&, const ReferencedTable&) = default;
};

struct AlteredColumn {
    ReferencedTable table;
    std::string column;
    friend bool operator==(const AlteredColumn&, const AlteredColumn&) = default;
};

struct BatchReferences {
    // Nothing but `tables` and `altered` is touched. False: the text cannot be parsed, calls a procedure or a function of a person's own,
    // changes the database, or names a table of another server.
    bool complete = false;
    bool sendsAllKeys = false;           // EXEC sp_enclave_send_keys
    std::vector<ReferencedTable> tables;  // read, changed or indexed as a whole
    std::vector<AlteredColumn> altered;   // ALTER TABLE .. ALTER COLUMN: known too where `complete` is false, unless it cannot be parsed
    std::vector<std::string> namedKeys;   // ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = name)
};

[[nodiscard]] BatchReferences referencesOf(std::string_view batch);

}  // namespace es::session
