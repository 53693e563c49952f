// Temporary tables as they are carried over, and the scope that drops them at its end. Thread: session thread only.
#pragma once

#include "app/sandbox/engine/Session.h"

namespace es::sandbox {

// A temporary table whole: SQLite's definitions, the rows with their ids, and what the twin of the catalog says of it.
struct Session::TemporaryImage {
    std::int32_t objectId = 0;
    std::vector<std::string> definitions; // the table's, then its indexes'
    std::string columns; // as the rows have them, "rowid" first
    std::vector<std::vector<Stored>> rows;
    std::vector<std::pair<std::string, std::vector<std::vector<Stored>>>> facts; // by table of the twin
};

// Drops at its end what was made inside it: all of it, or (a batch of the session itself) the table variables alone.
class TemporaryScope {
public:
    TemporaryScope(Session& session, bool variablesOnly);
    ~TemporaryScope();
    TemporaryScope(const TemporaryScope&) = delete;
    TemporaryScope& operator=(const TemporaryScope&) = delete;

private:
    Session& m_session;
    std::int32_t m_before;
    std::int32_t m_floor = 0;
    bool m_variablesOnly;
};

// What a temporary table may not have here: the twin of the catalog keeps no checks. Errors: 40517.
[[nodiscard]] base::Result<void> refuseForTemporary(
    const std::vector<tsql::ColumnDefinition>& columns, const std::vector<tsql::Constraint>& constraints, std::int32_t line);

} // namespace es::sandbox
