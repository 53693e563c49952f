#!/usr/bin/env python3
"""The main job, as a person would do it: a column encrypted in place, inside an enclave, and queried.

Usage: main_job.py BIN_FOLDER OUTPUT_FOLDER. Prints each step with what was seen; writes tour.json and pictures; exit status 0 only
if every step held.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from screen import Screen

bin_folder, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
out.mkdir(parents=True, exist_ok=True)
work = Path(tempfile.mkdtemp(prefix="es-tour."))
data, keys = work / "data", work / "keys"
keys.mkdir()
key_password = work / "key-password"
key_password.write_text("rehearsal")
key_password.chmod(0o600)
environment = dict(os.environ, ES_KEY_FOLDER=str(keys), XDG_DATA_HOME=str(work / "share"), XDG_CONFIG_HOME=str(work / "config"))
steps = []


def step(name, expected, seen, ok):
    steps.append({"step": name, "expected": expected, "seen": seen, "ok": bool(ok)})
    print(f"{'ok  ' if ok else 'FAIL'} {name}\n     expected: {expected}\n     seen:     {seen}", flush=True)


class Sandbox:
    def __init__(self):
        self.process = subprocess.Popen([bin_folder / "enclave-sandbox", "--data", data, "--listen", "127.0.0.1:0", "--sample"],
                                        stdout=subprocess.PIPE, text=True, env=environment)
        line = self.process.stdout.readline()
        self.info = json.loads(line)
        self.file = work / "sandbox.json"
        self.file.write_text(line)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def ctl(*arguments, enclave=None):
    """enclave: None = column encryption off, False = on without enclaves, True = on with enclaves. Gives status, stdout, stderr."""
    command = [bin_folder / "enclavectl", "--sandbox", sandbox.file, "--key-password-file", key_password]
    if enclave is not None:
        command += ["--column-encryption"] + (["--attestation", "none"] if enclave else [])
    done = subprocess.run(command + list(arguments), capture_output=True, text=True, env=environment, timeout=120)
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def rows(text):
    lines = text.splitlines()
    return [dict(zip(lines[0].split(","), line.split(","))) for line in lines[1:]]


def query(sql, enclave=None, parameterize=False):
    return ctl("query", sql, "--format", "csv", *(["--parameterize"] if parameterize else []), enclave=enclave)


def found_in_files(value):
    forms = [value.encode(), value.encode("utf-16-le")]
    hits = 0
    for path in sorted(data.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            hits += sum(content.count(form) for form in forms)
    return hits


# 1
sandbox = Sandbox()
status, text, errors = query("SELECT @@VERSION AS version")
step("1 log in over verified TLS", "exit 0, and the server says that it is a software enclave for rehearsal", f"exit {status}: {text} {errors}",
     status == 0 and "rehearsal" in text)
foreign = work / "foreign.pem"
subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", work / "foreign.key", "-out", foreign, "-days", "2",
                "-subj", "/CN=foreign"], check=True, capture_output=True)
other = subprocess.run([bin_folder / "enclavectl", "--server", sandbox.info["server"], "--user", sandbox.info["user"], "--password-file",
                        sandbox.info["password_file"], "--ca-file", foreign, "--database", "ContosoHR", "query", "SELECT 1"],
                       capture_output=True, text=True, env=environment)
step("1 a foreign authority", "refused before the password is sent, the message names ca-file", f"exit {other.returncode}: {other.stderr.strip()}",
     other.returncode != 0 and "ca" in other.stderr.lower())
plain = rows(query("SELECT EmployeeID, SSN, Salary FROM HR.Employees ORDER BY EmployeeID")[1])
planted = next(r for r in plain if r["SSN"].endswith("6818"))
before = found_in_files(planted["SSN"])

# 2
status, text, errors = ctl("keys", "new-cmk", "--name", "CMK_HR", "--key-file", "hr", "--enclave", "--generate")
status2, text2, errors2 = ctl("keys", "new-cek", "--name", "CEK_HR", "--cmk", "CMK_HR")
_, listed, _ = ctl("keys", "list", "--json")
step("2 new master key and column key", "CMK_HR allows enclave computations and is signed, CEK_HR is wrapped by it",
     f"exit {status}, {status2}: {errors} {errors2} {listed}", status == 0 and status2 == 0 and "CMK_HR" in listed and "CEK_HR" in listed)

# 3
status, text, errors = ctl("encrypt", "HR.Employees.SSN", "HR.Employees.Salary", "--key", "CEK_HR", "--type", "randomized", "--json", enclave=True)
issued = re.findall(r"ALTER TABLE[^\"]*ALTER COLUMN[^\"]*", text)
step("3 encrypt SSN and Salary in place", "two ALTER TABLE ... ALTER COLUMN, SSN with a BIN2 collation in the same statement",
     f"exit {status}: {' | '.join(dict.fromkeys(issued))} {errors}", status == 0 and any("SSN" in s and "_BIN2" in s and "ENCRYPTED WITH" in s for s in issued)
     and any("Salary" in s and "ENCRYPTED WITH" in s for s in issued))

# 4
select = f"SELECT EmployeeID, SSN, Salary FROM HR.Employees WHERE EmployeeID = {planted['EmployeeID']}"
status, text, errors = query(select, enclave=True)
step("4 select with column encryption", f"plaintext: {planted['SSN']}, {planted['Salary']}", f"exit {status}: {text} {errors}",
     status == 0 and rows(text) == [planted])
status, text, errors = query(select)
hidden = rows(text)[0] if status == 0 else {}
step("4 select without", "0x01...", f"exit {status}: {text[:150]}... {errors}",
     status == 0 and hidden["SSN"].lower().startswith("0x01") and hidden["Salary"].lower().startswith("0x01"))

# 5
like = "DECLARE @p char(11) = '%6818';\nSELECT EmployeeID, SSN FROM HR.Employees WHERE SSN LIKE @p ORDER BY EmployeeID"
status, text, errors = query(like, enclave=True, parameterize=True)
wanted = [{"EmployeeID": r["EmployeeID"], "SSN": r["SSN"]} for r in plain if r["SSN"].endswith("6818")]
step("5 LIKE in the enclave", f"{len(wanted)} row(s): {wanted}", f"exit {status}: {rows(text) if status == 0 else errors}", status == 0 and rows(text) == wanted)
ranged = ("DECLARE @low money = 50000, @high money = 60000;\n"
          "SELECT EmployeeID, Salary FROM HR.Employees WHERE Salary BETWEEN @low AND @high ORDER BY Salary, EmployeeID")
status, text, errors = query(ranged, enclave=True, parameterize=True)
wanted = sorted(((Decimal(r["Salary"]), int(r["EmployeeID"])) for r in plain if Decimal("50000") <= Decimal(r["Salary"]) <= Decimal("60000")))
seen = [(Decimal(r["Salary"]), int(r["EmployeeID"])) for r in rows(text)] if status == 0 else []
step("5 range with ORDER BY in the enclave", f"{len(wanted)} rows in order, first {wanted[:1]}, last {wanted[-1:]}",
     f"exit {status}: {len(seen)} rows, first {seen[:1]}, last {seen[-1:]} {errors}", status == 0 and seen == wanted and len(seen) > 0)
status, text, errors = query(like, enclave=False, parameterize=True)
step("5 the same with enclaves off", "the server's 33546", f"exit {status}: {errors}", status != 0 and "33546" in errors)

# 6
after = found_in_files(planted["SSN"])
step("6 a planted value in the database files", "found before step 3, not found after", f"{before} before, {after} after", before > 0 and after == 0)

# 7
status, text, errors = ctl("decrypt", "HR.Employees.Salary", enclave=True)
status2, text2, errors2 = query(select)
step("7 decrypt Salary", f"plaintext for everybody: {planted['Salary']}; SSN still 0x01...", f"exit {status}, {status2}: {text2[:120]} {errors} {errors2}",
     status == 0 and status2 == 0 and rows(text2)[0]["Salary"] == planted["Salary"] and rows(text2)[0]["SSN"].lower().startswith("0x01"))
status, text, errors = ctl("encrypt", "HR.Employees.Salary", "--key", "CEK_HR", "--type", "randomized", enclave=True)
stopped = sandbox.stop()
step("7 the sandbox ends cleanly", "exit 0 on SIGTERM", f"exit {stopped}", stopped == 0 and status == 0)

# 8
sql = work / "employees.sql"
sql.write_text(f"SELECT EmployeeID, SSN, FirstName, LastName, Salary\nFROM HR.Employees\nWHERE EmployeeID BETWEEN {planted['EmployeeID']} "
               f"AND {int(planted['EmployeeID']) + 20};\n")
with Screen(environment) as screen:
    studio = screen.start([bin_folder / "enclave-studio", "--sandbox-data", data, "--theme", "light", sql])
    screen.wait_for_window("Enclave Studio", 30)
    screen.key("F5")
    text = screen.copied_grid(lambda t: "0x01" in t.lower(), 40)
    screen.picture(out / "8-always-encrypted-off.png")
    step("8 the studio's window, Always Encrypted off", "the stored form, 0x01...", text.splitlines()[0][:120] if text else "nothing",
         "0x01" in text.lower() and planted["SSN"] not in text)
    screen.key("alt+e")
    screen.key("Down")
    time.sleep(1)
    screen.key("F5")
    screen.wait_for_window("Password of a key file", 20)
    screen.picture(out / "8-key-password.png")
    screen.type("rehearsal")
    screen.key("Return")
    text = screen.copied_grid(lambda t: planted["SSN"] in t, 40)
    screen.picture(out / "8-always-encrypted-on.png")
    step("8 the studio's window, Always Encrypted on", f"the result of step 4: {planted['SSN']}, {planted['Salary']}",
         text.splitlines()[0][:120] if text else "nothing", planted["SSN"] in text and planted["Salary"].rstrip("0").rstrip(".") in text.replace(",", ""))
    screen.key("ctrl+q")
    try:
        status = studio.wait(20)
    except subprocess.TimeoutExpired:
        status = "still running"
        studio.kill()
    step("8 the studio ends", "exit 0", f"exit {status}", status == 0)

(out / "tour.json").write_text(json.dumps(steps, indent=1))
shutil.rmtree(work, ignore_errors=True)
held = sum(s["ok"] for s in steps)
print(f"{held} of {len(steps)} steps held; {out / 'tour.json'}")
sys.exit(0 if held == len(steps) else 1)
