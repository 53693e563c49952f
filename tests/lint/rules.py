#!/usr/bin/env python3
"""Every rule of driver/attestation/Rules.cpp has a test that breaks it alone, and a line in driver/attestation/RULES.md.

Usage: rules.py [ROOT] [--write]. Prints each finding; exit status 1 if there is any. --write makes RULES.md anew.
"""
import re
import sys
from pathlib import Path

arguments = [a for a in sys.argv[1:] if a != "--write"]
root = Path(arguments[0] if arguments else Path(__file__).resolve().parents[2])
STRING = r'"((?:[^"\\]|\\.)*)"'
source = (root / "driver/attestation/Rules.cpp").read_text()
tests = "".join(p.read_text() for p in sorted((root / "tests/driver/attestation").glob("tst_rules_*.cpp")))
findings = []

rules = {}
for name, body in re.findall(r"constexpr Rule (k\w+)\{(.*?)\};", source, re.S):
    texts = re.findall(STRING, body, re.S)
    if len(texts) != 5 or not all(texts):
        findings.append(f"Rules.cpp: {name} has {len(texts)} texts, wanted id, title, why, remedy, source")
        continue
    rules[name] = texts

titles = {"None": "Protocol None: nobody proves who it is", "Hgs": "HGS: Host Guardian Service", "Aas": "AAS: Azure Attestation"}
lines = ["# Rules", "What is demanded of an enclave, in the order in which a judgement shows it; source: section of the protocol's description. The last",
         "column names the tests that break this rule alone. Made by tests/lint/rules.py --write, checked by the same script.", ""]
count = 0
used = set()
for protocol, title in titles.items():
    table = re.search(rf"constexpr std::array k{protocol}Rules\{{(.*?)\}};", source, re.S)
    block = re.search(rf"k{protocol}Rows\{{\n(.*?)\n\}};", tests, re.S)
    names = re.findall(r"k\w+", table.group(1)) if table else []
    rows = {}
    for rule, broken in re.findall(rf"^    \{{{STRING}, {STRING},", block.group(1) if block else "", re.M):
        rows.setdefault(rule, []).append(broken)
    if not names:
        findings.append(f"Rules.cpp: no k{protocol}Rules")
    lines += [f"## {title}", "| rule | title | source | broken alone by |", "|---|---|---|---|"]
    known = set()
    for name in names:
        used.add(name)
        if name not in rules:
            findings.append(f"Rules.cpp: k{protocol}Rules names {name}, which is no rule")
            continue
        rule, shown, _, _, section = rules[name]
        known.add(rule)
        count += 1
        if rule not in rows:
            findings.append(f"{protocol}: no test breaks {rule} alone")
        lines.append(f"| {rule} | {shown} | {section} | {'; '.join(rows.get(rule, []))} |")
    for rule in rows.keys() - known:
        findings.append(f"{protocol}: a test breaks {rule}, which is no rule")
    lines.append("")
for name in rules.keys() - used:
    findings.append(f"Rules.cpp: {name} is in no protocol's table")

page = root / "driver/attestation/RULES.md"
text = "\n".join(lines)
if "--write" in sys.argv:
    page.write_text(text)
elif not page.exists() or page.read_text() != text:
    old = page.read_text().split("\n") if page.exists() else []
    findings.append("RULES.md is not what Rules.cpp and the tests say (run tests/lint/rules.py --write); first missing: "
                    + next((line for line in lines if line not in old), "nothing, but a line too many"))

print("\n".join(findings) if findings else f"{count} rules of {len(titles)} protocols: each is broken alone by a test and listed")
sys.exit(1 if findings else 0)
