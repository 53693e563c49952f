# Sourced after ../common.sh: Microsoft's ODBC driver, out of a package of PyPI; harness and key store provider beside this file are compiled here.
odbc_built=$tools/odbc
odbc_find() { odbc_driver=$(ls "$tools"/python/lib/python3*/site-packages/mssql_python_odbc/libs/linux/debian_ubuntu/"$(uname -m)"/lib/libmsodbcsql-*.so.*); }
odbc_install() {
  local here=$interop/odbc source object objects
  python_packages
  odbc_find
  mkdir -p "$odbc_built"
  for source in "$here"/*.cpp; do
    object=$odbc_built/$(basename "$source" .cpp).o
    if [ ! -e "$object" ] || [ -n "$(find "$here" \( -name '*.h' -o -path "$source" \) -newer "$object")" ]; then
      ccache g++ -std=c++20 -O0 -Wall -Wextra -Wno-deprecated-declarations -fPIC -c "$source" -o "$object"
      rm -f "$odbc_built/odbc-witness"
    fi
  done
  [ -e "$odbc_built/odbc-witness" ] && return 0
  g++ -shared -o "$odbc_built/libes-test-key.so" "$odbc_built"/KeyStore.o "$odbc_built"/MasterKey.o -lcrypto
  objects=("$odbc_built"/*.o)
  g++ -o "$odbc_built/odbc-witness" "${objects[@]/*KeyStore.o/-lodbc}" -lcrypto -ldl
}
odbc_loads() {
  odbc_find
  local missing
  missing=$(ldd "$odbc_driver" | grep 'not found' || true)
  [ -z "$missing" ] && echo "${odbc_driver##*/}" || { echo "$missing"; return 1; }
}
odbc() { # odbc COLUMN_ENCRYPTION GROUP...
  local encryption=$1
  shift
  SSL_CERT_FILE=$ca timeout 600 "$odbc_built/odbc-witness" "$odbc_driver" "localhost,$port" "$user" "$password_file" "$database" \
    "$odbc_built/libes-test-key.so" "$encryption" "$@" || failed=1
}
# The driver asks the attestation service through libcurl, which knows only the system's authorities. So that nothing on this machine is changed,
# the witness runs in a mount namespace of its own, where the sandbox's authority is among them.
odbc_trusting() { # odbc_trusting COLUMN_ENCRYPTION GROUP...
  cat /etc/ssl/certs/ca-certificates.crt "$ca" > "$work/authorities.crt"
  AUTHORITIES=$work/authorities.crt SSL_CERT_FILE=$ca unshare --map-root-user --mount bash -c \
    'mount --bind "$AUTHORITIES" /etc/ssl/certs/ca-certificates.crt && exec timeout 600 "$@"' witness "$odbc_built/odbc-witness" "$odbc_driver" \
    "localhost,$port" "$user" "$password_file" "$database" "$odbc_built/libes-test-key.so" "$@" || failed=1
}
odbc_foreign_authority() { # the login must not even be tried
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/odbc-other.key" -out "$work/odbc-other.pem" -days 2 -subj /CN=other 2>/dev/null
  ca=$work/odbc-other.pem odbc VBS-NONE login > "$work/odbc-other.out" 2>&1
  grep -q 'certificate verify failed' "$work/odbc-other.out" && echo "refused by ODBC under another authority" || { cat "$work/odbc-other.out" >&2; return 1; }
}
read_odbc_row() {
  enclave query "SELECT SSN, FirstName, Salary FROM HR.Employees WHERE LastName = N'Written-By-ODBC'" --format csv > "$work/odbc.csv"
  grep -q '900-70-8090,Gräce,61234.5678' "$work/odbc.csv" && tail -1 "$work/odbc.csv" || { cat "$work/odbc.csv"; return 1; }
}
