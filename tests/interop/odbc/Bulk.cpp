// Bulk copy: bcp_* are functions of the driver's library, beside ODBC. Constants and types: "Bulk Copy functions" of the driver's
// documentation.
#include "Groups.h"
#include "MasterKey.h"

#include <dlfcn.h>

namespace {

constexpr int kIn = 1; // DB_IN
constexpr int kSucceed = 1; // SUCCEED
constexpr int kVariable = -10; // SQL_VARLEN_DATA
constexpr int kInt4 = 0x38; // SQLINT4
constexpr int kCharacter = 0x2f; // SQLCHARACTER
constexpr int kWideCharacter = 0xef; // SQLNCHAR

struct BulkCopy {
    explicit BulkCopy(const std::string& driver)
    {
        library = dlopen(driver.c_str(), RTLD_NOW);
        require(library != nullptr, "the driver cannot be opened for bcp_*");
        init = reinterpret_cast<decltype(init)>(dlsym(library, "bcp_initW"));
        bind = reinterpret_cast<decltype(bind)>(dlsym(library, "bcp_bind"));
        send = reinterpret_cast<decltype(send)>(dlsym(library, "bcp_sendrow"));
        done = reinterpret_cast<decltype(done)>(dlsym(library, "bcp_done"));
        require(init && bind && send && done, "bcp_* are missing in the driver");
    }
    ~BulkCopy() { dlclose(library); }

    void* library;
    short (*init)(SQLHDBC, const char16_t* table, const char16_t* dataFile, const char16_t* errorFile, int direction);
    short (*bind)(
        SQLHDBC, const unsigned char* data, int indicatorBytes, int bytes, const unsigned char* end, int endBytes, int type, int column);
    short (*send)(SQLHDBC);
    int (*done)(SQLHDBC);
};

// The driver's words are asked for only after it has failed.
void good(bool succeeded, const std::string& doing, SQLHDBC handle)
{
    if (succeeded) return;
    std::string text = doing;
    for (SQLSMALLINT i = 1; i < 5; ++i) {
        SQLWCHAR state[6], message[1024];
        SQLINTEGER number = 0;
        SQLSMALLINT length = 0;
        if (!SQL_SUCCEEDED(SQLGetDiagRecW(SQL_HANDLE_DBC, handle, i, state, &number, message, 1024, &length))) break;
        text += " | " + std::to_string(number) + " " + narrowed(reinterpret_cast<const char16_t*>(message));
    }
    throw std::runtime_error(text);
}

std::string copied(Connection& c, const Settings& s, const std::string& ssnOptions, const std::string& payOptions)
{
    c.run("IF OBJECT_ID(N'dbo.OdbcBulk') IS NOT NULL DROP TABLE dbo.OdbcBulk");
    c.run("CREATE TABLE dbo.OdbcBulk (n int NOT NULL, ssn char(11)" + ssnOptions + " NULL, name nvarchar(40)" + payOptions + " NULL)");
    BulkCopy bcp(s.driver);
    SQLHDBC h = c.handle();
    good(bcp.init(h, u"dbo.OdbcBulk", nullptr, nullptr, kIn) == kSucceed, "bcp_init", h);
    int n = 0;
    char ssn[32] = {};
    struct {
        SQLINTEGER length;
        char16_t text[40];
    } name{};
    good(bcp.bind(h, reinterpret_cast<unsigned char*>(&n), 0, 4, nullptr, 0, kInt4, 1) == kSucceed, "bcp_bind 1", h);
    good(bcp.bind(h, reinterpret_cast<unsigned char*>(ssn), 0, 11, nullptr, 0, kCharacter, 2) == kSucceed, "bcp_bind 2", h);
    good(bcp.bind(h, reinterpret_cast<unsigned char*>(&name), 4, kVariable, nullptr, 0, kWideCharacter, 3) == kSucceed, "bcp_bind 3", h);
    constexpr int kRows = 1000;
    for (n = 1; n <= kRows; ++n) {
        std::snprintf(ssn, sizeof ssn, "900-%02d-%04d", n % 100, n);
        const std::u16string text = widened("n\u00e4me " + std::to_string(n));
        std::copy(text.begin(), text.end(), name.text);
        name.length = n == 500 ? -1 : SQLINTEGER(text.size() * 2); // SQL_NULL_DATA
        good(bcp.send(h) == kSucceed, "bcp_sendrow " + std::to_string(n), h);
    }
    const int rows = bcp.done(h);
    good(rows == kRows, "bcp_done says " + std::to_string(rows), h);
    const auto seen = c.rows("SELECT n, ssn, name FROM dbo.OdbcBulk WHERE n IN (1, 500, 1000) ORDER BY n");
    require(joined(seen) == "1, 900-01-0001, n\u00e4me 1; 500, 900-00-0500, NULL; 1000, 900-00-1000, n\u00e4me 1000", joined(seen));
    return "1,000 rows; " + joined(seen);
}

} // namespace

void runBulk(const Settings& s)
{
    step("bulk-plain", [&] {
        Connection c(s, {}, true);
        return copied(c, s, "", "");
    });
    step("bulk-encrypted", [&] {
        Connection c(s, "ColumnEncryption=" + s.columnEncryption, true);
        c.loadProviders(s.providerLibrary);
        const std::string seen = copied(c, s, " COLLATE Latin1_General_BIN2" + keys::encrypted("Deterministic"),
            " COLLATE Latin1_General_BIN2" + keys::encrypted("Randomized"));
        const std::string cell = Connection(s).one("SELECT TOP (1) ssn FROM dbo.OdbcBulk");
        require(cell.substr(0, 2) == "01" && cell.size() == 130, "not a cell: " + cell.substr(0, 20));
        return seen;
    });
}
