#!/usr/bin/env bash
# tedious against the sandbox: plain TDS.   tests/interop/tedious/run.sh [FOLDER_OF_PROGRAMS]
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
source "$interop/tedious/client.sh"
echo "-- tedious"
tedious_install
start_sandbox none
TEDIOUS=$tedious_modules/node_modules/tedious timeout 300 node "$interop/tedious/witness.js" "$work/sandbox.json" || failed=1
exit "$failed"
