#!/usr/bin/env python3
"""python-tds as a witness: a TDS client in pure Python.   witness.py SANDBOX_JSON

Each step prints "ok NAME: what was seen" or "FAIL NAME: ..."; exit status 1 if one failed.
"""
import datetime
import decimal
import json
import sys
import time
import uuid

import pytds

sandbox = json.load(open(sys.argv[1]))
host, port = sandbox["server"].split(",")
failures = 0


def connect(**more):
    options = dict(database=sandbox["database"], autocommit=True, cafile=sandbox["ca_file"], validate_host=True, login_timeout=20)
    options.update(more)
    return pytds.connect("localhost", port=int(port), user=sandbox["user"], password=open(sandbox["password_file"]).read().strip(), **options)


def step(name, body):
    global failures
    try:
        print(f"ok {name}: {body()}")
    except Exception as e:  # every failure is a line of the report
        failures += 1
        print(f"FAIL {name}: {type(e).__name__}: {e}")


def check(condition, message):
    if not condition:
        raise AssertionError(message)


def one(connection, sql, parameters=()):
    with connection.cursor() as c:
        c.execute(sql, parameters)
        return c.fetchone()


D = decimal.Decimal
TYPES = [
    ("bit", [True, False]),
    ("tinyint", [0, 255]),
    ("smallint", [-32768, 32767]),
    ("int", [-2147483648, 2147483647]),
    ("bigint", [-(2**63), 2**63 - 1]),
    ("decimal(38,0)", [D("9" * 38), D("-" + "9" * 38)]),
    ("numeric(9,4)", [D("99999.9999"), D("-99999.9999")]),
    ("money", [D("922337203685477.5807"), D("-922337203685477.5808")]),
    ("smallmoney", [D("214748.3647"), D("-214748.3648")]),
    ("float", [1.7976931348623157e308, 2.2250738585072014e-308, 0.1]),
    ("real", [0.5, -1.25]),
    ("date", [datetime.date(1, 1, 1), datetime.date(9999, 12, 31)]),
    ("time(6)", [datetime.time(0, 0), datetime.time(23, 59, 59, 999999)]),
    ("datetime", [datetime.datetime(1753, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59)]),
    ("smalldatetime", [datetime.datetime(1900, 1, 1), datetime.datetime(2079, 6, 6, 23, 59)]),
    ("datetime2(6)", [datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59, 999999)]),
    ("datetimeoffset(6)", [datetime.datetime(2024, 2, 29, 12, 0, 0, 123456, datetime.timezone(datetime.timedelta(hours=14)))]),
    ("varchar(20)", ["", "abc", "Gräce €"]),
    ("varchar(max)", ["", "0123456789" * 2000]),
    ("nvarchar(20)", ["", "漢字 😀"]),
    ("nvarchar(max)", ["", "ä漢" * 500000]),
    ("char(10)", ["abc       "]),
    ("nchar(10)", ["漢         "]),
    ("binary(4)", [b"\x01\x02\x00\x00"]),
    ("varbinary(20)", [b"", b"\x00\xff\x00"]),
    ("varbinary(max)", [b"", bytes(range(256)) * 8000]),
    ("uniqueidentifier", [uuid.UUID("6F9619FF-8B86-D011-B42D-00C04FC964FF")]),
]


def there_and_back(connection, name, values):
    with connection.cursor() as c:
        c.execute("IF OBJECT_ID(N'dbo.PytdsType') IS NOT NULL DROP TABLE dbo.PytdsType")
        c.execute(f"CREATE TABLE dbo.PytdsType (n int NOT NULL, v {name} NULL)")
        for n, value in enumerate(values):
            c.execute("INSERT INTO dbo.PytdsType (n, v) VALUES (%s, %s)", (n, pytds.Binary(value) if isinstance(value, bytes) else value))
        # python-tds sends None as nvarchar, which SQL Server does not convert to varbinary.
        if "binary" in name:
            c.execute("INSERT INTO dbo.PytdsType (n, v) VALUES (%s, NULL)", (len(values),))
        else:
            c.execute("INSERT INTO dbo.PytdsType (n, v) VALUES (%s, %s)", (len(values), None))
        c.execute("SELECT v FROM dbo.PytdsType ORDER BY n")
        seen = [row[0] for row in c.fetchall()]
    check(seen == values + [None], f"sent {str(values)[:80]}, seen {str(seen)[:80]}")
    return f"{len(values)} values and NULL"


def several_results(connection):
    with connection.cursor() as c:
        c.execute("SELECT 1 AS a; SELECT 2 AS b, N'two' AS c UNION ALL SELECT 3, N'three'")
        first = c.fetchall()
        check(c.nextset(), "no second result")
        second = c.fetchall()
    check([tuple(r) for r in first] == [(1,)] and [tuple(r) for r in second] == [(2, "two"), (3, "three")], f"{first} {second}")
    return f"{first} {second}"


def transactions():
    with connect(autocommit=False) as a, connect() as b:
        with a.cursor() as c:
            c.execute("CREATE TABLE dbo.PytdsT (n int)")
            a.commit()
            c.execute("INSERT INTO dbo.PytdsT VALUES (1)")
            a.rollback()
            check(one(b, "SELECT COUNT(*) FROM dbo.PytdsT")[0] == 0, "rolled back")
            c.execute("INSERT INTO dbo.PytdsT VALUES (2)")
            a.commit()
        check(one(b, "SELECT n FROM dbo.PytdsT")[0] == 2, "committed")
    return "rolled back, committed"


def savepoints():
    with connect(autocommit=False) as a:
        with a.cursor() as c:
            c.execute("INSERT INTO dbo.PytdsT VALUES (10); SAVE TRANSACTION s; INSERT INTO dbo.PytdsT VALUES (11); ROLLBACK TRANSACTION s")
            a.commit()
            c.execute("SELECT n FROM dbo.PytdsT ORDER BY n")
            seen = [row[0] for row in c.fetchall()]
    check(seen == [2, 10], str(seen))
    return str(seen)


def cancel():
    with connect() as a, a.cursor() as c:
        started = time.monotonic()
        c.execute("SELECT a.EmployeeID FROM HR.Employees AS a CROSS JOIN HR.Employees AS b")
        c.fetchone()
        c.cancel()
        c.execute("SELECT 5")
        check(c.fetchone()[0] == 5 and time.monotonic() - started < 8, "the connection afterwards")
    return "after the first of a million rows; connection usable"


def foreign_authority():
    try:
        connect(cafile="/etc/ssl/certs/ca-certificates.crt").close()
    except Exception as e:  # OpenSSL's error, wrapped or not
        check("certificate" in repr(e), repr(e))
        return repr(e)[:100]
    raise AssertionError("not refused")


def procedure(connection):
    with connection.cursor() as c:
        c.execute("CREATE PROCEDURE dbo.PytdsOut @in int, @twice int OUTPUT AS BEGIN SET @twice = @in * 2; RETURN 7; END")
        out = c.callproc("dbo.PytdsOut", (21, pytds.output(param_type="int")))
        check(out[1] == 42 and c.get_proc_return_status() == 7, f"{out} {c.get_proc_return_status()}")
    return str(out)


def bulk(connection):
    import io
    rows = "".join(f"{n}\t900-10-{n:04d}\tname {n}\n" for n in range(500))
    with connection.cursor() as c:
        c.execute("CREATE TABLE dbo.PytdsBulk (n int NOT NULL, ssn char(11) NOT NULL, name nvarchar(40) NULL)")
        c.copy_to(io.StringIO(rows), "PytdsBulk", schema="dbo", columns=("n", "ssn", "name"), null_string="\\N")
        c.execute("SELECT COUNT(*), MAX(name), SUM(n) FROM dbo.PytdsBulk")
        seen = tuple(c.fetchone())
    check(seen == (500, "name 99", 124750), str(seen))
    return str(seen)


def error(connection):
    try:
        one(connection, "SELECT 1 / 0")
    except pytds.Error as e:
        return str(e)
    raise AssertionError("no error")


def mars():
    """The sandbox answers in its prelogin that it has no MARS; the driver then refuses a second cursor. Fails on the day MARS is there."""
    with connect(use_mars=True) as c:
        try:
            a, b = c.cursor(), c.cursor()
            a.execute("SELECT EmployeeID FROM HR.Employees ORDER BY EmployeeID")
            a.fetchone()
            b.execute("SELECT 5")
            a.fetchone()
        except pytds.Error as e:
            return f"not offered: {e}"
    raise AssertionError("two results at once: offered now, so test it")


step("pytds-login", lambda: one(connect(), "SELECT CAST(@@VERSION AS varchar(60))")[0])
connection = connect()
for name, values in TYPES:
    step(f"pytds-type-{name}", lambda: there_and_back(connection, name, values))
step("pytds-several-results", lambda: several_results(connection))
step("pytds-transactions", transactions)
step("pytds-savepoints", savepoints)
step("pytds-cancel", cancel)
step("pytds-foreign-authority", foreign_authority)
step("pytds-output-parameter", lambda: procedure(connection))
step("pytds-bulk", lambda: bulk(connection))
step("pytds-error", lambda: error(connection))
step("pytds-mars-is-not-offered", mars)
sys.exit(1 if failures else 0)
