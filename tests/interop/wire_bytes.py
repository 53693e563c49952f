#!/usr/bin/env python3
"""Encrypting a column in place must cost the same bytes for 1,000 rows as for 100,000; the control, a SELECT, must not.

Bytes are counted twice: above TLS, by the driver's own counters (enclavectl --json), and on the socket, by a relay that this
script puts between client and server. Usage: wire_bytes.py ENCLAVECTL SANDBOX_JSON
"""
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading

ctl, sandbox_file = sys.argv[1:3]
sandbox = json.load(open(sandbox_file))
host, port = sandbox["server"].split(",")


class Relay:
    """Counts the bytes between one client and the server, both directions."""

    def __init__(self):
        self.total = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection((host, int(port)))
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source, sink):
        try:
            while data := source.recv(65536):
                self.total += len(data)
                sink.sendall(data)
        except OSError:
            pass
        for s in (source, sink):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


relay = Relay()
through = dict(sandbox, server=f"127.0.0.1,{relay.port}")
relayed = tempfile.NamedTemporaryFile("w", suffix=".json", delete=False)
json.dump(through, relayed)
relayed.close()


def run(*arguments, enclave=False, file=relayed.name):
    command = [ctl, "--sandbox", file]
    if enclave:
        command += ["--column-encryption", "--attestation", "none"]
    done = subprocess.run(command + list(arguments), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)[:120]}: exit {done.returncode}: {done.stderr}")
    return done.stdout


def measured(*arguments, enclave=False):
    before = relay.total
    out = json.loads(run(*arguments, "--json", enclave=enclave))
    wire = out["wire"]
    return wire["sentBytes"] + wire["receivedBytes"], relay.total - before


results = {}
for rows in (1000, 100000):
    table = f"dbo.Wire{rows}"
    run("query", f"CREATE TABLE {table} (id int IDENTITY PRIMARY KEY, ssn char(11) COLLATE Latin1_General_BIN2 NOT NULL)", file=sandbox_file)
    run("query", f"INSERT INTO {table} (ssn) SELECT TOP ({rows}) '123-45-6789' FROM HR.Employees AS a "
                 f"CROSS JOIN (SELECT TOP (100) EmployeeID FROM HR.Employees) AS b", file=sandbox_file)
    count = json.loads(run("query", f"SELECT COUNT(*) AS n FROM {table}", "--json", file=sandbox_file))
    if str(rows) not in json.dumps(count):
        sys.exit(f"{table} was not filled: {count}")
    results[rows] = {
        "encrypt": measured("encrypt", f"{table}.ssn", "--key", "CEK1", "--type", "randomized", enclave=True),
        "select": measured("query", f"SELECT ssn FROM {table}"),
    }
os.unlink(relayed.name)
small, large = results[1000], results[100000]
above = abs(large["encrypt"][0] - small["encrypt"][0])
socket_difference = abs(large["encrypt"][1] - small["encrypt"][1])
control = large["select"][0] - small["select"][0]
print(f"encrypting: {small['encrypt'][0]} bytes above TLS for 1,000 rows, {large['encrypt'][0]} for 100,000: {above} apart "
      f"({socket_difference} on the socket); control SELECT: {control:,} apart")
if above >= 2048 or socket_difference >= 4096 or control < 2_000_000:
    sys.exit("FAIL: the difference must stay under 2 KB, and the control must differ by megabytes")
