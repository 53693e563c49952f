#!/usr/bin/env bash
# JDBC and ODBC against a sandbox whose enclave they must attest.   tests/interop/attested.sh MODE [FOLDER_OF_PROGRAMS [CLIENT...]]
# MODE: hgs (also over plain http), aas-vbs, aas-sgx. CLIENT: jdbc, odbc
mode=$1
shift
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source "$interop/jdbc/client.sh"
source "$interop/odbc/client.sh"
shift || true
clients=${*:-jdbc odbc}
for client in $clients; do "${client}_install"; done
python_packages
wanted() { [[ " $clients " == *" $1 "* ]]; }

echo "-- Enclave attested: $mode"
start_sandbox "$mode"
encrypt
second_key
hold two-master-keys-one-test-key "$python" "$interop/keys.py" "$work/sandbox.json" "$ES_KEY_FOLDER/witness.p12" "$work/key-password"
if wanted jdbc; then
  echo "-- Microsoft JDBC driver, enclave attested: $mode"
  jdbc_stores
  jdbc keys enclave rotation
  hold our-driver-reads-the-row-that-jdbc-wrote read_jdbc_row
  if [ "$mode" = hgs ]; then
    echo "-- Microsoft JDBC driver, HGS over plain http"
    service=$(field attestation http_url) jdbc enclave
  fi
fi
if wanted odbc; then
  echo "-- Microsoft ODBC driver, enclave attested: $mode"
  odbc_find
  case "$mode" in
    aas-vbs) as=VBS-AAS ;;
    aas-sgx) as=SGX-AAS ;;
    hgs) as=VBS-HGS ;;
  esac
  odbc_trusting "$as,$url" keys enclave rotation
  hold our-driver-reads-the-row-that-odbc-wrote read_odbc_row
  if [ "$mode" = hgs ]; then
    echo "-- Microsoft ODBC driver, HGS over plain http"
    odbc "VBS-HGS,$(field attestation http_url)" enclave
  fi
fi
if wanted jdbc; then ES_ENCLAVE_PID=$(enclave_pid) jdbc lost-session; fi
if wanted odbc; then ES_ENCLAVE_PID=$(enclave_pid) odbc_trusting "$as,$url" lost-session; fi
exit "$failed"
