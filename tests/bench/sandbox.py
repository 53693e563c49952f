"""A sandbox in a temporary folder for benches: started, asked through enclavectl, its processes' CPU seconds read."""
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path


class Sandbox:
    def __init__(self, bin_folder):
        self.bin = Path(bin_folder)
        self.work = Path(tempfile.mkdtemp(prefix="es-bench."))
        self.data = self.work / "data"
        (self.work / "keys").mkdir()
        self.password = self.work / "key-password"
        self.password.write_text("bench")
        self.password.chmod(0o600)
        self.environment = dict(os.environ, ES_KEY_FOLDER=str(self.work / "keys"), ES_KEY_PASSWORD_FILE=str(self.password))

    def __enter__(self):
        self.process = subprocess.Popen([self.bin / "enclave-sandbox", "--data", self.data, "--listen", "127.0.0.1:0", "--sample"],
                                        stdout=subprocess.PIPE, text=True, env=self.environment)
        line = self.process.stdout.readline()
        self.info = json.loads(line)
        self.file = self.work / "sandbox.json"
        self.file.write_text(line)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        shutil.rmtree(self.work, ignore_errors=True)

    def ctl(self, *arguments, enclave=False):
        command = [self.bin / "enclavectl", "--sandbox", self.file]
        if enclave:
            command += ["--column-encryption", "--attestation", "none"]
        done = subprocess.run(command + list(arguments), capture_output=True, text=True, env=self.environment, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{arguments}: exit {done.returncode}: {done.stderr}")
        return done.stdout

    def fill(self, table, columns, select, rows):
        """`select` may use `n`, 1 to `rows`: a million at a time."""
        self.ctl("query", f"CREATE TABLE {table} ({columns})")
        digits = "(SELECT TOP (100) EmployeeID - 1 AS d FROM HR.Employees WHERE EmployeeID <= 100)"
        source = f"(SELECT a.d * 10000 + b.d * 100 + c.d + 1 AS n FROM {digits} AS a CROSS JOIN {digits} AS b CROSS JOIN {digits} AS c) AS numbers"
        for first in range(0, rows, 1_000_000):
            shifted = re.sub(r"\bn\b", f"n + {first}", select) if first else select
            self.ctl("query", f"INSERT INTO {table} SELECT {shifted} FROM {source} WHERE n <= {rows - first}")

    def plain_table(self, table, rows):
        """id int, 1 to `rows`, as key; ssn char(11), not encrypted yet; the keys CMK1 and CEK1."""
        self.ctl("keys", "new-cmk", "--name", "CMK1", "--key-file", "bench", "--enclave", "--generate")
        self.ctl("keys", "new-cek", "--name", "CEK1", "--cmk", "CMK1")
        self.fill(table, "id int NOT NULL PRIMARY KEY, ssn char(11) COLLATE Latin1_General_BIN2 NOT NULL", "n, '123-45-6789'", rows)

    def encrypt(self, table):
        """Its column ssn, in place. The seconds of the step as the client sees it: describing, attesting, the ALTER; not logging in
        and opening the key file."""
        report = json.loads(self.ctl("encrypt", f"{table}.ssn", "--key", "CEK1", "--type", "randomized", "--json", enclave=True))
        return report["steps"][0]["elapsedMs"] / 1000

    def encrypted_table(self, table, rows):
        self.plain_table(table, rows)
        return self.encrypt(table)

    def cpu_seconds(self):
        def of(pid):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return {"server": of(self.info["server_pid"]), "enclave": of(self.info["enclave_pid"])}
