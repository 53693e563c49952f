#!/usr/bin/env python3
"""The gates of the house: includes against tests/lint/rooms.json, door plates, size, words that do not belong.

Usage: lint.py [ROOT]. Prints each finding as file:line: text; exit status 1 if there is any.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2])
table = json.loads((root / "tests/lint/rooms.json").read_text())
rooms, libraries = table["rooms"], table["libraries"]
findings = []


def find(path, line, text):
    findings.append(f"{path.relative_to(root) if isinstance(path, Path) else path}:{line}: {text}")


def room_of(path):
    best = ""
    for room in rooms:
        if path.startswith(room + "/") and len(room) > len(best):
            best = room
    return best


def allowed(room, target):
    return target == room or any(a == target or (a.endswith("/*") and target.startswith(a[:-1])) for a in rooms[room])


listed = subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=True).stdout.split("\n")
files = [f for f in listed if f and (root / f).is_file()]
code = [f for f in files if f.endswith((".h", ".cpp")) and f.split("/")[0] in ("driver", "ui", "wizards", "app")]

arrows = {}
for name in code:
    path = root / name
    room = room_of(name)
    if not room:
        find(name, 1, "this file is in no room of tests/lint/rooms.json")
        continue
    lines = path.read_text().split("\n")
    for number, line in enumerate(lines, 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if not match:
            continue
        kind, target = match.groups()
        if kind == '"':
            if target.endswith(".moc") or target.startswith("generated/"):
                continue
            if "/" not in target:
                find(name, number, f'"{target}": includes are written from the root')
                continue
            other = room_of(target)
            if not other:
                find(name, number, f'"{target}" belongs to no room')
            elif not allowed(room, other):
                find(name, number, f"{room} may not include {other}")
            elif other != room:
                arrows.setdefault(room, {}).setdefault(other, f"{name}:{number}")
            if target in libraries and room not in libraries[target]:
                find(name, number, f'"{target}" only in {", ".join(libraries[target])}')
            continue
        if re.match(r"Qt[A-Z]\w*/", target):
            find(name, number, f"<{target}> slips past the link list; write <{target.split('/')[1]}>")
        if re.match(r"Q[A-Z]", target) and any(name.startswith(p) for p in table["noQt"]):
            find(name, number, f"<{target}>: no Qt here")
        for library, homes in libraries.items():
            if target.startswith(library) and room not in homes:
                find(name, number, f"<{target}> only in {', '.join(homes)}")
    if len(lines) > 700:
        find(name, len(lines), "more than 700 lines: which two things live in it?")


def cycle(start):
    stack, seen = [(start, [start])], set()
    while stack:
        room, trail = stack.pop()
        for target in arrows.get(room, {}):
            if target == start:
                return trail + [target]
            if target not in seen:
                seen.add(target)
                stack.append((target, trail + [target]))
    return None


for room in rooms:
    trail = cycle(room)
    if trail:
        find(room, 1, "a cycle: " + " -> ".join(trail))

for room in rooms:
    if any(f.startswith(room + "/") for f in code):
        plate = root / room / "README.md"
        if not plate.exists():
            find(room, 1, "no door plate (README.md)")
        elif len(plate.read_text().split("\n")) > 45:
            find(plate, 1, "a door plate has at most 45 lines")

allowed_top = {"CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md", "app", "ui", "wizards", "driver", "resources", "tests"}
for f in files:
    top = f.split("/")[0]
    if not top.startswith(".") and top not in allowed_top:
        find(f, 1, "no other folder or file at the top")
for f in files:
    if f.endswith((".h", ".cpp", ".py", ".sh", ".txt", ".md", ".cmake")) and not f.startswith("tests/lint/") and not f.startswith("tests/vectors/"):
        for number, line in enumerate((root / f).read_text(errors="replace").split("\n"), 1):
            if re.search(r"\b(TODO|FIXME|XXX|HACK)\b(?!.*#\d)", line) and not f.startswith("tests/support/packages"):
                find(f, number, "a debt without an issue number")

# The server program must not be able to see column keys: it may not link the room that can decrypt.
for f in files:
    if re.match(r"app/sandbox/(frontdoor|engine|enclaveabi|supervisor)/CMakeLists.txt", f) and "es_driver_crypto" in (root / f).read_text():
        find(f, 1, "the server links no es_driver_crypto")

print("\n".join(findings) if findings else f"{len(code)} files in {sum(1 for r in rooms if any(f.startswith(r + '/') for f in code))} rooms: every arrow is on the drawing")
sys.exit(1 if findings else 0)
