#!/usr/bin/env python3
"""Bad input gets a message that says what happened, which setting it concerns and what to do next; nothing hangs or goes out in clear.

Usage: bad_input.py BIN_FOLDER
"""
import os
import signal
import socket
import subprocess
import sys
import time

from cli import Rehearsal

with Rehearsal(sys.argv[1]) as r:
    info = r.info
    def to(server=info["server"], user=info["user"], password=info["password_file"], ca=info["ca_file"], database=info["database"], more=()):
        return ["--server", server, "--user", user, "--password-file", str(password), "--ca-file", str(ca), "--database", database, "--connect-timeout", "5", *more]

    def refused(name, expected_status, words, *arguments, **more):
        started = time.monotonic()
        status, out, err = r.ctl(*arguments, **more)
        seconds = time.monotonic() - started
        missing = [w for w in words if w.lower() not in err.lower()]
        r.check(name, status == expected_status and not missing and seconds < 20, f"exit {status}, {seconds:.1f} s, missing {missing}: {err}")

    refused("wrong password", 4, ["password"], "query", "SELECT 1", connection=to(password=r.secret("wrong", "nonsense")))
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        refused("nothing listens", 3, ["127.0.0.1"], "query", "SELECT 1", connection=to(server=f"127.0.0.1,{unused.getsockname()[1]}"))
    refused("unknown host", 3, ["host"], "query", "SELECT 1", connection=to(server="no-such-host.invalid,1433"))
    foreign = r.work / "foreign.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", r.work / "foreign.key", "-out", foreign, "-days", "2",
                    "-subj", "/CN=foreign"], check=True, capture_output=True)
    refused("certificate of another authority", 5, ["ca-file"], "query", "SELECT 1", connection=to(ca=foreign))
    refused("certificate for another name", 5, ["certificate"], "query", "SELECT 1", connection=to(more=["--host-name-in-certificate", "db.example"]))
    refused("unknown database", 4, ["database"], "query", "SELECT 1", connection=to(database="NoSuch"))
    refused("syntax error", 1, ["Incorrect syntax", "Line 2"], "query", "SELECT 1\nFROM FROM x")
    refused("unknown construct, refused by name", 1, ["MERGE"], "query", "MERGE INTO HR.Employees AS t USING HR.Employees AS s ON 1 = 1 WHEN MATCHED THEN DELETE;")

    r.must("keys", "new-cmk", "--name", "CMK1", "--key-file", "one", "--enclave", "--generate")
    r.must("keys", "new-cek", "--name", "CEK1", "--cmk", "CMK1")
    refused("encrypting without an enclave connection", 2, ["enclave"], "encrypt", "HR.Employees.SSN", "--key", "CEK1", "--type", "randomized")
    r.must("encrypt", "HR.Employees.SSN", "--key", "CEK1", "--type", "randomized", enclave=True)
    refused("wrong key password", 6, ["password", "one"], "query", "SELECT TOP (1) SSN FROM HR.Employees", enclave=True, password=r.secret("wrong-key", "no"))
    key = r.work / "keys" / "one.p12"
    key.rename(r.work / "away.p12")
    refused("key file missing", 6, ["one"], "query", "SELECT TOP (1) SSN FROM HR.Employees", enclave=True)
    (r.work / "away.p12").rename(key)
    refused("plaintext against an encrypted column", 1, ["206", "CEK1"], "query", "SELECT COUNT(*) FROM HR.Employees WHERE SSN = '990-00-6818'", enclave=True)

    # A master key whose metadata nobody signed: its column key must not leave this machine.
    script = r.must("keys", "new-cek", "--name", "CEK2", "--cmk", "CMK1", "--script")
    r.must("query", "CREATE COLUMN MASTER KEY [CMK2] WITH (KEY_STORE_PROVIDER_NAME = N'ES_KEY_FILE', KEY_PATH = N'one', "
                    "ENCLAVE_COMPUTATIONS (SIGNATURE = 0x" + "ab" * 384 + "))")
    r.must("query", script[script.index("CREATE"):].replace("[CMK1]", "[CMK2]"))
    refused("master key with a forged signature", 7, ["signature"], "encrypt", "HR.Employees.FirstName", "--key", "CEK2", "--type", "randomized", enclave=True)
    status, out, _ = r.ctl("query", "SELECT TOP (1) FirstName FROM HR.Employees")
    r.check("... and nothing was changed", status == 0 and "0x01" not in out, out)

    # Enclave killed: a message, then service again.
    os.kill(r.info["enclave_pid"], signal.SIGKILL)
    status, out, err = r.ctl("query", "DECLARE @p char(11) = '%6818'; SELECT SSN FROM HR.Employees WHERE SSN LIKE @p", "--parameterize", enclave=True)
    r.check("enclave killed: an answer or a message, no hang", (status == 0 and "6818" in out) or (status != 0 and err.strip() != ""), f"exit {status}: {out}{err}")
    time.sleep(2)
    status, out, err = r.ctl("query", "DECLARE @p char(11) = '%6818'; SELECT SSN FROM HR.Employees WHERE SSN LIKE @p", "--parameterize", enclave=True)
    r.check("... and the next one works", status == 0 and "6818" in out, f"exit {status}: {out}{err}")

    # Server killed in mid-query.
    slow = "SELECT COUNT(*) FROM HR.Employees AS a CROSS JOIN HR.Employees AS b CROSS JOIN HR.Employees AS c WHERE a.LastName < b.FirstName"
    running = subprocess.Popen(r.command("query", slow), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=r.environment)
    time.sleep(1.5)
    os.kill(r.info["server_pid"], signal.SIGKILL)
    out, err = running.communicate(timeout=30)
    r.check("server killed in mid-query", running.returncode == 8 and "connection" in err.lower(), f"exit {running.returncode}: {err}")

    # A cell changed in the file while nobody looked: never a plaintext for it, and no crash of anybody.
    like = "DECLARE @p char(11) = '%6818'; SELECT SSN FROM HR.Employees WHERE SSN LIKE @p"
    one = "SELECT SSN FROM HR.Employees WHERE EmployeeID = 500"
    r.process.wait(30)
    r.start()
    secret = r.must("query", one, "--format", "csv", enclave=True).split()[1]
    r.stop()
    with r.database() as database:
        table, number = database.execute("SELECT 't' || object_id, object_id FROM es_objects WHERE name = 'Employees'").fetchone()
        cells = dict(database.execute("SELECT name, 'c' || column_id FROM es_columns WHERE object_id = ?", (number,)).fetchall())
        where = f"FROM {table} WHERE {cells['EmployeeID']} = 500"
        good = database.execute(f"SELECT {cells['SSN']} {where}").fetchone()[0]
    for name, bad, words in (("ciphertext", good[:-1] + bytes([good[-1] ^ 1]), "authentication tag"), ("version", b"\x02" + good[1:], "version"),
                             ("length", good[:40], "shorter")):
        with r.database() as database:
            database.execute(f"UPDATE {table} SET {cells['SSN']} = ? WHERE {cells['EmployeeID']} = 500", (bad,))
        r.start()
        refused(f"tampered cell ({name}), read", 7, ['column "SSN"', words, "column encryption off"], "query", one, enclave=True)
        refused(f"tampered cell ({name}), searched in the enclave", 1, ["33187", words], "query", like, "--parameterize", enclave=True)
        refused(f"tampered cell ({name}), decrypted in place", 1, ["33187", words], "decrypt", "HR.Employees.SSN", enclave=True)
        status, out, err = r.ctl("query", one, "--format", "csv", enclave=True)
        r.check("... never with a value", secret not in out + err and out.split() == ["SSN"], out + err)
        status, out, err = r.ctl("query", one, "--format", "csv")
        r.check("... without column encryption as it is stored", status == 0 and out.split()[1].lower() == "0x" + bad.hex(), out + err)
        status, out, err = r.ctl("query", "SELECT SSN FROM HR.Employees WHERE EmployeeID <> 500", "--format", "csv", enclave=True)
        r.check("... and all other rows are readable", status == 0 and len(out.split()) == 1000, err)
        r.check("... nobody ended", r.process.poll() is None, "the sandbox runs")
        r.stop()
    failures = r.failures
sys.exit(1 if failures else 0)
