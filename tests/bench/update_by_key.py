#!/usr/bin/env python3
"""In-place encryption of 1,000,000 rows, against a client that encrypts each value and updates its row by key.

Usage: update_by_key.py BIN PROGRAM. The client's rate is measured over 5,000 rows of a table of 1,000,000, the better of one UPDATE in each call and
1,000 in each call; `ratio` is how much faster the enclave is.
"""
import json
import subprocess
import sys

from sandbox import Sandbox

ROWS = 1_000_000
SAMPLE = 5_000

with Sandbox(sys.argv[1]) as sandbox:
    seconds = sandbox.encrypted_table("dbo.Big", ROWS)
    before = sandbox.cpu_seconds()
    done = subprocess.run([sys.argv[2], sandbox.file, "dbo.Big", str(SAMPLE)], stdout=subprocess.PIPE, text=True, env=sandbox.environment, check=True)
    after = sandbox.cpu_seconds()
    rates = json.loads(done.stdout)
    best = max(rates.values())
    print(json.dumps({"name": "update_by_key", "unit": "rows/s", "ours": round(ROWS / seconds), "other": best,
                      "other_is": f"UPDATE by key from a client, {SAMPLE} rows: {rates}", "ratio": round(ROWS / seconds / best, 1),
                      "cpu_seconds": {p: round(after[p] - before[p], 2) for p in before}}))
