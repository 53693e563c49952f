#!/usr/bin/env python3
"""Walks a list of tutorials' statements: each runs, or is refused by name (40517), or fails as the tutorial itself says.

walk.py SANDBOX_JSON ENCLAVECTL FILE. Plain statements go through python-tds, which knows nothing of encryption; those for the enclave
through enclavectl, which stands for the studio that the tutorials use. The key password is in $ES_KEY_PASSWORD_FILE.
"""
import json
import pathlib
import re
import subprocess
import sys

import pytds

sandbox_file, ctl, walk = sys.argv[1:]
sandbox = json.load(open(sandbox_file))
failures = 0
counts = {}


def plain(statement):
    with pytds.connect("localhost", port=int(sandbox["server"].split(",")[1]), user=sandbox["user"], password=open(sandbox["password_file"]).read().strip(),
                       database=sandbox["database"], autocommit=True, cafile=sandbox["ca_file"], timeout=60) as connection, connection.cursor() as cursor:
        rows = []
        try:
            cursor.execute(statement)
            while True:
                if cursor.description:
                    rows += cursor.fetchall()
                if not cursor.nextset():
                    return 0, f"{len(rows)} rows" if rows else "runs"
        except pytds.Error as e:
            return getattr(e, "number", -1), str(e.args[0])


def enclave(statement):
    done = subprocess.run([ctl, "--sandbox", sandbox_file, "--column-encryption", "--attestation", "sandbox", "query", "--parameterize", statement, "--json"],
                          capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return 0, "runs"
    said = re.search(r'"kind":\s*"error",\s*"text":\s*"(.*?)",\s*"number":\s*(\d+)', done.stdout + done.stderr)
    return (int(said.group(2)), said.group(1)) if said else (-1, (done.stderr or done.stdout).strip()[:300])


def keys():
    for arguments in (["new-cmk", "--name", "CMK1", "--key-file", "tutorial", "--enclave", "--generate"], ["new-cek", "--name", "CEK1", "--cmk", "CMK1"],
                      ["new-cek", "--name", "CEK2", "--cmk", "CMK1"]):
        done = subprocess.run([ctl, "--sandbox", sandbox_file, "keys", *arguments], capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"FAIL tutorials: keys {arguments[0]}: {done.stderr}")


head = re.compile(r"^-- @(plain|enclave) (\w)(?: fails (\d+))?\n", re.M)
for part in re.split(r"(?m)^GO\s*$", pathlib.Path(walk).read_text(encoding="utf-8")):
    if re.search(r"(?m)^-- @keys$", part):
        keys()
    found = head.search(part)
    if not found:
        continue
    where, tutorial, expected = found.groups()
    statement = re.sub(r"(?m)^--.*\n", "", part[found.start():]).strip()
    number, said = (plain if where == "plain" else enclave)(statement)
    outcome = {0: "runs", 40517: "refused by name"}.get(number, f"error {number}")
    if expected and number == int(expected):
        outcome = "fails as the tutorial says"
    line = " ".join(statement.split())[:90]
    counts[outcome] = counts.get(outcome, 0) + 1
    if outcome == "refused by name":
        print(f"   refused by name, {tutorial}: {line}: {said}")
    elif outcome not in ("runs", "fails as the tutorial says") or (expected and outcome == "runs"):
        failures += 1
        print(f"FAIL tutorials {tutorial}, {where}: {line}: {outcome}: {said}")
print(f"{'FAIL' if failures else 'ok'} tutorials: " + ", ".join(f"{n} {what}" for what, n in sorted(counts.items(), reverse=True)))
sys.exit(1 if failures else 0)
