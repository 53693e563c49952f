#!/usr/bin/env python3
"""A visitor without a plan: random mouse and key events on the studio with its sandbox, from outside.

Usage: random_walk.py BIN_FOLDER [--events 20000] [--seed N] [--goal 90]. Fails on a crash, on anything the program writes to standard
error, on a GUI thread that leaves a ping unanswered for over 100 ms (less what the machine itself delayed), and when fewer than GOAL per
cent of the named controls ever met were reached. Prints the list of controls; the seed repeats a walk's decisions.
"""
import argparse
import json
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from accessible import Gone, plain
from children import end_on_signal
from controls import Register, top_of
from desk import Desk
from session import LoginSession

STALL_MS = 100
PER_SECOND = 100  # a hasty person's hands; more would measure a queue of events, not a thread that stands still
LEAVES = re.compile(r"^(Exit|Quit)$")
TYPED = ["SELECT 1", "CMK_walk", "x", "127.0.0.1", "SELECT SSN FROM HR.Employees", "rehearsal", "%", "1433", "HR", "-- "]
KEYS = (["Tab"] * 14 + ["Shift+Tab"] * 5 + ["Up", "Down", "Left", "Right"] * 4 + ["Enter"] * 3 + ["space"] * 4 + ["Escape"] * 3
        + ["Home", "End", "PageDown", "PageUp", "Delete", "Backspace", "F1", "F2", "F5", "F6", "F8", "F10", "Menu", "Shift+F10", "Ctrl+a", "Ctrl+c",
           "Ctrl+v", "Ctrl+z", "Ctrl+e", "Ctrl+n", "Ctrl+r", "Ctrl+d", "Ctrl+Tab", "Ctrl+Shift+o", "Ctrl+Alt+c", "Ctrl+F4", "Ctrl+PageDown",
           "Ctrl+PageUp", "Alt+f", "Alt+h", "Alt+v", "Alt+q", "Alt+n", "Alt+b"])


class Walker:
    def __init__(self, login, command, seed):
        self.login, self.command, self.chance = login, command, random.Random(seed)
        self.desk = Desk(login)
        self.register = Register(self.desk)
        self.events, self.log, self.problems, self.starts = 0, [], [], 0
        self.beats = login.folder / "beats"
        self.beats.touch()
        self.ends = []
        self._look_after = 0
        self._known_windows = ()
        self.pulse = self.focused = None

    # --- the program
    def start(self):
        self.desk.start(self.command, "Enclave Studio")
        self.starts += 1
        window = self.desk.screen.wait_for_window("Enclave Studio", 20, self.desk.process.pid)
        self.pulse = self.login.children.start([sys.executable, Path(__file__).with_name("pulse.py"), self.login.environment["DISPLAY"], window[0],
                                                self.desk.process.pid, self.beats], self.login.environment, stderr=subprocess.DEVNULL)

    def alive(self):
        """Starts the program again where a walk has led out of it; any other end is a crash."""
        status = self.desk.process.poll()
        if status is None:
            return True
        self.ends.append(time.monotonic())
        self.login.children.stop(self.pulse)
        self._complain()
        if status != 0:
            self.problems.append(f"the program ended with {status} after: {'; '.join(what for _, what in self.log[-8:])}")
            return False
        self.start()
        self._look_after = 0
        return True

    def _complain(self):
        self.problems += [f"on standard error: {line}" for line in self.desk.complaints()]

    def finish(self):
        self.login.children.stop(self.pulse)
        if self.desk.process.poll() is None:
            self.login.children.stop(self.desk.process, 3)
        self._complain()

    # --- what a hand does
    def did(self, what):
        self.events += 1
        self.log.append((time.monotonic(), what))
        time.sleep(1 / PER_SECOND)

    def point_at(self, node, place=None):
        x, y, width, height = place or self.register.places[node]
        large = width > 300 and height > 80
        x += self.chance.uniform(0.02, 0.98) * width if large else min(width / 2, 24)
        y += self.chance.uniform(0.02, 0.98) * height if large else height / 2
        self.desk.screen.move(x * self.desk.scale, y * self.desk.scale)
        self.did(f"point at {node}")
        self.register.reach(node, "pointed at")

    def press(self, node):
        if LEAVES.match(plain(node.name)):
            return
        right = self.chance.random() < 0.12
        self.desk.screen.button(3 if right else 1, 2 if self.chance.random() < 0.04 else 1)
        self.register.reach(node, "clicked")
        self.did(f"{'right ' if right else ''}click on {node}")
        if right or node.role.endswith("menu item"):
            self.through_menu()

    def through_menu(self):
        """Over the entries of an open menu, by keys and by pointing; now and then into one."""
        time.sleep(0.05)
        for _ in range(self.chance.randrange(2, 7)):
            self.key(self.chance.choice(["Down", "Down", "Down", "Right"]))
            self.focused = self.register.reach_what_had_focus() or self.focused
            if not self.on_menu_entry():
                return
            places = self.register.menu_places()
            new = [n for n in places if self.register.new(n)]
            if places and self.chance.random() < (0.8 if new else 0.2):
                node = self.chance.choice(new or list(places))
                self.point_at(node, places[node])
            if not self.may_leave() and self.chance.random() < 0.12:
                self.key("Enter")
                return
        self.key("Escape")

    def on_menu_entry(self):
        return self.focused is not None and self.focused[0].endswith("menu item")

    def may_leave(self):
        return self.focused is not None and LEAVES.match(self.focused[1])

    def key(self, keys):
        self.desk.screen.key(keys)
        self.did(f"key {keys}")

    def type(self, text):
        for letter in text:
            self.desk.screen.type(letter)
            self.did(f"type {letter!r}")

    # --- where it goes
    def reachable(self):
        """What the window in front shows; with several or none active, all that shows."""
        front = {top_of(n) for n in self.register.places if "active" in top_of(n).states}
        if len(front) != 1:
            return list(self.register.places)
        return [n for n in self.register.places if top_of(n) in front] or list(self.register.places)

    def step(self):
        if self.events >= self._look_after or tuple(w[0] for w in self.desk.screen.windows()) != self._known_windows:
            self.register.look()
            self._known_windows = tuple(w[0] for w in self.desk.screen.windows())
            self._look_after = self.events + 25
        pick, here = self.chance.random(), self.reachable()
        if pick < 0.55 and here:
            new = [n for n in here if self.register.new(n)]
            node = self.chance.choice(new if new and self.chance.random() < 0.7 else here)
            self.point_at(node)
            if self.chance.random() < 0.55:
                self.press(node)
        elif pick < 0.60:
            x, y = self.chance.randrange(self.desk.screen.size[0]), self.chance.randrange(self.desk.screen.size[1])
            self.desk.screen.move(x, y)
            self.did(f"point at {x},{y}")
        elif pick < 0.66:
            self.desk.screen.button(self.chance.choice((4, 5)))
            self.did("turn the wheel")
        elif pick < 0.69:
            self.type(self.chance.choice(TYPED))
        else:
            keys = self.chance.choice(KEYS)
            self.key("Escape" if keys in ("Enter", "space") and self.may_leave() else keys)
        self.focused = self.register.reach_what_had_focus() or self.focused

    def walk(self, events, seconds):
        end = time.monotonic() + seconds
        self.start()
        while self.events < events:
            if not self.alive():
                return
            if time.monotonic() > end:
                self.problems.append(f"only {self.events} of {events} events after {seconds} s")
                return
            try:
                self.step()
            except Gone:
                self._look_after = 0
                time.sleep(0.1)

    # --- what came of it
    def stalls(self):
        """Pings that took too long, without what the machine took; and a line about the machine's own noise."""
        beats = [json.loads(line) for line in self.beats.read_text().splitlines()]
        answered = sorted(b["ms"] for b in beats if b["ms"] is not None)
        found = []
        for beat in beats:
            ending = any(end - 5 < beat["at"] + (beat["ms"] or 0) / 1000 < end + 1 for end in self.ends)
            own = None if beat["ms"] is None else beat["ms"] - beat["queue_ms"] - beat["server_ms"]
            if (own is None and not ending) or (own is not None and own > STALL_MS):
                before = "; ".join(what for at, what in [e for e in self.log if e[0] <= beat["at"] + (beat["ms"] or 0) / 1000][-5:])
                found.append(f"no answer for {'ever' if own is None else f'{own:.0f} ms'} (waited for a processor: {beat['queue_ms']:.0f} ms, "
                             f"X server: {beat['server_ms']:.0f} ms) after: {before}")
        if not answered:
            return ["no ping was answered"], ""
        noise = (f"{len(answered)} pings answered: median {answered[len(answered) // 2]:.1f} ms, 99 of 100 within "
                 f"{answered[len(answered) * 99 // 100]:.1f} ms, longest {answered[-1]:.0f} ms; the machine's own part at most: waiting for a processor "
                 f"{max(b['queue_ms'] for b in beats):.0f} ms, X server {max(b['server_ms'] for b in beats):.0f} ms")
        return found, noise


def prepare(bin_folder, login):
    """A sandbox with keys and one encrypted column, so that a walk finds something in every dialog."""
    password = login.folder / "key-password"
    password.write_text("rehearsal")
    password.chmod(0o600)
    data = login.folder / "data"
    sandbox = login.children.start([bin_folder / "enclave-sandbox", "--data", data, "--listen", "127.0.0.1:0", "--sample"], login.environment,
                                   stdout=subprocess.PIPE, text=True)
    info = login.folder / "sandbox.json"
    info.write_text(sandbox.stdout.readline())
    for arguments in (["keys", "new-cmk", "--name", "CMK_HR", "--key-file", "hr", "--enclave", "--generate"],
                      ["keys", "new-cek", "--name", "CEK_HR", "--cmk", "CMK_HR"],
                      ["--column-encryption", "--attestation", "none", "encrypt", "HR.Employees.SSN", "--key", "CEK_HR", "--type", "randomized"]):
        subprocess.run([bin_folder / "enclavectl", "--sandbox", info, "--key-password-file", password, *arguments], env=login.environment, check=True,
                       capture_output=True, timeout=60)
    login.children.stop(sandbox, 20)
    return data


def main():
    end_on_signal()
    parser = argparse.ArgumentParser()
    parser.add_argument("bin_folder")
    parser.add_argument("--events", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--goal", type=float, default=90)
    options = parser.parse_args()
    bin_folder, limit = Path(options.bin_folder).resolve(), 120 + options.events // 15
    signal.alarm(limit + 120)
    with LoginSession() as login:
        data = prepare(bin_folder, login)
        walker = Walker(login, [bin_folder / "enclave-studio", "--sandbox-data", data, "--theme", "light"], options.seed)
        began = time.monotonic()
        try:
            walker.walk(options.events, limit)
        finally:
            walker.finish()
        lines, share = walker.register.report()
        stalls, noise = walker.stalls()
    print("\n".join(lines))
    walker.problems += stalls
    if share < options.goal:
        walker.problems.append(f"{share:.1f} % of the named controls reached, {options.goal:g} % wanted")
    print(f"{walker.events} events in {time.monotonic() - began:.0f} s (seed {options.seed}), {walker.starts} starts; "
          f"{share:.1f} % of {len(walker.register.reached)} named controls reached\n{noise}")
    for problem in walker.problems:
        print(f"FAIL {problem}")
    sys.exit(1 if walker.problems else 0)


main()
