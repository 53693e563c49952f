#!/usr/bin/env python3
"""A disk that runs full: a clear message, a column that is wholly old or wholly new, a server that goes on, nothing lost.

Twice: with files that may not grow (a limit of the process, as quotas are), and on a small file system of its own where this machine lets
an ordinary user mount one.  Usage: full_disk.py BIN_FOLDER
"""
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from cli import Rehearsal

ROWS = 60000
PLAIN = "123-45-6789"
DISK = 96 << 20
LIMIT = 6 << 20  # more than the database, less than the log of WIDE and the memory shared with the enclave
ENCRYPT = ("encrypt", "dbo.T.ssn", "--key", "CEK1", "--type", "randomized")
WIDE = "INSERT INTO dbo.Wide SELECT TOP (20000) 'x' FROM HR.Employees AS a CROSS JOIN (SELECT TOP (100) EmployeeID FROM HR.Employees) AS b"
INSERT = (f"INSERT INTO dbo.T (ssn) SELECT TOP ({ROWS}) '{PLAIN}' FROM HR.Employees AS a "
          "CROSS JOIN (SELECT TOP (100) EmployeeID FROM HR.Employees) AS b")


class Limited(Rehearsal):
    """A sandbox whose files may grow to `largest` bytes from the next start on."""
    largest = resource.RLIM_INFINITY

    def before_start(self):
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.largest, resource.RLIM_INFINITY))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails instead, as on a full disk


def prepare(r):
    r.must("keys", "new-cmk", "--name", "CMK1", "--key-file", "one", "--enclave", "--generate")
    r.must("keys", "new-cek", "--name", "CEK1", "--cmk", "CMK1")
    r.must("query", "CREATE TABLE dbo.T (id int IDENTITY PRIMARY KEY, ssn char(11) COLLATE Latin1_General_BIN2 NOT NULL)")
    r.must("query", INSERT)
    r.must("query", "CREATE TABLE dbo.Wide (w char(900) NOT NULL)")


def form(r):
    """"old", "new", or what is wrong."""
    stored = r.must("query", "SELECT ssn FROM dbo.T", "--format", "csv").split()[1:]
    plain = r.must("query", "SELECT ssn FROM dbo.T", "--format", "csv", enclave=True).split()[1:]
    said = r.must("query", "SELECT COUNT(*) AS n FROM sys.columns WHERE object_id = OBJECT_ID('dbo.T') AND encryption_type IS NOT NULL",
                  "--format", "csv").split()[1]
    if len(stored) != ROWS or len(plain) != ROWS or set(plain) != {PLAIN}:
        return f"{len(stored)} stored, {len(plain)} read, {len(set(plain))} different"
    cells = sum(v.lower().startswith("0x01") for v in stored)
    return {(0, "0"): "old", (ROWS, "1"): "new"}.get((cells, said), f"{cells} cells of {ROWS}, catalog says {said}")


def check_full(r, name, alter_words):
    """What holds while nothing more fits."""
    pid = r.info["server_pid"]
    status, _, err = r.ctl(*ENCRYPT, enclave=True)
    r.check(f"{name}: ALTER", status == 1 and alter_words in err, f"exit {status}: {err[-300:]}")
    r.check(f"{name}: the column", form(r) == "old", form(r))
    status, _, err = r.ctl("query", WIDE)
    r.check(f"{name}: INSERT", status == 1 and "1105" in err and "disk is full" in err, f"exit {status}: {err}")
    status, out, err = r.ctl("query", "SELECT COUNT(*) AS n FROM dbo.T WHERE ssn LIKE '%6789' UNION ALL SELECT COUNT(*) FROM dbo.Wide", "--format", "csv")
    r.check(f"{name}: a query", status == 0 and out.split() == ["n", str(ROWS), "0"], f"exit {status}: {out}{err}")
    r.check(f"{name}: the server", r.process.poll() is None and r.info["server_pid"] == pid, "the same, alive")


def quota(bin_folder):
    with Limited(bin_folder) as r:
        prepare(r)
        r.stop()
        r.largest = LIMIT
        r.start()
        check_full(r, "files may not grow", "File too large")
        r.stop()
        r.largest = resource.RLIM_INFINITY
        r.start()
        r.must(*ENCRYPT, enclave=True)
        r.check("files may grow again", form(r) == "new", form(r))
        return r.failures


def small_disk(bin_folder):
    disk = Path(tempfile.mkdtemp(prefix="es-disk."))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", disk], check=True)
    filler = disk / "filler"

    def leave(free):
        filler.unlink(missing_ok=True)
        room = os.statvfs(disk)
        size = room.f_bavail * room.f_frsize - free
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(size, 1))

    try:
        with Rehearsal(bin_folder, data=disk / "data") as r:
            prepare(r)
            leave(256 << 10)
            check_full(r, "full disk", "1105")
            r.stop()
            leave(4096)
            status, err = r.start_fails()
            r.check("start on a full disk", status != 0 and "disk is full" in err, f"exit {status}: {err}")
            leave(256 << 10)
            r.start()
            r.check("started with a little room", form(r) == "old", form(r))
            # Room for more and more of it: writing the cells, the commit, putting the log into the file.
            met = set()
            for free in (1, 2, 3, 4, 5, 6, 7, 9, 12):
                leave(free << 20)
                status, _, err = r.ctl(*ENCRYPT, enclave=True)
                seen = form(r)
                met.add((status, seen))
                r.check(f"{free} MiB free", (status, seen) in ((0, "new"), (1, "old")) or (status == 1 and seen == "new" and "was changed" in err),
                        f"exit {status}, {seen}: {err[-250:] if status else ''}")
                filler.unlink()
                if seen == "new":
                    r.must("decrypt", "dbo.T.ssn", enclave=True)
            r.check("both ends were met", {(0, "new"), (1, "old")} <= met, met)
            r.must(*ENCRYPT, enclave=True)
            r.check("with room again", form(r) == "new", form(r))
            return r.failures
    finally:
        subprocess.run(["umount", disk], check=False)
        shutil.rmtree(disk, ignore_errors=True)


if sys.argv[1] == "--inside":
    sys.exit(1 if small_disk(sys.argv[2]) else 0)
failures = quota(sys.argv[1])
apart = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--user", "--map-root-user"]
if subprocess.run([*apart, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False).returncode == 0:
    failures += subprocess.run([*apart, sys.executable, __file__, "--inside", sys.argv[1]], check=False).returncode
else:
    print("no small file system: this machine lets nobody mount one")
sys.exit(1 if failures else 0)
