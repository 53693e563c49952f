#!/usr/bin/env bash
# go-mssqldb against the sandbox: plain TDS, Always Encrypted without enclaves.   tests/interop/go/run.sh [FOLDER_OF_PROGRAMS]
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
source "$interop/go/client.sh"
echo "-- go-mssqldb"
go_install
start_sandbox none
go_witness
exit "$failed"
