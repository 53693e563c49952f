#!/usr/bin/env bash
# What each client sends by itself, and what the published tutorials have one run: it runs or is refused by name.
# tests/interop/statements/run.sh [FOLDER_OF_PROGRAMS]
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
echo "-- Statements that clients send by themselves"
python_packages
start_sandbox none
timeout 300 "$python" "$interop/statements/run.py" "$work/sandbox.json" "$interop"/statements/*.sql || failed=1
echo "-- Statements of the published tutorials"
timeout 300 "$python" "$interop/statements/walk.py" "$work/sandbox.json" "$bin/enclavectl" "$interop/statements/tutorials.walk" || failed=1
exit "$failed"
