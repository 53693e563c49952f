# Sourced after ../common.sh: go-mssqldb, from the Go module proxy.
go_install() {
  mkdir -p "$tools/go"
  (cd "$interop/go" && go build -o "$tools/go/witness" .)
}
go_witness() { # go_witness [GROUP...]: the test key is the studio's, if there is one
  local name
  if [ -e "$ES_KEY_FOLDER/witness.p12" ]; then
    openssl pkcs12 -in "$ES_KEY_FOLDER/witness.p12" -passin "file:$work/key-password" -nodes -nocerts 2>/dev/null > "$work/key.pem"
  fi
  for name in key wrong; do
    [ -s "$work/$name.pem" ] || openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/$name.pem" 2>/dev/null
  done
  timeout 300 "$tools/go/witness" "$work/sandbox.json" "$work/key.pem" "$work/wrong.pem" "$@" || failed=1
}
