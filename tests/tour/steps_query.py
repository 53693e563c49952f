"""Step 6: the query window shows plaintext or what is stored, and says which."""
import re

PLANTED = "6818"


def query(tour):
    desk = tour.desk
    desk.key("Ctrl+n")
    desk.find("SQL text", "text", states={"focused"})
    desk.choose("Always Encrypted", "On, with secure enclaves")
    tour.run_sql("SELECT EmployeeID, SSN, Salary FROM HR.Employees WHERE EmployeeID <= 20 ORDER BY EmployeeID;")
    tour.give_key_password(2)  # not asked where the dialogs of step 4 have just heard it
    rows = desk.grid("Result 1", lambda r: len(r) == 20)
    tour.expect("Always Encrypted on: plaintext", "SSN with dashes, Salary a number", rows[:2],
                all(re.match(r"\d{3}-\d{2}-\d{4}$", r[1]) and re.match(r"[\d.,]+$", r[2]) for r in rows))
    headers = desk.find("Result 1", "table", items=False).headers()
    tour.expect("the columns say so", "SSN and Salary: encrypted, shown decrypted, Randomized", headers,
                sum("shown decrypted" in h and "Randomized" in h for h in headers) == 2)
    tour.sees("the window says so", r"^(Encryption on|Enclave not attested|Enclave verified)")
    tour.picture("on")
    like(tour)
    ranged(tour)
    off(tour)
    without_enclaves(tour)


def like(tour):
    desk = tour.desk
    tour.run_sql("DECLARE @p char(11) = '%6818'; SELECT EmployeeID, SSN FROM HR.Employees WHERE SSN LIKE @p;")
    rows = desk.grid("Result 1", lambda r: r and len(r[0]) == 2 and all(row[1].endswith(PLANTED) for row in r))
    tour.expect("LIKE in the enclave", "every SSN that ends in 6818", rows, rows and all(row[1].endswith(PLANTED) for row in rows))
    tour.sees("the enclave was used, and the window says what it was given", r"1 key released")
    tour.picture("like")
    twin(tour)


def twin(tour):
    """The same pattern on a column that is not encrypted: char(11) pads it with blanks, and LIKE takes blanks at the end seriously."""
    desk = tour.desk
    tour.run_sql("CREATE TABLE dbo.PlainTwin (SSN char(11) NOT NULL); INSERT INTO dbo.PlainTwin VALUES ('990-00-6818');")
    desk.reads(r"^1 row|rows? affected|^0 rows ·", items=True)
    tour.run_sql("DECLARE @p char(11) = '%6818'; SELECT SSN FROM dbo.PlainTwin WHERE SSN LIKE @p; SELECT SSN FROM dbo.PlainTwin WHERE SSN LIKE '%6818';")
    found = desk.shows(re.compile(r"^Results 2 · 1 row$"), "tab", seconds=15)
    nothing = desk.shows(re.compile(r"^Results 1 · 0 rows$|^Results 1$"), "tab", seconds=1)
    tour.expect("its plaintext twin finds nothing, because char pads", "no row with the padded pattern, one with the pattern itself",
                f"{nothing}, {found}", found and nothing)
    tour.picture("plaintext-twin")


def ranged(tour):
    desk = tour.desk
    tour.run_sql("DECLARE @low money = 50000, @high money = 60000; SELECT EmployeeID, Salary FROM HR.Employees WHERE Salary BETWEEN @low AND @high "
                 "ORDER BY Salary;")

    def inside(rows):
        return rows and all(50000 <= float(row[1].replace(",", "")) <= 60000 for row in rows if re.match(r"[\d.,]+$", row[1]))
    rows = desk.grid("Result 1", lambda r: inside(r) and len(r) > 1)
    values = [float(row[1].replace(",", "")) for row in rows]
    tour.expect("a range in order, in the enclave", "50000 to 60000, ascending", values[:5], values == sorted(values))


def off(tour):
    desk = tour.desk
    desk.choose("Always Encrypted", "Off")
    tour.run_sql("SELECT EmployeeID, SSN, Salary FROM HR.Employees WHERE EmployeeID <= 20 ORDER BY EmployeeID;")
    rows = desk.grid("Result 1", lambda r: len(r) == 20)
    tour.expect("off: what is stored", "0x01...", rows[:2], all(r[1].lower().startswith("0x01") and r[2].lower().startswith("0x01") for r in rows))
    tour.sees("the window says so", r"Always Encrypted is off")
    tour.picture("off")


def without_enclaves(tour):
    desk = tour.desk
    desk.choose("Always Encrypted", "On")
    tour.run_sql("DECLARE @p char(11) = '%6818'; SELECT EmployeeID, SSN FROM HR.Employees WHERE SSN LIKE @p;")
    tour.give_key_password(1)
    tour.sees("enclaves off: 33546, explained", r"(?i)enclave.*not been given|33546", seconds=15)
    fix = desk.shows("Turn on enclaves and run again", "button")
    tour.expect("a button that does it", "Turn on enclaves and run again", fix, fix)
    tour.picture("33546")
    desk.click(fix)
    rows = desk.grid("Result 1", lambda r: r and all(row[1].endswith(PLANTED) for row in r))
    tour.expect("the button did it", "the rows of LIKE", rows, bool(rows))
