#!/usr/bin/env python3
"""The most memory that server and enclave take while a column is encrypted in place and searched, for 200,000 and 2,000,000 rows.

Usage: memory_flat.py BIN. `ours` is the larger table's peak, `other` the smaller one's, both processes together.
"""
import json
import sys
from pathlib import Path

from sandbox import Sandbox

LIKE = "DECLARE @p char(11) = '%678_'; SELECT COUNT(*) AS n FROM dbo.Big WHERE ssn LIKE @p"
ROWS = (200_000, 2_000_000)  # the smaller one fills the server's page cache already
peaks = {}
cpu = {}
for rows in ROWS:
    with Sandbox(sys.argv[1]) as sandbox:
        sandbox.plain_table("dbo.Big", rows)
        pids = {"server": sandbox.info["server_pid"], "enclave": sandbox.info["enclave_pid"]}
        for what in ("encrypt", "like"):
            for pid in pids.values():
                Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak counts from here on
            if what == "encrypt":
                sandbox.encrypt("dbo.Big")
            else:
                sandbox.ctl("query", LIKE, "--parameterize", enclave=True)
            for program, pid in pids.items():
                status = Path(f"/proc/{pid}/status").read_text()
                peaks[what, program, rows] = int(status.split("VmHWM:")[1].split()[0])
        cpu[rows] = sandbox.cpu_seconds()
for what in ("encrypt", "like"):
    ours, other = (peaks[what, "server", rows] + peaks[what, "enclave", rows] for rows in reversed(ROWS))
    print(json.dumps({"name": f"memory_flat_{what}", "unit": "KiB at the peak, 2,000,000 rows against 200,000", "ours": ours, "other": other,
                      "other_is": "the same with a tenth of the rows", "ratio": round(ours / other, 3),
                      "peaks": {f"{p} {n}": kib for (w, p, n), kib in peaks.items() if w == what}, "cpu_seconds": cpu[ROWS[1]]}))
