"""What was expected, what was seen, whether it held: printed as it happens and kept for tour.json."""
import json
from pathlib import Path


class Record:
    def __init__(self, prefix=""):
        self.steps, self.prefix = [], prefix
        self.actions = {"click": 0, "shortcut": 0, "field": 0}

    def step(self, name, expected, seen, ok):
        name = f"{self.prefix}{name}"
        self.steps.append({"step": name, "expected": expected, "seen": seen, "ok": bool(ok)})
        print(f"{'ok  ' if ok else 'FAIL'} {name}\n     expected: {expected}\n     seen:     {seen}", flush=True)
        return bool(ok)

    def did(self, kind):
        self.actions[kind] += 1

    def count(self):
        return sum(self.actions.values())

    @property
    def held(self):
        return sum(step["ok"] for step in self.steps)


def save(records, path):
    """One array over all records. Gives the exit status."""
    steps = [step for record in records for step in record.steps]
    Path(path).write_text(json.dumps(steps, indent=1, ensure_ascii=False) + "\n")
    held = sum(step["ok"] for step in steps)
    print(f"{held} of {len(steps)} steps held; {path}")
    return 0 if steps and held == len(steps) else 1
