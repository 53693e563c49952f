#!/usr/bin/env python3
"""Encrypted indexes against plaintext ones over the same values: a lookup seen from the client, CREATE INDEX, ORDER BY.

Usage: encrypted_index.py BIN TESTS [ROWS]. Crossings per seek are counted by tst_engine_indexes; here the clock alone speaks.
"""
import json
import subprocess
import sys
import time

from sandbox import Sandbox

ROWS = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000
LOOKUPS = 2000

with Sandbox(sys.argv[1]) as sandbox:
    def timed(sql, enclave):
        before, started = sandbox.cpu_seconds(), time.monotonic()
        sandbox.ctl("query", sql, "--format", "csv", enclave=enclave)
        spent, after = time.monotonic() - started, sandbox.cpu_seconds()
        return spent - idle[enclave], {name: round(after[name] - before[name], 2) for name in after}

    def tell(name, secret, plain, other_is):
        print(json.dumps({"name": name, "unit": f"s for {ROWS:,} rows", "ours": round(secret[0], 3), "other": round(plain[0], 3), "other_is": other_is,
                          "ratio": round(secret[0] / plain[0], 3), "cpu_seconds": {"ours": secret[1], "other": plain[1]}}), flush=True)

    sandbox.ctl("keys", "new-cmk", "--name", "CMK1", "--key-file", "bench", "--enclave", "--generate")
    sandbox.ctl("keys", "new-cek", "--name", "CEK1", "--cmk", "CMK1")
    for table in ("dbo.Plain", "dbo.Secret"):
        sandbox.fill(table, "id int NOT NULL, v int NOT NULL", f"n, CONVERT(int, CONVERT(bigint, n) * 7919 % {ROWS})", ROWS)
    for table in ("dbo.PlainText", "dbo.SecretText"):
        sandbox.fill(table, "id int NOT NULL, v char(11) COLLATE Latin1_General_BIN2 NOT NULL",
                     f"n, RIGHT('00000000000' + CONVERT(varchar(11), CONVERT(bigint, n) * 7919 % {ROWS}), 11)", ROWS)
    for table in ("dbo.Secret", "dbo.SecretText"):
        sandbox.ctl("encrypt", f"{table}.v", "--key", "CEK1", "--type", "randomized", enclave=True)
    # Starting the program, logging in, opening the key file and attesting are not part of any figure.
    idle = {}
    for enclave, nothing in ((False, "SELECT 1 AS one"), (True, "EXEC sp_enclave_send_keys")):
        spent = []
        for _ in range(3):
            started = time.monotonic()
            sandbox.ctl("query", nothing, enclave=enclave)
            spent.append(time.monotonic() - started)
        idle[enclave] = min(spent)
    for kind, suffix in (("int", ""), ("char(11)", "Text")):
        # The last in order is the only one to travel.
        order = f"SELECT id FROM dbo.{{}}{suffix} ORDER BY v OFFSET {ROWS - 1} ROWS"
        tell(f"order_by_{kind}", timed(order.format("Secret"), True), timed(order.format("Plain"), False), "ORDER BY of the same values in plaintext")
        create = f"CREATE INDEX IX ON dbo.{{}}{suffix} (v)"
        tell(f"create_index_{kind}", timed(create.format("Secret"), True), timed(create.format("Plain"), False), "CREATE INDEX of the same values in plaintext")
    print(subprocess.run([f"{sys.argv[2]}/bench_index_lookup", sandbox.file, sandbox.work / "keys", "bench", str(ROWS), str(LOOKUPS)],
                         capture_output=True, text=True, check=True).stdout, end="")
