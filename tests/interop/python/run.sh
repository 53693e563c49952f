#!/usr/bin/env bash
# python-tds against the sandbox: plain TDS.   tests/interop/python/run.sh [FOLDER_OF_PROGRAMS]
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
echo "-- python-tds"
python_packages
start_sandbox none
timeout 300 "$python" "$interop/python/witness.py" "$work/sandbox.json" || failed=1
exit "$failed"
