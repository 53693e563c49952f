#!/usr/bin/env bash
# Clients that know Always Encrypted, against one sandbox whose enclave is not attested: JDBC, ODBC, and what all of them write and read together.
# tests/interop/encrypted.sh [FOLDER_OF_PROGRAMS [CLIENT...]]   CLIENT: jdbc, odbc, go; all of them without any
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source "$interop/jdbc/client.sh"
source "$interop/odbc/client.sh"
source "$interop/go/client.sh"
shift || true
clients=${*:-jdbc odbc go}
for client in $clients; do "${client}_install"; done
python_packages
wanted() { [[ " $clients " == *" $1 "* ]]; }

start_sandbox none
encrypt
second_key
hold two-master-keys-one-test-key "$python" "$interop/keys.py" "$work/sandbox.json" "$ES_KEY_FOLDER/witness.p12" "$work/key-password"
if wanted jdbc; then
  echo "-- Microsoft JDBC driver, without attestation"
  jdbc_stores
  jdbc keys statements transactions catalog types bulk encrypted-types encrypted encrypted-bulk strict enclave no-enclave
  hold our-driver-reads-the-row-that-jdbc-wrote read_jdbc_row
fi
if wanted odbc; then
  echo "-- Microsoft ODBC driver, without attestation"
  hold odbc-driver-loads odbc_loads
  odbc_find
  hold odbc-refuses-a-foreign-authority odbc_foreign_authority
  odbc VBS-NONE plain catalog types keys
  odbc Enabled encrypted-types
  odbc VBS-NONE encrypted large bulk stale enclave
  hold our-driver-reads-the-row-that-odbc-wrote read_odbc_row
fi

echo "-- Every client's rows, read by every client"
studio_writes() {
  ctl --column-encryption query --parameterize "DECLARE @ssn char(11) = '900-10-2030';
DECLARE @name nvarchar(40) = N'Gräce 漢';
DECLARE @number bigint = -1234567890123;
DECLARE @pay money = 61234.5678;
DECLARE @born date = '1980-02-29';
DECLARE @data varbinary(20) = 0x0001FF;
INSERT INTO dbo.ExchangeStudio (writer, ssn, name, number, pay, born, data) VALUES ('studio', @ssn, @name, @number, @pay, @born, @data);" > /dev/null && echo "one row"
}
studio_reads() { # all rows are one row, but for the writer; not every client knows money
  ctl --column-encryption query "SELECT ssn, name, number, born, data, pay, writer FROM dbo.ExchangeStudio" --format csv | tr -d '\r' | tail -n +2 > "$work/exchange.csv"
  local other
  other=$(sed 's/,NULL,go$/,61234.5678,go/; s/,,go$/,61234.5678,go/; s/,[a-z]*$//' "$work/exchange.csv" | sort -u)
  [ "$other" = "900-10-2030,Gräce 漢,-1234567890123,1980-02-29,0x0001FF,61234.5678" ] && echo "$(wc -l < "$work/exchange.csv") rows, each $other" || { cat "$work/exchange.csv" >&2; return 1; }
}
hold our-driver-writes-to-the-exchange studio_writes
if wanted jdbc; then jdbc exchange-write; fi
if wanted odbc; then odbc Enabled exchange-write; fi
if wanted go; then go_witness exchange-write; fi
if wanted jdbc; then jdbc exchange-read; fi
if wanted odbc; then odbc Enabled exchange-read; fi
if wanted go; then go_witness exchange-read; fi
hold our-driver-reads-the-exchange studio_reads
hold the-same-bytes-from-every-client "$python" "$interop/exchange.py" "$work/sandbox.json" studio $clients

echo "-- Bytes on the wire"
hold wire-bytes python3 "$interop/wire_bytes.py" "$bin/enclavectl" "$work/sandbox.json"

echo "-- Failures"
if wanted jdbc; then
  jdbc no-key
  store=$work/jdbc-wrong.p12 jdbc wrong-key
fi
if wanted odbc; then
  odbc VBS-NONE no-key
  mkdir -p "$work/wrong-keys"
  cp "$ES_KEY_FOLDER/witness2.p12" "$work/wrong-keys/witness.p12"
  ES_KEY_FOLDER=$work/wrong-keys odbc VBS-NONE wrong-key
fi
end_sandbox
for client in $clients; do
  case "$client" in
    jdbc) table=JdbcPeople ;;
    odbc) table=OdbcPeople ;;
    *) continue ;;
  esac
  python3 "$interop/tamper.py" "$work/data/databases/$database.db" "$table" ssn 8 || { failed=1; echo "FAIL tamper-$client: the cell was not there to be altered"; }
done
resume_sandbox none
if wanted jdbc; then ES_ENCLAVE_PID=$(enclave_pid) jdbc tampered rotation lost-session; fi
if wanted odbc; then ES_ENCLAVE_PID=$(enclave_pid) odbc VBS-NONE tampered rotation lost-session; fi
exit "$failed"
