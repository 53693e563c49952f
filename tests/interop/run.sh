#!/usr/bin/env bash
# Clients that nobody here wrote, against the real sandbox; and what crosses the wire while a column is encrypted in place.
# Needs a finished release build. Every step prints what was seen; exit status 1 if one did not hold.
# --every-client: also those in folders of their own (README.md), whose steps do not all hold yet.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bin=$PWD/build/release/bin
work=$(mktemp -d "${TMPDIR:-/tmp}/es-interop.XXXXXX")
failed=0
sandbox=
end_sandbox() { [ -z "$sandbox" ] || { kill "$sandbox" 2>/dev/null && wait "$sandbox" 2>/dev/null || true; }; sandbox=; }
cleanup() {
  end_sandbox
  rm -rf "$work"
}
trap cleanup EXIT
hold() { # hold NAME COMMAND...: the command's last line is what was seen
  local name=$1
  shift
  if seen=$("$@" 2>"$work/err"); then echo "ok $name: ${seen##*$'\n'}"; else
    failed=1
    echo "FAIL $name: $seen"
    cat "$work/err"
  fi
}

export ES_KEY_FOLDER=$work/keys
mkdir -p "$ES_KEY_FOLDER"
printf 'witness-key-password' > "$work/key-password"
chmod 600 "$work/key-password"
export ES_KEY_PASSWORD_FILE=$work/key-password

start_sandbox() { # start_sandbox MODE: a new one, with two encrypted columns' worth of keys to come
  end_sandbox
  rm -rf "$work/data" "$work/sandbox.json" "$ES_KEY_FOLDER"/*
  "$bin/enclave-sandbox" --data "$work/data" --listen 127.0.0.1:0 --sample --attestation "$1" > "$work/sandbox.json" &
  sandbox=$!
  for _ in $(seq 300); do [ -s "$work/sandbox.json" ] && break; sleep 0.1; done
  port=$(field server | cut -d, -f2) user=$(field user) password_file=$(field password_file) ca=$(field ca_file) database=$(field database)
  protocol=$(field attestation protocol) url=$(field attestation url)
}
field() { # field NAME [NAME]: out of the sandbox's line of JSON
  python3 -c 'import functools,json,sys; print(functools.reduce(lambda d, k: d[k], sys.argv[2:], json.load(open(sys.argv[1]))))' "$work/sandbox.json" "$@"
}
ctl() { "$bin/enclavectl" --sandbox "$work/sandbox.json" "$@"; }
enclave() {
  local service=()
  [ -z "$url" ] || service=(--attestation-url "$url")
  ctl --column-encryption --attestation "$protocol" "${service[@]}" "$@"
}
start_sandbox none

echo "-- FreeTDS"
cat > "$work/freetds.conf" <<CONF
[global]
  tds version = 7.4
  encryption = require
  ca file = $ca
  check certificate hostname = yes
[sandbox]
  host = localhost
  port = $port
CONF
tsql_reads() {
  printf 'SELECT COUNT(*) AS n, MAX(EmployeeID) AS last FROM HR.Employees\nGO\nSELECT TOP (1) EmployeeID, SSN, FirstName, LastName, Salary FROM HR.Employees ORDER BY EmployeeID\nGO\nEXIT\n' \
    | FREETDSCONF=$work/freetds.conf TDSVER=7.4 tsql -S sandbox -U "$user" -P "$(cat "$password_file")" -D "$database" -o q > "$work/tsql.out" 2>&1
  grep -Eq '^1000[[:space:]]' "$work/tsql.out" && grep -Eq '[0-9]{3}-[0-9]{2}-[0-9]{4}' "$work/tsql.out" && tr '\n' ' ' < "$work/tsql.out" || { cat "$work/tsql.out" >&2; return 1; }
}
hold freetds-logs-in-over-tls-and-reads tsql_reads
tsql_refuses() { # another authority: the login must not even be tried
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/other.key" -out "$work/other.pem" -days 2 -subj /CN=other 2>/dev/null
  sed "s#^  ca file.*#  ca file = $work/other.pem#" "$work/freetds.conf" > "$work/freetds-other.conf"
  ! printf 'EXIT\n' | FREETDSCONF=$work/freetds-other.conf timeout 20 tsql -S sandbox -U "$user" -P "$(cat "$password_file")" -o q >"$work/tsql2.out" 2>&1 && echo "refused by FreeTDS under another authority"
}
hold freetds-refuses-a-foreign-authority tsql_refuses

echo "-- Microsoft JDBC driver"
lib=$PWD/build/interop/jdbc/lib classes=$PWD/build/interop/jdbc/classes
if [ ! -e "$lib/.complete" ] || [ tests/interop/jdbc/pom.xml -nt "$lib/.complete" ]; then
  mkdir -p "$lib"
  mvn -q -B -f tests/interop/jdbc/pom.xml dependency:copy-dependencies -DoutputDirectory="$lib"
  touch "$lib/.complete"
fi
mkdir -p "$classes"
javac -cp "$lib/*" -d "$classes" tests/interop/jdbc/*.java
cat > "$work/ours.sql" <<'SQL'
DECLARE @ssn char(11) = '900-40-5060';
DECLARE @pay money = 71234.56;
INSERT INTO HR.Employees (SSN, FirstName, LastName, Salary) VALUES (@ssn, N'Our', N'Written-By-Studio', @pay);
SQL
jdbc() { # jdbc URL: keys and two encrypted columns by our own program, then everything that the witness tries; "-": no URL
  keytool -importcert -noprompt -alias sandbox -file "$ca" -keystore "$work/trust-$port.p12" -storetype PKCS12 -storepass changeit 2>/dev/null
  java -Djavax.net.ssl.trustStore="$work/trust-$port.p12" -Djavax.net.ssl.trustStorePassword=changeit -cp "$lib/*:$classes" Witness \
    "$port" "$user" "$password_file" "$database" "$work/trust-$port.p12" "$ES_KEY_FOLDER/witness.p12" witness "$work/key-password" "${protocol^^}" "$1" || failed=1
}
encrypt() {
  ctl keys new-cmk --name CMK1 --key-file witness --enclave --generate > /dev/null
  ctl keys new-cek --name CEK1 --cmk CMK1 > /dev/null
  enclave encrypt HR.Employees.SSN HR.Employees.Salary --key CEK1 --type randomized > /dev/null
  enclave query "$(cat "$work/ours.sql")" --parameterize > /dev/null
}
encrypt
jdbc -
read_jdbc_row() {
  enclave query "SELECT SSN, FirstName, Salary FROM HR.Employees WHERE LastName = N'Written-By-JDBC'" --format csv > "$work/jdbc.csv"
  grep -q '900-10-2030,Gräce,61234.5678' "$work/jdbc.csv" && tail -1 "$work/jdbc.csv" || { cat "$work/jdbc.csv"; return 1; }
}
hold our-driver-reads-the-row-that-jdbc-wrote read_jdbc_row

echo "-- Bytes on the wire"
hold wire-bytes python3 tests/interop/wire_bytes.py "$bin/enclavectl" "$work/sandbox.json"

for mode in hgs aas-vbs aas-sgx; do
  echo "-- Microsoft JDBC driver, enclave attested: $mode"
  start_sandbox "$mode"
  encrypt
  jdbc "$url"
  hold our-driver-reads-the-row-that-jdbc-wrote read_jdbc_row
done
echo "-- Microsoft JDBC driver, HGS over plain http"
start_sandbox hgs
encrypt
jdbc "$(field attestation http_url)"
if [ "${1:-}" = --every-client ]; then
  for client in odbc freetds python tedious go statements; do
    "tests/interop/$client/run.sh" "$bin" || failed=1
  done
fi
exit "$failed"
