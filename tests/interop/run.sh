#!/usr/bin/env bash
# Clients that nobody here wrote, against the real sandbox; and what crosses the wire while a column is encrypted in place.
# tests/interop/run.sh [--every-client] [FOLDER_OF_PROGRAMS]; without a folder a finished release build is needed. Every step prints what was seen;
# exit status 1 if one did not hold. --every-client: also those in folders of their own (README.md), whose steps do not all hold yet.
every=no
if [ "${1:-}" = --every-client ]; then every=yes; shift; fi
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"

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
lib=$tools/jdbc/lib classes=$tools/jdbc/classes
if [ ! -e "$lib/.complete" ] || [ tests/interop/jdbc/pom.xml -nt "$lib/.complete" ]; then
  mkdir -p "$lib"
  mvn -q -B -f tests/interop/jdbc/pom.xml dependency:copy-dependencies -DoutputDirectory="$lib"
  touch "$lib/.complete"
fi
mkdir -p "$classes"
javac -cp "$lib/*" -d "$classes" tests/interop/jdbc/*.java
jdbc() { # jdbc URL: keys and two encrypted columns by our own program, then everything that the witness tries; "-": no URL
  keytool -importcert -noprompt -alias sandbox -file "$ca" -keystore "$work/trust-$port.p12" -storetype PKCS12 -storepass changeit 2>/dev/null
  java -Djavax.net.ssl.trustStore="$work/trust-$port.p12" -Djavax.net.ssl.trustStorePassword=changeit -cp "$lib/*:$classes" Witness \
    "$port" "$user" "$password_file" "$database" "$work/trust-$port.p12" "$ES_KEY_FOLDER/witness.p12" witness "$work/key-password" "${protocol^^}" "$1" || failed=1
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

tests/interop/crosscheck/run.sh "$bin" || failed=1

if [ "$every" = yes ]; then
  for client in odbc freetds python tedious go statements; do
    "tests/interop/$client/run.sh" "$bin" || failed=1
  done
fi
exit "$failed"
