#!/usr/bin/env python3
"""Killed by SIGKILL at any moment inside the upkeep of an encrypted index: every statement wholly done or not at all, none that was
reported as done lost, no index silently wrong.

Each round changes an indexed encrypted table (INSERT, UPDATE, DELETE, CREATE INDEX, ALTER INDEX REBUILD, ALTER COLUMN) and kills the
enclave, the server, or everything in the middle of it. Afterwards all rows are read and compared with what must be there, DBCC CHECKTABLE
compares the index with the table through the enclave, and searches are compared with what the rows say.
Usage: kill_index.py BIN_FOLDER [TIMES]
"""
import os
import random
import signal
import subprocess
import sys
import time

from cli import Rehearsal

times = int(sys.argv[2]) if len(sys.argv) > 2 else 8
ROWS = 6000
BEYOND = 1.3
rng = random.Random(11)
PLAIN_TYPE = "char(11) COLLATE Latin1_General_BIN2 NOT NULL"


def number(i):
    return f"{i * 7919 % 1000:03d}-{i % 100:02d}-{i * 104729 % 10000:04d}"


class Table:
    """dbo.T (id, ssn): what it must hold."""

    def __init__(self):
        self.rows = {i: number(i) for i in range(1, ROWS + 1)}
        self.indexed = True
        self.next = 1_000_000

    def insert(self):
        first, count, step = rng.randrange(1, ROWS), rng.choice((1, 40, 900)), self.next
        self.next += 1_000_000
        sql = f"INSERT INTO dbo.T SELECT id + {step}, ssn FROM dbo.Source WHERE id >= {first} AND id < {first + count}"
        return sql, {**self.rows, **{i + step: number(i) for i in range(first, min(first + count, ROWS + 1))}}

    def update(self):
        base, count = rng.randrange(1, ROWS - 100), rng.choice((1, 40, 1500))
        sql = (f"UPDATE t SET ssn = s.ssn FROM dbo.T AS t JOIN dbo.Source AS s ON s.id = t.id % {ROWS} + 1 "
               f"WHERE t.id % {ROWS} >= {base} AND t.id % {ROWS} < {base + count}")
        return sql, {i: number(i % ROWS + 1) if base <= i % ROWS < base + count else v for i, v in self.rows.items()}

    def delete(self):
        part = rng.choice((7, 50, 2000))
        rest = rng.randrange(part)
        return f"DELETE FROM dbo.T WHERE id % {part} = {rest}", {i: v for i, v in self.rows.items() if i % part != rest}


with Rehearsal(sys.argv[1]) as r:
    def run(sql, **more):
        return r.must("query", sql, enclave=True, **more)

    def lines(sql, enclave=True):
        return r.must("query", sql, "--format", "csv", enclave=enclave).split()[1:]

    def encrypt(table):
        return ("encrypt", f"{table}.ssn", "--key", "CEK1", "--type", "randomized")

    def wait_for_enclave():
        """A killed enclave is started again by the sandbox."""
        for _ in range(60):
            if r.ctl("query", "EXEC sp_enclave_send_keys", enclave=True)[0] == 0:
                return
            time.sleep(0.1)

    r.must("keys", "new-cmk", "--name", "CMK1", "--key-file", "one", "--enclave", "--generate")
    r.must("keys", "new-cek", "--name", "CEK1", "--cmk", "CMK1")
    digits = "(SELECT TOP (100) EmployeeID - 1 AS d FROM HR.Employees WHERE EmployeeID <= 100)"
    for name in ("Source", "T"):
        r.must("query", f"CREATE TABLE dbo.{name} (id int NOT NULL PRIMARY KEY, ssn {PLAIN_TYPE})")
    number_sql = ("RIGHT('000' + CONVERT(varchar(9), CONVERT(bigint, n) * 7919 % 1000), 3) + '-' + RIGHT('00' + CONVERT(varchar(9), n % 100), 2) + '-' "
                  "+ RIGHT('0000' + CONVERT(varchar(9), CONVERT(bigint, n) * 104729 % 10000), 4)")
    r.must("query", f"INSERT INTO dbo.Source SELECT n, {number_sql} FROM (SELECT a.d * 100 + b.d + 1 AS n FROM {digits} AS a CROSS JOIN {digits} AS b) "
                    f"AS x WHERE n <= {ROWS}")
    r.must("query", "INSERT INTO dbo.T SELECT id, ssn FROM dbo.Source")
    for name in ("dbo.Source", "dbo.T"):
        r.must(*encrypt(name), enclave=True)
    run("CREATE INDEX IX ON dbo.T (ssn)")

    table = Table()
    r.check("the table is as it was made", dict(zip(map(int, lines("SELECT id FROM dbo.T ORDER BY id")), lines("SELECT ssn FROM dbo.T ORDER BY id")))
            == table.rows, len(table.rows))
    typical = {}
    counts = {"before": 0, "after": 0, "reported": 0}

    def verify(name, before, after, done):
        stored = dict(zip(map(int, lines("SELECT id FROM dbo.T ORDER BY id")), lines("SELECT ssn FROM dbo.T ORDER BY id")))
        state = "after" if stored == after else "before" if stored == before else "NEITHER"
        kept = state == "after" or (state == "before" and (not done or before == after))
        status, out, err = r.ctl("query", "DBCC CHECKTABLE ('dbo.T') WITH NO_INFOMSGS", enclave=True)
        sought = rng.sample(sorted(set(stored.values())), min(3, len(set(stored.values()))))
        found = all(sorted(map(int, lines_of(value))) == sorted(i for i, v in stored.items() if v == value) for value in sought)
        low = sought[0] if sought else "5"
        many = int(r.must("query", f"DECLARE @p char(11) = '{low}'; SELECT COUNT(*) AS n FROM dbo.T WHERE ssn < @p", "--parameterize", "--format", "csv",
                          enclave=True).split()[1])
        ordered = many == sum(v < low for v in stored.values())
        r.check(name, kept and status == 0 and found and ordered,
                f"{state}{', reported as done' if done else ''}: {len(stored)} rows, check {status} {out} {err}, seeks {found}, range {ordered}")
        counts[state if state in counts else "before"] += 1
        counts["reported"] += done
        return stored

    def lines_of(value):
        return r.must("query", f"DECLARE @p char(11) = '{value}'; SELECT id FROM dbo.T WHERE ssn = @p", "--parameterize", "--format", "csv", enclave=True).split()[1:]

    for attempt in range(times):
        kind = ("insert", "update", "delete", "rebuild", "create", "alter")[attempt % 6]
        victim = ("everything", "enclave", "server")[attempt % 3 if attempt % 2 else rng.randrange(3)]
        if len(table.rows) < ROWS // 2:
            kind = "insert"
        before = dict(table.rows)
        if kind in ("insert", "update", "delete"):
            sql, after = getattr(table, kind)()
            command = ("query", sql)
        elif kind == "rebuild":
            command, after = ("query", "ALTER INDEX IX ON dbo.T REBUILD"), before
        else:
            run("DROP INDEX IX ON dbo.T")
            after = before
            if kind == "alter":  # in place, off its encryption and back on, then the index
                r.must("decrypt", "dbo.T.ssn", enclave=True)
                command = encrypt("dbo.T")
            else:
                command = ("query", "CREATE INDEX IX ON dbo.T (ssn)")
        whole = typical.get(kind, 0.6)
        moment = whole * BEYOND * rng.random() if attempt % 4 else whole * (0.55 + 0.45 * rng.random())
        started = time.monotonic()
        running = subprocess.Popen(r.command(*command, enclave=True), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=r.environment)
        try:
            running.wait(moment)
        except subprocess.TimeoutExpired:
            pass
        done = running.poll() == 0
        if done:
            typical[kind] = (typical.get(kind, time.monotonic() - started) + time.monotonic() - started) / 2
        else:
            typical[kind] = max(typical.get(kind, 0), moment) * 1.1
        if victim == "everything":
            r.kill()
            running.wait(60)
            done = done or running.poll() == 0
            r.start()
        else:
            os.kill(r.info[f"{victim}_pid"], signal.SIGKILL)
            done = running.wait(60) == 0 or done
            if victim == "server":
                r.process.wait(30)
                r.start()
            else:
                wait_for_enclave()
        if kind == "alter":
            if lines("SELECT COUNT(*) AS n FROM sys.columns WHERE object_id = OBJECT_ID('dbo.T') AND encryption_type IS NOT NULL")[0] == "0":
                r.check(f"kill {attempt + 1}: nothing reported as encrypted that is not", not done, done)
                r.must(*encrypt("dbo.T"), enclave=True)
        if kind in ("create", "alter"):
            made = lines("SELECT COUNT(*) AS n FROM sys.indexes WHERE name = 'IX'")[0] == "1"
            r.check(f"kill {attempt + 1}: an index that was reported is there", made or kind == "alter" or not done, f"{made}, reported {done}")
            if not made:
                run("CREATE INDEX IX ON dbo.T (ssn)")
        table.rows = verify(f"kill {attempt + 1}, {kind}, {victim} after {moment * 1000:.0f} ms", before, after, done)
        if victim == "enclave":  # it has another process id now
            r.stop()
            r.start()
    if times >= 60:
        r.check("statements were met before and after they were done", counts["before"] and counts["after"], counts)
    print(f"{times} kills: {counts}; {r.failures} failures", flush=True)
    failures = r.failures
sys.exit(1 if failures else 0)
