# Sourced after ../common.sh: Microsoft's JDBC driver, from Maven.
jdbc_lib=$tools/jdbc/lib jdbc_classes=$tools/jdbc/classes
jdbc_install() {
  local here=$interop/jdbc
  if [ ! -e "$jdbc_lib/.complete" ] || [ "$here/pom.xml" -nt "$jdbc_lib/.complete" ]; then
    rm -rf "$jdbc_lib"
    mkdir -p "$jdbc_lib"
    mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$jdbc_lib"
    touch "$jdbc_lib/.complete"
  fi
  if [ ! -e "$jdbc_classes/.complete" ] || [ -n "$(find "$here" -name '*.java' -newer "$jdbc_classes/.complete")" ]; then
    rm -rf "$jdbc_classes"
    mkdir -p "$jdbc_classes"
    javac -cp "$jdbc_lib/*" -d "$jdbc_classes" "$here"/*.java
    touch "$jdbc_classes/.complete"
  fi
}
jdbc_stores() { # what this driver trusts, and its key stores: the test key and the one to rotate to; another key under the same alias
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/other.key" -out "$work/other.pem" -days 2 -subj /CN=other 2>/dev/null
  local password
  password=$(cat "$work/key-password")
  rm -f "$work"/trust.p12 "$work"/trust-other.p12 "$work"/jdbc.p12 "$work"/jdbc-wrong.p12
  keytool -importcert -noprompt -alias sandbox -file "$ca" -keystore "$work/trust.p12" -storetype PKCS12 -storepass changeit 2>/dev/null
  keytool -importcert -noprompt -alias other -file "$work/other.pem" -keystore "$work/trust-other.p12" -storetype PKCS12 -storepass changeit 2>/dev/null
  keytool -importkeystore -noprompt -srckeystore "$ES_KEY_FOLDER/witness.p12" -srcstoretype PKCS12 -srcstorepass "$password" \
    -destkeystore "$work/jdbc.p12" -deststoretype PKCS12 -deststorepass "$password" 2>/dev/null
  keytool -importkeystore -noprompt -srckeystore "$ES_KEY_FOLDER/witness2.p12" -srcstoretype PKCS12 -srcstorepass "$password" \
    -destkeystore "$work/jdbc.p12" -deststoretype PKCS12 -deststorepass "$password" 2>/dev/null
  openssl pkcs12 -export -inkey "$work/second.key" -in "$work/second.pem" -name witness -passout "file:$work/key-password" -out "$work/jdbc-wrong.p12"
}
jdbc() { # jdbc GROUP...: $service is the attestation service's URL if not the sandbox's first one; $store another key store
  local at=${service:-$url}
  ES_OTHER_TRUST=$work/trust-other.p12 timeout 600 java -XX:TieredStopAtLevel=1 -Djavax.net.ssl.trustStore="$work/trust.p12" \
    -Djavax.net.ssl.trustStorePassword=changeit -cp "$jdbc_lib/*:$jdbc_classes" Witness \
    "$work/sandbox.json" "$work/trust.p12" "${store:-$work/jdbc.p12}" "$work/key-password" "$protocol" "${at:--}" "$@" || failed=1
}
read_jdbc_row() {
  enclave query "SELECT SSN, FirstName, Salary FROM HR.Employees WHERE LastName = N'Written-By-JDBC'" --format csv > "$work/jdbc.csv"
  grep -q '900-10-2030,Gräce,61234.5678' "$work/jdbc.csv" && tail -1 "$work/jdbc.csv" || { cat "$work/jdbc.csv"; return 1; }
}
