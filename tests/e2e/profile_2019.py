#!/usr/bin/env python3
"""The rules of 2019, through the programs: what that version refuses is refused with its number, what it can do works.

Usage: profile_2019.py BIN_FOLDER
"""
import sys

from cli import Rehearsal

SORTED = "SELECT EmployeeID FROM HR.Employees WHERE EmployeeID < 9 ORDER BY Salary"
GROUPED = "SELECT Salary, COUNT(*) AS n FROM HR.Employees GROUP BY Salary"
LIKE_UTF8 = "DECLARE @p varchar(20) = 'a%'; SELECT COUNT(*) AS n FROM dbo.Words WHERE Word LIKE @p"


def prepare(r):
    r.must("keys", "new-cmk", "--name", "CMK1", "--key-file", "one", "--enclave", "--generate")
    r.must("keys", "new-cek", "--name", "CEK1", "--cmk", "CMK1")
    r.must("query", "CREATE TABLE dbo.Words (Word varchar(20) COLLATE Latin1_General_100_CI_AS_SC_UTF8 NOT NULL, Kind int NOT NULL)")
    r.must("query", "INSERT dbo.Words VALUES ('apple', 1), ('avocado', 1), ('beet', 2)")
    r.must("encrypt", "HR.Employees.SSN", "HR.Employees.Salary", "--key", "CEK1", "--type", "randomized", enclave=True)
    r.must("encrypt", "dbo.Words.Word", "--key", "CEK1", "--type", "randomized", "--keep-collation", enclave=True)
    r.must("encrypt", "dbo.Words.Kind", "--key", "CEK1", "--type", "deterministic", enclave=True)


failures = 0
with Rehearsal(sys.argv[1], ["--profile", "2019"]) as r:
    def answer(name, expected, sql):
        status, out, err = r.ctl("query", sql, "--parameterize", "--format", "csv", enclave=True)
        seen = out.split()[1:]
        r.check(name, status == 0 and (expected(seen) if callable(expected) else seen == expected), f"exit {status}: {out[:200]}{err}")

    def refused(name, number, sql, *words):
        status, out, err = r.ctl("query", sql, "--parameterize", "--format", "csv", enclave=True)
        missing = [w for w in (str(number), *words) if w not in err]
        r.check(name, status == 1 and not missing and out.strip() == "", f"exit {status}, missing {missing}: {out}{err}")

    prepare(r)
    answer("it says which version it rehearses", lambda seen: "2019" in seen, "SELECT @@VERSION AS v")
    answer("its compatibility level", ["150"], "SELECT compatibility_level FROM sys.databases WHERE name = 'ContosoHR'")
    answer("equality", ["1"], "DECLARE @s money = 31692; SELECT EmployeeID FROM HR.Employees WHERE Salary = @s AND EmployeeID < 9")
    answer("LIKE on a BIN2 column", lambda seen: len(seen) == 1 and seen[0].endswith("6818"),
           "DECLARE @p char(11) = '%6818'; SELECT SSN FROM HR.Employees WHERE SSN LIKE @p")
    answer("a range", lambda seen: len(seen) == 1 and 0 < int(seen[0]) < 1000,
           "DECLARE @a money = 50000, @b money = 60000; SELECT COUNT(*) AS n FROM HR.Employees WHERE Salary BETWEEN @a AND @b")
    answer("IN", lambda seen: int(seen[0]) > 0, "DECLARE @a money = 50000, @b money = 1; SELECT COUNT(*) AS n FROM HR.Employees "
           "WHERE Salary IN (@a, @b) OR EmployeeID = 5")
    answer("DISTINCT", lambda seen: 1 < len(seen) <= 1000, "SELECT DISTINCT Salary FROM HR.Employees")
    answer("a join by nested loops", lambda seen: int(seen[0]) >= 1000,
           "SELECT COUNT(*) AS n FROM HR.Employees AS a JOIN HR.Employees AS b ON a.SSN = b.SSN")
    answer("GROUP BY on a deterministic column", ["1", "2"], "SELECT COUNT(*) AS n FROM dbo.Words GROUP BY Kind ORDER BY n")
    answer("ORDER BY a plain column", lambda seen: len(seen) == 3, "SELECT TOP (3) Salary FROM HR.Employees ORDER BY EmployeeID")
    answer("IS NULL and COUNT", ["1000"], "SELECT COUNT(*) AS n FROM HR.Employees WHERE SSN IS NOT NULL")
    refused("ORDER BY in the enclave", 33277, SORTED, "Salary")
    refused("GROUP BY in the enclave", 33277, GROUPED, "Salary")
    refused("LIKE on a UTF-8 column", 33542, LIKE_UTF8, "needs a BIN2 collation")
    r.must("decrypt", "HR.Employees.Salary", enclave=True)
    answer("decrypted again, it sorts", lambda seen: len(seen) == 8, SORTED)
    failures += r.failures

# The same three on 2022: they are this version's rules, not the sandbox's limits.
with Rehearsal(sys.argv[1], ["--profile", "2022"]) as r:
    prepare(r)
    for name, sql in (("ORDER BY", SORTED), ("GROUP BY", GROUPED), ("LIKE on a UTF-8 column", LIKE_UTF8)):
        status, out, err = r.ctl("query", sql, "--parameterize", "--format", "csv", enclave=True)
        r.check(f"2022: {name} in the enclave", status == 0 and len(out.split()) > 1, f"exit {status}: {out[:100]}{err}")
    failures += r.failures
sys.exit(1 if failures else 0)
