"""The sandbox and enclavectl as a person uses them, for the end-to-end scripts of this folder."""
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from pathlib import Path


class Rehearsal:
    def __init__(self, bin_folder, options=(), data=None):
        """`options`: more for enclave-sandbox. `data`: a data folder elsewhere, which stays when the rehearsal ends."""
        self.bin = Path(bin_folder)
        self.work = Path(tempfile.mkdtemp(prefix="es-e2e."))
        self.data = Path(data) if data else self.work / "data"
        self.options = list(options)
        (self.work / "keys").mkdir(mode=0o700)
        self.key_password = self.secret("key-password", "rehearsal")
        self.environment = dict(os.environ, ES_KEY_FOLDER=str(self.work / "keys"), XDG_RUNTIME_DIR=str(self.work))
        self.file = self.work / "sandbox.json"
        self.failures = 0
        self.process = None

    def secret(self, name, text):
        path = self.work / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    def before_start(self):
        """In the sandbox's process, before it is the sandbox."""
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)

    def start_command(self):
        return [self.bin / "enclave-sandbox", "--data", self.data, "--listen", "127.0.0.1:0", "--sample", *self.options]

    def start_fails(self):
        done = subprocess.run(self.start_command(), capture_output=True, text=True, env=self.environment, timeout=60, check=False,
                              preexec_fn=self.before_start, restore_signals=False)
        return done.returncode, done.stderr

    def start(self):
        self.process = subprocess.Popen(self.start_command(), stdout=subprocess.PIPE, text=True, env=self.environment,
                                        preexec_fn=self.before_start, restore_signals=False)
        line = self.process.stdout.readline()
        self.file.write_text(line)
        self.info = json.loads(line)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)

    @contextlib.contextmanager
    def database(self):
        """The sample database's file, for what no client can do to it. Only while the sandbox is stopped."""
        connection = sqlite3.connect(self.data / "databases" / "ContosoHR.db")
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def kill(self):
        """Everything at once, as a power cut would."""
        for pid in (self.info["server_pid"], self.info["enclave_pid"], self.process.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(30)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.work, ignore_errors=True)

    def command(self, *arguments, enclave=False, password=None, connection=None):
        command = [self.bin / "enclavectl"]
        command += connection if connection is not None else ["--sandbox", self.file]
        command += ["--key-password-file", password or self.key_password]
        if enclave:
            command += ["--column-encryption", "--attestation", "none"]
        return command + list(arguments)

    def ctl(self, *arguments, **more):
        done = subprocess.run(self.command(*arguments, **more), capture_output=True, text=True, env=self.environment, timeout=100, check=False)
        return done.returncode, done.stdout, done.stderr

    def must(self, *arguments, **more):
        status, out, err = self.ctl(*arguments, **more)
        if status != 0:
            raise SystemExit(f"{arguments}: exit {status}: {err}")
        return out

    def check(self, name, ok, seen):
        self.failures += 0 if ok else 1
        words = " ".join(str(seen).split())[:400]
        print(f"{'ok  ' if ok else 'FAIL'} {name}: {words}", flush=True)
