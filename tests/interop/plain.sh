#!/usr/bin/env bash
# Clients of plain TDS against one sandbox.   tests/interop/plain.sh [FOLDER_OF_PROGRAMS [CLIENT...]]
# CLIENT: freetds, python, tedious, statements; all of them without any
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
shift || true
start_sandbox none
export ES_INTEROP_SANDBOX=$work
for client in ${*:-freetds python tedious statements}; do "$interop/$client/run.sh" "$bin" || failed=1; done
exit "$failed"
