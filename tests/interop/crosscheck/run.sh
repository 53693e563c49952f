#!/usr/bin/env bash
# The same values converted by a foreign client and by the server's CONVERT: JDBC and FreeTDS.
# tests/interop/crosscheck/run.sh [FOLDER_OF_PROGRAMS]
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
here=$interop/crosscheck

echo "-- Values converted by clients and by the server"
start_sandbox none

lib=$tools/jdbc/lib classes=$tools/crosscheck
if [ ! -e "$lib/.complete" ] || [ "$interop/jdbc/pom.xml" -nt "$lib/.complete" ]; then
  mkdir -p "$lib"
  mvn -q -B -f "$interop/jdbc/pom.xml" dependency:copy-dependencies -DoutputDirectory="$lib"
  touch "$lib/.complete"
fi
mkdir -p "$classes"
javac -cp "$lib/*" -d "$classes" "$here/Crosscheck.java"
keytool -importcert -noprompt -alias sandbox -file "$ca" -keystore "$work/trust.p12" -storetype PKCS12 -storepass changeit 2>/dev/null
hold jdbc-and-convert-agree java -cp "$lib/*:$classes" Crosscheck "$port" "$user" "$password_file" "$database" "$work/trust.p12" "$here/cases.tsv"

# FreeTDS prints typed values by its own conversions; the kinds are those whose text it does not shape by a locale.
printf '[global]\n  tds version = 7.4\n  encryption = require\n  ca file = %s\n  check certificate hostname = yes\n  client charset = UTF-8\n[sandbox]\n  host = localhost\n  port = %s\n' \
  "$ca" "$port" > "$work/freetds.conf"
freetds() {
  FREETDSCONF=$work/freetds.conf TDSVER=7.4 python3 "$here/freetds.py" "$here/cases.tsv" "$user" "$password_file" "$database"
}
hold freetds-and-convert-agree freetds
exit "$failed"
