// The catalog procedures that drivers, designers and import wizards call: sp_tables, sp_columns and their like. Each is a piece of
// T-SQL over the catalog views, run like any other batch: SystemProceduresTables.cpp what a database holds,
// SystemProceduresParameters.cpp what procedures take, SystemProceduresServer.cpp what the server is and which types it has.
// Thread: any (constants).
#pragma once

#include <span>
#include <string_view>

namespace es::sandbox {

struct SystemParameter {
    std::string_view name; // "@table_name"
    std::string_view type; // as DECLARE takes it
    std::string_view initial; // T-SQL; empty: the caller must give it (201)
};

struct SystemProcedure {
    std::string_view name; // lower case
    std::span<const SystemParameter> parameters; // declared variables of `text`
    std::string_view text;
    // A parameter called .._qualifier must be the current database (15250); sp_tables asks for all databases by '%'.
    bool anyQualifier = false;
};

[[nodiscard]] std::span<const SystemProcedure> tableProcedures();
[[nodiscard]] std::span<const SystemProcedure> parameterProcedures();
[[nodiscard]] std::span<const SystemProcedure> serverProcedures();
// Null when there is none; `name` in any letter case, without schema.
[[nodiscard]] const SystemProcedure* systemProcedure(std::string_view name);

} // namespace es::sandbox
