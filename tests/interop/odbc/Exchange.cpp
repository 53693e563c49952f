// One table under each shared key (made by ../keys.py), that every client writes a row to and reads all rows of.
#include "Groups.h"

namespace {

constexpr const char* kTables[] = {"dbo.ExchangeStudio", "dbo.ExchangeClients"};
constexpr const char* kNumber = "-1234567890123";

Value number()
{
    return Value::text(kNumber, SQL_BIGINT, 19);
}

} // namespace

void runExchangeWrite(const Settings& s)
{
    Connection c(s, "ColumnEncryption=" + s.columnEncryption);
    c.loadProviders(s.providerLibrary);
    step("exchange-write", [&] {
        for (const char* table : kTables) {
            query(c, std::string("INSERT INTO ") + table + " (writer, ssn, name, number, pay, born, data) VALUES ('odbc', ?, ?, ?, ?, ?, ?)",
                {Value::text("900-10-2030", SQL_CHAR, 11), Value::text("Gr\u00e4ce \u6f22", SQL_WVARCHAR, 40), number(),
                    Value::money("61234.5678"), Value::text("1980-02-29", SQL_TYPE_DATE, 10), Value::text("0001FF", SQL_VARBINARY, 20)});
        }
        return std::string("one row in each table");
    });
}

void runExchangeRead(const Settings& s)
{
    Connection c(s, "ColumnEncryption=" + s.columnEncryption);
    c.loadProviders(s.providerLibrary);
    for (const char* table : kTables) {
        step(std::string("exchange-read-") + table, [&] {
            const auto rows = query(c, std::string("SELECT writer, ssn, name, number, born, data FROM ") + table + " WHERE number = ?", {number()});
            std::string writers;
            for (const Row& row : rows) {
                const std::string seen = joined({Row(row.begin() + 1, row.end())});
                require(seen == std::string("900-10-2030, Gr\u00e4ce \u6f22, ") + kNumber + ", 1980-02-29, 0001FF", seen);
                writers += shown(row[0]) + " ";
            }
            require(writers.find("odbc ") != std::string::npos, "rows of " + writers);
            return "rows of " + writers;
        });
    }
}
