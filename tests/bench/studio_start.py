#!/usr/bin/env python3
"""From the start of the process to a usable window, without a file, warm cache: the studio against sqlitebrowser, one clock for both.

Usage: studio_start.py BIN_FOLDER [RUNS]. Usable = the window manager lists the window, something is drawn in it, and the program's GUI
thread answers a ping (_NET_WM_PING). Runs alternate; medians are compared: of 25, since a neighbour on the machine is felt for seconds.
"""
import json
import os
import shutil
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tour"))
from children import end_on_signal  # noqa: E402
from pulse import Pulse  # noqa: E402
from session import LoginSession  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
DRAWN_COLOURS = 8  # an empty ground has one; text and icons bring many


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def start(login, command, title, limit=30):
    """Seconds until usable and the CPU seconds that the process took for it."""
    screen = login.screen
    began = time.monotonic()
    process = login.children.start(command, login.environment, cwd=login.folder)
    end = began + limit
    try:
        window = None
        while window is None:
            window = next((w for w in screen.windows() if w[2] == process.pid and title in w[1]), None)
            if time.monotonic() > end or process.poll() is not None:
                raise SystemExit(f"{command[0]} shows no window: status {process.poll()}, windows {screen.windows()}")
            time.sleep(0.002)
        resource = screen.display.create_resource_object("window", window[0])
        while True:
            place, size = resource.translate_coords(screen.root, 0, 0), resource.get_geometry()
            # translate_coords answers from the window's side: what is the root's origin, seen from there.
            if len(screen.buffer.colours_in(-place.x, -place.y, size.width, size.height, 6)) >= DRAWN_COLOURS:
                break
            if time.monotonic() > end:
                raise SystemExit(f"{command[0]} draws nothing")
            time.sleep(0.002)
        pulse = Pulse(login.environment["DISPLAY"], process.pid)
        if pulse.beat(window[0])["ms"] is None:
            raise SystemExit(f"{command[0]} does not answer")
        seconds, cpu = time.monotonic() - began, cpu_seconds(process.pid)
        pulse.display.close()
        screen.close_window(window[0])
        for _ in range(100):
            if process.poll() is not None:
                break
            time.sleep(0.02)
        return seconds, cpu
    finally:
        login.children.stop(process)


def main():
    end_on_signal()
    bin_folder, runs = Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 25
    other = shutil.which("sqlitebrowser")
    if other is None:
        raise SystemExit("sqlitebrowser is not installed (tests/support/packages-debian.txt)")
    with LoginSession() as login:
        for name in ("QT_LINUX_ACCESSIBILITY_ALWAYS_ON", "QT_ACCESSIBILITY"):
            login.environment.pop(name)
        programs = {"ours": ([bin_folder / "enclave-studio"], "Enclave Studio"), "other": ([other], "DB Browser")}
        figures = {"ours": [], "other": []}
        for run in range(runs + 1):
            for who, (command, title) in programs.items():
                figure = start(login, command, title)
                if run > 0:  # the first of each warms the cache and writes its settings
                    figures[who].append(figure)
    median = {who: [statistics.median(f[i] for f in figures[who]) for i in (0, 1)] for who in figures}
    print(json.dumps({"name": "studio_start", "unit": f"s to a usable window, median of {runs}", "ours": round(median["ours"][0], 3),
                      "other": round(median["other"][0], 3), "other_is": "sqlitebrowser (Debian), no file, same screen and detection",
                      "ratio": round(median["ours"][0] / median["other"][0], 3),
                      "cpu_seconds": {"studio": round(median["ours"][1], 3), "sqlitebrowser": round(median["other"][1], 3)}}))


main()
