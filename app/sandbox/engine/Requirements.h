// Which permissions a statement wants, read from its syntax tree: nothing of what views and procedures name inside themselves, since
// their owner owns what they use (ownership chaining). Thread: any (pure).
#pragma once

#include "driver/base/Result.h"
#include "driver/tsql/Ast.h"

#include <string>
#include <string_view>
#include <vector>

namespace es::sandbox {

struct SessionFacts;

// A permission on a table or view. Views into the tree: valid as long as the statement.
struct TableNeed {
    std::string_view permission; // "SELECT", "INSERT", "UPDATE", "DELETE"
    const tsql::ObjectName* name = nullptr;
    std::string alias;
    std::size_t scope = 0; // SELECT: the query whose FROM names it
    bool output = false; // of OUTPUT: its columns are called inserted.x and deleted.x
    std::vector<std::string> columns; // INSERT and UPDATE: the columns written; empty: all of them
};

struct Requirements {
    std::vector<TableNeed> tables;
    // Each query has a scope of its own, the statement itself has the first; a name that a scope does not know is looked for in the one around.
    static constexpr std::size_t kNoScope = static_cast<std::size_t>(-1);
    std::vector<std::size_t> parents{kNoScope};
    // Columns read anywhere in the statement: "qualifier.name" parts. A star (empty name) reads all those of its scope.
    struct ColumnUse {
        std::string qualifier;
        std::string name;
        std::size_t scope = 0;
    };
    std::vector<ColumnUse> columns;
    std::vector<const tsql::ObjectName*> made; // SELECT .. INTO
};

// The scopes in which the name may be found, from its own outwards.
[[nodiscard]] std::vector<std::size_t> scopesOf(const Requirements& needs, const Requirements::ColumnUse& use);

// Of SELECT, INSERT, UPDATE, DELETE; of other statements the queries inside their expressions.
[[nodiscard]] Requirements requirementsOf(const tsql::Statement& statement);

// Both definitions must be visible to whoever touches an encrypted column, for ciphertext too, wherever the column is named: the
// binder asks, so that views and procedures are no way around. `keyName` may be empty. Error: 33293.
[[nodiscard]] base::Result<void> requireVisibleKeys(const SessionFacts& session, std::string_view keyName, std::int32_t line);

} // namespace es::sandbox
