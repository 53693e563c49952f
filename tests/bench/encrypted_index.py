#!/usr/bin/env python3
"""Encrypted indexes against plaintext ones over the same values: ORDER BY, CREATE INDEX, a lookup seen from the client, and the memory of
ORDER BY and CREATE INDEX while the table grows tenfold.

Usage: encrypted_index.py BIN TESTS [ROWS]. Ours and the other take turns; medians of TURNS. Each line says its goal and PASS or FAIL.
"""
import json
import sqlite3
import statistics
import subprocess
import sys
import time
from pathlib import Path

from sandbox import Sandbox

ROWS = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000
TURNS = 3
LOOKUPS = 4000


def tell(facts, goal):
    verdict = "PASS" if facts["ratio"] <= goal and facts.get("crossings_per_seek", 0) <= 4 else "FAIL"
    print(json.dumps({**facts, "goal": f"at most {goal}", "verdict": verdict}), flush=True)


with Sandbox(sys.argv[1]) as sandbox:
    def spent(before):
        after = sandbox.cpu_seconds()
        return {name: after[name] - before[name] for name in after}

    def timed(sql, enclave):
        before, started = sandbox.cpu_seconds(), time.monotonic()
        sandbox.ctl("query", sql, "--format", "csv", enclave=enclave)
        return time.monotonic() - started - idle[enclave], spent(before)

    def compare(name, other_is, statement, undo=None):
        """`statement` and `undo` hold {} for the table."""
        runs = {True: [], False: []}
        for _ in range(TURNS):
            for secret in (True, False):
                table = "Secret" if secret else "Plain"
                runs[secret].append(timed(statement.format(table), secret))
                if undo:
                    sandbox.ctl("query", undo.format(table), enclave=secret)
        ours, other = (statistics.median(seconds for seconds, _ in runs[secret]) for secret in (True, False))
        cpu = {who: {p: round(statistics.median(run[1][p] for run in runs[secret]), 2) for p in ("server", "enclave")}
               for who, secret in (("ours", True), ("other", False))}
        tell({"name": name, "unit": f"s for {ROWS:,} rows, median of {TURNS}", "ours": round(ours, 3), "other": round(other, 3),
              "other_is": other_is, "ratio": round(ours / other, 3), "cpu_seconds": cpu}, 5)

    def peak_kib(sql):
        """The most memory that the processes take for the statement."""
        pids = {"server": sandbox.info["server_pid"], "enclave": sandbox.info["enclave_pid"]}
        for pid in pids.values():
            Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak counts from here on
        sandbox.ctl("query", sql, enclave=True)
        return {p: int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]) for p, pid in pids.items()}

    def levels():
        """Pages from the root of the largest encrypted index to a leaf: a seek asks the enclave once for each."""
        deepest = 0
        for path in sandbox.data.rglob("*"):
            if not path.is_file() or path.open("rb").read(15) != b"SQLite format 3":
                continue
            database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            for (tree,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'x[0-9]*_[0-9]*'").fetchall():
                deepest = max(deepest, database.execute(f"SELECT level + 1 FROM {tree} WHERE page = 1").fetchone()[0])
            database.close()
        return deepest

    sandbox.ctl("keys", "new-cmk", "--name", "CMK1", "--key-file", "bench", "--enclave", "--generate")
    sandbox.ctl("keys", "new-cek", "--name", "CEK1", "--cmk", "CMK1")
    number = f"CONVERT(bigint, n) * 7919 % {ROWS}"
    for table, rows in (("dbo.Plain", ROWS), ("dbo.Secret", ROWS), ("dbo.SecretTenth", ROWS // 10)):
        sandbox.fill(table, "id int NOT NULL, v int NOT NULL", f"n, CONVERT(int, {number})", rows)
    for table in ("dbo.PlainText", "dbo.SecretText"):
        sandbox.fill(table, "id int NOT NULL, v char(11) COLLATE Latin1_General_BIN2 NOT NULL",
                     f"n, RIGHT('00000000000' + CONVERT(varchar(11), {number}), 11)", ROWS)
    for table in ("dbo.Secret", "dbo.SecretText", "dbo.SecretTenth"):
        sandbox.ctl("encrypt", f"{table}.v", "--key", "CEK1", "--type", "randomized", enclave=True)
    # Starting the program, logging in, opening the key file and attesting are not part of any figure.
    idle = {}
    for enclave, nothing in ((False, "SELECT 1 AS one"), (True, "EXEC sp_enclave_send_keys")):
        seconds = []
        for _ in range(3):
            started = time.monotonic()
            sandbox.ctl("query", nothing, enclave=enclave)
            seconds.append(time.monotonic() - started)
        idle[enclave] = min(seconds)

    flat = {"order_by": lambda table, rows: f"SELECT id FROM dbo.{table} ORDER BY v OFFSET {rows - 1} ROWS",
            "create_index": lambda table, rows: f"CREATE INDEX IX ON dbo.{table} (v)"}
    for name, statement in flat.items():
        smaller, larger = peak_kib(statement("SecretTenth", ROWS // 10)), peak_kib(statement("Secret", ROWS))
        tell({"name": f"{name}_memory_flat", "unit": f"KiB at the peak, {ROWS:,} rows against {ROWS // 10:,}", "ours": sum(larger.values()),
              "other": sum(smaller.values()), "other_is": "the same with a tenth of the rows",
              "ratio": round(sum(larger.values()) / sum(smaller.values()), 3), "peaks": {"ours": larger, "other": smaller}}, 1.5)
    sandbox.ctl("query", "DROP INDEX IX ON dbo.Secret", enclave=True)
    for kind, suffix in (("int", ""), ("char(11)", "Text")):
        # The last in order is the only one to travel.
        compare(f"order_by_{kind}", "ORDER BY of the same values in plaintext",
                f"SELECT id FROM dbo.{{}}{suffix} ORDER BY v OFFSET {ROWS - 1} ROWS")
        compare(f"create_index_{kind}", "CREATE INDEX of the same values in plaintext",
                f"CREATE INDEX IX ON dbo.{{}}{suffix} (v)", f"DROP INDEX IX ON dbo.{{}}{suffix}")

    for table in ("Plain", "Secret"):
        sandbox.ctl("query", f"CREATE INDEX IX ON dbo.{table} (v)", enclave=table == "Secret")
    before = sandbox.cpu_seconds()
    seen = json.loads(subprocess.run([f"{sys.argv[2]}/bench_index_lookup", sandbox.file, sandbox.work / "keys", "bench", str(ROWS), str(LOOKUPS)],
                                     stdout=subprocess.PIPE, text=True, check=True).stdout)
    cpu = {name: round(seconds, 2) for name, seconds in spent(before).items()}
    tell({**seen, "crossings_per_seek": levels(), "cpu_seconds": {f"both kinds, {LOOKUPS} of each": cpu}}, 3)
