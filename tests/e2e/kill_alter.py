#!/usr/bin/env python3
"""Killed by SIGKILL at any moment, a column is wholly old or wholly new. Usage: kill_alter.py BIN_FOLDER [TIMES]"""
import random
import subprocess
import sys
import time

from cli import Rehearsal

times = int(sys.argv[2]) if len(sys.argv) > 2 else 6
ROWS = 40000
rng = random.Random(7)
outcomes = {"old": 0, "new": 0}
with Rehearsal(sys.argv[1]) as r:
    r.must("keys", "new-cmk", "--name", "CMK1", "--key-file", "one", "--enclave", "--generate")
    r.must("keys", "new-cek", "--name", "CEK1", "--cmk", "CMK1")
    r.must("query", "CREATE TABLE dbo.T (id int IDENTITY PRIMARY KEY, ssn char(11) COLLATE Latin1_General_BIN2 NOT NULL)")
    r.must("query", f"INSERT INTO dbo.T (ssn) SELECT TOP ({ROWS}) '123-45-6789' FROM HR.Employees AS a "
                    "CROSS JOIN (SELECT TOP (100) EmployeeID FROM HR.Employees) AS b")
    started = time.monotonic()
    r.must("encrypt", "dbo.T.ssn", "--key", "CEK1", "--type", "randomized", enclave=True)
    whole = time.monotonic() - started
    r.must("decrypt", "dbo.T.ssn", enclave=True)
    for attempt in range(times):
        running = subprocess.Popen(r.command("encrypt", "dbo.T.ssn", "--key", "CEK1", "--type", "randomized", enclave=True),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=r.environment)
        time.sleep(rng.uniform(0.3, 1.5) * whole)
        r.kill()
        running.wait(30)
        r.start()
        stored = r.must("query", "SELECT ssn FROM dbo.T", "--format", "csv").split()[1:]
        state = "new" if stored and stored[0].lower().startswith("0x01") else "old"
        ok = len(stored) == ROWS and all((v.lower().startswith("0x01") and len(v) == 132) if state == "new" else v == "123-45-6789" for v in stored)
        catalog = "1" if state == "new" else "0"
        said = r.must("query", "SELECT COUNT(*) AS n FROM sys.columns WHERE object_id = OBJECT_ID('dbo.T') AND encryption_type IS NOT NULL", "--format", "csv").split()[1]
        plain = r.must("query", "SELECT ssn FROM dbo.T", "--format", "csv", enclave=True).split()[1:]
        ok = ok and said == catalog and len(plain) == ROWS and set(plain) == {"123-45-6789"}
        r.check(f"kill {attempt + 1}", ok, f"{state}: {len(stored)} rows, catalog says {said}, all readable {set(plain) == {'123-45-6789'}}")
        outcomes[state] += 1
        if state == "new":
            r.must("decrypt", "dbo.T.ssn", enclave=True)
    print(f"{times} kills: {outcomes}")
    failures = r.failures
sys.exit(1 if failures else 0)
