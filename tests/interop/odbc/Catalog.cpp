// The catalog functions of ODBC: each becomes a system procedure that a designer, an import wizard or a mapper calls at once.
#include "Groups.h"
#include "MasterKey.h"

namespace {

using Name = std::u16string;

SQLWCHAR* at(Name& name)
{
    return name.empty() ? nullptr : reinterpret_cast<SQLWCHAR*>(name.data());
}

SQLSMALLINT length(const Name& name)
{
    return name.empty() ? SQLSMALLINT(0) : SQLSMALLINT(SQL_NTS);
}

std::string called(
    Connection& c, const std::function<SQLRETURN(SQLHSTMT)>& function, const std::vector<int>& columns, const std::string& expected)
{
    Statement s(c);
    s.check(function(s.handle()), "catalog function");
    std::vector<Row> seen;
    for (const Row& row : s.rest()) {
        Row some;
        for (const int i : columns)
            some.push_back(size_t(i) <= row.size() ? row[size_t(i) - 1] : Cell("no column " + std::to_string(i)));
        seen.push_back(some);
    }
    const std::string all = joined(seen, 1000);
    require(all.find(expected) != std::string::npos, "\"" + expected + "\" is not in: " + all.substr(0, 400));
    return joined(seen, 3);
}

} // namespace

void runCatalog(const Settings& settings)
{
    Connection c(settings);
    Name none, hr = u"HR", employees = u"Employees", dbo = u"dbo", child = u"OdbcChild", procedure = u"OdbcEcho";
    step("catalog-tables", [&] {
        c.run("CREATE TABLE dbo.OdbcParent (id int NOT NULL CONSTRAINT PK_OdbcParent PRIMARY KEY, code nvarchar(10) NOT NULL CONSTRAINT "
              "UQ_OdbcParent UNIQUE)");
        c.run("CREATE TABLE dbo.OdbcChild (id int IDENTITY(1,1) NOT NULL PRIMARY KEY, parent int NOT NULL, amount decimal(10,2) NULL "
              "CONSTRAINT DF_OdbcChild DEFAULT (0), at datetime2(3) NULL)");
        return std::string("two tables");
    });
    step("catalog-foreign-key", [&] {
        c.run("ALTER TABLE dbo.OdbcChild ADD CONSTRAINT FK_OdbcChild FOREIGN KEY (parent) REFERENCES dbo.OdbcParent (id)");
        return std::string("FK_OdbcChild");
    });
    step("catalog-procedure", [&] {
        c.run("CREATE PROCEDURE dbo.OdbcEcho @a int, @b nvarchar(30) OUTPUT AS SELECT @a AS a, @b AS b");
        return std::string("OdbcEcho");
    });
    step("tables", [&] {
        return called(
            c, [&](SQLHSTMT s) { return SQLTablesW(s, nullptr, 0, at(hr), length(hr), at(none), 0, nullptr, 0); }, {2, 3, 4},
            "HR, Employees, TABLE");
    });
    step("columns", [&] {
        return called(
            c, [&](SQLHSTMT s) { return SQLColumnsW(s, nullptr, 0, at(dbo), length(dbo), at(child), length(child), nullptr, 0); },
            {4, 6, 7, 9, 13}, "amount, decimal, 10, 2, ((0))");
    });
    step("columns-of-the-sample", [&] {
        return called(
            c, [&](SQLHSTMT s) { return SQLColumnsW(s, nullptr, 0, at(hr), length(hr), at(employees), length(employees), nullptr, 0); },
            {4, 6}, "Salary, money");
    });
    step("primary-keys", [&] {
        return called(
            c, [&](SQLHSTMT s) { return SQLPrimaryKeysW(s, nullptr, 0, at(hr), length(hr), at(employees), length(employees)); }, {4, 5},
            "EmployeeID, 1");
    });
    step("foreign-keys", [&] {
        return called(
            c,
            [&](SQLHSTMT s) {
                return SQLForeignKeysW(s, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0, at(dbo), length(dbo), at(child), length(child));
            },
            {3, 4, 8, 12}, "OdbcParent, id, parent, FK_OdbcChild");
    });
    step("statistics", [&] {
        return called(
            c,
            [&](SQLHSTMT s) {
                return SQLStatisticsW(s, nullptr, 0, at(hr), length(hr), at(employees), length(employees), SQL_INDEX_ALL, SQL_QUICK);
            },
            {3, 6, 9}, "EmployeeID");
    });
    step("special-columns", [&] {
        return called(
            c,
            [&](SQLHSTMT s) {
                return SQLSpecialColumnsW(
                    s, SQL_BEST_ROWID, nullptr, 0, at(hr), length(hr), at(employees), length(employees), SQL_SCOPE_CURROW, SQL_NULLABLE);
            },
            {2}, "EmployeeID");
    });
    step("procedures", [&] {
        return called(
            c, [&](SQLHSTMT s) { return SQLProceduresW(s, nullptr, 0, at(dbo), length(dbo), at(procedure), length(procedure)); }, {2, 3},
            "dbo, OdbcEcho");
    });
    step("procedure-columns", [&] {
        return called(
            c,
            [&](SQLHSTMT s) {
                return SQLProcedureColumnsW(s, nullptr, 0, at(dbo), length(dbo), at(procedure), length(procedure), nullptr, 0);
            },
            {4, 7}, "@b, nvarchar");
    });
    step("types", [&] {
        return called(
            c, [&](SQLHSTMT s) { return SQLGetTypeInfoW(s, SQL_ALL_TYPES); }, {1, 2, 3}, "datetimeoffset");
    });
    step("table-privileges", [&] {
        return called(
            c, [&](SQLHSTMT s) { return SQLTablePrivilegesW(s, nullptr, 0, at(hr), length(hr), at(employees), length(employees)); }, {3, 6},
            "Employees, SELECT");
    });
}
