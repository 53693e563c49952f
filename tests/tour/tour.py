#!/usr/bin/env python3
"""The tour: from a start page to two encrypted columns, by pointing at it, and what a command line and the server's files show beside it.

Usage: tour.py BIN_FOLDER OUTPUT_FOLDER [--only cli,light,dark,200,attested,attested-dark]. Prints each step with what was seen; leaves tour.json (one array) and
pictures in OUTPUT_FOLDER/{light,dark,200,attested,attested-dark}; exit status 0 only if every step held.
"""
import argparse
import signal
import sys
import time
import traceback
from pathlib import Path

import main_job
import record
from children import end_on_signal
from session import LoginSession
from studio_tour import StudioTour

VARIANTS = {"light": ("light", 1, (1440, 900)), "dark": ("dark", 1, (1440, 900)), "200": ("light", 2, (2880, 1800)),
            "attested": ("light", 1, (1440, 900)), "attested-dark": ("dark", 1, (1440, 900))}
MODES = {"attested": ("none", "hgs", "aas-vbs", "aas-sgx", "refused"), "attested-dark": ("hgs", "refused")}
SECONDS_FOR_ALL = 1200


def walk_studio(bin_folder, out, variant):
    theme, scale, size = VARIANTS[variant]
    kept = record.Record(f"{variant} ")
    with LoginSession(size, scale) as login:
        tour = StudioTour(login, bin_folder, theme, kept, out / variant)
        try:
            tour.walk_attested(*MODES[variant]) if variant in MODES else tour.walk()
        finally:
            tour.close()
    return kept


def guarded(kept, work):
    """A step that could not even be walked has failed too."""
    try:
        return work()
    except Exception as problem:
        traceback.print_exc()
        kept.step("the walk", "comes to its end", f"{type(problem).__name__}: {problem}", False)
        return kept


def main():
    end_on_signal()
    parser = argparse.ArgumentParser()
    parser.add_argument("bin_folder")
    parser.add_argument("out")
    parser.add_argument("--only", default="cli," + ",".join(VARIANTS))
    options = parser.parse_args()
    bin_folder, out = Path(options.bin_folder).resolve(), Path(options.out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    signal.alarm(SECONDS_FOR_ALL)
    records, began = [], time.monotonic()
    try:
        for part in options.only.split(","):
            kept = record.Record()
            if part == "cli":
                guarded(kept, lambda: main_job.walk(bin_folder, kept))
            else:
                kept = guarded(kept, lambda: walk_studio(bin_folder, out, part))
            records.append(kept)
    finally:
        signal.alarm(0)
        status = record.save(records, out / "tour.json")
        print(f"{time.monotonic() - began:.0f} s")
    sys.exit(status)


main()
