#!/usr/bin/env bash
# go-mssqldb against the sandbox: plain TDS, Always Encrypted without enclaves.   tests/interop/go/run.sh [FOLDER_OF_PROGRAMS]
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
echo "-- go-mssqldb"
mkdir -p "$tools/go"
(cd "$interop/go" && go build -o "$tools/go/witness" .)
start_sandbox none
for name in key wrong; do
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/$name.pem" 2>/dev/null
done
timeout 300 "$tools/go/witness" "$work/sandbox.json" "$work/key.pem" "$work/wrong.pem" || failed=1
exit "$failed"
