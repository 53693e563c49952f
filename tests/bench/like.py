#!/usr/bin/env python3
"""LIKE over 1,000,000 encrypted rows, seen from the client, against the bare decryption of as many cells on one core.

Usage: like.py BIN PROGRAM. `ratio` is the speed of LIKE as a part of the bare loop's.
"""
import json
import subprocess
import sys

from sandbox import Sandbox

ROWS = 1_000_000

with Sandbox(sys.argv[1]) as sandbox:
    sandbox.encrypted_table("dbo.Big", ROWS)
    before = sandbox.cpu_seconds()
    done = subprocess.run([sys.argv[2], sandbox.file, "dbo.Big", str(ROWS)], stdout=subprocess.PIPE, text=True, env=sandbox.environment, check=True)
    after = sandbox.cpu_seconds()
    seen = json.loads(done.stdout)
    statements = seen["turns"] + 1
    print(json.dumps({"name": "like_in_enclave", "unit": "s for 1,000,000 rows", "ours": seen["like"], "other": seen["bare"],
                      "other_is": "bare loop over reused EVP contexts, in turns with ours", "ratio": round(seen["bare"] / seen["like"], 3),
                      "cpu_seconds": {p: round((after[p] - before[p]) / statements, 3) for p in before}}))
