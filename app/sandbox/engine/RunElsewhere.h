// A SELECT that names another database runs, whole, in that database, and the session comes back at its end. It reads what is committed
// there, which READ COMMITTED promises; changes stay with the session's own database, since no transaction spans two files.
// Thread: session thread only.
#pragma once

#include "app/sandbox/engine/Session.h"

namespace es::sandbox {

// From its making to its end the session works in the other database: connection, catalog, name and permissions.
class DatabaseVisit {
public:
    // Errors: kSqlError 208 (no such database), 916 (the login has no user there), 40517 (a transaction that would have to lock there).
    [[nodiscard]] static base::Result<std::unique_ptr<DatabaseVisit>> to(Session& session, const std::string& name, base::Error unbound);
    ~DatabaseVisit();
    DatabaseVisit(const DatabaseVisit&) = delete;
    DatabaseVisit& operator=(const DatabaseVisit&) = delete;

private:
    DatabaseVisit(Session& session, std::unique_ptr<Connection> there, std::string name);
    struct Interrupter {
        Connection* connection;
        void operator()() const { connection->interrupt(); }
    };

    Session& m_session;
    std::unique_ptr<Connection> m_there; // for this statement alone: nothing stays open that a DROP DATABASE would have to know of
    std::string m_name;
    Connection* m_connection;
    std::string m_database;
    std::shared_ptr<const Catalog> m_catalog;
    std::shared_ptr<const Access> m_access; // of the home database
    bool m_hasTemporary;
    std::optional<std::stop_callback<Interrupter>> m_wake;
};

} // namespace es::sandbox
