// What must fail, and how: no provider, another key, an altered cell. Each is a process of its own, because the driver keeps keys for all
// connections.
#include "Groups.h"

namespace {

std::string refusedByDriver(Connection& c, const std::string& sql)
{
    try {
        const std::string seen = c.one(sql);
        throw std::runtime_error("no error, seen " + seen);
    } catch (const OdbcError& e) {
        require(e.sqlState.substr(0, 2) == "CE", e.what());
        return std::string(e.what()).substr(sql.size() > 160 ? 160 : sql.size());
    }
}

} // namespace

void runNoKey(const Settings& s)
{
    Connection c(s, "ColumnEncryption=" + s.columnEncryption);
    step("no-key-read", [&] { return refusedByDriver(c, "SELECT ssn FROM dbo.OdbcPeople WHERE id = 7"); });
    step("no-key-parameter", [&] {
        try {
            query(c, "SELECT id FROM dbo.OdbcPeople WHERE ssn = ?", {Value::text("900-10-0001", SQL_CHAR, 11)});
        } catch (const OdbcError& e) {
            require(e.sqlState.substr(0, 2) == "CE", e.what());
            return e.sqlState;
        }
        throw std::runtime_error("no error");
    });
}

void runWrongKey(const Settings& s)
{
    Connection c(s, "ColumnEncryption=" + s.columnEncryption);
    c.loadProviders(s.providerLibrary);
    step("wrong-key-read", [&] { return refusedByDriver(c, "SELECT ssn FROM dbo.OdbcPeople WHERE id = 7"); });
}

void runTampered(const Settings& s)
{
    Connection c(s, "ColumnEncryption=" + s.columnEncryption);
    c.loadProviders(s.providerLibrary);
    // The driver hands out an empty value, or none, for a cell whose authentication fails; it must not hand out any other.
    step("tampered-cell", [&] {
        try {
            const std::string seen = c.one("SELECT ssn FROM dbo.OdbcPeople WHERE id = 8");
            require(seen.empty(), "an altered cell was read as \"" + seen + "\"");
            return std::string("an empty value, no error");
        } catch (const OdbcError& e) {
            require(e.sqlState.substr(0, 2) == "CE", e.what());
            return e.sqlState;
        }
    });
    step("its-neighbour", [&] {
        const std::string seen = c.one("SELECT ssn FROM dbo.OdbcPeople WHERE id = 9");
        require(seen == "900-10-0009", seen);
        return seen;
    });
}
