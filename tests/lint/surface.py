#!/usr/bin/env python3
"""Every row of the reference of SQL Server's surface (tests/app/engine/surface/rows.json) has a case in surface/*.cases or in another
test that it names; every case names a row. There is no excuse: of what the server has not, the refusal is tested.

Usage: surface.py [ROOT]. Prints each finding; exit status 1 if there is any.
A row: id, row (what it says), expect (numbers of errors that its cases must wait for), and perhaps
  elsewhere       "FILE-OR-FOLDER WORDS": a test outside of *.cases that holds these words
"""
import json
import re
import sys
from pathlib import Path

root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2])
folder = root / "tests/app/engine/surface"
rows = json.loads((folder / "rows.json").read_text())
findings = []

cases = {}
for path in sorted(folder.glob("*.cases")):
    current = None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("case "):
            current = cases.setdefault(line.split()[1], {"where": f"{path.name}:{number}", "numbers": set(), "expectations": 0})
        elif current and re.match(r"((2019|2022) )?(rows|error|text|info)\b", line):
            current["expectations"] += 1
            if re.match(r"((2019|2022) )?(error|info)\b", line):
                current["numbers"].update(int(n) for n in re.findall(r"(?<![/@\d])\d{3,5}\b", re.sub(r"^(2019|2022) ", "", line)))

known = set()
for row in rows:
    name = row.get("id", "?")
    if name in known:
        findings.append(f"rows.json: {name} stands there twice")
    known.add(name)
    for key in row.keys() - {"id", "row", "expect", "elsewhere"}:
        findings.append(f"{name}: '{key}' is no member of a row")
    elsewhere = row.get("elsewhere")
    case = cases.get(name)
    if elsewhere:
        place, _, words = elsewhere.partition(" ")
        files = [root / place] if (root / place).is_file() else sorted((root / place).rglob("*.cpp")) + sorted((root / place).rglob("*.cases"))
        if not words or not any(words in f.read_text() for f in files):
            findings.append(f"{name}: no test in {place} holds '{words}'")
        continue
    if not case:
        findings.append(f"{name}: no case, and no test elsewhere ({row.get('row')})")
        continue
    if not case["expectations"]:
        findings.append(f"{name}: its case expects nothing ({case['where']})")
    missing = [n for n in row.get("expect", []) if n not in case["numbers"]]
    if missing:
        findings.append(f"{name}: no case waits for {', '.join(map(str, missing))}")

for name, case in cases.items():
    if name not in known:
        findings.append(f"{case['where']}: {name} is no row of rows.json")

print("\n".join(findings) or f"surface: {len(rows)} rows, {sum('elsewhere' in r for r in rows)} of them tested elsewhere, no finding")
sys.exit(1 if findings else 0)
