#!/usr/bin/env python3
"""Values of encrypted columns are seen by the enclave alone: searched for in the memory of every process and in every file, in each form
that a program might keep them in. Each search has a control that finds something.

Usage: wall.py BIN_FOLDER. As root: the programs let nobody else look into their memory; without, files alone are searched.
"""
import os
import signal
import subprocess
import sys
import time

from cli import Rehearsal
from memory import found_in_files, found_in_process, kinds, make_markers

ROOT = os.geteuid() == 0
ROWS = 100_000
ALGORITHM = "ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256'"
COLLATION = " COLLATE Latin1_General_BIN2"


class Watched(Rehearsal):
    def before_start(self):
        super().before_start()
        log = os.open(self.data.parent / "data.log", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        os.dup2(log, 2)

    def processes(self):
        return {} if not ROOT else {"server": self.info["server_pid"], "supervisor": self.process.pid, "attest": self.info["attest_pid"]}

    def nowhere(self, name, markers):
        """Neither in the memory of the programs that may not know them, nor in a file of the sandbox or what it printed."""
        for program, pid in self.processes().items():
            found = found_in_process(pid, markers)
            self.check(f"{name}: memory of {program}", not found, found or "nothing")
        self.nowhere_in_files(name, markers)

    def nowhere_in_files(self, name, markers):
        found = {f for f in found_in_files(self.work, markers) if not f.startswith(("key-password", "sandbox.json"))}
        self.check(f"{name}: files", not found, found or "nothing")


def column(number, kind, key=None):
    text = COLLATION if "char" in kind else ""
    how = f" ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = {key}, {ALGORITHM})" if key else ""
    return f"c{number} {kind}{text}{how} NULL"


def declarations(markers):
    return "DECLARE " + ", ".join(f"@p{i} {m.kind} = {m.literal}" for i, m in enumerate(markers))


def with_parameters(r, statement, markers, fails=None):
    """`fails`: the number that the server must answer with."""
    status, out, err = r.ctl("query", f"{declarations(markers)}; {statement}", "--parameterize", enclave=True)
    if fails is None and status != 0:
        raise SystemExit(f"{statement}: {err}")
    if fails is not None:
        said = out + err
        clean = all(m.literal.strip("N'").lower() not in said.lower() for m in markers)
        r.check(f"error {fails} quotes no value", status != 0 and str(fails) in said and clean, said)
    return out


def inserted_through_parameters(r):
    markers = make_markers(f"{os.getpid()} inserted")
    absent = make_markers(f"{os.getpid()} never sent")
    columns = ", ".join(column(i, m.kind, "RANDOMIZED") for i, m in enumerate(markers))
    r.must("query", f"CREATE TABLE dbo.W (id int IDENTITY PRIMARY KEY, {columns})")
    r.must("query", f"CREATE TABLE dbo.D (id int IDENTITY PRIMARY KEY, {column(0, markers[0].kind, 'DETERMINISTIC')} UNIQUE)")
    names = ", ".join(f"c{i}" for i in range(len(markers)))
    values = ", ".join(f"@p{i}" for i in range(len(markers)))
    with_parameters(r, f"INSERT INTO dbo.W ({names}) VALUES ({values})", markers)
    with_parameters(r, "INSERT INTO dbo.D (c0) VALUES (@p0)", markers[:1])
    r.nowhere("INSERT", markers)

    for i, m in enumerate(markers):
        where = f"SELECT id FROM dbo.W WHERE c{i} "
        if "char" in m.kind:
            with_parameters(r, where + "LIKE @p0", [m])
        with_parameters(r, where + ">= @p0 ORDER BY id", [m])
        with_parameters(r, where + "BETWEEN @p0 AND @p0", [m])
        with_parameters(r, where + "IN (@p0)", [m])
        r.must("query", f"SELECT id, c{i} FROM dbo.W ORDER BY c{i}", enclave=True)
        r.must("query", f"SELECT COUNT(*) AS n FROM dbo.W GROUP BY c{i}", enclave=True)
    with_parameters(r, "UPDATE dbo.W SET c0 = @p0 WHERE c1 = @p1", markers[:2])
    r.nowhere("LIKE, ranges, ORDER BY, GROUP BY, UPDATE", markers)

    with_parameters(r, "INSERT INTO dbo.D (c0) VALUES (@p0)", markers[:1], fails=2627)
    with_parameters(r, "SELECT id FROM dbo.W WHERE c0 = @p0 + 'x'", markers[:1], fails=206)
    with_parameters(r, "INSERT INTO dbo.D (c0) VALUES (@p0)", markers[1:2], fails=206)
    r.nowhere("errors", markers)

    if not ROOT:
        return
    server = r.info["server_pid"]
    as_text = [m for m in markers if m.kind == "varchar(40)"]
    r.must("query", f"SELECT {as_text[0].literal} AS x")
    r.check("control: a literal in a statement is found in the server", kinds(found_in_process(server, as_text), as_text), "found")
    r.check("control: what was never sent is not found", not found_in_process(server, absent), "nothing")


def stopped_at_work(r):
    """The enclave halted while it sorts: there the values are, and even now nowhere else."""
    markers = make_markers(f"{os.getpid()} sorted")[:3]
    columns = ", ".join(column(i, m.kind, "RANDOMIZED") for i, m in enumerate(markers))
    r.must("query", f"CREATE TABLE dbo.S (id int IDENTITY PRIMARY KEY, {columns})")
    with_parameters(r, "INSERT INTO dbo.S (c0, c1, c2) VALUES (@p0, @p1, @p2)", markers)
    digits = "(SELECT TOP (100) EmployeeID AS d FROM HR.Employees)"
    r.must("query", f"INSERT INTO dbo.S (c0, c1, c2) SELECT TOP ({ROWS}) c0, c1, c2 FROM dbo.S CROSS JOIN {digits} AS a CROSS JOIN {digits} AS b "
                    f"CROSS JOIN {digits} AS c")
    enclave = r.info["enclave_pid"]
    for number, marker in enumerate(markers):
        seen = False
        deadline = time.monotonic() + 60
        while not seen and time.monotonic() < deadline:
            asking = subprocess.Popen(r.command("query", f"SELECT TOP (1) id FROM dbo.S ORDER BY c{number}", enclave=True),
                                      stdout=subprocess.DEVNULL, env=r.environment)
            while not seen and asking.poll() is None:
                os.kill(enclave, signal.SIGSTOP)
                seen = bool(found_in_process(enclave, [marker]))
                if seen:
                    r.nowhere(f"while the enclave sorts {marker.kind}", markers)
                os.kill(enclave, signal.SIGCONT)
            asking.wait(60)
        r.check(f"control: {marker.kind} is found in the enclave while it sorts", seen, "found" if seen else "nothing")


def encrypted_in_place(r):
    markers = make_markers(f"{os.getpid()} in place")
    columns = ", ".join(column(i, m.kind) for i, m in enumerate(markers))
    r.must("query", f"CREATE TABLE dbo.P (id int IDENTITY PRIMARY KEY, {columns})")
    names = ", ".join(f"c{i}" for i in range(len(markers)))
    for _ in range(5):
        r.must("query", f"INSERT INTO dbo.P ({names}) VALUES ({', '.join(m.literal for m in markers)})")
    r.must("query", "CHECKPOINT")
    before = kinds(found_in_files(r.data, markers), markers)
    r.check("control: before the ALTER each value is in the files", before == {m.kind for m in markers}, before)
    if ROOT:
        before = kinds(found_in_process(r.info["server_pid"], markers), markers)
        r.check("control: and in the server's memory", before == {m.kind for m in markers}, before)
    for i, m in enumerate(markers):
        r.must("query", f"ALTER TABLE dbo.P ALTER COLUMN {column(i, m.kind, 'RANDOMIZED')}", enclave=True)
        r.nowhere_in_files(f"ALTER of {m.kind} has reported success", [m])
    r.stop()
    r.nowhere_in_files("stopped", markers)
    r.start()
    for i in range(len(markers)):
        r.must("query", f"SELECT id, c{i} FROM dbo.P ORDER BY c{i}", enclave=True)
    r.nowhere("after a restart", markers)


with Watched(sys.argv[1], ["--attestation", "hgs"]) as r:
    if not ROOT:
        print("not root: memory is not searched")
    r.must("keys", "new-cmk", "--name", "CMK1", "--key-file", "one", "--enclave", "--generate")
    r.must("keys", "new-cek", "--name", "CEK1", "--cmk", "CMK1")
    inserted_through_parameters(r)
    if ROOT:
        stopped_at_work(r)
    encrypted_in_place(r)
    failures = r.failures
sys.exit(1 if failures else 0)
