// Metadata that is stale when the statement arrives. The driver asks which keys its parameters need, then unwraps the key, then executes; while
// it unwraps, another client puts a table with another key in the place of the first and drops the key. The server must say 33514.
#include "Groups.h"
#include "MasterKey.h"

#include <dlfcn.h>
#include <openssl/rand.h>

namespace {

constexpr const char* kKey = "CEK_ODBC_STALE";
Connection* owner = nullptr; // of the change, while the step runs
std::string changed; // what came of it

void table(Connection& c, const char* key)
{
    c.run("IF OBJECT_ID(N'dbo.OdbcStale') IS NOT NULL DROP TABLE dbo.OdbcStale");
    c.run("CREATE TABLE dbo.OdbcStale (ssn char(11) COLLATE Latin1_General_BIN2" + keys::encrypted("Deterministic", key) + " NOT NULL)");
}

void change()
{
    try {
        table(*owner, keys::kColumn);
        owner->run(std::string("DROP COLUMN ENCRYPTION KEY [") + kKey + "]");
        changed = "changed";
    } catch (const std::exception& e) {
        changed = e.what();
    }
}

void insert(Connection& c)
{
    Statement s(c);
    s.prepare("INSERT INTO dbo.OdbcStale (ssn) VALUES (?)");
    s.bindAll({Value::text("900-70-3514", SQL_CHAR, 11)});
    s.execute();
}

std::string inserted(const Settings& s)
{
    Connection c(s, "ColumnEncryption=" + s.columnEncryption), other(s);
    c.loadProviders(s.providerLibrary);
    void (**hook)() = beforeUnwrap(s);
    std::string secret(32, '\0');
    require(RAND_bytes(reinterpret_cast<unsigned char*>(secret.data()), 32) == 1, "random bytes");
    other.run(std::string("CREATE COLUMN ENCRYPTION KEY [") + kKey + "] WITH VALUES (COLUMN_MASTER_KEY = [" + keys::kMaster
        + "], ALGORITHM = 'RSA_OAEP', ENCRYPTED_VALUE = " + hex(MasterKey(keys::kFile).wrap(secret)) + ")");
    table(other, kKey);
    owner = &other;
    *hook = change;
    std::string note = "the driver tried again by itself";
    bool heard = false;
    try {
        insert(c);
    } catch (const OdbcError& e) {
        require(e.number == 33514, std::string("instead of 33514: ") + e.what());
        heard = true;
        note = "handed out by the driver";
        insert(c);
    }
    require(changed == "changed", "in between: " + (changed.empty() ? "the key was not unwrapped" : changed));
    require(heard, "33514 was not seen");
    const std::string seen = joined(query(c, "SELECT ssn FROM dbo.OdbcStale WHERE ssn = ?", {Value::text("900-70-3514", SQL_CHAR, 11)}));
    require(seen == "900-70-3514", seen);
    return "33514, " + note + "; then " + seen;
}

} // namespace

void (**beforeUnwrap(const Settings& s))()
{
    void* library = dlopen(s.providerLibrary.c_str(), RTLD_NOW | RTLD_NOLOAD);
    auto* hook = library ? static_cast<void (**)()>(dlsym(library, "esBeforeUnwrap")) : nullptr;
    require(hook != nullptr, "the provider's library offers no hook");
    return hook;
}

void runStale(const Settings& s)
{
    step("stale-metadata-33514", [&] { return inserted(s); });
}
