#!/usr/bin/env python3
"""Every header of the driver and the sandbox compiles alone. Usage: headers_alone.py COMPILER ROOT"""
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

compiler, root = sys.argv[1], Path(sys.argv[2])
headers = sorted(h for part in ("driver", "app/sandbox") for h in (root / part).rglob("*.h"))


def check(header):
    text = f'#include "{header.relative_to(root)}"\n'
    done = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", f"-I{root}", "-x", "c++", "-"], input=text,
                          capture_output=True, text=True, check=False)
    return header, done.returncode, done.stderr


with ThreadPoolExecutor(2) as pool:
    failed = [(h, errors) for h, status, errors in pool.map(check, headers) if status != 0]
for header, errors in failed:
    print(f"{header.relative_to(root)} does not compile alone:\n{errors}")
print(f"{len(headers) - len(failed)} of {len(headers)} headers compile alone")
sys.exit(1 if failed or not headers else 0)
