// Every data type both ways, with its extremes and NULL: as a parameter (direct and prepared) and as a column; plain and encrypted.
#include "Groups.h"
#include "MasterKey.h"

#include <cstdlib>
#include <strings.h>

namespace {

enum class Compare { kText, kNumber, kAnyCase };

struct Type {
    std::string name; // as declared
    SQLSMALLINT sqlType;
    SQLULEN size;
    SQLSMALLINT digits;
    std::vector<std::pair<std::string, std::string>> values; // sent, expected ("" = the same)
    Compare compare = Compare::kText;
    bool encryptable = true;
    SQLSMALLINT serverType = 0; // vendor::k..., for encrypted columns
    bool text = false; // needs a BIN2 collation when encrypted deterministically
};

std::string repeated(const std::string& s, int n)
{
    std::string out;
    while (n-- > 0)
        out += s;
    return out;
}

std::string padded(std::string s, size_t characters)
{
    return s + std::string(characters - widened(s).size(), ' ');
}

std::vector<Type> types()
{
    const std::string nines(38, '9');
    const std::string z = "0001-01-01 00:00:00", last = "9999-12-31 23:59:59";
    return {
        {"bit", SQL_BIT, 1, 0, {{"0", ""}, {"1", ""}}},
        {"tinyint", SQL_TINYINT, 3, 0, {{"0", ""}, {"255", ""}}},
        {"smallint", SQL_SMALLINT, 5, 0, {{"-32768", ""}, {"32767", ""}}},
        {"int", SQL_INTEGER, 10, 0, {{"-2147483648", ""}, {"2147483647", ""}, {"0", ""}}},
        {"bigint", SQL_BIGINT, 19, 0, {{"-9223372036854775808", ""}, {"9223372036854775807", ""}}},
        {"decimal(38,0)", SQL_DECIMAL, 38, 0, {{nines, ""}, {"-" + nines, ""}, {"0", ""}}},
        {"decimal(38,38)", SQL_DECIMAL, 38, 38, {{"0." + nines, "." + nines}, {"-0." + nines, "-." + nines}}},
        {"numeric(9,4)", SQL_NUMERIC, 9, 4, {{"99999.9999", ""}, {"-99999.9999", ""}, {"1.5", "1.5000"}}},
        {"money", SQL_DECIMAL, 19, 4, {{"922337203685477.5807", ""}, {"-922337203685477.5808", ""}, {"12.5", "12.5000"}}, Compare::kText,
            true, vendor::kMoney},
        {"smallmoney", SQL_DECIMAL, 10, 4, {{"214748.3647", ""}, {"-214748.3648", ""}}, Compare::kText, true, vendor::kSmallMoney},
        {"float", SQL_DOUBLE, 53, 0,
            {{"1.7976931348623157E308", ""}, {"-1.7976931348623157E308", ""}, {"2.2250738585072014E-308", ""}, {"0.1", ""}},
            Compare::kNumber},
        {"real", SQL_REAL, 24, 0, {{"3.4028234E38", ""}, {"-3.4028234E38", ""}, {"1.175495E-38", ""}}, Compare::kNumber},
        {"date", SQL_TYPE_DATE, 10, 0, {{"0001-01-01", ""}, {"9999-12-31", ""}, {"2024-02-29", ""}}},
        {"time(7)", vendor::kTime2, 16, 7, {{"00:00:00.0000000", ""}, {"23:59:59.9999999", ""}}},
        {"time(0)", vendor::kTime2, 8, 0, {{"00:00:00", ""}, {"23:59:59", ""}}},
        {"time(3)", vendor::kTime2, 12, 3, {{"12:34:56.789", ""}}},
        {"datetime", SQL_TYPE_TIMESTAMP, 23, 3, {{"1753-01-01 00:00:00.000", ""}, {"9999-12-31 23:59:59.997", ""}}, Compare::kText, true,
            vendor::kDateTime},
        {"smalldatetime", SQL_TYPE_TIMESTAMP, 16, 0, {{"1900-01-01 00:00:00", ""}, {"2079-06-06 23:59:00", ""}}, Compare::kText, true,
            vendor::kSmallDateTime},
        {"datetime2(7)", SQL_TYPE_TIMESTAMP, 27, 7, {{z + ".0000000", ""}, {last + ".9999999", ""}}},
        {"datetime2(0)", SQL_TYPE_TIMESTAMP, 19, 0, {{z, ""}, {last, ""}}},
        {"datetimeoffset(7)", vendor::kTimestampOffset, 34, 7,
            {{z + ".0000000 +00:00", ""}, {last + ".9999999 +00:00", ""}, {"2024-02-29 12:00:00.1234567 +14:00", ""},
                {"2024-02-29 12:00:00.1234567 -14:00", ""}}},
        {"datetimeoffset(3)", vendor::kTimestampOffset, 30, 3, {{"2024-02-29 12:00:00.123 +05:30", ""}}},
        {"char(10)", SQL_CHAR, 10, 0, {{"abc", padded("abc", 10)}, {"0123456789", ""}, {"", padded("", 10)}}, Compare::kText, true, 0,
            true},
        {"varchar(20)", SQL_VARCHAR, 20, 0, {{"", ""}, {"trailing  ", ""}, {"Gr\u00e4ce \u20ac", ""}}, Compare::kText, true, 0, true},
        {"varchar(8000)", SQL_VARCHAR, 8000, 0, {{repeated("01234567", 1000), ""}}, Compare::kText, true, 0, true},
        {"varchar(max)", SQL_VARCHAR, 0, 0, {{"", ""}, {repeated("0123456789", 2000), ""}}, Compare::kText, true, 0, true},
        {"nchar(10)", SQL_WCHAR, 10, 0, {{"\u00e4\u20ac\u6f22", padded("\u00e4\u20ac\u6f22", 10)}}, Compare::kText, true, 0, true},
        {"nvarchar(20)", SQL_WVARCHAR, 20, 0, {{"", ""}, {"\u6f22\u5b57 \U0001F600", ""}}, Compare::kText, true, 0, true},
        {"nvarchar(4000)", SQL_WVARCHAR, 4000, 0, {{repeated("\u00e4\u6f22", 2000), ""}}, Compare::kText, true, 0, true},
        {"nvarchar(max)", SQL_WVARCHAR, 0, 0, {{"", ""}, {repeated("\u00e4\u6f22", 5000), ""}}, Compare::kText, true, 0, true},
        {"binary(8)", SQL_BINARY, 8, 0, {{"0102030405060708", ""}, {"FF", "FF00000000000000"}}},
        {"varbinary(20)", SQL_VARBINARY, 20, 0, {{"", ""}, {"00FF00", ""}}},
        {"varbinary(8000)", SQL_VARBINARY, 8000, 0, {{repeated("0123456789ABCDEF", 1000), ""}}},
        {"varbinary(max)", SQL_VARBINARY, 0, 0, {{"", ""}, {repeated("0123456789ABCDEF", 2000), ""}}},
        {"uniqueidentifier", SQL_GUID, 36, 0, {{"00000000-0000-0000-0000-000000000000", ""}, {"6F9619FF-8B86-D011-B42D-00C04FC964FF", ""}},
            Compare::kAnyCase},
        {"text", SQL_LONGVARCHAR, 2147483647, 0, {{"", ""}, {repeated("0123456789", 2000), ""}}, Compare::kText, false},
        {"ntext", SQL_WLONGVARCHAR, 1073741823, 0, {{repeated("\u00e4\u6f22", 5000), ""}}, Compare::kText, false},
        {"image", SQL_LONGVARBINARY, 2147483647, 0, {{repeated("0123456789ABCDEF", 2000), ""}}, Compare::kText, false},
        {"xml", vendor::kXml, 0, 0, {{"<a b=\"1\">\u6f22</a>", ""}}, Compare::kText, false},
        {"sysname", SQL_WVARCHAR, 128, 0, {{"a name", ""}}, Compare::kText, false},
    };
}

Value valueOf(const Type& type, const std::string& text)
{
    Value v = Value::text(text, type.sqlType, type.size, type.digits);
    v.size = type.size;
    return v;
}

std::string firstDifference(const Type& type, const std::string& expected, const Cell& seen)
{
    if (!seen) return "NULL instead of " + expected.substr(0, 60);
    bool same = *seen == expected;
    if (type.compare == Compare::kNumber)
        same = type.name == "real" ? std::strtof(seen->c_str(), nullptr) == std::strtof(expected.c_str(), nullptr)
                                   : std::strtod(seen->c_str(), nullptr) == std::strtod(expected.c_str(), nullptr);
    if (type.compare == Compare::kAnyCase) same = seen->size() == expected.size() && strcasecmp(seen->c_str(), expected.c_str()) == 0;
    return same ? ""
                : "sent " + expected.substr(0, 60) + " (" + std::to_string(expected.size()) + "), seen " + seen->substr(0, 60) + " ("
            + std::to_string(seen->size()) + ")";
}

// A table of one column: each value and NULL goes in as a parameter of a prepared statement and must come back.
std::string thereAndBack(Connection& c, const Type& type, const std::string& columnOptions, bool isEncrypted)
{
    c.run("IF OBJECT_ID(N'dbo.OdbcType') IS NOT NULL DROP TABLE dbo.OdbcType");
    c.run("CREATE TABLE dbo.OdbcType (n int NOT NULL PRIMARY KEY, v " + type.name + columnOptions + " NULL)");
    Statement insert(c);
    insert.prepare("INSERT INTO dbo.OdbcType (n, v) VALUES (?, ?)");
    int n = 0;
    for (const auto& [sent, expected] : type.values) {
        Value value = valueOf(type, sent);
        value.serverType = isEncrypted ? type.serverType : SQLSMALLINT(0);
        if (isEncrypted && type.serverType >= vendor::kSmallMoney) {
            value.sqlType = SQL_NUMERIC;
        }
        insert.bindAll({Value::integer(++n), value});
        insert.execute();
        require(insert.rowCount() == 1, "row count after INSERT is " + std::to_string(insert.rowCount()));
    }
    Value nothing = Value::nothing(type.sqlType, type.size, type.digits);
    nothing.serverType = isEncrypted ? type.serverType : SQLSMALLINT(0);
    insert.bindAll({Value::integer(++n), nothing});
    insert.execute();
    const std::vector<Row> seen = query(c, "SELECT v FROM dbo.OdbcType ORDER BY n");
    require(seen.size() == size_t(n), std::to_string(seen.size()) + " rows instead of " + std::to_string(n));
    for (size_t i = 0; i < type.values.size(); ++i) {
        const auto& [sent, expected] = type.values[i];
        const std::string difference = firstDifference(type, expected.empty() && !sent.empty() ? sent : expected, seen[i][0]);
        require(difference.empty(), difference);
    }
    require(!seen.back()[0], "NULL came back as " + shown(seen.back()[0]));
    return std::to_string(type.values.size()) + " values and NULL, e.g. " + shown(seen[0][0]).substr(0, 40);
}

// A literal, converted by the server, without any table.
std::string direct(Connection& c, const Type& type)
{
    for (const auto& [sent, expected] : type.values) {
        const bool binary = type.sqlType == SQL_BINARY || type.sqlType == SQL_VARBINARY || type.sqlType == SQL_LONGVARBINARY;
        const std::string literal = binary ? "0x" + sent : "N'" + sent + "'";
        const std::vector<Row> seen = c.rows("SELECT CAST(" + literal + " AS " + type.name + "), CAST(NULL AS " + type.name + ")");
        require(seen.size() == 1 && !seen[0][1], "CAST(NULL)");
        const std::string difference = firstDifference(type, expected.empty() && !sent.empty() ? sent : expected, seen[0][0]);
        require(difference.empty(), difference);
    }
    return std::to_string(type.values.size()) + " literals";
}

} // namespace

void runTypes(const Settings& s)
{
    Connection c(s);
    for (const Type& type : types()) {
        step("type-" + type.name, [&] { return thereAndBack(c, type, "", false); });
        step("type-direct-" + type.name, [&] { return direct(c, type); });
    }
    step("type-sql_variant", [&] {
        const std::vector<Row> seen
            = c.rows("SELECT CAST(CAST(42 AS int) AS sql_variant), CAST(N'a' AS sql_variant), CAST(NULL AS sql_variant)");
        require(seen.at(0).at(0) == "42" && seen[0][1] == "a" && !seen[0][2], joined(seen));
        return joined(seen);
    });
    step("type-rowversion", [&] {
        c.run("CREATE TABLE dbo.OdbcVersion (n int, r rowversion)");
        c.run("INSERT INTO dbo.OdbcVersion (n) VALUES (1)");
        const std::string before = c.one("SELECT r FROM dbo.OdbcVersion");
        c.run("UPDATE dbo.OdbcVersion SET n = 2");
        const std::string after = c.one("SELECT r FROM dbo.OdbcVersion");
        require(before.size() == 16 && after > before, before + " then " + after);
        return before + " then " + after;
    });
}

void runEncryptedTypes(const Settings& s)
{
    Connection c(s, "ColumnEncryption=" + s.columnEncryption);
    c.loadProviders(s.providerLibrary);
    for (const Type& type : types()) {
        if (!type.encryptable) continue;
        for (const char* kind : {"Deterministic", "Randomized"}) {
            const std::string options = (type.text ? " COLLATE Latin1_General_BIN2" : "") + keys::encrypted(kind);
            step(std::string("encrypted-") + kind + "-" + type.name, [&] { return thereAndBack(c, type, options, true); });
        }
    }
}
