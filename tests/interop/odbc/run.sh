#!/usr/bin/env bash
# Microsoft's ODBC driver against the sandbox.   tests/interop/odbc/run.sh [FOLDER_OF_PROGRAMS]
# The driver is in a package of PyPI; the harness and the key store provider beside this file are compiled here.
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
here=$interop/odbc built=$tools/odbc

python_packages
driver=$(ls "$tools"/python/lib/python3*/site-packages/mssql_python_odbc/libs/linux/debian_ubuntu/"$(uname -m)"/lib/libmsodbcsql-*.so.*)
missing=$(ldd "$driver" | grep 'not found' || true)
[ -z "$missing" ] || { echo "FAIL odbc-driver-loads: $missing"; exit 1; }
echo "ok odbc-driver-loads: ${driver##*/}"

mkdir -p "$built"
for source in "$here"/*.cpp; do
  object=$built/$(basename "$source" .cpp).o
  if [ ! -e "$object" ] || [ -n "$(find "$here" \( -name '*.h' -o -path "$source" \) -newer "$object")" ]; then
    ccache g++ -std=c++20 -O0 -Wall -Wextra -Wno-deprecated-declarations -fPIC -c "$source" -o "$object"
  fi
done
g++ -shared -o "$built/libes-test-key.so" "$built"/KeyStore.o "$built"/MasterKey.o -lcrypto
objects=("$built"/*.o)
g++ -o "$built/odbc-witness" "${objects[@]/*KeyStore.o/-lodbc}" -lcrypto -ldl

witness() { # witness COLUMN_ENCRYPTION GROUP...
  local encryption=$1
  shift
  SSL_CERT_FILE=$ca timeout 600 "$built/odbc-witness" "$driver" "localhost,$port" "$user" "$password_file" "$database" \
    "$built/libes-test-key.so" "$encryption" "$@" || failed=1
}
second_key() { # another RSA key as the studio would keep it, to rotate to
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/second.key" -out "$work/second.pem" -days 30 -subj /CN=witness2 2>/dev/null
  openssl pkcs12 -export -inkey "$work/second.key" -in "$work/second.pem" -name witness2 -passout "file:$work/key-password" -out "$ES_KEY_FOLDER/witness2.p12"
}
read_odbc_row() {
  enclave query "SELECT SSN, FirstName, Salary FROM HR.Employees WHERE LastName = N'Written-By-ODBC'" --format csv > "$work/odbc.csv"
  grep -q '900-70-8090,Gräce,61234.5678' "$work/odbc.csv" && tail -1 "$work/odbc.csv" || { cat "$work/odbc.csv"; return 1; }
}
foreign_authority() { # the login must not even be tried
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/other.key" -out "$work/other.pem" -days 2 -subj /CN=other 2>/dev/null
  local trusted=$ca
  ca=$work/other.pem
  witness VBS-NONE login > "$work/other.out" 2>&1
  ca=$trusted
  grep -q 'certificate verify failed' "$work/other.out" && echo "refused by ODBC under another authority"
}
tamper() { # one byte of one cell, while the server is down
  python3 - "$work/data/databases/$database.db" <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
(table,) = db.execute("SELECT object_id FROM es_objects WHERE name = 'OdbcPeople'").fetchone()
columns = {name: f"c{number}" for number, name in db.execute("SELECT column_id, name FROM es_columns WHERE object_id = ?", (table,))}
(cell,) = db.execute(f"SELECT {columns['ssn']} FROM t{table} WHERE {columns['id']} = 8").fetchone()
altered = bytearray(cell)
altered[40] ^= 1
db.execute(f"UPDATE t{table} SET {columns['ssn']} = ? WHERE {columns['id']} = 8", (bytes(altered),))
db.commit()
PY
}

echo "-- Microsoft ODBC driver, without attestation"
start_sandbox none
encrypt
second_key
hold odbc-refuses-a-foreign-authority foreign_authority
witness VBS-NONE plain catalog types keys
witness Enabled encrypted-types
witness VBS-NONE encrypted large bulk enclave
hold our-driver-reads-the-row-that-odbc-wrote read_odbc_row
witness VBS-NONE no-key
mkdir -p "$work/wrong-keys"
cp "$ES_KEY_FOLDER/witness2.p12" "$work/wrong-keys/witness.p12"
ES_KEY_FOLDER=$work/wrong-keys witness VBS-NONE wrong-key
end_sandbox
tamper || { failed=1; echo "FAIL tamper: the cell was not there to be altered"; }
resume_sandbox none
ES_ENCLAVE_PID=$(field enclave_pid) witness VBS-NONE tampered rotation lost-session

# The driver asks the attestation service through libcurl, which knows only the system's authorities. So that nothing on this machine is changed,
# the witness runs in a mount namespace of its own, where the sandbox's authority is among them.
trusting_witness() {
  cat /etc/ssl/certs/ca-certificates.crt "$ca" > "$work/authorities.crt"
  AUTHORITIES=$work/authorities.crt SSL_CERT_FILE=$ca unshare --map-root-user --mount bash -c \
    'mount --bind "$AUTHORITIES" /etc/ssl/certs/ca-certificates.crt && exec timeout 600 "$@"' witness "$built/odbc-witness" "$driver" "localhost,$port" "$user" \
    "$password_file" "$database" "$built/libes-test-key.so" "$@" || failed=1
}
for mode in aas-vbs aas-sgx hgs; do
  echo "-- Microsoft ODBC driver, enclave attested: $mode"
  start_sandbox "$mode"
  encrypt
  second_key
  case "$mode" in
    aas-vbs) trusting_witness "VBS-AAS,$url" keys enclave rotation ;;
    aas-sgx) trusting_witness "SGX-AAS,$url" keys enclave rotation ;;
    hgs) trusting_witness "VBS-HGS,$url" keys enclave rotation ;;
  esac
  hold our-driver-reads-the-row-that-odbc-wrote read_odbc_row
done
echo "-- Microsoft ODBC driver, HGS over plain http"
start_sandbox hgs
encrypt
second_key
witness "VBS-HGS,$(field attestation http_url)" keys enclave
exit "$failed"
