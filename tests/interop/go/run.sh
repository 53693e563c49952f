#!/usr/bin/env bash
# go-mssqldb against the sandbox: plain TDS, Always Encrypted without enclaves.   tests/interop/go/run.sh [FOLDER_OF_PROGRAMS]
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
source "$interop/go/client.sh"
unset ES_INTEROP_SANDBOX # a cell is altered while the server is down, so this client has a sandbox of its own
echo "-- go-mssqldb"
go_install
start_sandbox none
go_witness
end_sandbox
python3 "$interop/tamper.py" "$work/data/databases/$database.db" GoPeople name 2 || { failed=1; echo "FAIL tamper-go: the cell was not there to be altered"; }
resume_sandbox none
go_witness tampered
exit "$failed"
