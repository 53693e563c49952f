#!/usr/bin/env bash
# Clients of plain TDS, and go-mssqldb with keys of its own, against one sandbox.   tests/interop/plain.sh [FOLDER_OF_PROGRAMS [CLIENT...]]
# CLIENT: freetds, python, tedious, go, statements; all of them without any
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
shift || true
start_sandbox none
export ES_INTEROP_SANDBOX=$work
for client in ${*:-freetds python tedious go statements}; do "$interop/$client/run.sh" "$bin" || failed=1; done
exit "$failed"
