#!/usr/bin/env python3
"""The cells that all clients wrote, seen by a client without keys: equal byte for byte where deterministic, unequal where randomized.

exchange.py SANDBOX_JSON WRITER...
"""
import json
import sys

import pytds

sandbox = json.load(open(sys.argv[1]))
connection = pytds.connect("localhost", port=int(sandbox["server"].split(",")[1]), user=sandbox["user"], password=open(sandbox["password_file"]).read().strip(),
                           database=sandbox["database"], autocommit=True, cafile=sandbox["ca_file"])
cells = {}
with connection, connection.cursor() as cursor:
    for table in ("ExchangeStudio", "ExchangeClients"):
        cursor.execute(f"SELECT writer, ssn, name, number, born, data, pay FROM dbo.{table}")
        cells.update({(table, row[0]): [cell and bytes(cell) for cell in row[1:]] for row in cursor.fetchall()})
writers = sorted({writer for _, writer in cells})
if sorted(sys.argv[2:]) != writers:
    sys.exit(f"rows of {writers}, expected {sorted(sys.argv[2:])}")
for i, column in enumerate(("ssn", "name", "number", "born", "data")):
    if len({row[i] for row in cells.values()}) != 1:
        sys.exit(f"{column} differs: " + ", ".join(f"{table} {writer} {row[i].hex()}" for (table, writer), row in sorted(cells.items())))
    if any(row[i][0] != 1 or len(row[i]) < 65 for row in cells.values()):
        sys.exit(f"{column} is not a cell")
pay = [row[5] for row in cells.values() if row[5]]  # not every client knows money
if len(set(pay)) != len(pay):
    sys.exit("two randomized cells are equal")
print(f"{len(cells)} rows of {', '.join(writers)}: the same bytes in five deterministic columns, all randomized cells apart")
