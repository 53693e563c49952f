#!/usr/bin/env bash
# tedious against the sandbox: plain TDS.   tests/interop/tedious/run.sh [FOLDER_OF_PROGRAMS]
# tedious 19.2 never asks for column encryption in its login (serverSupportsColumnEncryption stays false), so there is no Always Encrypted to try.
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
here=$interop/tedious modules=$tools/tedious
echo "-- tedious"
if [ ! "$modules/.complete" -nt "$here/package.json" ]; then
  mkdir -p "$modules"
  cp "$here/package.json" "$modules/"
  (cd "$modules" && npm install --no-audit --no-fund --no-package-lock --silent)
  touch "$modules/.complete"
fi
start_sandbox none
TEDIOUS=$modules/node_modules/tedious timeout 300 node "$here/witness.js" "$work/sandbox.json" || failed=1
exit "$failed"
