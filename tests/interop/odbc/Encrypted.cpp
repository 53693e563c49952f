// Always Encrypted without any enclave: reading, inserting, updating, equality on deterministic columns; what must be refused.
#include "Groups.h"
#include "MasterKey.h"

namespace {

const Value& ssn(const std::string& text)
{
    static Value v;
    return v = Value::text(text, SQL_CHAR, 11);
}

Value name(const std::string& text)
{
    return Value::text(text, SQL_WVARCHAR, 40);
}

std::string inserted(Connection& c)
{
    c.run("CREATE TABLE dbo.OdbcPeople (id int NOT NULL PRIMARY KEY, ssn char(11) COLLATE Latin1_General_BIN2"
        + keys::encrypted("Deterministic") + " NOT NULL, name nvarchar(40) COLLATE Latin1_General_BIN2" + keys::encrypted("Randomized")
        + " NULL, born date" + keys::encrypted("Randomized") + " NULL, pay money" + keys::encrypted("Deterministic") + " NULL)");
    Statement s(c);
    s.prepare("INSERT INTO dbo.OdbcPeople (id, ssn, name, born, pay) VALUES (?, ?, ?, ?, ?)");
    for (int i = 0; i < 20; ++i) {
        s.bindAll({Value::integer(i), ssn("900-10-000" + std::to_string(i % 10)), name("Gr\u00e4ce " + std::to_string(i)),
            Value::text("1980-01-" + std::to_string(10 + i), SQL_TYPE_DATE, 10), Value::money(std::to_string(50000 + i) + ".2500")});
        s.execute();
        require(s.rowCount() == 1, "row count");
    }
    return "20 rows";
}

std::string read(Connection& c)
{
    const std::string seen = joined(c.rows("SELECT id, ssn, name, born, pay FROM dbo.OdbcPeople WHERE id = 7"));
    require(seen == "7, 900-10-0007, Gr\u00e4ce 7, 1980-01-17, 50007.2500", seen);
    return seen;
}

std::string ciphertext(const Settings& s)
{
    Connection plain(s);
    const auto seen = plain.rows("SELECT ssn, name FROM dbo.OdbcPeople WHERE id IN (3, 13) ORDER BY id");
    require(seen.size() == 2 && seen[0][0]->substr(0, 2) == "01" && seen[0][0]->size() == 130, "not a cell: " + joined(seen));
    require(seen[0][0] == seen[1][0] && seen[0][1] != seen[1][1], "deterministic cells differ or randomized ones do not");
    return "deterministic cells equal, randomized ones not, 65 bytes";
}

std::string equality(Connection& c)
{
    const std::string two = joined(query(c, "SELECT id FROM dbo.OdbcPeople WHERE ssn = ? ORDER BY id", {ssn("900-10-0004")}));
    require(two == "4; 14", two);
    const std::string in = joined(
        query(c, "SELECT id FROM dbo.OdbcPeople WHERE ssn IN (?, ?) AND id < 10 ORDER BY id", {ssn("900-10-0004"), ssn("900-10-0002")}));
    require(in == "2; 4", in);
    const std::string groups = joined(c.rows("SELECT COUNT(*) FROM (SELECT DISTINCT ssn FROM dbo.OdbcPeople) AS d"));
    require(groups == "10", groups);
    const std::string join = joined(c.rows("SELECT COUNT(*) FROM dbo.OdbcPeople AS a JOIN dbo.OdbcPeople AS b ON a.ssn = b.ssn"));
    require(join == "40", join);
    const std::string grouped = joined(c.rows("SELECT ssn, COUNT(*) FROM dbo.OdbcPeople GROUP BY ssn"), 1);
    return "= " + two + "; IN " + in + "; 10 distinct; join 40; " + grouped;
}

std::string updated(Connection& c)
{
    Statement s(c);
    s.prepare("UPDATE dbo.OdbcPeople SET name = ?, pay = ? WHERE ssn = ? AND id > 10");
    s.bindAll({name("new"), Value::money("1.0001"), ssn("900-10-0005")});
    s.execute();
    require(s.rowCount() == 1, "row count " + std::to_string(s.rowCount()));
    const std::string seen = joined(c.rows("SELECT id, name, pay FROM dbo.OdbcPeople WHERE id IN (5, 15) ORDER BY id"));
    require(seen == "5, Gr\u00e4ce 5, 50005.2500; 15, new, 1.0001", seen);
    return seen;
}

std::string procedure(Connection& c)
{
    c.run("CREATE PROCEDURE dbo.OdbcFind @ssn char(11), @name nvarchar(40) OUTPUT AS SELECT @name = name FROM dbo.OdbcPeople WHERE ssn = "
          "@ssn AND id < 10");
    Statement s(c);
    Value out = name("");
    out.direction = SQL_PARAM_OUTPUT;
    s.prepare("{CALL dbo.OdbcFind(?, ?)}");
    s.bindAll({ssn("900-10-0006"), out});
    s.execute();
    while (s.moreResults()) { }
    const std::string bytes = s.output(2);
    const std::string seen = narrowed({reinterpret_cast<const char16_t*>(bytes.data()), bytes.size() / 2});
    require(seen == "Gr\u00e4ce 6", "seen \"" + seen + "\"");
    return seen;
}

std::string parameterArray(Connection& c)
{
    char ssns[50][12];
    SQLINTEGER ids[50];
    SQLLEN lengths[50];
    for (int i = 0; i < 50; ++i) {
        std::snprintf(ssns[i], sizeof ssns[i], "910-00-%04d", i);
        ids[i] = 1000 + i;
        lengths[i] = 11;
    }
    Statement s(c);
    SQLSetStmtAttr(s.handle(), SQL_ATTR_PARAMSET_SIZE, reinterpret_cast<SQLPOINTER>(50), 0);
    s.check(SQLBindParameter(s.handle(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 10, 0, ids, 0, nullptr), "bind");
    s.check(SQLBindParameter(s.handle(), 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_CHAR, 11, 0, ssns, 12, lengths), "bind");
    s.prepare("INSERT INTO dbo.OdbcPeople (id, ssn) VALUES (?, ?)");
    s.execute();
    while (s.moreResults()) { }
    const std::string seen = joined(query(c, "SELECT id FROM dbo.OdbcPeople WHERE ssn = ?", {ssn("910-00-0049")}));
    require(seen == "1049", seen);
    return "50 rows in one call";
}

std::string transaction(Connection& c)
{
    c.autocommit(false);
    Statement s(c);
    s.prepare("UPDATE dbo.OdbcPeople SET name = ? WHERE id = 1");
    s.bindAll({name("lost")});
    s.execute();
    s.closeCursor();
    c.end(false);
    c.autocommit(true);
    const std::string seen = c.one("SELECT name FROM dbo.OdbcPeople WHERE id = 1");
    require(seen == "Gr\u00e4ce 1", seen);
    return "rolled back";
}

std::string forced(Connection& c)
{
    Statement s(c);
    s.prepare("SELECT id FROM dbo.OdbcPeople WHERE id = ?");
    s.bindAll({Value::integer(1)});
    SQLHDESC descriptor = nullptr;
    SQLGetStmtAttr(s.handle(), SQL_ATTR_IMP_PARAM_DESC, &descriptor, SQL_IS_POINTER, nullptr);
    SQLSetDescField(descriptor, 1, vendor::kForceEncrypt, reinterpret_cast<SQLPOINTER>(1), SQL_IS_SMALLINT);
    return refused(0, "CE300", [&] { s.execute(); });
}

std::string trustedPaths(const Settings& settings)
{
    Connection c(settings, "ColumnEncryption=" + settings.columnEncryption);
    c.loadProviders(settings.providerLibrary);
    static char16_t paths[] = u"elsewhere\0";
    SQLSetConnectAttr(c.handle(), vendor::kTrustedKeyPaths, paths, SQL_IS_POINTER);
    try {
        c.one("SELECT ssn FROM dbo.OdbcPeople WHERE id = 7");
    } catch (const OdbcError& e) {
        require(e.sqlState.substr(0, 2) == "CE", e.what());
        return e.sqlState;
    }
    throw std::runtime_error("a path outside of the list was used");
}

} // namespace

void runEncrypted(const Settings& s)
{
    Connection c(s, "ColumnEncryption=" + s.columnEncryption);
    c.loadProviders(s.providerLibrary);
    step("ae-insert", [&] { return inserted(c); });
    step("ae-read", [&] { return read(c); });
    step("ae-ciphertext", [&] { return ciphertext(s); });
    step("ae-equality", [&] { return equality(c); });
    step("ae-update", [&] { return updated(c); });
    step("ae-procedure-output", [&] { return procedure(c); });
    step("ae-parameter-array", [&] { return parameterArray(c); });
    step("ae-transaction", [&] { return transaction(c); });
    step("ae-forced-but-plain", [&] { return forced(c); });
    step("ae-untrusted-path", [&] { return trustedPaths(s); });
    step("ae-literal-refused",
        [&] { return refused(206, "", [&] { c.run("INSERT INTO dbo.OdbcPeople (id, ssn) VALUES (500, '900-10-0001')"); }); });
    step("ae-wrong-type-refused", [&] {
        return refused(
            402, "", [&] { query(c, "SELECT id FROM dbo.OdbcPeople WHERE ssn = ?", {Value::text("900-10-0001", SQL_WCHAR, 11)}); });
    });
    step("ae-randomized-equality-refused", [&] {
        Connection off(s, "ColumnEncryption=Enabled"); // no enclave session
        off.loadProviders(s.providerLibrary);
        return refused(33546, "", [&] { query(off, "SELECT id FROM dbo.OdbcPeople WHERE name = ?", {name("new")}); });
    });
    step("ae-parameter-without-the-feature-refused", [&] {
        Connection off(s);
        return refused(33299, "", [&] { query(off, "SELECT id FROM dbo.OdbcPeople WHERE ssn = ?", {ssn("900-10-0001")}); });
    });
}
