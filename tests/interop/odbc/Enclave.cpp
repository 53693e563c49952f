// With the enclave: rich queries over randomized columns, encryption in place, a key rotated under a running client; cells shared with the
// studio.
#include "Groups.h"
#include "MasterKey.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

namespace {

Value name(const std::string& text, SQLULEN size = 40)
{
    return Value::text(text, SQL_WVARCHAR, size);
}

std::string filled(Connection& c)
{
    c.run("IF OBJECT_ID(N'dbo.OdbcRich') IS NOT NULL DROP TABLE dbo.OdbcRich");
    c.run("CREATE TABLE dbo.OdbcRich (id int NOT NULL PRIMARY KEY, name nvarchar(40) COLLATE Latin1_General_BIN2"
        + keys::encrypted("Randomized") + " NULL, number int" + keys::encrypted("Randomized") + " NULL, pay money"
        + keys::encrypted("Randomized") + " NULL, plain nvarchar(40) COLLATE Latin1_General_BIN2 NULL)");
    Statement s(c);
    s.prepare("INSERT INTO dbo.OdbcRich (id, name, number, pay, plain) VALUES (?, ?, ?, ?, ?)");
    for (int i = 0; i < 60; ++i) {
        const std::string text = std::string(1, char('a' + i % 7)) + "-" + std::to_string(i % 4);
        s.bindAll(
            {Value::integer(i), name(text), Value::integer(i * 37 % 60 - 30), Value::money(std::to_string(i % 10) + ".5000"), name(text)});
        s.execute();
    }
    return "60 rows";
}

// The enclave's answer must be that of the same query over a plaintext column beside it.
std::string asPlain(Connection& c, const std::string& encryptedSql, const std::string& plainSql, const std::vector<Value>& encryptedValues,
    const std::vector<Value>& plainValues)
{
    const auto enclave = query(c, encryptedSql, encryptedValues);
    const auto plain = query(c, plainSql, plainValues);
    require(!plain.empty() && joined(enclave, 1000) == joined(plain, 1000), "enclave: " + joined(enclave) + "; plain: " + joined(plain));
    return std::to_string(enclave.size()) + " rows, as without encryption: " + joined(enclave, 3);
}

void richQueries(Connection& c)
{
    step("enclave-like", [&] {
        return asPlain(c, "SELECT id, name FROM dbo.OdbcRich WHERE name LIKE ? ORDER BY id",
            "SELECT id, plain FROM dbo.OdbcRich WHERE plain LIKE ? ORDER BY id", {name("c-[12]%")}, {name("c-[12]%")});
    });
    step("enclave-equality", [&] {
        return asPlain(c, "SELECT id FROM dbo.OdbcRich WHERE name = ? ORDER BY id",
            "SELECT id FROM dbo.OdbcRich WHERE plain = ? ORDER BY id", {name("c-2")}, {name("c-2")});
    });
    step("enclave-unequal", [&] {
        return asPlain(c, "SELECT COUNT(*) FROM dbo.OdbcRich WHERE name <> ?", "SELECT COUNT(*) FROM dbo.OdbcRich WHERE plain <> ?",
            {name("c-2")}, {name("c-2")});
    });
    step("enclave-range", [&] {
        return asPlain(c, "SELECT id FROM dbo.OdbcRich WHERE number > ? AND number <= ? ORDER BY id",
            "SELECT id FROM dbo.OdbcRich WHERE id * 37 % 60 - 30 > ? AND id * 37 % 60 - 30 <= ? ORDER BY id",
            {Value::integer(-5), Value::integer(10)}, {Value::integer(-5), Value::integer(10)});
    });
    step("enclave-between", [&] {
        return asPlain(c, "SELECT id FROM dbo.OdbcRich WHERE name BETWEEN ? AND ? ORDER BY id",
            "SELECT id FROM dbo.OdbcRich WHERE plain BETWEEN ? AND ? ORDER BY id", {name("b"), name("d")}, {name("b"), name("d")});
    });
    step("enclave-money", [&] {
        return asPlain(c, "SELECT COUNT(*) FROM dbo.OdbcRich WHERE pay >= ?", "SELECT COUNT(*) FROM dbo.OdbcRich WHERE id % 10 >= ?",
            {Value::money("4.0000")}, {Value::integer(4)});
    });
    step("enclave-in", [&] {
        return asPlain(c, "SELECT id FROM dbo.OdbcRich WHERE name IN (?, ?, ?) ORDER BY id",
            "SELECT id FROM dbo.OdbcRich WHERE plain IN (?, ?, ?) ORDER BY id", {name("a-0"), name("b-1"), name("none")},
            {name("a-0"), name("b-1"), name("none")});
    });
    step("enclave-order-by", [&] {
        return asPlain(c, "SELECT name, id FROM dbo.OdbcRich ORDER BY name DESC, id",
            "SELECT plain, id FROM dbo.OdbcRich ORDER BY plain DESC, id", {}, {});
    });
    step("enclave-group-by", [&] {
        return asPlain(c, "SELECT name, COUNT(*) AS n FROM dbo.OdbcRich GROUP BY name ORDER BY name",
            "SELECT plain, COUNT(*) AS n FROM dbo.OdbcRich GROUP BY plain ORDER BY plain", {}, {});
    });
    step("enclave-distinct", [&] {
        return asPlain(c, "SELECT COUNT(*) FROM (SELECT DISTINCT name FROM dbo.OdbcRich) AS d",
            "SELECT COUNT(*) FROM (SELECT DISTINCT plain FROM dbo.OdbcRich) AS d", {}, {});
    });
    step("enclave-join", [&] {
        return asPlain(c,
            "SELECT a.id, b.id FROM dbo.OdbcRich AS a JOIN dbo.OdbcRich AS b ON a.name = b.name WHERE a.id < b.id ORDER BY a.id, b.id",
            "SELECT a.id, b.id FROM dbo.OdbcRich AS a JOIN dbo.OdbcRich AS b ON a.plain = b.plain WHERE a.id < b.id ORDER BY a.id, b.id",
            {}, {});
    });
    step("enclave-index", [&] {
        c.run("CREATE NONCLUSTERED INDEX IX_OdbcRich ON dbo.OdbcRich (name)");
        const std::string seen = asPlain(c, "SELECT id FROM dbo.OdbcRich WHERE name >= ? AND name < ? ORDER BY id",
            "SELECT id FROM dbo.OdbcRich WHERE plain >= ? AND plain < ? ORDER BY id", {name("b"), name("c")}, {name("b"), name("c")});
        c.run("DROP INDEX IX_OdbcRich ON dbo.OdbcRich");
        return seen;
    });
    step("enclave-update-where", [&] {
        Statement s(c);
        s.prepare("UPDATE dbo.OdbcRich SET number = ? WHERE name LIKE ?");
        s.bindAll({Value::integer(1000), name("g-%")});
        s.execute();
        const auto n = s.rowCount();
        const std::string seen = joined(query(c, "SELECT COUNT(*) FROM dbo.OdbcRich WHERE number = ?", {Value::integer(1000)}));
        require(std::to_string(n) == seen && n > 0, std::to_string(n) + " updated, " + seen + " found");
        return seen + " rows";
    });
}

std::string firstCell(const Settings& s)
{
    return Connection(s).one("SELECT plain FROM dbo.OdbcRich WHERE id = 1").substr(0, 130);
}

std::string altered(Connection& c, const Settings& s)
{
    const std::string column = "ALTER TABLE dbo.OdbcRich ALTER COLUMN plain nvarchar(40) COLLATE Latin1_General_BIN2";
    const std::string before = c.one("SELECT plain FROM dbo.OdbcRich WHERE id = 1");
    c.run(column + keys::encrypted("Randomized") + " NULL");
    const std::string first = firstCell(s);
    require(first.substr(0, 2) == "01" && first.size() == 130, "not a cell: " + first);
    require(c.one("SELECT plain FROM dbo.OdbcRich WHERE id = 1") == before, "the value after encryption");
    c.run(column + keys::encrypted("Randomized", keys::kColumn2) + " NULL");
    require(firstCell(s) != first && c.one("SELECT plain FROM dbo.OdbcRich WHERE id = 1") == before, "the value after re-encryption");
    require(joined(query(c, "SELECT COUNT(*) FROM dbo.OdbcRich WHERE plain LIKE ?", {name("a-%")})) != "0", "LIKE under the other key");
    c.run(column + keys::encrypted("Deterministic") + " NULL");
    require(firstCell(s).substr(0, 2) == "01", "deterministic");
    c.run(column + " NULL");
    require(firstCell(s) == before, "the value after decryption: " + firstCell(s));
    return "encrypted, re-encrypted with another key, made deterministic, decrypted; " + before;
}

// Prepared while the column was plain; another client encrypts it in between, so the metadata that the driver keeps is stale (33514).
std::string staleMetadata(Connection& c, const Settings& s)
{
    Statement prepared(c);
    prepared.prepare("SELECT id FROM dbo.OdbcRich WHERE plain = ? ORDER BY id");
    prepared.bindAll({name("a-0")});
    prepared.execute();
    const std::string before = joined(prepared.rest());
    prepared.closeCursor();
    {
        Connection other(s, "ColumnEncryption=" + s.columnEncryption);
        other.run("ALTER TABLE dbo.OdbcRich ALTER COLUMN plain nvarchar(40) COLLATE Latin1_General_BIN2" + keys::encrypted("Randomized")
            + " NULL");
    }
    std::string after, notes;
    for (int attempt = 1; attempt <= 2; ++attempt) { // the driver documents no retry of its own for a statement prepared before
        try {
            prepared.execute();
            after = joined(prepared.rest());
            break;
        } catch (const OdbcError& e) {
            notes = std::string("; first attempt: ") + e.what();
        }
    }
    {
        Connection other(s, "ColumnEncryption=" + s.columnEncryption);
        other.run("ALTER TABLE dbo.OdbcRich ALTER COLUMN plain nvarchar(40) COLLATE Latin1_General_BIN2 NULL");
    }
    require(after == before && !before.empty(), "before: " + before + "; after: " + after + notes);
    return before + notes;
}

std::string shared(Connection& c)
{
    Statement s(c);
    s.prepare("INSERT INTO HR.Employees (SSN, FirstName, LastName, Salary) VALUES (?, ?, ?, ?)");
    s.bindAll({Value::text("900-70-8090", SQL_CHAR, 11), name("Gr\u00e4ce", 50), name("Written-By-ODBC", 50), Value::money("61234.5678")});
    s.execute();
    const std::string ours = joined(query(c, "SELECT SSN, Salary FROM HR.Employees WHERE LastName = ?", {name("Written-By-Studio", 50)}));
    require(ours == "900-40-5060, 71234.5600", ours);
    const std::string like = joined(query(c, "SELECT COUNT(*) FROM HR.Employees WHERE SSN LIKE ?", {Value::text("900-%", SQL_CHAR, 11)}));
    require(std::stoi(like) >= 2, "LIKE finds " + like);
    return "one row written; the studio's: " + ours;
}

} // namespace

void runEnclave(const Settings& s)
{
    Connection c(s, "ColumnEncryption=" + s.columnEncryption);
    c.loadProviders(s.providerLibrary);
    step("enclave-insert", [&] { return filled(c); });
    richQueries(c);
    step("enclave-alter", [&] { return altered(c, s); });
    step("enclave-stale-metadata", [&] { return staleMetadata(c, s); });
    step("enclave-shared-with-the-studio", [&] { return shared(c); });
}

void runRotation(const Settings& s)
{
    Connection c(s, "ColumnEncryption=" + s.columnEncryption);
    c.loadProviders(s.providerLibrary);
    step("rotation-under-a-running-client", [&] {
        Statement running(c);
        running.prepare("SELECT COUNT(*) FROM dbo.OdbcRich WHERE name LIKE ?");
        const auto count = [&] {
            running.bindAll({name("b-%")});
            running.execute();
            const std::string n = joined(running.rest());
            running.closeCursor();
            return n;
        };
        const std::string before = count();
        Connection owner(s);
        const MasterKey old(keys::kFile), next(keys::kSecond);
        const auto bytes = owner.rows(
            std::string("SELECT v.encrypted_value FROM sys.column_encryption_keys AS k JOIN sys.column_encryption_key_values AS v ON "
                        "v.column_encryption_key_id = k.column_encryption_key_id WHERE k.name = N'")
            + keys::kColumn + "'");
        std::string wrapped;
        for (size_t i = 0; i < bytes.at(0).at(0)->size(); i += 2)
            wrapped += static_cast<char>(std::stoi(bytes[0][0]->substr(i, 2), nullptr, 16));
        owner.run(std::string("CREATE COLUMN MASTER KEY [CMK_ODBC_NEXT] WITH (KEY_STORE_PROVIDER_NAME = N'ES_TEST_KEY', KEY_PATH = N'")
            + keys::kSecond + "', ENCLAVE_COMPUTATIONS (SIGNATURE = " + hex(next.signMetadata("ES_TEST_KEY")) + "))");
        const std::string key = std::string("ALTER COLUMN ENCRYPTION KEY [") + keys::kColumn + "] ";
        owner.run(key + "ADD VALUE (COLUMN_MASTER_KEY = [CMK_ODBC_NEXT], ALGORITHM = 'RSA_OAEP', ENCRYPTED_VALUE = "
            + hex(next.wrap(old.unwrap(wrapped))) + ")");
        const std::string between = count();
        owner.run(key + "DROP VALUE (COLUMN_MASTER_KEY = [" + keys::kMaster + "])");
        const std::string after = count();
        Connection fresh(s, "ColumnEncryption=" + s.columnEncryption);
        const std::string anew = joined(query(fresh, "SELECT COUNT(*) FROM dbo.OdbcRich WHERE name LIKE ?", {name("b-%")}));
        require(
            before != "0" && before == between && before == after && before == anew, before + ", " + between + ", " + after + ", " + anew);
        return before + " rows before, with both values, after, and for a new client";
    });
}

void runLostSession(const Settings& s)
{
    Connection c(s, "ColumnEncryption=" + s.columnEncryption);
    c.loadProviders(s.providerLibrary);
    // The driver attests before each statement, so the enclave has to die after that: while the driver unwraps the first key it ever needs.
    step("lost-enclave-session", [&] {
        void (**hook)() = beforeUnwrap(s);
        *hook = [] {
            ::kill(std::atoi(std::getenv("ES_ENCLAVE_PID")), SIGKILL);
            std::this_thread::sleep_for(std::chrono::seconds(3)); // the supervisor starts another enclave
        };
        const char* sql = "SELECT COUNT(*) FROM dbo.OdbcRich WHERE name LIKE ?";
        std::string heard;
        std::string seen;
        for (int attempt = 1; attempt <= 40 && seen.empty(); ++attempt) {
            try {
                seen = joined(query(c, sql, {name("b-%")}));
            } catch (const OdbcError& e) {
                heard += " " + std::to_string(e.number);
                std::this_thread::sleep_for(std::chrono::milliseconds(250));
            }
        }
        require(heard.find(" 33195") == 0, "heard" + heard);
        require(std::atoi(seen.c_str()) > 0, "then " + seen);
        return "heard" + heard + ", then " + seen + " rows";
    });
}
