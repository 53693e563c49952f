"""The main job on the command line: a column encrypted in place, inside an enclave, and queried; and what no window shows, such as a planted
value that is not in the server's files any more."""
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from decimal import Decimal
from pathlib import Path


def walk(bin_folder, record):
    """Runs the steps and writes them into `record`. Leaves nothing behind."""
    work = Path(tempfile.mkdtemp(prefix="es-tour."))
    job = _Job(Path(bin_folder), record, work)
    try:
        job.run()
    finally:
        job.stop()
        shutil.rmtree(work, ignore_errors=True)


def rows(text):
    lines = text.splitlines()
    return [dict(zip(lines[0].split(","), line.split(","))) for line in lines[1:]]


class _Job:
    def __init__(self, bin_folder, record, work):
        self.bin, self.step, self.work, self.data, self.sandbox = bin_folder, record.step, work, work / "data", None
        (work / "keys").mkdir()
        self.key_password = work / "key-password"
        self.key_password.write_text("rehearsal")
        self.key_password.chmod(0o600)
        self.environment = dict(os.environ, ES_KEY_FOLDER=str(work / "keys"), XDG_DATA_HOME=str(work / "share"), XDG_CONFIG_HOME=str(work / "config"))

    def start(self):
        self.sandbox = subprocess.Popen([self.bin / "enclave-sandbox", "--data", self.data, "--listen", "127.0.0.1:0", "--sample"],
                                        stdout=subprocess.PIPE, text=True, env=self.environment)
        line = self.sandbox.stdout.readline()
        (self.work / "sandbox.json").write_text(line)
        return json.loads(line)

    def stop(self):
        if self.sandbox is None:
            return None
        if self.sandbox.poll() is None:
            self.sandbox.send_signal(signal.SIGTERM)
        try:
            return self.sandbox.wait(30)
        except subprocess.TimeoutExpired:
            self.sandbox.kill()
            return self.sandbox.wait(5)

    def ctl(self, *arguments, enclave=None):
        """enclave: None = column encryption off, False = on without enclaves, True = on with enclaves. Gives status, stdout, stderr."""
        command = [self.bin / "enclavectl", "--sandbox", self.work / "sandbox.json", "--key-password-file", self.key_password]
        if enclave is not None:
            command += ["--column-encryption"] + (["--attestation", "none"] if enclave else [])
        done = subprocess.run(command + list(arguments), capture_output=True, text=True, env=self.environment, timeout=120)
        return done.returncode, done.stdout.strip(), done.stderr.strip()

    def query(self, sql, enclave=None, parameterize=False):
        return self.ctl("query", sql, "--format", "csv", *(["--parameterize"] if parameterize else []), enclave=enclave)

    def found_in_files(self, value):
        forms = [value.encode(), value.encode("utf-16-le")]
        return sum(path.read_bytes().count(form) for path in sorted(self.data.rglob("*")) if path.is_file() for form in forms)

    def run(self):
        info = self.start()
        planted, plain, before = self.log_in(info)
        self.encrypt()
        self.ask(planted, plain)
        after = self.found_in_files(planted["SSN"])
        self.step("cli 6 a planted value in the database files", "found before step 3, not found after", f"{before} before, {after} after",
                  before > 0 and after == 0)
        self.decrypt(planted)

    def log_in(self, info):
        status, text, errors = self.query("SELECT @@VERSION AS version")
        self.step("cli 1 log in over verified TLS", "exit 0, and the server says that it is a software enclave for rehearsal", f"exit {status}: {text} {errors}",
                  status == 0 and "rehearsal" in text)
        foreign = self.work / "foreign.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.work / "foreign.key", "-out", foreign, "-days", "2",
                        "-subj", "/CN=foreign"], check=True, capture_output=True)
        other = subprocess.run([self.bin / "enclavectl", "--server", info["server"], "--user", info["user"], "--password-file",
                                info["password_file"], "--ca-file", foreign, "--database", "ContosoHR", "query", "SELECT 1"],
                               capture_output=True, text=True, env=self.environment)
        self.step("cli 1 a foreign authority", "refused before the password is sent, the message names ca-file", f"exit {other.returncode}: {other.stderr.strip()}",
                  other.returncode != 0 and "ca" in other.stderr.lower())
        plain = rows(self.query("SELECT EmployeeID, SSN, Salary FROM HR.Employees ORDER BY EmployeeID")[1])
        planted = next(r for r in plain if r["SSN"].endswith("6818"))
        before = self.found_in_files(planted["SSN"])
        return planted, plain, before

    def encrypt(self):
        status, text, errors = self.ctl("keys", "new-cmk", "--name", "CMK_HR", "--key-file", "hr", "--enclave", "--generate")
        status2, text2, errors2 = self.ctl("keys", "new-cek", "--name", "CEK_HR", "--cmk", "CMK_HR")
        _, listed, _ = self.ctl("keys", "list", "--json")
        self.step("cli 2 new master key and column key", "CMK_HR allows enclave computations and is signed, CEK_HR is wrapped by it",
                  f"exit {status}, {status2}: {errors} {errors2} {listed}", status == 0 and status2 == 0 and "CMK_HR" in listed and "CEK_HR" in listed)

        status, text, errors = self.ctl("encrypt", "HR.Employees.SSN", "HR.Employees.Salary", "--key", "CEK_HR", "--type", "randomized", "--json", enclave=True)
        issued = re.findall(r"ALTER TABLE[^\"]*ALTER COLUMN[^\"]*", text)
        self.step("cli 3 encrypt SSN and Salary in place", "two ALTER TABLE ... ALTER COLUMN, SSN with a BIN2 collation in the same statement",
                  f"exit {status}: {' | '.join(dict.fromkeys(issued))} {errors}", status == 0 and any("SSN" in s and "_BIN2" in s and "ENCRYPTED WITH" in s for s in issued)
                  and any("Salary" in s and "ENCRYPTED WITH" in s for s in issued))

    def ask(self, planted, plain):
        select = f"SELECT EmployeeID, SSN, Salary FROM HR.Employees WHERE EmployeeID = {planted['EmployeeID']}"
        status, text, errors = self.query(select, enclave=True)
        self.step("cli 4 select with column encryption", f"plaintext: {planted['SSN']}, {planted['Salary']}", f"exit {status}: {text} {errors}",
                  status == 0 and rows(text) == [planted])
        status, text, errors = self.query(select)
        hidden = rows(text)[0] if status == 0 else {}
        self.step("cli 4 select without", "0x01...", f"exit {status}: {text[:150]}... {errors}",
                  status == 0 and hidden["SSN"].lower().startswith("0x01") and hidden["Salary"].lower().startswith("0x01"))

        like = "DECLARE @p char(11) = '%6818';\nSELECT EmployeeID, SSN FROM HR.Employees WHERE SSN LIKE @p ORDER BY EmployeeID"
        status, text, errors = self.query(like, enclave=True, parameterize=True)
        wanted = [{"EmployeeID": r["EmployeeID"], "SSN": r["SSN"]} for r in plain if r["SSN"].endswith("6818")]
        self.step("cli 5 LIKE in the enclave", f"{len(wanted)} row(s): {wanted}", f"exit {status}: {rows(text) if status == 0 else errors}", status == 0 and rows(text) == wanted)
        ranged = ("DECLARE @low money = 50000, @high money = 60000;\n"
                  "SELECT EmployeeID, Salary FROM HR.Employees WHERE Salary BETWEEN @low AND @high ORDER BY Salary, EmployeeID")
        status, text, errors = self.query(ranged, enclave=True, parameterize=True)
        wanted = sorted(((Decimal(r["Salary"]), int(r["EmployeeID"])) for r in plain if Decimal("50000") <= Decimal(r["Salary"]) <= Decimal("60000")))
        seen = [(Decimal(r["Salary"]), int(r["EmployeeID"])) for r in rows(text)] if status == 0 else []
        self.step("cli 5 range with ORDER BY in the enclave", f"{len(wanted)} rows in order, first {wanted[:1]}, last {wanted[-1:]}",
                  f"exit {status}: {len(seen)} rows, first {seen[:1]}, last {seen[-1:]} {errors}", status == 0 and seen == wanted and len(seen) > 0)
        status, text, errors = self.query(like, enclave=False, parameterize=True)
        self.step("cli 5 the same with enclaves off", "the server's 33546", f"exit {status}: {errors}", status != 0 and "33546" in errors)

    def decrypt(self, planted):
        select = f"SELECT EmployeeID, SSN, Salary FROM HR.Employees WHERE EmployeeID = {planted['EmployeeID']}"
        status, text, errors = self.ctl("decrypt", "HR.Employees.Salary", enclave=True)
        status2, text2, errors2 = self.query(select)
        self.step("cli 7 decrypt Salary", f"plaintext for everybody: {planted['Salary']}; SSN still 0x01...", f"exit {status}, {status2}: {text2[:120]} {errors} {errors2}",
                  status == 0 and status2 == 0 and rows(text2)[0]["Salary"] == planted["Salary"] and rows(text2)[0]["SSN"].lower().startswith("0x01"))
        status, text, errors = self.ctl("encrypt", "HR.Employees.Salary", "--key", "CEK_HR", "--type", "randomized", enclave=True)
        stopped = self.stop()
        self.step("cli 7 the sandbox ends cleanly", "exit 0 on SIGTERM", f"exit {stopped}", stopped == 0 and status == 0)
