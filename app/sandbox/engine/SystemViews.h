// sys.* and INFORMATION_SCHEMA.* as queries over the catalog's own tables. Thread: any (pure, except what the session facts hold).
#pragma once

#include "app/sandbox/engine/Program.h"

namespace es::sandbox {

struct SystemViewColumn {
    std::string_view name;
    types::SqlType type;
    bool nullable;
};

struct SystemView {
    std::vector<SystemViewColumn> columns;
    std::string sql; // a SELECT that yields the columns in this order
    // Its sql_variant columns are whole numbers in `sql`, of the type whose TypeId a last column says that nobody sees.
    bool numbersAsVariants = false;
};

// Empty when there is no such view. `schema`: "sys" or "INFORMATION_SCHEMA" in any case. Errors: an enclave that does not answer.
[[nodiscard]] base::Result<std::optional<SystemView>> systemView(std::string_view schema, std::string_view name, SessionFacts& session);
// Views and procedures as the catalog views show them; `foldedName` with schema. Empty when there is no such view here.
[[nodiscard]] std::optional<SystemView> moduleView(std::string_view foldedName); // SystemViewsModules.cpp
// True for a schema whose views are the same in every database's name space.
[[nodiscard]] bool isSystemSchema(std::string_view schema);

} // namespace es::sandbox
