#!/usr/bin/env python3
"""Each statement of the lists beside this file runs, or is refused by a name (error 40517 says what is not there); anything else is a failure.

run.py SANDBOX_JSON LIST... The statements go through python-tds, which gives the server's numbers; each on a connection of its own.
"""
import json
import pathlib
import re
import sys

import pytds

sandbox = json.load(open(sys.argv[1]))
port = int(sandbox["server"].split(",")[1])
password = open(sandbox["password_file"]).read().strip()
NOT_THERE = 40517


def connect():
    return pytds.connect("localhost", port=port, user=sandbox["user"], password=password, database=sandbox["database"], autocommit=True,
                         cafile=sandbox["ca_file"], login_timeout=20, timeout=30)


def outcome(statement):
    try:
        with connect() as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            while True:
                if cursor.description:
                    cursor.fetchall()
                if not cursor.nextset():
                    return "runs", ""
    except pytds.Error as e:
        number = getattr(e, "number", 0)
        if number == NOT_THERE:
            return "refused by name", str(e.args[0])
        return f"error {number}", str(e)


with connect() as connection, connection.cursor() as cursor:
    cursor.execute("IF OBJECT_ID(N'dbo.StatementsBulk') IS NULL CREATE TABLE dbo.StatementsBulk (n int NULL)")
failed = False
for name in sys.argv[2:]:
    text = pathlib.Path(name).read_text(encoding="utf-8")
    seen = {}
    for statement in re.split(r"(?m)^GO\s*$", re.sub(r"(?m)^--.*\n", "", text)):
        if not statement.strip():
            continue
        what, why = outcome(statement.strip())
        seen[what] = seen.get(what, 0) + 1
        line = " / ".join(statement.strip().splitlines())[:100]
        if what == "refused by name":
            print(f"   refused by name: {line}: {why}")
        elif what != "runs":
            failed = True
            print(f"FAIL {pathlib.Path(name).stem}: {line}: {what}: {why}")
    print(f"ok {pathlib.Path(name).stem}: " + ", ".join(f"{n} {what}" for what, n in sorted(seen.items(), reverse=True)))
sys.exit(1 if failed else 0)
