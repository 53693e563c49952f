#!/usr/bin/env python3
"""Killed by SIGKILL at any moment, a column is wholly old or wholly new; what was reported as done stays done.

The moments are spread evenly over the whole ALTER and a third beyond it, so that some kills come after its report; every other one falls
around the end, where the change is committed, the log emptied and the report sent.
Usage: kill_alter.py BIN_FOLDER [TIMES]
"""
import random
import statistics
import subprocess
import sys
import time

from cli import Rehearsal

times = int(sys.argv[2]) if len(sys.argv) > 2 else 6
ROWS = 40000
PLAIN = "123-45-6789"
BEYOND = 1.35
LATE = 0.8
rng = random.Random(7)
outcomes = {"old": 0, "new": 0}
reported = 0
ENCRYPT = ("encrypt", "dbo.T.ssn", "--key", "CEK1", "--type", "randomized")


def is_cell(text):
    return text.lower().startswith("0x01") and len(text) == 132


with Rehearsal(sys.argv[1]) as r:
    def seconds_of_one():
        started = time.monotonic()
        r.must(*ENCRYPT, enclave=True)
        spent = time.monotonic() - started
        r.must("decrypt", "dbo.T.ssn", enclave=True)
        return spent

    def column(**more):
        return r.must("query", "SELECT ssn FROM dbo.T", "--format", "csv", **more).split()[1:]

    r.must("keys", "new-cmk", "--name", "CMK1", "--key-file", "one", "--enclave", "--generate")
    r.must("keys", "new-cek", "--name", "CEK1", "--cmk", "CMK1")
    r.must("query", "CREATE TABLE dbo.T (id int IDENTITY PRIMARY KEY, ssn char(11) COLLATE Latin1_General_BIN2 NOT NULL)")
    r.must("query", f"INSERT INTO dbo.T (ssn) SELECT TOP ({ROWS}) '{PLAIN}' FROM HR.Employees AS a "
                    "CROSS JOIN (SELECT TOP (100) EmployeeID FROM HR.Employees) AS b")
    whole = statistics.median(seconds_of_one() for _ in range(5))
    print(f"one ALTER of {ROWS} rows: {whole * 1000:.0f} ms", flush=True)
    slots = list(range(times))
    rng.shuffle(slots)
    for attempt, slot in enumerate(slots):
        spread = (slot + rng.random()) / times
        moment = whole * (spread * BEYOND if slot % 2 == 0 else LATE + spread * (BEYOND - LATE))
        running = subprocess.Popen(r.command(*ENCRYPT, enclave=True), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=r.environment)
        time.sleep(moment)
        done = running.poll() == 0
        r.kill()
        running.wait(30)
        r.start()
        stored = column()
        state = "new" if stored and stored[0].lower().startswith("0x01") else "old"
        one_form = len(stored) == ROWS and all(is_cell(v) if state == "new" else v == PLAIN for v in stored)
        catalog = r.must("query", "SELECT COUNT(*) AS n FROM sys.columns WHERE object_id = OBJECT_ID('dbo.T') AND encryption_type IS NOT NULL",
                         "--format", "csv").split()[1]
        plain = column(enclave=True)
        readable = len(plain) == ROWS and set(plain) == {PLAIN}
        kept = state == "new" or not done
        r.check(f"kill {attempt + 1} after {moment * 1000:.0f} ms", one_form and readable and kept and catalog == str(int(state == "new")),
                f"{state}{', reported as done' if done else ''}: {len(stored)} rows, catalog says {catalog}, all readable {readable}")
        outcomes[state] += 1
        reported += done
        if state == "new":
            r.must("decrypt", "dbo.T.ssn", enclave=True)
    # Few kills may miss one of the forms by chance; many that do prove nothing about it.
    if times >= 20:
        r.check("both forms were met", all(outcomes.values()), outcomes)
    print(f"{times} kills: {outcomes['old']} left the old form, {outcomes['new']} the new one, {reported} of these after the report; "
          f"{r.failures} failures", flush=True)
    failures = r.failures
sys.exit(1 if failures else 0)
