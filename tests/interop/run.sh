#!/usr/bin/env bash
# Clients that nobody here wrote, against the real sandbox; and what crosses the wire while a column is encrypted in place.
# tests/interop/run.sh [FOLDER_OF_PROGRAMS]; without it a finished release build is needed. Every step prints what was seen; exit status 1 if one
# did not hold. Each other client has a script of its own in a folder of its own; this one calls them all.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"

echo "-- Microsoft JDBC driver"
start_sandbox none
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

for client in odbc freetds python tedious go statements; do
  "tests/interop/$client/run.sh" "$bin" || failed=1
done
exit "$failed"
