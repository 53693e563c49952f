#!/usr/bin/env python3
"""Every row of the reference of SQL Server's surface (tests/app/engine/surface/rows.json) has a case in surface/*.cases or in another
test that it names, or a reason why there can be none; every case names a row.

Usage: surface.py [ROOT]. Prints each finding; exit status 1 if there is any.
A row: id, row (what it says), expect (numbers of errors that its cases must wait for), and at most one of
  notApplicable   the reason: what of it this server has not, and how that is said
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
    reason = row.get("notApplicable")
    elsewhere = row.get("elsewhere")
    case = cases.get(name)
    if reason is not None:
        if len(reason) < 20:
            findings.append(f"{name}: its reason says nothing")
        if case:
            findings.append(f"{name}: is called not applicable and has a case ({case['where']})")
        continue
    if elsewhere:
        place, _, words = elsewhere.partition(" ")
        files = [root / place] if (root / place).is_file() else sorted((root / place).rglob("*.cpp")) + sorted((root / place).rglob("*.cases"))
        if not words or not any(words in f.read_text() for f in files):
            findings.append(f"{name}: no test in {place} holds '{words}'")
        continue
    if not case:
        findings.append(f"{name}: no case, and no reason why there is none ({row.get('row')})")
        continue
    if not case["expectations"]:
        findings.append(f"{name}: its case expects nothing ({case['where']})")
    missing = [n for n in row.get("expect", []) if n not in case["numbers"]]
    if missing:
        findings.append(f"{name}: no case waits for {', '.join(map(str, missing))}")

for name, case in cases.items():
    if name not in known:
        findings.append(f"{case['where']}: {name} is no row of rows.json")

print("\n".join(findings) or f"surface: {len(rows)} rows, {sum('notApplicable' in r for r in rows)} not applicable, no finding")
sys.exit(1 if findings else 0)
