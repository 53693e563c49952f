// Values of megabytes, in and out in chunks.
#include "Groups.h"
#include "MasterKey.h"

namespace {

std::string pattern(size_t bytes)
{
    std::string out(bytes, '\0');
    for (size_t i = 0; i < bytes; ++i)
        out[i] = static_cast<char>('a' + (i / 2 * 7 + i / 5000) % 26 * (1 - i % 2)); // UTF-16LE letters
    for (size_t i = 1; i < bytes; i += 2)
        out[i] = 0;
    return out;
}

// Sends `bytes` for parameter 2 in pieces while the statement asks for them.
void putInPieces(Statement& s, SQLINTEGER n, SQLSMALLINT cType, SQLSMALLINT sqlType, const std::string& bytes, size_t piece)
{
    SQLLEN later = SQL_LEN_DATA_AT_EXEC(SQLLEN(bytes.size()));
    SQLLEN plain = 0;
    s.check(SQLBindParameter(s.handle(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 10, 0, &n, 0, &plain), "bind");
    s.check(SQLBindParameter(s.handle(), 2, SQL_PARAM_INPUT, cType, sqlType, 0, 0, reinterpret_cast<SQLPOINTER>(2), 0, &later),
        "bind at execution");
    SQLRETURN code = SQLExecute(s.handle());
    require(code == SQL_NEED_DATA, "the driver does not ask for data: " + std::to_string(code) + s.messages());
    SQLPOINTER which = nullptr;
    while ((code = SQLParamData(s.handle(), &which)) == SQL_NEED_DATA) {
        for (size_t at = 0; at < bytes.size(); at += piece)
            s.check(SQLPutData(s.handle(), const_cast<char*>(bytes.data() + at), SQLLEN(std::min(piece, bytes.size() - at))), "put data");
    }
    s.check(code, "after the last piece");
}

std::string getInPieces(Connection& c, const std::string& sql, SQLSMALLINT cType, size_t piece)
{
    Statement s(c);
    s.direct(sql);
    require(s.fetch(), "no row");
    std::string all;
    std::vector<char> buffer(piece + 2);
    for (;;) {
        SQLLEN length = 0;
        const SQLLEN room = SQLLEN(piece) + (cType == SQL_C_WCHAR ? 2 : 0);
        const SQLRETURN code = SQLGetData(s.handle(), 1, cType, buffer.data(), room, &length);
        s.check(code, "get data");
        if (code == SQL_NO_DATA || length == SQL_NULL_DATA) return all;
        const bool cut = code == SQL_SUCCESS_WITH_INFO;
        all.append(buffer.data(), cut ? piece : size_t(length));
        if (!cut) return all;
    }
}

std::string large(Connection& c, const std::string& options, SQLSMALLINT cType, SQLSMALLINT sqlType, const std::string& type, size_t bytes)
{
    c.run("IF OBJECT_ID(N'dbo.OdbcLarge') IS NOT NULL DROP TABLE dbo.OdbcLarge");
    c.run("CREATE TABLE dbo.OdbcLarge (n int NOT NULL, v " + type + options + " NULL)");
    const std::string sent = pattern(bytes);
    Statement s(c);
    s.prepare("INSERT INTO dbo.OdbcLarge (n, v) VALUES (?, ?)");
    putInPieces(s, 1, cType, sqlType, sent, 70002);
    while (s.moreResults()) { }
    const std::string seen = getInPieces(c, "SELECT v FROM dbo.OdbcLarge", cType, 30000);
    require(seen == sent,
        std::to_string(seen.size()) + " bytes of " + std::to_string(sent.size()) + (seen.size() == sent.size() ? ", altered" : ""));
    return std::to_string(sent.size()) + " bytes in pieces of 70,002 and back in pieces of 30,000";
}

} // namespace

void runLarge(const Settings& s)
{
    Connection c(s);
    step("large-nvarchar", [&] { return large(c, "", SQL_C_WCHAR, SQL_WVARCHAR, "nvarchar(max)", 3'000'000); });
    step("large-varbinary", [&] { return large(c, "", SQL_C_BINARY, SQL_VARBINARY, "varbinary(max)", 5'000'000); });
    Connection e(s, "ColumnEncryption=" + s.columnEncryption);
    e.loadProviders(s.providerLibrary);
    step("large-encrypted-nvarchar", [&] {
        return large(
            e, " COLLATE Latin1_General_BIN2" + keys::encrypted("Randomized"), SQL_C_WCHAR, SQL_WVARCHAR, "nvarchar(max)", 1'000'000);
    });
    step("large-encrypted-varbinary",
        [&] { return large(e, keys::encrypted("Randomized"), SQL_C_BINARY, SQL_VARBINARY, "varbinary(max)", 1'000'000); });
}
