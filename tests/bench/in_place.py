#!/usr/bin/env python3
"""In-place encryption of 1,000,000 rows, against an UPDATE that writes values of the same final size with the same pragmas.

Usage: in_place.py BIN. Both touch an 11-byte column that ends as 65 bytes per cell; both end with the log checkpointed.
"""
import json
import sqlite3
import sys
import time

from sandbox import Sandbox

ROWS = 1_000_000

with Sandbox(sys.argv[1]) as sandbox:
    sandbox.plain_table("dbo.Big", ROWS)
    before = sandbox.cpu_seconds()
    ours = sandbox.encrypt("dbo.Big")
    after = sandbox.cpu_seconds()

    plain = sqlite3.connect(sandbox.work / "plain.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON", "temp_store=MEMORY", "cache_size=-16384"):
        plain.execute(f"PRAGMA {pragma}")
    plain.execute("CREATE TABLE big (id INTEGER PRIMARY KEY, ssn TEXT NOT NULL)")
    plain.execute("BEGIN")
    plain.executemany("INSERT INTO big VALUES (?, '123-45-6789')", ((i,) for i in range(1, ROWS + 1)))
    plain.execute("COMMIT")
    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    cpu = time.process_time()
    started = time.monotonic()
    plain.execute("BEGIN IMMEDIATE")
    plain.execute("UPDATE big SET ssn = zeroblob(65)")
    plain.execute("COMMIT")
    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other = time.monotonic() - started
    cpu = time.process_time() - cpu
    print(json.dumps({"name": "in_place_encryption", "unit": "s for 1,000,000 rows", "ours": round(ours, 3), "other": round(other, 3),
                      "other_is": "SQLite UPDATE writing 65-byte values, same pragmas, checkpoint included", "ratio": round(ours / other, 3),
                      "cpu_seconds": {"server": round(after["server"] - before["server"], 2),
                                      "enclave": round(after["enclave"] - before["enclave"], 2), "update": round(cpu, 2)}}))
