// INSERT BULK: what a client says before it sends rows as a bulk load message. No statement of the grammar, since it runs nothing by
// itself and no person writes it.                                                                  tds reference 6.6
// Thread: any (pure).
#pragma once

#include "driver/tsql/AstExpression.h"
#include "driver/tsql/Parser.h"

namespace es::tsql {

struct InsertBulkColumn {
    Identifier name;
    DataType type;  // as the client will send it; not resolved, for clients name types that no column has
};

struct InsertBulk {
    ObjectName table;
    std::vector<InsertBulkColumn> columns;  // empty: all of the table's
    bool keepNulls = false;
    bool keepIdentity = false;
    bool checkConstraints = false;
    bool fireTriggers = false;
    bool allowEncryptedValues = false;      // ALLOW_ENCRYPTED_VALUE_MODIFICATIONS: ciphertext as plain varbinary
    std::vector<std::string> order;         // columns of ORDER (..): a hint
};

// Whether the batch begins with these two words; comments before them are passed by.
[[nodiscard]] bool isInsertBulk(std::string_view text);
// INSERT BULK table [(column type [COLLATE c] [NULL | NOT NULL], ..)] [WITH (option [= n], ORDER (c [ASC | DESC], ..), ..)]
// Errors: as parse(); kNotSupported for an option that nobody documents.
[[nodiscard]] base::Result<InsertBulk> parseInsertBulk(std::string_view text, ParseOptions options = {});

}  // namespace es::tsql
